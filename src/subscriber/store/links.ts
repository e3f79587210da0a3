import { and, eq, isNull, type SQL, sql } from 'drizzle-orm';
import { DAY, type Seconds } from '../../clock.ts';
import type { Database } from '../../db/client.ts';
import { bare } from '../../db/names.ts';
import { deliveries, devices, links, subscribers } from '../../db/schema.ts';
import { isTrue, type RowOf, select } from '../../db/select.ts';
import { isSuppressed } from '../../db/statements.ts';
import { owe } from '../../delivery/owe.ts';
import { askedBy, isCapped, mayHaveArrived } from '../../suppression/caps.ts';
import { mayCause } from '../../suppression/strangers.ts';
import { CAPS, type Cap, STRANGERS_LIFETIME, TRY_CAP } from '../../suppression/suppression.ts';

const LINK = {
  id: links.id,
  purpose: links.purpose,
  subscriberId: links.subscriberId,
  email: links.email,
  emailHash: links.emailHash,
  expiresAt: links.expiresAt,
  usedAt: links.usedAt,
  linkVersion: subscribers.linkVersion,
  /** The subscriber's address now. */
  currentHash: subscribers.emailHash,
  lockedUntil: subscribers.lockedUntil,
};

/** A single-use link as it stands, with its subscriber. */
export type LinkRow = RowOf<typeof LINK>;

export async function readLink(db: Database, id: number): Promise<LinkRow | null> {
  const [row] = await db.orm
    .select(LINK)
    .from(links)
    .innerJoin(subscribers, eq(subscribers.id, links.subscriberId))
    .where(and(eq(links.id, id), isNull(subscribers.eraseRequestedAt)));
  return row ?? null;
}

export interface NewLink {
  id: number;
  purpose: 'open' | 'address' | 'erase';
  subscriberId: number;
  /** The address to be confirmed; null for the others, whose mail goes to the subscriber's own. */
  to: { email: string; hash: string } | null;
  now: Seconds;
  expiresAt: Seconds;
  cap: Cap;
  /** A link younger than this, in seconds, is not made again. */
  fresh: number;
}

/**
 * Links that a learner has asked for, a condition on `deliveries`. Those that open are counted from when
 * all links were last ended: whoever held one could have used them up. New addresses count whatever
 * became of the mail, so that the form does not tell to whom none may go.
 */
function askedFor(subscriberId: number, purpose: NewLink['purpose']): SQL {
  const theirs = askedBy(subscriberId, [purpose]);
  if (purpose === 'address') return theirs;
  if (purpose === 'erase') return sql`${theirs} AND ${mayHaveArrived}`;
  const ended = sql`(SELECT max(${deliveries.dueAt}) FROM ${deliveries}
    WHERE ${askedBy(subscriberId, ['link'])})`;
  return sql`${theirs} AND ${mayHaveArrived} AND ${deliveries.dueAt} >= coalesce(${ended}, 0)`;
}

/** Links of the learner's that do the same. */
const isSame = ({ subscriberId, purpose }: NewLink): SQL =>
  sql`${links.subscriberId} = ${subscriberId} AND ${links.purpose} = ${purpose}`;

/** Whether mail may go to the address that is to be confirmed. */
function mayGo({ to, now }: NewLink): SQL {
  if (!to) return sql`1`;
  const hash = sql`${to.hash}`;
  const limits = {
    cap: CAPS.stranger,
    tries: TRY_CAP,
    day: now - DAY,
    month: now - STRANGERS_LIFETIME,
  };
  return sql`(NOT ${isSuppressed(hash)} AND ${mayCause(hash, limits)})`;
}

/**
 * Owes a mail with a single-use link, if it may go and none has just been asked for. A new address that
 * may not be mailed is answered like any other: the link is made, and its mail is skipped.
 */
export async function insertLink(
  db: Database,
  link: NewLink,
): Promise<'owed' | 'fresh' | 'capped' | 'suppressed'> {
  const { id, purpose, subscriberId, to, now } = link;
  const own = sql`(SELECT ${subscribers.emailHash} FROM ${subscribers}
    WHERE ${subscribers.id} = ${subscriberId})`;
  const stands = {
    suppressed: isTrue(to ? sql`0` : isSuppressed(own)),
    fresh:
      isTrue(sql`EXISTS (SELECT 1 FROM ${links} WHERE ${isSame(link)} AND ${links.usedAt} IS NULL
      AND ${links.createdAt} > ${now - link.fresh} AND ${links.email} IS ${to?.email ?? null})`),
  };
  const capped = isCapped(askedFor(subscriberId, purpose), link.cap, now);
  const made = sql`EXISTS (SELECT 1 FROM ${links} WHERE ${links.id} = ${id})`;
  const { before, owed } = await db.commit({
    before: select(stands, sql``),
    made: makeLink(link, sql`NOT ${stands.suppressed} AND NOT ${stands.fresh} AND NOT ${capped}`),
    // The newest link of its kind is the one that counts.
    skipped: skipOlder(link, made),
    forgotten: sql`DELETE FROM ${links} WHERE ${isSame(link)} AND ${links.usedAt} IS NULL
      AND ${links.id} <> ${id} AND ${made}`,
    owed: owe(purpose, {
      to: subscriberId,
      link: id,
      toHash: to?.hash ?? null,
      due: now,
      goes: mayGo(link),
      where: made,
    }),
  });
  if (owed.changed > 0) return 'owed';
  if (before.row?.suppressed === 1) return 'suppressed';
  return before.row?.fresh === 1 ? 'fresh' : 'capped';
}

function makeLink({ id, purpose, subscriberId, to, now, expiresAt }: NewLink, where: SQL): SQL {
  const l = bare(links);
  return sql`INSERT INTO ${links} (${l.id}, ${l.purpose}, ${l.subscriberId}, ${l.email},
      ${l.emailHash}, ${l.createdAt}, ${l.expiresAt})
    SELECT ${id}, ${purpose}, ${subscribers.id}, ${to?.email ?? null}, ${to?.hash ?? null}, ${now},
      ${expiresAt}
    FROM ${subscribers} WHERE ${subscribers.id} = ${subscriberId}
      AND ${subscribers.eraseRequestedAt} IS NULL AND ${where}`;
}

/** Mails that are owed with a link which another takes the place of. */
function skipOlder(link: NewLink, where: SQL): SQL {
  const { lane, state, subscriberId, linkId } = deliveries;
  return sql`UPDATE ${deliveries} SET ${bare(deliveries).state} = 'skipped'
    WHERE ${lane} = 'prompt' AND ${state} = 'owed' AND ${subscriberId} = ${link.subscriberId}
      AND ${linkId} IN (SELECT ${links.id} FROM ${links} WHERE ${isSame(link)} AND ${links.id} <> ${link.id})
      AND ${where}`;
}

/** Ends every personal link and opened device, and owes the learner a mail with a new link. */
export async function renewLinks(
  db: Database,
  subscriberId: number,
  linkVersion: number,
  now: Seconds,
): Promise<boolean> {
  const isStill = sql`${subscribers.id} = ${subscriberId} AND ${subscribers.linkVersion} = ${linkVersion}
    AND ${subscribers.eraseRequestedAt} IS NULL`;
  const known = sql`EXISTS (SELECT 1 FROM ${subscribers} WHERE ${isStill})`;
  const { renewed } = await db.commit({
    // The way back after a change of address belongs to the address before.
    links: sql`DELETE FROM ${links} WHERE ${links.subscriberId} = ${subscriberId}
      AND ${links.purpose} <> 'undo' AND ${known}`,
    devices: sql`DELETE FROM ${devices} WHERE ${devices.subscriberId} = ${subscriberId} AND ${known}`,
    owed: owe('link', { to: subscriberId, due: now, where: known }),
    renewed: sql`UPDATE ${subscribers}
      SET ${bare(subscribers).linkVersion} = ${subscribers.linkVersion} + 1 WHERE ${isStill}`,
  });
  return renewed.changed > 0;
}

/** Forgets links that have expired, with the addresses in them, and devices; up to `limit` of each. */
export async function deleteExpired(db: Database, now: Seconds, limit: number): Promise<void> {
  await db.commit({
    links: sql`DELETE FROM ${links} WHERE ${links.id} IN (SELECT ${links.id} FROM ${links}
      WHERE ${links.expiresAt} <= ${now} LIMIT ${limit})`,
    devices: sql`DELETE FROM ${devices} WHERE ${devices.id} IN (SELECT ${devices.id} FROM ${devices}
      WHERE ${devices.expiresAt} <= ${now} LIMIT ${limit})`,
  });
}
