/** Compiled mails by their hashes. */
import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Seconds } from '../../clock.ts';
import type { Database } from '../../db/client.ts';
import { setOf } from '../../db/names.ts';
import { contents } from '../../db/schema.ts';
import type { Content } from '../body.ts';
import { parse } from './claim.ts';

const isOneOf = (hashes: string[]) => sql`${contents.hash} IN ${setOf(hashes)}`;

/** Which of these contents are stored already, and the hash of each one's text as far as it is known. */
export async function storedContents(
  db: Database,
  hashes: string[],
): Promise<Map<string, string | null>> {
  const { hash, textHash } = contents;
  const rows = await db.orm.select({ hash, textHash }).from(contents).where(isOneOf(hashes));
  return new Map(rows.map((row) => [row.hash, row.textHash]));
}

/** Says what text mails have that were stored before texts had hashes. */
export async function fillTextHashes(
  db: Database,
  mails: { hash: string; textHash: string | null }[],
): Promise<void> {
  await db.commit({
    filled: mails.map(({ hash, textHash }) =>
      db.orm
        .update(contents)
        .set({ textHash })
        .where(and(eq(contents.hash, hash), isNull(contents.textHash))),
    ),
  });
}

export async function storeContents(
  db: Database,
  mails: (Content & { hash: string; textHash: string | null })[],
  now: Seconds,
): Promise<void> {
  await db.commit({
    stored: mails.map(({ hash, textHash, ...content }) =>
      db.orm
        .insert(contents)
        .values({
          hash,
          kind: content.kind,
          lesson: content.lesson,
          body: JSON.stringify(content),
          textHash,
          storedAt: now,
        })
        .onConflictDoNothing(),
    ),
  });
}

/** A content as it is stored; null where it cannot be read, which is as if it were missing. */
function toContent(body: string): Content | null {
  const content = parse(body) as Partial<Content> | null;
  const texts = [content?.kind, content?.subject, content?.html, content?.text];
  return texts.every((text) => typeof text === 'string') ? (content as Content) : null;
}

/** Contents of earlier builds, by hash. */
export async function readContents(db: Database, hashes: string[]): Promise<Map<string, Content>> {
  const rows = await db.orm
    .select({ hash: contents.hash, body: contents.body })
    .from(contents)
    .where(isOneOf(hashes));
  return new Map(
    rows.flatMap(({ hash, body }) => {
      const content = toContent(body);
      return content ? [[hash, content]] : [];
    }),
  );
}
