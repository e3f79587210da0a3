/** Compiled mails by their hashes. */
import { sql } from 'drizzle-orm';
import type { Seconds } from '../../clock.ts';
import type { Database } from '../../db/client.ts';
import { setOf } from '../../db/names.ts';
import { contents } from '../../db/schema.ts';
import type { Content } from '../body.ts';
import { parse } from './claim.ts';

const isOneOf = (hashes: string[]) => sql`${contents.hash} IN ${setOf(hashes)}`;

/** Which of these contents are stored already. */
export async function storedContents(db: Database, hashes: string[]): Promise<Set<string>> {
  const rows = await db.orm.select({ hash: contents.hash }).from(contents).where(isOneOf(hashes));
  return new Set(rows.map(({ hash }) => hash));
}

export async function storeContents(
  db: Database,
  mails: (Content & { hash: string })[],
  now: Seconds,
): Promise<void> {
  await db.commit({
    stored: mails.map(({ hash, ...content }) =>
      db.orm
        .insert(contents)
        .values({
          hash,
          kind: content.kind,
          lesson: content.lesson,
          body: JSON.stringify(content),
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
