import type { Context } from '../context.ts';
import { LESSONS } from '../course/course.ts';
import { RESEND_CAP } from './enrollment.ts';
import { learnerOf } from './learner.ts';
import { insertResend, type ResendState } from './store/mails.ts';

export type Resent =
  | { kind: 'owed' }
  /** It is on its way once more already. */
  | { kind: 'already-owed' }
  | { kind: 'unknown' }
  | { kind: 'refused'; why: 'not-confirmed' | 'unsubscribed' | 'suppressed' | 'not-sent' };

type By = Parameters<typeof insertResend>[4];

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
  const act = { at: ctx.clock.now(), actor, verb: 'resend', subscriberId, reason };
  const subject = `lesson:${lesson}`;
  return (await oweAgain(ctx, subscriberId, lesson, { act: { ...act, subject } })).resent;
}

/**
 * The same for a learner who asks for it, up to a cap of its own.
 *
 * @param lesson 1 to 8
 */
export async function resendToLearner(
  ctx: Context,
  token: string,
  lesson: number,
): Promise<Resent | { kind: 'capped' | 'bad-link' }> {
  const learner = await learnerOf(ctx, token);
  if (!learner) return { kind: 'bad-link' };
  const { resent, capped } = await oweAgain(ctx, learner.subscriberId, lesson, {
    cap: RESEND_CAP,
  });
  return capped && resent.kind === 'refused' ? { kind: 'capped' } : resent;
}

async function oweAgain(
  ctx: Context,
  subscriberId: number,
  lesson: number,
  by: By,
): Promise<{ resent: Resent; capped: boolean }> {
  if (!Number.isInteger(lesson) || lesson < 1 || lesson > LESSONS) {
    return { resent: { kind: 'refused', why: 'not-sent' }, capped: false };
  }
  const result = await insertResend(ctx.db, subscriberId, lesson, ctx.clock.now(), by);
  if (!result) return { resent: { kind: 'unknown' }, capped: false };
  const { before, inserted } = result;
  if (inserted) {
    ctx.log.info('resend-owed', { subscriber: subscriberId, lesson });
    await ctx.wake('prompt');
    return { resent: { kind: 'owed' }, capped: false };
  }
  const resent = refusal(before);
  const sent = before.enrollmentId !== null;
  return { resent, capped: sent && before.unsubscribed === 0 && before.capped === 1 };
}

function refusal(before: ResendState): Resent {
  if (before.confirmed === 0) return { kind: 'refused', why: 'not-confirmed' };
  if (before.unsubscribed === 1) return { kind: 'refused', why: 'unsubscribed' };
  if (before.suppressed === 1) return { kind: 'refused', why: 'suppressed' };
  if (before.owed === 1) return { kind: 'already-owed' };
  return { kind: 'refused', why: 'not-sent' };
}
