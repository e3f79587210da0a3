import { applyD1Migrations, reset } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { sql } from 'drizzle-orm';
import { beforeEach } from 'vitest';
import { pulse } from '../../src/db/schema.ts';
import { goBack, type Tables } from './restore.ts';
import { change, dump, scalar } from './rows.ts';

/** The migrated database: how SQLite describes it, and the rows that migrations leave. */
let fresh: { described: unknown; rows: Tables } | null = null;

const describe = () =>
  scalar(sql`SELECT group_concat(sql, ';') FROM (SELECT sql FROM sqlite_master ORDER BY name)`);

// Storage is isolated for each file only: every test begins with an empty, migrated database. To empty one
// takes a tenth of the time that migrations take, so they run again only where a test has changed a table.
beforeEach(async () => {
  if (fresh && fresh.described === (await describe())) return goBack(fresh.rows);
  await reset();
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  // Tests have clocks of their own, and what a migration reads is the machine's.
  await change(pulse, { awaitedFrom: null });
  fresh = { described: await describe(), rows: await dump() };
});
