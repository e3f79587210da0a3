import type { Context } from '../context.ts';
import { checkSlot, type Slot } from '../course/schedule.ts';
import { findSignup, insertEnrollment, type SignupView } from './store.ts';

/** What a confirmation link stands for now. */
export type ConfirmationLink =
  /** Not a link of ours, or revoked, or its signup was forgotten. */
  | { kind: 'damaged' }
  /** Older than seven days and not confirmed. */
  | { kind: 'expired'; signup: SignupView }
  | { kind: 'pending'; signup: SignupView }
  /** Pressed before: leads to the learner's page. */
  | { kind: 'confirmed'; learnPath: string }
  /** Confirmed once, unsubscribed since. */
  | { kind: 'unsubscribed'; signup: SignupView };

/** Reads a confirmation link; changes nothing. */
export async function readConfirmationLink(ctx: Context, token: string): Promise<ConfirmationLink> {
  const claims = await ctx.tokens.readConfirm(token);
  if (!claims) return { kind: 'damaged' };
  const signup = await findSignup(ctx.db, claims.signupId);
  if (!signup || signup.subscriberId !== claims.subscriberId) return { kind: 'damaged' };
  if (signup.linkVersion !== claims.linkVersion) return { kind: 'damaged' };
  if (signup.confirmedAt !== null) {
    if (signup.unsubscribedAt !== null) return { kind: 'unsubscribed', signup };
    return { kind: 'confirmed', learnPath: await learnPath(ctx, signup) };
  }
  if (claims.expiresAt <= ctx.clock.now()) return { kind: 'expired', signup };
  return { kind: 'pending', signup };
}

/**
 * Confirms a signup with the slot the learner chose, enrolls them, and wakes the lane of lessons:
 * lesson 1 is due at once. Pressing twice, or twice at the same moment, enrolls once.
 *
 * @throws DomainError `bad-input` (field `weekday`, `time` or `time_zone`)
 */
export async function confirmSignup(
  ctx: Context,
  token: string,
  chosen: Slot,
): Promise<ConfirmationLink> {
  const link = await readConfirmationLink(ctx, token);
  if (link.kind !== 'pending') return link;
  const slot = checkSlot(chosen);
  const enrolled = await insertEnrollment(ctx.db, {
    signupId: link.signup.id,
    ...slot,
    now: ctx.clock.now(),
  });
  if (enrolled) await ctx.wake('lesson');
  return { kind: 'confirmed', learnPath: await learnPath(ctx, link.signup) };
}

async function learnPath(ctx: Context, signup: SignupView): Promise<string> {
  const { subscriberId, linkVersion } = signup;
  return `/learn/${await ctx.tokens.learn({ subscriberId, linkVersion })}`;
}
