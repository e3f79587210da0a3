import { Temporal } from 'temporal-polyfill';
import { HOUR, type Seconds } from '../clock.ts';
import { DomainError } from '../errors.ts';
import { clockCalled } from './zones.ts';

/** When a learner wants the lessons: an ISO weekday (1 Monday to 7 Sunday), a wall time, an IANA zone. */
export interface Slot {
  weekday: number;
  /** "HH:MM", 24 hours. */
  time: string;
  /** IANA zone by the name that the learner gave, spelled as tzdb spells it. */
  zone: string;
}

/** No two lessons within this time, in seconds. */
export const MIN_GAP = 96 * HOUR;

/** A lesson later than this, in seconds, waits for the learner's next slot. */
export const MAX_LATENESS = 36 * HOUR;

/** A nudge about two unread lessons comes this long after the second, in seconds: between two lessons. */
export const NUDGE_AFTER = 72 * HOUR;

/** True where this runtime can tell the time in a zone; one that tzdata has dropped since has no clock. */
export function hasClock(zone: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone);
    return true;
  } catch {
    return false;
  }
}

/**
 * The first instant of the slot at or after `from`. A wall time that a zone skips in spring moves
 * forward by the gap; one that it has twice in autumn means the first (RFC 5545, as Temporal's
 * "compatible" does).
 *
 * @param from epoch seconds
 * @returns epoch seconds; null where the slot has no date: a zone that this runtime does not know any
 * more, or a time that is none
 */
export function nextSlot(slot: Slot, from: Seconds): Seconds | null {
  try {
    return firstOf(slot, from);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function firstOf(slot: Slot, from: Seconds): number {
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
 * @returns epoch seconds, course time; null where the slot has no date
 */
export function nextLessonAt(slot: Slot, acceptedAt: number): number | null {
  return nextSlot(slot, acceptedAt + MIN_GAP);
}

/**
 * When the next lesson is due after something has changed: at the slot's first instant from `from` on
 * that is at least 96 hours after the latest lesson. Lesson 1, with none before it, is due at `from`.
 *
 * @param lastAt when the latest lesson was accepted, epoch seconds, or null
 * @param from epoch seconds
 * @returns epoch seconds; null where the slot has no date
 */
export function dueAgain(slot: Slot, lastAt: Seconds | null, from: Seconds): Seconds | null {
  return lastAt === null ? from : nextSlot(slot, Math.max(from, lastAt + MIN_GAP));
}

/**
 * When a course begins or goes on at a press: now, where four days have passed since the latest lesson, and
 * otherwise at the first hour that is.
 *
 * @param lastAt when the latest lesson was accepted, or may be; epoch seconds, or null
 * @returns epoch seconds; null where the slot has no date
 */
export function soonest(slot: Slot, lastAt: Seconds | null, now: Seconds): Seconds | null {
  return lastAt !== null && lastAt + MIN_GAP > now ? dueAgain(slot, lastAt, now) : now;
}

/** No zone has ever moved its clock further than this at once, in seconds: a day, and a change of season. */
const FURTHEST_MOVE = 26 * HOUR;

/**
 * When a step is due by the zone's clock as it is told now, where it was dated by an earlier edition of
 * the time zone database. An instant that is no hour of the slot's in either stays, and so does one that
 * could only move by a week.
 *
 * @param nextAt as it was dated, epoch seconds
 * @param lastAt when the latest lesson was accepted, or null
 * @param now epoch seconds: nothing is dated back
 */
export function redate(slot: Slot, nextAt: number, lastAt: number | null, now: Seconds): number {
  const earliest = Math.max(nextAt - FURTHEST_MOVE, now, lastAt === null ? now : lastAt + MIN_GAP);
  const at = nextSlot(slot, earliest);
  return at === null || at > nextAt + FURTHEST_MOVE ? nextAt : at;
}

/**
 * How far every zone's clock is from UTC, twice a month in a year and the next, as text: it differs where
 * two editions of the time zone database do (no runtime tells which it has).
 */
export function zoneRules(year: number): string {
  const instants = Array.from({ length: 48 }, (_, half) =>
    Date.UTC(year, Math.floor(half / 2), half % 2 === 0 ? 1 : 15),
  );
  return Intl.supportedValuesOf('timeZone')
    .map((zone) => {
      const clock = new Intl.DateTimeFormat('en-US', {
        timeZone: zone,
        timeZoneName: 'longOffset',
        year: 'numeric',
      });
      return `${zone} ${instants.map((at) => clock.format(at)).join(' ')}`;
    })
    .join('\n');
}

/**
 * The first `count` instants of a course whose next lesson is due at `first`, if each is sent on time.
 *
 * @param first epoch seconds; null where the slot has no date, and then there are none
 */
export function dueDates(slot: Slot, first: number | null, count: number): number[] {
  const dates: number[] = [];
  let due = first;
  while (due !== null && dates.length < count) {
    dates.push(due);
    due = nextLessonAt(slot, due);
  }
  return dates;
}

/** Every name of tzdb without a slash; it gives out no more of them. ICU knows others, such as `AST`. */
const UNSLASHED = new Set(
  (
    'CET CST6CDT Cuba EET EST EST5EDT Egypt Eire GB GB-Eire GMT GMT+0 GMT-0 GMT0 Greenwich HST ' +
    'Hongkong Iceland Iran Israel Jamaica Japan Kwajalein Libya MET MST MST7MDT NZ NZ-CHAT Navajo PRC ' +
    'PST8PDT Poland Portugal ROC ROK Singapore Turkey UCT UTC Universal W-SU WET Zulu'
  ).split(' '),
);

/** Names that tzdb has dropped and ICU has kept: the next version of a runtime may know them no more. */
const DROPPED = /^(SystemV\/|US\/Pacific-New$|Canada\/East-Saskatchewan$)/i;

/** Zones that were looked up before: the first look at one costs a tenth of a millisecond. */
const known = new Set<string>();

/**
 * A zone's name as the time zone database spells it, whatever the letter case. An alias stays the alias
 * that it is: browsers send `Asia/Kolkata` where others say `Asia/Calcutta`, and nobody is renamed.
 *
 * @returns null for what is no name of a zone, fixed offsets among them, or is unknown to this runtime
 */
export function timeZoneNamed(typed: string): string | null {
  if (known.has(typed)) return typed;
  if (!/^[a-z][\w+-]*(\/[a-z0-9][\w+-]*){0,2}$/i.test(typed) || DROPPED.test(typed)) return null;
  try {
    const name = Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(typed).timeZoneId;
    // What Temporal reads as something else, such as a time of day, is given another name.
    if (name.toLowerCase() !== typed.toLowerCase()) return null;
    if (!name.includes('/') && !UNSLASHED.has(name)) return null;
    known.add(name);
    return name;
  } catch {
    return null;
  }
}

/**
 * The beginning of a day by a zone's clock.
 *
 * @param date "YYYY-MM-DD"
 * @returns epoch seconds; null where there is no such date
 */
export function startOfDay(date: string, zone: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) return null;
  try {
    const day = Temporal.PlainDate.from(date, { overflow: 'reject' });
    return Math.floor(day.toZonedDateTime(clockOf(zone)).epochMilliseconds / 1000);
  } catch {
    return null;
  }
}

/**
 * The date on a zone's clock some days after an instant: "2026-12-01".
 *
 * @param instant epoch seconds
 */
export function dateAfter(instant: number, days: number, zone: string): string {
  return localOf(instant, zone).toPlainDate().add({ days }).toString();
}

/** True for "00:00" to "23:59". */
function isWallTime(time: string): boolean {
  return /^([01][0-9]|2[0-3]):[0-5][0-9]$/.test(time);
}

/**
 * A slot as somebody chose it, its zone spelled as the time zone database spells it.
 *
 * @throws DomainError `bad-input` (field `weekday`, `time` or `time_zone`) where there is no such slot
 */
export function checkSlot(slot: Slot): Slot {
  if (!Number.isInteger(slot.weekday) || slot.weekday < 1 || slot.weekday > 7) {
    throw new DomainError('bad-input', 'Please choose a day of the week.', 'weekday');
  }
  if (!isWallTime(slot.time)) {
    throw new DomainError('bad-input', 'Please give a time such as 07:30.', 'time');
  }
  const zone = timeZoneNamed(slot.zone);
  if (zone === null) {
    const list = slot.zone === '' ? '' : ' from the list';
    throw new DomainError('bad-input', `Please choose a time zone${list}.`, 'time_zone');
  }
  return { ...slot, zone };
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

/** A zone that has no clock any more takes no page along: its times are told in UTC. */
const clockOf = (zone: string) => (hasClock(zone) ? zone : 'UTC');

const localOf = (instant: number, zone: string) =>
  Temporal.Instant.fromEpochMilliseconds(instant * 1000).toZonedDateTimeISO(clockOf(zone));

/**
 * The day of an instant on a zone's clock: "Tuesday, December 1", and in another year than now with it:
 * "Tuesday, December 7, 2027".
 *
 * @param instant epoch seconds
 * @param now epoch seconds
 */
export function dayInWords(instant: number, zone: string, now: Seconds): string {
  const local = localOf(instant, zone);
  return local.toPlainDate().toLocaleString('en-US', {
    weekday: 'long',
    month: 'long',
    day: 'numeric',
    ...(local.year === localOf(now, zone).year ? {} : { year: 'numeric' }),
  });
}

/** "07:30" as an American reader writes it: "7:30 am". */
function timeInWords(time: string): string {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  return `${hour % 12 || 12}:${String(minute).padStart(2, '0')} ${hour < 12 ? 'am' : 'pm'}`;
}

/** The slot in words, for whoever needs the zone itself: "Tuesdays at 7:30 am, Europe/Berlin time". */
export function slotInWords(slot: Slot): string {
  const zone = /^(UTC|GMT)$/.test(slot.zone) ? slot.zone : `${slot.zone.replaceAll('_', ' ')} time`;
  return `${WEEKDAYS[slot.weekday - 1]} at ${timeInWords(slot.time)}, ${zone}`;
}

/** The slot as its learner calls it: "Tuesdays at 7:30 am, Eastern time". */
export function hourInWords({ weekday, time, zone }: Slot): string {
  return `${WEEKDAYS[weekday - 1]} at ${timeInWords(time)}, ${clockCalled(zone)}`;
}

/**
 * An instant as the learner's wall clock shows it: "Tuesday, December 1, 7:30 am", with the year where
 * that is not this one.
 *
 * @param instant epoch seconds
 * @param now epoch seconds
 */
export function wallTimeInWords(instant: number, zone: string, now: Seconds): string {
  const time = localOf(instant, zone).toPlainTime().toString({ smallestUnit: 'minute' });
  return `${dayInWords(instant, zone, now)}, ${timeInWords(time)}`;
}
