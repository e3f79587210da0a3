import type { CompiledLesson } from 'virtual:emails';
import type { Child } from 'hono/jsx';
import { COURSE_NAME, Layout } from './layout.tsx';
import sheetStyle from './sheet.css?url';

interface SheetProps {
  title: string;
  /** Above the title: what it is, and of which week. */
  label: string;
  /** Where it came from: the page to go back to, and its name. */
  back: { href: string; label: string };
  /** Of a learner's own: no search engine may keep it. */
  own: boolean;
  children: Child;
}

/** A page that is made to be printed on one sheet, A4 or Letter. */
function Sheet({ title, label, back, own, children }: SheetProps) {
  return (
    <Layout
      styles={[sheetStyle]}
      title={`${title}, ${label.toLowerCase()}`}
      robots={own ? 'noindex' : undefined}
      wide
    >
      <p class="sheet-way">
        <a href={back.href}>{back.label}</a>
        <span>Your browser prints it on one sheet of paper, A4 or Letter.</span>
      </p>
      <article class="sheet">
        <header>
          <p class="label">{label}</p>
          <h1>{title}</h1>
        </header>
        {children}
        <p class="sheet-foot">
          {COURSE_NAME}. Words to begin from: change them until they are yours, and take new ones to
          supervision first. Where there is risk, the protocol comes before all of them. CC BY-SA
          4.0.
        </p>
      </article>
    </Layout>
  );
}

interface Place {
  back: SheetProps['back'];
  own: boolean;
}

/** What a lesson gives to say, by the moment for which it is, and its practice. */
export function LinesSheet({ lesson, back, own }: Place & { lesson: CompiledLesson }) {
  const { week, title, practice, lines } = lesson;
  return (
    <Sheet title={title} label={`Lines to say, week ${week}`} back={back} own={own}>
      <Practice lesson={lesson} heading={practice.name} />
      <div class="sheet-lines">
        {lines.map(({ when, say }) => (
          <section key={when}>
            <h2>{when}</h2>
            {say.map((line) => (
              <p key={line}>“{line}”</p>
            ))}
          </section>
        ))}
      </div>
    </Sheet>
  );
}

/** The practices of the lessons that were sent, all on one sheet. */
export function PracticesSheet({ lessons, back, own }: Place & { lessons: CompiledLesson[] }) {
  const [only] = lessons;
  const title = lessons.length === 1 && only ? only.practice.name : 'The practices';
  return (
    <Sheet title={title} label="One for each week" back={back} own={own}>
      <div class="sheet-practices">
        {lessons.map((lesson) => (
          <Practice
            key={lesson.week}
            lesson={lesson}
            heading={`${lesson.week}. ${lesson.practice.name}`}
          />
        ))}
      </div>
    </Sheet>
  );
}

function Practice({ lesson, heading }: { lesson: CompiledLesson; heading: string }) {
  const { when, steps } = lesson.practice;
  return (
    <section class="sheet-practice">
      <h2>{heading}</h2>
      <p>{when}</p>
      <ol>
        {steps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
    </section>
  );
}

/** The plan of the last week, to fill in here or by hand. Nothing of it is sent or kept. */
export function PlanSheet({ lesson, back, own }: Place & { lesson: CompiledLesson }) {
  return (
    <Sheet title="Your page" label="A plan for eight weeks" back={back} own={own}>
      <p class="sheet-note">
        What you type here is sent nowhere and kept nowhere: print it before you leave the page, or
        copy it to your log. Leave clients out of it.
      </p>
      <div class="sheet-plan">
        {lesson.plan.map((part, at) => {
          const [name = part, ...hint] = part.split(/(?<=[.?!]) /);
          return (
            <label key={name} for={`plan-${at}`}>
              <b>{name.replace(/\.$/, '')}</b>
              <span>{hint.join(' ')}</span>
              <textarea id={`plan-${at}`} rows={4} autocomplete="off" />
            </label>
          );
        })}
        <label for="plan-date">
          <b>Date</b>
          <span>Eight weeks from today, when you will look at it again.</span>
          <input id="plan-date" type="text" autocomplete="off" />
        </label>
      </div>
    </Sheet>
  );
}
