import type { CompiledLesson } from 'virtual:emails';
import type { LessonText } from 'virtual:lessons';
import { Hono, type Context as HonoContext } from 'hono';
import { LESSONS, lessonOf, textOf } from '../../course/course.ts';
import { wallTimeInWords } from '../../course/schedule.ts';
import { lessonNumber } from '../../enrollment/enrollment.ts';
import { type Progress, readProgress } from '../../enrollment/progress.ts';
import { DomainError } from '../../errors.ts';
import { type Entry, readEntry } from '../../subscriber/read-entry.ts';
import { writeLog } from '../../subscriber/write-log.ts';
import { answerFor, statusOf } from '../errors.ts';
import type { App } from '../middleware/context.ts';
import { readFields, textBody, wantsJson } from '../middleware/form.ts';
import { Notice } from '../ui/fields.tsx';
import { Layout } from '../ui/layout.tsx';
import lessonStyle from '../ui/lesson.css?url';
import { LessonArticle } from '../ui/lesson.tsx';
import { Contact } from '../ui/page.tsx';
import proseStyle from '../ui/prose.css?url';
import { OpenForm } from './device.tsx';
import learnerStyle from './learner.css?url';
import { badLink, CLOSED, deviceOf } from './link.ts';
import { draftsName, draftsOf, LogForm, type LogModel, logScripts } from './log-form.tsx';
import { ReadForm } from './read.tsx';
import { ResendForm } from './resend.tsx';

const UNOPENED =
  'What you wrote here before does not open just now, and nothing is written over it. Please keep a copy of this.';

type LessonContext = HonoContext<App, '/learn/:token/log' | '/learn/:token/lessons/:n'>;

/** A lesson that was sent, and what its learner writes below it. */
export const lessonRoutes = new Hono<App>()
  .get(`/learn/:token/lessons/:n{[1-${LESSONS}]}`, async (c) =>
    c.html(await lessonPage(c, Number(c.req.param('n')))),
  )
  .post('/learn/:token/log', textBody, async (c) => {
    const token = c.req.param('token');
    const { ctx } = c.var;
    const fields = await readFields(c);
    if (!(await ctx.tokens.readLearn(token))) throw badLink();
    const lesson = lessonNumber(fields.lesson);
    const here = `/learn/${token}/lessons/${lesson}`;
    if (fields.go !== 'yes') return c.redirect(here, 303);
    const text = fields.text ?? '';
    try {
      const input = { lesson, text, base: Number(fields.rev) };
      const written = await writeLog(ctx, token, deviceOf(c), input);
      switch (written.kind) {
        case 'bad-link':
          throw badLink();
        case 'closed':
        case 'locked':
          if (wantsJson(c)) throw new DomainError('not-possible', CLOSED);
          return await logAgain(c, lesson, text, CLOSED);
        case 'changed-meanwhile': {
          const message = 'Something else was saved here meanwhile. Press Save to see both.';
          if (wantsJson(c)) throw new DomainError('not-possible', message);
          return c.html(
            await lessonPage(c, lesson, { text, entry: written.entry }),
            statusOf('not-possible'),
          );
        }
        case 'does-not-open':
          if (wantsJson(c)) throw new DomainError('not-possible', UNOPENED);
          return await logAgain(c, lesson, text, UNOPENED);
        case 'saved':
          if (wantsJson(c)) return c.json({ rev: written.entry.rev });
          return c.redirect(`${here}#log`, 303);
      }
    } catch (error) {
      if (wantsJson(c) || !(error instanceof DomainError) || error.field !== 'text') throw error;
      return logAgain(c, lesson, text, error.message);
    }
  });

/** The lesson again with what was written and what is wrong. */
async function logAgain(c: LessonContext, lesson: number, text: string, message: string) {
  const error = new DomainError('bad-input', message, 'text');
  return c.html(await lessonPage(c, lesson, { text, error: message }), answerFor(error).status);
}

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
async function lessonPage(c: LessonContext, week: number, unsaved?: Unsaved) {
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
      text={await textOf(lesson)}
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

interface LearnerLessonProps {
  token: string;
  lesson: CompiledLesson;
  text: LessonText;
  /** Weeks that were sent and can be read. */
  previous?: number | undefined;
  next?: number | undefined;
  read: boolean;
  /** May be sent once more. */
  mailable: boolean;
  /** Where anybody may read of it. */
  publicUrl: string;
  depth: Progress['depth'];
  lockedUntil: string | null;
  subscriberId: number;
  /** Present where this device is open. */
  log?: LogModel | undefined;
  /** Something stands in the log that does not open. */
  unopened: boolean;
  /** Where to write to about the lesson, or about that. */
  contact: string;
}

/** A lesson that was sent, in the browser. */
function LearnerLessonPage(props: LearnerLessonProps) {
  const { token, lesson, previous, next, read, log, publicUrl } = props;
  const to = (week: number) => `/learn/${token}/lessons/${week}`;
  const wrong = log?.error !== undefined || log?.other !== undefined;
  return (
    <Layout
      styles={[proseStyle, lessonStyle, learnerStyle]}
      title={`${wrong ? 'Error: ' : ''}${lesson.title}, lesson ${lesson.week}`}
      robots="noindex"
      scripts={logScripts}
      wide
    >
      <p class="crumb">
        <a href={`/learn/${token}`}>Your course</a>
      </p>
      <LessonArticle
        lesson={lesson}
        text={props.text}
        contact={props.contact}
        linesUrl={`${to(lesson.week)}/lines`}
      />
      <section class="after" id="log" aria-labelledby="log-title" {...draftsOf(props)}>
        <h2 id="log-title">Your practice log</h2>
        {props.unopened && (
          <Notice>
            <p>
              What you wrote here does not open just now, because the key that it was sealed with is
              missing. It is kept as it is, and nothing is written over it. Please write to{' '}
              <Contact contact={props.contact} />.
            </p>
          </Notice>
        )}
        {log ? (
          <LogForm log={log} />
        ) : props.unopened ? null : props.depth === 'locked' ? (
          <p>
            Your address was changed. Your log stays closed until {props.lockedUntil}, so that the
            earlier address can undo it; nothing in it is lost.
          </p>
        ) : (
          <>
            <p>
              {lesson.reflection} There is room here for a few lines of your own. Because lessons
              get forwarded, it opens on this device after a link that we mail to you, once.
            </p>
            <OpenForm token={token} label="Mail me the link" />
          </>
        )}
      </section>
      <section class="after after-lesson" aria-label={`Lesson ${lesson.week}`}>
        <div>
          {read ? <p>You have marked this lesson as read.</p> : <p>Have you read it?</p>}
          <ReadForm token={token} week={lesson.week} isRead={read} />
        </div>
        {props.mailable && <ResendForm token={token} week={lesson.week} />}
        <div class="share">
          <p>
            {lesson.week === 1
              ? 'To pass it on, use its public address.'
              : 'To tell somebody of it, use this address: it leads to this week on our front page, not to the lesson itself.'}{' '}
            The address in your browser opens your own page.
          </p>
          <p>
            <a href={publicUrl}>{publicUrl.replace(/^https?:\/\//, '')}</a>{' '}
            <button class="text-button" type="button" data-copy={publicUrl} hidden>
              Copy
            </button>{' '}
            <span role="status"></span>
          </p>
        </div>
      </section>
      <nav class="turn" aria-label="Lessons">
        {previous !== undefined && (
          <a rel="prev" href={to(previous)}>
            <span class="label">Previous</span> Lesson {previous}
          </a>
        )}
        <a href={`/learn/${token}`}>
          <span class="label">All</span> Your course
        </a>
        {next !== undefined && (
          <a rel="next" href={to(next)}>
            <span class="label">Next</span> Lesson {next}
          </a>
        )}
      </nav>
    </Layout>
  );
}
