import { type Column, type SQL, sql } from 'drizzle-orm';
import { getTableConfig } from 'drizzle-orm/sqlite-core';
import type { Database } from '../db/client.ts';
import { figure } from '../db/names.ts';
import {
  acts,
  deliveries,
  devices,
  enrollments,
  entries,
  links,
  sessions,
  subscribers,
} from '../db/schema.ts';
import { notNull, select } from '../db/select.ts';
import { isSuppressed, writeAct } from '../db/statements.ts';
import { endCourses, isRunning, stopFor } from '../enrollment/transitions.ts';
import { type Row, valueIn } from './luggage.ts';
import { columnsOf, type Since, type Way } from './tables.ts';

/** Rows of one page. */
const PAGE = 2_000;

/** Bytes of the values of one statement: D1 takes 100 KB of SQL, which is where they may stand. */
const STATEMENT = 60_000;

/** Characters of a text that is put back piece by piece, for the same reason. */
const PIECE = 15_000;
const PIECES = new RegExp(`[^]{1,${PIECE}}`, 'gu');

/** A column where SQLite takes no table in front of it. */
const name = (column: Column) => sql`${sql.identifier(column.name)}`;
const list = (parts: SQL[]) => sql.join(parts, sql`, `);
/** A value by its place in `v`, a JSON array of arrays. */
const at = (index: number) => sql`v.value ->> ${figure(index)}`;
/** True of the row whose key stands in `v`. */
const isKeyed = ({ key }: Way) => all(key.map((column, index) => sql`${column} IS ${at(index)}`));
/** The columns of a row, as they go into `v`. */
const valuesOf = (row: Row, columns: Column[]) =>
  columns.map((column) => valueIn(row, column) ?? null);

/** The rows of a table that are taken along, page by page. */
export async function* readPages(db: Database, way: Way, since: Since): AsyncGenerator<Row[]> {
  const where = way.taken?.(since) ?? sql`1`;
  for (let last = 0; ; ) {
    const rows = await db.all<Row & { place_: number }>(
      sql`SELECT rowid AS place_, * FROM ${way.table}
          WHERE rowid > ${last} AND ${where} ORDER BY rowid LIMIT ${PAGE}`,
    );
    if (rows.length === 0) return;
    last = rows.at(-1)?.place_ ?? 0;
    yield rows.map(({ place_, ...row }) => row);
  }
}

/** What says that a row is the same as another. */
export function keyOf(way: Way, row: Row): string {
  return JSON.stringify(valuesOf(row, way.key));
}

/** Splits values so that each part fits into one statement. */
export function parts<Value>(values: Value[]): Value[][] {
  const all: Value[][] = [];
  let room = 0;
  for (const value of values) {
    const weight = JSON.stringify(value).length * 1.5;
    if (room < weight) {
      all.push([]);
      room = STATEMENT;
    }
    all.at(-1)?.push(value);
    room -= weight;
  }
  return all;
}

/** Rows of the restored database that are the same as these, by key. */
export async function readSame(db: Database, way: Way, rows: Row[]): Promise<Map<string, Row>> {
  const found = new Map<string, Row>();
  const keys = rows.map((row) => valuesOf(row, way.key));
  // `=` where it can be: it is what finds a row by its id.
  const [column, another] = way.key;
  const same = another ? isKeyed(way) : sql`${column} = ${at(0)}`;
  for (const part of parts(keys)) {
    const same_ = await db.all<Row>(
      sql`SELECT ${way.table}.* FROM json_each(${JSON.stringify(part)}) v
          CROSS JOIN ${way.table} ON ${same}`,
    );
    for (const row of same_) found.set(keyOf(way, row), row);
  }
  return found;
}

const all = (conditions: SQL[]) => sql.join(conditions, sql` AND `);

/** A text that is too long for a statement of its own, with its row and column. */
type Long = [Row, Column, string];

function cutLong(rows: Row[], columns: Column[]): { short: Row[]; long: Long[] } {
  const long: Long[] = [];
  const short = rows.map((row) => {
    let cut = row;
    for (const column of columns) {
      const text = valueIn(row, column);
      if (typeof text !== 'string' || text.length <= PIECE) continue;
      cut = { ...cut, [column.name]: '' };
      long.push([row, column, text]);
    }
    return cut;
  });
  return { short, long };
}

function appendPieces(way: Way, long: Long[]): SQL[] {
  return long.flatMap(([row, column, text]) => {
    const here = all(way.key.map((key) => sql`${key} = ${valueIn(row, key)}`));
    // Never between the two halves of a character.
    const pieces = text.match(PIECES) ?? [];
    return pieces.map(
      (piece) => sql`UPDATE ${way.table} SET ${name(column)} = ${column} || ${piece} WHERE ${here}`,
    );
  });
}

/** Adds rows. What something else stands in the way of is left out; whoever adds them looks again. */
export async function insertRows(db: Database, way: Way, rows: Row[]): Promise<void> {
  const columns = columnsOf(way);
  const parents = getTableConfig(way.table).foreignKeys.map((key) => {
    const { columns: own, foreignTable, foreignColumns } = key.reference();
    const same = own.map(
      (column, index) => sql`${foreignColumns[index]} = ${at(columns.indexOf(column))}`,
    );
    return sql`EXISTS (SELECT 1 FROM ${foreignTable} WHERE ${all(same)})`;
  });
  const { short, long } = cutLong(rows, columns);
  const cut = new Set(long.map(([row]) => keyOf(way, row)));
  const insert = (some: Row[]) => {
    const values = some.map((row) => valuesOf(row, columns));
    return sql`INSERT INTO ${way.table} (${list(columns.map(name))})
      SELECT ${list(columns.map((_, index) => at(index)))}
      FROM json_each(${JSON.stringify(values)}) v WHERE ${all([sql`1`, ...parents])}
      ON CONFLICT DO NOTHING`;
  };
  for (const part of parts(short.filter((row) => !cut.has(keyOf(way, row))))) {
    await db.commit({ rows: insert(part) });
  }
  // A row with its long texts, in one transaction.
  for (const row of short.filter((each) => cut.has(keyOf(way, each)))) {
    const own = long.filter(([each]) => keyOf(way, each) === keyOf(way, row));
    await db.commit({ row: [insert([row]), ...appendPieces(way, own)] });
  }
}

/** Writes these columns of rows that are there. */
export async function updateRows(
  db: Database,
  way: Way,
  rows: Row[],
  columns: Column[],
): Promise<void> {
  const { short, long } = cutLong(rows, columns);
  const both = [...way.key, ...columns];
  const set = columns.map((column, index) => sql`${name(column)} = ${at(way.key.length + index)}`);
  for (const part of parts(short)) {
    const values = part.map((row) => valuesOf(row, both));
    const keys = new Set(part.map((row) => keyOf(way, row)));
    await db.commit({
      rows: [
        sql`UPDATE ${way.table} SET ${list(set)}
          FROM json_each(${JSON.stringify(values)}) v WHERE ${isKeyed(way)}`,
        ...appendPieces(
          way,
          long.filter(([row]) => keys.has(keyOf(way, row))),
        ),
      ],
    });
  }
}

/** Deletes restored rows that were not taken along, but for those that are younger. */
export async function deleteRest(
  db: Database,
  way: Way,
  known: Set<string>,
  within: { since: Since; until: Since },
): Promise<number> {
  if (way.rest === 'stays') return 0;
  const { column, clock } = way.rest.born;
  const gone: unknown[][] = [];
  for await (const page of readPages(db, way, within.since)) {
    for (const row of page) {
      if (known.has(keyOf(way, row)) || Number(valueIn(row, column)) > within.until[clock])
        continue;
      gone.push(valuesOf(row, way.key));
    }
  }
  for (const part of parts(gone)) {
    await db.commit({
      gone: sql`DELETE FROM ${way.table} WHERE EXISTS (
            SELECT 1 FROM json_each(${JSON.stringify(part)}) v WHERE ${isKeyed(way)})`,
    });
  }
  return gone.length;
}

/** Who restores, and to when. */
export interface Sign {
  /** Tells this restore from another. */
  id: string;
  /** Course time, epoch seconds. */
  at: number;
  /** `operator:<name>` */
  actor: string;
  /** In words. */
  reason: string;
}

const isStep = sql`${acts.verb} = 'restore'`;
const subject = (id: string, step: string) => `restore:${id}:${step}`;

/** Writes down in the database itself that a step of a restore is done. */
export function markStep({ id, ...act }: Sign, step: string): SQL {
  const done = { ...act, verb: 'restore', subscriberId: null, subject: subject(id, step) };
  return writeAct(
    done,
    sql`NOT EXISTS (SELECT 1 FROM ${acts} WHERE ${isStep} AND ${acts.subject} = ${done.subject})`,
  );
}

/** The steps of a restore that this database knows to be done. */
export async function doneSteps(db: Database, id: string): Promise<Set<string>> {
  const rows = await db.all(
    select({ subject: notNull(acts.subject) }, sql`FROM ${acts} WHERE ${isStep}`),
  );
  const prefix = subject(id, '');
  return new Set(
    rows.flatMap(({ subject: text }) =>
      text.startsWith(prefix) ? [text.slice(prefix.length)] : [],
    ),
  );
}

/** Whether the ledger knows of a mail that was taken after the moment: then it has not gone back. */
export async function knowsLater(db: Database, moment: number): Promise<boolean> {
  const rows = await db.all(
    sql`SELECT 1 FROM ${deliveries} WHERE ${deliveries.acceptedAt} > ${moment + 60} LIMIT 1`,
  );
  return rows.length > 0;
}

/** More often than this nobody has ended their links within 30 days. */
const BEYOND = 1_000;

/** Ends every personal link and every opened device, once. */
export async function endPersonalLinks(db: Database, mark: SQL): Promise<void> {
  const { linkVersion } = subscribers;
  await db.commit({
    ended: [
      mark,
      sql`UPDATE ${subscribers} SET ${name(linkVersion)} = ${linkVersion} + ${figure(BEYOND)}`,
      sql`DELETE FROM ${links}`,
      sql`DELETE FROM ${devices}`,
    ],
  });
}

/** Ends where people of the staff are in, and every way in that was mailed to them, once. */
export async function endStaffSessions(db: Database, mark: SQL): Promise<void> {
  await db.commit({
    ended: [mark, sql`DELETE FROM ${sessions}`, sql`DELETE FROM ${entries}`],
  });
}

/**
 * Stops the courses that a goodbye or a suppression has stopped before: the restored ones may be from
 * before it.
 *
 * @returns how many ran
 */
export async function bindCourses(db: Database): Promise<number> {
  const { id, unsubscribedAt, emailHash } = subscribers;
  const { state, subscriberId } = enrollments;
  const left = sql`IN (SELECT ${id} FROM ${subscribers} WHERE ${unsubscribedAt} IS NOT NULL)`;
  const suppressed = sql`${state} = 'active' AND ${subscriberId} IN (
    SELECT ${id} FROM ${subscribers} WHERE ${isSuppressed(emailHash)})`;
  const { running } = await db.commit({
    running: select(
      { courses: sql<number>`count(*)` },
      sql`FROM ${enrollments}
        WHERE (${isRunning} AND ${subscriberId} ${left}) OR (${suppressed})`,
    ),
    ended: endCourses(
      left,
      sql`(SELECT ${unsubscribedAt} FROM ${subscribers} WHERE ${id} = ${subscriberId})`,
    ),
    paused: sql`UPDATE ${enrollments} SET ${stopFor('suppressed')} WHERE ${suppressed}`,
  });
  return running.row?.courses ?? 0;
}
