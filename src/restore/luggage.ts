import { type Column, type GetColumnData, getTableColumns } from 'drizzle-orm';
import type { SQLiteTable } from 'drizzle-orm/sqlite-core';
import { DAY } from '../clock.ts';
import { nameOf, type Since, WAYS } from './tables.ts';

/** A row as the database has it: by the names of its columns there. */
export type Row = Record<string, unknown>;

/** What stands in a column of a row. */
export function valueIn<C extends Column>(row: Row, column: C): GetColumnData<C> {
  return row[column.name] as GetColumnData<C>;
}

/** What is known of the database before it goes back. */
export interface Luggage {
  /** Tells one restore from another. */
  id: string;
  /** The moment to go back to, course time, epoch seconds. */
  moment: number;
  /** When it was taken: course time and machine time, epoch seconds. */
  taken: number;
  takenMachine: number;
  /** Rows by table. A table that could not be read, or that is left out, is missing. */
  tables: Map<SQLiteTable, Row[]>;
  /** Columns that are left out of rows which the restored database has too. */
  left: Set<Column>;
}

/** Where the luggage is kept between the two commands, line by line. It holds addresses. */
export interface Shelf {
  /** What the operator finds it by. */
  name: string;
  /** Null where there is none. */
  load(): Promise<AsyncIterable<string> | null>;
  /** Keeps all of it or, where something fails on the way, what was there before. */
  save(lines: AsyncIterable<string>): Promise<void>;
}

export type Head = Pick<Luggage, 'id' | 'moment' | 'taken' | 'takenMachine'>;

/** Rows are taken along from a day before: Time Travel goes to a minute at or before the moment. */
const MARGIN = DAY;

/** From when on rows are taken along. */
export function sinceOf({ moment, taken, takenMachine }: Head): Since {
  const course = moment - MARGIN;
  // A local run's clock may have been moved since: then this begins earlier than it must.
  return { course, machine: course - (taken - takenMachine) };
}

/** The first line, pages of rows, and a last line without which a file is not whole. */
type Line =
  | { head: Head }
  | { table: string; rows: Row[] }
  /** A table that could not be read to its end. */
  | { unread: string }
  | { end: true };

export function writeLine(line: Line): string {
  return JSON.stringify(line);
}

/**
 * Reads what was taken along.
 *
 * @param leave tables, or `table.column`, that are not to be carried over
 * @throws Error where the file is damaged, or something is to be left out that does not exist
 */
export async function unpack(lines: AsyncIterable<string>, leave: string[]): Promise<Luggage> {
  let head: Head | null = null;
  let whole = false;
  const tables: Luggage['tables'] = new Map();
  for await (const text of lines) {
    if (text === '') continue;
    const line = JSON.parse(text) as Line;
    if ('head' in line) head = line.head;
    else if ('end' in line) whole = true;
    else {
      const table = tableNamed('unread' in line ? line.unread : line.table);
      if (!table) continue;
      if ('unread' in line) tables.delete(table);
      else {
        const known = tables.get(table) ?? [];
        for (const row of line.rows) known.push(row);
        tables.set(table, known);
      }
    }
  }
  if (!head || !whole) throw new Error('What was taken along is damaged.');
  const left: Luggage['left'] = new Set();
  for (const what of leave) {
    const [name = '', columnName] = what.split('.');
    const table = tableNamed(name);
    const columns = Object.values(table ? getTableColumns(table) : {});
    const column = columns.find((each) => each.name === columnName);
    if (!table || (columnName !== undefined && !column)) {
      throw new Error(`--leave ${what}: there is no such table or column`);
    }
    if (column) left.add(column);
    else tables.delete(table);
  }
  return { ...head, tables, left };
}

/** Nothing where it is a table of another version. */
const tableNamed = (name: string) => WAYS.find((way) => nameOf(way) === name)?.table;
