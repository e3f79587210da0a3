import type { Context } from '../context.ts';
import type { EditionPeople } from './edition.ts';
import { listEditions } from './store/editions.ts';

/** Every edition that is kept, the latest first. */
export async function readEditions(
  ctx: Context,
): Promise<{ hash: string; words: number; people: EditionPeople; storedAt: number }[]> {
  const rows = await listEditions(ctx.db);
  return rows.map(({ people, ...row }) => ({ ...row, people: JSON.parse(people) }));
}
