/** What a learner ends of what a provider sees, gives again, or gives by themselves. */
import { sql } from 'drizzle-orm';
import type { Seconds } from '../../clock.ts';
import { closeClaims, reopenClaims } from '../../credit/close-claims.ts';
import type { Database } from '../../db/client.ts';
import { adoptions } from '../../db/credit.ts';
import { bare } from '../../db/names.ts';
import { enrollments, providers, shares } from '../../db/schema.ts';
import { newRef } from '../follow.ts';
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

/**
 * Shares the course of whoever takes it on their own with a provider that has adopted it and was never told
 * of them. False where it is not such; true also where it is shared already.
 */
export async function insertShare(
  db: Database,
  subscriberId: number,
  { provider, words }: { provider: string; words: string },
): Promise<boolean> {
  const isProvider = sql`${provider} IN (${providers.slug}, ${providers.publicKey})`;
  const newest = sql`(SELECT max(${enrollments.id}) FROM ${enrollments}
    WHERE ${enrollments.subscriberId} = ${subscriberId})`;
  const { there } = await db.commit({
    begun: sql`INSERT INTO ${shares} (${set.ref}, ${set.providerId}, ${set.subscriberId},
        ${set.enrollmentId}, ${set.words}, ${set.since})
      SELECT ${newRef}, ${providers.id}, ${subscriberId}, ${enrollments.id}, ${words},
        ${enrollments.createdAt}
      FROM ${enrollments} JOIN ${providers} ON ${isProvider} AND ${providers.status} = 'active'
        JOIN ${adoptions} ON ${adoptions.providerId} = ${providers.id} AND ${adoptions.endedAt} IS NULL
      WHERE ${enrollments.id} = ${newest} AND ${enrollments.providerId} IS NULL
      ON CONFLICT (${set.providerId}, ${set.subscriberId}) DO NOTHING`,
    there: sql<{ n: number }>`SELECT count(*) AS n FROM ${shares} JOIN ${providers}
      ON ${providers.id} = ${shares.providerId} AND ${isProvider}
      WHERE ${shares.subscriberId} = ${subscriberId} AND ${shares.endedAt} IS NULL`,
  });
  return there.row?.n === 1;
}
