import type { Context } from '../context.ts';
import { base64url } from '../token.ts';
import { bitsOf, instantText, listOf } from './badge.ts';
import { readIssuer, withdrawnPlaces } from './store/badges.ts';

/**
 * The signed list of a provider’s badges that do not stand any more. Null where it has none: it never
 * took the course on, or nothing signs yet.
 */
export async function statusListOn(ctx: Context, slug: string) {
  const { baseUrl, credentialKeys } = ctx.settings;
  const [key] = credentialKeys;
  const found = key ? await readIssuer(ctx.db, slug) : null;
  if (!key || !found) return null;
  const bits = bitsOf(await withdrawnPlaces(ctx.db, found.id));
  const now = ctx.clock.now();
  const { sign } = await import('./sign.ts');
  const list = listOf(baseUrl, found.slug, await encoded(bits), now);
  return sign(list, { seed: key.seed, issuer: list.issuer, at: instantText(now) });
}

/** Bits as Bitstring Status List 1.0 writes them: gzip, base64url without padding, `u` before it. */
async function encoded(bits: Uint8Array<ArrayBuffer>): Promise<string> {
  const packed = new Blob([bits]).stream().pipeThrough(new CompressionStream('gzip'));
  const parts: Uint8Array[] = [];
  for await (const part of packed) parts.push(part);
  return `u${base64url(new Uint8Array(await new Blob(parts).arrayBuffer()))}`;
}
