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
  /** What is written differently, such as “teh” becomes “the”; the first few places. */
  difference: string;
}

/** Of a lesson's words, in percent: so many may change at once, and so many against what was adopted. */
const AT_ONCE = 1;
const IN_ALL = 3;

/**
 * What a change is, computed and not declared. A correction keeps title, headings, objectives, references,
 * every number, citation and negation where it stood, and changes at most 1 % of the words against the last
 * text and 3 % against the adopted one, so that fifty small steps make no other course.
 *
 * @param last the text that was accepted last
 * @param adopted the one that the provider agreed to
 */
export function changeOf(last: TextBody, adopted: TextBody, now: TextBody): Change {
  const [before, after] = [readingOf(last), readingOf(now)];
  const of = before.tokens.filter(isWord).length;
  if (canonical(last) === canonical(now)) {
    return { kind: 'same', why: [], changed: 0, of, difference: '' };
  }
  const differ = (one: unknown, other: unknown) => canonical(one) !== canonical(other);
  const step = diffOf(before.tokens, after.tokens);
  const original = readingOf(adopted).tokens;
  const all = original.filter(isWord).length;
  const drift = diffOf(original, after.tokens);
  const words = ({ changed, isLeast }: Diff, among: number) =>
    `${isLeast ? 'at least ' : ''}${changed} of ${among} words`;
  const why = [
    ...(last.title === now.title ? [] : ['its title']),
    ...(differ(before.headings, after.headings) ? ['a heading'] : []),
    ...(differ(last.objectives, now.objectives) ? ['an objective'] : []),
    ...(differ(last.references, now.references) ? ['a reference'] : []),
    ...(step.places.some((place) => differ(...bothOf(place, citationsIn))) ? ['a citation'] : []),
    ...(step.places.some((place) => differ(...bothOf(place, figuresIn))) ? ['a number'] : []),
    ...(step.places.some(isNegated) ? ['a negation'] : []),
    ...(step.changed * 100 > AT_ONCE * of
      ? [`${words(step, of)}, more than ${AT_ONCE} % at once`]
      : []),
    ...(drift.changed * 100 > IN_ALL * all
      ? [`${words(drift, all)} against what was adopted, more than ${IN_ALL} %`]
      : []),
  ];
  return {
    kind: why.length > 0 ? 'revision' : 'correction',
    why,
    changed: step.changed,
    of,
    difference: inWords(step.places),
  };
}

interface Reading {
  /** What stands between spaces: words, signs, and citations as `[1]`. */
  tokens: string[];
  headings: string[];
}

function readingOf({ blocks }: TextBody): Reading {
  const reading: Reading = { tokens: [], headings: [] };
  for (const block of blocks) collect(block, reading);
  return reading;
}

/** Gathers the words of a block, and of those in it, in their order; headings apart. */
function collect(part: unknown, into: Reading): void {
  if (Array.isArray(part)) {
    for (const each of part) collect(each, into);
    return;
  }
  if (typeof part !== 'object' || part === null) return;
  const { type, children, blocks, items } = part as Record<string, unknown>;
  if (type === 'heading') into.headings.push(textOf(children));
  else if (type === 'paragraph') {
    into.tokens.push(
      ...textOf(children)
        .split(/[\s—]+/u)
        .filter(Boolean),
    );
  } else for (const inner of [children, blocks, items]) collect(inner, into);
}

function textOf(children: unknown): string {
  if (!Array.isArray(children)) return '';
  return children
    .map((child: Record<string, unknown>) => {
      if (child.type === 'text') return String(child.text);
      if (child.type === 'cite') return ` [${String(child.numbers)}] `;
      return child.type === 'break' ? ' ' : textOf(child.children);
    })
    .join('');
}

const isWord = (token: string) => /[\p{L}\p{N}]/u.test(token) && !token.startsWith('[');

/** A place where a text is written differently: what stood there, and what stands there now. */
interface Place {
  out: string[];
  put: string[];
}

interface Diff {
  places: Place[];
  /** Words that must be written to make one of the other: those taken out or those put in, whichever are more. */
  changed: number;
  /** There are more: nobody counted on. */
  isLeast: boolean;
}

/** A text of which more than this differs, of a hundred words, is another one, however much more it is. */
const COUNTED = 20;

function diffOf(before: string[], after: string[]): Diff {
  const most = Math.max(100, Math.ceil((before.length * COUNTED) / 100));
  const parts = diffArrays(before, after, { maxEditLength: 2 * most });
  if (!parts) return { places: [], changed: most, isLeast: true };
  const places: Place[] = [];
  let open: Place | null = null;
  for (const { added, removed, value } of parts) {
    if (!added && !removed) {
      open = null;
      continue;
    }
    if (!open) {
      open = { out: [], put: [] };
      places.push(open);
    }
    open[added ? 'put' : 'out'].push(...value);
  }
  const words = (side: keyof Place) =>
    places.reduce((sum, place) => sum + place[side].filter(isWord).length, 0);
  return { places, changed: Math.max(words('out'), words('put')), isLeast: false };
}

/** What stands on both sides of a place, of one sort. */
const bothOf = (
  { out, put }: Place,
  sort: (tokens: string[]) => string[],
): [string[], string[]] => [sort(out), sort(put)];

const citationsIn = (tokens: string[]) => tokens.filter((token) => /^\[[\d,]+\]$/.test(token));

/** Numbers in words; digits and signs of arithmetic are told by their looks. */
const FIGURE =
  /^(zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|billion|dozen|half|halves|quarter|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|once|twice|thrice|double|triple|percent)s?$/;
const SIGN = /[\d%<>=±×÷≤≥≠≈~$€£−]/;

const NEGATION =
  /^(no|not|none|nobody|nothing|nowhere|never|neither|nor|cannot|without|hardly|scarcely|barely|rarely|seldom|unless|except)$|n[’']t$/;

/** The parts of a word as they are compared: small letters, without the punctuation around them. */
function partsOf(token: string): string[] {
  const signed = token.toLowerCase().replace(/^["“‘'(]*[-–](?=[.\d])/, '−');
  return (SIGN.test(signed) ? [signed] : signed.split(/[-–/]/)).map((part) =>
    part.replace(/^[^\p{L}\p{N}.%<>=±×÷≤≥≠≈~$€£−]+|[^\p{L}\p{N}%<>=±×÷≤≥≠≈~$€£−]+$/gu, ''),
  );
}

const figuresIn = (tokens: string[]) =>
  tokens
    .filter((token) => !token.startsWith('['))
    .flatMap(partsOf)
    .filter((part) => SIGN.test(part) || FIGURE.test(part));

const negationsIn = (tokens: string[]) =>
  tokens.flatMap(partsOf).filter((part) => NEGATION.test(part));

/** Whether a negation comes, goes or is another, also as a part of a word: “possible”, “impossible”. */
function isNegated(place: Place): boolean {
  const [out, put] = bothOf(place, negationsIn);
  if (canonical(out) !== canonical(put)) return true;
  const [before, after] = bothOf(place, (tokens) => tokens.flatMap(partsOf));
  const turns = (plain: string[], other: string[]) =>
    plain.some(
      (word) =>
        word.length >= 4 &&
        other.some(
          (each) =>
            /^(un|in|im|ir|il|dis|non)$/.test(each.slice(0, -word.length)) && each.endsWith(word),
        ),
    );
  return turns(before, after) || turns(after, before);
}

/** The first places, as a record can keep them. */
function inWords(places: Place[]): string {
  const said = places.map(({ out, put }) => {
    const [before, after] = [out, put].map((tokens) => `“${tokens.join(' ')}”`);
    if (put.length === 0) return `${before} goes`;
    return out.length === 0 ? `${after} comes` : `${before} becomes ${after}`;
  });
  const shown = said.slice(0, 5).filter((each) => each.length <= 120);
  const more = said.length - shown.length;
  return [...shown, ...(more > 0 ? [`${more} more`] : [])].join(', ');
}

/**
 * Items of a post-test that are not as they were adopted, by their ids; those that went or came, too. None
 * where the two have no question in common: then one of them is no text of the repository's.
 */
export function itemsTouched(adopted: readonly Item[], now: readonly Item[]): string[] {
  const questions = new Set(now.map(({ question }) => question));
  if (!adopted.some(({ question }) => questions.has(question))) return [];
  const textById = (items: readonly Item[]) =>
    new Map(items.map((item) => [item.id, canonical(item)]));
  const [before, after] = [textById(adopted), textById(now)];
  return [...new Set([...before.keys(), ...after.keys()])].filter(
    (id) => before.get(id) !== after.get(id),
  );
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
  texts: readonly { lesson: number; words: number; parsed: TextBody }[],
  items: readonly Item[],
): string[] {
  const lessons = [1, 2, 3, 4, 5, 6, 7, 8];
  const ids = new Set(items.map(({ id }) => id));
  return [
    ...(lessons.every((lesson, at) => texts[at]?.lesson === lesson) && texts.length === 8
      ? []
      : ['expected the texts of lessons 1 to 8, in their order']),
    ...texts
      .filter(({ words }) => !Number.isInteger(words) || words < 1)
      .map(({ lesson }) => `expected how many words lesson ${lesson} has`),
    ...lessons.flatMap((lesson) => {
      const here = items.filter(({ id }) => id.startsWith(`${lesson}-`));
      const text = texts.find((each) => each.lesson === lesson);
      const known = text?.parsed.objectives.map(({ id }) => id) ?? [];
      return [
        ...(here.length === 4
          ? []
          : [`expected four items on lesson ${lesson}, got ${here.length}`]),
        ...here
          .filter(({ objective }) => !known.includes(objective))
          .map(({ id }) => `${id}: expected one of the objectives ${known.join(', ')}`),
      ];
    }),
    ...(ids.size === items.length ? [] : ['expected an id of its own for each item']),
    ...items.flatMap(({ id, options, key }) => {
      const places = new Set(options.map((option) => option.id));
      const written = options.every(({ text }) => text !== '');
      return options.length === 4 && places.size === 4 && places.has(key) && written
        ? []
        : [`${id}: expected four options, of which the key is one`];
    }),
  ];
}

/** A line of a lesson's text, as it is shown without its looks. */
export interface TextLine {
  kind: 'heading' | 'paragraph' | 'item' | 'reference';
  text: string;
}

/** A lesson's text, line by line, whatever its blocks were made for. */
export function linesOf({
  blocks,
  references,
}: Pick<TextBody, 'blocks' | 'references'>): TextLine[] {
  const lines: TextLine[] = [];
  const take = (part: unknown, kind: TextLine['kind']): void => {
    if (Array.isArray(part)) {
      for (const each of part) take(each, kind);
      return;
    }
    if (typeof part !== 'object' || part === null) return;
    const { type, children, blocks: within, items } = part as Record<string, unknown>;
    if (type === 'heading' || type === 'paragraph') {
      lines.push({ kind: type === 'heading' ? 'heading' : kind, text: textOf(children) });
      return;
    }
    take(within, kind);
    take(items, 'item');
  };
  take(blocks, 'paragraph');
  const said = references.map((reference) => ({
    kind: 'reference' as const,
    text: textOf((reference as { text?: unknown } | null)?.text),
  }));
  return [...lines, ...said];
}
