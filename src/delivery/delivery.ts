import { DAY, HOUR, MINUTE, millisOf } from '../clock.ts';
import { MAX_LATENESS } from '../course/schedule.ts';
import type { Lane } from '../mailer/mailer.ts';
import type { Kind } from './kinds.ts';

export type { Kind };

/** A row of a batch as it was frozen: all that is needed to make its mail again. */
export interface FrozenRow {
  /** The delivery. */
  id: number;
  kind: Kind;
  lesson: number | null;
  /** The content's hash; null where the build that froze it had none of the kind. */
  content: string | null;
  email: string;
  /** The address's hash; missing in rows frozen by an earlier version, whose mails carry no digest. */
  toHash?: string;
  firstName: string;
  subscriberId: number;
  linkVersion: number;
  /** Null for what is not part of an enrollment; then the slot is null too. */
  enrollmentId: number | null;
  rev: number | null;
  weekday: number | null;
  time: string | null;
  zone: string | null;
  /** The signup whose link a confirmation carries, when it was made, and through which provider. */
  signupId: number | null;
  signedUpAt: number | null;
  provider: string | null;
  /** The single-use link that it carries; missing in rows frozen by an earlier version. */
  linkId?: number | null;
  /** Epoch seconds, course time. */
  linkExpiresAt?: number | null;
}

export type BatchState = 'open' | 'accepted' | 'uncertain' | 'released';

/** A leased batch. */
export interface Batch {
  id: number;
  key: string;
  lane: Lane;
  /** Enrollments that were claimed for it; empty in the other lane, and once its bytes are known. */
  who: number[];
  rows: FrozenRow[];
  /** False where what was frozen cannot be read: there are no rows then, and it must not be posted. */
  legible: boolean;
  mailFrom: string;
  replyTo: string | null;
  baseUrl: string;
  postalAddress: string;
  keyId: string;
  /** SHA-256 of the body, hex, once it was made. */
  sha256: string | null;
  leaseId: string;
  attempts: number;
  /** Attempts without a usable answer, this one included; 1 means that all before were answered. */
  unanswered: number;
}

/** Enrollments that were claimed for a batch and have no mail in it. */
export function leftOut({ who, rows }: Batch): number[] {
  if (who.length <= rows.length) return [];
  const frozen = new Set(rows.map((row) => row.enrollmentId));
  return who.filter((id) => !frozen.has(id));
}

/** At most as many mails as the mailer takes in one request. */
export const BATCH_SIZE = 100;

/** How long one consumer may hold a batch, in milliseconds of machine time. */
export const LEASE = millisOf(2 * MINUTE);

/** After this long without a usable answer a batch is uncertain, in milliseconds of machine time. */
export const UNCERTAIN_AFTER = millisOf(20 * HOUR);

/**
 * A batch frozen further ahead than this, in milliseconds of machine time, has its time from a clock that
 * was wrong: when its key was first used nobody knows. (Two clocks that are believed differ by less.)
 */
export const FROZEN_AHEAD = millisOf(2 * HOUR);

/**
 * How long to wait before attempt `attempts + 1`, in milliseconds: doubling from 15 s to 15 minutes,
 * with up to a quarter of jitter so that batches that failed together do not return together.
 *
 * @param chance 0 to 1
 */
export function backoff(attempts: number, chance: number): number {
  const step = Math.min(15_000 * 2 ** Math.max(0, attempts - 1), 900_000);
  return Math.round(step * (1 + chance / 4));
}

/** In seconds; what a lesson may be late is three of them. */
export const HALF_DAY = DAY / 2;

/** What waits for the days to come, under a daily cap. */
export interface Backlog {
  /** Mails that today still allows. */
  left: number;
  /** Lessons by the half UTC day in which they fall due, oldest first: 0 is the first half of tomorrow. */
  halfDays: { halfDay: number; count: number }[];
}

/**
 * Whether the cap will hold a lesson back for more than 36 hours within three days. Lessons go out in
 * the order in which they are due, each no earlier than that, `cap` of them a day.
 */
export function holdsBackTooLong({ left, halfDays }: Backlog, cap: number): boolean {
  const queue = halfDays.map((each) => ({ ...each }));
  for (let day = 0; day <= 3; day++) {
    const began = 2 * (day - 1);
    const oldest = queue.find(({ count }) => count > 0);
    if (day > 0 && oldest && oldest.halfDay < began - MAX_LATENESS / HALF_DAY) return true;
    let allowed = day === 0 ? left : cap;
    for (const due of queue) {
      if (due.halfDay >= began + 2) break;
      const sent = Math.min(allowed, due.count);
      due.count -= sent;
      allowed -= sent;
    }
  }
  return false;
}
