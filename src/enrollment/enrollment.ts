import { DAY, type Seconds } from '../clock.ts';
import { LESSONS } from '../course/course.ts';
import { startOfDay } from '../course/schedule.ts';
import { DomainError } from '../errors.ts';
import type { Cap } from '../suppression/suppression.ts';

/** An enrollment as it was read: a change of it holds only while nothing else has changed it. */
export interface Version {
  id: number;
  rev: number;
}

/** Lessons that a learner may have sent to them once more. */
export const RESEND_CAP: Cap = { day: 3, month: 12 };

/** Beginnings of the course anew, in 30 days. */
export const RESTARTS_A_MONTH = 3;

/** The longest pause with a date, in days. Without a date it may last as long as it likes. */
export const LONGEST_PAUSE = 366;

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
