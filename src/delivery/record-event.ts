import type { Context } from '../context.ts';
import type { MailEvent } from '../mailer/events.ts';
import { bareAddress } from '../mailer/mailer.ts';
import { equalInConstantTime } from '../token.ts';
import { finish } from './finish.ts';
import { applyEvent, type MailedRow, readMailed } from './store/events.ts';
import { proveSent, readRows } from './store/settle.ts';

/**
 * Applies what the mailer says became of a mail of ours. An event counts where sender and recipient are
 * those of the row that it names and the digest is that mail's own; whatever it does, it does once. It
 * proves that the whole batch was accepted. States only move forward, a hard bounce or a complaint
 * suppresses the address at once, five mails that came back within 30 days pause the course, and what
 * the mailer failed to send is owed again.
 *
 * @returns false where it is about no mail of ours, and nothing was changed
 */
export async function recordEvent(ctx: Context, event: MailEvent): Promise<boolean> {
  const row = await readMailed(ctx.db, event.deliveryId);
  if (!row || !(await isAbout(ctx, event, row))) return false;
  if (row.state === 'sending') {
    const batch = { id: row.batchId, rows: await readRows(ctx.db, row.batchId) };
    // What cannot be recorded now comes again.
    if (!(await finish(ctx, batch, 'sent'))) throw new Error('slots kept changing under an event');
  } else if (row.state === 'uncertain') {
    await proveSent(ctx.db, row.batchId, ctx.clock.now());
  }
  const { isNew, halted } = await applyEvent(ctx.db, event, row, {
    now: ctx.clock.now(),
    machine: ctx.clock.machine(),
  });
  if (halted) ctx.log.error('halted', { scope: 'all', reason: event.reason });
  else if (isNew && event.reason !== null) {
    ctx.log.error('mail-failed', { delivery: event.deliveryId, reason: event.reason });
  }
  return true;
}

/** Whether an event is about the mail of a row: by sender, recipient, and what only our mails carry. */
async function isAbout({ tokens }: Context, event: MailEvent, row: MailedRow): Promise<boolean> {
  const { deliveryId } = event;
  const { batchId, baseUrl, mailFrom, toHash } = row;
  if (event.from !== bareAddress(mailFrom)) return false;
  if ((await tokens.addressHash(event.to)) !== toHash) return false;
  const digest = await tokens.mailDigest({ deliveryId, batchId, baseUrl, mailFrom, toHash });
  return equalInConstantTime(event.digest, digest);
}
