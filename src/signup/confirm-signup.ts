import type { Seconds } from '../clock.ts';
import type { Context } from '../context.ts';
import { checkSlot, type Slot } from '../course/schedule.ts';
import { STRANGERS_LIFETIME } from '../suppression/suppression.ts';
import { wordsAgreed } from './consent.ts';
import { beginning, confirmedAs, parseName, type SaidOnPage } from './signup.ts';
import { findSignup, insertEnrollment, readRefusal, type SignupView } from './store.ts';

/** What a confirmation link stands for now. */
export type ConfirmationLink =
  /** Not a link of ours. */
  | { kind: 'damaged' }
  /** The signup was forgotten, or the person erased. */
  | { kind: 'gone' }
  /** All links so far were ended; a newer mail has another. */
  | { kind: 'replaced' }
  /** The owner of the address said "this was not me"; `until` they can sign up again, epoch seconds. */
  | { kind: 'withdrawn'; until: Seconds }
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
  if (!signup) return (await withdrawn(ctx, claims.subscriberId)) ?? { kind: 'gone' };
  if (signup.subscriberId !== claims.subscriberId) return { kind: 'damaged' };
  if (signup.linkVersion !== claims.linkVersion) return { kind: 'replaced' };
  if (signup.confirmedAt !== null) {
    if (signup.unsubscribedAt !== null) {
      return (await withdrawn(ctx, signup.subscriberId)) ?? { kind: 'unsubscribed', signup };
    }
    return { kind: 'confirmed', learnPath: await learnPath(ctx, signup) };
  }
  if (claims.expiresAt <= ctx.clock.now()) return { kind: 'expired', signup };
  return { kind: 'pending', signup };
}

/** Where the owner of the address has refused mail that anybody can cause, and that holds. */
async function withdrawn(
  ctx: Context,
  subscriberId: number,
): Promise<{ kind: 'withdrawn'; until: Seconds } | null> {
  const since = ctx.clock.now() - STRANGERS_LIFETIME;
  const at = await readRefusal(ctx.db, subscriberId, since);
  return typeof at === 'number' ? { kind: 'withdrawn', until: at + STRANGERS_LIFETIME } : null;
}

/**
 * Confirms a signup with the slot the learner chose, enrolls them, and wakes the lane of lessons:
 * lesson 1 is due at once, or the one at which somebody stopped who comes back. Pressing twice, or twice at the same moment, enrolls once.
 *
 * @param said the name, the provider and the beginning that they chose on the page
 * @throws DomainError `bad-input` (field `weekday`, `time`, `time_zone` or `provider`)
 */
export async function confirmSignup(
  ctx: Context,
  token: string,
  chosen: Slot,
  said: SaidOnPage = { firstName: undefined, provider: undefined },
): Promise<ConfirmationLink> {
  const link = await readConfirmationLink(ctx, token);
  if (link.kind !== 'pending') return link;
  const slot = checkSlot(chosen);
  const firstName = said.firstName === undefined ? undefined : parseName(said.firstName);
  const identity = confirmedAs(link.signup.forms, { ...said, firstName });
  const now = ctx.clock.now();
  const enrolled = await insertEnrollment(ctx.db, {
    signupId: link.signup.id,
    ...slot,
    ...identity,
    words: wordsAgreed(said.words),
    begin: beginning(link.signup, slot, said.from, now),
    now,
  });
  if (enrolled) await ctx.wake('lesson');
  return { kind: 'confirmed', learnPath: await learnPath(ctx, link.signup) };
}

async function learnPath(ctx: Context, signup: SignupView): Promise<string> {
  const { subscriberId, linkVersion } = signup;
  return `/learn/${await ctx.tokens.learn({ subscriberId, linkVersion })}`;
}
