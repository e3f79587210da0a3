import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { builtEdition } from '../../src/cli/edition.ts';
import { ROOT } from '../../src/cli/local.ts';
import { serveLocal, type TestServer } from '../support/local-server.ts';

let server: TestServer;
let folder = '';

beforeAll(async () => {
  [server, folder] = await Promise.all([
    serveLocal(),
    mkdtemp(join(tmpdir(), 'in-the-room-editions-')),
  ]);
});

afterAll(async () => {
  await server?.close();
  await rm(folder, { recursive: true, force: true });
});

/** What a command prints, or with which words it fails. */
async function credit(...args: string[]): Promise<string> {
  const command = [join(ROOT, 'src/cli/credit.ts'), ...args, '--url', server.url];
  const { OPERATOR_TOKEN: _, ...env } = process.env;
  try {
    const { stdout } = await promisify(execFile)(process.execPath, command, { cwd: ROOT, env });
    return stdout.trim();
  } catch (error) {
    return `failed: ${(error as { stderr: string }).stderr.trim()}`;
  }
}

describe('npm run credit', () => {
  test('freezes the lessons of this folder once, and says what they are', async () => {
    expect(await credit('editions')).toBe('None yet: npm run credit -- freeze');
    expect(await credit('accept', 'harbor', '--why', 'a letter')).toMatch(
      /^failed: .*There is no edition yet/s,
    );
    const looked = await credit('freeze', '--look');
    const [, hash = ''] = /^Would be ([0-9a-f]{64})$/m.exec(looked) ?? [];
    expect(await credit('editions')).toMatch(/^None yet/);

    const { texts } = await builtEdition();
    const words = texts.reduce((sum, text) => sum + text.words, 0);
    const frozen = await credit('freeze');
    expect(frozen).toContain(`Stored as ${hash}\n${words} words, 32 items\n`);
    expect(frozen).toMatch(/for difficulty 1 to 5: (\d+ minutes(, )?){5}\n/);
    expect(frozen).toContain('stand in the public repository with their keys');
    expect(await credit('freeze')).toContain(`Was stored before as ${hash}`);
    expect(await credit('editions')).toMatch(new RegExp(`^${hash}  ${words} words  [\\d-]{10}$`));
    expect(await credit('accept', 'nobody', '--why', 'a letter')).toMatch(
      /^failed: .*No adoption of this provider runs/s,
    );
    expect(await credit('accept', 'nobody')).toMatch(/^failed: .*Say why/s);
  });

  test('takes items from outside of this folder, and from nowhere else', async () => {
    const { items } = await builtEdition();
    const own = (items as { question: string }[]).map((item) => ({
      ...item,
      question: `Ours: ${item.question}`,
    }));
    const file = join(folder, 'items.json');
    await writeFile(file, JSON.stringify(own));
    const frozen = await credit('freeze', '--items', file);
    expect(frozen).toMatch(/^Stored as [0-9a-f]{64}\n\d+ words, 32 items\n/);
    expect(frozen).not.toContain('public repository');
    await writeFile(file, JSON.stringify(own.slice(1)));
    expect(await credit('freeze', '--items', file)).toMatch(
      /^failed: .*week 1: expected four items, got 3/s,
    );
    expect(await credit('freeze', '--items', 'package.json')).toMatch(
      /^failed: .*stands in this folder/s,
    );
  });
});
