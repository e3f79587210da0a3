import type { Context as HonoContext } from 'hono';
import { LESSONS, lessonOf } from '../../course/course.ts';
import { wallTimeInWords } from '../../course/schedule.ts';
import { readProgress } from '../../enrollment/progress.ts';
import { type Entry, readEntry } from '../../enrollment/read-entry.ts';
import { DomainError } from '../../errors.ts';
import type { App } from '../middleware/context.ts';
import { badLink, deviceOf } from './link.ts';
import { draftsName, type LogModel } from './log.tsx';
import { LearnerLessonPage } from './page.tsx';

/** What a learner typed into the log that is not saved, and why. */
interface Unsaved {
  text: string;
  error?: string;
  /** What stands there, where it was changed meanwhile. */
  entry?: Entry;
}

/**
 * A lesson that was sent, with the log below it where this device is open.
 *
 * @throws DomainError `bad-link`, or `not-found` for a lesson that has not been sent
 */
export async function lessonPage(
  c: HonoContext<App, '/learn/:token/log' | '/learn/:token/lessons/:n'>,
  week: number,
  unsaved?: Unsaved,
) {
  const { ctx } = c.var;
  const token = c.req.param('token');
  const progress = await readProgress(ctx, token, deviceOf(c));
  if (!progress) throw badLink();
  const lesson = lessonOf(week);
  const sent = (n: number) => progress.readable.includes(n);
  if (!lesson || !sent(week)) {
    const message = 'This lesson has not been sent to you yet. Your page says when it comes.';
    throw new DomainError('not-found', message);
  }
  // What was typed is handed back also where the device has been closed meanwhile.
  const shown = progress.depth === 'open' || unsaved !== undefined;
  const entry =
    unsaved?.entry ??
    (progress.depth === 'open' ? await readEntry(ctx, progress.subscriberId, week) : null);
  // What was typed over it is handed back, to be kept elsewhere.
  const unopened = entry?.text === null && unsaved === undefined;
  const log: LogModel = {
    token,
    lesson: week,
    reflection: lesson.reflection,
    text: unsaved?.text ?? entry?.text ?? '',
    rev: entry?.rev ?? 0,
    saved: entry && wallTimeInWords(entry.savedAt, progress.slot?.zone ?? 'UTC', ctx.clock.now()),
    draft: `${draftsName(progress.subscriberId)}${week}`,
    error: unsaved?.error,
    other: unsaved?.entry?.text ?? undefined,
  };
  const { baseUrl } = ctx.settings;
  return (
    <LearnerLessonPage
      token={token}
      lesson={lesson}
      previous={week > 1 && sent(week - 1) ? week - 1 : undefined}
      next={week < LESSONS && sent(week + 1) ? week + 1 : undefined}
      read={progress.weeks.some((each) => each.week === week && each.read)}
      mailable={progress.state !== 'unsubscribed' && !progress.suppressed}
      // Lesson 1 is public as a whole; of the others the front page says what they promise.
      publicUrl={week === 1 ? `${baseUrl}/lessons/1` : `${baseUrl}/#week-${week}`}
      depth={progress.depth}
      lockedUntil={progress.lockedUntil}
      subscriberId={progress.subscriberId}
      unopened={unopened}
      contact={ctx.settings.contact}
      log={shown && !unopened ? log : undefined}
    />
  );
}
