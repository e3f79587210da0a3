/** How a line of text is set: which font each piece of it takes, in which order they stand, where lines break. */
import bidiFactory from 'bidi-js';
import { type Face, faceOf, isBlank, lettersOf } from './letters.ts';

/** A piece of a line from one font, as it is drawn from left to right. */
export interface Run {
  text: string;
  /** Its place in the list of fonts. */
  face: number;
}

const bidi = bidiFactory();

/** Scripts that are written from the right. */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/u;

/**
 * The runs of a line in the order in which they stand (UAX #9, L1 to L4). A font's own layout turns the
 * letters of one word around, and nothing else: so each word written from the right is a run of its own.
 *
 * @throws Error for a letter that no font has
 */
export function runsOf(line: string, faces: readonly Face[]): Run[] {
  const runs: (Run & { level: number })[] = [];
  const fromRight = RIGHT_TO_LEFT.test(line);
  const embedding = fromRight ? bidi.getEmbeddingLevels(line) : null;
  const mirrored = embedding && bidi.getMirroredCharactersMap(line, embedding.levels);
  let at = 0;
  for (const letter of lettersOf(line)) {
    const level = embedding?.levels[at] ?? 0;
    const text = mirrored?.get(at) ?? letter;
    at += letter.length;
    const blank = isBlank(letter);
    const face = blank ? 0 : faceOf(text, faces);
    if (face === -1) throw new Error(`no font has U+${letter.codePointAt(0)?.toString(16)}`);
    const last = runs.at(-1);
    // Digits of such a script run from the left, which its font would turn around.
    const alone = fromRight && (level % 2 === 1 ? blank : RIGHT_TO_LEFT.test(text));
    const joins = last && last.face === face && last.level === level;
    if (joins && !alone && !(level % 2 === 1 && isBlank(last.text))) last.text += text;
    else runs.push({ text, face, level });
  }
  return reordered(runs);
}

/** UAX #9, L2: from the highest level down, what stands together at a level or above is turned around. */
function reordered(runs: (Run & { level: number })[]): Run[] {
  const shown = [...runs];
  const highest = Math.max(0, ...runs.map(({ level }) => level));
  for (let level = highest; level > 0; level -= 1) {
    for (let from = 0; from < shown.length; from += 1) {
      let to = from;
      while ((shown[to]?.level ?? -1) >= level) to += 1;
      shown.splice(from, to - from, ...shown.slice(from, to).reverse());
      from = Math.max(from, to);
    }
  }
  return shown.map(({ text, face }) => ({ text, face }));
}

/** Lines no wider than `width`: broken between words, and inside one only where it alone is too wide. */
export function linesOf(text: string, width: number, widthOf: (line: string) => number): string[] {
  return text.split('\n').flatMap((paragraph) => {
    const lines: string[] = [];
    let line = '';
    for (const word of paragraph.split(' ').flatMap((each) => parted(each, width, widthOf))) {
      const longer = line === '' ? word : `${line} ${word}`;
      if (line === '' || widthOf(longer) <= width) line = longer;
      else {
        lines.push(line);
        line = word;
      }
    }
    return [...lines, line];
  });
}

function parted(word: string, width: number, widthOf: (line: string) => number): string[] {
  if (widthOf(word) <= width) return [word];
  const parts: string[] = [];
  let part = '';
  for (const letter of lettersOf(word)) {
    if (part !== '' && widthOf(part + letter) > width) {
      parts.push(part);
      part = letter;
    } else part += letter;
  }
  return [...parts, part];
}
