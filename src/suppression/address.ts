import type { Context } from '../context.ts';
import { hashOf, idOf } from './store.ts';

/** Whose address it is about: a subscriber, or anybody by the address itself (trimmed, lower-cased). */
export type Whose = { subscriberId: number } | { email: string };

/** An address as suppressions know it; null where the subscriber is not known. */
export async function readAddress(
  ctx: Context,
  whose: Whose,
): Promise<{ hash: string; subscriberId: number | null } | null> {
  if ('email' in whose) {
    const hash = await ctx.tokens.addressHash(whose.email);
    return { hash, subscriberId: await idOf(ctx.db, whose.email) };
  }
  const hash = await hashOf(ctx.db, whose.subscriberId);
  return hash === null ? null : { hash, subscriberId: whose.subscriberId };
}
