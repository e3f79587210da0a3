import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getTableName, is } from 'drizzle-orm';
import { SQLiteTable } from 'drizzle-orm/sqlite-core';
import { describe, expect, it } from 'vitest';
import * as schema from '../../src/db/tables.ts';

/**
 * Which room writes which table, read from the sources and held against the table in ARCHITECTURE.md. A
 * restore puts every table back, by `src/restore/tables.ts`, which has a test of its own.
 */

const ROOT = join(import.meta.dirname, '../..');
const DEEDS = ['INSERT', 'UPDATE', 'DELETE'] as const;
type Deed = (typeof DEEDS)[number];
/** Room, then deed, then tables by name in SQL. */
type Writers = Record<string, Record<Deed, Set<string>>>;

/** A table's name in SQL, by the name that the schema exports it under. */
const exported = new Map<string, string>();
for (const [name, table] of Object.entries(schema)) {
  if (is(table, SQLiteTable)) exported.set(name, getTableName(table));
}
const inSql = new Set(exported.values());

/** What a source writes; what cannot be told is `unclear`. */
function writesIn(code: string): { writes: [Deed, string][]; unclear: string[] } {
  const writes: [Deed, string][] = [];
  const unclear: string[] = [];
  const statement =
    /\b(INSERT(?: OR \w+)? INTO|UPDATE(?: OR \w+)?|DELETE FROM)\s+(?:\$\{([^}]*)\}|([a-z_]\w*))/g;
  const builder = /\b(?:orm|tx)\s*\.(insert|update|delete)\(([^()]*)\)/g;
  const take = (whole: string, verb: string, names: (string | undefined)[]) => {
    const deed = DEEDS.find((each) => verb.toUpperCase().startsWith(each));
    if (!deed) return;
    const known = names.map((name = '') => exported.get(name) ?? (inSql.has(name) ? name : null));
    for (const table of known) {
      if (table === null) unclear.push(whole.replace(/\s+/g, ' '));
      else writes.push([deed, table]);
    }
  };
  for (const [whole, verb = '', name, plain] of code.matchAll(statement)) {
    take(whole, verb, [name === undefined ? plain : (name.split('.').at(-1) ?? '')]);
  }
  for (const [whole, verb = '', name = ''] of code.matchAll(builder)) {
    take(whole, verb, [name.trim().split('.').at(-1)]);
  }
  return { writes, unclear };
}

function readWriters(): { writers: Writers; unclear: string[] } {
  const writers: Writers = {};
  const unclear: string[] = [];
  const paths = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => /\.tsx?$/.test(path) && path.includes('/') && !path.startsWith('restore/'));
  for (const path of paths.sort()) {
    const room = path.split('/')[0] ?? '';
    const found = writesIn(readFileSync(join(ROOT, 'src', path), 'utf8'));
    unclear.push(...found.unclear.map((each) => `src/${path}: ${each}`));
    for (const [deed, table] of found.writes) {
      writers[room] ??= { INSERT: new Set(), UPDATE: new Set(), DELETE: new Set() };
      writers[room][deed].add(table);
    }
  }
  return { writers, unclear };
}

/** The lines of the table that begins below its heading. */
function tableBelow(markdown: string, heading: string): string[] {
  const section = markdown.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  return section.split('\n').filter((line) => line.startsWith('| `'));
}

describe('which room writes which table', () => {
  it('is what ARCHITECTURE.md says', () => {
    const { writers, unclear } = readWriters();
    expect(unclear).toEqual([]);
    const cell = (tables: Set<string>) => [...tables].sort().join(', ');
    const lines = Object.entries(writers)
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([room, of]) => `| \`${room}\` | ${DEEDS.map((deed) => cell(of[deed])).join(' | ')} |`);
    expect(
      tableBelow(
        readFileSync(join(ROOT, 'ARCHITECTURE.md'), 'utf8'),
        'Which room writes which table',
      ),
    ).toEqual(lines);
  });

  it('is seen however a statement is written, and is unclear rather than missed', () => {
    const code = `INSERT OR IGNORE INTO \${schema.acts} (…); UPDATE pulse SET; DELETE FROM\n \${log};
      db.orm.insert(halts).values(x); ON CONFLICT DO UPDATE SET`;
    expect(writesIn(code)).toEqual({
      writes: [
        ['INSERT', 'acts'],
        ['UPDATE', 'pulse'],
        ['INSERT', 'halts'],
      ],
      unclear: [`DELETE FROM \${log}`],
    });
  });
});
