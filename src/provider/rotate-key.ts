import { DAY } from '../clock.ts';
import type { Context } from '../context.ts';
import { randomKey } from '../id.ts';
import type { Overlap, RetiredKey } from './keys.ts';
import { cutShort, readRetiredKeys, replaceKey } from './store/retired.ts';

/**
 * Gives a provider another public key. Forms with the old one work for the days of the overlap; then they
 * say so and lead to our own page.
 */
export async function rotateKey(
  ctx: Context,
  input: { slug: string; overlap: Overlap; actor: string; reason: string },
): Promise<{ kind: 'rotated' | 'unknown' }> {
  const { slug, overlap, actor, reason } = input;
  const at = ctx.clock.now();
  const keys = { publicKey: `pk_${randomKey()}`, worksUntil: at + overlap * DAY };
  const act = { at, actor, verb: 'rotate-key', subscriberId: null, reason };
  const rotated = await replaceKey(ctx.db, slug, keys, {
    ...act,
    subject: `provider:${slug}`,
  });
  return { kind: rotated ? 'rotated' : 'unknown' };
}

/** Ends a replaced key at once that is still taken beside its successor. */
export async function endKey(
  ctx: Context,
  input: { slug: string; key: string; actor: string; reason: string },
): Promise<{ kind: 'ended' | 'unknown' }> {
  const { slug, key, actor, reason } = input;
  const at = ctx.clock.now();
  const act = { at, actor, verb: 'end-key', subscriberId: null, subject: `provider:${slug}` };
  const ended = await cutShort(ctx.db, slug, key, at, { ...act, reason });
  return { kind: ended ? 'ended' : 'unknown' };
}

/** Keys that a provider had before, the newest first. */
export function retiredKeysOf(ctx: Context, slug: string): Promise<RetiredKey[]> {
  return readRetiredKeys(ctx.db, slug);
}
