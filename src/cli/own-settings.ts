import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { answered, ownAnswers } from './answers.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * A copy of wrangler.toml in a folder where no `.dev.vars` lies, because Wrangler takes what is beside
 * the file and cannot be told not to. For whatever must run the same on every machine: tests, rehearsal.
 *
 * @returns its absolute path
 */
export function ownSettings(): string {
  const folder = join(ROOT, '.wrangler/own-settings');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'wrangler.toml');
  const text = readFileSync(join(ROOT, 'wrangler.toml'), 'utf8')
    .replace(/^#:schema .*\n/, '')
    .replace(/^(main|migrations_dir) = "/gm, '$1 = "../../');
  writeFileSync(file, text);
  return file;
}

/**
 * The production environment of wrangler.toml with the answers of this machine in it, as a file for
 * `wrangler --config`.
 *
 * @returns its absolute path; it still takes `--env production`
 */
export async function productionSettings(): Promise<string> {
  const { experimental_readRawConfig } = await import('wrangler');
  const { rawConfig } = experimental_readRawConfig({ config: join(ROOT, 'wrangler.toml') });
  const { production } = rawConfig.env ?? {};
  if (!production) throw new Error('wrangler.toml: [env.production]: expected it to be there');
  answered(production, ownAnswers());
  const up = '../../';
  for (const each of [...(rawConfig.d1_databases ?? []), ...(production.d1_databases ?? [])]) {
    if (each.migrations_dir) each.migrations_dir = up + each.migrations_dir;
  }
  delete rawConfig.$schema;
  const folder = join(ROOT, '.wrangler/production');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'wrangler.json');
  writeFileSync(file, JSON.stringify({ ...rawConfig, main: up + rawConfig.main }, null, 2));
  return file;
}
