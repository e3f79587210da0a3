import { describe, expect, it } from 'vitest';
import { mailHeads, STEPS } from '../../src/course/course.ts';
import {
  deliveries,
  enrollments,
  entries,
  halts,
  links,
  members,
  signups,
  subscribers,
  suppressions,
} from '../../src/db/schema.ts';
import type { Kind } from '../../src/delivery/kinds.ts';
import type { Lane, Mail } from '../../src/mailer/mailer.ts';
import { testContext, work } from '../support/course.ts';
import { scriptedMailer } from '../support/mailer.ts';
import { plantLearners } from '../support/many.ts';
import { plantSuppressions } from '../support/plant.ts';
import { change, count, pick, put, remove } from '../support/rows.ts';
import { plantOwner } from '../support/staff.ts';

type Meanwhile = () => Promise<unknown>;

interface About {
  lane: Lane;
  /** What a row of its own needs beside its subscriber; null where a due course stands for it. */
  owed: Partial<typeof deliveries.$inferInsert> | null;
  /** The step of the course that is due, where one is. */
  step?: number;
  /** The kind of its template, where that is another's. */
  template?: Kind;
  /** What makes it go no more, though it was owed. */
  ends: Meanwhile;
  /** It goes to somebody of the staff, not to the learner. */
  toStaff?: true;
}

const UNSUBSCRIBED = () => change(subscribers, { unsubscribedAt: 1 });
const ERASING = () => change(subscribers, { eraseRequestedAt: 1 });
const PAUSED = () => change(enrollments, { state: 'paused', nextAt: null });
const USED = () => change(links, { usedAt: 1 });
const SUPPRESSED = async () => {
  await plantSuppressions({ id: 1 });
  await put(suppressions, { hash: TO_OLGA.toHash, reason: 'bounce', at: 0 });
};
const ENTERED = () => change(entries, { usedAt: 1 });
const LOWERED = () => change(members, { role: 'viewer' });
/** A mail to Olga, who is an owner at Harbor. */
const TO_OLGA = { subscriberId: 0, staffId: 9, toHash: 'hash-olga' };

/** Everything that a kind of mail must have before it can be owed. A new kind needs its row here. */
const KINDS: Record<Kind, About> = {
  lesson: { lane: 'lesson', owed: null, step: 3, ends: PAUSED },
  complete: { lane: 'lesson', owed: null, step: 9, ends: PAUSED },
  confirm: {
    lane: 'prompt',
    owed: { signupId: 7 },
    ends: () => change(signups, { confirmedAt: 1 }),
  },
  'already-enrolled': { lane: 'prompt', owed: {}, ends: UNSUBSCRIBED },
  resend: {
    lane: 'prompt',
    owed: { enrollmentId: 1, lesson: 2 },
    template: 'lesson',
    ends: UNSUBSCRIBED,
  },
  nudge: {
    lane: 'prompt',
    owed: { enrollmentId: 1 },
    ends: () => change(subscribers, { nudgesOffAt: 1 }),
  },
  open: { lane: 'prompt', owed: { linkId: 5 }, ends: USED },
  erase: { lane: 'prompt', owed: { linkId: 5 }, ends: USED },
  address: { lane: 'prompt', owed: { linkId: 5 }, ends: USED },
  'address-changed': { lane: 'prompt', owed: { linkId: 5 }, ends: USED },
  link: { lane: 'prompt', owed: {}, ends: SUPPRESSED },
  enter: { lane: 'prompt', owed: { ...TO_OLGA, entryId: 3 }, ends: ENTERED, toStaff: true },
  invite: {
    lane: 'prompt',
    owed: { ...TO_OLGA, entryId: 3, about: 1 },
    ends: () => remove(members),
    toStaff: true,
  },
  appoint: {
    lane: 'prompt',
    owed: { ...TO_OLGA, entryId: 3 },
    template: 'invite',
    ends: ENTERED,
    toStaff: true,
  },
  sure: { lane: 'prompt', owed: { ...TO_OLGA, entryId: 3 }, ends: ENTERED, toStaff: true },
  'owners-changed': {
    lane: 'prompt',
    owed: { ...TO_OLGA, about: 1 },
    ends: LOWERED,
    toStaff: true,
  },
  'sites-changed': { lane: 'prompt', owed: { ...TO_OLGA, about: 1 }, ends: LOWERED, toStaff: true },
  'key-ending': { lane: 'prompt', owed: { ...TO_OLGA, about: 1 }, ends: LOWERED, toStaff: true },
  certificate: { lane: 'prompt', owed: {}, ends: SUPPRESSED },
  'certificate-changed': { lane: 'prompt', owed: {}, ends: SUPPRESSED },
  'test-changed': { lane: 'prompt', owed: {}, ends: SUPPRESSED },
};
const kinds = Object.entries(KINDS) as [Kind, About][];

/** A learner to whom one mail of a kind is owed, and what became of it after `meanwhile`. */
async function owe(
  kind: Kind,
  { lane, owed, step }: About,
  meanwhile?: Meanwhile,
): Promise<Mail[]> {
  const mailer = scriptedMailer();
  const ctx = testContext({ mailer });
  const nextAt = ctx.clock.now() + (owed === null ? 0 : 86_400);
  await plantLearners(ctx, 1, { nextLesson: step ?? 3, nextAt });
  await put(signups, {
    id: 7,
    subscriberId: 1,
    firstName: 'Ana',
    page: '/',
    wordsVersion: 'test',
    createdAt: ctx.clock.now(),
  });
  await put(links, {
    id: 5,
    purpose: 'open',
    subscriberId: 1,
    email: 'planted-1@example.org',
    emailHash: 'hash-1',
    createdAt: 0,
    expiresAt: ctx.clock.now() + 900,
  });
  await plantOwner();
  await put(entries, {
    id: 3,
    purpose: 'enter',
    room: 'portal',
    staffId: 9,
    createdAt: ctx.clock.now(),
    expiresAt: ctx.clock.now() + 900,
  });
  if (owed !== null) {
    await put(deliveries, { kind, lane, subscriberId: 1, state: 'owed', dueAt: 0, ...owed });
  }
  await meanwhile?.();
  for (let minute = 0; minute < 2; minute++) await work(ctx);
  expect(await pick(halts, ['scope'])).toEqual([]);
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
    const made = mailHeads.map(({ kind, lesson }) => `${kind} ${lesson ?? ''}`);
    expect(made.toSorted()).toEqual(wanted.toSorted());
  });
});

describe.each(kinds)('a mail of the kind %s', (kind, about) => {
  it('that is owed goes out once, in its lane, with its own words', async () => {
    const mails = await owe(kind, about);
    const to = about.toStaff ? 'olga@harbor.example' : 'planted-1@example.org';
    expect(mails.map((mail) => mail.to)).toEqual([[to]]);
    const tag = mails[0]?.tags.find(({ name }) => name === 'kind')?.value;
    expect(tag).toBe(about.template ?? kind);
    expect(JSON.stringify(mails)).not.toMatch(/\{\{|undefined|NaN/);
    expect(await pick(deliveries, ['kind', 'lane', 'state'])).toEqual([
      { kind, lane: about.lane, state: 'sent' },
    ]);
  });

  it.each([
    ['what it is about has ended', about.ends],
    ['the address is suppressed', SUPPRESSED],
    ['an erasure waits', ERASING],
  ])('goes no more where %s', async (_, meanwhile) => {
    // Whoever asks to be erased ends the course in the same transaction, and is none of the staff.
    if ((about.owed === null || about.toStaff) && meanwhile === ERASING) return;
    expect(await owe(kind, about, meanwhile)).toEqual([]);
    expect(await count(deliveries, { state: ['owed', 'sending'] })).toBe(0);
  });
});
