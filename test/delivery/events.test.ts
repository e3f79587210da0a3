import { env } from 'cloudflare:workers';
import { isNull, sql } from 'drizzle-orm';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import {
  batches,
  deliveries,
  enrollments,
  events,
  halts,
  subscribers,
  suppressions,
} from '../../src/db/schema.ts';
import { health } from '../../src/delivery/health.ts';
import { liftHalt } from '../../src/delivery/lift-halt.ts';
import { recordEvent } from '../../src/delivery/record-event.ts';
import { settleBatch } from '../../src/delivery/settle-batch.ts';
import { tick } from '../../src/delivery/tick.ts';
import type { Env } from '../../src/env.ts';
import type { EventKind, MailEvent } from '../../src/mailer/events.ts';
import type { Answer, Mail } from '../../src/mailer/mailer.ts';
import { eraseSubscriber } from '../../src/subscriber/erase-subscriber.ts';
import { liftSuppression } from '../../src/suppression/lift-suppression.ts';
import { createTokens } from '../../src/token.ts';
import { app } from '../../src/web/app.tsx';
import { signUp, type TestContext, testContext, work } from '../support/course.ts';
import { eventAbout } from '../support/events.ts';
import { emptyLedger } from '../support/ledger.ts';
import { type ScriptedMailer, scriptedMailer } from '../support/mailer.ts';
import { plantLearners } from '../support/many.ts';
import { overheard } from '../support/overheard.ts';
import { change, count, dump, pick, query, remove, scalar, value } from '../support/rows.ts';

const SECRET = 'whsec_dGVzdHMtc2lnbi13aXRoLXRoaXMtb25l';
const LIVE: Env = {
  ...env,
  MAILER: 'resend',
  RESEND_API_KEY: 're_x',
  RESEND_WEBHOOK_SECRET: SECRET,
};
const DAY = 86_400;
const WHY = { actor: 'operator:mira', reason: 'looked into it' };
const UNHEARD: Answer = { kind: 'unknown', reason: 'timeout' };

const emailOf = (learner: number) => `planted-${learner}@example.org`;

/** The newest mail that was posted to a learner, and how the ledger has it. */
function mailTo(mailer: ScriptedMailer, learner = 1): Mail {
  const mails = mailer.posts.flatMap((post) => post.mails);
  const mail = mails.findLast(({ to }) => to[0] === emailOf(learner));
  if (!mail) throw new Error(`no mail to learner ${learner}`);
  return mail;
}
const rowOf = (mail: Mail) => eventAbout(mail, 'delivered').deliveryId;
const stateOf = (mail: Mail) => value(deliveries, 'state', { id: rowOf(mail) });

/** Learners whose lesson 1 has been posted. */
async function sent(people: number, ...script: Parameters<typeof scriptedMailer>) {
  const mailer = scriptedMailer(...script);
  const ctx = testContext({ mailer });
  await plantLearners(ctx, people);
  await work(ctx);
  return { ctx, mailer, mail: mailTo(mailer) };
}

/** Tells the course of a mail, and whether it was taken for one of its own. */
const tell = (
  ctx: TestContext,
  mail: Mail | undefined,
  kind: EventKind,
  changes?: Partial<MailEvent>,
) => recordEvent(ctx, eventAbout(mail, kind, changes));

const courses = () =>
  pick(enrollments, {
    id: enrollments.id,
    state: enrollments.state,
    reason: enrollments.pauseReason,
    next: enrollments.nextLesson,
  });

describe('what the mailer tells afterwards', () => {
  it('moves a mail’s state forward only, whatever order and however often it comes', async () => {
    const { ctx, mail } = await sent(1);
    await tell(ctx, mail, 'delivered');
    expect(await stateOf(mail)).toBe('delivered');
    await tell(ctx, mail, 'complaint');
    await tell(ctx, mail, 'delivered');
    await tell(ctx, mail, 'hard-bounce');
    expect(await stateOf(mail)).toBe('complained');
  });

  it('comes to the same in every order', async () => {
    const kinds: EventKind[] = [
      'delivered',
      'unclear-bounce',
      'soft-bounce',
      'hard-bounce',
      'complaint',
    ];
    const orders = (of: EventKind[]): EventKind[][] =>
      of.length < 2
        ? [of]
        : of.flatMap((kind) =>
            orders(of.filter((other) => other !== kind)).map((rest) => [kind, ...rest]),
          );
    const end: Record<string, string> = {};
    for (let choice = 1; choice < 2 ** kinds.length; choice++) {
      const chosen = kinds.filter((_, index) => choice & (1 << index));
      if (chosen.length > 3) continue;
      const ends = new Set<unknown>();
      for (const order of orders(chosen)) {
        await emptyLedger();
        const { ctx, mail } = await sent(1);
        for (const kind of order) await tell(ctx, mail, kind);
        ends.add(await stateOf(mail));
      }
      expect(ends.size, chosen.join(', ')).toBe(1);
      end[chosen.join(' + ')] = String([...ends][0]);
    }
    expect(end).toMatchObject({
      delivered: 'delivered',
      'unclear-bounce': 'bounced',
      'delivered + unclear-bounce': 'delivered',
      'delivered + soft-bounce': 'bounced',
      'delivered + hard-bounce': 'bounced',
      'delivered + unclear-bounce + soft-bounce': 'bounced',
      'delivered + hard-bounce + complaint': 'complained',
    });
  });

  it.each(['hard-bounce', 'complaint'] as const)(
    'ends all mail to an address after a %s',
    async (kind) => {
      const { ctx, mail } = await sent(2);
      await tell(ctx, mail, kind);
      expect(await pick(suppressions, ['hash', 'reason'])).toEqual([
        {
          hash: await ctx.tokens.addressHash(emailOf(1)),
          reason: kind === 'complaint' ? 'complaint' : 'bounce',
        },
      ]);
      expect(
        await pick(enrollments, {
          id: enrollments.id,
          state: enrollments.state,
          pauseReason: enrollments.pauseReason,
          none: isNull(enrollments.nextAt),
        }),
      ).toEqual([
        { id: 1, state: 'paused', pauseReason: 'suppressed', none: 1 },
        { id: 2, state: 'active', pauseReason: null, none: 0 },
      ]);
    },
  );

  it('ends the course of whoever has the address now, and not of whoever had it', async () => {
    const { ctx, mail } = await sent(2);
    const hash = await ctx.tokens.addressHash(emailOf(1));
    // Learner 1 has moved on, and learner 2 to the address that learner 1 had.
    await change(deliveries, { toHash: hash }, { subscriberId: 1 });
    await change(
      deliveries,
      {
        toHash: sql`(SELECT ${subscribers.emailHash} FROM ${subscribers} WHERE ${subscribers.id} = 2)`,
      },
      { subscriberId: 2 },
    );
    await change(subscribers, { email: 'new@example.org', emailHash: 'new' }, { id: 1 });
    await change(subscribers, { email: emailOf(1), emailHash: hash }, { id: 2 });
    expect(await tell(ctx, mail, 'complaint')).toBe(true);
    expect(await courses()).toEqual([
      { id: 1, state: 'active', reason: null, next: 2 },
      { id: 2, state: 'paused', reason: 'suppressed', next: 2 },
    ]);
  });

  it('proves by one row that a whole unanswered batch was accepted', async () => {
    const { ctx, mailer } = await sent(3, UNHEARD);
    expect(await count(deliveries, { state: 'sending' })).toBe(3);
    await tell(ctx, mailTo(mailer, 2), 'delivered');
    expect(
      await pick(
        deliveries,
        { id: deliveries.subscriberId, state: deliveries.state },
        undefined,
        deliveries.subscriberId,
      ),
    ).toEqual([
      { id: 1, state: 'sent' },
      { id: 2, state: 'delivered' },
      { id: 3, state: 'sent' },
    ]);
    expect(await count(enrollments, { nextLesson: 2 })).toBe(3);
    expect(await count(batches, { state: 'open' })).toBe(0);
  });

  it('settles what was uncertain, and does not move the course on twice', async () => {
    const { ctx, mailer } = await sent(2, { kind: 'mismatch' });
    expect(await stateOf(mailTo(mailer, 1))).toBe('uncertain');
    await tell(ctx, mailTo(mailer, 1), 'delivered');
    expect(await stateOf(mailTo(mailer, 1))).toBe('delivered');
    expect(await stateOf(mailTo(mailer, 2))).toBe('sent');
    expect(await scalar(sql`SELECT max(${enrollments.nextLesson}) FROM ${enrollments}`)).toBe(2);
  });

  it('lets a bounce hold that comes while the outcome is being recorded', async () => {
    const mailer = scriptedMailer(async (mails) => {
      await tell(ctx, mails[0], 'hard-bounce');
      return { kind: 'accepted', refused: [] };
    });
    const ctx = testContext({ mailer });
    await plantLearners(ctx, 1);
    await work(ctx);
    expect(await pick(enrollments, ['state', 'nextAt'])).toEqual([
      { state: 'paused', nextAt: null },
    ]);
    expect(await stateOf(mailTo(mailer))).toBe('bounced');
  });

  it('costs one row of each table that it looks into', async () => {
    const { ctx, mail } = await sent(100);
    const { db, heard } = overheard();
    await tell({ ...ctx, db }, mail, 'delivered');
    expect(heard.statements).toBe(3);
    expect(heard.rowsRead).toBeLessThanOrEqual(10);
  });

  it('is forgotten after six weeks', async () => {
    const { ctx, mail } = await sent(1);
    await tell(ctx, mail, 'delivered');
    ctx.clock.pass(41 * DAY);
    await work(ctx);
    expect(await count(events)).toBe(1);
    ctx.clock.pass(2 * DAY);
    await work(ctx);
    expect(await count(events)).toBe(0);
  });
});

describe('mails that come back', () => {
  /** Learner 1 gets lesson after lesson, and of each is told so many times that it came back. */
  async function comeBack(...weeks: EventKind[][]) {
    const { ctx, mailer } = await sent(1);
    for (const [week, kinds] of weeks.entries()) {
      if (week > 0) {
        const due = Number(await value(enrollments, 'nextAt'));
        ctx.clock.pass(due - ctx.clock.now());
        await work(ctx);
      }
      for (const kind of kinds) await tell(ctx, mailTo(mailer), kind);
    }
    return (await courses())[0];
  }

  it('pause the course at the fifth within 30 days, and not the address', async () => {
    const once: EventKind[] = ['soft-bounce'];
    expect(await comeBack(once, once, once, once)).toMatchObject({ state: 'active' });
    await emptyLedger();
    expect(await comeBack(once, once, once, once, once)).toMatchObject({
      state: 'paused',
      reason: 'bounces',
    });
    expect(await count(suppressions)).toBe(0);
  });

  it('count once each, however often they are told of', async () => {
    const often: EventKind[] = Array.from({ length: 6 }, () => 'soft-bounce');
    expect(await comeBack(often, often, often, often)).toMatchObject({ state: 'active' });
  });

  it('do not count where they had arrived, and a machine answered', async () => {
    const away: EventKind[] = ['delivered', 'unclear-bounce'];
    const late: EventKind[] = ['unclear-bounce', 'delivered'];
    expect(await comeBack(away, late, away, late, away, late)).toMatchObject({ state: 'active' });
    expect(await query(sql`SELECT DISTINCT ${deliveries.state} FROM ${deliveries}`)).toEqual([
      { state: 'delivered' },
    ]);
  });

  it('count where nothing says that they had arrived', async () => {
    const unclear: EventKind[] = ['unclear-bounce'];
    expect(await comeBack(unclear, unclear, unclear, unclear, unclear)).toMatchObject({
      reason: 'bounces',
    });
  });

  it('count no longer than 30 days', async () => {
    const once: EventKind[] = ['soft-bounce'];
    expect(await comeBack(once, once, once, once, [], once)).toMatchObject({ state: 'active' });
    expect(await count(deliveries, { state: 'bounced' })).toBe(5);
    expect(await count(events)).toBe(5);
  });
});

describe('an event that was told before', () => {
  it('suppresses nobody again whom the operator has let go', async () => {
    const { ctx, mail } = await sent(1);
    await tell(ctx, mail, 'complaint', { id: 'msg_once' });
    await liftSuppression(ctx, { whose: { subscriberId: 1 }, ...WHY });
    const before = await dump();
    expect(await tell(ctx, mail, 'complaint', { id: 'msg_once' })).toBe(true);
    expect(await dump()).toEqual(before);
    expect(await courses()).toMatchObject([{ state: 'active' }]);
  });

  it.each<EventKind>(['delivered', 'soft-bounce', 'hard-bounce', 'complaint', 'failed', 'refused'])(
    'changes nothing, whatever became of the mail since: %s',
    async (kind) => {
      const { ctx, mail } = await sent(1);
      const again = { id: 'msg_once', reason: 'unnamed' };
      await tell(ctx, mail, kind, again);
      await change(deliveries, { state: 'sent' });
      await change(enrollments, {
        state: 'active',
        pauseReason: null,
        nextLesson: 2,
        nextAt: ctx.clock.now() + DAY,
      });
      await remove(suppressions);
      const before = await dump();
      await tell(ctx, mail, kind, again);
      expect(await dump()).toEqual(before);
    },
  );

  it('is applied once where it comes twice at the same moment', async () => {
    const { ctx, mail } = await sent(1);
    const event = eventAbout(mail, 'failed', { reason: 'reached_daily_quota', halts: true });
    await Promise.all([recordEvent(ctx, event), recordEvent(ctx, event)]);
    expect(await courses()).toEqual([{ id: 1, state: 'active', reason: null, next: 1 }]);
    expect(await count(events)).toBe(1);
    expect(ctx.lines.filter((line) => line.includes('"halted"'))).toHaveLength(1);
  });
});

describe('an event about another mail', () => {
  const dummy = { deliveryId: 0, batchId: 0, baseUrl: '', mailFrom: '', toHash: '' };

  it.each<
    [
      what: string,
      (mail: Mail, ctx: TestContext) => Partial<MailEvent> | Promise<Partial<MailEvent>>,
    ]
  >([
    ['from another sender', () => ({ from: 'hello@other-product.example' })],
    ['to somebody else', () => ({ to: 'someone-else@other-product.example' })],
    ['to another learner', () => ({ to: emailOf(2) })],
    [
      'of another product, with a number of ours',
      () => ({
        from: 'hello@other-product.example',
        to: 'someone-else@other-product.example',
        digest: '',
      }),
    ],
    ['without a digest', () => ({ digest: '' })],
    [
      'with a digest cut short',
      (mail) => ({ digest: eventAbout(mail, 'delivered').digest.slice(1) }),
    ],
    [
      'with the digest of another mail of ours',
      async (_, ctx) => ({ digest: await ctx.tokens.mailDigest(dummy) }),
    ],
    [
      'of a deployment at another address with the same keys',
      async (mail, ctx) => ({
        digest: await digestOf(mail, ctx, { baseUrl: 'https://two.example' }),
      }),
    ],
    [
      'of a deployment with keys of its own',
      async (mail, ctx) => {
        const keys = [{ id: 'k1', secret: 'a-signing-key-of-another-deployment' }];
        const tokens = createTokens(keys, 'a-hash-key-of-another-deployment');
        return { digest: await digestOf(mail, { ...ctx, tokens }) };
      },
    ],
    [
      'of the same row in another batch',
      async (mail, ctx) => ({ digest: await digestOf(mail, ctx, { batchId: 4711 }) }),
    ],
    ['about a row that is not there', () => ({ deliveryId: 4711 })],
  ])('%s changes nothing, and is not sent again', async (_, changes) => {
    for (const script of [[], [UNHEARD]]) {
      for (const kind of ['delivered', 'hard-bounce', 'complaint', 'failed'] as const) {
        await emptyLedger();
        const { ctx, mail } = await sent(2, ...script);
        const before = await dump();
        expect(await tell(ctx, mail, kind, await changes(mail, ctx))).toBe(false);
        expect(await dump()).toEqual(before);
      }
    }
  });

  /** The digest of a mail if something about it were otherwise. */
  async function digestOf(mail: Mail, ctx: TestContext, other: Partial<typeof dummy> = {}) {
    const { deliveryId, to } = eventAbout(mail, 'delivered');
    const batchId = Number(await value(deliveries, 'batchId', { id: deliveryId }));
    const toHash = await ctx.tokens.addressHash(to);
    const { baseUrl, mailFrom } = ctx.settings;
    return ctx.tokens.mailDigest({ deliveryId, batchId, baseUrl, mailFrom, toHash, ...other });
  }

  it('would count if it were about this one', async () => {
    const { ctx, mail } = await sent(1);
    expect(await tell(ctx, mail, 'delivered', { digest: await digestOf(mail, ctx) })).toBe(true);
  });

  it('counts by what was frozen: a batch of an earlier version keeps its bytes, and has no digest', async () => {
    const { ctx, mailer } = await sent(1, UNHEARD, UNHEARD);
    await change(batches, {
      frozen: sql`json_remove(${batches.frozen}, '$[0].toHash')`,
      sha256: null,
    });
    for (let attempt = 2; attempt <= 3; attempt++) {
      ctx.clock.pass(3600);
      await work(ctx);
    }
    const [now, earlier, again] = mailer.posts;
    expect(now?.mails[0]?.tags.map(({ name }) => name)).toContain('digest');
    expect(earlier?.mails[0]?.tags.map(({ name }) => name)).toEqual(['delivery', 'kind', 'lesson']);
    expect(again?.text).toBe(earlier?.text);
    expect(again?.key).toBe(now?.key);
    expect(await tell(ctx, earlier?.mails[0], 'delivered')).toBe(false);
  });

  it('counts however late it is, where From has been changed since', async () => {
    const { ctx, mail } = await sent(1);
    ctx.settings = { ...ctx.settings, mailFrom: 'Another Course <new@in-the-room.example>' };
    expect(await tell(ctx, mail, 'delivered')).toBe(true);
    expect(await stateOf(mail)).toBe('delivered');
  });

  it('is about whom it went to: not about the address that the learner has by now', async () => {
    const { ctx, mail } = await sent(1);
    const hash = await ctx.tokens.addressHash(emailOf(1));
    await change(deliveries, { toHash: hash });
    const now = await ctx.tokens.addressHash('ana.new@example.org');
    await change(subscribers, { email: 'ana.new@example.org', emailHash: now });
    expect(await tell(ctx, mail, 'complaint', { to: 'ana.new@example.org' })).toBe(false);
    expect(await tell(ctx, mail, 'complaint')).toBe(true);
    expect(await pick(suppressions, ['hash'])).toEqual([{ hash }]);
    expect(await courses()).toMatchObject([{ state: 'active' }]);
  });

  it('that is of somebody who has been erased says nothing of whoever came after them', async () => {
    const { ctx, mail, mailer } = await sent(1);
    await eraseSubscriber(ctx, { subscriberId: 1, ...WHY });
    await plantLearners(ctx, 1, { from: 1 });
    await work(ctx);
    expect(rowOf(mailTo(mailer, 2))).not.toBe(rowOf(mail));
    const before = await dump();
    expect(await tell(ctx, mail, 'complaint')).toBe(false);
    expect(await dump()).toEqual(before);
  });

  it('proves nothing of a batch in which its row goes out anew', async () => {
    const mailer = scriptedMailer({ kind: 'mismatch' }, UNHEARD);
    const ctx = testContext({ mailer });
    await signUp(ctx, { email: emailOf(1) });
    await work(ctx);
    const batchId = Number(await value(batches, 'id'));
    // The operator was mistaken: it was accepted, and is told to have been.
    await settleBatch(ctx, { batchId, verdict: { accepted: false, attempts: 1 }, ...WHY });
    await signUp(ctx, { email: emailOf(2) });
    await work(ctx);
    const [first, second] = mailer.posts;
    expect(second?.mails).toHaveLength(2);
    expect(await tell(ctx, first?.mails[0], 'delivered')).toBe(false);
    expect(await query(sql`SELECT DISTINCT ${deliveries.state} FROM ${deliveries}`)).toEqual([
      { state: 'sending' },
    ]);
  });
});

describe('a mail that the mailer took and failed to send', () => {
  const QUOTA = { reason: 'reached_daily_quota', halts: true };
  const OTHER = { reason: 'unnamed' };

  const due = () => value(enrollments, 'nextAt', { id: 1 });
  const lessons = () =>
    pick(
      deliveries,
      ['kind', 'lesson', 'state'],
      { subscriberId: 1 },
      deliveries.dueAt,
      deliveries.lesson,
      deliveries.state,
    );

  it('for want of quota halts everything; lifted, the lesson comes, and nobody is blamed', async () => {
    const { ctx, mailer, mail } = await sent(2);
    await tell(ctx, mail, 'failed', QUOTA);
    expect(await pick(halts, ['scope', 'reason'])).toEqual([
      { scope: 'all', reason: 'reached_daily_quota' },
    ]);
    expect((await health(ctx)).ok).toBe(false);
    expect(await lessons()).toEqual([{ kind: 'lesson', lesson: 1, state: 'failed' }]);
    expect(await courses()).toEqual([
      { id: 1, state: 'active', reason: null, next: 1 },
      { id: 2, state: 'active', reason: null, next: 2 },
    ]);
    expect(await count(suppressions)).toBe(0);
    ctx.clock.pass(6 * 3600);
    await work(ctx);
    expect(mailer.posts).toHaveLength(1);
    await liftHalt(ctx, { scope: 'all', ...WHY });
    await work(ctx);
    expect(mailer.posts[1]?.mails.map(({ to }) => to[0])).toEqual([emailOf(1)]);
    expect(await courses()).toMatchObject([{ next: 2 }, { next: 2 }]);
  });

  it('is told by one alert, with its reason, and by health for a day', async () => {
    const { ctx, mail } = await sent(1);
    await tell(ctx, mail, 'failed', OTHER);
    await tick(ctx);
    await tick(ctx);
    const words = 'mails that the mailer took were not sent within the last day: unnamed 1';
    expect(ctx.alerts.map(({ problems }) => problems)).toEqual([[words]]);
    expect(await health(ctx)).toMatchObject({ ok: true, problems: [words] });
    ctx.clock.pass(DAY + 60);
    await tick(ctx);
    expect((await health(ctx)).problems).toEqual([]);
    expect(ctx.alerts.at(-1)?.problems).toEqual([]);
  });

  it('for another reason comes at the next hour, and again only a week later if it fails again', async () => {
    const { ctx, mailer, mail } = await sent(1);
    const next = await due();
    await tell(ctx, mail, 'failed', OTHER);
    expect(await count(halts)).toBe(0);
    expect(await due()).toBe(next);
    for (let minute = 0; minute < 5; minute++) {
      await work(ctx);
      ctx.clock.pass(60);
    }
    expect(mailer.posts).toHaveLength(1);
    ctx.clock.pass(Number(next) - ctx.clock.now());
    await work(ctx);
    expect(mailTo(mailer).subject).toBe(mail.subject);
    await tell(ctx, mailTo(mailer), 'failed', OTHER);
    expect(Number(await due()) - Number(next)).toBeGreaterThanOrEqual(4 * DAY);
    await work(ctx);
    expect(mailer.posts).toHaveLength(2);
    expect(await courses()).toMatchObject([{ next: 1, state: 'active' }]);
  });

  it('does not halt again what the operator has seen to since it was accepted', async () => {
    const { ctx, mailer, mail } = await sent(2);
    await tell(ctx, mail, 'failed', QUOTA);
    ctx.clock.pass(60);
    await liftHalt(ctx, { scope: 'all', ...WHY });
    await tell(ctx, mailTo(mailer, 2), 'failed', QUOTA);
    expect(await count(halts)).toBe(0);
    await work(ctx);
    expect(await courses()).toMatchObject([{ next: 2 }, { next: 2 }]);
    // One that was accepted since does.
    await tell(ctx, mailTo(mailer), 'failed', QUOTA);
    expect(await count(halts)).toBe(1);
  });

  it('when the next lesson has come already is sent outside the order', async () => {
    const { ctx, mailer, mail } = await sent(1);
    ctx.clock.pass(Number(await due()) - ctx.clock.now());
    await work(ctx);
    await tell(ctx, mail, 'failed', OTHER);
    await work(ctx);
    expect(mailTo(mailer).subject).toBe(mail.subject);
    expect(await lessons()).toEqual(
      [
        { kind: 'lesson', lesson: 1, state: 'failed' },
        { kind: 'resend', lesson: 1, state: 'sent' },
        { kind: 'lesson', lesson: 2, state: 'sent' },
      ].sort((a, b) => a.lesson - b.lesson || a.state.localeCompare(b.state)),
    );
    expect(await courses()).toMatchObject([{ next: 3 }]);
  });

  it('and was the closing note comes once more', async () => {
    const mailer = scriptedMailer();
    const ctx = testContext({ mailer });
    await plantLearners(ctx, 1, { nextLesson: 9 });
    await work(ctx);
    await tell(ctx, mailTo(mailer), 'failed', OTHER);
    await work(ctx);
    const subjects = mailer.posts.map(({ mails }) => mails[0]?.subject);
    expect(subjects).toHaveLength(2);
    expect(new Set(subjects).size).toBe(1);
    expect(await courses()).toMatchObject([{ state: 'completed' }]);
  });

  it('pauses the course where the mailer says that the address is none', async () => {
    const { ctx, mail } = await sent(1);
    await tell(ctx, mail, 'refused', { reason: 'invalid_recipient' });
    expect(await courses()).toEqual([{ id: 1, state: 'paused', reason: 'refused', next: 1 }]);
    expect(await lessons()).toEqual([{ kind: 'lesson', lesson: 1, state: 'failed' }]);
    expect(await count(suppressions)).toBe(0);
  });

  it('and that somebody asked for goes again after the halt, and has failed without one', async () => {
    const mailer = scriptedMailer();
    const ctx = testContext({ mailer });
    await signUp(ctx, { email: emailOf(1) });
    await work(ctx);
    await tell(ctx, mailTo(mailer), 'failed', QUOTA);
    await liftHalt(ctx, { scope: 'all', ...WHY });
    await work(ctx);
    expect(mailer.posts).toHaveLength(2);
    // Told once more of the first mail, and then of the second.
    expect(await tell(ctx, mailer.posts[0]?.mails[0], 'failed', QUOTA)).toBe(false);
    await tell(ctx, mailTo(mailer), 'failed', OTHER);
    for (let minute = 0; minute < 3; minute++) {
      await work(ctx);
      ctx.clock.pass(60);
    }
    expect(mailer.posts).toHaveLength(2);
    expect(await pick(deliveries, ['kind', 'state'])).toEqual([
      { kind: 'confirm', state: 'failed' },
    ]);
  });

  it('says nothing against what has arrived or come back', async () => {
    for (const kind of ['delivered', 'soft-bounce', 'complaint'] as const) {
      await emptyLedger();
      const { ctx, mail } = await sent(1);
      await tell(ctx, mail, kind);
      const state = await stateOf(mail);
      await tell(ctx, mail, 'failed', QUOTA);
      expect(await stateOf(mail)).toBe(state);
      expect(await courses()).toMatchObject([{ next: 2 }]);
    }
  });

  it('in a batch that had no answer moves on the others', async () => {
    const { ctx, mail } = await sent(3, UNHEARD);
    await tell(ctx, mail, 'failed', OTHER);
    expect((await courses()).map(({ next }) => next)).toEqual([1, 2, 2]);
    expect(await count(batches, { state: 'open' })).toBe(0);
  });

  it('leaves no nudge about a lesson that never came', async () => {
    const { ctx, mailer } = await sent(1);
    await change(enrollments, { readWeeks: 128 });
    ctx.clock.pass(Number(await due()) - ctx.clock.now());
    await work(ctx);
    expect(await value(enrollments, 'nudgeAt')).not.toBeNull();
    await tell(ctx, mailTo(mailer), 'failed', OTHER);
    expect(await value(enrollments, 'nudgeAt')).toBeNull();
  });
});

describe('the webhook', () => {
  interface Posting {
    at?: Date;
    secret?: string;
    headers?: object;
    /** What is posted in place of the body that was signed. */
    instead?: BodyInit;
  }

  function post(body: string, { at = new Date(), secret = SECRET, ...more }: Posting = {}) {
    const id = eventAbout(NOBODY, 'delivered').id;
    const headers = {
      'svix-id': id,
      'svix-timestamp': String(Math.floor(at.getTime() / 1000)),
      'svix-signature': new Webhook(secret).sign(id, at, body),
      ...more.headers,
    };
    const url = 'http://localhost:8787/webhooks/resend';
    return app.request(url, { method: 'POST', body: more.instead ?? body, headers }, LIVE);
  }
  const NOBODY: Mail = { from: 'a@b.example', to: [], subject: '', html: '', text: '', tags: [] };

  /** Resend's event about a mail. */
  const payload = (mail: Mail, type: string, data: object = {}) =>
    JSON.stringify({
      type,
      data: {
        from: mail.from,
        to: mail.to,
        tags: Object.fromEntries(mail.tags.map(({ name, value }) => [name, value])),
        ...data,
      },
    });

  it('records what is signed', async () => {
    const { mail } = await sent(1);
    const response = await post(payload(mail, 'email.delivered'));
    expect([response.status, await response.json()]).toEqual([200, { recorded: true }]);
    expect(await stateOf(mail)).toBe('delivered');
  });

  it.each<[how: string, (mail: Mail) => object]>([
    ['a bare sender in capitals', () => ({ from: 'COURSE@In-The-Room.example' })],
    [
      'a quoted name',
      () => ({ from: '"In the Room, \\"Inc.\\" <x@y.example>" <course@in-the-room.example>' }),
    ],
    ['another name of the sender', () => ({ from: 'Somebody <course@in-the-room.example>' })],
    ['a recipient with a name', ({ to }) => ({ to: [`Ana <${to[0]}>`] })],
    ['a recipient in capitals', ({ to }) => ({ to: [to[0]?.toUpperCase()] })],
    ['a recipient that is no list', ({ to }) => ({ to: to[0] })],
    ['tags as a list', ({ tags }) => ({ tags })],
  ])('knows a mail of ours by %s', async (_, data) => {
    const { mail } = await sent(1);
    expect(mail.from).toBe('In the Room <course@in-the-room.example>');
    const response = await post(payload(mail, 'email.delivered', data(mail)));
    expect(await response.json()).toEqual({ recorded: true });
    expect(await stateOf(mail)).toBe('delivered');
  });

  it.each<[what: string, (mail: Mail) => Response | Promise<Response>]>([
    [
      'a body that was changed',
      (mail) => post(payload(mail, 'email.delivered'), { headers: { 'svix-id': 'x' } }),
    ],
    [
      'another secret',
      (mail) =>
        post(payload(mail, 'email.delivered'), {
          secret: 'whsec_YW5vdGhlci1zZWNyZXQtYWx0b2dldGhlcg==',
        }),
    ],
    [
      'an old time',
      (mail) => post(payload(mail, 'email.delivered'), { at: new Date(Date.now() - 600_000) }),
    ],
    [
      'a time to come',
      (mail) => post(payload(mail, 'email.delivered'), { at: new Date(Date.now() + 600_000) }),
    ],
    [
      'no signature',
      (mail) => post(payload(mail, 'email.delivered'), { headers: { 'svix-signature': '' } }),
    ],
    [
      'a signature in another version',
      (mail) => post(payload(mail, 'email.delivered'), { headers: { 'svix-signature': 'v2,AA' } }),
    ],
    [
      'signatures of which none is right',
      (mail) =>
        post(payload(mail, 'email.delivered'), {
          headers: { 'svix-signature': 'v1,AA v2,AA v1,' },
        }),
    ],
    [
      'a byte order mark before the body that was signed',
      (mail) => {
        const body = payload(mail, 'email.delivered');
        return post(body, { instead: new TextEncoder().encode(`\ufeff${body}`) });
      },
    ],
    [
      'bytes that are no text where U+FFFD was signed',
      (mail) => {
        const body = payload(mail, 'email.delivered', { subject: '\ufffd' });
        const bytes = [...new TextEncoder().encode(body)].join(' ').replace('239 191 189', '255');
        return post(body, { instead: new Uint8Array(bytes.split(' ').map(Number)) });
      },
    ],
    ['no body', () => post('')],
  ])('refuses %s and records nothing', async (_, send) => {
    const { mail } = await sent(1);
    expect((await send(mail)).status).toBe(401);
    expect(await stateOf(mail)).toBe('sent');
    expect(await count(events)).toBe(0);
  });

  it('takes a good signature among others', async () => {
    const { mail } = await sent(1);
    const body = payload(mail, 'email.delivered');
    const at = new Date();
    const good = new Webhook(SECRET).sign('msg_many', at, body);
    const headers = { 'svix-id': 'msg_many', 'svix-signature': `v1,bad v2,bad ${good} v1,bad` };
    expect((await post(body, { at, headers })).status).toBe(200);
    expect(await stateOf(mail)).toBe('delivered');
  });

  const odd: [what: string, (mail: Mail) => string][] = [
    ['an unknown type', (mail) => payload(mail, 'email.scheduled')],
    ['a type that is no text', (mail) => payload(mail, ['email.delivered'] as unknown as string)],
    [
      'a mail of another product',
      () =>
        payload(NOBODY, 'email.bounced', {
          from: 'Other <hello@other-product.example>',
          to: ['someone-else@other-product.example'],
          bounce: { type: 'Permanent', subType: 'General' },
          tags: { delivery: '2' },
        }),
    ],
    [
      'several recipients',
      (mail) => payload(mail, 'email.complained', { to: [...mail.to, 'b@c.example'] }),
    ],
    ...[
      ['no recipient', { to: [] }],
      ['a recipient that is no text', { to: [{ toString: 1 }] }],
      ['no sender', { from: undefined }],
      ['a sender that is no text', { from: { toString: 1 } }],
      ['no tags', { tags: null }],
      ['tags that are text', { tags: 'delivery' }],
    ].map(([what, data]): [string, (mail: Mail) => string] => [
      what as string,
      (mail) => payload(mail, 'email.complained', data as object),
    ]),
    ...[
      '1; DROP',
      '0x10',
      '1e3',
      ' 23 ',
      '023',
      '-1',
      '9007199254740993',
      true,
      23,
      ['23'],
      null,
      { toString: 1 },
      { toString: null, valueOf: 1 },
    ].map((delivery): [string, (mail: Mail) => string] => [
      `the number ${JSON.stringify(delivery)}`,
      (mail) =>
        payload(mail, 'email.complained', { tags: { digest: tag(mail, 'digest'), delivery } }),
    ]),
    [
      'a digest that is no text',
      (mail) =>
        payload(mail, 'email.complained', {
          tags: { delivery: tag(mail, 'delivery'), digest: { toString: 1 } },
        }),
    ],
    [
      'a bounce that is none',
      (mail) => payload(mail, 'email.bounced', { tags: [null, 1], bounce: null }),
    ],
    ['null', () => 'null'],
    ['a list', () => '[]'],
    ['a number', () => '7'],
    ['data that is text', () => '{"type":"email.delivered","data":"x"}'],
    ['what is not JSON', () => 'email.delivered'],
    ['half of it', (mail) => payload(mail, 'email.delivered').slice(0, 40)],
  ];
  const tag = (mail: Mail, name: string) => mail.tags.find((found) => found.name === name)?.value;

  it.each(odd)('answers %s with 200, so that it is not sent again', async (_, body) => {
    const { mail } = await sent(2);
    const before = await dump();
    const response = await post(body(mail));
    expect([response.status, await response.json()]).toEqual([200, { recorded: false }]);
    expect(await dump()).toEqual(before);
  });

  it('answers 5xx while the database is down, so that it comes again', async () => {
    const { mail } = await sent(1);
    await query(sql`DROP TABLE ${events}`);
    expect((await post(payload(mail, 'email.delivered'))).status).toBe(500);
  });

  it('does not exist where nothing leaves the machine', async () => {
    const url = 'http://localhost:8787/webhooks/resend';
    expect((await app.request(url, { method: 'POST', body: '{}' }, env)).status).toBe(404);
  });
});
