import type { Context } from '../context.ts';
import { learnerOf } from './learner.ts';
import { insertNudges, keepNudges } from './store/mails.ts';

/** Turns the nudge off, or on again. */
export async function setNudges(
  ctx: Context,
  token: string,
  on: boolean,
): Promise<{ kind: 'set' | 'bad-link' }> {
  const learner = await learnerOf(ctx, token);
  if (!learner) return { kind: 'bad-link' };
  await keepNudges(ctx.db, learner.subscriberId, on ? null : ctx.clock.now());
  return { kind: 'set' };
}

/**
 * Owes the nudges that fall due: once in an enrollment, three days after the second lesson in a row
 * that stands unread, and only to somebody who has marked one as read before.
 */
export async function nudgeDue(ctx: Context, atMost: number): Promise<void> {
  const owed = await insertNudges(ctx.db, ctx.clock.now(), atMost);
  ctx.log.info('nudged', { enrollments: owed });
  if (owed > 0) await ctx.wake('prompt');
}
