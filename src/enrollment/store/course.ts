import { and, eq, lte, type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import type { Seconds } from '../../clock.ts';
import type { Slot } from '../../course/schedule.ts';
import type { Database } from '../../db/client.ts';
import { bare } from '../../db/names.ts';
import { enrollments, signups, subscribers, suppressions } from '../../db/schema.ts';
import { notNull, type RowOf } from '../../db/select.ts';
import { type Act, isSuppressed, writeAct } from '../../db/statements.ts';
import { shareBegunAgain } from '../../share/follow.ts';
import { MONTH } from '../../suppression/suppression.ts';
import { RESTARTS_A_MONTH, type Version } from '../enrollment.ts';
import {
  askedAtOnce,
  ended,
  givenSlot,
  goOnFrom,
  isRunning,
  isStill,
  paused,
  resumed,
} from '../transitions.ts';

/** Runs one statement; true where it changed something. */
async function changes(db: Database, statement: SQLWrapper): Promise<boolean> {
  const { done } = await db.commit({ done: statement });
  return done.changed > 0;
}

/**
 * Gives a running enrollment another slot, if it is still as it was read. What is in flight or paused
 * keeps no due time; recording its outcome computes one from the new slot. A lesson that the learner
 * has asked for at once stays due, and one that had no date gets one.
 *
 * @param nextAt when the next step is due with the new slot, epoch seconds; null where it has no date
 */
export function updateSlot(db: Database, version: Version, slot: Slot, nextAt: number | null) {
  return changes(
    db,
    sql`UPDATE ${enrollments} SET ${givenSlot(slot, nextAt)} WHERE ${isStill(version)} AND ${isRunning}`,
  );
}

/** The learner has paused it, and nothing else has. */
const isPausedByLearner = sql`${enrollments.state} = 'paused' AND ${enrollments.pauseReason} IS NULL`;

/**
 * Pauses a running enrollment, or gives a pause of the learner's own another end.
 *
 * @param resumeAt epoch seconds, or null until they resume it
 */
export function pauseEnrollment(db: Database, version: Version, resumeAt: number | null) {
  return changes(
    db,
    sql`UPDATE ${enrollments} SET ${paused(resumeAt)} WHERE ${isStill(version)}
      AND (${enrollments.state} = 'active' OR (${isPausedByLearner}))`,
  );
}

/** Ends a pause. What is in flight keeps no due time: recording its outcome computes one. */
export function resumeEnrollment(db: Database, version: Version, nextAt: number | null) {
  return changes(
    db,
    sql`UPDATE ${enrollments} SET ${resumed(nextAt)} WHERE ${isStill(version)} AND ${isPausedByLearner}`,
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
  const free = sql`NOT EXISTS (SELECT 1 FROM ${subscribers}
      JOIN ${suppressions} ON ${suppressions.hash} = ${subscribers.emailHash}
    WHERE ${subscribers.id} = ${enrollments.subscriberId})`;
  const waits = sql`EXISTS (SELECT 1 FROM ${enrollments} WHERE ${isStill(version)}
    AND ${enrollments.state} = 'paused' AND ${enrollments.pauseReason} IS NOT NULL AND ${free})`;
  const { goesOn } = await db.commit({
    act: act && writeAct(act, waits),
    goesOn: sql`${goOnFrom(version, nextAt, now)} AND ${free}`,
  });
  return goesOn.changed > 0;
}

const RESUMING = {
  id: enrollments.id,
  rev: enrollments.rev,
  resumeAt: notNull(enrollments.resumeAt),
  lastAt: enrollments.lastAt,
  weekday: enrollments.weekday,
  time: enrollments.time,
  zone: enrollments.zone,
};

/** A pause that has come to its end. */
export type Resuming = RowOf<typeof RESUMING>;

/** Pauses that end at or before `now`, up to `limit`, by index. */
export function readResuming(db: Database, now: Seconds, limit: number): Promise<Resuming[]> {
  const { resumeAt } = enrollments;
  return db.orm
    .select(RESUMING)
    .from(enrollments)
    .where(lte(resumeAt, now))
    .orderBy(resumeAt)
    .limit(limit);
}

/** Ends these pauses where nothing has changed. */
export async function resumeAll(
  db: Database,
  moves: (Version & { nextAt: number | null })[],
): Promise<void> {
  const values = JSON.stringify(moves.map((move) => [move.id, move.rev, move.nextAt]));
  const theirs = sql`(SELECT value ->> 0 AS id, value ->> 1 AS rev, value ->> 2 AS due
    FROM json_each(${values})) v`;
  await db.commit({
    resumed: sql`UPDATE ${enrollments} SET ${resumed(sql`v.due`)} FROM ${theirs}
      WHERE ${enrollments.id} = v.id AND ${enrollments.rev} = v.rev
        AND ${enrollments.resumeAt} IS NOT NULL`,
  });
}

/** Who makes the next step due at once: the learner, a lesson once in 24 hours, or somebody for them. */
export type AskedBy = { lessons: number; notSince: Seconds } | { steps: number; act: Act };

/** Makes the next step due now, if it waits for its hour. */
export async function askNext(
  db: Database,
  version: Version,
  now: Seconds,
  by: AskedBy,
): Promise<boolean> {
  const { state, nextAt, nextLesson, askedAt } = enrollments;
  const allowed =
    'act' in by
      ? sql`${nextLesson} <= ${by.steps}`
      : sql`${nextLesson} <= ${by.lessons} AND coalesce(${askedAt}, 0) <= ${by.notSince}`;
  const waits = sql`${isStill(version)} AND ${state} = 'active' AND ${nextAt} > ${now} AND ${allowed}`;
  const { asked } = await db.commit({
    act: 'act' in by && writeAct(by.act, sql`EXISTS (SELECT 1 FROM ${enrollments} WHERE ${waits})`),
    asked: sql`UPDATE ${enrollments} SET ${askedAtOnce(now)} WHERE ${waits}`,
  });
  return asked.changed > 0;
}

/** Where a beginning anew is asked for, as the page of its signup. */
const AGAIN = '/learn#again';

interface Beginning {
  signupId: number;
  nextAt: number | null;
  /** When the latest lesson was accepted, or may be. */
  lastAt: number | null;
  now: Seconds;
}

/**
 * Ends an enrollment and begins another of the same subscriber, with the same hour and the consent
 * that stands. The latest lesson and the latest wish count on, so that four days and a day still hold.
 *
 * @returns `often` where it has begun anew as often in 30 days as it may
 */
export async function beginAgain(
  db: Database,
  version: Version,
  begin: Beginning,
): Promise<'begun' | 'often' | 'missed'> {
  const { signupId, now } = begin;
  const often = isOften(version, now);
  const begun = sql`EXISTS (SELECT 1 FROM ${signups} WHERE ${signups.id} = ${signupId})`;
  const { before, again } = await db.commit({
    before: sql<{ often: 0 | 1 }>`SELECT ${often} AS often`,
    consent: repeatConsent(version, begin, sql`NOT ${often}`),
    ended: sql`UPDATE ${enrollments} SET ${ended(now)}
      WHERE ${isStill(version)} AND ${isRunning} AND ${begun}`,
    again: repeatEnrollment(version, begin, begun),
    share: shareBegunAgain(signupId),
  });
  if (again.changed > 0) return 'begun';
  return before.row?.often === 1 ? 'often' : 'missed';
}

/** Whether the enrollment's subscriber has begun anew as often as they may. */
function isOften({ id }: Version, now: Seconds): SQL {
  return sql`((SELECT count(*) FROM ${signups} WHERE ${signups.page} = ${AGAIN}
      AND ${signups.subscriberId} =
        (SELECT ${enrollments.subscriberId} FROM ${enrollments} WHERE ${enrollments.id} = ${id})
      AND ${signups.createdAt} > ${now - MONTH}) >= ${RESTARTS_A_MONTH})`;
}

/** The signup of the enrollment once more, confirmed, where it may begin again. */
function repeatConsent(version: Version, { signupId, now }: Beginning, where: SQL): SQL {
  const g = bare(signups);
  const e = alias(enrollments, 'e');
  const newest = sql`(SELECT max(${e.id}) FROM ${enrollments} ${e}
    WHERE ${e.subscriberId} = ${enrollments.subscriberId})`;
  return sql`INSERT INTO ${signups} (${g.id}, ${g.subscriberId}, ${g.providerId}, ${g.firstName},
      ${g.timeZone}, ${g.page}, ${g.wordsVersion}, ${g.createdAt}, ${g.confirmedAt})
    SELECT ${signupId}, ${signups.subscriberId}, ${signups.providerId}, ${signups.firstName},
      ${signups.timeZone}, ${AGAIN}, ${signups.wordsVersion}, ${now}, ${now}
    FROM ${enrollments} JOIN ${signups} ON ${signups.id} = ${enrollments.signupId}
      JOIN ${subscribers} ON ${subscribers.id} = ${enrollments.subscriberId}
    WHERE ${isStill(version)} AND ${enrollments.pauseReason} IS NULL
      AND ${enrollments.state} IN ('active', 'paused', 'completed') AND ${enrollments.id} = ${newest}
      AND ${subscribers.unsubscribedAt} IS NULL AND ${subscribers.eraseRequestedAt} IS NULL
      AND NOT ${isSuppressed(sql`${subscribers.emailHash}`)} AND ${where}`;
}

function repeatEnrollment({ id }: Version, begin: Beginning, where: SQL): SQL {
  const { signupId, nextAt, lastAt, now } = begin;
  const e = bare(enrollments);
  const { subscriberId, weekday, time, zone, askedAt, providerId } = enrollments;
  return sql`INSERT INTO ${enrollments} (${e.signupId}, ${e.subscriberId}, ${e.state}, ${e.weekday},
      ${e.time}, ${e.zone}, ${e.nextAt}, ${e.lastAt}, ${e.askedAt}, ${e.createdAt},
      ${e.providerId})
    SELECT ${signupId}, ${subscriberId}, 'active', ${weekday}, ${time}, ${zone}, ${nextAt}, ${lastAt},
      ${askedAt}, ${now}, ${providerId}
    FROM ${enrollments} WHERE ${enrollments.id} = ${id} AND ${where}`;
}

/** Marks a lesson as read, or takes the mark back. Whoever marks one needs no nudge for now. */
export function markLesson(db: Database, id: number, lesson: number, read: boolean) {
  const bit = 2 ** (lesson - 1);
  const { readWeeks } = enrollments;
  return changes(
    db,
    read
      ? db.orm
          .update(enrollments)
          .set({ readWeeks: sql`${readWeeks} | ${bit}`, nudgeAt: null })
          .where(and(eq(enrollments.id, id), sql`${readWeeks} & ${bit} = 0`))
      : db.orm
          .update(enrollments)
          .set({ readWeeks: sql`${readWeeks} & ~${bit}` })
          .where(and(eq(enrollments.id, id), sql`${readWeeks} & ${bit} <> 0`)),
  );
}
