import type { Context } from '../context.ts';
import { dueAgain } from '../course/schedule.ts';
import { steer } from './learner.ts';
import { readResuming, resumeAll, resumeEnrollment } from './store.ts';

/** What one tick takes on at most; the next one goes on. */
const PAUSES_A_TICK = 500;

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
): Promise<{ kind: 'resumed' | 'waits' | 'closed' | 'busy' | 'bad-link' }> {
  return steer(ctx, token, async (course) => {
    if (course.state === 'active') return { kind: 'resumed' };
    if (course.pauseReason !== null) return { kind: 'waits' };
    const nextAt = dueAgain(course, course.lastAt, ctx.clock.now());
    const { id, rev } = course;
    return (await resumeEnrollment(ctx.db, { id, rev }, nextAt)) ? { kind: 'resumed' } : 'again';
  });
}

/**
 * Ends the pauses whose date has come. Counted from that date, however late the tick is; a course that
 * changed meanwhile is left to the next tick.
 */
export async function resumeDue(ctx: Context): Promise<void> {
  const due = await readResuming(ctx.db, ctx.clock.now(), PAUSES_A_TICK);
  const moves = due.map(({ id, rev, lastAt, resumeAt, ...slot }) => ({
    id,
    rev,
    nextAt: dueAgain(slot, lastAt, resumeAt),
  }));
  await resumeAll(ctx.db, moves);
  ctx.log.info('resumed', { enrollments: due.length });
}
