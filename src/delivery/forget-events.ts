import { DAY, secondsOf } from '../clock.ts';
import type { Context } from '../context.ts';
import { deleteOldEvents } from './store/events.ts';

/** Six weeks, in seconds of machine time: events can be replayed by hand for a month. */
export const EVENTS_LIFETIME = 42 * DAY;

/** Forgets the mailer’s events that will not be repeated any more. */
export async function forgetEvents(ctx: Context, atMost: number): Promise<void> {
  await deleteOldEvents(ctx.db, secondsOf(ctx.clock.machine()) - EVENTS_LIFETIME, atMost);
}
