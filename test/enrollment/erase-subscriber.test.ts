import { env } from 'cloudflare:workers';
import { getTableName, sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import {
  acts,
  batches,
  deliveries,
  enrollments,
  erasedSubscribers,
  erasures,
  events,
  mailbox,
  signups,
  subscribers,
  suppressions,
} from '../../src/db/schema.ts';
import { dispatch } from '../../src/delivery/dispatch.ts';
import { recordEvent } from '../../src/delivery/record-event.ts';
import { tick } from '../../src/delivery/tick.ts';
import { readProgress } from '../../src/enrollment/progress.ts';
import { ERASURE_LIFETIME, eraseSubscriber } from '../../src/subscriber/erase-subscriber.ts';
import { findSubscriber } from '../../src/subscriber/timeline.ts';
import { unsubscribe } from '../../src/subscriber/unsubscribe.ts';
import { suppress } from '../../src/suppression/suppress.ts';
import {
  enroll,
  mailsTo,
  signUp,
  type TestContext,
  testContext,
  tokenIn,
  work,
} from '../support/course.ts';
import { eventAbout, postedTo } from '../support/events.ts';
import { scriptedMailer } from '../support/mailer.ts';
import { change, count, dump, pick, plan, rows, value } from '../support/rows.ts';

const WHY = { actor: 'operator:mira', reason: 'asked for it in a letter' };
const EMAIL = 'wilhelmina.okafor@example.org';
const NAME = 'Wilhelmina';
const HOUR = 3600;

/** Everything that is stored, as text. */
const everything = async () => JSON.stringify(await dump());

async function theirId(): Promise<number> {
  return (await value(subscribers, 'id', { email: EMAIL })) as number;
}

/** Somebody with every kind of trace: signups, lessons, an event, an act, mails in the mailbox. */
async function learner(ctx: TestContext = testContext()) {
  await signUp(ctx, { email: EMAIL, firstName: NAME });
  const { learnToken } = await enroll(ctx, { email: EMAIL, firstName: NAME });
  await work(ctx);
  await recordEvent(ctx, eventAbout(await postedTo(EMAIL), 'delivered'));
  return { ctx, id: await theirId(), learnToken };
}

describe('an erasure', () => {
  it('leaves nothing of the address or the name anywhere', async () => {
    const { ctx, id } = await learner();
    expect(await everything()).toContain(EMAIL);
    expect(await everything()).toContain(NAME);
    expect(await eraseSubscriber(ctx, { subscriberId: id, ...WHY })).toEqual({ kind: 'erased' });
    const left = await everything();
    expect(left).not.toContain(EMAIL);
    expect(left).not.toContain(NAME);
    for (const table of [subscribers, signups, enrollments, deliveries, mailbox]) {
      expect(await count(table), getTableName(table)).toBe(0);
    }
    expect(await pick(events, ['subscriberId'])).toEqual([{ subscriberId: null }]);
  });

  it('keeps a keyed hash with the dates of consent and withdrawal, for three years', async () => {
    const { ctx, id } = await learner();
    const consented = ctx.clock.now();
    ctx.clock.pass(24 * HOUR);
    await eraseSubscriber(ctx, { subscriberId: id, ...WHY });
    const now = ctx.clock.now();
    expect(await rows(erasures)).toEqual([
      {
        hash: await ctx.tokens.addressHash(EMAIL),
        consentedAt: consented,
        withdrawnAt: now,
        erasedAt: now,
      },
    ]);
    expect((await findSubscriber(ctx, EMAIL)).erasure?.erasedAt).toBe('2026-12-01T12:00:00.000Z');
    ctx.clock.pass(ERASURE_LIFETIME - 60);
    await tick(ctx);
    expect(await count(erasures)).toBe(1);
    ctx.clock.pass(60);
    await tick(ctx);
    expect(await count(erasures)).toBe(0);
  });

  it('keeps the number of the record for 31 days, as long as a backup may bring it back', async () => {
    const { ctx, id } = await learner();
    await eraseSubscriber(ctx, { subscriberId: id, ...WHY });
    const now = ctx.clock.now();
    expect(await rows(erasedSubscribers)).toEqual([{ subscriberId: id, erasedAt: now }]);
    ctx.clock.pass(31 * 24 * HOUR - 60);
    await tick(ctx);
    expect(await count(erasedSubscribers)).toBe(1);
    ctx.clock.pass(3600);
    await tick(ctx);
    expect(await count(erasedSubscribers)).toBe(0);
    expect(await count(erasures)).toBe(1);
  });

  it('keeps a suppression if there was one, and makes none', async () => {
    const { ctx, id } = await learner();
    await eraseSubscriber(ctx, { subscriberId: id, ...WHY });
    expect(await count(suppressions)).toBe(0);
    ctx.clock.pass(25 * HOUR);
    await tick(ctx);
    await learner(ctx);
    await suppress(ctx, { whose: { email: EMAIL }, ...WHY });
    await eraseSubscriber(ctx, { subscriberId: await theirId(), ...WHY });
    expect(await count(suppressions)).toBe(1);
    expect(await count(erasures)).toBe(1);
  });

  it('keeps who asked for it when and why, and takes the reasons of earlier acts along', async () => {
    const { ctx, id } = await learner();
    const earlier = { actor: 'operator:jon', reason: 'Wilhelmina complained about lesson 1' };
    await suppress(ctx, { whose: { subscriberId: id }, ...earlier });
    await eraseSubscriber(ctx, { subscriberId: id, ...WHY });
    expect(await pick(acts, ['actor', 'verb', 'reason', 'at', 'subscriberId'])).toEqual([
      {
        actor: 'operator:jon',
        verb: 'suppress',
        reason: 'erased',
        at: ctx.clock.now(),
        subscriberId: id,
      },
      { ...WHY, verb: 'erase', at: ctx.clock.now(), subscriberId: id },
    ]);
  });

  it.each([
    ['the name', 'wilhelmina wants out'],
    ['the address', `${EMAIL} wrote to us`],
  ])('is refused while its reason holds %s', async (_, reason) => {
    const { ctx, id } = await learner();
    expect(await eraseSubscriber(ctx, { subscriberId: id, ...WHY, reason })).toEqual({
      kind: 'reason-names-them',
    });
    expect(await count(subscribers)).toBe(1);
    expect(await count(acts)).toBe(0);
  });

  it.each(['Al', 'Anne-Marie', 'R.', '(x', ''])(
    'reads %j in a reason only as a word of its own',
    async (firstName) => {
      const ctx = testContext();
      const email = await signUp(ctx, { firstName });
      const known = (await value(subscribers, 'id', { email })) as number;
      const reason = 'All annexes requested';
      expect(await eraseSubscriber(ctx, { subscriberId: known, ...WHY, reason })).toEqual({
        kind: 'erased',
      });
    },
  );

  it('of somebody who never confirmed takes the owed confirmation along', async () => {
    const ctx = testContext();
    await signUp(ctx, { email: EMAIL, firstName: NAME });
    await eraseSubscriber(ctx, { subscriberId: await theirId(), ...WHY });
    await work(ctx);
    expect(await everything()).not.toContain(EMAIL);
    expect(await pick(erasures, ['consentedAt'])).toEqual([{ consentedAt: null }]);
  });

  it('leaves everybody else as they were', async () => {
    const { ctx, id } = await learner();
    const { email } = await enroll(ctx);
    await work(ctx);
    const before = await mailsTo(ctx, email);
    await eraseSubscriber(ctx, { subscriberId: id, ...WHY });
    expect(await mailsTo(ctx, email)).toEqual(before);
    expect(await pick(enrollments, ['state'])).toEqual([{ state: 'active' }]);
    expect(await count(deliveries)).toBe(2);
  });

  it('ends every link at once, while unsubscribing still answers', async () => {
    const { ctx, id, learnToken } = await learner();
    const token = tokenIn((await mailsTo(ctx, EMAIL)).at(-1), 'unsubscribe');
    await eraseSubscriber(ctx, { subscriberId: id, ...WHY });
    expect(await readProgress(ctx, learnToken)).toBeNull();
    expect(await unsubscribe(ctx, token)).toEqual({ kind: 'gone' });
  });

  it('of somebody unknown is said to be so', async () => {
    const { ctx, id } = await learner();
    await eraseSubscriber(ctx, { subscriberId: id, ...WHY });
    expect(await eraseSubscriber(ctx, { subscriberId: id, ...WHY })).toEqual({ kind: 'unknown' });
    expect(await count(acts)).toBe(1);
  });

  it('lets the same person begin anew as a stranger', async () => {
    const { ctx, id } = await learner();
    await eraseSubscriber(ctx, { subscriberId: id, ...WHY });
    ctx.clock.pass(25 * HOUR);
    await tick(ctx);
    await enroll(ctx, { email: EMAIL });
    await work(ctx);
    expect((await mailsTo(ctx, EMAIL)).map((mail) => mail.kind)).toEqual(['confirm', 'lesson']);
    expect(await theirId()).not.toBe(id);
  });
});

describe('an erasure while a batch is on its way', () => {
  const UNKNOWN = { kind: 'unknown' as const, reason: 'timeout' };

  /** Somebody whose lesson 2 was posted without an answer. */
  async function waiting() {
    const { ctx, id, learnToken } = await learner();
    await change(enrollments, { nextAt: ctx.clock.now() });
    const mailer = scriptedMailer(UNKNOWN);
    const during = { ...ctx, mailer };
    await dispatch(during, 'lesson');
    const erased = await eraseSubscriber(during, { subscriberId: id, ...WHY });
    return { ctx: during, id, mailer, erased, learnToken };
  }

  it('stops everything else at once, and keeps the address only in that batch', async () => {
    const { ctx, id, erased, learnToken } = await waiting();
    expect(erased).toEqual({ kind: 'waiting' });
    const { batches, ...rest } = await dump();
    expect(JSON.stringify(batches)).toContain(EMAIL);
    expect(JSON.stringify(rest)).not.toContain(EMAIL);
    expect(JSON.stringify(rest)).not.toContain(NAME);
    expect(await pick(enrollments, ['state', 'nextAt'])).toEqual([
      { state: 'ended', nextAt: null },
    ]);
    expect(await readProgress(ctx, learnToken)).toBeNull();
    await tick(ctx);
    expect(await count(subscribers, { id })).toBe(1);
  });

  it('repeats the frozen mail unchanged, and finishes when the batch settles', async () => {
    const { ctx, mailer } = await waiting();
    ctx.clock.pass(HOUR);
    await work(ctx);
    expect(mailer.posts).toHaveLength(2);
    expect(mailer.posts[1]).toEqual(mailer.posts[0]);
    await tick(ctx);
    expect(await everything()).not.toContain(EMAIL);
    expect(await count(subscribers)).toBe(0);
    expect(await count(erasures)).toBe(1);
  });

  it('finishes after 20 hours also where no answer ever comes', async () => {
    const { ctx, mailer } = await waiting();
    mailer.script.push(...Array.from({ length: 99 }, () => UNKNOWN));
    ctx.clock.pass(20 * HOUR);
    await tick(ctx);
    await tick(ctx);
    expect(await everything()).not.toContain(EMAIL);
    expect(await count(subscribers)).toBe(0);
  });

  it('holds while a consumer has the batch in its hands, and its mail is deleted too', async () => {
    const ctx = testContext();
    await enroll(ctx, { email: EMAIL });
    const id = await theirId();
    const { mailer } = ctx;
    let erased: unknown;
    const during = {
      ...ctx,
      mailer: {
        ...mailer,
        async post(post: Parameters<typeof mailer.post>[0]) {
          erased = await eraseSubscriber(ctx, { subscriberId: id, ...WHY });
          return mailer.post(post);
        },
      },
    };
    await dispatch(during, 'lesson');
    expect(erased).toEqual({ kind: 'waiting' });
    await tick(ctx);
    expect(await everything()).not.toContain(EMAIL);
    expect(await count(mailbox)).toBe(0);
  });

  it('is written down once, however often it is asked for', async () => {
    const { ctx, id } = await waiting();
    expect(await eraseSubscriber(ctx, { subscriberId: id, ...WHY })).toEqual({ kind: 'waiting' });
    expect(await count(acts)).toBe(1);
  });

  it('does not take a new signup with the same address along', async () => {
    const { ctx } = await waiting();
    ctx.clock.pass(25 * HOUR);
    await signUp(ctx, { email: EMAIL, firstName: NAME });
    await work(ctx);
    await tick(ctx);
    expect(await pick(subscribers, ['email', 'confirmedAt'])).toEqual([
      { email: EMAIL, confirmedAt: null },
    ]);
    expect(await value(deliveries, 'state', { kind: 'confirm' })).toBe('sent');
  });

  it('leaves it out of a batch that is made anew after a refusal', async () => {
    const { ctx, mailer } = await waiting();
    await change(batches, { unanswered: 0 });
    mailer.script.push({ kind: 'rate-limited', retryAfterMs: 1000 });
    ctx.clock.pass(HOUR);
    await work(ctx);
    ctx.clock.pass(HOUR);
    await work(ctx);
    expect(mailer.posts).toHaveLength(2);
    expect(await count(subscribers)).toBe(0);
    expect(await everything()).not.toContain(EMAIL);
  });
});

describe('the cost of an erasure', () => {
  it('does not grow with the number of people', async () => {
    const seen: string[] = [];
    const { ctx, id } = await learner();
    const { prepare } = env.DB;
    const DB = new Proxy(env.DB, {
      get(target, name) {
        if (name !== 'prepare') {
          const member: unknown = Reflect.get(target, name, target);
          return typeof member === 'function' ? member.bind(target) : member;
        }
        return (statement: string) => {
          seen.push(statement);
          return prepare.call(target, statement);
        };
      },
    });
    const { createDatabase } = await import('../../src/db/client.ts');
    await eraseSubscriber({ ...ctx, db: createDatabase(DB) }, { subscriberId: id, ...WHY });
    expect(seen.length).toBeGreaterThan(10);
    for (const statement of seen) {
      const literal = statement.replace(/\?/g, '1');
      for (const step of await plan(sql.raw(literal))) {
        // The mailbox (`m`, and `t`, its tags) is empty wherever there are many people.
        expect(step, literal).not.toMatch(/^SCAN (?!(m|mailbox|t|CONSTANT ROW)\b|\(subquery)/);
      }
    }
  });
});
