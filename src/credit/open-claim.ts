import type { Context } from '../context.ts';
import { randomId, randomSeed } from '../id.ts';
import { ownCredit, type Shut } from './own-claim.ts';
import { insertClaim } from './store/claims.ts';

/**
 * Begins a learner's way to a certificate of a provider with whom they share the course. A claim that was
 * closed opens again, with the tries that it had.
 *
 * @param provider its slug
 * @returns `missing` where a lesson does not count, `unknown` where the provider has adopted nothing, or is
 * told nothing of this learner
 */
export async function openClaim(
  ctx: Context,
  token: string,
  device: string | undefined,
  provider: string,
): Promise<{ kind: 'opened' | 'missing' | 'unknown' } | Shut> {
  const own = await ownCredit(ctx, token, device);
  if (own.kind !== 'own') return own;
  const { current, before, offers, learner } = own;
  const there = [current, ...before].find((each) => each?.provider.slug === provider);
  if (there && there.claim.state !== 'closed') return { kind: 'opened' };
  const offer = offers.find((each) => each.provider.slug === provider);
  if (!offer) return { kind: 'unknown' };
  if (offer.missing.length > 0) return { kind: 'missing' };
  await insertClaim(ctx.db, {
    id: randomId(),
    subscriberId: learner.subscriberId,
    adoptionId: offer.adoption.id,
    // The day on the certificate is this zone's, wherever the hour moves to from now on.
    zone: learner.zone ?? 'UTC',
    seed: randomSeed(),
    now: ctx.clock.now(),
  });
  return { kind: 'opened' };
}
