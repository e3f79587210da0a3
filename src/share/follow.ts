/** How shares follow what becomes of a course: statements for the transactions in which it does. */
import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import type { Seconds } from '../clock.ts';
import { LESSONS } from '../course/course.ts';
import { bare, figure } from '../db/names.ts';
import { deliveries, departures, enrollments, shares, signups } from '../db/schema.ts';

const set = bare(shares);
const f = alias(enrollments, 'f');
const d = alias(deliveries, 'd');
const u = alias(deliveries, 'u');

/**
 * When the eighth lesson of an enrollment was sent; null where all eight were not, as far as is known. By
 * the enrollment's own rows: a plus keeps SQLite from going through all that are uncertain.
 */
export const allSentAt = (enrollmentId: SQLWrapper): SQL<number | null> => sql`(
  SELECT coalesce(${d.acceptedAt}, ${f.lastAt}, ${f.createdAt}) FROM ${enrollments} ${f}
    LEFT JOIN ${deliveries} ${d} ON ${d.enrollmentId} = ${f.id} AND ${d.lesson} = ${figure(LESSONS)}
      AND ${d.lane} = 'lesson' AND ${d.state} NOT IN ('skipped', 'failed')
  WHERE ${f.id} = ${enrollmentId} AND ${f.nextLesson} > ${figure(LESSONS)}
    AND NOT EXISTS (SELECT 1 FROM ${deliveries} ${u} WHERE ${u.enrollmentId} = ${f.id}
      AND ${u.lesson} <= ${figure(LESSONS)} AND ${u.lane} = 'lesson'
      AND ${u.state} NOT IN ('skipped', 'failed') AND +${u.state} = 'uncertain'))`;

/** 80 random bits, as hex. */
export const newRef = sql`lower(hex(randomblob(10)))`;

/** A course that a signup has just begun. */
interface Begun {
  signupId: number;
  /** Version of the words that the page showed. */
  words: string;
  now: Seconds;
}

/**
 * What a course that begins says of its learner's shares: the one of its provider is there, and is open,
 * and shows this course. One of another provider ends, unless all eight were sent through it.
 *
 * @param where whether it begins by this transaction
 */
export function shareBegun({ signupId, words, now }: Begun, where: SQL): SQL {
  const e = alias(enrollments, 'e');
  const o = alias(shares, 'o');
  const begun = sql`${e.signupId} = ${signupId} AND ${where}`;
  const opens = sql`excluded.${set.ended} IS NULL`;
  const here = { finished: sql`coalesce(${shares.finishedAt}, ${allSentAt(shares.enrollmentId)})` };
  return sql`INSERT INTO ${shares} (${set.ref}, ${set.providerId}, ${set.subscriberId},
      ${set.enrollmentId}, ${set.words}, ${set.since}, ${set.endedAt}, ${set.ended})
    SELECT ${newRef}, ${e.providerId}, ${e.subscriberId}, ${e.id}, ${words}, ${now}, NULL, NULL
    FROM ${enrollments} ${e} WHERE ${begun} AND ${e.providerId} IS NOT NULL
    UNION ALL
    SELECT ${newRef}, ${o.providerId}, ${o.subscriberId}, ${o.enrollmentId}, ${o.words}, ${o.since},
      ${now}, 'moved'
    FROM ${enrollments} ${e} JOIN ${shares} ${o} ON ${o.subscriberId} = ${e.subscriberId}
    WHERE ${begun} AND ${o.endedAt} IS NULL AND ${o.providerId} IS NOT ${e.providerId}
      AND ${o.finishedAt} IS NULL AND ${allSentAt(o.enrollmentId)} IS NULL
    ON CONFLICT (${set.providerId}, ${set.subscriberId}) DO UPDATE SET
      ${set.enrollmentId} = excluded.${set.enrollmentId}, ${set.words} = excluded.${set.words},
      ${set.finishedAt} = CASE WHEN ${opens} THEN ${here.finished} ELSE ${shares.finishedAt} END,
      ${set.since} = CASE WHEN ${shares.ended} = 'moved' THEN excluded.${set.since} ELSE ${shares.since} END,
      ${set.endedAt} = excluded.${set.endedAt}, ${set.ended} = excluded.${set.ended}`;
}

/**
 * A course begins again by itself: the share that showed the one before shows this one, whether it is
 * open or was withdrawn.
 */
export function shareBegunAgain(signupId: number): SQL {
  const e = alias(enrollments, 'e');
  const finished = sql`coalesce(${shares.finishedAt}, ${allSentAt(shares.enrollmentId)})`;
  return sql`UPDATE ${shares} SET ${set.finishedAt} = ${finished},
      ${set.enrollmentId} = (SELECT ${e.id} FROM ${enrollments} ${e} WHERE ${e.signupId} = ${signupId})
    WHERE (${shares.providerId}, ${shares.subscriberId}) = (SELECT ${signups.providerId}, ${signups.subscriberId}
      FROM ${signups} JOIN ${enrollments} ${e} ON ${e.signupId} = ${signups.id}
      WHERE ${signups.id} = ${signupId})`;
}

/** An erased person's shares go; their numbers stay for whoever may still hold them in a file. */
export function forgetShares(subscriberId: number, now: Seconds): SQL[] {
  const x = bare(departures);
  return [
    sql`INSERT INTO ${departures} (${x.ref}, ${x.providerId}, ${x.what}, ${x.at})
      SELECT ${shares.ref}, ${shares.providerId}, coalesce(${shares.ended}, 'erased'),
        coalesce(${shares.endedAt}, ${now})
      FROM ${shares} WHERE ${shares.subscriberId} = ${subscriberId}
      ON CONFLICT (${x.ref}) DO NOTHING`,
    sql`DELETE FROM ${shares} WHERE ${shares.subscriberId} = ${subscriberId}`,
  ];
}
