import { type SQL, sql } from 'drizzle-orm';
import { getTableConfig, type SQLiteTable } from 'drizzle-orm/sqlite-core';
import * as schema from '../db/schema.ts';

/** From when on rows may differ from the restored ones. A day earlier than the moment, for safety. */
export interface Since {
  /** Course time, epoch seconds. */
  course: number;
  /** Machine time, epoch seconds. */
  machine: number;
}

/** How a table comes through a restore. */
export interface Way {
  table: SQLiteTable;
  /** What says that two rows are the same. */
  key: string[];
  /** Which rows are taken along; all of them where it is left out. */
  taken?: (since: Since) => SQL;
  /**
   * What becomes of a restored row that was not taken along though it is one of those which are.
   * `stays`: it was lost. `goes`: rows of this table are deleted on purpose, so it was, unless it was
   * made since; `born` says when.
   */
  rest: 'stays' | { goes: true; born: { column: string; clock: 'course' | 'machine' } };
  /** Columns that mean nothing outside their database. */
  leave?: string[];
  /** Restored rows stay as they are where they are known already. */
  newOnly?: boolean;
  /** Nothing tells two rows apart: all that was taken along takes the place of all that there is. */
  replaced?: boolean;
}

const course = (column: string) => ({ column, clock: 'course' as const });
const at = (column: string) => (since: Since) =>
  sql`${sql.raw(column)} >= ${sql.raw(String(since.course))}`;

/** Batches that an operator has settled of late: they may be much older. */
const settledByHand = (since: Since) => sql`(SELECT CAST(substr(subject, 7) AS INTEGER) FROM acts
  WHERE subject LIKE 'batch:%' AND at >= ${since.course})`;
const frozenOfLate = (since: Since) => sql`frozen_at >= ${since.machine * 1000}`;

const PULSE = getTableConfig(schema.pulse)
  .columns.map(({ name }) => name)
  .filter((name) => name !== 'id');

/**
 * Every table of the database, in the order in which they are put back: what is referred to first. They
 * are taken along the other way round, so that nothing refers to a row that was made meanwhile.
 */
export const WAYS: Way[] = [
  { table: schema.contents, key: ['hash'], taken: at('stored_at'), rest: 'stays', newOnly: true },
  { table: schema.providers, key: ['id'], rest: 'stays' },
  { table: schema.retiredKeys, key: ['key'], rest: 'stays', newOnly: true },
  { table: schema.subscribers, key: ['id'], rest: 'stays' },
  {
    table: schema.signups,
    key: ['id'],
    taken: (since) =>
      sql`(confirmed_at IS NULL OR confirmed_at >= ${since.course} OR created_at >= ${since.course})`,
    rest: 'stays',
  },
  { table: schema.enrollments, key: ['id'], rest: 'stays' },
  {
    table: schema.batches,
    key: ['id'],
    taken: (since) => sql`(state IN ('open', 'uncertain') OR ${frozenOfLate(since)}
      OR id IN ${settledByHand(since)})`,
    rest: 'stays',
  },
  {
    table: schema.deliveries,
    key: ['id'],
    // Whatever is not settled, whatever is new, and older rows that an event or an operator has moved.
    taken: (since) => sql`(state IN ('owed', 'sending', 'uncertain') OR due_at >= ${since.course}
      OR accepted_at >= ${since.course}
      OR batch_id IN (SELECT id FROM batches WHERE ${frozenOfLate(since)})
      OR batch_id IN ${settledByHand(since)}
      OR id IN (SELECT delivery_id FROM events WHERE at >= ${since.machine}))`,
    rest: 'stays',
  },
  {
    table: schema.strangers,
    key: ['hash', 'what', 'at'],
    rest: { goes: true, born: course('at') },
    replaced: true,
  },
  { table: schema.links, key: ['id'], rest: { goes: true, born: course('created_at') } },
  { table: schema.devices, key: ['id'], rest: { goes: true, born: course('created_at') } },
  // All of it: an entry may have been sealed under another key since, which no date of it tells.
  { table: schema.logEntries, key: ['subscriber_id', 'lesson'], leave: ['id'], rest: 'stays' },
  { table: schema.suppressions, key: ['hash'], rest: { goes: true, born: course('at') } },
  { table: schema.erasures, key: ['hash'], taken: at('erased_at'), rest: 'stays' },
  // Erased anew, they are kept from then on: backups of the time between know them again.
  {
    table: schema.erasedSubscribers,
    key: ['subscriber_id'],
    taken: at('erased_at'),
    rest: 'stays',
    newOnly: true,
  },
  {
    table: schema.events,
    key: ['id'],
    taken: (since) => sql`at >= ${since.machine}`,
    rest: 'stays',
  },
  {
    table: schema.acts,
    // All of it: what an erasure or a purge has taken out of a row makes it another.
    key: ['at', 'actor', 'verb', 'subscriber_id', 'subject', 'address_hash', 'reason'],
    leave: ['id'],
    taken: at('at'),
    rest: { goes: true, born: course('at') },
  },
  {
    table: schema.halts,
    key: ['scope'],
    rest: { goes: true, born: { column: 'since', clock: 'machine' } },
  },
  { table: schema.pace, key: ['lane'], rest: 'stays' },
  {
    table: schema.mailbox,
    key: ['batch_key', 'position'],
    leave: ['id'],
    taken: at('at'),
    rest: 'stays',
    newOnly: true,
  },
  // Its signs of life are the restored database's own; only a local run's clock never goes back.
  {
    table: schema.pulse,
    key: ['id'],
    leave: PULSE.filter((column) => column !== 'clock_offset'),
    rest: 'stays',
  },
];

export function nameOf({ table }: Pick<Way, 'table'>): string {
  return getTableConfig(table).name;
}

/** The columns of a table that are carried over, as the schema has them. */
export function columnsOf({ table, leave = [] }: Pick<Way, 'table' | 'leave'>): string[] {
  return getTableConfig(table)
    .columns.map(({ name }) => name)
    .filter((name) => !leave.includes(name));
}
