import type { Context } from '../context.ts';
import type { Provider } from './provider.ts';
import { readByKey } from './store.ts';

/** What a form may say of the provider whose site it stands on. */
export interface ProviderFace {
  name: string;
  publicKey: string;
}

/** What the key on a form stands for now. */
export type KeyHolder =
  | { kind: 'unknown' }
  /** Its signups are paused, or the key was replaced by another. */
  | { kind: 'paused' | 'retired'; provider: Provider }
  /** `spiking`: more signups come through it now than any of its forms may take. */
  | { kind: 'active'; provider: Provider; spiking: boolean };

const LONGEST_KEY = 64;

/** Whose form carries this key. */
export async function findKeyHolder(ctx: Context, publicKey: string): Promise<KeyHolder> {
  if (publicKey.length > LONGEST_KEY) return { kind: 'unknown' };
  const found = await readByKey(ctx.db, publicKey, ctx.clock.now());
  if (!found) return { kind: 'unknown' };
  const { provider, retired, spiking } = found;
  if (provider.status === 'paused') return { kind: 'paused', provider };
  return retired ? { kind: 'retired', provider } : { kind: 'active', provider, spiking };
}

/** An active provider by its public key, or null. */
export async function findProvider(ctx: Context, publicKey: string): Promise<Provider | null> {
  const holder = await findKeyHolder(ctx, publicKey);
  return holder.kind === 'active' ? holder.provider : null;
}
