/** What the mailer says became of a mail, and what follows. */
import { type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import { type Instant, type Seconds, secondsOf } from '../../clock.ts';
import { type Database, prepared } from '../../db/client.ts';
import { bare, textList, type Value } from '../../db/names.ts';
import {
  acts,
  batches,
  deliveries,
  enrollments,
  events,
  halts,
  pulse,
  subscribers,
  suppressions,
} from '../../db/schema.ts';
import { type RowOf, select } from '../../db/select.ts';
import { pauseSuppressed, stopFor } from '../../enrollment/transitions.ts';
import type { EventKind, MailEvent } from '../../mailer/events.ts';
import { BOUNCES_THAT_PAUSE, CLEAR_BOUNCES, EVENTS } from '../delivery.ts';
import { notSent } from './outcome.ts';

const set = bare(deliveries);
const d = alias(deliveries, 'd');
const s = alias(subscribers, 's');
const b = alias(batches, 'b');
const e = alias(events, 'e');

/** What a mail was, as an event that names its row finds it. */
const MAILED = {
  state: d.state,
  subscriberId: d.subscriberId,
  batchId: b.id,
  /** The hash of the address that it went to; null where its subscriber is gone, who had it. */
  toHash: sql<string | null>`coalesce(${d.toHash}, ${s.emailHash})`,
  /** As frozen with its batch. */
  mailFrom: b.mailFrom,
  baseUrl: b.baseUrl,
};
export interface MailedRow extends RowOf<typeof MAILED> {
  toHash: string;
}

/** The row that an event names. Null where it is not in the ledger, or was never part of a batch. */
export async function readMailed(db: Database, deliveryId: number): Promise<MailedRow | null> {
  const [row] = await db.all(
    select(
      MAILED,
      sql`FROM ${deliveries} ${d} LEFT JOIN ${subscribers} ${s} ON ${s.id} = ${d.subscriberId}
          CROSS JOIN ${batches} ${b} ON ${b.id} = ${d.batchId}
        WHERE ${d.id} = ${deliveryId}`,
    ),
  );
  const toHash = row?.toHash ?? null;
  return row && toHash !== null ? { ...row, toHash } : null;
}

const isNewEvent = (id: Value<string>) =>
  sql`NOT EXISTS (SELECT 1 FROM ${events} WHERE ${events.id} = ${id})`;

/** The row, unless it has been owed again since: then it stands for another mail. */
const isAsRead = (deliveryId: Value<number>, batchId: Value<number>) =>
  sql`${deliveries.id} = ${deliveryId} AND ${deliveries.batchId} = ${batchId}`;

/** An event about a row, while it is new; whatever it does hangs on that. */
interface Applied extends MailEvent {
  row: MailedRow;
  isNew: SQL;
  asRead: SQL;
  /** Machine time of receipt, epoch seconds. */
  at: Seconds;
}

/**
 * Applies an event about a mail of ours in one transaction, all of it only where the event is new.
 *
 * @returns whether it was new, and whether it has halted everything
 */
export async function applyEvent(
  db: Database,
  event: MailEvent,
  row: MailedRow,
  { now, machine }: Instant,
): Promise<{ isNew: boolean; halted: boolean }> {
  const { id, kind, deliveryId, reason } = event;
  const { subscriberId, batchId } = row;
  const isNew = isNewEvent(id);
  const asRead = isAsRead(deliveryId, batchId);
  const applied: Applied = { ...event, row, isNew, asRead, at: secondsOf(machine) };
  const { suppresses, counts, unsent } = EVENTS[kind];
  const { halted, kept } = await db.commit({
    moved: moveMail[kind]?.({ id, deliveryId, batchId, subscriberId }),
    suppressed: suppresses && suppress(applied, suppresses, now),
    bounced: counts && pauseBounced(applied),
    halted: unsent && event.halts && haltByMail(applied),
    unsent: unsent && owedAgain(applied, now),
    failing:
      kind === 'failed' &&
      db.orm.update(pulse).set({ failedAt: applied.at }).where(sql`${pulse.id} = 1 AND ${isNew}`),
    kept: keepEvent({ id, kind, deliveryId, reason, subscriberId, at: applied.at }),
  });
  return { isNew: kept.changed > 0, halted: halted.changed > 0 };
}

/** Whose it is stands there only while they do. */
const keepEvent = prepared<typeof events.$inferInsert>((v) => {
  const set = bare(events);
  const theirs = sql`(SELECT ${subscribers.id} FROM ${subscribers}
    WHERE ${subscribers.id} = ${v.subscriberId})`;
  return sql`INSERT INTO ${events} (${set.id}, ${set.kind}, ${set.deliveryId}, ${set.subscriberId},
      ${set.reason}, ${set.at})
    VALUES (${v.id}, ${v.kind}, ${v.deliveryId}, ${theirs}, ${v.reason}, ${v.at})
    ON CONFLICT DO NOTHING`;
});

const nothing = sql``;

interface Moving
  extends Pick<MailEvent, 'id' | 'deliveryId'>,
    Pick<MailedRow, 'batchId' | 'subscriberId'> {}

/** Forward only. What did not come back clearly has arrived after all where it is delivered later. */
const mover = (kind: EventKind, { to, from }: { to: string; from: readonly string[] }) =>
  prepared<Moving>((v) => {
    const clearlyBack = sql`(SELECT ${events.deliveryId} FROM ${events}
      WHERE ${events.subscriberId} = ${v.subscriberId}
        AND ${events.kind} IN (${textList(CLEAR_BOUNCES)}))`;
    const arrived = sql`OR (${deliveries.state} = 'bounced' AND ${deliveries.id} NOT IN ${clearlyBack})`;
    return sql`UPDATE ${deliveries} SET ${set.state} = ${to}
      WHERE ${isAsRead(v.deliveryId, v.batchId)} AND (${deliveries.state} IN (${textList(from)})
        ${kind === 'delivered' ? arrived : nothing}) AND ${isNewEvent(v.id)}`;
  });

const moveMail: Partial<Record<EventKind, ReturnType<typeof mover>>> = Object.fromEntries(
  Object.entries(EVENTS).flatMap(([kind, { moves }]) =>
    moves ? [[kind, mover(kind as EventKind, moves)]] : [],
  ),
);

/** Whoever has the address now, whosever mail it was. */
function suppress(
  { row: { toHash }, isNew }: Applied,
  reason: typeof suppressions.$inferSelect.reason,
  now: Seconds,
): SQL[] {
  const set = bare(suppressions);
  return [
    sql`INSERT INTO ${suppressions} (${set.hash}, ${set.reason}, ${set.at})
        SELECT ${toHash}, ${reason}, ${now} WHERE ${isNew} ON CONFLICT DO NOTHING`,
    pauseSuppressed(sql`SELECT ${toHash} WHERE ${isNew}`),
  ];
}

function pauseBounced({ deliveryId, row, isNew, at }: Applied): SQL {
  const { subscriberId, toHash } = row;
  const { by, count, within } = BOUNCES_THAT_PAUSE;
  const cameBack = sql`(SELECT count(*) FROM (
    SELECT ${e.deliveryId} FROM ${events} ${e}
      CROSS JOIN ${deliveries} ${d} ON ${d.id} = ${e.deliveryId}
    WHERE ${e.subscriberId} = ${subscriberId} AND ${e.at} > ${at - within}
      AND ${e.kind} IN (${textList(by)}) AND ${d.state} = 'bounced'
      AND coalesce(${d.toHash}, ${toHash}) = ${toHash}
    UNION SELECT ${deliveries.id} FROM ${deliveries}
      WHERE ${deliveries.id} = ${deliveryId} AND ${deliveries.state} = 'bounced'))`;
  const theirHash = sql`(SELECT ${subscribers.emailHash} FROM ${subscribers}
    WHERE ${subscribers.id} = ${subscriberId})`;
  return sql`UPDATE ${enrollments} SET ${stopFor('bounces')}
    WHERE ${enrollments.state} = 'active' AND ${enrollments.subscriberId} = ${subscriberId}
      AND ${isNew} AND ${theirHash} = ${toHash} AND ${cameBack} >= ${count}`;
}

/** The mail of an event (`d`), while it counts as sent. */
const takenForSent = ({ asRead, isNew }: Applied) =>
  sql`${d.id} = (SELECT ${deliveries.id} FROM ${deliveries} WHERE ${asRead})
    AND ${d.state} = 'sent' AND ${isNew}`;

const owedAgain = (event: Applied, now: Seconds) =>
  notSent(
    takenForSent(event),
    event.kind === 'refused' ? 'never' : event.halts ? 'as-before' : 'next-time',
    now,
  );

/** A mail that failed says nothing of now where it was accepted before the operator last lifted a halt. */
function haltByMail(event: Applied): SQL {
  const set = bare(halts);
  const lifted = sql`(SELECT max(${acts.at}) FROM ${acts}
    WHERE ${acts.verb} = 'lift-halt' AND ${acts.subject} = 'halt:all')`;
  return sql`INSERT INTO ${halts} (${set.scope}, ${set.reason}, ${set.since})
    SELECT 'all', ${event.reason}, ${event.at} FROM ${deliveries} ${d}
    WHERE ${takenForSent(event)} AND ${d.acceptedAt} >= coalesce(${lifted}, 0)
    ON CONFLICT DO NOTHING`;
}

/** Events are repeated for a day, and by hand for weeks; older ones are forgotten, up to `limit`. */
export async function deleteOldEvents(db: Database, before: Seconds, limit: number): Promise<void> {
  const old = sql`(SELECT ${events.id} FROM ${events} WHERE ${events.at} <= ${before} LIMIT ${limit})`;
  await db.orm.delete(events).where(sql`${events.id} IN ${old}`);
}
