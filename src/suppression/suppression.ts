import { DAY } from '../clock.ts';

/** How often something may be mailed, in 24 hours and in 30 days. */
export interface Cap {
  day: number;
  month: number;
}

/** What a cap means by a month, in seconds. */
export const MONTH = 30 * DAY;

/** What strangers cause to an address is remembered for so long, in seconds of course time. */
export const STRANGERS_LIFETIME = MONTH;

/**
 * Mails for one address, of all kinds together that anybody can cause: by strangers, and
 * by whoever holds a link that was mailed there.
 */
export const CAPS: Record<'stranger' | 'token', Cap> = {
  stranger: { day: 1, month: 3 },
  token: { day: 3, month: 10 },
};

/** A mail that never arrived does not count, but is not tried without end either. */
export const TRY_CAP: Cap = { day: 3, month: 10 };
