import { Resend } from 'resend';
import { bareAddress, type MailRecord, type RecordedMail } from './mailer.ts';

/** Resend's five requests a second are the team's: the other one is for whoever else sends. */
const INTERVAL = 250;

/** Mails of one page, the most that Resend gives. */
const PAGE = 100;

/** How often a page without a usable answer is asked for again. */
const TRIES = 5;

/** What became of a mail that never went out (resend.com/docs/dashboard/emails/introduction). */
const FAILED = new Set(['failed', 'canceled', 'suppressed']);

/** Waits that grow, in milliseconds, where Resend is busy or silent. */
const LONGEST_WAIT = 30_000;

/**
 * Reads what Resend has taken. Needs a key with full access: one that may only send is refused.
 *
 * @param clock waits between requests
 */
export function createResendRecord(
  options: { apiKey: string; baseUrl: string },
  clock: { sleep(ms: number): Promise<void> },
): MailRecord {
  const resend = new Resend(options.apiKey, { baseUrl: options.baseUrl });

  async function ask<Data>(
    call: () => Promise<{ data: Data | null; error: { name: string; message: string } | null }>,
  ): Promise<Data | null> {
    for (let tried = 1; ; tried++) {
      await clock.sleep(INTERVAL);
      const { data, error } = await call();
      if (data) return data;
      if (error?.name === 'not_found') return null;
      if (error?.name === 'restricted_api_key') {
        throw new Error('Resend’s key may only send. Its record needs a key with full access.');
      }
      const again = ['rate_limit_exceeded', 'application_error', 'internal_server_error'];
      if (tried >= TRIES || !again.includes(error?.name ?? '')) {
        throw new Error(`Resend’s record cannot be read: ${error?.name ?? 'no answer'}`);
      }
      await clock.sleep(Math.min(1000 * 2 ** tried, LONGEST_WAIT));
    }
  }

  return {
    async *list(since) {
      for (let after: string | undefined; ; ) {
        const page = await ask(() =>
          resend.emails.list({ limit: PAGE, ...(after === undefined ? {} : { after }) }),
        );
        // Newest first.
        const mails = (page?.data ?? []).map(
          ({ id, to, from, subject, created_at, last_event }): RecordedMail => ({
            id,
            to: bareAddress(to[0] ?? ''),
            from: bareAddress(from),
            subject,
            at: instantOf(created_at),
            failed: FAILED.has(last_event),
          }),
        );
        yield* mails.filter(({ at }) => at >= since);
        after = mails.at(-1)?.id;
        if (!page?.has_more || after === undefined || mails.every(({ at }) => at < since)) return;
      }
    },
    async tags(id) {
      const mail = await ask(() => resend.emails.get(id));
      return mail && Object.fromEntries((mail.tags ?? []).map(({ name, value }) => [name, value]));
    },
  };
}

/** Epoch milliseconds of what Resend writes: ISO, or with a space and an offset without minutes. */
function instantOf(text: string): number {
  return Date.parse(text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00'));
}
