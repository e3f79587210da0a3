import type { Context } from '../context.ts';
import { personOf } from '../enrollment/learner.ts';
import { randomId, randomSeed } from '../id.ts';
import { type Word, wordOn } from './release-claim.ts';
import { insertRound, reopenRefused } from './store/claims.ts';

/**
 * Lets a learner claim again, by their provider's word: one who has a certificate begins another round,
 * for a later period of their license; one who was refused goes on with the tries that they had.
 *
 * @returns `goes-on` where nothing keeps them from going on by themselves; `not-possible` where nothing is
 * adopted, or the learner does not share the course with the provider any more
 */
export async function claimAgain(
  ctx: Context,
  word: Word,
): Promise<{ kind: 'again' | 'goes-on' | 'not-possible' | 'unknown' | 'reason-names-them' }> {
  const found = await wordOn(ctx, word, 'claim-again');
  if (found.kind !== 'word') return found;
  const { claim } = found;
  if (claim.refusedAt !== null) {
    const opened = await reopenRefused(ctx.db, claim.id, found);
    return { kind: opened ? 'again' : 'not-possible' };
  }
  if (claim.state !== 'issued') return { kind: 'goes-on' };
  const learner = await personOf(ctx, claim.subscriberId);
  const zone = learner?.zone ?? claim.zone;
  const round = { id: randomId(), after: claim, zone, seed: randomSeed() };
  const begun = await insertRound(ctx.db, round, found);
  return { kind: begun ? 'again' : 'not-possible' };
}
