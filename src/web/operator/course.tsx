import type { Context as HonoContext } from 'hono';
import { CLOSING_NOTE, lessonOf } from '../../course/course.ts';
import { listHalts } from '../../delivery/list-halts.ts';
import { previewMail } from '../../delivery/preview-mail.ts';
import { type CourseMail, readCourse, sizesOf } from '../../delivery/read-course.ts';
import type { Numbers } from '../../enrollment/read-numbers.ts';
import { DomainError } from '../../errors.ts';
import type { App } from '../middleware/context.ts';
import { Chooser, Figures, inFigures, Opening } from '../ui/desk.tsx';
import { Table } from '../ui/table.tsx';
import { type C, consolePage, Deed, may } from './console.tsx';
import { scopeInWords, timeOf } from './words.ts';

/** What a page calls a mail in its address: "3", "9" for the closing note, else its kind. */
const nameOf = ({ kind, lesson }: { kind: string; lesson: number | null }) =>
  kind === 'complete' ? String(CLOSING_NOTE) : lesson === null ? kind : String(lesson);

function mailNamed(name: string): { kind: string; lesson: number | null } {
  const step = /^[1-9]$/.test(name) ? Number(name) : null;
  if (step === CLOSING_NOTE) return { kind: 'complete', lesson: null };
  if (step !== null) return { kind: 'lesson', lesson: step };
  return { kind: name, lesson: null };
}

const called = (mail: { kind: string; lesson: number | null }) =>
  mail.kind === 'lesson'
    ? `Lesson ${mail.lesson}: ${lessonOf(mail.lesson ?? 0)?.title}`
    : mail.kind === 'complete'
      ? 'The closing note'
      : `${mail.kind.charAt(0).toUpperCase()}${mail.kind.slice(1).replaceAll('-', ' ')}`;

/** How many take the course, how far they are, and every mail of it. */
export async function coursePage(c: C) {
  const { mails, numbers } = await readCourse(c.var.ctx);
  const steps = mails.filter(({ kind }) => kind === 'lesson' || kind === 'complete');
  const inTurn = steps.toSorted((a, b) => (a.lesson ?? CLOSING_NOTE) - (b.lesson ?? CLOSING_NOTE));
  const others = mails.filter((mail) => !steps.includes(mail));
  return consolePage(
    c,
    { title: 'Course' },
    <>
      <Opening heading="Course">
        <p>{takingInWords(numbers)}</p>
      </Opening>
      <section aria-labelledby="far">
        <h2 id="far">How far they are</h2>
        <Table
          caption="How many were sent how many lessons, of those who take the course"
          columns={[{ label: 'Sent so far' }, { label: 'Learners', number: true }]}
          rows={numbers.bySent.map((count, sent) => ({
            key: sent,
            cells: [
              sent === 0 ? 'None yet' : sent === 1 ? '1 lesson' : `${sent} lessons`,
              inFigures(count),
            ],
          }))}
        />
        <p class="aside">
          Counted at most once an hour; as of {timeOf(c, numbers.at)}. A lesson on its way is not
          counted as sent yet.
        </p>
      </section>
      <section aria-labelledby="lessons">
        <h2 id="lessons">Lessons</h2>
        <Table
          caption="The lessons and the closing note"
          unseen
          columns={[
            { label: 'Mail' },
            { label: 'Have it ahead', number: true },
            { label: 'On their way', number: true },
            { label: 'With older words', number: true },
            { label: 'Text in use since' },
          ]}
          rows={inTurn.map((mail) => ({
            key: mail.hash,
            cells: [
              <a key="mail" href={`/operator/course/${nameOf(mail)}`}>
                {called(mail)}
              </a>,
              inFigures(aheadOf(numbers, mail)),
              inFigures(mail.underway.ours + mail.underway.older),
              inFigures(mail.underway.older),
              mail.since === null ? 'Not used yet' : timeOf(c, mail.since),
            ],
          }))}
        />
        <p class="aside">
          Before a deploy, <code>npm run deploy -- --dry-run</code> says which of these change, how
          many learners get the new text, and how many mails under way keep the old.
        </p>
      </section>
      <section aria-labelledby="others">
        <h2 id="others">Every other mail</h2>
        <ul class="plain">
          {others.map((mail) => (
            <li key={mail.hash}>
              <a href={`/operator/course/${nameOf(mail)}`}>{mail.subject.replace(PLACE, '…')}</a>
            </li>
          ))}
        </ul>
      </section>
    </>,
  );
}

/** What a subject has filled in. */
const PLACE = /\{\{\w+\}\}/g;

const aheadOf = ({ ahead }: Numbers, { lesson }: CourseMail) =>
  ahead[(lesson ?? CLOSING_NOTE) - 1] ?? 0;

/** The one answer to how many take the course; the terminal says the same. */
function takingInWords({ taking, paused, finished }: Numbers): string {
  const people = (count: number, one: string, many: string) =>
    count === 1 ? `1 ${one}` : `${inFigures(count)} ${many}`;
  const rest = paused === 0 ? '' : ` (${inFigures(paused)} of them paused)`;
  return `${people(taking, 'person takes', 'people take')} the course${rest}. ${people(finished, 'course', 'courses')} came to the closing note.`;
}

const LOOKS = { light: 'Light', dark: 'Dark', text: 'Text' };

/** One mail as it goes out: in a frame, light and dark, wide and narrow, and as text. */
export async function mailOfCoursePage(c: C) {
  const { ctx } = c.var;
  const name = c.req.param('n') ?? '';
  const [{ mails, numbers }, preview, halts] = await Promise.all([
    readCourse(ctx),
    previewMail(ctx, mailNamed(name)),
    listHalts(ctx),
  ]);
  const mail = mails.find((each) => nameOf(each) === name);
  if (!mail || !preview) throw noSuchMail();
  const sizes = await sizesOf(mail.hash);
  const asked = c.req.query('look') ?? 'light';
  const look = asked in LOOKS ? (asked as keyof typeof LOOKS) : 'light';
  const here = `/operator/course/${name}`;
  const step = mail.kind === 'lesson' || mail.kind === 'complete';
  const scope = `lesson:${mail.lesson ?? CLOSING_NOTE}`;
  const halted = step && halts.some((halt) => halt.scope === scope);
  c.set('frames', true);
  return consolePage(
    c,
    { title: called(mail) },
    <>
      <Opening heading={called(mail)}>
        <p>
          {step
            ? `${inFigures(aheadOf(numbers, mail))} learners have it ahead; ${mail.underway.older === 0 ? 'nothing on its way keeps older words' : olderInWords(mail.underway.older)}.`
            : `Subject: ${preview.subject}`}
        </p>
        {halted && (
          <p>
            <b>It is held back.</b> <a href="/operator/mail">Let it go</a> once its words are right.
          </p>
        )}
      </Opening>
      <Figures
        figures={[
          { label: 'Kilobytes of HTML', value: kilobytes(sizes?.html) },
          { label: 'Kilobytes of text', value: kilobytes(sizes?.text) },
          { label: 'On their way', value: mail.underway.ours + mail.underway.older },
        ]}
      />
      <section aria-labelledby="look">
        <h2 id="look">As it goes out</h2>
        <p class="aside">
          Made for somebody whom there is not: its links open nothing. From {preview.from}; subject
          “{preview.subject}”.
        </p>
        <Chooser
          label="Show"
          links={Object.entries(LOOKS).map(([key, label]) => ({
            href: key === 'light' ? here : `${here}?look=${key}`,
            label,
            here: key === look,
          }))}
        />
        {look === 'text' ? (
          <pre class="mail-text">{preview.text}</pre>
        ) : (
          <div class="previews">
            <iframe
              class="preview"
              title={`${called(mail)}, 600 pixels wide, ${look}`}
              src={`${here}/mail?look=${look}`}
              sandbox=""
            ></iframe>
            <iframe
              class="preview preview-narrow"
              title={`${called(mail)}, 320 pixels wide, ${look}`}
              src={`${here}/mail?look=${look}`}
              sandbox=""
            ></iframe>
          </div>
        )}
        <details>
          <summary>Its headers</summary>
          <dl class="headers">
            {Object.entries(preview.headers ?? {}).map(([header, value]) => (
              <div key={header}>
                <dt>{header}</dt>
                <dd>{value}</dd>
              </div>
            ))}
            {Object.keys(preview.headers ?? {}).length === 0 && <p>None of its own.</p>}
          </dl>
        </details>
      </section>
      {step && !halted && may(c, 'helper') && (
        <section aria-labelledby="wrong">
          <h2 id="wrong">Something is wrong with it?</h2>
          <Deed
            c={c}
            id="hold"
            action="/operator/mail/halt"
            label="Hold it back"
            grave
            fields={{ scope }}
            hint="Kept in the log, without an address."
          >
            <p>
              {scopeInWords(scope)} stops within the minute, and nothing of it is lost; all other
              mail goes on. Mend the words, deploy, look at them here, and let it go.
            </p>
          </Deed>
        </section>
      )}
    </>,
  );
}

const olderInWords = (older: number) =>
  older === 1
    ? '1 mail on its way keeps older words'
    : `${inFigures(older)} mails on their way keep older words`;

const noSuchMail = () => new DomainError('not-found', 'The course has no mail of this name.');

const kilobytes = (bytes: number | undefined) => ((bytes ?? 0) / 1024).toFixed(1);

/** A scheme's own part of a mail's style holds whatever the frame's surroundings are. */
const asIn = (html: string, look: string) =>
  html.replace(/@media\s*\(\s*prefers-color-scheme:\s*(dark|light)\s*\)/g, (_, scheme: string) =>
    scheme === look ? '@media all' : '@media not all',
  );

/** A mail's HTML for a frame of ours alone: it may style itself, and do nothing else. */
export async function mailFrame(c: C) {
  const preview = await previewMail(c.var.ctx, mailNamed(c.req.param('n') ?? ''));
  if (!preview) throw noSuchMail();
  const look = c.req.query('look') === 'dark' ? 'dark' : 'light';
  (c as unknown as HonoContext<App>).set('framedBy', ["'self'"]);
  c.header(
    'Content-Security-Policy',
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox",
  );
  return c.html(asIn(preview.html, look));
}
