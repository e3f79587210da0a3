import { sql } from 'drizzle-orm';
import type { Seconds } from '../../clock.ts';
import type { Database } from '../../db/client.ts';
import { type Act, isSuppressed, randomRowId, writeAct } from '../../db/statements.ts';
import { askedBy, isCapped, mayHaveArrived } from '../../suppression/caps.ts';
import type { Cap } from '../../suppression/suppression.ts';
import { changes } from './course.ts';

/** Why a lesson may not be sent once more, as it is now. */
export interface ResendState {
  confirmed: number;
  unsubscribed: number;
  suppressed: number;
  /** The newest enrollment that has passed the lesson, or null. */
  enrollmentId: number | null;
  /** It is owed or on its way once more already. */
  owed: number;
  /** They have had as many as they may ask for. */
  capped: number;
}

/**
 * Owes a lesson once more, outside the course's order. Null where the subscriber is not known.
 *
 * @returns what stood there before, and whether it is owed by this call
 */
export async function insertResend(
  db: Database,
  subscriberId: number,
  lesson: number,
  now: Seconds,
  by: { act: Act } | { cap: Cap },
): Promise<{ before: ResendState; inserted: boolean } | null> {
  const capped =
    'cap' in by
      ? isCapped(sql`${askedBy(subscriberId, ['resend'])} AND ${mayHaveArrived}`, by.cap, now)
      : sql`0`;
  const enrollment = sql`(SELECT max(id) FROM enrollments
    WHERE subscriber_id = ${subscriberId} AND next_lesson > ${lesson})`;
  const owed = sql`EXISTS (SELECT 1 FROM deliveries
    WHERE lane = 'prompt' AND subscriber_id = ${subscriberId} AND kind = 'resend'
      AND lesson = ${lesson} AND state IN ('owed', 'sending'))`;
  const allowed = sql`EXISTS (SELECT 1 FROM subscribers s WHERE s.id = ${subscriberId}
      AND s.confirmed_at IS NOT NULL AND s.unsubscribed_at IS NULL
      AND s.erase_requested_at IS NULL AND NOT ${isSuppressed(sql`s.email_hash`)})
    AND ${enrollment} IS NOT NULL AND NOT ${owed} AND NOT ${capped}`;
  const results = await db.batch([
    sql`SELECT confirmed_at IS NOT NULL AS confirmed, unsubscribed_at IS NOT NULL AS unsubscribed,
          ${isSuppressed(sql`email_hash`)} AS suppressed, ${enrollment} AS enrollmentId,
          ${owed} AS owed, ${capped} AS capped
        FROM subscribers WHERE id = ${subscriberId}`,
    ...('act' in by ? [writeAct(by.act, allowed)] : []),
    sql`INSERT INTO deliveries
          (id, kind, lane, subscriber_id, enrollment_id, lesson, state, due_at)
        SELECT ${randomRowId}, 'resend', 'prompt', ${subscriberId}, ${enrollment}, ${lesson}, 'owed', ${now}
        WHERE ${allowed}`,
  ]);
  const before = results[0]?.results[0] as unknown as ResendState | undefined;
  return before ? { before, inserted: (results.at(-1)?.meta.changes ?? 0) > 0 } : null;
}

/** @param offAt when nudges were turned off, or null to have them back */
export function keepNudges(db: Database, subscriberId: number, offAt: number | null) {
  return changes(
    db,
    sql`UPDATE subscribers SET nudges_off_at = ${offAt}
        WHERE id = ${subscriberId} AND (nudges_off_at IS NULL) <> (${offAt} IS NULL)`,
  );
}

/** Owes the nudges that fall due, up to `limit`. Each enrollment has one, whatever becomes of it. */
export async function insertNudges(db: Database, now: Seconds, limit: number): Promise<number> {
  const due = sql`(SELECT id FROM enrollments WHERE nudge_at <= ${now} ORDER BY nudge_at
    LIMIT ${limit})`;
  const results = await db.batch([
    sql`INSERT INTO deliveries (id, kind, lane, subscriber_id, enrollment_id, state, due_at)
        SELECT ${randomRowId}, 'nudge', 'prompt', e.subscriber_id, e.id, 'owed', ${now}
        FROM ${due} d CROSS JOIN enrollments e ON e.id = d.id
          CROSS JOIN subscribers s ON s.id = e.subscriber_id
        WHERE e.state = 'active' AND e.nudged_at IS NULL AND s.nudges_off_at IS NULL
          AND s.unsubscribed_at IS NULL AND s.erase_requested_at IS NULL`,
    sql`UPDATE enrollments SET nudged_at = coalesce(nudged_at, ${now}), nudge_at = NULL
        WHERE id IN ${due}`,
  ]);
  return results[0]?.meta.changes ?? 0;
}
