import { HOUR, secondsOf } from '../clock.ts';
import type { Context } from '../context.ts';
import { timeZoneNamed } from '../course/schedule.ts';
import { DomainError, type ErrorCode } from '../errors.ts';
import { randomId } from '../id.ts';
import { findKeyHolder } from '../provider/find-provider.ts';
import { noteSpike } from '../provider/note-spike.ts';
import { CONFIRM_LIFETIME } from '../token.ts';
import type { Turnstile } from '../turnstile.ts';
import { parseEmail, parseName } from './signup.ts';
import { insertSignup, isStored, latestSignup } from './store.ts';

/** A form that comes back sooner than this after it was shown, in seconds, was not filled in by hand. */
const MIN_FILL = 2;

/** How long a page of ours vouches for a signup while its provider is flooded, in seconds. */
const VOUCHES_FOR = HOUR;

export interface SignupInput {
  /** As typed. */
  email: string;
  firstName: string;
  /** IANA zone that the browser named; one that does not exist is dropped and asked for later. */
  timeZone: string;
  /** A provider's public key, or null. */
  providerKey: string | null;
  /** Origin of the page that sent it where that is not ours; "null" where nobody says; null for ours. */
  origin: string | null;
  /** The page that showed the form, and the version of the consent words on it. */
  page: string;
  wordsVersion: string;
  /** The form's `shown` stamp; empty where it had none, as on pages that are not ours. */
  stamp: string;
  /** What Turnstile's check on the page gave, and the client's address as the platform names it. */
  turnstileToken: string;
  client: string | null;
}

/** A signup that was taken. */
export interface TakenSignup {
  /** Where the provider's pages are; none without a provider. */
  origins: string[];
}

/**
 * Takes a signup and owes the mail that it calls for. What happens, and what it costs, is the same for
 * a new, pending, confirmed or suppressed address.
 *
 * @throws DomainError `bad-input` (field `email`), `too-fast`, `form-used`, `not-a-person`,
 *   `check-unavailable`;
 *   about the provider (field `provider`): `unknown-provider`, `wrong-origin`, `unknown-origin`,
 *   `provider-busy`
 */
export async function requestSignup(ctx: Context, input: SignupInput): Promise<TakenSignup> {
  const email = parseEmail(input.email);
  const form = await refuseHurry(ctx, input);
  if (ctx.turnstile) await refuseUnchecked(ctx, ctx.turnstile, input);
  const taken = await insertSignup(ctx.db, {
    id: form.signupId ?? randomId(),
    subscriberId: randomId(),
    email,
    emailHash: await ctx.tokens.addressHash(email),
    firstName: parseName(input.firstName),
    timeZone: timeZoneNamed(input.timeZone),
    providerKey: input.providerKey,
    origin: input.origin,
    vouched: form.vouches || ctx.turnstile !== null,
    page: input.page,
    wordsVersion: input.wordsVersion,
    askedBy: 'stranger',
    now: ctx.clock.now(),
    linkLifetime: CONFIRM_LIFETIME,
  });
  if (!taken) throw await whyNot(ctx, input, form.signupId);
  await ctx.wake('prompt');
  return taken;
}

/**
 * Refuses a form that came back faster than people type. A form without a stamp proves nothing either
 * way: pages of other people cannot carry one. On this machine nobody is too fast, as rehearsals are.
 *
 * @returns the signup that it is, if it stood on a page of ours, and whether that was shown within the hour
 */
async function refuseHurry(
  ctx: Context,
  { stamp, providerKey }: SignupInput,
): Promise<{ signupId: number | null; vouches: boolean }> {
  const shown = stamp === '' ? null : await ctx.tokens.readForm(stamp, providerKey ?? '');
  if (!shown) return { signupId: null, vouches: false };
  const age = secondsOf(ctx.clock.machine()) - shown.shownAt;
  if (age < MIN_FILL && !ctx.settings.local) {
    const message =
      'That was quicker than people type, so nothing was sent yet. Please look at your address ' +
      'once more and press the button again.';
    throw new DomainError('too-fast', message, 'form');
  }
  const { signupId } = shown;
  return { signupId, vouches: signupId !== null && age < VOUCHES_FOR };
}

async function refuseUnchecked(
  ctx: Context,
  turnstile: Turnstile,
  input: SignupInput,
): Promise<void> {
  const check = await turnstile.check(input.turnstileToken, input.client);
  if (check === 'failed') {
    const message =
      'One thing is left: the check that a person is here. Please do it and press the button again.';
    throw new DomainError('not-a-person', message, 'form');
  }
  if (check === 'unavailable') {
    ctx.log.error('turnstile-unavailable');
    const message =
      'The check that a person is here cannot be made just now. Please try again in a few minutes.';
    throw new DomainError('check-unavailable', message, 'form');
  }
}

/** Why a signup was not taken: its form is somebody else's signup already, or its provider's key. */
async function whyNot(
  ctx: Context,
  { providerKey, origin }: SignupInput,
  signupId: number | null,
): Promise<DomainError> {
  if (signupId !== null && (await isStored(ctx.db, signupId))) {
    const message =
      'This form was sent once already. Please look at your address once more and press the ' +
      'button again.';
    return new DomainError('form-used', message, 'form');
  }
  const holder = await findKeyHolder(ctx, providerKey ?? '');
  const refuse = (code: ErrorCode, message: string) => new DomainError(code, message, 'provider');
  if (holder.kind === 'retired') {
    const message =
      'This form carries a key that its provider has replaced. You can sign up on our own page.';
    return refuse('unknown-provider', message);
  }
  if (holder.kind === 'active' && origin === 'null') {
    const message =
      'Your browser did not say which page this form is on, so nothing was sent yet. Please check ' +
      'what you typed and send it from our own page.';
    return refuse('unknown-origin', message);
  }
  if (holder.kind === 'active' && origin !== null && !holder.provider.origins.includes(origin)) {
    const { name } = holder.provider;
    const message =
      `This form came from a page that ${name} has not named as its own. Please check what you ` +
      'typed and send it from our own page.';
    return refuse('wrong-origin', message);
  }
  if (holder.kind === 'active' && holder.spiking) {
    await noteSpike(ctx);
    const message =
      'Many people are signing up this way just now, so nothing was sent yet. Please check what ' +
      'you typed and send it from our own page.';
    return refuse('provider-busy', message);
  }
  const message =
    'This form belongs to a provider that we do not know, or that has paused its signups. ' +
    'You can sign up on our own page.';
  return refuse('unknown-provider', message);
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
    origin: null,
    vouched: true,
    page,
    wordsVersion,
    askedBy: 'token',
    now: ctx.clock.now(),
    linkLifetime: CONFIRM_LIFETIME,
  });
  await ctx.wake('prompt');
  return true;
}
