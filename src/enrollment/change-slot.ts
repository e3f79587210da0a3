import type { Seconds } from '../clock.ts';
import type { Context } from '../context.ts';
import { CLOSING_NOTE } from '../course/course.ts';
import { checkSlot, dueAgain, dueDates, type Slot } from '../course/schedule.ts';
import { learnerOf, running, steer } from './learner.ts';
import { updateSlot } from './store/course.ts';

/** How many dates are shown before a slot is changed. */
const DATES = 3;

/**
 * Moves a learner's course to another slot: the next lesson comes at its first hour that is at least
 * 96 hours after the latest lesson. Lesson 1, which is due at once, is not held back by it, nor is one
 * that the learner has asked for.
 *
 * @returns with `was`, the slot before, or null where this one stood already; `bad-link` for a link that
 * is damaged or revoked, `not-running` where no lessons are to come, `busy` where others were faster
 * @throws DomainError `bad-input` (field `weekday`, `time` or `time_zone`)
 */
export async function changeSlot(
  ctx: Context,
  token: string,
  chosen: Slot,
): Promise<{ kind: 'changed'; was: Slot | null } | { kind: 'not-running' | 'busy' | 'bad-link' }> {
  const slot = checkSlot(chosen);
  return steer(ctx, token, async ({ id, rev, lastAt, weekday, time, zone }) => {
    // Another press of the same button was faster.
    const same = weekday === slot.weekday && time === slot.time && zone === slot.zone;
    if (same) return { kind: 'changed', was: null };
    const nextAt = dueAgain(slot, lastAt, ctx.clock.now());
    const changed = await updateSlot(ctx.db, { id, rev }, slot, nextAt);
    return changed ? { kind: 'changed', was: { weekday, time, zone } } : 'again';
  });
}

/**
 * When the next lessons would come in another slot; changes nothing. While one is on its way, or the
 * course is paused, the dates follow from what is known now.
 *
 * @returns the slot as it would be kept, and its dates in epoch seconds: fewer than three at the end of
 * the course, none where no course runs. Null for a link that is damaged or revoked
 * @throws DomainError `bad-input` (field `weekday`, `time` or `time_zone`)
 */
export async function previewSlot(
  ctx: Context,
  token: string,
  chosen: Slot,
): Promise<{ slot: Slot; dates: number[] } | null> {
  const slot = checkSlot(chosen);
  const learner = await learnerOf(ctx, token);
  if (!learner) return null;
  const course = running(learner);
  const ahead = course ? datesAhead(course, slot, ctx.clock.now()) : [];
  return { slot, dates: ahead.slice(0, DATES).map(({ at }) => at) };
}

/** What decides when the lessons to come are due. */
export interface Ahead {
  state: 'active' | 'paused';
  pauseReason: string | null;
  nextLesson: number;
  nextAt: number | null;
  lastAt: number | null;
  askedAt: number | null;
  resumeAt: number | null;
  inFlight: number;
}

/**
 * The steps to come and when they are due in a slot, if all goes as planned. What is on its way counts
 * as sent now. A pause without a date has none to tell, and shows what would be if it ended now.
 */
export function datesAhead(
  course: Ahead,
  slot: Slot,
  now: Seconds,
): { step: number; at: number }[] {
  const { nextAt, lastAt, askedAt, resumeAt, inFlight } = course;
  const asked = nextAt !== null && nextAt === askedAt;
  const from = Math.max(now, resumeAt ?? now);
  const first =
    inFlight === 1 ? dueAgain(slot, now, now) : asked ? nextAt : dueAgain(slot, lastAt, from);
  const step = course.nextLesson + (inFlight === 1 ? 1 : 0);
  return dueDates(slot, first, Math.max(0, CLOSING_NOTE - step + 1)).map((at, index) => ({
    step: step + index,
    at,
  }));
}
