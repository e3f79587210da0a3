import { env } from 'cloudflare:workers';
import { eq, gt, sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { createDatabase } from '../../src/db/client.ts';
import {
  batches,
  contents,
  deliveries,
  devices,
  enrollments,
  halts,
  links,
  logEntries,
  signups,
  subscribers,
} from '../../src/db/schema.ts';
import { scriptedD1 } from '../../src/db/script.ts';
import { dispatch } from '../../src/delivery/dispatch.ts';
import { liftHalt } from '../../src/delivery/lift-halt.ts';
import { tick } from '../../src/delivery/tick.ts';
import { resendLesson } from '../../src/enrollment/resend-lesson.ts';
import { readPerson } from '../../src/enrollment/store/learner.ts';
import { putBack } from '../../src/restore/put-back.ts';
import { takeAlong } from '../../src/restore/take-along.ts';
import { signUp, testContext } from '../support/course.ts';
import { BY_HAND, type Life, PEOPLE, type Step, take, work } from '../support/life.ts';
import { honestMailer } from '../support/mailer.ts';
import {
  BY,
  comparable,
  goBack,
  restoreTo,
  type Tables,
  type TestRestore,
  testRestore,
} from '../support/restore.ts';
import {
  change,
  count,
  dump,
  orm,
  pick,
  put,
  query,
  remove,
  rows,
  value,
} from '../support/rows.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;
const [ANA = '', BO = '', CEM = ''] = PEOPLE;

let life: Life;

beforeEach(() => {
  const ctx = testContext();
  const mailer = honestMailer(ctx.clock);
  ctx.mailer = mailer;
  life = { ctx, mailer, devices: new Map(), longest: 30 * DAY };
});

const did = (deed: Step['deed'], who = 0, number = 1) => take(life, { deed, who, number });

/** These people take the course, and have had lesson 1. */
async function enrolled(...people: number[]): Promise<void> {
  for (const who of people) await did('sign up', who);
  await work(life);
  for (const who of people) await did('confirm', who);
  await work(life);
}

async function pass(days: number): Promise<void> {
  for (let day = 0; day < days; day++) {
    life.ctx.clock.pass(DAY);
    await work(life);
  }
}

interface Moment {
  moment: number;
  tables: Tables;
}
const now = async (): Promise<Moment> => ({
  moment: life.ctx.clock.now(),
  tables: await dump(),
});

const restore = () => testRestore(life.ctx, life.mailer);
const idOf = (email: string) => value(subscribers, 'id', { email });
const lift = () => liftHalt(life.ctx, { scope: 'all', ...BY_HAND });

/** Lifts the halt and lives on. */
async function goOn(days: number): Promise<void> {
  await lift();
  await pass(days);
}

/** Goes back without having taken anything along. */
async function goBackUnprepared({ moment, tables }: Moment, use: TestRestore = restore()) {
  await goBack(tables);
  return putBack(use, { moment, leave: [], ...BY });
}

/** The lessons that an address was sent, in order. */
const lessonsOf = (email: string) =>
  life.mailer.accepted
    .filter(({ to, kind }) => to === email && (kind === 'lesson' || kind === 'complete'))
    .map(({ lesson }) => lesson);

describe('what was mailed stays mailed', () => {
  it('a lesson whose answer was lost before the moment does not go out again', async () => {
    await enrolled(0, 1);
    await pass(6);
    life.mailer.script.push('lost');
    life.ctx.clock.pass(2 * DAY);
    await work(life);
    const moment = await now();
    expect(await count(batches, { state: 'open' })).toBe(1);
    await pass(3);
    await restoreTo(restore(), moment);
    await goOn(21);
    expect(lessonsOf(ANA)).toEqual([1, 2, 3, 4, 5]);
    expect(lessonsOf(BO)).toEqual([1, 2, 3, 4, 5]);
  });

  it('nor where nothing could be taken along: Resend’s record shows it', async () => {
    await enrolled(0, 1);
    await pass(6);
    life.mailer.script.push('lost');
    life.ctx.clock.pass(2 * DAY);
    await work(life);
    const moment = await now();
    await pass(10);
    const use = restore();
    await goBackUnprepared(moment, use);
    expect(use.said.join('\n')).toContain('sent after all: 2');
    await goOn(14);
    expect(lessonsOf(ANA)).toEqual([1, 2, 3, 4, 5]);
    expect(lessonsOf(BO)).toEqual([1, 2, 3, 4, 5]);
  });

  it('a batch that was given back and sent under another key since is sent', async () => {
    await enrolled(0, 1);
    await pass(6);
    life.mailer.script.push('unheard');
    life.ctx.clock.pass(2 * DAY);
    await work(life);
    const moment = await now();
    await did('settle');
    await pass(1);
    expect(lessonsOf(ANA)).toEqual([1, 2]);
    await goBackUnprepared(moment);
    expect(await count(batches, { state: 'open' })).toBe(0);
    await goOn(7);
    expect(lessonsOf(ANA)).toEqual([1, 2, 3]);
  });

  it('what the record does not show is owed as before', async () => {
    await enrolled(0);
    await pass(6);
    life.mailer.script.push(...Array.from({ length: 99 }, () => 'unheard' as const));
    life.ctx.clock.pass(2 * DAY);
    await work(life);
    const moment = await now();
    await pass(2);
    life.mailer.script.length = 0;
    await goBackUnprepared(moment);
    await goOn(8);
    expect(lessonsOf(ANA)).toEqual([1, 2]);
    expect(await count(deliveries, { state: 'uncertain' })).toBe(0);
  });

  it('a lesson sent once more by hand does not go out again', async () => {
    await enrolled(0);
    await pass(1);
    const subscriberId = Number(await idOf(ANA));
    await resendLesson(life.ctx, { subscriberId, lesson: 1, ...BY_HAND });
    const moment = await now();
    await pass(3);
    const sent = () =>
      life.mailer.accepted.filter(({ kind }) => kind === 'resend').length ||
      life.mailer.accepted.filter(({ lesson }) => lesson === 1).length;
    expect(sent()).toBe(2);
    const use = restore();
    await goBackUnprepared(moment, use);
    await goOn(2);
    expect(sent()).toBe(2);
    await goBack(moment.tables);
  });

  it('and the courses go on after what Resend has, four days later at least', async () => {
    await enrolled(0, 1, 2);
    const moment = await now();
    await pass(15);
    await goBackUnprepared(moment);
    const [row] = await rows(enrollments);
    expect(row?.nextLesson).toBe(4);
    expect((row?.nextAt ?? 0) - (row?.lastAt ?? 0)).toBeGreaterThanOrEqual(4 * DAY);
    await goOn(60);
    for (const email of [ANA, BO, CEM])
      expect(lessonsOf(email)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, null]);
  });

  it('a subject that was changed since is looked up by the mail’s own tags', async () => {
    await enrolled(0);
    const moment = await now();
    await pass(8);
    for (const { lesson, mail } of life.mailer.accepted) {
      if (lesson === 2) mail.subject = 'Another title';
    }
    const use = restore();
    await goBackUnprepared(moment, use);
    expect(use.record.asked).toHaveLength(1);
    await goOn(7);
    expect(lessonsOf(ANA)).toEqual([1, 2, 3]);
  });

  it('mails of another product on the same account say nothing', async () => {
    await enrolled(0);
    const moment = await now();
    await pass(2);
    const mail = life.mailer.accepted.find(({ lesson }) => lesson === 1);
    if (!mail) throw new Error('no lesson');
    life.mailer.accepted.push(
      {
        ...mail,
        id: 'x',
        mail: { ...mail.mail, from: 'Shop <shop@other.example>' },
        at: moment.moment + DAY,
      },
      { ...mail, id: 'y', to: 'stranger@example.org', at: moment.moment + DAY },
    );
    const use = restore();
    await goBackUnprepared(moment, use);
    expect(use.record.asked).toEqual([]);
    expect(use.said).toContain('  to addresses that nobody here has: 1');
  });
});

describe('what people wished stays so', () => {
  it('whoever has the address of somebody who was erased has none of their mails', async () => {
    await enrolled(0);
    const moment = await now();
    await did('erase', 0);
    await did('sign up', 0);
    await work(life);
    await pass(2);
    const was = comparable(await dump());
    expect(await restoreTo(restore(), moment)).toEqual([]);
    expect(comparable(await dump())).toEqual(was);
  });

  it('nobody who was erased returns, nor their log; not even with another address', async () => {
    await enrolled(0, 1);
    await did('open', 0);
    await did('log', 0);
    await did('open', 1);
    const moment = await now();
    const id = Number(await idOf(ANA));
    await did('ask for address', 0, 7);
    await work(life);
    await did('change address', 0);
    expect(await idOf(PEOPLE[7] ?? '')).toBe(id);
    await did('erase', 7);
    await did('erase', 1);
    await pass(3);
    const use = restore();
    expect(await restoreTo(use, moment)).toEqual([]);
    expect(use.said).toContain(
      'Erased people who came back with the database and were erased again: 2',
    );
    expect(await count(subscribers)).toBe(0);
    expect(await count(logEntries)).toBe(0);
    expect(JSON.stringify(await dump())).not.toContain(ANA);
    const mails = life.mailer.accepted.length;
    await goOn(20);
    expect(life.mailer.accepted.length).toBe(mails);
  });

  it('an erasure keeps its date, also where it came while a mail was on its way', async () => {
    await enrolled(0);
    life.mailer.script.push('unheard');
    await did('once more', 0);
    await work(life);
    const moment = await now();
    await pass(2);
    await did('erase', 0);
    await pass(1);
    const was = comparable(await dump());
    expect(was.erasures).toHaveLength(1);
    await restoreTo(restore(), moment);
    expect(comparable(await dump())).toEqual(was);
  });

  it('who was erased and signed up again is there once, as now', async () => {
    await enrolled(0);
    const moment = await now();
    await did('erase', 0);
    await pass(2);
    await enrolled(0);
    const id = await idOf(ANA);
    await restoreTo(restore(), moment);
    expect(await pick(subscribers, ['id'])).toEqual([{ id }]);
    await goOn(8);
    expect(lessonsOf(ANA)).toEqual([1, 1, 2]);
  });

  it('a goodbye, a pause, another hour, another address and a revoked link', async () => {
    await enrolled(0, 1, 2, 3);
    await pass(3);
    await did('open', 3);
    const link = async (who: number) => {
      const [row] = await rows(subscribers, { email: PEOPLE[who] ?? '' });
      const { id: subscriberId = 0, linkVersion = 0 } = row ?? {};
      return life.ctx.tokens.learn({ subscriberId, linkVersion });
    };
    const old = await link(2);
    const moment = await now();
    await did('goodbye', 0);
    await did('pause', 1);
    await did('revoke', 2);
    await did('slot', 2, 4);
    await did('ask for address', 3, 4);
    await work(life);
    await did('change address', 3);
    await pass(5);
    const was = comparable(await dump());
    expect(await restoreTo(restore(), moment)).toEqual([]);
    expect(comparable(await dump())).toEqual(was);
    const claims = await life.ctx.tokens.readLearn(old);
    const learner = await readPerson(life.ctx.db, claims?.subscriberId ?? 0);
    expect(learner?.linkVersion).toBe((claims?.linkVersion ?? 0) + 1);
    await goOn(11);
    expect(lessonsOf(ANA)).toEqual([1]);
    expect(lessonsOf(BO)).toEqual([1]);
    expect(lessonsOf(PEOPLE[3] ?? '')).toEqual([1]);
    expect(lessonsOf(PEOPLE[7] ?? '')).toEqual([2, 3]);
  });

  it('“this was not me”, suppressions, lifted ones and halts', async () => {
    await enrolled(0, 1);
    await did('sign up', 2);
    await work(life);
    await did('suppress', 1);
    await did('halt', 0, 3);
    const moment = await now();
    await did('goodbye', 2);
    await did('lift', 1);
    await did('complaint', 0);
    await did('lift halt', 0, 3);
    await did('halt', 0, 5);
    await pass(2);
    const was = comparable(await dump());
    await restoreTo(restore(), moment);
    expect(comparable(await dump())).toEqual(was);
    expect(await pick(halts, ['scope'], undefined, halts.scope)).toEqual([
      { scope: 'all' },
      { scope: 'lesson:5' },
    ]);
  });

  it('what nobody could take along is said, and every personal link ends', async () => {
    await enrolled(0);
    const moment = await now();
    await pass(2);
    const wrong = await goBackUnprepared(moment);
    expect(wrong).toEqual([
      'not known: who was erased since',
      'not known: who said goodbye, or has another address, since',
      'not known: which addresses are never to be mailed since',
      'not known: who has paused, or has another hour, since',
    ]);
    expect(await value(subscribers, 'linkVersion')).toBe(1000);
    expect(await pick(halts, ['scope'])).toEqual([{ scope: 'all' }]);
    expect(await count(links)).toBe(0);
    expect(await count(devices)).toBe(0);
  });
});

describe('what was damaged', () => {
  it('comes back where it is left out of what is carried over', async () => {
    await enrolled(0, 1);
    await did('sign up', 2);
    const moment = await now();
    await pass(3);
    await did('goodbye', 1);
    await change(subscribers, { firstName: 'oops' });
    await remove(
      enrollments,
      sql`${enrollments.subscriberId} IN (SELECT ${subscribers.id} FROM ${subscribers})`,
    );
    const leave = ['subscribers.first_name'];
    expect(await restoreTo(restore(), { ...moment, leave })).toEqual([]);
    expect(await count(subscribers, { firstName: 'oops' })).toBe(0);
    expect(await count(enrollments)).toBe(2);
    expect(await count(subscribers, gt(subscribers.unsubscribedAt, 0))).toBe(1);
  });

  it('a table that cannot be read is said to be so, and the restored one stands', async () => {
    await enrolled(0);
    await did('open', 0);
    await did('log', 0);
    const moment = await now();
    await pass(1);
    await did('goodbye', 0);
    await query(sql`ALTER TABLE ${logEntries} RENAME TO gone`);
    const use = restore();
    await takeAlong(use, { moment: moment.moment, ...BY });
    expect(use.said.find((line) => line.startsWith('log_entries'))).toContain('CANNOT BE READ');
    await query(sql`ALTER TABLE gone RENAME TO ${logEntries}`);
    await goBack(moment.tables);
    expect(await putBack(use, { moment: null, leave: [], ...BY })).toEqual([]);
    expect(await count(logEntries)).toBe(1);
    expect(await count(subscribers, gt(subscribers.unsubscribedAt, 0))).toBe(1);
  });

  it('what is left out must exist', async () => {
    await enrolled(0);
    const moment = await now();
    await pass(1);
    for (const leave of ['subscriber', 'subscribers.name']) {
      await expect(restoreTo(restore(), { ...moment, leave: [leave] })).rejects.toThrow(leave);
    }
  });
});

describe('the two commands', () => {
  it('lift nothing, send nothing, and say no address', async () => {
    await enrolled(0, 1);
    const moment = await now();
    await pass(9);
    const mails = life.mailer.accepted.length;
    const use = restore();
    await restoreTo(use, moment);
    await tick(life.ctx);
    await dispatch(life.ctx, 'lesson');
    await dispatch(life.ctx, 'prompt');
    expect(life.mailer.accepted.length).toBe(mails);
    expect(await pick(halts, ['scope', 'reason'])).toEqual([{ scope: 'all', reason: 'restore' }]);
    expect(use.said.join('\n')).not.toContain('@');
  });

  it('`before` can be repeated, but not once the database has gone back', async () => {
    await enrolled(0);
    const moment = await now();
    await pass(2);
    const use = restore();
    await takeAlong(use, { moment: moment.moment, ...BY });
    await did('goodbye', 0);
    await takeAlong(use, { moment: moment.moment, ...BY });
    await goBack(moment.tables);
    await expect(takeAlong(use, { moment: moment.moment, ...BY })).rejects.toThrow('has gone back');
    await putBack(use, { moment: null, leave: [], ...BY });
    expect(await count(subscribers, gt(subscribers.unsubscribedAt, 0))).toBe(1);
  });

  it('`before` waits until nobody posts', async () => {
    await enrolled(0);
    life.mailer.script.push('lost');
    await did('once more');
    await dispatch(life.ctx, 'prompt');
    await change(
      batches,
      { leaseId: 'x', leaseUntil: life.ctx.clock.machine() + 60_000 },
      { state: 'open' },
    );
    const use = restore();
    await takeAlong(use, { moment: life.ctx.clock.now(), ...BY });
    expect(use.said).toContain('1 batch is being posted; waiting.');
    expect(use.said).toContain('Nobody holds a batch.');
  });

  it('`after` refuses a database that has not gone back', async () => {
    await enrolled(0);
    const moment = await now();
    await pass(9);
    const use = restore();
    await expect(putBack(use, { moment: null, leave: [], ...BY })).rejects.toThrow(
      'Nothing was taken',
    );
    await expect(putBack(use, { moment: moment.moment, leave: [], ...BY })).rejects.toThrow(
      'has not gone back',
    );
    await takeAlong(use, { moment: moment.moment, ...BY });
    await expect(putBack(use, { moment: null, leave: [], ...BY })).rejects.toThrow(
      'has not gone back',
    );
  });

  it('`after` does nothing once it is finished, whatever has happened since', async () => {
    await enrolled(0);
    const moment = await now();
    await pass(2);
    const use = restore();
    await restoreTo(use, moment);
    await goOn(9);
    await did('pause', 0);
    const was = await dump();
    await putBack(use, { moment: null, leave: [], ...BY });
    expect(await dump()).toEqual(was);
  });

  it('a moment must be past, and within 30 days', async () => {
    const { clock } = life.ctx;
    const ask = (moment: number) => takeAlong(restore(), { moment, ...BY });
    await expect(ask(clock.now() + 60)).rejects.toThrow('future');
    await expect(ask(clock.now() - 31 * DAY)).rejects.toThrow('30 days');
  });

  it('what was taken along and is not whole is refused', async () => {
    await enrolled(0);
    const moment = await now();
    await pass(1);
    const use = restore();
    await takeAlong(use, { moment: moment.moment, ...BY });
    use.lines = use.lines?.slice(0, -1) ?? null;
    await goBack(moment.tables);
    await expect(putBack(use, { moment: null, leave: [], ...BY })).rejects.toThrow('damaged');
  });

  it('whoever confirms between the two keeps their course beside those that were taken along', async () => {
    await enrolled(0);
    await did('sign up', 1);
    await work(life);
    const moment = await now();
    await enrolled(2, 3);
    await pass(1);
    const use = restore();
    await takeAlong(use, { moment: moment.moment, ...BY });
    await goBack(moment.tables);
    // Enrollments 2 and 3 are Cem's and Dot's; now Bo's is 2 as well.
    await did('confirm', 1);
    expect(await putBack(use, { moment: null, leave: [], ...BY })).toEqual([]);
    expect(
      await orm
        .select({ id: enrollments.id })
        .from(enrollments)
        .innerJoin(signups, eq(signups.id, enrollments.signupId)),
    ).toHaveLength(4);
    await goOn(8);
    for (const email of [ANA, BO, CEM]) expect(lessonsOf(email)).toEqual([1, 2]);
  });

  it('a signup between the two makes room for whoever has the address', async () => {
    await enrolled(0);
    const moment = await now();
    await enrolled(1);
    await pass(1);
    const use = restore();
    await takeAlong(use, { moment: moment.moment, ...BY });
    await goBack(moment.tables);
    await signUp(life.ctx, { email: BO });
    expect(await putBack(use, { moment: null, leave: [], ...BY })).toEqual([]);
    await goOn(8);
    expect(lessonsOf(BO)).toEqual([1, 2]);
  });

  it('writes to a database that takes text alone what it writes to a binding', async () => {
    await enrolled(0, 1, 2);
    await did('open', 0);
    await did('log', 0);
    const moment = await now();
    await did('open', 1);
    const text = `it’s “quoted”; -- and {"long": '\\n'} ${'ü€𝄞'.repeat(2000)}`;
    await change(logEntries, { text });
    const [fifth] = await rows(contents, { lesson: 5 });
    const html = '<p>it’s long</p>'.repeat(9000);
    const body = JSON.stringify({ ...JSON.parse(fifth?.body ?? ''), html });
    const storedAt = life.ctx.clock.now() + 60;
    await put(contents, { kind: 'lesson', lesson: 5, hash: 'other', body, storedAt });
    await pass(8);
    await did('goodbye', 2);
    const was = comparable(await dump());
    const longest = { length: 0 };
    const script = scriptedD1((statements) => {
      for (const { length } of statements) longest.length = Math.max(longest.length, length);
      return env.DB.batch(statements.map((statement) => env.DB.prepare(statement)));
    });
    const use = testRestore(life.ctx, life.mailer, createDatabase(script));
    expect(await restoreTo(use, moment)).toEqual([]);
    expect(comparable(await dump())).toEqual(was);
    expect(longest.length).toBeLessThan(100_000);
  });
});
