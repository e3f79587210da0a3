import { and, eq } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { providers } from '../db/schema.ts';

export async function readProvider(
  db: Database,
  publicKey: string,
): Promise<{ name: string; publicKey: string } | null> {
  const [row] = await db.read
    .select({ name: providers.name, publicKey: providers.publicKey })
    .from(providers)
    .where(and(eq(providers.publicKey, publicKey), eq(providers.status, 'active')));
  return row ?? null;
}
