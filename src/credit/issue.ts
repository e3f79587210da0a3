import type { Context } from '../context.ts';
import { eachAlone } from '../each-alone.ts';
import { frozenOf, keptUntil, LAYOUT } from './certificate.ts';
import { newNumber } from './number.ts';
import {
  emptyOld,
  insertIssued,
  readClaimsToIssue,
  readClaimToIssue,
} from './store/certificates.ts';

export type Issued =
  | { kind: 'issued'; number: string }
  /** Not complete, or not let go by its provider. */
  | { kind: 'waits' }
  | { kind: 'unknown' };

/** 1 in 3.8e22 that a number is taken; twice says that something else is wrong. */
const TRIES = 3;

/**
 * Gives a claim that is complete and released its certificate. What it says was frozen when its learner
 * completed: this adds the number, and asks nothing again. Whoever calls, and however often, it is one
 * certificate and one mail.
 */
export async function issue(ctx: Context, claimId: number): Promise<Issued> {
  for (let tried = 0; tried < TRIES; tried += 1) {
    const claim = await readClaimToIssue(ctx.db, claimId);
    if (!claim) return { kind: 'unknown' };
    if (claim.number !== null) return { kind: 'issued', number: claim.number };
    const { state, frozen, completedAt, releasedAt, rev } = claim;
    if (state !== 'complete' || frozen === null || completedAt === null || releasedAt === null) {
      return { kind: 'waits' };
    }
    const number = await insertIssued(ctx.db, claimId, rev, {
      number: newNumber(),
      layout: LAYOUT,
      issuedAt: ctx.clock.now(),
      keepUntil: keptUntil(completedAt, frozenOf(frozen).record),
    });
    if (number !== null) {
      ctx.log.info('certificate-issued', { claim: claimId });
      await ctx.wake('prompt');
      return { kind: 'issued', number };
    }
  }
  throw new Error('a certificate found no number');
}

/** Issues what a crash has kept from being issued, and empties what nobody must keep any more. */
export async function tendCertificates(ctx: Context, atMost: number): Promise<void> {
  await eachAlone(await readClaimsToIssue(ctx.db, atMost), async (claimId) => {
    await issue(ctx, claimId);
  });
  await emptyOld(ctx.db, ctx.clock.now(), atMost);
}
