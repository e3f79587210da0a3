/** How often somebody may have a mail that they ask for, in SQL. */
import { type SQL, sql } from 'drizzle-orm';
import { DAY, type Seconds } from '../clock.ts';
import { textList } from '../db/names.ts';
import { deliveries } from '../db/schema.ts';
import type { Kind } from '../delivery/kinds.ts';
import { type Cap, MONTH } from './suppression.ts';

/** Mails of these kinds that a subscriber asked for, a condition on `deliveries`. */
export function askedBy(subscriberId: number, kinds: Kind[]): SQL {
  return sql`${deliveries.lane} = 'prompt' AND ${deliveries.subscriberId} = ${subscriberId}
    AND ${deliveries.kind} IN (${textList(kinds)})`;
}

/** Whether there have been as many of these mails, a condition on `deliveries`, as there may be. */
export function isCapped(mails: SQL, cap: Cap, now: Seconds): SQL {
  const since = (span: Seconds) => sql`(SELECT count(*) FROM ${deliveries}
    WHERE ${mails} AND ${deliveries.dueAt} > ${now - span})`;
  return sql`(${since(DAY)} >= ${cap.day} OR ${since(MONTH)} >= ${cap.month})`;
}

/** What did not go and did not arrive uses up nothing. */
export const mayHaveArrived = sql`${deliveries.state} NOT IN ('skipped', 'failed', 'bounced')`;
