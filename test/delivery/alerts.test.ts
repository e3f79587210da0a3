import { env } from 'cloudflare:workers';
import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { createAlertSink } from '../../src/alert.ts';
import { createDatabase } from '../../src/db/client.ts';
import { batches, pulse } from '../../src/db/schema.ts';
import { haltByHand } from '../../src/delivery/halt-by-hand.ts';
import { liftHalt } from '../../src/delivery/lift-halt.ts';
import { tick } from '../../src/delivery/tick.ts';
import { type TestContext, testContext, work } from '../support/course.ts';
import { into } from '../support/into.ts';
import { scriptedMailer } from '../support/mailer.ts';
import { plantLearners } from '../support/many.ts';
import { value } from '../support/rows.ts';

const WHY = { actor: 'operator:mira', reason: 'a test' };
const HALTED = { course: 'http://localhost:8787', problems: ['sending is halted (all): by-hand'] };
const WELL = { course: 'http://localhost:8787', problems: [] };

async function halted(): Promise<TestContext> {
  const ctx = testContext({ mailer: scriptedMailer() });
  await haltByHand(ctx, { scope: 'all', ...WHY });
  await tick(ctx);
  return ctx;
}

/** Ticks each minute for as long as a test says. */
async function minutes(ctx: TestContext, count: number): Promise<void> {
  for (let passed = 0; passed < count; passed++) {
    ctx.clock.pass(60);
    await tick(ctx);
  }
}

describe('whoever reads ALERT_URL', () => {
  it('hears of a problem at once, and then every hour for as long as it lasts', async () => {
    const ctx = await halted();
    expect(ctx.alerts).toEqual([HALTED]);
    await minutes(ctx, 59);
    expect(ctx.alerts).toHaveLength(1);
    await minutes(ctx, 1);
    expect(ctx.alerts).toEqual([HALTED, HALTED]);
    await minutes(ctx, 59);
    expect(ctx.alerts).toHaveLength(2);
  });

  it('hears of another problem without waiting for the hour, and of that one only', async () => {
    const ctx = await halted();
    await haltByHand(ctx, { scope: 'lesson:3', ...WHY });
    await minutes(ctx, 5);
    expect(ctx.alerts.slice(1)).toEqual([
      { ...HALTED, problems: ['sending is halted (lesson:3): by-hand'] },
    ]);
  });

  it('hears once that the course is well again', async () => {
    const ctx = await halted();
    await liftHalt(ctx, { scope: 'all', ...WHY });
    await minutes(ctx, 120);
    expect(ctx.alerts).toEqual([HALTED, WELL]);
    expect(await value(pulse, 'alerts')).toBeNull();
  });

  it('hears of a problem that comes and goes at most once an hour', async () => {
    const ctx = await halted();
    for (let round = 0; round < 5; round++) {
      await liftHalt(ctx, { scope: 'all', ...WHY });
      await minutes(ctx, 2);
      await haltByHand(ctx, { scope: 'all', ...WHY });
      await minutes(ctx, 2);
    }
    expect(ctx.alerts.filter((alert) => alert.problems.length > 0)).toHaveLength(1);
    await minutes(ctx, 60);
    expect(ctx.alerts.filter((alert) => alert.problems.length > 0)).toHaveLength(2);
  });

  it('hears of uncertain mails, of lessons long due, and of a clock that cannot be right', async () => {
    const mailer = scriptedMailer({ kind: 'mismatch' });
    const ctx = testContext({ mailer });
    await plantLearners(ctx, 1);
    await work(ctx);
    await plantLearners(ctx, 1, { from: 1, nextAt: ctx.clock.now() - 7200 });
    await tick(ctx);
    await tick(ctx, ctx.clock.machine() - 3_700_000);
    expect(ctx.alerts.flatMap((alert) => alert.problems)).toEqual([
      'a lesson has been due for more than an hour',
      '1 deliveries are uncertain',
      'the last tick refused to work: trigger-and-clock-differ',
    ]);
  });

  it('is told again at the next tick where it could not be told, and the tick goes on', async () => {
    const ctx = testContext({ mailer: scriptedMailer() });
    const heard: unknown[] = [];
    let answers = false;
    const alert = {
      post: async (report: unknown) => {
        heard.push(report);
        return answers;
      },
    };
    const during = { ...ctx, alert };
    await haltByHand(ctx, { scope: 'lesson:3', ...WHY });
    await plantLearners(ctx, 1);
    expect(await tick(during)).toBe(true);
    expect(during.woken).toContain('lesson');
    expect(ctx.lines.join()).toContain('alert-failed');
    answers = true;
    await tick(during);
    await tick(during);
    expect(heard).toHaveLength(2);
  });

  it('hears of it once where two ticks run at the same moment', async () => {
    const ctx = testContext({ mailer: scriptedMailer() });
    await haltByHand(ctx, { scope: 'all', ...WHY });
    await Promise.all([tick(ctx), tick(ctx)]);
    expect(ctx.alerts).toHaveLength(1);
  });

  it('hears nothing of a course that is well', async () => {
    const ctx = testContext();
    await minutes(ctx, 5);
    expect(ctx.alerts).toEqual([]);
  });

  it('may be nobody', async () => {
    const ctx = testContext();
    await haltByHand(ctx, { scope: 'all', ...WHY });
    expect(await tick({ ...ctx, alert: null })).toBe(true);
    expect(await value(pulse, 'alerts')).toBeNull();
  });
});

describe('a tick of a course that is well', () => {
  it('reads at most 20 rows, however many learn', async () => {
    let read = 0;
    const count = <Row>(result: D1Result<Row>) => {
      read += result.meta.rows_read;
      return result;
    };
    const DB = new Proxy(env.DB, {
      get(target, name) {
        if (name === 'batch') {
          return async (list: D1PreparedStatement[]) => (await target.batch(list)).map(count);
        }
        const member: unknown = Reflect.get(target, name, target);
        return typeof member === 'function' ? member.bind(target) : member;
      },
    });
    const ctx = { ...testContext(), db: createDatabase(DB) };
    for (let lesson = 1; lesson <= 8; lesson++) {
      await plantLearners(ctx, 200, {
        from: lesson * 200,
        nextLesson: lesson,
        nextAt: ctx.clock.now() + 3600,
      });
    }
    // Batches of a year ago cost nothing.
    await ctx.db.commit({
      ended: sql`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)
          ${into(batches, 'id', 'key', 'lane', 'state', 'size', 'mailFrom', 'baseUrl', 'postalAddress', 'keyId', 'frozenAt', 'leaseUntil', 'attempts', 'unanswered')}
          SELECT i, i, 'lesson', 'accepted', 100, '', '', '', '', 0, 0, 1, 0 FROM n`,
    });
    // Once an hour a tick also looks for what is only kept for so long.
    await tick(ctx);
    read = 0;
    await tick(ctx);
    expect(read).toBeGreaterThan(0);
    expect(read).toBeLessThanOrEqual(20);
  });
});

describe('the wire to ALERT_URL', () => {
  it('never throws: an address that nobody answers at counts as not told', async () => {
    expect(await createAlertSink('http://127.0.0.1:9/').post(WELL)).toBe(false);
  });
});
