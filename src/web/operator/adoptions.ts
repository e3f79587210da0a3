import { Hono } from 'hono';
import { isoInstant } from '../../clock.ts';
import { type Adopted, adopt, type Ready } from '../../credit/adopt.ts';
import { isDay, type Wrong } from '../../credit/adoption-json.ts';
import { endAdoption } from '../../credit/end-adoption.ts';
import { adoptionsOf } from '../../credit/read-adoptions.ts';
import { DomainError } from '../../errors.ts';
import type { App } from '../middleware/context.ts';
import { type Input, readInput, readWhy, text } from './input.ts';
import { unknownProvider } from './providers.ts';

/** What providers have agreed to, taken in by the operator. A provider is named by its slug. */
export const adoptionRoutes = new Hono<App>()
  .get('/:slug', async (c) => {
    const adoptions = await adoptionsOf(c.var.ctx, c.req.param('slug'));
    if (!adoptions) throw unknownProvider();
    return c.json({
      adoptions: adoptions.map(({ adoption, frozenAt }) => ({
        id: adoption.id.toString(36),
        edition: adoption.edition,
        editionFrozen: isoInstant(frozenAt),
        from: adoption.fromDay,
        until: adoption.untilDay,
        ended: adoption.endedAt === null ? null : isoInstant(adoption.endedAt),
        follows: adoption.follows?.toString(36) ?? null,
        agreedBy: adoption.agreedBy,
        agreedOn: adoption.agreedOn,
        bodyHash: adoption.bodyHash,
        accepts: adoption.accepts,
        struck: adoption.struck,
        body: adoption.body,
      })),
    });
  })
  .post('/:slug', async (c) => {
    const input = await readInput(c);
    const why = readWhy(input);
    const { check = false, follows = false, sure = false } = input;
    const adopted = await adopt(c.var.ctx, {
      slug: c.req.param('slug'),
      json: readAdoption(input),
      signature: readSignature(input),
      agreed: check === true ? null : readAgreed(input),
      published: readPublished(input),
      follows: follows === true,
      sure: sure === true,
      ...why,
    });
    switch (adopted.kind) {
      case 'adopted': {
        const { id, along } = adopted;
        return c.json({ result: adopted.kind, id: id.toString(36), along, ...shown(adopted) }, 201);
      }
      case 'adopted-already': {
        const { id } = adopted;
        return c.json({ result: adopted.kind, id: id.toString(36), along: 0, ...shown(adopted) });
      }
      case 'looked-at':
      case 'warned':
        return c.json({ result: adopted.kind, ...shown(adopted) });
      default:
        throw refused(adopted);
    }
  })
  .post('/:slug/end', async (c) => {
    const why = readWhy(await readInput(c));
    const { kind } = await endAdoption(c.var.ctx, { slug: c.req.param('slug'), ...why });
    if (kind === 'unknown') throw unknownProvider();
    if (kind === 'not-running') {
      throw new DomainError('not-possible', 'Nothing of this provider’s runs, so nothing ended.');
    }
    return c.json({ result: kind });
  });

const shown = ({ body, bodyHash, edition, provider, warnings, before }: Ready) => ({
  provider,
  edition: { hash: edition.hash, title: edition.people.title, words: edition.words },
  objectives: edition.texts
    .flatMap(({ objectives }) => objectives)
    .filter(({ id }) => body.objectives.includes(id)),
  items: edition.items.length,
  people: edition.people,
  body,
  bodyHash,
  warnings,
  before,
});

/** @throws DomainError `bad-input` (field `adoption`) */
function readAdoption({ adoption }: Input): Record<string, unknown> {
  if (typeof adoption === 'object' && adoption !== null && !Array.isArray(adoption)) {
    return adoption as Record<string, unknown>;
  }
  throw new DomainError('bad-input', '`adoption` must be a JSON object.', 'adoption');
}

/** A picture in Base64; nothing for none. @throws DomainError `bad-input` (field `signature`) */
function readSignature({ signature = null }: Input): Uint8Array | null {
  if (signature === null) return null;
  const base64 = typeof signature === 'string' ? signature : '';
  if (!/^[A-Za-z\d+/]+={0,2}$/.test(base64) || base64.length % 4 !== 0) {
    const message = '`signature` must be a picture in Base64, or null for none.';
    throw new DomainError('bad-input', message, 'signature');
  }
  return Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
}

/** Questions, as text; nothing for none. */
const readPublished = ({ published }: Input): string[] =>
  Array.isArray(published) ? published.filter((each) => typeof each === 'string') : [];

/** Who at the provider agreed, and when. @throws DomainError `bad-input` (field `agreed_by` or `agreed_on`) */
function readAgreed(input: Input): { by: string; on: string } {
  const [by, on] = [text(input.agreed_by), text(input.agreed_on)];
  if (by === '' || by.length > 120 || by.includes('@')) {
    const message =
      'Say in `agreed_by` who at the provider agreed to exactly this: a name, no address.';
    throw new DomainError('bad-input', message, 'agreed_by');
  }
  if (!isDay(on)) {
    const message = 'Say in `agreed_on` on which day they did: 2026-11-27.';
    throw new DomainError('bad-input', message, 'agreed_on');
  }
  return { by, on };
}

type Refused = Exclude<Adopted, Ready>;

function refused(adopted: Refused): DomainError {
  switch (adopted.kind) {
    case 'unknown':
      return unknownProvider();
    case 'wrong':
      return new DomainError('bad-input', inLines(adopted.wrong), 'adoption');
    case 'no-edition':
      return new DomainError(
        'not-possible',
        'No edition of this hash is there: freeze one first with `npm run credit -- freeze`.',
        'edition',
      );
    case 'runs-already':
      return new DomainError(
        'not-possible',
        `One runs until ${adopted.until}: follow it with \`follows\`, which takes its open claims along, or end it first.`,
        'follows',
      );
    case 'nothing-to-follow':
      return new DomainError(
        'not-possible',
        'There is none that this one could follow.',
        'follows',
      );
    case 'other-items':
      return new DomainError(
        'not-possible',
        'The edition has other items than the one before, so open claims cannot come along: end that one, and adopt without `follows`. They may be completed until its last day.',
        'edition',
      );
    case 'busy':
      return new DomainError(
        'not-possible',
        'It was changed at the same moment. Please look again.',
      );
  }
}

const inLines = (wrong: readonly Wrong[]) =>
  wrong.map(({ field, says }) => (field === '' ? says : `${field}: ${says}`)).join('\n');
