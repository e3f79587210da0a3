import type { Context } from '../context.ts';
import { standing } from './post-test.ts';
import { readAdoption } from './store/adoptions.ts';
import { readClaimById } from './store/claims.ts';
import { insertMoreTries, readTries } from './store/tries.ts';

/**
 * Lets somebody without a try left take another, by their provider's word. Where they have one, nothing
 * changes: a second press gives no second.
 */
export async function anotherTry(
  ctx: Context,
  input: { claimId: number; actor: string; reason: string },
): Promise<{ kind: 'given' | 'has-one' | 'passed' | 'not-open' | 'unknown' }> {
  const { claimId, actor, reason } = input;
  const claim = await readClaimById(ctx.db, claimId);
  const adoption = claim && (await readAdoption(ctx.db, claim.adoptionId));
  if (!adoption) return { kind: 'unknown' };
  if (claim.passedAt !== null) return { kind: 'passed' };
  if (claim.state !== 'open') return { kind: 'not-open' };
  const { tries: allowed, waitHours } = adoption.body;
  const taken = await readTries(ctx.db, claimId);
  const now = ctx.clock.now();
  const rules = { tries: allowed === null ? null : allowed + claim.moreTries, waitHours };
  if (standing(taken, rules, now).kind !== 'none-left') return { kind: 'has-one' };
  const given = await insertMoreTries(ctx.db, claim, {
    at: now,
    actor,
    verb: 'another-try',
    subscriberId: claim.subscriberId,
    providerId: claim.providerId,
    subject: `claim:${claimId}`,
    reason,
  });
  return { kind: given ? 'given' : 'has-one' };
}
