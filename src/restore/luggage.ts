import { DAY } from '../clock.ts';
import { nameOf, type Since, WAYS } from './tables.ts';

export type Row = Record<string, unknown>;

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
  tables: Map<string, Row[]>;
  /** What is left out of rows that the restored database has too: columns by table. */
  left: Map<string, Set<string>>;
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
  const tables = new Map<string, Row[]>();
  for await (const text of lines) {
    if (text === '') continue;
    const line = JSON.parse(text) as Line;
    if ('head' in line) head = line.head;
    else if ('end' in line) whole = true;
    else if ('unread' in line) tables.delete(line.unread);
    else {
      const known = tables.get(line.table) ?? [];
      for (const row of line.rows) known.push(row);
      tables.set(line.table, known);
    }
  }
  if (!head || !whole) throw new Error('What was taken along is damaged.');
  const left = new Map<string, Set<string>>();
  for (const what of leave) {
    const [table = '', column] = what.split('.');
    const way = WAYS.find((each) => nameOf(each) === table);
    const columns = way && Object.values(way.table).map((each: { name?: string }) => each?.name);
    if (!way || (column !== undefined && !columns?.includes(column))) {
      throw new Error(`--leave ${what}: there is no such table or column`);
    }
    if (column === undefined) tables.delete(table);
    else left.set(table, (left.get(table) ?? new Set()).add(column));
  }
  return { ...head, tables, left };
}
