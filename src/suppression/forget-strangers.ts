import type { Context } from '../context.ts';
import { deleteStrangers } from './store.ts';
import { STRANGERS_LIFETIME } from './suppression.ts';

/** Forgets what strangers caused to an address, and its owner's "this was not me", after 30 days. */
export async function forgetStrangers(ctx: Context, atMost: number): Promise<void> {
  await deleteStrangers(ctx.db, ctx.clock.now() - STRANGERS_LIFETIME, atMost);
}
