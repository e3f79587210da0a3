import { DAY, type Seconds } from '../clock.ts';
import { LESSONS } from '../course/course.ts';
import { startOfDay } from '../course/schedule.ts';
import { DomainError } from '../errors.ts';
import type { Cap } from '../suppression/suppression.ts';

/** Lessons that a learner may have sent to them once more. */
export const RESEND_CAP: Cap = { day: 3, month: 12 };

/** Links that open. Each goes to the learner's own address; ending all links begins the count anew. */
export const LINK_CAP: Cap = { day: 8, month: 40 };

/** Links that erase, counted apart: nobody can use them up for a learner who wants to go. */
export const ERASE_CAP: Cap = { day: 3, month: 10 };

/** New addresses that a learner may ask for, whatever became of the mail. */
export const ADDRESS_CAP: Cap = { day: 3, month: 20 };

/** Beginnings of the course anew, in 30 days. */
export const RESTARTS_A_MONTH = 3;

/** For so long the address before may undo a change, in seconds. */
export const UNDO_LIFETIME = 7 * DAY;

/** The longest pause with a date, in days. Without a date it may last as long as it likes. */
export const LONGEST_PAUSE = 366;

/** Characters of a week's log: some pages, and far less than a row of the database holds. */
export const MAX_LOG = 10_000;

/** Characters of a goodbye. */
export const MAX_GOODBYE = 1000;

/**
 * The instant at which a pause until a date ends: the beginning of that day by the learner's clock.
 *
 * @param date "YYYY-MM-DD", after today and within 366 days
 * @param now epoch seconds
 * @returns epoch seconds
 * @throws DomainError `bad-input` (field `until`)
 */
export function pauseEnd(date: string, zone: string, now: Seconds): number {
  const at = startOfDay(date, zone);
  if (at === null) {
    throw new DomainError('bad-input', 'Please give a date, such as 2027-01-15.', 'until');
  }
  if (at <= now) throw new DomainError('bad-input', 'Please choose a day after today.', 'until');
  if (at > now + LONGEST_PAUSE * DAY) {
    const message =
      'Please choose a day within a year. For longer, pause without a date and resume when you like.';
    throw new DomainError('bad-input', message, 'until');
  }
  return at;
}

/**
 * A lesson's number as a form sends it.
 *
 * @returns 1 to 8
 * @throws DomainError `bad-input` (field `lesson`)
 */
export function lessonNumber(typed: string | undefined): number {
  const lesson = /^[1-9]$/.test(typed ?? '') ? Number(typed) : 0;
  if (lesson >= 1 && lesson <= LESSONS) return lesson;
  throw new DomainError('bad-input', 'There is no such lesson.', 'lesson');
}

/** Whether a lesson is marked as read. @param readWeeks bit 0 is lesson 1 */
export function isRead(readWeeks: number, lesson: number): boolean {
  return ((readWeeks >> (lesson - 1)) & 1) === 1;
}

/**
 * A text of several lines as it is kept: line ends as one character, no other control characters, and
 * none that turns the direction of what stands around it (Unicode Standard Annex 9, 2.1 to 2.4).
 *
 * @param most characters; null where there are more
 */
export function plainText(typed: string, most: number): string | null {
  const text = typed
    .toWellFormed()
    .replace(/\r\n?|[\u2028\u2029]/g, '\n')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not stay
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '');
  return [...text].length > most ? null : text;
}
