import type { Seconds } from '../clock.ts';
import { LESSONS } from '../course/course.ts';
import { type Slot, soonest } from '../course/schedule.ts';
import { DomainError } from '../errors.ts';

/** The longest address that a mailer takes (RFC 5321, 4.5.3.1: a path of 256 with its brackets). */
const MAX_EMAIL = 254;
const MAX_LOCAL_PART = 64;

/** Code points of a first name that are kept. */
const MAX_NAME = 80;

/**
 * What stands before the @ (RFC 5322, 3.2.3: a dot-atom) and after it (RFC 1035, 2.3.1: labels of up
 * to 63, at least two, because an address at a bare top-level domain is a slip of the keyboard; the last
 * one is of letters, as every top-level domain is).
 */
const LOCAL_PART = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const DOMAIN = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+([a-z]{2,63}|xn--[a-z0-9-]{0,58}[a-z0-9])$/;

/** A domain in the letters of people (RFC 5890), with the dots that keyboards of Asia have. */
const INTERNATIONAL = /^[\p{L}\p{M}\p{Nd}.。．｡-]+$/u;

/** Scripts whose letters pass for each other's: no name has letters of two of them between its dots. */
const ALIKE = [
  /\p{Script=Latin}/u,
  /\p{Script=Cyrillic}/u,
  /\p{Script=Greek}/u,
  /\p{Script=Armenian}/u,
  /\p{Script=Cherokee}/u,
  /\p{Script=Coptic}/u,
];

/** What stands around an address that is pasted: space, and characters that nobody sees. */
const AROUND = /^[\s\p{Default_Ignorable_Code_Point}]$/u;
const UNSEEN = /\p{Default_Ignorable_Code_Point}|(?![\t\r\n])\p{Cc}/u;

/**
 * An address's identity: without what stands unseen around it, lower-cased whole, a domain beyond ASCII in
 * its ASCII form (RFC 5891), nothing else folded.
 *
 * @throws DomainError `bad-input` (field `email`) where it is no address that can be mailed; it says why
 */
export function parseEmail(typed: string): string {
  const email = trimUnseen(typed);
  const at = email.lastIndexOf('@');
  const local = email.slice(0, Math.max(at, 0));
  const domain = asciiDomain(email.slice(at + 1));
  const parsed = `${local}@${domain}`.toLowerCase();
  const good =
    LOCAL_PART.test(local) &&
    DOMAIN.test(domain) &&
    local.length <= MAX_LOCAL_PART &&
    parsed.length <= MAX_EMAIL;
  if (!good) throw new DomainError('bad-input', slipIn(email, local), 'email');
  return parsed;
}

function trimUnseen(text: string): string {
  const characters = [...text];
  const seen = (character: string) => !AROUND.test(character);
  return characters
    .slice(Math.max(characters.findIndex(seen), 0), characters.findLastIndex(seen) + 1)
    .join('');
}

/** A domain in small letters of ASCII; an empty one where that cannot be. */
function asciiDomain(typed: string): string {
  if (!/[^\0-\x7f]/.test(typed)) return typed.toLowerCase();
  const labels = typed.normalize('NFKC').toLowerCase().split('.');
  const plain = labels.every((label) => !/^-|-$/.test(label) && !isMixed(label));
  if (!INTERNATIONAL.test(typed) || !plain) return '';
  return URL.parse(`http://${typed}`)?.hostname ?? '';
}

function isMixed(label: string): boolean {
  return ALIKE.filter((script) => script.test(label)).length > 1;
}

/** What is wrong with an address, as whoever typed it can mend it. */
function slipIn(email: string, local: string): string {
  if (email === '') return 'Please enter your email address.';
  if (UNSEEN.test(email)) {
    return 'There is a character in it that cannot be seen. Please type the address instead of pasting it.';
  }
  const domain = email
    .slice(email.lastIndexOf('@') + 1)
    .normalize('NFKC')
    .toLowerCase();
  if (local !== '' && INTERNATIONAL.test(domain)) {
    if (/[^\0-\x7f]/.test(local)) {
      return 'We cannot send to letters other than a to z before the @. Please check them, or use another address.';
    }
    if (domain.split('.').some(isMixed)) {
      return 'What follows the @ mixes letters of two alphabets that look alike. Please type it anew.';
    }
    if (/\.\d+$/.test(domain)) {
      return 'No address ends in a number. Please check what follows the last dot.';
    }
  }
  return 'This does not look like an email address. Please check it for a slip.';
}

/**
 * What nobody sees in a name, but for joiners and variants, which Persian, Indic and Japanese names and
 * emoji are written with. Among it is what turns the direction of the letters around it.
 */
const UNSEEN_IN_NAMES =
  /(?!\p{Join_Control}|\p{Variation_Selector})\p{Default_Ignorable_Code_Point}/gu;

/** A name as plain text of one line, at most 80 code points. Empty where nothing of it would be seen. */
export const parseName = (typed: string): string => plainLine(typed, MAX_NAME);

/**
 * One line of plain text: no control characters, nothing unseen. Empty where nothing of it would be seen.
 *
 * @param most code points; what is more is cut off
 */
export function plainLine(typed: string, most: number): string {
  const plain = typed
    .toWellFormed()
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not stay
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ')
    .replace(UNSEEN_IN_NAMES, '')
    .replace(/[\s\u2800]+/g, ' ')
    .trim();
  if (!/(?!\s)\P{Default_Ignorable_Code_Point}/u.test(plain)) return '';
  return [...plain].slice(0, most).join('').trim();
}

/** What a form that led to a link named. */
export interface FilledForm {
  /** Empty where none was given. */
  firstName: string;
  /** Null where it was no provider's. */
  providerKey: string | null;
  providerName: string | null;
  /** As it is kept of the provider. */
  providerLogo: string | null;
}

/** What stands for "no provider" where forms named different ones. */
export const NO_PROVIDER = 'none';

/** What somebody says on the page behind the link; undefined where they were not asked. */
export interface SaidOnPage {
  firstName: string | undefined;
  provider: string | undefined;
  /** `stopped`: somebody who had left goes on where they stopped. Anything else is from the start. */
  from?: string | undefined;
  /** Version of the words that the page showed. */
  words?: string | undefined;
}

/** Where a course begins. */
export interface Beginning {
  nextLesson: number;
  /** When that is due, epoch seconds; null where the slot has no date. */
  nextAt: Seconds | null;
  /** When the latest lesson was accepted, in an earlier round. */
  lastAt: Seconds | null;
  /** The marks of an earlier round; bit 0 is lesson 1. */
  readWeeks: number;
}

/** What is known of the latest course of somebody who comes back; null where this would be the first. */
export interface Earlier {
  state: 'active' | 'paused' | 'completed' | 'ended' | null;
  nextLesson: number | null;
  lastAt: Seconds | null;
  readWeeks: number | null;
  /** 1 where its next lesson is on its way. */
  inFlight: 0 | 1;
}

/** The lesson at which somebody stopped who left in the middle of the course; null for anybody else. */
export function stoppedAt({ state, nextLesson, inFlight }: Earlier): number | null {
  if (state !== 'ended' || nextLesson === null) return null;
  const lesson = nextLesson + inFlight;
  return lesson > 1 && lesson <= LESSONS ? lesson : null;
}

/** Where somebody begins: with lesson 1 at once, or where they stopped, four days after the latest lesson. */
export function beginning(
  earlier: Earlier,
  slot: Slot,
  from: string | undefined,
  now: Seconds,
): Beginning {
  const lesson = from === 'stopped' ? stoppedAt(earlier) : null;
  if (lesson === null) return { nextLesson: 1, nextAt: now, lastAt: null, readWeeks: 0 };
  const lastAt = earlier.inFlight === 1 ? now : earlier.lastAt;
  const nextAt = soonest(slot, lastAt, now);
  return { nextLesson: lesson, nextAt, lastAt, readWeeks: earlier.readWeeks ?? 0 };
}

/**
 * Under which name and through which provider somebody is enrolled: as they say, for anybody may have
 * typed their address into a form. Where all forms agree, they need not say it.
 *
 * @throws DomainError `bad-input` (field `provider`) where the forms differ and nothing was chosen
 */
export function confirmedAs(
  forms: FilledForm[],
  said: SaidOnPage,
): { firstName: string; named: boolean; providerKey: string | null } {
  const names = new Set(forms.map(({ firstName }) => firstName));
  const keys = new Set(forms.map(({ providerKey }) => providerKey));
  const [only = ''] = names.size === 1 ? names : [];
  const name = { firstName: said.firstName ?? only, named: said.firstName !== undefined };
  if (keys.size <= 1) return { ...name, providerKey: [...keys][0] ?? null };
  if (said.provider === NO_PROVIDER) return { ...name, providerKey: null };
  if (said.provider !== undefined && keys.has(said.provider)) {
    return { ...name, providerKey: said.provider };
  }
  const message =
    'Please choose how you take the course. The forms for your address named different ways.';
  throw new DomainError('bad-input', message, 'provider');
}
