import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';

/** What the database itself refuses, whoever writes it. */

const MIGRATIONS = join(import.meta.dirname, '../../migrations');

function migrated(): DatabaseSync {
  const db = new DatabaseSync(':memory:');
  for (const name of readdirSync(MIGRATIONS).sort()) {
    if (name.endsWith('.sql')) db.exec(readFileSync(join(MIGRATIONS, name), 'utf8'));
  }
  db.exec(`INSERT INTO subscribers (id, email, email_hash, created_at) VALUES (1, 'a', 'b', 0);
    INSERT INTO enrollments (id, signup_id, subscriber_id, state, weekday, time, zone, created_at)
      VALUES (1, 1, 1, 'active', 1, '09:00', 'UTC', 0);
    INSERT INTO deliveries (id, kind, lane, subscriber_id, state, due_at)
      VALUES (1, 'link', 'prompt', 1, 'owed', 0);
    INSERT INTO links (id, purpose, subscriber_id, created_at, expires_at)
      VALUES (1, 'open', 1, 0, 1);
    INSERT INTO batches (id, key, lane, state, size, mail_from, base_url, postal_address, key_id,
        frozen_at, lease_until, attempts, unanswered)
      VALUES (1, 'k', 'prompt', 'open', 1, 'm', 'u', 'p', 'i', 0, 0, 1, 1)`);
  return db;
}

test.each([
  ['enrollments', "state = 'waiting'"],
  ['enrollments', "state = 'paused', pause_reason = 'weather'"],
  ['enrollments', 'weekday = 8'],
  ['enrollments', "state = 'paused', next_at = 1"],
  ['enrollments', 'resume_at = 1'],
  ['enrollments', "state = 'paused', pause_reason = 'bounces', resume_at = 1"],
  ['enrollments', "state = 'completed', closed_at = 1, resume_at = 1"],
  ['enrollments', "state = 'completed'"],
  ['enrollments', "state = 'ended'"],
  ['enrollments', 'closed_at = 1'],
  ['deliveries', "state = 'lost'"],
  ['deliveries', "lane = 'third'"],
  ['batches', "state = 'lost'"],
  ['batches', "lane = 'third'"],
  ['links', "purpose = 'enter'"],
  ['pace', "lane = 'third'"],
])('%s never have %s', (table, assignments) => {
  const db = migrated();
  db.exec("INSERT OR IGNORE INTO pace (lane) VALUES ('prompt')");
  expect(() => db.exec(`UPDATE ${table} SET ${assignments}`)).toThrow(/CHECK constraint failed/);
});

test.each([
  "state = 'paused'",
  "state = 'paused', resume_at = 1",
  "state = 'paused', pause_reason = 'bounces', own_pause = 1",
  "state = 'completed', closed_at = 1",
  "state = 'ended', pause_reason = 'suppressed', closed_at = 1",
  'next_at = 1',
])('enrollments may have %s', (assignments) => {
  const db = migrated();
  expect(() => db.exec(`UPDATE enrollments SET ${assignments}`)).not.toThrow();
});

test('a kind of mail that only another version knows is taken: the ledger is not made anew for it', () => {
  expect(() => migrated().exec("UPDATE deliveries SET kind = 'certificate'")).not.toThrow();
});

test('rows from before that a check would refuse are mended on the way, and everything else stays', () => {
  const db = new DatabaseSync(':memory:');
  const names = readdirSync(MIGRATIONS)
    .filter((name) => name.endsWith('.sql'))
    .sort();
  const last = names.findIndex((name) => name.startsWith('0015_'));
  const run = (name: string) => db.exec(readFileSync(join(MIGRATIONS, name), 'utf8'));
  for (const name of names.slice(0, last)) run(name);
  const add =
    db.prepare(`INSERT INTO enrollments (id, signup_id, subscriber_id, state, pause_reason,
    weekday, time, zone, rev, next_lesson, next_at, last_at, created_at, closed_at, resume_at,
    asked_at, read_weeks, nudge_at, nudged_at, own_pause, undated_at)
    VALUES (?1, ?1, ?1, ?2, ?3, 2, '08:15', 'UTC', 7, 4, ?4, 50, 10, ?5, ?6, 20, 5, 30, 40, ?7, ?8)`);
  const subscriber = db.prepare(
    "INSERT INTO subscribers (id, email, email_hash, created_at) VALUES (?1, ?1, 'h', 0)",
  );
  const rows = [
    [1, 'active', null, 90, null, null, null, null],
    [2, 'paused', null, null, null, 99, null, null],
    [3, 'paused', 'bounces', null, null, 99, null, null],
    [4, 'paused', 'refused', null, null, null, 0, null],
    [5, 'completed', null, null, null, 99, null, null],
    [6, 'ended', 'suppressed', null, 60, null, null, null],
    [7, 'active', null, null, 60, null, null, 70],
  ] as const;
  for (const row of rows) {
    subscriber.run(row[0]);
    add.run(...row);
  }
  const all = () =>
    db.prepare('SELECT * FROM enrollments ORDER BY id').all() as Record<string, unknown>[];
  const before = all();
  for (const name of names.slice(last)) run(name);
  const mended: Record<number, Record<string, unknown>> = {
    3: { resume_at: null, own_pause: 99 },
    5: { resume_at: null, closed_at: 50 },
    7: { closed_at: null },
  };
  expect(all()).toEqual(
    before.map((row) => ({ ...row, provider_id: null, ...mended[Number(row.id)] })),
  );
  expect(db.prepare('PRAGMA foreign_key_check').all()).toEqual([]);
});

test('whoever was enrolled before mails named providers gets the provider of their signup', () => {
  const db = new DatabaseSync(':memory:');
  const names = readdirSync(MIGRATIONS)
    .filter((name) => name.endsWith('.sql'))
    .sort();
  const last = names.findIndex((name) => name.includes('name_providers_in_mails'));
  const run = (name: string) => db.exec(readFileSync(join(MIGRATIONS, name), 'utf8'));
  for (const name of names.slice(0, last)) run(name);
  db.exec(`INSERT INTO subscribers (id, email, email_hash, created_at) VALUES (1, 'a', 'a', 0), (2, 'b', 'b', 0);
    INSERT INTO signups (id, subscriber_id, provider_id, first_name, page, words_version, created_at)
      VALUES (7, 1, 5, '', '/', '1', 0), (8, 2, NULL, '', '/', '1', 0);
    INSERT INTO enrollments (signup_id, subscriber_id, state, weekday, time, zone, created_at)
      VALUES (7, 1, 'active', 1, '07:30', 'UTC', 0), (8, 2, 'active', 1, '07:30', 'UTC', 0)`);
  for (const name of names.slice(last)) run(name);
  const through = db.prepare('SELECT provider_id AS id FROM enrollments ORDER BY signup_id').all();
  expect(through.map(({ id }) => id)).toEqual([5, null]);
});
