import type { Context as HonoContext } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { Seconds } from '../../clock.ts';
import type { App } from './context.ts';

/** Everything that a browser keeps for us, by its name without prefix. */
export type Cookie = 'room' | 'portal' | 'operator' | 'asked' | 'known';

type Asking = Pick<HonoContext<App>, 'req' | 'var' | 'header'>;

/**
 * By its prefix a browser holds a cookie to this host and to https. A local run has no https, and not
 * every browser takes `Secure` for http://localhost (Safari does not).
 */
function heldTo(c: Asking): { prefix: 'host'; secure: true } | { secure: false } {
  const https = c.var.ctx.settings.baseUrl.startsWith('https:');
  return https ? { prefix: 'host', secure: true } : { secure: false };
}

export function cookieOf(c: Asking, name: Cookie): string | undefined {
  const held = heldTo(c);
  const asking = c as HonoContext<App>;
  return 'prefix' in held ? getCookie(asking, name, held.prefix) : getCookie(asking, name);
}

/** Has the browser keep it, out of scripts' reach. */
export function keepCookie(c: Asking, name: Cookie, value: string, maxAge: Seconds): void {
  setCookie(c as HonoContext<App>, name, value, {
    ...heldTo(c),
    path: '/',
    httpOnly: true,
    // Strict would leave it out where a mail in a browser leads here.
    sameSite: 'Lax',
    maxAge,
  });
}

/** Has the browser forget it. */
export function dropCookie(c: Asking, name: Cookie): void {
  deleteCookie(c as HonoContext<App>, name, { ...heldTo(c), path: '/' });
}
