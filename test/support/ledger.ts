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
  'enrollments',
  'signups',
  'subscribers',
  'suppressions',
  'halts',
  'contents',
];

/** An empty ledger, faster than a new database. */
export async function emptyLedger(): Promise<void> {
  await env.DB.batch([
    ...TABLES.map((table) => env.DB.prepare(`DELETE FROM ${table}`)),
    env.DB.prepare('UPDATE pace SET next_free = 0, day = 0, sent = 0'),
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

/** What was accepted twice, out of order, or within four days of the one before. */
export function brokenPromises(mailer: HonestMailer): string[] {
  const wrong: string[] = [];
  const once = new Set<string>();
  const last = new Map<string, { lesson: number; at: number }>();
  for (const mail of mailer.accepted) {
    const name = `${mail.to} ${mail.kind} ${mail.lesson ?? ''}`;
    if (once.has(name)) wrong.push(`twice: ${name}`);
    once.add(name);
    if (mail.lesson === null) continue;
    const before = last.get(mail.to);
    if (before && mail.lesson <= before.lesson) wrong.push(`out of order: ${name}`);
    if (before && mail.at - before.at < MIN_GAP) wrong.push(`within four days: ${name}`);
    last.set(mail.to, { lesson: mail.lesson, at: mail.at });
  }
  return wrong;
}

/** Lessons that a learner should have had by now and has not, where nothing was reported uncertain. */
export async function missingLessons(mailer: HonestMailer, from: number): Promise<string[]> {
  const wrong: string[] = [];
  const uncertain = new Set(
    (
      await rows<{ name: string }>(
        "SELECT enrollment_id || ' ' || lesson AS name FROM deliveries WHERE state = 'uncertain'",
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
      if (had.some((mail) => mail.lesson === lesson) || uncertain.has(`${id} ${lesson}`)) continue;
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
