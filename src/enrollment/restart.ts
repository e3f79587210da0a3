import type { Context } from '../context.ts';
import { soonest } from '../course/schedule.ts';
import { randomId } from '../id.ts';
import { learnerOf } from './learner.ts';
import { beginAgain } from './store/course.ts';

export type Restarted =
  | { kind: 'restarted' }
  /** Another press has done it, or the page was from before. */
  | { kind: 'already' }
  /** Three times in 30 days: whoever reads along has had enough of lesson 1. */
  | { kind: 'often' }
  /** The course waits because of the address. */
  | { kind: 'waits' }
  /** Nothing to begin again: never enrolled, or unsubscribed. */
  | { kind: 'not-running' }
  | { kind: 'bad-link' };

/**
 * Begins the course again at lesson 1, with the hour as it is: another enrollment. Lesson 1 comes at
 * once where the latest lesson is 96 hours past, and otherwise at the first hour that is.
 *
 * @param signupId that of the enrollment that the learner saw: a form from before a restart restarts nothing
 */
export async function restart(ctx: Context, token: string, signupId: number): Promise<Restarted> {
  const learner = await learnerOf(ctx, token);
  if (!learner) return { kind: 'bad-link' };
  const { enrollmentId, rev, state, weekday, time, zone } = learner;
  const open = state === 'active' || state === 'paused' || state === 'completed';
  if (enrollmentId === null || rev === null || !open || learner.unsubscribedAt !== null) {
    return { kind: 'not-running' };
  }
  if (weekday === null || time === null || zone === null) return { kind: 'not-running' };
  if (learner.signupId !== signupId) return { kind: 'already' };
  if (learner.pauseReason !== null || learner.suppressed === 1) return { kind: 'waits' };
  const now = ctx.clock.now();
  // What is on its way may arrive this minute.
  const lastAt = learner.inFlight === 1 ? now : learner.lastAt;
  const begun = await beginAgain(
    ctx.db,
    { id: enrollmentId, rev },
    {
      signupId: randomId(),
      nextAt: soonest({ weekday, time, zone }, lastAt, now),
      lastAt,
      now,
    },
  );
  if (begun === 'begun') await ctx.wake('lesson');
  return { kind: begun === 'begun' ? 'restarted' : begun === 'often' ? 'often' : 'already' };
}
