import { DAY } from '../clock.ts';
import type { Context } from '../context.ts';
import { eachAlone } from '../each-alone.ts';
import { readEdition } from './store/editions.ts';
import { countTry, deleteFailed, deleteLeft, readToCount } from './store/item-counts.ts';

/** A try that was left open is kept this long after its last save, in seconds of course time. */
export const LEFT_LIFETIME = 365 * DAY;
/** What was answered is kept this long: of a passed try since it was handed in, of a failed one since the certificate. */
export const ANSWERS_LIFETIME = 90 * DAY;

/**
 * Forgets tries whose time is over: those left open, those that failed before a certificate came, and of
 * those that passed the answers, which become counts for each item.
 */
export async function forgetTries(ctx: Context, atMost: number): Promise<void> {
  const now = ctx.clock.now();
  await deleteLeft(ctx.db, now - LEFT_LIFETIME, atMost);
  await deleteFailed(ctx.db, now - ANSWERS_LIFETIME, atMost);
  await eachAlone(
    await readToCount(ctx.db, now - ANSWERS_LIFETIME, atMost),
    async ({ id, answers, providerId, edition: hash, struck }) => {
      const edition = await readEdition(ctx.db, hash);
      if (!edition) throw new Error('a try names an edition that is not there');
      const chosen: Record<string, string> = JSON.parse(answers);
      const right: string[] = JSON.parse(struck);
      const items = edition.items.map(({ id: item, key }) => ({
        item,
        right: chosen[item] === key || right.includes(item),
      }));
      await countTry(ctx.db, id, { providerId, edition: hash }, items);
    },
  );
}
