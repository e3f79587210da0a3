import { isNotNull } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { deliveries, enrollments, subscribers } from '../../src/db/schema.ts';
import { ensureContents } from '../../src/delivery/contents.ts';
import { dispatch } from '../../src/delivery/dispatch.ts';
import { recordEvent } from '../../src/delivery/record-event.ts';
import { claim } from '../../src/delivery/store/claim.ts';
import { calendarOf } from '../../src/enrollment/calendar.ts';
import { randomIds } from '../../src/id.ts';
import { forgetUnconfirmed } from '../../src/signup/forget-unconfirmed.ts';
import { eraseSubscriber } from '../../src/subscriber/erase-subscriber.ts';
import { readTimeline } from '../../src/subscriber/timeline.ts';
import { enroll, signUp, type TestContext, testContext, work } from '../support/course.ts';
import { eventAbout } from '../support/events.ts';
import { scriptedMailer } from '../support/mailer.ts';
import { plantLearners } from '../support/many.ts';
import { goBack } from '../support/restore.ts';
import { count, dump, pick } from '../support/rows.ts';

const DAY = 86_400;
const WHY = { actor: 'operator:mira', reason: 'asked for it' };

const ids = async () => {
  const found = await pick(deliveries, ['id']);
  return found.map(({ id }) => id);
};

/** Learners who have had lesson 1, and the ids of their mails. */
async function sent(people: number) {
  const mailer = scriptedMailer();
  const ctx = testContext({ mailer });
  await plantLearners(ctx, people);
  await work(ctx);
  return { ctx, mailer, before: await ids() };
}

describe('a number that has left the house never means another row', () => {
  it('after somebody was erased', async () => {
    const { ctx, before } = await sent(3);
    for (const subscriberId of [1, 2, 3]) await eraseSubscriber(ctx, { subscriberId, ...WHY });
    await plantLearners(ctx, 3, { from: 3 });
    await work(ctx);
    const after = await ids();
    expect(after).toHaveLength(3);
    expect(after.filter((id) => before.includes(id))).toEqual([]);
  });

  it('after signups that nobody confirmed were forgotten', async () => {
    const ctx = testContext({ mailer: scriptedMailer() });
    await signUp(ctx);
    await work(ctx);
    const before = await ids();
    ctx.clock.pass(31 * DAY);
    await forgetUnconfirmed(ctx, 500);
    expect(await ids()).toEqual([]);
    await signUp(ctx);
    expect(await ids()).not.toEqual(before);
  });

  it('after the database was taken back to a moment before', async () => {
    const mailer = scriptedMailer();
    const ctx = testContext({ mailer });
    await plantLearners(ctx, 2);
    const moment = await dump();
    await work(ctx);
    const lost = mailer.posts[0]?.mails[0];
    await goBack(moment);
    await work(ctx);
    const before = await dump();
    // What is told of the mails that the database has forgotten changes nothing.
    expect(await recordEvent(ctx, eventAbout(lost, 'complaint'))).toBe(false);
    expect(await dump()).toEqual(before);
  });

  it('in a calendar, after the learner was erased', async () => {
    const ctx = testContext();
    const uids = async ({ learnToken }: { learnToken: string }) => {
      const claims = await ctx.tokens.readLearn(learnToken);
      if (!claims) throw new Error('the link is damaged');
      const calendar = await calendarOf(ctx, await ctx.tokens.calendar(claims));
      return [...(calendar ?? '').matchAll(/UID:(.*)/g)].map(([, uid]) => uid);
    };
    const first = await enroll(ctx);
    await work(ctx);
    const before = await uids(first);
    expect(before).toHaveLength(8);
    const [{ id } = { id: 0 }] = await pick(subscribers, ['id']);
    await eraseSubscriber(ctx, { subscriberId: id, ...WHY });
    const second = await enroll(ctx);
    await work(ctx);
    const after = await uids(second);
    expect(after).toHaveLength(8);
    expect(after.filter((uid) => before.includes(uid))).toEqual([]);
  });

  it('in what the operator and the learner read: no row of a course says its own', async () => {
    const { ctx } = await sent(1);
    const timeline = await readTimeline(ctx, 1);
    expect(timeline?.enrollments).toHaveLength(1);
    expect(Object.keys(timeline?.enrollments[0] ?? {})).not.toContain('id');
  });
});

describe('ids that are given at random', () => {
  it('are safe in JavaScript, stand in a row for one claim, and leave room for all of it', async () => {
    for (let time = 0; time < 1000; time++) {
      const first = randomIds(100);
      expect(first).toBeGreaterThanOrEqual(128);
      expect(first % 128).toBe(0);
      expect(Number.isSafeInteger(first + 127)).toBe(true);
    }
    const { before } = await sent(100);
    const first = Math.min(...before);
    expect(before.toSorted((a, b) => a - b)).toEqual(before.map((_, index) => first + index));
  });

  it('that stand in the ledger already cost an attempt, and no lesson', async () => {
    const { ctx, before } = await sent(1);
    await plantLearners(ctx, 2, { from: 1 });
    const clash = { ...(await claimOf(ctx)), firstDelivery: (before[0] ?? 0) - 1 };
    const at = { now: ctx.clock.now(), machine: ctx.clock.machine() };
    await expect(claim(ctx.db, at, clash)).rejects.toThrow('UNIQUE');
    expect(await count(enrollments, isNotNull(enrollments.nextAt))).toBe(3);
    await dispatch(ctx, 'lesson');
    expect(await count(deliveries, { state: 'sent' })).toBe(3);
  });

  async function claimOf(ctx: TestContext) {
    return {
      lane: 'lesson' as const,
      id: 4711,
      key: 'key',
      leaseId: 'lease',
      limit: 100,
      settings: ctx.settings,
      counts: false,
      keyId: ctx.tokens.keyId,
      hashes: await ensureContents(ctx),
    };
  }
});
