import { eq, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { enrollments, strangers, subscribers, suppressions } from '../db/schema.ts';
import type { RowOf } from '../db/select.ts';
import { type Act, isSuppressed, writeAct } from '../db/statements.ts';
import type { Version } from '../enrollment/enrollment.ts';
import { goOn, isStill, pauseSuppressed } from '../enrollment/transitions.ts';

/** A subscriber's hash. Null where nobody is known. */
export async function hashOf(db: Database, subscriberId: number): Promise<string | null> {
  const [row] = await db.orm
    .select({ hash: subscribers.emailHash })
    .from(subscribers)
    .where(eq(subscribers.id, subscriberId));
  return row?.hash ?? null;
}

/** A subscriber by their address. Null where nobody is known. */
export async function idOf(db: Database, email: string): Promise<number | null> {
  const [row] = await db.orm
    .select({ id: subscribers.id })
    .from(subscribers)
    .where(eq(subscribers.email, email));
  return row?.id ?? null;
}

/** Suppresses an address by hand and stops its course. False where it was suppressed already. */
export async function insertSuppression(db: Database, hash: string, act: Act): Promise<boolean> {
  const free = sql`NOT ${isSuppressed(sql`${hash}`)}`;
  const { suppressed } = await db.commit({
    act: writeAct(act, free),
    courses: pauseSuppressed(sql`SELECT ${hash} WHERE ${free}`),
    suppressed: db.orm
      .insert(suppressions)
      .values({ hash, reason: 'by-hand', at: act.at })
      .onConflictDoNothing(),
  });
  return suppressed.changed > 0;
}

const WAITING = {
  id: enrollments.id,
  rev: enrollments.rev,
  lastAt: enrollments.lastAt,
  weekday: enrollments.weekday,
  time: enrollments.time,
  zone: enrollments.zone,
};

/** A course that waits because its address is suppressed. */
export type Waiting = RowOf<typeof WAITING>;

const waits = sql`${enrollments.state} = 'paused' AND ${enrollments.pauseReason} = 'suppressed'`;

export async function readWaiting(db: Database, subscriberId: number): Promise<Waiting | null> {
  const [row] = await db.orm
    .select(WAITING)
    .from(enrollments)
    .where(sql`${enrollments.subscriberId} = ${subscriberId} AND ${waits}`);
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
  course: (Version & { nextAt: number | null }) | null,
  act: Act,
): Promise<{ lifted: boolean; resumed: boolean }> {
  const { lifted, resumed } = await db.commit({
    act: writeAct(act, isSuppressed(sql`${hash}`)),
    lifted: db.orm.delete(suppressions).where(eq(suppressions.hash, hash)),
    resumed:
      course &&
      sql`UPDATE ${enrollments} SET ${goOn(course.nextAt, act.at)} WHERE ${isStill(course)} AND ${waits}`,
  });
  return { lifted: lifted.changed > 0, resumed: course === null || resumed.changed > 0 };
}

/** Forgets what is remembered of addresses from up to an instant (epoch seconds); up to `limit` rows. */
export async function deleteStrangers(db: Database, before: number, limit: number): Promise<void> {
  await db.commit({
    forgotten: sql`DELETE FROM ${strangers} WHERE rowid IN (SELECT rowid FROM ${strangers}
      WHERE ${strangers.at} <= ${before} LIMIT ${limit})`,
  });
}
