import type { Context } from '../context.ts';
import { randomKey } from '../id.ts';
import type { Provider } from './provider.ts';
import { insertProvider } from './store/settings.ts';

export type NewProvider = Pick<Provider, 'slug' | 'name' | 'origins' | 'theme' | 'timeZone'>;

/** Takes in a provider with a key of its own. A slug belongs to one provider for good. */
export async function addProvider(
  ctx: Context,
  input: NewProvider & { actor: string; reason: string },
): Promise<{ kind: 'added' | 'slug-taken' }> {
  const { actor, reason, ...provider } = input;
  const at = ctx.clock.now();
  const added = await insertProvider(
    ctx.db,
    { ...provider, publicKey: `pk_${randomKey()}`, createdAt: at },
    {
      at,
      actor,
      verb: 'add-provider',
      subscriberId: null,
      subject: `provider:${provider.slug}`,
      reason,
    },
  );
  return { kind: added ? 'added' : 'slug-taken' };
}
