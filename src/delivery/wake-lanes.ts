import type { Context } from '../context.ts';
import { LANES } from '../mailer/mailer.ts';

/** Wakes both lanes once more. Harmless however often: a message carries no work. */
export async function wakeLanes(ctx: Context): Promise<void> {
  for (const lane of LANES) await ctx.wake(lane);
  ctx.log.info('woken-by-hand');
}
