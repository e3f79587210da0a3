import { DAY } from '../clock.ts';
import type { Context } from '../context.ts';
import { LESSONS } from '../course/course.ts';
import { steer } from './learner.ts';
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
    return (await askNext(ctx.db, { id, rev }, now, LESSONS)) ? { kind: 'asked', lesson } : 'again';
  });
  if (outcome.kind === 'asked') await ctx.wake('lesson');
  return outcome;
}
