/** Pictures of providers. */
import { eq, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { bare } from '../../db/names.ts';
import { logos, providers } from '../../db/schema.ts';
import { type Act, writeAct } from '../../db/statements.ts';
import { called, idOf } from './called.ts';

type Kept = typeof logos.$inferSelect;

const l = bare(logos);

/**
 * Gives a provider a logo, or takes it away. One that no provider shows any more is deleted.
 *
 * @param text as `providers.logo` has it
 * @returns false where nobody is called that
 */
export async function updateLogo(
  db: Database,
  slug: string,
  logo: { text: string; kept: Kept } | null,
  act: Act,
): Promise<boolean> {
  const there = sql`EXISTS (SELECT 1 FROM ${providers} WHERE ${called(slug)})`;
  const { hash, type, body } = logo?.kept ?? {};
  const { changed } = await db.commit({
    act: writeAct({ ...act, providerId: idOf(slug) }, there),
    kept:
      logo &&
      sql`INSERT INTO ${logos} (${l.hash}, ${l.type}, ${l.body})
        SELECT ${hash}, ${type}, ${body} WHERE ${there} ON CONFLICT DO NOTHING`,
    changed: db.orm
      .update(providers)
      .set({ logo: logo?.text ?? null })
      .where(called(slug)),
    gone: sql`DELETE FROM ${logos} WHERE NOT EXISTS (SELECT 1 FROM ${providers}
      WHERE substr(${providers.logo}, 1, 64) = ${logos.hash})`,
  });
  return changed.changed > 0;
}

export async function readLogo(db: Database, hash: string): Promise<Kept | null> {
  const [row] = await db.orm.select().from(logos).where(eq(logos.hash, hash));
  return row ?? null;
}
