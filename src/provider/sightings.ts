import { DAY, HOUR, type Seconds } from '../clock.ts';
import type { sightings } from '../db/schema.ts';

/** A page is noted at most this often, in seconds. */
export const SEEN_EVERY = HOUR;

/** Pages that are kept of one provider; the longest unseen makes room. */
export const MOST_SIGHTINGS = 50;

/** How long a page is kept on which nobody has loaded the form again. */
export const SIGHTING_LIFETIME = 90 * DAY;

/** How long a page may still have been a copy in somebody's cache once it was seen with a newer key. */
const COPIES_LAST = DAY;

/** A page on which a browser has loaded the form, by its own word: anybody can forge one. */
export type Sighting = Pick<
  typeof sightings.$inferSelect,
  'page' | 'way' | 'key' | 'firstAt' | 'seenAt'
>;

/** Where and how a form is being loaded. */
export type Load = Pick<Sighting, 'page' | 'way'>;

/**
 * The pages that still carry another key than the provider's own: of those which were seen with its own
 * key as well, only if that was not more than a day later.
 *
 * @param current the provider's public key
 */
export function withOldKey(seen: Sighting[], current: string): Sighting[] {
  const mended = ({ page, way, seenAt }: Sighting) =>
    seen.some(
      (other) =>
        other.key === current &&
        other.page === page &&
        other.way === way &&
        other.seenAt > seenAt + COPIES_LAST,
    );
  return seen.filter((each) => each.key !== current && !mended(each));
}

/** Whether a page that was noted then has to be noted anew. */
export function isStale(seenAt: Seconds | null, now: Seconds): boolean {
  return seenAt === null || seenAt <= now - SEEN_EVERY;
}
