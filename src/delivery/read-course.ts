import type { Seconds } from '../clock.ts';
import type { Context } from '../context.ts';
import { compiledMails, mailHeads } from '../course/course.ts';
import { type Numbers, readNumbers } from '../enrollment/read-numbers.ts';
import { ABOUT, type Kind } from './kinds.ts';
import { readTexts } from './store/course-mails.ts';

/** A mail of the course as this version makes it. */
export interface CourseMail {
  kind: string;
  lesson: number | null;
  subject: string;
  hash: string;
  /** Since when its text is in use, course time; null before its first use. */
  since: Seconds | null;
  /** Mails on their way that are made of this text, and of others before it. */
  underway: { ours: number; older: number };
}

/** The mails of the course, who has them ahead, and what on its way keeps older words. */
export async function readCourse(ctx: Context): Promise<{ mails: CourseMail[]; numbers: Numbers }> {
  const [{ since, frozen }, numbers] = await Promise.all([
    readTexts(
      ctx.db,
      mailHeads.map(({ hash }) => hash),
    ),
    readNumbers(ctx),
  ]);
  const mails = mailHeads.map(({ kind, lesson, subject, hash }) => {
    // Other kinds carry the same words: a lesson once more. The closing note is step 9 in the ledger.
    const theirs = frozen.filter(
      (row) =>
        ABOUT[row.kind as Kind]?.template === kind && (lesson === null || row.lesson === lesson),
    );
    const sum = (is: (content: string | null) => boolean) =>
      theirs.filter(({ content }) => is(content)).reduce((all, { mails }) => all + mails, 0);
    return {
      kind,
      lesson,
      subject,
      hash,
      since: since.get(hash) ?? null,
      underway: { ours: sum((is) => is === hash), older: sum((is) => is !== hash) },
    };
  });
  return { mails, numbers };
}

/** How many bytes each part of a mail has. */
export async function sizesOf(hash: string): Promise<{ html: number; text: number } | null> {
  const mail = (await compiledMails()).find((each) => each.hash === hash);
  const bytes = (text: string) => new TextEncoder().encode(text).length;
  return mail ? { html: bytes(mail.html), text: bytes(mail.text) } : null;
}
