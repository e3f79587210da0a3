import { env } from 'cloudflare:workers';
import { gt, gte, isNotNull, lt, sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { createDatabase, type Database } from '../../src/db/client.ts';
import { batches, contents, deliveries, enrollments, halts, pulse } from '../../src/db/schema.ts';
import { health } from '../../src/delivery/health.ts';
import type { Kind } from '../../src/delivery/kinds.ts';
import { moveClock } from '../../src/delivery/move-clock.ts';
import { settleBatch } from '../../src/delivery/settle-batch.ts';
import { tick } from '../../src/delivery/tick.ts';
import type { Answer } from '../../src/mailer/mailer.ts';
import { suppress } from '../../src/suppression/suppress.ts';
import { signUp, type TestContext, testContext, work } from '../support/course.ts';
import { scriptedMailer } from '../support/mailer.ts';
import { plantLearners } from '../support/many.ts';
import { plantLesson, plantSuppressions } from '../support/plant.ts';
import { change, count, pick, put, remove, rows, tally, value } from '../support/rows.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;
const UNKNOWN: Answer = { kind: 'unknown', reason: 'application_error' };
const BY_HAND = { actor: 'operator:mira', reason: 'a test' };

function course(...script: Parameters<typeof scriptedMailer>) {
  const mailer = scriptedMailer(...script);
  return { ...testContext({ mailer }), mailer };
}

/** Who was mailed what, most of all how often. */
const mailed = ({ mailer }: ReturnType<typeof course>) =>
  mailer.posts.flatMap(({ mails }) => mails.map(({ to }) => to[0] ?? ''));

/** Poisoned rows of one enrollment: none of these has a date. */
const UNDATABLE: [string, Partial<typeof enrollments.$inferSelect>][] = [
  ['a zone that tzdata has dropped', { zone: 'America/Atlantis' }],
  ['a zone that is none', { zone: '' }],
  ['a time that is none', { time: 'early' }],
];

describe.each(UNDATABLE)('one learner among a hundred with %s', (_, poison) => {
  const spoil = () => change(enrollments, poison, { id: 7 });

  it('gets their lesson like everybody, is set aside and told; the others go on', async () => {
    const ctx = course();
    await plantLearners(ctx, 100, { nextLesson: 3 });
    await spoil();
    await work(ctx);
    expect(new Set(mailed(ctx)).size).toBe(100);
    expect(await tally(deliveries, ['state'])).toEqual([{ state: 'sent', n: 100 }]);
    expect(await count(batches, { state: 'accepted' })).toBe(1);
    expect(await pick(enrollments, ['id', 'nextLesson'], { nextAt: null })).toEqual([
      { id: 7, nextLesson: 4 },
    ]);
    const problem = '1 courses owe a lesson and have no date for it';
    expect(await health(ctx)).toMatchObject({ ok: false, problems: [problem], undatedCourses: 1 });
    ctx.clock.pass(HOUR);
    await tick(ctx);
    expect(ctx.alerts.flatMap(({ problems }) => problems)).toEqual([problem]);
    // A week later the others have had the next lesson.
    await moveClock(ctx, ctx.clock.now() + 12 * DAY);
    expect(await pick(enrollments, ['id'], lt(enrollments.nextLesson, 5))).toEqual([{ id: 7 }]);
  });

  it('holds up no other whose answer is lost for 20 hours', async () => {
    const ctx = course(UNKNOWN);
    await plantLearners(ctx, 100, { nextLesson: 3 });
    await spoil();
    await work(ctx);
    ctx.clock.pass(21 * HOUR);
    await signUp(ctx);
    await work(ctx);
    expect(await tally(deliveries, ['state'], { lane: 'lesson' })).toEqual([
      { state: 'uncertain', n: 100 },
    ]);
    expect(await value(deliveries, 'state', { kind: 'confirm' })).toBe('sent');
    expect(await count(enrollments, gt(enrollments.nextAt, 0))).toBe(99);
  });

  it('holds up no other who is 37 hours late', async () => {
    const ctx = course();
    await plantLearners(ctx, 100, { nextLesson: 3, nextAt: ctx.clock.now() - 37 * HOUR });
    await spoil();
    await change(enrollments, { lastAt: 1 });
    await tick(ctx);
    expect(await count(enrollments, gt(enrollments.nextAt, ctx.clock.now()))).toBe(99);
    expect(await pick(enrollments, ['id'], { nextAt: null })).toEqual([{ id: 7 }]);
    expect((await health(ctx)).undatedCourses).toBe(1);
  });

  it('holds up no other whose pause ends', async () => {
    const ctx = course();
    await plantLearners(ctx, 100, { nextLesson: 3 });
    await change(enrollments, {
      state: 'paused',
      nextAt: null,
      lastAt: 1,
      resumeAt: ctx.clock.now() - 60,
    });
    await spoil();
    await tick(ctx);
    await tick(ctx);
    expect(await tally(enrollments, ['state', 'resumeAt'])).toHaveLength(1);
    expect(await pick(enrollments, ['id', 'state'], { nextAt: null })).toEqual([
      { id: 7, state: 'active' },
    ]);
    expect(ctx.lines.filter((line) => line.includes('"resumed"'))).toHaveLength(1);
    expect((await health(ctx)).undatedCourses).toBe(1);
  });

  it('holds up no other of a batch that the operator settles', async () => {
    const ctx = course(UNKNOWN);
    await plantLearners(ctx, 10, { nextLesson: 3 });
    await spoil();
    await work(ctx);
    const batchId = Number(await value(batches, 'id'));
    const settled = await settleBatch(ctx, { batchId, verdict: { accepted: true }, ...BY_HAND });
    expect(settled).toEqual({ kind: 'settled' });
    expect(await count(enrollments, gt(enrollments.nextAt, 0))).toBe(9);
  });
});

describe('a batch whose frozen rows cannot be read', () => {
  const ILLEGIBLE: [string, string | null][] = [
    ['are no JSON', '{oops'],
    ['are no list', '{"id":1}'],
    ['hold something else', '[1, null, {"id":"x"}]'],
    ['are gone', null],
    ['are empty, while its mails are on their way', '[]'],
  ];
  it.each(ILLEGIBLE)(
    'because they %s, and that was never posted, is frozen anew',
    async (_, frozen) => {
      const ctx = course();
      await plantLearners(ctx, 3, { nextLesson: 3 });
      // A process died between its claim and its post.
      const died = { ...ctx, mailer: scriptedMailer(() => Promise.reject(new Error('died'))) };
      await expect(work(died)).rejects.toThrow('died');
      await change(batches, { frozen, sha256: null });
      await plantLearners(ctx, 3, { nextLesson: 5, from: 10 });
      for (let round = 0; round < 3; round++) {
        await work(ctx);
        ctx.clock.pass(130);
      }
      expect(mailed(ctx).toSorted()).toHaveLength(6);
      expect(new Set(mailed(ctx)).size).toBe(6);
      expect(await tally(enrollments, ['nextLesson'])).toEqual([
        { nextLesson: 4, n: 3 },
        { nextLesson: 6, n: 3 },
      ]);
    },
  );

  it.each(ILLEGIBLE)(
    'because they %s, and that may have been accepted, is told after 20 hours',
    async (_, frozen) => {
      const ctx = course(UNKNOWN);
      await plantLearners(ctx, 3, { nextLesson: 3 });
      await work(ctx);
      await change(batches, { frozen });
      await plantLearners(ctx, 3, { nextLesson: 5, from: 10 });
      for (let passed = 0; passed < 22; passed++) {
        ctx.clock.pass(HOUR);
        await work(ctx);
      }
      // Once before, and never again.
      expect(mailed(ctx)).toHaveLength(6);
      expect(await tally(deliveries, ['lesson', 'state'])).toEqual([
        { lesson: 3, state: 'uncertain', n: 3 },
        { lesson: 5, state: 'sent', n: 3 },
      ]);
      expect(await count(enrollments, gt(enrollments.nextAt, 0))).toBe(6);
    },
  );
});

describe('a mail whose text is not there', () => {
  it('because an earlier build’s was lost is made with this build’s', async () => {
    const ctx = course();
    await plantLearners(ctx, 3, { nextLesson: 3 });
    const died = { ...ctx, mailer: scriptedMailer(() => Promise.reject(new Error('died'))) };
    await expect(work(died)).rejects.toThrow('died');
    await change(batches, {
      sha256: null,
      frozen: sql`replace(${batches.frozen}, (SELECT ${deliveries.content} FROM ${deliveries} WHERE ${deliveries.id} = 1), 'lost')`,
    });
    await plantLearners(ctx, 3, { nextLesson: 3, from: 10 });
    for (let round = 0; round < 3; round++) {
      await work(ctx);
      ctx.clock.pass(130);
    }
    expect(new Set(mailed(ctx)).size).toBe(6);
    expect(await count(halts)).toBe(0);
  });

  it('because it is stored damaged is as if it were lost', async () => {
    const ctx = course(UNKNOWN);
    await plantLearners(ctx, 1, { nextLesson: 3 });
    await work(ctx);
    await put(contents, { hash: 'bad', kind: 'lesson', lesson: 3, body: '{', storedAt: 0 });
    await change(batches, {
      leaseUntil: 0,
      frozen: sql`replace(${batches.frozen}, (SELECT ${deliveries.content} FROM ${deliveries} WHERE ${deliveries.id} = 1), 'bad')`,
    });
    await plantLearners(ctx, 3, { nextLesson: 3, from: 10 });
    await work(ctx);
    expect(mailed(ctx)).toHaveLength(4);
    expect(await count(halts)).toBe(0);
  });

  it('because this build has none of its kind halts its kind, and nobody else’s mail', async () => {
    const ctx = course();
    await plantLearners(ctx, 2, { nextAt: ctx.clock.now() + DAY });
    // As a build that came back to before that kind would find it.
    const kind = 'not-made-yet' as Kind;
    await put(deliveries, {
      kind,
      lane: 'prompt',
      subscriberId: 1,
      state: 'owed',
      dueAt: 0,
    });
    await signUp(ctx);
    await signUp(ctx);
    for (let round = 0; round < 3; round++) await work(ctx);
    expect(mailed(ctx)).toHaveLength(2);
    expect((await health(ctx)).problems).toEqual([
      'sending is halted (kind:not-made-yet): content_broken',
    ]);
    expect(await pick(deliveries, ['kind', 'state'], undefined, deliveries.id)).toEqual([
      { kind: 'not-made-yet', state: 'owed' },
      { kind: 'confirm', state: 'sent' },
      { kind: 'confirm', state: 'sent' },
    ]);
    // It wakes nobody for nothing, and goes once it can.
    ctx.woken.length = 0;
    await tick(ctx);
    expect(ctx.woken).toEqual([]);
    await change(deliveries, { kind: 'link' }, { kind });
    await remove(halts);
    await work(ctx);
    expect(mailed(ctx)).toHaveLength(3);
  });

  it('because its lesson is halted is not sent once more either, and is owed', async () => {
    const ctx = course();
    await plantLearners(ctx, 2, { nextLesson: 4, nextAt: ctx.clock.now() + DAY });
    await put(halts, { scope: 'lesson:3', reason: 'by-hand', since: 0 });
    for (const id of [1, 2]) {
      const resend = { kind: 'resend', lane: 'prompt', state: 'owed' } as const;
      await plantLesson(1 + id, resend, { id });
    }
    await work(ctx);
    expect(mailed(ctx)).toEqual(['planted-1@example.org']);
    await remove(halts);
    await work(ctx);
    expect(mailed(ctx)).toEqual(['planted-1@example.org', 'planted-2@example.org']);
  });
});

describe('a course that owes something, and has neither a date nor a mail on its way', () => {
  /** A learner of lesson 3, whose ledger already has it in a state of that name. */
  async function ahead(
    ctx: TestContext,
    state: 'sent' | 'delivered' | 'uncertain' | 'sending',
  ): Promise<void> {
    await plantLearners(ctx, 3, { nextLesson: 3 });
    const at = ctx.clock.now() - 60;
    await plantLesson(3, { state, dueAt: at, batchId: 1, acceptedAt: at }, { id: 2 });
  }

  it.each(['sent', 'delivered', 'uncertain'] as const)(
    'because its lesson stands in the ledger as %s moves on, and is mailed nothing twice',
    async (state) => {
      const ctx = course();
      await ahead(ctx, state);
      await work(ctx);
      expect(mailed(ctx).toSorted()).toEqual(['planted-1@example.org', 'planted-3@example.org']);
      expect(await tally(enrollments, ['nextLesson'])).toEqual([{ nextLesson: 4, n: 3 }]);
      expect(await count(enrollments, { nextAt: null })).toBe(0);
      await moveClock(ctx, ctx.clock.now() + 12 * DAY);
      expect(await count(enrollments, gte(enrollments.nextLesson, 5))).toBe(3);
      expect((await health(ctx)).undatedCourses).toBe(0);
    },
  );

  it('is found within the hour, whatever brought it about, and gets a date', async () => {
    const ctx = course();
    await plantLearners(ctx, 3, { nextLesson: 3, nextAt: ctx.clock.now() + DAY });
    await tick(ctx);
    await change(enrollments, { nextAt: null }, { id: 2 });
    ctx.clock.pass(HOUR);
    await tick(ctx);
    expect(await count(enrollments, gt(enrollments.nextAt, 0))).toBe(3);
    expect((await health(ctx)).problems).toEqual([]);
  });

  it('with a mail of which nobody knows whose batch it was is left alone, and told', async () => {
    const ctx = course();
    await ahead(ctx, 'sending');
    await work(ctx);
    expect(mailed(ctx)).toHaveLength(2);
    expect((await health(ctx)).undatedCourses).toBe(1);
    expect(await value(deliveries, 'state', { batchId: 1 })).toBe('sending');
  });

  it('because its address is suppressed waits for that', async () => {
    const ctx = course();
    await plantLearners(ctx, 2, { nextLesson: 3, nextAt: ctx.clock.now() + DAY });
    await change(enrollments, { nextAt: null }, { id: 2 });
    await plantSuppressions({ id: 2 });
    await tick(ctx);
    expect(
      await pick(enrollments, {
        state: enrollments.state,
        why: enrollments.pauseReason,
      }),
    ).toEqual([
      { state: 'active', why: null },
      { state: 'paused', why: 'suppressed' },
    ]);
    expect((await health(ctx)).problems).toEqual([]);
  });

  it('is no course that is paused, over, dated or on its way', async () => {
    const ctx = course(UNKNOWN);
    await plantLearners(ctx, 4, { nextLesson: 3 });
    await change(enrollments, { state: 'paused', nextAt: null }, { id: 2 });
    await change(enrollments, { state: 'ended', closedAt: 1, nextAt: null }, { id: 3 });
    await change(enrollments, { nextAt: ctx.clock.now() + DAY }, { id: 4 });
    await work(ctx);
    const before = await rows(enrollments);
    ctx.clock.pass(2 * HOUR);
    await tick(ctx);
    expect(await rows(enrollments)).toEqual(before);
    expect((await health(ctx)).undatedCourses).toBe(0);
  });

  it('is looked for in parts of a large database, each in its hour', async () => {
    const ctx = course();
    await plantLearners(ctx, 2, { nextLesson: 3, nextAt: ctx.clock.now() + 9 * DAY });
    await change(enrollments, { id: 250001 }, { id: 2 });
    await change(enrollments, { nextAt: null });
    const found: unknown[] = [];
    for (let hour = 0; hour < 3; hour++) {
      await tick(ctx);
      found.push(await count(enrollments, gt(enrollments.nextAt, 0)));
      ctx.clock.pass(HOUR);
    }
    expect(found.at(-1)).toBe(2);
    expect(found[0]).not.toBe(2);
  });
});

describe('a suppression that nobody has paused the course for', () => {
  it('is seen by the claim itself: nothing is mailed, and the course waits', async () => {
    const ctx = course();
    await plantLearners(ctx, 3, { nextLesson: 3 });
    await plantSuppressions({ id: 2 }, 'complaint');
    await work(ctx);
    expect(mailed(ctx).toSorted()).toEqual(['planted-1@example.org', 'planted-3@example.org']);
    expect(
      await pick(enrollments, {
        state: enrollments.state,
        why: enrollments.pauseReason,
        next: enrollments.nextLesson,
      }),
    ).toEqual([
      { state: 'active', why: null, next: 4 },
      { state: 'paused', why: 'suppressed', next: 3 },
      { state: 'active', why: null, next: 4 },
    ]);
    expect(await count(deliveries, { state: 'sending' })).toBe(0);
  });

  it('of everybody in a batch leaves nothing open', async () => {
    const ctx = course();
    await plantLearners(ctx, 2, { nextLesson: 3 });
    await plantSuppressions({ id: [1, 2] });
    await work(ctx);
    expect(mailed(ctx)).toEqual([]);
    expect(await count(batches, { state: 'open' })).toBe(0);
    expect(await tally(enrollments, ['pauseReason'])).toEqual([
      { pauseReason: 'suppressed', n: 2 },
    ]);
  });

  it('that comes after the claim leaves a batch whose answer is unknown as it was', async () => {
    const ctx = course(UNKNOWN);
    await plantLearners(ctx, 2, { nextLesson: 3 });
    await work(ctx);
    await suppress(ctx, { whose: { subscriberId: 1 }, ...BY_HAND });
    ctx.clock.pass(600);
    await work(ctx);
    const [first, again] = ctx.mailer.posts;
    expect(again?.text).toBe(first?.text);
  });
});

describe('a chore of a tick that fails', () => {
  /** A database that stumbles over every statement with a word in its text or its values. */
  const stumbling = (word: string): Database => {
    const stumble = (said: string) => {
      if (said.includes(word)) throw new Error('D1_ERROR: malformed JSON');
    };
    const prepare = (text: string) => {
      stumble(text);
      const statement = env.DB.prepare(text);
      const bind = (...values: unknown[]) => {
        stumble(JSON.stringify(values));
        return statement.bind(...values);
      };
      return { bind };
    };
    const batch: D1Database['batch'] = (statements) => env.DB.batch(statements);
    return createDatabase({ prepare, batch } as unknown as D1Database);
  };

  it('holds up no other, is told until it is well, and the next tick goes on', async () => {
    const ctx = course();
    await plantLearners(ctx, 3, { nextLesson: 3, nextAt: ctx.clock.now() - 60 });
    await change(enrollments, { nudgeAt: 1 }, { id: 1 });
    await change(
      enrollments,
      { state: 'paused', nextAt: null, resumeAt: ctx.clock.now() - 60 },
      { id: 2 },
    );
    const bad = { ...ctx, db: stumbling(`"${enrollments.nudgedAt.name}" = coalesce`) };
    expect(await tick(bad)).toBe(true);
    expect(await count(enrollments, { state: 'paused' })).toBe(0);
    expect(ctx.woken).toContain('lesson');
    const problem = 'the last tick could not do everything: nudges';
    expect((await health(ctx)).problems).toEqual([problem]);
    expect(ctx.alerts.flatMap(({ problems }) => problems)).toEqual([problem]);
    expect(ctx.lines.join('\n')).toContain('"chore-failed","chore":"nudges"');

    ctx.clock.pass(60);
    await tick(ctx);
    expect(await count(enrollments, isNotNull(enrollments.nudgedAt))).toBe(1);
    expect((await health(ctx)).problems).toEqual([]);
    expect(ctx.alerts.at(-1)?.problems).toEqual([]);
  });

  it('because what was told last cannot be read is not: it is told anew', async () => {
    const ctx = course();
    await put(halts, { scope: 'all', reason: 'by-hand', since: 0 });
    for (const alerts of ['{', 'null', '[]', '7']) {
      await change(pulse, { alerts });
      await tick(ctx);
      expect(ctx.alerts.at(-1)?.problems).toEqual(['sending is halted (all): by-hand']);
    }
    expect(ctx.alerts).toHaveLength(4);
  });

  it('for one of them goes on with the rest', async () => {
    const ctx = course(UNKNOWN, UNKNOWN);
    for (const from of [0, 10]) {
      await plantLearners(ctx, 2, { nextLesson: 3, from });
      await work(ctx);
    }
    const [first] = await pick(batches, ['id'], undefined, batches.frozenAt);
    ctx.clock.pass(21 * HOUR);
    const db = stumbling(String(first?.id));
    await tick({ ...ctx, db });
    expect(await tally(batches, ['state'])).toEqual([
      { state: 'open', n: 1 },
      { state: 'uncertain', n: 1 },
    ]);
    await tick(ctx);
    expect(await count(batches, { state: 'uncertain' })).toBe(2);
  });
});
