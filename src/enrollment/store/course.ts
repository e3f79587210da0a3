import { type SQL, sql } from 'drizzle-orm';
import { DAY, type Seconds } from '../../clock.ts';
import type { Slot } from '../../course/schedule.ts';
import type { Database } from '../../db/client.ts';
import { type Act, isSuppressed, writeAct } from '../../db/statements.ts';
import { MONTH } from '../../suppression/suppression.ts';
import { RESTARTS_A_MONTH, type Version } from '../enrollment.ts';
import {
  askedAtOnce,
  ended,
  givenSlot,
  goOnFrom,
  isStill,
  paused,
  resumed,
} from '../transitions.ts';

/** Runs one statement; true where it changed something. */
export async function changes(db: Database, statement: SQL): Promise<boolean> {
  const [result] = await db.batch([statement]);
  return (result?.meta.changes ?? 0) > 0;
}

/**
 * Gives a running enrollment another slot, if it is still as it was read. What is in flight or paused
 * keeps no due time; recording its outcome computes one from the new slot. A lesson that the learner
 * has asked for at once stays due, and one that had no date gets one.
 *
 * @param nextAt when the next step is due with the new slot, epoch seconds; null where it has no date
 */
export async function updateSlot(
  db: Database,
  version: Version,
  slot: Slot,
  nextAt: number | null,
): Promise<boolean> {
  const [result] = await db.batch([
    sql`UPDATE enrollments SET ${givenSlot(slot, nextAt)}
        WHERE ${isStill(version)} AND state IN ('active', 'paused')`,
  ]);
  return (result?.meta.changes ?? 0) > 0;
}

/**
 * Pauses a running enrollment, or gives a pause of the learner's own another end.
 *
 * @param resumeAt epoch seconds, or null until they resume it
 */
export function pauseEnrollment(db: Database, version: Version, resumeAt: number | null) {
  return changes(
    db,
    sql`UPDATE enrollments SET ${paused(resumeAt)}
        WHERE ${isStill(version)}
          AND (state = 'active' OR (state = 'paused' AND pause_reason IS NULL))`,
  );
}

/** Ends a pause. What is in flight keeps no due time: recording its outcome computes one. */
export function resumeEnrollment(db: Database, version: Version, nextAt: number | null) {
  return changes(
    db,
    sql`UPDATE enrollments SET ${resumed(nextAt)}
        WHERE ${isStill(version)} AND state = 'paused' AND pause_reason IS NULL`,
  );
}

/** Lets such a course go on, unless its address is suppressed. @param act who says so */
export async function letGoOn(
  db: Database,
  version: Version,
  nextAt: number | null,
  now: Seconds,
  act?: Act,
): Promise<boolean> {
  const free = sql`NOT EXISTS (SELECT 1 FROM subscribers s JOIN suppressions x ON x.hash = s.email_hash
    WHERE s.id = enrollments.subscriber_id)`;
  const results = await db.batch([
    ...(act
      ? [
          writeAct(
            act,
            sql`EXISTS (SELECT 1 FROM enrollments WHERE ${isStill(version)} AND state = 'paused'
              AND pause_reason IS NOT NULL AND ${free})`,
          ),
        ]
      : []),
    sql`${goOnFrom(version, nextAt, now)} AND ${free}`,
  ]);
  return (results.at(-1)?.meta.changes ?? 0) > 0;
}

/** A pause that has come to its end. */
export interface Resuming extends Version {
  resumeAt: number;
  lastAt: number | null;
  weekday: number;
  time: string;
  zone: string;
}

/** Pauses that end at or before `now`, up to `limit`, by index. */
export function readResuming(db: Database, now: Seconds, limit: number): Promise<Resuming[]> {
  return db.all<Resuming>(
    sql`SELECT id, rev, resume_at AS resumeAt, last_at AS lastAt, weekday, time, zone
        FROM enrollments WHERE resume_at <= ${now} ORDER BY resume_at LIMIT ${limit}`,
  );
}

/** Ends these pauses where nothing has changed; a date that no pause of the learner's has any more goes. */
export async function resumeAll(
  db: Database,
  moves: (Version & { nextAt: number | null })[],
): Promise<void> {
  const values = JSON.stringify(moves.map((move) => [move.id, move.rev, move.nextAt]));
  const theirs = sql`(SELECT value ->> 0 AS id, value ->> 1 AS rev, value ->> 2 AS next_at
    FROM json_each(${values})) v`;
  await db.batch([
    sql`UPDATE enrollments SET resume_at = NULL FROM ${theirs}
        WHERE enrollments.id = v.id AND (state <> 'paused' OR pause_reason IS NOT NULL)`,
    sql`UPDATE enrollments SET ${resumed(sql`v.next_at`)} FROM ${theirs}
        WHERE enrollments.id = v.id AND enrollments.rev = v.rev AND state = 'paused'
          AND pause_reason IS NULL AND resume_at IS NOT NULL`,
  ]);
}

/** Makes the next lesson due now, if it waits for its hour and none was asked for within a day. */
export function askNext(db: Database, version: Version, now: Seconds, lessons: number) {
  return changes(
    db,
    sql`UPDATE enrollments SET ${askedAtOnce(now)}
        WHERE ${isStill(version)} AND state = 'active' AND next_at > ${now}
          AND next_lesson <= ${lessons} AND coalesce(asked_at, 0) <= ${now - DAY}`,
  );
}

/** Where a beginning anew is asked for, as the page of its signup. */
const AGAIN = '/learn#again';

/**
 * Ends an enrollment and begins another of the same subscriber, with the same hour and the consent
 * that stands. The latest lesson and the latest wish count on, so that four days and a day still hold.
 *
 * @param begin.lastAt when the latest lesson was accepted, or may be
 * @returns `often` where it has begun anew as often in 30 days as it may
 */
export async function beginAgain(
  db: Database,
  version: Version,
  begin: { signupId: number; nextAt: number | null; lastAt: number | null; now: Seconds },
): Promise<'begun' | 'often' | 'missed'> {
  const { signupId, nextAt, lastAt, now } = begin;
  const often = sql`((SELECT count(*) FROM signups WHERE page = ${AGAIN}
      AND subscriber_id = (SELECT subscriber_id FROM enrollments WHERE id = ${version.id})
      AND created_at > ${now - MONTH}) >= ${RESTARTS_A_MONTH})`;
  const begun = sql`EXISTS (SELECT 1 FROM signups WHERE id = ${signupId})`;
  const [before, , , again] = await db.batch([
    sql`SELECT ${often} AS often`,
    sql`INSERT INTO signups (id, subscriber_id, provider_id, first_name, time_zone, page,
          words_version, created_at, confirmed_at)
        SELECT ${signupId}, g.subscriber_id, g.provider_id, g.first_name, g.time_zone, ${AGAIN},
          g.words_version, ${now}, ${now}
        FROM enrollments e JOIN signups g ON g.id = e.signup_id
          JOIN subscribers s ON s.id = e.subscriber_id
        WHERE e.id = ${version.id} AND e.rev = ${version.rev} AND e.pause_reason IS NULL
          AND e.state IN ('active', 'paused', 'completed')
          AND e.id = (SELECT max(id) FROM enrollments WHERE subscriber_id = e.subscriber_id)
          AND s.unsubscribed_at IS NULL AND s.erase_requested_at IS NULL
          AND NOT ${isSuppressed(sql`s.email_hash`)} AND NOT ${often}`,
    sql`UPDATE enrollments SET ${ended(now)}
        WHERE ${isStill(version)} AND state IN ('active', 'paused') AND ${begun}`,
    sql`INSERT INTO enrollments (signup_id, subscriber_id, state, weekday, time, zone, next_at,
          last_at, asked_at, created_at)
        SELECT ${signupId}, subscriber_id, 'active', weekday, time, zone, ${nextAt}, ${lastAt},
          asked_at, ${now}
        FROM enrollments WHERE id = ${version.id} AND ${begun}`,
  ]);
  if ((again?.meta.changes ?? 0) > 0) return 'begun';
  return before?.results[0]?.often === 1 ? 'often' : 'missed';
}

/** Marks a lesson as read, or takes the mark back. Whoever marks one needs no nudge for now. */
export function markLesson(db: Database, id: number, lesson: number, read: boolean) {
  const bit = 2 ** (lesson - 1);
  return changes(
    db,
    read
      ? sql`UPDATE enrollments SET read_weeks = read_weeks | ${bit}, nudge_at = NULL
            WHERE id = ${id} AND read_weeks & ${bit} = 0`
      : sql`UPDATE enrollments SET read_weeks = read_weeks & ~${bit}
            WHERE id = ${id} AND read_weeks & ${bit} <> 0`,
  );
}
