import { sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import type { Act } from '../db/statements.ts';
import { isSuppressed, writeAct } from '../db/statements.ts';
import { goOn, pauseSuppressed } from '../enrollment/transitions.ts';

/** A subscriber's hash. Null where nobody is known. */
export async function hashOf(db: Database, subscriberId: number): Promise<string | null> {
  const [row] = await db.all<{ hash: string }>(
    sql`SELECT email_hash AS hash FROM subscribers WHERE id = ${subscriberId}`,
  );
  return row?.hash ?? null;
}

/** A subscriber by their address. Null where nobody is known. */
export async function idOf(db: Database, email: string): Promise<number | null> {
  const [row] = await db.all<{ id: number }>(
    sql`SELECT id FROM subscribers WHERE email = ${email}`,
  );
  return row?.id ?? null;
}

/** Suppresses an address by hand and stops its course. False where it was suppressed already. */
export async function insertSuppression(db: Database, hash: string, act: Act): Promise<boolean> {
  const results = await db.batch([
    writeAct(act, sql`NOT ${isSuppressed(sql`${hash}`)}`),
    pauseSuppressed(sql`SELECT ${hash} WHERE NOT ${isSuppressed(sql`${hash}`)}`),
    sql`INSERT INTO suppressions (hash, reason, at) VALUES (${hash}, 'by-hand', ${act.at})
        ON CONFLICT DO NOTHING`,
  ]);
  return (results.at(-1)?.meta.changes ?? 0) > 0;
}

/** A course that waits because its address is suppressed. */
export interface Waiting {
  id: number;
  rev: number;
  lastAt: number | null;
  weekday: number;
  time: string;
  zone: string;
}

export async function readWaiting(db: Database, subscriberId: number): Promise<Waiting | null> {
  const [row] = await db.all<Waiting>(
    sql`SELECT id, rev, last_at AS lastAt, weekday, time, zone FROM enrollments
        WHERE subscriber_id = ${subscriberId} AND state = 'paused' AND pause_reason = 'suppressed'`,
  );
  return row ?? null;
}

/**
 * Lifts a suppression, and lets the course that waits for it go on if it is as it was read.
 *
 * @returns whether there was a suppression, and whether the course is as it should be
 */
export async function deleteSuppression(
  db: Database,
  hash: string,
  course: { id: number; rev: number; nextAt: number | null } | null,
  act: Act,
): Promise<{ lifted: boolean; resumed: boolean }> {
  const results = await db.batch([
    writeAct(act, isSuppressed(sql`${hash}`)),
    sql`DELETE FROM suppressions WHERE hash = ${hash}`,
    ...(course
      ? [
          sql`UPDATE enrollments SET ${goOn(course.nextAt, act.at)}
              WHERE id = ${course.id} AND rev = ${course.rev} AND state = 'paused'
                AND pause_reason = 'suppressed'`,
        ]
      : []),
  ]);
  return {
    lifted: (results[1]?.meta.changes ?? 0) > 0,
    resumed: course === null || (results[2]?.meta.changes ?? 0) > 0,
  };
}

/** Forgets what is remembered of addresses from up to an instant (epoch seconds); up to `limit` rows. */
export async function deleteStrangers(db: Database, before: number, limit: number): Promise<void> {
  await db.batch([
    sql`DELETE FROM strangers WHERE rowid IN
          (SELECT rowid FROM strangers WHERE at <= ${before} LIMIT ${limit})`,
  ]);
}
