import { type Column, type GetColumnData, type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import type { SelectResultFields } from 'drizzle-orm/query-builders/select.types';

/** What a read gives, by the names under which it gives it: columns of the schema, or `sql<Type>`. */
type Fields = Record<string, Column | SQL>;

/** A row of a read of these fields. */
export type RowOf<F extends Fields> = SelectResultFields<F>;

/**
 * A read whose rows have these names and the schema's types, wherever it runs. Drizzle's own builder
 * names only what it runs by itself.
 *
 * @param rest from FROM on
 */
export function select<F extends Fields>(fields: F, rest: SQL): SQL<RowOf<F>> {
  return sql`SELECT ${listOf(fields)} ${rest}`;
}

/** These fields under their names, for SELECT and RETURNING. */
export function listOf(fields: Fields): SQL {
  const list = Object.entries(fields).map(
    ([name, field]) => sql`${field} AS ${sql.identifier(name)}`,
  );
  return sql.join(list, sql`, `);
}

/** Columns of a table that a LEFT JOIN may not find. */
export function orNull<F extends Record<string, Column>>(
  fields: F,
): { [Name in keyof F]: SQL<GetColumnData<F[Name]> | null> } {
  const entries = Object.entries(fields).map(([name, field]) => [name, sql`${field}`]);
  return Object.fromEntries(entries);
}

/** A column that is not null where the read looks. */
export const notNull = <C extends Column>(column: C): SQL<NonNullable<GetColumnData<C>>> =>
  sql`${column}`;

/** Whether something is so, as SQLite says it. */
export const isTrue = (condition: SQLWrapper): SQL<0 | 1> => sql`${condition}`;
