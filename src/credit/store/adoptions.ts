/** Adoptions: what a provider agreed to. */
import { and, desc, eq, isNotNull, isNull } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { adoptions } from '../../db/credit.ts';
import type { Accepted, AdoptionBody } from '../adoption.ts';

type Row = typeof adoptions.$inferSelect;

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

/** The adoption under which a provider gives credit now; null where there is none. */
export async function runningAdoption(db: Database, providerId: number): Promise<Adoption | null> {
  const [row] = await db.orm
    .select()
    .from(adoptions)
    .where(and(eq(adoptions.providerId, providerId), isNull(adoptions.endedAt)));
  return row ? adoptionOf(row) : null;
}

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
