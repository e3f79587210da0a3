import { Hono } from 'hono';
import { DAY } from '../../clock.ts';
import { DomainError } from '../../errors.ts';
import { showLogo } from '../../provider/show-logo.ts';
import type { App } from '../middleware/context.ts';

/** Logos of providers, each under its digest. */
export const logoRoutes = new Hono<App>().get('/logos/:hash', async (c) => {
  const logo = await showLogo(c.var.ctx, c.req.param('hash'));
  if (logo === null) throw new DomainError('not-found', 'There is no such picture.');
  // Whoever opens it by itself opens a picture, and nothing in it may do anything.
  return c.body(new Uint8Array(logo.body), 200, {
    'Content-Type': logo.type,
    'Content-Security-Policy': "default-src 'none'; sandbox",
    'Cache-Control': `public, max-age=${365 * DAY}, immutable`,
  });
});
