import { Hono, type Context as HonoContext } from 'hono';
import { lessonOf } from '../../course/course.ts';
import { wallTimeInWords } from '../../course/schedule.ts';
import { DomainError } from '../../errors.ts';
import { readWholeLog } from '../../subscriber/whole-log.ts';
import { statusOf } from '../errors.ts';
import type { App } from '../middleware/context.ts';
import { COURSE_NAME, Layout } from '../ui/layout.tsx';
import noteStyle from '../ui/note.css?url';
import { NotePage } from '../ui/page.tsx';
import { OpenForm } from './device.tsx';
import learnerStyle from './learner.css?url';
import { badLink, CLOSED, deviceOf } from './link.ts';

const UNOPENED =
  'What you wrote here does not open just now, because the key that it was sealed with is missing. It is kept as it is.';

/** What a learner wrote below one lesson, with its question. */
interface Written {
  lesson: number;
  title: string;
  question: string;
  text: string;
  saved: string;
}

/** The whole log, to read, to print and to take along. */
export const logRoutes = new Hono<App>()
  .get('/learn/:token/log', async (c) => {
    const token = c.req.param('token');
    const log = await readLog(c);
    if (log === null) return c.html(<ClosedPage token={token} />, statusOf('not-possible'));
    return c.html(<LogPage token={token} {...log} />);
  })
  .get('/learn/:token/log.txt', async (c) => {
    const log = await readLog(c);
    if (log === null) throw new DomainError('not-possible', CLOSED);
    return c.body(asText(log.written), 200, {
      'Content-Type': 'text/plain; charset=utf-8',
      'Content-Disposition': 'attachment; filename="in-the-room-log.txt"',
    });
  });

/** @returns null where this device is not open. @throws DomainError `bad-link` */
async function readLog(c: HonoContext<App, '/learn/:token/log' | '/learn/:token/log.txt'>) {
  const { ctx } = c.var;
  const found = await readWholeLog(ctx, c.req.param('token'), deviceOf(c));
  if (found.kind === 'bad-link') throw badLink();
  if (found.kind !== 'log') return null;
  const now = ctx.clock.now();
  const written = found.entries.map(
    ({ lesson, text, savedAt }): Written => ({
      lesson,
      title: lessonOf(lesson)?.title ?? '',
      question: lessonOf(lesson)?.reflection ?? '',
      text: text ?? UNOPENED,
      saved: wallTimeInWords(savedAt, found.zone, now),
    }),
  );
  return { firstName: found.firstName, written };
}

function asText(written: Written[]): string {
  const entries = written.map(({ lesson, title, question, text, saved }) =>
    [`Week ${lesson}: ${title}`, question, `Saved ${saved}`, '', text].join('\n'),
  );
  return [`${COURSE_NAME}: my practice log`, ...entries, ''].join('\n\n');
}

function LogPage(props: { token: string; firstName: string; written: Written[] }) {
  const { token, firstName, written } = props;
  const base = `/learn/${token}`;
  return (
    <Layout styles={[noteStyle, learnerStyle]} title="Your practice log" robots="noindex">
      <p class="log-ways">
        <a href={base}>Your course</a>
      </p>
      <article class="learner whole-log">
        <p class="label">{firstName ? `${firstName}’s practice log` : 'Your practice log'}</p>
        <h1>What you wrote</h1>
        {written.length === 0 ? (
          <p class="lead">Nothing is written yet. There is room below each lesson.</p>
        ) : (
          <p class="log-ways">
            <a href={`${base}/log.txt`}>Download it as text</a>
            <span>To print it, use your browser’s own way.</span>
          </p>
        )}
        {written.map(({ lesson, title, question, text, saved }) => (
          <section key={lesson} aria-labelledby={`week-${lesson}`}>
            <h2 id={`week-${lesson}`}>
              Week {lesson}. {title}
            </h2>
            <p class="log-question">{question}</p>
            <p class="log-text">{text}</p>
            <p class="log-status">
              Saved {saved}. <a href={`${base}/lessons/${lesson}#log`}>Write on</a>
            </p>
          </section>
        ))}
        <p class="actions">
          <a href={base}>Back to your course</a>
        </p>
      </article>
    </Layout>
  );
}

function ClosedPage({ token }: { token: string }) {
  return (
    <NotePage title="Your practice log" heading="Your log is closed here" robots="noindex">
      <p class="lead">
        {CLOSED} A link that we mail to you opens it, once. After a change of address it stays
        closed for seven days.
      </p>
      <OpenForm token={token} label="Mail me the link" />
      <p>
        <a href={`/learn/${token}`}>Back to your course</a>
      </p>
    </NotePage>
  );
}
