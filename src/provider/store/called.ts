import { eq, or, type SQL, sql } from 'drizzle-orm';
import { providers } from '../../db/schema.ts';

/** True of the provider that the operator calls by this slug, or by its public key. */
export const called = (slug: string): SQL =>
  sql`(${or(eq(providers.slug, slug), eq(providers.publicKey, slug))})`;

/** The id of the provider that is called that. */
export const idOf = (slug: string): SQL =>
  sql`(SELECT ${providers.id} FROM ${providers} WHERE ${called(slug)})`;
