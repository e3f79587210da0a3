import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import {
  batches,
  deliveries,
  devices,
  enrollments,
  erasedSubscribers,
  links,
  logEntries,
  subscribers,
} from '../db/schema.ts';
import { select } from '../db/select.ts';
import { isSuppressed } from '../db/statements.ts';
import { isRunning, stepInFlight } from '../enrollment/transitions.ts';

/** Whether nobody has this id, or somebody who is being erased. */
const isNobody = (subscriberId: SQLWrapper) => sql`NOT EXISTS (SELECT 1 FROM ${subscribers}
  WHERE ${subscribers.id} = ${subscriberId} AND ${subscribers.eraseRequestedAt} IS NULL)`;

/** Courses with whoever takes them. */
const taken = sql`${enrollments} CROSS JOIN ${subscribers}
  ON ${subscribers.id} = ${enrollments.subscriberId}`;

/** What must never be, and which rows would be it. Each is one of the course's promises. */
const NEVER: [what: string, rows: SQL][] = [
  [
    'erased people who are back',
    sql`${erasedSubscribers} CROSS JOIN ${subscribers}
        ON ${subscribers.id} = ${erasedSubscribers.subscriberId}
      WHERE ${subscribers.eraseRequestedAt} IS NULL`,
  ],
  [
    'entries of the practice log that belong to nobody',
    sql`${logEntries} WHERE ${isNobody(logEntries.subscriberId)}`,
  ],
  ['links of nobody', sql`${links} WHERE ${isNobody(links.subscriberId)}`],
  ['devices of nobody', sql`${devices} WHERE ${isNobody(devices.subscriberId)}`],
  [
    'courses that run after a goodbye',
    sql`${taken} WHERE ${isRunning} AND ${subscribers.unsubscribedAt} IS NOT NULL`,
  ],
  [
    'courses that run to an address which is never mailed',
    sql`${taken} WHERE ${enrollments.state} = 'active' AND ${isSuppressed(subscribers.emailHash)}`,
  ],
  [
    'learners with two courses at once',
    sql`(SELECT 1 FROM ${enrollments} WHERE ${isRunning}
      GROUP BY ${enrollments.subscriberId} HAVING count(*) > 1)`,
  ],
  [
    'lessons that are due while they are on their way',
    sql`${enrollments} WHERE ${enrollments.nextAt} IS NOT NULL AND ${stepInFlight}`,
  ],
  [
    'courses that nothing would reach',
    sql`${enrollments} WHERE ${enrollments.state} = 'active' AND ${enrollments.nextAt} IS NULL
      AND NOT ${stepInFlight}`,
  ],
  [
    'courses that stand before a lesson which was sent',
    sql`${enrollments} WHERE ${isRunning} AND EXISTS (SELECT 1 FROM ${deliveries}
      WHERE ${deliveries.enrollmentId} = ${enrollments.id} AND ${deliveries.lane} = 'lesson'
        AND ${deliveries.lesson} >= ${enrollments.nextLesson}
        AND ${deliveries.state} NOT IN ('skipped', 'failed', 'sending'))`,
  ],
  [
    'mails on their way in no open batch',
    sql`${deliveries} WHERE ${deliveries.state} = 'sending' AND NOT EXISTS (SELECT 1 FROM ${batches}
      WHERE ${batches.id} = ${deliveries.batchId} AND ${batches.state} = 'open')`,
  ],
  [
    'addresses kept in a batch that is settled',
    sql`${batches} WHERE ${batches.state} <> 'open' AND ${batches.frozen} IS NOT NULL`,
  ],
  [
    'addresses that somebody else stands on',
    sql`${subscribers} WHERE ${subscribers.email} LIKE 'moving-%'
      AND ${subscribers.email} NOT LIKE '%@%'`,
  ],
];

/** What is wrong, each with how often; empty when all is well. */
export async function brokenPromises(db: Database): Promise<{ what: string; count: number }[]> {
  const found: { what: string; count: number }[] = [];
  for (const [what, rows] of NEVER) {
    const [row] = await db.all(select({ count: sql<number>`count(*)` }, sql`FROM ${rows}`));
    const count = row?.count ?? 0;
    if (count > 0) found.push({ what, count });
  }
  return found;
}
