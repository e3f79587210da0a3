import { type SQL, sql } from 'drizzle-orm';
import { DAY, millisOf } from '../clock.ts';
import { CLOSING_NOTE, compiledMails } from '../course/course.ts';
import { nextLessonAt } from '../course/schedule.ts';
import type { Database } from '../db/client.ts';
import { randomRowId } from '../db/statements.ts';
import { type FrozenRow, UNCERTAIN_AFTER } from '../delivery/delivery.ts';
import { finish } from '../delivery/finish.ts';
import { isStep, type Kind } from '../delivery/kinds.ts';
import { mendUndated } from '../delivery/mend-undated.ts';
import { giveBack } from '../delivery/store/outcome.ts';
import { proveSent } from '../delivery/store/settle.ts';
import { completed, movedOn, stays, stepInFlight } from '../enrollment/transitions.ts';
import { bareAddress } from '../mailer/mailer.ts';
import type { RestoreContext } from './context.ts';
import type { Luggage } from './luggage.ts';
import { type LedgerRow, match, type Sighting } from './match.ts';
import { parts } from './store.ts';

/** The record is read from a little earlier on, in milliseconds: its clock is not ours. */
const SLACK = 600_000;

/** Rows of one page. */
const PAGE = 2_000;

/** What the mailer's record told. */
export interface Settled {
  /** Mails of ours in it. */
  mails: number;
  /** Rows that turned out to be sent, and rows that are owed again. */
  sent: number;
  owed: number;
  /** Batches that wait for another attempt under their own key, which the mailer takes once. */
  repeated: number;
  /** Mails that the restored database had never heard of and now has as sent. */
  learned: number;
  /** Mails to addresses that nobody here has. */
  strangers: number;
  /** How many mails had to be asked for one by one. */
  looked: number;
}

/** What a mail is, for comparing: its kind, and of which lesson. */
function mailName(kind: string, lesson: number | null): string {
  return kind === 'lesson' || kind === 'resend' ? `lesson:${lesson}` : kind;
}

interface OpenRow extends LedgerRow {
  kind: Kind;
  lesson: number | null;
  state: string;
  batch: number | null;
}

interface Batch {
  id: number;
  state: string;
  frozenAt: number;
  rows: FrozenRow[];
}

/**
 * Settles by the mailer's own record whatever the ledger does not know: what was on its way or owed is
 * sent where the record shows it, and owed as before where it does not. What the ledger has never heard
 * of is written down, so that no lesson goes out again. Done twice, it changes nothing more.
 *
 * @param moment course time, epoch seconds
 */
export async function settleByRecord(
  ctx: RestoreContext,
  moment: number,
  luggage: Luggage | null,
): Promise<Settled> {
  const { db, clock, record } = ctx;
  const ahead = clock.now() - Math.floor(clock.machine() / 1000);
  const batches = await readBatches(db);
  const open = batches.filter(({ state }) => state === 'open').map(({ frozenAt }) => frozenAt);
  const since = Math.min((moment - ahead) * 1000, ...open) - SLACK;
  const rows = await readRows(db, Math.floor(since / 1000) + ahead, ahead, batches, luggage);
  const settled: Settled = {
    mails: 0,
    sent: 0,
    owed: 0,
    repeated: 0,
    learned: 0,
    strangers: 0,
    looked: 0,
  };

  const subjects = await readSubjects(db);
  const senders = await readSenders(db);
  const sightings: Sighting[] = [];
  for await (const mail of record.list(since)) {
    if (mail.failed || (senders.size > 0 && !senders.has(mail.from))) continue;
    settled.mails += 1;
    const names = subjects.get(mail.subject);
    sightings.push({ mail, is: names?.size === 1 ? ([...names][0] ?? null) : null });
  }
  const people = await readPeople(db, [...new Set(sightings.map(({ mail }) => mail.to))]);
  const addressed = new Set(rows.map(({ to }) => to));
  const ours = sightings.filter(({ mail }) => people.has(mail.to) || addressed.has(mail.to));
  settled.strangers = sightings.length - ours.length;

  const { shown, unexplained, doubtful } = match(rows, ours);
  const byId = new Map(rows.map((row) => [row.id, row]));
  const unknown: Unknown[] = unexplained.map(({ mail, is }) => ({
    mail,
    ...nameParts(is),
    id: null,
  }));
  for (const { mail } of doubtful) {
    settled.looked += 1;
    const tags = await record.tags(mail.id);
    const id = Number(tags?.delivery);
    const row = byId.get(id);
    if (row?.takenAt === null) shown.set(id, mail.at);
    if (row || !tags?.kind) continue;
    // Of a row that is settled for long, or that is skipped: nothing to learn.
    if (Number.isSafeInteger(id) && (await isKnown(db, id))) continue;
    const lesson = tags.lesson === undefined ? null : Number(tags.lesson);
    unknown.push({ mail, kind: tags.kind, lesson });
  }

  await settleBatches(ctx, batches, rows, shown, settled);
  await settleOwed(db, rows, shown, ahead, settled);
  // What a whole ledger does not explain was mailed to people who are gone since.
  const whole = luggage?.tables.has('deliveries') ?? false;
  if (!whole) settled.learned = await learn(db, unknown, people, ahead);
  return settled;
}

async function isKnown(db: Database, id: number): Promise<boolean> {
  return (await db.all(sql`SELECT 1 FROM deliveries WHERE id = ${id}`)).length > 0;
}

async function readBatches(db: Database): Promise<Batch[]> {
  const rows = await db.all<{ id: number; state: string; at: number; frozen: string | null }>(
    sql`SELECT id, state, frozen_at AS at, frozen FROM batches WHERE state IN ('open', 'uncertain')`,
  );
  return rows.map(({ id, state, at, frozen }) => ({
    id,
    state,
    frozenAt: at,
    rows: JSON.parse(frozen ?? '[]') as FrozenRow[],
  }));
}

/** What the record may show: every row that is not settled, and those that were sent since. */
async function readRows(
  db: Database,
  since: number,
  ahead: number,
  batches: Batch[],
  luggage: Luggage | null,
): Promise<OpenRow[]> {
  // What is frozen says best where it goes.
  const frozen = new Map(batches.flatMap((batch) => batch.rows.map((row) => [row.id, row.email])));
  const addresses = addressesBefore(luggage);
  const all: OpenRow[] = [];
  for (let last = 0; ; ) {
    const page = await db.all<{
      id: number;
      kind: Kind;
      lesson: number | null;
      state: string;
      batch: number | null;
      at: number | null;
      hash: string | null;
      email: string;
      own: string;
      linked: string | null;
    }>(
      sql`SELECT d.id, d.kind, d.lesson, d.state, d.batch_id AS batch, d.accepted_at AS at,
            d.to_hash AS hash, s.email, s.email_hash AS own, l.email AS linked
          FROM deliveries d CROSS JOIN subscribers s ON s.id = d.subscriber_id
            LEFT JOIN links l ON l.id = d.link_id
          WHERE d.id > ${last} AND (d.state IN ('owed', 'sending', 'uncertain')
            OR d.accepted_at >= ${since}) ORDER BY d.id LIMIT ${PAGE}`,
    );
    if (page.length === 0) return all;
    last = page.at(-1)?.id ?? 0;
    for (const { id, kind, lesson, state, batch, at, hash, email, own, linked } of page) {
      const former = hash === null || hash === own ? email : (linked ?? addresses.get(hash));
      all.push({
        id,
        kind,
        lesson,
        state,
        batch,
        to: (frozen.get(id) ?? former ?? '').toLowerCase(),
        mail: mailName(kind, lesson),
        takenAt: at === null ? null : (at - ahead) * 1000,
      });
    }
  }
}

/** Addresses by their hashes, as far as what was taken along knows them. */
function addressesBefore(luggage: Luggage | null): Map<string, string> {
  const pairs = [
    ...(luggage?.tables.get('links') ?? []),
    ...(luggage?.tables.get('subscribers') ?? []),
  ];
  return new Map(
    pairs.flatMap(({ email, email_hash: hash }) =>
      typeof email === 'string' && typeof hash === 'string' ? [[hash, email]] : [],
    ),
  );
}

/** Which mails a subject stands for: of every content ever stored, and of this build. */
async function readSubjects(db: Database): Promise<Map<string, Set<string>>> {
  const stored = await db.all<{ kind: string; lesson: number | null; subject: string }>(
    sql`SELECT kind, lesson, body ->> 'subject' AS subject FROM contents`,
  );
  const subjects = new Map<string, Set<string>>();
  for (const { kind, lesson, subject } of [...stored, ...compiledMails]) {
    subjects.set(subject, (subjects.get(subject) ?? new Set()).add(mailName(kind, lesson)));
  }
  return subjects;
}

/** The account may send for others too. */
async function readSenders(db: Database): Promise<Set<string>> {
  const rows = await db.all<{ sender: string }>(
    sql`SELECT DISTINCT mail_from AS sender FROM batches`,
  );
  return new Set(rows.map(({ sender }) => bareAddress(sender)));
}

/** Somebody by their address, with the newest course. */
interface Person {
  id: number;
  /** Course time: what was mailed to the address before was somebody else's. */
  since: number;
  enrollment: number | null;
}

async function readPeople(db: Database, addresses: string[]): Promise<Map<string, Person>> {
  const people = new Map<string, Person>();
  for (const part of parts(addresses)) {
    const rows = await db.all<Person & { email: string }>(
      sql`SELECT s.email, s.id, s.created_at AS since,
            (SELECT max(id) FROM enrollments WHERE subscriber_id = s.id) AS enrollment
          FROM json_each(${JSON.stringify(part)}) v CROSS JOIN subscribers s ON s.email = v.value`,
    );
    for (const { email, ...person } of rows) people.set(email, person);
  }
  return people;
}

/** Batches without an answer, and rows that are left of a batch which is closed. */
async function settleBatches(
  { db, clock, log }: RestoreContext,
  batches: Batch[],
  rows: OpenRow[],
  shown: Map<number, number>,
  settled: Settled,
): Promise<void> {
  const ahead = clock.now() - Math.floor(clock.machine() / 1000);
  const known = new Set(batches.filter(({ state }) => state === 'open').map(({ id }) => id));
  for (const batch of batches) {
    const mine = rows.filter((row) => row.batch === batch.id);
    const sent = mine.filter(({ id }) => shown.has(id));
    const at = Math.max(...sent.map(({ id }) => shown.get(id) ?? 0));
    if (batch.state === 'uncertain') {
      if (sent.length === 0) continue;
      await proveSent(db, batch.id, Math.floor(at / 1000) + ahead);
      settled.sent += mine.length;
      continue;
    }
    const waiting = mine.filter(({ state }) => state === 'sending');
    // Its key still holds: repeated as it is, it is taken once, whatever the record shows of late.
    if (sent.length === 0 && batch.frozenAt > clock.machine() - UNCERTAIN_AFTER) {
      if (waiting.length > 0) settled.repeated += 1;
      else await giveBack(db, batch.id, []);
      continue;
    }
    const owed = waiting.filter(({ id }) => !shown.has(id));
    await giveBack(
      db,
      batch.id,
      owed.map(({ id }) => id),
    );
    settled.owed += owed.length;
    if (sent.length === 0) continue;
    const then = { ...clock, now: () => Math.floor(at / 1000) + ahead };
    const left = batch.rows.filter(({ id }) => shown.has(id));
    await finish({ db, clock: then, log }, { id: batch.id, rows: left }, 'sent');
    settled.sent += sent.length;
  }
  const lost = rows.filter(({ state, batch, id }) => {
    return state === 'sending' && !known.has(batch ?? 0) && !shown.has(id);
  });
  for (const [batch, some] of Map.groupBy(lost, (row) => row.batch)) {
    await giveBack(
      db,
      batch,
      some.map(({ id }) => id),
    );
    settled.owed += some.length;
  }
}

/** What was owed, or on its way in a batch that is closed, and is shown. */
async function settleOwed(
  db: Database,
  rows: OpenRow[],
  shown: Map<number, number>,
  ahead: number,
  settled: Settled,
): Promise<void> {
  const sent = rows.flatMap(({ id, state }) => {
    const at = shown.get(id);
    return at === undefined || state === 'uncertain'
      ? []
      : [[id, Math.floor(at / 1000) + ahead, state]];
  });
  for (const part of parts(sent)) {
    const { sent } = await db.commit({
      sent: sql`UPDATE deliveries SET state = 'sent', accepted_at = v.value ->> 1
          FROM json_each(${JSON.stringify(part)}) v
          WHERE deliveries.id = v.value ->> 0 AND state IN ('owed', 'sending')
          RETURNING deliveries.id`,
    });
    settled.sent += sent.rows.length;
  }
}

/** A mail that the ledger has never heard of. */
interface Unknown {
  mail: Sighting['mail'];
  kind: string;
  lesson: number | null;
}

function nameParts(is: string | null): { kind: string; lesson: number | null } {
  const [kind = '', lesson] = (is ?? '').split(':');
  return { kind, lesson: lesson === undefined ? null : Number(lesson) };
}

/**
 * Writes down as sent what the restored database has never heard of. The first mail of a lesson that its
 * course does not have yet is that lesson; another is the lesson once more.
 */
async function learn(
  db: Database,
  unknown: Unknown[],
  people: Map<string, Person>,
  ahead: number,
): Promise<number> {
  let learned = 0;
  for (const { mail, kind, lesson } of unknown.toSorted((a, b) => a.mail.at - b.mail.at)) {
    const person = people.get(mail.to);
    const at = Math.floor(mail.at / 1000) + ahead;
    if (!person || at < person.since) continue;
    const step = kind === 'complete' ? CLOSING_NOTE : lesson;
    const row = (as: string, lane: string, enrollment: number | null, number: number | null) =>
      sql`INSERT INTO deliveries (id, kind, lane, subscriber_id, enrollment_id, lesson, state, due_at,
            accepted_at)
          SELECT ${randomRowId}, ${as}, ${lane}, ${person.id}, ${enrollment}, ${number}, 'sent', ${at}, ${at}
          WHERE true ON CONFLICT DO NOTHING`;
    if (isStep(kind) && person.enrollment !== null) {
      const { step: inserted } = await db.commit({
        step: row(kind, 'lesson', person.enrollment, step),
      });
      const added = inserted.changed > 0;
      if (!added && kind === 'lesson') {
        await db.commit({ again: row('resend', 'prompt', person.enrollment, step) });
      }
    } else if (kind === 'nudge') {
      await db.commit({
        nudge: [
          row(kind, 'prompt', person.enrollment, null),
          sql`UPDATE enrollments SET nudged_at = coalesce(nudged_at, ${at}), nudge_at = NULL
            WHERE id = ${person.enrollment}`,
        ],
      });
    } else {
      await db.commit({ mail: row(kind, 'prompt', null, lesson) });
    }
    learned += 1;
  }
  return learned;
}

/** An enrollment that stands before a step which was sent, or may have been. */
interface Behind {
  id: number;
  rev: number;
  weekday: number;
  time: string;
  zone: string;
  /** The latest such step, and when. */
  lesson: number;
  sentAt: number;
}

/**
 * Lets each course go on where the ledger says: after the latest step that was sent, at the learner's
 * next hour. One that is due and on its way is not due; one that nothing would reach gets a date.
 *
 * @returns how many courses stood elsewhere
 */
export async function recountCourses(ctx: RestoreContext): Promise<number> {
  const { db } = ctx;
  // `uncertain` counts as sent: a course goes on after it.
  const sent = sql`d.enrollment_id = enrollments.id AND d.lane = 'lesson'
    AND d.state NOT IN ('skipped', 'failed') AND d.state <> 'sending'`;
  const latest = sql`(SELECT max(d.lesson) FROM deliveries d WHERE ${sent})`;
  await db.commit({
    undated: sql`UPDATE enrollments SET next_at = NULL WHERE next_at IS NOT NULL AND ${stepInFlight}
        AND next_lesson > coalesce(${latest}, 0)`,
  });
  let moved = 0;
  for (let last = 0; ; ) {
    const page = await db.all<Behind>(
      sql`SELECT * FROM (SELECT id, rev, weekday, time, zone, next_lesson AS nextLesson,
            ${latest} AS lesson, (SELECT coalesce(d.accepted_at, d.due_at) FROM deliveries d
              WHERE ${sent} ORDER BY d.lesson DESC LIMIT 1) AS sentAt
          FROM enrollments WHERE id > ${last})
          WHERE lesson >= nextLesson ORDER BY id LIMIT ${PAGE}`,
    );
    if (page.length === 0) break;
    last = page.at(-1)?.id ?? 0;
    moved += page.length;
    const [notes, lessons] = [
      page.filter(({ lesson }) => lesson === CLOSING_NOTE),
      page.filter(({ lesson }) => lesson !== CLOSING_NOTE),
    ];
    await moveAll(
      db,
      lessons,
      movedOn(STEP, sql`CASE state WHEN 'active' THEN v.next_at END`, stays),
    );
    await moveAll(db, notes, completed(STEP));
  }
  return moved + (await mendStranded(ctx));
}

/** Columns of `v`. */
const STEP = { lesson: sql`v.lesson`, at: sql`v.last_at` };

/** Moves courses on from where they were found. @param change assignments to `enrollments` */
async function moveAll(db: Database, behind: Behind[], change: SQL): Promise<void> {
  const moves = behind.map((row) => {
    const nextAt = row.lesson < CLOSING_NOTE ? nextLessonAt(row, row.sentAt) : null;
    return [row.id, row.rev, row.lesson, row.sentAt, nextAt];
  });
  for (const part of parts(moves)) {
    await db.commit({
      moved: sql`UPDATE enrollments SET ${change}
          FROM (SELECT value ->> 0 AS id, value ->> 1 AS was, value ->> 2 AS lesson,
              value ->> 3 AS last_at, value ->> 4 AS next_at
            FROM json_each(${JSON.stringify(part)})) v
          WHERE enrollments.id = v.id AND rev = v.was`,
    });
  }
}

/** Courses that nothing would reach get a date, or are set aside where they have none. */
async function mendStranded(ctx: RestoreContext): Promise<number> {
  const stranded = await ctx.db.all<{ id: number }>(
    sql`SELECT id FROM enrollments WHERE state = 'active' AND next_at IS NULL AND NOT ${stepInFlight}`,
  );
  for (const part of parts(stranded.map(({ id }) => id))) await mendUndated(ctx, { ids: part });
  return stranded.length;
}

/** Counts today's mails anew, where the record shows more than the database remembers. */
export async function recountToday(ctx: RestoreContext): Promise<void> {
  const { db, clock } = ctx;
  const day = Math.floor(clock.machine() / millisOf(DAY));
  const ahead = clock.now() - Math.floor(clock.machine() / 1000);
  const began = day * DAY + ahead;
  await db.commit({
    counted: sql`UPDATE pace SET day = ${day}, sent = max(CASE WHEN day = ${day} THEN sent ELSE 0 END,
          (SELECT count(*) FROM deliveries d WHERE d.lane = pace.lane AND d.accepted_at >= ${began}))`,
  });
}
