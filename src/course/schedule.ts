import { Temporal } from 'temporal-polyfill';
import { DomainError } from '../errors.ts';

/** When a learner wants the lessons: an ISO weekday (1 Monday to 7 Sunday), a wall time, an IANA zone. */
export interface Slot {
  weekday: number;
  /** "HH:MM", 24 hours. */
  time: string;
  /** IANA zone, as the learner gave it. */
  zone: string;
}

/** No two lessons within this time, in seconds (design: time). */
export const MIN_GAP = 96 * 3600;

/** A lesson later than this, in seconds, waits for the learner's next slot (design: time). */
export const MAX_LATENESS = 36 * 3600;

/**
 * The first instant of the slot at or after `from`. A wall time that a zone skips in spring moves
 * forward by the gap; one that it has twice in autumn means the first (RFC 5545, as Temporal's
 * "compatible" does).
 *
 * @param from epoch seconds
 * @returns epoch seconds
 */
export function nextSlot(slot: Slot, from: number): number {
  const start = Temporal.Instant.fromEpochMilliseconds(from * 1000).toZonedDateTimeISO(slot.zone);
  const time = Temporal.PlainTime.from(slot.time);
  // The day before counts too: a gap around midnight can move yesterday's slot to today.
  let date = start.toPlainDate().subtract({ days: 1 });
  date = date.add({ days: (slot.weekday - date.dayOfWeek + 7) % 7 });
  for (;;) {
    const instant = date.toZonedDateTime({ timeZone: slot.zone, plainTime: time });
    const seconds = Math.floor(instant.epochMilliseconds / 1000);
    if (seconds >= from) return seconds;
    date = date.add({ days: 7 });
  }
}

/**
 * When the lesson after one accepted at `acceptedAt` is due: the first slot at least 96 hours later.
 * In the ordinary course that is seven calendar days on, at the same wall time.
 *
 * @param acceptedAt epoch seconds, course time
 * @returns epoch seconds, course time
 */
export function nextLessonAt(slot: Slot, acceptedAt: number): number {
  return nextSlot(slot, acceptedAt + MIN_GAP);
}

/**
 * True for a name that the time zone database knows, also as an alias (browsers send `Asia/Kolkata`).
 * `Intl` takes fixed offsets and any letter case as a zone, neither of which is a name to keep.
 */
export function isTimeZone(name: string): boolean {
  if (name === 'UTC') return true;
  if (!/^[A-Z][A-Za-z0-9_+-]*(\/[A-Z0-9][A-Za-z0-9_+-]*){1,2}$/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** True for "00:00" to "23:59". */
export function isWallTime(time: string): boolean {
  return /^([01][0-9]|2[0-3]):[0-5][0-9]$/.test(time);
}

/**
 * Refuses a slot that does not exist.
 *
 * @throws DomainError `bad-input` (field `weekday`, `time` or `time_zone`)
 */
export function checkSlot(slot: Slot): void {
  if (!Number.isInteger(slot.weekday) || slot.weekday < 1 || slot.weekday > 7) {
    throw new DomainError('bad-input', 'Please choose a day of the week.', 'weekday');
  }
  if (!isWallTime(slot.time)) {
    throw new DomainError('bad-input', 'Please give a time such as 07:30.', 'time');
  }
  if (!isTimeZone(slot.zone)) {
    throw new DomainError('bad-input', 'Please choose a time zone from the list.', 'time_zone');
  }
}

const WEEKDAYS = [
  'Mondays',
  'Tuesdays',
  'Wednesdays',
  'Thursdays',
  'Fridays',
  'Saturdays',
  'Sundays',
];

/** "07:30" as an American reader writes it: "7:30 am". */
export function timeInWords(time: string): string {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  return `${hour % 12 || 12}:${String(minute).padStart(2, '0')} ${hour < 12 ? 'am' : 'pm'}`;
}

/** The slot in words: "Tuesdays at 7:30 am, Europe/Berlin time". */
export function slotInWords(slot: Slot): string {
  const zone = slot.zone === 'UTC' ? 'UTC' : `${slot.zone.replaceAll('_', ' ')} time`;
  return `${WEEKDAYS[slot.weekday - 1]} at ${timeInWords(slot.time)}, ${zone}`;
}

/**
 * An instant as the learner's wall clock shows it: "Tuesday, December 1, 7:30 am".
 *
 * @param instant epoch seconds
 */
export function wallTimeInWords(instant: number, zone: string): string {
  const local = Temporal.Instant.fromEpochMilliseconds(instant * 1000).toZonedDateTimeISO(zone);
  const day = local.toPlainDate().toLocaleString('en-US', {
    weekday: 'long',
    month: 'long',
    day: 'numeric',
  });
  return `${day}, ${timeInWords(local.toPlainTime().toString({ smallestUnit: 'minute' }))}`;
}
