import { Hono } from 'hono';
import { recordEvent } from '../../delivery/record-event.ts';
import { DomainError } from '../../errors.ts';
import { readResendEvent } from '../../mailer/events.ts';
import type { App } from '../middleware/context.ts';
import { smallBody } from '../middleware/form.ts';

/** What the mailer tells of its mails. What it should send again must not be answered with 2xx. */
export const webhookRoutes = new Hono<App>().post('/webhooks/resend', smallBody, async (c) => {
  const { ctx } = c.var;
  if (!ctx.settings.resend) throw new DomainError('not-found', 'There is nothing at this address.');
  const event = readResendEvent(
    new Uint8Array(await c.req.arrayBuffer()),
    {
      id: c.req.header('svix-id'),
      timestamp: c.req.header('svix-timestamp'),
      signature: c.req.header('svix-signature'),
    },
    ctx.settings.resend.webhookSecret,
  );
  return c.json({ recorded: event !== null && (await recordEvent(ctx, event)) });
});
