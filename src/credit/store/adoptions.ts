/** Adoptions: what a provider agreed to. */
import { desc, eq, getTableColumns, inArray, isNotNull, type SQL, sql } from 'drizzle-orm';
import type { Seconds } from '../../clock.ts';
import type { Database } from '../../db/client.ts';
import { adoptions, claims, editions, prints, texts } from '../../db/credit.ts';
import { bare } from '../../db/names.ts';
import { providers } from '../../db/schema.ts';
import { orNull, select } from '../../db/select.ts';
import { type Act, writeAct } from '../../db/statements.ts';
import type { Accepted, AdoptionBody } from '../adoption.ts';

type Row = typeof adoptions.$inferSelect;

const x = bare(adoptions);
const c = bare(claims);
const p = bare(prints);

/** Claims that go with their adoption where another follows it: what is completed keeps what it was shown. */
const isOpenOf = (adoptionId: number) =>
  sql`${claims.adoptionId} = ${adoptionId} AND ${claims.state} IN ('open', 'closed')`;

/** A row with what its JSON says. */
export interface Adoption extends Omit<Row, 'accepts' | 'struck' | 'body'> {
  accepts: Accepted[];
  /** Ids of items that count as right for everybody. */
  struck: string[];
  body: AdoptionBody;
}

export const adoptionOf = ({ accepts, struck, body, ...row }: Row): Adoption => ({
  ...row,
  accepts: JSON.parse(accepts),
  struck: JSON.parse(struck),
  body: JSON.parse(body),
});

export async function readAdoption(db: Database, id: number): Promise<Adoption | null> {
  const [row] = await db.orm.select().from(adoptions).where(eq(adoptions.id, id));
  return row ? adoptionOf(row) : null;
}

/** All of a provider's, the newest first. */
export async function readAdoptionsOf(db: Database, providerId: number): Promise<Adoption[]> {
  const rows = await db.orm
    .select()
    .from(adoptions)
    .where(eq(adoptions.providerId, providerId))
    .orderBy(desc(adoptions.createdAt), isNotNull(adoptions.endedAt));
  return rows.map(adoptionOf);
}

/** An adoption with whose it is, as pages show it. */
export interface AdoptionOf {
  adoption: Adoption;
  provider: { id: number; name: string; slug: string; site: string | null };
}

const withProvider = {
  ...getTableColumns(adoptions),
  provider: providers.name,
  slug: sql<string>`coalesce(${providers.slug}, ${providers.publicKey})`,
  site: orNull({ site: providers.site }).site,
};

async function readWith(db: Database, rest: SQL): Promise<AdoptionOf[]> {
  const from = sql`FROM ${adoptions} JOIN ${providers} ON ${providers.id} = ${adoptions.providerId}`;
  const rows = await db.all(select(withProvider, sql`${from} ${rest}`));
  return rows.map(({ provider: name, slug, site, ...row }) => ({
    adoption: adoptionOf(row),
    provider: { id: row.providerId, name, slug, site },
  }));
}

/** One adoption, running or not. Null where there is none of this id. */
export async function readAdoptionOf(db: Database, id: number): Promise<AdoptionOf | null> {
  const [row] = await readWith(db, sql`WHERE ${adoptions.id} = ${id}`);
  return row ?? null;
}

/** Every adoption that runs, by the provider's name. */
export function readRunning(db: Database): Promise<AdoptionOf[]> {
  return readWith(db, sql`WHERE ${adoptions.endedAt} IS NULL ORDER BY ${providers.name}`);
}

/** Which of these texts are kept, with their lessons. */
export async function readTexts(
  db: Database,
  hashes: readonly string[],
): Promise<{ hash: string; lesson: number }[]> {
  if (hashes.length === 0) return [];
  return db.orm
    .select({ hash: texts.hash, lesson: texts.lesson })
    .from(texts)
    .where(inArray(texts.hash, [...hashes]));
}

/** Whether a picture is kept for printing. */
export async function hasPrint(db: Database, hash: string): Promise<boolean> {
  const rows = await db.orm.select({ hash: prints.hash }).from(prints).where(eq(prints.hash, hash));
  return rows.length > 0;
}

/** The day's instant at which an edition was kept. Null where there is none. */
export async function readFrozenAt(db: Database, edition: string): Promise<Seconds | null> {
  const [row] = await db.orm
    .select({ storedAt: editions.storedAt })
    .from(editions)
    .where(eq(editions.hash, edition));
  return row?.storedAt ?? null;
}

/** How many claims an adoption has that are not completed. */
export async function countOpen(db: Database, adoptionId: number): Promise<number> {
  const [row] = await db.all(
    select({ open: sql<number>`count(*)` }, sql`FROM ${claims} WHERE ${isOpenOf(adoptionId)}`),
  );
  return row?.open ?? 0;
}

/** What begins an adoption. */
export interface NewAdoption {
  id: number;
  providerId: number;
  edition: string;
  accepts: Accepted[];
  /** Canonical JSON. */
  body: string;
  bodyHash: string;
  agreedBy: string;
  agreedOn: string;
  from: string;
  until: string;
  at: Seconds;
  /** A signature that is to be printed. */
  signature: typeof prints.$inferSelect | null;
  /** The adoption that it follows, with its texts that count as they were read. */
  follows: { id: number; accepts: string } | null;
}

/**
 * Writes an adoption. Where it follows another, that one ends, and its claims that are not completed come
 * along: what is struck counts for them as before, and pages of theirs that stand open are out of date.
 *
 * @returns how many claims came along; null where nothing was written: another runs, another follows
 * already, or the one before has changed since it was read
 */
export async function insertAdoption(
  db: Database,
  adoption: NewAdoption,
  act: Act,
): Promise<number | null> {
  const { id, providerId, at, follows, signature } = adoption;
  const before = follows?.id ?? null;
  const runs = sql`SELECT 1 FROM ${adoptions} WHERE ${adoptions.providerId} = ${providerId}
    AND ${adoptions.endedAt} IS NULL AND ${adoptions.id} IS NOT ${before}`;
  const asRead = follows
    ? sql`EXISTS (SELECT 1 FROM ${adoptions} WHERE ${adoptions.id} = ${before}
        AND ${adoptions.accepts} = ${follows.accepts})
      AND NOT EXISTS (SELECT 1 FROM ${adoptions} WHERE ${adoptions.follows} = ${before})`
    : sql`1`;
  const go = sql`NOT EXISTS (${runs}) AND ${asRead}`;
  const isMade = sql`EXISTS (SELECT 1 FROM ${adoptions} WHERE ${adoptions.id} = ${id})`;
  const struck = sql`coalesce((SELECT ${adoptions.struck} FROM ${adoptions}
    WHERE ${adoptions.id} = ${before}), '[]')`;
  const { made, along } = await db.commit({
    act: writeAct(act, go),
    signature:
      signature !== null &&
      sql`INSERT INTO ${prints} (${p.hash}, ${p.type}, ${p.body})
        SELECT ${signature.hash}, ${signature.type}, ${signature.body} WHERE ${go}
        ON CONFLICT DO NOTHING`,
    ended: sql`UPDATE ${adoptions} SET ${x.endedAt} = ${at}
      WHERE ${adoptions.id} = ${before} AND ${adoptions.endedAt} IS NULL AND ${go}`,
    made: sql`INSERT INTO ${adoptions} (${x.id}, ${x.providerId}, ${x.edition}, ${x.accepts}, ${x.struck},
        ${x.body}, ${x.bodyHash}, ${x.agreedBy}, ${x.agreedOn}, ${x.fromDay}, ${x.untilDay},
        ${x.createdAt}, ${x.follows})
      SELECT ${id}, ${providerId}, ${adoption.edition}, ${JSON.stringify(adoption.accepts)}, ${struck},
        ${adoption.body}, ${adoption.bodyHash}, ${adoption.agreedBy}, ${adoption.agreedOn},
        ${adoption.from}, ${adoption.until}, ${at}, ${before}
      WHERE ${go}`,
    along:
      before !== null &&
      sql`UPDATE ${claims} SET ${c.adoptionId} = ${id}, ${c.rev} = ${claims.rev} + 1
        WHERE ${isOpenOf(before)} AND ${isMade}`,
  });
  return made.changed > 0 ? (along?.changed ?? 0) : null;
}

/** Ends the adoption of a provider that runs; one act. False where none did. */
export async function endRunning(
  db: Database,
  providerId: number,
  at: Seconds,
  act: Act,
): Promise<boolean> {
  const runs = sql`${adoptions.providerId} = ${providerId} AND ${adoptions.endedAt} IS NULL`;
  const { ended } = await db.commit({
    act: writeAct(act, sql`EXISTS (SELECT 1 FROM ${adoptions} WHERE ${runs})`),
    ended: sql`UPDATE ${adoptions} SET ${x.endedAt} = ${at} WHERE ${runs}`,
  });
  return ended.changed > 0;
}
