/** The edition of this folder's lessons, beside those that providers have adopted. */
import { join } from 'node:path';
import { runnerImport } from 'vite';
import { ROOT } from './local.ts';

/** As emails/edition.ts makes it. */
export interface BuiltEdition extends Record<string, unknown> {
  texts: { lesson: number; body: string; words: number }[];
  items: unknown[];
  people: { title: string; authors: string[]; reviewers: string[]; itemWriters: string[] };
  itemsArePublic: boolean;
}

/** What the course says of an edition. */
export interface Frozen {
  hash: string;
  isNew: boolean;
  words: number;
  items: number;
  minutes: number[];
  adoptions: {
    provider: string;
    slug: string;
    lessons: {
      lesson: number;
      kind: 'same' | 'correction' | 'revision';
      why: string[];
      changed: number;
    }[];
    follows: boolean;
    between: number;
    wordsMissing: number;
  }[];
}

/** @param items a file with items from outside the repository */
export async function builtEdition(items?: string): Promise<BuiltEdition> {
  const folder = join(ROOT, 'emails');
  const { module } = await runnerImport<{
    readEdition(lessons: string, course?: string, items?: string): BuiltEdition;
  }>(join(folder, 'edition.ts'), { root: folder, logLevel: 'error' });
  return module.readEdition(join(folder, 'lessons'), undefined, items);
}

const lessonsOf = (lessons: { lesson: number }[]) =>
  lessons.map(({ lesson }) => `lesson ${lesson}`).join(', ');

/** What each adoption makes of it, a line each. */
export function inWords({ adoptions }: Frozen): string[] {
  const followed = adoptions.filter(({ follows }) => follows);
  return [
    ...(followed.length === 0
      ? []
      : [
          `A correction of ${lessonsOf(followed[0]?.lessons ?? [])}, followed by ${followed.length} ${followed.length === 1 ? 'adoption' : 'adoptions'}.`,
        ]),
    ...stopping(adoptions),
  ];
}

/** Why somebody must be asked first, a line each; empty where nobody must. */
export function stopping(adoptions: Frozen['adoptions']): string[] {
  return adoptions.flatMap(({ provider, slug, lessons, follows, between, wordsMissing }) => [
    ...(lessons.length === 0 || follows
      ? []
      : [
          `${provider} must accept ${lessons
            .map(
              ({ lesson, why }) =>
                `lesson ${lesson}${why.length > 0 ? ` (${why.join(', ')})` : ''}`,
            )
            .join(
              ', ',
            )} first: npm run credit -- accept ${slug}. ${between} of its learners are between lessons 1 and 8, and would hold both texts.`,
        ]),
    ...(wordsMissing === 0
      ? []
      : [
          `${provider} counts hours by 6,000 words each, and ${wordsMissing} words are missing for them.`,
        ]),
  ]);
}
