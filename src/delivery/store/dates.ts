/** Dates that courses get anew, and courses that have none. */
import { type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import type { Seconds } from '../../clock.ts';
import type { Database } from '../../db/client.ts';
import { bare, figure, setOf } from '../../db/names.ts';
import { batches, deliveries, enrollments, subscribers } from '../../db/schema.ts';
import { isTrue, notNull, orNull, type RowOf, select } from '../../db/select.ts';
import { isSuppressed } from '../../db/statements.ts';
import { pauseSuppressed, standsFor } from '../../enrollment/transitions.ts';
import { type Move, moveOn } from './outcome.ts';

const set = bare(enrollments);
const d = alias(deliveries, 'd');
const b = alias(batches, 'b');
const s = alias(subscribers, 's');

const SLOT = { weekday: enrollments.weekday, time: enrollments.time, zone: enrollments.zone };

/** A course (columns of `enrollments`) that owes its next step, and has it neither dated nor on its way. */
export const isUndated = sql`(${enrollments.state} = 'active' AND ${enrollments.nextAt} IS NULL
  AND NOT EXISTS (SELECT 1 FROM ${deliveries} ${d} CROSS JOIN ${batches} ${b} ON ${b.id} = ${d.batchId}
    WHERE ${standsFor(d, enrollments.nextLesson)} AND ${d.state} = 'sending' AND ${b.state} = 'open'))`;

/** Enrollments to look at for undated ones: these, or the part whose turn it is, of which the hour says. */
export type Among = { ids: number[] } | { hour: number; atMost: number };

/** Enrollments of one part, by id: what one look reads. */
const PART = figure(100_000);

const standing = alias(deliveries, 'x');

const UNDATED = {
  id: enrollments.id,
  rev: enrollments.rev,
  subscriberId: enrollments.subscriberId,
  lesson: enrollments.nextLesson,
  lastAt: enrollments.lastAt,
  ...SLOT,
  suppressed: isTrue(isSuppressed(s.emailHash)),
  /** The state of its next step in the ledger, and when it was accepted or due; null where it has none. */
  stands: orNull({ state: standing.state }).state,
  stoodAt: sql<Seconds | null>`coalesce(${standing.acceptedAt}, ${standing.dueAt})`,
};
export type Undated = RowOf<typeof UNDATED>;

/** Undated courses, those first that nobody has been told of. */
export function readUndated(db: Database, among: Among): Promise<Undated[]> {
  const limit = 'ids' in among ? among.ids.length : among.atMost;
  return db.all(
    select(
      UNDATED,
      sql`FROM ${enrollments} CROSS JOIN ${subscribers} ${s} ON ${s.id} = ${enrollments.subscriberId}
          LEFT JOIN ${deliveries} ${standing} ON ${standsFor(standing, enrollments.nextLesson)}
        WHERE ${areAmong(among)} AND ${isUndated}
        ORDER BY ${enrollments.undatedAt} LIMIT ${limit}`,
    ),
  );
}

function areAmong(among: Among): SQL {
  if ('ids' in among) return sql`${enrollments.id} IN ${setOf(among.ids)}`;
  const from = sql`(SELECT ${among.hour} % (1 + max(${enrollments.id}) / ${PART}) * ${PART}
    FROM ${enrollments})`;
  return sql`${enrollments.id} > ${from} AND ${enrollments.id} <= ${from} + ${PART}`;
}

/** Courses that were found to be undated and still are, the longest first; up to `limit`. */
export function readKnownUndated(db: Database, limit: number) {
  const { subscriberId, nextLesson: lesson } = enrollments;
  const undatedAt = notNull(enrollments.undatedAt);
  return db.all(
    select(
      { subscriberId, email: s.email, lesson, ...SLOT, undatedAt },
      sql`FROM ${enrollments} CROSS JOIN ${subscribers} ${s} ON ${s.id} = ${enrollments.subscriberId}
        WHERE ${enrollments.undatedAt} IS NOT NULL AND ${isUndated}
        ORDER BY ${enrollments.undatedAt} LIMIT ${limit}`,
    ),
  );
}

/** What becomes of undated courses. */
export interface Mended {
  /** Their step stands in the ledger: they move on from when it was accepted. */
  moves: (Move & { at: number })[];
  dates: { id: number; rev: number; nextAt: number }[];
  /** Subscribers whose addresses are suppressed. */
  suppressed: number[];
  /** Enrollments that stay without a date. */
  left: number[];
}

/** Mends courses where they are as they were read, and keeps in mind which stay without a date. */
export async function keepMended(db: Database, mended: Mended, now: Seconds): Promise<void> {
  const { moves, dates, suppressed, left } = mended;
  await db.commit({
    moved: moveOn(moves),
    dated: dates.length > 0 && giveDates(dates),
    paused:
      suppressed.length > 0 &&
      pauseSuppressed(sql`SELECT ${subscribers.emailHash} FROM ${subscribers}
        WHERE ${subscribers.id} IN ${setOf(suppressed)}`),
    left:
      left.length > 0 &&
      sql`UPDATE ${enrollments} SET ${set.undatedAt} = coalesce(${enrollments.undatedAt}, ${now})
          WHERE ${enrollments.id} IN ${setOf(left)} AND ${isUndated}`,
    found: sql`UPDATE ${enrollments} SET ${set.undatedAt} = NULL
        WHERE ${enrollments.undatedAt} IS NOT NULL AND NOT ${isUndated}`,
  });
}

function giveDates(dates: Mended['dates']): SQL {
  const dated = JSON.stringify(dates.map(({ id, rev, nextAt }) => [id, rev, nextAt]));
  return sql`UPDATE ${enrollments} SET ${set.nextAt} = v.value ->> 2 FROM json_each(${dated}) v
    WHERE ${enrollments.id} = v.value ->> 0 AND ${enrollments.rev} = v.value ->> 1 AND ${isUndated}`;
}

/** Courses after one by id whose next step waits for its hour, and was not asked for at once. */
export function readDated(db: Database, after: number, now: Seconds, limit: number) {
  const { id, rev, lastAt, askedAt } = enrollments;
  const nextAt = notNull(enrollments.nextAt);
  return db.all(
    select(
      { id, rev, nextAt, lastAt, ...SLOT },
      sql`FROM ${enrollments} WHERE ${id} > ${after} AND ${nextAt} > ${now}
          AND ${nextAt} IS NOT ${askedAt} ORDER BY ${id} LIMIT ${limit}`,
    ),
  );
}

/** Gives late enrollments a new time, or none, where nothing has changed since they were read. */
export async function reschedule(
  db: Database,
  moves: { id: number; rev: number; from: Seconds; to: Seconds | null }[],
): Promise<void> {
  const values = JSON.stringify(moves.map((move) => [move.id, move.rev, move.from, move.to]));
  await db.commit({
    moved: sql`UPDATE ${enrollments} SET ${set.nextAt} = v."to"
        FROM (SELECT value ->> 0 AS id, value ->> 1 AS rev, value ->> 2 AS was, value ->> 3 AS "to"
          FROM json_each(${values})) v
        WHERE ${enrollments.id} = v.id AND ${enrollments.rev} = v.rev
          AND ${enrollments.nextAt} = v.was`,
  });
}
