/** What lets somebody of the staff in, or lets a dangerous act go, once. */
import { type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import { DAY, HOUR, type Seconds } from '../../clock.ts';
import type { Database } from '../../db/client.ts';
import { bare, figure } from '../../db/names.ts';
import { entries, members, operators, providers, sessions, staff } from '../../db/schema.ts';
import { type RowOf, select } from '../../db/select.ts';
import { owe } from '../../delivery/owe.ts';
import type { BrowserClaims } from '../../token.ts';
import { ENTER_CAP, type Room, SURE_CAP, TRIES } from '../staff.ts';

const set = bare(entries);
const e = alias(entries, 'earlier');
const p = alias(providers, 'theirs');

/** Whether somebody of the staff, by an id, may be in a room at all. */
function belongs(room: Room, staffId: SQL): SQL {
  return room === 'portal'
    ? sql`EXISTS (SELECT 1 FROM ${members} WHERE ${members.staffId} = ${staffId})`
    : sql`EXISTS (SELECT 1 FROM ${operators} WHERE ${operators.staffId} = ${staffId})`;
}

export interface Asking {
  id: number;
  room: Room;
  email: string;
  /** SHA-256 of what the browser holds that asks, hex. */
  asked: string;
  /** Which browser it is, where somebody has entered in it before. */
  browser: BrowserClaims | null;
  now: Seconds;
  expiresAt: Seconds;
}

/**
 * Owes the mail with a way in, where the address is one of the staff's and has not had as many. The
 * statements are the same whoever has that address.
 */
export async function insertEntry(db: Database, asking: Asking): Promise<boolean> {
  const { id, room, email, asked, browser, now, expiresAt } = asking;
  const own = sql`CASE WHEN ${staff.id} = ${browser?.staffId ?? null}
    THEN ${browser?.browserId ?? null} END`;
  const since = (span: Seconds) => sql`(SELECT count(*) FROM ${entries} ${e}
    WHERE ${e.staffId} = ${staff.id} AND ${e.createdAt} > ${now - span} AND ${e.purpose} = 'enter'
      AND ${e.asked} IS NOT NULL AND ${e.browser} IS ${own})`;
  const { owed } = await db.commit({
    made: sql`INSERT INTO ${entries} (${set.id}, ${set.purpose}, ${set.room}, ${set.staffId},
        ${set.asked}, ${set.browser}, ${set.createdAt}, ${set.expiresAt})
      SELECT ${id}, 'enter', ${room}, ${staff.id}, ${asked}, ${own}, ${now}, ${expiresAt}
      FROM ${staff} WHERE ${staff.email} = ${email} AND ${belongs(room, sql`${staff.id}`)}
        AND ${since(HOUR)} < ${figure(ENTER_CAP.hour)}
        AND (${own} IS NOT NULL OR ${since(DAY)} < ${figure(ENTER_CAP.day)})`,
    owed: owe('enter', { ...mailed, entry: id, due: now, where: sql`${entries.id} = ${id}` }),
  });
  return owed.changed > 0;
}

/** To whom the mail of an entry goes. */
export const mailed = {
  to: 0,
  staff: sql`${staff.id}`,
  toHash: sql`${staff.emailHash}`,
  from: sql`${entries} CROSS JOIN ${staff} ON ${staff.id} = ${entries.staffId}`,
};

/** A way into the console that is mailed to nobody; false where the address is none of an operator's. */
export async function insertHandedEntry(
  db: Database,
  entry: Pick<Asking, 'id' | 'email' | 'now' | 'expiresAt'>,
): Promise<boolean> {
  const { id, email, now, expiresAt } = entry;
  const { made } = await db.commit({
    made: sql`INSERT INTO ${entries} (${set.id}, ${set.purpose}, ${set.room}, ${set.staffId},
        ${set.createdAt}, ${set.expiresAt})
      SELECT ${id}, 'enter', 'console', ${staff.id}, ${now}, ${expiresAt}
      FROM ${staff} WHERE ${staff.email} = ${email} AND ${belongs('console', sql`${staff.id}`)}`,
  });
  return made.changed > 0;
}

const ENTRY = {
  id: entries.id,
  purpose: entries.purpose,
  room: entries.room,
  staffId: entries.staffId,
  providerId: entries.providerId,
  asked: entries.asked,
  expiresAt: entries.expiresAt,
  usedAt: entries.usedAt,
  email: staff.email,
  emailHash: staff.emailHash,
  /** Names of the providers to which it leads, as JSON. */
  leadsTo: sql<string>`(SELECT json_group_array(${p.name}) FROM ${members}
    CROSS JOIN ${providers} ${p} ON ${p.id} = ${members.providerId}
    WHERE ${members.staffId} = ${entries.staffId}
      AND ${p.id} = coalesce(${entries.providerId}, ${p.id}))`,
};
export type EntryRow = RowOf<typeof ENTRY>;

export async function readEntry(db: Database, id: number): Promise<EntryRow | null> {
  const [row] = await db.all(
    select(
      ENTRY,
      sql`FROM ${entries} CROSS JOIN ${staff} ON ${staff.id} = ${entries.staffId}
        WHERE ${entries.id} = ${id}`,
    ),
  );
  return row ?? null;
}

const isOpen = (now: Seconds) => sql`${entries.usedAt} IS NULL AND ${entries.expiresAt} > ${now}`;

/** Counts one try of digits on what a browser asked for, and gives the entries that they may be of. */
export async function countTries(
  db: Database,
  room: Room,
  asked: string,
  now: Seconds,
): Promise<number[]> {
  const { tried } = await db.commit({
    tried: sql<{ id: number }>`UPDATE ${entries} SET ${set.tries} = ${entries.tries} + 1
      WHERE ${entries.asked} = ${asked} AND ${entries.room} = ${room}
        AND ${entries.purpose} = 'enter' AND ${isOpen(now)} AND ${entries.tries} < ${figure(TRIES)}
      RETURNING ${set.id} AS id`,
  });
  return tried.rows.map(({ id }) => id);
}

export interface Opening {
  entryId: number;
  room: Room;
  session: { id: number; hash: string; agent: string; endsAt: Seconds };
  /** SHA-256 of what the browser's cookie held until now, or null. */
  earlier: string | null;
  now: Seconds;
  /** Machine time, epoch seconds. */
  machine: Seconds;
}

/** Spends an entry on a session, once. What the same browser had ends. False where it was not to be had. */
export async function insertSession(db: Database, opening: Opening): Promise<boolean> {
  const { entryId, room, session, earlier, now, machine } = opening;
  const s = bare(sessions);
  const mine = sql`SELECT ${sessions.staffId} FROM ${sessions} WHERE ${sessions.id} = ${session.id}`;
  const isIn = sql`EXISTS (${mine})`;
  const invitedThere = sql`(${entries.providerId} IS NULL OR EXISTS (SELECT 1 FROM ${members}
    WHERE ${members.staffId} = ${entries.staffId} AND ${members.providerId} = ${entries.providerId}))`;
  const { opened } = await db.commit({
    opened: sql`INSERT INTO ${sessions} (${s.id}, ${s.hash}, ${s.room}, ${s.staffId}, ${s.agent},
        ${s.createdAt}, ${s.seenAt}, ${s.endsAt})
      SELECT ${session.id}, ${session.hash}, ${room}, ${entries.staffId}, ${session.agent}, ${machine},
        ${machine}, ${session.endsAt}
      FROM ${entries} WHERE ${entries.id} = ${entryId} AND ${entries.purpose} IN ('enter', 'invite')
        AND ${entries.room} = ${room} AND ${isOpen(now)}
        AND ${belongs(room, sql`${entries.staffId}`)} AND ${invitedThere}`,
    ended: sql`DELETE FROM ${sessions} WHERE ${sessions.hash} = ${earlier} AND ${isIn}`,
    joined: sql`UPDATE ${members} SET ${bare(members).joinedAt} = ${now}
      WHERE ${members.staffId} IN (${mine}) AND ${members.joinedAt} IS NULL AND ${room} = 'portal'`,
    entered: sql`UPDATE ${staff} SET ${bare(staff).enteredAt} = ${now} WHERE ${staff.id} IN (${mine})`,
    used: sql`UPDATE ${entries} SET ${set.usedAt} = ${now} WHERE ${entries.id} = ${entryId} AND ${isIn}`,
  });
  return opened.changed > 0;
}

export interface Surely {
  id: number;
  room: Room;
  staffId: number;
  sessionId: number;
  /** What the digits let go, by a digest of it. */
  act: string;
  now: Seconds;
  expiresAt: Seconds;
}

/** Owes digits for one act of one session; false where it has asked for as many as it may. */
export async function insertSure(db: Database, sure: Surely): Promise<boolean> {
  const { id, room, staffId, sessionId, act, now, expiresAt } = sure;
  const asked = sql`(SELECT count(*) FROM ${entries} ${e} WHERE ${e.sessionId} = ${sessionId}
    AND ${e.createdAt} > ${now - HOUR})`;
  const { owed } = await db.commit({
    made: sql`INSERT INTO ${entries} (${set.id}, ${set.purpose}, ${set.room}, ${set.staffId},
        ${set.sessionId}, ${set.act}, ${set.createdAt}, ${set.expiresAt})
      SELECT ${id}, 'sure', ${room}, ${staffId}, ${sessionId}, ${act}, ${now}, ${expiresAt}
      WHERE ${asked} < ${figure(SURE_CAP.hour)}`,
    owed: owe('sure', { ...mailed, entry: id, due: now, where: sql`${entries.id} = ${id}` }),
  });
  return owed.changed > 0;
}

/** Counts one try of digits on an act of a session, and gives the entries that they may be of. */
export async function countSureTries(
  db: Database,
  { sessionId, act, now }: Pick<Surely, 'sessionId' | 'act' | 'now'>,
): Promise<number[]> {
  const { tried } = await db.commit({
    tried: sql<{ id: number }>`UPDATE ${entries} SET ${set.tries} = ${entries.tries} + 1
      WHERE ${entries.sessionId} = ${sessionId} AND ${entries.act} = ${act}
        AND ${entries.purpose} = 'sure' AND ${isOpen(now)} AND ${entries.tries} < ${figure(TRIES)}
      RETURNING ${set.id} AS id`,
  });
  return tried.rows.map(({ id }) => id);
}

/** Spends digits on their act, once. */
export async function spendSure(db: Database, id: number, now: Seconds): Promise<boolean> {
  const { spent } = await db.commit({
    spent: sql`UPDATE ${entries} SET ${set.usedAt} = ${now}
      WHERE ${entries.id} = ${id} AND ${entries.purpose} = 'sure' AND ${isOpen(now)}`,
  });
  return spent.changed > 0;
}

/** Forgets entries that ended before an instant, and sessions that have ended; up to `limit` of each. */
export async function deleteEnded(
  db: Database,
  before: { entries: Seconds; sessions: Seconds },
  limit: number,
): Promise<void> {
  await db.commit({
    entries: sql`DELETE FROM ${entries} WHERE ${entries.id} IN (SELECT ${entries.id} FROM ${entries}
      WHERE ${entries.expiresAt} <= ${before.entries} LIMIT ${limit})`,
    sessions: sql`DELETE FROM ${sessions} WHERE ${sessions.id} IN (SELECT ${sessions.id}
      FROM ${sessions} WHERE ${sessions.endsAt} <= ${before.sessions} LIMIT ${limit})`,
  });
}
