/** What an answer makes of a batch, its rows and their courses. */
import { type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import type { Instant, Millis, Seconds } from '../../clock.ts';
import { CLOSING_NOTE } from '../../course/course.ts';
import { type Database, prepared } from '../../db/client.ts';
import { bare, setOf, type Value } from '../../db/names.ts';
import { batches, deliveries, enrollments, subscribers } from '../../db/schema.ts';
import { isTrue, select } from '../../db/select.ts';
import { type Act, isSuppressed, writeAct } from '../../db/statements.ts';
import {
  completed,
  movedOn,
  nudgeAfter,
  pauseSuppressed,
  standsFor,
  stays,
  stepInFlight,
  steppedBack,
  stopFor,
} from '../../enrollment/transitions.ts';
import type { Batch } from '../delivery.ts';
import { owe } from '../owe.ts';
import { freeze, whetherItGoes } from './claim.ts';
import { uncountSent } from './pace.ts';

const setBatch = bare(batches);
const set = bare(deliveries);
const setCourse = bare(enrollments);
const d = alias(deliveries, 'd');
const e = alias(enrollments, 'e');
const s = alias(subscribers, 's');
const b = alias(batches, 'b');

/** An enrollment's step forward, valid only while `rev` and the lesson are as they were read. */
export interface Move {
  enrollmentId: number;
  rev: number;
  lesson: number;
  /** When the next step is due, or null. */
  nextAt: Seconds | null;
}

export interface Outcome {
  batchId: number;
  state: 'sent' | 'uncertain';
  /** Course time. */
  at: Seconds;
  moves: Move[];
  /** Deliveries that the mailer refused. */
  failed: number[];
  /** How many mails it took: those that were in the batch and were not refused. */
  accepted: number;
  /** Whoever says so in the mailer's place; written with whatever ends the batch. */
  act?: Act | undefined;
}

/** Whether a batch is as this says. */
const isBatch = (which: SQL) => sql`EXISTS (SELECT 1 FROM ${batches} WHERE ${which})`;

/** The rows of a batch that still wait for its answer (columns of `deliveries`). */
const unanswered = (batchId: Value<number | null>) =>
  sql`${deliveries.batchId} = ${batchId} AND ${deliveries.state} = 'sending'`;

/** What no batch keeps that has ended: who was in it. */
const forgotten = sql`${setBatch.who} = NULL, ${setBatch.frozen} = NULL,
  ${setBatch.offered} = NULL, ${setBatch.leaseId} = NULL`;

/** The enrollment that moves, as it was read, and what it moves to (`v` of a JSON array of moves). */
const moved = {
  id: sql`v.value ->> 0`,
  rev: sql`v.value ->> 1`,
  lesson: sql`(v.value ->> 2)`,
  nextAt: sql`v.value ->> 3`,
  at: sql`(v.value ->> 4)`,
};

const move = (change: () => SQL) =>
  prepared<{ moves: string }>(
    ({ moves }) => sql`UPDATE ${enrollments} SET ${change()} FROM json_each(${moves}) v
      WHERE ${enrollments.id} = ${moved.id} AND ${enrollments.rev} = ${moved.rev}
        AND ${enrollments.nextLesson} = ${moved.lesson}`,
  );
const moveLessons = move(() => movedOn(moved, moved.nextAt, nudgeAfter(moved)));
const moveNotes = move(() => completed(moved));

/**
 * Moves enrollments on past a lesson, where they are as they were read. The closing note has a statement
 * of its own: only where a state may change does SQLite look at, and write, the index of what runs.
 */
export function moveOn(moves: (Move & { at: Seconds })[]) {
  const lessons = moves.filter(({ lesson }) => lesson !== CLOSING_NOTE);
  const notes = moves.filter(({ lesson }) => lesson === CLOSING_NOTE);
  const json = (some: typeof moves) =>
    JSON.stringify(
      some.map((each) => [each.enrollmentId, each.rev, each.lesson, each.nextAt, each.at]),
    );
  return [
    ...(lessons.length > 0 ? [moveLessons({ moves: json(lessons) })] : []),
    ...(notes.length > 0 ? [moveNotes({ moves: json(notes) })] : []),
  ];
}

type Answered = {
  batchId: number;
  state: Outcome['state'];
  acceptedAt: Seconds | null;
};

/** Rows whose course has moved on, or that are of none. */
const answerRows = prepared<Answered>(
  (o) => sql`UPDATE ${deliveries} SET ${set.state} = ${o.state}, ${set.acceptedAt} = ${o.acceptedAt}
    WHERE ${unanswered(o.batchId)} AND (${deliveries.lane} = 'prompt'
      OR NOT EXISTS (SELECT 1 FROM ${enrollments} ${e}
        WHERE ${e.id} = ${deliveries.enrollmentId} AND ${e.nextLesson} <= ${deliveries.lesson}))`,
);

const endBatch = prepared<{
  batchId: number;
  state: 'accepted' | 'uncertain';
  acceptedAt: Seconds | null;
  accepted: number | null;
}>(
  ({
    batchId,
    state,
    acceptedAt,
    accepted,
  }) => sql`UPDATE ${batches} SET ${setBatch.state} = ${state},
      ${setBatch.acceptedAt} = ${acceptedAt}, ${setBatch.accepted} = ${accepted}, ${forgotten}
    WHERE ${batches.id} = ${batchId} AND ${batches.state} = 'open'
      AND NOT EXISTS (SELECT 1 FROM ${deliveries} WHERE ${unanswered(batchId)})`,
);

/**
 * Records an outcome in one transaction: moves on the enrollments that are as they were read, marks
 * the deliveries whose answer thereby stands, and ends the batch when none is left. Needs no lease.
 *
 * @returns true where the batch has ended
 */
export async function recordOutcome(db: Database, outcome: Outcome): Promise<boolean> {
  const { batchId, state, at, failed, act } = outcome;
  const sent = state === 'sent';
  const acceptedAt = sent ? at : null;
  const accepted = sent ? outcome.accepted : null;
  const { ended } = await db.commit({
    refused: failed.length > 0 && refuse(batchId, failed),
    moved: moveOn(outcome.moves.map((move) => ({ ...move, at }))),
    answered: answerRows({ batchId, state, acceptedAt }),
    ended: endBatch({ batchId, state: sent ? 'accepted' : 'uncertain', acceptedAt, accepted }),
    act:
      act && writeAct(act, isBatch(sql`${batches.id} = ${batchId} AND ${batches.state} <> 'open'`)),
  });
  if (ended.changed > 0) return true;
  const open = await db.orm
    .select({ id: batches.id })
    .from(batches)
    .where(sql`${batches.id} = ${batchId} AND ${batches.state} = 'open'`);
  return open.length === 0;
}

/** The mailer refused these addresses for good: the course pauses, the lesson stays owed. */
function refuse(batchId: number, failed: number[]): SQL[] {
  const these = sql`${unanswered(batchId)} AND ${deliveries.id} IN ${setOf(failed)}`;
  return [
    sql`UPDATE ${enrollments} SET ${stopFor('refused')}
        WHERE ${enrollments.state} = 'active' AND ${enrollments.id} IN (
          SELECT ${deliveries.enrollmentId} FROM ${deliveries}
          WHERE ${these} AND ${deliveries.lane} = 'lesson')`,
    sql`UPDATE ${deliveries} SET ${set.state} = 'failed' WHERE ${these}`,
  ];
}

/** Enrollments of a batch whose step has an answer but that were changed meanwhile, as they are now. */
export function readUnmoved(db: Database, batchId: number) {
  const { id: enrollmentId, rev, nextLesson: lesson, weekday, time, zone } = e;
  const active = isTrue(sql`${e.state} = 'active'`);
  return db.all(
    select(
      { enrollmentId, rev, lesson, active, weekday, time, zone },
      sql`FROM ${deliveries} ${d} CROSS JOIN ${enrollments} ${e} ON ${e.id} = ${d.enrollmentId}
        WHERE ${d.batchId} = ${batchId} AND ${d.state} = 'sending' AND ${d.lane} = 'lesson'
          AND ${e.nextLesson} = ${d.lesson}`,
    ),
  );
}

/** An open batch while whoever says so holds it. */
const heldBy = ({ id, leaseId }: Pick<Batch, 'id' | 'leaseId'>) =>
  sql`${batches.id} = ${id} AND ${batches.state} = 'open' AND ${batches.leaseId} = ${leaseId}`;

/** Waits with the batch until `retryAt` (machine time, milliseconds), bytes and key unchanged. */
export async function retryLater(
  db: Database,
  batch: Batch,
  retryAt: Millis,
  answered: boolean,
): Promise<void> {
  await db.orm
    .update(batches)
    .set({
      leaseId: null,
      leaseUntil: retryAt,
      unanswered: sql`${batches.unanswered} - ${answered ? 1 : 0}`,
    })
    .where(heldBy(batch));
}

/**
 * Gives a batch's rows back, because it was never posted, or every attempt so far was answered and none
 * accepted anything: lessons are due again as they were, requests are owed again, and the next claim
 * looks anew at who may be mailed and takes a new key. Only with the lease.
 */
export async function release(db: Database, batch: Batch): Promise<boolean> {
  const { released } = await db.commit(releasing(batch));
  return released.changed > 0;
}

/** Statements that give a batch back; `released` says by its changes whether it was. */
export function releasing(batch: Pick<Batch, 'id' | 'lane' | 'leaseId'>) {
  // Its fingerprint is kept before the first post.
  const mine = sql`${heldBy(batch)} AND (${batches.unanswered} = 1 OR ${batches.sha256} IS NULL)`;
  const held = isBatch(mine);
  const again = owedAgain(sql`${unanswered(batch.id)} AND ${held}`);
  return {
    courses: again.courses,
    counted: uncountSent(batch.lane, batch.id, held),
    rows: again.rows,
    released: sql`UPDATE ${batches} SET ${setBatch.state} = 'released', ${forgotten} WHERE ${mine}`,
  };
}

/**
 * Rows on their way (a condition on `deliveries`) are owed as before: courses first, which are due again
 * as they were, then the rows.
 */
function owedAgain(rows: SQL): { courses: SQL; rows: SQL } {
  const lessons = sql`FROM ${deliveries} WHERE ${rows} AND ${deliveries.lane} = 'lesson'`;
  return {
    courses: sql`UPDATE ${enrollments} SET ${setCourse.nextAt} = (SELECT ${deliveries.dueAt} ${lessons}
          AND ${deliveries.enrollmentId} = ${enrollments.id})
        WHERE ${enrollments.state} = 'active' AND ${enrollments.nextAt} IS NULL
          AND ${enrollments.id} IN (SELECT ${deliveries.enrollmentId} ${lessons})`,
    rows: sql`UPDATE ${deliveries} SET ${set.state} =
          CASE ${deliveries.lane} WHEN 'prompt' THEN 'owed' ELSE 'skipped' END WHERE ${rows}`,
  };
}

/**
 * Gives rows back of which the mailer's record shows that it never took them, and ends their batch
 * where none is left. Only while everything is halted.
 *
 * @param batchId null for rows whose batch is not known any more
 */
export async function giveBack(
  db: Database,
  batchId: number | null,
  rows: number[],
): Promise<void> {
  await db.commit({
    ...owedAgain(sql`${deliveries.id} IN ${setOf(rows)} AND ${deliveries.state} = 'sending'`),
    released: sql`UPDATE ${batches} SET ${setBatch.state} = 'released', ${forgotten}
        WHERE ${batches.id} = ${batchId} AND ${batches.state} = 'open'
          AND NOT EXISTS (SELECT 1 FROM ${deliveries} WHERE ${unanswered(batchId)})`,
  });
}

/** A part of a batch that was refused as a whole. */
interface Half {
  id: number;
  key: string;
  ids: number[];
}

/**
 * Splits a batch that was refused as a whole into two with keys of their own, so that what is wrong
 * with one row ends with that row. Whom it may no longer reach is skipped, and a course whose address is
 * suppressed waits. Only with the lease, and only where nothing was accepted.
 */
export async function split(
  db: Database,
  batch: Batch,
  halves: Half[],
  at: Instant,
): Promise<void> {
  const held = sql`${heldBy(batch)} AND ${batches.unanswered} = 1`;
  await db.commit({
    halves: halves.flatMap((half) => [
      openHalf(half, held, at.machine),
      takeInto(half, at.now),
      freeze({ batchId: half.id }),
    ]),
    paused: pauseSuppressed(skippedLessons(halves.flatMap(({ ids }) => ids))),
    released: sql`UPDATE ${batches} SET ${setBatch.state} = 'released', ${forgotten} WHERE ${held}`,
  });
}

/** @param held the batch that it was a part of */
function openHalf(half: Half, held: SQL, machine: Millis): SQL {
  const b = setBatch;
  return sql`INSERT INTO ${batches} (${b.id}, ${b.key}, ${b.lane}, ${b.state}, ${b.size}, ${b.mailFrom},
      ${b.replyTo}, ${b.baseUrl}, ${b.postalAddress}, ${b.keyId}, ${b.frozenAt}, ${b.leaseUntil},
      ${b.attempts}, ${b.unanswered})
    SELECT ${half.id}, ${half.key}, ${batches.lane}, 'open', ${half.ids.length}, ${batches.mailFrom},
      ${batches.replyTo}, ${batches.baseUrl}, ${batches.postalAddress}, ${batches.keyId}, ${machine}, 0,
      ${batches.attempts}, 0
    FROM ${batches} WHERE ${held}`;
}

const takeInto = (half: Half, now: Seconds) =>
  sql`UPDATE ${deliveries} SET ${set.batchId} = ${half.id}, ${set.state} = ${whetherItGoes(now)}
    WHERE ${deliveries.id} IN ${setOf(half.ids)} AND ${deliveries.state} = 'sending'
      AND ${isBatch(sql`${batches.id} = ${half.id}`)}`;

/** The suppressed addresses whose lessons were skipped among these rows, by their hashes. */
const skippedLessons = (ids: number[]) =>
  sql`SELECT ${s.emailHash} FROM json_each(${JSON.stringify(ids)}) v
      CROSS JOIN ${deliveries} ${d} ON ${d.id} = v.value
      CROSS JOIN ${subscribers} ${s} ON ${s.id} = ${d.subscriberId}
      CROSS JOIN ${batches} ${b} ON ${b.id} = ${d.batchId}
    WHERE ${d.lane} = 'lesson' AND ${d.state} = 'skipped' AND ${b.state} = 'open'
      AND ${isSuppressed(s.emailHash)}`;

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
export function notSent(
  which: SQL,
  again: 'as-before' | 'next-time' | 'never',
  now: Seconds,
): SQL[] {
  const ofLessons = sql`${which} AND ${d.lane} = 'lesson'`;
  const lessons = sql`FROM ${deliveries} ${d} WHERE ${ofLessons}`;
  const sentNothingSince = sql`EXISTS (SELECT 1 FROM ${enrollments}
    WHERE ${enrollments.id} = ${d.enrollmentId} AND ${enrollments.state} <> 'completed'
      AND ${enrollments.nextLesson} = ${d.lesson} + 1 AND NOT ${stepInFlight})`;
  const nextAt = {
    'as-before': sql`CASE ${enrollments.state} WHEN 'active' THEN
      (SELECT ${d.dueAt} ${lessons} AND ${d.enrollmentId} = ${enrollments.id}) END`,
    'next-time': stays,
    never: null,
  }[again];
  const owedOnceMore = owe('resend', {
    to: sql`${d.subscriberId}`,
    enrollment: sql`${d.enrollmentId}`,
    lesson: sql`${d.lesson}`,
    due: now,
    from: sql`${deliveries} ${d}`,
    where: sql`${ofLessons} AND NOT ${sentNothingSince}`,
  });
  return [
    ...(again === 'never' ? [] : [owedOnceMore]),
    sql`UPDATE ${enrollments} SET ${steppedBack(nextAt, lastBefore)}
        WHERE ${enrollments.id} IN (SELECT ${d.enrollmentId} ${lessons} AND ${sentNothingSince})`,
    ...(again === 'never'
      ? [
          sql`UPDATE ${enrollments} SET ${stopFor('refused')}
              WHERE ${enrollments.state} = 'active'
                AND ${enrollments.id} IN (SELECT ${d.enrollmentId} ${lessons})`,
        ]
      : []),
    sql`UPDATE ${deliveries} AS ${d} SET ${set.acceptedAt} = NULL, ${set.state} = CASE
          WHEN ${d.lane} = 'prompt' AND ${again === 'as-before' ? 1 : 0} THEN 'owed' ELSE 'failed' END
        WHERE ${which}`,
  ];
}

const earlier = alias(deliveries, 'p');

/** When the step before the one that a course goes back to was sent. */
const lastBefore = sql`(SELECT coalesce(${earlier.acceptedAt}, ${earlier.dueAt})
  FROM ${deliveries} ${earlier} WHERE ${standsFor(earlier, sql`${enrollments.nextLesson} - 2`)})`;
