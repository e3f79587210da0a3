import { Hono } from 'hono';
import {
  type Correction,
  forgetCertificate,
  replaceCertificate,
  withdrawCertificate,
} from '../../credit/change-certificate.ts';
import { readLicence, readName } from '../../credit/name.ts';
import { readNumber } from '../../credit/number.ts';
import { readRegister } from '../../credit/read-register.ts';
import { DomainError } from '../../errors.ts';
import type { App } from '../middleware/context.ts';
import { type Input, readInput, readWhy, text } from './input.ts';

/** Certificates, as the operator puts them right by a provider’s word. */
export const certificateRoutes = new Hono<App>()
  .get('/:number', async (c) => {
    const entry = await readRegister(c.var.ctx, numberIn(c.req.param('number')));
    if (!entry) throw unknownCertificate();
    return c.json(entry);
  })
  .post('/:number/replace', async (c) => {
    const number = numberIn(c.req.param('number'));
    const input = await readInput(c);
    const correction = readCorrection(input);
    const replaced = await replaceCertificate(c.var.ctx, {
      number,
      correction,
      ...readWhy(input),
    });
    switch (replaced.kind) {
      case 'replaced':
      case 'replaced-already':
        return c.json({ result: replaced.kind, number: replaced.number });
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
  })
  .post('/:number/withdraw', async (c) => {
    const number = numberIn(c.req.param('number'));
    const { kind } = await withdrawCertificate(c.var.ctx, {
      number,
      ...readWhy(await readInput(c)),
    });
    if (kind === 'withdrawn' || kind === 'withdrawn-already') return c.json({ result: kind });
    throw refused(kind);
  })
  .post('/:number/forget', async (c) => {
    const number = numberIn(c.req.param('number'));
    const { kind } = await forgetCertificate(c.var.ctx, {
      number,
      ...readWhy(await readInput(c)),
    });
    if (kind === 'forgotten') return c.json({ result: kind });
    throw refused(kind);
  });

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
