import type { Context } from '../context.ts';
import { randomId } from '../id.ts';
import { GROUP, nextGroup } from './evaluation.ts';
import { readWaiting, readWaitingGroups, showGroup } from './store/evaluations.ts';

/**
 * Shows a provider what nobody has seen yet, once there is enough of it that any could be anybody's. Not
 * at the moment at which one comes: sums that moved then would say whose it was.
 */
export async function groupEvaluations(ctx: Context, atMost: number): Promise<void> {
  for (const whose of await readWaitingGroups(ctx.db, GROUP, atMost)) {
    const ids = nextGroup(await readWaiting(ctx.db, whose));
    if (ids.length > 0) await showGroup(ctx.db, ids, randomId());
  }
}
