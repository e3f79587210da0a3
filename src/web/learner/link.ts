import type { Context as HonoContext } from 'hono';
import type { Context } from '../../context.ts';
import { DomainError } from '../../errors.ts';
import { DEVICE_LIFETIME, type LearnClaims } from '../../token.ts';
import type { App } from '../middleware/context.ts';
import { cookieOf, dropCookie, keepCookie } from '../middleware/cookies.ts';

/** What this device holds, if it was opened. */
export const deviceOf = (c: HonoContext<App>): string | undefined => cookieOf(c, 'room');

/** Has the device keep what opens it. */
export const keepDevice = (c: HonoContext<App>, device: string): void =>
  keepCookie(c, 'room', device, DEVICE_LIFETIME);

/** Has the device forget it. */
export const dropDevice = (c: HonoContext<App>): void => dropCookie(c, 'room');

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
