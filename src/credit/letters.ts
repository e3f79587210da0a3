/** Which font of ours has which letter. A name prints in its own script, or is refused naming the letter. */

/** One font file: the whole of a script, or a slice of a large one. */
export interface Face {
  /** Where the file is served. */
  url: string;
  /** First and last code points of what it has, by turns, rising. */
  ranges: readonly number[];
}

/** More than these of a sliced script would be fetched for one text. */
const MOST_FACES = 8;

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** What a reader takes for one letter, with its marks: it must come from one font. */
export function lettersOf(text: string): string[] {
  return [...graphemes.segment(text)].map(({ segment }) => segment);
}

/** A space, or a line's end: nothing to draw. */
export const isBlank = (letter: string) => /^\s+$/u.test(letter);

function has(face: Face, code: number): boolean {
  // Halved until the range is found that could have it.
  let from = 0;
  let to = face.ranges.length / 2;
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((face.ranges[2 * middle + 1] ?? 0) < code) from = middle + 1;
    else to = middle;
  }
  return code >= (face.ranges[2 * from] ?? Number.POSITIVE_INFINITY);
}

/** Left out of what a font must have: they only join or part letters, and have no shape. */
const SHAPELESS = /^(\u200c|\u200d|[\ufe00-\ufe0f])$/u;

/** The first font that can set a letter with its marks, by its place in the list; -1 for none. */
export function faceOf(letter: string, faces: readonly Face[]): number {
  const codes = [...letter].filter((each) => !SHAPELESS.test(each));
  return faces.findIndex((face) => codes.every((each) => has(face, each.codePointAt(0) ?? 0)));
}

/**
 * The letters of a text that cannot be printed, each once: no font has them, or it would take more slices
 * of a script than one certificate fetches. Empty where all is well.
 */
export function unprintable(text: string, faces: readonly Face[]): string[] {
  const used = new Set<number>();
  const refused = lettersOf(text.normalize('NFC')).filter((letter) => {
    if (isBlank(letter)) return false;
    const face = faceOf(letter, faces);
    if (face === -1) return true;
    if (!used.has(face) && used.size === MOST_FACES) return true;
    used.add(face);
    return false;
  });
  return [...new Set(refused)];
}

/** False where a name has a letter of another script, and a board needs a Latin spelling beside it. */
export function isLatin(name: string): boolean {
  return !/(?![\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}])\p{L}/u.test(name);
}

/** The language that a reading voice takes for a text in another script than Latin; null for Latin. */
export function languageOf(text: string): string | null {
  const language = LANGUAGES.find(([script]) => script.test(text));
  return language ? language[1] : null;
}

const LANGUAGES: readonly (readonly [RegExp, string])[] = [
  [/[\p{Script=Hiragana}\p{Script=Katakana}]/u, 'ja'],
  [/\p{Script=Han}/u, 'zh'],
  [/\p{Script=Arabic}/u, 'ar'],
  [/\p{Script=Hebrew}/u, 'he'],
  [/\p{Script=Devanagari}/u, 'hi'],
  [/\p{Script=Thai}/u, 'th'],
  [/\p{Script=Greek}/u, 'el'],
  [/\p{Script=Cyrillic}/u, 'ru'],
];
