/** Public keys that were replaced. */
import { and, desc, eq, gt, sql } from 'drizzle-orm';
import type { Seconds } from '../../clock.ts';
import type { Database } from '../../db/client.ts';
import { bare } from '../../db/names.ts';
import { providers, retiredKeys } from '../../db/schema.ts';
import { type Act, writeAct } from '../../db/statements.ts';
import type { RetiredKey } from '../keys.ts';
import { called, idOf } from './called.ts';

const r = bare(retiredKeys);

/**
 * Gives a provider another public key; the old one is taken beside it for a while. False where nobody is
 * called that.
 *
 * @param worksUntil until when the old key is taken, epoch seconds
 */
export async function replaceKey(
  db: Database,
  slug: string,
  { publicKey, worksUntil }: { publicKey: string; worksUntil: Seconds },
  act: Act,
): Promise<boolean> {
  const { replaced } = await db.commit({
    act: writeAct(
      { ...act, providerId: idOf(slug) },
      sql`EXISTS (SELECT 1 FROM ${providers} WHERE ${called(slug)})`,
    ),
    retired: sql`INSERT INTO ${retiredKeys}
        (${r.key}, ${r.providerId}, ${r.retiredAt}, ${r.worksUntil})
      SELECT ${providers.publicKey}, ${providers.id}, ${act.at}, ${worksUntil} FROM ${providers}
        WHERE ${called(slug)}`,
    replaced: db.orm.update(providers).set({ publicKey }).where(called(slug)),
  });
  return replaced.changed > 0;
}

/** Ends a replaced key that is still taken. False where the provider has none such. */
export async function cutShort(
  db: Database,
  slug: string,
  key: string,
  now: Seconds,
  act: Act,
): Promise<boolean> {
  const theirs = idOf(slug);
  const taken = sql`(${and(eq(retiredKeys.key, key), gt(retiredKeys.worksUntil, now))}
    AND ${retiredKeys.providerId} = ${theirs})`;
  const { ended } = await db.commit({
    act: writeAct(
      { ...act, providerId: theirs },
      sql`EXISTS (SELECT 1 FROM ${retiredKeys} WHERE ${taken})`,
    ),
    ended: db.orm.update(retiredKeys).set({ worksUntil: now }).where(taken),
  });
  return ended.changed > 0;
}

/** Keys that a provider had before, the newest first. */
export async function readRetiredKeys(db: Database, slug: string): Promise<RetiredKey[]> {
  const { key, retiredAt, worksUntil } = retiredKeys;
  return db.orm
    .select({ key, retiredAt, worksUntil })
    .from(retiredKeys)
    .where(eq(retiredKeys.providerId, idOf(slug)))
    .orderBy(desc(retiredAt), key);
}
