import type { Context } from '../context.ts';
import { learnerOf } from '../enrollment/learner.ts';
import { WORDS_VERSION } from '../signup/consent.ts';
import { renewSignup } from '../signup/request-signup.ts';
import { STRANGERS_LIFETIME } from '../suppression/suppression.ts';
import { hasRefused } from './store/goodbye.ts';

/**
 * Lets somebody who has unsubscribed come back. A link in an old mail is not consent: a confirmation
 * goes to the address, as the first time, and its button is the consent. Asking again is harmless.
 */
export async function comeBack(
  ctx: Context,
  token: string,
): Promise<{ kind: 'mailed' | 'runs' | 'suppressed' | 'refused' | 'bad-link' }> {
  const learner = await learnerOf(ctx, token);
  if (!learner) return { kind: 'bad-link' };
  if (learner.unsubscribedAt === null) return { kind: 'runs' };
  if (learner.suppressed === 1) return { kind: 'suppressed' };
  // "This was not me" binds whoever holds a link, too: it may have been forwarded.
  const since = ctx.clock.now() - STRANGERS_LIFETIME;
  if (await hasRefused(ctx.db, learner.emailHash, since)) return { kind: 'refused' };
  await renewSignup(ctx, learner.subscriberId, WORDS_VERSION, '/learn');
  return { kind: 'mailed' };
}
