import { type SQL, sql } from 'drizzle-orm';
import type { Seconds } from '../../clock.ts';
import type { Database } from '../../db/client.ts';
import { type Act, forgetReasons, writeAct } from '../../db/statements.ts';
import { endCourses } from '../../enrollment/transitions.ts';
import { forgetMails } from '../../suppression/strangers.ts';
import { STRANGERS_LIFETIME } from '../../suppression/suppression.ts';
import { isInFlight } from './person.ts';

/** What an erasure needs to know of somebody. */
export interface Erasable {
  email: string;
  /** The subscriber's and those of their signups. */
  names: string[];
  /** An erasure waits already. */
  waits: boolean;
}

export async function readErasable(db: Database, subscriberId: number): Promise<Erasable | null> {
  const rows = await db.all<{ email: string; name: string; waits: number }>(
    sql`SELECT email, first_name AS name, erase_requested_at IS NOT NULL AS waits
        FROM subscribers WHERE id = ${subscriberId}
        UNION SELECT s.email, g.first_name, s.erase_requested_at IS NOT NULL
        FROM signups g JOIN subscribers s ON s.id = g.subscriber_id
        WHERE g.subscriber_id = ${subscriberId}`,
  );
  const [first] = rows;
  if (!first) return null;
  return { email: first.email, waits: first.waits === 1, names: rows.map((row) => row.name) };
}

/**
 * Erases a subscriber in one transaction: everything of theirs stops, and where no mail is in flight
 * all of it is deleted. Otherwise the address and the name are taken out of the subscriber at once,
 * whose deletion waits for the batch; a new signup with the address is a new subscriber.
 *
 * @returns true where they are gone
 */
export async function eraseNow(
  db: Database,
  subscriberId: number,
  now: Seconds,
  act?: Act,
): Promise<boolean> {
  const ofThem = sql`subscriber_id = ${subscriberId}`;
  const open = sql`EXISTS (SELECT 1 FROM subscribers
    WHERE id = ${subscriberId} AND erase_requested_at IS NULL)`;
  const results = await db.batch([
    ...(act ? [writeAct(act, open)] : []),
    endCourses(sql`= ${subscriberId}`, now),
    sql`DELETE FROM log_entries WHERE ${ofThem}`,
    sql`DELETE FROM links WHERE ${ofThem}`,
    sql`DELETE FROM devices WHERE ${ofThem}`,
    sql`UPDATE deliveries SET state = 'skipped'
        WHERE lane = 'prompt' AND ${ofThem} AND state = 'owed'`,
    // By address: earlier mails may belong to deliveries that are forgotten. A local run only.
    sql`DELETE FROM mailbox WHERE mail ->> '$.to[0]' =
          (SELECT email FROM subscribers WHERE id = ${subscriberId})`,
    sql`UPDATE signups SET first_name = '', page = '' WHERE ${ofThem}`,
    sql`UPDATE subscribers SET email = ${`erased-${subscriberId}`}, first_name = '',
          goodbye = NULL, log_salt = NULL, unsubscribed_at = coalesce(unsubscribed_at, ${now}), link_version = link_version + 1,
          erase_requested_at = ${now}
        WHERE id = ${subscriberId} AND erase_requested_at IS NULL`,
    sql`INSERT INTO erased_subscribers (subscriber_id, erased_at)
        SELECT id, ${now} FROM subscribers WHERE id = ${subscriberId}
        ON CONFLICT (subscriber_id) DO UPDATE SET erased_at = excluded.erased_at`,
    ...deleteSubscriber(subscriberId, now),
  ]);
  return results.at(-1)?.results[0]?.gone === 1;
}

/** Finishes an erasure that waited. False where it has to go on waiting. */
export async function finishErasure(
  db: Database,
  subscriberId: number,
  now: Seconds,
): Promise<boolean> {
  const results = await db.batch(deleteSubscriber(subscriberId, now));
  return results.at(-1)?.results[0]?.gone === 1;
}

/**
 * Deletes a subscriber whose erasure was asked for, if nothing of theirs is in flight. What stays: the
 * erasure's hash and dates, a suppression if there was one, and who asked for it when and why. The
 * reasons of earlier acts about them or their address go, because they may tell of the person. The last
 * statement tells whether they are `gone`, whoever deleted them.
 */
function deleteSubscriber(subscriberId: number, now: Seconds): SQL[] {
  const gone = sql`EXISTS (SELECT 1 FROM subscribers
      WHERE id = ${subscriberId} AND erase_requested_at IS NOT NULL)
    AND NOT ${isInFlight(sql`${subscriberId}`)}`;
  const theirs = sql`(SELECT id FROM enrollments WHERE subscriber_id = ${subscriberId})`;
  const ofThem = sql`subscriber_id = ${subscriberId}`;
  return [
    sql`INSERT INTO erasures (hash, consented_at, withdrawn_at, erased_at)
        SELECT email_hash, confirmed_at, unsubscribed_at, ${now} FROM subscribers
        WHERE id = ${subscriberId} AND ${gone}
        ON CONFLICT (hash) DO UPDATE SET consented_at = excluded.consented_at,
          withdrawn_at = excluded.withdrawn_at, erased_at = excluded.erased_at`,
    sql`DELETE FROM mailbox WHERE ${gone} AND id IN (
          SELECT m.id FROM mailbox m CROSS JOIN json_each(m.mail, '$.tags') t
            CROSS JOIN deliveries d ON d.id = CAST(t.value ->> 'value' AS INTEGER)
          WHERE t.value ->> 'name' = 'delivery' AND d.subscriber_id = ${subscriberId})`,
    sql`UPDATE events SET subscriber_id = NULL WHERE ${ofThem} AND ${gone}`,
    sql`UPDATE acts SET reason = 'erased' WHERE ${ofThem} AND verb <> 'erase' AND ${gone}`,
    forgetReasons(
      sql`SELECT email_hash FROM subscribers WHERE id = ${subscriberId} AND ${gone}`,
      'erased',
    ),
    ...forgetMails(sql`${ofThem} AND ${gone}`, now - STRANGERS_LIFETIME),
    sql`DELETE FROM deliveries WHERE enrollment_id IN ${theirs} AND lane = 'lesson'
          AND state IN ('skipped', 'failed') AND ${gone}`,
    sql`DELETE FROM deliveries WHERE enrollment_id IN ${theirs} AND lane = 'lesson'
          AND state NOT IN ('skipped', 'failed') AND ${gone}`,
    sql`DELETE FROM enrollments WHERE ${ofThem} AND ${gone}`,
    sql`DELETE FROM signups WHERE ${ofThem} AND ${gone}`,
    sql`DELETE FROM subscribers WHERE id = ${subscriberId} AND ${gone}`,
    sql`SELECT NOT EXISTS (SELECT 1 FROM subscribers WHERE id = ${subscriberId}) AS gone`,
  ];
}

/** Subscribers whose erasure waited and whose mail has settled; up to `limit`. */
export async function readErasing(db: Database, limit: number): Promise<number[]> {
  const rows = await db.all<{ id: number }>(
    sql`SELECT s.id FROM subscribers s WHERE s.erase_requested_at IS NOT NULL
          AND NOT ${isInFlight(sql`s.id`)} LIMIT ${limit}`,
  );
  return rows.map((row) => row.id);
}

/**
 * What erasures left is forgotten in turn; up to `limit` of each.
 *
 * @param before.hashes what stays of a person for years
 * @param before.ids what a restore has to know, for as long as there are backups
 */
export async function deleteOldErasures(
  db: Database,
  before: { hashes: number; ids: number },
  limit: number,
): Promise<void> {
  await db.batch([
    sql`DELETE FROM erasures
        WHERE hash IN (SELECT hash FROM erasures WHERE erased_at <= ${before.hashes} LIMIT ${limit})`,
    sql`DELETE FROM erased_subscribers WHERE subscriber_id IN (SELECT subscriber_id
        FROM erased_subscribers WHERE erased_at <= ${before.ids} LIMIT ${limit})`,
  ]);
}
