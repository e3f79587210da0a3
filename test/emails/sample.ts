import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';

/** The front matter of a small lesson in which nothing is wrong. */
export function sampleFront(week = 3) {
  return {
    week,
    title: 'A sample',
    preview: 'A sample preview.',
    promise: 'You will have a sample.',
    objectives: [
      { id: `${week}a`, text: 'Name one thing.', section: 'A scene' },
      { id: `${week}b`, text: 'Name another thing.', section: 'A scene' },
    ],
    references: [
      {
        id: 'rogers-1957',
        authors: 'Rogers, C. R.',
        year: 1957,
        title: 'The necessary and sufficient conditions of therapeutic personality change',
        source: '*Journal of Consulting Psychology*, 21(2), 95–103',
        doi: '10.1037/h0045357',
      },
      {
        id: 'de-shazer-1985',
        authors: 'de Shazer, S.',
        year: 1985,
        title: '*Keys to solution in brief therapy*',
        source: 'Norton',
      },
    ],
    postTest: [
      {
        id: `${week}-1`,
        objective: `${week}a`,
        question: 'Which one?',
        options: [
          { id: 'a', text: 'This one' },
          { id: 'b', text: 'That one' },
        ],
        key: 'b',
        rationale: 'Because that one is right.',
      },
    ],
    reflection: 'A scene',
    practice: { name: 'Notice, name', when: 'when a sample is wanted' },
  };
}

export type SampleFront = ReturnType<typeof sampleFront>;

export const SAMPLE_BODY = `
## A scene

Keys came first [@de-shazer-1985], and conditions were older [@rogers-1957; @de-shazer-1985].

> **Client:** I don’t know why I’m telling you this.
>
> *(note: You let one breath pass.)*
>
> **You:** [What is it like to say it here?](say "When it is said")

1. [**Notice.** One cue.](step)
2. **Name.** Without *sound*.
`;

/** The text of a lesson file. `change` may bend the front matter before it is written. */
export function sampleLesson(
  change: (front: SampleFront) => unknown = (front) => front,
  body = SAMPLE_BODY,
  week = 3,
): string {
  // Any words of the text will do for a question.
  const front = { ...sampleFront(week), reflection: /[A-Za-z]+/.exec(body)?.[0] ?? 'A scene' };
  // At the end, so that the lines of the given text stay where they are.
  const scene = body === '' || body.includes('## A scene') ? '' : '\n\n## A scene\n';
  return `---\n${stringify(change(front) ?? front)}---\n${body}${scene}`;
}

/** A new folder that holds the given files. */
export function folderOf(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'lessons-'));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}

/** Eight good lessons, by file name. */
export function sampleCourse(): Record<string, string> {
  const weeks = [1, 2, 3, 4, 5, 6, 7, 8];
  return Object.fromEntries(
    weeks.map((week) => [`0${week}-sample.md`, sampleLesson(undefined, SAMPLE_BODY, week)]),
  );
}
