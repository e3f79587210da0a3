import type { Context } from '../context.ts';
import { CONFIRM_LIFETIME } from '../token.ts';
import { parseEmail } from './signup.ts';
import { insertWayBack } from './store.ts';

/**
 * Mails whoever takes the course the link to their page, and whoever has not confirmed yet the
 * confirmation once more. Anybody may type in any address: what comes of it counts with the other mail
 * that strangers can cause, and the answer and the work are the same for every address.
 *
 * @param typed an address as it was typed
 * @throws DomainError `bad-input` (field `email`)
 */
export async function mailWayBack(ctx: Context, typed: string): Promise<void> {
  const email = parseEmail(typed);
  await insertWayBack(ctx.db, {
    email,
    emailHash: await ctx.tokens.addressHash(email),
    askedBy: 'stranger',
    now: ctx.clock.now(),
    linkLifetime: CONFIRM_LIFETIME,
  });
  await ctx.wake('prompt');
}
