/** What went out and what comes, for whoever runs the course: from indexes alone, never row by row. */
import { sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import { DAY, HOUR, type Instant, type Seconds, secondsOf } from '../../clock.ts';
import { STEPS } from '../../course/course.ts';
import type { Database } from '../../db/client.ts';
import { keptFor } from '../../db/kept.ts';
import { figure } from '../../db/names.ts';
import { batches, deliveries, enrollments, events, halts, subscribers } from '../../db/schema.ts';
import { select } from '../../db/select.ts';
import type { Lane } from '../../mailer/mailer.ts';
import { type Counts, TROUBLE_LISTED } from '../rates.ts';
import { forEachStep, NEXT_DUE } from './due.ts';

/** How long a forecast, or the counts of many days, are kept. */
const MINUTES_KEPT: Seconds = 600;

/** Mails of a lane that were accepted in one span of time. */
export interface FlowRow {
  /** Where the span begins, course time. */
  at: Seconds;
  lane: Lane;
  mails: number;
}

/** As `FLOW` says, one JSON text: `[at, lane, mails]`. */
const flowJson = (from: Seconds, to: Seconds, span: Seconds, offset: Seconds) =>
  sql`(SELECT json_group_array(json_array(at, lane, mails)) FROM (
    SELECT (${batches.acceptedAt} - ${figure(offset)}) / ${figure(span)} * ${figure(span)} + ${figure(offset)}
        AS at, ${batches.lane} AS lane, sum(${batches.accepted}) AS mails
      FROM ${batches} WHERE ${batches.acceptedAt} >= ${from} AND ${batches.acceptedAt} < ${to}
      GROUP BY 1, 2 ORDER BY 1, 2))`;

/** Weeks begin on Monday: the epoch began on a Thursday. */
const offsetOf = (span: Seconds) => (span === 7 * DAY ? 4 * DAY : 0);

/** Where the span begins in which an instant lies. */
export function beginning(at: Seconds, span: Seconds): Seconds {
  const offset = offsetOf(span);
  return Math.floor((at - offset) / span) * span + offset;
}

function rowsOf(body: string | undefined): FlowRow[] {
  const rows = JSON.parse(body ?? '[]') as [Seconds, Lane, number][];
  return rows.map(([at, lane, mails]) => ({ at, lane, mails }));
}

/**
 * Mails that were accepted, by spans of an hour, a day or a week. Hours are read from their batches; days
 * and weeks are kept for ten minutes.
 */
const flow = (now: Seconds, from: Seconds, span: Seconds) =>
  span === HOUR
    ? sql<{ body: string }>`SELECT ${flowJson(from, now + 1, span, 0)} AS body`
    : keptFor(`flow:${span}`, now, MINUTES_KEPT, flowJson(from, now + 1, span, offsetOf(span)));

/**
 * Lessons by the hour in which they fall due: ranges of the index, of which each is counted by itself, so
 * that nothing is sorted. The first has whatever is due by now.
 */
const forecastJson = (now: Seconds, hours: number) => {
  const first = Math.floor(now / HOUR) * HOUR;
  const e = alias(enrollments, 'e');
  const spans = Array.from({ length: hours }, (_, hour) => [
    hour === 0 ? 0 : first + hour * HOUR,
    first + (hour + 1) * HOUR,
  ]);
  const inSpan = sql`(SELECT count(*) FROM ${enrollments} ${e} WHERE ${e.nextLesson} = step.value
    AND ${e.nextAt} IS NOT NULL AND ${e.nextAt} >= (span.value ->> 0) AND ${e.nextAt} < (span.value ->> 1))`;
  return sql`(SELECT json_group_array(mails) FROM (
    SELECT (SELECT sum(${inSpan}) FROM json_each(${JSON.stringify(STEPS)}) step) AS mails
    FROM json_each(${JSON.stringify(spans)}) span ORDER BY span.key))`;
};

/** Figures of what waits, each with its oldest. Times are course time unless they say otherwise. */
const WAITING = {
  owed: sql<number>`(SELECT count(*) FROM ${deliveries} WHERE ${deliveries.state} = 'owed')`,
  owedSince: sql<Seconds | null>`(SELECT min(${deliveries.dueAt}) FROM ${deliveries}
    WHERE ${deliveries.state} = 'owed')`,
  dueSince: NEXT_DUE,
  sending: sql<number>`(SELECT coalesce(sum(${batches.size}), 0) FROM ${batches}
    WHERE ${batches.state} = 'open')`,
  /** Machine time, epoch milliseconds. */
  sendingSince: sql<number | null>`(SELECT min(${batches.frozenAt}) FROM ${batches}
    WHERE ${batches.state} = 'open')`,
  uncertain: sql<number>`(SELECT count(*) FROM ${deliveries} WHERE ${deliveries.state} = 'uncertain')`,
  halted: sql<number>`(SELECT count(*) FROM ${halts})`,
  /** Machine time, epoch seconds. */
  haltedSince: sql<Seconds | null>`(SELECT min(${halts.since}) FROM ${halts})`,
};

/** How many lessons are due, up to a number that no page counts beyond. */
const dueUpTo = (now: Seconds, most: number) =>
  sql<number>`(SELECT count(*) FROM (${forEachStep(
    (lesson) => sql`SELECT 1 FROM ${enrollments} WHERE ${enrollments.nextLesson} = ${figure(lesson)}
      AND ${enrollments.nextAt} IS NOT NULL AND ${enrollments.nextAt} <= ${now}`,
  )} LIMIT ${figure(most)}))`;

/** Nobody counts further than this on a page. */
const MOST_COUNTED = 5000;

/** What went out since an instant, what comes in the next hours, and what waits. One round trip. */
export async function readTraffic(
  db: Database,
  { now, machine }: Instant,
  { span, from, hours }: { span: Seconds; from: Seconds; hours: number },
) {
  const today = Math.floor(machine / 1000 / DAY) * DAY + (now - secondsOf(machine));
  const { went, comes, waits, day } = await db.commit({
    went: flow(now, from, span),
    comes: keptFor('forecast', now, MINUTES_KEPT, forecastJson(now, hours)),
    waits: select({ ...WAITING, due: dueUpTo(now, MOST_COUNTED) }, sql``),
    day: sql<{ body: string }>`SELECT ${flowJson(today, now + 1, DAY, today % DAY)} AS body`,
  });
  if (!waits.row) throw new Error('the database gave no answer');
  return {
    went: rowsOf(went.row?.body),
    today: rowsOf(day.row?.body),
    /** Where the forecast's first hour begins, and lessons hour by hour. */
    comes: {
      from: Math.floor((comes.row?.at ?? now) / HOUR) * HOUR,
      mails: JSON.parse(comes.row?.body ?? '[]') as number[],
    },
    waits: waits.row,
  };
}

const TROUBLED = sql`${events.kind} <> 'delivered'`;

/** What became of the mails of some days, as two statements. */
const ratesOf = ({ now, machine }: Instant, days: number) => ({
  accepted: keptFor(
    `accepted:${days}`,
    now,
    MINUTES_KEPT,
    sql`(SELECT coalesce(sum(${batches.accepted}), 0) FROM ${batches}
      WHERE ${batches.acceptedAt} > ${now - days * DAY})`,
  ),
  trouble: select(
    { kind: events.kind, mails: sql<number>`count(DISTINCT ${events.deliveryId})` },
    sql`FROM ${events} WHERE ${TROUBLED} AND ${events.at} > ${secondsOf(machine) - days * DAY}
      GROUP BY ${events.kind}`,
  ),
});

type Trouble = { kind: typeof events.$inferSelect.kind; mails: number };

function countsIn(accepted: string | undefined, trouble: Trouble[]): Counts {
  const by = new Map(trouble.map(({ kind, mails }) => [kind, mails]));
  return {
    accepted: Number(accepted ?? 0),
    hard: by.get('hard-bounce') ?? 0,
    soft: (by.get('soft-bounce') ?? 0) + (by.get('unclear-bounce') ?? 0),
    complaints: by.get('complaint') ?? 0,
  };
}

/**
 * What became of the mails of some days.
 *
 * @param days counted back from now
 */
export async function readRates(db: Database, at: Instant, days: number): Promise<Counts> {
  const { accepted, trouble } = await db.commit(ratesOf(at, days));
  return countsIn(accepted.row?.body, trouble.rows);
}

/** The same of two spans of days, and where trouble came from in the longer. One round trip. */
export async function readLiked(db: Database, at: Instant, [few, many]: [number, number]) {
  const [a, b] = [ratesOf(at, few), ratesOf(at, many)];
  const found = await db.commit({
    few: a.accepted,
    fewTrouble: a.trouble,
    many: b.accepted,
    manyTrouble: b.trouble,
    domains: trouble(at, many),
  });
  return {
    few: countsIn(found.few.row?.body, found.fewTrouble.rows),
    many: countsIn(found.many.row?.body, found.manyTrouble.rows),
    domains: found.domains.rows,
  };
}

/**
 * The latest bounces and complaints with the domains that they came from, as far as a page looks. A mail
 * of which the same was told twice is one.
 */
function trouble({ machine }: Instant, days: number) {
  const domain = sql<
    string | null
  >`substr(${subscribers.email}, instr(${subscribers.email}, '@') + 1)`;
  return select(
    { kind: events.kind, domain },
    sql`FROM ${events} LEFT JOIN ${subscribers} ON ${subscribers.id} = ${events.subscriberId}
      WHERE ${TROUBLED} AND ${events.at} > ${secondsOf(machine) - days * DAY}
      GROUP BY ${events.deliveryId}, ${events.kind}
      ORDER BY max(${events.at}) DESC LIMIT ${figure(TROUBLE_LISTED)}`,
  );
}

/** Mails accepted between two instants of course time. */
export async function countAcceptedIn(db: Database, from: Seconds, to: Seconds): Promise<number> {
  const [row] = await db.all(
    select(
      { mails: sql<number>`coalesce(sum(${batches.accepted}), 0)` },
      sql`FROM ${batches} WHERE ${batches.acceptedAt} >= ${from} AND ${batches.acceptedAt} < ${to}`,
    ),
  );
  return row?.mails ?? 0;
}
