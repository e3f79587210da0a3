import type { Context } from '../context.ts';
import { lessonOf } from './post-test.ts';
import { readAdoptionsOf } from './store/adoptions.ts';
import { readEdition } from './store/editions.ts';
import { insertStrike } from './store/strikes.ts';

/**
 * Strikes an item that was found wrong, by its provider's word: it counts as right for everybody, in tries
 * that were handed in before, too. Whoever passes by that is told once; nobody who passed fails.
 *
 * @param input.item such as `3-1`, of the edition that the provider adopted last
 */
export async function strikeItem(
  ctx: Context,
  input: { providerId: number; item: string; actor: string; reason: string },
): Promise<{ kind: 'struck' | 'struck-already' | 'no-adoption' | 'unknown-item' }> {
  const { providerId, item: itemId, actor, reason } = input;
  const [adoption] = await readAdoptionsOf(ctx.db, providerId);
  const edition = adoption && (await readEdition(ctx.db, adoption.edition));
  if (!edition) return { kind: 'no-adoption' };
  const item = edition.items.find(({ id }) => id === itemId);
  if (!item) return { kind: 'unknown-item' };
  const now = ctx.clock.now();
  const what = { providerId, edition: edition.hash, item, lesson: lessonOf(itemId) };
  const struck = await insertStrike(ctx.db, what, now, {
    at: now,
    actor,
    verb: 'strike-item',
    subscriberId: null,
    providerId,
    subject: `item:${itemId}`,
    reason,
  });
  if (struck === 0) return { kind: 'struck-already' };
  await ctx.wake('prompt');
  return { kind: 'struck' };
}
