import { and, eq, sql } from 'drizzle-orm';
import type { Seconds } from '../../clock.ts';
import type { Database } from '../../db/client.ts';
import { bare } from '../../db/names.ts';
import { deliveries, enrollments, subscribers } from '../../db/schema.ts';
import { isTrue, type RowOf, select } from '../../db/select.ts';
import { type Act, isSuppressed, writeAct } from '../../db/statements.ts';
import { owe } from '../../delivery/owe.ts';
import { askedBy, isCapped, mayHaveArrived } from '../../suppression/caps.ts';
import type { Cap } from '../../suppression/suppression.ts';

type ResendBy = { act: Act } | { cap: Cap };

/** Why a lesson may not be sent once more, as it is now (of a row of `subscribers`). */
function resendFields(subscriberId: number, lesson: number, now: Seconds, by: ResendBy) {
  const asked = sql`${askedBy(subscriberId, ['resend'])} AND ${mayHaveArrived}`;
  return {
    confirmed: isTrue(sql`${subscribers.confirmedAt} IS NOT NULL`),
    unsubscribed: isTrue(sql`${subscribers.unsubscribedAt} IS NOT NULL`),
    suppressed: isTrue(isSuppressed(sql`${subscribers.emailHash}`)),
    /** The newest enrollment that has passed the lesson, or null. */
    enrollmentId: sql<number | null>`(SELECT max(${enrollments.id}) FROM ${enrollments}
      WHERE ${enrollments.subscriberId} = ${subscriberId} AND ${enrollments.nextLesson} > ${lesson})`,
    /** It is owed or on its way once more already. */
    owed: isTrue(sql`EXISTS (SELECT 1 FROM ${deliveries} WHERE ${askedBy(subscriberId, ['resend'])}
      AND ${deliveries.lesson} = ${lesson} AND ${deliveries.state} IN ('owed', 'sending'))`),
    /** They have had as many as they may ask for. */
    capped: isTrue('cap' in by ? isCapped(asked, by.cap, now) : sql`0`),
  };
}

export type ResendState = RowOf<ReturnType<typeof resendFields>>;

/**
 * Owes a lesson once more, outside the course's order. Null where the subscriber is not known.
 *
 * @returns what stood there before, and whether it is owed by this call
 */
export async function insertResend(
  db: Database,
  subscriberId: number,
  lesson: number,
  now: Seconds,
  by: ResendBy,
): Promise<{ before: ResendState; inserted: boolean } | null> {
  const fields = resendFields(subscriberId, lesson, now, by);
  const isTheirs = sql`${subscribers.id} = ${subscriberId}`;
  const allowed = sql`EXISTS (SELECT 1 FROM ${subscribers} WHERE ${isTheirs} AND ${fields.confirmed}
      AND NOT ${fields.unsubscribed} AND ${subscribers.eraseRequestedAt} IS NULL
      AND NOT ${fields.suppressed})
    AND ${fields.enrollmentId} IS NOT NULL AND NOT ${fields.owed} AND NOT ${fields.capped}`;
  const { before, owed } = await db.commit({
    before: select(fields, sql`FROM ${subscribers} WHERE ${isTheirs}`),
    act: 'act' in by && writeAct(by.act, allowed),
    owed: owe('resend', {
      to: subscriberId,
      enrollment: fields.enrollmentId,
      lesson,
      due: now,
      where: allowed,
    }),
  });
  return before.row ? { before: before.row, inserted: owed.changed > 0 } : null;
}

/** @param offAt when nudges were turned off, or null to have them back */
export async function keepNudges(
  db: Database,
  subscriberId: number,
  offAt: number | null,
): Promise<void> {
  const { id, nudgesOffAt } = subscribers;
  const isOther = sql`(${nudgesOffAt} IS NULL) <> (${offAt} IS NULL)`;
  await db.commit({
    kept: db.orm
      .update(subscribers)
      .set({ nudgesOffAt: offAt })
      .where(and(eq(id, subscriberId), isOther)),
  });
}

/** Owes the nudges that fall due, up to `limit`. Each enrollment has one, whatever becomes of it. */
export async function insertNudges(db: Database, now: Seconds, limit: number): Promise<number> {
  const { id, nudgeAt, nudgedAt } = enrollments;
  const due = sql`(SELECT ${id} AS id FROM ${enrollments} WHERE ${nudgeAt} <= ${now} ORDER BY ${nudgeAt}
    LIMIT ${limit})`;
  const e = bare(enrollments);
  const { owed } = await db.commit({
    owed: owe('nudge', {
      to: sql`${subscribers.id}`,
      enrollment: sql`${id}`,
      due: now,
      from: sql`${due} due CROSS JOIN ${enrollments} ON ${id} = due.id
        CROSS JOIN ${subscribers} ON ${subscribers.id} = ${enrollments.subscriberId}`,
      where: sql`${enrollments.state} = 'active' AND ${nudgedAt} IS NULL
        AND ${subscribers.nudgesOffAt} IS NULL AND ${subscribers.unsubscribedAt} IS NULL
        AND ${subscribers.eraseRequestedAt} IS NULL`,
    }),
    counted: sql`UPDATE ${enrollments} SET ${e.nudgedAt} = coalesce(${nudgedAt}, ${now}),
        ${e.nudgeAt} = NULL WHERE ${id} IN ${due}`,
  });
  return owed.changed;
}
