import { type SQL, sql } from 'drizzle-orm';
import { DAY, type Seconds } from '../clock.ts';
import type { Slot } from '../course/schedule.ts';
import type { Database } from '../db/client.ts';
import { type Act, forgetReasons, isSuppressed, randomRowId, writeAct } from '../db/statements.ts';
import type { Kind } from '../delivery/kinds.ts';
import {
  forgetMails,
  insertRefusal,
  isRefused,
  type Limits,
  mayCause,
} from '../suppression/strangers.ts';
import { CAPS, type Cap, MONTH, STRANGERS_LIFETIME, TRY_CAP } from '../suppression/suppression.ts';
import type { NotMeClaims } from '../token.ts';
import { RESTARTS_A_MONTH, UNDO_LIFETIME } from './enrollment.ts';
import {
  askedAtOnce,
  endCourses,
  ended,
  givenSlot,
  goOn,
  paused,
  resumed,
  stepInFlight,
} from './transitions.ts';

/** A learner's enrollment as their page shows it. */
export interface LearnerRow {
  subscriberId: number;
  firstName: string;
  linkVersion: number;
  unsubscribedAt: number | null;
  /** Null where the subscriber never enrolled. */
  enrollmentId: number | null;
  /** The signup that the enrollment came from: its name where it leaves the house. */
  signupId: number | null;
  state: 'active' | 'paused' | 'completed' | 'ended' | null;
  pauseReason: 'refused' | 'bounces' | 'suppressed' | null;
  weekday: number | null;
  time: string | null;
  zone: string | null;
  nextLesson: number | null;
  nextAt: number | null;
  lastAt: number | null;
  rev: number | null;
  resumeAt: number | null;
  askedAt: number | null;
  /** Bit 0 is lesson 1. */
  readWeeks: number | null;
  nudgedAt: number | null;
  /** The next lesson is on its way, and may arrive whatever is changed now. */
  inFlight: number;
  nudgesOffAt: number | null;
  lockedUntil: number | null;
  /** Keyed hash of the address. */
  emailHash: string;
  suppressed: number;
  /** Hex; null while nothing is written in the log. */
  logSalt: string | null;
  /** Until when the device that was asked about is theirs; null where it is not. */
  deviceUntil: number | null;
}

/** A step that was sent or is on its way. */
export interface SentStep {
  lesson: number;
  state: string;
  /** Course time; null while on its way. */
  acceptedAt: number | null;
}

const enrollmentsOf = (subscriberId: number) =>
  sql`SELECT id FROM enrollments WHERE subscriber_id = ${subscriberId}`;
const newestOf = (subscriberId: number) =>
  sql`(SELECT max(id) FROM (${enrollmentsOf(subscriberId)}))`;

function selectLearner(subscriberId: number, deviceId: number | null): SQL {
  return sql`SELECT s.id AS subscriberId, s.first_name AS firstName, s.link_version AS linkVersion,
      s.unsubscribed_at AS unsubscribedAt, s.nudges_off_at AS nudgesOffAt,
      s.email_hash AS emailHash, s.log_salt AS logSalt,
      (SELECT expires_at FROM devices WHERE id = ${deviceId} AND subscriber_id = s.id) AS deviceUntil,
      s.locked_until AS lockedUntil, ${isSuppressed(sql`s.email_hash`)} AS suppressed,
      enrollments.id AS enrollmentId, signup_id AS signupId, state, pause_reason AS pauseReason, weekday, time, zone,
      next_lesson AS nextLesson, next_at AS nextAt, last_at AS lastAt, rev, resume_at AS resumeAt,
      asked_at AS askedAt, read_weeks AS readWeeks, nudged_at AS nudgedAt,
      ${stepInFlight} AS inFlight
    FROM subscribers s LEFT JOIN enrollments ON enrollments.id = ${newestOf(subscriberId)}
    WHERE s.id = ${subscriberId} AND s.erase_requested_at IS NULL`;
}

/**
 * A subscriber with the newest enrollment. Null where nobody is known.
 *
 * @param deviceId the device to ask about
 */
export async function readPerson(
  db: Database,
  subscriberId: number,
  deviceId: number | null = null,
): Promise<LearnerRow | null> {
  const [row] = await db.all<LearnerRow>(selectLearner(subscriberId, deviceId));
  return row ?? null;
}

/**
 * A subscriber with the newest enrollment, what was sent in it, the weeks whose lessons were sent in
 * any of theirs, and those with something in the log. Null where nobody is known.
 *
 * @param deviceId the device to ask about
 */
export async function readLearner(
  db: Database,
  subscriberId: number,
  deviceId: number | null = null,
): Promise<{
  learner: LearnerRow;
  steps: SentStep[];
  everSent: number[];
  logged: { lesson: number; savedAt: number }[];
} | null> {
  const theirs = enrollmentsOf(subscriberId);
  const newest = newestOf(subscriberId);
  const sent = sql`lane = 'lesson' AND state NOT IN ('skipped', 'failed')`;
  // A lesson of the course's own that turned out not to have been sent came once more, by hand.
  const resent = sql`lane = 'prompt' AND subscriber_id = ${subscriberId} AND kind = 'resend'
    AND state NOT IN ('skipped', 'failed')`;
  const [people, steps, ever, logged] = await db.batch([
    selectLearner(subscriberId, deviceId),
    sql`SELECT lesson, state, accepted_at AS acceptedAt FROM deliveries
        WHERE enrollment_id = ${newest} AND ${sent}
        UNION ALL
        SELECT lesson, CASE state WHEN 'owed' THEN 'sending' ELSE state END, accepted_at
        FROM deliveries AS r WHERE enrollment_id = ${newest} AND ${resent}
          AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.enrollment_id = r.enrollment_id
            AND d.lesson = r.lesson AND d.lane = 'lesson' AND d.state NOT IN ('skipped', 'failed'))
        ORDER BY lesson`,
    sql`SELECT DISTINCT lesson FROM deliveries
        WHERE enrollment_id IN (${theirs}) AND ${sent} AND state <> 'sending'
        UNION SELECT lesson FROM deliveries WHERE ${resent} AND state NOT IN ('owed', 'sending')`,
    sql`SELECT lesson, saved_at AS savedAt FROM log_entries
        WHERE subscriber_id = ${subscriberId} AND (text <> '' OR sealed IS NOT NULL)
        ORDER BY lesson`,
  ]);
  const learner = people?.results[0];
  if (!learner) return null;
  return {
    learner: learner as unknown as LearnerRow,
    steps: (steps?.results ?? []) as unknown as SentStep[],
    everSent: (ever?.results ?? []).map((row) => Number(row.lesson)),
    logged: (logged?.results ?? []) as unknown as { lesson: number; savedAt: number }[],
  };
}

/**
 * Gives a running enrollment another slot, if it is still as it was read. What is in flight or paused
 * keeps no due time; recording its outcome computes one from the new slot. A lesson that the learner
 * has asked for at once stays due, and one that had no date gets one.
 *
 * @param nextAt when the next step is due with the new slot, epoch seconds; null where it has no date
 */
export async function updateSlot(
  db: Database,
  enrollment: { id: number; rev: number },
  slot: Slot,
  nextAt: number | null,
): Promise<boolean> {
  const [result] = await db.batch([
    sql`UPDATE enrollments SET ${givenSlot(slot, nextAt)}
        WHERE id = ${enrollment.id} AND rev = ${enrollment.rev} AND state IN ('active', 'paused')`,
  ]);
  return (result?.meta.changes ?? 0) > 0;
}

/**
 * Ends the mail for a subscriber. A learner's enrollment ends. Somebody who takes no course and has
 * been asked whether they would has said "this was not me". Twice is once.
 *
 * @param act who ends it in the subscriber's place; written where there is something to end
 * @param goodbye why, in their own words; what they said before stays where it is null
 * @returns false where nothing was left to end
 */
export async function endMail(
  db: Database,
  subscriberId: number,
  now: Seconds,
  act?: Act,
  goodbye: string | null = null,
): Promise<boolean> {
  const open = sql`EXISTS (SELECT 1 FROM subscribers
    WHERE id = ${subscriberId} AND unsubscribed_at IS NULL)`;
  const stranger = sql`SELECT id, email_hash AS hash FROM subscribers s
    WHERE id = ${subscriberId} AND ${isStranger}`;
  const [found] = await db.batch([
    sql`SELECT ${open} AS open`,
    ...(act ? [writeAct(act, open)] : []),
    endCourses(sql`= ${subscriberId}`, now),
    // What a stranger says holds from the last time they said it.
    sql`UPDATE subscribers SET unsubscribed_at = CASE WHEN confirmed_at IS NULL THEN ${now}
          ELSE coalesce(unsubscribed_at, ${now}) END,
          goodbye = CASE WHEN erase_requested_at IS NULL THEN coalesce(${goodbye}, goodbye) END
        WHERE id = ${subscriberId}`,
    withdrawSignups(stranger, now),
    insertRefusal(stranger, now),
  ]);
  return found?.results[0]?.open === 1;
}

/**
 * Signups that somebody withdraws lose the name and the id that a link carries, so that it opens nothing
 * any more, and are forgotten 30 days from now.
 *
 * @param subscribers a query that gives their `id`
 */
function withdrawSignups(subscribers: SQL, now: Seconds): SQL {
  return sql`UPDATE signups SET id = ${randomRowId}, first_name = '', created_at = ${now}
    WHERE confirmed_at IS NULL AND subscriber_id IN (SELECT id FROM (${subscribers}))`;
}

/**
 * The owner of an address says "this was not me": what was asked for there is withdrawn, and no mail that
 * strangers can cause goes there. Twice is once.
 *
 * @param claims the subscriber that the mail was about, to whom the address need not belong
 */
export async function refuseMail(db: Database, claims: NotMeClaims, now: Seconds): Promise<void> {
  const { subscriberId, addressHash } = claims;
  const owner = sql`SELECT id FROM subscribers
    WHERE id = ${subscriberId} AND email_hash = ${addressHash} AND erase_requested_at IS NULL`;
  await db.batch([
    insertRefusal(sql`SELECT ${addressHash} AS hash`, now),
    withdrawSignups(owner, now),
    sql`UPDATE subscribers SET unsubscribed_at = ${now}
        WHERE id IN (${owner}) AND confirmed_at IS NULL`,
    sql`DELETE FROM links WHERE subscriber_id = ${subscriberId} AND purpose = 'address'
          AND email_hash = ${addressHash} AND used_at IS NULL`,
  ]);
}

/** Whether the owner of an address has said "this was not me" since an instant. */
export async function hasRefused(db: Database, hash: string, since: number): Promise<boolean> {
  const [row] = await db.all<{ refused: number }>(
    sql`SELECT ${isRefused(sql`${hash}`, since)} AS refused`,
  );
  return row?.refused === 1;
}

/**
 * Whether a subscriber (columns of `s`) takes no course and has been asked whether they would: never
 * confirmed, or left and since then sent another confirmation, which anybody can cause.
 */
const isStranger = sql`(s.confirmed_at IS NULL OR (s.unsubscribed_at IS NOT NULL AND EXISTS
  (SELECT 1 FROM deliveries d WHERE d.subscriber_id = s.id AND d.lane = 'prompt'
    AND d.due_at > s.unsubscribed_at AND d.kind = 'confirm'
    AND d.state NOT IN ('skipped', 'failed', 'bounced'))))`;

/** Whose mail ends with an unsubscribe link; null where nobody is known. */
export async function readRecipient(
  db: Database,
  subscriberId: number,
): Promise<'learner' | 'stranger' | null> {
  const [row] = await db.all<{ stranger: number }>(
    sql`SELECT ${isStranger} AS stranger FROM subscribers s WHERE s.id = ${subscriberId}`,
  );
  if (!row) return null;
  return row.stranger === 1 ? 'stranger' : 'learner';
}

/** Whether a subscriber has ever confirmed; null where nobody is known. */
export async function hasConfirmed(db: Database, subscriberId: number): Promise<boolean | null> {
  const [row] = await db.all<{ confirmed: number }>(
    sql`SELECT confirmed_at IS NOT NULL AS confirmed FROM subscribers WHERE id = ${subscriberId}`,
  );
  return row ? row.confirmed === 1 : null;
}

/** Whether a mail of a subscriber's is in a batch that has not settled, and so stands frozen there. */
function isInFlight(subscriber: SQL): SQL {
  return sql`(EXISTS (SELECT 1 FROM deliveries d
      WHERE d.lane = 'prompt' AND d.subscriber_id = ${subscriber} AND d.state = 'sending')
    OR EXISTS (SELECT 1 FROM enrollments e CROSS JOIN deliveries d ON d.enrollment_id = e.id
      WHERE e.subscriber_id = ${subscriber} AND d.lane = 'lesson'
        AND d.state NOT IN ('skipped', 'failed') AND d.state = 'sending'))`;
}

/** What an erasure needs to know of somebody. */
export interface Erasable {
  email: string;
  /** The subscriber's and those of their signups. */
  names: string[];
  /** An erasure waits already. */
  waits: boolean;
}

export async function readErasable(db: Database, subscriberId: number): Promise<Erasable | null> {
  const rows = await db.all<{ email: string; name: string; waits: number }>(
    sql`SELECT email, first_name AS name, erase_requested_at IS NOT NULL AS waits
        FROM subscribers WHERE id = ${subscriberId}
        UNION SELECT s.email, g.first_name, s.erase_requested_at IS NOT NULL
        FROM signups g JOIN subscribers s ON s.id = g.subscriber_id
        WHERE g.subscriber_id = ${subscriberId}`,
  );
  const [first] = rows;
  if (!first) return null;
  return { email: first.email, waits: first.waits === 1, names: rows.map((row) => row.name) };
}

/**
 * Erases a subscriber in one transaction: everything of theirs stops, and where no mail is in flight
 * all of it is deleted. Otherwise the address and the name are taken out of the subscriber at once,
 * whose deletion waits for the batch; a new signup with the address is a new subscriber.
 *
 * @returns true where they are gone
 */
export async function eraseNow(
  db: Database,
  subscriberId: number,
  now: Seconds,
  act?: Act,
): Promise<boolean> {
  const ofThem = sql`subscriber_id = ${subscriberId}`;
  const open = sql`EXISTS (SELECT 1 FROM subscribers
    WHERE id = ${subscriberId} AND erase_requested_at IS NULL)`;
  const results = await db.batch([
    ...(act ? [writeAct(act, open)] : []),
    endCourses(sql`= ${subscriberId}`, now),
    sql`DELETE FROM log_entries WHERE ${ofThem}`,
    sql`DELETE FROM links WHERE ${ofThem}`,
    sql`DELETE FROM devices WHERE ${ofThem}`,
    sql`UPDATE deliveries SET state = 'skipped'
        WHERE lane = 'prompt' AND ${ofThem} AND state = 'owed'`,
    // By address: earlier mails may belong to deliveries that are forgotten. A local run only.
    sql`DELETE FROM mailbox WHERE mail ->> '$.to[0]' =
          (SELECT email FROM subscribers WHERE id = ${subscriberId})`,
    sql`UPDATE signups SET first_name = '', page = '' WHERE ${ofThem}`,
    sql`UPDATE subscribers SET email = ${`erased-${subscriberId}`}, first_name = '',
          goodbye = NULL, log_salt = NULL, unsubscribed_at = coalesce(unsubscribed_at, ${now}), link_version = link_version + 1,
          erase_requested_at = ${now}
        WHERE id = ${subscriberId} AND erase_requested_at IS NULL`,
    sql`INSERT INTO erased_subscribers (subscriber_id, erased_at)
        SELECT id, ${now} FROM subscribers WHERE id = ${subscriberId}
        ON CONFLICT (subscriber_id) DO UPDATE SET erased_at = excluded.erased_at`,
    ...deleteSubscriber(subscriberId, now),
  ]);
  return results.at(-1)?.results[0]?.gone === 1;
}

/** Finishes an erasure that waited. False where it has to go on waiting. */
export async function finishErasure(
  db: Database,
  subscriberId: number,
  now: Seconds,
): Promise<boolean> {
  const results = await db.batch(deleteSubscriber(subscriberId, now));
  return results.at(-1)?.results[0]?.gone === 1;
}

/**
 * Deletes a subscriber whose erasure was asked for, if nothing of theirs is in flight. What stays: the
 * erasure's hash and dates, a suppression if there was one, and who asked for it when and why. The
 * reasons of earlier acts about them or their address go, because they may tell of the person. The last
 * statement tells whether they are `gone`, whoever deleted them.
 */
function deleteSubscriber(subscriberId: number, now: Seconds): SQL[] {
  const gone = sql`EXISTS (SELECT 1 FROM subscribers
      WHERE id = ${subscriberId} AND erase_requested_at IS NOT NULL)
    AND NOT ${isInFlight(sql`${subscriberId}`)}`;
  const theirs = sql`(SELECT id FROM enrollments WHERE subscriber_id = ${subscriberId})`;
  const ofThem = sql`subscriber_id = ${subscriberId}`;
  return [
    sql`INSERT INTO erasures (hash, consented_at, withdrawn_at, erased_at)
        SELECT email_hash, confirmed_at, unsubscribed_at, ${now} FROM subscribers
        WHERE id = ${subscriberId} AND ${gone}
        ON CONFLICT (hash) DO UPDATE SET consented_at = excluded.consented_at,
          withdrawn_at = excluded.withdrawn_at, erased_at = excluded.erased_at`,
    sql`DELETE FROM mailbox WHERE ${gone} AND id IN (
          SELECT m.id FROM mailbox m CROSS JOIN json_each(m.mail, '$.tags') t
            CROSS JOIN deliveries d ON d.id = CAST(t.value ->> 'value' AS INTEGER)
          WHERE t.value ->> 'name' = 'delivery' AND d.subscriber_id = ${subscriberId})`,
    sql`UPDATE events SET subscriber_id = NULL WHERE ${ofThem} AND ${gone}`,
    sql`UPDATE acts SET reason = 'erased' WHERE ${ofThem} AND verb <> 'erase' AND ${gone}`,
    forgetReasons(
      sql`SELECT email_hash FROM subscribers WHERE id = ${subscriberId} AND ${gone}`,
      'erased',
    ),
    ...forgetMails(sql`${ofThem} AND ${gone}`, now - STRANGERS_LIFETIME),
    sql`DELETE FROM deliveries WHERE enrollment_id IN ${theirs} AND lane = 'lesson'
          AND state IN ('skipped', 'failed') AND ${gone}`,
    sql`DELETE FROM deliveries WHERE enrollment_id IN ${theirs} AND lane = 'lesson'
          AND state NOT IN ('skipped', 'failed') AND ${gone}`,
    sql`DELETE FROM enrollments WHERE ${ofThem} AND ${gone}`,
    sql`DELETE FROM signups WHERE ${ofThem} AND ${gone}`,
    sql`DELETE FROM subscribers WHERE id = ${subscriberId} AND ${gone}`,
    sql`SELECT NOT EXISTS (SELECT 1 FROM subscribers WHERE id = ${subscriberId}) AS gone`,
  ];
}

/** Subscribers whose erasure waited and whose mail has settled; up to `limit`. */
export async function readErasing(db: Database, limit: number): Promise<number[]> {
  const rows = await db.all<{ id: number }>(
    sql`SELECT s.id FROM subscribers s WHERE s.erase_requested_at IS NOT NULL
          AND NOT ${isInFlight(sql`s.id`)} LIMIT ${limit}`,
  );
  return rows.map((row) => row.id);
}

/**
 * What erasures left is forgotten in turn; up to `limit` of each.
 *
 * @param before.hashes what stays of a person for years
 * @param before.ids what a restore has to know, for as long as there are backups
 */
export async function deleteOldErasures(
  db: Database,
  before: { hashes: number; ids: number },
  limit: number,
): Promise<void> {
  await db.batch([
    sql`DELETE FROM erasures
        WHERE hash IN (SELECT hash FROM erasures WHERE erased_at <= ${before.hashes} LIMIT ${limit})`,
    sql`DELETE FROM erased_subscribers WHERE subscriber_id IN (SELECT subscriber_id
        FROM erased_subscribers WHERE erased_at <= ${before.ids} LIMIT ${limit})`,
  ]);
}

/** Why a lesson may not be sent once more, as it is now. */
export interface ResendState {
  confirmed: number;
  unsubscribed: number;
  suppressed: number;
  /** The newest enrollment that has passed the lesson, or null. */
  enrollmentId: number | null;
  /** It is owed or on its way once more already. */
  owed: number;
  /** They have had as many as they may ask for. */
  capped: number;
}

/**
 * Owes a lesson once more, outside the course's order. Null where the subscriber is not known.
 *
 * @returns what stood there before, and whether it is owed by this call
 */
export async function insertResend(
  db: Database,
  subscriberId: number,
  lesson: number,
  now: Seconds,
  by: { act: Act } | { cap: Cap },
): Promise<{ before: ResendState; inserted: boolean } | null> {
  const capped =
    'cap' in by
      ? isCapped(sql`${askedBy(subscriberId, ['resend'])} AND ${mayHaveArrived}`, by.cap, now)
      : sql`0`;
  const enrollment = sql`(SELECT max(id) FROM enrollments
    WHERE subscriber_id = ${subscriberId} AND next_lesson > ${lesson})`;
  const owed = sql`EXISTS (SELECT 1 FROM deliveries
    WHERE lane = 'prompt' AND subscriber_id = ${subscriberId} AND kind = 'resend'
      AND lesson = ${lesson} AND state IN ('owed', 'sending'))`;
  const allowed = sql`EXISTS (SELECT 1 FROM subscribers s WHERE s.id = ${subscriberId}
      AND s.confirmed_at IS NOT NULL AND s.unsubscribed_at IS NULL
      AND s.erase_requested_at IS NULL AND NOT ${isSuppressed(sql`s.email_hash`)})
    AND ${enrollment} IS NOT NULL AND NOT ${owed} AND NOT ${capped}`;
  const results = await db.batch([
    sql`SELECT confirmed_at IS NOT NULL AS confirmed, unsubscribed_at IS NOT NULL AS unsubscribed,
          ${isSuppressed(sql`email_hash`)} AS suppressed, ${enrollment} AS enrollmentId,
          ${owed} AS owed, ${capped} AS capped
        FROM subscribers WHERE id = ${subscriberId}`,
    ...('act' in by ? [writeAct(by.act, allowed)] : []),
    sql`INSERT INTO deliveries
          (id, kind, lane, subscriber_id, enrollment_id, lesson, state, due_at)
        SELECT ${randomRowId}, 'resend', 'prompt', ${subscriberId}, ${enrollment}, ${lesson}, 'owed', ${now}
        WHERE ${allowed}`,
  ]);
  const before = results[0]?.results[0] as unknown as ResendState | undefined;
  return before ? { before, inserted: (results.at(-1)?.meta.changes ?? 0) > 0 } : null;
}

/** Mails of these kinds that a subscriber asked for. */
function askedBy(subscriberId: number, kinds: Kind[]): SQL {
  const list = sql.join(
    kinds.map((kind) => sql`${kind}`),
    sql`, `,
  );
  return sql`lane = 'prompt' AND subscriber_id = ${subscriberId} AND kind IN (${list})`;
}

/** Whether there have been as many of these mails, a condition on `deliveries`, as there may be. */
function isCapped(mails: SQL, cap: Cap, now: Seconds): SQL {
  const since = (seconds: number) => sql`(SELECT count(*) FROM deliveries
    WHERE ${mails} AND due_at > ${now - seconds})`;
  return sql`(${since(DAY)} >= ${cap.day} OR ${since(MONTH)} >= ${cap.month})`;
}

/** What did not go and did not arrive uses up nothing. */
const mayHaveArrived = sql`state NOT IN ('skipped', 'failed', 'bounced')`;

/** What somebody said as they left. */
export interface Goodbye {
  subscriberId: number;
  /** When they unsubscribed, epoch seconds of course time. */
  at: number;
  words: string;
}

/** The latest goodbyes with words, newest first; up to `limit`. */
export function readGoodbyes(db: Database, limit: number): Promise<Goodbye[]> {
  return db.all<Goodbye>(
    sql`SELECT id AS subscriberId, unsubscribed_at AS at, goodbye AS words FROM subscribers
        WHERE goodbye IS NOT NULL AND unsubscribed_at IS NOT NULL
        ORDER BY unsubscribed_at DESC LIMIT ${limit}`,
  );
}

/** What is known of an address, by the address or by its hash. */
export interface Known {
  subscriberId: number | null;
  suppression: { reason: string; at: number } | null;
  erasure: { consentedAt: number | null; withdrawnAt: number | null; erasedAt: number } | null;
}

export async function readAddress(db: Database, email: string, hash: string): Promise<Known> {
  const [subscriber, suppression, erasure] = await db.batch([
    sql`SELECT id FROM subscribers WHERE email = ${email}`,
    sql`SELECT reason, at FROM suppressions WHERE hash = ${hash}`,
    sql`SELECT consented_at AS consentedAt, withdrawn_at AS withdrawnAt, erased_at AS erasedAt
        FROM erasures WHERE hash = ${hash}`,
  ]);
  return {
    subscriberId: (subscriber?.results[0]?.id ?? null) as Known['subscriberId'],
    suppression: (suppression?.results[0] ?? null) as Known['suppression'],
    erasure: (erasure?.results[0] ?? null) as Known['erasure'],
  };
}

/** Everything that is known of a subscriber, oldest first, as the tables have it. */
export interface TimelineRows {
  subscriber: {
    email: string;
    firstName: string;
    createdAt: number;
    confirmedAt: number | null;
    unsubscribedAt: number | null;
    goodbye: string | null;
    eraseRequestedAt: number | null;
    nudgesOffAt: number | null;
    lockedUntil: number | null;
  };
  suppression: { reason: string; at: number } | null;
  /** Mail that others caused to the address and that is only counted, and its owner's "not me". */
  strangers: { what: 'mail' | 'refusal'; at: number }[];
  signups: {
    createdAt: number;
    confirmedAt: number | null;
    firstName: string;
    page: string;
    provider: string | null;
    timeZone: string | null;
    wordsVersion: string;
  }[];
  enrollments: {
    state: string;
    pauseReason: string | null;
    weekday: number;
    time: string;
    zone: string;
    nextLesson: number;
    nextAt: number | null;
    lastAt: number | null;
    createdAt: number;
    closedAt: number | null;
    resumeAt: number | null;
    askedAt: number | null;
    readWeeks: number;
    nudgedAt: number | null;
  }[];
  deliveries: {
    id: number;
    kind: string;
    lesson: number | null;
    state: string;
    dueAt: number;
    acceptedAt: number | null;
    batch: number | null;
  }[];
  /** Mailed links that work once. An address is the one that they put in place. */
  links: {
    purpose: string;
    email: string | null;
    createdAt: number;
    expiresAt: number;
    usedAt: number | null;
  }[];
  devices: { createdAt: number; expiresAt: number }[];
  events: { kind: string; delivery: number; at: number }[];
  acts: { at: number; actor: string; verb: string; subject: string | null; reason: string }[];
}

export async function readTimelineRows(
  db: Database,
  subscriberId: number,
): Promise<TimelineRows | null> {
  const ofThem = sql`subscriber_id = ${subscriberId}`;
  const theirs = sql`(SELECT id FROM enrollments WHERE ${ofThem})`;
  const hash = sql`(SELECT email_hash FROM subscribers WHERE id = ${subscriberId})`;
  const delivery = sql`SELECT id, kind, lesson, state, due_at AS dueAt, accepted_at AS acceptedAt,
    batch_id AS batch FROM deliveries`;
  const results = await db.batch([
    sql`SELECT email, first_name AS firstName, created_at AS createdAt,
          confirmed_at AS confirmedAt, unsubscribed_at AS unsubscribedAt, goodbye,
          erase_requested_at AS eraseRequestedAt, nudges_off_at AS nudgesOffAt,
          locked_until AS lockedUntil
        FROM subscribers WHERE id = ${subscriberId}`,
    sql`SELECT reason, at FROM suppressions
        WHERE hash = ${hash}`,
    sql`SELECT what, at FROM strangers WHERE hash = ${hash} ORDER BY at`,
    sql`SELECT g.created_at AS createdAt, g.confirmed_at AS confirmedAt,
          g.first_name AS firstName, g.page,
          p.name AS provider, g.time_zone AS timeZone, g.words_version AS wordsVersion
        FROM signups g LEFT JOIN providers p ON p.id = g.provider_id
        WHERE g.subscriber_id = ${subscriberId} ORDER BY g.created_at`,
    sql`SELECT state, pause_reason AS pauseReason, weekday, time, zone,
          next_lesson AS nextLesson, next_at AS nextAt, last_at AS lastAt,
          created_at AS createdAt, closed_at AS closedAt, resume_at AS resumeAt,
          asked_at AS askedAt, read_weeks AS readWeeks, nudged_at AS nudgedAt
        FROM enrollments WHERE ${ofThem} ORDER BY id`,
    // One index each.
    sql`${delivery} WHERE lane = 'prompt' AND ${ofThem}
        UNION ALL ${delivery} WHERE enrollment_id IN ${theirs} AND lane = 'lesson'
          AND state NOT IN ('skipped', 'failed')
        UNION ALL ${delivery} WHERE enrollment_id IN ${theirs} AND lane = 'lesson'
          AND state IN ('skipped', 'failed')
        ORDER BY dueAt, lesson, id`,
    sql`SELECT purpose, email, created_at AS createdAt, expires_at AS expiresAt, used_at AS usedAt
        FROM links WHERE ${ofThem} ORDER BY created_at`,
    sql`SELECT created_at AS createdAt, expires_at AS expiresAt FROM devices WHERE ${ofThem}
        ORDER BY created_at`,
    sql`SELECT kind, delivery_id AS delivery, at FROM events WHERE ${ofThem} ORDER BY at`,
    sql`SELECT at, actor, verb, subject, reason FROM acts WHERE ${ofThem} ORDER BY id`,
  ]);
  const [people, suppressions, ...lists] = results.map((result) => result.results as unknown[]);
  const subscriber = people?.[0];
  if (!subscriber) return null;
  const [strangers, signups, enrollments, deliveries, links, devices, events, acts] = lists;
  return {
    subscriber,
    suppression: suppressions?.[0] ?? null,
    ...{ strangers, signups, enrollments, deliveries, links, devices, events, acts },
  } as TimelineRows;
}

/** An enrollment as it was read: a change of it holds only while nothing else has changed it. */
export interface Read {
  id: number;
  rev: number;
}

const asRead = ({ id, rev }: Read) => sql`id = ${id} AND rev = ${rev}`;

/** Runs one statement; true where it changed something. */
async function changes(db: Database, statement: SQL): Promise<boolean> {
  const [result] = await db.batch([statement]);
  return (result?.meta.changes ?? 0) > 0;
}

/**
 * Pauses a running enrollment, or gives a pause of the learner's own another end.
 *
 * @param resumeAt epoch seconds, or null until they resume it
 */
export function pauseEnrollment(db: Database, read: Read, resumeAt: number | null) {
  return changes(
    db,
    sql`UPDATE enrollments SET ${paused(resumeAt)}
        WHERE ${asRead(read)}
          AND (state = 'active' OR (state = 'paused' AND pause_reason IS NULL))`,
  );
}

/** Ends a pause. What is in flight keeps no due time: recording its outcome computes one. */
export function resumeEnrollment(db: Database, read: Read, nextAt: number | null) {
  return changes(
    db,
    sql`UPDATE enrollments SET ${resumed(nextAt)}
        WHERE ${asRead(read)} AND state = 'paused' AND pause_reason IS NULL`,
  );
}

/** Lets a course go on that has stopped because of its address. */
function goOnStatement(read: Read, nextAt: number | null, now: Seconds): SQL {
  return sql`UPDATE enrollments SET ${goOn(nextAt, now)}
    WHERE ${asRead(read)} AND state = 'paused' AND pause_reason IS NOT NULL`;
}

/** Lets such a course go on, unless its address is suppressed. @param act who says so */
export async function letGoOn(
  db: Database,
  read: Read,
  nextAt: number | null,
  now: Seconds,
  act?: Act,
): Promise<boolean> {
  const free = sql`NOT EXISTS (SELECT 1 FROM subscribers s JOIN suppressions x ON x.hash = s.email_hash
    WHERE s.id = enrollments.subscriber_id)`;
  const results = await db.batch([
    ...(act
      ? [
          writeAct(
            act,
            sql`EXISTS (SELECT 1 FROM enrollments WHERE ${asRead(read)} AND state = 'paused'
              AND pause_reason IS NOT NULL AND ${free})`,
          ),
        ]
      : []),
    sql`${goOnStatement(read, nextAt, now)} AND ${free}`,
  ]);
  return (results.at(-1)?.meta.changes ?? 0) > 0;
}

/** A pause that has come to its end. */
export interface Resuming extends Read {
  resumeAt: number;
  lastAt: number | null;
  weekday: number;
  time: string;
  zone: string;
}

/** Pauses that end at or before `now`, up to `limit`, by index. */
export function readResuming(db: Database, now: Seconds, limit: number): Promise<Resuming[]> {
  return db.all<Resuming>(
    sql`SELECT id, rev, resume_at AS resumeAt, last_at AS lastAt, weekday, time, zone
        FROM enrollments WHERE resume_at <= ${now} ORDER BY resume_at LIMIT ${limit}`,
  );
}

/** Ends these pauses where nothing has changed; a date that no pause of the learner's has any more goes. */
export async function resumeAll(
  db: Database,
  moves: (Read & { nextAt: number | null })[],
): Promise<void> {
  const values = JSON.stringify(moves.map((move) => [move.id, move.rev, move.nextAt]));
  const theirs = sql`(SELECT value ->> 0 AS id, value ->> 1 AS rev, value ->> 2 AS next_at
    FROM json_each(${values})) v`;
  await db.batch([
    sql`UPDATE enrollments SET resume_at = NULL FROM ${theirs}
        WHERE enrollments.id = v.id AND (state <> 'paused' OR pause_reason IS NOT NULL)`,
    sql`UPDATE enrollments SET ${resumed(sql`v.next_at`)} FROM ${theirs}
        WHERE enrollments.id = v.id AND enrollments.rev = v.rev AND state = 'paused'
          AND pause_reason IS NULL AND resume_at IS NOT NULL`,
  ]);
}

/** Makes the next lesson due now, if it waits for its hour and none was asked for within a day. */
export function askNext(db: Database, read: Read, now: Seconds, lessons: number) {
  return changes(
    db,
    sql`UPDATE enrollments SET ${askedAtOnce(now)}
        WHERE ${asRead(read)} AND state = 'active' AND next_at > ${now}
          AND next_lesson <= ${lessons} AND coalesce(asked_at, 0) <= ${now - DAY}`,
  );
}

/** Where a beginning anew is asked for, as the page of its signup. */
const AGAIN = '/learn#again';

/**
 * Ends an enrollment and begins another of the same subscriber, with the same hour and the consent
 * that stands. The latest lesson and the latest wish count on, so that four days and a day still hold.
 *
 * @param begin.lastAt when the latest lesson was accepted, or may be
 * @returns `often` where it has begun anew as often in 30 days as it may
 */
export async function beginAgain(
  db: Database,
  read: Read,
  begin: { signupId: number; nextAt: number | null; lastAt: number | null; now: Seconds },
): Promise<'begun' | 'often' | 'missed'> {
  const { signupId, nextAt, lastAt, now } = begin;
  const often = sql`((SELECT count(*) FROM signups WHERE page = ${AGAIN}
      AND subscriber_id = (SELECT subscriber_id FROM enrollments WHERE id = ${read.id})
      AND created_at > ${now - MONTH}) >= ${RESTARTS_A_MONTH})`;
  const begun = sql`EXISTS (SELECT 1 FROM signups WHERE id = ${signupId})`;
  const [before, , , again] = await db.batch([
    sql`SELECT ${often} AS often`,
    sql`INSERT INTO signups (id, subscriber_id, provider_id, first_name, time_zone, page,
          words_version, created_at, confirmed_at)
        SELECT ${signupId}, g.subscriber_id, g.provider_id, g.first_name, g.time_zone, ${AGAIN},
          g.words_version, ${now}, ${now}
        FROM enrollments e JOIN signups g ON g.id = e.signup_id
          JOIN subscribers s ON s.id = e.subscriber_id
        WHERE e.id = ${read.id} AND e.rev = ${read.rev} AND e.pause_reason IS NULL
          AND e.state IN ('active', 'paused', 'completed')
          AND e.id = (SELECT max(id) FROM enrollments WHERE subscriber_id = e.subscriber_id)
          AND s.unsubscribed_at IS NULL AND s.erase_requested_at IS NULL
          AND NOT ${isSuppressed(sql`s.email_hash`)} AND NOT ${often}`,
    sql`UPDATE enrollments SET ${ended(now)}
        WHERE ${asRead(read)} AND state IN ('active', 'paused') AND ${begun}`,
    sql`INSERT INTO enrollments (signup_id, subscriber_id, state, weekday, time, zone, next_at,
          last_at, asked_at, created_at)
        SELECT ${signupId}, subscriber_id, 'active', weekday, time, zone, ${nextAt}, ${lastAt},
          asked_at, ${now}
        FROM enrollments WHERE id = ${read.id} AND ${begun}`,
  ]);
  if ((again?.meta.changes ?? 0) > 0) return 'begun';
  return before?.results[0]?.often === 1 ? 'often' : 'missed';
}

/** Marks a lesson as read, or takes the mark back. Whoever marks one needs no nudge for now. */
export function markLesson(db: Database, id: number, lesson: number, read: boolean) {
  const bit = 2 ** (lesson - 1);
  return changes(
    db,
    read
      ? sql`UPDATE enrollments SET read_weeks = read_weeks | ${bit}, nudge_at = NULL
            WHERE id = ${id} AND read_weeks & ${bit} = 0`
      : sql`UPDATE enrollments SET read_weeks = read_weeks & ~${bit}
            WHERE id = ${id} AND read_weeks & ${bit} <> 0`,
  );
}

/** @param offAt when nudges were turned off, or null to have them back */
export function keepNudges(db: Database, subscriberId: number, offAt: number | null) {
  return changes(
    db,
    sql`UPDATE subscribers SET nudges_off_at = ${offAt}
        WHERE id = ${subscriberId} AND (nudges_off_at IS NULL) <> (${offAt} IS NULL)`,
  );
}

export function keepName(db: Database, subscriberId: number, firstName: string) {
  return changes(
    db,
    sql`UPDATE subscribers SET first_name = ${firstName}
        WHERE id = ${subscriberId} AND erase_requested_at IS NULL`,
  );
}

/** Owes the nudges that fall due, up to `limit`. Each enrollment has one, whatever becomes of it. */
export async function insertNudges(db: Database, now: Seconds, limit: number): Promise<number> {
  const due = sql`(SELECT id FROM enrollments WHERE nudge_at <= ${now} ORDER BY nudge_at
    LIMIT ${limit})`;
  const results = await db.batch([
    sql`INSERT INTO deliveries (id, kind, lane, subscriber_id, enrollment_id, state, due_at)
        SELECT ${randomRowId}, 'nudge', 'prompt', e.subscriber_id, e.id, 'owed', ${now}
        FROM ${due} d CROSS JOIN enrollments e ON e.id = d.id
          CROSS JOIN subscribers s ON s.id = e.subscriber_id
        WHERE e.state = 'active' AND e.nudged_at IS NULL AND s.nudges_off_at IS NULL
          AND s.unsubscribed_at IS NULL AND s.erase_requested_at IS NULL`,
    sql`UPDATE enrollments SET nudged_at = coalesce(nudged_at, ${now}), nudge_at = NULL
        WHERE id IN ${due}`,
  ]);
  return results[0]?.meta.changes ?? 0;
}

/** A single-use link as it stands, with its subscriber. */
export interface LinkRow {
  id: number;
  purpose: 'open' | 'address' | 'undo' | 'erase';
  subscriberId: number;
  email: string | null;
  emailHash: string | null;
  expiresAt: Seconds;
  usedAt: number | null;
  linkVersion: number;
  /** The subscriber's address now. */
  currentHash: string;
  lockedUntil: number | null;
}

export async function readLink(db: Database, id: number): Promise<LinkRow | null> {
  const [row] = await db.all<LinkRow>(
    sql`SELECT l.id, l.purpose, l.subscriber_id AS subscriberId, l.email,
          l.email_hash AS emailHash, l.expires_at AS expiresAt, l.used_at AS usedAt,
          s.link_version AS linkVersion, s.email_hash AS currentHash,
          s.locked_until AS lockedUntil
        FROM links l JOIN subscribers s ON s.id = l.subscriber_id
        WHERE l.id = ${id} AND s.erase_requested_at IS NULL`,
  );
  return row ?? null;
}

export interface NewLink {
  id: number;
  purpose: 'open' | 'address' | 'erase';
  subscriberId: number;
  /** The address to be confirmed; null for the others, whose mail goes to the subscriber's own. */
  to: { email: string; hash: string } | null;
  now: Seconds;
  expiresAt: Seconds;
  cap: Cap;
  /** A link younger than this, in seconds, is not made again. */
  fresh: number;
}

/**
 * Links that a learner has asked for, a condition on `deliveries`. Those that open are counted from when
 * all links were last ended: whoever held one could have used them up. New addresses count whatever
 * became of the mail, so that the form does not tell to whom none may go.
 */
function askedFor(subscriberId: number, purpose: NewLink['purpose']): SQL {
  const theirs = askedBy(subscriberId, [purpose]);
  if (purpose === 'address') return theirs;
  if (purpose === 'erase') return sql`${theirs} AND ${mayHaveArrived}`;
  return sql`${theirs} AND ${mayHaveArrived} AND due_at >= coalesce((SELECT max(due_at)
    FROM deliveries WHERE ${askedBy(subscriberId, ['link'])}), 0)`;
}

/**
 * Owes a mail with a single-use link, if it may go and none has just been asked for. A new address that
 * may not be mailed is answered like any other: the link is made, and its mail is skipped.
 */
export async function insertLink(
  db: Database,
  link: NewLink,
): Promise<'owed' | 'fresh' | 'capped' | 'suppressed'> {
  const { id, purpose, subscriberId, to, now } = link;
  const own = sql`(SELECT email_hash FROM subscribers WHERE id = ${subscriberId})`;
  const suppressed = to ? sql`0` : isSuppressed(own);
  const limits: Limits = {
    cap: CAPS.stranger,
    tries: TRY_CAP,
    day: now - DAY,
    month: now - STRANGERS_LIFETIME,
  };
  const hash = sql`${to?.hash ?? null}`;
  const goes = to ? sql`(NOT ${isSuppressed(hash)} AND ${mayCause(hash, limits)})` : sql`1`;
  const capped = isCapped(askedFor(subscriberId, purpose), link.cap, now);
  const fresh = sql`EXISTS (SELECT 1 FROM links WHERE subscriber_id = ${subscriberId}
    AND purpose = ${purpose} AND used_at IS NULL AND created_at > ${now - link.fresh}
    AND email IS ${to?.email ?? null})`;
  const made = sql`EXISTS (SELECT 1 FROM links WHERE id = ${id})`;
  const [before, , , , owed] = await db.batch([
    sql`SELECT ${suppressed} AS suppressed, ${fresh} AS fresh`,
    sql`INSERT INTO links (id, purpose, subscriber_id, email, email_hash, created_at, expires_at)
        SELECT ${id}, ${purpose}, id, ${to?.email ?? null}, ${to?.hash ?? null}, ${now},
          ${link.expiresAt}
        FROM subscribers WHERE id = ${subscriberId} AND erase_requested_at IS NULL
          AND NOT ${suppressed} AND NOT ${fresh} AND NOT ${capped}`,
    // The newest link of its kind is the one that counts.
    sql`UPDATE deliveries SET state = 'skipped' WHERE lane = 'prompt' AND state = 'owed'
          AND subscriber_id = ${subscriberId} AND link_id IN (SELECT id FROM links
            WHERE subscriber_id = ${subscriberId} AND purpose = ${purpose} AND id <> ${id})
          AND ${made}`,
    sql`DELETE FROM links WHERE subscriber_id = ${subscriberId} AND purpose = ${purpose}
          AND used_at IS NULL AND id <> ${id} AND ${made}`,
    sql`INSERT INTO deliveries (id, kind, lane, subscriber_id, link_id, to_hash, state, due_at)
        SELECT ${randomRowId}, ${purpose}, 'prompt', ${subscriberId}, ${id}, ${to?.hash ?? null},
          CASE WHEN ${goes} THEN 'owed' ELSE 'skipped' END, ${now}
        WHERE ${made}`,
  ]);
  if ((owed?.meta.changes ?? 0) > 0) return 'owed';
  const was = before?.results[0];
  if (was?.suppressed === 1) return 'suppressed';
  return was?.fresh === 1 ? 'fresh' : 'capped';
}

/**
 * Opens a device with a link, once. What the same browser had opened before ends: it keeps one cookie.
 *
 * @param device.earlier the device that the browser had been until now, or null
 * @returns false where the link has been used, has expired, or its learner's links were ended meanwhile
 */
export async function insertDevice(
  db: Database,
  link: LinkRow,
  device: { id: number; earlier: number | null; now: Seconds; expiresAt: Seconds },
): Promise<boolean> {
  const { id, earlier, now, expiresAt } = device;
  const results = await db.batch([
    sql`INSERT INTO devices (id, subscriber_id, created_at, expires_at)
        SELECT ${id}, s.id, ${now}, ${expiresAt}
        FROM links l JOIN subscribers s ON s.id = l.subscriber_id
        WHERE l.id = ${link.id} AND l.purpose = 'open' AND l.used_at IS NULL
          AND l.expires_at > ${now} AND s.link_version = ${link.linkVersion}
          AND s.erase_requested_at IS NULL`,
    sql`DELETE FROM devices WHERE id = ${earlier} AND EXISTS (SELECT 1 FROM devices WHERE id = ${id})`,
    sql`UPDATE links SET used_at = ${now}
        WHERE id = ${link.id} AND EXISTS (SELECT 1 FROM devices WHERE id = ${id})`,
  ]);
  return (results[0]?.meta.changes ?? 0) > 0;
}

/** Closes a device, whosever it is: its own browser says so. */
export async function deleteDevice(db: Database, id: number): Promise<void> {
  await db.batch([sql`DELETE FROM devices WHERE id = ${id}`]);
}

/** Closes every device of a learner's. */
export async function deleteDevices(db: Database, subscriberId: number): Promise<void> {
  await db.batch([sql`DELETE FROM devices WHERE subscriber_id = ${subscriberId}`]);
}

/**
 * Puts the address of an `address` or `undo` link in place, once: earlier personal links end, the
 * learner gets new ones at the new address, and the address before is told and may undo it. Somebody
 * who has typed the address into a signup and never confirmed makes room.
 *
 * @param change.undoId the link that the address before gets, or null for an undo itself
 * @param change.resume a course that had stopped because of the address before
 * @returns false where the link is not valid or the address is somebody else's
 */
export async function moveAddress(
  db: Database,
  link: LinkRow,
  change: {
    undoId: number | null;
    resume: (Read & { nextAt: number | null }) | null;
    now: Seconds;
  },
): Promise<boolean> {
  const { undoId, resume, now } = change;
  const { id, subscriberId, email, emailHash } = link;
  const valid = sql`EXISTS (SELECT 1 FROM links l JOIN subscribers s ON s.id = l.subscriber_id
    WHERE l.id = ${id} AND l.used_at IS NULL AND l.expires_at > ${now}
      AND s.erase_requested_at IS NULL AND NOT ${isSuppressed(sql`${emailHash}`)}
      AND (l.purpose = 'undo' OR NOT ${isRefused(sql`${emailHash}`, now - STRANGERS_LIFETIME)}))`;
  const other = sql`(SELECT id FROM subscribers WHERE email = ${email} AND id <> ${subscriberId})`;
  const stranger = sql`(SELECT id FROM subscribers o WHERE o.id = ${other}
    AND o.confirmed_at IS NULL AND NOT ${isInFlight(sql`o.id`)})`;
  const go = sql`(${valid} AND ${other} IS NULL)`;
  const ofThem = sql`subscriber_id = ${subscriberId}`;
  const hash = sql`(SELECT email_hash FROM subscribers WHERE id = ${subscriberId})`;
  const results = await db.batch([
    sql`DELETE FROM signups WHERE subscriber_id = ${stranger} AND ${valid}`,
    ...forgetMails(sql`subscriber_id = ${stranger} AND ${valid}`, now - STRANGERS_LIFETIME),
    sql`DELETE FROM subscribers WHERE id = ${stranger} AND ${valid}`,
    // What strangers had asked for at the address before has no place to go to any more.
    sql`UPDATE deliveries SET state = 'skipped' WHERE lane = 'prompt' AND ${ofThem}
          AND state = 'owed' AND kind IN ('confirm', 'already-enrolled') AND ${go}`,
    ...keepFormerAddress(subscriberId, hash, go),
    ...(undoId === null
      ? []
      : [
          sql`INSERT INTO links (id, purpose, subscriber_id, email, email_hash, created_at,
                expires_at)
              SELECT ${undoId}, 'undo', id, email, email_hash, ${now}, ${now + UNDO_LIFETIME}
              FROM subscribers WHERE id = ${subscriberId} AND ${go}`,
          sql`INSERT INTO deliveries
                (id, kind, lane, subscriber_id, link_id, to_hash, state, due_at)
              SELECT ${randomRowId}, 'address-changed', 'prompt', id, ${undoId}, email_hash, 'owed', ${now}
              FROM subscribers WHERE id = ${subscriberId} AND ${go}`,
        ]),
    sql`DELETE FROM links WHERE ${ofThem} AND id NOT IN (${id}, ${undoId ?? id}) AND ${go}`,
    sql`DELETE FROM devices WHERE ${ofThem} AND ${go}`,
    sql`INSERT INTO deliveries (id, kind, lane, subscriber_id, state, due_at)
        SELECT ${randomRowId}, 'link', 'prompt', ${subscriberId}, 'owed', ${now} WHERE ${go}`,
    ...(resume ? [sql`${goOnStatement(resume, resume.nextAt, now)} AND ${go}`] : []),
    sql`UPDATE subscribers SET email = ${email}, email_hash = ${emailHash},
          link_version = link_version + 1,
          locked_until = ${undoId === null ? null : now + UNDO_LIFETIME}
        WHERE id = ${subscriberId} AND ${go}`,
    sql`UPDATE links SET used_at = ${now} WHERE id = ${id} AND ${go}`,
  ]);
  return (results.at(-1)?.meta.changes ?? 0) > 0;
}

/** What was sent so far went to the address before, and what becomes of it concerns that one. */
export function keepFormerAddress(subscriberId: number, hash: SQL, where = sql`1`): SQL[] {
  return [
    sql`UPDATE deliveries SET to_hash = ${hash}
        WHERE lane = 'prompt' AND subscriber_id = ${subscriberId}
          AND to_hash IS NULL AND state NOT IN ('owed', 'skipped') AND ${where}`,
    sql`UPDATE deliveries SET to_hash = ${hash}
        WHERE enrollment_id IN (${enrollmentsOf(subscriberId)}) AND lane = 'lesson'
          AND state NOT IN ('skipped', 'failed') AND to_hash IS NULL AND ${where}`,
  ];
}

/** Ends every personal link and opened device, and owes the learner a mail with a new link. */
export async function renewLinks(
  db: Database,
  subscriberId: number,
  linkVersion: number,
  now: Seconds,
): Promise<boolean> {
  const asRead = sql`id = ${subscriberId} AND link_version = ${linkVersion}
    AND erase_requested_at IS NULL`;
  const known = sql`EXISTS (SELECT 1 FROM subscribers WHERE ${asRead})`;
  const results = await db.batch([
    // The way back after a change of address belongs to the address before.
    sql`DELETE FROM links WHERE subscriber_id = ${subscriberId} AND purpose <> 'undo' AND ${known}`,
    sql`DELETE FROM devices WHERE subscriber_id = ${subscriberId} AND ${known}`,
    sql`INSERT INTO deliveries (id, kind, lane, subscriber_id, state, due_at)
        SELECT ${randomRowId}, 'link', 'prompt', ${subscriberId}, 'owed', ${now} WHERE ${known}`,
    sql`UPDATE subscribers SET link_version = link_version + 1 WHERE ${asRead}`,
  ]);
  return (results.at(-1)?.meta.changes ?? 0) > 0;
}

/** Forgets links that have expired, with the addresses in them, and devices; up to `limit` of each. */
export async function deleteExpired(db: Database, now: Seconds, limit: number): Promise<void> {
  await db.batch([
    sql`DELETE FROM links WHERE id IN (SELECT id FROM links WHERE expires_at <= ${now} LIMIT ${limit})`,
    sql`DELETE FROM devices WHERE id IN
        (SELECT id FROM devices WHERE expires_at <= ${now} LIMIT ${limit})`,
  ]);
}

/** What a learner wrote below a lesson, as it is stored. */
export interface LogRow {
  id: number;
  subscriberId: number;
  lesson: number;
  /** Plain, where it was written before texts were sealed. Otherwise empty. */
  text: string;
  sealed: string | null;
  keyId: string | null;
  rev: number;
  savedAt: number;
  /** The learner's, hex; null where nothing was sealed yet. */
  salt: string | null;
}

const ENTRY = sql`SELECT l.id, l.subscriber_id AS subscriberId, l.lesson, l.text, l.sealed,
    l.key_id AS keyId, l.rev, l.saved_at AS savedAt, s.log_salt AS salt
  FROM log_entries l JOIN subscribers s ON s.id = l.subscriber_id`;

/** All that a learner wrote, in the order of the lessons. */
export function readLog(db: Database, subscriberId: number): Promise<LogRow[]> {
  return db.all<LogRow>(sql`${ENTRY} WHERE l.subscriber_id = ${subscriberId} ORDER BY l.lesson`);
}

/** What a learner wrote below one lesson; null where they have not. */
export async function readLogRow(
  db: Database,
  subscriberId: number,
  lesson: number,
): Promise<LogRow | null> {
  const [row] = await db.all<LogRow>(
    sql`${ENTRY} WHERE l.subscriber_id = ${subscriberId} AND l.lesson = ${lesson}`,
  );
  return row ?? null;
}

/**
 * Saves what a learner wrote, if it stands there as they last saw it.
 *
 * @param entry.salt theirs, or one that becomes theirs here; another press may have been faster with it
 * @param entry.sealed with that salt; null for an empty text
 * @param entry.base the `rev` that they saw; 0 where nothing stood there
 * @returns what stands there now; null where nothing may, or their salt is another
 */
export async function saveEntry(
  db: Database,
  entry: {
    subscriberId: number;
    lesson: number;
    salt: string;
    sealed: string | null;
    keyId: string;
    base: number;
    now: Seconds;
  },
): Promise<LogRow | null> {
  const { subscriberId, lesson, salt, sealed, base, now } = entry;
  const keyId = sealed === null ? null : entry.keyId;
  const here = sql`subscriber_id = ${subscriberId} AND lesson = ${lesson}`;
  const open = sql`EXISTS (SELECT 1 FROM subscribers WHERE id = ${subscriberId}
    AND erase_requested_at IS NULL AND coalesce(locked_until, 0) <= ${now}
    AND log_salt = ${salt})`;
  const results = await db.batch([
    sql`UPDATE subscribers SET log_salt = ${salt}
        WHERE id = ${subscriberId} AND log_salt IS NULL AND erase_requested_at IS NULL`,
    sql`INSERT INTO log_entries (subscriber_id, lesson, text, sealed, key_id, saved_at)
        SELECT ${subscriberId}, ${lesson}, '', ${sealed}, ${keyId}, ${now}
        WHERE ${base} = 0 AND ${open} ON CONFLICT DO NOTHING`,
    sql`UPDATE log_entries SET text = '', sealed = ${sealed}, key_id = ${keyId}, rev = rev + 1,
          saved_at = ${now}
        WHERE ${here} AND rev = ${base} AND ${open}`,
    sql`${ENTRY} WHERE l.subscriber_id = ${subscriberId} AND l.lesson = ${lesson}`,
  ]);
  return (results[3]?.results[0] as unknown as LogRow | undefined) ?? null;
}

/**
 * Texts that are plain, or sealed under one of these keys, in the order of their ids; up to `limit` of
 * each, after an id. Their writers have a salt from here on.
 */
export async function readToSeal(
  db: Database,
  keyIds: string[],
  after: number,
  limit: number,
): Promise<LogRow[]> {
  const plain = sql`SELECT id FROM log_entries WHERE text <> '' AND id > ${after}
    ORDER BY id LIMIT ${limit}`;
  const older = sql`SELECT id FROM log_entries
    WHERE key_id IN (SELECT value FROM json_each(${JSON.stringify(keyIds)})) AND id > ${after}
    ORDER BY id LIMIT ${limit}`;
  const [, found] = await db.batch([
    sql`UPDATE subscribers SET log_salt = lower(hex(randomblob(16)))
        WHERE log_salt IS NULL AND erase_requested_at IS NULL AND id IN
          (SELECT subscriber_id FROM log_entries WHERE id IN (${plain}))`,
    sql`${ENTRY} WHERE l.id IN (SELECT id FROM (${plain}) UNION SELECT id FROM (${older}))
        ORDER BY l.id LIMIT ${limit}`,
  ]);
  return (found?.results ?? []) as unknown as LogRow[];
}

/** Puts sealed texts in place of what was read, where nothing was saved there meanwhile. */
export async function replaceSealed(
  db: Database,
  entries: { id: number; rev: number; sealed: string }[],
  keyId: string,
): Promise<void> {
  const values = JSON.stringify(entries.map(({ id, rev, sealed }) => [id, rev, sealed]));
  await db.batch([
    sql`UPDATE log_entries SET text = '', sealed = v.sealed, key_id = ${keyId}
        FROM (SELECT value ->> 0 AS id, value ->> 1 AS rev, value ->> 2 AS sealed
          FROM json_each(${values})) v
        WHERE log_entries.id = v.id AND log_entries.rev = v.rev`,
  ]);
}
