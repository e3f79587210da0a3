import type { Mail } from '../../src/mailer/mailer.ts';
import { bareAddress, invalid, problemOf } from './fake-resend-rules.ts';
import { signEvent, type WebhookOptions, type WebhookType } from './fake-resend-webhook.ts';

/**
 * A stand-in for Resend's batch interface, its record of sent mails and its webhooks, as
 * resend.com/docs describes them in November 2026: it keeps Resend's promises, breaks the connection on command, and records what it
 * took. Runs in workerd and in Node; `npm run fake-resend` puts a port before it.
 *
 * Where the documentation is silent it is strict: the bytes of a repetition must be the same (not
 * just the JSON), a mail has one recipient, and only what was taken is remembered under its key.
 */
export interface FakeResend {
  /** Answers one request, as `globalThis.fetch` would; rejects or hangs where a fault says so. */
  fetch: typeof globalThis.fetch;
  /** The same for a request whose body is there already: a server need not copy it. */
  answer(request: Arrived, signal?: AbortSignal | null): Promise<Response>;
  /**
   * Puts `fetch` in place of the global one for one origin, such as `https://resend.example`; other
   * requests go where they went. Returns what undoes it.
   */
  install(origin: string): () => void;
  /** Every mail that was taken, oldest first. */
  accepted: AcceptedMail[];
  /** The mails taken for one address, letter case aside, oldest first. */
  acceptedTo(address: string): AcceptedMail[];
  /**
   * Ledger rows whose mail was taken more than once; empty is what is promised.
   *
   * @throws Error where a mail was taken that does not say which row it is of
   */
  doubles(): { delivery: string; mails: AcceptedMail[] }[];
  /** Every request that arrived, oldest first. */
  requests: SeenRequest[];
  /** Addresses, in small letters, that validation refuses. */
  refusedAddresses: Set<string>;
  /** What became last of a mail, by its id; `delivered` where it is not said. */
  lastEvents: Map<string, string>;
  /** Queues faults, each for the next request with a good API key and within the rate limit. */
  fail(...faults: Fault[]): void;
  /** Asked about each such request while the queue is empty, until it is called with null. */
  failWhile(choose: ((request: SeenRequest) => Fault | null) | null): void;
  /** The secret that webhooks are signed with, `whsec_…`. */
  webhookSecret: string;
  /** What Resend would post about a mail. Whenever it is sent, the body is the same. */
  webhook(
    type: WebhookType,
    mail: Pick<AcceptedMail, 'id' | 'at' | 'mail'>,
    options?: WebhookOptions,
  ): ReturnType<typeof signEvent>;
}

/** A request that has arrived. */
export interface Arrived {
  method: string;
  url: string;
  headers: Headers;
  bytes: Uint8Array<ArrayBuffer>;
}

export interface FakeResendOptions {
  /** Machine time, epoch milliseconds. */
  now?: () => number;
  /** The one valid API key; any is, where it is left out. */
  apiKey?: string;
  /** A key that may only send: it cannot read the record. */
  sendingKey?: string;
  /**
   * Requests in any span of a second; null for no limit. 5 by default, which the course keeps to;
   * Resend's page on rate limits spoke of 10 in November 2026.
   */
  requestsPerSecond?: number | null;
  webhookSecret?: string;
  /** False empties `html` and `text` of what is recorded, for gigabytes of mail. */
  keepsBodies?: boolean;
}

export interface AcceptedMail {
  /** Resend's id of the mail. */
  id: string;
  /** The request's idempotency key; null where it came without one. */
  key: string | null;
  /** Place in the request, from 0. */
  position: number;
  /** Machine time, epoch milliseconds. */
  at: number;
  mail: Mail;
}

export interface SeenRequest {
  /** Machine time of arrival, epoch milliseconds. */
  at: number;
  key: string | null;
  /** Of the body's bytes, hex. */
  sha256: string;
  fault: Fault['how'] | null;
  /** `accepted`, `replayed` or an error's name; null while it is open, or a fault came first. */
  decision: string | null;
  /** What went out, whether or not anybody still waited; null where no answer did. */
  status: number | null;
}

/** Whether a fault strikes before Resend looked at the request, or after it did its work. */
export type When = 'before' | 'after';

/** What goes wrong with a request. A refusal proves that nothing was taken: it has no `after`. */
export type Fault =
  /** The connection breaks: a TypeError, as of any network failure. */
  | { how: 'close'; when: When }
  /** Never answers; rejects when the caller gives up. */
  | { how: 'hang'; when: When }
  /** A page of HTML from something in front of Resend; 502 by default. */
  | { how: 'html'; when: When; status?: number }
  /** Resend's own error, as JSON: 500 `application_error` by default. */
  | { how: 'error'; when: When; status?: number; name?: string }
  /** 200 (or what was decided) without a body. */
  | { how: 'empty'; when: When }
  /** The same, and the connection breaks in the middle of the body. */
  | { how: 'cut'; when: When }
  /** All is taken, and the answer lacks the last id. */
  | { how: 'short-ids'; when?: 'after' }
  /** 429 with any `retry-after`: seconds, an HTTP date, nonsense, or none at all. */
  | { how: 'rate-limit'; when?: 'before'; retryAfter?: string }
  /** 429, daily by default. */
  | { how: 'quota'; when?: 'before'; name?: 'daily_quota_exceeded' | 'monthly_quota_exceeded' }
  /** 403 `invalid_api_key` by default, 401 under the other names. */
  | { how: 'bad-key'; when?: 'before'; name?: 'missing_api_key' | 'restricted_api_key' }
  /** Any other refusal. */
  | { how: 'refuse'; when?: 'before'; status: number; name: string }
  /** These places of the batch are found invalid; permissive validation takes the others. */
  | { how: 'partial'; when?: 'before'; places: number[] }
  /** Is worked on until the promise settles, its key in flight, whether or not the caller waits. */
  | { how: 'hold'; when?: 'before'; until: Promise<unknown> };

/** The local default of RESEND_WEBHOOK_SECRET (src/env.ts). */
const LOCAL_SECRET = 'whsec_dGhpcy1zZWNyZXQtd29ya3Mtb25seS1oZXJl';

/** Resend's limits (resend.com/docs/api-reference/emails/send-batch-emails). */
const BATCH_SIZE = 100;
const KEY_LENGTH = 256;
const DAY = 86_400_000;
const SECOND = 1_000;

/** A decision and the JSON that tells it. */
interface Reply {
  decision: string;
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

export function createFakeResend(options: FakeResendOptions = {}): FakeResend {
  const { now = Date.now, apiKey, requestsPerSecond = 5, webhookSecret = LOCAL_SECRET } = options;
  const { keepsBodies = true, sendingKey } = options;
  const accepted: AcceptedMail[] = [];
  const requests: SeenRequest[] = [];
  const refusedAddresses = new Set<string>();
  const lastEvents = new Map<string, string>();
  const faults: Fault[] = [];
  let choose: ((request: SeenRequest) => Fault | null) | null = null;
  /** Times of the requests that were let through within the last second. */
  let recent: number[] = [];
  /** By key; without a reply while in flight. */
  const remembered = new Map<string, { at: number; sha256: string; reply: Reply | null }>();

  /** The whole way of one request. It goes on to its end even where the caller has gone. */
  async function serve(request: Arrived): Promise<Response> {
    const sha256 = await hex(request.bytes);
    const key = request.headers.get('idempotency-key');
    const seen: SeenRequest = { at: now(), key, sha256, fault: null, decision: null, status: null };
    requests.push(seen);

    let paceHeaders: Record<string, string> = {};
    const send = (reply: Reply): Response => {
      seen.decision = reply.decision;
      seen.status = reply.status;
      const { status, headers } = reply;
      return Response.json(reply.body, { status, headers: { ...paceHeaders, ...headers } });
    };

    const stranger = wrongEndpoint(request) ?? wrongApiKey(request);
    if (stranger) return send(stranger);
    const pace = countRequest();
    paceHeaders = pace.headers;
    if (pace.exceeded) {
      return send({
        ...refusal(429, 'rate_limit_exceeded', `Only ${requestsPerSecond} requests per second.`),
        headers: { 'retry-after': paceHeaders['ratelimit-reset'] ?? '1' },
      });
    }

    const fault = faults.shift() ?? choose?.(seen) ?? null;
    seen.fault = fault?.how ?? null;
    const instead = fault && refusalOf(fault);
    if (instead) return send(instead);
    if (fault?.when === 'before') {
      const broken = breakAnswer(fault, NOTHING_TAKEN, seen);
      if (broken) return broken;
    }
    const reply = request.method === 'GET' ? readRecord(request) : await take(request, seen, fault);
    if (fault?.when === 'after') {
      seen.decision = reply.decision;
      const broken = breakAnswer(fault, reply, seen);
      if (broken) return broken;
    }
    return send(fault?.how === 'short-ids' ? withoutLastId(reply) : reply);
  }

  /** Keys, validation and acceptance: what Resend itself does with a request. */
  async function take(
    request: Arrived,
    { key, sha256 }: SeenRequest,
    fault: Fault | null,
  ): Promise<Reply> {
    const work = async () => {
      if (fault?.how === 'hold') await Promise.allSettled([fault.until]);
      return validate(request, key, fault);
    };
    if (key === null) return work();
    if (key.length < 1 || key.length > KEY_LENGTH) {
      const message = `Idempotency keys must have between 1 and ${KEY_LENGTH} characters.`;
      return refusal(400, 'invalid_idempotency_key', message);
    }
    const known = remembered.get(key);
    if (known && (known.reply === null || now() - known.at < DAY)) {
      if (known.reply === null) {
        const message = 'There is another request in progress with the same idempotency key.';
        return refusal(409, 'concurrent_idempotent_requests', message);
      }
      if (known.sha256 !== sha256) {
        const message = 'This idempotency key has been used for another request body.';
        return refusal(409, 'invalid_idempotent_request', message);
      }
      return { ...known.reply, decision: 'replayed' };
    }
    const entry = { at: now(), sha256, reply: null as Reply | null };
    remembered.set(key, entry);
    const reply = await work();
    // Documented for mails that were sent; of refusals the pages say nothing. Here a repeated one
    // is looked at afresh: the case in which a caller who relies on the refusal sends twice.
    if (reply.decision === 'accepted') Object.assign(entry, { at: now(), reply });
    else remembered.delete(key);
    return reply;
  }

  /** Takes the batch, all of it or, in permissive mode, what is valid of it. */
  function validate(request: Arrived, key: string | null, fault: Fault | null): Reply {
    const mails = parse(request.bytes);
    if (mails === undefined) return refusal(400, 'validation_error', 'The body is not JSON.');
    if (!Array.isArray(mails)) {
      return refusal(422, 'validation_error', 'The `request.body` field must be an `array`.');
    }
    if (mails.length < 1 || mails.length > BATCH_SIZE) {
      return refusal(422, 'validation_error', `A batch holds 1 to ${BATCH_SIZE} emails.`);
    }
    const told = fault?.how === 'partial' ? fault.places : [];
    const problems = mails.map((mail: unknown, place) =>
      told.includes(place)
        ? invalid('Invalid `to` field. Told to refuse it.')
        : problemOf(mail, refusedAddresses),
    );
    const permissive = request.headers.get('x-batch-validation') === 'permissive';
    const first = problems.find((problem) => problem !== null);
    if (first && !permissive) return refusal(422, first.name, first.message);

    const data: { id: string }[] = [];
    const errors: { index: number; message: string }[] = [];
    for (const [position, problem] of problems.entries()) {
      if (problem) {
        errors.push({ index: position, message: problem.message });
        continue;
      }
      const id = crypto.randomUUID();
      data.push({ id });
      const whole = mails[position] as Mail;
      const mail = keepsBodies ? whole : { ...whole, html: '', text: '' };
      accepted.push({ id, key, position, at: now(), mail });
    }
    return { decision: 'accepted', status: 200, body: permissive ? { data, errors } : { data } };
  }

  /**
   * `GET /emails`, newest first, and `GET /emails/<id>`. Only the mail alone tells its tags
   * (resend.com/docs/api-reference/emails/list-emails and …/retrieve-email).
   */
  function readRecord(request: Arrived): Reply {
    const { pathname, searchParams } = new URL(request.url);
    const id = /^\/emails\/(.+)$/.exec(pathname)?.[1];
    if (id !== undefined) {
      const known = accepted.find((each) => each.id === id);
      if (!known) return refusal(404, 'not_found', 'Email not found');
      const { html, text, tags = [] } = known.mail;
      const body = { object: 'email', ...listed(known, lastEvents), html, text, tags };
      return { decision: 'read', status: 200, body };
    }
    const limit = Number(searchParams.get('limit') ?? 20);
    if (!Number.isInteger(limit) || limit < 1 || limit > 100) {
      return refusal(422, 'validation_error', 'The `limit` must be between 1 and 100.');
    }
    const [after, before] = [searchParams.get('after'), searchParams.get('before')];
    if (after !== null && before !== null) {
      return refusal(422, 'validation_error', 'Only one of `after` and `before` may be given.');
    }
    const newest = accepted.toReversed();
    const place = newest.findIndex((each) => each.id === (after ?? before));
    if ((after ?? before) !== null && place < 0) {
      return refusal(422, 'validation_error', 'The cursor is not the id of an email.');
    }
    const rest = before === null ? newest.slice(place + 1) : newest.slice(0, place);
    const page = before === null ? rest.slice(0, limit) : rest.slice(-limit);
    const data = page.map((each) => listed(each, lastEvents));
    return {
      decision: 'read',
      status: 200,
      body: { object: 'list', has_more: rest.length > page.length, data },
    };
  }

  function wrongApiKey(request: Arrived): Reply | null {
    const given = /^Bearer (\S+)$/.exec(request.headers.get('authorization') ?? '')?.[1];
    if (given === undefined) return refusalOf({ how: 'bad-key', name: 'missing_api_key' });
    if (given === sendingKey) {
      return request.method === 'GET'
        ? refusalOf({ how: 'bad-key', name: 'restricted_api_key' })
        : null;
    }
    return apiKey === undefined || given === apiKey ? null : refusalOf({ how: 'bad-key' });
  }

  /** Counts what is let through. The headers follow the IETF's sixth draft, in seconds. */
  function countRequest(): { exceeded: boolean; headers: Record<string, string> } {
    if (requestsPerSecond === null) return { exceeded: false, headers: {} };
    const time = now();
    recent = recent.filter((at) => at > time - SECOND);
    const exceeded = recent.length >= requestsPerSecond;
    if (!exceeded) recent.push(time);
    const headers = {
      'ratelimit-limit': String(requestsPerSecond),
      'ratelimit-remaining': String(requestsPerSecond - recent.length),
      'ratelimit-reset': String(Math.ceil(((recent[0] ?? time) + SECOND - time) / SECOND)),
    };
    return { exceeded, headers };
  }

  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    const signal = init?.signal ?? request.signal;
    signal?.throwIfAborted();
    const { method, url, headers } = request;
    const bytes = new Uint8Array(await request.arrayBuffer());
    return answer({ method, url, headers, bytes }, signal);
  };

  async function answer(request: Arrived, signal?: AbortSignal | null): Promise<Response> {
    signal?.throwIfAborted();
    const response = serve(request);
    if (!signal) return response;
    return new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      response.then(resolve, reject);
    });
  }

  return {
    fetch,
    answer,
    install(origin) {
      const before = globalThis.fetch;
      globalThis.fetch = async (input, init) => {
        const url = new URL(input instanceof Request ? input.url : input);
        return url.origin === origin ? fetch(input, init) : before(input, init);
      };
      return () => {
        globalThis.fetch = before;
      };
    },
    accepted,
    acceptedTo(address) {
      return accepted.filter(
        ({ mail }) => bareAddress([mail.to].flat()[0]) === address.toLowerCase(),
      );
    },
    doubles() {
      const byDelivery = Map.groupBy(accepted, ({ mail, id }) => {
        const delivery = mail.tags?.find((tag) => tag.name === 'delivery')?.value;
        if (!delivery) throw new Error(`accepted without a delivery tag: ${id}`);
        return delivery;
      });
      return [...byDelivery]
        .filter(([, mails]) => mails.length > 1)
        .map(([delivery, mails]) => ({ delivery, mails }));
    },
    requests,
    refusedAddresses,
    lastEvents,
    fail: (...more) => void faults.push(...more),
    failWhile(chosen) {
      choose = chosen;
    },
    webhookSecret,
    webhook: (type, mail, { at = now(), secret = webhookSecret, ...more } = {}) =>
      signEvent(type, mail, { at, secret, ...more }),
  };
}

function refusal(status: number, name: string, message: string): Reply {
  return { decision: name, status, body: { statusCode: status, name, message } };
}

/** A mail as the record lists it. */
function listed({ id, at, mail }: AcceptedMail, lastEvents: Map<string, string>) {
  return {
    id,
    message_id: `<${id}@resend.example>`,
    to: [mail.to].flat(),
    from: mail.from,
    // As Postgres writes it, which is what Resend hands out.
    created_at: new Date(at).toISOString().replace('T', ' ').replace('Z', '+00'),
    subject: mail.subject,
    bcc: null,
    cc: null,
    reply_to: mail.reply_to === undefined ? null : [mail.reply_to],
    last_event: lastEvents.get(id) ?? 'delivered',
    scheduled_at: null,
  };
}

function wrongEndpoint(request: Arrived): Reply | null {
  const { pathname } = new URL(request.url);
  const method = /^\/emails\/batch$/.test(pathname)
    ? 'POST'
    : /^\/emails(\/[^/]+)?$/.test(pathname)
      ? 'GET'
      : null;
  if (method === null) {
    return refusal(404, 'not_found', 'The requested endpoint does not exist.');
  }
  if (request.method === method) return null;
  return refusal(405, 'method_not_allowed', 'Method is not allowed for the requested path.');
}

function refusalOf(fault: Fault): Reply | null {
  switch (fault.how) {
    case 'rate-limit': {
      const headers: Record<string, string> = {};
      if (fault.retryAfter !== undefined) headers['retry-after'] = fault.retryAfter;
      return { ...refusal(429, 'rate_limit_exceeded', 'Too many requests.'), headers };
    }
    case 'quota': {
      const name = fault.name ?? 'daily_quota_exceeded';
      return refusal(429, name, 'You have exceeded your email sending quota.');
    }
    case 'bad-key':
      return fault.name
        ? refusal(401, fault.name, 'The API key is missing, or may not do this.')
        : refusal(403, 'invalid_api_key', 'API key is invalid.');
    case 'refuse':
      return refusal(fault.status, fault.name, 'Told to refuse it.');
    default:
      return null;
  }
}

const NOTHING_TAKEN: Reply = { decision: '', status: 200, body: { data: [] } };

/** What goes out in place of a reply, or null where the fault is none of the answer's. */
function breakAnswer(fault: Fault, reply: Reply, seen: SeenRequest): Promise<Response> | null {
  const answer = (text: string | ReadableStream, status: number, type: string) => {
    seen.status = status;
    return Promise.resolve(new Response(text, { status, headers: { 'content-type': type } }));
  };
  switch (fault.how) {
    case 'close':
      return Promise.reject(new TypeError('The connection was closed.'));
    case 'hang':
      return new Promise(() => {});
    case 'html': {
      const { status = 502 } = fault;
      return answer(`<!doctype html><title>${status}</title><h1>Sorry</h1>`, status, 'text/html');
    }
    case 'error': {
      const { status = 500, name = 'application_error' } = fault;
      const text = JSON.stringify(refusal(status, name, 'An unexpected error occurred.').body);
      return answer(text, status, 'application/json');
    }
    case 'empty':
      return answer('', reply.status, 'application/json');
    case 'cut':
      return answer(cutOff(JSON.stringify(reply.body)), reply.status, 'application/json');
    default:
      return null;
  }
}

/** Half a text, and then the connection is gone. */
function cutOff(text: string): ReadableStream {
  let sent = false;
  return new ReadableStream({
    pull(controller) {
      if (sent) return controller.error(new TypeError('The connection was closed.'));
      sent = true;
      controller.enqueue(new TextEncoder().encode(text.slice(0, text.length / 2)));
    },
  });
}

function withoutLastId(reply: Reply): Reply {
  const body = reply.body as { data?: { id: string }[] };
  return body.data ? { ...reply, body: { ...body, data: body.data.slice(0, -1) } } : reply;
}

async function hex(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Undefined for what is not JSON. */
export function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
