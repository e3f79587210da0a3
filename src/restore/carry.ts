import { sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { keepFormerAddress } from '../subscriber/store/address.ts';
import { eraseNow, finishErasure, readErasing } from '../subscriber/store/erasure.ts';
import { forgetMails } from '../suppression/strangers.ts';
import { STRANGERS_LIFETIME } from '../suppression/suppression.ts';
import type { RestoreContext } from './context.ts';
import { type Luggage, type Row, sinceOf } from './luggage.ts';
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
  changed: { row: Row; was: Row; columns: string[] }[];
}

/** What differs between the rows that were taken along and the restored ones. */
async function compare(db: Database, luggage: Luggage, way: Way): Promise<Difference> {
  const rows = luggage.tables.get(nameOf(way)) ?? [];
  if (way.replaced) return { added: rows, changed: [] };
  const left = luggage.left.get(nameOf(way));
  // A column that the database had lost is not carried over as empty.
  const had = (row: Row) => columnsOf(way).filter((column) => column in row && !left?.has(column));
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
    const columns = way.newOnly ? [] : had(row).filter((column) => row[column] !== was[column]);
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
    const rows = luggage.tables.get(nameOf(way));
    if (!rows) continue;
    const difference = await compare(db, luggage, way);
    const gone = await letGo(db, luggage, way);
    if (nameOf(way) === 'subscribers') await makeRoomForAddresses(db, difference, ctx.clock.now());
    await change(db, way, difference.changed);
    await insertRows(db, way, SORT[nameOf(way)]?.(difference.added) ?? difference.added);
    const changed = new Map<string, number>();
    for (const { columns } of difference.changed) {
      for (const column of columns) changed.set(column, (changed.get(column) ?? 0) + 1);
    }
    // Nothing of theirs is on its way any more; what it leaves is then put in its place.
    if (nameOf(way) === 'deliveries') await finishErasures(db, ctx.clock.now());
    all.push({ table: nameOf(way), added: difference.added.length, changed, gone });
  }
  return all;
}

/** Rows that could not be put back, by table: something else stands in their place. */
export async function missing(db: Database, luggage: Luggage): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for (const way of WAYS) {
    if (way.replaced || !luggage.tables.has(nameOf(way))) continue;
    const { added, changed } = await compare(db, luggage, way);
    const count = added.length + changed.length;
    if (count > 0) found.set(nameOf(way), count);
  }
  return found;
}

/** A lesson is in the ledger once, and somebody takes the course once: first goes what makes room. */
const ENDS: Record<string, (row: Row) => boolean> = {
  deliveries: ({ state }) => state === 'skipped' || state === 'failed',
  enrollments: ({ state }) => state === 'ended' || state === 'completed',
};

const SORT: Record<string, (rows: Row[]) => Row[]> = Object.fromEntries(
  Object.entries(ENDS).map(([table, ends]) => [
    table,
    (rows: Row[]) => [...rows.filter(ends), ...rows.filter((row) => !ends(row))],
  ]),
);

async function change(db: Database, way: Way, changed: Difference['changed']): Promise<void> {
  const ends = ENDS[nameOf(way)] ?? (() => false);
  for (const some of [
    changed.filter(({ row }) => ends(row)),
    changed.filter(({ row }) => !ends(row)),
  ]) {
    // Only the columns that differ: others may be left out on purpose.
    const alike = Map.groupBy(some, ({ columns }) => columns.join());
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
  const rows = luggage.tables.get(nameOf(way)) ?? [];
  const { taken, takenMachine } = luggage;
  switch (nameOf(way)) {
    case 'signups': {
      // Whoever said "this was not me" has signups of another id, and purged ones are gone.
      const people = new Set((luggage.tables.get('subscribers') ?? []).map(({ id }) => id));
      const mine = new Set(rows.map(({ id }) => id));
      const restored = await db.all<{ id: number; subscriber: number }>(
        sql`SELECT id, subscriber_id AS subscriber FROM signups
            WHERE confirmed_at IS NULL AND created_at <= ${taken}`,
      );
      const gone = restored.filter(({ id, subscriber }) => people.has(subscriber) && !mine.has(id));
      for (const part of parts(gone.map(({ id }) => id))) {
        await db.commit({
          gone: sql`DELETE FROM signups WHERE confirmed_at IS NULL
              AND id IN (SELECT value FROM json_each(${JSON.stringify(part)}))`,
        });
      }
      return gone.length;
    }
    case 'deliveries': {
      // All that waits was taken along; what is not in it has been skipped or refused since.
      const mine = new Set(rows.map(({ id }) => id));
      const restored = await db.all<{ id: number }>(
        sql`SELECT id FROM deliveries WHERE state IN ('owed', 'sending') AND due_at <= ${taken}`,
      );
      const gone = restored.map(({ id }) => id).filter((id) => !mine.has(id));
      for (const part of parts(gone)) {
        await db.commit({
          skipped: sql`UPDATE deliveries SET state = 'skipped' WHERE state IN ('owed', 'sending')
              AND id IN (SELECT value FROM json_each(${JSON.stringify(part)}))`,
        });
      }
      return gone.length;
    }
    case 'batches': {
      const mine = new Set(rows.map(({ id }) => id));
      const open = await db.all<{ id: number }>(sql`SELECT id FROM batches WHERE state = 'open'`);
      const gone = open.map(({ id }) => id).filter((id) => !mine.has(id));
      for (const part of parts(gone)) {
        await db.commit({
          released: sql`UPDATE batches SET state = 'released', who = NULL, frozen = NULL, lease_id = NULL
              WHERE state = 'open' AND id IN (SELECT value FROM json_each(${JSON.stringify(part)}))`,
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

/**
 * Ids of enrollments are given in order, so somebody who confirmed between the restore and now may have
 * the id of one that was taken along: theirs is the one that moves, before anything was sent in it.
 */
async function makeRoomForEnrollments(db: Database, luggage: Luggage): Promise<void> {
  const taken = luggage.tables.get('enrollments') ?? [];
  const signups = new Map(taken.map((row) => [row.id as number, row.signup_id as number]));
  const restored = await db.all<{ id: number; signup: number }>(
    sql`SELECT id, signup_id AS signup FROM enrollments
        WHERE id >= ${Math.min(...signups.keys(), Number.MAX_SAFE_INTEGER)}`,
  );
  let free = Math.max(0, ...signups.keys(), ...restored.map(({ id }) => id));
  for (const { id, signup } of restored) {
    const before = signups.get(id);
    if (before === undefined || before === signup) continue;
    free += 1;
    await db.commit({
      renumbered: [
        sql`UPDATE deliveries SET enrollment_id = ${free} WHERE enrollment_id = ${id}`,
        sql`UPDATE enrollments SET id = ${free} WHERE id = ${id}`,
      ],
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
  const moved = difference.changed.filter(({ columns }) => columns.includes('email'));
  for (const { row, was } of moved) {
    // What was sent so far went to the address before.
    await db.commit({ former: keepFormerAddress(row.id as number, sql`${was.email_hash}`) });
  }
  for (const part of parts(moved.map(({ row }) => row.id as number))) {
    await db.commit({
      moving: sql`UPDATE subscribers SET email = 'moving-' || id
          WHERE id IN (SELECT value FROM json_each(${JSON.stringify(part)}))`,
    });
  }
  const wanted = [...moved.map(({ row }) => row), ...difference.added].map(({ id, email }) => [
    id,
    email,
  ]);
  for (const part of parts(wanted)) {
    const strangers = sql`(SELECT s.id FROM json_each(${JSON.stringify(part)}) v
      CROSS JOIN subscribers s ON s.email = v.value ->> 1
      WHERE s.id <> v.value ->> 0 AND s.confirmed_at IS NULL)`;
    await db.commit({
      strangers: [
        ...forgetMails(sql`subscriber_id IN ${strangers}`, now - STRANGERS_LIFETIME),
        sql`DELETE FROM signups WHERE subscriber_id IN ${strangers}`,
        sql`DELETE FROM subscribers WHERE id IN ${strangers}`,
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
  const erased = luggage.tables.get('erased_subscribers') ?? [];
  const hashes = (luggage.tables.get('erasures') ?? []).map(({ hash }) => hash);
  const people = luggage.tables.get('subscribers');
  const known = new Set(people?.map(({ id }) => id));
  const back = new Set<number>();
  for (const part of parts(erased.map((row) => row.subscriber_id))) {
    const rows = await db.all<{ id: number }>(
      sql`SELECT s.id FROM json_each(${JSON.stringify(part)}) v CROSS JOIN subscribers s
          ON s.id = v.value WHERE s.erase_requested_at IS NULL`,
    );
    for (const { id } of rows) back.add(id);
  }
  for (const part of parts(hashes)) {
    const rows = await db.all<{ id: number }>(
      sql`SELECT id FROM subscribers WHERE erase_requested_at IS NULL
          AND email_hash IN (SELECT value FROM json_each(${JSON.stringify(part)}))`,
    );
    // The same address may have signed up again since.
    for (const { id } of rows) if (people && !known.has(id)) back.add(id);
  }
  for (const id of back) await eraseNow(db, id, now);
  return back.size;
}

/** Finishes erasures whose batch has settled. */
export async function finishErasures(db: Database, now: number): Promise<void> {
  for (let ids = await readErasing(db, 100); ids.length > 0; ids = await readErasing(db, 100)) {
    for (const id of ids) await finishErasure(db, id, now);
  }
}
