/** Where browsers have loaded a provider's form. */
import { and, desc, eq, type SQL, sql } from 'drizzle-orm';
import type { Seconds } from '../../clock.ts';
import type { Database } from '../../db/client.ts';
import { bare, figure } from '../../db/names.ts';
import { providers, sightings } from '../../db/schema.ts';
import { holderOf } from '../../db/statements.ts';
import { type Load, MOST_SIGHTINGS, SEEN_EVERY, type Sighting } from '../sightings.ts';
import { idOf } from './called.ts';

const s = bare(sightings);

/** When a page of a provider was last noted; null where it was not. */
export const lastSeen = (provider: SQL, key: string, { page, way }: Load): SQL<Seconds | null> =>
  sql`(SELECT ${sightings.seenAt} FROM ${sightings} WHERE ${sightings.providerId} = ${provider}
    AND ${sightings.page} = ${page} AND ${sightings.way} = ${way} AND ${sightings.key} = ${key})`;

/**
 * Notes a page, once an hour. Where too many are kept, one makes room: of those that were seen in one
 * hour alone the longest unseen, so that invented pages push out each other first.
 */
export async function upsertSighting(
  db: Database,
  key: string,
  { page, way }: Load,
  now: Seconds,
): Promise<void> {
  const { id, providerId, firstAt, seenAt } = sightings;
  const again = sql`(${seenAt} >= ${firstAt} + ${figure(SEEN_EVERY)})`;
  const isThis = sql`(${sightings.page} = ${page} AND ${sightings.way} = ${way} AND ${sightings.key} = ${key})`;
  await db.commit({
    noted: sql`INSERT INTO ${sightings}
        (${s.providerId}, ${s.page}, ${s.way}, ${s.key}, ${s.firstAt}, ${s.seenAt})
      SELECT ${providers.id}, ${page}, ${way}, ${key}, ${now}, ${now} FROM ${providers}
        WHERE ${providers.id} = ${holderOf(key)}
      ON CONFLICT DO UPDATE SET ${s.seenAt} = excluded.${s.seenAt}
        WHERE ${seenAt} <= excluded.${s.seenAt} - ${figure(SEEN_EVERY)}`,
    room: sql`DELETE FROM ${sightings} WHERE ${id} IN (SELECT ${id} FROM ${sightings}
      WHERE ${providerId} = ${holderOf(key)} AND NOT ${isThis}
      ORDER BY ${again} DESC, ${seenAt} DESC LIMIT -1 OFFSET ${figure(MOST_SIGHTINGS - 1)})`,
  });
}

/** The newest first. */
export function readSightings(db: Database, slug: string): Promise<Sighting[]> {
  const { page, way, key, firstAt, seenAt } = sightings;
  return db.orm
    .select({ page, way, key, firstAt, seenAt })
    .from(sightings)
    .where(eq(sightings.providerId, idOf(slug)))
    .orderBy(desc(seenAt), page);
}

/** False where the page was not there. */
export async function deleteSightings(db: Database, slug: string, page: string): Promise<boolean> {
  const { gone } = await db.commit({
    gone: db.orm
      .delete(sightings)
      .where(and(eq(sightings.providerId, idOf(slug)), eq(sightings.page, page))),
  });
  return gone.changed > 0;
}

/** Deletes what was last seen before a moment, up to `atMost`. */
export async function deleteOldSightings(
  db: Database,
  before: Seconds,
  atMost: number,
): Promise<void> {
  const { id, seenAt } = sightings;
  await db.commit({
    gone: sql`DELETE FROM ${sightings} WHERE ${id} IN (SELECT ${id} FROM ${sightings}
      WHERE ${seenAt} <= ${before} ORDER BY ${seenAt} LIMIT ${atMost})`,
  });
}
