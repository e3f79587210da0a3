import type { Context } from '../../src/context.ts';
import { deliveries, mailbox } from '../../src/db/schema.ts';
import type { EventKind, MailEvent } from '../../src/mailer/events.ts';
import { bareAddress, type Mail } from '../../src/mailer/mailer.ts';
import { plantBatch } from './plant.ts';
import { change, pick } from './rows.ts';

let count = 0;

/** What the mailer tells of a mail, as the course's door hands it on. */
export function eventAbout(
  mail: Mail | undefined,
  kind: EventKind,
  changes: Partial<MailEvent> = {},
): MailEvent {
  if (!mail) throw new Error('there is no such mail');
  const tag = (name: string) => mail.tags.find((found) => found.name === name)?.value ?? '';
  count += 1;
  return {
    id: `msg_${count}`,
    kind,
    deliveryId: Number(tag('delivery')),
    digest: tag('digest'),
    from: bareAddress(mail.from),
    to: mail.to[0] ?? '',
    reason: null,
    halts: false,
    ...changes,
  };
}

/** The newest mail in the local mailbox that went to an address, as it was posted. */
export async function postedTo(email: string, kind?: string): Promise<Mail | undefined> {
  const mails = await pick(mailbox, ['mail'], undefined, mailbox.id);
  return mails
    .map(({ mail }) => JSON.parse(mail) as Mail)
    .findLast(
      ({ to, tags }) =>
        to[0] === email &&
        (kind === undefined || tags.some(({ name, value }) => name === 'kind' && value === kind)),
    );
}

/**
 * What the mailer tells of a row that a test has planted as one that was mailed: it gets a batch of its
 * own here.
 *
 * @param to the address that it went to
 */
export async function eventOfRow(
  ctx: Pick<Context, 'tokens' | 'settings'>,
  deliveryId: number,
  to: string,
  kind: EventKind,
): Promise<MailEvent> {
  const { mailFrom, baseUrl } = ctx.settings;
  const batchId = await plantBatch({ lane: 'prompt', mailFrom, baseUrl });
  await change(deliveries, { batchId }, { id: deliveryId });
  const from = bareAddress(mailFrom);
  const toHash = await ctx.tokens.addressHash(to);
  const digest = await ctx.tokens.mailDigest({ deliveryId, batchId, baseUrl, mailFrom, toHash });
  count += 1;
  return { id: `msg_${count}`, kind, deliveryId, digest, from, to, reason: null, halts: false };
}
