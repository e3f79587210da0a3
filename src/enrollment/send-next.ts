import { DAY } from '../clock.ts';
import type { Context } from '../context.ts';
import { CLOSING_NOTE, LESSONS } from '../course/course.ts';
import { TRIES } from '../tries.ts';
import { personOf, running, steer } from './learner.ts';
import { askNext } from './store/course.ts';

export type SentNext =
  | { kind: 'asked'; lesson: number }
  /** It is due, or on its way already. */
  | { kind: 'coming'; lesson: number }
  /** One was asked for less than a day ago; another may be from `after` on, epoch seconds. */
  | { kind: 'asked-today'; after: number }
  | { kind: 'paused' | 'no-more' | 'not-running' | 'busy' | 'bad-link' };

/** Makes the next lesson due at once, at most once in 24 hours. The closing note keeps its hour. */
export async function sendNext(ctx: Context, token: string): Promise<SentNext> {
  const outcome = await steer<SentNext>(ctx, token, async (course) => {
    const { id, rev, nextAt, askedAt, nextLesson: lesson } = course;
    const now = ctx.clock.now();
    if (course.state === 'paused') return { kind: 'paused' };
    if (lesson > LESSONS) return { kind: 'no-more' };
    if (nextAt === null || nextAt <= now) return { kind: 'coming', lesson };
    if (askedAt !== null && askedAt > now - DAY) {
      return { kind: 'asked-today', after: askedAt + DAY };
    }
    const mayAsk = { lessons: LESSONS, notSince: now - DAY };
    return (await askNext(ctx.db, { id, rev }, now, mayAsk)) ? { kind: 'asked', lesson } : 'again';
  });
  if (outcome.kind === 'asked') await ctx.wake('lesson');
  return outcome;
}

/**
 * The same by hand, without the 24 hours and with the closing note: whoever rehearses the course need not
 * wait for it. The four days after it count as ever.
 */
export async function sendNextByHand(
  ctx: Context,
  input: { subscriberId: number; actor: string; reason: string },
): Promise<
  | Extract<SentNext, { kind: 'asked' | 'coming' }>
  | { kind: 'unknown' | 'not-running' | 'paused' | 'busy' }
> {
  const { subscriberId, actor, reason } = input;
  for (let tried = 0; tried < TRIES; tried++) {
    const learner = await personOf(ctx, subscriberId);
    if (!learner) return { kind: 'unknown' };
    const course = running(learner);
    if (!course) return { kind: 'not-running' };
    const { id, rev, nextAt, nextLesson: lesson } = course;
    const now = ctx.clock.now();
    if (course.state === 'paused') return { kind: 'paused' };
    if (nextAt === null || nextAt <= now) return { kind: 'coming', lesson };
    const act = {
      at: now,
      actor,
      verb: 'send-next',
      subscriberId,
      subject: `lesson:${lesson}`,
      reason,
    };
    if (await askNext(ctx.db, { id, rev }, now, { steps: CLOSING_NOTE, act })) {
      await ctx.wake('lesson');
      return { kind: 'asked', lesson };
    }
  }
  return { kind: 'busy' };
}
