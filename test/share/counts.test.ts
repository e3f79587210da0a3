import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { counts, deliveries, enrollments, shares, signups, weeks } from '../../src/db/schema.ts';
import { listProviders } from '../../src/provider/list-providers.ts';
import { countShares } from '../../src/share/count-shares.ts';
import { exportRoster } from '../../src/share/export-roster.ts';
import { readHome } from '../../src/share/read-home.ts';
import { funnelOf, signupsByWeek, tallyOf } from '../../src/share/share.ts';
import { meter } from '../bench/workers/meter.ts';
import { into } from '../support/into.ts';
import { plantLearners } from '../support/many.ts';
import { pressConfirm, signUpByForm } from '../support/people.ts';
import { plantLesson } from '../support/plant.ts';
import { plantProvider } from '../support/providers.ts';
import { change, count, pick, query, rows, scalar, value } from '../support/rows.ts';
import { DAY, type Visitor, visitor } from '../support/visitor.ts';

const WEEK = 7 * DAY;

async function began(): Promise<Visitor> {
  const anyone = visitor();
  await anyone.setTime('2026-11-30T12:00:00Z');
  await plantProvider();
  return anyone;
}

/** Learners of Harbor's, each week a tenth of them, with one to eight weeks sent. */
async function plantRoster(anyone: Visitor, people: number): Promise<void> {
  const ctx = await anyone.context();
  await plantLearners(ctx, people, { nextLesson: 2, nextAt: ctx.clock.now() + 52 * WEEK });
  await change(enrollments, { nextLesson: sql`1 + ${enrollments.id} % 9` });
  await query(sql`${into(shares, 'ref', 'providerId', 'subscriberId', 'enrollmentId', 'words', 'since')}
    SELECT lower(hex(randomblob(10))), 1, ${enrollments.subscriberId}, ${enrollments.id}, '2026-11-b',
      ${ctx.clock.now()} - (${enrollments.id} % 10) * ${WEEK} FROM ${enrollments}`);
}

const home = async (anyone: Visitor) => readHome(await anyone.context(), 1);

/** How many there are, counted the slow way: by the ledger’s own rows where a lesson is uncertain. */
async function counted(sent: number): Promise<unknown> {
  return scalar(sql`SELECT count(*) FROM ${shares} JOIN ${enrollments} ON ${enrollments.id} = ${shares.enrollmentId}
    WHERE ${shares.endedAt} IS NULL AND min(${enrollments.nextLesson} - 1, 8) - (SELECT count(*) FROM ${deliveries}
      WHERE ${deliveries.enrollmentId} = ${enrollments.id} AND ${deliveries.state} = 'uncertain') >= ${sent}`);
}

describe('a provider with more than 5,000 learners', () => {
  it('is counted by the ticks once somebody has looked, and its numbers say of when they are', async () => {
    const anyone = await began();
    await plantRoster(anyone, 5200);
    await plantLesson(
      3,
      { state: 'uncertain' },
      sql`${enrollments.nextLesson} = 4 AND ${enrollments.id} < 100`,
    );
    expect((await home(anyone)).counts).toEqual({ kind: 'counting' });
    await anyone.work();
    const { counts: found } = await home(anyone);
    if (found.kind !== 'kept') throw new Error(found.kind);
    const now = (await anyone.context()).clock.now();
    expect(Math.abs(found.asOf - now)).toBeLessThan(60);
    expect(found.tally.total).toBe(5200);
    const all = funnelOf(found.tally, null);
    expect(all.confirmed).toBe(5200);
    for (const [index, people] of all.sent.entries()) {
      expect([index, people]).toEqual([index, await counted(index + 1)]);
    }
    // Each step has at most as many as the one before.
    expect(all.sent).toEqual(all.sent.toSorted((a, b) => b - a));
    expect(funnelOf(found.tally, 4).confirmed).toBe(
      await scalar(sql`SELECT count(*) FROM ${shares} WHERE ${shares.since} > ${now - 4 * WEEK}`),
    );
  });

  it('is counted again within the hour while somebody looks, and not once nobody has for a day', async () => {
    const anyone = await began();
    await plantRoster(anyone, 5100);
    await home(anyone);
    await anyone.work();
    await query(sql`DELETE FROM ${shares} WHERE ${shares.id} <= 10`);
    await anyone.pass(3700);
    await anyone.work();
    expect((await home(anyone)).counts).toMatchObject({ kind: 'kept', tally: { total: 5090 } });
    expect(await value(counts, 'dueAt')).not.toBeNull();
    await anyone.pass(2 * DAY);
    await anyone.work();
    expect(await value(counts, 'dueAt')).toBeNull();
    // A look has it counted anew, and shows the old number with its time until then.
    expect((await home(anyone)).counts).toMatchObject({ kind: 'kept' });
    expect(await value(counts, 'dueAt')).not.toBeNull();
  });

  it('costs a page once it is counted, however many there are', async () => {
    const anyone = await began();
    await plantRoster(anyone, 5100);
    await home(anyone);
    await anyone.work();
    const metered = meter(anyone.env.DB);
    const { counts: found } = await home(visitor({ DB: metered.db }));
    expect(found.kind).toBe('kept');
    const costs = Object.values(metered.take().statements);
    expect(costs.reduce((sum, { read }) => sum + read, 0)).toBeLessThan(400);
  });

  it('goes on where a tick stopped, with nobody counted twice', async () => {
    const anyone = await began();
    await plantRoster(anyone, 5100);
    await home(anyone);
    await countShares(await anyone.context(), 1);
    expect(await value(counts, 'soFar')).not.toBeNull();
    expect((await home(anyone)).counts).toEqual({ kind: 'counting' });
    await countShares(await anyone.context(), 1);
    expect((await home(anyone)).counts).toMatchObject({ kind: 'kept', tally: { total: 5100 } });
  });
});

describe('a list of providers', () => {
  it('counts nobody while somebody waits, and shows what was counted last with its time', async () => {
    const anyone = await began();
    await plantProvider({ key: 'pk_cedar', name: 'Cedar School' });
    await plantRoster(anyone, 30);
    const listed = async () =>
      (await listProviders(await anyone.context())).map(({ name, learners }) => [
        name,
        learners?.people ?? null,
      ]);
    expect(await listed()).toEqual([
      ['Cedar School', null],
      ['Harbor Institute', null],
    ]);
    await anyone.work();
    expect(await listed()).toEqual([
      ['Cedar School', 0],
      ['Harbor Institute', 30],
    ]);
  });
});

describe('how many asked', () => {
  it('is written down before those are forgotten who never confirmed, and counted on', async () => {
    const anyone = await began();
    await signUpByForm(anyone, 'never@example.org', { provider: 'pk_harbor' });
    await pressConfirm(
      anyone,
      await signUpByForm(anyone, 'ana@example.org', { provider: 'pk_harbor' }),
    );
    await signUpByForm(anyone, 'own@example.org');
    const asked = async () => {
      const { counts: found } = await home(anyone);
      return found.kind === 'live' ? funnelOf(found.tally, 12) : null;
    };
    expect(await asked()).toMatchObject({ asked: 2, confirmed: 1 });
    await anyone.moveTo('2026-12-15T12:00:00Z');
    expect(
      await pick(weeks, ['providerId', 'unconfirmed'], { week: 2969 }, weeks.providerId),
    ).toEqual([
      { providerId: 0, unconfirmed: 2 },
      { providerId: 1, unconfirmed: 1 },
    ]);
    expect(await asked()).toMatchObject({ asked: 2, confirmed: 1 });
    await anyone.moveTo('2027-01-15T12:00:00Z');
    expect(await count(signups)).toBe(1);
    expect(await asked()).toMatchObject({ asked: 2, confirmed: 1 });
    expect(await count(weeks, { providerId: 1 })).toBe(1);
  });

  it('is nobody’s who confirmed later, and a week that is written down is not written again', async () => {
    const anyone = await began();
    const path = await signUpByForm(anyone, 'late@example.org', { provider: 'pk_harbor' });
    await anyone.pass(5 * DAY);
    await pressConfirm(anyone, path);
    await anyone.moveTo('2026-12-17T12:00:00Z');
    const before = await rows(weeks);
    await anyone.pass(2 * DAY);
    await anyone.work();
    expect(await rows(weeks)).toEqual(before);
    expect(await count(weeks, { providerId: 1 })).toBe(0);
  });
});

describe('numbers', () => {
  it('of no week show more in a later lesson than in an earlier one', () => {
    const groups = [
      { week: 2960, sent: 8, people: 3 },
      { week: 2960, sent: 2, people: 4 },
      { week: 2969, sent: 1, people: 5 },
      { week: 2969, sent: 0, people: 1 },
    ];
    const tally = tallyOf(2969, groups, [
      { week: 2969, people: 2 },
      { week: 2900, people: 9 },
    ]);
    expect(tally).toMatchObject({ total: 13, allEight: 3 });
    expect(funnelOf(tally, 4)).toEqual({
      window: 4,
      asked: 8,
      confirmed: 6,
      sent: [5, 0, 0, 0, 0, 0, 0, 0],
    });
    expect(funnelOf(tally, null)).toMatchObject({
      asked: 24,
      confirmed: 13,
      sent: [12, 7, 3, 3, 3, 3, 3, 3],
    });
    const bars = signupsByWeek(tally);
    expect(bars).toHaveLength(26);
    expect(bars.at(-1)).toEqual({ from: Date.parse('2026-11-30T00:00:00Z') / 1000, people: 6 });
    expect(bars.at(-10)?.people).toBe(7);
  });
});

describe('a file of the roster', () => {
  it('has each line once though people confirm while it is written', async () => {
    const anyone = await began();
    await plantRoster(anyone, 5100);
    const ctx = await anyone.context();
    await plantLearners(ctx, 2000, { from: 6000, nextAt: ctx.clock.now() + 52 * WEEK });
    let slices = 0;
    const csv = await exportRoster(ctx, {
      providerId: 1,
      actor: 'operator:mira',
      reason: 'asked for it',
      async mayStill() {
        // Before each slice a thousand confirm.
        const from = 5100 + 1000 * slices++;
        await query(sql`${into(shares, 'ref', 'providerId', 'subscriberId', 'enrollmentId', 'words', 'since')}
          SELECT lower(hex(randomblob(10))), 1, ${enrollments.subscriberId}, ${enrollments.id}, '2026-11-b',
            ${ctx.clock.now()} FROM ${enrollments}
          WHERE ${enrollments.id} > ${from} AND ${enrollments.id} <= ${from + 1000}`);
        return true;
      },
    });
    const text = await new Response(csv).text();
    const refs = text
      .trim()
      .split('\r\n')
      .slice(1)
      .map((line) => line.slice(1, line.indexOf('"', 1)));
    expect(new Set(refs).size).toBe(refs.length);
    // Who confirmed while it was written stands at its end, once.
    expect([slices, refs.length]).toEqual([2, 7100]);
  });
});
