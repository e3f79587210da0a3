/** What the chores keep of shares, mend and forget. */
import { and, lte, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import type { Seconds } from '../../clock.ts';
import { LESSONS } from '../../course/course.ts';
import type { Database } from '../../db/client.ts';
import { bare, figure } from '../../db/names.ts';
import { departures, enrollments, shares, signups, subscribers, weeks } from '../../db/schema.ts';
import { select } from '../../db/select.ts';
import { allSentAt, newRef } from '../follow.ts';
import { c } from './sent.ts';

const w = bare(weeks);
const set = bare(shares);

/** The latest week that is written down; null before the first. */
export async function readLastClosed(db: Database): Promise<number | null> {
  const week = sql<number | null>`max(${weeks.week})`;
  const [row] = await db.all(select({ week }, sql`FROM ${weeks} WHERE ${weeks.providerId} = 0`));
  return row?.week ?? null;
}

/** Writes down how many asked in a week and never confirmed: through each provider, and in all. */
export async function closeWeek(
  db: Database,
  week: number,
  { from, to }: { from: Seconds; to: Seconds },
): Promise<void> {
  const g = alias(signups, 'g');
  const e = alias(enrollments, 'e');
  const asked = sql`FROM ${signups} ${g} WHERE ${g.confirmedAt} IS NULL
    AND ${g.createdAt} >= ${from} AND ${g.createdAt} < ${to}`;
  const into = sql`INSERT INTO ${weeks} (${w.providerId}, ${w.week}, ${w.unconfirmed})`;
  await db.commit({
    each: sql`${into} SELECT ${g.providerId}, ${week}, count(DISTINCT ${g.subscriberId}) ${asked}
        AND ${g.providerId} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ${shares} ${c}
          WHERE ${c.providerId} = ${g.providerId} AND ${c.subscriberId} = ${g.subscriberId})
      GROUP BY 1 ON CONFLICT DO NOTHING`,
    all: sql`${into} SELECT 0, ${week}, count(DISTINCT ${g.subscriberId}) ${asked}
        AND NOT EXISTS (SELECT 1 FROM ${enrollments} ${e} WHERE ${e.subscriberId} = ${g.subscriberId})
      ON CONFLICT DO NOTHING`,
  });
}

export async function deleteDepartures(
  db: Database,
  before: Seconds,
  atMost: number,
): Promise<void> {
  const { ref, at } = departures;
  const old = db.orm.select({ ref }).from(departures).where(lte(at, before)).limit(atMost);
  await db.orm.delete(departures).where(and(lte(at, before), sql`${ref} IN ${old}`));
}

/**
 * Shares of everybody whose course is one of the latest, as `follow.ts` would have left them: the same
 * statement as the migration's that made the table. Those that are right already stay untouched.
 */
export async function fillShares(db: Database, latest: number): Promise<void> {
  const has = { ended: shares.ended, finished: shares.finishedAt };
  await db.commit({
    filled: sql`INSERT INTO ${shares} (${set.ref}, ${set.providerId}, ${set.subscriberId},
        ${set.enrollmentId}, ${set.words}, ${set.since}, ${set.finishedAt}, ${set.endedAt}, ${set.ended})
      ${selectExpected(latest)}
      ON CONFLICT (${set.providerId}, ${set.subscriberId}) DO UPDATE SET
        ${set.enrollmentId} = excluded.${set.enrollmentId},
        ${set.finishedAt} = coalesce(${has.finished}, excluded.${set.finishedAt}),
        ${set.endedAt} = coalesce(${shares.endedAt}, excluded.${set.endedAt}),
        ${set.ended} = coalesce(${has.ended}, excluded.${set.ended})
      WHERE ${shares.enrollmentId} < excluded.${set.enrollmentId}
        OR (${has.ended} IS NULL AND ${has.finished} IS NULL AND excluded.${set.ended} IS NOT NULL)`,
  });
}

function selectExpected(latest: number): SQL {
  const e = alias(enrollments, 'e');
  const g = alias(signups, 'g');
  const p = alias(subscribers, 'p');
  const x = alias(enrollments, 'x');
  const xg = alias(signups, 'xg');
  const n = alias(enrollments, 'n');
  const l = alias(enrollments, 'l');
  const m = alias(enrollments, 'm');
  const left = sql`(t.done IS NULL AND ${e.nextLesson} <= ${figure(LESSONS)} AND t.gone IS NOT NULL)`;
  return sql`SELECT ${newRef}, t.provider, t.subscriber, ${e.id}, ${g.wordsVersion}, t.began,
      t.done, CASE WHEN ${left} THEN t.gone END, CASE WHEN ${left} THEN 'moved' END
    FROM (SELECT b.*,
        (SELECT max(${allSentAt(x.id)}) FROM ${enrollments} ${x} JOIN ${signups} ${xg} ON ${xg.id} = ${x.signupId}
          WHERE ${x.subscriberId} = b.subscriber AND ${xg.providerId} = b.provider
            AND ${x.id} <> b.latest) AS done,
        (SELECT ${n.createdAt} FROM ${enrollments} ${n} WHERE ${n.subscriberId} = b.subscriber
          AND ${n.id} > b.latest ORDER BY ${n.id} LIMIT 1) AS gone
      FROM (SELECT ${g.providerId} AS provider, ${e.subscriberId} AS subscriber,
          max(${e.id}) AS latest, min(coalesce(${g.confirmedAt}, ${e.createdAt})) AS began
        FROM ${enrollments} ${e} JOIN ${signups} ${g} ON ${g.id} = ${e.signupId}
          JOIN ${subscribers} ${p} ON ${p.id} = ${e.subscriberId}
        WHERE ${g.providerId} IS NOT NULL AND ${p.eraseRequestedAt} IS NULL
          AND ${e.subscriberId} IN (SELECT ${l.subscriberId} FROM ${enrollments} ${l}
            WHERE ${l.id} > (SELECT max(${m.id}) FROM ${enrollments} ${m}) - ${latest})
        GROUP BY 1, 2) b) t
    JOIN ${enrollments} ${e} ON ${e.id} = t.latest JOIN ${signups} ${g} ON ${g.id} = ${e.signupId}
    WHERE true`;
}
