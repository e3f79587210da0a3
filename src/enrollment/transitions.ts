/**
 * How an enrollment changes: assignments to `enrollments` for the SET of whatever statement decides whose
 * and when, and the statements that several rooms share. Nowhere else is a state set.
 */
import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import type { Seconds } from '../clock.ts';
import { LESSONS } from '../course/course.ts';
import { NUDGE_AFTER, type Slot } from '../course/schedule.ts';
import { bare } from '../db/names.ts';
import { deliveries, enrollments, subscribers } from '../db/schema.ts';
import type { Version } from './enrollment.ts';

type Columns = typeof enrollments.$inferSelect;

/** The column is left out, so that SQLite does not look at its indexes either. */
export const stays = undefined;

type To<Column extends keyof Columns> = SQL | Columns[Column] | typeof stays;

/** What every change says of each: its new value, or that it stays. */
type Said = 'state' | 'pauseReason' | 'ownPause' | 'nextAt' | 'resumeAt' | 'nudgeAt' | 'closedAt';
/** What only some changes touch. */
type Unsaid = 'nextLesson' | 'lastAt' | 'askedAt' | 'undatedAt' | 'weekday' | 'time' | 'zone';

type Change = { [Column in Said]: To<Column> } & { [Column in Unsaid]?: To<Column> };

/** A word of the schema, which is no parameter: D1 takes a hundred of them. */
const word = (of: string) => sql.raw(`'${of}'`);

/** With `rev`: what was computed from the enrollment before misses. */
function change({ state, pauseReason, ...to }: Change): SQL {
  const set = bare(enrollments);
  const values: Record<string, SQL | string | number | null | undefined> = {
    state: typeof state === 'string' ? word(state) : state,
    pauseReason: typeof pauseReason === 'string' ? word(pauseReason) : pauseReason,
    ...to,
    rev: sql`${enrollments.rev} + 1`,
  };
  const assignments = Object.entries(values)
    .filter(([, value]) => value !== stays)
    .map(([column, value]) => sql`${set[column as keyof Columns]} = ${value ?? sql`NULL`}`);
  return sql.join(assignments, sql`, `);
}

const d = alias(deliveries, 'd');

/**
 * A row of the ledger that stands for a step of an enrollment (columns of `enrollments`): what was skipped
 * or has failed is owed still.
 */
export const standsFor = (
  row: { [Column in 'enrollmentId' | 'lesson' | 'lane' | 'state']: SQLWrapper },
  lesson: SQLWrapper,
): SQL => sql`${row.enrollmentId} = ${enrollments.id} AND ${row.lesson} = ${lesson}
  AND ${row.lane} = 'lesson' AND ${row.state} NOT IN ('skipped', 'failed')`;

/** Whether an enrollment's next step (columns of `enrollments`) is on its way. */
export const stepInFlight = sql`EXISTS (SELECT 1 FROM ${deliveries} ${d}
  WHERE ${standsFor(d, enrollments.nextLesson)})`;

/** An enrollment that runs: its course is neither over nor ended. */
export const isRunning = sql`${enrollments.state} IN ('active', 'paused')`;

export const isStill = ({ id, rev }: Version): SQL =>
  sql`${enrollments.id} = ${id} AND ${enrollments.rev} = ${rev}`;

/** When the next step is due: an instant, or null where it has no date. */
type Due = SQL | number | null;

/** What is in flight keeps no due time: its outcome computes one. */
const unlessInFlight = (nextAt: Due) => sql`CASE WHEN ${stepInFlight} THEN NULL ELSE ${nextAt} END`;

/** The learner pauses it. @param resumeAt epoch seconds, or null until they resume it */
export const paused = (resumeAt: number | null): SQL =>
  change({
    state: 'paused',
    pauseReason: null,
    ownPause: null,
    nextAt: null,
    resumeAt,
    nudgeAt: stays,
    closedAt: stays,
  });

/** The learner’s own pause is over. */
export const resumed = (nextAt: Due): SQL =>
  change({
    state: 'active',
    pauseReason: null,
    ownPause: null,
    nextAt: unlessInFlight(nextAt),
    resumeAt: null,
    nudgeAt: stays,
    closedAt: stays,
  });

/** When the learner's own pause ends, kept below whatever stops or ends the course. */
const keptBelow = sql`CASE WHEN ${enrollments.state} = 'paused' AND ${enrollments.pauseReason} IS NULL
  THEN coalesce(${enrollments.resumeAt}, 0) ELSE ${enrollments.ownPause} END`;

/** It stops because of its address. A pause of the learner's own is kept below it. */
export const stopFor = (reason: NonNullable<Columns['pauseReason']>): SQL =>
  change({
    state: 'paused',
    pauseReason: reason,
    ownPause: keptBelow,
    nextAt: null,
    resumeAt: null,
    nudgeAt: stays,
    closedAt: stays,
  });

/** It goes on after it had stopped because of its address. A pause of the learner's own goes on to its end. */
export function goOn(nextAt: Due, now: Seconds): SQL {
  const { ownPause } = enrollments;
  const stillPaused = sql`(${ownPause} = 0 OR ${ownPause} > ${now})`;
  return change({
    state: sql`CASE WHEN ${stillPaused} THEN 'paused' ELSE 'active' END`,
    pauseReason: null,
    ownPause: null,
    nextAt: sql`CASE WHEN ${stillPaused} OR ${stepInFlight} THEN NULL ELSE ${nextAt} END`,
    resumeAt: sql`CASE WHEN ${ownPause} > ${now} THEN ${ownPause} END`,
    nudgeAt: stays,
    closedAt: stays,
  });
}

/** The mail ends, or another course of the same person begins. Why it had stopped goes on being told. */
export const ended = (at: SQL | Seconds): SQL =>
  change({
    state: 'ended',
    pauseReason: stays,
    ownPause: keptBelow,
    nextAt: null,
    resumeAt: null,
    nudgeAt: null,
    closedAt: at,
  });

/**
 * The goodbye that ended it is taken back: it runs on, or waits for what it waited for. A pause of the
 * learner's own goes on to its end.
 */
function takenBack(nextAt: Due, now: Seconds): SQL {
  const { ownPause, pauseReason } = enrollments;
  const stopped = sql`${pauseReason} IS NOT NULL`;
  const waits = sql`(${stopped} OR ${ownPause} = 0 OR ${ownPause} > ${now})`;
  return change({
    state: sql`CASE WHEN ${waits} THEN 'paused' ELSE 'active' END`,
    pauseReason: stays,
    ownPause: sql`CASE WHEN ${stopped} THEN ${ownPause} END`,
    nextAt: sql`CASE WHEN ${waits} OR ${stepInFlight} THEN NULL ELSE ${nextAt} END`,
    resumeAt: sql`CASE WHEN ${pauseReason} IS NULL AND ${ownPause} > ${now} THEN ${ownPause} END`,
    nudgeAt: stays,
    closedAt: null,
  });
}

/** A step that was sent, as the statement finds it beside `enrollments`. */
export interface SentStep {
  /** Its number. */
  lesson: SQL;
  /** When it was sent. */
  at: SQL;
}

/**
 * A lesson was sent: the one after it comes next. It names no state: only where that may change does
 * SQLite look at, and write, the index of what runs.
 *
 * @param nudgeAt by {@link nudgeAfter}, or `stays`
 */
export const movedOn = ({ lesson, at }: SentStep, nextAt: SQL, nudgeAt: To<'nudgeAt'>): SQL =>
  change({
    state: stays,
    pauseReason: stays,
    ownPause: stays,
    nextAt,
    resumeAt: stays,
    nudgeAt,
    closedAt: stays,
    nextLesson: sql`${lesson} + 1`,
    lastAt: at,
  });

/** The closing note was sent: the course is over, unless it had ended already. */
export const completed = ({ lesson, at }: SentStep): SQL =>
  change({
    state: sql`CASE WHEN ${isRunning} THEN 'completed' ELSE ${enrollments.state} END`,
    pauseReason: stays,
    ownPause: null,
    nextAt: null,
    resumeAt: null,
    nudgeAt: null,
    closedAt: sql`coalesce(${enrollments.closedAt}, ${at})`,
    nextLesson: sql`${lesson} + 1`,
    lastAt: at,
  });

/** A lesson that was taken for sent was not: it comes next again. @param lastAt when the one before was sent */
export const steppedBack = (nextAt: To<'nextAt'>, lastAt: SQL): SQL =>
  change({
    state: stays,
    pauseReason: stays,
    ownPause: stays,
    nextAt,
    resumeAt: stays,
    nudgeAt: null,
    closedAt: stays,
    nextLesson: sql`${enrollments.nextLesson} - 1`,
    lastAt,
  });

/**
 * The learner takes another hour. What is paused or in flight keeps no due time; what they have asked for
 * at once stays due.
 */
export const givenSlot = (slot: Slot, nextAt: Due): SQL =>
  change({
    state: stays,
    pauseReason: stays,
    ownPause: stays,
    nextAt: sql`CASE WHEN ${enrollments.state} = 'paused' OR ${stepInFlight} THEN NULL
      WHEN ${enrollments.nextAt} = ${enrollments.askedAt} THEN ${enrollments.nextAt}
      ELSE ${nextAt} END`,
    resumeAt: stays,
    nudgeAt: stays,
    undatedAt: null,
    closedAt: stays,
    weekday: slot.weekday,
    time: slot.time,
    zone: slot.zone,
  });

/** The learner asks for the next lesson at once. */
export const askedAtOnce = (now: Seconds): SQL =>
  change({
    state: stays,
    pauseReason: stays,
    ownPause: stays,
    nextAt: now,
    resumeAt: stays,
    nudgeAt: stays,
    closedAt: stays,
    askedAt: now,
  });

/**
 * When the nudge falls due once a lesson was sent: with it and the one before unread, and somebody who has
 * used the read button before. Who never has tells nothing by not pressing it, and is left in peace.
 */
export function nudgeAfter({ lesson, at }: SentStep): SQL {
  const { nudgedAt, nudgeAt, readWeeks } = enrollments;
  return sql`CASE WHEN ${nudgedAt} IS NULL AND ${readWeeks} <> 0
      AND ${lesson} BETWEEN 2 AND ${sql.raw(String(LESSONS))}
      AND ${readWeeks} & (3 << (${lesson} - 2)) = 0
    THEN ${at} + ${sql.raw(String(NUDGE_AFTER))} ELSE ${nudgeAt} END`;
}

/**
 * Stops the courses that go to suppressed addresses, whoever they belong to and whatever they wait for
 * already.
 *
 * @param hashes a query that gives the addresses' hashes
 */
export function pauseSuppressed(hashes: SQL): SQL {
  return sql`UPDATE ${enrollments} SET ${stopFor('suppressed')}
    WHERE ${isRunning} AND ${enrollments.subscriberId} IN (SELECT ${subscribers.id} FROM ${subscribers}
      WHERE ${subscribers.confirmedAt} IS NOT NULL AND ${subscribers.emailHash} IN (${hashes}))`;
}

/** Ends the courses of subscribers. @param whose `= 5`, `IN (…)` */
export function endCourses(whose: SQL, at: SQL | Seconds): SQL {
  return sql`UPDATE ${enrollments} SET ${ended(at)}
    WHERE ${enrollments.subscriberId} ${whose} AND ${isRunning}`;
}

/** Lets a course go on whose goodbye is taken back, where it still stands. @param leftAt the goodbye's */
export function takeUpAgain(
  version: Version,
  leftAt: Seconds,
  nextAt: number | null,
  now: Seconds,
): SQL {
  return sql`UPDATE ${enrollments} SET ${takenBack(nextAt, now)} WHERE ${isStill(version)}
    AND ${enrollments.state} = 'ended' AND ${enrollments.closedAt} = ${leftAt}`;
}

/** Lets a course go on that had stopped because of its address. */
export function goOnFrom(version: Version, nextAt: number | null, now: Seconds): SQL {
  return sql`UPDATE ${enrollments} SET ${goOn(nextAt, now)} WHERE ${isStill(version)}
    AND ${enrollments.state} = 'paused' AND ${enrollments.pauseReason} IS NOT NULL`;
}
