import type { Context } from '../context.ts';
import { isTimeZone } from '../course/schedule.ts';
import { DomainError } from '../errors.ts';
import { randomId } from '../id.ts';
import { CONFIRM_LIFETIME } from '../token.ts';
import { parseEmail, parseName } from './signup.ts';
import { insertSignup, latestSignup } from './store.ts';

export interface SignupInput {
  /** As typed. */
  email: string;
  firstName: string;
  /** IANA zone that the browser named; one that does not exist is dropped and asked for later. */
  timeZone: string;
  /** A provider's public key, or null. */
  providerKey: string | null;
  /** The page that showed the form, and the version of the consent words on it. */
  page: string;
  wordsVersion: string;
}

/**
 * Takes a signup and owes the mail that it calls for. What happens, and what it costs, is the same for
 * a new, pending, confirmed or suppressed address.
 *
 * @throws DomainError `bad-input` (field `email`), `unknown-provider` (field `provider`)
 */
export async function requestSignup(ctx: Context, input: SignupInput): Promise<void> {
  const email = parseEmail(input.email);
  if (email === null) {
    const message =
      input.email.trim() === ''
        ? 'Please enter your email address.'
        : 'This does not look like an email address. Please check it for a slip.';
    throw new DomainError('bad-input', message, 'email');
  }
  const known = await insertSignup(ctx.db, {
    id: randomId(),
    subscriberId: randomId(),
    email,
    emailHash: await ctx.tokens.addressHash(email),
    firstName: parseName(input.firstName),
    timeZone: isTimeZone(input.timeZone) ? input.timeZone : null,
    providerKey: input.providerKey,
    page: input.page,
    wordsVersion: input.wordsVersion,
    askedBy: 'stranger',
    now: ctx.clock.now(),
    linkLifetime: CONFIRM_LIFETIME,
  });
  if (!known) {
    const message =
      'This form belongs to a provider that we do not know, or that has paused its signups. ' +
      'You can sign up on our own page.';
    throw new DomainError('unknown-provider', message, 'provider');
  }
  await ctx.wake('prompt');
}

/**
 * Asks anew for a confirmation with the link of an earlier one: it had expired, or the reader has
 * unsubscribed since and wants to come back.
 *
 * @param page the page with the button
 * @returns false where nothing is known of the subscriber any more
 */
export async function renewSignup(
  ctx: Context,
  subscriberId: number,
  wordsVersion: string,
  page = '/confirm',
): Promise<boolean> {
  const latest = await latestSignup(ctx.db, subscriberId);
  if (!latest) return false;
  await insertSignup(ctx.db, {
    ...latest,
    id: randomId(),
    subscriberId,
    page,
    wordsVersion,
    askedBy: 'token',
    now: ctx.clock.now(),
    linkLifetime: CONFIRM_LIFETIME,
  });
  await ctx.wake('prompt');
  return true;
}
