import { applyD1Migrations, reset } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeEach } from 'vitest';
import { pulse } from '../../src/db/schema.ts';
import { change } from './rows.ts';

// Storage is isolated for each file only: every test begins with an empty, migrated database.
beforeEach(async () => {
  await reset();
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  // Tests have clocks of their own, and what a migration reads is the machine's.
  await change(pulse, { awaitedFrom: null });
});
