import type { Context } from '../context.ts';
import { earliestApart, firstOpen, merged, tallyOf, weekOf } from './share.ts';
import {
  keepCount,
  keepSoFar,
  readDueCount,
  readGroups,
  readUnconfirmed,
  type SoFar,
} from './store/counts.ts';

/**
 * Goes on with the counts that somebody has asked for, in slices of 5,000: nobody else waits longer than
 * one takes. What is counted is kept with its time; it is counted again each hour while somebody looks.
 *
 * @param atMost slices
 */
export async function countShares(ctx: Context, atMost: number): Promise<void> {
  for (let slices = 0; slices < atMost; slices++) {
    const now = ctx.clock.now();
    const due = await readDueCount(ctx.db, now);
    if (!due) return;
    const { providerId, soFar } = due;
    const begun = soFar === null ? null : (JSON.parse(soFar) as SoFar);
    const earliest = earliestApart(now);
    const after = begun?.after ?? { since: 0, id: 0 };
    const { groups, last } = await readGroups(ctx.db, providerId, after, earliest);
    const all = merged(begun?.groups ?? [], groups);
    if (last) {
      await keepSoFar(ctx.db, providerId, soFar, { after: last, groups: all });
      continue;
    }
    const unconfirmed = await readUnconfirmed(ctx.db, providerId, earliest, firstOpen(now));
    await keepCount(ctx.db, providerId, soFar, tallyOf(weekOf(now), all, unconfirmed), now);
  }
}
