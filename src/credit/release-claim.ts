import type { Context } from '../context.ts';
import { issue } from './issue.ts';
import { releaseWaiting } from './store/claims.ts';

/** Lets a claim that is complete get its certificate, by its provider's word. Twice is once. */
export async function releaseClaim(
  ctx: Context,
  input: { claimId: number; providerId: number; actor: string; reason: string },
): Promise<{ kind: 'issued'; number: string } | { kind: 'waits' | 'unknown' }> {
  const { claimId, providerId, actor, reason } = input;
  const now = ctx.clock.now();
  await releaseWaiting(ctx.db, claimId, providerId, now, {
    at: now,
    actor,
    verb: 'release-claim',
    subscriberId: null,
    subject: `claim:${claimId}`,
    providerId,
    reason,
  });
  return issue(ctx, claimId);
}
