/** Eight texts and 32 items as one frozen whole: its shape, its hashes, and what a change of it is. */

import { diffArrays } from 'diff';
import { canonical } from './canonical.ts';

/** An item of the post-test. Its key reaches no browser before a pass. */
export interface Item {
  /** Such as `3-1`: the lesson, and its number there. */
  id: string;
  /** The id of the objective that it is about, such as `3b`. */
  objective: string;
  question: string;
  options: { id: string; text: string }[];
  /** The id of the right option. */
  key: string;
  rationale: string;
}

/** What `texts.body` holds, as canonical JSON. Blocks and references are as the build reads the lesson. */
export interface TextBody {
  title: string;
  objectives: { id: string; text: string }[];
  blocks: unknown[];
  references: unknown[];
}

/** Who made it: `editions.people`. */
export interface EditionPeople {
  /** The course's title. */
  title: string;
  /** "Name, degree" each. Nothing is adopted while one of these is empty. */
  authors: string[];
  reviewers: string[];
  itemWriters: string[];
}

/** What a change of a lesson's text is for those who adopted it. */
export interface Change {
  kind: 'same' | 'correction' | 'revision';
  /** Why it is a revision, in words; empty for the others. */
  why: string[];
  /** Words that were changed, and how many there were. */
  changed: number;
  of: number;
}

/** Of a lesson's words, in percent: so many may change at once, and so many against what was adopted. */
const AT_ONCE = 1;
const IN_ALL = 3;

/**
 * What a change is, computed and not declared. A correction keeps title, headings, objectives, references,
 * every number and every negation, and changes at most 1 % of the words against the last text and 3 % against
 * the adopted one, so that fifty small steps make no other course.
 *
 * @param last the text that was accepted last
 * @param adopted the one that the provider agreed to
 */
export function changeOf(last: TextBody, adopted: TextBody, now: TextBody): Change {
  const [before, after] = [readingOf(last), readingOf(now)];
  const of = before.words.length;
  const changed = wordsChanged(before.words, after.words);
  if (canonical(last) === canonical(now)) return { kind: 'same', why: [], changed: 0, of };
  const differ = (one: unknown, other: unknown) => canonical(one) !== canonical(other);
  const original = readingOf(adopted);
  const drift = wordsChanged(original.words, after.words);
  const why = [
    ...(last.title === now.title ? [] : ['its title']),
    ...(differ(before.headings, after.headings) ? ['a heading'] : []),
    ...(differ(last.objectives, now.objectives) ? ['an objective'] : []),
    ...(differ(last.references, now.references) ? ['a reference'] : []),
    ...(differ(before.figures, after.figures) ? ['a number'] : []),
    ...(differ(before.negations, after.negations) ? ['a negation'] : []),
    ...(changed * 100 > AT_ONCE * of
      ? [`${changed} of ${of} words, more than ${AT_ONCE} % at once`]
      : []),
    ...(drift * 100 > IN_ALL * original.words.length
      ? [
          `${drift} of ${original.words.length} words against what was adopted, more than ${IN_ALL} %`,
        ]
      : []),
  ];
  return { kind: why.length > 0 ? 'revision' : 'correction', why, changed, of };
}

interface Reading {
  words: string[];
  headings: string[];
  figures: string[];
  negations: string[];
}

/** Digits, and numbers in words. */
const FIGURE =
  /\d|^(zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|half|third|quarter|once|twice|percent)s?$/;

const NEGATION =
  /^(no|not|none|nobody|nothing|never|neither|nor|cannot|without|hardly|rarely|unless|except)$|n[’']t$/;

function readingOf({ blocks }: TextBody): Reading {
  const reading: { words: string[]; headings: string[] } = { words: [], headings: [] };
  for (const block of blocks) collect(block, reading);
  const { words, headings } = reading;
  const plain = words.map((word) => word.toLowerCase().replace(/[^\p{L}\p{N}’'.%-]/gu, ''));
  const bare = plain.map((word) => word.replace(/[.,;:]+$/, ''));
  return {
    words,
    headings,
    figures: bare.filter((word) => FIGURE.test(word)),
    negations: bare.filter((word) => NEGATION.test(word)),
  };
}

/** Gathers the words of a block, and of those in it, in their order; headings apart. */
function collect(part: unknown, into: { words: string[]; headings: string[] }): void {
  if (Array.isArray(part)) {
    for (const each of part) collect(each, into);
    return;
  }
  if (typeof part !== 'object' || part === null) return;
  const { type, text, children, blocks, items } = part as Record<string, unknown>;
  if (type === 'heading') {
    into.headings.push(textOf(children));
    return;
  }
  if (type === 'paragraph')
    into.words.push(...(textOf(children).match(/[\p{L}\p{N}][^\s—]*/gu) ?? []));
  else if (typeof text === 'string') into.words.push(...text.split(/\s+/).filter(Boolean));
  for (const inner of [type === 'paragraph' ? [] : children, blocks, items]) collect(inner, into);
}

function textOf(children: unknown): string {
  if (!Array.isArray(children)) return '';
  return children
    .map((child: Record<string, unknown>) => {
      if (child.type === 'text') return String(child.text);
      return child.type === 'break' ? ' ' : textOf(child.children);
    })
    .join('');
}

/** How many words must be written to make one of the other: those taken out or those put in, whichever are more. */
function wordsChanged(before: string[], after: string[]): number {
  let out = 0;
  let put = 0;
  for (const { added, removed, count } of diffArrays(before, after)) {
    if (added) put += count;
    if (removed) out += count;
  }
  return Math.max(out, put);
}

/** Words that count for an hour, where hours are counted by words. */
const WORDS_AN_HOUR = 6_000;

/** Words that are missing for so many hours; 0 where there are enough. */
export const wordsMissing = (words: number, hours: number): number =>
  Math.max(0, Math.ceil(hours * WORDS_AN_HOUR) - words);

/** Whole minutes by Mergener's formula, for each difficulty from 1 to 5. */
export const mergener = (words: number, items: number): number[] =>
  [1, 2, 3, 4, 5].map((difficulty) =>
    Math.floor(0.9 * (-22.3 + 0.00209 * words + 2.78 * items + 15.5 * difficulty)),
  );

/** What is wrong with a posted edition, one line each. */
export function editionProblems(
  texts: readonly { lesson: number }[],
  items: readonly Item[],
): string[] {
  const lessons = [1, 2, 3, 4, 5, 6, 7, 8];
  const ids = new Set(items.map(({ id }) => id));
  return [
    ...(lessons.every((lesson, at) => texts[at]?.lesson === lesson) && texts.length === 8
      ? []
      : ['expected the texts of lessons 1 to 8, in their order']),
    ...lessons.flatMap((lesson) => {
      const here = items.filter(({ id }) => id.startsWith(`${lesson}-`)).length;
      return here === 4 ? [] : [`expected four items on lesson ${lesson}, got ${here}`];
    }),
    ...(ids.size === items.length ? [] : ['expected an id of its own for each item']),
    ...items.flatMap(({ id, options, key }) => {
      const places = new Set(options.map((option) => option.id));
      return options.length === 4 && places.size === 4 && places.has(key)
        ? []
        : [`${id}: expected four options, of which the key is one`];
    }),
  ];
}
