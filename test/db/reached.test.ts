import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getTableColumns, getTableName, is } from 'drizzle-orm';
import { SQLiteTable } from 'drizzle-orm/sqlite-core';
import { describe, expect, it } from 'vitest';
import * as schema from '../../src/db/tables.ts';

/**
 * Tests reach rows by the schema (`test/support/rows.ts`, `plant.ts`, or `sql` with its columns), so that
 * renaming a column fails the typecheck in every test that reads or writes it.
 */

const TEST = join(import.meta.dirname, '..');

/** Who names tables and columns as text, and why it must. */
const AS_TEXT: Record<string, string> = {
  'architecture.test.ts': 'what those checks are tried on',
  'bench/workers/bare.ts': 'a table of its own',
  'cases/naughty-strings.ts': 'what attackers type into a form',
  'cli/restore.test.ts': 'a table of its own, through the command that takes text',
  'db/checks.test.ts': 'what SQLite itself refuses, and rows of a schema before this one',
  'db/reached.test.ts': 'what this check is tried on',
  'db/schema.test.ts': 'what SQLite itself says of the tables',
  'db/writers.test.ts': 'what that check is tried on',
  'signup/request-signup.test.ts': 'what attackers type into a form',
  'support/rows.ts': 'what SQLite itself says of the tables',
  'upgrade/from-0.1.0.test.ts': 'version 0.1.0 had a schema of its own',
};

const tables = Object.values(schema).filter((each) => is(each, SQLiteTable));
const words = (names: string[]) => [...new Set(names)].join('|');
const TABLE = words(tables.map((table) => getTableName(table)));
const COLUMN = words(
  tables.flatMap((table) => Object.values(getTableColumns(table)).map(({ name }) => name)),
);
const LONG = words(COLUMN.split('|').filter((name) => name.includes('_')));

const LITERAL = /('(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`)/g;
const STATEMENT = /\b(SELECT|INSERT|UPDATE|DELETE|WHERE|EXPLAIN|ALTER|DROP)\b/;
/** A table where SQL expects one: wherever it stands, so that no quotes of another kind hide it. */
const BARE_TABLE = new RegExp(
  String.raw`\b(?:FROM|JOIN|INTO|UPDATE|TABLE)\s+"?(?:${TABLE})\b`,
  'g',
);
/** In a statement, a column of two words, or another before an operator. */
const BARE_COLUMN = new RegExp(
  String.raw`(?<![\w.])(?:${LONG})\b|` +
    String.raw`(?<![\w.]|AS )(?:${COLUMN})\s*(?:=|<|>|!=|IN\b|IS\b|NOT\b|LIKE\b)`,
);

/** What names as text in a source what the schema should. */
function asText(source: string): string[] {
  const code = source.replace(/^\s*(?:\/\/|\/?\*).*$/gm, '');
  const found = [...code.matchAll(BARE_TABLE)].map(([text]) => text);
  for (const [literal] of code.matchAll(LITERAL)) {
    const statement = literal.slice(1, -1).replace(/\$\{[^}]*\}/g, '…');
    // What stands in quotes inside of a statement is data.
    const names = literal.startsWith("'") ? statement : statement.replace(/'[^']*'/g, "''");
    if (STATEMENT.test(names) && BARE_COLUMN.test(names)) found.push(statement);
  }
  return found.map((text) => text.replace(/\s+/g, ' ').slice(0, 80));
}

const SRC = join(import.meta.dirname, '../../src');

describe('rows in the service', () => {
  it('are reached by the schema', () => {
    const found = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
      .map((path) => path.replaceAll('\\', '/'))
      .filter((path) => /\.tsx?$/.test(path))
      .flatMap((path) =>
        asText(readFileSync(join(SRC, path), 'utf8')).map((statement) => ({ path, statement })),
      );
    expect(found).toEqual([]);
  });
});

describe('rows in tests', () => {
  it('are reached by the schema, but for those that cannot', () => {
    const found = readdirSync(TEST, { recursive: true, encoding: 'utf8' })
      .map((path) => path.replaceAll('\\', '/'))
      .filter((path) => /\.tsx?$/.test(path))
      .flatMap((path) =>
        asText(readFileSync(join(TEST, path), 'utf8')).map((statement) => ({ path, statement })),
      );
    expect(found.filter(({ path }) => !(path in AS_TEXT))).toEqual([]);
    expect([...new Set(found.map(({ path }) => path))].sort()).toEqual(Object.keys(AS_TEXT));
  });

  it('by text are noticed, however it is written', () => {
    for (const text of [
      "value('SELECT state FROM deliveries')",
      'rows("UPDATE halts SET reason = 1")',
      'sql`SELECT first_name FROM #{subscribers}`',
      "sql`SELECT 1 FROM #{batches} WHERE state = 'open'`",
      'sql`DELETE FROM #{halts} WHERE scope IN (1)`',
      'query(`ALTER TABLE signups RENAME TO gone`)',
    ]) {
      expect([text, asText(text.replaceAll('#{', '${')).length > 0]).toEqual([text, true]);
    }
    for (const text of [
      "// value('SELECT state FROM deliveries')",
      "sql`SELECT #{batches.state} FROM #{batches} WHERE #{batches.state} = 'state = 1'`",
      "const form = { first_name: 'Ana' }",
      'page.getByText(`Your state = paused`)',
    ]) {
      expect([text, asText(text.replaceAll('#{', '${'))]).toEqual([text, []]);
    }
  });
});
