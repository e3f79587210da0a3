/** Numbers that are too large to be counted while somebody waits: who asks for them, and how they come. */
import { type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import type { Seconds } from '../../clock.ts';
import type { Database } from '../../db/client.ts';
import { bare, figure } from '../../db/names.ts';
import { counts, providers, pulse, shares, signups, weeks } from '../../db/schema.ts';
import { select } from '../../db/select.ts';
import {
  COUNTED_FOR,
  type Group,
  LOOKED_FOR,
  SLICE,
  type Tally,
  type Unconfirmed,
} from '../share.ts';
import { c, isOpen, selectGroups, weekIn } from './sent.ts';

const k = bare(counts);
const p = bare(pulse);

/** What a look changes of a count that is known already. @param at now, course time */
const looked = (at: SQL): SQL => sql`ON CONFLICT (${k.providerId}) DO UPDATE SET
  ${k.lookedAt} = excluded.${k.lookedAt},
  ${k.dueAt} = coalesce(${counts.dueAt}, max(${at}, coalesce(${counts.at} + ${figure(COUNTED_FOR)}, 0)))`;

/** Has the next tick ask for what it asks for once an hour, where a count is due. */
const atOnce = (now: Seconds): SQL =>
  sql`UPDATE ${pulse} SET ${p.choresAt} = min(${pulse.choresAt}, ${now})
    WHERE EXISTS (SELECT 1 FROM ${counts} WHERE ${counts.dueAt} <= ${now})`;

/** Has the chore count what is too large to be counted at once. */
export async function noteLook(db: Database, providerId: number, now: Seconds): Promise<void> {
  await db.commit({
    looked: sql`INSERT INTO ${counts} (${k.providerId}, ${k.lookedAt}, ${k.dueAt})
      VALUES (${providerId}, ${now}, ${now}) ${looked(sql`${now}`)}`,
    soon: atOnce(now),
  });
}

/** The same for every provider of a list, where nobody has looked within the hour. */
export async function noteLooks(db: Database, now: Seconds): Promise<void> {
  await db.commit({
    looked: sql`INSERT INTO ${counts} (${k.providerId}, ${k.lookedAt}, ${k.dueAt})
      SELECT ${providers.id}, ${now}, ${now} FROM ${providers} LEFT JOIN ${counts} ON ${counts.providerId} = ${providers.id}
      WHERE ${counts.providerId} IS NULL OR ${counts.dueAt} IS NULL OR ${counts.lookedAt} <= ${now - COUNTED_FOR}
      ${looked(sql`${now}`)}`,
    soon: atOnce(now),
  });
}

/** How far a count has come. */
export interface SoFar {
  after: { since: Seconds; id: number };
  groups: Group[];
}

/** The count that has waited longest, and how far it has come; null where none is due. */
export async function readDueCount(
  db: Database,
  now: Seconds,
): Promise<{ providerId: number; soFar: string | null } | null> {
  const [row] = await db.all(
    select(
      { providerId: counts.providerId, soFar: counts.soFar },
      sql`FROM ${counts} WHERE ${counts.dueAt} <= ${now} ORDER BY ${counts.dueAt} LIMIT 1`,
    ),
  );
  return row ?? null;
}

/** Counts the next slice of a provider's shares; `last` is null where it was the last one. */
export async function readGroups(
  db: Database,
  providerId: number,
  after: SoFar['after'],
  earliest: number,
): Promise<{ groups: Group[]; last: SoFar['after'] | null }> {
  const behind = sql`${isOpen(c, providerId)} AND (${c.since}, ${c.id}) > (${after.since}, ${after.id})
    ORDER BY ${c.since}, ${c.id}`;
  const { groups, last } = await db.commit({
    groups: selectGroups(
      earliest,
      sql`SELECT * FROM ${shares} ${c} WHERE ${behind} LIMIT ${figure(SLICE)}`,
    ),
    last: select(
      { since: c.since, id: c.id },
      sql`FROM ${shares} ${c} WHERE ${behind} LIMIT 1 OFFSET ${figure(SLICE - 1)}`,
    ),
  });
  return { groups: groups.rows, last: last.row ?? null };
}

/** Keeps how far a count has come; changes nothing where somebody else has gone on meanwhile. */
export async function keepSoFar(
  db: Database,
  providerId: number,
  before: string | null,
  soFar: SoFar,
): Promise<void> {
  await db.commit({
    kept: sql`UPDATE ${counts} SET ${k.soFar} = ${JSON.stringify(soFar)}
      WHERE ${counts.providerId} = ${providerId} AND ${counts.soFar} IS ${before}`,
  });
}

/** Keeps a finished count, and has it made anew within the hour while somebody looks. */
export async function keepCount(
  db: Database,
  providerId: number,
  before: string | null,
  tally: Tally,
  now: Seconds,
): Promise<void> {
  await db.commit({
    kept: sql`UPDATE ${counts} SET ${k.at} = ${now}, ${k.total} = ${tally.total},
        ${k.body} = ${JSON.stringify(tally)}, ${k.soFar} = NULL,
        ${k.dueAt} = CASE WHEN ${counts.lookedAt} > ${now - LOOKED_FOR} THEN ${now + COUNTED_FOR} END
      WHERE ${counts.providerId} = ${providerId} AND ${counts.soFar} IS ${before}`,
  });
}

/** How many asked and never confirmed, in the weeks that are over and in those that are open. */
export async function readUnconfirmed(
  db: Database,
  providerId: number,
  earliest: number,
  open: Open,
): Promise<Unconfirmed[]> {
  return db.all(selectUnconfirmed(providerId, earliest, open));
}

/** A week, and when it begins. */
export interface Open {
  week: number;
  at: Seconds;
}

/**
 * @param earliest the first week that is told apart
 * @param open the first week whose unconfirmed are not written down yet
 * @param bounded a join that gives no row where nothing is to be counted, and how many signups of the open weeks are read
 */
export function selectUnconfirmed(
  providerId: number,
  earliest: number,
  open: Open,
  bounded?: { from: SQL; most: number },
): SQL<Unconfirmed> {
  const g = alias(signups, 'g');
  return sql<Unconfirmed>`SELECT max(${weeks.week}, ${earliest - 1}) AS week, sum(${weeks.unconfirmed}) AS people
    FROM ${weeks} WHERE ${weeks.providerId} = ${providerId} AND ${weeks.week} < ${open.week} GROUP BY 1
    UNION ALL
    SELECT ${weekIn(g.createdAt)}, count(DISTINCT ${g.subscriberId}) FROM (
        SELECT ${signups}.* FROM ${bounded ? sql`${bounded.from} CROSS JOIN ` : sql``}${signups}
          WHERE ${signups.providerId} = ${providerId} AND ${signups.createdAt} >= ${open.at}
          ${bounded ? sql`LIMIT ${figure(bounded.most)}` : sql``}) g
      WHERE ${g.confirmedAt} IS NULL AND NOT EXISTS (SELECT 1 FROM ${shares} ${c}
        WHERE ${c.providerId} = ${providerId} AND ${c.subscriberId} = ${g.subscriberId}) GROUP BY 1`;
}
