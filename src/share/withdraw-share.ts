import type { Context } from '../context.ts';
import { learnerOf } from '../enrollment/learner.ts';
import { wordsAgreed } from '../signup/consent.ts';
import { learnerOn } from '../subscriber/device.ts';
import { endShare, reopenShare } from './store/ends.ts';

/** Ends what a provider is told; the course goes on. Whoever holds the link may. Twice is once. */
export async function withdrawShare(
  ctx: Context,
  token: string,
  ref: string,
): Promise<{ kind: 'withdrawn' | 'bad-link' }> {
  const learner = await learnerOf(ctx, token);
  if (!learner) return { kind: 'bad-link' };
  await endShare(ctx.db, learner.subscriberId, ref, ctx.clock.now());
  return { kind: 'withdrawn' };
}

/**
 * Lets the provider be told again, on a device that the learner has opened: a link alone is no consent.
 *
 * @param words version of what the page showed beside the button
 */
export async function giveShare(
  ctx: Context,
  input: { token: string; device: string | undefined; ref: string; words: string | undefined },
): Promise<{ kind: 'given' | 'closed' | 'locked' | 'bad-link' }> {
  const found = await learnerOn(ctx, input.token, input.device);
  if (!found) return { kind: 'bad-link' };
  if (found.depth !== 'open') return { kind: found.depth };
  await reopenShare(ctx.db, found.learner.subscriberId, input.ref, wordsAgreed(input.words));
  return { kind: 'given' };
}
