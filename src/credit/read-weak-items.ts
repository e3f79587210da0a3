import type { Context } from '../context.ts';
import { readEdition } from './store/editions.ts';
import { readItemCounts } from './store/item-counts.ts';

/** Of fewer nothing is told: it would tell of somebody. */
const LEAST = 20;

/** An item of the test, and how often it was answered right. */
export interface WeakItem {
  id: string;
  question: string;
  right: number;
  of: number;
}

/** The items of an edition as a provider's learners answered them, the hardest first. */
export async function readWeakItems(
  ctx: Context,
  { providerId, edition: hash }: { providerId: number; edition: string },
): Promise<WeakItem[]> {
  const [edition, counts] = await Promise.all([
    readEdition(ctx.db, hash),
    readItemCounts(ctx.db, { providerId, edition: hash }),
  ]);
  return counts
    .filter(({ of }) => of >= LEAST)
    .flatMap(({ item, right, of }) => {
      const question = edition?.items.find(({ id }) => id === item)?.question;
      return question === undefined ? [] : [{ id: item, question, right, of }];
    })
    .sort((one, other) => one.right / one.of - other.right / other.of);
}
