/** Public keys that were replaced. */
import { and, desc, eq, gt, type SQL, sql } from 'drizzle-orm';
import type { Seconds } from '../../clock.ts';
import type { Database } from '../../db/client.ts';
import { bare, figure } from '../../db/names.ts';
import { providers, retiredKeys } from '../../db/schema.ts';
import { type Act, writeAct } from '../../db/statements.ts';
import { tellOwners } from '../../staff/tell-owners.ts';
import { type RetiredKey, TOLD_BEFORE } from '../keys.ts';
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

/** Keys that end within a week, of whose end nobody was told yet. Who chose no more than a week knows it. */
const ending = (
  now: Seconds,
): SQL => sql`(${retiredKeys.told} = 0 AND ${retiredKeys.worksUntil} > ${now}
  AND ${retiredKeys.worksUntil} <= ${now + TOLD_BEFORE}
  AND ${retiredKeys.worksUntil} > ${retiredKeys.retiredAt} + ${figure(TOLD_BEFORE)})`;

/** Mails the owners of those whose keys end within a week, once for each key. True where any was. */
export async function owesEndings(db: Database, now: Seconds, atMost: number): Promise<boolean> {
  const { key, providerId } = retiredKeys;
  const found = await db.orm
    .select({ key, providerId })
    .from(retiredKeys)
    .where(ending(now))
    .limit(atMost);
  for (const each of found) {
    const theOne = sql`${and(eq(key, each.key), ending(now))}`;
    await db.commit({
      mails: tellOwners(
        'key-ending',
        sql`${each.providerId}`,
        now,
        sql`EXISTS (SELECT 1 FROM ${retiredKeys} WHERE ${theOne})`,
      ),
      told: db.orm.update(retiredKeys).set({ told: 1 }).where(theOne),
    });
  }
  return found.length > 0;
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
