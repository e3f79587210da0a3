import type { Seconds } from '../clock.ts';
import type { Context } from '../context.ts';
import { STRANGERS_LIFETIME } from '../suppression/suppression.ts';
import { refuseMail } from './store/goodbye.ts';

/** Reads a link that says "this was not me"; changes nothing. */
export async function readNotMeLink(
  ctx: Context,
  token: string,
): Promise<{ kind: 'ready' | 'damaged' }> {
  return { kind: (await ctx.tokens.readNotMe(token)) ? 'ready' : 'damaged' };
}

/**
 * The owner of an address says that a mail which anybody can cause was not their doing. For 30 days no
 * such mail goes to the address, whoever it belongs to, and what had been asked for there is withdrawn. A
 * course that somebody takes goes on. Twice is once, and works long after everything else is forgotten.
 *
 * @returns with `until`, epoch seconds of course time
 */
export async function notMe(
  ctx: Context,
  token: string,
): Promise<{ kind: 'refused'; until: Seconds } | { kind: 'damaged' }> {
  const claims = await ctx.tokens.readNotMe(token);
  if (!claims) return { kind: 'damaged' };
  const now = ctx.clock.now();
  await refuseMail(ctx.db, claims, now);
  ctx.log.info('refused-by-owner', { subscriber: claims.subscriberId });
  return { kind: 'refused', until: now + STRANGERS_LIFETIME };
}
