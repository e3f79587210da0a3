import { DAY, type Seconds } from '../clock.ts';
import type { Context } from '../context.ts';
import { CLOSING_NOTE, LESSONS, lessons } from '../course/course.ts';
import { dayInWords, type Slot, wallTimeInWords } from '../course/schedule.ts';
import { type Depth, depthOf, deviceNamed, isLocked } from '../subscriber/device.ts';
import { datesAhead } from './change-slot.ts';
import { isRead } from './enrollment.ts';
import { running } from './learner.ts';
import { type Adopter, type LearnerRow, readLearner, type SeenRow } from './store/learner.ts';

export interface WeekProgress {
  week: number;
  title: string;
  promise: string;
  state: 'sent' | 'sending' | 'next' | 'later';
  /** In words, on the learner's wall clock: when it was sent, or when it comes. */
  when?: string;
  /** The learner has marked it as read. */
  read: boolean;
}

/** Where a learner is, as their page tells it. */
export interface Progress {
  firstName: string;
  /** The provider through whom they take it; null where on their own. */
  provider: string | null;
  /** As it is kept of them; null for none. */
  providerLogo: string | null;
  state: 'active' | 'paused' | 'completed' | 'unsubscribed';
  /** Why the course waits where the learner did not ask for it; null otherwise. */
  waitsFor: LearnerRow['pauseReason'];
  /** The day on which a pause ends by itself, in words; null without one. */
  pausedUntil: string | null;
  /** Null where nobody enrolled. */
  slot: Slot | null;
  /** The signup of the newest enrollment; null where nobody enrolled. */
  signupId: number | null;
  weeks: WeekProgress[];
  /**
   * Weeks that can be read: sent in this enrollment or, before the learner came back, in another. The
   * first lesson, which is public, can be read while its mail is on its way.
   */
  readable: number[];
  /** The next lesson that is not on its way yet, and when it comes if all goes as planned. */
  comes: { lesson: number; when: string } | null;
  /** When the closing note comes, in words, once all lessons are sent. */
  closingNote: string | null;
  /** Whether the next lesson may be asked for now; otherwise from when on, in words, or never. */
  askNext: { lesson: number; from: string | null } | null;
  nudges: boolean;
  /** Nothing is mailed to the address. */
  suppressed: boolean;
  /** What this device opens. */
  depth: Depth;
  /** Until when a change of address keeps the private part shut, in words; null otherwise. */
  lockedUntil: string | null;
  /** Weeks with something in the log; none while this device is not open. */
  logged: number[];
  /** What providers are told, or were until the learner ended it. */
  shares: SeenRow[];
  /** Providers that give a certificate, for whoever takes the course on their own. */
  adopters: Adopter[];
  subscriberId: number;
  linkVersion: number;
  /** When they unsubscribed, epoch seconds; null where mail may come. */
  leftAt: Seconds | null;
}

/**
 * Reads a learner's page link. Null where the link is damaged, revoked, or its learner is gone.
 *
 * @param device what the cookie of this device holds, or undefined
 */
export async function readProgress(
  ctx: Context,
  token: string,
  device?: string,
): Promise<Progress | null> {
  const claims = await ctx.tokens.readLearn(token);
  if (!claims) return null;
  const named = await deviceNamed(ctx, device);
  const found = await readLearner(ctx.db, claims.subscriberId, named?.deviceId);
  if (!found || found.learner.linkVersion !== claims.linkVersion) return null;
  const { learner, steps, everSent, logged, shares, adopters } = found;
  const { weekday, time, zone } = learner;
  const now = ctx.clock.now();
  const inWords = (instant: number) => wallTimeInWords(instant, zone ?? 'UTC', now);
  const read = (week: number) => isRead(learner.readWeeks ?? 0, week);

  const weeks = lessons.map(({ week, title, promise }): WeekProgress => {
    const step = steps.find((candidate) => candidate.lesson === week);
    const base = { week, title, promise, read: read(week) };
    if (step?.state === 'sending') return { ...base, state: 'sending' };
    if (step) {
      return step.acceptedAt === null
        ? { ...base, state: 'sent' }
        : { ...base, state: 'sent', when: inWords(step.acceptedAt) };
    }
    // Before the lesson at which somebody stopped who came back.
    if (everSent.includes(week) && week < (learner.nextLesson ?? 0))
      return { ...base, state: 'sent' };
    if (week !== learner.nextLesson || learner.nextAt === null) return { ...base, state: 'later' };
    // What is due already goes out within the minute: its time on the clock would be in the past.
    return learner.nextAt <= now
      ? { ...base, state: 'sending' }
      : { ...base, state: 'next', when: inWords(learner.nextAt) };
  });

  const unsubscribed =
    learner.unsubscribedAt !== null || learner.state === 'ended' || learner.state === null;
  const depth = depthOf(learner, named, now);
  return {
    firstName: learner.firstName,
    provider: learner.provider,
    providerLogo: learner.providerLogo,
    state: unsubscribed
      ? 'unsubscribed'
      : (learner.state as Exclude<Progress['state'], 'unsubscribed'>),
    waitsFor: learner.state === 'paused' ? learner.pauseReason : null,
    pausedUntil:
      learner.resumeAt === null || learner.state !== 'paused'
        ? null
        : dayInWords(learner.resumeAt, zone ?? 'UTC', now),
    slot: weekday === null || time === null || zone === null ? null : { weekday, time, zone },
    signupId: learner.signupId,
    weeks,
    readable: weeks[0]?.state === 'sending' ? [...new Set([1, ...everSent])] : everSent,
    comes: nextToCome(learner, now),
    closingNote:
      learner.nextLesson === CLOSING_NOTE && learner.nextAt !== null
        ? inWords(learner.nextAt)
        : null,
    askNext: unsubscribed ? null : nextToAsk(learner, now),
    nudges: learner.nudgesOffAt === null,
    suppressed: learner.suppressed === 1,
    depth,
    lockedUntil:
      learner.lockedUntil !== null && isLocked(learner, now) ? inWords(learner.lockedUntil) : null,
    logged: depth === 'open' ? logged.map(({ lesson }) => lesson) : [],
    shares,
    adopters,
    subscriberId: learner.subscriberId,
    linkVersion: learner.linkVersion,
    leftAt: learner.unsubscribedAt,
  };
}

function nextToCome(learner: LearnerRow, now: Seconds): Progress['comes'] {
  const course = running(learner);
  if (course?.state !== 'active') return null;
  // What is due goes out within the minute.
  const going = course.inFlight === 1 || (course.nextAt !== null && course.nextAt <= now);
  const ahead = datesAhead({ ...course, inFlight: going ? 1 : 0 }, course, now);
  const [next] = ahead;
  if (!next || next.step > LESSONS) return null;
  return { lesson: next.step, when: wallTimeInWords(next.at, course.zone, now) };
}

/** The lesson that waits for its hour and could come at once. */
function nextToAsk(learner: LearnerRow, now: Seconds): Progress['askNext'] {
  const { state, nextLesson, nextAt, askedAt, zone } = learner;
  if (state !== 'active' || nextLesson === null || nextLesson > LESSONS) return null;
  if (nextAt === null || nextAt <= now) return null;
  const from = askedAt === null || askedAt + DAY <= now ? null : askedAt + DAY;
  return {
    lesson: nextLesson,
    from: from === null ? null : wallTimeInWords(from, zone ?? 'UTC', now),
  };
}
