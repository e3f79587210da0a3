import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

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
