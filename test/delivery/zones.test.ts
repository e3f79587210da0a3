import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { enrollments, pulse } from '../../src/db/schema.ts';
import { tick } from '../../src/delivery/tick.ts';
import { type TestContext, testContext } from '../support/course.ts';
import { plantLearners } from '../support/many.ts';
import { change, count, pick, value } from '../support/rows.ts';

const HOUR = 3600;
const at = (iso: string) => Date.parse(iso) / 1000;
const BERLIN = { weekday: 2, time: '07:30', zone: 'Europe/Berlin' };
const DUE = at('2026-12-08T06:30:00Z');

/** Learners whose next lesson an earlier edition of tzdata has dated an hour too late. */
async function datedByEarlierRules(count: number): Promise<TestContext> {
  const ctx = testContext({ start: '2026-12-01T12:00:00Z' });
  await plantLearners(ctx, count, { nextLesson: 3, nextAt: DUE + HOUR, slot: BERLIN });
  await change(enrollments, { lastAt: at('2026-12-01T06:30:00Z') });
  return ctx;
}

const dates = () =>
  pick(enrollments, { id: enrollments.id, at: enrollments.nextAt }, undefined, enrollments.id);

describe('when the runtime has another edition of tzdata', () => {
  it('the next lesson, too, comes at the hour on the learner’s wall', async () => {
    const ctx = await datedByEarlierRules(3);
    // Of these, one was asked for at once, and one lives where nothing has changed.
    await change(enrollments, { askedAt: sql`${enrollments.nextAt}` }, { id: 2 });
    await change(enrollments, { zone: 'Europe/Lisbon' }, { id: 3 });
    await change(pulse, { zoneRules: '2026:as they were before' });
    await tick(ctx);
    expect(await dates()).toEqual([
      { id: 1, at: DUE },
      { id: 2, at: DUE + HOUR },
      { id: 3, at: DUE + HOUR },
    ]);
    expect(await value(pulse, 'redateFrom')).toBeNull();
    expect(ctx.lines.join('\n')).toContain('"zones-changed"');
  });

  it('many are dated anew in parts, tick by tick, each once', async () => {
    const ctx = await datedByEarlierRules(4500);
    await change(pulse, { zoneRules: '2026:as they were before' });
    const moved: unknown[] = [];
    for (let minute = 0; minute < 4; minute++) {
      await tick(ctx);
      moved.push(await count(enrollments, { nextAt: DUE }));
      ctx.clock.pass(60);
    }
    expect(moved).toEqual([2000, 4000, 4500, 4500]);
    expect(await value(pulse, 'redateFrom')).toBeNull();
  });

  it('nobody’s date is touched while it is the same, nor at the first look of all', async () => {
    const ctx = await datedByEarlierRules(2);
    const before = await dates();
    for (let hour = 0; hour < 3; hour++) {
      await tick(ctx);
      ctx.clock.pass(HOUR);
    }
    expect(await value(pulse, 'zoneRules')).toMatch(/^2026:[0-9a-f]{32}$/);
    expect(await dates()).toEqual(before);
    expect(ctx.lines.join('\n')).not.toContain('redated');
  });
});
