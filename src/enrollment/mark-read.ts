import type { Context } from '../context.ts';
import { learnerOf } from './learner.ts';
import { markLesson } from './store/course.ts';
import { readLearner } from './store/learner.ts';

/**
 * Marks a lesson as read, or takes the mark back. Only this button says so: nothing watches whether a
 * mail is opened or a lesson looked at.
 *
 * @param lesson 1 to 8
 */
export async function markRead(
  ctx: Context,
  token: string,
  lesson: number,
  read: boolean,
): Promise<{ kind: 'marked' | 'not-sent' | 'bad-link' }> {
  const learner = await learnerOf(ctx, token);
  if (!learner) return { kind: 'bad-link' };
  const sent = await readLearner(ctx.db, learner.subscriberId);
  if (learner.enrollmentId === null || !sent?.everSent.includes(lesson)) {
    return { kind: 'not-sent' };
  }
  await markLesson(ctx.db, learner.enrollmentId, lesson, read);
  return { kind: 'marked' };
}
