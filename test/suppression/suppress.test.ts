import { gt, isNull, sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { acts, deliveries, enrollments, subscribers, suppressions } from '../../src/db/schema.ts';
import { recordEvent } from '../../src/delivery/record-event.ts';
import { changeSlot } from '../../src/enrollment/change-slot.ts';
import { pause } from '../../src/enrollment/pause.ts';
import { resumeByHand } from '../../src/enrollment/resume.ts';
import { eraseSubscriber } from '../../src/subscriber/erase-subscriber.ts';
import { liftSuppression } from '../../src/suppression/lift-suppression.ts';
import { suppress } from '../../src/suppression/suppress.ts';
import { enroll, mailsTo, signUp, testContext, work } from '../support/course.ts';
import { eventOfRow } from '../support/events.ts';
import { scriptedMailer } from '../support/mailer.ts';
import { plantLearners } from '../support/many.ts';
import { change, count, pick, put, value } from '../support/rows.ts';

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
  pick(enrollments, {
    state: enrollments.state,
    pauseReason: enrollments.pauseReason,
    none: isNull(enrollments.nextAt),
    rev: enrollments.rev,
  });
const written = () => pick(acts, ['actor', 'verb', 'reason', 'at'], undefined, acts.id);

/** When the next lesson is due, as people read it. */
const due = sql<string>`datetime(${enrollments.nextAt}, 'unixepoch')`;

describe('an address that is suppressed by hand', () => {
  it('gets no lesson any more, and the record says who did it, when and why', async () => {
    const { ctx, email } = await learner();
    const before = (await mailsTo(ctx, email)).length;
    expect(await suppress(ctx, { whose: { email }, ...WHY })).toEqual({ kind: 'suppressed' });
    expect(await course()).toEqual([
      { state: 'paused', pauseReason: 'suppressed', none: 1, rev: 2 },
    ]);
    ctx.clock.pass(30 * 24 * HOUR);
    await work(ctx);
    expect(await mailsTo(ctx, email)).toHaveLength(before);
    expect(await written()).toEqual([
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
    expect(await value(acts, 'subject')).toMatch(/^address:[0-9a-f]{64}$/);
  });

  it('changes nothing the second time, not even the record', async () => {
    const { ctx, email } = await learner();
    await suppress(ctx, { whose: { email }, ...WHY });
    const second = await suppress(ctx, { whose: { email }, ...WHY, reason: 'again' });
    expect(second).toEqual({ kind: 'already-suppressed' });
    expect(await written()).toHaveLength(1);
    expect(await value(enrollments, 'rev')).toBe(2);
  });

  it('is unknown where no subscriber has the id', async () => {
    const ctx = testContext();
    expect(await suppress(ctx, { whose: { subscriberId: 7 }, ...WHY })).toEqual({
      kind: 'unknown',
    });
    expect(await written()).toEqual([]);
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
      await pick(enrollments, {
        state: enrollments.state,
        pauseReason: enrollments.pauseReason,
        due,
      }),
    ).toEqual([{ state: 'active', pauseReason: null, due: '2026-12-15 07:30:00' }]);
    ctx.clock.set('2026-12-15T07:30:00Z');
    await work(ctx);
    expect((await mailsTo(ctx, email)).at(-1)?.lesson).toBe(2);
    expect((await written()).map((act) => act.verb)).toEqual(['suppress', 'lift-suppression']);
  });

  it('keeps 96 hours between two lessons', async () => {
    const { ctx, email } = await learner();
    await suppress(ctx, { whose: { email }, ...WHY });
    ctx.clock.pass(HOUR);
    await liftSuppression(ctx, { whose: { email }, ...WHY });
    // The slot of the next day is less than 96 hours after lesson 1.
    expect(await pick(enrollments, { due })).toEqual([{ due: '2026-12-08 07:30:00' }]);
  });

  it('leaves a course alone that waits for something else, and whoever unsubscribed', async () => {
    const ctx = testContext({ mailer: scriptedMailer() });
    await plantLearners(ctx, 1);
    await suppress(ctx, { whose: { subscriberId: 1 }, ...WHY });
    await change(enrollments, { pauseReason: 'refused' });
    await liftSuppression(ctx, { whose: { subscriberId: 1 }, ...WHY });
    expect(await pick(enrollments, ['state', 'nextAt'])).toEqual([
      { state: 'paused', nextAt: null },
    ]);
  });

  it('gives no due time to a lesson that is on its way', async () => {
    const mailer = scriptedMailer({ kind: 'unknown', reason: 'timeout' });
    const ctx = testContext({ mailer });
    await plantLearners(ctx, 1);
    await work(ctx);
    await suppress(ctx, { whose: { subscriberId: 1 }, ...WHY });
    await liftSuppression(ctx, { whose: { subscriberId: 1 }, ...WHY });
    expect(await pick(enrollments, ['state', 'nextAt'])).toEqual([
      { state: 'active', nextAt: null },
    ]);
    ctx.clock.pass(HOUR);
    await work(ctx);
    expect(
      await pick(enrollments, {
        nextLesson: enrollments.nextLesson,
        due: gt(enrollments.nextAt, 0),
      }),
    ).toEqual([{ nextLesson: 2, due: 1 }]);
    expect(mailer.posts[1]).toEqual(mailer.posts[0]);
  });

  it('takes the slot that was chosen meanwhile', async () => {
    const { ctx, email, learnToken } = await learner();
    await suppress(ctx, { whose: { email }, ...WHY });
    await changeSlot(ctx, learnToken, { weekday: 6, time: '10:00', zone: 'UTC' });
    await liftSuppression(ctx, { whose: { email }, ...WHY });
    expect(await pick(enrollments, { due })).toEqual([{ due: '2026-12-05 10:00:00' }]);
  });

  it('says so where there was none, and writes nothing', async () => {
    const { ctx, email } = await learner();
    expect(await liftSuppression(ctx, { whose: { email }, ...WHY })).toEqual({
      kind: 'not-suppressed',
    });
    expect(await written()).toEqual([]);
    expect(await value(enrollments, 'rev')).toBe(1);
  });
});

describe('a complaint about a mail that somebody else has caused', () => {
  it('stops the course that goes to the address, and leaves the other’s alone', async () => {
    const ctx = testContext({ mailer: scriptedMailer() });
    await plantLearners(ctx, 2);
    await work(ctx);
    // Learner 1 had asked for the address of learner 2.
    const to = 'planted-2@example.org';
    const hash = await ctx.tokens.addressHash(to);
    await put(deliveries, {
      id: 77,
      kind: 'address',
      lane: 'prompt',
      subscriberId: 1,
      toHash: hash,
      state: 'sent',
      dueAt: 0,
    });
    await recordEvent(ctx, await eventOfRow(ctx, 77, to, 'complaint'));
    expect(await pick(suppressions, ['hash'])).toEqual([{ hash }]);
    expect(
      await pick(enrollments, {
        id: enrollments.subscriberId,
        state: enrollments.state,
        pauseReason: enrollments.pauseReason,
        none: isNull(enrollments.nextAt),
      }),
    ).toEqual([
      { id: 1, state: 'active', pauseReason: null, none: 0 },
      { id: 2, state: 'paused', pauseReason: 'suppressed', none: 1 },
    ]);
  });
});

describe('a learner’s own pause', () => {
  const paused = () =>
    pick(enrollments, {
      state: enrollments.state,
      pauseReason: enrollments.pauseReason,
      until: sql`datetime(${enrollments.resumeAt}, 'unixepoch')`,
      due,
    });

  it('without a date outlives a suppression', async () => {
    const { ctx, email, learnToken } = await learner();
    await pause(ctx, learnToken, '');
    await suppress(ctx, { whose: { email }, ...WHY });
    await liftSuppression(ctx, { whose: { email }, ...WHY });
    expect(await paused()).toEqual([
      { state: 'paused', pauseReason: null, until: null, due: null },
    ]);
  });

  it('until a date outlives a suppression, and ends on that date', async () => {
    const { ctx, email, learnToken } = await learner();
    await pause(ctx, learnToken, '2026-12-20');
    await suppress(ctx, { whose: { email }, ...WHY });
    ctx.clock.pass(3 * 24 * HOUR);
    await work(ctx);
    await liftSuppression(ctx, { whose: { email }, ...WHY });
    expect(await paused()).toEqual([
      { state: 'paused', pauseReason: null, until: '2026-12-20 00:00:00', due: null },
    ]);
    ctx.clock.set('2026-12-20T00:00:00Z');
    await work(ctx);
    expect(await paused()).toEqual([
      { state: 'active', pauseReason: null, until: null, due: '2026-12-22 07:30:00' },
    ]);
  });

  it('whose date has come meanwhile is over when the suppression is', async () => {
    const { ctx, email, learnToken } = await learner();
    await pause(ctx, learnToken, '2026-12-05');
    await suppress(ctx, { whose: { email }, ...WHY });
    ctx.clock.set('2026-12-10T12:00:00Z');
    await work(ctx);
    expect((await paused())[0]).toMatchObject({ state: 'paused', pauseReason: 'suppressed' });
    await liftSuppression(ctx, { whose: { email }, ...WHY });
    expect(await paused()).toEqual([
      { state: 'active', pauseReason: null, until: null, due: '2026-12-15 07:30:00' },
    ]);
  });

  it('is not made up where the course ran', async () => {
    const { ctx, email, learnToken } = await learner();
    await pause(ctx, learnToken, '2026-12-20');
    for (let times = 0; times < 2; times++) {
      await suppress(ctx, { whose: { email }, ...WHY });
      await liftSuppression(ctx, { whose: { email }, ...WHY });
    }
    ctx.clock.set('2026-12-21T00:00:00Z');
    await work(ctx);
    await suppress(ctx, { whose: { email }, ...WHY });
    await liftSuppression(ctx, { whose: { email }, ...WHY });
    expect((await paused())[0]).toMatchObject({ state: 'active', until: null });
  });
});

describe('a course that stopped because mail came back', () => {
  async function stopped(reason: 'bounces' | 'refused' | 'suppressed' = 'bounces') {
    const { ctx, email, learnToken } = await learner();
    await change(enrollments, {
      state: 'paused',
      pauseReason: reason,
      nextAt: null,
      rev: sql`${enrollments.rev} + 1`,
    });
    const subscriberId = Number(await value(subscribers, 'id'));
    ctx.clock.pass(10 * 24 * HOUR);
    return { ctx, email, learnToken, subscriberId };
  }

  it.each(['bounces', 'refused'] as const)(
    '(%s) is set going by the operator, who says why',
    async (reason) => {
      const { ctx, subscriberId } = await stopped(reason);
      expect(await resumeByHand(ctx, { subscriberId, ...WHY })).toEqual({ kind: 'resumed' });
      expect(
        await pick(enrollments, {
          state: enrollments.state,
          pauseReason: enrollments.pauseReason,
          due,
        }),
      ).toEqual([{ state: 'active', pauseReason: null, due: '2026-12-15 07:30:00' }]);
      expect(await written()).toMatchObject([{ verb: 'resume', reason: 'asked by phone' }]);
      expect(await resumeByHand(ctx, { subscriberId, ...WHY })).toEqual({ kind: 'not-waiting' });
      expect(await written()).toHaveLength(1);
    },
  );

  it('stays where the address is suppressed, where the learner paused, and where nobody is', async () => {
    const { ctx, email, subscriberId } = await stopped();
    await suppress(ctx, { whose: { email }, ...WHY });
    expect(await resumeByHand(ctx, { subscriberId, ...WHY })).toEqual({ kind: 'suppressed' });
    await change(enrollments, { pauseReason: null });
    expect(await resumeByHand(ctx, { subscriberId, ...WHY })).toEqual({ kind: 'not-waiting' });
    expect(await resumeByHand(ctx, { subscriberId: 7, ...WHY })).toEqual({ kind: 'unknown' });
    expect(await count(acts, { verb: 'resume' })).toBe(0);
  });
});

describe('a reason that names a person', () => {
  const NAMES = { actor: 'operator:mira', reason: 'Wilhelmina Okafor rang' };
  const reasons = () =>
    pick(acts, ['verb', 'reason', 'subject', 'addressHash'], undefined, acts.id);

  it('goes with their erasure, also where the address was nobody’s when it was given', async () => {
    const ctx = testContext();
    const email = 'wilhelmina@example.org';
    await suppress(ctx, { whose: { email }, ...NAMES });
    await liftSuppression(ctx, { whose: { email }, ...NAMES });
    await enroll(ctx, { email });
    await suppress(ctx, { whose: { email }, ...NAMES });
    const subscriberId = Number(await value(subscribers, 'id'));
    await eraseSubscriber(ctx, { subscriberId, actor: 'operator:mira', reason: 'by letter' });
    const gone = { reason: 'erased', subject: null, addressHash: null };
    expect(await reasons()).toEqual([
      { verb: 'suppress', ...gone },
      { verb: 'lift-suppression', ...gone },
      { verb: 'suppress', ...gone },
      { verb: 'erase', ...gone, reason: 'by letter' },
    ]);
  });

  it('goes when a signup that nobody confirmed is forgotten', async () => {
    const ctx = testContext();
    const email = await signUp(ctx);
    await suppress(ctx, { whose: { email }, ...NAMES });
    await suppress(ctx, { whose: { email: 'somebody-else@example.org' }, ...NAMES });
    ctx.clock.pass(31 * 24 * HOUR);
    await work(ctx);
    expect(await count(subscribers)).toBe(0);
    expect((await reasons()).map(({ reason }) => reason)).toEqual([
      'forgotten',
      'Wilhelmina Okafor rang',
    ]);
  });
});
