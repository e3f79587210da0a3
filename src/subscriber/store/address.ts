import { type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import type { Seconds } from '../../clock.ts';
import type { Database } from '../../db/client.ts';
import { bare } from '../../db/names.ts';
import { deliveries, devices, enrollments, links, signups, subscribers } from '../../db/schema.ts';
import { isSuppressed } from '../../db/statements.ts';
import { owe } from '../../delivery/owe.ts';
import type { Version } from '../../enrollment/enrollment.ts';
import { goOnFrom } from '../../enrollment/transitions.ts';
import { forgetMails, isRefused } from '../../suppression/strangers.ts';
import { STRANGERS_LIFETIME } from '../../suppression/suppression.ts';
import { UNDO_LIFETIME } from '../subscriber.ts';
import type { LinkRow } from './links.ts';
import { isInFlight } from './person.ts';

/** What goes with a change of address. */
export interface Move {
  /** The link that the address before gets, or null for an undo itself. */
  undoId: number | null;
  /** A course that had stopped because of the address before. */
  resume: (Version & { nextAt: number | null }) | null;
  now: Seconds;
}

/**
 * Puts the address of an `address` or `undo` link in place, once: earlier personal links end, the
 * learner gets new ones at the new address, and the address before is told and may undo it. Somebody
 * who has typed the address into a signup and never confirmed makes room.
 *
 * @returns false where the link is not valid or the address is somebody else's
 */
export async function moveAddress(db: Database, link: LinkRow, move: Move): Promise<boolean> {
  const { undoId, resume, now } = move;
  const { id, subscriberId } = link;
  const valid = isValid(link, now);
  const other = sql`(SELECT ${subscribers.id} FROM ${subscribers}
    WHERE ${subscribers.email} = ${link.email} AND ${subscribers.id} <> ${subscriberId})`;
  const stranger = strangerOn(other);
  const go = sql`(${valid} AND ${other} IS NULL)`;
  const hash = sql`(SELECT ${subscribers.emailHash} FROM ${subscribers}
    WHERE ${subscribers.id} = ${subscriberId})`;
  const { moved } = await db.commit({
    strangersSignups: sql`DELETE FROM ${signups}
      WHERE ${signups.subscriberId} = ${stranger} AND ${valid}`,
    strangersMails: forgetMails(
      sql`${deliveries.subscriberId} = ${stranger} AND ${valid}`,
      now - STRANGERS_LIFETIME,
    ),
    stranger: sql`DELETE FROM ${subscribers} WHERE ${subscribers.id} = ${stranger} AND ${valid}`,
    skipped: skipAsked(subscriberId, go),
    former: keepFormerAddress(subscriberId, hash, go),
    wayBack: undoId !== null && oweWayBack(subscriberId, undoId, now, go),
    links: sql`DELETE FROM ${links} WHERE ${links.subscriberId} = ${subscriberId}
      AND ${links.id} NOT IN (${id}, ${undoId ?? id}) AND ${go}`,
    devices: sql`DELETE FROM ${devices} WHERE ${devices.subscriberId} = ${subscriberId} AND ${go}`,
    link: owe('link', { to: subscriberId, due: now, where: go }),
    course: resume && sql`${goOnFrom(resume, resume.nextAt, now)} AND ${go}`,
    moved: putInPlace(link, undoId === null ? null : now + UNDO_LIFETIME, go),
    used: sql`UPDATE ${links} SET ${bare(links).usedAt} = ${now} WHERE ${links.id} = ${id} AND ${go}`,
  });
  return moved.changed > 0;
}

/** Whether a link may put its address in place. An undo may where its owner has refused mail of strangers. */
function isValid({ id, emailHash }: LinkRow, now: Seconds): SQL {
  const hash = sql`${emailHash}`;
  return sql`EXISTS (SELECT 1 FROM ${links} JOIN ${subscribers} ON ${subscribers.id} = ${links.subscriberId}
    WHERE ${links.id} = ${id} AND ${links.usedAt} IS NULL AND ${links.expiresAt} > ${now}
      AND ${subscribers.eraseRequestedAt} IS NULL AND NOT ${isSuppressed(hash)}
      AND (${links.purpose} = 'undo' OR NOT ${isRefused(hash, now - STRANGERS_LIFETIME)}))`;
}

/** The subscriber who stands on an address, where that is somebody who never confirmed. */
function strangerOn(other: SQL): SQL {
  const o = alias(subscribers, 'o');
  return sql`(SELECT ${o.id} FROM ${subscribers} ${o} WHERE ${o.id} = ${other}
    AND ${o.confirmedAt} IS NULL AND NOT ${isInFlight(sql`${o.id}`)})`;
}

/** What strangers had asked for at the address before has no place to go to any more. */
function skipAsked(subscriberId: number, where: SQL): SQL {
  const { lane, state, kind } = deliveries;
  return sql`UPDATE ${deliveries} SET ${bare(deliveries).state} = 'skipped'
    WHERE ${lane} = 'prompt' AND ${deliveries.subscriberId} = ${subscriberId} AND ${state} = 'owed'
      AND ${kind} IN ('confirm', 'already-enrolled') AND ${where}`;
}

/** Tells the address before, with a link that undoes the change. */
function oweWayBack(subscriberId: number, undoId: number, now: Seconds, where: SQL): SQL[] {
  const { id, email, emailHash } = subscribers;
  const l = bare(links);
  const them = sql`${id} = ${subscriberId} AND ${where}`;
  return [
    sql`INSERT INTO ${links} (${l.id}, ${l.purpose}, ${l.subscriberId}, ${l.email}, ${l.emailHash},
          ${l.createdAt}, ${l.expiresAt})
        SELECT ${undoId}, 'undo', ${id}, ${email}, ${emailHash}, ${now}, ${now + UNDO_LIFETIME}
        FROM ${subscribers} WHERE ${them}`,
    owe('address-changed', {
      to: sql`${id}`,
      link: undoId,
      toHash: sql`${emailHash}`,
      due: now,
      from: sql`${subscribers}`,
      where: them,
    }),
  ];
}

function putInPlace(link: LinkRow, lockedUntil: number | null, where: SQL): SQL {
  const s = bare(subscribers);
  return sql`UPDATE ${subscribers} SET ${s.email} = ${link.email}, ${s.emailHash} = ${link.emailHash},
      ${s.linkVersion} = ${subscribers.linkVersion} + 1, ${s.lockedUntil} = ${lockedUntil}
    WHERE ${subscribers.id} = ${link.subscriberId} AND ${where}`;
}

/** What was sent so far went to the address before, and what becomes of it concerns that one. */
export function keepFormerAddress(subscriberId: number, hash: SQL, where = sql`1`): SQL[] {
  const { lane, state, toHash, enrollmentId } = deliveries;
  const keep = sql`UPDATE ${deliveries} SET ${bare(deliveries).toHash} = ${hash}`;
  const theirs = sql`(SELECT ${enrollments.id} FROM ${enrollments}
    WHERE ${enrollments.subscriberId} = ${subscriberId})`;
  return [
    sql`${keep} WHERE ${lane} = 'prompt' AND ${deliveries.subscriberId} = ${subscriberId}
      AND ${toHash} IS NULL AND ${state} NOT IN ('owed', 'skipped') AND ${where}`,
    sql`${keep} WHERE ${enrollmentId} IN ${theirs} AND ${lane} = 'lesson'
      AND ${state} NOT IN ('skipped', 'failed') AND ${toHash} IS NULL AND ${where}`,
  ];
}
