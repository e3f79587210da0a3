import type { Context } from '../context.ts';
import { DEPARTURES_LIFETIME } from './share.ts';
import { deleteDepartures } from './store/keeping.ts';

/** Forgets the numbers of erased learners after a year. */
export async function forgetDepartures(ctx: Context, atMost: number): Promise<void> {
  await deleteDepartures(ctx.db, ctx.clock.now() - DEPARTURES_LIFETIME, atMost);
}
