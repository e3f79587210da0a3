/** A claim: a learner's way to a certificate under one adoption. What counts, what is missing, what comes next. */

import { DAY, MINUTE, type Seconds } from '../clock.ts';
import { dateAfter } from '../course/schedule.ts';
import type { Accepted, AdoptionBody } from './adoption.ts';

/** Lessons that a certificate is for. The closing note is none. */
const LESSONS_COUNTED = 8;

/**
 * The version of the words below. It is stored with each claim, so that what somebody agreed to and said
 * can be read later. Raise it in the same commit as any change of the words.
 */
export const CREDIT_WORDS = '2026-11-a';

/** What a learner agrees to before anything of a claim is seen, as it stands beside the button. */
export const seenWords = (provider: string, retentionYears: number): string =>
  `${provider} will see your name and license as you write them here, when each lesson was sent, the day on which you complete, your score and how many tries it took. Never your answers. What the certificate says it keeps for ${retentionYears} years after that day, also where you erase everything here.`;

/** What is attested, one box each. */
export const ATTESTATION = [
  'I am the person who is named here.',
  'I have read all eight lessons.',
  'The answers in the test are my own.',
] as const;

/** A lesson as the mailer took it, or may have. */
export interface SentLesson {
  lesson: number;
  /** When it was accepted; where nobody knows, when it was due. */
  at: Seconds;
  /** The hash of its text; null where it was sent before texts had any. */
  text: string | null;
}

/** A lesson that counts for a claim. */
export interface Counted {
  lesson: number;
  at: Seconds;
  text: string;
}

/** A lesson that keeps a claim from going on: it never came, or came with a text that nobody adopted. */
export interface Missing {
  lesson: number;
  /** `unaccepted`: the text that would come once more is not adopted either, so its provider has to say. */
  why: 'not-sent' | 'other-text' | 'unaccepted';
}

/**
 * Which lessons count: of each the first time that it came with a text that the adoption accepts.
 *
 * @param today hashes of the texts that would be sent now, in the lessons' order
 */
export function countedOf(
  sent: readonly SentLesson[],
  accepts: readonly Pick<Accepted, 'text'>[],
  today: readonly (string | null)[],
): { counted: Counted[]; missing: Missing[] } {
  const accepted = new Set(accepts.map(({ text }) => text));
  const counted: Counted[] = [];
  const missing: Missing[] = [];
  for (let lesson = 1; lesson <= LESSONS_COUNTED; lesson += 1) {
    const came = sent.filter((each) => each.lesson === lesson);
    const [first] = came
      .flatMap(({ at, text }) =>
        text !== null && accepted.has(text) ? [{ lesson, at, text }] : [],
      )
      .sort((one, other) => one.at - other.at);
    const text = today[lesson - 1] ?? null;
    const again = text !== null && accepted.has(text) ? 'other-text' : 'unaccepted';
    if (first) counted.push(first);
    else missing.push({ lesson, why: came.length === 0 ? 'not-sent' : again });
  }
  return { counted, missing };
}

/** When the first lesson that counts was sent; null where none does. */
export function firstOf(counted: readonly Counted[]): Seconds | null {
  return counted.length === 0 ? null : Math.min(...counted.map(({ at }) => at));
}

/** The day on a zone's clock, `YYYY-MM-DD`. */
export const dayIn = (zone: string, at: Seconds): string => dateAfter(at, 0, zone);

/** What a claim says of its steps. */
export interface Steps {
  state: 'open' | 'complete' | 'issued' | 'closed';
  legalName: string | null;
  /** JSON array of licences. */
  licences: string | null;
  register: 'shown' | 'name-hidden' | null;
  wordsVersion: string | null;
  passedAt: Seconds | null;
  evaluated: number;
}

export const STEPS = ['name', 'test', 'evaluation', 'attestation', 'certificate'] as const;
export type Step = (typeof STEPS)[number];

/** The step that is to be done now. `certificate` once nothing is left to do. */
export function stepOf(claim: Steps, body: Pick<AdoptionBody, 'asks' | 'nameOnRegister'>): Step {
  if (claim.state === 'complete' || claim.state === 'issued') return 'certificate';
  if (!isNamed(claim, body)) return 'name';
  if (claim.passedAt === null) return 'test';
  if (claim.evaluated === 0) return 'evaluation';
  return 'attestation';
}

/** Whether all that an adoption asks of somebody's name was given: a following one may ask for more. */
function isNamed(
  claim: Steps,
  { asks, nameOnRegister }: Pick<AdoptionBody, 'asks' | 'nameOnRegister'>,
) {
  if (claim.legalName === null || claim.wordsVersion === null) return false;
  if (nameOnRegister === 'learner-chooses' && claim.register === null) return false;
  const licences: { number: string; jurisdiction: string; profession: string }[] = JSON.parse(
    claim.licences ?? '[]',
  );
  const has = (part: 'number' | 'jurisdiction' | 'profession') =>
    licences.some((licence) => licence[part] !== '');
  return (
    (asks.licence !== 'must' || has('number')) &&
    (asks.jurisdiction !== 'must' || has('jurisdiction')) &&
    (asks.profession !== 'must' || has('profession'))
  );
}

/** Why a claim cannot be completed at this moment; null where nothing keeps it. */
export type Kept =
  | { kind: 'lessons'; missing: Missing[] }
  /** The adoption does not begin before this day. */
  | { kind: 'early'; from: string }
  /** Its last day is over. */
  | { kind: 'over'; until: string }
  /** Not before the credited time since the first lesson is over. */
  | { kind: 'soon'; at: Seconds };

/** How long a change of address keeps credit shut, and how long an adoption that ended meanwhile waits. */
const LOCK = 7 * DAY;

/**
 * The last day on which a claim can be completed: the adoption's, or a week after a change of address has
 * let go, where it ended while that kept everything shut.
 *
 * @param lockedUntil of the newest change of address
 */
function lastDay(until: string, zone: string, lockedUntil: Seconds | null): string {
  if (lockedUntil === null) return until;
  const isWithin = dayIn(zone, lockedUntil - LOCK) <= until && until <= dayIn(zone, lockedUntil);
  return isWithin ? dayIn(zone, lockedUntil + LOCK) : until;
}

export function keptBy(
  { zone }: { zone: string },
  body: Pick<AdoptionBody, 'from' | 'until' | 'hours'>,
  {
    counted,
    missing,
    lockedUntil,
  }: { counted: readonly Counted[]; missing: Missing[]; lockedUntil: Seconds | null },
  now: Seconds,
): Kept | null {
  const today = dayIn(zone, now);
  const until = lastDay(body.until, zone, lockedUntil);
  if (today > until) return { kind: 'over', until };
  if (today < body.from) return { kind: 'early', from: body.from };
  const first = firstOf(counted);
  if (missing.length > 0 || first === null) return { kind: 'lessons', missing };
  const at = first + body.hours.minutes * MINUTE;
  return now < at ? { kind: 'soon', at } : null;
}
