import { and, eq, isNull, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { subscribers } from '../../db/schema.ts';

/** Whether a subscriber has ever confirmed; null where nobody is known. */
export async function hasConfirmed(db: Database, subscriberId: number): Promise<boolean | null> {
  const [row] = await db.all<{ confirmed: number }>(
    sql`SELECT confirmed_at IS NOT NULL AS confirmed FROM subscribers WHERE id = ${subscriberId}`,
  );
  return row ? row.confirmed === 1 : null;
}

/** Whether a mail of a subscriber's is in a batch that has not settled, and so stands frozen there. */
export function isInFlight(subscriber: SQL): SQL {
  return sql`(EXISTS (SELECT 1 FROM deliveries d
      WHERE d.lane = 'prompt' AND d.subscriber_id = ${subscriber} AND d.state = 'sending')
    OR EXISTS (SELECT 1 FROM enrollments e CROSS JOIN deliveries d ON d.enrollment_id = e.id
      WHERE e.subscriber_id = ${subscriber} AND d.lane = 'lesson'
        AND d.state NOT IN ('skipped', 'failed') AND d.state = 'sending'))`;
}

export async function keepName(
  db: Database,
  subscriberId: number,
  firstName: string,
): Promise<void> {
  await db.commit({
    kept: db.orm
      .update(subscribers)
      .set({ firstName })
      .where(and(eq(subscribers.id, subscriberId), isNull(subscribers.eraseRequestedAt))),
  });
}
