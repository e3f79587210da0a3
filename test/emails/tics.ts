import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A habit of the pen: harmless once, a manner by the eighth lesson. */
interface Tic {
  name: string;
  /** How often it stands in one lesson's text. */
  count(text: string): number;
  /** How often the first edition had it in all, by this count. */
  first: number;
  /** At most so often in all eight. */
  most: number;
  /** At most so often in one. */
  mostInOne: number;
}

const words = (pattern: RegExp) => (text: string) => text.match(pattern)?.length ?? 0;
const sentences = (pattern: RegExp) => (text: string) =>
  sentencesIn(text).filter((sentence) => pattern.test(sentence)).length;

export const TICS: Tic[] = [
  {
    name: 'three in a row (also finds some that are none)',
    count: words(/[\w’-]+, [\w’ -]{1,30}?,? (and|or) [\w’-]+/g),
    first: 107,
    most: 54,
    mostInOne: 10,
  },
  {
    name: 'a coda after ", and" of three to ten words',
    count: sentences(/, (and|but|so|or) (?:[^\s,]+ ){2,9}[^\s,]+\.$/),
    first: 147,
    most: 90,
    mostInOne: 18,
  },
  { name: ', and', count: words(/,\s+and\b/g), first: 218, most: 145, mostInOne: 24 },
  { name: ', which', count: words(/, which\b/g), first: 28, most: 24, mostInOne: 6 },
  {
    name: 'a sentence that begins with If, When, Where or With',
    count: sentences(/^["“(]*(If|When|Where|With)\b/),
    first: 64,
    most: 56,
    mostInOne: 10,
  },
  {
    name: 'a sentence that begins with And, But, So, Or, Nor or Then',
    count: sentences(/^(And|But|So|Or|Nor|Then)\b/),
    first: 34,
    most: 30,
    mostInOne: 6,
  },
  {
    name: 'nobody, no one, nothing, none',
    count: words(/\b(nobody|no one|nothing|none)\b/gi),
    first: 39,
    most: 14,
    mostInOne: 4,
  },
  { name: 'one and a noun', count: words(/\bone [a-z]+/g), first: 76, most: 64, mostInOne: 12 },
  { name: 'something', count: words(/\bsomething\b/gi), first: 43, most: 20, mostInOne: 5 },
  { name: 'may, might', count: words(/\b(may|might)\b/gi), first: 59, most: 46, mostInOne: 8 },
  {
    name: 'goes with, for "is associated"',
    count: words(/\b(goes|went|go) with\b/gi),
    first: 11,
    most: 2,
    mostInOne: 1,
  },
  { name: 'face', count: words(/\bfaces?\b/gi), first: 19, most: 10, mostInOne: 4 },
  {
    name: 'a small thing with a clock beside it',
    count: words(
      /\b(two|three|four|five|six|seven|eight|nine|ten|twenty) (seconds|minutes|years)\b/gi,
    ),
    first: 15,
    most: 12,
    mostInOne: 3,
  },
  {
    name: 'armor, plate, gate, door and their kin',
    count: words(
      /\b(armor|plates?|scaffold\w*|gate|doors?|floors?|maps?|scars?|wounds?|doorknob)\b/gi,
    ),
    first: 33,
    most: 30,
    mostInOne: 10,
  },
  {
    name: 'check your current code',
    count: words(/check your current code/gi),
    first: 10,
    most: 8,
    mostInOne: 1,
  },
];

/** What each tic comes to in a folder of lessons, week by week. */
export function countTics(folder: string): { tic: Tic; weeks: number[]; sum: number }[] {
  const texts = readdirSync(folder)
    .filter((name) => name.endsWith('.md'))
    .sort()
    .map((name) => plainText(readFileSync(join(folder, name), 'utf8')));
  return TICS.map((tic) => {
    const weeks = texts.map(tic.count);
    return { tic, weeks, sum: weeks.reduce((sum, count) => sum + count, 0) };
  });
}

/** What a reader meets: no front matter, headings, citations or signs of Markdown. */
export function plainText(file: string): string {
  return file
    .replaceAll('\r\n', '\n')
    .replace(/^---\n[\s\S]*?\n---\n/, '')
    .replace(/^#+ .*$/gm, '')
    .replace(/ ?\[@[^\]]*\]/g, '')
    .replace(/^> ?/gm, '')
    .replace(/\[([^\]]*)\]\((?:[^()"]|"[^"]*")*\)/g, '$1')
    .replace(/\*\*(.*?)\*\*/g, '$1')
    .replace(/\*\(note: ([\s\S]*?)\)\*/g, '$1')
    .replace(/\*(.*?)\*/g, '$1');
}

function sentencesIn(text: string): string[] {
  return text
    .split(/\n+/)
    .flatMap((line) =>
      line.replace(/^(- |\d\. )/, '').split(/(?<=[.?!]["”’)]*)\s+(?=["“‘(]*[A-Z])/),
    )
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== '');
}
