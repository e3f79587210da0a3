import type { Millis } from '../clock.ts';
import type { batches } from '../db/schema.ts';

/** What a person just asked for, and lessons: two lanes, so that nobody waits behind a wave. */
export type Lane = typeof batches.$inferSelect.lane;

export const LANES: Lane[] = ['prompt', 'lesson'];

/** One mail as it is posted: the fields of Resend's batch interface. */
export interface Mail {
  from: string;
  to: string[];
  subject: string;
  html: string;
  text: string;
  reply_to?: string;
  headers?: Record<string, string>;
  tags: { name: string; value: string }[];
}

/** The address alone, in small letters, of `Name <address>` or an address. */
export function bareAddress(mailbox: string): string {
  return (/<([^<>]*)>\s*$/.exec(mailbox)?.[1] ?? mailbox).trim().toLowerCase();
}

export interface Post {
  /** The batch's idempotency key: the mailer takes the same key once, however often it is posted. */
  key: string;
  /** JSON array of up to 100 `Mail`, UTF-8; there until the answer is. */
  body: Uint8Array<ArrayBuffer>;
  /** How many mails the body holds. */
  size: number;
}

/** What the mailer's answer proves. */
export type Answer =
  /** Taken, but for the mails at these places, which it refuses for good. */
  | { kind: 'accepted'; refused: { index: number; message: string }[] }
  /** No answer, or one that cannot be read: it may have been taken. */
  | { kind: 'unknown'; reason: string }
  /** Nothing was taken; wait. */
  | { kind: 'rate-limited'; retryAfterMs: Millis }
  /** The same key is being worked on. */
  | { kind: 'busy' }
  /** The key was used for other bytes: whether these were taken cannot be known. */
  | { kind: 'mismatch' }
  /** Nothing was taken, and nothing will be until the operator acts. */
  | { kind: 'halt'; reason: string }
  /** Nothing was taken, and the same request never will be. */
  | { kind: 'refused'; reason: string };

/** What carries mail out. Never throws: what goes wrong is an answer. */
export interface Mailer {
  /** Time between two requests of a lane, in milliseconds. */
  interval: Record<Lane, Millis>;
  post(post: Post): Promise<Answer>;
}

/** A mail that the mailer took, as its own record lists it. */
export interface RecordedMail {
  /** The mailer's. */
  id: string;
  /** Bare addresses, in small letters. */
  to: string;
  from: string;
  subject: string;
  /** Machine time, epoch milliseconds. */
  at: number;
  /** It was taken and never went out. */
  failed: boolean;
}

/** What the mailer knows of what it took: asked by a restore, never on the way of a mail. */
export interface MailRecord {
  /**
   * Every mail since then, in no order that counts.
   *
   * @param since machine time, epoch milliseconds
   * @throws Error where the record cannot be read
   */
  list(since: number): AsyncIterable<RecordedMail>;
  /** The tags that a mail was posted with. Null where the mailer no longer knows it. */
  tags(id: string): Promise<Record<string, string> | null>;
}
