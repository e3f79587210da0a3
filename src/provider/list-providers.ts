import type { Context } from '../context.ts';
import { askForCounts, type Home, readHome } from '../share/read-home.ts';
import {
  type CountedProvider,
  type KnownProvider,
  readBySlug,
  readProviders,
} from './store/settings.ts';

export type { CountedProvider, KnownProvider };

/** Every provider, by name, with numbers as they were last counted; a look has them counted. */
export async function listProviders(ctx: Context): Promise<CountedProvider[]> {
  const listed = await readProviders(ctx.db);
  await askForCounts(ctx);
  return listed;
}

/** The provider that the operator calls by this slug, or by its public key. */
export function findBySlug(ctx: Context, slug: string): Promise<KnownProvider | null> {
  return readBySlug(ctx.db, slug);
}

/** The same, with the numbers of who takes the course through it, and whom to delete from a file. */
export async function showProvider(
  ctx: Context,
  slug: string,
): Promise<(KnownProvider & Pick<Home, 'counts' | 'gone' | 'goneMore'>) | null> {
  const provider = await readBySlug(ctx.db, slug);
  if (!provider) return null;
  const { counts, gone, goneMore } = await readHome(ctx, provider.id);
  return { ...provider, counts, gone, goneMore };
}
