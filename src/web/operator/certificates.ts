import { Hono } from 'hono';
import type { App } from '../middleware/context.ts';
import { entryOf, forgetOne, replaceOne, withdrawOne } from './certificate-deeds.ts';
import { readInput, readWhy } from './input.ts';

/** Certificates, as the operator puts them right by a provider’s word. */
export const certificateRoutes = new Hono<App>()
  .get('/:number', async (c) => c.json(await entryOf(c.var.ctx, c.req.param('number'))))
  .post('/:number/replace', async (c) => {
    const input = await readInput(c);
    return c.json(await replaceOne(c.var.ctx, c.req.param('number'), input, readWhy(input)));
  })
  .post('/:number/withdraw', async (c) => {
    const why = readWhy(await readInput(c));
    return c.json(await withdrawOne(c.var.ctx, c.req.param('number'), why));
  })
  .post('/:number/forget', async (c) => {
    const why = readWhy(await readInput(c));
    return c.json(await forgetOne(c.var.ctx, c.req.param('number'), why));
  });
