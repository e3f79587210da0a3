/** Editions and the texts that they name: written once, and never changed. */
import { desc, eq, getTableColumns, inArray, sql } from 'drizzle-orm';
import type { Seconds } from '../../clock.ts';
import { LESSONS } from '../../course/course.ts';
import type { Database } from '../../db/client.ts';
import { adoptions, editions, texts } from '../../db/credit.ts';
import { bare, figure } from '../../db/names.ts';
import { enrollments, providers, shares } from '../../db/schema.ts';
import { select } from '../../db/select.ts';
import { type Act, writeAct } from '../../db/statements.ts';
import type { Accepted } from '../adoption.ts';
import type { EditionPeople, Item, TextBody } from '../edition.ts';
import { type Adoption, adoptionOf } from './adoptions.ts';

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

/** A lesson's text, whole. Null where none has this hash. */
export async function readText(db: Database, hash: string): Promise<TextBody | null> {
  const [row] = await db.orm.select({ body: texts.body }).from(texts).where(eq(texts.hash, hash));
  return row ? JSON.parse(row.body) : null;
}

/** Titles of some texts, by their hashes, as far as they are kept. */
export async function readTitles(
  db: Database,
  hashes: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await db.orm
    .select({ hash: texts.hash, title: sql<string>`${texts.body} ->> '$.title'` })
    .from(texts)
    .where(inArray(texts.hash, [...hashes]));
  return new Map(rows.map(({ hash, title }) => [hash, title]));
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

/** All editions, the latest first, without their texts. */
export function listEditions(db: Database) {
  const { hash, words, people, storedAt } = editions;
  return db.orm
    .select({ hash, words, people, storedAt })
    .from(editions)
    .orderBy(desc(editions.storedAt));
}

/** The texts of the edition that was stored last, by their lessons. */
export async function latestTexts(
  db: Database,
): Promise<Map<number, { hash: string; body: TextBody }>> {
  const latest = db.orm
    .select({ texts: editions.texts })
    .from(editions)
    .orderBy(desc(editions.storedAt))
    .limit(1);
  const { hash, lesson, body } = texts;
  const rows = await db.orm
    .select({ hash, lesson, body })
    .from(texts)
    .where(sql`${hash} IN (SELECT value FROM json_each((${latest})))`);
  return new Map(
    rows.map((row) => [row.lesson, { hash: row.hash, body: JSON.parse(row.body) as TextBody }]),
  );
}

export interface NewEdition {
  hash: string;
  words: number;
  items: string;
  people: string;
  storedAt: Seconds;
  /** `corrects`: the hash of the text of which it is a correction. */
  texts: { lesson: number; hash: string; body: string; words: number; corrects: string | null }[];
}

/**
 * Stores an edition with those of its texts that are not there. Twice is once: only where the lessons went
 * back to an earlier one is that the latest from then on.
 */
export async function insertEdition(db: Database, edition: NewEdition): Promise<void> {
  const { hash, words, items, people, storedAt } = edition;
  const t = bare(texts);
  const e = bare(editions);
  // Later than every other, so that two of one second have an order.
  const at = sql`max(${storedAt}, 1 + coalesce((SELECT max(${editions.storedAt}) FROM ${editions}), 0))`;
  const latest = db.orm
    .select({ hash: editions.hash })
    .from(editions)
    .orderBy(desc(editions.storedAt))
    .limit(1);
  await db.commit({
    texts: edition.texts.map(
      (
        text,
      ) => sql`INSERT INTO ${texts} (${t.hash}, ${t.lesson}, ${t.body}, ${t.words}, ${t.corrects}, ${t.storedAt})
        VALUES (${text.hash}, ${text.lesson}, ${text.body}, ${text.words}, ${text.corrects}, ${storedAt})
        ON CONFLICT DO NOTHING`,
    ),
    again: sql`UPDATE ${editions} SET ${e.storedAt} = ${at}
      WHERE ${editions.hash} = ${hash} AND ${editions.hash} <> (${latest})`,
    edition: sql`INSERT INTO ${editions} (${e.hash}, ${e.texts}, ${e.items}, ${e.words}, ${e.people}, ${e.storedAt})
      VALUES (${hash}, ${JSON.stringify(edition.texts.map((text) => text.hash))}, ${items}, ${words}, ${people}, ${at})
      ON CONFLICT DO NOTHING`,
  });
}

/** Whether it is stored: asked anew, whatever this isolate has read. */
export async function hasEdition(db: Database, hash: string): Promise<boolean> {
  const rows = await db.orm
    .select({ hash: editions.hash })
    .from(editions)
    .where(eq(editions.hash, hash));
  return rows.length > 0;
}

/** An adoption that runs, with what a new edition is held against. */
export interface AdoptionWithTexts extends Adoption {
  provider: string;
  slug: string;
  /** Learners of its provider who were sent lesson 1 and not lesson 8. */
  between: number;
  items: Item[];
  /** Of a lesson: the text that was accepted last, and the last one that its provider agreed to. */
  textsOf(lesson: number): { last: TextBody; agreed: TextBody } | null;
}

export async function readAdoptionsWithTexts(db: Database): Promise<AdoptionWithTexts[]> {
  const named = sql`EXISTS (SELECT 1 FROM ${adoptions}, json_each(${adoptions.accepts})
    WHERE ${adoptions.endedAt} IS NULL AND json_each.value ->> 'text' = ${texts.hash})`;
  const { running, bodies } = await db.commit({
    running: select(
      {
        ...getTableColumns(adoptions),
        provider: providers.name,
        slug: sql<string>`coalesce(${providers.slug}, ${providers.publicKey})`,
        own: editions.texts,
        items: editions.items,
        between: sql<number>`(SELECT count(*) FROM ${shares} JOIN ${enrollments}
          ON ${enrollments.id} = ${shares.enrollmentId} WHERE ${shares.providerId} = ${providers.id}
            AND ${shares.endedAt} IS NULL AND ${enrollments.state} IN ('active', 'paused')
            AND ${enrollments.nextLesson} BETWEEN 2 AND ${figure(LESSONS)})`,
      },
      sql`FROM ${adoptions} JOIN ${providers} ON ${providers.id} = ${adoptions.providerId}
        JOIN ${editions} ON ${editions.hash} = ${adoptions.edition}
      WHERE ${adoptions.endedAt} IS NULL ORDER BY ${adoptions.id}`,
    ),
    bodies: select({ hash: texts.hash, body: texts.body }, sql`FROM ${texts} WHERE ${named}`),
  });
  const bodyOf = new Map(bodies.rows.map(({ hash, body }) => [hash, body]));
  const parsed = (hash: string | undefined): TextBody | null => {
    const body = hash === undefined ? undefined : bodyOf.get(hash);
    return body === undefined ? null : JSON.parse(body);
  };
  return running.rows.map(({ provider, slug, between, own, items, ...row }) => {
    const adoption = adoptionOf(row);
    const { accepts, body, createdAt } = adoption;
    const ownTexts: string[] = JSON.parse(own);
    return {
      ...adoption,
      provider,
      slug,
      between,
      items: JSON.parse(items),
      textsOf(lesson) {
        const its = ownTexts[lesson - 1];
        // What it took over, from its own words or from the one before, is older than its own text.
        const since = accepts
          .slice(accepts.findIndex(({ text }) => text === its) + 1)
          .filter(
            (each) =>
              each.lesson === lesson && each.at >= createdAt && !body.accepts.includes(each.text),
          );
        const last = parsed(since.at(-1)?.text ?? its);
        const agreed = parsed(since.findLast(({ how }) => how === 'accepted')?.text ?? its);
        return last && agreed && { last, agreed };
      },
    };
  });
}

/**
 * Adds texts to those that an adoption counts, those that are not there already; one act.
 *
 * @returns how many were added; 0 where it has ended
 */
export async function acceptTexts(
  db: Database,
  id: number,
  more: readonly Accepted[],
  act: Act,
): Promise<number> {
  const a = bare(adoptions);
  const lacks = ({ text }: Accepted) => sql`${adoptions.id} = ${id} AND ${adoptions.endedAt} IS NULL
    AND NOT EXISTS (SELECT 1 FROM json_each(${adoptions.accepts})
      WHERE json_each.value ->> 'text' = ${text})`;
  const lacksSome = sql.join(
    more.map((each) => sql`EXISTS (SELECT 1 FROM ${adoptions} WHERE ${lacks(each)})`),
    sql` OR `,
  );
  const { added } = await db.commit({
    act: writeAct(act, sql`(${lacksSome})`),
    added: more.map(
      (each) => sql`UPDATE ${adoptions}
        SET ${a.accepts} = json_insert(${adoptions.accepts}, '$[#]', json(${JSON.stringify(each)}))
        WHERE ${lacks(each)}`,
    ),
  });
  return added.changed;
}
