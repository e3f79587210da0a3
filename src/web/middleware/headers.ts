import { createMiddleware } from 'hono/factory';
import { secureHeaders } from 'hono/secure-headers';
import { isOrigin } from '../../provider/provider.ts';
import type { App } from './context.ts';

const self = ["'self'"];

/** Turnstile's script, and the frame in which it works, on the pages that need its check. */
const TURNSTILE = 'https://challenges.cloudflare.com';

interface Allowances {
  /** The local mailbox shows mails in a frame that inherits its policy, and mails style inline. */
  inlineStyle?: boolean;
  turnstile?: boolean;
  /** Origins that may frame the page, and with none given nobody. */
  framedBy?: string[];
}

/** Strict headers: nothing from elsewhere, no framing, no inline script, but for what is named. */
function headers(allow: Allowances = {}) {
  const scripts = allow.turnstile ? [...self, TURNSTILE] : self;
  const framedBy = (allow.framedBy ?? []).filter(isOrigin);
  return secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      styleSrc: allow.inlineStyle ? [...self, "'unsafe-inline'"] : self,
      fontSrc: self,
      imgSrc: ["'self'", 'data:'],
      scriptSrc: scripts,
      connectSrc: self,
      formAction: self,
      baseUri: ["'none'"],
      frameAncestors: framedBy.length > 0 ? framedBy : ["'none'"],
      ...(allow.turnstile ? { frameSrc: [TURNSTILE] } : {}),
    },
    xFrameOptions: framedBy.length > 0 ? false : 'DENY',
    referrerPolicy: 'same-origin',
    strictTransportSecurity: 'max-age=31536000',
    crossOriginResourcePolicy: 'same-origin',
    // Set after the page's own, which may be stricter.
    overwrite: false,
  });
}

const strict = headers();
const withTurnstile = headers({ turnstile: true });
const mailbox = headers({ inlineStyle: true });

/**
 * The headers of every page of ours. A route that stands in a provider's page says so by `framedBy`, the
 * signup form by `checked` that it needs Turnstile. Only
 * `frame-ancestors` can name the origins that may frame it, X-Frame-Options knows all or none.
 */
export const pageHeaders = createMiddleware<App>(async (c, next) => {
  await next();
  const { framedBy, checked = false } = c.var;
  let set = strict;
  if (framedBy) set = headers({ turnstile: checked, framedBy });
  else if (c.req.path === '/mailbox') set = mailbox;
  else if (checked) set = withTurnstile;
  await set(c, async () => {});
});

/** Pages behind a personal link: the link must reach no referrer and no cache, whatever the answer. */
export const tokenPage = createMiddleware(async (c, next) => {
  c.header('Referrer-Policy', 'no-referrer');
  c.header('Cache-Control', 'no-store');
  c.header('X-Robots-Tag', 'noindex');
  await next();
});
