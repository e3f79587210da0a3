/** Mails of which nobody knows whether they were accepted, until the mailer's own record says so. */
import { eq, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import type { Millis, Seconds } from '../../clock.ts';
import type { Database } from '../../db/client.ts';
import { bare } from '../../db/names.ts';
import { batches, deliveries, subscribers } from '../../db/schema.ts';
import { orNull, type RowOf, select } from '../../db/select.ts';
import { type Act, writeAct } from '../../db/statements.ts';
import type { Batch, FrozenRow } from '../delivery.ts';
import { thaw } from './claim.ts';
import { isAhead, isHeld, isOverdue } from './due.ts';
import { notSent, releasing } from './outcome.ts';

const set = bare(batches);
const d = alias(deliveries, 'd');
const s = alias(subscribers, 's');

type BatchRow = typeof batches.$inferSelect;

/** A mail of which nobody knows whether it was accepted. */
const UNKNOWN_MAIL = {
  batch: batches.id,
  lane: batches.lane,
  state: batches.state,
  attempts: batches.attempts,
  frozenAt: batches.frozenAt,
  delivery: d.id,
  kind: d.kind,
  lesson: d.lesson,
  subscriberId: d.subscriberId,
  /** Null where the subscriber is gone. */
  email: orNull({ email: s.email }).email,
};
export type UnknownMail = RowOf<typeof UNKNOWN_MAIL>;

/** An open batch (columns of `batches`) that may have been accepted and that nobody holds. */
const isUnanswered = (machine: Millis) =>
  sql`(${batches.unanswered} > 0 AND NOT ${isHeld(machine)})`;

/**
 * The mails of uncertain batches, and of open ones that had no usable answer and that nobody holds,
 * batch by batch, up to `limit` of each.
 */
export async function readUnknown(
  db: Database,
  machine: Millis,
  limit: number,
): Promise<UnknownMail[]> {
  const recipient = sql`LEFT JOIN ${subscribers} ${s} ON ${s.id} = ${d.subscriberId}`;
  const { uncertain, open } = await db.commit({
    uncertain: select(
      UNKNOWN_MAIL,
      sql`FROM ${deliveries} ${d} CROSS JOIN ${batches} ON ${batches.id} = ${d.batchId} ${recipient}
        WHERE ${d.state} = 'uncertain' ORDER BY ${d.batchId} LIMIT ${limit}`,
    ),
    open: select(
      UNKNOWN_MAIL,
      sql`FROM ${batches} CROSS JOIN ${deliveries} ${d} ON ${d.batchId} = ${batches.id} ${recipient}
        WHERE ${batches.state} = 'open' AND ${isUnanswered(machine)} AND ${d.state} = 'sending'
        ORDER BY ${batches.id} LIMIT ${limit}`,
    ),
  });
  return [...uncertain.rows, ...open.rows];
}

/** A batch as whoever settles it finds it. */
export interface FoundBatch extends Pick<BatchRow, 'lane' | 'state' | 'attempts'> {
  unanswered: boolean;
  held: boolean;
  rows: FrozenRow[];
}

/** Null where there is none of this id. */
export async function readBatch(
  db: Database,
  id: number,
  machine: Millis,
): Promise<FoundBatch | null> {
  const { lane, state, attempts, unanswered, frozen } = batches;
  const held = sql<number>`${isHeld(machine)}`;
  const [row] = await db.orm
    .select({ lane, state, attempts, unanswered, frozen, held })
    .from(batches)
    .where(eq(batches.id, id));
  if (!row) return null;
  const { frozen: rows, ...found } = row;
  return {
    ...found,
    unanswered: row.unanswered > 0,
    held: row.held === 1,
    rows: thaw(rows) ?? [],
  };
}

/** The rows of an open batch as they were frozen. */
export async function readRows(db: Database, batchId: number): Promise<FrozenRow[]> {
  const [row] = await db.orm
    .select({ frozen: batches.frozen })
    .from(batches)
    .where(eq(batches.id, batchId));
  return thaw(row?.frozen ?? null) ?? [];
}

/** Ids and frozen rows of batches that have had no usable answer for too long and that nobody holds. */
export async function readStale(
  db: Database,
  machine: Millis,
  limit: number,
): Promise<{ id: number; rows: FrozenRow[] }[]> {
  const { id, frozen } = batches;
  const rows = await db.orm
    .select({ id, frozen })
    .from(batches)
    .where(sql`${batches.state} = 'open'
      AND (${isAhead(machine)} OR (${isOverdue(machine)} AND NOT ${isHeld(machine)}))`)
    .limit(limit);
  return rows.map((row) => ({ id: row.id, rows: thaw(row.frozen) ?? [] }));
}

/** Open batches that some consumer holds now. */
export async function heldBatches(db: Database, machine: Millis): Promise<number> {
  return db.orm.$count(batches, sql`${batches.state} = 'open' AND ${isHeld(machine)}`);
}

/** Whether a batch is as this says. */
const isBatch = (which: SQL) => sql`EXISTS (SELECT 1 FROM ${batches} WHERE ${which})`;

const isUncertain = (batchId: number) =>
  sql`${batches.id} = ${batchId} AND ${batches.state} = 'uncertain'`;

/** What was uncertain turns out to have been accepted. The course has gone on already. */
export async function proveSent(
  db: Database,
  batchId: number,
  now: Seconds,
  act?: Act,
): Promise<void> {
  await db.commit({
    act: act && writeAct(act, isBatch(isUncertain(batchId))),
    batch: sql`UPDATE ${batches} SET ${set.state} = 'accepted', ${set.acceptedAt} = ${now},
        ${set.accepted} = (SELECT count(*) FROM ${deliveries}
          WHERE ${deliveries.batchId} = ${batchId} AND ${deliveries.state} = 'uncertain')
      WHERE ${isUncertain(batchId)}`,
    rows: db.orm
      .update(deliveries)
      .set({ state: 'sent', acceptedAt: now })
      .where(sql`${deliveries.batchId} = ${batchId} AND ${deliveries.state} = 'uncertain'`),
  });
}

/**
 * An open batch without a usable answer was not accepted, as the mailer's own record says: its rows are
 * owed again. Takes the lease to say so, and does nothing where somebody else has it.
 *
 * @param batch.attempts as many as whoever looked into the record had seen; nothing where there were more
 */
export async function disownOpen(
  db: Database,
  batch: Pick<Batch, 'id' | 'lane' | 'leaseId' | 'attempts'>,
  machine: Millis,
  act: Act,
): Promise<boolean> {
  const free = sql`${batches.id} = ${batch.id} AND ${batches.state} = 'open'
    AND ${batches.attempts} = ${batch.attempts} AND ${isUnanswered(machine)}`;
  const { released } = await db.commit({
    act: writeAct(act, isBatch(free)),
    leased: sql`UPDATE ${batches} SET ${set.leaseId} = ${batch.leaseId}, ${set.unanswered} = 1
        WHERE ${free}`,
    ...releasing(batch),
  });
  return released.changed > 0;
}

/**
 * An uncertain batch was not accepted, as the mailer's own record says: its mails are owed as before.
 *
 * @param attempts as many as whoever looked into the record had seen; nothing where there were more
 */
export async function disownUncertain(
  db: Database,
  { id, attempts }: { id: number; attempts: number },
  now: Seconds,
  act: Act,
): Promise<boolean> {
  const asSeen = sql`${isUncertain(id)} AND ${batches.attempts} = ${attempts}`;
  const rows = sql`${d.batchId} = ${id} AND ${d.state} = 'uncertain' AND ${isBatch(asSeen)}`;
  const { released } = await db.commit({
    act: writeAct(act, isBatch(asSeen)),
    rows: notSent(rows, 'as-before', now),
    released: db.orm.update(batches).set({ state: 'released' }).where(asSeen),
  });
  return released.changed > 0;
}
