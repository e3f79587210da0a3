/** What must not be sent until the operator lifts it. */
import { sql } from 'drizzle-orm';
import { type Millis, secondsOf } from '../../clock.ts';
import type { Database } from '../../db/client.ts';
import { halts } from '../../db/schema.ts';
import { select } from '../../db/select.ts';
import { type Act, writeAct } from '../../db/statements.ts';
import { isHalted } from './due.ts';

/** `since` is machine time, epoch seconds. */
export type Halt = typeof halts.$inferSelect;

/** Stops everything (`all`) or one lesson (`lesson:3`). False where it was stopped already. */
export async function halt(
  db: Database,
  scope: string,
  reason: string,
  machine: Millis,
  act?: Act,
): Promise<boolean> {
  const { halted } = await db.commit({
    act: act && writeAct(act, sql`NOT ${isHalted(scope)}`),
    halted: db.orm
      .insert(halts)
      .values({ scope, reason, since: secondsOf(machine) })
      .onConflictDoNothing(),
  });
  return halted.changed > 0;
}

/** Lifts a halt. False where there was none of this scope. */
export async function deleteHalt(db: Database, scope: string, act: Act): Promise<boolean> {
  const { lifted } = await db.commit({
    act: writeAct(act, isHalted(scope)),
    lifted: db.orm.delete(halts).where(sql`${halts.scope} = ${scope}`),
  });
  return lifted.changed > 0;
}

const { scope, reason, since } = halts;

/** The oldest first. */
export const allHalts = select({ scope, reason, since }, sql`FROM ${halts} ORDER BY ${since}`);

/** The oldest first. */
export function readHalts(db: Database): Promise<Halt[]> {
  return db.all(allHalts);
}
