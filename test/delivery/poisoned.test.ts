import { describe, expect, it } from 'vitest';
import type { Database } from '../../src/db/client.ts';
import { health } from '../../src/delivery/health.ts';
import { moveClock } from '../../src/delivery/move-clock.ts';
import { settleBatch } from '../../src/delivery/settle-batch.ts';
import { tick } from '../../src/delivery/tick.ts';
import type { Answer } from '../../src/mailer/mailer.ts';
import { suppress } from '../../src/suppression/suppress.ts';
import { rows, signUp, type TestContext, testContext, value, work } from '../support/course.ts';
import { scriptedMailer } from '../support/mailer.ts';
import { plantLearners } from '../support/many.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;
const UNKNOWN: Answer = { kind: 'unknown', reason: 'application_error' };
const BY_HAND = { actor: 'operator:mira', reason: 'a test' };

function course(...script: Parameters<typeof scriptedMailer>) {
  const mailer = scriptedMailer(...script);
  return { ...testContext({ mailer }), mailer };
}

/** How many enrollments there are of each kind. */
const enrollments = (what: string) =>
  rows(`SELECT ${what}, count(*) AS n FROM enrollments GROUP BY 1 ORDER BY 1`);

/** Who was mailed what, most of all how often. */
const mailed = ({ mailer }: ReturnType<typeof course>) =>
  mailer.posts.flatMap(({ mails }) => mails.map(({ to }) => to[0] ?? ''));

/** Poisoned rows of one enrollment: none of these has a date. */
const UNDATABLE: [string, string][] = [
  ['a zone that tzdata has dropped', "zone = 'America/Atlantis'"],
  ['a zone that is none', "zone = ''"],
  ['a time that is none', "time = 'early'"],
];

describe.each(UNDATABLE)('one learner among a hundred with %s', (_, poison) => {
  const bad = `UPDATE enrollments SET ${poison} WHERE id = 7`;

  it('gets their lesson like everybody, is set aside and told; the others go on', async () => {
    const ctx = course();
    await plantLearners(ctx, 100, { nextLesson: 3 });
    await rows(bad);
    await work(ctx);
    expect(new Set(mailed(ctx)).size).toBe(100);
    expect(await rows('SELECT state, count(*) AS n FROM deliveries GROUP BY 1')).toEqual([
      { state: 'sent', n: 100 },
    ]);
    expect(await value("SELECT count(*) FROM batches WHERE state = 'accepted'")).toBe(1);
    expect(await rows('SELECT id, next_lesson FROM enrollments WHERE next_at IS NULL')).toEqual([
      { id: 7, next_lesson: 4 },
    ]);
    const problem = '1 courses owe a lesson and have no date for it';
    expect(await health(ctx)).toMatchObject({ ok: false, problems: [problem], undatedCourses: 1 });
    ctx.clock.pass(HOUR);
    await tick(ctx);
    expect(ctx.alerts.flatMap(({ problems }) => problems)).toEqual([problem]);
    // A week later the others have had the next lesson.
    await moveClock(ctx, ctx.clock.now() + 12 * DAY);
    expect(await rows('SELECT id FROM enrollments WHERE next_lesson < 5')).toEqual([{ id: 7 }]);
  });

  it('holds up no other whose answer is lost for 20 hours', async () => {
    const ctx = course(UNKNOWN);
    await plantLearners(ctx, 100, { nextLesson: 3 });
    await rows(bad);
    await work(ctx);
    ctx.clock.pass(21 * HOUR);
    await signUp(ctx);
    await work(ctx);
    expect(
      await rows("SELECT state, count(*) AS n FROM deliveries WHERE lane = 'lesson' GROUP BY 1"),
    ).toEqual([{ state: 'uncertain', n: 100 }]);
    expect(await value("SELECT state FROM deliveries WHERE kind = 'confirm'")).toBe('sent');
    expect(await value('SELECT count(*) FROM enrollments WHERE next_at > 0')).toBe(99);
  });

  it('holds up no other who is 37 hours late', async () => {
    const ctx = course();
    await plantLearners(ctx, 100, { nextLesson: 3, nextAt: ctx.clock.now() - 37 * HOUR });
    await rows(bad);
    await rows('UPDATE enrollments SET last_at = 1');
    await tick(ctx);
    expect(
      await enrollments(
        `CASE WHEN next_at IS NULL THEN id ELSE next_at > ${ctx.clock.now()} END AS at`,
      ),
    ).toEqual([
      { at: 1, n: 99 },
      { at: 7, n: 1 },
    ]);
    expect((await health(ctx)).undatedCourses).toBe(1);
  });

  it('holds up no other whose pause ends', async () => {
    const ctx = course();
    await plantLearners(ctx, 100, { nextLesson: 3 });
    await rows(`UPDATE enrollments SET state = 'paused', next_at = NULL, last_at = 1,
      resume_at = ${ctx.clock.now() - 60}`);
    await rows(bad);
    await tick(ctx);
    await tick(ctx);
    expect(await enrollments('state, next_at IS NULL AS undated, resume_at')).toHaveLength(1);
    expect(await rows('SELECT id, state FROM enrollments WHERE next_at IS NULL')).toEqual([
      { id: 7, state: 'active' },
    ]);
    expect(ctx.lines.filter((line) => line.includes('"resumed"'))).toHaveLength(1);
    expect((await health(ctx)).undatedCourses).toBe(1);
  });

  it('holds up no other of a batch that the operator settles', async () => {
    const ctx = course(UNKNOWN);
    await plantLearners(ctx, 10, { nextLesson: 3 });
    await rows(bad);
    await work(ctx);
    const batchId = Number(await value('SELECT id FROM batches'));
    const settled = await settleBatch(ctx, { batchId, verdict: { accepted: true }, ...BY_HAND });
    expect(settled).toEqual({ kind: 'settled' });
    expect(await value('SELECT count(*) FROM enrollments WHERE next_at > 0')).toBe(9);
  });
});

describe('a batch whose frozen rows cannot be read', () => {
  const ILLEGIBLE: [string, string][] = [
    ['are no JSON', "'{oops'"],
    ['are no list', `'{"id":1}'`],
    ['hold something else', `'[1, null, {"id":"x"}]'`],
    ['are gone', 'NULL'],
    ['are empty, while its mails are on their way', "'[]'"],
  ];
  it.each(ILLEGIBLE)(
    'because they %s, and that was never posted, is frozen anew',
    async (_, frozen) => {
      const ctx = course();
      await plantLearners(ctx, 3, { nextLesson: 3 });
      // A process died between its claim and its post.
      const died = { ...ctx, mailer: scriptedMailer(() => Promise.reject(new Error('died'))) };
      await expect(work(died)).rejects.toThrow('died');
      await rows(`UPDATE batches SET frozen = ${frozen}, sha256 = NULL`);
      await plantLearners(ctx, 3, { nextLesson: 5, from: 10 });
      for (let round = 0; round < 3; round++) {
        await work(ctx);
        ctx.clock.pass(130);
      }
      expect(mailed(ctx).toSorted()).toHaveLength(6);
      expect(new Set(mailed(ctx)).size).toBe(6);
      expect(await enrollments('next_lesson')).toEqual([
        { next_lesson: 4, n: 3 },
        { next_lesson: 6, n: 3 },
      ]);
    },
  );

  it.each(ILLEGIBLE)(
    'because they %s, and that may have been accepted, is told after 20 hours',
    async (_, frozen) => {
      const ctx = course(UNKNOWN);
      await plantLearners(ctx, 3, { nextLesson: 3 });
      await work(ctx);
      await rows(`UPDATE batches SET frozen = ${frozen}`);
      await plantLearners(ctx, 3, { nextLesson: 5, from: 10 });
      for (let passed = 0; passed < 22; passed++) {
        ctx.clock.pass(HOUR);
        await work(ctx);
      }
      // Once before, and never again.
      expect(mailed(ctx)).toHaveLength(6);
      expect(
        await rows('SELECT lesson, state, count(*) AS n FROM deliveries GROUP BY 1, 2'),
      ).toEqual([
        { lesson: 3, state: 'uncertain', n: 3 },
        { lesson: 5, state: 'sent', n: 3 },
      ]);
      expect(await value('SELECT count(*) FROM enrollments WHERE next_at > 0')).toBe(6);
    },
  );
});

describe('a mail whose text is not there', () => {
  it('because an earlier build’s was lost is made with this build’s', async () => {
    const ctx = course();
    await plantLearners(ctx, 3, { nextLesson: 3 });
    const died = { ...ctx, mailer: scriptedMailer(() => Promise.reject(new Error('died'))) };
    await expect(work(died)).rejects.toThrow('died');
    await rows(`UPDATE batches SET sha256 = NULL,
      frozen = replace(frozen, (SELECT content FROM deliveries WHERE id = 1), 'lost')`);
    await plantLearners(ctx, 3, { nextLesson: 3, from: 10 });
    for (let round = 0; round < 3; round++) {
      await work(ctx);
      ctx.clock.pass(130);
    }
    expect(new Set(mailed(ctx)).size).toBe(6);
    expect(await value('SELECT count(*) FROM halts')).toBe(0);
  });

  it('because it is stored damaged is as if it were lost', async () => {
    const ctx = course(UNKNOWN);
    await plantLearners(ctx, 1, { nextLesson: 3 });
    await work(ctx);
    await rows(
      "INSERT INTO contents (hash, kind, lesson, body, stored_at) VALUES ('bad', 'lesson', 3, '{', 0)",
    );
    await rows(`UPDATE batches SET lease_until = 0,
      frozen = replace(frozen, (SELECT content FROM deliveries WHERE id = 1), 'bad')`);
    await plantLearners(ctx, 3, { nextLesson: 3, from: 10 });
    await work(ctx);
    expect(mailed(ctx)).toHaveLength(4);
    expect(await value('SELECT count(*) FROM halts')).toBe(0);
  });

  it('because this build has none of its kind halts its kind, and nobody else’s mail', async () => {
    const ctx = course();
    await plantLearners(ctx, 2, { nextAt: ctx.clock.now() + DAY });
    await rows(`INSERT INTO deliveries (kind, lane, subscriber_id, state, due_at)
      VALUES ('not-made-yet', 'prompt', 1, 'owed', 0)`);
    await signUp(ctx);
    await signUp(ctx);
    for (let round = 0; round < 3; round++) await work(ctx);
    expect(mailed(ctx)).toHaveLength(2);
    expect((await health(ctx)).problems).toEqual([
      'sending is halted (kind:not-made-yet): content_broken',
    ]);
    expect(await rows('SELECT kind, state FROM deliveries ORDER BY id')).toEqual([
      { kind: 'not-made-yet', state: 'owed' },
      { kind: 'confirm', state: 'sent' },
      { kind: 'confirm', state: 'sent' },
    ]);
    // It wakes nobody for nothing, and goes once it can.
    ctx.woken.length = 0;
    await tick(ctx);
    expect(ctx.woken).toEqual([]);
    await rows("UPDATE deliveries SET kind = 'link' WHERE kind = 'not-made-yet'");
    await rows('DELETE FROM halts');
    await work(ctx);
    expect(mailed(ctx)).toHaveLength(3);
  });

  it('because its lesson is halted is not sent once more either, and is owed', async () => {
    const ctx = course();
    await plantLearners(ctx, 2, { nextLesson: 4, nextAt: ctx.clock.now() + DAY });
    await rows("INSERT INTO halts VALUES ('lesson:3', 'by-hand', 0)");
    await rows(`INSERT INTO deliveries (kind, lane, subscriber_id, enrollment_id, lesson, state, due_at)
      SELECT 'resend', 'prompt', id, id, 1 + id, 'owed', 0 FROM enrollments`);
    await work(ctx);
    expect(mailed(ctx)).toEqual(['planted-1@example.org']);
    await rows('DELETE FROM halts');
    await work(ctx);
    expect(mailed(ctx)).toEqual(['planted-1@example.org', 'planted-2@example.org']);
  });
});

describe('a course that owes something, and has neither a date nor a mail on its way', () => {
  /** A learner of lesson 3, whose ledger already has it in a state of that name. */
  async function ahead(ctx: TestContext, state: string): Promise<void> {
    await plantLearners(ctx, 3, { nextLesson: 3 });
    await rows(`INSERT INTO deliveries (kind, lane, subscriber_id, enrollment_id, lesson, state,
      due_at, batch_id, accepted_at) VALUES ('lesson', 'lesson', 2, 2, 3, '${state}',
      ${ctx.clock.now() - 60}, 1, ${ctx.clock.now() - 60})`);
  }

  it.each(['sent', 'delivered', 'uncertain'])(
    'because its lesson stands in the ledger as %s moves on, and is mailed nothing twice',
    async (state) => {
      const ctx = course();
      await ahead(ctx, state);
      await work(ctx);
      expect(mailed(ctx).toSorted()).toEqual(['planted-1@example.org', 'planted-3@example.org']);
      expect(await enrollments('next_lesson, next_at IS NULL')).toEqual([
        { next_lesson: 4, 'next_at IS NULL': 0, n: 3 },
      ]);
      await moveClock(ctx, ctx.clock.now() + 12 * DAY);
      expect(await value('SELECT count(*) FROM enrollments WHERE next_lesson >= 5')).toBe(3);
      expect((await health(ctx)).undatedCourses).toBe(0);
    },
  );

  it('is found within the hour, whatever brought it about, and gets a date', async () => {
    const ctx = course();
    await plantLearners(ctx, 3, { nextLesson: 3, nextAt: ctx.clock.now() + DAY });
    await tick(ctx);
    await rows('UPDATE enrollments SET next_at = NULL WHERE id = 2');
    ctx.clock.pass(HOUR);
    await tick(ctx);
    expect(await value('SELECT count(*) FROM enrollments WHERE next_at > 0')).toBe(3);
    expect((await health(ctx)).problems).toEqual([]);
  });

  it('with a mail of which nobody knows whose batch it was is left alone, and told', async () => {
    const ctx = course();
    await ahead(ctx, 'sending');
    await work(ctx);
    expect(mailed(ctx)).toHaveLength(2);
    expect((await health(ctx)).undatedCourses).toBe(1);
    expect(await value('SELECT state FROM deliveries WHERE batch_id = 1')).toBe('sending');
  });

  it('because its address is suppressed waits for that', async () => {
    const ctx = course();
    await plantLearners(ctx, 2, { nextLesson: 3, nextAt: ctx.clock.now() + DAY });
    await rows('UPDATE enrollments SET next_at = NULL WHERE id = 2');
    await rows(`INSERT INTO suppressions (hash, reason, at)
      SELECT email_hash, 'bounce', 0 FROM subscribers WHERE id = 2`);
    await tick(ctx);
    expect(await rows('SELECT state, pause_reason AS why FROM enrollments')).toEqual([
      { state: 'active', why: null },
      { state: 'paused', why: 'suppressed' },
    ]);
    expect((await health(ctx)).problems).toEqual([]);
  });

  it('is no course that is paused, over, dated or on its way', async () => {
    const ctx = course(UNKNOWN);
    await plantLearners(ctx, 4, { nextLesson: 3 });
    await rows("UPDATE enrollments SET state = 'paused', next_at = NULL WHERE id = 2");
    await rows("UPDATE enrollments SET state = 'ended', next_at = NULL WHERE id = 3");
    await rows(`UPDATE enrollments SET next_at = ${ctx.clock.now() + DAY} WHERE id = 4`);
    await work(ctx);
    const before = await rows('SELECT * FROM enrollments');
    ctx.clock.pass(2 * HOUR);
    await tick(ctx);
    expect(await rows('SELECT * FROM enrollments')).toEqual(before);
    expect((await health(ctx)).undatedCourses).toBe(0);
  });

  it('is looked for in parts of a large database, each in its hour', async () => {
    const ctx = course();
    await plantLearners(ctx, 2, { nextLesson: 3, nextAt: ctx.clock.now() + 9 * DAY });
    await rows('UPDATE enrollments SET id = 250001 WHERE id = 2');
    await rows('UPDATE enrollments SET next_at = NULL');
    const found: unknown[] = [];
    for (let hour = 0; hour < 3; hour++) {
      await tick(ctx);
      found.push(await value('SELECT count(*) FROM enrollments WHERE next_at > 0'));
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
    await rows(`INSERT INTO suppressions (hash, reason, at)
      SELECT email_hash, 'complaint', 0 FROM subscribers WHERE id = 2`);
    await work(ctx);
    expect(mailed(ctx).toSorted()).toEqual(['planted-1@example.org', 'planted-3@example.org']);
    expect(
      await rows('SELECT state, pause_reason AS why, next_lesson AS next FROM enrollments'),
    ).toEqual([
      { state: 'active', why: null, next: 4 },
      { state: 'paused', why: 'suppressed', next: 3 },
      { state: 'active', why: null, next: 4 },
    ]);
    expect(await value("SELECT count(*) FROM deliveries WHERE state = 'sending'")).toBe(0);
  });

  it('of everybody in a batch leaves nothing open', async () => {
    const ctx = course();
    await plantLearners(ctx, 2, { nextLesson: 3 });
    await rows(
      `INSERT INTO suppressions (hash, reason, at)
       SELECT email_hash, 'bounce', 0 FROM subscribers WHERE id IN (1, 2)`,
    );
    await work(ctx);
    expect(mailed(ctx)).toEqual([]);
    expect(await value("SELECT count(*) FROM batches WHERE state = 'open'")).toBe(0);
    expect(await enrollments('pause_reason')).toEqual([{ pause_reason: 'suppressed', n: 2 }]);
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
  /** A database that stumbles over every statement with a word in it. */
  const stumbling = (db: Database, word: string): Database => {
    const stumble = (statements: unknown) => {
      if (JSON.stringify(statements).includes(word)) throw new Error('D1_ERROR: malformed JSON');
    };
    return {
      ...db,
      async all(statement) {
        stumble(statement);
        return db.all(statement);
      },
      async batch(statements) {
        stumble(statements);
        return db.batch(statements);
      },
      async commit(entries) {
        stumble(entries);
        return db.commit(entries);
      },
    };
  };

  it('holds up no other, is told until it is well, and the next tick goes on', async () => {
    const ctx = course();
    await plantLearners(ctx, 3, { nextLesson: 3, nextAt: ctx.clock.now() - 60 });
    await rows('UPDATE enrollments SET nudge_at = 1 WHERE id = 1');
    await rows(
      `UPDATE enrollments SET state = 'paused', next_at = NULL,
      resume_at = ${ctx.clock.now() - 60} WHERE id = 2`,
    );
    const bad = { ...ctx, db: stumbling(ctx.db, 'nudged_at = coalesce') };
    expect(await tick(bad)).toBe(true);
    expect(await value("SELECT count(*) FROM enrollments WHERE state = 'paused'")).toBe(0);
    expect(ctx.woken).toContain('lesson');
    const problem = 'the last tick could not do everything: nudges';
    expect((await health(ctx)).problems).toEqual([problem]);
    expect(ctx.alerts.flatMap(({ problems }) => problems)).toEqual([problem]);
    expect(ctx.lines.join('\n')).toContain('"chore-failed","chore":"nudges"');

    ctx.clock.pass(60);
    await tick(ctx);
    expect(await value('SELECT count(*) FROM enrollments WHERE nudged_at IS NOT NULL')).toBe(1);
    expect((await health(ctx)).problems).toEqual([]);
    expect(ctx.alerts.at(-1)?.problems).toEqual([]);
  });

  it('because what was told last cannot be read is not: it is told anew', async () => {
    const ctx = course();
    await rows("INSERT INTO halts VALUES ('all', 'by-hand', 0)");
    for (const alerts of ["'{'", "'null'", "'[]'", "'7'"]) {
      await rows(`UPDATE pulse SET alerts = ${alerts}`);
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
    const [first] = await rows<{ id: number }>('SELECT id FROM batches ORDER BY frozen_at');
    ctx.clock.pass(21 * HOUR);
    const db = stumbling(ctx.db, String(first?.id));
    await tick({ ...ctx, db });
    expect(await rows('SELECT state, count(*) AS n FROM batches GROUP BY 1')).toEqual([
      { state: 'open', n: 1 },
      { state: 'uncertain', n: 1 },
    ]);
    await tick(ctx);
    expect(await value("SELECT count(*) FROM batches WHERE state = 'uncertain'")).toBe(2);
  });
});
