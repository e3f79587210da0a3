import {
  batches,
  deliveries,
  enrollments,
  subscribers,
  suppressions,
} from '../../src/db/schema.ts';
import { randomId } from '../../src/id.ts';
import { orm, pick, put, type Where } from './rows.ts';

/** Rows that a test puts where it needs them, without the way that leads there. */

/** A batch of one mail that was posted once and accepted, unless it says otherwise; gives its id. */
export async function plantBatch(
  changes: Partial<typeof batches.$inferInsert> = {},
): Promise<number> {
  const id = changes.id ?? randomId();
  await put(batches, {
    key: `planted-${id}`,
    lane: 'lesson',
    state: 'accepted',
    size: 1,
    mailFrom: '',
    baseUrl: '',
    postalAddress: '',
    keyId: '',
    frozenAt: 0,
    leaseUntil: 0,
    attempts: 1,
    unanswered: 0,
    ...changes,
    id,
  });
  return id;
}

/** A lesson of each of some courses in the ledger, on its way unless it says otherwise. */
export async function plantLesson(
  lesson: number,
  changes: Partial<typeof deliveries.$inferInsert> = {},
  whose?: Where<typeof enrollments>,
): Promise<void> {
  const kind = 'lesson';
  for (const { id, subscriberId } of await pick(enrollments, ['id', 'subscriberId'], whose)) {
    const theirs = { kind, lane: kind, subscriberId, enrollmentId: id, lesson } as const;
    await put(deliveries, { ...theirs, state: 'sending', dueAt: 0, ...changes });
  }
}

/** Addresses of some subscribers that are never mailed again (also from before), though nobody paused their courses. */
export async function plantSuppressions(
  whose: Where<typeof subscribers>,
  reason: (typeof suppressions.$inferInsert)['reason'] = 'bounce',
): Promise<void> {
  for (const { emailHash: hash } of await pick(subscribers, ['emailHash'], whose)) {
    await orm.insert(suppressions).values({ hash, reason, at: 0 }).onConflictDoNothing();
  }
}
