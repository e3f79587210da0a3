import { afterEach, describe, expect, it } from 'vitest';
import type { Answer } from '../../src/mailer/mailer.ts';
import { createResendMailer, sortAnswer } from '../../src/mailer/resend.ts';

const SIZE = 3;
const ids = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ id: `mail-${index}` }));

/** An error as the SDK hands it on. */
const failure = (name: string | null, statusCode: number | null, headers = {}) =>
  sortAnswer({ data: null, error: { name, statusCode, message: 'to@example.org' }, headers }, SIZE);

const success = (data: unknown) => sortAnswer({ data, error: null, headers: {} }, SIZE);

describe('what an error of Resend’s proves', () => {
  // The names of Resend's own list with the status that each comes with, and what follows.
  const table: [name: string, status: number | null, kind: Answer['kind']][] = [
    ['rate_limit_exceeded', 429, 'rate-limited'],
    ['daily_quota_exceeded', 429, 'halt'],
    ['monthly_quota_exceeded', 429, 'halt'],
    ['missing_api_key', 401, 'halt'],
    ['invalid_api_key', 403, 'halt'],
    ['restricted_api_key', 401, 'halt'],
    ['invalid_from_address', 422, 'halt'],
    ['invalid_access', 422, 'halt'],
    ['not_found', 404, 'halt'],
    ['method_not_allowed', 405, 'halt'],
    ['security_error', 451, 'halt'],
    // A domain that is not verified comes under this name too.
    ['validation_error', 403, 'halt'],
    ['validation_error', 400, 'refused'],
    ['validation_error', 422, 'refused'],
    ['invalid_parameter', 422, 'refused'],
    ['missing_required_field', 422, 'refused'],
    ['invalid_idempotency_key', 400, 'refused'],
    ['invalid_idempotent_request', 409, 'mismatch'],
    ['concurrent_idempotent_requests', 409, 'busy'],
    ['application_error', 500, 'unknown'],
    ['internal_server_error', 500, 'unknown'],
    // The SDK's own name for a network that failed, a timeout, or an answer that is not JSON.
    ['application_error', null, 'unknown'],
    ['application_error', 502, 'unknown'],
    ['application_error', 503, 'unknown'],
    // Names that are not in the list: the status decides, in doubt nothing is proven.
    ['something_new', 401, 'halt'],
    ['something_new', 403, 'halt'],
    ['something_new', 408, 'unknown'],
    ['something_new', 409, 'unknown'],
    ['something_new', 418, 'refused'],
    ['something_new', 429, 'rate-limited'],
    ['something_new', 302, 'unknown'],
    ['something_new', 200, 'unknown'],
    ['something_new', 529, 'unknown'],
    ['something_new', null, 'unknown'],
  ];
  it.each(table)('%s with status %s: %s', (name, status, kind) => {
    expect(failure(name, status).kind).toBe(kind);
  });

  it('is unknown for an error that is no object, or has neither name nor status', () => {
    for (const error of ['oops', 17, true, [], {}, { message: 'Bad gateway' }, { name: 5 }]) {
      expect(sortAnswer({ data: null, error, headers: null }, SIZE).kind).toBe('unknown');
    }
  });

  it('keeps the error’s name as the reason, and nothing of a message that may hold an address', () => {
    expect(failure('invalid_api_key', 403)).toEqual({ kind: 'halt', reason: 'invalid_api_key' });
    expect(failure('to@example.org', 422)).toEqual({ kind: 'refused', reason: 'unnamed' });
    expect(failure(null, 500)).toEqual({ kind: 'unknown', reason: 'unnamed' });
  });
});

describe('how long a rate limit asks to wait', () => {
  const wait = (header: string | undefined) => {
    const headers = header === undefined ? {} : { 'retry-after': header };
    const answer = failure('rate_limit_exceeded', 429, headers);
    return answer.kind === 'rate-limited' ? answer.retryAfterMs : Number.NaN;
  };

  it.each([
    ['2', 2_000],
    ['1.5', 1_500],
    ['0', 1_000],
    ['3600', 3_600_000],
    ['999999999', 3_600_000],
    ['', 1_000],
    [' ', 1_000],
    ['-5', 1_000],
    ['soon', 1_000],
    ['Infinity', 1_000],
    [undefined, 1_000],
    ['Mon, 01 Jan 2001 00:00:00 GMT', 1_000],
    ['Mon, 01 Jan 2199 00:00:00 GMT', 3_600_000],
  ] as const)('retry-after %j: %d ms', (header, expected) => {
    expect(wait(header)).toBe(expected);
  });

  it('reads an HTTP date', () => {
    const inTenMinutes = new Date(Date.now() + 600_000).toUTCString();
    expect(wait(inTenMinutes)).toBeGreaterThan(500_000);
    expect(wait(inTenMinutes)).toBeLessThanOrEqual(600_000);
  });

  it('is a second where the answer came without headers', () => {
    const error = { name: 'rate_limit_exceeded', statusCode: 429 };
    expect(sortAnswer({ data: null, error, headers: null }, SIZE)).toEqual({
      kind: 'rate-limited',
      retryAfterMs: 1_000,
    });
  });
});

describe('what a success of Resend’s proves', () => {
  it('is accepted whole where every mail has an id', () => {
    const accepted = { kind: 'accepted', refused: [] };
    expect(success({ data: ids(3) })).toEqual(accepted);
    expect(success({ data: ids(3), errors: [] })).toEqual(accepted);
  });

  it('names the mails that permissive validation refused by their place', () => {
    const errors = [{ index: 1, message: 'Invalid `to` field.' }];
    expect(success({ data: ids(2), errors })).toEqual({
      kind: 'accepted',
      refused: [{ index: 1, message: 'Invalid `to` field.' }],
    });
  });

  it('may refuse every one of them', () => {
    const errors = [0, 1, 2].map((index) => ({ index, message: 'no' }));
    const answer = success({ data: [], errors });
    expect(answer.kind === 'accepted' && answer.refused).toHaveLength(3);
  });

  const unreadable: [string, unknown][] = [
    ['nothing', null],
    ['nothing at all', undefined],
    ['a text', 'ok'],
    ['no list', { data: null }],
    ['an object in place of the list', { data: { 0: { id: 'a' } } }],
    ['too few ids', { data: ids(2) }],
    ['too many ids', { data: ids(4) }],
    ['ids and errors that do not add up', { data: ids(3), errors: [{ index: 0 }] }],
    ['errors that are no list', { data: ids(3), errors: 'none' }],
    ['errors that are null', { data: ids(3), errors: null }],
    ['a place outside the batch', { data: ids(2), errors: [{ index: 3 }] }],
    ['a place below zero', { data: ids(2), errors: [{ index: -1 }] }],
    ['half a place', { data: ids(2), errors: [{ index: 0.5 }] }],
    ['an error without a place', { data: ids(2), errors: [{ message: 'no' }] }],
    ['an error that is null', { data: ids(2), errors: [null] }],
    ['one place twice', { data: ids(1), errors: [{ index: 1 }, { index: 1 }] }],
  ];
  it.each(unreadable)('is unknown with %s', (_, data) => {
    expect(success(data)).toEqual({ kind: 'unknown', reason: 'unreadable_success' });
  });
});

describe('a post to Resend', () => {
  const realFetch = globalThis.fetch;
  afterEach(() => {
    globalThis.fetch = realFetch;
  });

  const bytes = new Uint8Array(
    new TextEncoder().encode('[ {"to":["ana@example.org"], "text":"ü\\n{{}}"} ]'),
  );
  const post = { key: '8d3f2a1c-0000-4000-8000-000000000000', body: bytes, size: 1 };

  /** Stands where Resend is, keeps what arrives and answers as told. */
  function resendAnswers(answer: () => Response | Promise<Response>): Request[] {
    const arrived: Request[] = [];
    globalThis.fetch = async (input, init) => {
      arrived.push(new Request(input as RequestInfo, init as RequestInit));
      return answer();
    };
    return arrived;
  }
  const mailer = (baseUrl = 'https://resend.example:8443') =>
    createResendMailer({ apiKey: 're_secret', baseUrl }, () => new AbortController().signal);

  it('carries the exact bytes under the batch’s key, with permissive validation', async () => {
    const arrived = resendAnswers(() => Response.json({ data: [{ id: 'a' }] }));
    expect(await mailer().post(post)).toEqual({ kind: 'accepted', refused: [] });
    expect(arrived).toHaveLength(1);
    const [request] = arrived as [Request];
    expect(request.method).toBe('POST');
    expect(request.url).toBe('https://resend.example:8443/emails/batch');
    expect(request.headers.get('idempotency-key')).toBe(post.key);
    expect(request.headers.get('x-batch-validation')).toBe('permissive');
    expect(request.headers.get('authorization')).toBe('Bearer re_secret');
    expect(request.headers.get('content-type')).toMatch(/^application\/json/);
    expect(new Uint8Array(await request.arrayBuffer())).toEqual(bytes);
  });

  it('is posted once: what fails is tried again by the ledger, not here', async () => {
    const arrived = resendAnswers(() => new Response('Bad gateway', { status: 502 }));
    expect(await mailer().post(post)).toEqual({ kind: 'unknown', reason: 'application_error' });
    expect(arrived).toHaveLength(1);
  });

  it('never throws, whatever becomes of the answer', async () => {
    const answers: [() => Response | Promise<Response>, Answer['kind']][] = [
      [() => Promise.reject(new TypeError('network')), 'unknown'],
      [() => Promise.reject(new DOMException('late', 'TimeoutError')), 'unknown'],
      [() => new Response('{"data":[{"id"', { status: 200 }), 'unknown'],
      [() => new Response('', { status: 200 }), 'unknown'],
      [() => new Response('null', { status: 200 }), 'unknown'],
      [() => new Response('null', { status: 500 }), 'unknown'],
      [() => new Response('"no"', { status: 422 }), 'unknown'],
      [() => new Response('<h1>503</h1>', { status: 503 }), 'unknown'],
      [() => new Response(null, { status: 204 }), 'unknown'],
      [
        () =>
          new Response(
            new ReadableStream({
              start: (controller) => controller.error(new Error('cut off')),
            }),
          ),
        'unknown',
      ],
      [
        () =>
          Response.json(
            { name: 'rate_limit_exceeded', statusCode: 429, message: 'Too many requests' },
            { status: 429, headers: { 'retry-after': '7' } },
          ),
        'rate-limited',
      ],
      [
        () =>
          Response.json(
            { name: 'invalid_api_key', statusCode: 403, message: 'API key is invalid' },
            { status: 403 },
          ),
        'halt',
      ],
    ];
    for (const [answer, kind] of answers) {
      resendAnswers(answer);
      expect((await mailer().post(post)).kind, answer.toString()).toBe(kind);
    }
  });

  it('reads the wait of a rate limit from the answer’s header', async () => {
    const error = { name: 'rate_limit_exceeded', statusCode: 429, message: 'Too many requests' };
    resendAnswers(() => Response.json(error, { status: 429, headers: { 'Retry-After': '7' } }));
    expect(await mailer().post(post)).toEqual({ kind: 'rate-limited', retryAfterMs: 7_000 });
  });

  it('ends as unknown when its time is up', async () => {
    const timer = new AbortController();
    globalThis.fetch = (_, init) =>
      new Promise((_resolve, reject) => {
        init?.signal?.addEventListener('abort', () => reject(init.signal?.reason));
        timer.abort(new DOMException('The operation timed out.', 'TimeoutError'));
      });
    const slow = createResendMailer(
      { apiKey: 're_secret', baseUrl: 'https://resend.example' },
      () => timer.signal,
    );
    expect((await slow.post(post)).kind).toBe('unknown');
  });

  it('gives each attempt a time limit of its own', async () => {
    const limits: (AbortSignal | null | undefined)[] = [];
    globalThis.fetch = async (_, init) => {
      limits.push(init?.signal);
      return Response.json({ data: [{ id: 'a' }] });
    };
    const real = createResendMailer({ apiKey: 're_secret', baseUrl: 'https://resend.example' });
    await real.post(post);
    await real.post(post);
    expect(limits[0]).toBeInstanceOf(AbortSignal);
    expect(limits[1]).toBeInstanceOf(AbortSignal);
    expect(limits[0]).not.toBe(limits[1]);
  });

  it('leaves one request a second for what people ask for, and four for lessons', () => {
    expect(mailer().interval).toEqual({ prompt: 1_000, lesson: 250 });
  });
});
