import { generateIcsCalendar, type IcsEvent, type IcsTimezone } from 'ts-ics';
import type { Context } from '../context.ts';
import { CLOSING_NOTE, lessonOf } from '../course/course.ts';
import { datesAhead } from './change-slot.ts';
import { learnerBehind, running } from './learner.ts';

/** Minutes that the closing note takes. */
const NOTE_MINUTES = 5;

/** A calendar must hold one component at least (RFC 5545, 3.4), also where no lesson is to come. */
const UTC: IcsTimezone = {
  id: 'UTC',
  props: [{ type: 'STANDARD', start: new Date(0), offsetFrom: '+0000', offsetTo: '+0000' }],
};

/** Octets of a line, without its end (RFC 5545, 3.1). */
const LINE = 75;

const encoder = new TextEncoder();

/**
 * The lessons to come as an iCalendar object (RFC 5545). Instants are written in UTC, so that every
 * calendar shows them right in its own zone, through changes of the clocks; uids are those of the
 * enrollment's steps, so that a moved lesson moves. No personal link stands in it, because calendars
 * are shared. A pause without a date has no lessons to tell.
 *
 * @param token of a calendar's own, which opens nothing else: whoever hosts the calendar keeps it
 * @returns null for a link that is damaged or revoked
 */
export async function calendarOf(ctx: Context, token: string): Promise<string | null> {
  const learner = await learnerBehind(ctx, await ctx.tokens.readCalendar(token));
  if (!learner) return null;
  const course = running(learner);
  const waits = course?.state === 'paused' && course.resumeAt === null;
  const now = ctx.clock.now();
  const steps = course && !waits ? datesAhead(course, course, now) : [];
  const host = new URL(ctx.settings.baseUrl).hostname;
  const events = steps.map(({ step, at }): IcsEvent => {
    const lesson = lessonOf(step);
    const minutes = lesson?.minutes ?? NOTE_MINUTES;
    return {
      uid: `${course?.signupId.toString(36)}-${step}@${host}`,
      stamp: { date: new Date(now * 1000) },
      start: { date: new Date(at * 1000) },
      duration: { minutes },
      // The newest copy of an event is the one with the highest number.
      sequence: course?.rev ?? 0,
      summary:
        step === CLOSING_NOTE
          ? 'In the Room: closing note'
          : `In the Room ${step}: ${lesson?.title}`,
      description: `${lesson?.promise ?? 'What you have now, and how to keep it.'} It comes by email.`,
      timeTransparent: 'TRANSPARENT',
    };
  });
  const calendar = generateIcsCalendar({
    version: '2.0',
    prodId: '-//In the Room//Lessons to come//EN',
    method: 'PUBLISH',
    name: 'In the Room',
    events,
    ...(events.length === 0 ? { timezones: [UTC] } : {}),
  });
  return calendar.replaceAll('\r\n ', '').split('\r\n').map(fold).join('\r\n');
}

/** Folds a line by octets and never within a character, while the library counts UTF-16 units. */
function fold(line: string): string {
  let folded = '';
  let octets = 0;
  for (const character of line) {
    const weight = encoder.encode(character).length;
    if (octets + weight > LINE) {
      folded += '\r\n ';
      octets = 1;
    }
    folded += character;
    octets += weight;
  }
  return folded;
}
