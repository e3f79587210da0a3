import type { Context } from '../context.ts';
import { type CountedProvider, readBySlug, readProviders } from './store/settings.ts';

export type { CountedProvider };

/** Every provider, by name. */
export function listProviders(ctx: Context): Promise<CountedProvider[]> {
  return readProviders(ctx.db);
}

/** The provider that the operator calls by this slug, or by its public key. */
export function showProvider(ctx: Context, slug: string): Promise<CountedProvider | null> {
  return readBySlug(ctx.db, slug);
}
