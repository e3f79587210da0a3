import { env } from 'cloudflare:workers';
import { MIN_GAP } from '../../src/course/schedule.ts';
import { createDatabase } from '../../src/db/client.ts';
import type { TestContext } from './course.ts';
import { rows, value } from './course.ts';
import { faultyD1, faultyMailer, type Process } from './faults.ts';
import type { HonestMailer } from './mailer.ts';

const TABLES = [
  'mailbox',
  'events',
  'deliveries',
  'batches',
  'links',
  'devices',
  'log_entries',
  'enrollments',
  'signups',
  'subscribers',
  'suppressions',
  'strangers',
  'halts',
  'strangers',
  'contents',
  'acts',
  'erasures',
  'erased_subscribers',
  'retired_keys',
  'providers',
];

/** An empty ledger, faster than a new database. */
export async function emptyLedger(): Promise<void> {
  await env.DB.batch([
    ...TABLES.map((table) => env.DB.prepare(`DELETE FROM ${table}`)),
    env.DB.prepare('UPDATE pace SET next_free = 0, day = 0, sent = 0'),
    // The next course may begin at an earlier time.
    env.DB.prepare(`UPDATE pulse SET clock_offset = 0, last_tick = NULL, complaint = NULL, alerts = NULL, chores_at = 0,
      redate_from = NULL, failed_at = NULL`),
  ]);
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
  const found = await rows<{ id: number }>("SELECT id FROM deliveries WHERE kind = 'resend'");
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
      await rows<{ name: string }>(
        `SELECT enrollment_id || ' ' || lesson AS name FROM deliveries
         WHERE state = 'uncertain' OR (kind = 'resend' AND state IN ('skipped', 'failed'))
           OR id IN (SELECT delivery_id FROM events WHERE kind = 'refused')`,
      )
    ).map((row) => row.name),
  );
  for (const { id, email, next_lesson } of await rows<{
    id: number;
    email: string;
    next_lesson: number;
  }>(
    `SELECT e.id, s.email, e.next_lesson FROM enrollments e
     JOIN subscribers s ON s.id = e.subscriber_id`,
  )) {
    const had = mailer.accepted.filter((mail) => mail.to === email && mail.kind === 'lesson');
    for (let lesson = from; lesson < Math.min(next_lesson, 9); lesson++) {
      if (had.some((mail) => mail.lesson === lesson) || excused.has(`${id} ${lesson}`)) continue;
      wrong.push(`learner ${id} never had lesson ${lesson}`);
    }
  }
  return wrong;
}

const NEVER = {
  'an open batch': "SELECT count(*) FROM batches WHERE state = 'open'",
  'a delivery on its way': "SELECT count(*) FROM deliveries WHERE state IN ('sending', 'owed')",
  'a due time that must not be':
    "SELECT count(*) FROM enrollments WHERE next_at IS NOT NULL AND state <> 'active'",
  'a learner whom nothing will reach':
    "SELECT count(*) FROM enrollments WHERE next_at IS NULL AND state = 'active'",
  'an address kept in a settled batch':
    "SELECT count(*) FROM batches WHERE state <> 'open' AND frozen IS NOT NULL",
};

/** What must not be in a ledger that has come to rest. */
export async function unrest(): Promise<string[]> {
  const wrong: string[] = [];
  for (const [what, query] of Object.entries(NEVER)) {
    if (Number(await value(query)) > 0) wrong.push(what);
  }
  return wrong;
}

const NEVER_AT_ANY_MOMENT = {
  'a due time without a course that runs':
    "SELECT count(*) FROM enrollments WHERE next_at IS NOT NULL AND state <> 'active'",
  'a due time while its lesson is on its way': `SELECT count(*) FROM enrollments e
    JOIN deliveries d ON d.enrollment_id = e.id AND d.lesson = e.next_lesson
    WHERE e.next_at IS NOT NULL AND d.lane = 'lesson' AND d.state NOT IN ('skipped', 'failed')`,
  'a pause with a date that is not the learner’s own': `SELECT count(*) FROM enrollments
    WHERE resume_at IS NOT NULL AND (state <> 'paused' OR pause_reason IS NOT NULL)`,
  'a lesson owed twice': `SELECT count(*) FROM (SELECT 1 FROM deliveries
    WHERE lane = 'lesson' AND state NOT IN ('skipped', 'failed')
    GROUP BY enrollment_id, lesson HAVING count(*) > 1)`,
  'two courses of one learner': `SELECT count(*) FROM (SELECT 1 FROM enrollments
    WHERE state IN ('active', 'paused') GROUP BY subscriber_id HAVING count(*) > 1)`,
  'a course that runs after a goodbye': `SELECT count(*) FROM enrollments e
    JOIN subscribers s ON s.id = e.subscriber_id
    WHERE e.state IN ('active', 'paused') AND s.unsubscribed_at IS NOT NULL`,
  'two nudges in one course': `SELECT count(*) FROM (SELECT 1 FROM deliveries WHERE kind = 'nudge'
    AND state <> 'skipped' GROUP BY enrollment_id HAVING count(*) > 1)`,
  'something left of an erased person': `SELECT count(*) FROM log_entries
    WHERE subscriber_id NOT IN (SELECT id FROM subscribers WHERE erase_requested_at IS NULL)`,
  'a device of nobody': `SELECT count(*) FROM devices
    WHERE subscriber_id NOT IN (SELECT id FROM subscribers WHERE erase_requested_at IS NULL)`,
  'a log that anybody can read': `SELECT count(*) FROM log_entries WHERE text <> ''`,
  'more mail than anybody may cause': `WITH mails AS (
      SELECT to_hash AS hash, due_at AS at, kind = 'address' AS strange FROM deliveries
        WHERE kind IN ('confirm', 'already-enrolled', 'address')
          AND state NOT IN ('skipped', 'failed', 'bounced')
      UNION ALL SELECT hash, at, 0 FROM strangers WHERE what = 'mail'),
    counts AS (SELECT strange,
        (SELECT count(*) FROM mails n WHERE n.hash = m.hash AND n.at <= m.at
          AND n.at > m.at - 86400) AS day,
        (SELECT count(*) FROM mails n WHERE n.hash = m.hash AND n.at <= m.at
          AND n.at > m.at - 2592000) AS month FROM mails m)
    SELECT count(*) FROM counts WHERE day > CASE WHEN strange THEN 1 ELSE 3 END
      OR month > CASE WHEN strange THEN 3 ELSE 10 END`,
  'a link of nobody': `SELECT count(*) FROM links
    WHERE subscriber_id NOT IN (SELECT id FROM subscribers WHERE erase_requested_at IS NULL)`,
};

/** What must not be in a ledger at any moment, whatever learners press. */
export async function broken(): Promise<string[]> {
  const wrong: string[] = [];
  for (const [what, query] of Object.entries(NEVER_AT_ANY_MOMENT)) {
    if (Number(await value(query)) > 0) wrong.push(what);
  }
  return wrong;
}

/** Lessons of one learner that were accepted within four days of another, but for those asked for. */
export async function tooClose(): Promise<string[]> {
  const lessons = await rows<{ subscriber: number; lesson: number; at: number; asked: number }>(
    `SELECT d.subscriber_id AS subscriber, d.lesson, d.accepted_at AS at,
       d.due_at IS e.asked_at AS asked
     FROM deliveries d JOIN enrollments e ON e.id = d.enrollment_id
     WHERE d.lane = 'lesson' AND d.accepted_at IS NOT NULL ORDER BY d.subscriber_id, d.accepted_at`,
  );
  return lessons.flatMap((row, index) => {
    const before = lessons[index - 1];
    if (before?.subscriber !== row.subscriber || row.asked === 1) return [];
    return row.at - before.at < MIN_GAP ? [`lesson ${row.lesson} within four days`] : [];
  });
}
