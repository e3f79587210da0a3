import { ne, sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { batches, deliveries, enrollments, mailbox } from '../../src/db/schema.ts';
import { moveClock } from '../../src/delivery/move-clock.ts';
import { unsubscribe } from '../../src/subscriber/unsubscribe.ts';
import { enroll, mailsTo, testContext, tokenIn, work } from '../support/course.ts';
import { plantLearners } from '../support/many.ts';
import { count, pick, scalar, value } from '../support/rows.ts';

const at = (iso: string) => Date.parse(iso) / 1000;

describe('a course', () => {
  it('brings lesson 1 at once, then one a week at the learner’s hour, then a closing note', async () => {
    const ctx = testContext();
    const { email } = await enroll(ctx, { weekday: 2, time: '07:30', zone: 'Europe/Berlin' });
    await moveClock(ctx, at('2027-03-01T00:00:00Z'));
    const mails = (await mailsTo(ctx, email)).slice(1);
    expect(mails.map((mail) => [mail.kind, mail.lesson, mail.at])).toEqual([
      ['lesson', 1, '2026-11-30T12:00:00.000Z'],
      ['lesson', 2, '2026-12-08T06:30:00.000Z'],
      ['lesson', 3, '2026-12-15T06:30:00.000Z'],
      ['lesson', 4, '2026-12-22T06:30:00.000Z'],
      ['lesson', 5, '2026-12-29T06:30:00.000Z'],
      ['lesson', 6, '2027-01-05T06:30:00.000Z'],
      ['lesson', 7, '2027-01-12T06:30:00.000Z'],
      ['lesson', 8, '2027-01-19T06:30:00.000Z'],
      ['complete', null, '2027-01-26T06:30:00.000Z'],
    ]);
    expect(await value(enrollments, 'state')).toBe('completed');
    expect(await count(batches, ne(batches.state, 'accepted'))).toBe(0);
  });

  it('sends nothing more once the reader has unsubscribed', async () => {
    const ctx = testContext();
    const { email } = await enroll(ctx);
    await moveClock(ctx, at('2026-12-20T00:00:00Z'));
    const before = await mailsTo(ctx, email);
    await unsubscribe(ctx, tokenIn(before.at(-1), 'unsubscribe'));
    await moveClock(ctx, at('2027-03-01T00:00:00Z'));
    expect(await mailsTo(ctx, email)).toHaveLength(before.length);
    expect(await pick(enrollments, ['state', 'nextAt'])).toEqual([
      { state: 'ended', nextAt: null },
    ]);
  });

  it('finds nothing to do at a doubled tick', async () => {
    const ctx = testContext();
    const { email } = await enroll(ctx);
    await work(ctx);
    await work(ctx);
    expect(await mailsTo(ctx, email)).toHaveLength(2);
  });

  it('sends a lesson 35 hours late at once, and one 37 hours late at the next slot', async () => {
    const ctx = testContext();
    const { email } = await enroll(ctx, { weekday: 2, time: '07:30', zone: 'UTC' });
    await work(ctx);
    ctx.clock.moveTo(at('2026-12-08T07:30:00Z') + 35 * 3600);
    await work(ctx);
    // The slot of the week after is at least 96 hours away from the late lesson.
    ctx.clock.moveTo(at('2026-12-15T07:30:00Z') + 37 * 3600);
    await work(ctx);
    expect(await mailsTo(ctx, email)).toHaveLength(3);
    await moveClock(ctx, at('2026-12-22T07:30:00Z'));
    const mails = await mailsTo(ctx, email);
    expect(mails.slice(1).map((mail) => mail.at)).toEqual([
      '2026-11-30T12:00:00.000Z',
      '2026-12-09T18:30:00.000Z',
      '2026-12-22T07:30:00.000Z',
    ]);
  });

  it('takes a hundred at a time, each once', async () => {
    const ctx = testContext();
    const people = 230;
    await plantLearners(ctx, people);
    await work(ctx);
    expect(await count(mailbox)).toBe(people);
    expect(
      await scalar(sql`SELECT count(DISTINCT ${deliveries.subscriberId}) FROM ${deliveries}`),
    ).toBe(people);
    expect(await pick(batches, ['size'], undefined, batches.size)).toEqual([
      { size: 30 },
      { size: 100 },
      { size: 100 },
    ]);
  });
});
