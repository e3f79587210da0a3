import type { Context as HonoContext } from 'hono';
import { createMiddleware } from 'hono/factory';
import { DomainError } from '../../errors.ts';
import { type App, ownOrigins } from './context.ts';

/**
 * What others may post to: forms on their own sites, mail programs (RFC 8058), the mailer, the operator's
 * commands, a local run's. Whatever is not listed here is taken from pages of ours only.
 */
const OPEN = /^\/(signup$|embed\/|unsubscribe\/|webhooks\/|operator\/api\/|clock$)/;

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

const ELSEWHERE =
  'Nothing has been changed. A button like this works on our own pages only, and your browser says ' +
  'that it was pressed somewhere else, or does not say where. If it was here, open the page again and ' +
  'press it there; with a very old browser, or one that is told to hide such things, use another.';

/**
 * Refuses what another site sends in a visitor's name: the browser brings their cookie along, and would
 * do here whatever that site likes.
 *
 * @throws DomainError `wrong-origin`
 */
export const ownPagesOnly = createMiddleware<App>(async (c, next) => {
  if (!READS.has(c.req.method) && !OPEN.test(c.req.path) && !isOurs(c)) {
    throw new DomainError('wrong-origin', ELSEWHERE);
  }
  await next();
});

/**
 * Whether a page of ours sent a request. Browsers say so by `Sec-Fetch-Site`; before 2023 not all of
 * them, but by `Origin`; before 2020 some only by `Referer`, which nobody can forge from a page. What
 * has none of the three may come from anywhere, and a program that posts here can add one.
 */
function isOurs(c: HonoContext<App>): boolean {
  const site = c.req.header('sec-fetch-site');
  if (site !== undefined) return site === 'same-origin';
  const origin = c.req.header('origin') ?? URL.parse(c.req.header('referer') ?? '')?.origin;
  return origin !== undefined && ownOrigins(c).includes(origin);
}
