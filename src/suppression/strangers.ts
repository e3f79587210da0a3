/** What limits the mail that anybody can cause to any address, in SQL. It outlives every erasure. */

import { type SQL, sql } from 'drizzle-orm';
import type { Seconds } from '../clock.ts';
import { textList } from '../db/names.ts';
import { BY_STRANGERS } from '../delivery/kinds.ts';

interface Cap {
  day: number;
  month: number;
}

/** What a mail must obey, with the instants (epoch seconds) from which on it is counted. */
export interface Limits {
  cap: Cap;
  tries: Cap;
  day: number;
  month: number;
}

/** Mails that anybody can cause to any address. Their rows of the ledger hold its hash. */
const byStrangers = sql`kind IN (${textList(BY_STRANGERS)})`;

/**
 * Whether one more mail that anybody can cause may go to an address, by its hash: it has not had as many
 * as it may, and its owner has not said "this was not me". Counts what may have arrived, also what went
 * to somebody who has been erased since.
 */
export function mayCause(hash: SQL, { cap, tries, day, month }: Limits): SQL {
  return sql`(SELECT coalesce(max(refused), 0) = 0
      AND coalesce(sum(came), 0) < ${cap.month} AND coalesce(sum(came AND at > ${day}), 0) < ${cap.day}
      AND count(*) < ${tries.month} AND coalesce(sum(at > ${day}), 0) < ${tries.day}
    FROM (SELECT due_at AS at, state NOT IN ('failed', 'bounced') AS came, 0 AS refused
        FROM deliveries WHERE to_hash = ${hash} AND ${byStrangers} AND due_at > ${month}
          AND state <> 'skipped'
      UNION ALL SELECT at, what = 'mail', what = 'refusal' FROM strangers
        WHERE hash = ${hash} AND at > ${month}))`;
}

/** Whether the owner of an address, by its hash, has said "this was not me" since an instant. */
export function isRefused(hash: SQL, since: number): SQL {
  return sql`EXISTS (SELECT 1 FROM strangers
    WHERE hash = ${hash} AND what = 'refusal' AND at > ${since})`;
}

/** True of a delivery that anybody can cause and whose owner has refused it since an instant. */
export function isUnwanted(since: number): SQL {
  return sql`(${byStrangers} AND ${isRefused(sql`deliveries.to_hash`, since)})`;
}

/**
 * The owner of an address says "this was not me".
 *
 * @param hashes a query that gives its hash, or nothing
 */
export function insertRefusal(hashes: SQL, now: Seconds): SQL {
  return sql`INSERT INTO strangers (hash, what, at)
    SELECT hash, 'refusal', ${now} FROM (${hashes}) WHERE true
    ON CONFLICT (hash) WHERE what = 'refusal' DO UPDATE SET at = excluded.at`;
}

/**
 * Forgets mails that people asked for. Those that strangers can cause go on being counted for their
 * addresses: otherwise an erasure would make room for more.
 *
 * @param whose which of them, a condition on `deliveries`
 * @param since what is older is not counted any more, epoch seconds
 */
export function forgetMails(whose: SQL, since: number): SQL[] {
  return [
    sql`INSERT INTO strangers (hash, what, at) SELECT to_hash, 'mail', due_at FROM deliveries
        WHERE lane = 'prompt' AND ${whose} AND ${byStrangers} AND to_hash IS NOT NULL
          AND due_at > ${since} AND state NOT IN ('owed', 'skipped', 'failed', 'bounced')`,
    sql`DELETE FROM deliveries WHERE lane = 'prompt' AND ${whose}`,
  ];
}
