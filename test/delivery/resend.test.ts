import { describe, expect, it } from 'vitest';
import { acts, deliveries, enrollments, subscribers } from '../../src/db/schema.ts';
import { moveClock } from '../../src/delivery/move-clock.ts';
import { readProgress } from '../../src/enrollment/progress.ts';
import { resendLesson } from '../../src/enrollment/resend-lesson.ts';
import { unsubscribeByHand } from '../../src/subscriber/unsubscribe.ts';
import { suppress } from '../../src/suppression/suppress.ts';
import { enroll, mailsTo, signUp, testContext, work } from '../support/course.ts';
import { scriptedMailer } from '../support/mailer.ts';
import { plantLearners } from '../support/many.ts';
import { change, count, pick, rows, value } from '../support/rows.ts';

const WHY = { actor: 'operator:mira', reason: 'never arrived' };
const at = (iso: string) => Date.parse(iso) / 1000;
const theirId = async (email: string) => (await value(subscribers, 'id', { email })) as number;

/** A learner with lesson 1 behind them. */
async function learner() {
  const ctx = testContext();
  const { email, learnToken } = await enroll(ctx, { weekday: 2, time: '07:30', zone: 'UTC' });
  await work(ctx);
  return { ctx, email, learnToken, id: await theirId(email) };
}

describe('a lesson that is sent once more', () => {
  it('is the same mail, and comes within the minute', async () => {
    const { ctx, email, id } = await learner();
    expect(await resendLesson(ctx, { subscriberId: id, lesson: 1, ...WHY })).toEqual({
      kind: 'owed',
    });
    expect(ctx.woken.at(-1)).toBe('prompt');
    await work(ctx);
    const [, first, again] = await mailsTo(ctx, email);
    expect(again?.kind).toBe('lesson');
    expect({ ...again, id: 0, headers: {} }).toEqual({ ...first, id: 0, headers: {} });
    expect(again?.headers).toEqual(first?.headers);
  });

  it('leaves the course as it was', async () => {
    const { ctx, email, id } = await learner();
    const before = await rows(enrollments);
    await resendLesson(ctx, { subscriberId: id, lesson: 1, ...WHY });
    await work(ctx);
    expect(await rows(enrollments)).toEqual(before);
    await moveClock(ctx, at('2027-03-01T00:00:00Z'));
    expect((await mailsTo(ctx, email)).map((mail) => mail.lesson)).toEqual([
      ...[null, 1, 1, 2, 3, 4, 5, 6, 7, 8, null],
    ]);
  });

  it('never holds the course up, whatever the mailer makes of it', async () => {
    for (const answer of [
      { kind: 'mismatch' as const },
      { kind: 'refused' as const, reason: 'validation_error' },
      { kind: 'accepted' as const, refused: [{ index: 0, message: 'Invalid `to` field.' }] },
    ]) {
      const mailer = scriptedMailer();
      const ctx = testContext({ mailer });
      const from = (await count(subscribers)) + 1;
      await plantLearners(ctx, 1, { from });
      await work(ctx);
      const id = from + 1;
      const before = await rows(enrollments, { subscriberId: id });
      mailer.script.push(answer);
      await resendLesson(ctx, { subscriberId: id, lesson: 1, ...WHY });
      await work(ctx);
      expect(await rows(enrollments, { subscriberId: id })).toEqual(before);
    }
    expect(await pick(deliveries, ['state'], { kind: 'resend' }, deliveries.subscriberId)).toEqual([
      { state: 'uncertain' },
      { state: 'failed' },
      { state: 'failed' },
    ]);
  });

  it('may follow one whose fate nobody knows', async () => {
    const mailer = scriptedMailer({ kind: 'mismatch' });
    const ctx = testContext({ mailer });
    await plantLearners(ctx, 1);
    await work(ctx);
    expect(await value(deliveries, 'state')).toBe('uncertain');
    expect((await resendLesson(ctx, { subscriberId: 1, lesson: 1, ...WHY })).kind).toBe('owed');
    await work(ctx);
    expect(mailer.posts).toHaveLength(2);
    expect(mailer.posts[1]?.mails[0]?.subject).toBe(mailer.posts[0]?.mails[0]?.subject);
  });

  it('reaches somebody who has finished the course', async () => {
    const { ctx, email, id } = await learner();
    await moveClock(ctx, at('2027-03-01T00:00:00Z'));
    expect((await resendLesson(ctx, { subscriberId: id, lesson: 8, ...WHY })).kind).toBe('owed');
    await work(ctx);
    expect((await mailsTo(ctx, email)).at(-1)?.lesson).toBe(8);
    expect(await value(enrollments, 'state')).toBe('completed');
  });

  it('is owed once while it waits, and written down once with who, when and why', async () => {
    const { ctx, id } = await learner();
    await resendLesson(ctx, { subscriberId: id, lesson: 1, ...WHY });
    expect(await resendLesson(ctx, { subscriberId: id, lesson: 1, ...WHY })).toEqual({
      kind: 'already-owed',
    });
    expect(await pick(acts, ['at', 'actor', 'verb', 'subject', 'reason'])).toEqual([
      { at: ctx.clock.now(), verb: 'resend', subject: 'lesson:1', ...WHY },
    ]);
  });
});

describe('a lesson is not sent once more', () => {
  it('before the course has come to it', async () => {
    const { ctx, id } = await learner();
    const refused = { kind: 'refused', why: 'not-sent' };
    expect(await resendLesson(ctx, { subscriberId: id, lesson: 2, ...WHY })).toEqual(refused);
    for (const lesson of [0, 9, 1.5, Number.NaN]) {
      expect(await resendLesson(ctx, { subscriberId: id, lesson, ...WHY })).toEqual(refused);
    }
    expect(await count(acts)).toBe(0);
  });

  it('to somebody who has not confirmed', async () => {
    const ctx = testContext();
    const id = await theirId(await signUp(ctx));
    expect(await resendLesson(ctx, { subscriberId: id, lesson: 1, ...WHY })).toEqual({
      kind: 'refused',
      why: 'not-confirmed',
    });
  });

  it('to somebody who has unsubscribed, even where it was owed before', async () => {
    const { ctx, email, id } = await learner();
    await resendLesson(ctx, { subscriberId: id, lesson: 1, ...WHY });
    await unsubscribeByHand(ctx, { subscriberId: id, ...WHY });
    const before = (await mailsTo(ctx, email)).length;
    await work(ctx);
    expect(await mailsTo(ctx, email)).toHaveLength(before);
    expect(await value(deliveries, 'state', { kind: 'resend' })).toBe('skipped');
    expect(await resendLesson(ctx, { subscriberId: id, lesson: 1, ...WHY })).toEqual({
      kind: 'refused',
      why: 'unsubscribed',
    });
  });

  it('to a suppressed address', async () => {
    const { ctx, email, id } = await learner();
    await suppress(ctx, { whose: { email }, ...WHY });
    expect(await resendLesson(ctx, { subscriberId: id, lesson: 1, ...WHY })).toEqual({
      kind: 'refused',
      why: 'suppressed',
    });
  });

  it('to nobody', async () => {
    expect(await resendLesson(testContext(), { subscriberId: 1, lesson: 1, ...WHY })).toEqual({
      kind: 'unknown',
    });
  });

  it('to whoever unsubscribes while the request it was part of is refused and halved', async () => {
    const mailer = scriptedMailer();
    const ctx = testContext({ mailer });
    await plantLearners(ctx, 2);
    await work(ctx);
    for (const subscriberId of [1, 2]) {
      await resendLesson(ctx, { subscriberId, lesson: 1, ...WHY });
    }
    mailer.script.push(async () => {
      await unsubscribeByHand(ctx, { subscriberId: 1, ...WHY });
      return { kind: 'refused', reason: 'validation_error' };
    });
    await work(ctx);
    await work(ctx);
    expect(mailer.posts.slice(2).map((post) => post.mails.map((mail) => mail.to))).toEqual([
      [['planted-2@example.org']],
    ]);
  });
});

describe('a learner’s page', () => {
  it('shows a lesson whose first mail was not accepted once its resend was sent', async () => {
    const { ctx, learnToken } = await learner();
    await change(deliveries, { state: 'failed' }, { kind: 'lesson' });
    const week = async () => (await readProgress(ctx, learnToken))?.weeks[0]?.state;
    await resendLesson(ctx, {
      subscriberId: (await value(subscribers, 'id')) as number,
      lesson: 1,
      ...WHY,
    });
    expect(await week()).toBe('sending');
    await work(ctx);
    expect(await week()).toBe('sent');
  });
});
