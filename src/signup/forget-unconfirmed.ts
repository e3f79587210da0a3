import { DAY } from '../clock.ts';
import type { Context } from '../context.ts';
import { deleteUnconfirmed } from './store.ts';

/** Signups that were never confirmed are forgotten after this long, in seconds. */
export const UNCONFIRMED_LIFETIME = 30 * DAY;

/** Forgets signups that nobody confirmed within 30 days, and the addresses behind them. */
export async function forgetUnconfirmed(ctx: Context, atMost: number): Promise<void> {
  const now = ctx.clock.now();
  const before = now - UNCONFIRMED_LIFETIME;
  const forgotten = await deleteUnconfirmed(ctx.db, before, now, atMost);
  ctx.log.info('forgot-unconfirmed', { signups: forgotten });
}
