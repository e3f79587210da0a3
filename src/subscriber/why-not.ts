/** Why somebody's next lesson has not come, or when it comes: one sentence, and what helps. */
import type { Seconds } from '../clock.ts';
import { CLOSING_NOTE, LESSONS } from '../course/course.ts';
import { dayInWords, hasClock, wallTimeInWords } from '../course/schedule.ts';
import { CONFIRM_LIFETIME } from '../token.ts';

/** What is looked at, as the tables have it: course time, epoch seconds. Lists are oldest first. */
export interface Standing {
  subscriber: { unsubscribedAt: Seconds | null; eraseRequestedAt: Seconds | null };
  suppression: { reason: 'bounce' | 'complaint' | 'by-hand' } | null;
  signups: readonly { createdAt: Seconds; confirmedAt: Seconds | null }[];
  enrollments: readonly {
    state: 'active' | 'paused' | 'completed' | 'ended';
    pauseReason: 'refused' | 'bounces' | 'suppressed' | null;
    zone: string;
    nextLesson: number;
    nextAt: Seconds | null;
    resumeAt: Seconds | null;
    closedAt: Seconds | null;
  }[];
  deliveries: readonly { kind: string; lesson: number | null; state: string }[];
}

/** What holds back whatever is due, whoever it is due to. */
export interface HeldBack {
  /** `all`, `lesson:3`, … */
  halts: readonly { scope: string; reason: string }[];
  /** How many mails a day may take, and how many it has had; null without a cap. */
  cap: { limit: number; sentToday: number } | null;
}

/** Why it is so. One of these holds of everybody. */
export type Reason =
  | 'erasing'
  | 'link-on-its-way'
  | 'not-confirmed'
  | 'link-expired'
  | 'link-came-back'
  | 'unsubscribed'
  | 'suppressed'
  | 'finished'
  | 'paused'
  | 'bounces'
  | 'refused'
  | 'on-its-way'
  | 'uncertain'
  | 'undated'
  | 'halted'
  | 'capped'
  | 'due-now'
  | 'due';

export interface WhyNot {
  reason: Reason;
  /** A whole sentence or two. */
  words: string;
}

const SUPPRESSED = {
  bounce: 'mail to the address came back for good',
  complaint: 'a mail to the address was called spam',
  'by-hand': 'somebody of the team stopped all mail to it',
};

const PAUSED = {
  bounces: 'Mail to the address keeps coming back, so the course waits.',
  refused: 'The mailer refused the address, so the course waits.',
  suppressed: 'The address was never to be mailed, so the course waits.',
};

/** A step of the course as a sentence calls it. */
function stepInWords(step: number): string {
  return step >= CLOSING_NOTE ? 'The closing note' : `Lesson ${step}`;
}

/**
 * The one reason that explains it: what stands in the way first is said first.
 *
 * @param now course time
 */
export function whyNot(who: Standing, held: HeldBack, now: Seconds): WhyNot {
  const { subscriber, suppression, signups, enrollments, deliveries } = who;
  const course = enrollments.at(-1);
  const say = (reason: Reason, words: string): WhyNot => ({ reason, words });
  if (subscriber.eraseRequestedAt !== null) {
    return say(
      'erasing',
      'They asked to be erased. The rest of them goes when the batch that holds a mail of theirs is settled.',
    );
  }
  if (subscriber.unsubscribedAt !== null) {
    const day = dayInWords(subscriber.unsubscribedAt, course?.zone ?? 'UTC', now);
    return say('unsubscribed', `They unsubscribed on ${day}.`);
  }
  if (suppression !== null) {
    return say('suppressed', `Nothing is mailed to them: ${SUPPRESSED[suppression.reason]}.`);
  }
  if (course === undefined) return notConfirmed(signups, deliveries, held, now);
  const { zone, nextLesson, nextAt } = course;
  if (course.state === 'completed') {
    const day = dayInWords(course.closedAt ?? now, zone, now);
    return say(
      'finished',
      `They were sent all ${LESSONS} lessons and, on ${day}, the closing note.`,
    );
  }
  if (course.state === 'ended') return say('unsubscribed', 'Their course has ended.');
  const step = stepInWords(nextLesson);
  if (course.state === 'paused') {
    if (course.pauseReason !== null)
      return say(pausedFor(course.pauseReason), PAUSED[course.pauseReason]);
    const until =
      course.resumeAt === null ? '' : ` until ${dayInWords(course.resumeAt, zone, now)}`;
    return say('paused', `They paused the course${until || ', without a date'}.`);
  }
  const newest = deliveries.filter(({ lesson }) => lesson === nextLesson).at(-1)?.state;
  if (nextAt === null && newest === 'sending') {
    return say('on-its-way', `${step} is on its way: the mailer has not answered yet.`);
  }
  if (nextAt === null && newest === 'uncertain') {
    return say(
      'uncertain',
      `Nobody knows whether ${midSentence(step)} went out. Its batch waits to be settled.`,
    );
  }
  if (nextAt === null) {
    const why = hasClock(zone)
      ? 'its mail is in a batch that has ended'
      : `${zone.replaceAll('_', ' ')} has no clock any more, and their page asks them for another`;
    return say('undated', `${step} has no date: ${why}.`);
  }
  const when = `${wallTimeInWords(nextAt, zone, now)}, ${zone.replaceAll('_', ' ')} time`;
  const halt = held.halts.find(({ scope }) => scope === 'all' || scope === `lesson:${nextLesson}`);
  if (halt) {
    const what = halt.scope === 'all' ? 'All mail' : step;
    const subject = halt.scope === 'all' ? step : 'It';
    const due = nextAt <= now ? 'has been due since' : 'is due on';
    return say('halted', `${what} is halted. ${subject} ${due} ${when}.`);
  }
  if (nextAt > now) return say('due', `${step} is due on ${when}.`);
  if (held.cap !== null && held.cap.sentToday >= held.cap.limit) {
    return say(
      'capped',
      `${step} has been due since ${when}. Today's ${held.cap.limit} mails have gone; it goes after midnight, UTC.`,
    );
  }
  return say('due-now', `${step} has been due since ${when} and goes out within the minute.`);
}

function notConfirmed(
  signups: Standing['signups'],
  deliveries: Standing['deliveries'],
  { halts }: HeldBack,
  now: Seconds,
): WhyNot {
  const mail = deliveries.filter(({ kind }) => kind === 'confirm').at(-1)?.state;
  if (mail === 'owed' || mail === 'sending') {
    return halts.some(({ scope }) => scope === 'all')
      ? {
          reason: 'halted',
          words: 'All mail is halted, the mail that asks them to confirm with it.',
        }
      : { reason: 'link-on-its-way', words: 'The mail that asks them to confirm is on its way.' };
  }
  if (mail === 'bounced' || mail === 'failed') {
    return {
      reason: 'link-came-back',
      words: 'They have not confirmed: the mail that asks them to came back.',
    };
  }
  const asked = signups.at(-1);
  const ends = (asked?.createdAt ?? 0) + CONFIRM_LIFETIME;
  if (ends <= now) {
    return {
      reason: 'link-expired',
      words: `They never confirmed, and the link ended on ${dayInWords(ends, 'UTC', now)}. They can sign up again.`,
    };
  }
  return {
    reason: 'not-confirmed',
    words: `They have not confirmed yet. The link works until ${wallTimeInWords(ends, 'UTC', now)}, UTC.`,
  };
}

const pausedFor = (why: 'refused' | 'bounces' | 'suppressed'): Reason =>
  why === 'refused' ? 'refused' : why === 'bounces' ? 'bounces' : 'suppressed';

const midSentence = (step: string) => `${step.charAt(0).toLowerCase()}${step.slice(1)}`;
