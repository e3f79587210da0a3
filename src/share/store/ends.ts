/** What a learner ends of what a provider sees, and gives again. */
import { sql } from 'drizzle-orm';
import type { Seconds } from '../../clock.ts';
import { closeClaims, reopenClaims } from '../../credit/close-claims.ts';
import type { Database } from '../../db/client.ts';
import { bare } from '../../db/names.ts';
import { shares } from '../../db/schema.ts';
import { canReopen } from '../seen.ts';

const set = bare(shares);

/** Ends a share of a learner's, and the way to a certificate that goes on under it. */
export async function endShare(
  db: Database,
  subscriberId: number,
  ref: string,
  now: Seconds,
): Promise<void> {
  await db.commit({
    claims: closeClaims(subscriberId, ref),
    ended: sql`UPDATE ${shares} SET ${set.endedAt} = ${now}, ${set.ended} = 'withdrawn'
      WHERE ${shares.ref} = ${ref} AND ${shares.subscriberId} = ${subscriberId}
        AND ${shares.endedAt} IS NULL`,
  });
}

/** Opens a share again that the learner had ended, and what was closed with it. @param words version of what they agree to now */
export async function reopenShare(
  db: Database,
  subscriberId: number,
  ref: string,
  words: string,
): Promise<void> {
  await db.commit({
    opened: sql`UPDATE ${shares} SET ${set.endedAt} = NULL, ${set.ended} = NULL, ${set.words} = ${words}
      WHERE ${shares.ref} = ${ref} AND ${shares.subscriberId} = ${subscriberId}
        AND ${canReopen}`,
    claims: reopenClaims(subscriberId, ref),
  });
}
