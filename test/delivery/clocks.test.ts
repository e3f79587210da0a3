import { createExecutionContext, createMessageBatch, getQueueResult } from 'cloudflare:test';
import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { batches, deliveries, pulse } from '../../src/db/schema.ts';
import { dispatch } from '../../src/delivery/dispatch.ts';
import { health } from '../../src/delivery/health.ts';
import { tick } from '../../src/delivery/tick.ts';
import type { WakeUp } from '../../src/env.ts';
import worker from '../../src/worker.ts';
import { signUp, type TestContext, testContext, work } from '../support/course.ts';
import { type HonestMailer, honestMailer } from '../support/mailer.ts';
import { plantLearners } from '../support/many.ts';
import { overheard } from '../support/overheard.ts';
import { change, dump, scalar, tally } from '../support/rows.ts';
import { newAddress, visitor, withConsole } from '../support/visitor.ts';

const MINUTE = 60;
const HOUR = 3600;
const DAY = 24 * HOUR;
const LANES = ['prompt', 'lesson'] as const;

/** A course on right clocks that ticks, with mails due in both lanes. */
async function due(): Promise<TestContext & { mailer: HonestMailer }> {
  const calm = testContext();
  const mailer = honestMailer(calm.clock);
  const ctx = { ...calm, mailer };
  await tick(ctx, ctx.clock.machine());
  await plantLearners(ctx, 3, { nextLesson: 3 });
  await signUp(ctx);
  return ctx;
}

/** The same course on a machine whose clock is off, in seconds. */
function elsewhere<Ctx extends TestContext>(ctx: Ctx, off: number): Ctx {
  const clock = {
    ...ctx.clock,
    now: () => ctx.clock.now() + off,
    machine: () => ctx.clock.machine() + off * 1000,
  };
  return { ...ctx, clock };
}

const untouched = async () => {
  const { pulse, contents, ...rest } = await dump();
  return rest;
};

describe.each([
  ['a day ahead', DAY],
  ['two hours ahead', 2 * HOUR],
  ['a day behind', -DAY],
  ['two hours behind', -2 * HOUR],
  ['in 1970', -1_796_000_000],
])('a machine whose clock is %s', (_, off) => {
  it('freezes, leases and sends nothing, whichever door it is woken by, and says so', async () => {
    const ctx = await due();
    const wrong = elsewhere(ctx, off);
    const before = await untouched();
    const sentAt = ctx.clock.machine();
    expect(await tick(wrong, sentAt)).toBe(false);
    for (const lane of LANES) {
      expect(await dispatch(wrong, lane, sentAt)).toEqual({ sent: 0 });
      expect(await dispatch(wrong, lane)).toEqual({ sent: 0 });
    }
    expect(await untouched()).toEqual(before);
    expect(ctx.mailer.accepted).toEqual([]);
    expect((await health(ctx)).problems.join()).toMatch(/refused to work: (clock-unset|wake-up)/);
    expect(ctx.alerts.length).toBeGreaterThan(0);
    // The next right clock sends everything, once.
    ctx.clock.pass(MINUTE);
    await work(ctx);
    expect(ctx.mailer.accepted).toHaveLength(4);
    expect((await health(ctx)).problems).toEqual([]);
  });
});

describe('a clock that is an hour off at most', () => {
  it.each([-HOUR, -60, 60, HOUR])('by %d s works', async (off) => {
    const ctx = await due();
    for (const lane of LANES) await dispatch(elsewhere(ctx, off), lane, ctx.clock.machine());
    expect(ctx.mailer.accepted).toHaveLength(off < 0 ? 0 : 4);
    await work(ctx);
    expect(ctx.mailer.accepted).toHaveLength(4);
  });
});

describe('while no tick comes', () => {
  it('a fresh wake-up still has what people ask for sent, for days', async () => {
    const ctx = await due();
    for (let day = 0; day < 5; day++) {
      ctx.clock.pass(DAY);
      await signUp(ctx);
      await dispatch(ctx, 'prompt', ctx.clock.machine() - 1000);
    }
    expect(ctx.mailer.accepted.filter(({ kind }) => kind === 'confirm')).toHaveLength(6);
  });

  it('one that is hours old vouches for nothing; the first tick has the lane worked off', async () => {
    const ctx = await due();
    ctx.clock.pass(3 * HOUR);
    await dispatch(ctx, 'prompt', ctx.clock.machine() - 2 * HOUR * 1000);
    expect(ctx.mailer.accepted).toEqual([]);
    await work(ctx);
    expect(ctx.mailer.accepted).toHaveLength(4);
  });

  it('and before the first of all, only a wake-up can contradict the clock', async () => {
    const ctx = testContext();
    await signUp(ctx);
    expect(await dispatch(elsewhere(ctx, DAY), 'prompt', ctx.clock.machine())).toEqual({ sent: 0 });
    expect(await dispatch(ctx, 'prompt')).toEqual({ sent: 1 });
  });
});

describe('while ticks come', () => {
  it('a wake-up that a queue has held back for hours is as good as a fresh one', async () => {
    const ctx = await due();
    await dispatch(ctx, 'lesson', ctx.clock.machine() - 12 * HOUR * 1000);
    expect(ctx.mailer.accepted).toHaveLength(3);
  });

  it('a wake-up costs no statement to believe, and an old one costs one', async () => {
    const ctx = await due();
    const asked = async (wokenAt: number) => {
      const { db, heard } = overheard();
      await dispatch({ ...ctx, db }, 'lesson', wokenAt);
      return heard.statements;
    };
    await dispatch(ctx, 'lesson');
    const now = ctx.clock.machine();
    expect((await asked(now - DAY * 1000)) - (await asked(now))).toBe(1);
  });
});

describe('what a wrong clock has frozen', () => {
  it('is not mailed twice, whatever was heard of it: it is told as uncertain', async () => {
    const ctx = await due();
    ctx.mailer.script.push('lost');
    // As it was before there was a guard: a batch frozen a day ahead, whose answer was lost.
    const ahead = elsewhere(ctx, DAY);
    await dispatch(ahead, 'lesson', ahead.clock.machine());
    expect(ctx.mailer.accepted).toHaveLength(3);
    const frozenAt = Number(
      await scalar(sql`SELECT max(${batches.frozenAt})
        FROM ${batches}
        WHERE ${batches.lane} = 'lesson'`),
    );
    expect(frozenAt).toBeGreaterThan(ctx.clock.machine() + 23 * HOUR * 1000);
    for (let passed = 0; passed < 60; passed++) {
      await work(ctx);
      ctx.clock.pass(HOUR);
    }
    // The mailer forgets a key after a day; the same mails under it would be taken again.
    const lessons = ctx.mailer.accepted.filter(({ lesson }) => lesson === 3);
    expect(lessons).toHaveLength(3);
    expect(await tally(deliveries, ['state'], { lesson: 3 })).toEqual([
      { state: 'uncertain', n: 3 },
    ]);
  });
});

describe('the queue’s door', () => {
  const bring = async (env: ReturnType<typeof visitor>['env'], timestamp: Date) => {
    const message = { id: 'one', timestamp, attempts: 1, body: { lane: 'prompt' } as WakeUp };
    const batch = createMessageBatch<WakeUp>('in-the-room-prompt', [message]);
    const { lines } = await withConsole(async () => worker.queue(batch, env));
    const { ackAll } = await getQueueResult(batch, createExecutionContext());
    return { ackAll, said: lines.join('\n').includes('wake-up-and-clock-differ') };
  };

  it('takes a wake-up’s own time for a witness of its clock, and is done with it either way', async () => {
    const anyone = visitor();
    const email = newAddress();
    await anyone.post('/signup', { email });
    // The last tick was two days ago by this machine's clock, and the wake-up was sent then, too.
    const then = new Date(Date.now() - 2 * DAY * 1000);
    await change(pulse, { lastTick: Math.floor(then.getTime() / 1000) });
    expect(await bring(anyone.env, then)).toEqual({ ackAll: true, said: true });
    expect(await anyone.mails(email)).toHaveLength(0);
    expect(await bring(anyone.env, new Date())).toEqual({ ackAll: true, said: false });
    expect(await anyone.mails(email)).toHaveLength(1);
  });
});
