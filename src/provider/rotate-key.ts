import type { Context } from '../context.ts';
import { randomKey } from '../id.ts';
import { replaceKey } from './store.ts';

/** Gives a provider another public key. A form with the old one says so and leads to our own page. */
export async function rotateKey(
  ctx: Context,
  input: { slug: string; actor: string; reason: string },
): Promise<{ kind: 'rotated' | 'unknown' }> {
  const { slug, actor, reason } = input;
  const rotated = await replaceKey(ctx.db, slug, `pk_${randomKey()}`, {
    at: ctx.clock.now(),
    actor,
    verb: 'rotate-key',
    subscriberId: null,
    subject: `provider:${slug}`,
    reason,
  });
  return { kind: rotated ? 'rotated' : 'unknown' };
}
