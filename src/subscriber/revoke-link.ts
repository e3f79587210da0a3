import type { Context } from '../context.ts';
import { learnerOf } from '../enrollment/learner.ts';
import { renewLinks } from './store/links.ts';

/**
 * Ends every personal link and every opened device, and mails the learner a new link: for somebody to
 * whom a lesson was forwarded, and for a learner who has lost one.
 */
export async function revokeLink(
  ctx: Context,
  token: string,
): Promise<{ kind: 'revoked' | 'bad-link' }> {
  const learner = await learnerOf(ctx, token);
  if (!learner) return { kind: 'bad-link' };
  const { subscriberId, linkVersion } = learner;
  if (!(await renewLinks(ctx.db, subscriberId, linkVersion, ctx.clock.now()))) {
    return { kind: 'bad-link' };
  }
  ctx.log.info('links-renewed', { subscriber: subscriberId });
  await ctx.wake('prompt');
  return { kind: 'revoked' };
}
