/** What was done for one provider, newest first. */
import { sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { figure } from '../../db/names.ts';
import { acts, members, staff } from '../../db/schema.ts';
import { type RowOf, select } from '../../db/select.ts';

const DONE = {
  id: acts.id,
  at: acts.at,
  actor: acts.actor,
  verb: acts.verb,
  subject: acts.subject,
};
export type DoneRow = RowOf<typeof DONE>;

/** Acts of one provider before one of them, from the newest on where it is null, and who its people are. */
export async function readDone(
  db: Database,
  providerId: number,
  before: number | null,
  limit: number,
): Promise<{ done: DoneRow[]; people: { staffId: number; email: string }[] }> {
  const older = before === null ? sql`` : sql`AND ${acts.id} < ${before}`;
  const { done, people } = await db.commit({
    done: select(
      DONE,
      sql`FROM ${acts} WHERE ${acts.providerId} = ${providerId} ${older}
        ORDER BY ${acts.id} DESC LIMIT ${figure(limit)}`,
    ),
    people: select(
      { staffId: members.staffId, email: staff.email },
      sql`FROM ${members} JOIN ${staff} ON ${staff.id} = ${members.staffId}
        WHERE ${members.providerId} = ${providerId}`,
    ),
  });
  return { done: done.rows, people: people.rows };
}
