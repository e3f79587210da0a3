import { type Column, sql } from 'drizzle-orm';
import { alias, type SQLiteTable } from 'drizzle-orm/sqlite-core';
import type { Database } from '../db/client.ts';
import { certificates } from '../db/credit.ts';
import { bare, setOf } from '../db/names.ts';
import {
  batches,
  deliveries,
  enrollments,
  erasedSubscribers,
  erasures,
  signups,
  subscribers,
} from '../db/schema.ts';
import { select } from '../db/select.ts';
import { keepFormerAddress } from '../subscriber/store/address.ts';
import { eraseNow, finishErasure, readErasing } from '../subscriber/store/erasure.ts';
import { forgetMails } from '../suppression/strangers.ts';
import { STRANGERS_LIFETIME } from '../suppression/suppression.ts';
import type { RestoreContext } from './context.ts';
import { type Luggage, type Row, sinceOf, valueIn } from './luggage.ts';
import { deleteRest, insertRows, keyOf, parts, readSame, updateRows } from './store.ts';
import { columnsOf, nameOf, WAYS, type Way } from './tables.ts';

/** What became of a table. */
export interface Carried {
  table: string;
  added: number;
  /** How many rows differed in which column. */
  changed: Map<string, number>;
  gone: number;
}

interface Difference {
  added: Row[];
  changed: { row: Row; was: Row; columns: Column[] }[];
}

/** What differs between the rows that were taken along and the restored ones. */
async function compare(db: Database, luggage: Luggage, way: Way): Promise<Difference> {
  const rows = luggage.tables.get(way.table) ?? [];
  if (way.replaced) return { added: rows, changed: [] };
  const carried = columnsOf(way).filter((column) => !luggage.left.has(column));
  // A column that the database had lost is not carried over as empty.
  const had = (row: Row) => carried.filter(({ name }) => name in row);
  const same = await readSame(db, way, rows);
  const difference: Difference = { added: [], changed: [] };
  const seen = new Set<string>();
  for (const row of rows) {
    const key = keyOf(way, row);
    if (seen.has(key)) continue;
    seen.add(key);
    const was = same.get(key);
    if (!was) {
      difference.added.push(row);
      continue;
    }
    const columns = way.newOnly ? [] : had(row).filter(({ name }) => row[name] !== was[name]);
    if (columns.length > 0) difference.changed.push({ row, was, columns });
  }
  return difference;
}

/**
 * Puts back what was taken along, table by table; the restored database keeps what is not in it. Done
 * twice, it changes nothing more.
 */
export async function carryOver(ctx: RestoreContext, luggage: Luggage): Promise<Carried[]> {
  const { db } = ctx;
  await makeRoomForEnrollments(db, luggage);
  const all: Carried[] = [];
  for (const way of WAYS) {
    if (!luggage.tables.has(way.table)) continue;
    const difference = await compare(db, luggage, way);
    const gone = await letGo(db, luggage, way);
    if (way.table === certificates) {
      await makeRoomForCertificates(db, luggage, ctx.clock.now());
    }
    if (way.table === subscribers) await makeRoomForAddresses(db, difference, ctx.clock.now());
    await change(db, way, difference.changed);
    await insertRows(db, way, endsFirst(way, difference.added, (row) => row).flat());
    const changed = new Map<string, number>();
    for (const { columns } of difference.changed) {
      for (const { name } of columns) changed.set(name, (changed.get(name) ?? 0) + 1);
    }
    // Nothing of theirs is on its way any more; what it leaves is then put in its place.
    if (way.table === deliveries) await finishErasures(db, ctx.clock.now());
    all.push({ table: nameOf(way), added: difference.added.length, changed, gone });
  }
  return all;
}

/** Rows that could not be put back, by table: something else stands in their place. */
export async function missing(db: Database, luggage: Luggage): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for (const way of WAYS) {
    if (way.replaced || !luggage.tables.has(way.table)) continue;
    const { added, changed } = await compare(db, luggage, way);
    const count = added.length + changed.length;
    if (count > 0) found.set(nameOf(way), count);
  }
  return found;
}

/** A lesson is in the ledger once, and somebody takes the course once: first goes what makes room. */
const ENDS = new Map<SQLiteTable, (row: Row) => boolean>([
  [deliveries, (row) => ['skipped', 'failed'].includes(valueIn(row, deliveries.state))],
  [enrollments, (row) => ['ended', 'completed'].includes(valueIn(row, enrollments.state))],
]);

/** Rows that make room, and the rest. */
function endsFirst<Of>(way: Way, all: Of[], rowOf: (each: Of) => Row): [Of[], Of[]] {
  const ends = ENDS.get(way.table) ?? (() => false);
  return [all.filter((each) => ends(rowOf(each))), all.filter((each) => !ends(rowOf(each)))];
}

async function change(db: Database, way: Way, changed: Difference['changed']): Promise<void> {
  for (const some of endsFirst(way, changed, ({ row }) => row)) {
    // Only the columns that differ: others may be left out on purpose.
    const alike = Map.groupBy(some, ({ columns }) => columns.map(({ name }) => name).join());
    for (const rows of alike.values()) {
      const columns = rows[0]?.columns ?? [];
      await updateRows(
        db,
        way,
        rows.map(({ row }) => row),
        columns,
      );
    }
  }
}

/** Restored rows that have ended since, or were deleted on purpose. */
async function letGo(db: Database, luggage: Luggage, way: Way): Promise<number> {
  const rows = luggage.tables.get(way.table) ?? [];
  const { taken, takenMachine } = luggage;
  switch (way.table) {
    case signups: {
      // Whoever said "this was not me" has signups of another id, and purged ones are gone.
      const people = idsIn(luggage.tables.get(subscribers) ?? [], subscribers.id);
      const mine = idsIn(rows, signups.id);
      const { id, subscriberId, confirmedAt, createdAt } = signups;
      const restored = await db.all(
        select(
          { id, subscriberId },
          sql`FROM ${signups} WHERE ${confirmedAt} IS NULL AND ${createdAt} <= ${taken}`,
        ),
      );
      const gone = restored.filter((row) => people.has(row.subscriberId) && !mine.has(row.id));
      for (const part of parts(gone.map((row) => row.id))) {
        await db.commit({
          gone: sql`DELETE FROM ${signups} WHERE ${confirmedAt} IS NULL AND ${id} IN ${setOf(part)}`,
        });
      }
      return gone.length;
    }
    case deliveries: {
      // All that waits was taken along; what is not in it has been skipped or refused since.
      const mine = idsIn(rows, deliveries.id);
      const { id, dueAt, state } = deliveries;
      const waits = sql`${state} IN ('owed', 'sending')`;
      const restored = await db.all(
        select({ id }, sql`FROM ${deliveries} WHERE ${waits} AND ${dueAt} <= ${taken}`),
      );
      const gone = restored.map((row) => row.id).filter((each) => !mine.has(each));
      for (const part of parts(gone)) {
        await db.commit({
          skipped: sql`UPDATE ${deliveries} SET ${bare(deliveries).state} = 'skipped'
              WHERE ${waits} AND ${id} IN ${setOf(part)}`,
        });
      }
      return gone.length;
    }
    case batches: {
      const mine = idsIn(rows, batches.id);
      const { id, state } = batches;
      const isOpen = sql`${state} = 'open'`;
      const open = await db.all(select({ id }, sql`FROM ${batches} WHERE ${isOpen}`));
      const gone = open.map((row) => row.id).filter((each) => !mine.has(each));
      const set = bare(batches);
      for (const part of parts(gone)) {
        await db.commit({
          released: sql`UPDATE ${batches} SET ${set.state} = 'released', ${set.who} = NULL,
                ${set.frozen} = NULL, ${set.offered} = NULL, ${set.leaseId} = NULL
              WHERE ${isOpen} AND ${id} IN ${setOf(part)}`,
        });
      }
      return gone.length;
    }
    default: {
      const mine = new Set(way.replaced ? [] : rows.map((row) => keyOf(way, row)));
      const until = { course: taken, machine: takenMachine };
      return deleteRest(db, way, mine, { since: sinceOf(luggage), until });
    }
  }
}

/** What stands in a column of these rows. */
const idsIn = <C extends Column>(rows: Row[], column: C) =>
  new Set(rows.map((row) => valueIn(row, column)));

/**
 * Ids of enrollments are given in order, so somebody who confirmed between the restore and now may have
 * the id of one that was taken along: theirs is the one that moves, before anything was sent in it.
 */
async function makeRoomForEnrollments(db: Database, luggage: Luggage): Promise<void> {
  const taken = luggage.tables.get(enrollments) ?? [];
  const { id, signupId } = enrollments;
  const signupOf = new Map(taken.map((row) => [valueIn(row, id), valueIn(row, signupId)]));
  const restored = await db.all(
    select(
      { id, signupId },
      sql`FROM ${enrollments} WHERE ${id} >= ${Math.min(...signupOf.keys(), Number.MAX_SAFE_INTEGER)}`,
    ),
  );
  let free = Math.max(0, ...signupOf.keys(), ...restored.map((row) => row.id));
  for (const row of restored) {
    const before = signupOf.get(row.id);
    if (before === undefined || before === row.signupId) continue;
    free += 1;
    await db.commit({
      renumbered: [
        sql`UPDATE ${deliveries} SET ${bare(deliveries).enrollmentId} = ${free}
          WHERE ${deliveries.enrollmentId} = ${row.id}`,
        sql`UPDATE ${enrollments} SET ${bare(enrollments).id} = ${free} WHERE ${id} = ${row.id}`,
      ],
    });
  }
}

/**
 * A claim that was issued after the moment may have been issued once more before it was put back: boards
 * may have the first number, so the second gives way, and says what stands.
 */
async function makeRoomForCertificates(db: Database, luggage: Luggage, now: number): Promise<void> {
  const { number, claimId, withdrawnAt } = certificates;
  const taken = luggage.tables.get(certificates) ?? [];
  const standing = taken
    .filter((row) => valueIn(row, withdrawnAt) === null && valueIn(row, claimId) !== null)
    .map((row) => [valueIn(row, claimId), valueIn(row, number)]);
  const set = bare(certificates);
  for (const part of parts(standing)) {
    await db.commit({
      twice: sql`UPDATE ${certificates} SET ${set.withdrawnAt} = ${now},
          ${set.why} = 'issued a second time while the database was brought back',
          ${set.replacedBy} = v.value ->> 1
        FROM json_each(${JSON.stringify(part)}) v
        WHERE ${claimId} = v.value ->> 0 AND ${number} <> v.value ->> 1
          AND ${withdrawnAt} IS NULL
          AND ${number} NOT IN ${setOf(taken.map((row) => valueIn(row, number)))}`,
    });
  }
}

/**
 * Addresses may have changed hands since. Whoever moves lets go of theirs first; a stranger's signup
 * that was never confirmed makes room, as it does for a change of address.
 */
async function makeRoomForAddresses(
  db: Database,
  difference: Difference,
  now: number,
): Promise<void> {
  const { id, email, emailHash } = subscribers;
  const moved = difference.changed.filter(({ columns }) => columns.includes(email));
  for (const { row, was } of moved) {
    // What was sent so far went to the address before.
    const before = sql`${valueIn(was, emailHash)}`;
    await db.commit({ former: keepFormerAddress(valueIn(row, id), before) });
  }
  for (const part of parts(moved.map(({ row }) => valueIn(row, id)))) {
    await db.commit({
      moving: sql`UPDATE ${subscribers} SET ${bare(subscribers).email} = 'moving-' || ${id}
          WHERE ${id} IN ${setOf(part)}`,
    });
  }
  const wanted = [...moved.map(({ row }) => row), ...difference.added].map((row) => [
    valueIn(row, id),
    valueIn(row, email),
  ]);
  const s = alias(subscribers, 's');
  for (const part of parts(wanted)) {
    const strangers = sql`(SELECT ${s.id} FROM json_each(${JSON.stringify(part)}) v
      CROSS JOIN ${subscribers} ${s} ON ${s.email} = v.value ->> 1
      WHERE ${s.id} <> v.value ->> 0 AND ${s.confirmedAt} IS NULL)`;
    await db.commit({
      strangers: [
        ...forgetMails(sql`${deliveries.subscriberId} IN ${strangers}`, now - STRANGERS_LIFETIME),
        sql`DELETE FROM ${signups} WHERE ${signups.subscriberId} IN ${strangers}`,
        sql`DELETE FROM ${subscribers} WHERE ${id} IN ${strangers}`,
      ],
    });
  }
}

/**
 * Erases again whoever was erased after the moment, by their id or their address's hash: what the
 * restored database knows of them is gone, or stops at once and goes when their batch has settled.
 *
 * @returns how many came back with the restored database
 */
export async function eraseAgain(db: Database, luggage: Luggage, now: number): Promise<number> {
  const erased = luggage.tables.get(erasedSubscribers) ?? [];
  const hashes = (luggage.tables.get(erasures) ?? []).map((row) => valueIn(row, erasures.hash));
  const people = luggage.tables.get(subscribers);
  const known = idsIn(people ?? [], subscribers.id);
  const { id, emailHash, eraseRequestedAt } = subscribers;
  const back = new Set<number>();
  for (const part of parts(erased.map((row) => valueIn(row, erasedSubscribers.subscriberId)))) {
    const rows = await db.all(
      select(
        { id },
        sql`FROM json_each(${JSON.stringify(part)}) v CROSS JOIN ${subscribers} ON ${id} = v.value
          WHERE ${eraseRequestedAt} IS NULL`,
      ),
    );
    for (const row of rows) back.add(row.id);
  }
  for (const part of parts(hashes)) {
    const rows = await db.all(
      select(
        { id },
        sql`FROM ${subscribers} WHERE ${eraseRequestedAt} IS NULL AND ${emailHash} IN ${setOf(part)}`,
      ),
    );
    // The same address may have signed up again since.
    for (const row of rows) if (people && !known.has(row.id)) back.add(row.id);
  }
  for (const subscriberId of back) await eraseNow(db, subscriberId, now);
  return back.size;
}

/** Finishes erasures whose batch has settled. */
export async function finishErasures(db: Database, now: number): Promise<void> {
  for (let ids = await readErasing(db, 100); ids.length > 0; ids = await readErasing(db, 100)) {
    for (const id of ids) await finishErasure(db, id, now);
  }
}
