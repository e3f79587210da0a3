import { gt, ne, sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { MIN_GAP } from '../../src/course/schedule.ts';
import { acts, batches, deliveries, enrollments } from '../../src/db/schema.ts';
import { dispatch } from '../../src/delivery/dispatch.ts';
import { health } from '../../src/delivery/health.ts';
import { listUncertain } from '../../src/delivery/list-uncertain.ts';
import { settleBatch } from '../../src/delivery/settle-batch.ts';
import { tick } from '../../src/delivery/tick.ts';
import { readResuming, resumeAll } from '../../src/enrollment/store/course.ts';
import { subscriberName } from '../../src/id.ts';
import type { Answer } from '../../src/mailer/mailer.ts';
import { unsubscribeByHand } from '../../src/subscriber/unsubscribe.ts';
import { signUp, type TestContext, testContext, work } from '../support/course.ts';
import { scriptedMailer } from '../support/mailer.ts';
import { plantLearners } from '../support/many.ts';
import { overheard } from '../support/overheard.ts';
import { change, count, pick, put, rows, scalar, tally, value } from '../support/rows.ts';

const DAY = 86_400;
const WHY = { actor: 'operator:mira', reason: 'looked at the mailer’s record' };
const UNKNOWN: Answer = { kind: 'unknown', reason: 'timeout' };
const MISMATCH: Answer = { kind: 'mismatch' };

/** Two learners whose lesson 1 was posted and answered so. */
async function posted(answer: Answer) {
  const mailer = scriptedMailer(answer);
  const ctx = testContext({ mailer });
  await plantLearners(ctx, 2);
  await work(ctx);
  return { ctx, mailer, batchId: (await value(batches, 'id')) as number };
}

const settle = (ctx: TestContext, batchId: number, accepted: boolean, attempts = 1) =>
  settleBatch(ctx, { batchId, verdict: accepted ? { accepted } : { accepted, attempts }, ...WHY });

const ledger = () => tally(deliveries, ['kind', 'lesson', 'state']);

describe('what nobody knows', () => {
  it('is listed with what to look for in the mailer’s record', async () => {
    const { ctx, batchId } = await posted(MISMATCH);
    const ids = await pick(deliveries, ['id'], undefined, deliveries.subscriberId);
    expect(await listUncertain(ctx)).toEqual([
      {
        id: batchId,
        state: 'uncertain',
        lane: 'lesson',
        attempts: 1,
        frozenAt: '2026-11-30T12:00:00.000Z',
        mails: [1, 2].map((id) => ({
          delivery: ids[id - 1]?.id,
          kind: 'lesson',
          lesson: 1,
          subscriber: subscriberName(id),
          email: `planted-${id}@example.org`,
        })),
      },
    ]);
  });

  it('is listed while it is still being repeated, but not while a consumer has it in hand', async () => {
    const { ctx } = await posted(UNKNOWN);
    expect((await listUncertain(ctx)).map((batch) => batch.state)).toEqual(['open']);
    const dying = scriptedMailer(() => Promise.reject(new Error('the isolate died')));
    ctx.clock.pass(3600);
    await expect(dispatch({ ...ctx, mailer: dying }, 'lesson')).rejects.toThrow();
    expect(await listUncertain(ctx)).toEqual([]);
    ctx.clock.pass(121);
    expect(await listUncertain(ctx)).toHaveLength(1);
  });
});

describe('an uncertain batch', () => {
  it('that was accepted is sent; the course, which has gone on, stays as it is', async () => {
    const { ctx, mailer, batchId } = await posted(MISMATCH);
    const before = await rows(enrollments);
    expect(await settle(ctx, batchId, true)).toEqual({ kind: 'settled' });
    await work(ctx);
    expect(await ledger()).toEqual([{ kind: 'lesson', lesson: 1, state: 'sent', n: 2 }]);
    expect(await rows(enrollments)).toEqual(before);
    expect(mailer.posts).toHaveLength(1);
    expect((await health(ctx)).ok).toBe(true);
  });

  const courses = () =>
    pick(enrollments, {
      state: enrollments.state,
      next: enrollments.nextLesson,
      at: enrollments.nextAt,
      last: enrollments.lastAt,
    });

  it('that was not accepted takes its courses back a step, and the next lesson waits for it', async () => {
    const { ctx, mailer, batchId } = await posted(MISMATCH);
    const before = await courses();
    ctx.clock.pass(DAY);
    expect(await settle(ctx, batchId, false)).toEqual({ kind: 'settled' });
    const due = { state: 'active', next: 1, at: ctx.clock.now() - DAY, last: null };
    expect(await courses()).toEqual([due, due]);
    await work(ctx);
    expect(await ledger()).toEqual([
      { kind: 'lesson', lesson: 1, state: 'failed', n: 2 },
      { kind: 'lesson', lesson: 1, state: 'sent', n: 2 },
    ]);
    for (const [index, course] of (await courses()).entries()) {
      expect(course).toMatchObject({ state: 'active', next: 2, last: ctx.clock.now() });
      expect(Number(course.at) - ctx.clock.now()).toBeGreaterThanOrEqual(MIN_GAP);
      expect(course.at).toBeGreaterThanOrEqual(Number(before[index]?.at));
    }
    expect(mailer.posts).toHaveLength(2);
    expect(mailer.posts[1]?.key).not.toBe(mailer.posts[0]?.key);
    expect((await health(ctx)).ok).toBe(true);
  });

  it('that was not accepted leaves an ended course with what was really sent', async () => {
    const { ctx, mailer, batchId } = await posted(MISMATCH);
    for (const subscriberId of [1, 2]) await unsubscribeByHand(ctx, { subscriberId, ...WHY });
    await settle(ctx, batchId, false);
    await work(ctx);
    const ended = { state: 'ended', next: 1, at: null, last: null };
    expect(await courses()).toEqual([ended, ended]);
    expect(mailer.posts).toHaveLength(1);
  });

  it('that was not accepted waits in a paused course until it goes on', async () => {
    const { ctx, mailer, batchId } = await posted(MISMATCH);
    await change(enrollments, { state: 'paused', nextAt: null }, { id: 1 });
    await settle(ctx, batchId, false);
    expect((await courses())[0]).toMatchObject({ state: 'paused', next: 1, at: null });
    await work(ctx);
    expect(mailer.posts[1]?.mails.map((mail) => mail.to)).toEqual([['planted-2@example.org']]);
  });

  it('that was not accepted is sent outside the order where a later lesson has been', async () => {
    const { ctx, batchId } = await posted(MISMATCH);
    ctx.clock.pass(9 * DAY);
    await work(ctx);
    const before = await courses();
    expect(before).toMatchObject([{ next: 3 }, { next: 3 }]);
    await settle(ctx, batchId, false);
    await work(ctx);
    expect(await ledger()).toEqual([
      { kind: 'lesson', lesson: 1, state: 'failed', n: 2 },
      { kind: 'lesson', lesson: 2, state: 'sent', n: 2 },
      { kind: 'resend', lesson: 1, state: 'sent', n: 2 },
    ]);
    expect(await courses()).toEqual(before);
  });

  it('that was not accepted is sent outside the order where the next one is on its way', async () => {
    const { ctx, batchId } = await posted(MISMATCH);
    await change(enrollments, { nextAt: null }, { id: 1 });
    await put(deliveries, {
      kind: 'lesson',
      lane: 'lesson',
      subscriberId: 1,
      enrollmentId: 1,
      lesson: 2,
      state: 'sending',
      dueAt: 0,
    });
    await settle(ctx, batchId, false);
    expect(await courses()).toMatchObject([
      { next: 2, at: null },
      { next: 1, at: ctx.clock.now() },
    ]);
    expect(await pick(deliveries, { id: deliveries.enrollmentId }, { kind: 'resend' })).toEqual([
      { id: 1 },
    ]);
  });

  it('that was not accepted reaches nobody who said goodbye meanwhile', async () => {
    const { ctx, mailer, batchId } = await posted(MISMATCH);
    await unsubscribeByHand(ctx, { subscriberId: 1, ...WHY });
    await settle(ctx, batchId, false);
    await work(ctx);
    expect(mailer.posts[1]?.mails.map((mail) => mail.to)).toEqual([['planted-2@example.org']]);
  });

  it('of confirmations that was not accepted is owed again as it was', async () => {
    const mailer = scriptedMailer(MISMATCH);
    const ctx = testContext({ mailer });
    await signUp(ctx);
    await work(ctx);
    const batchId = (await value(batches, 'id')) as number;
    await settle(ctx, batchId, false);
    await work(ctx);
    expect(mailer.posts).toHaveLength(2);
    expect(await ledger()).toEqual([{ kind: 'confirm', lesson: null, state: 'sent', n: 1 }]);
  });

  it('is not called refused by a record that is older than its latest attempt', async () => {
    const { ctx, batchId } = await posted(MISMATCH);
    for (const attempts of [0, 2]) {
      expect(await settle(ctx, batchId, false, attempts)).toEqual({
        kind: 'outdated',
        attempts: 1,
      });
    }
    expect(await courses()).toMatchObject([{ next: 2 }, { next: 2 }]);
    expect(await count(acts)).toBe(0);
  });

  it('is settled once', async () => {
    const { ctx, batchId } = await posted(MISMATCH);
    await settle(ctx, batchId, false);
    expect(await settle(ctx, batchId, false)).toEqual({ kind: 'nothing-to-settle' });
    expect(await settle(ctx, batchId, true)).toEqual({ kind: 'nothing-to-settle' });
    await work(ctx);
    expect(await count(deliveries, { state: 'sent' })).toBe(2);
    expect(await pick(acts, ['at', 'actor', 'verb', 'subject', 'reason'])).toEqual([
      { at: ctx.clock.now(), verb: 'settle-not-accepted', subject: `batch:${batchId}`, ...WHY },
    ]);
  });

  it('is settled once also where two say so at the same moment', async () => {
    const { ctx, batchId } = await posted(MISMATCH);
    await Promise.all([settle(ctx, batchId, false), settle(ctx, batchId, false)]);
    expect((await courses()).map(({ next }) => next)).toEqual([1, 1]);
    expect(await count(acts)).toBe(1);
  });
});

describe('an open batch without an answer', () => {
  it('that was accepted moves its courses on at once', async () => {
    const { ctx, mailer, batchId } = await posted(UNKNOWN);
    expect(await settle(ctx, batchId, true)).toEqual({ kind: 'settled' });
    ctx.clock.pass(3600);
    await work(ctx);
    expect(mailer.posts).toHaveLength(1);
    expect(await ledger()).toEqual([{ kind: 'lesson', lesson: 1, state: 'sent', n: 2 }]);
    expect(
      await pick(enrollments, {
        nextLesson: enrollments.nextLesson,
        due: gt(enrollments.nextAt, 0),
      }),
    ).toEqual([
      { nextLesson: 2, due: 1 },
      { nextLesson: 2, due: 1 },
    ]);
    expect(await value(acts, 'verb')).toBe('settle-accepted');
    expect(await value(batches, 'frozen')).toBeNull();
  });

  it('that is recorded while a pause ends leaves the pause to the next tick, which counts from it', async () => {
    const { ctx, batchId } = await posted(UNKNOWN);
    ctx.clock.pass(3600);
    const until = ctx.clock.now();
    await change(enrollments, {
      state: 'paused',
      rev: sql`${enrollments.rev} + 1`,
      resumeAt: until,
    });
    const due = await readResuming(ctx.db, until, 10);
    expect(due).toHaveLength(2);
    await settle(ctx, batchId, true);
    // Computed before: lesson 2 would be due at once.
    const early = due.map(({ id, rev }) => ({ id, rev, nextAt: until }));
    await resumeAll(ctx.db, early);
    expect(await count(enrollments, { state: 'paused' })).toBe(2);
    await tick(ctx);
    expect(await count(enrollments, { state: 'active' })).toBe(2);
    expect(
      await scalar(sql`SELECT min(${enrollments.nextAt} - ${enrollments.lastAt})
        FROM ${enrollments}`),
    ).toBeGreaterThanOrEqual(MIN_GAP);
  });

  it('that was not accepted is owed as before, with a new key', async () => {
    const { ctx, mailer, batchId } = await posted(UNKNOWN);
    expect(await settle(ctx, batchId, false)).toEqual({ kind: 'settled' });
    await work(ctx);
    expect(mailer.posts).toHaveLength(2);
    expect(mailer.posts[1]?.key).not.toBe(mailer.posts[0]?.key);
    expect(await pick(deliveries, ['state'], ne(deliveries.state, 'skipped'))).toEqual([
      { state: 'sent' },
      { state: 'sent' },
    ]);
    expect(await count(deliveries, { kind: 'resend' })).toBe(0);
  });

  it('that has been posted since the record was looked into is not sent anew', async () => {
    const { ctx, mailer, batchId } = await posted(UNKNOWN);
    // Seen after one attempt. The next is accepted, and its answer is lost.
    ctx.clock.pass(60);
    mailer.script.push(UNKNOWN);
    await work(ctx);
    expect(await settle(ctx, batchId, false, 1)).toEqual({ kind: 'outdated', attempts: 2 });
    await work(ctx);
    expect(new Set(mailer.posts.map(({ key }) => key)).size).toBe(1);
    expect(await value(batches, 'state', ne(batches.state, 'released'))).toBe('open');
    expect(await settle(ctx, batchId, false, 2)).toEqual({ kind: 'settled' });
  });

  it('that is being posted at the moment of the verdict keeps its attempt', async () => {
    const { ctx, mailer, batchId } = await posted(UNKNOWN);
    mailer.script.push(UNKNOWN);
    ctx.clock.pass(60);
    // Between what the verdict reads and what it writes, another attempt begins and ends.
    const { db } = overheard(() => dispatch(ctx, 'lesson'));
    expect(await settle({ ...ctx, db }, batchId, false, 1)).toEqual({ kind: 'busy' });
    expect(await pick(batches, ['state', 'attempts'])).toEqual([{ state: 'open', attempts: 2 }]);
  });

  it('is left alone while a consumer is posting it', async () => {
    let said: unknown;
    const mailer = scriptedMailer(async () => {
      const batchId = (await value(batches, 'id')) as number;
      said = await settle(ctx, batchId, false);
      return { kind: 'accepted', refused: [] };
    });
    const ctx = testContext({ mailer });
    await plantLearners(ctx, 2);
    await work(ctx);
    expect(said).toEqual({ kind: 'busy' });
    expect(await ledger()).toEqual([{ kind: 'lesson', lesson: 1, state: 'sent', n: 2 }]);
    expect(await count(acts)).toBe(0);
  });
});

describe('a batch that has its answer', () => {
  it('has nothing to settle', async () => {
    const { ctx, batchId } = await posted({ kind: 'accepted', refused: [] });
    expect(await settle(ctx, batchId, false)).toEqual({ kind: 'nothing-to-settle' });
    expect(await settle(ctx, 4711, false)).toEqual({ kind: 'unknown' });
    expect(await count(acts)).toBe(0);
  });
});
