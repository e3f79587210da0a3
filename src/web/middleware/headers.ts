import { createMiddleware } from 'hono/factory';
import { secureHeaders } from 'hono/secure-headers';

const self = ["'self'"];

/** Strict headers: nothing from elsewhere, no framing, no inline script. */
const headers = (styleSrc: string[]) =>
  secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      styleSrc,
      fontSrc: self,
      imgSrc: ["'self'", 'data:'],
      scriptSrc: self,
      connectSrc: self,
      formAction: self,
      baseUri: ["'none'"],
      frameAncestors: ["'none'"],
    },
    xFrameOptions: 'DENY',
    referrerPolicy: 'same-origin',
    strictTransportSecurity: 'max-age=31536000',
    crossOriginResourcePolicy: 'same-origin',
    // Set after the page's own, which may be stricter.
    overwrite: false,
  });

const strict = headers(self);

/** The local mailbox shows mails in a frame that inherits its policy, and mails style inline. */
const mailbox = headers(["'self'", "'unsafe-inline'"]);

/** The headers of every page of ours. */
export const pageHeaders = createMiddleware((c, next) =>
  c.req.path === '/mailbox' ? mailbox(c, next) : strict(c, next),
);

/** Pages behind a personal link: the link must reach no referrer and no cache, whatever the answer. */
export const tokenPage = createMiddleware(async (c, next) => {
  c.header('Referrer-Policy', 'no-referrer');
  c.header('Cache-Control', 'no-store');
  c.header('X-Robots-Tag', 'noindex');
  await next();
});
