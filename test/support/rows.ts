import { env } from 'cloudflare:workers';
import {
  and,
  count as counted,
  eq,
  getTableColumns,
  getTableName,
  inArray,
  isNull,
  type SQL,
  type SQLWrapper,
  sql,
} from 'drizzle-orm';
import type { SelectResultFields } from 'drizzle-orm/query-builders/select.types';
import type { SelectedFields, SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core';
import { createDatabase } from '../../src/db/client.ts';

/**
 * How tests reach rows of the test's own D1: by the schema, so that the compiler names every test that a
 * renamed column breaks. What is set-based is `sql` with the schema's columns in it, for `query`.
 */

const db = createDatabase(env.DB);
export const { orm } = db;

type Row<Table extends SQLiteTable> = Table['$inferSelect'];
type Key<Table extends SQLiteTable> = keyof Row<Table> & string;

/** What a row must be: each named column has this value, or one of these; or any condition of Drizzle's. */
export type Where<Table extends SQLiteTable> =
  | { [Column in Key<Table>]?: Row<Table>[Column] | readonly Row<Table>[Column][] }
  | SQL
  | undefined;

function columnOf(table: SQLiteTable, name: string): SQLiteColumn {
  const column = getTableColumns(table)[name];
  if (!column) throw new Error(`${getTableName(table)} has no ${name}`);
  return column as SQLiteColumn;
}

function condition(table: SQLiteTable, where: Where<SQLiteTable>): SQL | undefined {
  if (where === undefined || 'getSQL' in where) return where as SQL | undefined;
  return and(
    ...Object.entries(where).map(([name, wanted]) => {
      const column = columnOf(table, name);
      if (Array.isArray(wanted)) return inArray(column, wanted);
      return wanted === null ? isNull(column) : eq(column, wanted);
    }),
  );
}

/** The whole rows of a table, in its own order where none is named. */
export function rows<Table extends SQLiteTable>(
  table: Table,
  where?: Where<Table>,
  ...order: SQLWrapper[]
): Promise<Row<Table>[]> {
  return pick(table, getTableColumns(table), where, ...order) as Promise<Row<Table>[]>;
}

/** Some columns of rows, by their own names, or what stands under names of the test's own. */
export function pick<Table extends SQLiteTable, Column extends Key<Table>>(
  table: Table,
  columns: readonly Column[],
  where?: Where<Table>,
  ...order: SQLWrapper[]
): Promise<Pick<Row<Table>, Column>[]>;
export function pick<Table extends SQLiteTable, Fields extends SelectedFields>(
  table: Table,
  fields: Fields,
  where?: Where<Table>,
  ...order: SQLWrapper[]
): Promise<SelectResultFields<Fields>[]>;
export async function pick(
  table: SQLiteTable,
  what: readonly string[] | SelectedFields,
  where?: Where<SQLiteTable>,
  ...order: SQLWrapper[]
): Promise<unknown[]> {
  const fields = Array.isArray(what)
    ? Object.fromEntries(what.map((name: string) => [name, columnOf(table, name)]))
    : (what as SelectedFields);
  return selected(table, fields, where, order);
}

function selected(
  table: SQLiteTable,
  fields: SelectedFields,
  where: Where<SQLiteTable>,
  order: SQLWrapper[],
) {
  const select = orm.select(fields).from(table).where(condition(table, where));
  return select.orderBy(...order.map((by) => by.getSQL()));
}

/** One column of the first row; undefined where there is none. */
export async function value<Table extends SQLiteTable, Column extends Key<Table>>(
  table: Table,
  column: Column,
  where?: Where<Table>,
  ...order: SQLWrapper[]
): Promise<Row<Table>[Column] | undefined> {
  const [row] = await selected(table, { it: columnOf(table, column) }, where, order).limit(1);
  return row?.it as Row<Table>[Column] | undefined;
}

/** How many rows there are. */
export async function count<Table extends SQLiteTable>(
  table: Table,
  where?: Where<Table>,
): Promise<number> {
  const [row] = await orm.select({ n: counted() }).from(table).where(condition(table, where));
  return row?.n ?? 0;
}

/** How many rows there are of each kind, as `n`, in the order of what tells the kinds apart. */
export async function tally<Table extends SQLiteTable, Column extends Key<Table>>(
  table: Table,
  by: readonly Column[],
  where?: Where<Table>,
): Promise<(Pick<Row<Table>, Column> & { n: number })[]> {
  const kinds = Object.fromEntries(by.map((name) => [name, columnOf(table, name)]));
  const found = await orm
    .select({ ...kinds, n: counted() })
    .from(table)
    .where(condition(table, where))
    .groupBy(...Object.values(kinds))
    .orderBy(...Object.values(kinds));
  return found as (Pick<Row<Table>, Column> & { n: number })[];
}

/** Adds rows; what a row does not say is as the schema has it. */
export async function put<Table extends SQLiteTable>(
  table: Table,
  ...values: Table['$inferInsert'][]
): Promise<void> {
  await orm.insert(table).values(values);
}

/** Changes rows, and gives how many: what is set is a value, or `sql` of the row's own columns. */
export async function change<Table extends SQLiteTable>(
  table: Table,
  set: { [Column in Key<Table>]?: Row<Table>[Column] | SQL },
  where?: Where<Table>,
): Promise<number> {
  const update = orm.update(table).set(set as never);
  return (await update.where(condition(table, where))).meta.changes;
}

/** Takes rows away. */
export async function remove<Table extends SQLiteTable>(
  table: Table,
  where?: Where<Table>,
): Promise<void> {
  await orm.delete(table).where(condition(table, where));
}

/** The rows that a statement gives, as SQLite has them. */
export function query<Result = Record<string, unknown>>(statement: SQL): Promise<Result[]> {
  return db.all(statement as SQL<Result>);
}

/** Runs statements as one transaction, and gives the rows of each. */
export async function batch(statements: SQL[]): Promise<Record<string, unknown>[][]> {
  return Object.values(await db.commit(Object.fromEntries(statements.entries()))).map(
    (result) => result.rows,
  );
}

/** The first column of the first row that a statement gives. */
export async function scalar(statement: SQL): Promise<unknown> {
  const [row] = await query(statement);
  return row && Object.values(row)[0];
}

/** How SQLite goes about a statement, step by step. */
export async function plan(statement: SQL): Promise<string[]> {
  const steps = await query<{ detail: string }>(sql`EXPLAIN QUERY PLAN ${statement}`);
  return steps.map(({ detail }) => detail);
}

/** Every row of every table, by table, so that two moments can be compared. */
export async function dump(): Promise<Record<string, Record<string, unknown>[]>> {
  const tables = await query<{ name: string }>(
    sql`SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB 'sqlite_*'
      AND name NOT GLOB '_cf_*' AND name NOT GLOB 'd1_*' ORDER BY name`,
  );
  const all = await batch(
    tables.map(({ name }) => sql`SELECT * FROM ${sql.identifier(name)} ORDER BY 1`),
  );
  return Object.fromEntries(tables.map(({ name }, at) => [name, all[at] ?? []]));
}
