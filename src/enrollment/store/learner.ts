import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { isSuppressed } from '../../db/statements.ts';
import { stepInFlight } from '../transitions.ts';

/** A learner's enrollment as their page shows it. */
export interface LearnerRow {
  subscriberId: number;
  firstName: string;
  linkVersion: number;
  unsubscribedAt: number | null;
  /** Null where the subscriber never enrolled. */
  enrollmentId: number | null;
  /** The signup that the enrollment came from: its name where it leaves the house. */
  signupId: number | null;
  state: 'active' | 'paused' | 'completed' | 'ended' | null;
  pauseReason: 'refused' | 'bounces' | 'suppressed' | null;
  weekday: number | null;
  time: string | null;
  zone: string | null;
  nextLesson: number | null;
  nextAt: number | null;
  lastAt: number | null;
  rev: number | null;
  resumeAt: number | null;
  askedAt: number | null;
  /** Bit 0 is lesson 1. */
  readWeeks: number | null;
  nudgedAt: number | null;
  /** The next lesson is on its way, and may arrive whatever is changed now. */
  inFlight: number;
  nudgesOffAt: number | null;
  lockedUntil: number | null;
  /** Keyed hash of the address. */
  emailHash: string;
  suppressed: number;
  /** Hex; null while nothing is written in the log. */
  logSalt: string | null;
  /** Until when the device that was asked about is theirs; null where it is not. */
  deviceUntil: number | null;
}

/** A step that was sent or is on its way. */
export interface SentStep {
  lesson: number;
  state: string;
  /** Course time; null while on its way. */
  acceptedAt: number | null;
}

export const enrollmentsOf = (subscriberId: number) =>
  sql`SELECT id FROM enrollments WHERE subscriber_id = ${subscriberId}`;

const newestOf = (subscriberId: number) =>
  sql`(SELECT max(id) FROM (${enrollmentsOf(subscriberId)}))`;

function selectLearner(subscriberId: number, deviceId: number | null): SQL {
  return sql`SELECT s.id AS subscriberId, s.first_name AS firstName, s.link_version AS linkVersion,
      s.unsubscribed_at AS unsubscribedAt, s.nudges_off_at AS nudgesOffAt,
      s.email_hash AS emailHash, s.log_salt AS logSalt,
      (SELECT expires_at FROM devices WHERE id = ${deviceId} AND subscriber_id = s.id) AS deviceUntil,
      s.locked_until AS lockedUntil, ${isSuppressed(sql`s.email_hash`)} AS suppressed,
      enrollments.id AS enrollmentId, signup_id AS signupId, state, pause_reason AS pauseReason, weekday, time, zone,
      next_lesson AS nextLesson, next_at AS nextAt, last_at AS lastAt, rev, resume_at AS resumeAt,
      asked_at AS askedAt, read_weeks AS readWeeks, nudged_at AS nudgedAt,
      ${stepInFlight} AS inFlight
    FROM subscribers s LEFT JOIN enrollments ON enrollments.id = ${newestOf(subscriberId)}
    WHERE s.id = ${subscriberId} AND s.erase_requested_at IS NULL`;
}

/**
 * A subscriber with the newest enrollment. Null where nobody is known.
 *
 * @param deviceId the device to ask about
 */
export async function readPerson(
  db: Database,
  subscriberId: number,
  deviceId: number | null = null,
): Promise<LearnerRow | null> {
  const [row] = await db.all<LearnerRow>(selectLearner(subscriberId, deviceId));
  return row ?? null;
}

/**
 * A subscriber with the newest enrollment, what was sent in it, the weeks whose lessons were sent in
 * any of theirs, and those with something in the log. Null where nobody is known.
 *
 * @param deviceId the device to ask about
 */
export async function readLearner(
  db: Database,
  subscriberId: number,
  deviceId: number | null = null,
): Promise<{
  learner: LearnerRow;
  steps: SentStep[];
  everSent: number[];
  logged: { lesson: number; savedAt: number }[];
} | null> {
  const theirs = enrollmentsOf(subscriberId);
  const newest = newestOf(subscriberId);
  const sent = sql`lane = 'lesson' AND state NOT IN ('skipped', 'failed')`;
  // A lesson of the course's own that turned out not to have been sent came once more, by hand.
  const resent = sql`lane = 'prompt' AND subscriber_id = ${subscriberId} AND kind = 'resend'
    AND state NOT IN ('skipped', 'failed')`;
  const [people, steps, ever, logged] = await db.batch([
    selectLearner(subscriberId, deviceId),
    sql`SELECT lesson, state, accepted_at AS acceptedAt FROM deliveries
        WHERE enrollment_id = ${newest} AND ${sent}
        UNION ALL
        SELECT lesson, CASE state WHEN 'owed' THEN 'sending' ELSE state END, accepted_at
        FROM deliveries AS r WHERE enrollment_id = ${newest} AND ${resent}
          AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.enrollment_id = r.enrollment_id
            AND d.lesson = r.lesson AND d.lane = 'lesson' AND d.state NOT IN ('skipped', 'failed'))
        ORDER BY lesson`,
    sql`SELECT DISTINCT lesson FROM deliveries
        WHERE enrollment_id IN (${theirs}) AND ${sent} AND state <> 'sending'
        UNION SELECT lesson FROM deliveries WHERE ${resent} AND state NOT IN ('owed', 'sending')`,
    sql`SELECT lesson, saved_at AS savedAt FROM log_entries
        WHERE subscriber_id = ${subscriberId} AND (text <> '' OR sealed IS NOT NULL)
        ORDER BY lesson`,
  ]);
  const learner = people?.results[0];
  if (!learner) return null;
  return {
    learner: learner as unknown as LearnerRow,
    steps: (steps?.results ?? []) as unknown as SentStep[],
    everSent: (ever?.results ?? []).map((row) => Number(row.lesson)),
    logged: (logged?.results ?? []) as unknown as { lesson: number; savedAt: number }[],
  };
}
