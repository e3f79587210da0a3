import { type SQL, sql } from 'drizzle-orm';
import { DAY, millisOf } from '../clock.ts';
import { CLOSING_NOTE, mailHeads } from '../course/course.ts';
import { nextLessonAt } from '../course/schedule.ts';
import type { Database } from '../db/client.ts';
import { bare } from '../db/names.ts';
import {
  batches,
  contents,
  deliveries,
  enrollments,
  links,
  pace,
  subscribers,
} from '../db/schema.ts';
import { orNull, type RowOf, select } from '../db/select.ts';
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
import { type Luggage, valueIn } from './luggage.ts';
import { type LedgerRow, match, type Sighting } from './match.ts';
import { parts } from './store.ts';

const d = bare(deliveries);
const e = bare(enrollments);

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
  const unsettled = await readBatches(db);
  const open = unsettled.filter(({ state }) => state === 'open').map(({ frozenAt }) => frozenAt);
  const since = Math.min((moment - ahead) * 1000, ...open) - SLACK;
  const rows = await readRows(db, Math.floor(since / 1000) + ahead, ahead, unsettled, luggage);
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

  await settleBatches(ctx, unsettled, rows, shown, settled);
  await settleOwed(db, rows, shown, ahead, settled);
  // What a whole ledger does not explain was mailed to people who are gone since.
  const whole = luggage?.tables.has(deliveries) ?? false;
  if (!whole) settled.learned = await learn(db, unknown, people, ahead);
  return settled;
}

async function isKnown(db: Database, id: number): Promise<boolean> {
  const rows = await db.all(sql`SELECT 1 FROM ${deliveries} WHERE ${deliveries.id} = ${id}`);
  return rows.length > 0;
}

async function readBatches(db: Database): Promise<Batch[]> {
  const { id, state, frozenAt, frozen } = batches;
  const found = await db.all(
    select(
      { id, state, frozenAt, frozen },
      sql`FROM ${batches} WHERE ${state} IN ('open', 'uncertain')`,
    ),
  );
  return found.map(({ frozen, ...batch }) => ({
    ...batch,
    rows: JSON.parse(frozen ?? '[]') as FrozenRow[],
  }));
}

const OPEN_ROW = {
  id: deliveries.id,
  kind: deliveries.kind,
  lesson: deliveries.lesson,
  state: deliveries.state,
  batch: deliveries.batchId,
  at: deliveries.acceptedAt,
  hash: deliveries.toHash,
  email: subscribers.email,
  own: subscribers.emailHash,
  ...orNull({ linked: links.email }),
};

/** What the record may show: every row that is not settled, and those that were sent since. */
async function readRows(
  db: Database,
  since: number,
  ahead: number,
  unsettled: Batch[],
  luggage: Luggage | null,
): Promise<OpenRow[]> {
  // What is frozen says best where it goes.
  const frozen = new Map(
    unsettled.flatMap((batch) => batch.rows.map((row) => [row.id, row.email])),
  );
  const addresses = addressesBefore(luggage);
  const all: OpenRow[] = [];
  for (let last = 0; ; ) {
    const page = await db.all(
      select(
        OPEN_ROW,
        sql`FROM ${deliveries} CROSS JOIN ${subscribers} ON ${subscribers.id} = ${deliveries.subscriberId}
            LEFT JOIN ${links} ON ${links.id} = ${deliveries.linkId}
          WHERE ${deliveries.id} > ${last} AND (${deliveries.state} IN ('owed', 'sending', 'uncertain')
            OR ${deliveries.acceptedAt} >= ${since}) ORDER BY ${deliveries.id} LIMIT ${PAGE}`,
      ),
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
  const pairs = [links, subscribers].flatMap((table) =>
    (luggage?.tables.get(table) ?? []).map((row) => ({
      email: valueIn(row, table.email),
      hash: valueIn(row, table.emailHash),
    })),
  );
  return new Map(
    pairs.flatMap(({ email, hash }) =>
      typeof email === 'string' && typeof hash === 'string' ? [[hash, email]] : [],
    ),
  );
}

/** Which mails a subject stands for: of every content ever stored, and of this build. */
async function readSubjects(db: Database): Promise<Map<string, Set<string>>> {
  const { kind, lesson, body } = contents;
  const subject = sql<string>`${body} ->> 'subject'`;
  const stored = await db.all(select({ kind, lesson, subject }, sql`FROM ${contents}`));
  const subjects = new Map<string, Set<string>>();
  for (const { kind, lesson, subject } of [...stored, ...mailHeads]) {
    subjects.set(subject, (subjects.get(subject) ?? new Set()).add(mailName(kind, lesson)));
  }
  return subjects;
}

/** The account may send for others too. */
async function readSenders(db: Database): Promise<Set<string>> {
  const sender = batches.mailFrom;
  const rows = await db.orm.selectDistinct({ sender }).from(batches);
  return new Set(rows.map(({ sender }) => bareAddress(sender)));
}

/** Somebody by their address, with the newest course. */
const PERSON = {
  id: subscribers.id,
  /** Course time: what was mailed to the address before was somebody else's. */
  since: subscribers.createdAt,
  enrollment: sql<number | null>`(SELECT max(${enrollments.id}) FROM ${enrollments}
    WHERE ${enrollments.subscriberId} = ${subscribers.id})`,
};
type Person = RowOf<typeof PERSON>;

async function readPeople(db: Database, addresses: string[]): Promise<Map<string, Person>> {
  const people = new Map<string, Person>();
  for (const part of parts(addresses)) {
    const { email } = subscribers;
    const rows = await db.all(
      select(
        { ...PERSON, email },
        sql`FROM json_each(${JSON.stringify(part)}) v CROSS JOIN ${subscribers} ON ${email} = v.value`,
      ),
    );
    for (const { email, ...person } of rows) people.set(email, person);
  }
  return people;
}

/** Batches without an answer, and rows that are left of a batch which is closed. */
async function settleBatches(
  { db, clock, log }: RestoreContext,
  unsettled: Batch[],
  rows: OpenRow[],
  shown: Map<number, number>,
  settled: Settled,
): Promise<void> {
  const ahead = clock.now() - Math.floor(clock.machine() / 1000);
  const known = new Set(unsettled.filter(({ state }) => state === 'open').map(({ id }) => id));
  for (const batch of unsettled) {
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
      sent: sql`UPDATE ${deliveries} SET ${d.state} = 'sent', ${d.acceptedAt} = v.value ->> 1
          FROM json_each(${JSON.stringify(part)}) v
          WHERE ${deliveries.id} = v.value ->> 0 AND ${deliveries.state} IN ('owed', 'sending')
          RETURNING ${deliveries.id}`,
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
      sql`INSERT INTO ${deliveries} (${d.id}, ${d.kind}, ${d.lane}, ${d.subscriberId},
            ${d.enrollmentId}, ${d.lesson}, ${d.state}, ${d.dueAt}, ${d.acceptedAt})
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
          sql`UPDATE ${enrollments} SET ${e.nudgedAt} = coalesce(${enrollments.nudgedAt}, ${at}),
              ${e.nudgeAt} = NULL
            WHERE ${enrollments.id} = ${person.enrollment}`,
        ],
      });
    } else {
      await db.commit({ mail: row(kind, 'prompt', null, lesson) });
    }
    learned += 1;
  }
  return learned;
}

/** Rows of the ledger that are a course's sent steps; `uncertain` counts as sent: a course goes on after it. */
const sentSteps = sql`FROM ${deliveries}
  WHERE ${deliveries.enrollmentId} = ${enrollments.id} AND ${deliveries.lane} = 'lesson'
    AND ${deliveries.state} NOT IN ('skipped', 'failed') AND ${deliveries.state} <> 'sending'`;

/** The latest of them; null where there is none. */
const latestStep = sql`(SELECT max(${deliveries.lesson}) ${sentSteps})`;

/** An enrollment that stands before a step which was sent, or may have been. */
const BEHIND = {
  id: enrollments.id,
  rev: enrollments.rev,
  weekday: enrollments.weekday,
  time: enrollments.time,
  zone: enrollments.zone,
  /** The latest such step, and when. */
  lesson: sql<number>`${latestStep}`,
  sentAt: sql<number>`(SELECT coalesce(${deliveries.acceptedAt}, ${deliveries.dueAt}) ${sentSteps}
    ORDER BY ${deliveries.lesson} DESC LIMIT 1)`,
};
type Behind = RowOf<typeof BEHIND>;

/**
 * Lets each course go on where the ledger says: after the latest step that was sent, at the learner's
 * next hour. One that is due and on its way is not due; one that nothing would reach gets a date.
 *
 * @returns how many courses stood elsewhere
 */
export async function recountCourses(ctx: RestoreContext): Promise<number> {
  const { db } = ctx;
  const { id, nextAt, nextLesson, state } = enrollments;
  await db.commit({
    undated: sql`UPDATE ${enrollments} SET ${e.nextAt} = NULL
        WHERE ${nextAt} IS NOT NULL AND ${stepInFlight} AND ${nextLesson} > coalesce(${latestStep}, 0)`,
  });
  let moved = 0;
  for (let last = 0; ; ) {
    const page = await db.all(
      select(
        BEHIND,
        sql`FROM ${enrollments} WHERE ${id} > ${last} AND ${latestStep} >= ${nextLesson}
          ORDER BY ${id} LIMIT ${PAGE}`,
      ),
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
      movedOn(STEP, sql`CASE ${state} WHEN 'active' THEN ${STEP.nextAt} END`, stays),
    );
    await moveAll(db, notes, completed(STEP));
  }
  return moved + (await mendStranded(ctx));
}

/** A course as it was found, and where it goes: `v` of a JSON array of moves. */
const STEP = {
  id: sql`v.value ->> 0`,
  rev: sql`v.value ->> 1`,
  lesson: sql`(v.value ->> 2)`,
  at: sql`(v.value ->> 3)`,
  nextAt: sql`v.value ->> 4`,
};

/** Moves courses on from where they were found. @param change assignments to `enrollments` */
async function moveAll(db: Database, behind: Behind[], change: SQL): Promise<void> {
  const moves = behind.map((row) => {
    const nextAt = row.lesson < CLOSING_NOTE ? nextLessonAt(row, row.sentAt) : null;
    return [row.id, row.rev, row.lesson, row.sentAt, nextAt];
  });
  for (const part of parts(moves)) {
    await db.commit({
      moved: sql`UPDATE ${enrollments} SET ${change} FROM json_each(${JSON.stringify(part)}) v
          WHERE ${enrollments.id} = ${STEP.id} AND ${enrollments.rev} = ${STEP.rev}`,
    });
  }
}

/** Courses that nothing would reach get a date, or are set aside where they have none. */
async function mendStranded(ctx: RestoreContext): Promise<number> {
  const { id, state, nextAt } = enrollments;
  const stranded = await ctx.db.all(
    select(
      { id },
      sql`FROM ${enrollments}
        WHERE ${state} = 'active' AND ${nextAt} IS NULL AND NOT ${stepInFlight}`,
    ),
  );
  for (const part of parts(stranded.map((row) => row.id))) await mendUndated(ctx, { ids: part });
  return stranded.length;
}

/** Counts today's mails anew, where the record shows more than the database remembers. */
export async function recountToday(ctx: RestoreContext): Promise<void> {
  const { db, clock } = ctx;
  const day = Math.floor(clock.machine() / millisOf(DAY));
  const ahead = clock.now() - Math.floor(clock.machine() / 1000);
  const began = day * DAY + ahead;
  const set = bare(pace);
  await db.commit({
    counted: sql`UPDATE ${pace} SET ${set.day} = ${day},
          ${set.sent} = max(CASE WHEN ${pace.day} = ${day} THEN ${pace.sent} ELSE 0 END,
            (SELECT count(*) FROM ${deliveries}
              WHERE ${deliveries.lane} = ${pace.lane} AND ${deliveries.acceptedAt} >= ${began}))`,
  });
}
