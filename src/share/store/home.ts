/** What a provider's first page shows: numbers that are live while they are small, and what has gone. */
import { type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import type { Seconds } from '../../clock.ts';
import type { Database } from '../../db/client.ts';
import { figure } from '../../db/names.ts';
import { acts, counts, departures, pageChecks, shares, sightings } from '../../db/schema.ts';
import type { Sighting } from '../../provider/sightings.ts';
import { DEPARTURES_LIFETIME, type Group, LIVE, PAGE, type Unconfirmed } from '../share.ts';
import { type Open, selectUnconfirmed } from './counts.ts';
import { isOpen, selectGroups } from './sent.ts';

const isExport = sql`${acts.verb} IN ('export-begun', 'exported')`;

/** What is counted of a provider, and what was kept of it. */
export interface HomeRows {
  kept: {
    at: Seconds | null;
    body: string | null;
    lookedAt: Seconds | null;
    dueAt: Seconds | null;
  };
  groups: Group[];
  unconfirmed: Unconfirmed[];
  exported: { at: Seconds; lines: number } | null;
  unfinished: Seconds | null;
  gone: { ref: string; what: 'erased' | 'withdrawn' | 'moved'; at: Seconds }[];
  seen: Sighting[];
  /** When a look last found the form on a page. */
  found: Seconds | null;
}

/** A count that was kept because there were too many to count. */
const isLarge = (providerId: number): SQL => sql`EXISTS (SELECT 1 FROM ${counts}
  WHERE ${counts.providerId} = ${providerId} AND ${counts.total} > ${figure(LIVE)})`;

/** When the latest export began that came to its end; the first of all where none did. */
const exportedSince = (providerId: number): SQL => sql`coalesce(
  (SELECT max(${acts.at}) FROM ${acts} WHERE ${acts.providerId} = ${providerId} AND ${isExport}
    AND ${acts.verb} = 'exported'),
  (SELECT min(${acts.at}) FROM ${acts} WHERE ${acts.providerId} = ${providerId} AND ${isExport}))`;

/**
 * All that a provider's first page shows. Counts no more than one more than {@link LIVE}, and nothing where
 * a larger count is kept.
 *
 * @param earliest the first week that is told apart
 * @param open the first week whose unconfirmed are not written down yet
 */
export async function readHomeRows(
  db: Database,
  providerId: number,
  { earliest, open, now }: { earliest: number; open: Open; now: Seconds },
): Promise<HomeRows> {
  // First in its joins: where it gives no row, SQLite reads none of the others.
  const small = sql`(SELECT 1 WHERE NOT ${isLarge(providerId)})`;
  const mine = sql`${acts.providerId} = ${providerId} AND ${isExport}`;
  const latest = sql`FROM ${acts} WHERE ${mine} AND ${acts.verb} = 'exported'
    ORDER BY ${acts.at} DESC LIMIT 1`;
  const k = alias(counts, 'k');
  const since = exportedSince(providerId);
  const { state, groups, unconfirmed, gone } = await db.commit({
    state: sql<{
      at: Seconds | null;
      body: string | null;
      lookedAt: Seconds | null;
      dueAt: Seconds | null;
      exported: Seconds | null;
      subject: string | null;
      begun: Seconds | null;
      seen: string;
      found: Seconds | null;
    }>`SELECT ${k.at} AS at, CASE WHEN ${k.total} > ${figure(LIVE)} THEN ${k.body} END AS body,
        ${k.lookedAt} AS lookedAt, ${k.dueAt} AS dueAt,
        (SELECT ${acts.at} ${latest}) AS exported, (SELECT ${acts.subject} ${latest}) AS subject,
        (SELECT max(${acts.at}) FROM ${acts} WHERE ${mine} AND ${acts.verb} = 'export-begun') AS begun,
        (SELECT json_group_array(json_object('page', ${sightings.page}, 'way', ${sightings.way},
            'key', ${sightings.key}, 'firstAt', ${sightings.firstAt}, 'seenAt', ${sightings.seenAt})
            ORDER BY ${sightings.seenAt} DESC)
          FROM ${sightings} WHERE ${sightings.providerId} = ${providerId}) AS seen,
        (SELECT max(${pageChecks.at}) FROM ${pageChecks} WHERE ${pageChecks.providerId} = ${providerId}
          AND ${pageChecks.found} = 'works') AS found
      FROM (SELECT 1) LEFT JOIN ${counts} ${k} ON ${k.providerId} = ${providerId}`,
    groups: selectGroups(
      earliest,
      sql`SELECT ${shares}.* FROM ${small} CROSS JOIN ${shares} WHERE ${isOpen(shares, providerId)}
        LIMIT ${figure(LIVE + 1)}`,
    ),
    unconfirmed: selectUnconfirmed(providerId, earliest, open, { from: small, most: LIVE + 1 }),
    gone: sql<HomeRows['gone'][number]>`SELECT * FROM (
        SELECT ${departures.ref} AS ref, ${departures.what} AS what, ${departures.at} AS at
          FROM ${departures} WHERE ${departures.providerId} = ${providerId} AND ${departures.at} >= ${since}
        UNION ALL
        SELECT ${shares.ref}, ${shares.ended}, ${shares.endedAt} FROM ${shares}
          WHERE ${shares.providerId} = ${providerId} AND ${shares.endedAt} IS NOT NULL
            AND ${shares.endedAt} >= ${since} AND ${shares.endedAt} > ${now - DEPARTURES_LIFETIME})
      ORDER BY at DESC, ref LIMIT ${figure(PAGE + 1)}`,
  });
  const row = state.row;
  return {
    kept: {
      at: row?.at ?? null,
      body: row?.body ?? null,
      lookedAt: row?.lookedAt ?? null,
      dueAt: row?.dueAt ?? null,
    },
    groups: groups.rows,
    unconfirmed: unconfirmed.rows,
    exported:
      row?.exported == null
        ? null
        : { at: row.exported, lines: Number(row.subject?.slice('roster:'.length)) },
    unfinished: row?.begun ?? null,
    gone: gone.rows,
    seen: JSON.parse(row?.seen ?? '[]') as Sighting[],
    found: row?.found ?? null,
  };
}
