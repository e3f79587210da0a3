/** Tries that are old: what is forgotten of them, and what is only counted. */
import { and, eq, sql } from 'drizzle-orm';
import type { Seconds } from '../../clock.ts';
import type { Database } from '../../db/client.ts';
import { adoptions, certificates, claims, itemCounts, tries } from '../../db/credit.ts';
import { bare, figure } from '../../db/names.ts';
import { notNull, select } from '../../db/select.ts';
import { randomRowId } from '../../db/statements.ts';

const i = bare(itemCounts);
const t = bare(tries);

export function readItemCounts(
  db: Database,
  { providerId, edition }: { providerId: number; edition: string },
): Promise<{ item: string; right: number; of: number }[]> {
  const { item, right, of } = itemCounts;
  return db.orm
    .select({ item, right, of })
    .from(itemCounts)
    .where(and(eq(itemCounts.providerId, providerId), eq(itemCounts.edition, edition)));
}

/** Open tries that nobody has saved since `before`; up to `limit`. */
export async function deleteLeft(db: Database, before: Seconds, limit: number): Promise<void> {
  await db.commit({
    gone: sql`DELETE FROM ${tries} WHERE ${tries.id} IN (SELECT ${tries.id} FROM ${tries}
      WHERE ${tries.handedInAt} IS NULL AND ${tries.openedAt} <= ${before}
        AND ${tries.savedAt} <= ${before} LIMIT ${figure(limit)})`,
  });
}

/** Failed tries of claims whose certificate was issued at `before` or earlier; up to `limit`. */
export async function deleteFailed(db: Database, before: Seconds, limit: number): Promise<void> {
  await db.commit({
    gone: sql`DELETE FROM ${tries} WHERE ${tries.id} IN (SELECT ${tries.id} FROM ${tries}
      WHERE ${tries.handedInAt} <= ${before} AND ${tries.answers} IS NOT NULL AND ${tries.passed} = 0
        AND EXISTS (SELECT 1 FROM ${certificates} WHERE ${certificates.claimId} = ${tries.claimId}
          AND ${certificates.issuedAt} <= ${before}) LIMIT ${figure(limit)})`,
  });
}

/** Passed tries that were handed in at `before` or earlier and whose answers are still kept; up to `limit`. */
export function readToCount(db: Database, before: Seconds, limit: number) {
  return db.all(
    select(
      {
        id: tries.id,
        answers: notNull(tries.answers),
        providerId: claims.providerId,
        edition: adoptions.edition,
        struck: adoptions.struck,
      },
      sql`FROM ${tries} JOIN ${claims} ON ${claims.id} = ${tries.claimId}
          JOIN ${adoptions} ON ${adoptions.id} = ${claims.adoptionId}
        WHERE ${tries.handedInAt} <= ${before} AND ${tries.answers} IS NOT NULL AND ${tries.passed} = 1
        LIMIT ${figure(limit)}`,
    ),
  );
}

/** Counts a try's items and forgets its answers, in one transaction; a try that was counted counts no more. */
export async function countTry(
  db: Database,
  tryId: number,
  { providerId, edition }: { providerId: number; edition: string },
  items: readonly { item: string; right: boolean }[],
): Promise<void> {
  const kept = sql`${tries.id} = ${tryId} AND ${tries.answers} IS NOT NULL`;
  const list = JSON.stringify(items.map(({ item, right }) => [item, right ? 1 : 0]));
  await db.commit({
    counted: sql`INSERT INTO ${itemCounts} (${i.id}, ${i.providerId}, ${i.edition}, ${i.item}, ${i.right}, ${i.of})
      SELECT ${randomRowId}, ${providerId}, ${edition}, v.value ->> 0, v.value ->> 1, 1
      FROM json_each(${list}) v WHERE EXISTS (SELECT 1 FROM ${tries} WHERE ${kept})
      ON CONFLICT (${i.providerId}, ${i.edition}, ${i.item}) DO UPDATE SET
        ${i.right} = ${itemCounts.right} + excluded.${i.right},
        ${i.of} = ${itemCounts.of} + excluded.${i.of}`,
    forgotten: sql`UPDATE ${tries} SET ${t.answers} = NULL WHERE ${kept}`,
  });
}
