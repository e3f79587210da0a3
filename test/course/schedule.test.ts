import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import tzdata from 'tzdata/timezone-data.json';
import { describe, expect, it } from 'vitest';
import {
  dateAfter,
  dayInWords,
  dueAgain,
  dueDates,
  hasClock,
  MIN_GAP,
  redate,
  type Slot,
  nextLessonAt as seekNextLesson,
  nextSlot as seekSlot,
  slotInWords,
  startOfDay,
  timeZoneNamed,
  wallTimeInWords,
  zoneRules,
} from '../../src/course/schedule.ts';

/** A date that there is. */
function there(due: number | null): number {
  if (due === null) throw new Error('the slot has no date');
  return due;
}
const nextSlot = (slot: Slot, from: number) => there(seekSlot(slot, from));
const nextLessonAt = (slot: Slot, from: number) => there(seekNextLesson(slot, from));

const WEEK = 7 * 86_400;
const at = (iso: string) => Date.parse(iso) / 1000;
const iso = (seconds: number) => new Date(seconds * 1000).toISOString();

const zones = [
  ...Intl.supportedValuesOf('timeZone'),
  'UTC',
  'Asia/Kolkata',
  'America/Argentina/Buenos_Aires',
];
const slots = fc.record({
  weekday: fc.integer({ min: 1, max: 7 }),
  time: fc
    .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
    .map(([h, m]) => `${String(h).padStart(2, '0')}:${String(m).padStart(2, '0')}`),
  zone: fc.constantFrom(...zones),
});
/** 2000 to 2060, with year ends drawn often. */
const instants = fc.oneof(
  fc.integer({ min: at('2000-01-01T00:00:00Z'), max: at('2060-01-01T00:00:00Z') }),
  fc
    .tuple(fc.integer({ min: 2001, max: 2059 }), fc.integer({ min: -172_800, max: 172_800 }))
    .map(([year, around]) => at(`${year}-01-01T00:00:00Z`) + around),
);

/** What the learner's wall shows. */
function wall(instant: number, slot: Slot) {
  const local = Temporal.Instant.fromEpochMilliseconds(instant * 1000).toZonedDateTimeISO(
    slot.zone,
  );
  return { local, time: local.toPlainTime().toString({ smallestUnit: 'minute' }) };
}

/** The slot's wall time on a date, and whether the zone has it exactly once that day. */
function existsOnce(date: Temporal.PlainDate, slot: Slot): boolean {
  const wanted = date.toPlainDateTime(Temporal.PlainTime.from(slot.time));
  try {
    wanted.toZonedDateTime(slot.zone, { disambiguation: 'reject' });
    return true;
  } catch {
    return false;
  }
}

describe('a slot that cannot be dated', () => {
  const noon = at('2026-12-01T12:00:00Z');
  const good: Slot = { weekday: 2, time: '07:30', zone: 'Europe/Berlin' };

  it.each<[string, Partial<Slot>]>([
    ['a zone that tzdata does not have', { zone: 'America/Atlantis' }],
    ['a zone that is none', { zone: '' }],
    ['a time that is none', { time: '7 in the morning' }],
    ['no time', { time: '' }],
    ['an hour past midnight', { time: '25:00' }],
  ])('because of %s has no date, and says so instead of failing', (_, bad) => {
    const slot = { ...good, ...bad };
    expect(seekSlot(slot, noon)).toBeNull();
    expect(seekNextLesson(slot, noon)).toBeNull();
    expect(dueAgain(slot, noon, noon)).toBeNull();
    expect(dueAgain(slot, null, noon)).toBe(noon);
    expect(dueDates(slot, noon, 3)).toEqual([noon]);
    expect(dueDates(slot, null, 3)).toEqual([]);
  });

  it('has its times told in UTC', () => {
    const zone = 'America/Atlantis';
    expect(hasClock(zone)).toBe(false);
    expect(hasClock('America/New_York')).toBe(true);
    expect(wallTimeInWords(noon, zone, noon)).toBe('Tuesday, December 1, 12:00 pm');
    expect(dayInWords(noon, zone, noon)).toBe('Tuesday, December 1');
    expect(dateAfter(noon, 1, zone)).toBe('2026-12-02');
    expect(startOfDay('2026-12-02', zone)).toBe(at('2026-12-02T00:00:00Z'));
    expect(slotInWords({ ...good, zone })).toBe('Tuesdays at 7:30 am, America/Atlantis time');
  });

  it('never fails, whatever stands in its row', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.string(),
        fc.integer({ min: 1, max: 7 }),
        (time, zone, weekday) => {
          const due = seekSlot({ weekday, time, zone }, noon);
          expect(due === null || due >= noon).toBe(true);
          wallTimeInWords(noon, zone, noon);
          slotInWords({ weekday, time, zone });
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

describe('when the next lesson is due', () => {
  it('comes seven calendar days later at the same wall time in an ordinary week', () => {
    const slot = { weekday: 2, time: '07:30', zone: 'America/New_York' };
    const accepted = at('2026-12-01T12:30:20Z');
    expect(iso(nextLessonAt(slot, accepted))).toBe('2026-12-08T12:30:00.000Z');
  });

  it('keeps the wall time when the clocks go back and forward', () => {
    const slot = { weekday: 1, time: '09:00', zone: 'Europe/Berlin' };
    expect(iso(nextLessonAt(slot, at('2026-10-19T07:00:05Z')))).toBe('2026-10-26T08:00:00.000Z');
    expect(iso(nextLessonAt(slot, at('2026-03-23T08:00:05Z')))).toBe('2026-03-30T07:00:00.000Z');
  });

  it('moves a wall time that spring skips forward by the gap', () => {
    const slot = { weekday: 7, time: '02:30', zone: 'America/New_York' };
    expect(iso(nextSlot(slot, at('2026-03-08T05:00:00Z')))).toBe('2026-03-08T07:30:00.000Z');
  });

  it('takes the first of a wall time that autumn has twice', () => {
    const slot = { weekday: 7, time: '01:30', zone: 'America/New_York' };
    expect(iso(nextSlot(slot, at('2026-11-01T04:00:00Z')))).toBe('2026-11-01T05:30:00.000Z');
  });

  it('finds a slot that a gap at midnight moved to the next day', () => {
    // Samoa had no 30 December 2011 at all.
    const slot = { weekday: 5, time: '10:00', zone: 'Pacific/Apia' };
    const from = at('2011-12-30T10:30:00Z');
    expect(iso(nextSlot(slot, from))).toBe('2011-12-30T20:00:00.000Z');
  });

  it('crosses a year end', () => {
    const slot = { weekday: 5, time: '08:00', zone: 'UTC' };
    expect(iso(nextLessonAt(slot, at('2026-12-25T08:00:00Z')))).toBe('2027-01-01T08:00:00.000Z');
  });

  it('never comes before its time, nor later than a week and a day after it could', () => {
    fc.assert(
      fc.property(slots, instants, (slot, from) => {
        const due = nextSlot(slot, from);
        expect(due).toBeGreaterThanOrEqual(from);
        // A week, and a day where a zone skipped one.
        expect(due - from).toBeLessThanOrEqual(WEEK + 86_400);
      }),
      { numRuns: 2_000 },
    );
  });

  it('never follows a lesson within 96 hours', () => {
    fc.assert(
      fc.property(slots, instants, (slot, accepted) => {
        expect(nextLessonAt(slot, accepted) - accepted).toBeGreaterThanOrEqual(MIN_GAP);
      }),
      { numRuns: 1_000 },
    );
  });

  it('falls on the chosen weekday and time wherever that wall time exists once', () => {
    fc.assert(
      fc.property(slots, instants, (slot, from) => {
        const { local, time } = wall(nextSlot(slot, from), slot);
        fc.pre(existsOnce(local.toPlainDate(), slot));
        // A gap before may have moved the slot of the day before here.
        fc.pre(existsOnce(local.toPlainDate().subtract({ days: 1 }), slot));
        expect(local.dayOfWeek).toBe(slot.weekday);
        expect(time).toBe(slot.time);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is the first slot: none lies between', () => {
    fc.assert(
      fc.property(slots, instants, (slot, from) => {
        const due = nextSlot(slot, from);
        expect(nextSlot(slot, due)).toBe(due);
        expect(nextSlot(slot, from + Math.floor((due - from) / 2))).toBe(due);
      }),
      { numRuns: 1_000 },
    );
  });

  it('repeats every seven calendar days as long as lessons are accepted on time', () => {
    fc.assert(
      fc.property(slots, instants, fc.integer({ min: 0, max: 3600 }), (slot, from, delay) => {
        const first = nextSlot(slot, from);
        const second = nextLessonAt(slot, first + delay);
        const a = wall(first, slot).local.toPlainDate();
        const b = wall(second, slot).local.toPlainDate();
        fc.pre(existsOnce(a, slot) && existsOnce(b, slot));
        expect(a.until(b).total('days')).toBe(7);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('a time zone', () => {
  // "Factory" stands for a zone that was never set.
  const names = Object.keys(tzdata.zones).filter((name) => name !== 'Factory');
  const resolves = (zone: string) => {
    try {
      new Intl.DateTimeFormat('en', { timeZone: zone });
      return true;
    } catch {
      return false;
    }
  };

  it('is taken by each name of tzdata that the runtime resolves, and kept as it is', () => {
    expect(names.length).toBeGreaterThan(590);
    expect(names.filter((name) => !resolves(name))).toEqual([]);
    expect(names.filter((name) => timeZoneNamed(name) !== name)).toEqual([]);
    expect(Intl.supportedValuesOf('timeZone').filter((name) => !timeZoneNamed(name))).toEqual([]);
  });

  it('is spelled as tzdata spells it, in whatever letter case it comes', () => {
    for (const name of names) {
      expect(timeZoneNamed(name.toLowerCase())).toBe(name);
      expect(timeZoneNamed(name.toUpperCase())).toBe(name);
    }
  });

  it.each([
    ['America/New_York', 'America/New_York'],
    ['AMERICA/NEW_YORK', 'America/New_York'],
    ['europe/berlin', 'Europe/Berlin'],
    ['EST5EDT', 'EST5EDT'],
    ['Japan', 'Japan'],
    ['GMT', 'GMT'],
    ['utc', 'UTC'],
    ['Etc/GMT+5', 'Etc/GMT+5'],
    ['Asia/Kolkata', 'Asia/Kolkata'],
    ['Asia/Calcutta', 'Asia/Calcutta'],
    ['america/argentina/buenos_aires', 'America/Argentina/Buenos_Aires'],
    ['America/Port-au-Prince', 'America/Port-au-Prince'],
    ['Antarctica/DumontDUrville', 'Antarctica/DumontDUrville'],
  ])('%s is kept as %s', (typed, kept) => expect(timeZoneNamed(typed)).toBe(kept));

  it.each([
    ['', 'nothing'],
    ['a', 'a letter'],
    ['+00:00', 'what a browser says where its zone is GMT'],
    ['-05:00', 'an offset'],
    ['+0530', 'an offset without its colon'],
    ['Z', 'the letter of UTC'],
    ['T00Z', 'a time of day'],
    ['UTC+1', 'an offset with a name'],
    ['EST5EDT4', 'a rule of POSIX'],
    ['Etc/Unknown', 'what a browser says where it does not know'],
    ['Factory', 'a zone that was never set'],
    ['localtime', 'the name of a file'],
    ['posixrules', 'the name of another'],
    ['AST', 'three letters that ICU reads as Alaska'],
    ['PST', 'three letters that ICU reads as Los Angeles'],
    ['ist', 'three letters that mean three countries'],
    ['SystemV/AST4', 'a name that tzdata dropped'],
    ['US/Pacific-New', 'another'],
    ['Canada/East-Saskatchewan', 'another'],
    ['Mars/Olympus', 'no place of the earth'],
    ['Europe/Berlin ', 'a space'],
    ['Europe/Berlin\0', 'a NUL'],
    ['Europe//Berlin', 'two slashes'],
    ['Europe/Berlin/', 'a slash at the end'],
    ['Europe/../Berlin', 'a step up'],
    ['[Europe/Berlin]', 'brackets'],
    ['2026-11-30T12:00+01:00[Europe/Berlin]', 'an instant'],
    ['Europe/Köln', 'a letter beyond ASCII'],
    ['Ameriſa/Chicago', 'a letter that folds into another'],
    ['__proto__', 'a name of every object'],
    ['constructor', 'another'],
  ])('%j is none: %s', (typed) => expect(timeZoneNamed(typed)).toBeNull());
});

describe('the beginning of a day', () => {
  it.each([
    ['Africa/Cairo', '2028-04-28', '2028-04-27T22:00:00.000Z'], // the clocks skip midnight
    ['America/Havana', '2026-11-01', '2026-11-01T04:00:00.000Z'], // they have it twice: the first
    ['Europe/Berlin', '2028-02-29', '2028-02-28T23:00:00.000Z'],
    ['Pacific/Kiritimati', '2027-01-01', '2026-12-31T10:00:00.000Z'],
  ])('in %s on %s is %s', (zone, date, instant) => {
    expect(iso(startOfDay(date, zone) ?? 0)).toBe(instant);
  });

  it.each(['2027-02-29', '2026-13-01', '2026-1-1', 'tomorrow', ''])('%j has none', (date) => {
    expect(startOfDay(date, 'UTC')).toBeNull();
  });
});

describe('a slot in words', () => {
  it('reads as an American reader writes it', () => {
    const slot = { weekday: 2, time: '07:05', zone: 'America/New_York' };
    expect(slotInWords(slot)).toBe('Tuesdays at 7:05 am, America/New York time');
    expect(slotInWords({ ...slot, time: '00:00', zone: 'UTC' })).toBe('Tuesdays at 12:00 am, UTC');
    expect(slotInWords({ ...slot, zone: 'GMT' })).toBe('Tuesdays at 7:05 am, GMT');
    const now = at('2026-11-30T12:00:00Z');
    expect(wallTimeInWords(at('2026-12-01T17:30:00Z'), 'America/New_York', now)).toBe(
      'Tuesday, December 1, 12:30 pm',
    );
  });

  it('has the year where that is another one, by the learner’s own clock', () => {
    const now = at('2026-12-31T20:00:00Z');
    const eve = at('2027-01-01T03:00:00Z');
    expect(dayInWords(eve, 'America/New_York', now)).toBe('Thursday, December 31');
    expect(dayInWords(eve, 'Europe/Berlin', now)).toBe('Friday, January 1, 2027');
    expect(dayInWords(at('2025-12-31T12:00:00Z'), 'UTC', now)).toBe('Wednesday, December 31, 2025');
    expect(wallTimeInWords(at('2027-11-30T12:00:00Z'), 'UTC', now)).toBe(
      'Tuesday, November 30, 2027, 12:00 pm',
    );
    // In Kiritimati it is 2027 already.
    expect(dayInWords(eve, 'Pacific/Kiritimati', now)).toBe('Friday, January 1');
  });
});

describe('another edition of the time zone database', () => {
  // Noon of Tuesday, 1 December 2026, UTC; the slot is 7:30 in Berlin, 6:30 UTC in winter.
  const now = at('2026-12-01T12:00:00Z');
  const slot: Slot = { weekday: 2, time: '07:30', zone: 'Europe/Berlin' };
  const due = at('2026-12-08T06:30:00Z');
  const last = at('2026-12-01T06:30:00Z');

  it('leaves what is dated by the same rules as it is', () => {
    expect(redate(slot, due, last, now)).toBe(due);
  });

  it.each([-86_400, -7200, -3600, 1800, 3600, 7200, 86_400])(
    'moves what earlier rules dated %d s away to the hour on the wall',
    (off) => {
      expect(redate(slot, due + off, last, now)).toBe(due);
    },
  );

  it('leaves what is no hour of the slot’s, never goes back in time, and keeps four days', () => {
    expect(redate(slot, due + 3 * 86_400, last, now)).toBe(due + 3 * 86_400);
    expect(redate(slot, due + 3600, due - 96 * 3600 + 60, now)).toBe(due + 3600);
    expect(redate(slot, due + 3600, last, due + 60)).toBe(due + 3600);
    expect(redate({ ...slot, zone: 'America/Atlantis' }, due, last, now)).toBe(due);
  });

  it('shows in how far the clocks are from UTC, and only there', () => {
    const rules = zoneRules(2026);
    expect(zoneRules(2026)).toBe(rules);
    expect(rules.split('\n')).toHaveLength(Intl.supportedValuesOf('timeZone').length);
    expect(rules).toMatch(/^Europe\/Berlin 2026, GMT\+01:00 .*GMT\+02:00.* 2027, GMT\+01:00$/m);
  });
});
