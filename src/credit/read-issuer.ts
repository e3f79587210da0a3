import type { Context } from '../context.ts';
import { addressesOf, issuerOf } from './badge.ts';
import { readIssuer } from './store/badges.ts';

/** Who issues, as programs and people read it. Null for a provider that never took the course on. */
export async function issuerOn(ctx: Context, slug: string) {
  const found = await readIssuer(ctx.db, slug);
  if (!found) return null;
  const { baseUrl, credentialKeys } = ctx.settings;
  const issuer = addressesOf(baseUrl).issuer(found.slug);
  const { publicKeyOf } = await import('./sign.ts');
  const keys = await Promise.all(credentialKeys.map(({ seed }) => publicKeyOf(seed, issuer)));
  return issuerOf(baseUrl, found, keys);
}
