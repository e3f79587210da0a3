import type { SQL, SQLWrapper } from 'drizzle-orm';
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

/** A statement, several in their order, or nothing where there is none to run. */
type Entry = SQLWrapper | SQLWrapper[] | false | null | undefined;

/** The rows that `sql<Row>` says it gives; otherwise whatever SQLite has. */
type RowOf<E> =
  Extract<E, SQL> extends SQL<infer Row>
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
  /**
   * Runs the statements as one transaction: all or none. Rows come back as SQLite has them, under the
   * columns' own names.
   */
  batch(statements: SQLWrapper[]): Promise<D1Result<Record<string, unknown>>[]>;
  /** One statement's rows, as SQLite has them. */
  all<Row>(statement: SQL<Row>): Promise<Row[]>;
}

const dialect = new SQLiteAsyncDialect();

export function createDatabase(d1: D1Database): Database {
  const prepare = (statement: SQLWrapper) => {
    const { sql, params } = dialect.sqlToQuery(statement.getSQL());
    return d1.prepare(sql).bind(...params);
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
    batch: (statements) => d1.batch<Record<string, unknown>>(statements.map(prepare)),
    all: async <Row>(statement: SQL<Row>) => (await prepare(statement).all<Row>()).results,
  };
}
