/** Editions and the texts that they name: written once, and never changed. */
import { desc, eq, inArray } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { editions, texts } from '../../db/credit.ts';
import type { EditionPeople, Item, TextBody } from '../edition.ts';

/** An edition as claims and pages need it: without the texts' blocks. */
export interface Edition {
  hash: string;
  /** The eight, in the lessons' order. */
  texts: (Pick<TextBody, 'title' | 'objectives'> & { lesson: number; hash: string })[];
  items: Item[];
  words: number;
  people: EditionPeople;
}

/** Editions never change, and there are few: each is read once for an isolate. */
const known = new Map<string, Edition>();

/** Null where no edition has this hash. */
export async function readEdition(db: Database, hash: string): Promise<Edition | null> {
  const kept = known.get(hash);
  if (kept) return kept;
  const [row] = await db.orm.select().from(editions).where(eq(editions.hash, hash));
  if (!row) return null;
  const hashes: string[] = JSON.parse(row.texts);
  const bodies = await db.orm
    .select({ hash: texts.hash, lesson: texts.lesson, body: texts.body })
    .from(texts)
    .where(inArray(texts.hash, hashes));
  const edition: Edition = {
    hash,
    texts: bodies
      .map(({ body, ...text }) => {
        const { title, objectives }: TextBody = JSON.parse(body);
        return { ...text, title, objectives };
      })
      .sort((one, other) => one.lesson - other.lesson),
    items: JSON.parse(row.items),
    words: row.words,
    people: JSON.parse(row.people),
  };
  known.set(hash, edition);
  return edition;
}

/** The hash of the edition that was stored last; null where there is none. */
export async function latestEdition(db: Database): Promise<string | null> {
  const [row] = await db.orm
    .select({ hash: editions.hash })
    .from(editions)
    .orderBy(desc(editions.storedAt))
    .limit(1);
  return row?.hash ?? null;
}
