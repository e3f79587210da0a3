import { getTableColumns, type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import type { SQLiteTable } from 'drizzle-orm/sqlite-core';

/**
 * A table's columns by their bare names, for `sql` where SQLite takes no table in front of a column: left
 * of `=` in SET, and in an INSERT's list. Elsewhere a column of the schema says whose it is by itself,
 * and Drizzle's `alias` does where a table stands twice.
 */
export function bare<Table extends SQLiteTable>(table: Table): Bare<Table> {
  const known = names.get(table);
  if (known) return known as Bare<Table>;
  const columns = Object.entries(getTableColumns(table));
  const made = Object.fromEntries(
    columns.map(([key, column]) => [key, sql`${sql.identifier(column.name)}`]),
  );
  names.set(table, made);
  return made as Bare<Table>;
}

type Bare<Table extends SQLiteTable> = { [Column in keyof Table['_']['columns']]: SQL };

/** Made once for each table. */
const names = new WeakMap<SQLiteTable, Record<string, SQL>>();

/** A value, or where a statement finds or gets it. */
export type Value<T> = T | SQLWrapper;

/** A number of our own, written out: no parameter, of which D1 takes a hundred. */
export const figure = (number: number): SQL => sql.raw(String(number));

/** Values as a set in SQL, by one parameter: D1 takes a hundred of them. */
export const setOf = (values: readonly unknown[]): SQL =>
  sql`(SELECT value FROM json_each(${JSON.stringify(values)}))`;

/** Words of our own as a list in SQL: written out, so that a partial index is found by them. */
export const textList = (words: readonly string[]): SQL =>
  sql.raw(words.map((word) => `'${word}'`).join(', '));
