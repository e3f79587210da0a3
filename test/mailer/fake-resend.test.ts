import { env } from 'cloudflare:workers';
import { Resend } from 'resend';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { settingsOf } from '../../src/env.ts';
import { readResendEvent } from '../../src/mailer/events.ts';
import type { Answer, Mail } from '../../src/mailer/mailer.ts';
import { bareAddress } from '../../src/mailer/mailer.ts';
import { createResendMailer } from '../../src/mailer/resend.ts';
import { createFakeResend, type FakeResend, type Fault } from '../support/fake-resend.ts';

const ORIGIN = 'https://resend.example';
const DAY = 86_400_000;

let time: number;
let resend: FakeResend;
beforeEach(() => {
  time = Date.parse('2026-11-30T12:00:00Z');
  resend = createFakeResend({ now: () => time, requestsPerSecond: null });
});

let rows = 0;

/** A mail of a ledger row of its own, with whatever the test cares about changed. */
function mail(changes: Record<string, unknown> = {}): Mail {
  rows += 1;
  return {
    from: 'In the Room <course@in-the-room.example>',
    to: [`learner-${rows}@example.org`],
    subject: 'Lesson 1',
    html: '<p>Ü</p>',
    text: 'Ü',
    headers: { 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' },
    tags: [
      { name: 'delivery', value: String(rows) },
      { name: 'kind', value: 'lesson' },
    ],
    ...changes,
  } as Mail;
}

const mails = (count: number) => Array.from({ length: count }, () => mail());

interface PostOptions {
  key?: string;
  permissive?: boolean;
  apiKey?: string | null;
  signal?: AbortSignal;
}

function post(content: unknown, options: PostOptions = {}): Promise<Response> {
  const { key, permissive, apiKey = 're_test', signal } = options;
  return resend.fetch(`${ORIGIN}/emails/batch`, {
    method: 'POST',
    body: typeof content === 'string' ? content : JSON.stringify(content),
    headers: {
      ...(apiKey === null ? {} : { authorization: `Bearer ${apiKey}` }),
      ...(key === undefined ? {} : { 'idempotency-key': key }),
      ...(permissive ? { 'x-batch-validation': 'permissive' } : {}),
    },
    ...(signal ? { signal } : {}),
  });
}

/** Status and error name of an answer, or `taken` and how many ids. */
async function outcome(answer: Response | Promise<Response>): Promise<string> {
  const response = await answer;
  const body = await response.json<{ name?: string; data?: unknown[] }>();
  return `${response.status} ${body.name ?? `taken ${body.data?.length}`}`;
}

const oneSender = (key: string, content = mails(1)) => ({
  content,
  send: () => outcome(post(content, { key })),
});

describe('what the fake takes', () => {
  it('takes a hundred mails, answers an id for each, in order, and keeps them', async () => {
    const batch = mails(100);
    const response = await post(batch, { key: 'a' });
    const { data } = await response.json<{ data: { id: string }[] }>();
    expect(response.status).toBe(200);
    expect(new Set(data.map(({ id }) => id)).size).toBe(100);
    expect(resend.accepted).toEqual(
      batch.map((sent, position) => ({
        id: data[position]?.id,
        key: 'a',
        position,
        at: time,
        mail: sent,
      })),
    );
  });

  it('refuses a hundred and one, or none, and takes nothing', async () => {
    expect(await outcome(post(mails(101)))).toBe('422 validation_error');
    expect(await outcome(post(mails(101), { permissive: true }))).toBe('422 validation_error');
    expect(await outcome(post([]))).toBe('422 validation_error');
    expect(resend.accepted).toEqual([]);
  });

  it('refuses what is no list of mails', async () => {
    expect(await outcome(post({ 0: mail() }))).toBe('422 validation_error');
    expect(await outcome(post('[{"to":'))).toBe('400 validation_error');
    expect(await outcome(post([null, 'mail']))).toBe('422 validation_error');
  });

  it('has one address to post to, and two to read from', async () => {
    const ask = (path: string, method: string) => outcome(resend.fetch(ORIGIN + path, { method }));
    expect(await ask('/domains', 'POST')).toBe('404 not_found');
    expect(await ask('/emails', 'POST')).toBe('405 method_not_allowed');
    expect(await ask('/emails/batch', 'GET')).toBe('405 method_not_allowed');
  });

  it('by default takes all of a batch or nothing', async () => {
    const batch = [mail(), mail({ to: ['not an address'] }), mail()];
    expect(await outcome(post(batch))).toBe('422 validation_error');
    expect(resend.accepted).toEqual([]);
  });

  it('in permissive mode takes what is valid and names the places of the others', async () => {
    const batch = [mail(), mail({ to: ['not an address'] }), mail(), mail({ subject: '' })];
    const response = await post(batch, { permissive: true });
    const { data, errors } = await response.json<{ data: unknown[]; errors: unknown[] }>();
    expect(response.status).toBe(200);
    expect(data).toHaveLength(2);
    expect(errors).toEqual([
      { index: 1, message: 'Invalid `to` field.' },
      { index: 3, message: 'Missing `subject` field.' },
    ]);
    expect(resend.accepted.map(({ position }) => position)).toEqual([0, 2]);
  });

  it('answers an empty list of errors in permissive mode, and none otherwise', async () => {
    const permissive = await post(mails(1), { permissive: true });
    expect(await permissive.json()).toHaveProperty('errors', []);
    expect(await (await post(mails(1))).json()).not.toHaveProperty('errors');
  });

  it.each<[string, Record<string, unknown>]>([
    ['no sender', { from: undefined }],
    ['a sender that is no address', { from: 'In the Room' }],
    ['a sender whose bracket stays open', { from: 'In the Room <a@example.org' }],
    ['a sender whose name needs quotes', { from: 'Harbor, Inc. <a@example.org>' }],
    ['a sender with one quote', { from: '"Harbor <a@example.org>' }],
    ['no recipient', { to: [] }],
    ['a recipient without a domain', { to: ['ana'] }],
    ['a recipient whose domain has no dot', { to: ['ana@localhost'] }],
    ['a recipient with a space', { to: ['ana b@example.org'] }],
    ['a recipient that is no text', { to: [7] }],
    ['two recipients, who would see each other', { to: ['ana@example.org', 'ben@example.org'] }],
    ['no subject', { subject: undefined }],
    ['a subject that is no text', { subject: 7 }],
    ['neither HTML nor text', { html: undefined, text: '' }],
    ['a reply address that is none', { reply_to: 'nobody' }],
    ['a header that is no text', { headers: { 'X-Lesson': 1 } }],
    ['a tag with a letter that is not ASCII', { tags: [{ name: 'delivery', value: 'ü' }] }],
    ['a tag with a space', { tags: [{ name: 'the kind', value: 'lesson' }] }],
    ['a tag without a value', { tags: [{ name: 'kind', value: '' }] }],
    ['tags as an object', { tags: { delivery: '1' } }],
    ['an attachment', { attachments: [] }],
    ['a time to be sent at', { scheduled_at: 'in 1 min' }],
  ])('refuses a mail with %s', async (_, changes) => {
    expect(await outcome(post([mail(changes)]))).toMatch(
      /^422 (validation_error|missing_required_field)$/,
    );
    expect(await outcome(post([mail(changes)], { permissive: true }))).toBe('200 taken 0');
    expect(resend.accepted).toEqual([]);
  });

  it('takes addresses with and without a name, and a recipient outside a list', async () => {
    const batch = [
      mail({ from: 'a@b.example.org', to: 'Ana <Ana.O’Neill+1@example.org>' }),
      mail({ reply_to: 'hello@example.org' }),
    ];
    expect(await outcome(post(batch))).toBe('200 taken 2');
    expect(resend.acceptedTo('ana.o’neill+1@EXAMPLE.org')).toHaveLength(1);
  });

  it('refuses the addresses that a test names, until it takes them back', async () => {
    const batch = [mail({ to: ['Ana <Ana@example.org>'] })];
    resend.refusedAddresses.add('ana@example.org');
    expect(await outcome(post(batch))).toBe('422 validation_error');
    resend.refusedAddresses.clear();
    expect(await outcome(post(batch))).toBe('200 taken 1');
  });
});

describe('the API key', () => {
  it('must be there', async () => {
    expect(await outcome(post(mails(1), { apiKey: null }))).toBe('401 missing_api_key');
    expect(resend.accepted).toEqual([]);
  });

  it('may be any, or the one that is set', async () => {
    expect(await outcome(post(mails(1), { apiKey: 're_other' }))).toBe('200 taken 1');
    resend = createFakeResend({ apiKey: 're_mine' });
    expect(await outcome(post(mails(1), { apiKey: 're_other' }))).toBe('403 invalid_api_key');
    expect(await outcome(post(mails(1), { apiKey: 're_mine' }))).toBe('200 taken 1');
  });
});

describe('the idempotency key', () => {
  it('gives the first answer again for the same bytes, and takes nothing twice', async () => {
    const batch = mails(3);
    const first = await (await post(batch, { key: 'a' })).text();
    const second = await (await post(batch, { key: 'a' })).text();
    expect(second).toBe(first);
    expect(resend.accepted).toHaveLength(3);
    expect(resend.requests.map(({ decision }) => decision)).toEqual(['accepted', 'replayed']);
  });

  it('gives a partial success again too, even when the address has become good', async () => {
    const batch = [mail(), mail({ to: ['ana@example.org'] })];
    resend.refusedAddresses.add('ana@example.org');
    const first = await (await post(batch, { key: 'a', permissive: true })).text();
    resend.refusedAddresses.clear();
    const second = await (await post(batch, { key: 'a', permissive: true })).text();
    expect(JSON.parse(first).errors).toHaveLength(1);
    expect(second).toBe(first);
    expect(resend.accepted).toHaveLength(1);
  });

  it('refuses other bytes, were it only a space', async () => {
    const batch = mails(1);
    await post(batch, { key: 'a' });
    const other = JSON.stringify(batch).replace(',', ', ');
    expect(await outcome(post(other, { key: 'a' }))).toBe('409 invalid_idempotent_request');
    expect(await outcome(post(other, { key: 'b' }))).toBe('200 taken 1');
  });

  it('is busy while the first request with it is worked on, and replays afterwards', async () => {
    const work = Promise.withResolvers<void>();
    const { send } = oneSender('a');
    resend.fail({ how: 'hold', until: work.promise });
    const first = send();
    expect(await send()).toBe('409 concurrent_idempotent_requests');
    expect(resend.accepted).toEqual([]);
    work.resolve();
    expect(await first).toBe('200 taken 1');
    expect(await send()).toBe('200 taken 1');
    expect(resend.accepted).toHaveLength(1);
  });

  it('finishes the work on a request whose caller gave up waiting', async () => {
    const work = Promise.withResolvers<void>();
    const patience = new AbortController();
    const { content, send } = oneSender('a');
    resend.fail({ how: 'hold', until: work.promise });
    const first = post(content, { key: 'a', signal: patience.signal });
    expect(await send()).toBe('409 concurrent_idempotent_requests');
    patience.abort(new Error('too slow'));
    await expect(first).rejects.toThrow('too slow');
    expect(await send()).toBe('409 concurrent_idempotent_requests');
    work.resolve();
    await work.promise;
    expect(await send()).toBe('200 taken 1');
    expect(resend.accepted).toHaveLength(1);
  });

  it('is forgotten after 24 hours: then the mail goes out a second time', async () => {
    const { send } = oneSender('a');
    await send();
    time += DAY - 1;
    await send();
    expect(resend.doubles()).toEqual([]);
    time += 1;
    expect(await send()).toBe('200 taken 1');
    expect(resend.doubles()).toHaveLength(1);
  });

  it('remembers nothing of a refusal', async () => {
    const batch = [mail({ to: ['ana@example.org'] })];
    resend.refusedAddresses.add('ana@example.org');
    expect(await outcome(post(batch, { key: 'a' }))).toBe('422 validation_error');
    expect(await outcome(post(mails(1), { key: 'a' }))).toBe('200 taken 1');
  });

  it('has 1 to 256 characters', async () => {
    const bad = '400 invalid_idempotency_key';
    expect(await outcome(post(mails(1), { key: '' }))).toBe(bad);
    expect(await outcome(post(mails(1), { key: 'k'.repeat(257) }))).toBe(bad);
    expect(await outcome(post(mails(1), { key: 'k'.repeat(256) }))).toBe('200 taken 1');
  });

  it('may be left out, and then each request counts', async () => {
    const batch = mails(1);
    await post(batch);
    await post(batch);
    expect(resend.doubles()).toHaveLength(1);
  });
});

describe('the rate limit', () => {
  beforeEach(() => {
    resend = createFakeResend({ now: () => time });
  });
  const headersOf = ({ headers }: Response) => ({
    limit: headers.get('ratelimit-limit'),
    remaining: headers.get('ratelimit-remaining'),
    reset: headers.get('ratelimit-reset'),
    retryAfter: headers.get('retry-after'),
  });

  it('is five requests in any second, and is told in the headers', async () => {
    for (const remaining of ['4', '3', '2', '1', '0']) {
      const headers = headersOf(await post(mails(1)));
      expect(headers).toEqual({ limit: '5', remaining, reset: '1', retryAfter: null });
      time += 100;
    }
    const sixth = await post(mails(1));
    expect(headersOf(sixth)).toEqual({ limit: '5', remaining: '0', reset: '1', retryAfter: '1' });
    expect(await outcome(sixth)).toBe('429 rate_limit_exceeded');
    expect(resend.accepted).toHaveLength(5);
  });

  it('lets the next one through a second after the first, refused ones not counted', async () => {
    for (let i = 0; i < 9; i += 1) await post(mails(1));
    time += 999;
    expect(await outcome(post(mails(1)))).toBe('429 rate_limit_exceeded');
    time += 1;
    expect(await outcome(post(mails(1)))).toBe('200 taken 1');
  });

  it('holds for replays and refusals too', async () => {
    const { send } = oneSender('a');
    for (let i = 0; i < 4; i += 1) await send();
    await post([]);
    expect(await send()).toBe('429 rate_limit_exceeded');
  });

  it('can be switched off, and then has no headers', async () => {
    resend = createFakeResend({ now: () => time, requestsPerSecond: null });
    for (let i = 0; i < 50; i += 1) await post(mails(1));
    expect(resend.accepted).toHaveLength(50);
    expect(headersOf(await post(mails(1))).limit).toBeNull();
  });

  it('spends no fault on a request that it refuses', async () => {
    for (let i = 0; i < 5; i += 1) await post(mails(1));
    resend.fail({ how: 'quota' });
    expect(await outcome(post(mails(1)))).toBe('429 rate_limit_exceeded');
    time += 1_000;
    expect(await outcome(post(mails(1)))).toBe('429 daily_quota_exceeded');
  });
});

describe('faults, as our mailer sees them', () => {
  let restore = () => {};
  beforeEach(() => {
    restore = resend.install(ORIGIN);
  });
  afterEach(() => restore());

  /** Three mails under one key, posted by src/mailer/resend.ts. */
  function batch(signal = new AbortController().signal) {
    const content = new Uint8Array(new TextEncoder().encode(JSON.stringify(mails(3))));
    const key = crypto.randomUUID();
    const mailer = createResendMailer({ apiKey: 're_test', baseUrl: ORIGIN }, () => signal);
    return { post: () => mailer.post({ key, body: content, size: 3 }) };
  }

  const ACCEPTED: Answer = { kind: 'accepted', refused: [] };
  const unknown = (reason = 'application_error'): Answer => ({ kind: 'unknown', reason });

  it('accepts what nothing goes wrong with', async () => {
    expect(await batch().post()).toEqual(ACCEPTED);
    expect(resend.accepted).toHaveLength(3);
  });

  // Each may strike before or after the mails were taken; the answer does not tell which.
  const ambiguous: [string, (when: Fault['when'] & string) => Fault][] = [
    ['a connection that breaks', (when) => ({ how: 'close', when })],
    ['a page of HTML with 502', (when) => ({ how: 'html', when })],
    ['a page of HTML with 503', (when) => ({ how: 'html', when, status: 503 })],
    ['an error 500', (when) => ({ how: 'error', when })],
    ['an error by another name', (when) => ({ how: 'error', when, name: 'internal_server_error' })],
    ['200 without a body', (when) => ({ how: 'empty', when })],
    ['200 that breaks off', (when) => ({ how: 'cut', when })],
  ];
  it.each(ambiguous)('%s proves nothing, and a repetition settles it', async (_, faultAt) => {
    for (const [when, taken] of [
      ['before', 0],
      ['after', 3],
    ] as const) {
      resend.accepted.length = 0;
      const { post } = batch();
      resend.fail(faultAt(when));
      expect((await post()).kind, when).toBe('unknown');
      expect(resend.accepted, when).toHaveLength(taken);
      expect(await post(), when).toEqual(ACCEPTED);
      expect(resend.accepted, when).toHaveLength(3);
      expect(resend.doubles()).toEqual([]);
    }
  });

  it.each([
    ['before', 0],
    ['after', 3],
  ] as const)('a request that hangs, %s: ends when the caller gives up', async (when, taken) => {
    const patience = new AbortController();
    resend.fail({ how: 'hang', when });
    const attempt = batch(patience.signal).post();
    await vi.waitFor(() => expect(resend.requests[0]?.fault).toBe('hang'));
    patience.abort(new DOMException('The operation timed out.', 'TimeoutError'));
    expect(await attempt).toEqual(unknown());
    expect(resend.accepted).toHaveLength(taken);
    expect(resend.requests[0]).toMatchObject({ fault: 'hang', status: null });
  });

  it('sees no request whose caller gave up beforehand', async () => {
    expect(await batch(AbortSignal.abort()).post()).toEqual(unknown());
    expect(resend.requests).toEqual([]);
  });

  it('a list that lacks an id proves nothing, though all was taken', async () => {
    const { post } = batch();
    resend.fail({ how: 'short-ids' });
    expect(await post()).toEqual(unknown('unreadable_success'));
    expect(resend.accepted).toHaveLength(3);
    expect(await post()).toEqual(ACCEPTED);
    expect(resend.accepted).toHaveLength(3);
  });

  it.each<[string | undefined, number]>([
    [undefined, 1_000],
    ['2', 2_000],
    ['999999999', 3_600_000],
    ['soon', 1_000],
    ['Mon, 01 Jan 2001 00:00:00 GMT', 1_000],
    ['Mon, 01 Jan 2199 00:00:00 GMT', 3_600_000],
  ])('a rate limit with retry-after %j: nothing is taken, wait %d ms', async (given, expected) => {
    const { post } = batch();
    resend.fail({ how: 'rate-limit', ...(given === undefined ? {} : { retryAfter: given }) });
    expect(await post()).toEqual({ kind: 'rate-limited', retryAfterMs: expected });
    expect(resend.accepted).toEqual([]);
    expect(await post()).toEqual(ACCEPTED);
  });

  it.each<[Fault, Answer]>([
    [{ how: 'quota' }, { kind: 'halt', reason: 'daily_quota_exceeded' }],
    [
      { how: 'quota', name: 'monthly_quota_exceeded' },
      { kind: 'halt', reason: 'monthly_quota_exceeded' },
    ],
    [{ how: 'bad-key' }, { kind: 'halt', reason: 'invalid_api_key' }],
    [
      { how: 'bad-key', name: 'missing_api_key' },
      { kind: 'halt', reason: 'missing_api_key' },
    ],
    [
      { how: 'bad-key', name: 'restricted_api_key' },
      { kind: 'halt', reason: 'restricted_api_key' },
    ],
    // A domain that is not verified.
    [
      { how: 'refuse', status: 403, name: 'validation_error' },
      { kind: 'halt', reason: 'validation_error' },
    ],
    [
      { how: 'refuse', status: 422, name: 'invalid_parameter' },
      { kind: 'refused', reason: 'invalid_parameter' },
    ],
  ])('%j: nothing is taken', async (fault, answer) => {
    const { post } = batch();
    resend.fail(fault);
    expect(await post()).toEqual(answer);
    expect(resend.accepted).toEqual([]);
    expect(await post()).toEqual(ACCEPTED);
  });

  it('partial errors: the others are taken, and a repetition tells the same', async () => {
    const { post } = batch();
    resend.fail({ how: 'partial', places: [0, 2] });
    const answer = await post();
    expect(answer.kind === 'accepted' && answer.refused.map(({ index }) => index)).toEqual([0, 2]);
    expect(resend.accepted.map(({ position }) => position)).toEqual([1]);
    expect(await post()).toEqual(answer);
    expect(resend.accepted).toHaveLength(1);
  });

  it('a key in flight is busy, a key used for other bytes is a mismatch', async () => {
    const work = Promise.withResolvers<void>();
    const one = batch();
    resend.fail({ how: 'hold', until: work.promise });
    const first = one.post();
    expect(await one.post()).toEqual({ kind: 'busy' });
    work.resolve();
    expect(await first).toEqual(ACCEPTED);
    const mailer = createResendMailer({ apiKey: 're_test', baseUrl: ORIGIN });
    const body = new Uint8Array(new TextEncoder().encode(JSON.stringify(mails(1))));
    const { key } = resend.requests[0] ?? {};
    expect(await mailer.post({ key: key ?? '', body, size: 1 })).toEqual({ kind: 'mismatch' });
  });

  it('strike in the order they were queued, one a request', async () => {
    const { post } = batch();
    resend.fail({ how: 'quota' }, { how: 'close', when: 'after' });
    expect((await post()).kind).toBe('halt');
    expect((await post()).kind).toBe('unknown');
    expect(await post()).toEqual(ACCEPTED);
    expect(resend.requests.map(({ fault, decision, status }) => [fault, decision, status])).toEqual(
      [
        ['quota', 'daily_quota_exceeded', 429],
        ['close', 'accepted', null],
        [null, 'replayed', 200],
      ],
    );
  });

  it('can be chosen for each request, the queue first, until that is ended', async () => {
    const { post } = batch();
    resend.failWhile(({ key }) => (key ? { how: 'close', when: 'before' } : null));
    resend.fail({ how: 'quota' });
    const kinds = [await post(), await post(), await post()].map(({ kind }) => kind);
    expect(kinds).toEqual(['halt', 'unknown', 'unknown']);
    resend.failWhile(() => null);
    expect(await post()).toEqual(ACCEPTED);
    resend.failWhile(() => ({ how: 'quota' }));
    resend.failWhile(null);
    expect(await post()).toEqual(ACCEPTED);
  });

  it('stands in for one origin, and undoes that', async () => {
    restore();
    const asked: string[] = [];
    const real = globalThis.fetch;
    const elsewhere: typeof fetch = async (input) => {
      asked.push(String(input));
      return new Response('elsewhere');
    };
    try {
      globalThis.fetch = elsewhere;
      const undo = resend.install(ORIGIN);
      expect(await (await fetch('https://other.example/x')).text()).toBe('elsewhere');
      expect((await fetch(`${ORIGIN}/x`)).status).toBe(404);
      expect((await fetch(new Request(`${ORIGIN}/x`))).status).toBe(404);
      undo();
      expect(globalThis.fetch).toBe(elsewhere);
      expect(asked).toEqual(['https://other.example/x']);
    } finally {
      globalThis.fetch = real;
    }
  });
});

describe('what the fake remembers', () => {
  it('finds the mails of an address in any letter case', async () => {
    await post([mail({ to: ['Ana@example.org'] }), mail()]);
    expect(resend.acceptedTo('ANA@example.org')).toEqual([resend.accepted[0]]);
    expect(resend.acceptedTo('na@example.org')).toEqual([]);
  });

  it('lists each ledger row whose mail was taken twice', async () => {
    const [once, twice] = [mail(), mail()];
    await post([once, twice], { key: 'a' });
    await post([twice], { key: 'b' });
    const [, first, second] = resend.accepted;
    const delivery = twice.tags[0]?.value;
    expect(resend.doubles()).toEqual([{ delivery, mails: [first, second] }]);
  });

  it('cannot vouch for mails that do not say which row they are of', async () => {
    await post([mail({ tags: [] })]);
    expect(() => resend.doubles()).toThrow('delivery tag');
  });

  it('notes each request: when, its key, its bytes’ hash, and what became of it', async () => {
    await post('[]', { key: 'a' });
    time += 5;
    await post(mails(1));
    expect(resend.requests).toMatchObject([
      {
        at: time - 5,
        key: 'a',
        sha256: '4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945',
        fault: null,
        decision: 'validation_error',
        status: 422,
      },
      { at: time, key: null, decision: 'accepted', status: 200 },
    ]);
  });
});

describe('webhooks', () => {
  // The libraries compare the timestamp with the machine's own clock.
  beforeEach(() => {
    time = Date.now();
  });

  async function takenMail() {
    await post([mail()]);
    return resend.accepted[0]!;
  }
  type Sent = Awaited<ReturnType<FakeResend['webhook']>>;
  const headersOf = ({ headers }: Sent) => ({
    id: headers['svix-id'] ?? '',
    timestamp: headers['svix-timestamp'] ?? '',
    signature: headers['svix-signature'] ?? '',
  });
  const verified = (sent: Sent) =>
    new Resend('re_test').webhooks.verify({
      payload: sent.body,
      headers: headersOf(sent),
      webhookSecret: resend.webhookSecret,
    });
  const read = (sent: Sent) =>
    readResendEvent(new TextEncoder().encode(sent.body), headersOf(sent), resend.webhookSecret);

  it('are signed so that Resend’s own library verifies them', async () => {
    const taken = await takenMail();
    expect(verified(await resend.webhook('email.delivered', taken))).toEqual({
      type: 'email.delivered',
      created_at: new Date(time + 1_000).toISOString(),
      data: {
        created_at: new Date(time).toISOString(),
        email_id: taken.id,
        message_id: expect.stringContaining(taken.id),
        from: taken.mail.from,
        to: taken.mail.to,
        subject: 'Lesson 1',
        tags: { delivery: taken.mail.tags[0]?.value, kind: 'lesson' },
      },
    });
  });

  it.each([
    ['email.delivered', {}, 'delivered'],
    ['email.bounced', {}, 'hard-bounce'],
    ['email.bounced', { bounce: 'Transient' }, 'unclear-bounce'],
    ['email.bounced', { bounce: 'Undetermined' }, 'unclear-bounce'],
    ['email.complained', {}, 'complaint'],
    ['email.failed', {}, 'failed'],
    ['email.suppressed', {}, 'hard-bounce'],
  ] as const)('%s with %j is read by the course as %s', async (type, options, kind) => {
    const tags = [...mail().tags, { name: 'digest', value: 'x-_0' }];
    await post([{ ...mail(), tags }]);
    const taken = resend.accepted[0]!;
    const event = read(await resend.webhook(type, taken, { ...options, id: 'msg_1' }));
    const failed = type === 'email.failed';
    expect(event).toEqual({
      id: 'msg_1',
      kind,
      deliveryId: Number(taken.mail.tags[0]?.value),
      digest: 'x-_0',
      from: bareAddress(taken.mail.from),
      to: taken.mail.to[0],
      reason: failed ? 'reached_daily_quota' : null,
      halts: failed,
    });
  });

  it('carry what is the type’s own', async () => {
    const taken = await takenMail();
    const data = async (...args: Parameters<FakeResend['webhook']>) =>
      JSON.parse((await resend.webhook(...args)).body).data;
    expect((await data('email.bounced', taken)).bounce).toMatchObject({
      type: 'Permanent',
      subType: 'General',
    });
    expect((await data('email.failed', taken)).failed.reason).toBeTruthy();
    expect((await data('email.suppressed', taken)).suppressed.type).toBeTruthy();
    expect(await data('email.delivery_delayed', taken)).not.toHaveProperty('bounce');
    expect((await data('email.sent', taken, { data: { tags: {} } })).tags).toEqual({});
  });

  it('can be sent again later: the same id and body, another timestamp', async () => {
    const taken = await takenMail();
    const first = await resend.webhook('email.delivered', taken, { id: 'msg_1' });
    const again = await resend.webhook('email.delivered', taken, {
      id: 'msg_1',
      at: time + 60_000,
    });
    expect(again.body).toBe(first.body);
    expect(again.headers['svix-id']).toBe('msg_1');
    expect(Number(again.headers['svix-timestamp'])).toBe(Math.floor(time / 1_000) + 60);
    expect(read(again)).toEqual(read(first));
  });

  it('have an id of their own unless it is given', async () => {
    const taken = await takenMail();
    const ids = [
      await resend.webhook('email.sent', taken),
      await resend.webhook('email.sent', taken),
    ];
    expect(new Set(ids.map(({ headers }) => headers['svix-id'])).size).toBe(2);
  });

  it('fail verification when forged, changed, or too old', async () => {
    const taken = await takenMail();
    const good = await resend.webhook('email.bounced', taken, { id: 'msg_1' });
    const secret = `whsec_${btoa('another secret of some length')}`;
    const forged = await resend.webhook('email.bounced', taken, { secret });
    const old = await resend.webhook('email.bounced', taken, { at: time - 301_000 });
    const changed = { ...good, body: good.body.replace('Permanent', 'Transient') };
    const renamed = { ...good, headers: { ...good.headers, 'svix-id': 'msg_2' } };
    for (const bad of [forged, old, changed, renamed]) expect(() => verified(bad)).toThrow();
    expect(() => verified(good)).not.toThrow();
  });

  it('are signed with the secret that a local course expects', () => {
    const settings = settingsOf({
      ...env,
      MAILER: 'resend',
      RESEND_BASE_URL: 'http://127.0.0.1:4010',
    });
    expect(createFakeResend().webhookSecret).toBe(settings.resend?.webhookSecret);
  });
});
