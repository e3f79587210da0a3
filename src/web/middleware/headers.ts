import type { Context as HonoContext } from 'hono';
import { createMiddleware } from 'hono/factory';
import { secureHeaders } from 'hono/secure-headers';
import { DAY } from '../../clock.ts';
import { isOrigin } from '../../provider/provider.ts';
import type { App } from './context.ts';

const self = ["'self'"];

/** Turnstile's script, and the frame in which it works, on the pages that need its check. */
const TURNSTILE = 'https://challenges.cloudflare.com';

interface Allowances {
  /** The local mailbox shows mails in a frame that inherits its policy, and mails style inline. */
  inlineStyle?: boolean;
  turnstile?: boolean;
  /** The digest of a style in the page itself. */
  styledBy?: string | undefined;
  /** An origin that its form may lead on to: a policy holds for redirects too. */
  leadsTo?: string | undefined;
  /** Origins that may frame the page, and with none given nobody. */
  framedBy?: string[];
  /** It shows pages of ours in frames. */
  frames?: boolean;
}

/** Strict headers: nothing from elsewhere, no framing, no inline script, but for what is named. */
function headers(allow: Allowances = {}) {
  const scripts = allow.turnstile ? [...self, TURNSTILE] : self;
  const framedBy = (allow.framedBy ?? []).filter((by) => by === "'self'" || isOrigin(by));
  const frames = [...(allow.frames ? self : []), ...(allow.turnstile ? [TURNSTILE] : [])];
  return secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      styleSrc: [
        ...self,
        ...(allow.inlineStyle ? ["'unsafe-inline'"] : []),
        ...(allow.styledBy ? [allow.styledBy] : []),
      ],
      fontSrc: self,
      imgSrc: ["'self'", 'data:'],
      manifestSrc: self,
      scriptSrc: scripts,
      connectSrc: self,
      formAction: allow.leadsTo && isOrigin(allow.leadsTo) ? [...self, allow.leadsTo] : self,
      baseUri: ["'none'"],
      frameAncestors: framedBy.length > 0 ? framedBy : ["'none'"],
      ...(frames.length > 0 ? { frameSrc: frames } : {}),
    },
    xFrameOptions: framedBy.length > 0 ? false : 'DENY',
    referrerPolicy: 'same-origin',
    strictTransportSecurity: `max-age=${365 * DAY}`,
    crossOriginResourcePolicy: 'same-origin',
    // Set after the page's own, which may be stricter.
    overwrite: false,
  });
}

const strict = headers();
const framed = headers({ framedBy: ["'self'"] });
const mailbox = headers({ inlineStyle: true });

/**
 * The headers of every page of ours. A route that stands in a provider's page says so by `framedBy`, the
 * signup form by `checked` that it needs Turnstile, by `leadsTo` whom it leads to. Only
 * `frame-ancestors` can name the origins that may frame it, X-Frame-Options knows all or none.
 */
export const pageHeaders = createMiddleware<App>(async (c, next) => {
  await next();
  const { framedBy, frames = false, checked = false, leadsTo, styledBy } = c.var;
  // What is loaded later has said already who may frame it.
  const said = c.res.headers.get('content-security-policy') ?? '';
  let set = /frame-ancestors (?!'none')/.test(said) ? framed : strict;
  if (framedBy) set = headers({ turnstile: checked, framedBy, styledBy, frames });
  else if (c.req.path === '/mailbox') set = mailbox;
  else if (checked || leadsTo || styledBy || frames) {
    set = headers({ turnstile: checked, leadsTo, styledBy, frames });
  }
  await set(c, async () => {});
  // A window that a sandboxed frame opens shows no page with this header (HTML, "check opener policy"),
  // and so leads the link of a site builder's frame nowhere.
  if (!PERSONAL.test(c.req.path)) c.header('Cross-Origin-Opener-Policy', undefined);
});

/** A style that is written into a page of ours; its policy names it by its digest. Empty for none. */
export async function written(c: HonoContext<App>, style: string): Promise<string> {
  if (style === '') return style;
  // Content Security Policy Level 3, 2.3.1.
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(style));
  c.set('styledBy', `'sha256-${btoa(String.fromCharCode(...new Uint8Array(bytes)))}'`);
  return style;
}

/** Pages behind a personal link. */
const TOKEN_PAGE =
  /^\/(confirm|learn|unsubscribe|undo|not-me|open|address|erase|(portal|operator)\/open)(\/|$)/;

/** Pages that show what is somebody's own. */
const PERSONAL = new RegExp(`${TOKEN_PAGE.source}|^/(portal|operator|mailbox)(/|$)`);

/** A personal link, whole: a token with its signature, and of what lies behind it what is linked to. */
const LINK =
  /^\/([a-z-]+|(portal|operator)\/open)\/[a-z](\.[\w-]+)+\.[\w-]{22}(\/lessons\/\d|\/(log|export|certificates)|\/\w+\.(ics|json|txt))?(\?.*)?$/;

/** What is left hanging at the end of a link, which ends in a letter, digit, - or _ itself. */
const SWALLOWED = /(?:[^\w-]|%(?!3\d|[46][1-9a-f]|[57][\da]|5f|2d)[\da-f]{2}){1,40}$/i;

/**
 * Pages behind a personal link: it must reach no referrer of others and no cache, whatever the answer.
 * With a full stop or a bracket of the sentence around it, it leads to the link inside.
 */
export const tokenPage = createMiddleware(async (c, next) => {
  const { pathname, search } = new URL(c.req.url);
  if (!TOKEN_PAGE.test(pathname)) return next();
  // Under `no-referrer` a browser would send our own forms with `Origin: null`.
  c.header('Referrer-Policy', 'same-origin');
  c.header('Cache-Control', 'no-store');
  c.header('X-Robots-Tag', 'noindex');
  const link = (pathname + search).replace(SWALLOWED, '');
  const opened = c.req.method === 'GET' || c.req.method === 'HEAD';
  if (opened && link !== pathname + search && LINK.test(link)) return c.redirect(link, 302);
  await next();
});

/** The page whose button was pressed, of a personal link; null for any other address. */
export function pageBehind(path: string): string | null {
  const room = TOKEN_PAGE.exec(path)?.[1];
  return room === undefined
    ? null
    : path
        .split('/')
        .slice(0, room.split('/').length + 2)
        .join('/');
}
