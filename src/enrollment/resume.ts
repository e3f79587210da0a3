import type { Context } from '../context.ts';
import { dueAgain } from '../course/schedule.ts';
import { mendUndated } from '../delivery/mend-undated.ts';
import { TRIES } from '../tries.ts';
import { personOf, steer } from './learner.ts';
import { letGoOn, readResuming, resumeAll, resumeEnrollment } from './store/course.ts';

/**
 * Ends a pause of the learner's own: the next lesson comes at their first hour that is at least 96
 * hours after the latest. A course that runs stays as it is.
 *
 * @returns `waits` where the course waits for something else than the learner, `busy` where others were
 * faster
 */
export async function resume(
  ctx: Context,
  token: string,
): Promise<{ kind: 'resumed' | 'waits' | 'not-running' | 'busy' | 'bad-link' }> {
  return steer(ctx, token, async (course) => {
    if (course.state === 'active') return { kind: 'resumed' };
    if (course.pauseReason !== null) return { kind: 'waits' };
    const nextAt = dueAgain(course, course.lastAt, ctx.clock.now());
    const { id, rev } = course;
    return (await resumeEnrollment(ctx.db, { id, rev }, nextAt)) ? { kind: 'resumed' } : 'again';
  });
}

export type GoneOn =
  | { kind: 'resumed' }
  /** It does not wait for its address: it runs, has ended, or the learner has paused it. */
  | { kind: 'not-waiting' }
  /** The address is suppressed, which has to be lifted first. */
  | { kind: 'suppressed' }
  | { kind: 'unknown' };

type By = Parameters<typeof letGoOn>[4];

/**
 * Lets a course go on that stopped because the mailer refused the address or mail came back: the
 * operator knows that mail reaches it again. A pause of the learner's own stays.
 */
export async function resumeByHand(
  ctx: Context,
  input: { subscriberId: number; actor: string; reason: string },
): Promise<GoneOn> {
  const { subscriberId, actor, reason } = input;
  const act = { at: ctx.clock.now(), actor, verb: 'resume', subscriberId, subject: null, reason };
  return goOnAgain(ctx, subscriberId, act);
}

/** The same for a learner to whom a mail has come: they hold a link that only it can have brought. */
export function resumeReached(ctx: Context, subscriberId: number): Promise<GoneOn> {
  return goOnAgain(ctx, subscriberId);
}

async function goOnAgain(ctx: Context, subscriberId: number, act?: By): Promise<GoneOn> {
  for (let tried = 0; tried < TRIES; tried++) {
    const learner = await personOf(ctx, subscriberId);
    if (!learner) return { kind: 'unknown' };
    const { enrollmentId, rev, weekday, time, zone } = learner;
    if (learner.state !== 'paused' || learner.pauseReason === null) return { kind: 'not-waiting' };
    if (learner.suppressed === 1) return { kind: 'suppressed' };
    if (enrollmentId === null || rev === null) return { kind: 'not-waiting' };
    if (weekday === null || time === null || zone === null) return { kind: 'not-waiting' };
    const now = ctx.clock.now();
    const nextAt = dueAgain({ weekday, time, zone }, learner.lastAt, now);
    if (await letGoOn(ctx.db, { id: enrollmentId, rev }, nextAt, now, act)) {
      ctx.log.info('resumed-after-bounces', { subscriber: subscriberId });
      return { kind: 'resumed' };
    }
  }
  throw new Error('an enrollment changed three times while it was being set going');
}

/**
 * Ends the pauses whose date has come. Counted from that date, however late the tick is; a course that
 * changed meanwhile is left to the next tick, and one whose slot has no date is set aside.
 */
export async function resumeDue(ctx: Context, atMost: number): Promise<void> {
  const due = await readResuming(ctx.db, ctx.clock.now(), atMost);
  const moves = due.map(({ id, rev, lastAt, resumeAt, ...slot }) => ({
    id,
    rev,
    nextAt: dueAgain(slot, lastAt, resumeAt),
  }));
  await resumeAll(ctx.db, moves);
  ctx.log.info('resumed', { enrollments: due.length });
  const undated = moves.flatMap(({ id, nextAt }) => (nextAt === null ? [id] : []));
  if (undated.length > 0) await mendUndated(ctx, { ids: undated });
}
