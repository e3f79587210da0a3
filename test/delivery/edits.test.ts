import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { compiledMails } from '../../src/course/course.ts';
import { dispatch } from '../../src/delivery/dispatch.ts';
import type { Answer } from '../../src/mailer/mailer.ts';
import { rows, type TestContext, testContext, value, work } from '../support/course.ts';
import { scriptedMailer } from '../support/mailer.ts';
import { plantLearners } from '../support/many.ts';

const UNKNOWN: Answer = { kind: 'unknown', reason: 'application_error' };
const now = compiledMails.find((mail) => mail.kind === 'lesson' && mail.lesson === 2);

/** An open batch that an earlier build froze, with lesson 2 as it read then, posted once by that build. */
async function frozenBefore(ctx: TestContext, html: string): Promise<void> {
  const body = JSON.stringify({ ...now, html, hash: undefined });
  await dispatch({ ...ctx, mailer: scriptedMailer(UNKNOWN) }, 'lesson');
  await ctx.db.batch([
    sql`INSERT INTO contents (hash, kind, lesson, body, stored_at)
        VALUES ('earlier', 'lesson', 2, ${body}, 0)`,
    sql`UPDATE batches SET frozen = replace(frozen, ${now?.hash}, 'earlier'), sha256 = NULL,
          lease_until = 0 WHERE state = 'open'`,
    sql`UPDATE deliveries SET content = 'earlier' WHERE state = 'sending'`,
  ]);
}

describe('a lesson that is edited while its mails are on their way', () => {
  it('keeps the words it was frozen with; whoever comes later gets the new ones', async () => {
    const mailer = scriptedMailer(UNKNOWN, UNKNOWN);
    const ctx = testContext({ mailer });
    await plantLearners(ctx, 2, { nextLesson: 2 });
    await frozenBefore(ctx, '<p>As it read last week, {{greeting}}</p>');
    await plantLearners(ctx, 1, { nextLesson: 2, from: 10 });
    for (let round = 0; round < 4; round++) {
      await work(ctx);
      ctx.clock.pass(1200);
    }
    const to = (post: (typeof mailer.posts)[number]) => post.mails.map((mail) => mail.to[0]);
    const old = mailer.posts.filter((post) => to(post).includes('planted-1@example.org'));
    expect(old.length).toBeGreaterThan(1);
    for (const post of old) {
      expect(post.text).toBe(old[0]?.text);
      expect(post.mails[0]?.html).toBe('<p>As it read last week, Hello Ana,</p>');
    }
    const later = mailer.posts.find((post) => to(post).includes('planted-11@example.org'));
    expect(later?.mails[0]?.html).not.toContain('last week');
    // Each mail's words can be found again by what stands in the ledger.
    expect(
      await rows("SELECT subscriber_id AS id, content FROM deliveries WHERE state = 'sent'"),
    ).toEqual([
      { id: 1, content: 'earlier' },
      { id: 2, content: 'earlier' },
      { id: 11, content: now?.hash },
    ]);
  });

  it('that was broken by the edit halts alone, and its backlog costs a tick nothing', async () => {
    const ctx = testContext({ mailer: scriptedMailer() });
    await plantLearners(ctx, 500, { nextLesson: 2, from: 10 });
    await plantLearners(ctx, 3, { nextLesson: 3, from: 1000 });
    await withBroken(now, async () => {
      await work(ctx);
      expect(await rows('SELECT scope, reason FROM halts')).toEqual([
        { scope: 'lesson:2', reason: 'content_broken' },
      ]);
      await work(ctx);
      expect(await value("SELECT count(*) FROM deliveries WHERE state = 'sent'")).toBe(3);
      expect(
        await value('SELECT count(*) FROM enrollments WHERE next_lesson = 2 AND next_at > 0'),
      ).toBe(500);
      const { db, read } = counted(ctx);
      await work({ ...ctx, db });
      // A row of the halts more for each place that asks, and none of the 500.
      expect(read()).toBeLessThan(60);
    });
  });

  it.each([
    ['that was never posted is frozen anew', 'NULL', '4 sent'],
    ['that may have been accepted waits, and holds up nobody else', "'as it was'", '3 sent'],
  ])(
    'and a text of an earlier build that cannot be read any more: a batch %s',
    async (_, sha256, sent) => {
      const ctx = testContext({ mailer: scriptedMailer() });
      await plantLearners(ctx, 1, { nextLesson: 2 });
      await frozenBefore(ctx, '<p>{{no_such}}</p>');
      await rows(`UPDATE batches SET sha256 = ${sha256}`);
      await plantLearners(ctx, 3, { nextLesson: 2, from: 10 });
      for (let round = 0; round < 2; round++) await work(ctx);
      expect(await value('SELECT count(*) FROM halts')).toBe(0);
      expect(await value("SELECT count(*) || ' sent' FROM deliveries WHERE state = 'sent'")).toBe(
        sent,
      );
      // What nobody can know of is told after 20 hours.
      ctx.clock.pass(21 * 3600);
      await work(ctx);
      expect(
        await value("SELECT count(*) FROM deliveries WHERE state IN ('sent', 'uncertain')"),
      ).toBe(4);
    },
  );
});

/** While `meanwhile` runs, this build's text of a mail cannot be made into one. */
async function withBroken(
  mail: (typeof compiledMails)[number] | undefined,
  meanwhile: () => Promise<void>,
): Promise<void> {
  if (!mail) throw new Error('there is no such mail');
  const { html } = mail;
  mail.html = '<p>{{no_such}}</p>';
  try {
    await meanwhile();
  } finally {
    mail.html = html;
  }
}

/** The context's database, and how many rows were read through it. */
function counted(ctx: TestContext) {
  let read = 0;
  const count = <Row>(result: D1Result<Row>) => {
    read += result.meta.rows_read;
    return result;
  };
  const db: TestContext['db'] = {
    ...ctx.db,
    batch: async (statements) => (await ctx.db.batch(statements)).map(count),
  };
  return { db, read: () => read };
}
