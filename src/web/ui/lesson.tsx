import type { CompiledLesson } from 'virtual:emails';
import type { LessonText, Reference } from 'virtual:lessons';
import { raw } from 'hono/html';
import { LESSONS } from '../../course/course.ts';
import { Contact } from './page.tsx';

/**
 * Gives each citation a name and, at its first place, an id to come back to and a copy of the
 * reference for the margin. The copy is for the eye only: it is hidden from assistive technology,
 * carries no link and is shown only where there is a margin.
 */
function withNotes(html: string, references: Reference[]): { html: string; cited: Set<number> } {
  const cited = new Set<number>();
  const withSups = html.replace(/<sup class="cite">(.*?)<\/sup>/gs, (_, inside: string) => {
    let notes = '';
    const links = inside.replace(/<a href="#ref-(\d+)">/g, (_link, digits: string) => {
      const number = Number(digits);
      const first = !cited.has(number);
      cited.add(number);
      const reference = references.find((each) => each.number === number);
      if (first && reference) {
        notes += `<span class="margin-note" aria-hidden="true"><span>${number}</span> ${forMargin(reference.html)}</span>`;
      }
      return `<a href="#ref-${number}" role="doc-noteref" aria-label="Reference ${number}"${first ? ` id="cite-${number}"` : ''}>`;
    });
    return `<sup class="cite">${links}</sup>${notes}`;
  });
  return { html: withSups, cited };
}

/** A reference without its links. */
function forMargin(html: string): string {
  return html.replace(/<a\b[^>]*>.*?<\/a>/gs, '').replace(/\s+$/, '');
}

interface LessonArticleProps {
  lesson: CompiledLesson;
  text: LessonText;
  /** Whom to ask about it. */
  contact: string;
  /** The page of its lines to say. */
  linesUrl: string;
}

/** A lesson to read: heading, text, references, and who stands behind it. */
export function LessonArticle({ lesson, text, contact, linesUrl }: LessonArticleProps) {
  const { references } = text;
  const { html, cited } = withNotes(text.html, references);
  return (
    <article class="lesson">
      <header class="lesson-head">
        {raw(text.drawing)}
        <p class="lesson-week">
          <span class="lesson-numeral" aria-hidden="true">
            {lesson.week}
          </span>
          <span class="label">
            Week {lesson.week} of {LESSONS}
          </span>{' '}
          <span class="lesson-time">{lesson.minutes} minutes’ reading</span>
        </p>
        <h1>{lesson.title}</h1>
        <p class="lead">{lesson.promise}</p>
        {lesson.objectives.length > 0 && (
          <details class="objectives">
            <summary>What you will be able to do</summary>
            <ul>
              {lesson.objectives.map((objective) => (
                <li key={objective.id}>{objective.text}</li>
              ))}
            </ul>
          </details>
        )}
      </header>
      <div class="prose">{raw(html)}</div>
      <p class="to-print">
        <a href={linesUrl}>Lines to say, on a page to print</a>
      </p>
      {references.length > 0 && (
        <section class="references" aria-labelledby="references">
          <h2 id="references">References</h2>
          <ol>
            {references.map((reference) => (
              <li key={reference.number} id={`ref-${reference.number}`} value={reference.number}>
                {raw(reference.html)}
                {cited.has(reference.number) && (
                  <>
                    {' '}
                    <a
                      class="back"
                      href={`#cite-${reference.number}`}
                      role="doc-backlink"
                      aria-label={`Back to where reference ${reference.number} is cited`}
                    >
                      Back
                    </a>
                  </>
                )}
              </li>
            ))}
          </ol>
        </section>
      )}
      <p class="signed">
        {lesson.signed.join(' ')} Whom to ask: <Contact contact={contact} />.
      </p>
    </article>
  );
}
