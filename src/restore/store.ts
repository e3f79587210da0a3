import { type SQL, sql } from 'drizzle-orm';
import { getTableConfig } from 'drizzle-orm/sqlite-core';
import type { Database } from '../db/client.ts';
import { isSuppressed, writeAct } from '../db/statements.ts';
import { endCourses, stopFor } from '../enrollment/transitions.ts';
import type { Row } from './luggage.ts';
import { columnsOf, nameOf, type Since, type Way } from './tables.ts';

/** Rows of one page. */
const PAGE = 2_000;

/** Bytes of the values of one statement: D1 takes 100 KB of SQL, which is where they may stand. */
const STATEMENT = 60_000;

/** Characters of a text that is put back piece by piece, for the same reason. */
const PIECE = 15_000;
const PIECES = new RegExp(`[^]{1,${PIECE}}`, 'gu');

const name = (text: string) => sql.raw(`"${text}"`);
const list = (parts: SQL[]) => sql.join(parts, sql`, `);
const place = (index: number) => sql.raw(String(index));

/** The rows of a table that are taken along, page by page. */
export async function* readPages(db: Database, way: Way, since: Since): AsyncGenerator<Row[]> {
  const where = way.taken?.(since) ?? sql`1`;
  for (let last = 0; ; ) {
    const rows = await db.all<Row & { place_: number }>(
      sql`SELECT rowid AS place_, * FROM ${name(nameOf(way))}
          WHERE rowid > ${last} AND ${where} ORDER BY rowid LIMIT ${PAGE}`,
    );
    if (rows.length === 0) return;
    last = rows.at(-1)?.place_ ?? 0;
    yield rows.map(({ place_, ...row }) => row);
  }
}

/** What says that a row is the same as another. */
export function keyOf(way: Way, row: Row): string {
  return JSON.stringify(way.key.map((column) => row[column] ?? null));
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
  const keys = rows.map((row) => way.key.map((column) => row[column] ?? null));
  // `=` where it can be: it is what finds a row by its id.
  const same = all(
    way.key.map((column, index) =>
      way.key.length === 1
        ? sql`t.${name(column)} = v.value ->> ${place(index)}`
        : sql`t.${name(column)} IS v.value ->> ${place(index)}`,
    ),
  );
  for (const part of parts(keys)) {
    const same_ = await db.all<Row>(
      sql`SELECT t.* FROM json_each(${JSON.stringify(part)}) v
          CROSS JOIN ${name(nameOf(way))} t ON ${same}`,
    );
    for (const row of same_) found.set(keyOf(way, row), row);
  }
  return found;
}

const all = (conditions: SQL[]) => sql.join(conditions, sql` AND `);

/** Texts that are too long for a statement of their own, by row and column. */
function cutLong(rows: Row[], columns: string[]): { short: Row[]; long: [Row, string, string][] } {
  const long: [Row, string, string][] = [];
  const short = rows.map((row) => {
    let cut = row;
    for (const column of columns) {
      const text = row[column];
      if (typeof text !== 'string' || text.length <= PIECE) continue;
      cut = { ...cut, [column]: '' };
      long.push([row, column, text]);
    }
    return cut;
  });
  return { short, long };
}

function appendPieces(way: Way, long: [Row, string, string][]): SQL[] {
  return long.flatMap(([row, column, text]) => {
    const here = all(way.key.map((key) => sql`${name(key)} = ${row[key]}`));
    // Never between the two halves of a character.
    const pieces = text.match(PIECES) ?? [];
    return pieces.map(
      (piece) =>
        sql`UPDATE ${name(nameOf(way))} SET ${name(column)} = ${name(column)} || ${piece} WHERE ${here}`,
    );
  });
}

/** Adds rows. What something else stands in the way of is left out; whoever adds them looks again. */
export async function insertRows(db: Database, way: Way, rows: Row[]): Promise<void> {
  const columns = columnsOf(way);
  const parents = getTableConfig(way.table).foreignKeys.map((key) => {
    const { columns: own, foreignTable, foreignColumns } = key.reference();
    const index = columns.indexOf(own[0]?.name ?? '');
    return sql`EXISTS (SELECT 1 FROM ${name(getTableConfig(foreignTable).name)}
      WHERE ${name(foreignColumns[0]?.name ?? '')} = v.value ->> ${place(index)})`;
  });
  const { short, long } = cutLong(rows, columns);
  const cut = new Set(long.map(([row]) => keyOf(way, row)));
  const insert = (some: Row[]) => {
    const values = some.map((row) => columns.map((column) => row[column] ?? null));
    return sql`INSERT INTO ${name(nameOf(way))} (${list(columns.map(name))})
      SELECT ${list(columns.map((_, index) => sql`v.value ->> ${place(index)}`))}
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
  columns: string[],
): Promise<void> {
  const { short, long } = cutLong(rows, columns);
  const both = [...way.key, ...columns];
  const set = columns.map(
    (column, index) => sql`${name(column)} = v.value ->> ${place(way.key.length + index)}`,
  );
  const here = way.key.map(
    (column, index) => sql`t.${name(column)} IS v.value ->> ${place(index)}`,
  );
  for (const part of parts(short)) {
    const values = part.map((row) => both.map((column) => row[column] ?? null));
    const keys = new Set(part.map((row) => keyOf(way, row)));
    await db.commit({
      rows: [
        sql`UPDATE ${name(nameOf(way))} AS t SET ${list(set)}
          FROM json_each(${JSON.stringify(values)}) v WHERE ${all(here)}`,
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
      if (known.has(keyOf(way, row)) || Number(row[column]) > within.until[clock]) continue;
      gone.push(way.key.map((key) => row[key]));
    }
  }
  const here = way.key.map((key, index) => sql`t.${name(key)} IS v.value ->> ${place(index)}`);
  for (const part of parts(gone)) {
    await db.commit({
      gone: sql`DELETE FROM ${name(nameOf(way))} AS t WHERE EXISTS (
            SELECT 1 FROM json_each(${JSON.stringify(part)}) v WHERE ${all(here)})`,
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

const subject = (id: string, step: string) => `restore:${id}:${step}`;

/** Writes down in the database itself that a step of a restore is done. */
export function markStep({ id, ...act }: Sign, step: string): SQL {
  const done = { ...act, verb: 'restore', subscriberId: null, subject: subject(id, step) };
  return writeAct(
    done,
    sql`NOT EXISTS (SELECT 1 FROM acts WHERE verb = 'restore' AND subject = ${done.subject})`,
  );
}

/** The steps of a restore that this database knows to be done. */
export async function doneSteps(db: Database, id: string): Promise<Set<string>> {
  const rows = await db.all<{ subject: string }>(
    sql`SELECT subject FROM acts WHERE verb = 'restore'`,
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
    sql`SELECT 1 FROM deliveries WHERE accepted_at > ${moment + 60} LIMIT 1`,
  );
  return rows.length > 0;
}

/** More often than this nobody has ended their links within 30 days. */
const BEYOND = 1_000;

/** Ends every personal link and every opened device, once. */
export async function endPersonalLinks(db: Database, mark: SQL): Promise<void> {
  await db.commit({
    ended: [
      mark,
      sql`UPDATE subscribers SET link_version = link_version + ${sql.raw(String(BEYOND))}`,
      sql`DELETE FROM links`,
      sql`DELETE FROM devices`,
    ],
  });
}

/**
 * Stops the courses that a goodbye or a suppression has stopped before: the restored ones may be from
 * before it.
 *
 * @returns how many ran
 */
export async function bindCourses(db: Database): Promise<number> {
  const left = sql`(SELECT id FROM subscribers WHERE unsubscribed_at IS NOT NULL)`;
  const suppressed = sql`(SELECT id FROM subscribers s WHERE ${isSuppressed(sql`s.email_hash`)})`;
  const { running } = await db.commit({
    running: sql<{ courses: number }>`SELECT count(*) AS courses FROM enrollments
        WHERE (state IN ('active', 'paused') AND subscriber_id IN ${left})
          OR (state = 'active' AND subscriber_id IN ${suppressed})`,
    ended: endCourses(
      sql`IN ${left}`,
      sql`(SELECT unsubscribed_at FROM subscribers WHERE id = enrollments.subscriber_id)`,
    ),
    paused: sql`UPDATE enrollments SET ${stopFor('suppressed')}
        WHERE state = 'active' AND subscriber_id IN ${suppressed}`,
  });
  return running.row?.courses ?? 0;
}
