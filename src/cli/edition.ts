/** The edition of this folder's lessons, beside those that providers have adopted. */
import { join, relative, resolve } from 'node:path';
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
      of: number;
      difference: string;
    }[];
    items: string[];
    follows: boolean;
    between: number;
    wordsMissing: number;
  }[];
}

/**
 * @param items a file with items from outside the repository
 * @throws Error where it stands inside of it, or with every problem of lessons or items, one a line
 */
export async function builtEdition(items?: string): Promise<BuiltEdition> {
  if (items !== undefined && !relative(ROOT, resolve(items)).startsWith('..')) {
    throw new Error(
      `${items}: stands in this folder, where it could be published with its keys. Keep it elsewhere.`,
    );
  }
  const folder = join(ROOT, 'emails');
  const { module } = await runnerImport<{
    readEdition(lessons: string, course?: string, items?: string): BuiltEdition;
  }>(join(folder, 'edition.ts'), { root: folder, logLevel: 'error' });
  return module.readEdition(join(folder, 'lessons'), undefined, items && resolve(items));
}

type Adoptions = Frozen['adoptions'];

const count = (number: number, one: string) => `${number} ${number === 1 ? one : `${one}s`}`;

/** What each adoption follows by itself, a line for each correction. */
export function followed(adoptions: Adoptions): string[] {
  const by = new Map<string, number>();
  for (const { follows, lessons } of adoptions) {
    if (!follows) continue;
    const said = lessons.map(
      ({ lesson, difference }) => `lesson ${lesson}${difference === '' ? '' : ` (${difference})`}`,
    );
    const key = said.join(', ');
    by.set(key, (by.get(key) ?? 0) + 1);
  }
  return [...by].map(
    ([said, many]) => `A correction of ${said}, followed by ${count(many, 'adoption')}.`,
  );
}

/** Why somebody must be asked first, a line each; empty where nobody must. */
export function stopping(adoptions: Adoptions): string[] {
  return adoptions.flatMap(({ provider, slug, lessons, items, follows, between, wordsMissing }) => {
    const asked = follows ? [] : lessons.map(inWords);
    const texts =
      asked.length === 0
        ? ''
        : ` ${between} of its learners ${between === 1 ? 'is' : 'are'} between lessons 1 and 8, and would hold both texts.`;
    const others =
      items.length === 0
        ? ''
        : ` Its learners are asked the items that it adopted, whatever these say.`;
    const what = [
      ...asked,
      ...(items.length === 0
        ? []
        : [`${items.length === 1 ? 'item' : 'items'} ${items.join(', ')}`]),
    ];
    return [
      ...(what.length === 0
        ? []
        : [
            `${provider} must accept ${what.join(', ')} first: npm run credit -- accept ${slug}.${texts}${others}`,
          ]),
      ...(wordsMissing === 0
        ? []
        : [
            `${provider} counts hours by 6,000 words each, and ${count(wordsMissing, 'word')} ${wordsMissing === 1 ? 'is' : 'are'} missing for them.`,
          ]),
    ];
  });
}

/** What an edition means for those who adopted one, a line each. */
export const consequences = ({ adoptions }: Frozen): string[] => [
  ...followed(adoptions),
  ...stopping(adoptions),
];

/** A lesson that waits for a provider's word, and why. */
function inWords({ lesson, kind, why, difference }: Adoptions[number]['lessons'][number]): string {
  const reasons = kind === 'revision' ? why : ['a correction'];
  return `lesson ${lesson} (${[...reasons, difference].filter(Boolean).join(': ')})`;
}
