/** How claims follow what becomes of the share that they hang on: statements for its transactions. */
import { type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import { adoptions, claims } from '../db/credit.ts';
import { bare } from '../db/names.ts';
import { shares } from '../db/schema.ts';

const x = bare(claims);
const r = alias(claims, 'r');

/** Forgets a completion that came to nothing: whoever goes on attests anew. */
export const unattested = sql`${x.attestedAt} = NULL, ${x.completedAt} = NULL, ${x.completedOn} = NULL,
  ${x.frozen} = NULL, ${x.releasedAt} = NULL`;

/** The newest claim of a learner with a provider, where it is closed and its provider did not refuse it. */
export const isClosed = (subscriberId: number, providerId: SQL): SQL => sql`
  ${claims.subscriberId} = ${subscriberId} AND ${claims.providerId} = ${providerId}
  AND ${claims.state} = 'closed' AND ${claims.refusedAt} IS NULL
  AND ${claims.round} = (SELECT max(${r.round}) FROM ${claims} ${r}
    WHERE ${r.subscriberId} = ${subscriberId} AND ${r.providerId} = ${providerId})`;

const ofShare = (
  ref: string,
  subscriberId: number,
  open: SQL,
): SQL => sql`(SELECT ${shares.providerId}
  FROM ${shares} WHERE ${shares.ref} = ${ref} AND ${shares.subscriberId} = ${subscriberId} AND ${open})`;

/**
 * A share that ends takes the way to a certificate along that goes on under it; its tries stay. Before the
 * statement that ends it. What was issued stays with its provider.
 */
export function closeClaims(subscriberId: number, ref: string): SQL {
  const provider = ofShare(ref, subscriberId, sql`${shares.endedAt} IS NULL`);
  return sql`UPDATE ${claims} SET ${x.state} = 'closed', ${x.rev} = ${claims.rev} + 1
    WHERE ${claims.subscriberId} = ${subscriberId} AND ${claims.providerId} = ${provider}
      AND ${claims.state} IN ('open', 'complete')`;
}

/**
 * A share that is given again brings it back, with the tries that it had, under the adoption that runs now.
 * After the statement that opens the share.
 */
export function reopenClaims(subscriberId: number, ref: string): SQL {
  const provider = ofShare(ref, subscriberId, sql`${shares.endedAt} IS NULL`);
  return sql`UPDATE ${claims} SET ${x.state} = 'open', ${unattested}, ${x.rev} = ${claims.rev} + 1,
      ${x.adoptionId} = coalesce((SELECT ${adoptions.id} FROM ${adoptions}
        WHERE ${adoptions.providerId} = ${claims.providerId} AND ${adoptions.endedAt} IS NULL),
        ${claims.adoptionId})
    WHERE ${isClosed(subscriberId, provider)}`;
}
