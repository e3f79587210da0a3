import { imprint } from 'virtual:emails';
import { type AlertSink, createAlertSink } from './alert.ts';
import { type Clock, type MovableClock, movableClock, realClock } from './clock.ts';
import { createDatabase, type Database } from './db/client.ts';
import { readClockOffset } from './db/statements.ts';
import { type Env, type Settings, settingsOf, signedBy } from './env.ts';
import { consoleLog, type Log } from './log.ts';
import { createMailbox } from './mailer/mailbox.ts';
import type { Lane, Mailer } from './mailer/mailer.ts';
import { createResendMailer } from './mailer/resend.ts';
import { createSeal, type Seal } from './seal.ts';
import { createTokens, type Tokens } from './token.ts';
import { createTurnstile, type Turnstile } from './turnstile.ts';
import { wakeUp } from './wake.ts';

/** What every verb is given. Built the same way for a request, a tick and a queue message. */
export interface Context {
  settings: Settings;
  db: Database;
  mailer: Mailer;
  /** Sends a wake-up for a lane. A lost one is made good by the next tick. */
  wake(lane: Lane): Promise<void>;
  clock: Clock | MovableClock;
  tokens: Tokens;
  /** Encrypts the practice log. */
  seal: Seal;
  log: Log;
  /** The bytes of a file that the build has put beside the Worker, by its address. */
  asset(path: string): Promise<Uint8Array>;
  /** Where the operator is told what needs them; null where ALERT_URL is not set. */
  alert: AlertSink | null;
  /** What every signup must pass; null where its keys are not set. */
  turnstile: Turnstile | null;
}

const tokensOf = new WeakMap<Settings, Tokens>();

/**
 * @throws DomainError `misconfigured` where a setting is missing or wrong
 */
export async function createContext(env: Env): Promise<Context> {
  const parsed = settingsOf(env);
  const settings = imprint.sender === null ? parsed : signedBy(parsed, imprint.sender);
  const db = createDatabase(env.DB);
  // Keys are imported once for each isolate, not for each request.
  let tokens = tokensOf.get(parsed);
  if (!tokens) {
    tokens = createTokens(settings.signingKeys, settings.hashKey);
    tokensOf.set(parsed, tokens);
  }
  const clock =
    settings.clock === 'movable' ? movableClock(await readClockOffset(db)) : realClock();
  return {
    settings,
    db,
    mailer: settings.resend ? createResendMailer(settings.resend) : createMailbox(db, clock),
    wake: (lane) =>
      wakeUp(lane === 'prompt' ? env.PROMPT_QUEUE : env.LESSON_QUEUE, { lane }, clock.machine),
    clock,
    tokens,
    seal: createSeal(settings.logKeys),
    log: consoleLog,
    asset: (path) => readAsset(env.ASSETS, path),
    alert: settings.alertUrl === null ? null : createAlertSink(settings.alertUrl),
    turnstile: settings.turnstile === null ? null : createTurnstile(settings.turnstile),
  };
}

/** @throws Error where there is no such file: the build and the Worker are not of one piece */
async function readAsset(assets: Fetcher, path: string): Promise<Uint8Array> {
  // Files are asked for by path; what the host is called does not matter.
  const answer = await assets.fetch(new URL(path, 'http://localhost'));
  if (!answer.ok) throw new Error(`there is no file at ${path}`);
  return new Uint8Array(await answer.arrayBuffer());
}
