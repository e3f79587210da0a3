import type { Context } from '../context.ts';
import { CLOSING_NOTE, lessons } from '../course/course.ts';
import { type Slot, wallTimeInWords } from '../course/schedule.ts';
import { readLearner } from './store.ts';

export interface WeekProgress {
  week: number;
  title: string;
  promise: string;
  state: 'sent' | 'sending' | 'next' | 'later';
  /** In words, on the learner's wall clock: when it was sent, or when it comes. */
  when?: string;
}

/** Where a learner is, as their page tells it. */
export interface Progress {
  firstName: string;
  state: 'active' | 'paused' | 'completed' | 'unsubscribed';
  /** Why the course waits where the learner did not ask for it; null otherwise. */
  waitsFor: 'refused' | 'bounces' | 'suppressed' | null;
  /** Null where nobody enrolled. */
  slot: Slot | null;
  weeks: WeekProgress[];
  /** Weeks that can be read: sent in this enrollment or, before the learner came back, in another. */
  readable: number[];
  /** When the closing note comes, in words, once all lessons are sent. */
  closingNote: string | null;
  subscriberId: number;
}

/** Reads a learner's page link. Null where the link is damaged, revoked, or its learner is gone. */
export async function readProgress(ctx: Context, token: string): Promise<Progress | null> {
  const claims = await ctx.tokens.readLearn(token);
  if (!claims) return null;
  const found = await readLearner(ctx.db, claims.subscriberId);
  if (!found || found.learner.linkVersion !== claims.linkVersion) return null;
  const { learner, steps, everSent } = found;
  const { weekday, time, zone } = learner;
  const inWords = (instant: number) => wallTimeInWords(instant, zone ?? 'UTC');

  const weeks = lessons.map(({ week, title, promise }): WeekProgress => {
    const step = steps.find((candidate) => candidate.lesson === week);
    const base = { week, title, promise };
    if (step?.state === 'sending') return { ...base, state: 'sending' };
    if (step) {
      return step.acceptedAt === null
        ? { ...base, state: 'sent' }
        : { ...base, state: 'sent', when: inWords(step.acceptedAt) };
    }
    if (week !== learner.nextLesson || learner.nextAt === null) return { ...base, state: 'later' };
    // What is due already goes out within the minute: its time on the clock would be in the past.
    return learner.nextAt <= ctx.clock.now()
      ? { ...base, state: 'sending' }
      : { ...base, state: 'next', when: inWords(learner.nextAt) };
  });

  const unsubscribed =
    learner.unsubscribedAt !== null || learner.state === 'ended' || learner.state === null;
  return {
    firstName: learner.firstName,
    state: unsubscribed
      ? 'unsubscribed'
      : (learner.state as Exclude<Progress['state'], 'unsubscribed'>),
    waitsFor: learner.state === 'paused' ? learner.pauseReason : null,
    slot: weekday === null || time === null || zone === null ? null : { weekday, time, zone },
    weeks,
    readable: everSent,
    closingNote:
      learner.nextLesson === CLOSING_NOTE && learner.nextAt !== null
        ? inWords(learner.nextAt)
        : null,
    subscriberId: learner.subscriberId,
  };
}
