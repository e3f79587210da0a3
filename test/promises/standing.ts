import type { Place } from './sentences.ts';

/** By the path where they stand: a sentence or part of one, and the test that holds it. */
export type Promises = Readonly<Record<string, readonly (readonly [string, string])[]>>;

/** What sounds like a promise; most of it is harmless. */
const WORDS = new RegExp(
  String.raw`\b(never|only|nobody|nothing|always|every|at most|within|once|none)\b` +
    String.raw`|\b(\d+|one|two|three|four|five|six|seven|eight|nine|ten|fifteen|twenty)\s+` +
    '(minutes?|hours?|days?|weeks?|years?|clicks?|mails?|emails?)\\b',
  'iu',
);

/** Every listed promise that stands nowhere or that no test holds, with what is wrong. */
export function brokenPromises(
  promises: Promises,
  places: Place[],
  tests: ReadonlySet<string>,
): string[] {
  return Object.entries(promises).flatMap(([path, listed]) => {
    const sentences = places.find((place) => place.path === path)?.sentences ?? [];
    return listed.flatMap(([sentence, test]) => [
      ...(sentences.some((whole) => stands(sentence, whole))
        ? []
        : [`${path} does not say: ${sentence}`]),
      ...(tests.has(test) ? [] : [`no test "${test}" holds: ${sentence}`]),
    ]);
  });
}

/** The sentences of each place that sound like a promise and are not listed. */
export function unlisted(promises: Promises, places: Place[]): [string, string[]][] {
  return places.flatMap(({ path, sentences }) => {
    const listed = promises[path] ?? [];
    const open = sentences.filter(
      (whole) => WORDS.test(whole) && !listed.some(([sentence]) => stands(sentence, whole)),
    );
    return open.length === 0 ? [] : [[path, [...new Set(open)]] as [string, string[]]];
  });
}

function stands(sentence: string, whole: string): boolean {
  const wanted = plain(sentence);
  return wanted !== '' && plain(whole).includes(wanted);
}

/** Without what is filled in and how lines are broken. */
function plain(text: string): string {
  return text.replace(/[…\s]+/gu, ' ').trim();
}
