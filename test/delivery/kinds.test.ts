import { describe, expect, it } from 'vitest';
import { compiledMails, STEPS } from '../../src/course/course.ts';
import { deliveries } from '../../src/db/schema.ts';
import type { Kind } from '../../src/delivery/delivery.ts';
import type { Lane, Mail } from '../../src/mailer/mailer.ts';
import { rows, testContext, value, work } from '../support/course.ts';
import { scriptedMailer } from '../support/mailer.ts';
import { plantLearners } from '../support/many.ts';

interface About {
  lane: Lane;
  /** What a row of its own needs beside its subscriber; null where a due course stands for it. */
  owed: Record<string, string | number> | null;
  /** The step of the course that is due, where one is. */
  step?: number;
  /** The kind of its template, where that is another's. */
  template?: Kind;
  /** What makes it go no more, though it was owed. */
  ends: string;
}

const UNSUBSCRIBED = 'UPDATE subscribers SET unsubscribed_at = 1';
const PAUSED = "UPDATE enrollments SET state = 'paused', next_at = NULL";
const USED = 'UPDATE links SET used_at = 1';
const SUPPRESSED = `INSERT INTO suppressions (hash, reason, at)
  SELECT email_hash, 'bounce', 0 FROM subscribers WHERE id = 1`;

/** Everything that a kind of mail must have before it can be owed. A new kind needs its row here. */
const KINDS: Record<Kind, About> = {
  lesson: { lane: 'lesson', owed: null, step: 3, ends: PAUSED },
  complete: { lane: 'lesson', owed: null, step: 9, ends: PAUSED },
  confirm: { lane: 'prompt', owed: { signup_id: 7 }, ends: 'UPDATE signups SET confirmed_at = 1' },
  'already-enrolled': { lane: 'prompt', owed: {}, ends: UNSUBSCRIBED },
  resend: {
    lane: 'prompt',
    owed: { enrollment_id: 1, lesson: 2 },
    template: 'lesson',
    ends: UNSUBSCRIBED,
  },
  nudge: {
    lane: 'prompt',
    owed: { enrollment_id: 1 },
    ends: 'UPDATE subscribers SET nudges_off_at = 1',
  },
  open: { lane: 'prompt', owed: { link_id: 5 }, ends: USED },
  erase: { lane: 'prompt', owed: { link_id: 5 }, ends: USED },
  address: { lane: 'prompt', owed: { link_id: 5 }, ends: USED },
  'address-changed': { lane: 'prompt', owed: { link_id: 5 }, ends: USED },
  link: { lane: 'prompt', owed: {}, ends: SUPPRESSED },
};
const kinds = Object.entries(KINDS) as [Kind, About][];

/** A learner to whom one mail of a kind is owed, and what became of it after `meanwhile`. */
async function owe(kind: Kind, { lane, owed, step }: About, meanwhile?: string): Promise<Mail[]> {
  const mailer = scriptedMailer();
  const ctx = testContext({ mailer });
  const nextAt = ctx.clock.now() + (owed === null ? 0 : 86_400);
  await plantLearners(ctx, 1, { nextLesson: step ?? 3, nextAt });
  await rows(`INSERT INTO signups (id, subscriber_id, first_name, page, words_version, created_at)
    VALUES (7, 1, 'Ana', '/', 'test', ${ctx.clock.now()})`);
  await rows(`INSERT INTO links (id, purpose, subscriber_id, email, email_hash, created_at, expires_at)
    VALUES (5, 'open', 1, 'planted-1@example.org', 'hash-1', 0, ${ctx.clock.now() + 900})`);
  if (owed !== null) {
    const more = {
      kind: `'${kind}'`,
      lane: `'${lane}'`,
      subscriber_id: 1,
      state: "'owed'",
      due_at: 0,
    };
    const row = { ...more, ...owed };
    await rows(`INSERT INTO deliveries (${Object.keys(row)}) VALUES (${Object.values(row)})`);
  }
  if (meanwhile !== undefined) await rows(meanwhile);
  for (let minute = 0; minute < 2; minute++) await work(ctx);
  expect(await rows('SELECT scope FROM halts')).toEqual([]);
  return mailer.posts.flatMap(({ mails }) => mails);
}

describe('every kind of mail', () => {
  it('that the database knows has its row in this table, and the other way round', () => {
    expect(deliveries.kind.enumValues.toSorted()).toEqual(Object.keys(KINDS).toSorted());
  });

  it('has its template in this build, once for each lesson, and no template is without a kind', () => {
    const wanted = kinds.flatMap(([kind, { template }]) => {
      if (template !== undefined) return [];
      return kind === 'lesson' ? STEPS.slice(0, -1).map((week) => `lesson ${week}`) : [`${kind} `];
    });
    const made = compiledMails.map(({ kind, lesson }) => `${kind} ${lesson ?? ''}`);
    expect(made.toSorted()).toEqual(wanted.toSorted());
  });
});

describe.each(kinds)('a mail of the kind %s', (kind, about) => {
  it('that is owed goes out once, in its lane, with its own words', async () => {
    const mails = await owe(kind, about);
    expect(mails.map(({ to }) => to)).toEqual([['planted-1@example.org']]);
    const tag = mails[0]?.tags.find(({ name }) => name === 'kind')?.value;
    expect(tag).toBe(about.template ?? kind);
    expect(JSON.stringify(mails)).not.toMatch(/\{\{|undefined|NaN/);
    expect(await rows('SELECT kind, lane, state FROM deliveries')).toEqual([
      { kind, lane: about.lane, state: 'sent' },
    ]);
  });

  it.each([
    ['what it is about has ended', about.ends],
    ['the address is suppressed', SUPPRESSED],
    ['an erasure waits', 'UPDATE subscribers SET erase_requested_at = 1'],
  ])('goes no more where %s', async (_, meanwhile) => {
    // Whoever asks to be erased ends the course in the same transaction.
    if (about.owed === null && meanwhile.includes('erase_requested_at')) return;
    expect(await owe(kind, about, meanwhile)).toEqual([]);
    expect(await value("SELECT count(*) FROM deliveries WHERE state IN ('owed', 'sending')")).toBe(
      0,
    );
  });
});
