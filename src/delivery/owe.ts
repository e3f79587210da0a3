import { type SQL, sql } from 'drizzle-orm';
import type { Seconds } from '../clock.ts';
import { bare } from '../db/names.ts';
import { deliveries } from '../db/schema.ts';
import { randomRowId } from '../db/statements.ts';
import type { PromptKind, SingleUseKind, StaffKind, StrangersKind } from './kinds.ts';

/** A value, or where SQL finds it. */
type Value<T> = T | SQL;

/** What a row of the ledger says about a mail, and whether it is owed. */
type Owed<K extends PromptKind> = {
  /** The subscriber’s id. */
  to: Value<number>;
  enrollment?: Value<number>;
  /** 1 to 8, 9 for the closing note. */
  lesson?: Value<number>;
  /** The signup that it asks to confirm. */
  signup?: SQL;
  /** Course time, epoch seconds. */
  due: Value<Seconds>;
  /** What follows FROM, where rows of a table say who gets one. */
  from?: SQL;
  where: SQL;
  /** Where this is not so, the row counts among those asked for, and nothing goes. */
  goes?: SQL;
} & (K extends SingleUseKind ? { link: Value<number> } : { link?: never }) &
  // Nobody of the staff is a subscriber: what goes to them is `to` 0.
  (K extends StaffKind
    ? { staff: SQL; toHash: SQL; entry?: Value<number>; about?: SQL }
    : { staff?: never; entry?: never; about?: never }) &
  // Also where a kind only may go to another address than the subscriber’s own: then null where not.
  (K extends StrangersKind ? { toHash: Value<string | null> } : { toHash?: Value<string | null> });

/** One of two kinds, by a condition. */
export function kindBy<A extends PromptKind, B extends PromptKind>(
  condition: SQL,
  then: A,
  otherwise: B,
): SQL<A | B> {
  return sql`CASE WHEN ${condition} THEN ${then} ELSE ${otherwise} END`;
}

/**
 * Owes mails: the only way into the ledger but for the claim of lessons that are due. For a store’s
 * transaction, before or after which the lane is to be woken.
 */
export function owe<K extends PromptKind>(kind: K | SQL<K>, mail: Owed<K>): SQL {
  const d = bare(deliveries);
  const state = mail.goes
    ? sql`CASE WHEN ${mail.goes} THEN 'owed' ELSE 'skipped' END`
    : sql`'owed'`;
  return sql`INSERT INTO ${deliveries} (${d.id}, ${d.kind}, ${d.lane}, ${d.subscriberId},
      ${d.enrollmentId}, ${d.lesson}, ${d.signupId}, ${d.linkId}, ${d.toHash}, ${d.staffId}, ${d.entryId},
      ${d.about}, ${d.state}, ${d.dueAt})
    SELECT ${randomRowId}, ${kind}, 'prompt', ${mail.to}, ${mail.enrollment ?? null},
      ${mail.lesson ?? null}, ${mail.signup ?? null}, ${mail.link ?? null}, ${mail.toHash ?? null},
      ${mail.staff ?? null}, ${mail.entry ?? null}, ${mail.about ?? null}, ${state}, ${mail.due}
    ${mail.from ? sql`FROM ${mail.from}` : sql``} WHERE ${mail.where}`;
}
