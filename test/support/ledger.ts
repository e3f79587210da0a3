import { env } from 'cloudflare:workers';
import { and, eq, isNotNull, type SQL, sql } from 'drizzle-orm';
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core';
import { MIN_GAP } from '../../src/course/schedule.ts';
import { createDatabase } from '../../src/db/client.ts';
import { bare } from '../../src/db/names.ts';
import {
  acts,
  batches,
  contents,
  counts,
  deliveries,
  departures,
  devices,
  enrollments,
  entries,
  erasedSubscribers,
  erasures,
  events,
  halts,
  links,
  logEntries,
  mailbox,
  members,
  operators,
  pace,
  providers,
  pulse,
  retiredKeys,
  sessions,
  shares,
  signups,
  staff,
  strangers,
  subscribers,
  suppressions,
  weeks,
} from '../../src/db/schema.ts';
import type { TestContext } from './course.ts';
import { faultyD1, faultyMailer, type Process } from './faults.ts';
import type { HonestMailer } from './mailer.ts';
import { batch, orm, pick, query } from './rows.ts';

/** Whoever points at another stands before it. */
const TABLES = [
  mailbox,
  events,
  deliveries,
  batches,
  links,
  devices,
  logEntries,
  sessions,
  entries,
  members,
  operators,
  staff,
  shares,
  departures,
  weeks,
  counts,
  enrollments,
  signups,
  subscribers,
  suppressions,
  strangers,
  halts,
  contents,
  acts,
  erasures,
  erasedSubscribers,
  retiredKeys,
  providers,
];

const [p, u] = [bare(pace), bare(pulse)];
const EMPTIED = [
  ...TABLES.map((table) => sql`DELETE FROM ${table}`),
  sql`UPDATE ${pace} SET ${p.nextFree} = 0, ${p.day} = 0, ${p.sent} = 0`,
  // The next course may begin at an earlier time.
  sql`UPDATE ${pulse} SET ${u.clockOffset} = 0, ${u.lastTick} = NULL, ${u.complaint} = NULL,
    ${u.alerts} = NULL, ${u.choresAt} = 0, ${u.redateFrom} = NULL, ${u.failedAt} = NULL`,
];

/** An empty ledger, faster than a new database. */
export async function emptyLedger(): Promise<void> {
  await batch(EMPTIED);
}

/** The same course as a process sees it that dies or stumbles. */
export function inProcess(calm: TestContext, mailer: HonestMailer, process: Process): TestContext {
  return {
    ...calm,
    db: createDatabase(faultyD1(env.DB, process)),
    mailer: faultyMailer(mailer, process),
    wake: (lane) => process.io(() => calm.wake(lane)),
  };
}

/**
 * What was accepted twice, out of order, or within four days of the one before. A lesson that the
 * operator has sent once more after a later one has no place in the order.
 *
 * @param gone deliveries of those that are not in the ledger any more
 */
export async function brokenPromises(
  mailer: HonestMailer,
  gone: ReadonlySet<number> = new Set(),
): Promise<string[]> {
  const wrong: string[] = [];
  const resent = new Set([...gone, ...(await resends())]);
  const once = new Set<string>();
  const last = new Map<string, { lesson: number; at: number }>();
  for (const mail of mailer.accepted) {
    const name = `${mail.to} ${mail.kind} ${mail.lesson ?? ''}`;
    if (once.has(name)) wrong.push(`twice: ${name}`);
    once.add(name);
    if (mail.lesson === null || resent.has(mail.delivery)) continue;
    const before = last.get(mail.to);
    if (before && mail.lesson <= before.lesson) wrong.push(`out of order: ${name}`);
    if (before && mail.at - before.at < MIN_GAP) wrong.push(`within four days: ${name}`);
    last.set(mail.to, { lesson: mail.lesson, at: mail.at });
  }
  return wrong;
}

/** Deliveries of lessons that are sent once more. */
export async function resends(): Promise<number[]> {
  const found = await pick(deliveries, ['id'], { kind: 'resend' });
  return found.map(({ id }) => id);
}

/**
 * Lessons that a learner should have had by now and has not, where nothing was reported uncertain or
 * failed, and nobody had said goodbye when it would have been sent after a later one.
 */
export async function missingLessons(mailer: HonestMailer, from: number): Promise<string[]> {
  const wrong: string[] = [];
  const excused = new Set(
    (
      await query<{ name: string }>(
        sql`SELECT ${deliveries.enrollmentId} || ' ' || ${deliveries.lesson} AS name FROM ${deliveries}
          WHERE ${deliveries.state} = 'uncertain'
            OR (${deliveries.kind} = 'resend' AND ${deliveries.state} IN ('skipped', 'failed'))
            OR ${deliveries.id} IN (SELECT ${events.deliveryId} FROM ${events}
              WHERE ${events.kind} = 'refused')`,
      )
    ).map((row) => row.name),
  );
  const learners = await orm
    .select({ id: enrollments.id, email: subscribers.email, nextLesson: enrollments.nextLesson })
    .from(enrollments)
    .innerJoin(subscribers, eq(subscribers.id, enrollments.subscriberId));
  for (const { id, email, nextLesson } of learners) {
    const had = mailer.accepted.filter((mail) => mail.to === email && mail.kind === 'lesson');
    for (let lesson = from; lesson < Math.min(nextLesson, 9); lesson++) {
      if (had.some((mail) => mail.lesson === lesson) || excused.has(`${id} ${lesson}`)) continue;
      wrong.push(`learner ${id} never had lesson ${lesson}`);
    }
  }
  return wrong;
}

const runs = sql`(${enrollments.state} IN ('active', 'paused'))`;

const NEVER = {
  'an open batch': sql`SELECT count(*) FROM ${batches} WHERE ${batches.state} = 'open'`,
  'a delivery on its way': sql`SELECT count(*) FROM ${deliveries}
    WHERE ${deliveries.state} IN ('sending', 'owed')`,
  'a due time that must not be': sql`SELECT count(*) FROM ${enrollments}
    WHERE ${enrollments.nextAt} IS NOT NULL AND ${enrollments.state} <> 'active'`,
  'a learner whom nothing will reach': sql`SELECT count(*) FROM ${enrollments}
    WHERE ${enrollments.nextAt} IS NULL AND ${enrollments.state} = 'active'`,
  'an address kept in a settled batch': sql`SELECT count(*) FROM ${batches}
    WHERE ${batches.state} <> 'open' AND ${batches.frozen} IS NOT NULL`,
};

/** What must not be in a ledger that has come to rest. */
export function unrest(): Promise<string[]> {
  return there(NEVER);
}

/** The names of the queries that count more than nothing. */
async function there(counts: Record<string, SQL>): Promise<string[]> {
  const found = await batch(Object.values(counts));
  return Object.keys(counts).filter((_, at) => {
    const [row] = found[at] ?? [];
    return Number(row && Object.values(row)[0]) > 0;
  });
}

const nobody = (subscriberId: SQLiteColumn) => sql`${subscriberId} NOT IN (
  SELECT ${subscribers.id} FROM ${subscribers} WHERE ${subscribers.eraseRequestedAt} IS NULL)`;

const NEVER_AT_ANY_MOMENT = {
  'a due time without a course that runs': NEVER['a due time that must not be'],
  'a due time while its lesson is on its way': sql`SELECT count(*) FROM ${enrollments}
    JOIN ${deliveries} ON ${deliveries.enrollmentId} = ${enrollments.id}
      AND ${deliveries.lesson} = ${enrollments.nextLesson}
    WHERE ${enrollments.nextAt} IS NOT NULL AND ${deliveries.lane} = 'lesson'
      AND ${deliveries.state} NOT IN ('skipped', 'failed')`,
  'a pause with a date that is not the learner’s own': sql`SELECT count(*) FROM ${enrollments}
    WHERE ${enrollments.resumeAt} IS NOT NULL
      AND (${enrollments.state} <> 'paused' OR ${enrollments.pauseReason} IS NOT NULL)`,
  'a lesson owed twice': sql`SELECT count(*) FROM (SELECT 1 FROM ${deliveries}
    WHERE ${deliveries.lane} = 'lesson' AND ${deliveries.state} NOT IN ('skipped', 'failed')
    GROUP BY ${deliveries.enrollmentId}, ${deliveries.lesson} HAVING count(*) > 1)`,
  'two courses of one learner': sql`SELECT count(*) FROM (SELECT 1 FROM ${enrollments}
    WHERE ${runs} GROUP BY ${enrollments.subscriberId} HAVING count(*) > 1)`,
  'a course that runs after a goodbye': sql`SELECT count(*) FROM ${enrollments}
    JOIN ${subscribers} ON ${subscribers.id} = ${enrollments.subscriberId}
    WHERE ${runs} AND ${subscribers.unsubscribedAt} IS NOT NULL`,
  'two nudges in one course': sql`SELECT count(*) FROM (SELECT 1 FROM ${deliveries}
    WHERE ${deliveries.kind} = 'nudge' AND ${deliveries.state} <> 'skipped'
    GROUP BY ${deliveries.enrollmentId} HAVING count(*) > 1)`,
  'something left of an erased person': sql`SELECT count(*) FROM ${logEntries}
    WHERE ${nobody(logEntries.subscriberId)}`,
  'a device of nobody': sql`SELECT count(*) FROM ${devices} WHERE ${nobody(devices.subscriberId)}`,
  'a log that anybody can read': sql`SELECT count(*) FROM ${logEntries}
    WHERE ${logEntries.text} <> ''`,
  'more mail than anybody may cause': sql`WITH mails AS (
      SELECT ${deliveries.toHash} AS whose, ${deliveries.dueAt} AS came,
          ${deliveries.kind} = 'address' AS strange FROM ${deliveries}
        WHERE ${deliveries.kind} IN ('confirm', 'already-enrolled', 'address')
          AND ${deliveries.state} NOT IN ('skipped', 'failed', 'bounced')
      UNION ALL SELECT ${strangers.hash}, ${strangers.at}, 0 FROM ${strangers}
        WHERE ${strangers.what} = 'mail'),
    tallied AS (SELECT strange,
        (SELECT count(*) FROM mails n WHERE n.whose = m.whose AND n.came <= m.came
          AND n.came > m.came - 86400) AS in_day,
        (SELECT count(*) FROM mails n WHERE n.whose = m.whose AND n.came <= m.came
          AND n.came > m.came - 2592000) AS in_month FROM mails m)
    SELECT count(*) FROM tallied WHERE in_day > CASE WHEN strange THEN 1 ELSE 3 END
      OR in_month > CASE WHEN strange THEN 3 ELSE 10 END`,
  'a link of nobody': sql`SELECT count(*) FROM ${links} WHERE ${nobody(links.subscriberId)}`,
};

/** What must not be in a ledger at any moment, whatever learners press. */
export function broken(): Promise<string[]> {
  return there(NEVER_AT_ANY_MOMENT);
}

/** Lessons of one learner that were accepted within four days of another, but for those asked for. */
export async function tooClose(): Promise<string[]> {
  const lessons = await orm
    .select({
      subscriber: deliveries.subscriberId,
      lesson: deliveries.lesson,
      at: deliveries.acceptedAt,
      asked: sql<number>`${deliveries.dueAt} IS ${enrollments.askedAt}`,
    })
    .from(deliveries)
    .innerJoin(enrollments, eq(enrollments.id, deliveries.enrollmentId))
    .where(and(eq(deliveries.lane, 'lesson'), isNotNull(deliveries.acceptedAt)))
    .orderBy(deliveries.subscriberId, deliveries.acceptedAt);
  return lessons.flatMap((row, index) => {
    const before = lessons[index - 1];
    if (before?.subscriber !== row.subscriber || row.asked === 1) return [];
    return Number(row.at) - Number(before.at) < MIN_GAP
      ? [`lesson ${row.lesson} within four days`]
      : [];
  });
}
