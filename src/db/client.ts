import type { SQL, SQLWrapper } from 'drizzle-orm';
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1';
import { SQLiteAsyncDialect } from 'drizzle-orm/sqlite-core';
import * as schema from './schema.ts';

/** Drizzle for plain reads, and `batch` for everything that changes rows. */
export interface Database {
  read: DrizzleD1Database<typeof schema>;
  /**
   * Runs the statements as one transaction: all or none. Takes `sql` templates and Drizzle queries
   * alike (Drizzle's own batch cannot bind the parameters of an `sql` template). Rows come back as
   * SQLite has them, under the columns' own names.
   */
  batch(statements: SQLWrapper[]): Promise<D1Result<Record<string, unknown>>[]>;
  /** One statement's rows. */
  all<Row>(statement: SQL): Promise<Row[]>;
}

const dialect = new SQLiteAsyncDialect();

export function createDatabase(d1: D1Database): Database {
  const prepare = (statement: SQLWrapper) => {
    const { sql, params } = dialect.sqlToQuery(statement.getSQL());
    return d1.prepare(sql).bind(...params);
  };
  return {
    read: drizzle(d1, { schema }),
    batch: (statements) => d1.batch<Record<string, unknown>>(statements.map(prepare)),
    all: async <Row>(statement: SQL) => (await prepare(statement).all<Row>()).results,
  };
}
