import { env } from 'cloudflare:workers';
import { afterAll, describe, expect, it } from 'vitest';
import { createDatabase } from '../../src/db/client.ts';
import { putBack } from '../../src/restore/put-back.ts';
import { takeAlong } from '../../src/restore/take-along.ts';
import { testContext } from '../support/course.ts';
import { type Fault, faultyD1, isCrash, isStumble, Process } from '../support/faults.ts';
import { broken, emptyLedger } from '../support/ledger.ts';
import { type Life, type Step, take, work } from '../support/life.ts';
import { honestMailer } from '../support/mailer.ts';
import { BY, comparable, goBack, type Tables, testRestore } from '../support/restore.ts';
import { dump } from '../support/rows.ts';

const DAY = 86_400;

/** One of each thing that a restore has to carry over or to settle. */
async function live(): Promise<{ life: Life; moment: number; then: Tables; now: Tables }> {
  await emptyLedger();
  const ctx = testContext();
  const mailer = honestMailer(ctx.clock);
  ctx.mailer = mailer;
  const life: Life = { ctx, mailer, devices: new Map(), longest: 30 * DAY };
  const did = (deed: Step['deed'], who = 0, number = 1) => take(life, { deed, who, number });
  for (const who of [0, 1, 2, 3, 4, 5]) await did('sign up', who);
  await work(life);
  for (const who of [0, 1, 2, 3, 4]) await did('confirm', who, who);
  await work(life);
  for (const who of [0, 1]) await did('open', who);
  await did('log', 0);
  await did('log', 1);
  mailer.script.push('unheard');
  await did('once more by hand', 2);
  await work(life);
  const moment = ctx.clock.now();
  const then = await dump();

  await did('settle');
  await did('ask for address', 0, 6);
  await work(life);
  await did('change address', 0);
  await did('erase', 1);
  await did('goodbye', 2);
  await did('goodbye', 5);
  await did('revoke', 3);
  await did('pause until', 3, 8);
  await did('sign up', 7);
  await work(life);
  await did('confirm', 7);
  ctx.clock.pass(6 * DAY);
  await work(life);
  await did('soft-bounce', 4);
  await did('suppress', 7);
  await did('halt', 0, 5);
  mailer.script.push('lost');
  ctx.clock.pass(3 * DAY);
  await work(life);
  await did('restart', 0);
  ctx.clock.pass(130);
  return { life, moment, then, now: await dump() };
}

/** What was taken along in a life, which is the same each time. */
const taken = new WeakMap<Life, string[]>();

/** Runs both commands; the one that is told so dies or stumbles on its way and is then run again. */
async function restoreWith(
  { life, moment, then, now }: Awaited<ReturnType<typeof live>>,
  where: 'takeAlong' | 'putBack',
  ...faults: Fault[]
): Promise<{ calls: number; tables: ReturnType<typeof comparable>; wrong: string[] }> {
  const process = new Process(...faults);
  const use = testRestore(life.ctx, life.mailer);
  const faulty = { ...use, db: createDatabase(faultyD1(env.DB, process)) };
  const run = async (command: typeof where, call: (ctx: typeof use) => Promise<unknown>) => {
    if (command === where) {
      try {
        return await call(faulty);
      } catch (error) {
        if (!isCrash(error) && !isStumble(error)) throw error;
      }
    }
    return call(use);
  };
  if (where === 'takeAlong' || !taken.has(life)) {
    await goBack(now);
    await run('takeAlong', (ctx) => takeAlong(ctx, { moment, ...BY }));
    taken.set(life, use.lines ?? []);
  }
  // The faulty command has a shelf of the same lines.
  use.lines = taken.get(life) ?? null;
  await goBack(then);
  const wrong = (await run('putBack', (ctx) =>
    putBack(ctx, { moment: null, leave: [], ...BY }),
  )) as string[];
  return { calls: process.calls, tables: comparable(await dump()), wrong };
}

let points = 0;

describe('a restore that stops anywhere and is run again', () => {
  afterAll(() => {
    // biome-ignore lint/suspicious/noConsole: a figure that is read off the run
    console.log(`restore: ${points} places to stop at, by a crash or a failed call`);
  });

  it.each(['takeAlong', 'putBack'] as const)('%s', { timeout: 600_000 }, async (where) => {
    const lived = await live();
    const calm = await restoreWith(lived, where);
    expect(calm.wrong).toEqual([]);
    expect(await broken()).toEqual([]);
    expect(calm.calls).toBeGreaterThan(20);
    const failures: string[] = [];
    // The command begins anew: to die after a call is to die before the next.
    for (let at = 1; at <= calm.calls; at++) {
      points += 1;
      const how = at % 2 === 0 ? 'error' : 'crash';
      try {
        const { tables, wrong } = await restoreWith(lived, where, { at, when: 'before', how });
        expect({ tables, wrong }).toEqual({ tables: calm.tables, wrong: [] });
      } catch (error) {
        failures.push(`${how} before call ${at}: ${String(error).slice(0, 600)}`);
      }
    }
    expect(failures).toEqual([]);
  });
});
