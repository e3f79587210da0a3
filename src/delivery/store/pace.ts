/** When the next request may go, and how many mails went today. Machine time. */
import { type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import { DAY, type Instant, type Millis, millisOf, type Seconds, secondsOf } from '../../clock.ts';
import { MAX_LATENESS } from '../../course/schedule.ts';
import { type Database, prepared } from '../../db/client.ts';
import { bare, figure, textList, type Value } from '../../db/names.ts';
import { batches, enrollments, pace, pulse } from '../../db/schema.ts';
import { select } from '../../db/select.ts';
import type { Lane } from '../../mailer/mailer.ts';
import { type Backlog, HALF_DAY } from '../backlog.ts';
import { anyWaits, due, hasWork, isHalted, oldestOf } from './due.ts';

const set = bare(pace);
const others = alias(pace, 'p');

/** The UTC day of an instant of machine time, epoch days. */
export const dayOf = (machine: Millis) => Math.floor(machine / millisOf(DAY));

/** Mails of both lanes that were counted on a day. */
export const countedOn = (day: Value<number>): SQL<number> =>
  sql`(SELECT coalesce(sum(${others.sent}), 0) FROM ${pace} ${others} WHERE ${others.day} = ${day})`;

export interface Turn {
  /** When the request may go, machine time, epoch milliseconds. */
  at: Millis;
  /** True where an open batch waits for another attempt. */
  reopened: boolean;
  /** Mails of both lanes counted today. */
  sentToday: number;
  /** The cap as it is kept. */
  cap: string | null;
}

interface Place extends Instant {
  interval: Millis;
  latest: Millis;
  today: number;
}

const takePlace = (lane: Lane) =>
  prepared<Place, Omit<Turn, 'reopened'> & { reopened: number }>(
    (
      v,
    ) => sql`UPDATE ${pace} SET ${set.nextFree} = max(${pace.nextFree}, ${v.machine}) + ${v.interval}
      WHERE ${pace.lane} = ${lane} AND ${pace.nextFree} <= ${v.latest}
        AND NOT ${isHalted(textList(['all']))} AND ${hasWork(lane, v)}
      RETURNING ${pace.nextFree} - ${v.interval} AS at, ${anyWaits(lane, v.machine)} AS reopened,
        ${countedOn(v.today)} AS "sentToday",
        (SELECT ${pulse.cap} FROM ${pulse}) AS cap`,
  );
const takePlaceOf = { prompt: takePlace('prompt'), lesson: takePlace('lesson') };

/**
 * Takes the lane's next place in time, if it has work and is neither halted nor booked out beyond
 * `horizon` milliseconds.
 */
export async function takeTurn(
  db: Database,
  lane: Lane,
  { now, machine }: Instant,
  interval: Millis,
  horizon: Millis,
): Promise<Turn | null> {
  const latest = machine + horizon;
  const [turn] = await db.all(
    takePlaceOf[lane]({ now, machine, interval, latest, today: dayOf(machine) }),
  );
  return turn ? { ...turn, reopened: turn.reopened === 1 } : null;
}

/** Holds a lane back until an instant of machine time (milliseconds), as the mailer asked. */
export async function delayLanes(db: Database, until: Millis): Promise<void> {
  await db.orm.update(pace).set({ nextFree: until }).where(sql`${pace.nextFree} < ${until}`);
}

/** Counts a batch among the mails of its day. */
export function countSent(lane: Lane, batchId: number, machine: Millis): SQL {
  const today = dayOf(machine);
  const size = sql`(SELECT ${batches.size} FROM ${batches} WHERE ${batches.id} = ${batchId})`;
  return sql`UPDATE ${pace} SET ${set.day} = ${today}, ${set.sent} =
      CASE WHEN ${pace.day} = ${today} THEN ${pace.sent} ELSE 0 END + coalesce(${size}, 0)
    WHERE ${pace.lane} = ${lane}`;
}

/** Counts a batch no more, where this is so. */
export function uncountSent(lane: Lane, batchId: number, where: SQL): SQL {
  const size = sql`(SELECT ${batches.size} FROM ${batches} WHERE ${batches.id} = ${batchId})`;
  return sql`UPDATE ${pace} SET ${set.sent} = max(0, ${pace.sent} - ${size})
    WHERE ${where} AND ${pace.lane} = ${lane} AND ${pace.sent} > 0`;
}

/**
 * What the daily cap has left today, and what is or falls due until the end of the third day from now, by
 * half days. Reads no more rows than could be sent by then.
 */
export async function readBacklog(db: Database, at: Instant, cap: number): Promise<Backlog> {
  const today = dayOf(at.machine);
  const ahead = at.now - secondsOf(at.machine);
  const tomorrow: Seconds = (today + 1) * DAY + ahead;
  const waiting = due(at.now - MAX_LATENESS, tomorrow + 2 * DAY - 1);
  const { nextAt } = bare(enrollments);
  // Divided as whole numbers; moved up first, so that what is negative is not rounded towards zero.
  const halfDay = sql<number>`CAST(${nextAt} - ${tomorrow} + ${10 * HALF_DAY} AS INTEGER)
    / ${figure(HALF_DAY)} - 10`;
  const { counted, halfDays } = await db.commit({
    counted: select(
      { sent: sql<number>`coalesce(sum(${pace.sent}), 0)` },
      sql`FROM ${pace} WHERE ${pace.day} = ${today}`,
    ),
    halfDays: select(
      { halfDay, count: sql<number>`count(*)` },
      sql`FROM (${oldestOf(waiting, 4 * cap + 1)}) GROUP BY "halfDay" ORDER BY "halfDay"`,
    ),
  });
  return { left: Math.max(0, cap - (counted.row?.sent ?? 0)), halfDays: halfDays.rows };
}

/**
 * A local run's backoffs count as elapsed when its clock is moved; leases that are held do not.
 *
 * @returns how many batches waited
 */
export async function endBackoffs(db: Database): Promise<number> {
  const { ended } = await db.commit({
    ended: db.orm
      .update(batches)
      .set({ leaseUntil: 0 })
      .where(sql`${batches.state} = 'open' AND ${batches.leaseId} IS NULL`),
    paces: db.orm.update(pace).set({ nextFree: 0 }),
  });
  return ended.changed;
}
