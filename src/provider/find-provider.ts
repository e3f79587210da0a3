import type { Context } from '../context.ts';
import { readProvider } from './store.ts';

/** What a form may say of the provider whose site it stands on. */
export interface ProviderFace {
  name: string;
  publicKey: string;
}

/** An active provider by its public key, or null. */
export async function findProvider(ctx: Context, publicKey: string): Promise<ProviderFace | null> {
  return publicKey.length > 64 ? null : readProvider(ctx.db, publicKey);
}
