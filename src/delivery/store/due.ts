/** What is due, and what waits: asked by claims, ticks and whoever moves a local clock. */
import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import type { Millis, Seconds } from '../../clock.ts';
import { STEPS } from '../../course/course.ts';
import { MAX_LATENESS } from '../../course/schedule.ts';
import type { Database } from '../../db/client.ts';
import { bare, figure, textList, type Value } from '../../db/names.ts';
import { batches, deliveries, enrollments, halts } from '../../db/schema.ts';
import { notNull, select } from '../../db/select.ts';
import type { Lane } from '../../mailer/mailer.ts';
import { FROZEN_AHEAD, UNCERTAIN_AFTER } from '../delivery.ts';

/** Both clocks, as an {@link Instant} or where a statement gets them. */
export interface At {
  now: Value<Seconds>;
  machine: Value<Millis>;
}

/** Columns of what gives due enrollments. */
const found = bare(enrollments);
const e = alias(enrollments, 'e');

/**
 * One SELECT for each step of the course, as one. D1 takes five terms in a compound SELECT; nested,
 * SQLite flattens them again and merges the ranges lazily: a limit of 100 reads about 100 rows.
 */
export function forEachStep(select: (lesson: number) => SQL): SQL {
  const selects = STEPS.map(select);
  const union = sql` UNION ALL `;
  const groups = [selects.slice(0, 5), selects.slice(5)];
  return sql.join(
    groups.map((group) => sql`SELECT * FROM (${sql.join(group, union)})`),
    union,
  );
}

/** When the next lesson of all falls due, or fell; null for none. One row of an index for each step. */
export const NEXT_DUE = sql<Seconds | null>`(SELECT min(oldest) FROM (${forEachStep(
  (lesson) => sql`SELECT min(${enrollments.nextAt}) AS oldest FROM ${enrollments}
    WHERE ${enrollments.nextLesson} = ${figure(lesson)} AND ${enrollments.nextAt} IS NOT NULL`,
)}))`;

/** Whether something is halted: `all`, `lesson:3`, `kind:nudge`. */
export const isHalted = (scope: string | SQL): SQL =>
  sql`EXISTS (SELECT 1 FROM ${halts} WHERE ${halts.scope} = ${scope})`;

/** Whether a lesson is halted, asked for each lesson alone. */
const isLessonHalted = (lesson: number) => isHalted(textList([`lesson:${lesson}`]));

/**
 * Due enrollments (`id`, `next_at`), one range of the index for each lesson. A halt ends its lesson's range
 * before it begins: as a condition on rows it would have SQLite read the whole backlog to leave it out.
 */
export function due(
  from: Value<Seconds>,
  to: Value<Seconds>,
  isHalted: (lesson: number) => SQL = isLessonHalted,
): SQL {
  return forEachStep(
    (lesson) => sql`SELECT ${enrollments.id}, ${enrollments.nextAt} FROM ${enrollments}
      WHERE ${enrollments.nextLesson} = ${figure(lesson)} AND ${enrollments.nextAt} > ${from}
        AND ${enrollments.nextAt} <= CASE WHEN ${isHalted(lesson)} THEN 0 ELSE ${to} END`,
  );
}

/** The longest due first, up to `limit`. */
export const oldestOf = (due: SQL, limit: Value<number>): SQL =>
  sql`${due} ORDER BY ${found.nextAt} LIMIT ${limit}`;

/** What is later than this is not sent: the sweep gives it its next slot. */
const tooLate = (now: Value<Seconds>) => sql`${now} - ${figure(MAX_LATENESS)}`;

/** Due and not too late. */
export const dueNow = (now: Value<Seconds>): SQL => due(tooLate(now), now);

/** An open batch (columns of `batches`) that some consumer holds. */
export const isHeld = (machine: Value<Millis>): SQL =>
  sql`(${batches.leaseId} IS NOT NULL AND ${batches.leaseUntil} > ${machine})`;

/** A batch (columns of `batches`) so old that nobody can know what became of it: keys are forgotten after 24 hours. */
export const isOverdue = (machine: Value<Millis>): SQL =>
  sql`${batches.frozenAt} <= ${machine} - ${figure(UNCERTAIN_AFTER)}`;

/** A batch (columns of `batches`) that a wrong clock has frozen in times to come. */
export const isAhead = (machine: Value<Millis>): SQL =>
  sql`${batches.frozenAt} > ${machine} + ${figure(FROZEN_AHEAD)}`;

/**
 * An open batch of the lane (columns of `batches`) that waits for another attempt. What is overdue or ahead
 * gets none, also where no tick has called it uncertain yet.
 */
export const waits = (lane: Lane, machine: Value<Millis>): SQL =>
  sql`(${batches.state} = 'open' AND ${batches.lane} = ${textList([lane])}
    AND ${batches.leaseUntil} <= ${machine} AND NOT ${isOverdue(machine)} AND NOT ${isAhead(machine)})`;

/** Whether an open batch of the lane waits for another attempt. */
export const anyWaits = (lane: Lane, machine: Value<Millis>): SQL =>
  sql`EXISTS (SELECT 1 FROM ${batches} WHERE ${waits(lane, machine)})`;

/** What is halted, as one text; null where nothing is. Read once, not for each row. */
const halted = sql`(SELECT ',' || group_concat(${halts.scope}) || ',' FROM ${halts})`;

/** Mails that people asked for and that may go (columns of `deliveries`). */
export const isOwed = (now: Value<Seconds>): SQL => sql`${deliveries.lane} = 'prompt'
  AND ${deliveries.state} = 'owed' AND ${deliveries.dueAt} <= ${now}
  AND coalesce(instr(${halted}, ',kind:' || ${deliveries.kind} || ',')
    + instr(${halted}, ',lesson:' || coalesce(${deliveries.lesson}, 0) || ','), 0) = 0`;

/** Whether somebody waits for a mail that they asked for. */
export const anyOwed = (now: Value<Seconds>): SQL =>
  sql`EXISTS (SELECT 1 FROM ${deliveries} WHERE ${isOwed(now)})`;

/** Whether a lane can work on something now. */
export function hasWork(lane: Lane, { now, machine }: At): SQL {
  const due = lane === 'prompt' ? anyOwed(now) : sql`EXISTS (${dueNow(now)})`;
  return sql`(${anyWaits(lane, machine)} OR ${due})`;
}

/** Enrollments whose lesson is later than `MAX_LATENESS`, but for halted lessons; up to `limit`. */
export function readLate(db: Database, now: Seconds, limit: number) {
  const { id, rev, lastAt, weekday, time, zone } = e;
  const nextAt = notNull(e.nextAt);
  return db.all(
    select(
      { id, rev, nextAt, lastAt, weekday, time, zone },
      sql`FROM (SELECT ${found.id} FROM (${due(0, tooLate(now))}) LIMIT ${limit}) d
        CROSS JOIN ${enrollments} ${e} ON ${e.id} = d.${found.id}`,
    ),
  );
}

/** The next instant of course time after `now` at which something falls due, or null. */
export async function nextDue(db: Database, now: Seconds): Promise<Seconds | null> {
  const { nextLesson, nextAt, resumeAt, nudgeAt } = enrollments;
  const earliest = (column: SQLWrapper) =>
    sql`SELECT min(${column}) AS next FROM ${enrollments} WHERE ${column} > ${now}`;
  const [row] = await db.all<{ next: Seconds | null }>(
    sql`SELECT min(next) AS next FROM (${forEachStep(
      (lesson) => sql`${earliest(nextAt)} AND ${nextLesson} = ${figure(lesson)}`,
    )} UNION ALL ${earliest(resumeAt)} UNION ALL ${earliest(nudgeAt)})`,
  );
  return row?.next ?? null;
}
