import type { Context } from '../context.ts';
import { readLogo } from './store/logos.ts';

/** A logo by what names it in its address; null where no provider shows it. */
export async function showLogo(
  ctx: Context,
  hash: string,
): Promise<{ type: string; body: Uint8Array } | null> {
  const found = /^[\da-f]{64}$/.test(hash) ? await readLogo(ctx.db, hash) : null;
  if (found === null) return null;
  const body = Uint8Array.from(atob(found.body), (sign) => sign.charCodeAt(0));
  return { type: found.type, body };
}
