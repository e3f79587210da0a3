/** A provider's signed record of an edition: what it says, what is wrong with one, and what counts on a day. */

import type { Seconds } from '../clock.ts';
import type { Approval } from './certificate.ts';

/** A text that counts as read, since when, and how it came to. */
export interface Accepted {
  /** SHA-256 of the text, hexadecimal. */
  text: string;
  /** 0 for the items of an edition, to which a provider can only say that it knows of them. */
  lesson: number;
  at: Seconds;
  how: 'adopted' | 'followed' | 'accepted';
}

/** Whether something is asked of the learner: not at all, as they like, or before they can go on. */
export type Asked = 'no' | 'may' | 'must';

/** One approver's permission, as it is printed, and what decides whether it counts. Days are `YYYY-MM-DD`. */
export interface AdoptedApproval extends Approval {
  status: 'approved';
  /** Since when it has held without a gap, under whatever number; at most `validFrom`. */
  heldSince: string;
  /** `completion` where the approver says that the day of completion alone decides. */
  start: 'first-lesson' | 'completion';
  /** What the operator saw, and when. Shown to no learner. */
  evidence: string;
}

/** Everything that a provider agrees to, in its own words: `adoptions.body`. */
export interface AdoptionBody {
  /** Hash of the edition. */
  edition: string;
  /** Hashes of texts that count beside the edition's own: of an earlier one, whose learners are on their way. */
  accepts: string[];
  corrections: 'follow' | 'ask';
  /** Days, of which the second is the last on which a claim may be completed. */
  from: string;
  until: string;
  /** `image` is a row of `prints`; null where the typed name stands for it. */
  signer: { name: string; title: string; credentials: string; image: string | null };
  contact: { address: string; email: string; phone: string | null };
  administrator: string;
  /** "Name, degrees" each. */
  planners: string[];
  /** Conflict of interest and commercial support, in whole sentences, also for none. */
  disclosure: string;
  /** Ids of 4 to 6 of the edition's 24, such as `3b`. */
  objectives: string[];
  audience: string;
  level: string;
  limits: string;
  refund: string;
  grievance: string;
  accommodation: string;
  fee: string;
  release: 'at-once' | 'by-hand';
  /** `difficulty` is Mergener's, 1 to 5; null where the method has none. `count` is a multiple of 0.25. */
  hours: { method: string; minutes: number; difficulty: number | null; count: number };
  /** Whole percent, 70 to 100. */
  passMark: number;
  /** 1 to 10, or null for as many as are wanted. */
  tries: number | null;
  /** Hours, after the second failure and each further one. */
  waitHours: number;
  evaluation: 'required' | 'invited';
  asks: { licence: Asked; jurisdiction: Asked; profession: Asked };
  nameOnRegister: 'learner-chooses' | 'never';
  reviewedOn: string;
  reviewBy: string;
  reviewedBy: string;
  retentionYears: number;
  /** Who answers for claims and certificates under data protection law, and since which agreement. */
  controller: { name: string; agreedOn: string };
  /** None is allowed: then nothing that a reader sees says credit. */
  approvals: AdoptedApproval[];
}

/** An approval counts from the first lesson to the last press, or on the day of completion alone where its approver says so. */
export function approvalsOn(
  { approvals }: Pick<AdoptionBody, 'approvals'>,
  { first, completed }: { first: string; completed: string },
): AdoptedApproval[] {
  return approvals.filter(
    ({ start, heldSince, validFrom, validUntil }) =>
      (start === 'completion' || heldSince <= first) &&
      validFrom <= completed &&
      completed <= validUntil,
  );
}

/** Whether anything of an adoption may say credit. */
export const speaksOfCredit = ({ approvals }: Pick<AdoptionBody, 'approvals'>): boolean =>
  approvals.length > 0;

/** The format that an approval is for; without one, what the course is by itself. */
export const formatOf = ([first]: readonly Pick<AdoptedApproval, 'format'>[]): string =>
  first?.format ?? 'asynchronous, text-based self-study';

/** What of an adoption somebody should look at. Days are `YYYY-MM-DD`. */
export type Nearing =
  | { what: 'approval'; kind: string; on: string }
  | { what: 'adoption'; on: string }
  | { what: 'review'; on: string };

/**
 * What ends by a day: an approval, the adoption itself; and the review of its text, once its day has come.
 *
 * @param soon the last day that is told of
 */
export function nearingOf(
  { approvals, until, reviewBy }: Pick<AdoptionBody, 'approvals' | 'until' | 'reviewBy'>,
  { today, soon }: { today: string; soon: string },
): Nearing[] {
  return [
    ...(until <= soon ? [{ what: 'adoption' as const, on: until }] : []),
    ...approvals
      .filter(({ validUntil }) => validUntil <= soon)
      .map(({ kind, validUntil }) => ({ what: 'approval' as const, kind, on: validUntil })),
    ...(reviewBy <= today ? [{ what: 'review' as const, on: reviewBy }] : []),
  ];
}
