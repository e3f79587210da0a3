import type { Context } from '../context.ts';
import { wordsAgreed } from '../signup/consent.ts';
import { learnerOn } from '../subscriber/device.ts';
import { insertShare } from './store/ends.ts';

/**
 * Lets a provider that gives a certificate be told of somebody who takes the course on their own: by their
 * own press, on a device that they have opened. Nobody else can attach them. Twice is once.
 *
 * @param input.provider its slug
 * @param input.words version of what the page showed beside the button
 * @returns `unknown` where the provider gives none, or the course is taken through a provider already
 */
export async function beginShare(
  ctx: Context,
  input: { token: string; device: string | undefined; provider: string; words: string | undefined },
): Promise<{ kind: 'given' | 'unknown' | 'closed' | 'locked' | 'bad-link' }> {
  const found = await learnerOn(ctx, input.token, input.device);
  if (!found) return { kind: 'bad-link' };
  if (found.depth !== 'open') return { kind: found.depth };
  const given = await insertShare(ctx.db, found.learner.subscriberId, {
    provider: input.provider,
    words: wordsAgreed(input.words),
  });
  return { kind: given ? 'given' : 'unknown' };
}
