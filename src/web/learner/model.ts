import type { Context as HonoContext } from 'hono';
import {
  dateAfter,
  hasClock,
  nextSlot,
  slotInWords,
  timeZoneNamed,
} from '../../course/schedule.ts';
import { LONGEST_PAUSE } from '../../enrollment/enrollment.ts';
import { type Progress, readProgress } from '../../enrollment/progress.ts';
import type { App } from '../middleware/context.ts';
import type { SlotValues } from '../ui/slot-fields.tsx';
import { badLink, calendarPath, deviceOf } from './link.ts';
import type { LearnerModel } from './page.tsx';

/**
 * The zone that the platform takes a caller's network to be in; null where it does not say. On this
 * machine it cannot know.
 */
export function zoneAround(c: HonoContext<App>): string | null {
  const zone: unknown = c.req.raw.cf?.timezone;
  if (c.var.ctx.settings.local || typeof zone !== 'string') return null;
  return timeZoneNamed(zone);
}

export const zones = [...new Set([...Intl.supportedValuesOf('timeZone'), 'UTC'])];

/** Sections of the page that a link may open: from a mail, or after a button was pressed. */
const SECTIONS = ['hour', 'pause', 'nudges', 'private', 'again'] as const;
export type Section = (typeof SECTIONS)[number];

export function sectionOf(text: string | undefined): Section | undefined {
  return SECTIONS.find((section) => section === text);
}

/**
 * What the learner's page shows.
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
  return {
    ...progress,
    token,
    section: opened,
    note: noteFor(progress) ?? (undatable ? noDateIn(zone) : undefined),
    slot: slot ? slotInWords(slot) : '',
    calendarUrl: await calendarPath(ctx, progress),
    unsubscribeUrl: `/unsubscribe/${await ctx.tokens.unsubscribe(progress.subscriberId)}`,
    // The list of zones is most of the page's weight: it comes when it is asked for.
    slotForm:
      slot && running && opened === 'hour' ? { values: slotValuesOf(slot), zones } : undefined,
    pauseDates: { first: dateAfter(now, 1, zone), last: dateAfter(now, LONGEST_PAUSE - 1, zone) },
  };
}

export function slotValuesOf(slot: { weekday: number; time: string; zone: string }): SlotValues {
  // What is no zone any more must be chosen anew, and is not offered.
  const zone = hasClock(slot.zone) ? slot.zone : '';
  return { weekday: slot.weekday, time: slot.time, time_zone: zone };
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
