import type { SQL, SQLWrapper } from 'drizzle-orm';
import { CasingCache } from 'drizzle-orm/casing';

/** One way to the tables: `sql` templates, several as one transaction. */
export interface Database {
  /**
   * Runs the statements as one transaction: all or none. Rows come back as SQLite has them, under the
   * columns' own names.
   */
  batch(statements: SQLWrapper[]): Promise<D1Result<Record<string, unknown>>[]>;
  /** One statement's rows. */
  all<Row>(statement: SQL): Promise<Row[]>;
}

/** How SQLite spells things. Drizzle's own dialect would bring its query builders along, 15 KB of them. */
const SPELLING = {
  casing: new CasingCache(),
  escapeName: (name: string) => `"${name.replaceAll('"', '""')}"`,
  escapeParam: () => '?',
  escapeString: (text: string) => `'${text.replaceAll("'", "''")}'`,
};

export function createDatabase(d1: D1Database): Database {
  const prepare = (statement: SQLWrapper) => {
    const { sql, params } = statement.getSQL().toQuery(SPELLING);
    return d1.prepare(sql).bind(...params);
  };
  return {
    batch: (statements) => d1.batch<Record<string, unknown>>(statements.map(prepare)),
    all: async <Row>(statement: SQL) => (await prepare(statement).all<Row>()).results,
  };
}
