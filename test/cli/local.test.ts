import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { unstable_readConfig } from 'wrangler';
import { freePort, type LocalServer, ROOT, startLocal } from '../../src/cli/local.ts';
import { ownSettings } from '../../src/cli/own-settings.ts';

/** No process has this number: Linux counts to four million at most. */
const NOBODY = 99_999_999;

let state: string;
let steps: string[];
let first: LocalServer;

beforeAll(async () => {
  state = await mkdtemp(join(tmpdir(), 'in-the-room-'));
  // As a run that was killed leaves it.
  await writeFile(join(state, 'in-use'), `${NOBODY} http://localhost:1`);
  steps = [];
  first = await startLocal({
    port: await freePort(),
    state,
    progress: (step) => steps.push(step),
  });
});

afterAll(async () => {
  await first?.close();
  await rm(state, { recursive: true, force: true });
});

describe('a local start', () => {
  test('says what it is doing, and takes over what a killed run has left', async () => {
    expect(steps).toEqual([
      'Bringing the database up to date',
      'Compiling lessons, mails and pages',
    ]);
    expect((await fetch(first.url)).status).toBe(200);
  });

  test('is refused on a database that another serves, by that one’s address', async () => {
    await expect(startLocal({ port: await freePort(), state })).rejects.toThrow(
      `The course runs already, at ${first.url}, on this database.`,
    );
    expect((await fetch(first.url)).status).toBe(200);
  });

  test('gives the database free again when it ends', async () => {
    await first.close();
    await expect(readFile(join(state, 'in-use'))).rejects.toThrow(/ENOENT/);
    first = await startLocal({ port: await freePort(), state });
  });
});

describe('the settings of tests and rehearsals', () => {
  test('are those of wrangler.toml, in a folder where no .dev.vars can lie', () => {
    const own = unstable_readConfig({ config: ownSettings() });
    const plain = unstable_readConfig({ config: join(ROOT, 'wrangler.toml') });
    expect(dirname(ownSettings())).not.toBe(ROOT.replace(/\/$/, ''));
    const { configPath: _, userConfigPath: __, ...ours } = own;
    const { configPath: ___, userConfigPath: ____, ...theirs } = plain;
    expect(own.d1_databases[0]?.migrations_dir).toBe('../../migrations');
    expect({ ...ours, d1_databases: [] }).toEqual({ ...theirs, d1_databases: [] });
  });
});
