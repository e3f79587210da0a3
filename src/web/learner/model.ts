import type { Context as HonoContext } from 'hono';
import { dateAfter, hourInWords, nextSlot } from '../../course/schedule.ts';
import { LONGEST_PAUSE } from '../../enrollment/enrollment.ts';
import { type Progress, readProgress } from '../../enrollment/progress.ts';
import { canUndo } from '../../subscriber/take-back.ts';
import type { App } from '../middleware/context.ts';
import type { SlotProblem, SlotValues } from '../ui/slot-fields.tsx';
import { badLink, calendarPath, deviceOf } from './link.ts';
import { slotValuesOf, zones } from './slot.ts';

/** Sections of the page that a link may open: from a mail, or after a button was pressed. */
const SECTIONS = ['hour', 'pause', 'nudges', 'private', 'again'] as const;
export type Section = (typeof SECTIONS)[number];

export function sectionOf(text: string | undefined): Section | undefined {
  return SECTIONS.find((section) => section === text);
}

/** What the learner's page shows. */
export interface LearnerModel extends Omit<Progress, 'slot'> {
  token: string;
  /** Something to be told first, such as why it is paused. */
  note?: string | undefined;
  /** "Tuesdays at 7:30 am, Berlin time". */
  slot: string;
  /** The lesson to read now: the first that is not marked, for whoever uses the marks, or the newest. */
  reading: { week: number; title: string; isRead: boolean } | null;
  unsubscribeUrl: string;
  /** The goodbye can be taken back, for a day after it. */
  canUndo: boolean;
  /** Shows dates and nothing else, whoever keeps the calendar. */
  calendarUrl: string;
  /** The same, for a calendar that keeps it up to date (`webcal:`). */
  subscribeUrl: string;
  /** The course's own address, to be passed on. */
  publicUrl: string;
  /** What to open. */
  section?: Section | undefined;
  /** The form for another hour, where it was asked for. */
  slotForm?: SlotForm | undefined;
  /** The first and the last day to which a pause may last, "YYYY-MM-DD". */
  pauseDates: { first: string; last: string };
  /** A field that the learner filled in, and what is wrong with it. */
  wrong?: { field: string; typed: string; message: string } | undefined;
}

export interface SlotForm {
  values: SlotValues;
  zones: string[];
  error?: SlotProblem | undefined;
  /** The dates of this hour, in words, to be looked at before it is saved. */
  preview?: { slot: string; dates: string[] } | undefined;
}

/**
 * Reads what the learner's page shows.
 *
 * @param section what to open
 * @throws DomainError `bad-link`
 */
export async function learnerModel(
  c: HonoContext<App, '/learn/:token'>,
  section?: Section,
): Promise<LearnerModel> {
  const { ctx } = c.var;
  const token = c.req.param('token');
  const progress = await readProgress(ctx, token, deviceOf(c));
  if (!progress) throw badLink();
  const { slot, state } = progress;
  const running = state === 'active' || state === 'paused';
  const now = ctx.clock.now();
  const zone = slot?.zone ?? 'UTC';
  // Without a date the hour has to be chosen again before anything else.
  const undatable = slot !== null && running && nextSlot(slot, now) === null;
  const opened = section ?? (undatable ? 'hour' : undefined);
  const calendarUrl = await calendarPath(ctx, progress);
  return {
    ...progress,
    token,
    publicUrl: ctx.settings.baseUrl,
    section: opened,
    note: noteFor(progress) ?? (undatable ? noDateIn(zone) : undefined),
    slot: slot ? hourInWords(slot) : '',
    reading: toRead(progress),
    calendarUrl,
    subscribeUrl: `${ctx.settings.baseUrl.replace(/^https?:/, 'webcal:')}${calendarUrl}`,
    canUndo: canUndo(progress, now),
    unsubscribeUrl: `/unsubscribe/${await ctx.tokens.unsubscribe(progress.subscriberId)}`,
    // The list of zones is most of the page's weight: it comes when it is asked for.
    slotForm:
      slot && running && opened === 'hour' ? { values: slotValuesOf(slot), zones } : undefined,
    pauseDates: { first: dateAfter(now, 1, zone), last: dateAfter(now, LONGEST_PAUSE - 1, zone) },
  };
}

function toRead({ weeks, readable }: Progress): LearnerModel['reading'] {
  // In this round; of an earlier one only where nothing of this has come.
  const sent = weeks.filter(
    ({ state, week }) => state === 'sent' || (state === 'sending' && readable.includes(week)),
  );
  const there = sent.length > 0 ? sent : weeks.filter(({ week }) => readable.includes(week));
  const marks = there.some(({ read }) => read);
  const week = (marks ? there.find(({ read }) => !read) : undefined) ?? there.at(-1);
  return week ? { week: week.week, title: week.title, isRead: week.read } : null;
}

const WAITS: Record<NonNullable<Progress['waitsFor']>, string> = {
  refused: 'Your address was refused as one that cannot be mailed, so the course is waiting.',
  bounces: 'The last five mails to you came back, so the course is waiting.',
  suppressed:
    'Mail to you came back for good, or was reported as unwanted, so the course is waiting.',
};

const noDateIn = (zone: string) =>
  `We can no longer tell the time in the zone ${zone.replaceAll('_', ' ')}, so your next lesson has no date. Choose your hour and your time zone again below, and the course goes on. Until then the times on this page are in UTC.`;

function noteFor({ waitsFor, suppressed, closingNote }: Progress): string | undefined {
  if (waitsFor) {
    const way = suppressed
      ? 'Write to us and we will look into it with you.'
      : 'It goes on once a mail has reached you again: ask for one below, or change your address.';
    return `${WAITS[waitsFor]} ${way}`;
  }
  return closingNote
    ? `All eight lessons are with you. A short closing note comes on ${closingNote}.`
    : undefined;
}
