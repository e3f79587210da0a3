/** What was done by hand, newest first. */
import { sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { figure, setOf } from '../../db/names.ts';
import { acts, staff } from '../../db/schema.ts';
import { type RowOf, select } from '../../db/select.ts';

const ACT = {
  id: acts.id,
  at: acts.at,
  actor: acts.actor,
  verb: acts.verb,
  subscriberId: acts.subscriberId,
  subject: acts.subject,
  reason: acts.reason,
};
export type ActRow = RowOf<typeof ACT>;

/** Acts before one of them, newest first; from the newest on where it is null. */
export function readActs(db: Database, before: number | null, limit: number): Promise<ActRow[]> {
  const older = before === null ? sql`` : sql`WHERE ${acts.id} < ${before}`;
  return db.all(
    select(ACT, sql`FROM ${acts} ${older} ORDER BY ${acts.id} DESC LIMIT ${figure(limit)}`),
  );
}

/** Addresses of staff by their ids. */
export async function readAddressesOf(db: Database, ids: number[]): Promise<Map<number, string>> {
  if (ids.length === 0) return new Map();
  const rows = await db.all(
    select(
      { id: staff.id, email: staff.email },
      sql`FROM ${staff} WHERE ${staff.id} IN ${setOf(ids)}`,
    ),
  );
  return new Map(rows.map(({ id, email }) => [id, email]));
}
