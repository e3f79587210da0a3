import type { Mail } from '../../src/mailer/mailer.ts';

export type WebhookType =
  | 'email.sent'
  | 'email.scheduled'
  | 'email.opened'
  | 'email.clicked'
  | 'email.received'
  | 'email.delivered'
  | 'email.delivery_delayed'
  | 'email.bounced'
  | 'email.complained'
  | 'email.failed'
  | 'email.suppressed';

export interface WebhookOptions {
  /** `svix-id`; a new one where it is left out. */
  id?: string;
  /** When it is sent, epoch milliseconds; now where it is left out. */
  at?: number;
  /** The bounce's type, `Permanent` by default. */
  bounce?: 'Permanent' | 'Transient' | 'Undetermined';
  /** Merged into the event's `data`. */
  data?: Record<string, unknown>;
  /** Another secret: a forgery. */
  secret?: string;
}

/**
 * An event as Resend posts it, signed the Standard Webhooks way.
 *
 * @param mail what it is about: Resend's id of it, and when it was taken, epoch milliseconds
 */
export async function signEvent(
  type: WebhookType,
  { id: emailId, at: takenAt, mail }: { id: string; at: number; mail: Mail },
  options: WebhookOptions & { at: number; secret: string },
): Promise<{ body: string; headers: Record<string, string> }> {
  const { id = `msg_${crypto.randomUUID()}`, at, secret } = options;
  const body = JSON.stringify({
    type,
    // Of the event, not of the posting: what is sent again has the same body.
    created_at: new Date(takenAt + 1_000).toISOString(),
    data: {
      created_at: new Date(takenAt).toISOString(),
      email_id: emailId,
      message_id: `<${emailId}@resend.example>`,
      from: mail.from,
      to: [mail.to].flat(),
      subject: mail.subject,
      // Taken as a list, told as an object (resend.com/docs/webhooks/emails/delivered).
      tags: Object.fromEntries((mail.tags ?? []).map(({ name, value }) => [name, value])),
      ...detailOf(type, options.bounce),
      ...options.data,
    },
  });
  const timestamp = String(Math.floor(at / 1_000));
  return {
    body,
    headers: {
      'content-type': 'application/json',
      'svix-id': id,
      'svix-timestamp': timestamp,
      'svix-signature': `v1,${await sign(`${id}.${timestamp}.${body}`, secret)}`,
    },
  };
}

/** What `data` holds beside what every event has (resend.com/docs/webhooks/emails). */
function detailOf(type: WebhookType, bounce: WebhookOptions['bounce'] = 'Permanent'): object {
  const subType = bounce === 'Undetermined' ? 'Undetermined' : 'General';
  switch (type) {
    case 'email.bounced':
      return { bounce: { type: bounce, subType, message: 'The mail server rejected it.' } };
    case 'email.failed':
      return { failed: { reason: 'reached_daily_quota' } };
    case 'email.suppressed':
      return { suppressed: { type: 'OnAccountSuppressionList', message: 'It is on the list.' } };
    default:
      return {};
  }
}

/** HMAC-SHA-256 in base64 (Standard Webhooks); the secret is `whsec_` and base64. */
async function sign(text: string, secret: string): Promise<string> {
  const raw = Uint8Array.from(atob(secret.replace(/^whsec_/, '')), (char) => char.charCodeAt(0));
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', raw, algorithm, false, ['sign']);
  const mac = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(text));
  return btoa(String.fromCharCode(...new Uint8Array(mac)));
}
