import { env } from 'cloudflare:workers';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { recordEvents } from '../../src/delivery/record-events.ts';
import type { Env } from '../../src/env.ts';
import type { MailEvent } from '../../src/mailer/events.ts';
import { app } from '../../src/web/app.tsx';
import { rows, testContext, value, work } from '../support/course.ts';
import { scriptedMailer } from '../support/mailer.ts';
import { plantLearners } from '../support/many.ts';

const SECRET = 'whsec_dGVzdHMtc2lnbi13aXRoLXRoaXMtb25l';
const LIVE: Env = {
  ...env,
  MAILER: 'resend',
  RESEND_API_KEY: 're_x',
  RESEND_WEBHOOK_SECRET: SECRET,
};

let count = 0;
const event = (kind: MailEvent['kind'], deliveryId = 1, id = `msg_${++count}`): MailEvent => ({
  id,
  kind,
  deliveryId,
});

/** Learners whose lesson 1 has been sent: deliveries 1 to `people`. */
async function sent(people: number, ...script: Parameters<typeof scriptedMailer>) {
  const ctx = testContext({ mailer: scriptedMailer(...script) });
  await plantLearners(ctx, people);
  await work(ctx);
  return ctx;
}

const state = (id = 1) => value(`SELECT state FROM deliveries WHERE id = ${id}`);

describe('what the mailer tells afterwards', () => {
  it('moves a mail’s state forward only, whatever order and however often it comes', async () => {
    const ctx = await sent(1);
    await recordEvents(ctx, [event('delivered')]);
    expect(await state()).toBe('delivered');
    await recordEvents(ctx, [event('complaint')]);
    await recordEvents(ctx, [event('delivered')]);
    await recordEvents(ctx, [event('hard-bounce')]);
    expect(await state()).toBe('complained');
  });

  it.each(['hard-bounce', 'complaint'] as const)(
    'ends all mail to an address after a %s',
    async (kind) => {
      const ctx = await sent(2);
      await recordEvents(ctx, [event(kind, 1)]);
      expect(await rows('SELECT hash, reason FROM suppressions')).toEqual([
        { hash: 'hash-1', reason: kind === 'complaint' ? 'complaint' : 'bounce' },
      ]);
      expect(
        await rows('SELECT id, state, pause_reason, next_at IS NULL AS none FROM enrollments'),
      ).toEqual([
        { id: 1, state: 'paused', pause_reason: 'suppressed', none: 1 },
        { id: 2, state: 'active', pause_reason: null, none: 0 },
      ]);
    },
  );

  it('pauses a course at the fifth soft bounce in 30 days, and not for a repeated one', async () => {
    const ctx = await sent(1);
    for (let bounce = 1; bounce <= 4; bounce++) await recordEvents(ctx, [event('soft-bounce')]);
    await recordEvents(ctx, [event('soft-bounce', 1, `msg_${count}`)]);
    expect(await value('SELECT state FROM enrollments')).toBe('active');
    ctx.clock.pass(31 * 86_400);
    await recordEvents(ctx, [event('soft-bounce')]);
    expect(await value('SELECT state FROM enrollments')).toBe('active');
    for (let bounce = 1; bounce <= 4; bounce++) await recordEvents(ctx, [event('soft-bounce')]);
    expect(await rows('SELECT state, pause_reason FROM enrollments')).toEqual([
      { state: 'paused', pause_reason: 'bounces' },
    ]);
    expect(await value('SELECT count(*) FROM suppressions')).toBe(0);
  });

  it('proves by one row that a whole unanswered batch was accepted', async () => {
    const ctx = await sent(3, { kind: 'unknown', reason: 'timeout' });
    expect(await state(3)).toBe('sending');
    await recordEvents(ctx, [event('delivered', 2)]);
    expect(await rows('SELECT id, state FROM deliveries')).toEqual([
      { id: 1, state: 'sent' },
      { id: 2, state: 'delivered' },
      { id: 3, state: 'sent' },
    ]);
    expect(await value('SELECT count(*) FROM enrollments WHERE next_lesson = 2')).toBe(3);
    expect(await value("SELECT count(*) FROM batches WHERE state = 'open'")).toBe(0);
  });

  it('settles what was uncertain, and does not move the course on twice', async () => {
    const ctx = await sent(2, { kind: 'mismatch' });
    expect(await state(1)).toBe('uncertain');
    await recordEvents(ctx, [event('delivered', 1)]);
    expect(await rows('SELECT state FROM deliveries ORDER BY id')).toEqual([
      { state: 'delivered' },
      { state: 'sent' },
    ]);
    expect(await value('SELECT max(next_lesson) FROM enrollments')).toBe(2);
  });

  it('lets a bounce hold that comes while the outcome is being recorded', async () => {
    const mailer = scriptedMailer(async () => {
      await recordEvents(ctx, [event('hard-bounce', 1)]);
      return { kind: 'accepted', refused: [] };
    });
    const ctx = testContext({ mailer });
    await plantLearners(ctx, 1);
    await work(ctx);
    expect(await rows('SELECT state, next_at FROM enrollments')).toEqual([
      { state: 'paused', next_at: null },
    ]);
    expect(await state()).toBe('bounced');
  });

  it('takes a hundred events in a handful of statements', async () => {
    const ctx = await sent(100);
    let statements = 0;
    const { batch, all } = ctx.db;
    ctx.db = {
      ...ctx.db,
      batch: (list) => {
        statements += list.length;
        return batch(list);
      },
      all: (statement) => {
        statements += 1;
        return all(statement);
      },
    };
    const ids = Array.from({ length: 100 }, (_, index) => index + 1);
    await recordEvents(
      ctx,
      ids.map((id) => event(id % 10 === 0 ? 'hard-bounce' : 'delivered', id)),
    );
    expect(statements).toBeLessThanOrEqual(8);
    expect(await rows('SELECT state, count(*) AS n FROM deliveries GROUP BY state')).toEqual([
      { state: 'bounced', n: 10 },
      { state: 'delivered', n: 90 },
    ]);
  });

  it('is forgotten after six weeks', async () => {
    const ctx = await sent(1);
    await recordEvents(ctx, [event('delivered')]);
    ctx.clock.pass(41 * 86_400);
    await work(ctx);
    expect(await value('SELECT count(*) FROM events')).toBe(1);
    ctx.clock.pass(2 * 86_400);
    await work(ctx);
    expect(await value('SELECT count(*) FROM events')).toBe(0);
  });
});

describe('the webhook', () => {
  const payload = (type: string, data: object = {}) =>
    JSON.stringify({ type, data: { tags: { delivery: '1' }, ...data } });

  function post(body: string, options: { at?: Date; secret?: string; headers?: object } = {}) {
    const { at = new Date(), secret = SECRET } = options;
    const id = `msg_${++count}`;
    const headers = {
      'svix-id': id,
      'svix-timestamp': String(Math.floor(at.getTime() / 1000)),
      'svix-signature': new Webhook(secret).sign(id, at, body),
      ...options.headers,
    };
    return app.request(
      'http://localhost:8787/webhooks/resend',
      { method: 'POST', body, headers },
      LIVE,
    );
  }

  it('records what is signed', async () => {
    await sent(1);
    expect((await post(payload('email.delivered'))).status).toBe(200);
    expect(await state()).toBe('delivered');
  });

  it('tells a hard bounce from a soft one', async () => {
    await sent(1);
    await post(payload('email.bounced', { bounce: { type: 'Transient' } }));
    expect(await value('SELECT count(*) FROM suppressions')).toBe(0);
    await post(payload('email.bounced', { bounce: { type: 'Permanent' } }));
    expect(await value('SELECT count(*) FROM suppressions')).toBe(1);
  });

  it.each([
    [
      'a body that was changed',
      () => post(payload('email.delivered'), { headers: { 'svix-id': 'x' } }),
    ],
    [
      'another secret',
      () =>
        post(payload('email.delivered'), { secret: 'whsec_YW5vdGhlci1zZWNyZXQtYWx0b2dldGhlcg==' }),
    ],
    ['an old time', () => post(payload('email.delivered'), { at: new Date(Date.now() - 600_000) })],
    [
      'a time to come',
      () => post(payload('email.delivered'), { at: new Date(Date.now() + 600_000) }),
    ],
    ['no signature', () => post(payload('email.delivered'), { headers: { 'svix-signature': '' } })],
    [
      'a signature in another version',
      () => post(payload('email.delivered'), { headers: { 'svix-signature': 'v2,AAAA' } }),
    ],
    [
      'a signature cut short',
      () => post(payload('email.delivered'), { headers: { 'svix-signature': 'v1,' } }),
    ],
    ['no body', () => post('')],
  ])('refuses %s and records nothing', async (_, send) => {
    await sent(1);
    expect((await send()).status).toBe(401);
    expect(await state()).toBe('sent');
    expect(await value('SELECT count(*) FROM events')).toBe(0);
  });

  it.each([
    ['an unknown type', payload('email.scheduled')],
    ['a mail of somebody else', payload('email.delivered', { tags: {} })],
    ['a tag that is no number', payload('email.delivered', { tags: { delivery: '1; DROP' } })],
    [
      'a delivery that is not in the ledger',
      payload('email.complained', { tags: { delivery: '999' } }),
    ],
    ['null', 'null'],
    ['a list', '[]'],
  ])('answers %s with 200, so that it is not sent again', async (_, body) => {
    await sent(1);
    expect((await post(body)).status).toBe(200);
    expect(await state()).toBe('sent');
  });

  it('answers 5xx while the database is down, so that it comes again', async () => {
    await env.DB.prepare('DROP TABLE events').run();
    expect((await post(payload('email.delivered'))).status).toBe(500);
  });

  it('does not exist where nothing leaves the machine', async () => {
    const url = 'http://localhost:8787/webhooks/resend';
    expect((await app.request(url, { method: 'POST', body: '{}' }, env)).status).toBe(404);
  });
});
