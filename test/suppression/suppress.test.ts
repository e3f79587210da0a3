import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { changeSlot } from '../../src/enrollment/change-slot.ts';
import { liftSuppression } from '../../src/suppression/lift-suppression.ts';
import { suppress } from '../../src/suppression/suppress.ts';
import { enroll, mailsTo, rows, signUp, testContext, value, work } from '../support/course.ts';
import { scriptedMailer } from '../support/mailer.ts';
import { plantLearners } from '../support/many.ts';

const WHY = { actor: 'operator:mira', reason: 'asked by phone' };
const HOUR = 3600;

/** A learner in the middle of the course, lesson 1 sent. */
async function learner() {
  const ctx = testContext();
  const { email, learnToken } = await enroll(ctx, { weekday: 2, time: '07:30', zone: 'UTC' });
  await work(ctx);
  return { ctx, email, learnToken };
}

const course = () =>
  rows('SELECT state, pause_reason, next_at IS NULL AS none, rev FROM enrollments');
const acts = () => rows('SELECT actor, verb, reason, at FROM acts ORDER BY id');

describe('an address that is suppressed by hand', () => {
  it('gets no lesson any more, and the record says who did it, when and why', async () => {
    const { ctx, email } = await learner();
    const before = (await mailsTo(ctx, email)).length;
    expect(await suppress(ctx, { whose: { email }, ...WHY })).toEqual({ kind: 'suppressed' });
    expect(await course()).toEqual([
      { state: 'paused', pause_reason: 'suppressed', none: 1, rev: 2 },
    ]);
    ctx.clock.pass(30 * 24 * HOUR);
    await work(ctx);
    expect(await mailsTo(ctx, email)).toHaveLength(before);
    expect(await acts()).toEqual([
      { actor: 'operator:mira', verb: 'suppress', reason: 'asked by phone', at: 1796040000 },
    ]);
  });

  it('gets no confirmation that was owed, and none for a new signup', async () => {
    const ctx = testContext();
    const email = await signUp(ctx);
    await suppress(ctx, { whose: { email }, ...WHY });
    await work(ctx);
    await signUp(ctx, { email });
    await work(ctx);
    expect(await mailsTo(ctx, email)).toEqual([]);
  });

  it('may belong to nobody yet', async () => {
    const ctx = testContext();
    const email = 'never-seen@example.org';
    expect(await suppress(ctx, { whose: { email }, ...WHY })).toEqual({ kind: 'suppressed' });
    await signUp(ctx, { email });
    await work(ctx);
    expect(await mailsTo(ctx, email)).toEqual([]);
    expect(await value('SELECT subject FROM acts')).toMatch(/^address:[0-9a-f]{64}$/);
  });

  it('changes nothing the second time, not even the record', async () => {
    const { ctx, email } = await learner();
    await suppress(ctx, { whose: { email }, ...WHY });
    const second = await suppress(ctx, { whose: { email }, ...WHY, reason: 'again' });
    expect(second).toEqual({ kind: 'already-suppressed' });
    expect(await acts()).toHaveLength(1);
    expect(await value('SELECT rev FROM enrollments')).toBe(2);
  });

  it('is unknown where no subscriber has the id', async () => {
    const ctx = testContext();
    expect(await suppress(ctx, { whose: { subscriberId: 7 }, ...WHY })).toEqual({
      kind: 'unknown',
    });
    expect(await acts()).toEqual([]);
  });
});

describe('a suppression that is lifted', () => {
  it('lets the course go on at the learner’s next slot, and sends nothing before', async () => {
    const { ctx, email } = await learner();
    await suppress(ctx, { whose: { email }, ...WHY });
    ctx.clock.pass(10 * 24 * HOUR);
    const before = (await mailsTo(ctx, email)).length;
    expect(await liftSuppression(ctx, { whose: { email }, ...WHY })).toEqual({ kind: 'lifted' });
    await work(ctx);
    expect(await mailsTo(ctx, email)).toHaveLength(before);
    expect(
      await rows(
        "SELECT state, pause_reason, datetime(next_at, 'unixepoch') AS due FROM enrollments",
      ),
    ).toEqual([{ state: 'active', pause_reason: null, due: '2026-12-15 07:30:00' }]);
    ctx.clock.set('2026-12-15T07:30:00Z');
    await work(ctx);
    expect((await mailsTo(ctx, email)).at(-1)?.lesson).toBe(2);
    expect((await acts()).map((act) => act.verb)).toEqual(['suppress', 'lift-suppression']);
  });

  it('keeps 96 hours between two lessons', async () => {
    const { ctx, email } = await learner();
    await suppress(ctx, { whose: { email }, ...WHY });
    ctx.clock.pass(HOUR);
    await liftSuppression(ctx, { whose: { email }, ...WHY });
    // The slot of the next day is less than 96 hours after lesson 1.
    expect(await value("SELECT datetime(next_at, 'unixepoch') FROM enrollments")).toBe(
      '2026-12-08 07:30:00',
    );
  });

  it('leaves a course alone that waits for something else, and whoever unsubscribed', async () => {
    const ctx = testContext({ mailer: scriptedMailer() });
    await plantLearners(ctx, 1);
    await suppress(ctx, { whose: { subscriberId: 1 }, ...WHY });
    await env.DB.prepare("UPDATE enrollments SET pause_reason = 'refused'").run();
    await liftSuppression(ctx, { whose: { subscriberId: 1 }, ...WHY });
    expect(await rows('SELECT state, next_at FROM enrollments')).toEqual([
      { state: 'paused', next_at: null },
    ]);
  });

  it('gives no due time to a lesson that is on its way', async () => {
    const mailer = scriptedMailer({ kind: 'unknown', reason: 'timeout' });
    const ctx = testContext({ mailer });
    await plantLearners(ctx, 1);
    await work(ctx);
    await suppress(ctx, { whose: { subscriberId: 1 }, ...WHY });
    await liftSuppression(ctx, { whose: { subscriberId: 1 }, ...WHY });
    expect(await rows('SELECT state, next_at FROM enrollments')).toEqual([
      { state: 'active', next_at: null },
    ]);
    ctx.clock.pass(HOUR);
    await work(ctx);
    expect(await rows('SELECT next_lesson, next_at > 0 AS due FROM enrollments')).toEqual([
      { next_lesson: 2, due: 1 },
    ]);
    expect(mailer.posts[1]).toEqual(mailer.posts[0]);
  });

  it('takes the slot that was chosen meanwhile', async () => {
    const { ctx, email, learnToken } = await learner();
    await suppress(ctx, { whose: { email }, ...WHY });
    await changeSlot(ctx, learnToken, { weekday: 6, time: '10:00', zone: 'UTC' });
    await liftSuppression(ctx, { whose: { email }, ...WHY });
    expect(await value("SELECT datetime(next_at, 'unixepoch') FROM enrollments")).toBe(
      '2026-12-05 10:00:00',
    );
  });

  it('says so where there was none, and writes nothing', async () => {
    const { ctx, email } = await learner();
    expect(await liftSuppression(ctx, { whose: { email }, ...WHY })).toEqual({
      kind: 'not-suppressed',
    });
    expect(await acts()).toEqual([]);
    expect(await value('SELECT rev FROM enrollments')).toBe(1);
  });
});
