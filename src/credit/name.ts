/** A name as it will be printed, and a license: what can be one, and what is asked for. */

import { DomainError } from '../errors.ts';
import type { AdoptionBody, Asked } from './adoption.ts';
import type { Licence } from './certificate.ts';
import { type Face, isLatin, unprintable } from './letters.ts';

/** Code points. */
export const MAX_NAME = 120;
export const MAX_LICENCE = 40;
export const MAX_PROFESSION = 80;

/** What turns the direction of text, breaks its line, or only steers a terminal. */
const UNSEEN = /[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

/**
 * A name in one line, as it was written, composed (NFC).
 *
 * @throws DomainError `bad-input` with this field
 */
export function readName(typed: string, field: string): string {
  const name = typed.normalize('NFC').trim();
  const wrong = (message: string) => new DomainError('bad-input', message, field);
  const letters = [...name].length;
  if (letters === 0) throw wrong('Please write the name as it stands on the license.');
  if (letters < 2 || letters > MAX_NAME) {
    throw wrong(`A name has 2 to ${MAX_NAME} characters here.`);
  }
  if (UNSEEN.test(name)) throw wrong('A name stands in one line, without signs that nobody sees.');
  if (!/\p{L}/u.test(name)) throw wrong('A name has letters.');
  if (/[@<>]|:\/\/|\bwww\./i.test(name)) throw wrong('This looks like an address, not a name.');
  return name;
}

/** A name in capitals alone is printed so: whoever wrote it is asked once whether it should be. */
export const isShouted = (name: string): boolean =>
  name === name.toUpperCase() && name !== name.toLowerCase() && /\p{L}{3}/u.test(name);

/** Names as wholes, and each part of them that is long enough to mean somebody: what a reason must not say. */
export function partsOf(names: readonly (string | null)[]): string[] {
  return names
    .filter((name) => name !== null)
    .flatMap((name) => [name, ...name.split(/[\s-]+/).filter((part) => part.length > 2)]);
}

/** What a form of step 1 says. */
export interface Typed {
  name: string;
  latin: string;
  licence: string;
  jurisdiction: string;
  profession: string;
}

/** Of what a form says: what will be printed. @throws DomainError `bad-input` with the field */
export function readTyped(
  typed: Typed,
  { asks }: Pick<AdoptionBody, 'asks'>,
  faces: readonly Face[],
): { legalName: string; latinName: string | null; licences: Licence[] } {
  const legalName = readName(typed.name, 'name');
  const letters = unprintable(legalName, faces);
  if (letters.length > 0) {
    const message = `We have no letters to print ${letters.join(' ')}. Please write the name as your license spells it in Latin letters.`;
    throw new DomainError('bad-input', message, 'name');
  }
  const latin = typed.latin.trim();
  let latinName: string | null = null;
  if (!isLatin(legalName)) {
    if (latin === '') {
      const message =
        'Boards compare with the license. Please write your name as it stands there in Latin letters, too.';
      throw new DomainError('bad-input', message, 'latin');
    }
    latinName = readName(latin, 'latin');
    if (!isLatin(latinName)) {
      throw new DomainError('bad-input', 'This spelling is to be in Latin letters.', 'latin');
    }
  }
  const licence = readLicence(typed, asks);
  const printed = { latin: latinName, licence: licence.number, profession: licence.profession };
  for (const [field, text] of Object.entries(printed)) {
    const odd = unprintable(text ?? '', faces);
    if (odd.length === 0) continue;
    throw new DomainError('bad-input', `We have no letters to print ${odd.join(' ')}.`, field);
  }
  return { legalName, latinName, licences: Object.values(licence).some(Boolean) ? [licence] : [] };
}

/** A license as it will be printed; its parts are empty where they were not asked, or not given. @throws DomainError `bad-input` with the field */
export function readLicence(
  typed: Pick<Typed, 'licence' | 'jurisdiction' | 'profession'>,
  asks: AdoptionBody['asks'],
): Licence {
  const licence: Licence = {
    number: readPart(typed.licence, 'licence', asks.licence, MAX_LICENCE, /^[\p{L}\p{N}\-./ ]*$/u),
    jurisdiction: readPart(typed.jurisdiction, 'jurisdiction', asks.jurisdiction, MAX_PROFESSION),
    profession: readPart(typed.profession, 'profession', asks.profession, MAX_PROFESSION),
  };
  if (licence.jurisdiction !== '' && !JURISDICTIONS.includes(licence.jurisdiction)) {
    throw new DomainError('bad-input', 'Please choose one from the list.', 'jurisdiction');
  }
  return licence;
}

const WHAT: Record<string, string> = {
  licence: 'Please write the number of your license.',
  jurisdiction: 'Please choose where you are licensed.',
  profession: 'Please write what you are licensed as.',
};

function readPart(
  typed: string,
  field: string,
  asked: Asked,
  most: number,
  pattern = /^/u,
): string {
  const text = asked === 'no' ? '' : typed.normalize('NFC').trim();
  if (text === '' && asked === 'must') throw new DomainError('bad-input', WHAT[field] ?? '', field);
  if ([...text].length > most || UNSEEN.test(text) || !pattern.test(text)) {
    const message = `Up to ${most} letters, digits and - . / here, in one line.`;
    throw new DomainError('bad-input', message, field);
  }
  return text;
}

/** Where somebody can be licensed: the states and territories that have boards, and elsewhere. */
export const JURISDICTIONS: readonly string[] = [
  ...'Alabama,Alaska,Arizona,Arkansas,California,Colorado,Connecticut,Delaware,District of Columbia,Florida,Georgia,Guam,Hawaii,Idaho,Illinois,Indiana,Iowa,Kansas,Kentucky,Louisiana,Maine,Maryland,Massachusetts,Michigan,Minnesota,Mississippi,Missouri,Montana,Nebraska,Nevada,New Hampshire,New Jersey,New Mexico,New York,North Carolina,North Dakota,Northern Mariana Islands,Ohio,Oklahoma,Oregon,Pennsylvania,Puerto Rico,Rhode Island,South Carolina,South Dakota,Tennessee,Texas,US Virgin Islands,Utah,Vermont,Virginia,Washington,West Virginia,Wisconsin,Wyoming'.split(
    ',',
  ),
  'Canada',
  'United Kingdom',
  'Another country',
];
