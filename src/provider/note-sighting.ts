import type { Context } from '../context.ts';
import { errorFields } from '../log.ts';
import { isStale, type Load, SIGHTING_LIFETIME, type Sighting } from './sightings.ts';
import {
  deleteOldSightings,
  deleteSightings,
  readSightings,
  upsertSighting,
} from './store/seen.ts';

/**
 * Keeps where a form was loaded, unless that was noted within the hour. Nothing of who loaded it is
 * kept, and nothing waits for it: it never throws.
 *
 * @param seen what `findKeyHolder` gave for the same load
 */
export async function noteSighting(
  ctx: Context,
  key: string,
  load: Load,
  seen: { seenAt: number | null },
): Promise<void> {
  const now = ctx.clock.now();
  if (!isStale(seen.seenAt, now)) return;
  try {
    await upsertSighting(ctx.db, key, load, now);
  } catch (error) {
    ctx.log.warn('sighting-not-kept', errorFields(error));
  }
}

/** Where a provider's form was loaded in the last 90 days, the newest first. */
export function listSightings(ctx: Context, slug: string): Promise<Sighting[]> {
  return readSightings(ctx.db, slug);
}

/** Forgets a page, as its provider asks: it was forged, or is no more. A browser that loads the form there brings it back. */
export async function forgetSighting(
  ctx: Context,
  slug: string,
  page: string,
): Promise<{ kind: 'forgotten' | 'unknown' }> {
  return { kind: (await deleteSightings(ctx.db, slug, page)) ? 'forgotten' : 'unknown' };
}

/** Forgets pages on which nobody has loaded the form for 90 days. */
export async function forgetSightings(ctx: Context, atMost: number): Promise<void> {
  await deleteOldSightings(ctx.db, ctx.clock.now() - SIGHTING_LIFETIME, atMost);
}
