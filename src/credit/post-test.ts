/**
 * The post-test: in which order options stand, what was answered, and whether it is passed. Items stand as
 * their edition has them; options lie in another order for each claim and each try, the same on every reload.
 */

import { HOUR, type Seconds } from '../clock.ts';
import type { Item } from './edition.ts';

/** Parts, each with the items of one lesson. */
export const PARTS = 8;

/** What was chosen: an item's id and its option's. A blank is left out. */
export type Answers = Readonly<Record<string, string>>;

/** One item as the page shows it: without key and rationale. */
export interface Asked {
  id: string;
  question: string;
  /** In their places; the form posts the place. */
  options: string[];
  /** The place of what was chosen; null for a blank. */
  chosen: number | null;
}

/** What an order hangs on. */
export interface Sheet {
  /** 128 random bits of the claim, hex. */
  seed: string;
  /** From 1: which try. */
  number: number;
}

/** Which lesson an item is about, and so which part it stands in. */
export const lessonOf = (itemId: string): number => Number(itemId.split('-')[0]);

/** The items of one part, in the edition's order. Empty where there is no such part. */
export function partOf(items: readonly Item[], part: number): Item[] {
  return items.filter(({ id }) => lessonOf(id) === part);
}

const encoder = new TextEncoder();

/** The options of each item in their places, by HMAC-SHA-256(seed, try · item · option). */
async function placed(
  items: readonly Item[],
  { seed, number }: Sheet,
): Promise<Map<string, Item['options']>> {
  const bytes = Uint8Array.from(seed.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', bytes, algorithm, false, ['sign']);
  const rankOf = async (text: string) =>
    new DataView(await crypto.subtle.sign('HMAC', key, encoder.encode(text))).getBigUint64(0);
  const orders = items.map(async ({ id, options }) => {
    const ranked = await Promise.all(
      options.map(async (option) => ({
        option,
        rank: await rankOf(`${number}\u00b7${id}\u00b7${option.id}`),
      })),
    );
    ranked.sort((one, other) => (one.rank < other.rank ? -1 : 1));
    return [id, ranked.map(({ option }) => option)] as const;
  });
  return new Map(await Promise.all(orders));
}

/** A part's items as somebody reads them in this try. */
export async function asked(
  items: readonly Item[],
  sheet: Sheet,
  answers: Answers,
): Promise<Asked[]> {
  const places = await placed(items, sheet);
  return items.map(({ id, question }) => {
    const options = places.get(id) ?? [];
    const chosen = options.findIndex((option) => option.id === answers[id]);
    return {
      id,
      question,
      options: options.map(({ text }) => text),
      chosen: chosen === -1 ? null : chosen,
    };
  });
}

/** What a form said: answers to keep, or the items whose place does not exist, of which none is kept. */
export type Posted = { kind: 'answers'; answers: Answers } | { kind: 'refused'; items: string[] };

/**
 * Reads the places that a part's form posted. An item that it does not name stays as it was.
 *
 * @param places an item's id and the place chosen, as text: `0` to `3`
 */
export async function readPlaces(
  items: readonly Item[],
  sheet: Sheet,
  places: Readonly<Record<string, string>>,
): Promise<Posted> {
  const orders = await placed(items, sheet);
  const read = Object.entries(places).map(([id, place]) => ({
    id,
    option: /^\d$/.test(place) ? orders.get(id)?.[Number(place)] : undefined,
  }));
  const refused = read.filter(({ option }) => option === undefined).map(({ id }) => id);
  if (refused.length > 0) return { kind: 'refused', items: refused };
  const answers = Object.fromEntries(read.map(({ id, option }) => [id, option?.id ?? '']));
  return { kind: 'answers', answers };
}

/** How many must be right: no fraction is ever rounded down. In integers, so that 0.7 is 70. */
export function neededOf(passMark: number, of: number): number {
  return Math.floor((of * passMark + 99) / 100);
}

/** Items without an answer, in their order. One that was struck needs none. */
export function blanks(
  items: readonly Item[],
  answers: Answers,
  struck: readonly string[] = [],
): string[] {
  return items
    .filter((item) => !struck.includes(item.id) && !isAnswered(item, answers))
    .map(({ id }) => id);
}

const isAnswered = ({ id, options }: Item, answers: Answers) =>
  options.some((option) => option.id === answers[id]);

export interface Grade {
  right: number;
  of: number;
  needed: number;
  passed: boolean;
  /** Right ones of each lesson that has items. Shown to nobody: it would help to find a key. */
  byLesson: Record<number, number>;
  /** Lessons with something wrong or blank, in their order. Not objectives, of which most have one item. */
  readAgain: number[];
}

/**
 * Grades a try. What was struck counts as right for everybody, answered or not.
 *
 * @param passMark whole percent
 */
export function grade(
  items: readonly Item[],
  answers: Answers,
  { passMark, struck }: { passMark: number; struck: readonly string[] },
): Grade {
  const byLesson: Record<number, number> = {};
  const readAgain = new Set<number>();
  let right = 0;
  for (const { id, key } of items) {
    const lesson = lessonOf(id);
    const isRight = struck.includes(id) || answers[id] === key;
    byLesson[lesson] = (byLesson[lesson] ?? 0) + (isRight ? 1 : 0);
    if (isRight) right += 1;
    else readAgain.add(lesson);
  }
  const needed = neededOf(passMark, items.length);
  return {
    right,
    of: items.length,
    needed,
    passed: right >= needed,
    byLesson,
    readAgain: [...readAgain].sort((one, other) => one - other),
  };
}

/** One item with its rationale, for whoever has passed. */
export interface Explained {
  id: string;
  question: string;
  /** The text of what was chosen; null for a blank. */
  chosen: string | null;
  isRight: boolean;
  isStruck: boolean;
  /** The text of the key. */
  right: string;
  rationale: string;
}

/** Every item after a pass. Only then: there are no other items, so a key that was shown is a test given away. */
export function explained(
  items: readonly Item[],
  answers: Answers,
  struck: readonly string[],
): Explained[] {
  const textOf = ({ options }: Item, optionId: string | undefined) =>
    options.find(({ id }) => id === optionId)?.text;
  return items.map((item) => ({
    id: item.id,
    question: item.question,
    chosen: textOf(item, answers[item.id]) ?? null,
    isRight: answers[item.id] === item.key,
    isStruck: struck.includes(item.id),
    right: textOf(item, item.key) ?? '',
    rationale: item.rationale,
  }));
}

/** One try of a claim, as far as the next hangs on it. */
export interface Try {
  number: number;
  /** Epoch seconds; null while it is open. */
  handedInAt: Seconds | null;
  passed: boolean | null;
}

/** What an adoption says of tries. */
export interface TryRules {
  /** Null for as many as are wanted. What a provider opened beside them is in it. */
  tries: number | null;
  /** Hours to wait after the second failure, and after each one that follows. */
  waitHours: number;
}

/** What somebody can do about the test now. */
export type Standing =
  | { kind: 'passed'; number: number }
  | { kind: 'under-way'; number: number }
  /** The next may be opened; `number` is the one it would be. */
  | { kind: 'may-open'; number: number }
  | { kind: 'wait'; number: number; until: Seconds }
  /** The provider can open another; waiting does not. */
  | { kind: 'none-left' };

/** What the tries so far allow at an instant, epoch seconds. After a pass there is no other. */
export function standing(
  tries: readonly Try[],
  { tries: allowed, waitHours }: TryRules,
  now: Seconds,
): Standing {
  const passed = tries.find((each) => each.passed === true);
  if (passed) return { kind: 'passed', number: passed.number };
  const open = tries.find(({ handedInAt }) => handedInAt === null);
  if (open) return { kind: 'under-way', number: open.number };
  const number = Math.max(0, ...tries.map((each) => each.number)) + 1;
  if (allowed !== null && tries.length >= allowed) return { kind: 'none-left' };
  const last = Math.max(0, ...tries.map(({ handedInAt }) => handedInAt ?? 0));
  const until = last + waitHours * HOUR;
  return tries.length >= 2 && now < until
    ? { kind: 'wait', number, until }
    : { kind: 'may-open', number };
}
