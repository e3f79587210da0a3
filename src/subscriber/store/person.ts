import { and, eq, isNull, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { deliveries, enrollments, subscribers } from '../../db/schema.ts';

/** Whether a subscriber has ever confirmed; null where nobody is known. */
export async function hasConfirmed(db: Database, subscriberId: number): Promise<boolean | null> {
  const [row] = await db.orm
    .select({ confirmedAt: subscribers.confirmedAt })
    .from(subscribers)
    .where(eq(subscribers.id, subscriberId));
  return row ? row.confirmedAt !== null : null;
}

/** Whether a mail of a subscriber's is in a batch that is open, and so stands frozen there. */
export function isInFlight(subscriber: SQL): SQL {
  const { lane, state, subscriberId, enrollmentId } = deliveries;
  return sql`(EXISTS (SELECT 1 FROM ${deliveries}
      WHERE ${lane} = 'prompt' AND ${subscriberId} = ${subscriber} AND ${state} = 'sending')
    OR EXISTS (SELECT 1 FROM ${enrollments} CROSS JOIN ${deliveries} ON ${enrollmentId} = ${enrollments.id}
      WHERE ${enrollments.subscriberId} = ${subscriber} AND ${lane} = 'lesson'
        AND ${state} NOT IN ('skipped', 'failed') AND ${state} = 'sending'))`;
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
