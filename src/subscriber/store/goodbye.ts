import { and, desc, isNotNull, type SQL, sql } from 'drizzle-orm';
import type { Seconds } from '../../clock.ts';
import type { Database } from '../../db/client.ts';
import { bare } from '../../db/names.ts';
import { deliveries, enrollments, links, signups, subscribers } from '../../db/schema.ts';
import { isTrue, notNull, type RowOf, select } from '../../db/select.ts';
import { type Act, isSuppressed, randomRowId, writeAct } from '../../db/statements.ts';
import type { Version } from '../../enrollment/enrollment.ts';
import { endCourses, isRunning, takeUpAgain } from '../../enrollment/transitions.ts';
import { insertRefusal, isRefused } from '../../suppression/strangers.ts';
import type { NotMeClaims, UndoClaims } from '../../token.ts';

/**
 * Whether a subscriber (columns of `subscribers`) takes no course and has been asked whether they would:
 * never confirmed, or left and since then sent another confirmation, which anybody can cause.
 */
const isStranger = sql`(${subscribers.confirmedAt} IS NULL OR (${subscribers.unsubscribedAt} IS NOT NULL
  AND EXISTS (SELECT 1 FROM ${deliveries} WHERE ${deliveries.subscriberId} = ${subscribers.id}
    AND ${deliveries.lane} = 'prompt' AND ${deliveries.dueAt} > ${subscribers.unsubscribedAt}
    AND ${deliveries.kind} = 'confirm'
    AND ${deliveries.state} NOT IN ('skipped', 'failed', 'bounced'))))`;

/**
 * Ends the mail for a subscriber. A learner's enrollment ends. Somebody who takes no course and has
 * been asked whether they would has said "this was not me". Twice is once.
 *
 * @param act who ends it in the subscriber's place; written where there is something to end
 * @param goodbye why, in their own words; what they said before stays where it is null
 * @returns false where nothing was left to end
 */
export async function endMail(
  db: Database,
  subscriberId: number,
  now: Seconds,
  act?: Act,
  goodbye: string | null = null,
): Promise<boolean> {
  const isTheirs = sql`${subscribers.id} = ${subscriberId}`;
  const goesOn = sql`EXISTS (SELECT 1 FROM ${subscribers}
    WHERE ${isTheirs} AND ${subscribers.unsubscribedAt} IS NULL)`;
  const stranger = sql`FROM ${subscribers} WHERE ${isTheirs} AND ${isStranger}`;
  const { before } = await db.commit({
    before: select({ goesOn: isTrue(goesOn) }, sql``),
    act: act && writeAct(act, goesOn),
    courses: endCourses(sql`= ${subscriberId}`, now),
    goodbye: sayGoodbye(subscriberId, now, goodbye),
    signups: withdrawSignups(sql`SELECT ${subscribers.id} ${stranger}`, now),
    refusal: insertRefusal(sql`SELECT ${subscribers.emailHash} AS hash ${stranger}`, now),
  });
  return before.row?.goesOn === 1;
}

/**
 * Takes a goodbye back that still stands: of somebody to whom mail may go, and who has not said "this was
 * not me" since. Their course goes on where it ended with the goodbye.
 *
 * @param course the course as it was read, and when its next step is due; null for one that was over before
 * @returns false where the goodbye does not stand any more
 */
export async function withdrawGoodbye(
  db: Database,
  { subscriberId, leftAt }: UndoClaims,
  course: (Version & { nextAt: number | null }) | null,
  now: Seconds,
): Promise<boolean> {
  const { id, emailHash, unsubscribedAt, confirmedAt, eraseRequestedAt } = subscribers;
  const s = bare(subscribers);
  const stands = sql`${id} = ${subscriberId} AND ${unsubscribedAt} = ${leftAt}
    AND ${confirmedAt} IS NOT NULL AND ${eraseRequestedAt} IS NULL
    AND NOT ${isSuppressed(sql`${emailHash}`)} AND NOT ${isRefused(sql`${emailHash}`, leftAt)}`;
  const runs = course
    ? sql`EXISTS (SELECT 1 FROM ${enrollments} WHERE ${enrollments.id} = ${course.id} AND ${isRunning})`
    : sql`1`;
  const { back } = await db.commit({
    course:
      course &&
      sql`${takeUpAgain(course, leftAt, course.nextAt, now)}
        AND EXISTS (SELECT 1 FROM ${subscribers} WHERE ${stands})`,
    back: sql`UPDATE ${subscribers} SET ${s.unsubscribedAt} = NULL, ${s.goodbye} = NULL
      WHERE ${stands} AND ${runs}`,
  });
  return back.changed > 0;
}

/** What a stranger says holds from the last time they said it. */
function sayGoodbye(subscriberId: number, now: Seconds, words: string | null): SQL {
  const { id, confirmedAt, unsubscribedAt, goodbye, eraseRequestedAt } = subscribers;
  const s = bare(subscribers);
  return sql`UPDATE ${subscribers} SET
      ${s.unsubscribedAt} = CASE WHEN ${confirmedAt} IS NULL THEN ${now}
        ELSE coalesce(${unsubscribedAt}, ${now}) END,
      ${s.goodbye} = CASE WHEN ${eraseRequestedAt} IS NULL THEN coalesce(${words}, ${goodbye}) END
    WHERE ${id} = ${subscriberId}`;
}

/**
 * Signups that somebody withdraws lose the name and the id that a link carries, so that it opens nothing
 * any more, and are forgotten 30 days from now.
 *
 * @param whose a query that gives subscribers' ids
 */
function withdrawSignups(whose: SQL, now: Seconds): SQL {
  const g = bare(signups);
  return sql`UPDATE ${signups} SET ${g.id} = ${randomRowId}, ${g.firstName} = '', ${g.createdAt} = ${now}
    WHERE ${signups.confirmedAt} IS NULL AND ${signups.subscriberId} IN (${whose})`;
}

/**
 * The owner of an address says "this was not me": what was asked for there is withdrawn, and no mail that
 * strangers can cause goes there. Twice is once.
 *
 * @param claims the subscriber that the mail was about, to whom the address need not belong
 */
export async function refuseMail(db: Database, claims: NotMeClaims, now: Seconds): Promise<void> {
  const { subscriberId, addressHash } = claims;
  const { id, emailHash, confirmedAt, eraseRequestedAt } = subscribers;
  const owner = sql`SELECT ${id} FROM ${subscribers} WHERE ${id} = ${subscriberId}
    AND ${emailHash} = ${addressHash} AND ${eraseRequestedAt} IS NULL`;
  await db.commit({
    refusal: insertRefusal(sql`SELECT ${addressHash} AS hash`, now),
    signups: withdrawSignups(owner, now),
    goodbye: sql`UPDATE ${subscribers} SET ${bare(subscribers).unsubscribedAt} = ${now}
      WHERE ${id} IN (${owner}) AND ${confirmedAt} IS NULL`,
    links: sql`DELETE FROM ${links} WHERE ${links.subscriberId} = ${subscriberId}
      AND ${links.purpose} = 'address' AND ${links.emailHash} = ${addressHash} AND ${links.usedAt} IS NULL`,
  });
}

/** Whether the owner of an address has said "this was not me" since an instant. */
export async function hasRefused(db: Database, hash: string, since: number): Promise<boolean> {
  const [row] = await db.all(select({ refused: isTrue(isRefused(sql`${hash}`, since)) }, sql``));
  return row?.refused === 1;
}

/** Whose mail ends with an unsubscribe link; null where nobody is known. */
export async function readRecipient(
  db: Database,
  subscriberId: number,
): Promise<'learner' | 'stranger' | null> {
  const [row] = await db.all(
    select(
      { stranger: isTrue(isStranger) },
      sql`FROM ${subscribers} WHERE ${subscribers.id} = ${subscriberId}`,
    ),
  );
  if (!row) return null;
  return row.stranger === 1 ? 'stranger' : 'learner';
}

const GOODBYE = {
  subscriberId: subscribers.id,
  /** When they unsubscribed, epoch seconds of course time. */
  at: notNull(subscribers.unsubscribedAt),
  words: notNull(subscribers.goodbye),
};

/** What somebody said as they left. */
export type Goodbye = RowOf<typeof GOODBYE>;

/** The latest goodbyes with words, newest first; up to `limit`. */
export function readGoodbyes(db: Database, limit: number): Promise<Goodbye[]> {
  return db.orm
    .select(GOODBYE)
    .from(subscribers)
    .where(and(isNotNull(subscribers.goodbye), isNotNull(subscribers.unsubscribedAt)))
    .orderBy(desc(subscribers.unsubscribedAt))
    .limit(limit);
}
