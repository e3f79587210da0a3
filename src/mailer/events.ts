import { Webhook } from 'standardwebhooks';
import type { events } from '../db/schema.ts';
import { DomainError } from '../errors.ts';
import { bareAddress } from './mailer.ts';
import { isHalting, isRefusal, reasonOf } from './reasons.ts';

/** What became of a mail after it was accepted, in the course's own words. */
export type EventKind = typeof events.$inferSelect.kind;

export interface MailEvent {
  /** The mailer's id of the event, the same each time it is sent. */
  id: string;
  kind: EventKind;
  /** The ledger row that the mail was tagged with. */
  deliveryId: number;
  /** The digest that it was tagged with: only our own mail carries the right one. */
  digest: string;
  /** Bare addresses in small letters, as the mailer tells them. */
  from: string;
  to: string;
  /** The mailer's word for what went wrong; null unless it failed. */
  reason: string | null;
  /** No mail gets out until the operator has acted. */
  halts: boolean;
}

interface Payload {
  type?: unknown;
  data?: {
    from?: unknown;
    to?: unknown;
    tags?: unknown;
    bounce?: { type?: unknown; subType?: unknown } | null;
    failed?: { reason?: unknown } | null;
  } | null;
}

/**
 * Verifies a webhook of Resend's on its raw bytes (Standard Webhooks) and translates it. Null for what
 * is genuine but tells us nothing: other types, mails that do not carry our tags.
 *
 * @param headers `svix-id`, `svix-timestamp` and `svix-signature`, as they came
 * @throws DomainError `bad-signature`
 */
export function readResendEvent(
  body: Uint8Array,
  headers: { id: string | undefined; timestamp: string | undefined; signature: string | undefined },
  secret: string,
): MailEvent | null {
  const { id, timestamp, signature } = headers;
  let text: string;
  try {
    if (body.length === 0 || !id || !timestamp || !signature) throw new Error('incomplete');
    // As strict as this, the text stands for these bytes and no others.
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
    const signed = {
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': signature,
    };
    new Webhook(secret).verify(text, signed, { jsonParse: false });
  } catch {
    throw new DomainError('bad-signature', 'The signature is missing, wrong or too old.');
  }
  const payload = parse(text);
  const data = payload?.data;
  const kind = kindOf(payload);
  const delivery = tagOf(data?.tags, 'delivery');
  const digest = tagOf(data?.tags, 'digest');
  // A mail of ours has one recipient.
  const recipients = [data?.to].flat();
  const from = addressOf(data?.from);
  const to = recipients.length === 1 ? addressOf(recipients[0]) : null;
  if (kind === null || delivery === null || !digest || !from || !to) return null;
  if (!/^[1-9]\d{0,15}$/.test(delivery) || !Number.isSafeInteger(Number(delivery))) return null;
  const reason = payload?.type === 'email.failed' ? reasonOf(data?.failed?.reason) : null;
  const halts = reason !== null && isHalting(reason);
  return { id, kind, deliveryId: Number(delivery), digest, from, to, reason, halts };
}

function parse(text: string): Payload | null {
  try {
    return JSON.parse(text) as Payload | null;
  } catch {
    return null;
  }
}

/** Resend's types of events (resend.com/docs/webhooks/event-types) that tell what became of a mail. */
function kindOf(payload: Payload | null): EventKind | null {
  switch (payload?.type) {
    case 'email.delivered':
      return 'delivered';
    case 'email.bounced':
      return bounceOf(payload.data?.bounce ?? {});
    case 'email.failed':
      return isRefusal(reasonOf(payload.data?.failed?.reason)) ? 'refused' : 'failed';
    // The address stands on Resend's own list of those that it will not mail.
    case 'email.suppressed':
      return 'hard-bounce';
    case 'email.complained':
      return 'complaint';
    default:
      return null;
  }
}

/**
 * Bounces as Amazon SES types them, which is what Resend hands on. Away notes come as General ones that
 * pass, and what SES could not make out may be one.
 */
function bounceOf({ type, subType }: { type?: unknown; subType?: unknown }): EventKind {
  if (type === 'Permanent') return 'hard-bounce';
  const clear = type === 'Transient' && typeof subType === 'string' && subType !== 'General';
  return clear ? 'soft-bounce' : 'unclear-bounce';
}

function addressOf(value: unknown): string | null {
  return typeof value === 'string' ? bareAddress(value) : null;
}

/** A tag's text. Resend's events carry tags as an object; its sending interface takes them as a list. */
function tagOf(tags: unknown, name: 'delivery' | 'digest'): string | null {
  const value: unknown = Array.isArray(tags)
    ? tags.find((tag) => tag?.name === name)?.value
    : (tags as Record<string, unknown> | null | undefined)?.[name];
  return typeof value === 'string' ? value : null;
}
