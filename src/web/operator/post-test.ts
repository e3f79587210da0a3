import { Hono } from 'hono';
import type { Context } from '../../context.ts';
import { anotherTry } from '../../credit/another-try.ts';
import {
  adoptedEdition,
  readEvaluationSummary,
  strikeComment,
} from '../../credit/read-evaluations.ts';
import { strikeItem } from '../../credit/strike.ts';
import { DomainError } from '../../errors.ts';
import { findBySlug } from '../../provider/list-providers.ts';
import type { App } from '../middleware/context.ts';
import { idIn } from './claims.ts';
import { readInput, readWhy, text } from './input.ts';

/** The post-test, as the operator puts it right by a provider’s word. */
export const postTestRoutes = new Hono<App>()
  .post('/claims/:claim/another-try', async (c) => {
    const claimId = idIn(c.req.param('claim'));
    const word = { claimId, providerId: null, ...readWhy(await readInput(c)) };
    const given = await anotherTry(c.var.ctx, word);
    switch (given.kind) {
      case 'given':
      case 'has-one':
        return c.json({ result: given.kind });
      case 'unknown':
        throw new DomainError('not-found', 'There is no claim with this id.');
      case 'reason-names-them': {
        const message = 'The reason is kept for good: please write it without their name.';
        throw new DomainError('bad-input', message, 'reason');
      }
      default:
        throw new DomainError('not-possible', NO_OTHER[given.kind]);
    }
  })
  .post('/post-tests/:slug/strike', async (c) => {
    const input = await readInput(c);
    const item = text(input.item);
    const providerId = await idOf(c.var.ctx, c.req.param('slug'));
    const { kind } = await strikeItem(c.var.ctx, { providerId, item, ...readWhy(input) });
    switch (kind) {
      case 'struck':
      case 'struck-already':
        return c.json({ result: kind });
      case 'no-adoption':
        throw noAdoption();
      default: {
        const message = 'The edition that they adopted has no such item: `item` is as `3-1`.';
        throw new DomainError('bad-input', message, 'item');
      }
    }
  })
  .get('/evaluations/:slug', async (c) => {
    const { ctx } = c.var;
    const whose = await adoptedBy(ctx, c.req.param('slug'));
    return c.json(await readEvaluationSummary(ctx, whose.providerId, whose.edition));
  })
  .post('/evaluations/:slug/strike', async (c) => {
    const { ctx } = c.var;
    const input = await readInput(c);
    const whose = await adoptedBy(ctx, c.req.param('slug'));
    const comment = { ...whose, ref: text(input.comment), ...readWhy(input) };
    const { kind } = await strikeComment(ctx, comment);
    if (kind === 'struck') return c.json({ result: kind });
    throw new DomainError('not-found', 'No comment that was shown has this name.');
  });

async function idOf(ctx: Context, slug: string): Promise<number> {
  const provider = await findBySlug(ctx, slug);
  if (!provider) throw new DomainError('not-found', `No provider is called \`${slug}\`.`);
  return provider.id;
}

async function adoptedBy(ctx: Context, slug: string) {
  const providerId = await idOf(ctx, slug);
  const edition = await adoptedEdition(ctx, providerId);
  if (edition === null) throw noAdoption();
  return { providerId, edition };
}

const noAdoption = () => new DomainError('not-found', 'This provider has adopted nothing.');

const NO_OTHER = {
  passed: 'They have passed: there is no other try after that.',
  'not-open': 'This claim is not open.',
};
