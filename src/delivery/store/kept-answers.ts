/** Answers that were computed elsewhere than in the database. */
import type { Seconds } from '../../clock.ts';
import type { Database } from '../../db/client.ts';
import { keepAs, lookUp } from '../../db/kept.ts';

/** What was kept under a name, however old. */
export async function readKept(db: Database, name: string) {
  const [row] = await db.all(lookUp(name));
  return row ?? null;
}

export async function keepAnswer(
  db: Database,
  name: string,
  now: Seconds,
  body: string,
): Promise<void> {
  await db.commit({ kept: keepAs(name, now, body) });
}
