import type { Context } from '../context.ts';
import type { MailEvent } from '../mailer/events.ts';
import { finish } from './finish.ts';
import { applyEvents, provenBatches, settleUncertain } from './store.ts';

/**
 * Applies what the mailer says became of its mails: states only move forward, a hard bounce or a
 * complaint suppresses the address at once, and five soft bounces in 30 days pause the course. An
 * event for one row proves that its whole batch was accepted. Events that come twice, late or out of
 * order change nothing they should not.
 */
export async function recordEvents(ctx: Context, events: MailEvent[]): Promise<void> {
  if (events.length === 0) return;
  const deliveries = events.map((event) => event.deliveryId);
  for (const batch of await provenBatches(ctx.db, deliveries)) {
    if (batch.open) await finish(ctx, batch, 'sent');
    else await settleUncertain(ctx.db, batch.id, ctx.clock.now());
  }
  await applyEvents(ctx.db, events, {
    now: ctx.clock.now(),
    machine: Math.floor(ctx.clock.machine() / 1000),
  });
}
