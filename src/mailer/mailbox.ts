import { asc, eq, gte, sql } from 'drizzle-orm';
import type { Clock } from '../clock.ts';
import { millisOf, secondsOf } from '../clock.ts';
import { type Database, prepared } from '../db/client.ts';
import { bare } from '../db/names.ts';
import { mailbox } from '../db/schema.ts';
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

const { id, at, mail: text } = mailbox;

/** A mail of a batch that is posted again is there already. */
const takeOnce = prepared<typeof mailbox.$inferInsert>((mail) => {
  const m = bare(mailbox);
  return sql`INSERT INTO ${mailbox} (${m.batchKey}, ${m.position}, ${m.at}, ${m.mail})
    VALUES (${mail.batchKey}, ${mail.position}, ${mail.at}, ${mail.mail}) ON CONFLICT DO NOTHING`;
});

/** The mailer of a local run: writes mails to the database and shows them at /mailbox. */
export function createMailbox(db: Database, clock: Clock): Mailer {
  return {
    interval: { prompt: 0, lesson: 0 },
    async post({ key, body }) {
      const mails = JSON.parse(new TextDecoder().decode(body)) as Mail[];
      try {
        await db.commit({
          taken: mails.map((mail, position) =>
            takeOnce({ batchKey: key, position, at: clock.now(), mail: JSON.stringify(mail) }),
          ),
        });
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
      const rows = await db.orm
        .select({ id, at, text })
        .from(mailbox)
        .where(gte(at, secondsOf(since) + ahead()));
      for (const row of rows) {
        const { to, from, subject } = mailOf(row.text);
        yield {
          id: String(row.id),
          to: bareAddress(to[0] ?? ''),
          from: bareAddress(from),
          subject,
          at: millisOf(row.at - ahead()),
          failed: false,
        };
      }
    },
    async tags(name) {
      const [row] = await db.orm
        .select({ text })
        .from(mailbox)
        .where(eq(id, Number(name)));
      return row
        ? Object.fromEntries(mailOf(row.text).tags.map((tag) => [tag.name, tag.value]))
        : null;
    },
  };
}

/** The local mailbox, oldest first; with `only`, that one mail. */
export async function readMailbox(db: Database, only?: number): Promise<MailboxEntry[]> {
  const rows = await db.orm
    .select({ id, at, text })
    .from(mailbox)
    .where(only === undefined ? undefined : eq(id, only))
    .orderBy(asc(id));
  return rows.map((row) => {
    const mail = JSON.parse(row.text) as Mail;
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
