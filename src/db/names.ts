import { getTableColumns, type SQL, sql } from 'drizzle-orm';
import type { SQLiteTable } from 'drizzle-orm/sqlite-core';

/**
 * A table's columns by their bare names, for `sql` where SQLite takes no table in front of a column: left
 * of `=` in SET, and in an INSERT's list. Elsewhere a column of the schema says whose it is by itself,
 * and Drizzle's `alias` does where a table stands twice.
 */
export function bare<Table extends SQLiteTable>(
  table: Table,
): { [Column in keyof Table['_']['columns']]: SQL } {
  const columns = Object.entries(getTableColumns(table));
  return Object.fromEntries(
    columns.map(([key, column]) => [key, sql`${sql.identifier(column.name)}`]),
  ) as { [Column in keyof Table['_']['columns']]: SQL };
}

/** Words of our own as a list in SQL: written out, so that a partial index is found by them. */
export const textList = (words: readonly string[]): SQL =>
  sql.raw(words.map((word) => `'${word}'`).join(', '));
