import { type SQL, sql } from 'drizzle-orm';
import { DAY, type Seconds } from '../../clock.ts';
import type { Database } from '../../db/client.ts';
import { isSuppressed, randomRowId } from '../../db/statements.ts';
import { askedBy, isCapped, mayHaveArrived } from '../../suppression/caps.ts';
import { type Limits, mayCause } from '../../suppression/strangers.ts';
import { CAPS, type Cap, STRANGERS_LIFETIME, TRY_CAP } from '../../suppression/suppression.ts';

/** A single-use link as it stands, with its subscriber. */
export interface LinkRow {
  id: number;
  purpose: 'open' | 'address' | 'undo' | 'erase';
  subscriberId: number;
  email: string | null;
  emailHash: string | null;
  expiresAt: Seconds;
  usedAt: number | null;
  linkVersion: number;
  /** The subscriber's address now. */
  currentHash: string;
  lockedUntil: number | null;
}

export async function readLink(db: Database, id: number): Promise<LinkRow | null> {
  const [row] = await db.all<LinkRow>(
    sql`SELECT l.id, l.purpose, l.subscriber_id AS subscriberId, l.email,
          l.email_hash AS emailHash, l.expires_at AS expiresAt, l.used_at AS usedAt,
          s.link_version AS linkVersion, s.email_hash AS currentHash,
          s.locked_until AS lockedUntil
        FROM links l JOIN subscribers s ON s.id = l.subscriber_id
        WHERE l.id = ${id} AND s.erase_requested_at IS NULL`,
  );
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
  return sql`${theirs} AND ${mayHaveArrived} AND due_at >= coalesce((SELECT max(due_at)
    FROM deliveries WHERE ${askedBy(subscriberId, ['link'])}), 0)`;
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
  const own = sql`(SELECT email_hash FROM subscribers WHERE id = ${subscriberId})`;
  const suppressed = to ? sql`0` : isSuppressed(own);
  const limits: Limits = {
    cap: CAPS.stranger,
    tries: TRY_CAP,
    day: now - DAY,
    month: now - STRANGERS_LIFETIME,
  };
  const hash = sql`${to?.hash ?? null}`;
  const goes = to ? sql`(NOT ${isSuppressed(hash)} AND ${mayCause(hash, limits)})` : sql`1`;
  const capped = isCapped(askedFor(subscriberId, purpose), link.cap, now);
  const fresh = sql`EXISTS (SELECT 1 FROM links WHERE subscriber_id = ${subscriberId}
    AND purpose = ${purpose} AND used_at IS NULL AND created_at > ${now - link.fresh}
    AND email IS ${to?.email ?? null})`;
  const made = sql`EXISTS (SELECT 1 FROM links WHERE id = ${id})`;
  const [before, , , , owed] = await db.batch([
    sql`SELECT ${suppressed} AS suppressed, ${fresh} AS fresh`,
    sql`INSERT INTO links (id, purpose, subscriber_id, email, email_hash, created_at, expires_at)
        SELECT ${id}, ${purpose}, id, ${to?.email ?? null}, ${to?.hash ?? null}, ${now},
          ${link.expiresAt}
        FROM subscribers WHERE id = ${subscriberId} AND erase_requested_at IS NULL
          AND NOT ${suppressed} AND NOT ${fresh} AND NOT ${capped}`,
    // The newest link of its kind is the one that counts.
    sql`UPDATE deliveries SET state = 'skipped' WHERE lane = 'prompt' AND state = 'owed'
          AND subscriber_id = ${subscriberId} AND link_id IN (SELECT id FROM links
            WHERE subscriber_id = ${subscriberId} AND purpose = ${purpose} AND id <> ${id})
          AND ${made}`,
    sql`DELETE FROM links WHERE subscriber_id = ${subscriberId} AND purpose = ${purpose}
          AND used_at IS NULL AND id <> ${id} AND ${made}`,
    sql`INSERT INTO deliveries (id, kind, lane, subscriber_id, link_id, to_hash, state, due_at)
        SELECT ${randomRowId}, ${purpose}, 'prompt', ${subscriberId}, ${id}, ${to?.hash ?? null},
          CASE WHEN ${goes} THEN 'owed' ELSE 'skipped' END, ${now}
        WHERE ${made}`,
  ]);
  if ((owed?.meta.changes ?? 0) > 0) return 'owed';
  const was = before?.results[0];
  if (was?.suppressed === 1) return 'suppressed';
  return was?.fresh === 1 ? 'fresh' : 'capped';
}

/** Ends every personal link and opened device, and owes the learner a mail with a new link. */
export async function renewLinks(
  db: Database,
  subscriberId: number,
  linkVersion: number,
  now: Seconds,
): Promise<boolean> {
  const asRead = sql`id = ${subscriberId} AND link_version = ${linkVersion}
    AND erase_requested_at IS NULL`;
  const known = sql`EXISTS (SELECT 1 FROM subscribers WHERE ${asRead})`;
  const results = await db.batch([
    // The way back after a change of address belongs to the address before.
    sql`DELETE FROM links WHERE subscriber_id = ${subscriberId} AND purpose <> 'undo' AND ${known}`,
    sql`DELETE FROM devices WHERE subscriber_id = ${subscriberId} AND ${known}`,
    sql`INSERT INTO deliveries (id, kind, lane, subscriber_id, state, due_at)
        SELECT ${randomRowId}, 'link', 'prompt', ${subscriberId}, 'owed', ${now} WHERE ${known}`,
    sql`UPDATE subscribers SET link_version = link_version + 1 WHERE ${asRead}`,
  ]);
  return (results.at(-1)?.meta.changes ?? 0) > 0;
}

/** Forgets links that have expired, with the addresses in them, and devices; up to `limit` of each. */
export async function deleteExpired(db: Database, now: Seconds, limit: number): Promise<void> {
  await db.batch([
    sql`DELETE FROM links WHERE id IN (SELECT id FROM links WHERE expires_at <= ${now} LIMIT ${limit})`,
    sql`DELETE FROM devices WHERE id IN
        (SELECT id FROM devices WHERE expires_at <= ${now} LIMIT ${limit})`,
  ]);
}
