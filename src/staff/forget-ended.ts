import { secondsOf } from '../clock.ts';
import type { Context } from '../context.ts';
import { ENTRY_KEPT } from './staff.ts';
import { deleteEnded } from './store/entries.ts';

/** Forgets ways in that ended a day ago, and sessions that have. */
export async function forgetEnded(ctx: Context, atMost: number): Promise<void> {
  const before = {
    entries: ctx.clock.now() - ENTRY_KEPT,
    sessions: secondsOf(ctx.clock.machine()),
  };
  await deleteEnded(ctx.db, before, atMost);
}
