import { DAY, instantOf, secondsOf } from '../clock.ts';
import type { Context } from '../context.ts';
import { worst } from './rates.ts';
import { keepCap } from './store/cap.ts';
import { countAcceptedIn, readRates } from './store/flow.ts';
import type { Found } from './store/pulse.ts';
import { afterDay, capIn } from './warm-up.ts';

/** Days over which bounces and complaints are looked at. */
const RATED_DAYS = 7;

/**
 * Looks once a UTC day whether a warm-up goes up or down, by the day that is over. Meanwhile it only
 * remembers that something was halted.
 */
export async function raiseCap(
  ctx: Pick<Context, 'db' | 'clock' | 'settings' | 'log'>,
  _atMost: number,
  { cap: kept, halted }: Pick<Found, 'cap' | 'halted'>,
): Promise<void> {
  const cap = capIn(kept, ctx.settings.local);
  if (cap.kind !== 'warm-up') return;
  const at = instantOf(ctx);
  const today = Math.floor(secondsOf(at.machine) / DAY);
  if (cap.day === null) {
    await keepCap(ctx.db, kept, { ...cap, day: today, halted });
    return;
  }
  if (cap.day >= today) {
    if (halted && !cap.halted) await keepCap(ctx.db, kept, { ...cap, halted: true });
    return;
  }
  const began = today * DAY + (at.now - secondsOf(at.machine));
  const used = await countAcceptedIn(ctx.db, began - DAY, began);
  const level = worst(await readRates(ctx.db, at, RATED_DAYS));
  const after = afterDay(cap, today, { used, halted: cap.halted || halted, level });
  // What is halted now is so on the day that begins, too.
  if (await keepCap(ctx.db, kept, { ...after, halted })) {
    ctx.log.info('cap', { before: cap.mails, after: after.mails, used, level });
  }
}
