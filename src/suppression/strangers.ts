/** What limits the mail that anybody can cause to any address, in SQL. It outlives every erasure. */

import { type SQL, sql } from 'drizzle-orm';
import type { Seconds } from '../clock.ts';
import { bare, textList, type Value } from '../db/names.ts';
import { deliveries, strangers } from '../db/schema.ts';
import { BY_STRANGERS, REFUSABLE } from '../delivery/kinds.ts';
import type { Cap } from './suppression.ts';

/** What a mail must obey, with the instants (epoch seconds) from which on it is counted. */
export interface Limits {
  cap: Values<Cap>;
  tries: Cap;
  day: Seconds | SQL;
  month: Seconds | SQL;
}

/** Values, or where SQL finds them. */
type Values<Of> = { [Name in keyof Of]: Of[Name] | SQL };

/** Mails that anybody can cause to any address. Their rows of the ledger hold its hash. */
const byStrangers = sql`${deliveries.kind} IN (${textList(BY_STRANGERS)})`;

/**
 * Whether one more mail that anybody can cause may go to an address, by its hash: it has not had as many
 * as it may, and its owner has not said "this was not me". Counts what may have arrived, also what went
 * to somebody who has been erased since.
 */
export function mayCause(hash: SQL, { cap, tries, day, month }: Limits): SQL {
  const { toHash, dueAt, state } = deliveries;
  const mails = sql`SELECT ${dueAt} AS caused, ${state} NOT IN ('failed', 'bounced') AS came, 0 AS refused
    FROM ${deliveries} WHERE ${toHash} = ${hash} AND ${byStrangers} AND ${dueAt} > ${month}
      AND ${state} <> 'skipped'`;
  const { what, at } = strangers;
  const remembered = sql`SELECT ${at}, ${what} = 'mail', ${what} = 'refusal' FROM ${strangers}
    WHERE ${strangers.hash} = ${hash} AND ${at} > ${month}`;
  return sql`(SELECT coalesce(max(refused), 0) = 0
      AND coalesce(sum(came), 0) < ${cap.month} AND coalesce(sum(came AND caused > ${day}), 0) < ${cap.day}
      AND count(*) < ${tries.month} AND coalesce(sum(caused > ${day}), 0) < ${tries.day}
    FROM (${mails} UNION ALL ${remembered}))`;
}

/** Whether the owner of an address, by its hash, has said "this was not me" since an instant. */
export function isRefused(hash: SQL, since: Value<number>): SQL {
  return sql`EXISTS (SELECT 1 FROM ${strangers} WHERE ${strangers.hash} = ${hash}
    AND ${strangers.what} = 'refusal' AND ${strangers.at} > ${since})`;
}

/** True of a delivery whose recipient has refused what others can cause, since an instant. */
export function isUnwanted(since: Value<number>): SQL {
  return sql`(${deliveries.kind} IN (${textList(REFUSABLE)}) AND ${isRefused(sql`${deliveries.toHash}`, since)})`;
}

/**
 * The owner of an address says "this was not me".
 *
 * @param hashes a query that gives its `hash`, or nothing
 */
export function insertRefusal(hashes: SQL, now: Seconds): SQL {
  const x = bare(strangers);
  return sql`INSERT INTO ${strangers} (${x.hash}, ${x.what}, ${x.at})
    SELECT hash, 'refusal', ${now} FROM (${hashes}) WHERE true
    ON CONFLICT (${x.hash}) WHERE ${x.what} = 'refusal' DO UPDATE SET ${x.at} = excluded.${x.at}`;
}

/**
 * Counts a mail that somebody has caused to an address, where its row of the ledger is not counted itself.
 *
 * @param hashes a query that gives its `hash`, or nothing
 */
export function countCaused(hashes: SQL, now: Seconds): SQL {
  const x = bare(strangers);
  return sql`INSERT INTO ${strangers} (${x.hash}, ${x.what}, ${x.at})
    SELECT hash, 'mail', ${now} FROM (${hashes})`;
}

/**
 * Forgets mails that people asked for. Those that strangers can cause go on being counted for their
 * addresses: otherwise an erasure would make room for more.
 *
 * @param whose which of them, a condition on `deliveries`
 * @param since what is older is not counted any more, epoch seconds
 */
export function forgetMails(whose: SQL, since: number): SQL[] {
  const { lane, toHash, dueAt, state } = deliveries;
  const x = bare(strangers);
  return [
    sql`INSERT INTO ${strangers} (${x.hash}, ${x.what}, ${x.at})
        SELECT ${toHash}, 'mail', ${dueAt} FROM ${deliveries}
        WHERE ${lane} = 'prompt' AND ${whose} AND ${byStrangers} AND ${toHash} IS NOT NULL
          AND ${dueAt} > ${since} AND ${state} NOT IN ('owed', 'skipped', 'failed', 'bounced')`,
    sql`DELETE FROM ${deliveries} WHERE ${lane} = 'prompt' AND ${whose}`,
  ];
}
