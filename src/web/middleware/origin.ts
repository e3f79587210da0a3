import type { Context as HonoContext } from 'hono';
import { createMiddleware } from 'hono/factory';
import { DomainError } from '../../errors.ts';
import { type App, ownOrigins } from './context.ts';

/**
 * What others may post to: forms on their own sites, mail programs (RFC 8058), the mailer, the operator's
 * commands. Whatever is not listed here is taken from pages of ours only.
 */
const OPEN = /^\/(signup$|embed\/|unsubscribe\/|not-me\/|webhooks\/|operator\/api\/)/;

/** What a command may post to as well, which names no origin; a page of another site does. */
const BY_COMMAND = /^\/clock$/;

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

const ELSEWHERE =
  'Nothing has been changed. This button works on our own pages only, and your browser says that it ' +
  'was pressed elsewhere, or does not say where. If it was here, open the page again and press it ' +
  'there. If that does not help, try another browser.';

/**
 * Refuses what another site sends in a visitor's name: the browser brings their cookie along, and would
 * do here whatever that site likes.
 *
 * @throws DomainError `wrong-origin`
 */
export const ownPagesOnly = createMiddleware<App>(async (c, next) => {
  if (!READS.has(c.req.method) && !OPEN.test(c.req.path)) {
    const from = senderOf(c);
    const taken = from === 'ours' || (from === 'unknown' && BY_COMMAND.test(c.req.path));
    if (!taken) throw new DomainError('wrong-origin', ELSEWHERE);
  }
  await next();
});

/**
 * Who sent a request: a page of ours, another, or nobody can tell. Browsers say so by `Sec-Fetch-Site`;
 * before 2023 not all of them, but by `Origin`; before 2020 some only by `Referer`, which no page can
 * forge. What has none of the three may come from anywhere, and a program that posts can add one.
 */
export function senderOf(c: HonoContext<App>): 'ours' | 'elsewhere' | 'unknown' {
  const site = c.req.header('sec-fetch-site');
  if (site !== undefined) return site === 'same-origin' ? 'ours' : 'elsewhere';
  const origin = c.req.header('origin') ?? URL.parse(c.req.header('referer') ?? '')?.origin;
  if (origin === undefined) return 'unknown';
  return ownOrigins(c).includes(origin) ? 'ours' : 'elsewhere';
}
