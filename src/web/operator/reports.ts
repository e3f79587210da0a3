import { Hono } from 'hono';
import { exportReport } from '../../credit/export-report.ts';
import { readNumber } from '../../credit/number.ts';
import { readRecord } from '../../credit/read-record.ts';
import { DomainError } from '../../errors.ts';
import { findBySlug } from '../../provider/list-providers.ts';
import type { App } from '../middleware/context.ts';
import { readInput, readWhy } from './input.ts';

/** What a provider is to be handed of its certificates, also once it has left. */
export const reportRoutes = new Hono<App>()
  .post('/:provider', async (c) => {
    const providerId = await idOf(c.var.ctx, c.req.param('provider'));
    const why = readWhy(await readInput(c));
    const csv = await exportReport(c.var.ctx, { providerId, ...why, mayStill: async () => true });
    return c.body(csv, 200, { 'Content-Type': 'text/csv; charset=utf-8' });
  })
  .get('/:provider/:number', async (c) => {
    const providerId = await idOf(c.var.ctx, c.req.param('provider'));
    const number = readNumber(c.req.param('number'));
    const found = number && (await readRecord(c.var.ctx, { providerId, number }));
    if (!found) {
      throw new DomainError('not-found', 'This provider keeps no certificate with this number.');
    }
    const { pictures: _, adoption, ...record } = found;
    return c.json({ ...record, adoption: adoption?.id.toString(36) ?? null });
  });

async function idOf(ctx: App['Variables']['ctx'], slug: string): Promise<number> {
  const provider = await findBySlug(ctx, slug);
  if (!provider) throw new DomainError('not-found', 'There is no provider of this name.');
  return provider.id;
}
