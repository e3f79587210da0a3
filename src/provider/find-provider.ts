import type { Seconds } from '../clock.ts';
import type { Context } from '../context.ts';
import type { Provider, ProviderLooks } from './provider.ts';
import type { Load } from './sightings.ts';
import { readByKey } from './store/settings.ts';

/** What a form may say of the provider whose site it stands on. */
export interface ProviderFace extends ProviderLooks {
  name: string;
  publicKey: string;
}

/** What the key on a form stands for now, and when the page that loads it was last noted. */
export type KeyHolder =
  | { kind: 'unknown' }
  /** Its signups are paused, or the key was replaced by another and is not taken any more. */
  | { kind: 'paused' | 'retired'; provider: Provider; seenAt: Seconds | null }
  /** `spiking`: more signups come through it now than any of its forms may take. */
  | { kind: 'active'; provider: Provider; seenAt: Seconds | null; spiking: boolean };

const LONGEST_KEY = 64;

/**
 * Whose form carries this key.
 *
 * @param load where the form is being loaded, if it is
 */
export async function findKeyHolder(
  ctx: Context,
  publicKey: string,
  load: Load | null = null,
): Promise<KeyHolder> {
  if (publicKey.length > LONGEST_KEY) return { kind: 'unknown' };
  const found = await readByKey(ctx.db, publicKey, ctx.clock.now(), load);
  if (!found) return { kind: 'unknown' };
  const { provider, retired, spiking, seenAt } = found;
  if (provider.status === 'paused') return { kind: 'paused', provider, seenAt };
  if (retired) return { kind: 'retired', provider, seenAt };
  return { kind: 'active', provider, seenAt, spiking };
}

/** An active provider by its public key, or null. */
export async function findProvider(ctx: Context, publicKey: string): Promise<Provider | null> {
  const holder = await findKeyHolder(ctx, publicKey);
  return holder.kind === 'active' ? holder.provider : null;
}
