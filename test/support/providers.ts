import { providers } from '../../src/db/schema.ts';
import { put } from './rows.ts';

type Provider = typeof providers.$inferSelect;

/** Where the pages of the tests' provider are. */
export const ORIGIN = 'https://harbor.example';

interface Planted {
  key?: string;
  name?: string;
  origins?: string[];
  status?: Provider['status'];
  theme?: Provider['theme'];
  zone?: string | null;
}

/** A provider, as the operator would have added it. Its key is handed back. */
export async function plantProvider(planted: Planted = {}): Promise<string> {
  const { key = 'pk_harbor', name = 'Harbor Institute', origins = [ORIGIN] } = planted;
  const { status = 'active', theme = 'auto', zone = null } = planted;
  await put(providers, {
    slug: key.replace('_', '-'),
    name,
    publicKey: key,
    origins: JSON.stringify(origins),
    theme,
    timeZone: zone,
    status,
    createdAt: 0,
  });
  return key;
}
