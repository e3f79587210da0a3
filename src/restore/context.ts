import { type Clock, type MovableClock, movableClock } from '../clock.ts';
import { createDatabase, type Database } from '../db/client.ts';
import { readClockOffset } from '../db/statements.ts';
import type { Log } from '../log.ts';
import { mailboxRecord } from '../mailer/mailbox.ts';
import type { MailRecord } from '../mailer/mailer.ts';
import { createResendRecord } from '../mailer/resend-record.ts';
import type { Shelf } from './luggage.ts';

/** What a restore is given. Built for its command, or by a test. */
export interface RestoreContext {
  db: Database;
  /** What the mailer says that it took. */
  record: MailRecord;
  clock: Clock | MovableClock;
  shelf: Shelf;
  /** Keeps the queues from being worked off, and says what it did. */
  pauseQueues(): Promise<string>;
  /** Tells the operator what was found, a line at a time. Never an address. */
  say(line: string): void;
  /** For the course's own verbs: what they find wrong is said too. */
  log: Log;
}

/** What a verb would log, said where it is about something wrong. */
export function sayingLog(say: (line: string) => void): Log {
  const wrong: Log['error'] = (event, fields) => say(`${event}: ${JSON.stringify(fields ?? {})}`);
  return { info: () => {}, warn: wrong, error: wrong };
}

/** What the command has of a database, a mailer and a terminal. */
export interface Hands extends Pick<RestoreContext, 'shelf' | 'pauseQueues' | 'say'> {
  /** A binding, or one behind a program (db/script.ts). */
  d1: D1Database;
  /** Null where the local mailbox is the mailer. */
  resend: { apiKey: string; baseUrl: string } | null;
}

/** Course time is where the database's clock stands: ahead of machine time on a local run only. */
export async function createRestoreContext(hands: Hands): Promise<RestoreContext> {
  const { d1, resend, ...rest } = hands;
  const db = createDatabase(d1);
  const clock = movableClock(await readClockOffset(db).catch(() => 0));
  const record = resend ? createResendRecord(resend, clock) : mailboxRecord(db, () => clock.offset);
  return { ...rest, db, record, clock, log: sayingLog(rest.say) };
}
