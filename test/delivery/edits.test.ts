import { and, eq, gt, sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { type CompiledMail, compiledMails } from '../../src/course/course.ts';
import { batches, contents, deliveries, enrollments, halts } from '../../src/db/schema.ts';
import { dispatch } from '../../src/delivery/dispatch.ts';
import type { Answer } from '../../src/mailer/mailer.ts';
import { type TestContext, testContext, work } from '../support/course.ts';
import { scriptedMailer } from '../support/mailer.ts';
import { plantLearners } from '../support/many.ts';
import { overheard } from '../support/overheard.ts';
import { change, count, pick, put } from '../support/rows.ts';

const UNKNOWN: Answer = { kind: 'unknown', reason: 'application_error' };
const now = (await compiledMails()).find((mail) => mail.kind === 'lesson' && mail.lesson === 2);

/** An open batch that an earlier build froze, with lesson 2 as it read then, posted once by that build. */
async function frozenBefore(ctx: TestContext, html: string): Promise<void> {
  const body = JSON.stringify({ ...now, html, hash: undefined });
  await dispatch({ ...ctx, mailer: scriptedMailer(UNKNOWN) }, 'lesson');
  await put(contents, { hash: 'earlier', kind: 'lesson', lesson: 2, body, storedAt: 0 });
  const frozen = sql`replace(${batches.frozen}, ${now?.hash}, 'earlier')`;
  await change(batches, { frozen, sha256: null, leaseUntil: 0 }, { state: 'open' });
  await change(deliveries, { content: 'earlier' }, { state: 'sending' });
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
      await pick(
        deliveries,
        { id: deliveries.subscriberId, content: deliveries.content },
        { state: 'sent' },
        deliveries.subscriberId,
      ),
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
      expect(await pick(halts, ['scope', 'reason'])).toEqual([
        { scope: 'lesson:2', reason: 'content_broken' },
      ]);
      await work(ctx);
      expect(await count(deliveries, { state: 'sent' })).toBe(3);
      expect(
        await count(enrollments, and(eq(enrollments.nextLesson, 2), gt(enrollments.nextAt, 0))),
      ).toBe(500);
      const { db, heard } = overheard();
      await work({ ...ctx, db });
      // A row of the halts more for each place that asks, and none of the 500.
      expect(heard.rowsRead).toBeLessThan(70);
    });
  });

  it.each([
    ['that was never posted is frozen anew', null, '4 sent'],
    ['that may have been accepted waits, and holds up nobody else', 'as it was', '3 sent'],
  ])(
    'and a text of an earlier build that cannot be read any more: a batch %s',
    async (_, sha256, sent) => {
      const ctx = testContext({ mailer: scriptedMailer() });
      await plantLearners(ctx, 1, { nextLesson: 2 });
      await frozenBefore(ctx, '<p>{{no_such}}</p>');
      await change(batches, { sha256 });
      await plantLearners(ctx, 3, { nextLesson: 2, from: 10 });
      for (let round = 0; round < 2; round++) await work(ctx);
      expect(await count(halts)).toBe(0);
      expect(`${await count(deliveries, { state: 'sent' })} sent`).toBe(sent);
      // What nobody can know of is told after 20 hours.
      ctx.clock.pass(21 * 3600);
      await work(ctx);
      expect(await count(deliveries, { state: ['sent', 'uncertain'] })).toBe(4);
    },
  );
});

/** While `meanwhile` runs, this build's text of a mail cannot be made into one. */
async function withBroken(
  mail: CompiledMail | undefined,
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
