/** When somebody looked whether the form is on a page, and what was there. */
import { eq, sql } from 'drizzle-orm';
import { HOUR, type Seconds } from '../../clock.ts';
import type { Database } from '../../db/client.ts';
import { bare, figure } from '../../db/names.ts';
import { pageChecks } from '../../db/schema.ts';
import { LOOKS_AN_HOUR, LOOKS_KEPT, type PageCheck } from '../findings.ts';
import { idOf } from './called.ts';

const c = bare(pageChecks);

/**
 * Notes that a page is being looked at, and forgets the oldest of more than are kept.
 *
 * @returns which look it is; null where there were enough within the hour, or nobody is called that
 */
export async function insertCheck(
  db: Database,
  slug: string,
  page: string,
  now: Seconds,
): Promise<number | null> {
  const { id, providerId, at } = pageChecks;
  const theirs = idOf(slug);
  const { made } = await db.commit({
    made: sql<{ id: number }>`INSERT INTO ${pageChecks} (${c.providerId}, ${c.page}, ${c.at})
      SELECT ${theirs}, ${page}, ${now} WHERE ${theirs} IS NOT NULL AND (SELECT count(*) FROM ${pageChecks}
        WHERE ${providerId} = ${theirs} AND ${at} > ${now - HOUR}) < ${figure(LOOKS_AN_HOUR)}
      RETURNING ${c.id} AS id`,
    room: sql`DELETE FROM ${pageChecks} WHERE ${id} IN (SELECT ${id} FROM ${pageChecks}
      WHERE ${providerId} = ${theirs} ORDER BY ${at} DESC, ${id} DESC LIMIT -1 OFFSET ${figure(LOOKS_KEPT)})`,
  });
  return made.rows[0]?.id ?? null;
}

export async function updateCheck(
  db: Database,
  id: number,
  found: PageCheck['found'],
): Promise<void> {
  await db.commit({
    found: db.orm.update(pageChecks).set({ found }).where(eq(pageChecks.id, id)),
  });
}
