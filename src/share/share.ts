import { DAY, HOUR, type Seconds } from '../clock.ts';

/** Lines of a page of the roster. */
export const PAGE = 50;

/** As many are counted while somebody waits; above that a chore counts, and the answer is kept. */
export const LIVE = 5_000;

/** As many are read, counted or exported by one statement. */
export const SLICE = 5_000;

/** How long it is told that somebody has left, in seconds of course time. */
export const DEPARTURES_LIFETIME = 365 * DAY;

/** A kept count is made anew after this long, and no longer where nobody has looked for a day. */
export const COUNTED_FOR = HOUR;
export const LOOKED_FOR = DAY;

export const WEEK = 7 * DAY;

/** Monday, 5 January 1970: the first beginning of a week that the clock knows. */
export const FIRST_MONDAY = 4 * DAY;

/** The number of the week in which an instant lies; weeks begin on Monday, 00:00 UTC. */
export const weekOf = (at: Seconds): number => Math.floor((at - FIRST_MONDAY) / WEEK);

/** When a week begins, epoch seconds. */
export const beginOf = (week: number): Seconds => week * WEEK + FIRST_MONDAY;

/**
 * The first week whose unconfirmed may still confirm: last week's, for a link lives seven days. Those
 * before are written down.
 */
export function firstOpen(now: Seconds): { week: number; at: Seconds } {
  const week = weekOf(now) - 1;
  return { week, at: beginOf(week) };
}

/** How many weeks back a funnel looks. */
export const WINDOWS = [4, 12, 52] as const;
/** Null for all. */
export type Window = (typeof WINDOWS)[number] | null;

/** The weeks that are told apart: those of the longest window. */
const APART = 52;
/** Weeks of {@link signupsByWeek}. */
const BARS = 26;
/** The earliest week that is told apart; what was before counts together, as the week before it. */
export const earliestApart = (now: Seconds): number => weekOf(now) - APART + 1;

export function readWindow(typed: string | undefined): Window {
  if (typed === 'all') return null;
  return WINDOWS.find((weeks) => String(weeks) === typed) ?? 12;
}

const FILTERS = ['all', 'running', 'all-eight'] as const;
/** `running`: not yet sent all eight. It tells of no pause and no goodbye. */
export type Filter = (typeof FILTERS)[number];

export function readFilter(typed: string | undefined): Filter {
  return FILTERS.find((filter) => filter === typed) ?? 'all';
}

/** How many began in one week, by how many lessons they have been sent. */
export interface Group {
  /** The week in which they began. */
  week: number;
  /** 0 to 8. */
  sent: number;
  people: number;
}

/** How many asked in a week and never confirmed. */
export interface Unconfirmed {
  week: number;
  people: number;
}

/** Numbers as they are counted. */
export interface Tally {
  /** The week in which it was counted. */
  week: number;
  groups: Group[];
  unconfirmed: Unconfirmed[];
  total: number;
  /** Of them, sent all eight. */
  allEight: number;
}

/** Numbers, and of when they are. */
export type Counted =
  | { kind: 'live'; tally: Tally }
  /** `asOf`: when they were counted. */
  | { kind: 'kept'; tally: Tally; asOf: Seconds }
  /** There are more than {@link LIVE}, and the first count is under way. */
  | { kind: 'counting' };

export function tallyOf(week: number, groups: Group[], unconfirmed: Unconfirmed[]): Tally {
  const sum = (of: (group: Group) => number) => groups.reduce((all, group) => all + of(group), 0);
  return {
    week,
    groups,
    unconfirmed,
    total: sum(({ people }) => people),
    allEight: sum(({ people, sent }) => (sent === 8 ? people : 0)),
  };
}

/** What two slices have counted, together. */
export function merged(one: Group[], other: Group[]): Group[] {
  const all = new Map<string, Group>();
  for (const group of [...one, ...other]) {
    const key = `${group.week} ${group.sent}`;
    const known = all.get(key);
    all.set(key, {
      ...group,
      people: group.people + (known?.people ?? 0),
    });
  }
  return [...all.values()].sort((a, b) => a.week - b.week || a.sent - b.sent);
}

/** How far those have come who began within some weeks. */
export interface Funnel {
  window: Window;
  /** People who asked in these weeks, confirmed or not. */
  asked: number;
  confirmed: number;
  /** How many of them were sent lesson 1, 2, … 8, or as many. */
  sent: number[];
}

export function funnelOf(tally: Tally, window: Window): Funnel {
  const within = ({ week }: { week: number }) => window === null || week > tally.week - window;
  const people = (groups: { people: number }[]) => groups.reduce((all, one) => all + one.people, 0);
  const groups = tally.groups.filter(within);
  const confirmed = people(groups);
  return {
    window,
    asked: confirmed + people(tally.unconfirmed.filter(within)),
    confirmed,
    sent: [1, 2, 3, 4, 5, 6, 7, 8].map((lesson) =>
      people(groups.filter(({ sent }) => sent >= lesson)),
    ),
  };
}

/** How many began in each of the last 26 weeks, oldest first. */
export function signupsByWeek({ week, groups }: Tally): { from: Seconds; people: number }[] {
  return Array.from({ length: BARS }, (_, at) => week - BARS + 1 + at).map((each) => ({
    from: beginOf(each),
    people: groups.filter((group) => group.week === each).reduce((all, one) => all + one.people, 0),
  }));
}

/** One learner as their provider sees them. */
export interface RosterLine {
  /** 20 hex digits: the learner's name in files, the same for good. */
  ref: string;
  name: string;
  email: string;
  /** Lessons sent, 0 to 8, of the course that runs. */
  weeks: number;
  /** All eight were sent, perhaps in a course before the one that runs. */
  allEight: boolean;
  /** Epoch seconds; null where the words that they agreed to named no dates. */
  began: Seconds | null;
  /** When the eighth was sent; null also where it was not. */
  finished: Seconds | null;
}
