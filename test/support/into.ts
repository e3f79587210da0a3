import { getTableColumns, type SQL, sql } from 'drizzle-orm';
import type { SQLiteTable } from 'drizzle-orm/sqlite-core';

/** The head of an `INSERT … SELECT`, where SQLite takes bare names only. */
export function into<Table extends SQLiteTable>(
  table: Table,
  ...columns: (keyof Table['$inferSelect'] & string)[]
): SQL {
  const all = getTableColumns(table);
  const names = columns.map((name) => sql.identifier(all[name]?.name ?? name));
  return sql`INSERT INTO ${table} (${sql.join(names, sql`, `)})`;
}
