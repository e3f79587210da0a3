import { type SQL, sql } from 'drizzle-orm';
import type { Seconds } from '../../clock.ts';
import type { Database } from '../../db/client.ts';
import { isSuppressed, randomRowId } from '../../db/statements.ts';
import type { Version } from '../../enrollment/enrollment.ts';
import { goOnFrom } from '../../enrollment/transitions.ts';
import { forgetMails, isRefused } from '../../suppression/strangers.ts';
import { STRANGERS_LIFETIME } from '../../suppression/suppression.ts';
import { UNDO_LIFETIME } from '../subscriber.ts';
import type { LinkRow } from './links.ts';
import { isInFlight } from './person.ts';

/**
 * Puts the address of an `address` or `undo` link in place, once: earlier personal links end, the
 * learner gets new ones at the new address, and the address before is told and may undo it. Somebody
 * who has typed the address into a signup and never confirmed makes room.
 *
 * @param change.undoId the link that the address before gets, or null for an undo itself
 * @param change.resume a course that had stopped because of the address before
 * @returns false where the link is not valid or the address is somebody else's
 */
export async function moveAddress(
  db: Database,
  link: LinkRow,
  change: {
    undoId: number | null;
    resume: (Version & { nextAt: number | null }) | null;
    now: Seconds;
  },
): Promise<boolean> {
  const { undoId, resume, now } = change;
  const { id, subscriberId, email, emailHash } = link;
  const valid = sql`EXISTS (SELECT 1 FROM links l JOIN subscribers s ON s.id = l.subscriber_id
    WHERE l.id = ${id} AND l.used_at IS NULL AND l.expires_at > ${now}
      AND s.erase_requested_at IS NULL AND NOT ${isSuppressed(sql`${emailHash}`)}
      AND (l.purpose = 'undo' OR NOT ${isRefused(sql`${emailHash}`, now - STRANGERS_LIFETIME)}))`;
  const other = sql`(SELECT id FROM subscribers WHERE email = ${email} AND id <> ${subscriberId})`;
  const stranger = sql`(SELECT id FROM subscribers o WHERE o.id = ${other}
    AND o.confirmed_at IS NULL AND NOT ${isInFlight(sql`o.id`)})`;
  const go = sql`(${valid} AND ${other} IS NULL)`;
  const ofThem = sql`subscriber_id = ${subscriberId}`;
  const hash = sql`(SELECT email_hash FROM subscribers WHERE id = ${subscriberId})`;
  const results = await db.batch([
    sql`DELETE FROM signups WHERE subscriber_id = ${stranger} AND ${valid}`,
    ...forgetMails(sql`subscriber_id = ${stranger} AND ${valid}`, now - STRANGERS_LIFETIME),
    sql`DELETE FROM subscribers WHERE id = ${stranger} AND ${valid}`,
    // What strangers had asked for at the address before has no place to go to any more.
    sql`UPDATE deliveries SET state = 'skipped' WHERE lane = 'prompt' AND ${ofThem}
          AND state = 'owed' AND kind IN ('confirm', 'already-enrolled') AND ${go}`,
    ...keepFormerAddress(subscriberId, hash, go),
    ...(undoId === null
      ? []
      : [
          sql`INSERT INTO links (id, purpose, subscriber_id, email, email_hash, created_at,
                expires_at)
              SELECT ${undoId}, 'undo', id, email, email_hash, ${now}, ${now + UNDO_LIFETIME}
              FROM subscribers WHERE id = ${subscriberId} AND ${go}`,
          sql`INSERT INTO deliveries
                (id, kind, lane, subscriber_id, link_id, to_hash, state, due_at)
              SELECT ${randomRowId}, 'address-changed', 'prompt', id, ${undoId}, email_hash, 'owed', ${now}
              FROM subscribers WHERE id = ${subscriberId} AND ${go}`,
        ]),
    sql`DELETE FROM links WHERE ${ofThem} AND id NOT IN (${id}, ${undoId ?? id}) AND ${go}`,
    sql`DELETE FROM devices WHERE ${ofThem} AND ${go}`,
    sql`INSERT INTO deliveries (id, kind, lane, subscriber_id, state, due_at)
        SELECT ${randomRowId}, 'link', 'prompt', ${subscriberId}, 'owed', ${now} WHERE ${go}`,
    ...(resume ? [sql`${goOnFrom(resume, resume.nextAt, now)} AND ${go}`] : []),
    sql`UPDATE subscribers SET email = ${email}, email_hash = ${emailHash},
          link_version = link_version + 1,
          locked_until = ${undoId === null ? null : now + UNDO_LIFETIME}
        WHERE id = ${subscriberId} AND ${go}`,
    sql`UPDATE links SET used_at = ${now} WHERE id = ${id} AND ${go}`,
  ]);
  return (results.at(-1)?.meta.changes ?? 0) > 0;
}

/** What was sent so far went to the address before, and what becomes of it concerns that one. */
export function keepFormerAddress(subscriberId: number, hash: SQL, where = sql`1`): SQL[] {
  return [
    sql`UPDATE deliveries SET to_hash = ${hash}
        WHERE lane = 'prompt' AND subscriber_id = ${subscriberId}
          AND to_hash IS NULL AND state NOT IN ('owed', 'skipped') AND ${where}`,
    sql`UPDATE deliveries SET to_hash = ${hash}
        WHERE enrollment_id IN (SELECT id FROM enrollments WHERE subscriber_id = ${subscriberId}) AND lane = 'lesson'
          AND state NOT IN ('skipped', 'failed') AND to_hash IS NULL AND ${where}`,
  ];
}
