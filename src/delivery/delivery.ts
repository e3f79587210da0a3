import { DAY, HOUR, MINUTE, millisOf, type Seconds } from '../clock.ts';
import type { batches, deliveries, events, suppressions } from '../db/schema.ts';
import type { Kind } from './kinds.ts';

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
  /** Through whom the course is taken, a key of the batch's `offered`; missing in an earlier version's rows. */
  providerId?: number | null;
  /** What a mail to staff says; null for a subscriber's, missing in rows frozen by an earlier version. */
  staff?: FrozenForStaff | null;
}

/** What a mail to somebody of the staff is made of, beside its address. */
export interface FrozenForStaff {
  /** The entry whose link or digits it carries; null for a mere notice. */
  entryId: number | null;
  room: 'portal' | 'console' | null;
  /** The provider of whom it tells, by name and slug. */
  provider: string | null;
  slug: string | null;
}

type BatchRow = typeof batches.$inferSelect;

export type BatchState = BatchRow['state'];

/** A leased batch. */
export interface Batch
  extends Pick<
    BatchRow,
    | 'id'
    | 'key'
    | 'lane'
    | 'mailFrom'
    | 'replyTo'
    | 'baseUrl'
    | 'postalAddress'
    | 'keyId'
    /** SHA-256 of the body, hex, once it was made. */
    | 'sha256'
    | 'attempts'
    /** Attempts without a usable answer, this one included; 1 means that all before were answered. */
    | 'unanswered'
  > {
  leaseId: string;
  /** Enrollments that were claimed for it; empty in the other lane, and once its bytes are known. */
  who: number[];
  rows: FrozenRow[];
  /** What the providers of its mails are called, by id. */
  offered: ReadonlyMap<string, string>;
  /** False where what was frozen cannot be read: there are no rows then, and it must not be posted. */
  legible: boolean;
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

type EventKind = typeof events.$inferSelect.kind;
type State = typeof deliveries.$inferSelect.state;

/** What an event tells of a mail, and what follows for its course and its address. */
interface Told {
  /** From which states it moves the mail on, and to which: forward only. */
  moves?: { to: State; from: readonly State[] };
  /** The mail came back and stays so. Otherwise it was the answer of a machine to what had arrived. */
  isClear?: true;
  /** One of the mails that pause a course by coming back. */
  counts?: true;
  /** The address is never mailed again, and why. */
  suppresses?: typeof suppressions.$inferSelect.reason;
  /** The mailer took the mail and did not send it. */
  unsent?: true;
}

/** The one table of events. */
export const EVENTS: Readonly<Record<EventKind, Told>> = {
  delivered: { moves: { to: 'delivered', from: ['sent'] } },
  'unclear-bounce': { moves: { to: 'bounced', from: ['sent'] }, counts: true },
  'soft-bounce': {
    moves: { to: 'bounced', from: ['sent', 'delivered'] },
    isClear: true,
    counts: true,
  },
  'hard-bounce': {
    moves: { to: 'bounced', from: ['sent', 'delivered'] },
    isClear: true,
    suppresses: 'bounce',
  },
  complaint: {
    moves: { to: 'complained', from: ['sent', 'delivered', 'bounced'] },
    suppresses: 'complaint',
  },
  refused: { unsent: true },
  failed: { unsent: true },
};

const eventsThat = (are: (told: Told) => boolean): readonly EventKind[] =>
  (Object.keys(EVENTS) as EventKind[]).filter((kind) => are(EVENTS[kind]));

/** What came back by these stays so; the rest was the answer of a machine to what had arrived. */
export const CLEAR_BOUNCES = eventsThat(({ isClear }) => isClear === true);

/** Mails of one course that came back by these pause it: so many in so long, in seconds of machine time. */
export const BOUNCES_THAT_PAUSE: { by: readonly EventKind[]; count: number; within: Seconds } = {
  by: eventsThat(({ counts }) => counts === true),
  count: 5,
  within: 30 * DAY,
};

/** How long a mail that the mailer failed to send is told of, in seconds of machine time. */
export const FAILURES_WITHIN: Seconds = DAY;

/** How often to look for what is only kept for so long, in seconds of course time. */
export const CHORES_EVERY: Seconds = HOUR;
