import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { generateSQLiteDrizzleJson, generateSQLiteMigration } from 'drizzle-kit/api';
import { expect, test } from 'vitest';
import * as schema from '../../src/db/tables.ts';
import { BY_STRANGERS } from '../../src/delivery/kinds.ts';

const MIGRATIONS = join(import.meta.dirname, '../../migrations');

/** What of a database the code relies on, spelled in one way. */
function shapeOf(statements: string[]) {
  const db = new DatabaseSync(':memory:');
  for (const statement of statements) db.exec(statement);
  const plain = (text: string) =>
    text
      .replace(/[`"]/g, '')
      .replace(/\s+/g, ' ')
      .replace(/ ?([(),]) ?/g, '$1');
  const made = db
    .prepare(
      "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'",
    )
    .all() as { type: string; name: string; sql: string }[];
  const tables = made.filter(({ type }) => type === 'table');
  const indexes = made.filter(({ type }) => type === 'index');
  return {
    columns: Object.fromEntries(
      tables.map(({ name }) => [
        name,
        Object.fromEntries(
          db
            .prepare(`PRAGMA table_info(${name})`)
            .all()
            .map(({ cid: _, name: column, type, ...rest }) => [
              column,
              { type: String(type).toLowerCase(), ...rest },
            ]),
        ),
      ]),
    ),
    indexes: Object.fromEntries(indexes.map(({ name, sql }) => [name, plain(sql)])),
    checks: Object.fromEntries(
      tables.map(({ name, sql }) => [
        name,
        // Column names are qualified where Drizzle writes a check, and may not be in a statement of ours.
        plain(sql)
          .replaceAll(`${name}.`, '')
          .match(/CONSTRAINT \w+ CHECK\((?:[^()]|\([^()]*\))*\)/g)
          ?.sort() ?? [],
      ]),
    ),
  };
}

const migrated = () =>
  shapeOf(
    readdirSync(MIGRATIONS)
      .filter((name) => name.endsWith('.sql'))
      .sort()
      .map((name) => readFileSync(join(MIGRATIONS, name), 'utf8')),
  );

async function declared() {
  const empty = await generateSQLiteDrizzleJson({});
  return shapeOf(
    await generateSQLiteMigration(empty, await generateSQLiteDrizzleJson({ ...schema })),
  );
}

test('the schema says what a migrated database has: columns, types, nulls, defaults, indexes, checks', async () => {
  const [there, said] = [migrated(), await declared()];
  expect(Object.keys(there.columns).length).toBeGreaterThan(12);
  expect(there.columns).toEqual(said.columns);
  expect(there.indexes).toEqual(said.indexes);
  expect(there.checks).toEqual(said.checks);
});

test('mail that anybody can cause is counted for its address by an index over just its kinds', () => {
  expect(BY_STRANGERS.length).toBeGreaterThan(2);
  const list = BY_STRANGERS.map((kind) => `'${kind}'`).join(',');
  expect(migrated().indexes.deliveries_by_strangers).toMatch(new RegExp(`kind IN\\(${list}\\)$`));
});

test('a column, an index or a check that only one of them has is noticed', () => {
  const before = [
    "CREATE TABLE a (id INTEGER, b TEXT, CONSTRAINT c CHECK(b IN ('x')))",
    'CREATE INDEX d ON a (b)',
  ];
  const same = shapeOf([
    'CREATE TABLE `a` (`id` integer, "b" text, CONSTRAINT "c" CHECK("a"."b" IN (\'x\')))',
    'CREATE INDEX `d` ON `a` (`b`)',
  ]);
  expect(shapeOf(before)).toEqual(same);
  for (const [from, to] of [
    ['b TEXT', 'b TEXT NOT NULL'],
    ["'x'", "'y'"],
    ['ON a (b)', 'ON a (id)'],
  ] as const) {
    expect(shapeOf(before.map((line) => line.replace(from, to)))).not.toEqual(same);
  }
});
