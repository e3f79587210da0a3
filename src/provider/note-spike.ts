import type { Context } from '../context.ts';
import { noteSpike as keep } from './store/settings.ts';

/** Has the next tick look which provider is flooded, so that the operator hears of it. */
export function noteSpike(ctx: Context): Promise<void> {
  return keep(ctx.db, ctx.clock.now());
}
