import type { Context } from '../context.ts';
import { readCap } from './store/cap.ts';
import { readHalts } from './store/halts.ts';
import { capIn, limitOf } from './warm-up.ts';

/** What holds back whatever is due: halts, and a day that has had its mails. */
export async function readHeldBack(ctx: Context) {
  const { local, dailyCap } = ctx.settings;
  const [halts, { kept, sentToday }] = await Promise.all([
    readHalts(ctx.db),
    readCap(ctx.db, ctx.clock.machine()),
  ]);
  const limit = limitOf(capIn(kept, local), dailyCap);
  return { halts, cap: limit === null ? null : { limit, sentToday } };
}
