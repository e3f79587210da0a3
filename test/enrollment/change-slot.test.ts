import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { enrollments } from '../../src/db/schema.ts';
import { moveClock } from '../../src/delivery/move-clock.ts';
import { changeSlot } from '../../src/enrollment/change-slot.ts';
import { unsubscribe } from '../../src/subscriber/unsubscribe.ts';
import { enroll, mailsTo, testContext, tokenIn, work } from '../support/course.ts';
import { scalar, value } from '../support/rows.ts';

const at = (iso: string) => Date.parse(iso) / 1000;
const due = () =>
  scalar(sql`SELECT datetime(${enrollments.nextAt}, 'unixepoch') FROM ${enrollments}`);

describe('a changed hour', () => {
  it('holds from the next lesson on, at least four days after the one before', async () => {
    const ctx = testContext();
    const { email, learnToken } = await enroll(ctx, { weekday: 2, time: '07:30', zone: 'UTC' });
    await work(ctx);
    // Lesson 1 came on Monday; Thursday is too soon, so it is the Thursday after.
    await changeSlot(ctx, learnToken, { weekday: 4, time: '20:00', zone: 'UTC' });
    expect(await due()).toBe('2026-12-10 20:00:00');
    await moveClock(ctx, at('2026-12-18T00:00:00Z'));
    expect((await mailsTo(ctx, email)).slice(2).map((mail) => mail.at)).toEqual([
      '2026-12-10T20:00:00.000Z',
      '2026-12-17T20:00:00.000Z',
    ]);
  });

  it('does not hold lesson 1 back', async () => {
    const ctx = testContext();
    const { email, learnToken } = await enroll(ctx);
    await changeSlot(ctx, learnToken, { weekday: 6, time: '10:00', zone: 'UTC' });
    await work(ctx);
    expect((await mailsTo(ctx, email)).at(-1)?.lesson).toBe(1);
  });

  it('changes nothing once the mail has ended, or through a link that is not the learner’s', async () => {
    const ctx = testContext();
    const { email, learnToken } = await enroll(ctx);
    const slot = { weekday: 6, time: '10:00', zone: 'UTC' };
    expect(await changeSlot(ctx, `${learnToken}x`, slot)).toEqual({ kind: 'bad-link' });
    await unsubscribe(ctx, tokenIn((await mailsTo(ctx, email)).at(-1), 'unsubscribe'));
    expect(await changeSlot(ctx, learnToken, slot)).toEqual({ kind: 'not-running' });
    expect(await value(enrollments, 'weekday')).toBe(2);
  });
});
