import type { CitedWork } from '../lesson.ts';
import { plain } from '../markdown.ts';
import { COLUMNS, hanging, stack, underlined, wrap } from '../text.ts';
import { look } from './look.ts';
import { Runs } from './prose.tsx';

const HEADING = 'References';

/** The works a lesson cites, numbered as in its text. */
export function References({ works }: { works: CitedWork[] }) {
  return (
    <>
      <h2 style={look.referencesHeading}>{HEADING}</h2>
      <ol className="soft" style={look.references}>
        {works.map((work) => (
          <li key={work.number} style={look.reference}>
            <Runs runs={work.text} medium="mail" />
          </li>
        ))}
      </ol>
    </>
  );
}

/** The same list for a text part. */
export function referencesText(works: CitedWork[]): string {
  const entries = works.map((work) => {
    const mark = `[${work.number}] `;
    return hanging(mark, wrap(plain(work.text), COLUMNS - mark.length));
  });
  return stack([`\n${underlined(HEADING, '-')}`, ...entries]);
}
