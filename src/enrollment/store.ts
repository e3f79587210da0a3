import { type SQL, sql } from 'drizzle-orm';
import type { Slot } from '../course/schedule.ts';
import type { Database } from '../db/client.ts';
import type { Act } from '../db/statements.ts';
import { isSuppressed, writeAct } from '../db/statements.ts';

/** A learner's enrollment as their page shows it. */
export interface LearnerRow {
  subscriberId: number;
  firstName: string;
  linkVersion: number;
  unsubscribedAt: number | null;
  /** Null where the subscriber never enrolled. */
  enrollmentId: number | null;
  state: 'active' | 'paused' | 'completed' | 'ended' | null;
  pauseReason: 'refused' | 'bounces' | 'suppressed' | null;
  weekday: number | null;
  time: string | null;
  zone: string | null;
  nextLesson: number | null;
  nextAt: number | null;
  lastAt: number | null;
  rev: number | null;
}

/** A step that was sent or is on its way. */
export interface SentStep {
  lesson: number;
  state: string;
  /** Course time; null while on its way. */
  acceptedAt: number | null;
}

/**
 * A subscriber with the newest enrollment, what was sent in it, and the weeks whose lessons were sent
 * in any of theirs. Null where nobody is known.
 */
export async function readLearner(
  db: Database,
  subscriberId: number,
): Promise<{ learner: LearnerRow; steps: SentStep[]; everSent: number[] } | null> {
  const theirs = sql`SELECT id FROM enrollments WHERE subscriber_id = ${subscriberId}`;
  const newest = sql`(SELECT max(id) FROM (${theirs}))`;
  const sent = sql`lane = 'lesson' AND state NOT IN ('skipped', 'failed')`;
  // A lesson of the course's own that turned out not to have been sent came once more, by hand.
  const resent = sql`lane = 'prompt' AND subscriber_id = ${subscriberId} AND kind = 'resend'
    AND state NOT IN ('skipped', 'failed')`;
  const [people, steps, ever] = await db.batch([
    sql`SELECT s.id AS subscriberId, s.first_name AS firstName, s.link_version AS linkVersion,
          s.unsubscribed_at AS unsubscribedAt, e.id AS enrollmentId, e.state,
          e.pause_reason AS pauseReason, e.weekday, e.time, e.zone, e.next_lesson AS nextLesson,
          e.next_at AS nextAt, e.last_at AS lastAt, e.rev
        FROM subscribers s LEFT JOIN enrollments e ON e.id = ${newest}
        WHERE s.id = ${subscriberId}`,
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
  ]);
  const learner = people?.results[0];
  if (!learner) return null;
  return {
    learner: learner as unknown as LearnerRow,
    steps: (steps?.results ?? []) as unknown as SentStep[],
    everSent: (ever?.results ?? []).map((row) => Number(row.lesson)),
  };
}

/**
 * Gives a running enrollment another slot, if it is still as it was read. What is in flight or paused
 * keeps no due time; recording its outcome computes one from the new slot.
 *
 * @param nextAt when the next step is due with the new slot, epoch seconds
 */
export async function updateSlot(
  db: Database,
  enrollment: { id: number; rev: number },
  slot: Slot,
  nextAt: number,
): Promise<boolean> {
  const [result] = await db.batch([
    sql`UPDATE enrollments SET weekday = ${slot.weekday}, time = ${slot.time}, zone = ${slot.zone},
          rev = rev + 1, next_at = CASE WHEN next_at IS NULL THEN NULL ELSE ${nextAt} END
        WHERE id = ${enrollment.id} AND rev = ${enrollment.rev} AND state IN ('active', 'paused')`,
  ]);
  return (result?.meta.changes ?? 0) > 0;
}

/**
 * Ends the mail for a subscriber. A learner's enrollment ends. Somebody who never confirmed has said
 * "this was not me": their signups lose the name and the id that a link carries, so that it opens
 * nothing any more, and are forgotten with the address 30 days from now. Twice is once.
 *
 * @param act who ends it in the subscriber's place; written where there is something to end
 * @returns false where nothing was left to end
 */
export async function endMail(
  db: Database,
  subscriberId: number,
  now: number,
  act?: Act,
): Promise<boolean> {
  const open = sql`EXISTS (SELECT 1 FROM subscribers
    WHERE id = ${subscriberId} AND unsubscribed_at IS NULL)`;
  const stranger = sql`(SELECT confirmed_at FROM subscribers WHERE id = ${subscriberId}) IS NULL`;
  const [found] = await db.batch([
    sql`SELECT ${open} AS open`,
    ...(act ? [writeAct(act, open)] : []),
    endEnrollments(subscriberId, now),
    // What a stranger says holds from the last time they said it.
    sql`UPDATE subscribers SET unsubscribed_at = CASE WHEN confirmed_at IS NULL THEN ${now}
          ELSE coalesce(unsubscribed_at, ${now}) END
        WHERE id = ${subscriberId}`,
    sql`UPDATE signups SET id = random() & 0x1fffffffffffff, first_name = '', created_at = ${now}
        WHERE subscriber_id = ${subscriberId} AND confirmed_at IS NULL AND ${stranger}`,
  ]);
  return found?.results[0]?.open === 1;
}

function endEnrollments(subscriberId: number, now: number): SQL {
  return sql`UPDATE enrollments SET state = 'ended', next_at = NULL, rev = rev + 1, closed_at = ${now}
    WHERE subscriber_id = ${subscriberId} AND state IN ('active', 'paused')`;
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
  now: number,
  act: Act,
): Promise<boolean> {
  const ofThem = sql`subscriber_id = ${subscriberId}`;
  const results = await db.batch([
    writeAct(
      act,
      sql`EXISTS (SELECT 1 FROM subscribers
        WHERE id = ${subscriberId} AND erase_requested_at IS NULL)`,
    ),
    endEnrollments(subscriberId, now),
    sql`UPDATE deliveries SET state = 'skipped'
        WHERE lane = 'prompt' AND ${ofThem} AND state = 'owed'`,
    // By address: earlier mails may belong to deliveries that are forgotten. A local run only.
    sql`DELETE FROM mailbox WHERE mail ->> '$.to[0]' =
          (SELECT email FROM subscribers WHERE id = ${subscriberId})`,
    sql`UPDATE signups SET first_name = '', page = '' WHERE ${ofThem}`,
    sql`UPDATE subscribers SET email = ${`erased-${subscriberId}`}, first_name = '',
          unsubscribed_at = coalesce(unsubscribed_at, ${now}), link_version = link_version + 1,
          erase_requested_at = ${now}
        WHERE id = ${subscriberId} AND erase_requested_at IS NULL`,
    ...deleteSubscriber(subscriberId, now),
  ]);
  return (results.at(-1)?.meta.changes ?? 0) > 0;
}

/** Finishes an erasure that waited. False where it has to go on waiting. */
export async function finishErasure(
  db: Database,
  subscriberId: number,
  now: number,
): Promise<boolean> {
  const results = await db.batch(deleteSubscriber(subscriberId, now));
  return (results.at(-1)?.meta.changes ?? 0) > 0;
}

/**
 * Deletes a subscriber whose erasure was asked for, if nothing of theirs is in flight. What stays: the
 * erasure's hash and dates, a suppression if there was one, and who asked for it when and why. The
 * reasons of earlier acts go, because they may tell of the person.
 */
function deleteSubscriber(subscriberId: number, now: number): SQL[] {
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
    sql`DELETE FROM deliveries WHERE lane = 'prompt' AND ${ofThem} AND ${gone}`,
    sql`DELETE FROM deliveries WHERE enrollment_id IN ${theirs} AND lane = 'lesson'
          AND state IN ('skipped', 'failed') AND ${gone}`,
    sql`DELETE FROM deliveries WHERE enrollment_id IN ${theirs} AND lane = 'lesson'
          AND state NOT IN ('skipped', 'failed') AND ${gone}`,
    sql`DELETE FROM enrollments WHERE ${ofThem} AND ${gone}`,
    sql`DELETE FROM signups WHERE ${ofThem} AND ${gone}`,
    sql`DELETE FROM subscribers WHERE id = ${subscriberId} AND ${gone}`,
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

/** What erasures left is forgotten in turn; up to `limit`. */
export async function deleteOldErasures(
  db: Database,
  before: number,
  limit: number,
): Promise<void> {
  await db.batch([
    sql`DELETE FROM erasures
        WHERE hash IN (SELECT hash FROM erasures WHERE erased_at <= ${before} LIMIT ${limit})`,
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
  act: Act,
): Promise<{ before: ResendState; inserted: boolean } | null> {
  const enrollment = sql`(SELECT max(id) FROM enrollments
    WHERE subscriber_id = ${subscriberId} AND next_lesson > ${lesson})`;
  const owed = sql`EXISTS (SELECT 1 FROM deliveries
    WHERE lane = 'prompt' AND subscriber_id = ${subscriberId} AND kind = 'resend'
      AND lesson = ${lesson} AND state IN ('owed', 'sending'))`;
  const allowed = sql`EXISTS (SELECT 1 FROM subscribers s WHERE s.id = ${subscriberId}
      AND s.confirmed_at IS NOT NULL AND s.unsubscribed_at IS NULL
      AND s.erase_requested_at IS NULL AND NOT ${isSuppressed(sql`s.email_hash`)})
    AND ${enrollment} IS NOT NULL AND NOT ${owed}`;
  const results = await db.batch([
    sql`SELECT confirmed_at IS NOT NULL AS confirmed, unsubscribed_at IS NOT NULL AS unsubscribed,
          ${isSuppressed(sql`email_hash`)} AS suppressed, ${enrollment} AS enrollmentId,
          ${owed} AS owed
        FROM subscribers WHERE id = ${subscriberId}`,
    writeAct(act, allowed),
    sql`INSERT INTO deliveries (kind, lane, subscriber_id, enrollment_id, lesson, state, due_at)
        SELECT 'resend', 'prompt', ${subscriberId}, ${enrollment}, ${lesson}, 'owed', ${act.at}
        WHERE ${allowed}`,
  ]);
  const before = results[0]?.results[0] as unknown as ResendState | undefined;
  return before ? { before, inserted: (results[2]?.meta.changes ?? 0) > 0 } : null;
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
    eraseRequestedAt: number | null;
  };
  suppression: { reason: string; at: number } | null;
  signups: {
    createdAt: number;
    confirmedAt: number | null;
    page: string;
    provider: string | null;
    timeZone: string | null;
    wordsVersion: string;
  }[];
  enrollments: {
    id: number;
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
  events: { kind: string; delivery: number; at: number }[];
  acts: { at: number; actor: string; verb: string; subject: string | null; reason: string }[];
}

export async function readTimelineRows(
  db: Database,
  subscriberId: number,
): Promise<TimelineRows | null> {
  const ofThem = sql`subscriber_id = ${subscriberId}`;
  const theirs = sql`(SELECT id FROM enrollments WHERE ${ofThem})`;
  const delivery = sql`SELECT id, kind, lesson, state, due_at AS dueAt, accepted_at AS acceptedAt,
    batch_id AS batch FROM deliveries`;
  const results = await db.batch([
    sql`SELECT email, first_name AS firstName, created_at AS createdAt,
          confirmed_at AS confirmedAt, unsubscribed_at AS unsubscribedAt,
          erase_requested_at AS eraseRequestedAt
        FROM subscribers WHERE id = ${subscriberId}`,
    sql`SELECT reason, at FROM suppressions
        WHERE hash = (SELECT email_hash FROM subscribers WHERE id = ${subscriberId})`,
    sql`SELECT g.created_at AS createdAt, g.confirmed_at AS confirmedAt, g.page,
          p.name AS provider, g.time_zone AS timeZone, g.words_version AS wordsVersion
        FROM signups g LEFT JOIN providers p ON p.id = g.provider_id
        WHERE g.subscriber_id = ${subscriberId} ORDER BY g.created_at`,
    sql`SELECT id, state, pause_reason AS pauseReason, weekday, time, zone,
          next_lesson AS nextLesson, next_at AS nextAt, last_at AS lastAt,
          created_at AS createdAt, closed_at AS closedAt
        FROM enrollments WHERE ${ofThem} ORDER BY id`,
    // One index each.
    sql`${delivery} WHERE lane = 'prompt' AND ${ofThem}
        UNION ALL ${delivery} WHERE enrollment_id IN ${theirs} AND lane = 'lesson'
          AND state NOT IN ('skipped', 'failed')
        UNION ALL ${delivery} WHERE enrollment_id IN ${theirs} AND lane = 'lesson'
          AND state IN ('skipped', 'failed')
        ORDER BY id`,
    sql`SELECT kind, delivery_id AS delivery, at FROM events WHERE ${ofThem} ORDER BY at`,
    sql`SELECT at, actor, verb, subject, reason FROM acts WHERE ${ofThem} ORDER BY id`,
  ]);
  const [people, suppressions, ...rest] = results.map((result) => result.results as unknown[]);
  const subscriber = people?.[0];
  if (!subscriber) return null;
  const [signups = [], enrollments = [], deliveries = [], events = [], acts = []] = rest;
  return {
    subscriber,
    suppression: suppressions?.[0] ?? null,
    signups,
    enrollments,
    deliveries,
    events,
    acts,
  } as TimelineRows;
}
