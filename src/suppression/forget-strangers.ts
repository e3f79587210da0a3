import type { Context } from '../context.ts';
import { deleteStrangers } from './store.ts';
import { STRANGERS_LIFETIME } from './suppression.ts';

/** What one tick takes on at most; the next one goes on. */
const ROWS_A_CALL = 1000;

/** Forgets what strangers caused to an address, and its owner's "this was not me", after 30 days. */
export async function forgetStrangers(ctx: Context): Promise<void> {
  await deleteStrangers(ctx.db, ctx.clock.now() - STRANGERS_LIFETIME, ROWS_A_CALL);
}
