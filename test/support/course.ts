import { env } from 'cloudflare:workers';
import type { Alert } from '../../src/alert.ts';
import type { Context } from '../../src/context.ts';
import { createDatabase } from '../../src/db/client.ts';
import { dispatch } from '../../src/delivery/dispatch.ts';
import { tick } from '../../src/delivery/tick.ts';
import { type Settings, settingsOf } from '../../src/env.ts';
import type { Log } from '../../src/log.ts';
import { createMailbox, type MailboxEntry, readMailbox } from '../../src/mailer/mailbox.ts';
import type { Lane, Mailer } from '../../src/mailer/mailer.ts';
import { createSeal } from '../../src/seal.ts';
import { confirmSignup } from '../../src/signup/confirm-signup.ts';
import { WORDS_VERSION } from '../../src/signup/consent.ts';
import { requestSignup } from '../../src/signup/request-signup.ts';
import { createTokens } from '../../src/token.ts';
import { type TestClock, testClock } from './clock.ts';

/** A context on the real D1 whose clock stands still, and what came out of it. */
export interface TestContext extends Context {
  clock: TestClock;
  /** Wake-ups that were sent, in order. Nothing consumes them. */
  woken: Lane[];
  /** Log lines, as JSON. */
  lines: string[];
  /** What ALERT_URL was told, in order. */
  alerts: Alert[];
}

export const MONDAY_NOON = '2026-11-30T12:00:00Z';

export function testContext(
  options: { start?: string; mailer?: Mailer; settings?: Partial<Settings> } = {},
): TestContext {
  const clock = testClock(options.start ?? MONDAY_NOON);
  const settings = { ...settingsOf(env), ...options.settings };
  const db = createDatabase(env.DB);
  const woken: Lane[] = [];
  const lines: string[] = [];
  const alerts: Alert[] = [];
  const write =
    (level: string): Log['info'] =>
    (event, fields) =>
      void lines.push(JSON.stringify({ level, event, ...fields }));
  return {
    settings,
    db,
    mailer: options.mailer ?? createMailbox(db, clock),
    wake: async (lane) => void woken.push(lane),
    clock,
    tokens: createTokens(settings.signingKeys, settings.hashKey),
    seal: createSeal(settings.logKeys),
    log: { info: write('info'), warn: write('warn'), error: write('error') },
    asset: async (path) =>
      new Uint8Array(
        await (await env.ASSETS.fetch(new URL(path, 'http://localhost'))).arrayBuffer(),
      ),
    woken,
    lines,
    alert: {
      async post(alert) {
        alerts.push(alert);
        return true;
      },
    },
    alerts,
    turnstile: null,
  };
}

let people = 0;

/** A signup through our own page, with whatever the test cares about changed. */
export async function signUp(
  ctx: Context,
  input: Partial<Parameters<typeof requestSignup>[1]> = {},
): Promise<string> {
  people += 1;
  const email = input.email ?? `learner-${people}@example.org`;
  await requestSignup(ctx, {
    email,
    firstName: 'Ana',
    timeZone: 'Europe/Berlin',
    providerKey: null,
    page: '/',
    wordsVersion: WORDS_VERSION,
    origin: null,
    stamp: '',
    turnstileToken: '',
    client: null,
    ...input,
  });
  return email.trim().toLowerCase();
}

/** One minute of the service: a tick, and both lanes worked off. */
export async function work(ctx: Context): Promise<void> {
  await tick(ctx, ctx.clock.machine());
  await dispatch(ctx, 'prompt');
  await dispatch(ctx, 'lesson');
}

/** The mails that went to an address, oldest first. */
export async function mailsTo(ctx: Context, email: string): Promise<MailboxEntry[]> {
  return (await readMailbox(ctx.db)).filter((mail) => mail.to === email);
}

/** The token behind the first link of a kind in a mail. */
export function tokenIn(mail: MailboxEntry | undefined, kind: string): string {
  const token = new RegExp(`/${kind}/([^\\s"/?#]+)`).exec(mail?.text ?? '')?.[1];
  if (!token) throw new Error(`no ${kind} link in ${mail?.subject ?? 'no mail'}`);
  return token;
}

/** A learner who signed up and confirmed, lesson 1 not yet sent. */
export async function enroll(
  ctx: Context,
  options: Partial<Record<'email' | 'firstName' | 'time' | 'zone', string>> & {
    weekday?: number;
  } = {},
): Promise<{ email: string; learnToken: string }> {
  const { email: given, firstName = 'Ana' } = options;
  const email = await signUp(ctx, { firstName, ...(given === undefined ? {} : { email: given }) });
  await dispatch(ctx, 'prompt');
  const confirmToken = tokenIn((await mailsTo(ctx, email)).at(-1), 'confirm');
  const { weekday = 2, time = '07:30', zone = 'Europe/Berlin' } = options;
  const link = await confirmSignup(ctx, confirmToken, { weekday, time, zone });
  if (link.kind !== 'confirmed') throw new Error(`confirmation was ${link.kind}`);
  return { email, learnToken: link.learnPath.replace('/learn/', '') };
}
