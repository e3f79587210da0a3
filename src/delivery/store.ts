import { type SQL, sql } from 'drizzle-orm';
import {
  DAY,
  HOUR,
  type Instant,
  type Millis,
  millisOf,
  type Seconds,
  secondsOf,
} from '../clock.ts';
import { CLOSING_NOTE, STEPS } from '../course/course.ts';
import { MAX_LATENESS } from '../course/schedule.ts';
import type { Database } from '../db/client.ts';
import { textList } from '../db/names.ts';
import { type Act, isSuppressed, throughProvider, writeAct } from '../db/statements.ts';
import {
  completed,
  movedOn,
  nudgeAfter,
  pauseSuppressed,
  stays,
  stepInFlight,
  steppedBack,
  stopFor,
} from '../enrollment/transitions.ts';
import type { Settings } from '../env.ts';
import type { EventKind, MailEvent } from '../mailer/events.ts';
import type { Lane } from '../mailer/mailer.ts';
import { SPIKE } from '../provider/provider.ts';
import { isUnwanted } from '../suppression/strangers.ts';
import { STRANGERS_LIFETIME } from '../suppression/suppression.ts';
import { CONFIRM_LIFETIME } from '../token.ts';
import type { Content } from './body.ts';
import {
  type Backlog,
  type Batch,
  type BatchState,
  FROZEN_AHEAD,
  type FrozenRow,
  HALF_DAY,
  LEASE,
  UNCERTAIN_AFTER,
} from './delivery.ts';
import { GO_WHILE, type Kind, OF_A_LESSON, TO_LINKED, type While } from './kinds.ts';
import { owe } from './owe.ts';

const step = (lesson: number) => sql.raw(String(lesson));
const dayOf = (machine: Millis) => Math.floor(machine / millisOf(DAY));

/**
 * One SELECT for each step of the course, as one. D1 takes five terms in a compound SELECT; nested,
 * SQLite flattens them again and merges the ranges lazily: a limit of 100 reads about 100 rows.
 */
function forEachStep(select: (lesson: number) => SQL): SQL {
  const selects = STEPS.map(select);
  const union = sql` UNION ALL `;
  const groups = [selects.slice(0, 5), selects.slice(5)];
  return sql.join(
    groups.map((group) => sql`SELECT * FROM (${sql.join(group, union)})`),
    union,
  );
}

/** Whether a lesson is halted, asked for each lesson alone. */
const isLessonHalted = (lesson: number) =>
  sql`EXISTS (SELECT 1 FROM halts WHERE scope = ${sql.raw(`'lesson:${lesson}'`)})`;

/**
 * Due enrollments, one range of the index for each lesson. A halt ends its lesson's range before it
 * begins: as a condition on rows it would have SQLite read the whole backlog to leave it out.
 */
function due(from: Seconds, to: number, isHalted: (lesson: number) => SQL = isLessonHalted): SQL {
  return forEachStep(
    (lesson) => sql`SELECT id, next_at FROM enrollments
      WHERE next_lesson = ${step(lesson)} AND next_at > ${from}
        AND next_at <= CASE WHEN ${isHalted(lesson)} THEN 0 ELSE ${to} END`,
  );
}

/** Late enrollments are not claimed: the sweep gives them their next slot. */
const dueNow = (now: Seconds) => due(now - MAX_LATENESS, now);

/**
 * An open batch of the lane (columns of `batches`) that waits for another attempt. After 20 hours it gets
 * none, also where no tick has called it uncertain yet: the mailer forgets its key after 24. Nor does one
 * that a wrong clock has frozen in times to come.
 */
const waits = (lane: Lane, machine: Millis) => sql`(state = 'open' AND lane = ${lane}
  AND lease_until <= ${machine} AND frozen_at > ${machine - UNCERTAIN_AFTER}
  AND frozen_at <= ${machine + FROZEN_AHEAD})`;

/** Whether an open batch of the lane waits for another attempt. */
const hasOpen = (lane: Lane, at: Instant) =>
  sql`EXISTS (SELECT 1 FROM batches WHERE ${waits(lane, at.machine)})`;

/** What is halted, as one text; null where nothing is. Read once, not for each row. */
const halted = sql`(SELECT ',' || group_concat(scope) || ',' FROM halts)`;

/** Mails that people asked for and that may go (columns of `deliveries`). */
const isOwed = (at: Instant) => sql`lane = 'prompt' AND state = 'owed' AND due_at <= ${at.now}
  AND coalesce(instr(${halted}, ',kind:' || kind || ',')
    + instr(${halted}, ',lesson:' || coalesce(lesson, 0) || ','), 0) = 0`;

/** Whether somebody waits for a mail that they asked for. */
const hasOwed = (at: Instant) => sql`EXISTS (SELECT 1 FROM deliveries WHERE ${isOwed(at)})`;

/** Whether a lane can work on something now. */
function hasWork(lane: Lane, at: Instant): SQL {
  const due = lane === 'prompt' ? hasOwed(at) : sql`EXISTS (${dueNow(at.now)})`;
  return sql`(${hasOpen(lane, at)} OR ${due})`;
}

const nothingHalted = sql`NOT EXISTS (SELECT 1 FROM halts WHERE scope = 'all')`;

export interface Turn {
  /** When the request may go, machine time, epoch milliseconds. */
  at: number;
  /** True where an open batch waits for another attempt. */
  reopened: boolean;
  /** Mails of both lanes counted today. */
  sentToday: number;
}

/**
 * Takes the lane's next place in time, if it has work and is neither halted nor booked out beyond
 * `horizon` milliseconds.
 */
export async function takeTurn(
  db: Database,
  lane: Lane,
  at: Instant,
  interval: number,
  horizon: number,
): Promise<Turn | null> {
  const [row] = await db.all<{ at: number; reopened: number; sent_today: number }>(
    sql`UPDATE pace SET next_free = max(next_free, ${at.machine}) + ${interval}
        WHERE lane = ${lane} AND next_free <= ${at.machine + horizon}
          AND ${nothingHalted} AND ${hasWork(lane, at)}
        RETURNING next_free - ${interval} AS at, ${hasOpen(lane, at)} AS reopened,
          (SELECT coalesce(sum(p.sent), 0) FROM pace p WHERE p.day = ${dayOf(at.machine)}) AS sent_today`,
  );
  return row ? { at: row.at, reopened: row.reopened === 1, sentToday: row.sent_today } : null;
}

/** Holds a lane back until an instant of machine time (milliseconds), as the mailer asked. */
export async function delayLanes(db: Database, until: Millis): Promise<void> {
  await db.batch([sql`UPDATE pace SET next_free = ${until} WHERE next_free < ${until}`]);
}

export interface Claim {
  lane: Lane;
  id: number;
  /** The first of the ids that its lessons get, one after the other. */
  firstDelivery: number;
  key: string;
  leaseId: string;
  limit: number;
  settings: Settings;
  keyId: string;
  /** Content hashes of this build: by step for lessons (index 0 is lesson 1), by kind for the rest. */
  hashes: { steps: string[]; kinds: Partial<Record<Kind, string>> };
}

/**
 * Claims and freezes up to `limit` due mails as one leased batch, in one transaction; null where
 * nothing was due. Never retried after an error that leaves the outcome open: the sweep finds it.
 */
export async function claim(db: Database, at: Instant, c: Claim): Promise<Batch | null> {
  const rows =
    c.lane === 'lesson'
      ? sql`SELECT id FROM (${dueNow(at.now)} ORDER BY next_at LIMIT ${c.limit})`
      : sql`SELECT id FROM deliveries WHERE ${isOwed(at)} ORDER BY due_at LIMIT ${c.limit}`;
  const { settings } = c;
  const statements = [
    sql`INSERT INTO batches (id, key, lane, state, who, size, mail_from, reply_to, base_url,
          postal_address, key_id, frozen_at, lease_id, lease_until, attempts, unanswered)
        SELECT ${c.id}, ${c.key}, ${c.lane}, 'open', json_group_array(id), count(*),
          ${settings.mailFrom}, ${settings.replyTo}, ${settings.baseUrl}, ${settings.postalAddress},
          ${c.keyId}, ${at.machine}, ${c.leaseId}, ${at.machine + LEASE}, 1, 1
        FROM (${rows}) HAVING count(*) > 0`,
    ...(c.lane === 'lesson' ? claimLessons(c) : [claimPrompt(c, at)]),
    freeze(c.id),
  ];
  if (settings.dailyCap !== null) statements.push(countSent(c.lane, c.id, at));
  const results = await db.batch(statements);
  const frozen = results[c.lane === 'lesson' ? 3 : 2]?.results[0];
  return frozen ? toBatch(frozen) : null;
}

/** The content's hash of a step of the course, in SQL. */
function stepContent(c: Claim, lesson: SQL): SQL {
  return sql`json_extract(${JSON.stringify(c.hashes.steps)}, '$[' || (${lesson} - 1) || ']')`;
}

function claimLessons(c: Claim): SQL[] {
  const who = sql`json_each((SELECT who FROM batches WHERE id = ${c.id}))`;
  return [
    // A lesson that stands in the ledger is left out; an id that stands there fails the whole claim.
    sql`INSERT INTO deliveries
          (id, kind, lane, subscriber_id, enrollment_id, lesson, content, state, due_at, batch_id)
        SELECT ${c.firstDelivery} + w.key,
          CASE e.next_lesson WHEN ${step(CLOSING_NOTE)} THEN 'complete' ELSE 'lesson' END,
          'lesson', e.subscriber_id, e.id, e.next_lesson,
          ${stepContent(c, sql`e.next_lesson`)},
          'sending', e.next_at, ${c.id}
        FROM ${who} w CROSS JOIN enrollments e ON e.id = w.value
          CROSS JOIN subscribers s ON s.id = e.subscriber_id
        WHERE NOT ${isSuppressed(sql`s.email_hash`)} ON CONFLICT (enrollment_id, lesson)
          WHERE lane = 'lesson' AND state NOT IN ('skipped', 'failed') DO NOTHING`,
    sql`UPDATE enrollments SET next_at = NULL FROM ${who} w WHERE enrollments.id = w.value`,
  ];
}

/** Whether it is so for a row (columns of `deliveries`) and its subscriber (`s`). */
const IS_SO: Record<While, (now: Seconds) => SQL> = {
  'signup open': (now) => sql`EXISTS (SELECT 1 FROM signups g WHERE g.id = deliveries.signup_id
    AND g.confirmed_at IS NULL AND g.created_at > ${now - CONFIRM_LIFETIME})`,
  'link good': (now) => sql`EXISTS (SELECT 1 FROM links l
    WHERE l.id = deliveries.link_id AND l.used_at IS NULL AND l.expires_at > ${now})`,
  'not unsubscribed': () => sql`s.unsubscribed_at IS NULL`,
  'course runs': () => sql`EXISTS (SELECT 1 FROM enrollments e
    WHERE e.id = deliveries.enrollment_id AND e.state = 'active')`,
  'nudges on': () => sql`s.nudges_off_at IS NULL`,
};

/**
 * Whether a row (columns of `deliveries`) may still go, asked at every freeze: what holds for all kinds,
 * and what its own must have. A kind that only another version knows goes on, and halts for want of words.
 */
function mayGo(now: Seconds): SQL {
  const byKind = GO_WHILE.map(({ kinds, all }) => {
    const so =
      all.length > 0
        ? sql.join(
            all.map((each) => IS_SO[each](now)),
            sql` AND `,
          )
        : sql`1`;
    return sql`WHEN kind IN (${textList(kinds)}) THEN ${so}`;
  });
  return sql`EXISTS (SELECT 1 FROM subscribers s WHERE s.id = deliveries.subscriber_id
    AND s.erase_requested_at IS NULL
    AND NOT ${isSuppressed(sql`coalesce(deliveries.to_hash, s.email_hash)`)}
    AND NOT ${isUnwanted(now - STRANGERS_LIFETIME)}
    AND CASE ${sql.join(byKind, sql` `)} ELSE 1 END)`;
}

/** Whom it may no longer reach is skipped. */
function claimPrompt(c: Claim, at: Instant): SQL {
  return sql`UPDATE deliveries SET batch_id = ${c.id},
      content = CASE WHEN kind IN (${textList(OF_A_LESSON)}) THEN ${stepContent(c, sql`lesson`)}
        ELSE json_extract(${JSON.stringify(c.hashes.kinds)}, '$."' || kind || '"') END,
      state = CASE WHEN ${mayGo(at.now)} THEN 'sending' ELSE 'skipped' END
    WHERE id IN (SELECT value FROM json_each((SELECT who FROM batches WHERE id = ${c.id})))`;
}

/** Writes down who gets what, as it is at this moment. */
function freeze(batchId: number): SQL {
  return sql`UPDATE batches SET frozen = (
      SELECT json_group_array(json_object('id', d.id, 'kind', d.kind, 'lesson', d.lesson,
        'content', d.content, 'email', CASE WHEN d.kind IN (${textList(TO_LINKED)})
          THEN k.email ELSE s.email END, 'toHash', coalesce(d.to_hash, s.email_hash),
        'firstName', s.first_name, 'subscriberId', s.id,
        'linkVersion', s.link_version, 'enrollmentId', d.enrollment_id, 'rev', e.rev,
        'weekday', e.weekday, 'time', e.time, 'zone', e.zone, 'signupId', d.signup_id,
        'signedUpAt', g.created_at, 'provider', p.name, 'linkId', k.id,
        'linkExpiresAt', k.expires_at))
      FROM deliveries d CROSS JOIN subscribers s ON s.id = d.subscriber_id
        LEFT JOIN enrollments e ON e.id = d.enrollment_id
        LEFT JOIN signups g ON g.id = d.signup_id
        LEFT JOIN providers p ON p.id = g.provider_id
        LEFT JOIN links k ON k.id = d.link_id
      WHERE d.batch_id = ${batchId} AND d.state = 'sending')
    WHERE id = ${batchId} RETURNING *`;
}

function countSent(lane: Lane, batchId: number, at: Instant): SQL {
  const day = dayOf(at.machine);
  return sql`UPDATE pace SET day = ${day}, sent = CASE WHEN day = ${day} THEN sent ELSE 0 END
      + coalesce((SELECT size FROM batches WHERE id = ${batchId}), 0) WHERE lane = ${lane}`;
}

/** Leases the open batch that has waited longest for its next attempt. */
export async function lease(
  db: Database,
  lane: Lane,
  at: Instant,
  leaseId: string,
): Promise<Batch | null> {
  const [row] = await db.all<Record<string, unknown>>(
    sql`UPDATE batches SET lease_id = ${leaseId}, lease_until = ${at.machine + LEASE},
          attempts = attempts + 1, unanswered = unanswered + 1
        WHERE id = (SELECT id FROM batches WHERE ${waits(lane, at.machine)}
          ORDER BY lease_until LIMIT 1) RETURNING *`,
  );
  return row ? toBatch(row) : null;
}

/** A column's JSON; null where it is none, so that one such row stops no other. */
function readJson(column: unknown): unknown {
  try {
    return JSON.parse(String(column));
  } catch {
    return null;
  }
}

/** The rows of a batch as they were frozen; null where what stands there cannot be read. */
function readFrozen(frozen: unknown): FrozenRow[] | null {
  const rows = readJson(frozen);
  return Array.isArray(rows) && rows.every(isFrozenRow) ? rows : null;
}

function isFrozenRow(row: Partial<FrozenRow> | null): row is FrozenRow {
  const texts = [row?.kind, row?.email, row?.firstName];
  const numbers = [row?.id, row?.subscriberId, row?.linkVersion];
  return (
    texts.every((text) => typeof text === 'string') &&
    numbers.every((number) => typeof number === 'number')
  );
}

function toBatch(row: Record<string, unknown>): Batch {
  const rows = readFrozen(row.frozen);
  const who = row.lane === 'lesson' ? readJson(row.who) : null;
  return {
    id: row.id as number,
    key: row.key as string,
    lane: row.lane as Lane,
    who: Array.isArray(who) ? who : [],
    rows: rows ?? [],
    legible: rows !== null,
    mailFrom: row.mail_from as string,
    replyTo: row.reply_to as string | null,
    baseUrl: row.base_url as string,
    postalAddress: row.postal_address as string,
    keyId: row.key_id as string,
    sha256: row.sha256 as string | null,
    leaseId: row.lease_id as string,
    attempts: row.attempts as number,
    unanswered: row.unanswered as number,
  };
}

/** Keeps the body's fingerprint before it is first posted. False where the lease was lost. */
export async function keepFingerprint(
  db: Database,
  batch: Batch,
  sha256: string,
): Promise<boolean> {
  const [result] = await db.batch([
    sql`UPDATE batches SET sha256 = ${sha256}, who = NULL
        WHERE id = ${batch.id} AND state = 'open' AND lease_id = ${batch.leaseId}`,
  ]);
  return (result?.meta.changes ?? 0) > 0;
}

/** An enrollment's step forward, valid only while `rev` and the lesson are as they were read. */
export interface Move {
  enrollmentId: number;
  rev: number;
  lesson: number;
  /** When the next step is due, or null. */
  nextAt: number | null;
}

export interface Outcome {
  batchId: number;
  state: 'sent' | 'uncertain';
  /** Course time. */
  at: number;
  moves: Move[];
  /** Deliveries that the mailer refused. */
  failed: number[];
  /** Whoever says so in the mailer's place; written with whatever closes the batch. */
  act?: Act | undefined;
}

/** The enrollment that moves, as it was read, and what it moves to (`v` of a JSON array of moves). */
const moved = {
  id: sql`v.value ->> 0`,
  rev: sql`v.value ->> 1`,
  lesson: sql`(v.value ->> 2)`,
  nextAt: sql`v.value ->> 3`,
  at: sql`(v.value ->> 4)`,
};

/**
 * Moves enrollments on past a lesson, where they are as they were read. The closing note has a statement
 * of its own: only where a state may change does SQLite look at, and write, the index of what runs.
 */
function moveOn(moves: (Move & { at: number })[]): SQL[] {
  const move = (some: typeof moves, change: SQL) => {
    const values = JSON.stringify(
      some.map(({ enrollmentId, rev, lesson, nextAt, at }) => [
        enrollmentId,
        rev,
        lesson,
        nextAt,
        at,
      ]),
    );
    return sql`UPDATE enrollments SET ${change}
      FROM json_each(${values}) v
      WHERE enrollments.id = ${moved.id} AND enrollments.rev = ${moved.rev}
        AND enrollments.next_lesson = ${moved.lesson}`;
  };
  const lessons = moves.filter(({ lesson }) => lesson !== CLOSING_NOTE);
  const notes = moves.filter(({ lesson }) => lesson === CLOSING_NOTE);
  return [
    ...(lessons.length > 0 ? [move(lessons, movedOn(moved, moved.nextAt, nudgeAfter(moved)))] : []),
    ...(notes.length > 0 ? [move(notes, completed(moved))] : []),
  ];
}

/**
 * Records an outcome in one transaction: moves on the enrollments that are as they were read, marks
 * the deliveries that have thereby settled, and closes the batch when none is left. Needs no lease.
 *
 * @returns true where the batch is settled
 */
export async function recordOutcome(db: Database, outcome: Outcome): Promise<boolean> {
  const { batchId, state, at, failed, act } = outcome;
  const closed = sql`EXISTS (SELECT 1 FROM batches WHERE id = ${batchId} AND state <> 'open')`;
  const settled = JSON.stringify(failed);
  const ofBatch = sql`batch_id = ${batchId} AND state = 'sending'`;
  const results = await db.batch([
    ...(failed.length > 0 ? refuse(ofBatch, settled) : []),
    ...moveOn(outcome.moves.map((move) => ({ ...move, at }))),
    sql`UPDATE deliveries SET state = ${state}, accepted_at = ${state === 'sent' ? at : null}
        WHERE ${ofBatch} AND (lane = 'prompt' OR NOT EXISTS (SELECT 1 FROM enrollments e
          WHERE e.id = deliveries.enrollment_id AND e.next_lesson <= deliveries.lesson))`,
    sql`UPDATE batches SET state = ${state === 'sent' ? 'accepted' : 'uncertain'}, who = NULL,
          frozen = NULL, lease_id = NULL
        WHERE id = ${batchId} AND state = 'open'
          AND NOT EXISTS (SELECT 1 FROM deliveries WHERE ${ofBatch})`,
    ...(act ? [writeAct(act, closed)] : []),
  ]);
  if ((results.at(act ? -2 : -1)?.meta.changes ?? 0) > 0) return true;
  const [open] = await db.all(sql`SELECT 1 FROM batches WHERE id = ${batchId} AND state = 'open'`);
  return open === undefined;
}

/** The mailer refused these addresses for good: the course pauses, the lesson stays owed. */
function refuse(ofBatch: SQL, failed: string): SQL[] {
  return [
    sql`UPDATE enrollments SET ${stopFor('refused')}
        WHERE state = 'active' AND id IN (SELECT enrollment_id FROM deliveries
          WHERE ${ofBatch} AND lane = 'lesson' AND id IN (SELECT value FROM json_each(${failed})))`,
    sql`UPDATE deliveries SET state = 'failed'
        WHERE ${ofBatch} AND id IN (SELECT value FROM json_each(${failed}))`,
  ];
}

/** A course (columns of `enrollments`) that owes its next step, and has it neither dated nor on its way. */
const isUndated = sql`(enrollments.state = 'active' AND enrollments.next_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM deliveries d CROSS JOIN batches b ON b.id = d.batch_id
    WHERE d.enrollment_id = enrollments.id AND d.lesson = enrollments.next_lesson
      AND d.lane = 'lesson' AND d.state NOT IN ('skipped', 'failed')
      AND d.state = 'sending' AND b.state = 'open'))`;

/** Enrollments to look at for undated ones: these, or the part whose turn it is, of which the hour says. */
export type Among = { ids: number[] } | { hour: number };

/** Enrollments of one part, by id: what one look reads. */
const PART = 100_000;

/** Undated courses of one look; what is left over comes in the next. */
const MOST_UNDATED = 500;

export interface Undated {
  id: number;
  rev: number;
  subscriberId: number;
  lesson: number;
  lastAt: number | null;
  weekday: number;
  time: string;
  zone: string;
  suppressed: number;
  /** The state of its next step in the ledger, and when it was accepted or due; null where it has none. */
  stands: string | null;
  stoodAt: number | null;
}

/** Undated courses, those first that nobody has been told of. */
export function readUndated(db: Database, among: Among): Promise<Undated[]> {
  const part = sql`(SELECT ${'hour' in among ? among.hour : 0} %
    (1 + max(id) / ${sql.raw(String(PART))}) * ${sql.raw(String(PART))} FROM enrollments)`;
  const chosen =
    'ids' in among
      ? sql`enrollments.id IN (SELECT value FROM json_each(${JSON.stringify(among.ids)}))`
      : sql`enrollments.id > ${part} AND enrollments.id <= ${part} + ${sql.raw(String(PART))}`;
  return db.all<Undated>(
    sql`SELECT enrollments.id, rev, enrollments.subscriber_id AS subscriberId,
          next_lesson AS lesson, last_at AS lastAt, weekday, time, zone,
          ${isSuppressed(sql`s.email_hash`)} AS suppressed, x.state AS stands,
          coalesce(x.accepted_at, x.due_at) AS stoodAt
        FROM enrollments CROSS JOIN subscribers s ON s.id = enrollments.subscriber_id
          LEFT JOIN deliveries x ON x.enrollment_id = enrollments.id
            AND x.lesson = enrollments.next_lesson AND x.lane = 'lesson'
            AND x.state NOT IN ('skipped', 'failed')
        WHERE ${chosen} AND ${isUndated} ORDER BY undated_at LIMIT ${MOST_UNDATED}`,
  );
}

/** Courses that were found to be undated and still are, the longest first; up to `limit`. */
export function readKnownUndated(
  db: Database,
  limit: number,
): Promise<
  (Pick<Undated, 'subscriberId' | 'lesson' | 'weekday' | 'time' | 'zone'> & {
    email: string;
    undatedAt: number;
  })[]
> {
  return db.all(
    sql`SELECT subscriber_id AS subscriberId, s.email, next_lesson AS lesson, weekday, time, zone,
          undated_at AS undatedAt
        FROM enrollments CROSS JOIN subscribers s ON s.id = enrollments.subscriber_id
        WHERE undated_at IS NOT NULL AND ${isUndated} ORDER BY undated_at LIMIT ${limit}`,
  );
}

/** What becomes of undated courses. */
export interface Mended {
  /** Their step stands in the ledger: they move on from when it was accepted. */
  moves: (Move & { at: number })[];
  dates: { id: number; rev: number; nextAt: number }[];
  /** Subscribers whose addresses are suppressed. */
  suppressed: number[];
  /** Enrollments that stay without a date. */
  left: number[];
}

/** Mends courses where they are as they were read, and keeps in mind which stay without a date. */
export async function settleUndated(db: Database, mended: Mended, now: Seconds): Promise<void> {
  const { moves, dates, suppressed, left } = mended;
  const dated = JSON.stringify(dates.map(({ id, rev, nextAt }) => [id, rev, nextAt]));
  await db.batch([
    ...moveOn(moves),
    ...(dates.length > 0
      ? [
          sql`UPDATE enrollments SET next_at = v.value ->> 2 FROM json_each(${dated}) v
              WHERE enrollments.id = v.value ->> 0 AND rev = v.value ->> 1 AND ${isUndated}`,
        ]
      : []),
    ...(suppressed.length > 0
      ? [
          pauseSuppressed(sql`SELECT email_hash FROM subscribers
            WHERE id IN (SELECT value FROM json_each(${JSON.stringify(suppressed)}))`),
        ]
      : []),
    ...(left.length > 0
      ? [
          sql`UPDATE enrollments SET undated_at = coalesce(undated_at, ${now})
              WHERE id IN (SELECT value FROM json_each(${JSON.stringify(left)})) AND ${isUndated}`,
        ]
      : []),
    sql`UPDATE enrollments SET undated_at = NULL WHERE undated_at IS NOT NULL AND NOT ${isUndated}`,
  ]);
}

/** An enrollment whose step has an answer but was changed meanwhile. */
export interface Unmoved {
  enrollmentId: number;
  rev: number;
  lesson: number;
  active: number;
  weekday: number;
  time: string;
  zone: string;
}

/** The enrollments of a batch that have not moved on, as they are now. */
export function readUnmoved(db: Database, batchId: number): Promise<Unmoved[]> {
  return db.all<Unmoved>(
    sql`SELECT e.id AS enrollmentId, e.rev, d.lesson, e.state = 'active' AS active, e.weekday,
          e.time, e.zone
        FROM deliveries d CROSS JOIN enrollments e ON e.id = d.enrollment_id
        WHERE d.batch_id = ${batchId} AND d.state = 'sending' AND d.lane = 'lesson'
          AND e.next_lesson = d.lesson`,
  );
}

/** Waits with the batch until `retryAt` (machine time, milliseconds), bytes and key unchanged. */
export async function retryLater(
  db: Database,
  batch: Batch,
  retryAt: number,
  answered: boolean,
): Promise<void> {
  await db.batch([
    sql`UPDATE batches SET lease_id = NULL, lease_until = ${retryAt},
          unanswered = unanswered - ${answered ? 1 : 0}
        WHERE id = ${batch.id} AND state = 'open' AND lease_id = ${batch.leaseId}`,
  ]);
}

/**
 * Gives a batch's rows back, because it was never posted, or every attempt so far was answered and none
 * accepted anything: lessons are due again as they were, requests are owed again, and the next claim
 * looks anew at who may be mailed and takes a new key. Only with the lease.
 */
export async function release(db: Database, batch: Batch): Promise<boolean> {
  const results = await db.batch(releaseStatements(batch));
  return (results.at(-1)?.meta.changes ?? 0) > 0;
}

/** The last of them says by its changes whether the batch was released. */
function releaseStatements(batch: Pick<Batch, 'id' | 'lane' | 'leaseId'>): SQL[] {
  // Its fingerprint is kept before the first post.
  const mine = sql`id = ${batch.id} AND state = 'open' AND lease_id = ${batch.leaseId}
    AND (unanswered = 1 OR sha256 IS NULL)`;
  const held = sql`EXISTS (SELECT 1 FROM batches WHERE ${mine})`;
  const [courses, rows] = owedAgain(sql`batch_id = ${batch.id} AND state = 'sending' AND ${held}`);
  return [
    courses,
    sql`UPDATE pace SET sent = max(0, sent - (SELECT size FROM batches WHERE id = ${batch.id}))
        WHERE ${held} AND lane = ${batch.lane} AND sent > 0`,
    rows,
    sql`UPDATE batches SET state = 'released', who = NULL, frozen = NULL, lease_id = NULL
        WHERE ${mine}`,
  ];
}

/**
 * Rows on their way (a condition on `deliveries`) are owed as before: courses first, which are due again
 * as they were, then the rows.
 */
function owedAgain(rows: SQL): [SQL, SQL] {
  return [
    sql`UPDATE enrollments SET next_at = (SELECT due_at FROM deliveries
          WHERE ${rows} AND lane = 'lesson' AND enrollment_id = enrollments.id)
        WHERE state = 'active' AND next_at IS NULL AND id IN (
          SELECT enrollment_id FROM deliveries WHERE ${rows} AND lane = 'lesson')`,
    sql`UPDATE deliveries SET state = CASE lane WHEN 'prompt' THEN 'owed' ELSE 'skipped' END
        WHERE ${rows}`,
  ];
}

/**
 * Gives rows back of which the mailer's record shows that it never took them, and closes their batch
 * where none is left. Only while everything is halted.
 *
 * @param batchId null for rows whose batch is not known any more
 */
export async function giveBack(
  db: Database,
  batchId: number | null,
  deliveries: number[],
): Promise<void> {
  const ofBatch = sql`batch_id IS ${batchId} AND state = 'sending'`;
  const ids = sql`(SELECT value FROM json_each(${JSON.stringify(deliveries)}))`;
  await db.batch([
    ...owedAgain(sql`id IN ${ids} AND state = 'sending'`),
    sql`UPDATE batches SET state = 'released', frozen = NULL, lease_id = NULL
        WHERE id = ${batchId} AND state = 'open'
          AND NOT EXISTS (SELECT 1 FROM deliveries WHERE ${ofBatch})`,
  ]);
}

/**
 * Splits a batch that was refused as a whole into two with keys of their own, so that what is wrong
 * with one row ends with that row. Whom it may no longer reach is skipped, and a course whose address is
 * suppressed waits. Only with the lease, and only where nothing was accepted.
 */
export async function split(
  db: Database,
  batch: Batch,
  halves: { id: number; key: string; ids: number[] }[],
  at: Instant,
): Promise<void> {
  const held = sql`id = ${batch.id} AND state = 'open' AND lease_id = ${batch.leaseId}
    AND unanswered = 1`;
  await db.batch([
    ...halves.flatMap((half) => [
      sql`INSERT INTO batches (id, key, lane, state, size, mail_from, reply_to, base_url,
            postal_address, key_id, frozen_at, lease_until, attempts, unanswered)
          SELECT ${half.id}, ${half.key}, lane, 'open', ${half.ids.length}, mail_from, reply_to,
            base_url, postal_address, key_id, ${at.machine}, 0, attempts, 0
          FROM batches WHERE ${held}`,
      sql`UPDATE deliveries SET batch_id = ${half.id},
            state = CASE WHEN ${mayGo(at.now)} THEN 'sending' ELSE 'skipped' END
          WHERE id IN (SELECT value FROM json_each(${JSON.stringify(half.ids)}))
            AND state = 'sending' AND EXISTS (SELECT 1 FROM batches WHERE id = ${half.id})`,
      freeze(half.id),
    ]),
    pauseSuppressed(sql`SELECT s.email_hash
      FROM json_each(${JSON.stringify(halves.flatMap(({ ids }) => ids))}) v
        CROSS JOIN deliveries d ON d.id = v.value
        CROSS JOIN subscribers s ON s.id = d.subscriber_id
        CROSS JOIN batches b ON b.id = d.batch_id
      WHERE d.lane = 'lesson' AND d.state = 'skipped' AND b.state = 'open'
        AND ${isSuppressed(sql`s.email_hash`)}`),
    sql`UPDATE batches SET state = 'released', who = NULL, frozen = NULL, lease_id = NULL WHERE ${held}`,
  ]);
}

/** Stops everything (`all`) or one lesson (`lesson:3`) until the operator lifts it. */
export async function halt(
  db: Database,
  scope: string,
  reason: string,
  machine: Millis,
  act?: Act,
): Promise<boolean> {
  const results = await db.batch([
    ...(act ? [writeAct(act, sql`NOT ${isHalted(scope)}`)] : []),
    sql`INSERT INTO halts (scope, reason, since) VALUES (${scope}, ${reason},
          ${secondsOf(machine)}) ON CONFLICT DO NOTHING`,
  ]);
  return (results.at(-1)?.meta.changes ?? 0) > 0;
}

const isHalted = (scope: string) => sql`EXISTS (SELECT 1 FROM halts WHERE scope = ${scope})`;

/** Lifts a halt. False where there was none of this scope. */
export async function deleteHalt(db: Database, scope: string, act: Act): Promise<boolean> {
  const results = await db.batch([
    writeAct(act, isHalted(scope)),
    sql`DELETE FROM halts WHERE scope = ${scope}`,
  ]);
  return (results.at(-1)?.meta.changes ?? 0) > 0;
}

export interface Halt {
  scope: string;
  reason: string;
  /** Machine time, epoch seconds. */
  since: number;
}

export function readHalts(db: Database): Promise<Halt[]> {
  return db.all<Halt>(sql`SELECT scope, reason, since FROM halts ORDER BY since`);
}

/** A mail of which nobody knows whether it was accepted. */
export interface UnknownMail {
  batch: number;
  lane: Lane;
  state: 'uncertain' | 'open';
  attempts: number;
  /** Machine time, epoch milliseconds. */
  frozenAt: Millis;
  delivery: number;
  kind: Kind;
  lesson: number | null;
  subscriberId: number;
  /** Null where the subscriber is gone. */
  email: string | null;
}

/**
 * The mails of uncertain batches, and of open ones that had no usable answer and that nobody holds,
 * batch by batch, up to `limit` of each.
 */
export async function readUnknown(
  db: Database,
  machine: Millis,
  limit: number,
): Promise<UnknownMail[]> {
  const columns = sql`b.id AS batch, b.lane, b.state, b.attempts, b.frozen_at AS frozenAt,
    d.id AS delivery, d.kind, d.lesson, d.subscriber_id AS subscriberId, s.email`;
  const results = await db.batch([
    sql`SELECT ${columns} FROM deliveries d CROSS JOIN batches b ON b.id = d.batch_id
          LEFT JOIN subscribers s ON s.id = d.subscriber_id
        WHERE d.state = 'uncertain' ORDER BY d.batch_id LIMIT ${limit}`,
    sql`SELECT ${columns} FROM batches b CROSS JOIN deliveries d ON d.batch_id = b.id
          LEFT JOIN subscribers s ON s.id = d.subscriber_id
        WHERE b.state = 'open' AND ${isUnanswered(machine)} AND d.state = 'sending'
        ORDER BY b.id LIMIT ${limit}`,
  ]);
  return results.flatMap((result) => result.results as unknown as UnknownMail[]);
}

/** An open batch (columns of `batches`) that may have been accepted and that nobody holds. */
const isUnanswered = (machine: Millis) =>
  sql`(unanswered > 0 AND (lease_id IS NULL OR lease_until <= ${machine}))`;

/** A batch as whoever settles it finds it. Null where there is none of this id. */
export async function readBatch(
  db: Database,
  id: number,
  machine: Millis,
): Promise<{
  lane: Lane;
  state: BatchState;
  attempts: number;
  unanswered: boolean;
  held: boolean;
  rows: FrozenRow[];
} | null> {
  const [row] = await db.all<{
    lane: Lane;
    state: BatchState;
    attempts: number;
    unanswered: number;
    held: number;
    frozen: string | null;
  }>(
    sql`SELECT lane, state, attempts, unanswered, frozen,
          lease_id IS NOT NULL AND lease_until > ${machine} AS held
        FROM batches WHERE id = ${id}`,
  );
  if (!row) return null;
  return {
    lane: row.lane,
    state: row.state,
    attempts: row.attempts,
    unanswered: row.unanswered > 0,
    held: row.held === 1,
    rows: readFrozen(row.frozen) ?? [],
  };
}

/**
 * An open batch without a usable answer was not accepted, as the mailer's own record says: its rows are
 * owed again. Takes the lease to say so, and does nothing where somebody else has it.
 *
 * @param batch.attempts as many as whoever looked into the record had seen; nothing where there were more
 */
export async function disownOpen(
  db: Database,
  batch: Pick<Batch, 'id' | 'lane' | 'leaseId' | 'attempts'>,
  machine: Millis,
  act: Act,
): Promise<boolean> {
  const free = sql`id = ${batch.id} AND state = 'open' AND attempts = ${batch.attempts}
    AND ${isUnanswered(machine)}`;
  const results = await db.batch([
    writeAct(act, sql`EXISTS (SELECT 1 FROM batches WHERE ${free})`),
    sql`UPDATE batches SET lease_id = ${batch.leaseId}, unanswered = 1 WHERE ${free}`,
    ...releaseStatements(batch),
  ]);
  return (results.at(-1)?.meta.changes ?? 0) > 0;
}

/**
 * An uncertain batch was not accepted, as the mailer's own record says: its mails are owed as before.
 *
 * @param attempts as many as whoever looked into the record had seen; nothing where there were more
 */
export async function disownUncertain(
  db: Database,
  { id: batchId, attempts }: { id: number; attempts: number },
  now: Seconds,
  act: Act,
): Promise<boolean> {
  const asSeen = sql`EXISTS (SELECT 1 FROM batches
    WHERE id = ${batchId} AND state = 'uncertain' AND attempts = ${attempts})`;
  const results = await db.batch([
    writeAct(act, asSeen),
    ...notSent(
      sql`d.batch_id = ${batchId} AND d.state = 'uncertain' AND ${asSeen}`,
      'as-before',
      now,
    ),
    sql`UPDATE batches SET state = 'released'
        WHERE id = ${batchId} AND state = 'uncertain' AND attempts = ${attempts}`,
  ]);
  return (results.at(-1)?.meta.changes ?? 0) > 0;
}

/**
 * What was taken for sent, or may have been, was not: its lessons have failed. A course that has sent
 * nothing since goes back a step; to one that has gone further the lesson is owed outside the order, as
 * a `resend`. Who may not be mailed any more is left out when it is claimed.
 *
 * @param which a condition on `deliveries d` that holds until the last statement
 * @param again `as-before`: a lesson is due as it was, what a person asked for is owed again;
 *   `next-time`: a lesson takes the hour of the one after it, what a person asked for has failed;
 *   `never`: the address is refused, and the course waits
 */
function notSent(which: SQL, again: 'as-before' | 'next-time' | 'never', now: Seconds): SQL[] {
  const ofLessons = sql`${which} AND d.lane = 'lesson'`;
  const lessons = sql`FROM deliveries d WHERE ${ofLessons}`;
  const sentNothingSince = sql`EXISTS (SELECT 1 FROM enrollments
    WHERE enrollments.id = d.enrollment_id AND enrollments.state <> 'completed'
      AND next_lesson = d.lesson + 1 AND NOT ${stepInFlight})`;
  const nextAt = {
    'as-before': sql`CASE state WHEN 'active' THEN
      (SELECT d.due_at ${lessons} AND d.enrollment_id = enrollments.id) END`,
    'next-time': stays,
    never: null,
  }[again];
  const lastAt = sql`(SELECT coalesce(p.accepted_at, p.due_at) FROM deliveries p
    WHERE p.enrollment_id = enrollments.id AND p.lesson = enrollments.next_lesson - 2
      AND p.lane = 'lesson' AND p.state NOT IN ('skipped', 'failed'))`;
  return [
    ...(again === 'never'
      ? []
      : [
          owe('resend', {
            to: sql`d.subscriber_id`,
            enrollment: sql`d.enrollment_id`,
            lesson: sql`d.lesson`,
            due: now,
            from: sql`deliveries d`,
            where: sql`${ofLessons} AND NOT ${sentNothingSince}`,
          }),
        ]),
    sql`UPDATE enrollments SET ${steppedBack(nextAt, lastAt)}
        WHERE id IN (SELECT d.enrollment_id ${lessons} AND ${sentNothingSince})`,
    ...(again === 'never'
      ? [
          sql`UPDATE enrollments SET ${stopFor('refused')}
              WHERE state = 'active' AND id IN (SELECT d.enrollment_id ${lessons})`,
        ]
      : []),
    sql`UPDATE deliveries AS d SET accepted_at = NULL, state = CASE
          WHEN lane = 'prompt' AND ${again === 'as-before' ? 1 : 0} THEN 'owed' ELSE 'failed' END
        WHERE ${which}`,
  ];
}

const isUncertain = (batchId: number) =>
  sql`EXISTS (SELECT 1 FROM batches WHERE id = ${batchId} AND state = 'uncertain')`;

/** Which of these contents are stored already. */
export async function storedContents(db: Database, hashes: string[]): Promise<Set<string>> {
  const rows = await db.all<{ hash: string }>(
    sql`SELECT hash FROM contents
        WHERE hash IN (SELECT value FROM json_each(${JSON.stringify(hashes)}))`,
  );
  return new Set(rows.map((row) => row.hash));
}

export async function storeContents(
  db: Database,
  contents: (Content & { hash: string })[],
  now: Seconds,
): Promise<void> {
  await db.batch(
    contents.map(
      ({ hash, ...content }) =>
        sql`INSERT INTO contents (hash, kind, lesson, body, stored_at)
            VALUES (${hash}, ${content.kind}, ${content.lesson}, ${JSON.stringify(content)}, ${now})
            ON CONFLICT DO NOTHING`,
    ),
  );
}

/** A content as it is stored; null where it cannot be read, which is as if it were missing. */
function readContent(body: string): Content | null {
  const content = readJson(body) as Partial<Content> | null;
  const texts = [content?.kind, content?.subject, content?.html, content?.text];
  return texts.every((text) => typeof text === 'string') ? (content as Content) : null;
}

/** Contents of earlier builds, by hash. */
export async function readContents(db: Database, hashes: string[]): Promise<Map<string, Content>> {
  const rows = await db.all<{ hash: string; body: string }>(
    sql`SELECT hash, body FROM contents
        WHERE hash IN (SELECT value FROM json_each(${JSON.stringify(hashes)}))`,
  );
  return new Map(
    rows.flatMap((row) => {
      const content = readContent(row.body);
      return content ? [[row.hash, content]] : [];
    }),
  );
}

export interface Probe {
  prompt: boolean;
  lesson: boolean;
  /** Enrollments too late to be sent. */
  late: boolean;
  /** Batches without a usable answer for too long. */
  stale: boolean;
  /** Signups that were never confirmed and may be forgotten. */
  forgotten: boolean;
  /** Events so old that they will not be repeated. */
  oldEvents: boolean;
  /** Erasures that wait for a batch to settle. */
  erasing: boolean;
  /** What is left of erased people for too long. */
  oldErasures: boolean;
  /** Pauses that end by themselves. */
  resuming: boolean;
  /** Nudges that fall due. */
  nudging: boolean;
  /** Single-use links or devices that have expired. */
  expired: boolean;
  /** What strangers have caused, so long ago that it is not counted any more. */
  oldStrangers: boolean;
  /** The hour has passed in which nothing rare is looked for, and nothing of it is left over. */
  hourly: boolean;
  /** Something is halted or uncertain, mails have failed, or a provider is flooded. */
  troubled: boolean;
  /** By which rules of the zones due times were computed, and how far a new computation has come. */
  zones: { rules: string | null; from: Seconds | null };
  /** The oldest lesson that is due and not halted, course time. */
  oldestDue: Seconds | null;
  /** What ALERT_URL was told, as it is kept. */
  alerts: string | null;
}

/** How often to look for what is only kept for so long, in seconds of course time. */
const CHORES_EVERY = HOUR;

/** Up to which age (epoch seconds) something is kept. */
export interface KeptSince {
  /** Course time. */
  unconfirmed: number;
  /** Course time. */
  erasures: number;
  /** Course time. */
  strangers: number;
  /** Course time. */
  erasedIds: number;
  /** Machine time. */
  events: number;
}

/**
 * What a tick has to do, and its sign of life. Reads one row of an index for each kind of work, and the
 * batches that are open.
 */
export async function probe(db: Database, at: Instant, since: KeptSince): Promise<Probe> {
  // Read once for all lessons.
  const isHalted = (lesson: number) =>
    sql`instr(',' || seen.halts || ',', ${sql.raw(`',lesson:${lesson},'`)}) > 0`;
  // Kept for days to years: looked at once an hour, and at each tick until nothing is left.
  const oldEvents = sql`EXISTS (SELECT 1 FROM events WHERE at <= ${since.events})`;
  const oldErasures = sql`(EXISTS (SELECT 1 FROM erasures WHERE erased_at <= ${since.erasures})
    OR EXISTS (SELECT 1 FROM erased_subscribers WHERE erased_at <= ${since.erasedIds}))`;
  const expired = sql`(EXISTS (SELECT 1 FROM links WHERE expires_at <= ${at.now})
    OR EXISTS (SELECT 1 FROM devices WHERE expires_at <= ${at.now}))`;
  const oldStrangers = sql`EXISTS (SELECT 1 FROM strangers WHERE at <= ${since.strangers})`;
  const [found, pulse] = await db.batch([
    sql`SELECT seen.halts, seen.prompt OR ${hasOwed(at)} AS prompt, seen.lesson, seen.stale,
          (SELECT next_at FROM (${due(0, at.now, isHalted)} ORDER BY next_at LIMIT 1)) AS oldest,
          EXISTS (SELECT 1 FROM signups
            WHERE confirmed_at IS NULL AND created_at <= ${since.unconfirmed}) AS forgotten,
          CASE WHEN seen.chores THEN ${oldEvents} ELSE 0 END AS oldEvents,
          EXISTS (SELECT 1 FROM subscribers WHERE erase_requested_at IS NOT NULL) AS erasing,
          CASE WHEN seen.chores THEN ${oldErasures} ELSE 0 END AS oldErasures,
          EXISTS (SELECT 1 FROM enrollments WHERE resume_at <= ${at.now}) AS resuming,
          EXISTS (SELECT 1 FROM enrollments WHERE nudge_at <= ${at.now}) AS nudging,
          CASE WHEN seen.chores THEN ${expired} ELSE 0 END AS expired,
          CASE WHEN seen.chores THEN ${oldStrangers} ELSE 0 END AS oldStrangers, seen.chores,
          EXISTS (SELECT 1 FROM deliveries WHERE state = 'uncertain') AS uncertain
        FROM (SELECT (SELECT group_concat(scope) FROM halts) AS halts,
            (SELECT chores_at FROM pulse) <= ${at.now} AS chores,
            coalesce(max(${waits('prompt', at.machine)}), 0) AS prompt,
            coalesce(max(${waits('lesson', at.machine)}), 0) AS lesson,
            coalesce(min(frozen_at) <= ${at.machine - UNCERTAIN_AFTER}
              OR max(frozen_at) > ${at.machine + FROZEN_AHEAD}, 0) AS stale
          FROM batches WHERE state = 'open') seen`,
    sql`UPDATE pulse SET last_tick = ${secondsOf(at.machine)}, complaint = NULL,
          chores_at = CASE WHEN chores_at > ${at.now} OR ${oldEvents} OR ${oldErasures} OR ${expired}
            OR ${oldStrangers}
            THEN chores_at ELSE ${at.now + CHORES_EVERY} END
        WHERE id = 1
        RETURNING alerts, spike_at AS spikeAt, failed_at AS failedAt, zone_rules AS rules,
          redate_from AS redateFrom`,
  ]);
  const row = found?.results[0] ?? {};
  const oldest = row.oldest as number | null;
  const halts = row.halts as string | null;
  const spikeAt = Number(pulse?.results[0]?.spikeAt ?? 0);
  const failedAt = Number(pulse?.results[0]?.failedAt ?? 0);
  const failing = failedAt > secondsOf(at.machine) - FAILURES_WITHIN;
  const sending = !halts?.split(',').includes('all');
  return {
    prompt: sending && row.prompt === 1,
    lesson: sending && (row.lesson === 1 || oldest !== null),
    late: oldest !== null && oldest <= at.now - MAX_LATENESS,
    stale: row.stale === 1,
    forgotten: row.forgotten === 1,
    oldEvents: row.oldEvents === 1,
    erasing: row.erasing === 1,
    oldErasures: row.oldErasures === 1,
    resuming: row.resuming === 1,
    nudging: row.nudging === 1,
    expired: row.expired === 1,
    oldStrangers: row.oldStrangers === 1,
    hourly:
      row.chores === 1 &&
      [row.oldEvents, row.oldErasures, row.expired, row.oldStrangers].every((rest) => rest === 0),
    troubled: halts !== null || row.uncertain === 1 || failing || spikeAt > at.now - SPIKE.seconds,
    oldestDue: oldest,
    zones: {
      rules: (pulse?.results[0]?.rules ?? null) as string | null,
      from: (pulse?.results[0]?.redateFrom ?? null) as number | null,
    },
    alerts: (pulse?.results[0]?.alerts ?? null) as string | null,
  };
}

/** What ALERT_URL was told so far, JSON, or null. */
export async function readAlerts(db: Database): Promise<string | null> {
  const [row] = await db.all<{ alerts: string | null }>(sql`SELECT alerts FROM pulse WHERE id = 1`);
  return row?.alerts ?? null;
}

/** Keeps what ALERT_URL is being told. False where another tick tells it at the same moment. */
export async function keepAlerts(
  db: Database,
  before: string | null,
  after: string | null,
): Promise<boolean> {
  const [result] = await db.batch([
    sql`UPDATE pulse SET alerts = ${after} WHERE id = 1 AND alerts IS ${before}`,
  ]);
  return (result?.meta.changes ?? 0) > 0;
}

/** The last tick's machine time, epoch seconds; null before the first. */
export async function readLastTick(db: Database): Promise<number | null> {
  const [row] = await db.all<{ at: number | null }>(sql`SELECT last_tick AS at FROM pulse`);
  return row?.at ?? null;
}

/** Records that a tick or a consumer refused to work, or could not do everything, and why. */
export async function complain(db: Database, complaint: string): Promise<void> {
  await db.batch([sql`UPDATE pulse SET complaint = ${complaint} WHERE id = 1`]);
}

export interface LateEnrollment {
  id: number;
  rev: number;
  nextAt: number;
  lastAt: number | null;
  weekday: number;
  time: string;
  zone: string;
}

/** Enrollments whose lesson is more than 36 hours late, but for halted lessons; up to `limit`. */
export function readLate(db: Database, now: Seconds, limit: number): Promise<LateEnrollment[]> {
  return db.all<LateEnrollment>(
    sql`SELECT e.id, e.rev, e.next_at AS nextAt, e.last_at AS lastAt, e.weekday, e.time, e.zone
        FROM (SELECT id FROM (${due(0, now - MAX_LATENESS)}) LIMIT ${limit}) d
          CROSS JOIN enrollments e ON e.id = d.id`,
  );
}

/** A course that has a date which is still to come. */
export interface Dated {
  id: number;
  rev: number;
  nextAt: number;
  lastAt: number | null;
  weekday: number;
  time: string;
  zone: string;
}

/** Courses after one by id whose next step waits for its hour, and was not asked for at once. */
export function readDated(
  db: Database,
  after: number,
  now: Seconds,
  limit: number,
): Promise<Dated[]> {
  return db.all<Dated>(
    sql`SELECT id, rev, next_at AS nextAt, last_at AS lastAt, weekday, time, zone FROM enrollments
        WHERE id > ${after} AND next_at > ${now} AND next_at IS NOT asked_at
        ORDER BY id LIMIT ${limit}`,
  );
}

/**
 * Keeps by which rules of the zones due times are computed.
 *
 * @param from the enrollment after which to go on computing anew; null where nothing is left to do
 */
export async function keepZoneRules(
  db: Database,
  rules: string,
  from: Seconds | null,
): Promise<void> {
  await db.batch([sql`UPDATE pulse SET zone_rules = ${rules}, redate_from = ${from} WHERE id = 1`]);
}

/** Gives late enrollments a new time, or none, where nothing has changed since they were read. */
export async function reschedule(
  db: Database,
  moves: { id: number; rev: number; from: Seconds; to: number | null }[],
): Promise<void> {
  const values = JSON.stringify(moves.map((move) => [move.id, move.rev, move.from, move.to]));
  await db.batch([
    sql`UPDATE enrollments SET next_at = v.next_at
        FROM (SELECT value ->> 0 AS id, value ->> 1 AS rev, value ->> 2 AS was,
            value ->> 3 AS next_at FROM json_each(${values})) v
        WHERE enrollments.id = v.id AND enrollments.rev = v.rev AND enrollments.next_at = v.was`,
  ]);
}

/** Ids and frozen rows of batches that have had no usable answer for too long and that nobody holds. */
export async function readStale(
  db: Database,
  machine: Millis,
  limit: number,
): Promise<{ id: number; rows: FrozenRow[] }[]> {
  const rows = await db.all<{ id: number; frozen: string | null }>(
    sql`SELECT id, frozen FROM batches
        WHERE state = 'open' AND (frozen_at > ${machine + FROZEN_AHEAD}
          OR (frozen_at <= ${machine - UNCERTAIN_AFTER}
            AND (lease_id IS NULL OR lease_until <= ${machine}))) LIMIT ${limit}`,
  );
  return rows.map((row) => ({ id: row.id, rows: readFrozen(row.frozen) ?? [] }));
}

/** The next instant of course time after `now` at which something falls due, or null. */
export async function nextDue(db: Database, now: Seconds): Promise<number | null> {
  const [row] = await db.all<{ next: number | null }>(
    sql`SELECT min(next_at) AS next FROM (${forEachStep(
      (lesson) => sql`SELECT min(next_at) AS next_at FROM enrollments
        WHERE next_lesson = ${step(lesson)} AND next_at > ${now}`,
    )} UNION ALL SELECT min(resume_at) FROM enrollments WHERE resume_at > ${now}
       UNION ALL SELECT min(nudge_at) FROM enrollments WHERE nudge_at > ${now})`,
  );
  return row?.next ?? null;
}

/** A local run's clock: how far course time is ahead of machine time, in seconds. Never back. */
export async function keepClockOffset(db: Database, offset: number): Promise<void> {
  await db.batch([
    sql`UPDATE pulse SET clock_offset = ${offset} WHERE id = 1 AND clock_offset < ${offset}`,
  ]);
}

/**
 * A local run's backoffs count as elapsed when its clock is moved; leases that are held do not.
 *
 * @returns how many batches waited
 */
export async function endBackoffs(db: Database): Promise<number> {
  const [ended] = await db.batch([
    sql`UPDATE batches SET lease_until = 0 WHERE state = 'open' AND lease_id IS NULL`,
    sql`UPDATE pace SET next_free = 0`,
  ]);
  return ended?.meta.changes ?? 0;
}

/** Open batches that some consumer holds now. */
export async function heldBatches(db: Database, machine: Millis): Promise<number> {
  const [row] = await db.all<{ held: number }>(
    sql`SELECT count(*) AS held FROM batches
        WHERE state = 'open' AND lease_id IS NOT NULL AND lease_until > ${machine}`,
  );
  return row?.held ?? 0;
}

/** How many mails were accepted since an instant. Reads the whole ledger: for local runs. */
export async function countAccepted(db: Database, since: number): Promise<number> {
  const [row] = await db.all<{ sent: number }>(
    sql`SELECT count(*) AS sent FROM deliveries WHERE accepted_at >= ${since}`,
  );
  return row?.sent ?? 0;
}

export interface HealthRow {
  /** Machine time, epoch seconds. */
  lastTick: Seconds | null;
  /** When the database was made ready for ticks, machine time; null where that was not written down. */
  awaitedFrom: number | null;
  complaint: string | null;
  /** Course time, epoch seconds. */
  oldestDue: Seconds | null;
  open: number;
  uncertain: number;
  undated: number;
  /** `since` is machine time, epoch seconds. */
  halts: { scope: string; reason: string; since: number }[];
  /** Mails that the mailer took and did not send within a day, by its word for why. */
  failures: { reason: string; mails: number }[];
  /** Slugs of providers through which more signups come than any of their forms may take. */
  spiking: string[];
}

function spikingProviders(now: Seconds): SQL {
  const recent = throughProvider(sql`p.id`, now - SPIKE.seconds, SPIKE.signups);
  return sql`SELECT coalesce(p.slug, p.public_key) AS slug FROM providers p
    WHERE ${recent} >= ${SPIKE.signups}`;
}

/** How long a mail that the mailer failed to send is told of, in seconds of machine time. */
const FAILURES_WITHIN = DAY;

export async function readHealth(db: Database, at: Instant): Promise<HealthRow> {
  const oldest = forEachStep(
    (lesson) => sql`SELECT min(next_at) AS next_at FROM enrollments
      WHERE next_lesson = ${step(lesson)} AND next_at IS NOT NULL`,
  );
  const [counts, halts, failures, spiking] = await db.batch([
    sql`SELECT (SELECT last_tick FROM pulse) AS lastTick,
          (SELECT awaited_from FROM pulse) AS awaitedFrom, (SELECT complaint FROM pulse) AS complaint,
          (SELECT min(next_at) FROM (${oldest})) AS oldestDue,
          (SELECT count(*) FROM batches WHERE state = 'open') AS open,
          (SELECT count(*) FROM deliveries WHERE state = 'uncertain') AS uncertain,
          (SELECT count(*) FROM enrollments WHERE undated_at IS NOT NULL AND ${isUndated}) AS undated`,
    sql`SELECT scope, reason, since FROM halts ORDER BY since`,
    sql`SELECT reason, count(DISTINCT delivery_id) AS mails FROM events WHERE kind = 'failed'
          AND at > ${secondsOf(at.machine) - FAILURES_WITHIN} GROUP BY reason ORDER BY reason`,
    spikingProviders(at.now),
  ]);
  const row = counts?.results[0] as unknown as Omit<HealthRow, 'halts' | 'failures' | 'spiking'>;
  return {
    ...row,
    halts: (halts?.results ?? []) as unknown as HealthRow['halts'],
    failures: (failures?.results ?? []) as unknown as HealthRow['failures'],
    spiking: (spiking?.results ?? []).map(({ slug }) => String(slug)),
  };
}

/**
 * What the daily cap has left today, and what is or falls due until the end of the third day from now, by
 * half days. Reads no more rows than could be sent by then.
 */
export async function readBacklog(db: Database, at: Instant, cap: number): Promise<Backlog> {
  const today = dayOf(at.machine);
  const ahead = at.now - secondsOf(at.machine);
  const tomorrow = (today + 1) * DAY + ahead;
  const [pace, halfDays] = await db.batch([
    sql`SELECT coalesce(sum(sent), 0) AS sent FROM pace WHERE day = ${today}`,
    // Divided as whole numbers; moved up first, so that what is negative is not rounded towards zero.
    sql`SELECT CAST(next_at - ${tomorrow} + ${10 * HALF_DAY} AS INTEGER) / ${sql.raw(String(HALF_DAY))} - 10
            AS halfDay, count(*) AS count
          FROM (${due(at.now - MAX_LATENESS, tomorrow + 2 * DAY - 1)}
            ORDER BY next_at LIMIT ${4 * cap + 1})
          GROUP BY halfDay ORDER BY halfDay`,
  ]);
  return {
    left: Math.max(0, cap - Number(pace?.results[0]?.sent ?? 0)),
    halfDays: (halfDays?.results ?? []) as unknown as Backlog['halfDays'],
  };
}

/** What a mail was, as an event that names its row finds it. */
export interface MailedRow {
  state: string;
  subscriberId: number;
  /** The hash of the address that it went to. */
  toHash: string;
  batchId: number;
  /** As frozen with its batch. */
  mailFrom: string;
  baseUrl: string;
}

/** The row that an event names. Null where it is not in the ledger, or was never part of a batch. */
export async function readMailed(db: Database, deliveryId: number): Promise<MailedRow | null> {
  const [row] = await db.all<MailedRow>(
    sql`SELECT d.state, d.subscriber_id AS subscriberId,
          coalesce(d.to_hash, s.email_hash) AS toHash, b.id AS batchId, b.mail_from AS mailFrom,
          b.base_url AS baseUrl
        FROM deliveries d CROSS JOIN subscribers s ON s.id = d.subscriber_id
          CROSS JOIN batches b ON b.id = d.batch_id
        WHERE d.id = ${deliveryId}`,
  );
  return row ?? null;
}

/** The rows of an open batch as they were frozen. */
export async function readRows(db: Database, batchId: number): Promise<FrozenRow[]> {
  const [row] = await db.all<{ frozen: string | null }>(
    sql`SELECT frozen FROM batches WHERE id = ${batchId}`,
  );
  return readFrozen(row?.frozen ?? null) ?? [];
}

/** What was uncertain turns out to have been accepted. The course has gone on already. */
export async function settleUncertain(
  db: Database,
  batchId: number,
  now: Seconds,
  act?: Act,
): Promise<void> {
  await db.batch([
    ...(act ? [writeAct(act, isUncertain(batchId))] : []),
    sql`UPDATE deliveries SET state = 'sent', accepted_at = ${now}
        WHERE batch_id = ${batchId} AND state = 'uncertain'`,
    sql`UPDATE batches SET state = 'accepted' WHERE id = ${batchId} AND state = 'uncertain'`,
  ]);
}

/** From which states an event moves a mail on, and to which: forward only. */
const MOVES: Partial<Record<EventKind, { to: string; from: string[] }>> = {
  delivered: { to: 'delivered', from: ['sent'] },
  'unclear-bounce': { to: 'bounced', from: ['sent'] },
  'soft-bounce': { to: 'bounced', from: ['sent', 'delivered'] },
  'hard-bounce': { to: 'bounced', from: ['sent', 'delivered'] },
  complaint: { to: 'complained', from: ['sent', 'delivered', 'bounced'] },
};

/** This many mails that came back in this time, in seconds of machine time, pause a course. */
const SOFT_BOUNCES = { count: 5, within: 30 * DAY };

/**
 * Applies an event about a mail of ours in one transaction, all of it only where the event is new.
 *
 * @returns whether it was new, and whether it has halted everything
 */
export async function applyEvent(
  db: Database,
  event: MailEvent,
  row: MailedRow,
  at: Instant,
): Promise<{ isNew: boolean; halted: boolean }> {
  const { id, kind, deliveryId } = event;
  const { subscriberId, toHash } = row;
  const seconds = secondsOf(at.machine);
  const isNew = sql`NOT EXISTS (SELECT 1 FROM events WHERE id = ${id})`;
  // Owed again since, the row stands for another mail.
  const asRead = sql`id = ${deliveryId} AND batch_id = ${row.batchId}`;
  const theirs = (kinds: EventKind[]) => sql`(SELECT delivery_id FROM events
    WHERE subscriber_id = ${subscriberId} AND kind IN (${textList(kinds)}))`;
  const statements: SQL[] = [];
  const move = MOVES[kind];
  if (move) {
    // What came back clearly stays so; the rest was the answer of a machine to what had arrived.
    const arrivedAfterAll =
      kind === 'delivered'
        ? sql`OR (state = 'bounced' AND id NOT IN ${theirs(['soft-bounce', 'hard-bounce'])})`
        : sql``;
    statements.push(
      sql`UPDATE deliveries SET state = ${move.to} WHERE ${asRead}
          AND (state IN (${textList(move.from)}) ${arrivedAfterAll}) AND ${isNew}`,
    );
  }
  if (kind === 'hard-bounce' || kind === 'complaint') {
    statements.push(
      sql`INSERT INTO suppressions (hash, reason, at)
          SELECT ${toHash}, ${kind === 'complaint' ? 'complaint' : 'bounce'}, ${at.now}
          WHERE ${isNew} ON CONFLICT DO NOTHING`,
      // Whoever has the address now, whosever mail it was.
      pauseSuppressed(sql`SELECT ${toHash} WHERE ${isNew}`),
    );
  }
  if (kind === 'soft-bounce' || kind === 'unclear-bounce') {
    const cameBack = sql`(SELECT count(*) FROM (
      SELECT e.delivery_id FROM events e CROSS JOIN deliveries d ON d.id = e.delivery_id
      WHERE e.subscriber_id = ${subscriberId} AND e.at > ${seconds - SOFT_BOUNCES.within}
        AND e.kind IN ('soft-bounce', 'unclear-bounce') AND d.state = 'bounced'
        AND coalesce(d.to_hash, ${toHash}) = ${toHash}
      UNION SELECT id FROM deliveries WHERE id = ${deliveryId} AND state = 'bounced'))`;
    statements.push(
      sql`UPDATE enrollments SET ${stopFor('bounces')}
          WHERE state = 'active' AND subscriber_id = ${subscriberId} AND ${isNew}
            AND (SELECT email_hash FROM subscribers WHERE id = ${subscriberId}) = ${toHash}
            AND ${cameBack} >= ${SOFT_BOUNCES.count}`,
    );
  }
  if (kind === 'refused' || kind === 'failed') {
    const which = sql`d.id = (SELECT id FROM deliveries WHERE ${asRead})
      AND d.state = 'sent' AND ${isNew}`;
    if (event.halts) statements.push(haltByMail(which, event.reason, seconds));
    const again = kind === 'refused' ? 'never' : event.halts ? 'as-before' : 'next-time';
    statements.push(...notSent(which, again, at.now));
  }
  if (kind === 'failed') {
    statements.push(sql`UPDATE pulse SET failed_at = ${seconds} WHERE id = 1 AND ${isNew}`);
  }
  statements.push(
    sql`INSERT INTO events (id, kind, delivery_id, subscriber_id, reason, at)
        VALUES (${id}, ${kind}, ${deliveryId},
          (SELECT id FROM subscribers WHERE id = ${subscriberId}), ${event.reason}, ${seconds})
        ON CONFLICT DO NOTHING`,
  );
  const results = await db.batch(statements);
  const changed = (at: number) => (results.at(at)?.meta.changes ?? 0) > 0;
  return { isNew: changed(-1), halted: event.halts && changed(0) };
}

/** A mail that failed says nothing of now where it was accepted before the operator last lifted a halt. */
function haltByMail(which: SQL, reason: string | null, since: number): SQL {
  return sql`INSERT INTO halts (scope, reason, since)
    SELECT 'all', ${reason}, ${since} FROM deliveries d WHERE ${which} AND d.accepted_at >=
      coalesce((SELECT max(at) FROM acts WHERE verb = 'lift-halt' AND subject = 'halt:all'), 0)
    ON CONFLICT DO NOTHING`;
}

/** Events are repeated for a day, and by hand for weeks; older ones are forgotten. */
export async function deleteOldEvents(db: Database, before: number, limit: number): Promise<void> {
  await db.batch([
    sql`DELETE FROM events WHERE id IN (SELECT id FROM events WHERE at <= ${before} LIMIT ${limit})`,
  ]);
}
