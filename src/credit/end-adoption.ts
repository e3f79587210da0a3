import type { Context } from '../context.ts';
import { findBySlug } from '../provider/list-providers.ts';
import { endRunning } from './store/adoptions.ts';

/** Ends a provider's adoption: nobody begins a claim any more, and open ones may be completed until its last day. */
export async function endAdoption(
  ctx: Context,
  { slug, actor, reason }: { slug: string; actor: string; reason: string },
): Promise<{ kind: 'ended' | 'not-running' | 'unknown' }> {
  const provider = await findBySlug(ctx, slug);
  if (!provider) return { kind: 'unknown' };
  const at = ctx.clock.now();
  const ended = await endRunning(ctx.db, provider.id, at, {
    at,
    actor,
    verb: 'end-adoption',
    subscriberId: null,
    subject: `provider:${slug}`,
    providerId: provider.id,
    reason,
  });
  return { kind: ended ? 'ended' : 'not-running' };
}
