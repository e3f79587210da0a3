import { sql } from 'drizzle-orm';
import type { Clock } from '../clock.ts';
import type { Database } from '../db/client.ts';
import { bareAddress, type Mail, type Mailer, type MailRecord } from './mailer.ts';

/** A mail in the local mailbox, as /mailbox.json shows it. */
export interface MailboxEntry {
  id: number;
  /** ISO instant, course time. */
  at: string;
  to: string;
  from: string;
  subject: string;
  html: string;
  text: string;
  headers: Record<string, string>;
  kind: string;
  /** 1 to 8 for a lesson, null otherwise. */
  lesson: number | null;
}

/** The mailer of a local run: writes mails to the database and shows them at /mailbox. */
export function createMailbox(db: Database, clock: Clock): Mailer {
  return {
    interval: { prompt: 0, lesson: 0 },
    async post({ key, body }) {
      const mails = JSON.parse(new TextDecoder().decode(body)) as Mail[];
      try {
        await db.batch(
          mails.map(
            (mail, position) =>
              sql`INSERT OR IGNORE INTO mailbox (batch_key, position, at, mail)
                  VALUES (${key}, ${position}, ${clock.now()}, ${JSON.stringify(mail)})`,
          ),
        );
        return { kind: 'accepted', refused: [] };
      } catch {
        return { kind: 'unknown', reason: 'mailbox_not_written' };
      }
    },
  };
}

/**
 * The mailbox as a record of what was taken.
 *
 * @param ahead seconds that course time, which the mailbox keeps, is ahead of machine time
 */
export function mailboxRecord(db: Database, ahead: () => number): MailRecord {
  const mailOf = (text: string) => JSON.parse(text) as Mail;
  return {
    async *list(since) {
      const rows = await db.all<{ id: number; at: number; mail: string }>(
        sql`SELECT id, at, mail FROM mailbox WHERE at >= ${Math.floor(since / 1000) + ahead()}`,
      );
      for (const { id, at, mail } of rows) {
        const { to, from, subject } = mailOf(mail);
        yield {
          id: String(id),
          to: bareAddress(to[0] ?? ''),
          from: bareAddress(from),
          subject,
          at: (at - ahead()) * 1000,
          failed: false,
        };
      }
    },
    async tags(id) {
      const [row] = await db.all<{ mail: string }>(
        sql`SELECT mail FROM mailbox WHERE id = ${Number(id)}`,
      );
      return row
        ? Object.fromEntries(mailOf(row.mail).tags.map((tag) => [tag.name, tag.value]))
        : null;
    },
  };
}

/** The local mailbox, oldest first; with `id`, that one mail. */
export async function readMailbox(db: Database, id?: number): Promise<MailboxEntry[]> {
  const rows = await db.all<{ id: number; at: number; mail: string }>(
    id === undefined
      ? sql`SELECT id, at, mail FROM mailbox ORDER BY id`
      : sql`SELECT id, at, mail FROM mailbox WHERE id = ${id}`,
  );
  return rows.map((row) => {
    const mail = JSON.parse(row.mail) as Mail;
    const tag = (name: string) => mail.tags.find((candidate) => candidate.name === name)?.value;
    return {
      id: row.id,
      at: new Date(row.at * 1000).toISOString(),
      to: mail.to.join(', '),
      from: mail.from,
      subject: mail.subject,
      html: mail.html,
      text: mail.text,
      headers: mail.headers ?? {},
      kind: tag('kind') ?? '',
      lesson: tag('lesson') ? Number(tag('lesson')) : null,
    };
  });
}
