/** How many mails a day may take, as it is kept. */
import { sql } from 'drizzle-orm';
import type { Millis } from '../../clock.ts';
import type { Database } from '../../db/client.ts';
import { bare } from '../../db/names.ts';
import { pulse } from '../../db/schema.ts';
import { select } from '../../db/select.ts';
import { type Act, writeAct } from '../../db/statements.ts';
import type { Cap } from '../warm-up.ts';
import { countedOn, dayOf } from './pace.ts';

const set = bare(pulse);

/** The cap as it is kept (null: never set), and what counts towards it today. */
export async function readCap(
  db: Database,
  machine: Millis,
): Promise<{ kept: string | null; sentToday: number }> {
  const [row] = await db.all(
    select({ kept: pulse.cap, sentToday: countedOn(dayOf(machine)) }, sql`FROM ${pulse}`),
  );
  return row ?? { kept: null, sentToday: 0 };
}

/** Keeps a cap where it is still as it was read. False where somebody has changed it meanwhile. */
export async function keepCap(
  db: Database,
  before: string | null,
  after: Cap,
  act?: Act,
): Promise<boolean> {
  const asRead = sql`${pulse.cap} IS ${before}`;
  const { capped } = await db.commit({
    act: act && writeAct(act, sql`EXISTS (SELECT 1 FROM ${pulse} WHERE ${asRead})`),
    capped: sql`UPDATE ${pulse} SET ${set.cap} = ${JSON.stringify(after)} WHERE ${asRead}`,
  });
  return capped.changed > 0;
}
