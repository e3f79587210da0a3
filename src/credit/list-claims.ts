import { isoInstant } from '../clock.ts';
import type { Context } from '../context.ts';
import { type ListedClaim, readClaimsOfProvider } from './store/claims.ts';

/** As many as are listed. */
const MOST = 500;

type Listed = Pick<ListedClaim, 'id' | 'round' | 'completedOn' | 'tries' | 'right'> & {
  /** `waits`: complete, and its provider has still to let it go. */
  state: 'open' | 'waits' | 'complete' | 'issued' | 'closed' | 'refused';
  name: string | null;
  /** ISO instant. */
  begun: string;
};

/** A provider's claims: those that wait for its word first, then the newest. */
export async function listClaims(ctx: Context, providerId: number): Promise<Listed[]> {
  const claims = await readClaimsOfProvider(ctx.db, providerId, MOST);
  return claims.map(({ state, legalName, releasedAt, refusedAt, createdAt, ...claim }) => ({
    ...claim,
    state: stateOf({ state, releasedAt, refusedAt }),
    name: legalName,
    begun: isoInstant(createdAt),
  }));
}

function stateOf({
  state,
  releasedAt,
  refusedAt,
}: Pick<ListedClaim, 'state' | 'releasedAt' | 'refusedAt'>): Listed['state'] {
  if (state === 'complete' && releasedAt === null) return 'waits';
  return state === 'closed' && refusedAt !== null ? 'refused' : state;
}
