import type { Context } from '../context.ts';
import { fillShares } from './store/keeping.ts';

/**
 * Makes shares of the latest courses what they should be. There is one to mend only where the version
 * before this one has confirmed somebody after the tables were there: it writes none.
 *
 * @param atMost how many of the latest courses are looked at
 */
export async function mendShares(ctx: Context, atMost: number): Promise<void> {
  await fillShares(ctx.db, atMost);
}
