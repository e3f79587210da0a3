import { sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';

export async function readProvider(
  db: Database,
  publicKey: string,
): Promise<{ name: string; publicKey: string } | null> {
  const [row] = await db.all<{ name: string; publicKey: string }>(
    sql`SELECT name, public_key AS publicKey FROM providers
        WHERE public_key = ${publicKey} AND status = 'active'`,
  );
  return row ?? null;
}
