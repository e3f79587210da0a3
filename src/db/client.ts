import { Placeholder, type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1';
import { SQLiteAsyncDialect } from 'drizzle-orm/sqlite-core';

/** What one statement did. */
export interface Result<Row> {
  /** Rows that it inserted, changed or deleted. */
  changed: number;
  rows: Row[];
  /** The first of them. */
  row: Row | undefined;
}

/** A statement whose text is made already, with its values. */
class Filled<Row> {
  declare readonly row: Row;
  readonly text: string;
  readonly values: unknown[];

  constructor(text: string, values: unknown[]) {
    this.text = text;
    this.values = values;
  }
}

type Statement = SQLWrapper | Filled<unknown>;

/** A statement, several in their order, or nothing where there is none to run. */
type Entry = Statement | Statement[] | false | null | undefined;

type One<E> = E extends (infer Each)[] ? Each : E;

/** The rows that `sql<Row>` says it gives; otherwise whatever SQLite has. */
type RowOf<E> =
  Extract<One<E>, SQL | Filled<unknown>> extends SQL<infer Row> | Filled<infer Row>
    ? unknown extends Row
      ? Record<string, unknown>
      : Row
    : Record<string, unknown>;

export interface Database {
  /** Drizzle's builder, for plain reads and writes: one statement each. */
  readonly orm: DrizzleD1Database;
  /**
   * Runs the statements as one transaction, in the order of their names: all or none. Each one's result
   * has its name; that of several has what they did together. Rows are as SQLite gives them.
   */
  commit<Entries extends Record<string, Entry>>(
    entries: Entries,
  ): Promise<{ [Name in keyof Entries]: Result<RowOf<Entries[Name]>> }>;
  /** How large the database is, in bytes. */
  size(): Promise<number>;
  /** One statement's rows, as SQLite has them. */
  all<Row>(statement: SQL<Row> | Filled<Row>): Promise<Row[]>;
}

const dialect = new SQLiteAsyncDialect();

/** Where a statement's values go, by their names. */
export type Places<Values> = { readonly [Name in keyof Values]-?: SQL<Values[Name]> };

const places = new Proxy({}, { get: (_, name) => sql`${sql.placeholder(String(name))}` });

/** Places of values, for what is put together before there is a statement. */
export const placesFor = <Values extends object>() => places as Places<Values>;

/**
 * A statement of a hot path, such as a wave’s or a signup’s: its text is made once, from the places of
 * its values, and each use fills them in. Making it anew would cost as much as sending it.
 */
export function prepared<Values extends object, Row = Record<string, unknown>>(
  make: (values: Places<Values>) => SQL,
): (values: Values) => Filled<Row> {
  let made: { sql: string; params: unknown[] } | undefined;
  return (values) => {
    made ??= dialect.sqlToQuery(make(placesFor<Values>()));
    const filled = made.params.map((param) =>
      param instanceof Placeholder ? values[param.name as keyof Values] : param,
    );
    return new Filled(made.sql, filled);
  };
}

export function createDatabase(d1: D1Database): Database {
  const prepare = (statement: Statement) => {
    if (statement instanceof Filled) return d1.prepare(statement.text).bind(...statement.values);
    const { sql: text, params } = dialect.sqlToQuery(statement.getSQL());
    return d1.prepare(text).bind(...params);
  };
  let orm: DrizzleD1Database | undefined;
  return {
    get orm() {
      orm ??= drizzle(d1);
      return orm;
    },
    async commit(entries) {
      const named = Object.entries(entries).map(
        ([name, entry]) => [name, entry ? [entry].flat() : []] as const,
      );
      const results = await d1.batch<Record<string, unknown>>(
        named.flatMap(([, statements]) => statements.map(prepare)),
      );
      let next = 0;
      const byName = named.map(([name, statements]) => {
        const own = results.slice(next, next + statements.length);
        next += statements.length;
        const rows = own.flatMap((result) => result.results);
        const changed = own.reduce((sum, { meta }) => sum + meta.changes, 0);
        return [name, { changed, rows, row: rows[0] }];
      });
      return Object.fromEntries(byName);
    },
    size: async () => (await d1.prepare('SELECT 1').all()).meta.size_after,
    all: async <Row>(statement: Statement) => (await prepare(statement).all<Row>()).results,
  };
}
