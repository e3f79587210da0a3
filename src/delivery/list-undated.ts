import { isoInstant } from '../clock.ts';
import type { Context } from '../context.ts';
import { hasClock, slotInWords } from '../course/schedule.ts';
import { subscriberName } from '../id.ts';
import { readKnownUndated } from './store/dates.ts';

/** Courses of one answer, at most. */
const MOST = 1000;

/** A course that owes a lesson and has no date for it. */
export interface UndatedCourse {
  subscriber: string;
  email: string;
  /** The lesson that it owes; 9 for the closing note. */
  lesson: number;
  /** In words, as the learner chose it. */
  slot: string;
  /** `zone` where the learner must choose another, `ledger` where its mail is in a batch that has ended. */
  why: 'zone' | 'ledger';
  /** When it was found, ISO instant of course time. */
  since: string;
}

/** Courses that were set aside and are still without a date, the longest first. */
export async function listUndated(ctx: Context): Promise<UndatedCourse[]> {
  const found = await readKnownUndated(ctx.db, MOST);
  return found.map(({ subscriberId, email, lesson, undatedAt, ...slot }) => ({
    subscriber: subscriberName(subscriberId),
    email,
    lesson,
    slot: slotInWords(slot),
    why: hasClock(slot.zone) ? 'ledger' : 'zone',
    since: isoInstant(undatedAt),
  }));
}
