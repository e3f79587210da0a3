/**
 * The edition: the eight lessons and their post-test as one text that providers adopt. Templates, colors and
 * drawings are no part of it.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { imprintFile, readImprint } from './imprint.ts';
import { type Lesson, LessonError, readItems, readLessons, shown } from './lesson.ts';

/** What somebody reads of a lesson. */
export interface EditionText {
  lesson: number;
  /** Canonical JSON of title, objectives, blocks and references: the same text is the same string. */
  body: string;
  /** Words of instruction: without headings, references, objectives and items. */
  words: number;
}

export interface MadeEdition {
  texts: EditionText[];
  items: (Lesson['postTest'][number] & { lesson?: never })[];
  people: { title: string; authors: string[]; reviewers: string[]; itemWriters: string[] };
  /** The items are those of the repository, which anybody can read. */
  itemsArePublic: boolean;
}

const TITLE = 'In the Room';

/** JSON with its keys in order. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

/** A lesson as its edition has it. */
export function editionText({
  week,
  title,
  objectives,
  blocks,
  references,
  words,
}: Lesson): EditionText {
  const said = objectives.map(({ id, text }) => ({ id, text }));
  return { lesson: week, body: canonical({ title, objectives: said, blocks, references }), words };
}

/** SHA-256 of a lesson's text, hexadecimal: what mails and claims know it by. */
export function textHash(lesson: Lesson): string {
  return createHash('sha256').update(editionText(lesson).body).digest('hex');
}

/**
 * The edition as the files have it.
 *
 * @param folder the lessons
 * @param course who made it; the operator's own file where there is one, unless a test says which
 * @param items a file with 32 items from outside the repository, YAML or JSON
 * @throws LessonError
 */
export function readEdition(folder: string, course?: string, items?: string): MadeEdition {
  const lessons = readLessons(folder);
  const imprint = readImprint(course ?? imprintFile(`${import.meta.dirname}`));
  const own = items === undefined ? null : readItems(readFileSync(items, 'utf8'), basename(items));
  const all = own ?? lessons.flatMap(({ postTest }) => postTest);
  const problems = itemProblems(
    lessons,
    all,
    items === undefined ? shown(folder) : basename(items),
  );
  if (problems.length > 0) throw new LessonError(problems);
  return {
    texts: lessons.map(editionText),
    items: all,
    people: { title: TITLE, ...imprint.made },
    itemsArePublic: own === null,
  };
}

/** Four items for each lesson, each on an objective of that lesson, each id once. */
function itemProblems(lessons: readonly Lesson[], items: MadeEdition['items'], file: string) {
  const ids = items.map(({ id }) => id);
  const twice = ids.filter((id, at) => ids.indexOf(id) !== at);
  return [
    ...twice.map((id) => `${file}: ${id}: expected an id of its own`),
    ...lessons.flatMap(({ week, objectives }) => {
      const here = items.filter(({ id }) => id.startsWith(`${week}-`));
      const known = objectives.map(({ id }) => id);
      return [
        ...(here.length === 4
          ? []
          : [`${file}: week ${week}: expected four items, got ${here.length}`]),
        ...here
          .filter(({ objective }) => !known.includes(objective))
          .map(({ id }) => `${file}: ${id}: expected one of the objectives ${known.join(', ')}`),
      ];
    }),
  ];
}
