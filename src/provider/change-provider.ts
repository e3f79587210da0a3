import type { Context } from '../context.ts';
import { type Changes, updateProvider } from './store/settings.ts';

export type { Changes };

/** Changes a provider's name, origins, looks or default zone; what is not given stays. */
export async function changeProvider(
  ctx: Context,
  input: { slug: string; changes: Changes; actor: string; reason: string },
): Promise<{ kind: 'changed' | 'unknown' }> {
  const { slug, changes, actor, reason } = input;
  const changed = await updateProvider(ctx.db, slug, changes, {
    at: ctx.clock.now(),
    actor,
    verb: 'change-provider',
    subscriberId: null,
    subject: `provider:${slug}`,
    reason,
  });
  return { kind: changed ? 'changed' : 'unknown' };
}
