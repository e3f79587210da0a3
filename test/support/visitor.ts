import { env as bindings } from 'cloudflare:workers';
import { sql } from 'drizzle-orm';
import { type Context, createContext } from '../../src/context.ts';
import { pulse } from '../../src/db/schema.ts';
import { dispatch } from '../../src/delivery/dispatch.ts';
import { moveClock } from '../../src/delivery/move-clock.ts';
import { tick } from '../../src/delivery/tick.ts';
import type { Env } from '../../src/env.ts';
import type { Log } from '../../src/log.ts';
import { type MailboxEntry, readMailbox } from '../../src/mailer/mailbox.ts';
import type { Lane } from '../../src/mailer/mailer.ts';
import { app } from '../../src/web/app.tsx';
import { change } from './rows.ts';

export const HOST = 'http://localhost:8787';

const FORM = 'application/x-www-form-urlencoded';
const JSON_TYPE = 'application/json';

/** Somebody with a browser, and the service behind the address bar. */
export interface Visitor {
  env: Env;
  /** Wake-ups that were sent, in order. Nothing consumes them: `work` does. */
  woken: Lane[];
  /** Redirects are not followed. What the service does once it has answered is done, too. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  /** Sends a form of ours, as a browser does. */
  post(
    path: string,
    fields?: Record<string, string>,
    headers?: Record<string, string>,
  ): Promise<Response>;
  /** Sends JSON and asks for JSON. */
  postJson(path: string, value: unknown, headers?: Record<string, string>): Promise<Response>;
  /** Sends these bytes under this content type, or under none. */
  postRaw(
    path: string,
    body: BodyInit | null,
    type?: string,
    headers?: Record<string, string>,
  ): Promise<Response>;
  /** The context that a request gets, without its log lines. */
  context(): Promise<Context>;
  /** One minute of the service: a tick, and both lanes worked off. */
  work(): Promise<void>;
  /** The mails that went to an address, oldest first. */
  mails(to?: string): Promise<MailboxEntry[]>;
  /** Sets course time, in either direction. */
  setTime(iso: string): Promise<void>;
  /** Moves course time forward to an instant, sending what falls due on the way. */
  moveTo(iso: string): Promise<void>;
  /** Moves course time, in seconds, without sending what falls due on the way. */
  pass(seconds: number): Promise<void>;
}

/**
 * A visitor of the app on the real D1, with queues that only record. What a test changes in `env` is
 * changed for this visitor.
 */
export function visitor(changes: Partial<Env> = {}, host: string = HOST): Visitor {
  const woken: Lane[] = [];
  const queue = (lane: Lane) => ({ send: async () => void woken.push(lane) }) as unknown;
  const env = {
    ...bindings,
    PROMPT_QUEUE: queue('prompt') as Env['PROMPT_QUEUE'],
    LESSON_QUEUE: queue('lesson') as Env['LESSON_QUEUE'],
    ...changes,
  } satisfies Env;

  const context = async (): Promise<Context> => ({ ...(await createContext(env)), log: silent });
  const self: Visitor = {
    env,
    woken,
    fetch: async (path, init) => {
      const after: Promise<unknown>[] = [];
      const response = await app.fetch(new Request(host + path, init), env, {
        waitUntil: (promise: Promise<unknown>) => void after.push(promise),
      } as ExecutionContext);
      await Promise.all(after);
      return response;
    },
    get: (path, headers = {}) => self.fetch(path, { headers }),
    post: (path, fields = {}, headers = {}) =>
      self.postRaw(path, new URLSearchParams(fields).toString(), FORM, headers),
    postJson: (path, value, headers = {}) =>
      self.postRaw(path, JSON.stringify(value), JSON_TYPE, { accept: JSON_TYPE, ...headers }),
    postRaw: (path, body, type, headers = {}) =>
      self.fetch(path, {
        method: 'POST',
        body,
        headers: fromOurs(type === undefined ? headers : { 'content-type': type, ...headers }),
      }),
    context,
    async work() {
      const ctx = await context();
      await tick(ctx);
      await dispatch(ctx, 'prompt');
      await dispatch(ctx, 'lesson');
    },
    async mails(to) {
      const mails = await readMailbox((await context()).db);
      return to === undefined ? mails : mails.filter((mail) => mail.to === to);
    },
    async setTime(iso) {
      const offset = Math.floor(Date.parse(iso) / 1000) - Math.floor(Date.now() / 1000);
      await change(pulse, { clockOffset: offset });
    },
    async moveTo(iso) {
      const ctx = await context();
      if (!('moveTo' in ctx.clock)) throw new Error('this clock cannot be moved');
      await moveClock({ ...ctx, clock: ctx.clock }, Date.parse(iso) / 1000);
    },
    async pass(seconds) {
      await change(pulse, { clockOffset: sql`${pulse.clockOffset} + ${seconds}` });
    },
  };
  return self;
}

/** What a browser adds to what a page of ours sends, unless the test names another. */
function fromOurs(headers: Record<string, string>): Record<string, string> {
  return 'origin' in headers ? headers : { 'sec-fetch-site': 'same-origin', ...headers };
}

const silent: Log = { info: () => {}, warn: () => {}, error: () => {} };

/** A local part that no other test uses. */
let people = 0;
export function newAddress(): string {
  people += 1;
  return `visitor-${people}@example.org`;
}

/** A production configuration in which nothing is missing. Its mailer is not to be reached by tests. */
export const PRODUCTION = {
  BASE_URL: 'https://course.example.org',
  MAILER: 'resend',
  CLOCK: 'real',
  MAIL_FROM: 'In the Room <course@mail.example.org>',
  MAIL_REPLY_TO: 'people@example.org',
  POSTAL_ADDRESS: 'In the Room, 12 Linden Street, Portland',
  RESEND_API_KEY: 're_test_key',
  RESEND_WEBHOOK_SECRET: 'whsec_YSBzZWNyZXQgdGhhdCBub2JvZHkga25vd3M=',
  SIGNING_KEYS: 'k1:a-signing-key-that-is-long-enough-for-anybody',
  HASH_KEY: 'a-hash-key-that-is-long-enough-for-anybody',
  LOG_KEY: 'k1:a-log-key-that-is-long-enough-for-anybody',
  OPERATOR_TOKEN: 'an-operator-token-that-is-long-enough',
} satisfies Partial<Env>;

/** A day, in seconds. */
export const DAY = 86_400;

/** A D1 that counts what is asked of it: statements prepared, and statements of each batch. */
export function countingDatabase(): { DB: D1Database; counts: () => string } {
  const seen: string[] = [];
  const DB = new Proxy(bindings.DB, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => {
        if (name === 'prepare') seen.push(`prepare ${String(args[0]).replace(/\s+/g, ' ')}`);
        if (name === 'batch') seen.push(`batch of ${(args[0] as unknown[]).length}`);
        return Reflect.apply(member, target, args);
      };
    },
  });
  return { DB, counts: () => seen.splice(0).join('\n') };
}

/** What the console got while `body` ran, and what `body` gave. */
export async function withConsole<T>(
  body: () => Promise<T>,
): Promise<{ given: T; lines: string[] }> {
  const before = globalThis.console;
  const lines: string[] = [];
  const take = (...args: unknown[]) => void lines.push(args.map(String).join(' '));
  globalThis.console = { ...before, debug: take, log: take, info: take, warn: take, error: take };
  try {
    return { given: await body(), lines };
  } finally {
    globalThis.console = before;
  }
}

const ENTITIES: Record<string, string> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};

/** A page as a person meets it: its words, and the elements they stand in. */
export interface Seen {
  /** Text and nothing else, entities read. */
  text: string;
  /** Names of the elements, in order. */
  elements: string[];
  /** Attributes of every element of a name, in order. */
  all(name: string): Record<string, string>[];
}

/** Reads a page's markup with the platform's own parser. */
export async function see(page: Response | string): Promise<Seen> {
  const elements: { name: string; attributes: Record<string, string> }[] = [];
  let text = '';
  const decode = (raw: string) =>
    raw.replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => ENTITIES[entity] ?? entity);
  const response = typeof page === 'string' ? new Response(page) : page;
  const rewriter = new HTMLRewriter()
    .on('*', {
      element(element) {
        const attributes: Record<string, string> = {};
        for (const [name, value] of element.attributes) {
          if (name !== undefined) attributes[name] = decode(value ?? '');
        }
        elements.push({ name: element.tagName, attributes });
      },
    })
    .onDocument({
      text(chunk) {
        text += chunk.text;
      },
    });
  await rewriter.transform(new Response(response.body)).text();
  return {
    text: decode(text),
    elements: elements.map((element) => element.name),
    all: (name) =>
      elements.filter((element) => element.name === name).map((element) => element.attributes),
  };
}
