import type { Context } from '../../context.ts';
import {
  type Correction,
  forgetCertificate,
  replaceCertificate,
  withdrawCertificate,
} from '../../credit/change-certificate.ts';
import { readLicence, readName } from '../../credit/name.ts';
import { readNumber } from '../../credit/number.ts';
import { type Entry, readRegister } from '../../credit/read-register.ts';
import { DomainError } from '../../errors.ts';
import { type Input, text } from './input.ts';

/** What the operator does about a certificate, by its provider’s word: the same for programs and for the console. */

interface Why {
  actor: string;
  reason: string;
}

/** What the register says. @param typed the number, however it was written @throws DomainError `not-found` */
export async function entryOf(ctx: Context, typed: string): Promise<Entry> {
  const entry = await readRegister(ctx, numberIn(typed));
  if (!entry) throw unknownCertificate();
  return entry;
}

/**
 * @param input `name`, `latin`, `licence`, `jurisdiction`, `profession`: those that change
 * @throws DomainError `not-found`, `bad-input` with the field, `not-possible`
 */
export async function replaceOne(ctx: Context, typed: string, input: Input, why: Why) {
  const number = numberIn(typed);
  const correction = readCorrection(input);
  const replaced = await replaceCertificate(ctx, { number, correction, ...why });
  switch (replaced.kind) {
    case 'replaced':
    case 'replaced-already':
      return { result: replaced.kind, number: replaced.number };
    case 'unprintable': {
      const message = `No font of ours has ${replaced.letters.join(' ')}.`;
      throw new DomainError('bad-input', message, 'name');
    }
    case 'needs-latin': {
      const message = 'A name in another script needs `latin`, as the license spells it.';
      throw new DomainError('bad-input', message, 'latin');
    }
    default:
      throw refused(replaced.kind);
  }
}

/** @throws DomainError `not-found`, `bad-input` (field `reason`) */
export async function withdrawOne(ctx: Context, typed: string, why: Why) {
  const { kind } = await withdrawCertificate(ctx, { number: numberIn(typed), ...why });
  if (kind === 'withdrawn' || kind === 'withdrawn-already') return { result: kind };
  throw refused(kind);
}

/** @throws DomainError `not-found`, `bad-input` (field `reason`), `not-possible` */
export async function forgetOne(ctx: Context, typed: string, why: Why) {
  const { kind } = await forgetCertificate(ctx, { number: numberIn(typed), ...why });
  if (kind === 'forgotten') return { result: kind };
  throw refused(kind);
}

function numberIn(typed: string): string {
  const number = readNumber(typed);
  if (number === null) throw unknownCertificate();
  return number;
}

const unknownCertificate = () => new DomainError('not-found', 'No certificate has this number.');

const REFUSED = {
  withdrawn: 'It is withdrawn, so nothing takes its place.',
  empty: 'What it said is kept no more.',
  'not-erased': 'Its holder has not erased. It stays theirs, and their provider’s.',
};

function refused(kind: keyof typeof REFUSED | 'unknown' | 'reason-names-them'): DomainError {
  if (kind === 'unknown') return unknownCertificate();
  if (kind === 'reason-names-them') {
    const message = 'The reason is kept for good: please write it without their name.';
    return new DomainError('bad-input', message, 'reason');
  }
  return new DomainError('not-possible', REFUSED[kind]);
}

/** Whatever was asked of the learner, a provider may have put right. */
const ANY = { licence: 'may', jurisdiction: 'may', profession: 'may' } as const;

/** @throws DomainError `bad-input` */
function readCorrection(input: Input): Correction {
  const given = (field: string) => input[field] !== undefined;
  const name = given('name') ? readName(text(input.name), 'name') : undefined;
  const latinName = given('latin') ? readName(text(input.latin), 'latin') : undefined;
  const licence = ['licence', 'jurisdiction', 'profession'].some(given)
    ? readLicence(
        {
          licence: text(input.licence),
          jurisdiction: text(input.jurisdiction),
          profession: text(input.profession),
        },
        ANY,
      )
    : undefined;
  if (name === undefined && latinName === undefined && licence === undefined) {
    const message = 'Say what changes: `name`, `latin`, or the license as a whole.';
    throw new DomainError('bad-input', message, 'name');
  }
  return {
    ...(name === undefined ? {} : { name }),
    ...(latinName === undefined ? {} : { latinName }),
    ...(licence === undefined ? {} : { licences: [licence] }),
  };
}
