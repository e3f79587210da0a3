import { eq, type SQL, sql } from 'drizzle-orm';
import type { Seconds } from '../../clock.ts';
import { letGo } from '../../credit/let-go.ts';
import type { Database } from '../../db/client.ts';
import { bare } from '../../db/names.ts';
import {
  acts,
  deliveries,
  devices,
  enrollments,
  erasedSubscribers,
  erasures,
  events,
  links,
  logEntries,
  mailbox,
  signups,
  subscribers,
} from '../../db/schema.ts';
import { isTrue, type RowOf, select } from '../../db/select.ts';
import { type Act, forgetReasons, writeAct } from '../../db/statements.ts';
import { endCourses } from '../../enrollment/transitions.ts';
import { forgetShares } from '../../share/follow.ts';
import { forgetMails } from '../../suppression/strangers.ts';
import { STRANGERS_LIFETIME } from '../../suppression/suppression.ts';
import { isInFlight } from './person.ts';

/** What an erasure needs to know of somebody. */
export interface Erasable {
  email: string;
  /** The subscriber's and those of their signups. */
  names: string[];
  /** An erasure waits already. */
  waits: boolean;
}

export async function readErasable(db: Database, subscriberId: number): Promise<Erasable | null> {
  const fields = {
    email: subscribers.email,
    name: subscribers.firstName,
    waits: isTrue(sql`${subscribers.eraseRequestedAt} IS NOT NULL`),
  };
  const theirs = sql`FROM ${signups} JOIN ${subscribers} ON ${subscribers.id} = ${signups.subscriberId}
    WHERE ${signups.subscriberId} = ${subscriberId}`;
  const rows = await db.all(
    sql<
      RowOf<typeof fields>
    >`${select(fields, sql`FROM ${subscribers} WHERE ${eq(subscribers.id, subscriberId)}`)}
      UNION ${select({ ...fields, name: signups.firstName }, theirs)}`,
  );
  const [first] = rows;
  if (!first) return null;
  return { email: first.email, waits: first.waits === 1, names: rows.map((row) => row.name) };
}

/**
 * Erases a subscriber in one transaction: everything of theirs stops, and where no mail is in flight
 * all of it is deleted. Otherwise the address and the name are taken out of the subscriber at once,
 * whose deletion waits for the batch; a new signup with the address is a new subscriber.
 *
 * @returns true where they are gone
 */
export async function eraseNow(
  db: Database,
  subscriberId: number,
  now: Seconds,
  act?: Act,
): Promise<boolean> {
  const stands = sql`EXISTS (SELECT 1 FROM ${subscribers}
    WHERE ${subscribers.id} = ${subscriberId} AND ${subscribers.eraseRequestedAt} IS NULL)`;
  const { left } = await db.commit({
    act: act && writeAct(act, stands),
    courses: endCourses(sql`= ${subscriberId}`, now),
    log: db.orm.delete(logEntries).where(eq(logEntries.subscriberId, subscriberId)),
    links: db.orm.delete(links).where(eq(links.subscriberId, subscriberId)),
    devices: db.orm.delete(devices).where(eq(devices.subscriberId, subscriberId)),
    owed: skipOwed(subscriberId),
    mailbox: emptyMailbox(subscriberId),
    signups: db.orm
      .update(signups)
      .set({ firstName: '', page: '' })
      .where(eq(signups.subscriberId, subscriberId)),
    shares: forgetShares(subscriberId, now),
    credit: letGo(subscriberId),
    subscriber: takeOut(subscriberId, now),
    remembered: rememberErased(subscriberId, now),
    ...deleteSubscriber(subscriberId, now),
  });
  return left.row?.gone === 1;
}

/** Finishes an erasure that waited. False where it has to go on waiting. */
export async function finishErasure(
  db: Database,
  subscriberId: number,
  now: Seconds,
): Promise<boolean> {
  const { left } = await db.commit(deleteSubscriber(subscriberId, now));
  return left.row?.gone === 1;
}

function skipOwed(subscriberId: number): SQL {
  return sql`UPDATE ${deliveries} SET ${bare(deliveries).state} = 'skipped'
    WHERE ${deliveries.lane} = 'prompt' AND ${deliveries.subscriberId} = ${subscriberId}
      AND ${deliveries.state} = 'owed'`;
}

/** By address: earlier mails may belong to deliveries that are forgotten. A local run only. */
function emptyMailbox(subscriberId: number): SQL {
  return sql`DELETE FROM ${mailbox} WHERE ${mailbox.mail} ->> '$.to[0]' =
    (SELECT ${subscribers.email} FROM ${subscribers} WHERE ${subscribers.id} = ${subscriberId})`;
}

/** Takes the person out of the subscriber, whose row waits for what is in flight. */
function takeOut(subscriberId: number, now: Seconds): SQL {
  const { id, unsubscribedAt, linkVersion, eraseRequestedAt } = subscribers;
  const s = bare(subscribers);
  return sql`UPDATE ${subscribers} SET ${s.email} = ${`erased-${subscriberId}`}, ${s.firstName} = '',
      ${s.goodbye} = NULL, ${s.logSalt} = NULL,
      ${s.unsubscribedAt} = coalesce(${unsubscribedAt}, ${now}),
      ${s.linkVersion} = ${linkVersion} + 1, ${s.eraseRequestedAt} = ${now}
    WHERE ${id} = ${subscriberId} AND ${eraseRequestedAt} IS NULL`;
}

/** What a restore has to know. */
function rememberErased(subscriberId: number, now: Seconds): SQL {
  const x = bare(erasedSubscribers);
  return sql`INSERT INTO ${erasedSubscribers} (${x.subscriberId}, ${x.erasedAt})
    SELECT ${subscribers.id}, ${now} FROM ${subscribers} WHERE ${subscribers.id} = ${subscriberId}
    ON CONFLICT (${x.subscriberId}) DO UPDATE SET ${x.erasedAt} = excluded.${x.erasedAt}`;
}

/**
 * Deletes a subscriber whose erasure was asked for, if nothing of theirs is in flight. What stays: the
 * erasure's hash and dates, a suppression if there was one, and who asked for it when and why. The
 * reasons of earlier acts about them or their address go, because they may tell of the person. What is
 * `left` tells whether they are `gone`, whoever deleted them.
 */
function deleteSubscriber(subscriberId: number, now: Seconds) {
  const isThem = sql`${subscribers.id} = ${subscriberId}`;
  const go = sql`EXISTS (SELECT 1 FROM ${subscribers}
      WHERE ${isThem} AND ${subscribers.eraseRequestedAt} IS NOT NULL)
    AND NOT ${isInFlight(sql`${subscriberId}`)}`;
  const hash = sql`SELECT ${subscribers.emailHash} FROM ${subscribers} WHERE ${isThem} AND ${go}`;
  const steps = sql`${deliveries.enrollmentId} IN (SELECT ${enrollments.id} FROM ${enrollments}
    WHERE ${enrollments.subscriberId} = ${subscriberId}) AND ${deliveries.lane} = 'lesson'`;
  return {
    erasure: insertErasure(subscriberId, now, go),
    mails: deleteMails(subscriberId, go),
    events: sql`UPDATE ${events} SET ${bare(events).subscriberId} = NULL
      WHERE ${events.subscriberId} = ${subscriberId} AND ${go}`,
    reasons: sql`UPDATE ${acts} SET ${bare(acts).reason} = 'erased'
      WHERE ${acts.subscriberId} = ${subscriberId} AND ${acts.verb} <> 'erase' AND ${go}`,
    reasonsByAddress: forgetReasons(hash, 'erased'),
    prompt: forgetMails(
      sql`${deliveries.subscriberId} = ${subscriberId} AND ${go}`,
      now - STRANGERS_LIFETIME,
    ),
    // By one index each.
    unsent: sql`DELETE FROM ${deliveries} WHERE ${steps}
      AND ${deliveries.state} IN ('skipped', 'failed') AND ${go}`,
    sent: sql`DELETE FROM ${deliveries} WHERE ${steps}
      AND ${deliveries.state} NOT IN ('skipped', 'failed') AND ${go}`,
    enrollments: sql`DELETE FROM ${enrollments}
      WHERE ${enrollments.subscriberId} = ${subscriberId} AND ${go}`,
    consents: sql`DELETE FROM ${signups} WHERE ${signups.subscriberId} = ${subscriberId} AND ${go}`,
    deleted: sql`DELETE FROM ${subscribers} WHERE ${isThem} AND ${go}`,
    left: select(
      { gone: isTrue(sql`NOT EXISTS (SELECT 1 FROM ${subscribers} WHERE ${isThem})`) },
      sql``,
    ),
  };
}

/** What stays of a person for years. */
function insertErasure(subscriberId: number, now: Seconds, where: SQL): SQL {
  const { id, emailHash, confirmedAt, unsubscribedAt } = subscribers;
  const x = bare(erasures);
  return sql`INSERT INTO ${erasures} (${x.hash}, ${x.consentedAt}, ${x.withdrawnAt}, ${x.erasedAt})
    SELECT ${emailHash}, ${confirmedAt}, ${unsubscribedAt}, ${now} FROM ${subscribers}
    WHERE ${id} = ${subscriberId} AND ${where}
    ON CONFLICT (${x.hash}) DO UPDATE SET ${x.consentedAt} = excluded.${x.consentedAt},
      ${x.withdrawnAt} = excluded.${x.withdrawnAt}, ${x.erasedAt} = excluded.${x.erasedAt}`;
}

/** What a local run has kept of their mails, by the tag that names the delivery. */
function deleteMails(subscriberId: number, where: SQL): SQL {
  return sql`DELETE FROM ${mailbox} WHERE ${where} AND ${mailbox.id} IN (
    SELECT ${mailbox.id} FROM ${mailbox} CROSS JOIN json_each(${mailbox.mail}, '$.tags') t
      CROSS JOIN ${deliveries} ON ${deliveries.id} = CAST(t.value ->> 'value' AS INTEGER)
    WHERE t.value ->> 'name' = 'delivery' AND ${deliveries.subscriberId} = ${subscriberId})`;
}

/** Subscribers whose erasure waited and whose mail has an answer; up to `limit`. */
export async function readErasing(db: Database, limit: number): Promise<number[]> {
  const rows = await db.all(
    select(
      { id: subscribers.id },
      sql`FROM ${subscribers} WHERE ${subscribers.eraseRequestedAt} IS NOT NULL
        AND NOT ${isInFlight(sql`${subscribers.id}`)} LIMIT ${limit}`,
    ),
  );
  return rows.map((row) => row.id);
}

/**
 * What erasures left is forgotten in turn; up to `limit` of each.
 *
 * @param before.hashes what stays of a person for years
 * @param before.ids what a restore has to know, for as long as there are backups
 */
export async function deleteOldErasures(
  db: Database,
  before: { hashes: number; ids: number },
  limit: number,
): Promise<void> {
  const { subscriberId, erasedAt } = erasedSubscribers;
  await db.commit({
    hashes: sql`DELETE FROM ${erasures} WHERE ${erasures.hash} IN (SELECT ${erasures.hash}
      FROM ${erasures} WHERE ${erasures.erasedAt} <= ${before.hashes} LIMIT ${limit})`,
    ids: sql`DELETE FROM ${erasedSubscribers} WHERE ${subscriberId} IN (SELECT ${subscriberId}
      FROM ${erasedSubscribers} WHERE ${erasedAt} <= ${before.ids} LIMIT ${limit})`,
  });
}
