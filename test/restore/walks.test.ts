import { isNotNull, sql } from 'drizzle-orm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batches, deliveries, erasedSubscribers, subscribers } from '../../src/db/schema.ts';
import { liftHalt } from '../../src/delivery/lift-halt.ts';
import { tick } from '../../src/delivery/tick.ts';
import { putBack } from '../../src/restore/put-back.ts';
import { testContext } from '../support/course.ts';
import { broken, emptyLedger, unrest } from '../support/ledger.ts';
import { BY_HAND, type Life, type Step, steps, take, work } from '../support/life.ts';
import { honestMailer } from '../support/mailer.ts';
import { BY, comparable, goBack, restoreTo, testRestore } from '../support/restore.ts';
import { count, dump, pick, query } from '../support/rows.ts';
import { walkAtRandom } from '../support/walks.ts';
import kept from './walks.kept.json' with { type: 'json' };
import keptUnprepared from './walks-unprepared.kept.json' with { type: 'json' };

const HOUR = 3600;
const DAY = 24 * HOUR;
const WALKS = 20;
const UNPREPARED = 10;

/** What was accepted twice for one row of the ledger, or for one lesson of a course. */
async function doubles({ mailer }: Life): Promise<string[]> {
  const times = Map.groupBy(mailer.accepted, ({ delivery }) => delivery);
  const wrong = [...times].flatMap(([id, mails]) =>
    mails.length > 1 ? [`delivery ${id} was accepted ${mails.length} times`] : [],
  );
  const lessons = await query<{
    name: string;
    ids: string;
  }>(sql`SELECT ${deliveries.enrollmentId} || ' ' || ${deliveries.lesson} AS name, group_concat(${deliveries.id}) AS ids
        FROM ${deliveries}
        WHERE ${deliveries.lane} = 'lesson'
        GROUP BY 1`);
  for (const { name, ids } of lessons) {
    const taken = ids.split(',').filter((id) => times.has(Number(id)));
    if (taken.length > 1) wrong.push(`lesson twice: ${name}`);
  }
  return wrong;
}

/** Mails that were frozen for somebody who had been erased, or had said goodbye, before. */
async function afterGoodbye(life: Life, from: number): Promise<string[]> {
  const wrong: string[] = [];
  const gone = new Map(
    (
      await pick(
        subscribers,
        { email: subscribers.email, at: subscribers.unsubscribedAt },
        isNotNull(subscribers.unsubscribedAt),
      )
    ).map(({ email, at }) => [email, Number(at)]),
  );
  for (const { to, at, kind, lesson } of life.mailer.accepted.slice(from)) {
    const left = gone.get(to);
    if (
      left !== undefined &&
      at > left + 20 * HOUR &&
      ['lesson', 'complete', 'nudge'].includes(kind)
    ) {
      wrong.push(`${kind} ${lesson} to somebody who had left`);
    }
  }
  return wrong;
}

async function erasedBack(erased: Set<number>): Promise<string[]> {
  const known = await pick(subscribers, ['id'], { eraseRequestedAt: null });
  return known.filter(({ id }) => erased.has(id)).map(({ id }) => `erased ${id} is back`);
}

async function begin(): Promise<Life> {
  await emptyLedger();
  const ctx = testContext();
  const mailer = honestMailer(ctx.clock);
  ctx.mailer = mailer;
  return { ctx, mailer, devices: new Map(), longest: 7 * DAY };
}

/** Some take the course, one is asked, and one has a device; then whatever comes. */
const PRELUDE: Step[] = [
  ...[0, 1, 2, 3, 4].map((who): Step => ({ deed: 'sign up', who, number: 1 })),
  { deed: 'work', who: 0, number: 1 },
  ...[0, 1, 2, 3].map((who): Step => ({ deed: 'confirm', who, number: who + 1 })),
  { deed: 'work', who: 0, number: 1 },
  { deed: 'open', who: 0, number: 1 },
  { deed: 'open', who: 1, number: 1 },
];

/** Lives until a moment, and then for a fortnight. */
async function liveOn(past: Step[], since: Step[]) {
  const life = await begin();
  const { ctx } = life;
  for (const step of [...PRELUDE, ...past]) await take(life, step);
  const moment = ctx.clock.now();
  const tables = await dump();
  const fortnight = moment + 14 * DAY;
  for (const step of since) {
    life.longest = Math.max(60, fortnight - ctx.clock.now());
    await take(life, step);
  }
  return { life, moment, tables };
}

/** Lifts everything, and lives on until the course is over for all. */
async function toTheEnd(life: Life): Promise<void> {
  const { ctx, mailer } = life;
  await liftHalt(ctx, { scope: 'all', ...BY_HAND });
  for (let lesson = 1; lesson <= 9; lesson++) {
    await liftHalt(ctx, { scope: `lesson:${lesson}`, ...BY_HAND });
  }
  mailer.script.length = 0;
  for (const pause of [130, 1000, 21 * HOUR, ...Array.from({ length: 40 }, () => DAY)]) {
    await work(life);
    ctx.clock.pass(pause);
  }
}

async function walk(past: Step[], since: Step[]): Promise<void> {
  const { life, moment, tables } = await liveOn(past, since);
  const { ctx, mailer } = life;
  const erased = new Set(
    (await pick(erasedSubscribers, { id: erasedSubscribers.subscriberId })).map(({ id }) => id),
  );
  // A lease of the last step ends.
  ctx.clock.pass(130);
  await tick(ctx);
  const settled = (await count(batches, { state: ['open', 'uncertain'] })) === 0;
  const was = comparable(await dump());
  const mails = mailer.accepted.length;

  const restore = testRestore(ctx, mailer);
  expect(await restoreTo(restore, { moment, tables })).toEqual([]);
  expect(mailer.accepted.length).toBe(mails);
  await tick(ctx);
  const is = comparable(await dump());
  // What had no answer may be settled now; everything else is as it was.
  const touched = [
    'deliveries',
    'batches',
    'enrollments',
    'subscribers',
    'signups',
    'acts',
    'erasures',
    'strangers',
  ];
  const open = settled ? [] : touched;
  for (const [name, all] of Object.entries(was)) {
    if (!open.includes(name)) expect({ name, all: is[name] }).toEqual({ name, all });
  }
  expect([...(await broken()), ...(await erasedBack(erased))]).toEqual([]);

  await toTheEnd(life);
  expect([
    ...(await doubles(life)),
    ...(await unrest()),
    ...(await broken()),
    ...(await afterGoodbye(life, mails)),
    ...(await erasedBack(erased)),
  ]).toEqual([]);
}

/** The same where the database could not be read before: the mailer's record is all that is known. */
async function walkUnprepared(past: Step[], since: Step[]): Promise<void> {
  const { life, moment, tables } = await liveOn(past, since);
  const { ctx, mailer } = life;
  ctx.clock.pass(130);
  await goBack(tables);
  const wrong = await putBack(testRestore(ctx, mailer), { moment, leave: [], ...BY });
  expect(wrong.filter((line) => !line.startsWith('not known: '))).toEqual([]);
  expect(await broken()).toEqual([]);
  await toTheEnd(life);
  expect([...(await doubles(life)), ...(await unrest()), ...(await broken())]).toEqual([]);
}

describe('a fortnight of everything, and then a restore', () => {
  const lives = fc.array(steps, { minLength: 5, maxLength: 50 });

  it('is as it was before, and mails nobody twice', { timeout: 600_000 }, async () => {
    const property = fc.asyncProperty(lives, lives, walk);
    await walkAtRandom('restores after random walks', property, { runs: WALKS, kept });
  });

  it('mails nobody twice where nothing could be taken along', { timeout: 600_000 }, async () => {
    const property = fc.asyncProperty(lives, lives, walkUnprepared);
    const walks = { runs: UNPREPARED, kept: keptUnprepared };
    await walkAtRandom('restores without preparation', property, walks);
  });
});
