import type { Context } from '../context.ts';
import { WORDS_VERSION } from '../signup/consent.ts';
import { renewSignup } from '../signup/request-signup.ts';
import { learnerOf } from './learner.ts';

/**
 * Lets somebody who has unsubscribed come back. A link in an old mail is not consent: a confirmation
 * goes to the address, as the first time, and its button is the consent. Asking again is harmless.
 */
export async function comeBack(
  ctx: Context,
  token: string,
): Promise<{ kind: 'mailed' | 'runs' | 'suppressed' | 'bad-link' }> {
  const learner = await learnerOf(ctx, token);
  if (!learner) return { kind: 'bad-link' };
  if (learner.unsubscribedAt === null) return { kind: 'runs' };
  if (learner.suppressed === 1) return { kind: 'suppressed' };
  await renewSignup(ctx, learner.subscriberId, WORDS_VERSION, '/learn');
  return { kind: 'mailed' };
}
