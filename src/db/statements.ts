/** Statements that the stores of several rooms put into their transactions. */

import { type SQL, sql } from 'drizzle-orm';

/**
 * A random id below 2^53 for a row that is written in SQL and whose id leaves the house: once a row is
 * gone, SQLite would give its own next number to another (see `randomId`).
 */
export const randomRowId = sql`random() & 0x1fffffffffffff`;

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
  /** The address that it is about, where that need not be a subscriber's. */
  addressHash?: string;
  reason: string;
}

/**
 * Writes an act where what it is about still has to be done; put it before the statement that does it,
 * with the same condition.
 */
export function writeAct(act: Act, where: SQL): SQL {
  return sql`INSERT INTO acts (at, actor, verb, subscriber_id, subject, address_hash, reason)
    SELECT ${act.at}, ${act.actor}, ${act.verb}, ${act.subscriberId}, ${act.subject},
      coalesce(${act.addressHash ?? null},
        (SELECT email_hash FROM subscribers WHERE id = ${act.subscriberId})), ${act.reason}
    WHERE ${where}`;
}

/**
 * Takes reasons and hash out of what was done about an address: they may tell of the person. Who did
 * what and when stays, and why somebody was erased.
 *
 * @param hashes a query that gives the hashes of the addresses
 */
export function forgetReasons(hashes: SQL, word: 'erased' | 'forgotten'): SQL {
  return sql`UPDATE acts SET reason = CASE verb WHEN 'erase' THEN reason ELSE ${word} END,
      address_hash = NULL, subject = CASE WHEN subject LIKE 'address:%' THEN NULL ELSE subject END
    WHERE address_hash IN (${hashes})`;
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
export function throughProvider(provider: SQL, since: number | SQL, most: number): SQL {
  return sql`(SELECT count(*) FROM (SELECT 1 FROM signups
    WHERE provider_id = ${provider} AND created_at > ${since} LIMIT ${most}))`;
}
