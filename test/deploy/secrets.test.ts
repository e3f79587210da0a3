import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../../src/cli/local.ts';

const { SECRETS } = await import(new URL('../../src/env.ts', import.meta.url).href);
const names = Object.keys(SECRETS);

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const found = (text: string, pattern: RegExp) =>
  [...text.matchAll(pattern)].map(([, name]) => name);

/** Secrets that a deployment may do without: Turnstile's, and what signs badges. */
const OPTIONAL = ['TURNSTILE_SECRET', 'CREDENTIAL_KEYS'];

test('wrangler.toml requires every secret that the settings name, each with a word on what it is for', () => {
  const [, required = ''] = /^\[env\.production\.secrets\]\nrequired = \[\n([^\]]*)\]/m.exec(
    read('wrangler.toml'),
  ) ?? ['', ''];
  expect(found(required, /^ {2}"(\w+)", # \w.+$/gm)).toEqual(names);
  expect(required.trim().split('\n')).toHaveLength(names.length);
});

test('the operator’s guide lists each of them as a secret, and says how to set it', () => {
  const guide = read('src/cli/README.md');
  expect(found(guide, /^\| `(\w+)` \|.*\| operator, secret(?:, never changed)? \|/gm)).toEqual(
    names,
  );
  expect(found(guide, /^npx wrangler secret put (\w+) --env production$/gm)).toEqual(names);
});

test('what the settings call a secret is one of them, or may be left out', () => {
  const said = found(read('src/env.ts'), /\/\*\* Secret\b[^\n]*\*\/\n {2}(\w+)\?: string;/g);
  expect(said.toSorted()).toEqual([...names, ...OPTIONAL].toSorted());
});

test('the operator’s guide says of each that may be left out that it is optional', () => {
  const guide = read('src/cli/README.md');
  for (const name of OPTIONAL) {
    expect(guide).toMatch(new RegExp(`^\\|.*\`${name}\` \\|.*secret, optional \\|`, 'm'));
  }
});
