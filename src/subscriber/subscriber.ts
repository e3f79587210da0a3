import { DAY } from '../clock.ts';
import type { Cap } from '../suppression/suppression.ts';

/** Links that open. Each goes to the learner's own address; ending all links begins the count anew. */
export const LINK_CAP: Cap = { day: 8, month: 40 };

/** Links that erase, counted apart: nobody can use them up for a learner who wants to go. */
export const ERASE_CAP: Cap = { day: 3, month: 10 };

/** New addresses that a learner may ask for, whatever became of the mail. */
export const ADDRESS_CAP: Cap = { day: 3, month: 20 };

/** For so long the address before may undo a change, in seconds. */
export const UNDO_LIFETIME = 7 * DAY;

/** Characters of a week's log: some pages, and far less than a row of the database holds. */
export const MAX_LOG = 10_000;

/** Characters of a goodbye. */
export const MAX_GOODBYE = 1000;

/**
 * A text of several lines as it is kept: line ends as one character, no other control characters, and
 * none that turns the direction of what stands around it (Unicode Standard Annex 9, 2.1 to 2.4).
 *
 * @param most characters; null where there are more
 */
export function plainText(typed: string, most: number): string | null {
  const text = typed
    .toWellFormed()
    .replace(/\r\n?|[\u2028\u2029]/g, '\n')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not stay
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '');
  return [...text].length > most ? null : text;
}

/** True where a text has a name in it as a word of its own, in whatever case. */
export function saysName(text: string, name: string): boolean {
  const plain = name.trim().replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  return (
    plain !== '' && new RegExp(`(?<![\\p{L}\\p{N}])${plain}(?![\\p{L}\\p{N}])`, 'iu').test(text)
  );
}
