import { type Column, getTableColumns, getTableName, type SQL, sql } from 'drizzle-orm';
import type { SQLiteTable } from 'drizzle-orm/sqlite-core';
import { figure } from '../db/names.ts';
import * as schema from '../db/tables.ts';

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
  key: Column[];
  /** Which rows are taken along; all of them where it is left out. */
  taken?: (since: Since) => SQL;
  /**
   * What becomes of a restored row that was not taken along though it is one of those which are.
   * `stays`: it was lost. `goes`: rows of this table are deleted on purpose, so it was, unless it was
   * made since; `born` says when.
   */
  rest: 'stays' | { goes: true; born: { column: Column; clock: 'course' | 'machine' } };
  /** Columns that mean nothing outside their database. */
  leave?: Column[];
  /** Restored rows stay as they are where they are known already. */
  newOnly?: boolean;
  /** Nothing tells two rows apart: all that was taken along takes the place of all that there is. */
  replaced?: boolean;
}

const {
  contents,
  providers,
  retiredKeys,
  sightings,
  pageChecks,
  logos,
  shares,
  departures,
  weeks,
  counts,
  subscribers,
  signups,
  enrollments,
  batches,
  deliveries,
  strangers,
  links,
  devices,
  logEntries,
  staff,
  members,
  operators,
  entries,
  sessions,
  suppressions,
  erasures,
  erasedSubscribers,
  events,
  acts,
  halts,
  pace,
  mailbox,
  pulse,
  kept,
  texts,
  editions,
  adoptions,
  claims,
  tries,
  itemCounts,
  evaluations,
  certificates,
  prints,
} = schema;

const course = (column: Column) => ({ column, clock: 'course' as const });
const at = (column: Column) => (since: Since) => sql`${column} >= ${figure(since.course)}`;

/** Batches that an operator has settled of late: they may be much older. */
const settledByHand = (since: Since) => sql`(SELECT CAST(substr(${acts.subject}, 7) AS INTEGER)
  FROM ${acts} WHERE ${acts.subject} LIKE 'batch:%' AND ${acts.at} >= ${since.course})`;
const frozenOfLate = (since: Since) => sql`${batches.frozenAt} >= ${since.machine * 1000}`;

/**
 * Every table of the database, in the order in which they are put back: what is referred to first. They
 * are taken along the other way round, so that nothing refers to a row that was made meanwhile.
 */
export const WAYS: Way[] = [
  {
    table: contents,
    key: [contents.hash],
    taken: at(contents.storedAt),
    rest: 'stays',
    newOnly: true,
  },
  { table: providers, key: [providers.id], rest: 'stays' },
  { table: retiredKeys, key: [retiredKeys.key], rest: 'stays' },
  {
    table: sightings,
    key: [sightings.providerId, sightings.page, sightings.way, sightings.key],
    leave: [sightings.id],
    rest: { goes: true, born: course(sightings.firstAt) },
  },
  {
    table: pageChecks,
    key: [pageChecks.providerId, pageChecks.page, pageChecks.at, pageChecks.found],
    leave: [pageChecks.id],
    rest: { goes: true, born: course(pageChecks.at) },
  },
  // Taken out only with the last provider that shows it, and never changed.
  { table: logos, key: [logos.hash], rest: 'stays', newOnly: true },
  { table: subscribers, key: [subscribers.id], rest: 'stays' },
  {
    table: signups,
    key: [signups.id],
    taken: (
      since,
    ) => sql`(${signups.confirmedAt} IS NULL OR ${signups.confirmedAt} >= ${since.course}
      OR ${signups.createdAt} >= ${since.course})`,
    rest: 'stays',
  },
  { table: enrollments, key: [enrollments.id], rest: 'stays' },
  { table: shares, key: [shares.ref], leave: [shares.id], rest: 'stays' },
  { table: departures, key: [departures.ref], taken: at(departures.at), rest: 'stays' },
  { table: weeks, key: [weeks.providerId, weeks.week], rest: 'stays' },
  // What is kept of a count is counted anew by whoever looks.
  {
    table: counts,
    key: [counts.providerId],
    leave: [counts.dueAt, counts.soFar],
    rest: 'stays',
  },
  {
    table: batches,
    key: [batches.id],
    taken: (since) => sql`(${batches.state} IN ('open', 'uncertain') OR ${frozenOfLate(since)}
      OR ${batches.id} IN ${settledByHand(since)})`,
    rest: 'stays',
  },
  {
    table: deliveries,
    key: [deliveries.id],
    // Whatever is not settled, whatever is new, and older rows that an event or an operator has moved.
    taken: (since) => sql`(${deliveries.state} IN ('owed', 'sending', 'uncertain')
      OR ${deliveries.dueAt} >= ${since.course} OR ${deliveries.acceptedAt} >= ${since.course}
      OR ${deliveries.batchId} IN (SELECT ${batches.id} FROM ${batches} WHERE ${frozenOfLate(since)})
      OR ${deliveries.batchId} IN ${settledByHand(since)}
      OR ${deliveries.id} IN (SELECT ${events.deliveryId} FROM ${events}
        WHERE ${events.at} >= ${since.machine}))`,
    rest: 'stays',
  },
  {
    table: strangers,
    key: [strangers.hash, strangers.what, strangers.at],
    rest: { goes: true, born: course(strangers.at) },
    replaced: true,
  },
  { table: links, key: [links.id], rest: { goes: true, born: course(links.createdAt) } },
  { table: devices, key: [devices.id], rest: { goes: true, born: course(devices.createdAt) } },
  { table: staff, key: [staff.id], rest: { goes: true, born: course(staff.createdAt) } },
  { table: members, key: [members.id], rest: { goes: true, born: course(members.createdAt) } },
  {
    table: operators,
    key: [operators.staffId],
    rest: { goes: true, born: course(operators.createdAt) },
  },
  { table: entries, key: [entries.id], rest: { goes: true, born: course(entries.createdAt) } },
  {
    table: sessions,
    key: [sessions.id],
    rest: { goes: true, born: { column: sessions.createdAt, clock: 'machine' } },
  },
  // All of it: an entry may have been sealed under another key since, which no date of it tells.
  {
    table: logEntries,
    key: [logEntries.subscriberId, logEntries.lesson],
    leave: [logEntries.id],
    rest: 'stays',
  },
  {
    table: suppressions,
    key: [suppressions.hash],
    rest: { goes: true, born: course(suppressions.at) },
  },
  { table: erasures, key: [erasures.hash], taken: at(erasures.erasedAt), rest: 'stays' },
  // Erased anew, they are kept from then on: backups of the time between know them again.
  {
    table: erasedSubscribers,
    key: [erasedSubscribers.subscriberId],
    taken: at(erasedSubscribers.erasedAt),
    rest: 'stays',
    newOnly: true,
  },
  {
    table: events,
    key: [events.id],
    taken: (since) => sql`${events.at} >= ${since.machine}`,
    rest: 'stays',
  },
  {
    table: acts,
    // All of it: what an erasure or a purge has taken out of a row makes it another.
    key: allOf(acts, { but: [acts.id] }),
    leave: [acts.id],
    taken: at(acts.at),
    rest: { goes: true, born: course(acts.at) },
  },
  {
    table: halts,
    key: [halts.scope],
    rest: { goes: true, born: { column: halts.since, clock: 'machine' } },
  },
  { table: pace, key: [pace.lane], rest: 'stays' },
  {
    table: mailbox,
    key: [mailbox.batchKey, mailbox.position],
    leave: [mailbox.id],
    taken: at(mailbox.at),
    rest: 'stays',
    newOnly: true,
  },
  // Its signs of life are the restored database's own; only a local run's clock never goes back, and the
  // cap is the operator's.
  {
    table: pulse,
    key: [pulse.id],
    leave: allOf(pulse, { but: [pulse.id, pulse.clockOffset, pulse.cap] }),
    rest: 'stays',
  },
  { table: texts, key: [texts.hash], rest: 'stays', newOnly: true },
  { table: editions, key: [editions.hash], rest: 'stays', newOnly: true },
  { table: adoptions, key: [adoptions.id], rest: 'stays' },
  // A claim that is issued stays so: an open one would bring a second certificate.
  { table: claims, key: [claims.id], rest: 'stays' },
  { table: tries, key: [tries.id], rest: { goes: true, born: course(tries.openedAt) } },
  {
    table: itemCounts,
    key: [itemCounts.providerId, itemCounts.edition, itemCounts.item],
    leave: [itemCounts.id],
    rest: 'stays',
  },
  // No instant tells which of them are new, on purpose: an id does.
  { table: evaluations, key: [evaluations.id], rest: 'stays' },
  // All of them: a later change of one has no date of its own, and boards have its number.
  { table: certificates, key: [certificates.number], rest: 'stays' },
  { table: prints, key: [prints.hash], rest: 'stays', newOnly: true },
  // Whatever was kept is asked for anew.
  { table: kept, key: [kept.name], taken: () => sql`0`, rest: 'stays' },
];

export function nameOf({ table }: Pick<Way, 'table'>): string {
  return getTableName(table);
}

/** The columns of a table that are carried over, as the schema has them. */
export function columnsOf({ table, leave = [] }: Pick<Way, 'table' | 'leave'>): Column[] {
  return allOf(table, { but: leave });
}

function allOf(table: SQLiteTable, { but }: { but: Column[] }): Column[] {
  return Object.values<Column>(getTableColumns(table)).filter((column) => !but.includes(column));
}
