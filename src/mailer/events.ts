import { Webhook } from 'standardwebhooks';
import { DomainError } from '../errors.ts';

/** What became of a mail after it was accepted, in the course's own words. */
export interface MailEvent {
  /** The mailer's id of the event, the same each time it is sent. */
  id: string;
  kind: 'delivered' | 'soft-bounce' | 'hard-bounce' | 'complaint';
  /** The ledger row that the mail was tagged with. */
  deliveryId: number;
}

interface ResendPayload {
  type?: unknown;
  data?: { tags?: unknown; bounce?: { type?: unknown } };
}

/**
 * Verifies a webhook of Resend's on its raw body (Standard Webhooks) and translates it. Null for what
 * is genuine but tells us nothing: unknown types, mails that are not of this ledger.
 *
 * @param headers `svix-id`, `svix-timestamp` and `svix-signature`, as they came
 * @throws DomainError `bad-signature`
 */
export function readResendEvent(
  body: string,
  headers: { id: string | undefined; timestamp: string | undefined; signature: string | undefined },
  secret: string,
): MailEvent | null {
  const { id, timestamp, signature } = headers;
  let payload: ResendPayload;
  try {
    if (!body || !id || !timestamp || !signature) throw new Error('incomplete');
    payload = new Webhook(secret).verify(body, {
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': signature,
    }) as ResendPayload;
  } catch {
    throw new DomainError('bad-signature', 'The signature is missing, wrong or too old.');
  }
  const kind = kindOf(payload);
  const deliveryId = Number(deliveryTag(payload?.data?.tags));
  if (kind === null || !Number.isSafeInteger(deliveryId) || deliveryId < 1) return null;
  return { id, kind, deliveryId };
}

function kindOf(payload: ResendPayload | null | undefined): MailEvent['kind'] | null {
  switch (payload?.type) {
    case 'email.delivered':
      return 'delivered';
    case 'email.bounced':
      return payload.data?.bounce?.type === 'Permanent' ? 'hard-bounce' : 'soft-bounce';
    case 'email.failed':
      return 'soft-bounce';
    // The address stands on Resend's own list of those that it will not mail.
    case 'email.suppressed':
      return 'hard-bounce';
    case 'email.complained':
      return 'complaint';
    default:
      return null;
  }
}

/** Resend's events carry tags as an object; its sending interface takes them as a list. */
function deliveryTag(tags: unknown): unknown {
  if (Array.isArray(tags)) return tags.find((tag) => tag?.name === 'delivery')?.value;
  return (tags as { delivery?: unknown } | null | undefined)?.delivery;
}
