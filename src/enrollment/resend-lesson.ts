import type { Context } from '../context.ts';
import { LESSONS } from '../course/course.ts';
import { insertResend } from './store.ts';

export type Resent =
  | { kind: 'owed' }
  /** It is on its way once more already. */
  | { kind: 'already-owed' }
  | { kind: 'unknown' }
  | { kind: 'refused'; why: 'not-confirmed' | 'unsubscribed' | 'suppressed' | 'not-sent' };

/**
 * Sends a lesson once more that was sent, or that nobody knows of. It goes out as this build has it,
 * within the minute, through the one send path, and leaves the course as it is: nothing waits for it,
 * whatever becomes of it.
 *
 * @param input.lesson 1 to 8
 */
export async function resendLesson(
  ctx: Context,
  input: { subscriberId: number; lesson: number; actor: string; reason: string },
): Promise<Resent> {
  const { subscriberId, lesson, actor, reason } = input;
  if (!Number.isInteger(lesson) || lesson < 1 || lesson > LESSONS) {
    return { kind: 'refused', why: 'not-sent' };
  }
  const at = ctx.clock.now();
  const act = { at, actor, verb: 'resend', subscriberId, subject: `lesson:${lesson}`, reason };
  const result = await insertResend(ctx.db, subscriberId, lesson, act);
  if (!result) return { kind: 'unknown' };
  if (result.inserted) {
    ctx.log.info('resend-owed', { subscriber: subscriberId, lesson });
    await ctx.wake('prompt');
    return { kind: 'owed' };
  }
  const { before } = result;
  if (before.confirmed === 0) return { kind: 'refused', why: 'not-confirmed' };
  if (before.unsubscribed === 1) return { kind: 'refused', why: 'unsubscribed' };
  if (before.suppressed === 1) return { kind: 'refused', why: 'suppressed' };
  if (before.owed === 1) return { kind: 'already-owed' };
  return { kind: 'refused', why: 'not-sent' };
}
