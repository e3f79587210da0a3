import { isNotNull, isNull, sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { batches, deliveries, enrollments, halts, signups } from '../../src/db/schema.ts';
import { dispatch } from '../../src/delivery/dispatch.ts';
import { health } from '../../src/delivery/health.ts';
import { tick } from '../../src/delivery/tick.ts';
import type { Answer } from '../../src/mailer/mailer.ts';
import { testContext, work } from '../support/course.ts';
import { emptyLedger } from '../support/ledger.ts';
import { ACCEPTED, scriptedMailer } from '../support/mailer.ts';
import { plantLearners } from '../support/many.ts';
import { change, count, pick, put, remove, scalar, tally, value } from '../support/rows.ts';

const UNKNOWN: Answer = { kind: 'unknown', reason: 'application_error' };
const HOUR = 3600;

describe('an answer that proves nothing', () => {
  it('is followed by the same bytes under the same key', async () => {
    const mailer = scriptedMailer(UNKNOWN, UNKNOWN);
    const ctx = testContext({ mailer });
    await plantLearners(ctx, 3);
    await work(ctx);
    ctx.clock.pass(600);
    await work(ctx);
    ctx.clock.pass(1200);
    await work(ctx);
    expect(mailer.posts).toHaveLength(3);
    expect(new Set(mailer.posts.map((post) => post.key)).size).toBe(1);
    expect(new Set(mailer.posts.map((post) => post.text)).size).toBe(1);
    expect(await tally(deliveries, ['state'])).toEqual([{ state: 'sent', n: 3 }]);
  });

  it('is not posted again after 20 hours by a queue that goes on while no tick comes', async () => {
    const mailer = scriptedMailer(UNKNOWN);
    const ctx = testContext({ mailer });
    await plantLearners(ctx, 2);
    await work(ctx);
    ctx.clock.pass(20 * HOUR);
    for (const lane of ['lesson', 'prompt'] as const) {
      await dispatch(ctx, lane, ctx.clock.machine());
    }
    expect(mailer.posts).toHaveLength(1);
    expect(await count(deliveries, { state: 'sending' })).toBe(2);
    await tick(ctx);
    expect(await count(deliveries, { state: 'uncertain' })).toBe(2);
  });

  it('becomes uncertain after 20 hours, is never posted again, and the course goes on', async () => {
    const mailer = scriptedMailer(...Array.from({ length: 500 }, () => UNKNOWN));
    const ctx = testContext({ mailer });
    await plantLearners(ctx, 2);
    for (let passed = 0; passed < 21 * HOUR; passed += 900) {
      await work(ctx);
      ctx.clock.pass(900);
    }
    const posted = mailer.posts.length;
    expect(await count(deliveries, { state: 'uncertain' })).toBe(2);
    expect(await count(enrollments, { nextLesson: 2 })).toBe(2);
    expect(
      await scalar(sql`SELECT min(${enrollments.nextAt}) - max(${enrollments.lastAt})
        FROM ${enrollments}`),
    ).toBeGreaterThan(96 * HOUR - 1);
    expect((await health(ctx)).problems).toContain('2 deliveries are uncertain');
    ctx.clock.pass(HOUR);
    await work(ctx);
    expect(mailer.posts).toHaveLength(posted);
  });

  it('holds an unsubscribed reader’s mail to its frozen bytes, because it may have gone already', async () => {
    const mailer = scriptedMailer(UNKNOWN);
    const ctx = testContext({ mailer });
    await plantLearners(ctx, 2);
    await work(ctx);
    await change(enrollments, { state: 'ended', closedAt: 1, nextAt: null, rev: 1 }, { id: 1 });
    ctx.clock.pass(600);
    await work(ctx);
    expect(mailer.posts[1]?.text).toBe(mailer.posts[0]?.text);
    expect(
      await pick(enrollments, {
        id: enrollments.id,
        state: enrollments.state,
        nextLesson: enrollments.nextLesson,
        none: isNull(enrollments.nextAt),
      }),
    ).toEqual([
      { id: 1, state: 'ended', nextLesson: 2, none: 1 },
      { id: 2, state: 'active', nextLesson: 2, none: 0 },
    ]);
  });
});

describe('an answer that proves nothing was taken', () => {
  it('waits as long as the mailer asks, then takes a new key and looks anew at who may be mailed', async () => {
    const mailer = scriptedMailer({ kind: 'rate-limited', retryAfterMs: 120_000 });
    const ctx = testContext({ mailer });
    await plantLearners(ctx, 2);
    await work(ctx);
    await change(enrollments, { state: 'ended', closedAt: 1, nextAt: null, rev: 1 }, { id: 1 });
    ctx.clock.pass(60);
    await work(ctx);
    expect(mailer.posts).toHaveLength(1);
    ctx.clock.pass(61);
    await work(ctx);
    expect(mailer.posts).toHaveLength(2);
    expect(mailer.posts[1]?.key).not.toBe(mailer.posts[0]?.key);
    expect(mailer.posts[1]?.mails.map((mail) => mail.to)).toEqual([['planted-2@example.org']]);
  });

  it('keeps key and bytes where an earlier attempt of the batch went unanswered', async () => {
    const mailer = scriptedMailer(UNKNOWN, { kind: 'rate-limited', retryAfterMs: 1000 });
    const ctx = testContext({ mailer });
    await plantLearners(ctx, 2);
    for (const _ of [1, 2, 3]) {
      await work(ctx);
      ctx.clock.pass(600);
    }
    expect(new Set(mailer.posts.map((post) => post.key)).size).toBe(1);
    expect(new Set(mailer.posts.map((post) => post.text)).size).toBe(1);
    expect(mailer.posts).toHaveLength(3);
  });

  it('halts everything on a bad key or a full quota, and fails no subscriber', async () => {
    const mailer = scriptedMailer({ kind: 'halt', reason: 'daily_quota_exceeded' });
    const ctx = testContext({ mailer });
    await plantLearners(ctx, 150);
    await work(ctx);
    ctx.clock.pass(600);
    await work(ctx);
    expect(mailer.posts).toHaveLength(1);
    expect(await count(enrollments, isNotNull(enrollments.nextAt))).toBe(150);
    expect((await health(ctx)).problems).toContain('sending is halted (all): daily_quota_exceeded');
    await remove(halts);
    await work(ctx);
    expect(await count(deliveries, { state: 'sent' })).toBe(150);
  });

  it('fails the one row whose address is refused; the other 99 go', async () => {
    const mailer = scriptedMailer({
      kind: 'accepted',
      refused: [{ index: 41, message: 'Invalid `to` field.' }],
    });
    const ctx = testContext({ mailer });
    await plantLearners(ctx, 100);
    await work(ctx);
    expect(await tally(deliveries, ['state'])).toEqual([
      { state: 'failed', n: 1 },
      { state: 'sent', n: 99 },
    ]);
    expect(await pick(enrollments, ['nextLesson', 'pauseReason'], { state: 'paused' })).toEqual([
      { nextLesson: 1, pauseReason: 'refused' },
    ]);
  });

  it('finds the one row behind a request that is refused as a whole', async () => {
    const bad = 'planted-7@example.org';
    const judge = (mails: { to: string[] }[]): Answer =>
      mails.some((mail) => mail.to[0] === bad)
        ? { kind: 'refused', reason: 'validation_error' }
        : ACCEPTED;
    const mailer = scriptedMailer(...Array.from({ length: 50 }, () => judge));
    const ctx = testContext({ mailer });
    await plantLearners(ctx, 20);
    for (const _ of [1, 2, 3]) {
      await work(ctx);
      ctx.clock.pass(60);
    }
    expect(await tally(deliveries, ['state'])).toEqual([
      { state: 'failed', n: 1 },
      { state: 'sent', n: 19 },
    ]);
    expect(await count(batches, { state: 'open' })).toBe(0);
  });

  it('is uncertain where the mailer knows the key with other bytes', async () => {
    const mailer = scriptedMailer({ kind: 'mismatch' });
    const ctx = testContext({ mailer });
    await plantLearners(ctx, 1);
    await work(ctx);
    ctx.clock.pass(600);
    await work(ctx);
    expect(mailer.posts).toHaveLength(1);
    expect(await value(deliveries, 'state')).toBe('uncertain');
  });
});

describe('what happens while a batch is on its way', () => {
  it('lets a changed slot decide when the next lesson comes', async () => {
    const mailer = scriptedMailer(async () => {
      await change(enrollments, { weekday: 6, time: '20:00', zone: 'UTC', rev: 1 });
      return ACCEPTED;
    });
    const ctx = testContext({ mailer });
    await plantLearners(ctx, 2);
    await work(ctx);
    expect(
      await pick(enrollments, {
        nextLesson: enrollments.nextLesson,
        at: sql`datetime(${enrollments.nextAt}, 'unixepoch')`,
      }),
    ).toEqual([
      { nextLesson: 2, at: '2026-12-05 20:00:00' },
      { nextLesson: 2, at: '2026-12-05 20:00:00' },
    ]);
  });

  it('lets a pause hold', async () => {
    const mailer = scriptedMailer(async () => {
      await change(enrollments, { state: 'paused', rev: 1 });
      return ACCEPTED;
    });
    const ctx = testContext({ mailer });
    await plantLearners(ctx, 1);
    await work(ctx);
    expect(await pick(enrollments, ['state', 'nextLesson', 'nextAt'])).toEqual([
      { state: 'paused', nextLesson: 2, nextAt: null },
    ]);
  });

  it('gives two consumers at once a hundred each, with nobody in both', async () => {
    const mailer = scriptedMailer();
    const ctx = testContext({ mailer });
    await plantLearners(ctx, 200);
    await Promise.all([dispatch(ctx, 'lesson'), dispatch(ctx, 'lesson')]);
    const addresses = mailer.posts.flatMap((post) => post.mails.map((mail) => mail.to[0]));
    expect(addresses).toHaveLength(200);
    expect(new Set(addresses).size).toBe(200);
  });

  it('never posts bytes that differ from those it froze', async () => {
    const mailer = scriptedMailer(UNKNOWN);
    const ctx = testContext({ mailer });
    await plantLearners(ctx, 1);
    await work(ctx);
    await change(batches, { sha256: 'something else' });
    ctx.clock.pass(600);
    await work(ctx);
    expect(mailer.posts).toHaveLength(1);
    expect(ctx.lines.join()).toContain('bytes-differ');
  });

  it('makes the same bytes after a deploy with a new key and new settings', async () => {
    const mailer = scriptedMailer(UNKNOWN);
    const before = testContext({ mailer });
    await plantLearners(before, 2);
    await work(before);
    const keys = [{ id: 'new', secret: 'n'.repeat(32) }, ...before.settings.signingKeys];
    const after = testContext({
      mailer,
      settings: { signingKeys: keys, postalAddress: 'Somewhere else', mailFrom: 'x@example.org' },
    });
    after.clock.pass(600);
    await work(after);
    expect(mailer.posts).toHaveLength(2);
    expect(mailer.posts[1]?.text).toBe(mailer.posts[0]?.text);
  });

  it('takes up a batch whose consumer died before it posted', async () => {
    const dying = scriptedMailer(() => {
      throw new Error('the isolate died');
    });
    const ctx = testContext({ mailer: dying });
    await plantLearners(ctx, 2);
    await expect(dispatch(ctx, 'lesson')).rejects.toThrow('the isolate died');
    ctx.clock.pass(60);
    await work(ctx);
    expect(dying.posts).toHaveLength(1);
    ctx.clock.pass(61);
    await work(ctx);
    expect(dying.posts).toHaveLength(2);
    expect(dying.posts[1]).toEqual(dying.posts[0]);
    expect(await count(deliveries, { state: 'sent' })).toBe(2);
  });
});

describe('the pace', () => {
  it('keeps lessons to four requests a second', async () => {
    const mailer = scriptedMailer();
    mailer.interval.lesson = 250;
    const ctx = testContext({ mailer });
    await plantLearners(ctx, 1000);
    const began = ctx.clock.machine();
    await dispatch(ctx, 'lesson');
    expect(mailer.posts).toHaveLength(10);
    expect(ctx.clock.machine() - began).toBe(9 * 250);
  });

  it('does not let a confirmation wait behind a wave of lessons', async () => {
    const mailer = scriptedMailer();
    mailer.interval = { prompt: 1000, lesson: 250 };
    const ctx = testContext({ mailer });
    await plantLearners(ctx, 3000);
    const [subscriberId, now] = [1, ctx.clock.now()];
    const signup = { firstName: '', page: '/', wordsVersion: 'x', createdAt: now };
    await put(signups, { id: 9, subscriberId, ...signup });
    const owed = { kind: 'confirm', lane: 'prompt', state: 'owed', dueAt: now } as const;
    await put(deliveries, { ...owed, subscriberId, signupId: 9 });
    const began = ctx.clock.machine();
    await Promise.all([dispatch(ctx, 'lesson'), dispatch(ctx, 'prompt')]);
    expect(ctx.clock.machine() - began).toBeGreaterThanOrEqual(29 * 250);
    const place = mailer.posts.findIndex((post) => post.text.includes('/confirm/'));
    expect(place).toBeLessThan(3);
  });

  it('delays lessons beyond the daily cap to the next day and drops none', async () => {
    const mailer = scriptedMailer();
    const ctx = testContext({ mailer, settings: { dailyCap: 150 } });
    await plantLearners(ctx, 200);
    await work(ctx);
    expect(await count(deliveries, { state: 'sent' })).toBe(150);
    ctx.clock.pass(6 * HOUR);
    await work(ctx);
    expect(await count(deliveries, { state: 'sent' })).toBe(150);
    // Late as agreed: nothing that an operator should look at.
    expect((await health(ctx)).problems).toEqual([]);
    ctx.clock.pass(6 * HOUR);
    await work(ctx);
    expect(await count(deliveries, { state: 'sent' })).toBe(200);
  });

  it.each([
    ['a backlog that it takes two more days to send', 0, 301, 300],
    ['what falls due tomorrow, more than two days can send', 20 * HOUR, 301, 300],
  ])(
    'warns before the cap holds a lesson back for over 36 hours: %s',
    async (_, due, many, few) => {
      for (const [count, problems] of [
        [few, []],
        [many, ['DAILY_CAP (150) holds lessons back for over 36 hours']],
      ] as const) {
        await emptyLedger();
        const ctx = testContext({ mailer: scriptedMailer(), settings: { dailyCap: 150 } });
        // An hour before noon, so that 36 hours end before the day after tomorrow begins.
        await plantLearners(ctx, count, { nextAt: ctx.clock.now() - HOUR + due });
        expect((await health(ctx)).problems).toEqual(problems);
        await work(ctx);
        expect((await health(ctx)).problems).toEqual(problems);
        if (due === 0)
          expect(ctx.alerts.map((alert) => alert.problems)).toEqual(
            problems.length ? [problems] : [],
          );
      }
    },
  );
});

describe('the scheduler', () => {
  it('wakes a lane that has work and leaves the other asleep', async () => {
    const ctx = testContext({ mailer: scriptedMailer() });
    await tick(ctx);
    expect(ctx.woken).toEqual([]);
    await plantLearners(ctx, 1);
    await tick(ctx);
    expect(ctx.woken).toEqual(['lesson']);
  });

  it('sends nothing on a clock that reads 1970, and says so', async () => {
    const ctx = testContext({ mailer: scriptedMailer() });
    await plantLearners(ctx, 1);
    ctx.clock.set('1970-01-01T00:01:00Z');
    expect(await tick(ctx)).toBe(false);
    expect(ctx.woken).toEqual([]);
    ctx.clock.set('2026-11-30T12:00:00Z');
    expect((await health(ctx)).problems.join()).toContain('clock-unset');
  });

  it('sends nothing where the trigger’s own time is more than an hour off', async () => {
    const ctx = testContext({ mailer: scriptedMailer() });
    await plantLearners(ctx, 1);
    expect(await tick(ctx, ctx.clock.machine() - 3_700_000)).toBe(false);
    expect(await tick(ctx, ctx.clock.machine() - 3_500_000)).toBe(true);
    expect(ctx.woken).toEqual(['lesson']);
  });

  it('leaves a halted lesson’s backlog alone and sends the others', async () => {
    const mailer = scriptedMailer();
    const ctx = testContext({ mailer });
    await plantLearners(ctx, 3, { nextLesson: 2 });
    await plantLearners(ctx, 2, { nextLesson: 5, from: 3 });
    await put(halts, { scope: 'lesson:2', reason: 'content_broken', since: 0 });
    await work(ctx);
    expect(await tally(deliveries, ['lesson'])).toEqual([{ lesson: 5, n: 2 }]);
  });
});
