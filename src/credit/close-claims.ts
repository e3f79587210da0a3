import { type SQL, sql } from 'drizzle-orm';
import { claims } from '../db/credit.ts';
import { bare } from '../db/names.ts';
import { shares } from '../db/schema.ts';

/**
 * What the end of a share does to credit: a claim with this provider that has no certificate yet is closed.
 * It opens again with the tries that it had. A certificate stays.
 *
 * @param ref the share, which is ended by the same transaction
 */
export function closeClaims(subscriberId: number, ref: string): SQL {
  const x = bare(claims);
  return sql`UPDATE ${claims} SET ${x.state} = 'closed', ${x.rev} = ${claims.rev} + 1
    WHERE ${claims.subscriberId} = ${subscriberId} AND ${claims.state} IN ('open', 'complete')
      AND ${claims.providerId} = (SELECT ${shares.providerId} FROM ${shares} WHERE ${shares.ref} = ${ref}
        AND ${shares.subscriberId} = ${subscriberId} AND ${shares.ended} = 'withdrawn')`;
}
