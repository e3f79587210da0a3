/** Statements that the stores of several rooms put into their transactions. */
import { type SQL, sql } from 'drizzle-orm';

/** What somebody did by hand. The reason holds no address: whoever takes it in sees to that. */
export interface Act {
  /** Course time, epoch seconds. */
  at: number;
  /** `operator:<name>` */
  actor: string;
  verb: string;
  subscriberId: number | null;
  /** `halt:all`, `batch:123`, `lesson:3`, …, or null where the subscriber says it all. */
  subject: string | null;
  reason: string;
}

/**
 * Writes an act where what it is about still has to be done; put it before the statement that does it,
 * with the same condition.
 */
export function writeAct(act: Act, where: SQL): SQL {
  return sql`INSERT INTO acts (at, actor, verb, subscriber_id, subject, reason)
    SELECT ${act.at}, ${act.actor}, ${act.verb}, ${act.subscriberId}, ${act.subject}, ${act.reason}
    WHERE ${where}`;
}

/**
 * Pauses the courses of subscribers whose addresses are suppressed, whatever they wait for already.
 *
 * @param subscribers a query that gives their ids
 */
export function pauseSuppressed(subscribers: SQL): SQL {
  return sql`UPDATE enrollments SET state = 'paused', pause_reason = 'suppressed', next_at = NULL,
      resume_at = NULL, rev = rev + 1
    WHERE state IN ('active', 'paused') AND subscriber_id IN (${subscribers})`;
}

/** True in SQL where an address, by its hash, is never mailed. */
export function isSuppressed(hash: SQL): SQL {
  return sql`EXISTS (SELECT 1 FROM suppressions WHERE hash = ${hash})`;
}

/**
 * How many signups came through a provider since a moment; counts no further than `most`.
 *
 * @param provider its id
 * @param since epoch seconds of course time
 */
export function throughProvider(provider: SQL, since: number, most: number): SQL {
  return sql`(SELECT count(*) FROM (SELECT 1 FROM signups
    WHERE provider_id = ${provider} AND created_at > ${since} LIMIT ${most}))`;
}

/** Whether an enrollment's next step (columns of `enrollments`) is on its way. */
export const stepInFlight = sql`EXISTS (SELECT 1 FROM deliveries d
  WHERE d.enrollment_id = enrollments.id AND d.lesson = enrollments.next_lesson
    AND d.lane = 'lesson' AND d.state NOT IN ('skipped', 'failed'))`;
