import { type SQL, sql } from 'drizzle-orm';
import type { Seconds } from '../../clock.ts';
import type { Database } from '../../db/client.ts';
import { type Act, randomRowId, writeAct } from '../../db/statements.ts';
import { endCourses } from '../../enrollment/transitions.ts';
import { insertRefusal, isRefused } from '../../suppression/strangers.ts';
import type { NotMeClaims } from '../../token.ts';

/**
 * Ends the mail for a subscriber. A learner's enrollment ends. Somebody who takes no course and has
 * been asked whether they would has said "this was not me". Twice is once.
 *
 * @param act who ends it in the subscriber's place; written where there is something to end
 * @param goodbye why, in their own words; what they said before stays where it is null
 * @returns false where nothing was left to end
 */
export async function endMail(
  db: Database,
  subscriberId: number,
  now: Seconds,
  act?: Act,
  goodbye: string | null = null,
): Promise<boolean> {
  const open = sql`EXISTS (SELECT 1 FROM subscribers
    WHERE id = ${subscriberId} AND unsubscribed_at IS NULL)`;
  const stranger = sql`SELECT id, email_hash AS hash FROM subscribers s
    WHERE id = ${subscriberId} AND ${isStranger}`;
  const [found] = await db.batch([
    sql`SELECT ${open} AS open`,
    ...(act ? [writeAct(act, open)] : []),
    endCourses(sql`= ${subscriberId}`, now),
    // What a stranger says holds from the last time they said it.
    sql`UPDATE subscribers SET unsubscribed_at = CASE WHEN confirmed_at IS NULL THEN ${now}
          ELSE coalesce(unsubscribed_at, ${now}) END,
          goodbye = CASE WHEN erase_requested_at IS NULL THEN coalesce(${goodbye}, goodbye) END
        WHERE id = ${subscriberId}`,
    withdrawSignups(stranger, now),
    insertRefusal(stranger, now),
  ]);
  return found?.results[0]?.open === 1;
}

/**
 * Signups that somebody withdraws lose the name and the id that a link carries, so that it opens nothing
 * any more, and are forgotten 30 days from now.
 *
 * @param subscribers a query that gives their `id`
 */
function withdrawSignups(subscribers: SQL, now: Seconds): SQL {
  return sql`UPDATE signups SET id = ${randomRowId}, first_name = '', created_at = ${now}
    WHERE confirmed_at IS NULL AND subscriber_id IN (SELECT id FROM (${subscribers}))`;
}

/**
 * The owner of an address says "this was not me": what was asked for there is withdrawn, and no mail that
 * strangers can cause goes there. Twice is once.
 *
 * @param claims the subscriber that the mail was about, to whom the address need not belong
 */
export async function refuseMail(db: Database, claims: NotMeClaims, now: Seconds): Promise<void> {
  const { subscriberId, addressHash } = claims;
  const owner = sql`SELECT id FROM subscribers
    WHERE id = ${subscriberId} AND email_hash = ${addressHash} AND erase_requested_at IS NULL`;
  await db.batch([
    insertRefusal(sql`SELECT ${addressHash} AS hash`, now),
    withdrawSignups(owner, now),
    sql`UPDATE subscribers SET unsubscribed_at = ${now}
        WHERE id IN (${owner}) AND confirmed_at IS NULL`,
    sql`DELETE FROM links WHERE subscriber_id = ${subscriberId} AND purpose = 'address'
          AND email_hash = ${addressHash} AND used_at IS NULL`,
  ]);
}

/** Whether the owner of an address has said "this was not me" since an instant. */
export async function hasRefused(db: Database, hash: string, since: number): Promise<boolean> {
  const [row] = await db.all<{ refused: number }>(
    sql`SELECT ${isRefused(sql`${hash}`, since)} AS refused`,
  );
  return row?.refused === 1;
}

/**
 * Whether a subscriber (columns of `s`) takes no course and has been asked whether they would: never
 * confirmed, or left and since then sent another confirmation, which anybody can cause.
 */
const isStranger = sql`(s.confirmed_at IS NULL OR (s.unsubscribed_at IS NOT NULL AND EXISTS
  (SELECT 1 FROM deliveries d WHERE d.subscriber_id = s.id AND d.lane = 'prompt'
    AND d.due_at > s.unsubscribed_at AND d.kind = 'confirm'
    AND d.state NOT IN ('skipped', 'failed', 'bounced'))))`;

/** Whose mail ends with an unsubscribe link; null where nobody is known. */
export async function readRecipient(
  db: Database,
  subscriberId: number,
): Promise<'learner' | 'stranger' | null> {
  const [row] = await db.all<{ stranger: number }>(
    sql`SELECT ${isStranger} AS stranger FROM subscribers s WHERE s.id = ${subscriberId}`,
  );
  if (!row) return null;
  return row.stranger === 1 ? 'stranger' : 'learner';
}

/** What somebody said as they left. */
export interface Goodbye {
  subscriberId: number;
  /** When they unsubscribed, epoch seconds of course time. */
  at: number;
  words: string;
}

/** The latest goodbyes with words, newest first; up to `limit`. */
export function readGoodbyes(db: Database, limit: number): Promise<Goodbye[]> {
  return db.all<Goodbye>(
    sql`SELECT id AS subscriberId, unsubscribed_at AS at, goodbye AS words FROM subscribers
        WHERE goodbye IS NOT NULL AND unsubscribed_at IS NOT NULL
        ORDER BY unsubscribed_at DESC LIMIT ${limit}`,
  );
}
