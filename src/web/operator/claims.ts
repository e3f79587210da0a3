import { Hono } from 'hono';
import { claimAgain } from '../../credit/claim-again.ts';
import { listClaims } from '../../credit/list-claims.ts';
import { refuseClaim, releaseClaim } from '../../credit/release-claim.ts';
import { DomainError } from '../../errors.ts';
import { findBySlug } from '../../provider/list-providers.ts';
import type { App } from '../middleware/context.ts';
import { readInput, readWhy } from './input.ts';

/** Ways to a certificate, as the operator lists them and says a provider's word on them. */
export const claimRoutes = new Hono<App>()
  .get('/', async (c) => {
    const provider = await findBySlug(c.var.ctx, c.req.query('provider') ?? '');
    if (!provider) throw new DomainError('not-found', 'There is no provider of this name.');
    return c.json({ claims: await listClaims(c.var.ctx, provider.id) });
  })
  .post('/:id/release', async (c) => {
    const claimId = idIn(c.req.param('id'));
    const word = { claimId, providerId: null, ...readWhy(await readInput(c)) };
    const released = await releaseClaim(c.var.ctx, word);
    if (released.kind === 'issued') return c.json({ result: 'issued', number: released.number });
    throw refused(released.kind);
  })
  .post('/:id/refuse', async (c) => {
    const claimId = idIn(c.req.param('id'));
    const word = { claimId, providerId: null, ...readWhy(await readInput(c)) };
    const { kind } = await refuseClaim(c.var.ctx, word);
    if (kind === 'refused' || kind === 'refused-already') return c.json({ result: kind });
    throw refused(kind);
  })
  .post('/:id/again', async (c) => {
    const claimId = idIn(c.req.param('id'));
    const word = { claimId, providerId: null, ...readWhy(await readInput(c)) };
    const { kind } = await claimAgain(c.var.ctx, word);
    if (kind === 'again') return c.json({ result: kind });
    throw refused(kind);
  });

const unknown = () => new DomainError('not-found', 'There is no claim with this id.');

/** @throws DomainError `not-found` */
export function idIn(typed: string): number {
  const id = /^\d{1,16}$/.test(typed) ? Number(typed) : Number.NaN;
  if (!Number.isSafeInteger(id)) throw unknown();
  return id;
}

const REFUSED = {
  waits: 'Its learner has not completed, so there is nothing to let go.',
  issued: 'Its certificate is issued. It can be withdrawn: credit -- withdraw NUMBER.',
  'goes-on': 'Nothing keeps its learner from going on by themselves.',
  'not-possible':
    'The provider has no running adoption, or the learner does not share the course with it any more.',
};

function refused(kind: keyof typeof REFUSED | 'unknown' | 'reason-names-them'): DomainError {
  if (kind === 'unknown') return unknown();
  if (kind === 'reason-names-them') {
    const message = 'The reason is kept for good: please write it without their name.';
    return new DomainError('bad-input', message, 'reason');
  }
  return new DomainError('not-possible', REFUSED[kind]);
}
