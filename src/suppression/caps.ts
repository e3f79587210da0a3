import { type SQL, sql } from 'drizzle-orm';
import { DAY, type Seconds } from '../clock.ts';
import type { Kind } from '../delivery/kinds.ts';
import { type Cap, MONTH } from './suppression.ts';

/** Mails of these kinds that a subscriber asked for. */
export function askedBy(subscriberId: number, kinds: Kind[]): SQL {
  const list = sql.join(
    kinds.map((kind) => sql`${kind}`),
    sql`, `,
  );
  return sql`lane = 'prompt' AND subscriber_id = ${subscriberId} AND kind IN (${list})`;
}

/** Whether there have been as many of these mails, a condition on `deliveries`, as there may be. */
export function isCapped(mails: SQL, cap: Cap, now: Seconds): SQL {
  const since = (seconds: number) => sql`(SELECT count(*) FROM deliveries
    WHERE ${mails} AND due_at > ${now - seconds})`;
  return sql`(${since(DAY)} >= ${cap.day} OR ${since(MONTH)} >= ${cap.month})`;
}

/** What did not go and did not arrive uses up nothing. */
export const mayHaveArrived = sql`state NOT IN ('skipped', 'failed', 'bounced')`;
