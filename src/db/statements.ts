/** Statements that the stores of several rooms put into their transactions. */

import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import type { Seconds } from '../clock.ts';
import type { Database } from './client.ts';
import { bare, type Value } from './names.ts';
import {
  acts,
  providers,
  pulse,
  retiredKeys,
  signups,
  subscribers,
  suppressions,
} from './schema.ts';
import { select } from './select.ts';

/**
 * A random id below 2^53 for a row that is written in SQL and whose id leaves the house: once a row is
 * gone, SQLite would give its own next number to another (see `randomId`).
 */
export const randomRowId = sql`random() & 0x1fffffffffffff`;

/** What somebody did by hand. The reason holds no address: whoever takes it in sees to that. */
export interface Act extends Omit<typeof acts.$inferSelect, 'id' | 'addressHash' | 'providerId'> {
  /** The address that it is about, where that need not be a subscriber's. */
  addressHash?: string;
  /** The provider in whose log it stands, or where SQL finds it. */
  providerId?: Value<number | null>;
}

const a = bare(acts);

/**
 * Writes an act where what it is about still has to be done; put it before the statement that does it,
 * with the same condition.
 */
export function writeAct(act: Act, where: SQL): SQL {
  const theirs = sql`(SELECT ${subscribers.emailHash} FROM ${subscribers}
    WHERE ${subscribers.id} = ${act.subscriberId})`;
  return sql`INSERT INTO ${acts} (${a.at}, ${a.actor}, ${a.verb}, ${a.subscriberId}, ${a.subject},
      ${a.addressHash}, ${a.providerId}, ${a.reason})
    SELECT ${act.at}, ${act.actor}, ${act.verb}, ${act.subscriberId}, ${act.subject},
      coalesce(${act.addressHash ?? null}, ${theirs}), ${act.providerId ?? null}, ${act.reason}
    WHERE ${where}`;
}

/**
 * Takes reasons and hash out of what was done about an address: they may tell of the person. Who did
 * what and when stays, and why somebody was erased.
 *
 * @param hashes a query that gives the hashes of the addresses
 */
export function forgetReasons(hashes: SQL, word: 'erased' | 'forgotten'): SQL {
  const { verb, reason, subject, addressHash } = acts;
  return sql`UPDATE ${acts} SET ${a.addressHash} = NULL,
      ${a.reason} = CASE ${verb} WHEN 'erase' THEN ${reason} ELSE ${word} END,
      ${a.subject} = CASE WHEN ${subject} LIKE 'address:%' THEN NULL ELSE ${subject} END
    WHERE ${addressHash} IN (${hashes})`;
}

/** True in SQL where an address, by its hash, is never mailed. */
export function isSuppressed(hash: SQLWrapper): SQL {
  return sql`EXISTS (SELECT 1 FROM ${suppressions} WHERE ${suppressions.hash} = ${hash})`;
}

/**
 * How many signups came through a provider since a moment; counts no further than `most`.
 *
 * @param provider its id
 * @param since epoch seconds of course time
 */
export function throughProvider(provider: SQLWrapper, since: Value<Seconds>, most: number): SQL {
  const of = alias(signups, 'of_late');
  return sql`(SELECT count(*) FROM (SELECT 1 FROM ${signups} ${of}
    WHERE ${of.providerId} = ${provider} AND ${of.createdAt} > ${since} LIMIT ${most}))`;
}

/**
 * The id of the provider whose public key this is, or was; null where it is nobody's.
 *
 * @param takenAt course time, where a key that was replaced counts only while it is taken beside the new one
 */
export function holderOf(key: Value<string | null>, takenAt?: Value<Seconds>): SQL {
  const taken = takenAt === undefined ? sql`` : sql` AND ${retiredKeys.worksUntil} > ${takenAt}`;
  return sql`coalesce((SELECT ${providers.id} FROM ${providers} WHERE ${providers.publicKey} = ${key}),
    (SELECT ${retiredKeys.providerId} FROM ${retiredKeys} WHERE ${retiredKeys.key} = ${key}${taken}))`;
}

/** How far a local run's course time is ahead of its machine, in seconds. */
export async function readClockOffset(db: Database): Promise<Seconds> {
  const [row] = await db.all(select({ offset: pulse.clockOffset }, sql`FROM ${pulse}`));
  return row?.offset ?? 0;
}
