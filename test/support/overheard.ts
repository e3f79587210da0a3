import { env } from 'cloudflare:workers';
import { createDatabase, type Database } from '../../src/db/client.ts';

/** What went through an overheard database. */
export interface Heard {
  statements: number;
  rowsRead: number;
  rowsWritten: number;
}

/**
 * The test’s own D1 with somebody who hears of every statement.
 *
 * @param before what happens first, each time that statements are about to be committed together
 */
export function overheard(before?: () => Promise<unknown>): { db: Database; heard: Heard } {
  const heard: Heard = { statements: 0, rowsRead: 0, rowsWritten: 0 };
  const hear = <Row>(result: D1Result<Row>) => {
    heard.statements += 1;
    heard.rowsRead += result.meta.rows_read;
    heard.rowsWritten += result.meta.rows_written;
    return result;
  };
  const hearing = (real: D1PreparedStatement) => ({
    real,
    bind: (...values: unknown[]) => hearing(real.bind(...values)),
    all: async () => hear(await real.all()),
    run: async () => hear(await real.run()),
    // The names of a query are one each: what comes raw is the same as what comes by name.
    raw: async () => hear(await real.all<object>()).results.map((row) => Object.values(row)),
  });
  const db = createDatabase({
    prepare: (text: string) => hearing(env.DB.prepare(text)),
    batch: async (statements: { real: D1PreparedStatement }[]) => {
      await before?.();
      return (await env.DB.batch(statements.map(({ real }) => real))).map(hear);
    },
  } as unknown as D1Database);
  return { db, heard };
}
