import { MINUTE } from '../clock.ts';
import type { Context } from '../context.ts';
import { learnerOf } from '../enrollment/learner.ts';
import { randomId } from '../id.ts';
import { parseEmail } from '../signup/signup.ts';
import { SINGLE_LIFETIME } from '../token.ts';
import { learnerOn } from './device.ts';
import { deleteExpired, insertLink, type NewLink } from './store/links.ts';
import { ADDRESS_CAP, ERASE_CAP, LINK_CAP } from './subscriber.ts';

/** A second press within this time, in seconds, means the mail that is on its way. */
const FRESH = MINUTE;

const ASKS = { open: LINK_CAP, erase: ERASE_CAP, address: ADDRESS_CAP };

export type Asked =
  | { kind: 'mailed' }
  /** They have asked for as many as they may. */
  | { kind: 'capped' }
  /** Nothing is mailed to the learner's address. */
  | { kind: 'suppressed' }
  /** It is the address that they have. */
  | { kind: 'same' }
  /** The device is not open, or locked after a change of address. */
  | { kind: 'closed' | 'locked' }
  | { kind: 'bad-link' };

/** Mails the learner a link that opens what is private on one device. */
export async function askToOpen(ctx: Context, token: string): Promise<Asked> {
  const learner = await learnerOf(ctx, token);
  if (!learner) return { kind: 'bad-link' };
  return mail(ctx, 'open', learner.subscriberId, null);
}

/** Mails the learner a link that erases everything. */
export async function askToErase(
  ctx: Context,
  token: string,
  device: string | undefined,
): Promise<Asked> {
  const found = await learnerOn(ctx, token, device);
  if (!found) return { kind: 'bad-link' };
  if (found.depth !== 'open') return { kind: found.depth };
  return mail(ctx, 'erase', found.learner.subscriberId, null);
}

/**
 * Mails a link to a new address, which puts it in place of the present one. The answer and the work are
 * the same whoever has that address, and whether mail may go there or not.
 *
 * @param typed as it was typed
 * @throws DomainError `bad-input` (field `email`)
 */
export async function askForAddress(
  ctx: Context,
  token: string,
  device: string | undefined,
  typed: string,
): Promise<Asked> {
  const found = await learnerOn(ctx, token, device);
  if (!found) return { kind: 'bad-link' };
  if (found.depth !== 'open') return { kind: found.depth };
  const email = parseEmail(typed);
  const { subscriberId, emailHash } = found.learner;
  const hash = await ctx.tokens.addressHash(email);
  if (hash === emailHash) return { kind: 'same' };
  return mail(ctx, 'address', subscriberId, { email, hash });
}

async function mail(
  ctx: Context,
  purpose: NewLink['purpose'],
  subscriberId: number,
  to: NewLink['to'],
): Promise<Asked> {
  const now = ctx.clock.now();
  const outcome = await insertLink(ctx.db, {
    id: randomId(),
    purpose,
    subscriberId,
    to,
    now,
    expiresAt: now + SINGLE_LIFETIME,
    cap: ASKS[purpose],
    // One mail a day goes to a new address: what it brought must not be replaced by a link unsent.
    fresh: purpose === 'address' ? SINGLE_LIFETIME : FRESH,
  });
  if (outcome === 'owed') {
    ctx.log.info('link-owed', { subscriber: subscriberId, purpose });
    await ctx.wake('prompt');
  }
  return { kind: outcome === 'owed' || outcome === 'fresh' ? 'mailed' : outcome };
}

/** Forgets links that have expired, with the addresses that they name, and devices that have. */
export async function forgetExpired(ctx: Context, atMost: number): Promise<void> {
  await deleteExpired(ctx.db, ctx.clock.now(), atMost);
}
