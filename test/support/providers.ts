import { env } from 'cloudflare:workers';

/** Where the pages of the tests' provider are. */
export const ORIGIN = 'https://harbor.example';

interface Planted {
  key?: string;
  name?: string;
  origins?: string[];
  status?: 'active' | 'paused';
  theme?: string;
  zone?: string | null;
}

/** A provider, as the operator would have added it. Its key is handed back. */
export async function plantProvider(planted: Planted = {}): Promise<string> {
  const { key = 'pk_harbor', name = 'Harbor Institute', origins = [ORIGIN] } = planted;
  const { status = 'active', theme = 'auto', zone = null } = planted;
  await env.DB.prepare(
    `INSERT INTO providers (slug, name, public_key, origins, theme, time_zone, status, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, 0)`,
  )
    .bind(key.replace('_', '-'), name, key, JSON.stringify(origins), theme, zone, status)
    .run();
  return key;
}
