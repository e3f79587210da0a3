import type { Context as HonoContext } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { Context } from '../../context.ts';
import { DomainError } from '../../errors.ts';
import { DEVICE_LIFETIME, type LearnClaims } from '../../token.ts';
import type { App } from '../middleware/context.ts';

/** The cookie of a device that the learner has opened. */
const DEVICE_COOKIE = 'room';

/**
 * By its prefix a browser holds the cookie to this host and to https. A local run has no https, and not
 * every browser takes `Secure` for http://localhost (Safari does not).
 */
function heldTo(c: HonoContext<App>): { prefix: 'host'; secure: true } | { secure: false } {
  const https = c.var.ctx.settings.baseUrl.startsWith('https:');
  return https ? { prefix: 'host', secure: true } : { secure: false };
}

/** What this device holds, if it was opened. */
export function deviceOf(c: HonoContext<App>): string | undefined {
  const held = heldTo(c);
  return 'prefix' in held ? getCookie(c, DEVICE_COOKIE, held.prefix) : getCookie(c, DEVICE_COOKIE);
}

/** Has the device keep what opens it. */
export function keepDevice(c: HonoContext<App>, device: string): void {
  setCookie(c, DEVICE_COOKIE, device, {
    ...heldTo(c),
    path: '/',
    httpOnly: true,
    // Strict would leave it out where a mail in a browser leads here.
    sameSite: 'Lax',
    maxAge: DEVICE_LIFETIME,
  });
}

/** Has the device forget it. */
export function dropDevice(c: HonoContext<App>): void {
  deleteCookie(c, DEVICE_COOKIE, { ...heldTo(c), path: '/' });
}

/** Where a calendar reads the dates, by a link that opens nothing else. */
export async function calendarPath({ tokens }: Context, learner: LearnClaims): Promise<string> {
  return `/learn/${await tokens.calendar(learner)}/calendar.ics`;
}

export function badLink(): DomainError {
  const message =
    'This link is not complete, has been replaced by a newer one, or led to something that is erased. If you take the course, the link in your latest email opens your page.';
  return new DomainError('bad-link', message);
}

/** Why something private is not given out. */
export const CLOSED = 'This is private to the learner, and closed on this device.';
