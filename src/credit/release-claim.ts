import type { Context } from '../context.ts';
import { saysName } from '../subscriber/subscriber.ts';
import { issue } from './issue.ts';
import { partsOf } from './name.ts';
import { type ClaimRow, readClaimById, refuseGoing, releaseWaiting } from './store/claims.ts';

/** What a provider says of a claim of its own. */
export interface Word {
  claimId: number;
  /** Null where the operator says it in the provider's name. */
  providerId: number | null;
  actor: string;
  /** Kept for good, so it must not name the learner. */
  reason: string;
}

type Refused = { kind: 'unknown' | 'reason-names-them' };

/** Lets a claim that is complete get its certificate. Twice is once. @returns `waits` where it is not complete */
export async function releaseClaim(
  ctx: Context,
  word: Word,
): Promise<{ kind: 'issued'; number: string } | { kind: 'waits' } | Refused> {
  const found = await wordOn(ctx, word, 'release-claim');
  if (found.kind !== 'word') return found;
  await releaseWaiting(ctx.db, word.claimId, found);
  return issue(ctx, word.claimId);
}

/**
 * Closes a claim for which its provider gives no certificate. Its learner cannot open it again; the
 * provider can.
 *
 * @returns `issued` where a certificate is there, which can be withdrawn alone
 */
export async function refuseClaim(
  ctx: Context,
  word: Word,
): Promise<{ kind: 'refused' | 'refused-already' | 'issued' } | Refused> {
  const found = await wordOn(ctx, word, 'refuse-claim');
  if (found.kind !== 'word') return found;
  if (await refuseGoing(ctx.db, word.claimId, found)) return { kind: 'refused' };
  const after = await readClaimById(ctx.db, word.claimId);
  return { kind: after?.state === 'issued' ? 'issued' : 'refused-already' };
}

/** The claim that a provider's word is about, and the act that writes it down. */
export async function wordOn(
  ctx: Context,
  { claimId, providerId, actor, reason }: Word,
  verb: string,
) {
  const claim = await readClaimById(ctx.db, claimId);
  if (!claim || (providerId !== null && claim.providerId !== providerId)) {
    return { kind: 'unknown' } as const;
  }
  if (namesIn(claim).some((name) => saysName(reason, name))) {
    return { kind: 'reason-names-them' } as const;
  }
  const now = ctx.clock.now();
  const { subscriberId } = claim;
  const act = { at: now, actor, verb, subscriberId, subject: `claim:${claimId}`, reason };
  return { kind: 'word', claim, now, act: { ...act, providerId: claim.providerId } } as const;
}

const namesIn = ({ legalName, latinName }: ClaimRow) => partsOf([legalName, latinName]);
