import { beforeEach, describe, expect, it } from 'vitest';
import { DAY, HOUR } from '../../src/clock.ts';
import { acts, batches, deliveries, events, pulse } from '../../src/db/schema.ts';
import { changeCap, showCap } from '../../src/delivery/change-cap.ts';
import { finish } from '../../src/delivery/finish.ts';
import { haltByHand } from '../../src/delivery/halt-by-hand.ts';
import { liftHalt } from '../../src/delivery/lift-halt.ts';
import { readRates } from '../../src/delivery/read-rates.ts';
import { readTraffic } from '../../src/delivery/read-traffic.ts';
import { settleBatch } from '../../src/delivery/settle-batch.ts';
import { tick } from '../../src/delivery/tick.ts';
import type { EventKind } from '../../src/mailer/events.ts';
import { MONDAY_NOON, testContext, work } from '../support/course.ts';
import { emptyLedger } from '../support/ledger.ts';
import { scriptedMailer } from '../support/mailer.ts';
import { plantLearners } from '../support/many.ts';
import { plantBatch } from '../support/plant.ts';
import { change, count, pick, put } from '../support/rows.ts';

const NOON = Date.parse(MONDAY_NOON) / 1000;

beforeEach(emptyLedger);

describe('how mail is liked', () => {
  it('counts a mail that came back once, however often that is told, and by whose mailboxes', async () => {
    const ctx = testContext({ mailer: scriptedMailer() });
    await plantLearners(ctx, 3);
    await work(ctx);
    const sent = await pick(deliveries, ['id', 'subscriberId']);
    const told = async (mail: number, kind: EventKind, svix: string) =>
      put(events, {
        id: svix,
        kind,
        at: NOON,
        deliveryId: sent[mail]?.id ?? 0,
        subscriberId: sent[mail]?.subscriberId ?? 0,
      });
    await told(0, 'soft-bounce', 'a');
    await told(0, 'soft-bounce', 'b');
    await told(1, 'hard-bounce', 'c');
    await told(2, 'complaint', 'd');
    const { rates, families } = await readRates(ctx);
    expect(rates[0]).toMatchObject({ accepted: 3, hard: 1, soft: 1, complaints: 1 });
    expect(families).toEqual([{ name: 'Others', bounces: 2, complaints: 1 }]);
  });
});

describe('what went out', () => {
  it('is known batch by batch: how many, and when', async () => {
    const ctx = testContext({ mailer: scriptedMailer() });
    await plantLearners(ctx, 130);
    await work(ctx);
    const sizes = (await pick(batches, ['accepted', 'acceptedAt'])).map(({ accepted }) => accepted);
    expect(sizes.toSorted()).toEqual([100, 30]);
    const traffic = await readTraffic(ctx, { by: 'hour' });
    expect(traffic.today).toMatchObject({ lessons: 130, askedFor: 0 });
    const last = traffic.bars.filter(({ ahead }) => !ahead).at(-1);
    expect(last).toEqual({ at: NOON, lessons: 130, askedFor: 0, ahead: false });
  });

  it('counts a batch once that two consumers record', async () => {
    const ctx = testContext();
    const rows = { id: await plantBatch({ state: 'open', size: 3 }), rows: [] };
    await finish(ctx, rows, 'sent');
    ctx.clock.pass(HOUR);
    await finish(ctx, rows, 'sent');
    expect(await pick(batches, ['acceptedAt'])).toEqual([{ acceptedAt: NOON }]);
  });

  it('counts an uncertain batch when it is settled, once, in its own hour', async () => {
    const ctx = testContext();
    const id = await plantBatch({ state: 'uncertain', size: 2 });
    await plantLearners(ctx, 2);
    const row = { kind: 'lesson', lane: 'lesson', state: 'uncertain', dueAt: NOON } as const;
    for (const enrollmentId of [1, 2]) {
      await put(deliveries, {
        ...row,
        subscriberId: enrollmentId,
        enrollmentId,
        lesson: 1,
        batchId: id,
      });
    }
    expect((await readTraffic(ctx, { by: 'hour' })).today.lessons).toBe(0);
    ctx.clock.pass(DAY);
    const verdict = {
      batchId: id,
      verdict: { accepted: true },
      actor: 'operator:ana',
      reason: 'seen',
    } as const;
    await settleBatch(ctx, verdict);
    ctx.clock.pass(HOUR);
    await settleBatch(ctx, verdict);
    expect(await pick(batches, ['acceptedAt', 'accepted'])).toEqual([
      { acceptedAt: NOON + DAY, accepted: 2 },
    ]);
  });

  it('stands beside what comes, hour by hour, which is looked up again after ten minutes', async () => {
    const ctx = testContext();
    await plantLearners(ctx, 5, { nextAt: NOON + 3 * HOUR });
    const ahead = async () =>
      (await readTraffic(ctx, { by: 'hour' })).bars.filter(
        ({ lessons, ahead }) => ahead && lessons > 0,
      );
    expect(await ahead()).toEqual([{ at: NOON + 3 * HOUR, lessons: 5, askedFor: 0, ahead: true }]);
    await plantLearners(ctx, 2, { from: 10, nextAt: NOON + 4 * HOUR });
    expect(await ahead()).toHaveLength(1);
    ctx.clock.pass(601);
    expect((await ahead()).map(({ lessons }) => lessons)).toEqual([5, 2]);
  });
});

describe('the cap', () => {
  const why = { actor: 'operator:ana', reason: 'a newsletter' };

  it('is changed without a deploy, and who did it is kept', async () => {
    const ctx = testContext({ mailer: scriptedMailer() });
    await plantLearners(ctx, 120);
    await changeCap(ctx, { change: { kind: 'fixed', mails: 50 }, ...why });
    await work(ctx);
    expect(await count(deliveries, { state: 'sent' })).toBe(50);
    expect((await showCap(ctx)).sentToday).toBe(50);
    await changeCap(ctx, { change: { kind: 'none' }, ...why });
    await work(ctx);
    expect(await count(deliveries, { state: 'sent' })).toBe(120);
    expect((await pick(acts, ['verb', 'subject'])).map(({ subject }) => subject)).toEqual([
      'cap:fixed 50',
      'cap:none',
    ]);
  });

  it('refuses what is no number of mails', async () => {
    const ctx = testContext();
    for (const mails of [0, -1, 2.5, Number.NaN, 1e12]) {
      expect(await changeCap(ctx, { change: { kind: 'fixed', mails }, ...why })).toEqual({
        kind: 'bad-number',
      });
    }
  });

  it('warms up by itself, a step after each day that used half of it', async () => {
    const ctx = testContext({ mailer: scriptedMailer() });
    await changeCap(ctx, { change: { kind: 'warm-up', mails: null }, ...why });
    await plantLearners(ctx, 1000);
    const mails: number[] = [];
    for (let day = 0; day < 3; day++) {
      await tick(ctx);
      await work(ctx);
      const { cap } = await showCap(ctx);
      if (cap.kind === 'warm-up') mails.push(cap.mails);
      ctx.clock.pass(DAY);
    }
    expect(mails).toEqual([150, 250, 400]);
  });

  it('stays where something was halted meanwhile, however briefly', async () => {
    const ctx = testContext({ mailer: scriptedMailer() });
    await changeCap(ctx, { change: { kind: 'warm-up', mails: null }, ...why });
    await plantLearners(ctx, 1000);
    await tick(ctx);
    await work(ctx);
    await haltByHand(ctx, { scope: 'all', ...why });
    ctx.clock.pass(60);
    await tick(ctx);
    await liftHalt(ctx, { scope: 'all', ...why });
    ctx.clock.pass(DAY);
    await tick(ctx);
    expect((await showCap(ctx)).cap).toMatchObject({ mails: 150 });
    await change(pulse, { cap: null });
  });
});
