import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT, run } from '../../src/cli/local.ts';
import { executeWithWrangler, fileShelf, readMoment } from '../../src/cli/restore-hands.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'in-the-room-restore-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function* lines(...all: string[]) {
  yield* all;
}

const read = async (shelf: ReturnType<typeof fileShelf>) => {
  const all: string[] = [];
  for await (const line of (await shelf.load()) ?? []) all.push(line);
  return all;
};

describe('what is taken along', () => {
  it('lies in a file that its owner alone can read', async () => {
    const path = join(folder, 'kept', 'taken.jsonl');
    const shelf = fileShelf(path);
    expect(await shelf.load()).toBeNull();
    await shelf.save(lines('{"a":"ü"}', '{"b":2}'));
    expect(await read(shelf)).toEqual(['{"a":"ü"}', '{"b":2}']);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, 'kept'))).mode & 0o777).toBe(0o700);
  });

  it('stays what it was where taking it anew breaks off', async () => {
    const path = join(folder, 'kept', 'again.jsonl');
    const shelf = fileShelf(path);
    await shelf.save(lines('first'));
    const broken = (async function* () {
      yield 'second';
      throw new Error('gone');
    })();
    await expect(shelf.save(broken)).rejects.toThrow('gone');
    expect(await read(shelf)).toEqual(['first']);
    await shelf.save(lines('third'));
    expect(await read(shelf)).toEqual(['third']);
  });

  it('is in a folder that Git ignores', async () => {
    const ignored = await run('git', ['check-ignore', '.restore/taken-along.jsonl']);
    expect(ignored.trim()).toBe('.restore/taken-along.jsonl');
  });
});

describe('statements that Wrangler runs', () => {
  const local = () => ['in-the-room', '--local', '--persist-to', folder];

  it('are one transaction, and give their rows', async () => {
    const results = await executeWithWrangler(local(), [
      'CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT)',
      "INSERT INTO t VALUES (1, 'it''s; one'), (2, NULL)",
      'SELECT * FROM t ORDER BY id',
    ]);
    expect(results[2]?.results).toEqual([
      { id: 1, text: 'it’s; one'.replace('’', "'") },
      { id: 2, text: null },
    ]);
    const broken = ["INSERT INTO t VALUES (3, 'three')", 'INSERT INTO t VALUES (1, NULL)'];
    await expect(executeWithWrangler(local(), broken)).rejects.toThrow('wrangler d1 execute');
    const [left] = await executeWithWrangler(local(), ['SELECT count(*) AS n FROM t']);
    expect(left?.results).toEqual([{ n: 2 }]);
  });

  it('go as a file where they are long, and the file does not stay', async () => {
    const rows = Array.from({ length: 3 }, (_, index) => {
      return `INSERT INTO t VALUES (${10 + index}, '${'x'.repeat(50_000)}')`;
    });
    await executeWithWrangler(local(), rows);
    const [count] = await executeWithWrangler(local(), [
      'SELECT count(*) AS n, sum(length(text)) AS l FROM t WHERE id >= 10',
    ]);
    expect(count?.results).toEqual([{ n: 3, l: 150_000 }]);
    const left = await readdir(join(ROOT, '.restore')).catch(() => []);
    expect(left.filter((name) => name.endsWith('.sql'))).toEqual([]);
  });

  it('tell no address where they fail', async () => {
    const broken = ["INSERT INTO unknown_table VALUES ('ana@example.org')"];
    const error = await executeWithWrangler(local(), broken).catch(String);
    expect(error).toContain('no such table');
    expect(error).not.toContain('@');
  });

  it('are told to the deployed database by its name', async () => {
    const told: string[][] = [];
    const target = ['in-the-room-production', '--remote', '--env', 'production'];
    const [result] = await executeWithWrangler(target, ['SELECT 1', 'SELECT 2'], async (args) => {
      told.push(args);
      return '▲ [WARNING] Something.\n\n[{"results":[{"1":1}],"success":true,"meta":{"changes":0}}]';
    });
    expect(told).toEqual([
      ['d1', 'execute', ...target, '--json', '--command', 'SELECT 1;\nSELECT 2'],
    ]);
    expect(result?.results).toEqual([{ 1: 1 }]);
  });
});

describe('npm run restore', () => {
  const node = (...args: string[]) => run('node', ['src/cli/restore.ts', ...args]);

  it('says what it can do', async () => {
    const help = await node('--help');
    for (const word of ['before', 'after', 'rehearse', '--leave', 'RESEND_FULL_KEY']) {
      expect(help).toContain(word);
    }
  });

  it('refuses what it does not understand', async () => {
    await expect(node('undo')).rejects.toThrow('There is no command "undo"');
    await expect(node('before')).rejects.toThrow('--moment');
    await expect(node('after', '--remote')).rejects.toThrow('RESEND_FULL_KEY');
    for (const typed of [
      'yesterday',
      '2026-11-23',
      '2026-11-23T10:00:00',
      '2026-13-01T00:00:00Z',
    ]) {
      expect(() => readMoment(typed)).toThrow('--moment');
    }
    expect(readMoment('2026-11-23T10:00:00Z')).toBe(1_795_428_000);
  });

  it('takes a fresh course a fortnight back, and every promise holds', {
    timeout: 300_000,
  }, async () => {
    expect(await node('rehearse')).toContain('Everything held.');
  });
});
