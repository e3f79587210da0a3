import { type SQL, sql } from 'drizzle-orm';
import { certificates, claims, tries } from '../db/credit.ts';
import { bare } from '../db/names.ts';

/**
 * What an erasure does to credit: claims and tries go; certificates let go of their holder, and strangers read
 * nothing of them any more. What they say stays with the provider until its date.
 */
export function letGo(subscriberId: number): SQL[] {
  const x = bare(certificates);
  return [
    sql`UPDATE ${certificates} SET ${x.subscriberId} = NULL, ${x.claimId} = NULL, ${x.badge} = NULL,
        ${x.register} = 'closed' WHERE ${certificates.subscriberId} = ${subscriberId}`,
    sql`DELETE FROM ${tries} WHERE ${tries.claimId} IN (SELECT ${claims.id} FROM ${claims}
        WHERE ${claims.subscriberId} = ${subscriberId})`,
    sql`DELETE FROM ${claims} WHERE ${claims.subscriberId} = ${subscriberId}`,
  ];
}
