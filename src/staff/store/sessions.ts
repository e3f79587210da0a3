/** Browsers that have entered. Whoever is removed has no session from that moment on. */
import { getTableColumns, type SQL, sql } from 'drizzle-orm';
import type { Seconds } from '../../clock.ts';
import type { Database } from '../../db/client.ts';
import { bare, figure } from '../../db/names.ts';
import { members, operators, providers, sessions, staff } from '../../db/schema.ts';
import { orNull, type RowOf, select } from '../../db/select.ts';
import { type Room, SESSION } from '../staff.ts';

/** A session of a room that has not ended, by the SHA-256 of what its cookie holds. */
const isLive = (room: Room, hash: string, machine: Seconds) =>
  sql`${sessions.hash} = ${hash} AND ${sessions.room} = ${room} AND ${sessions.endsAt} > ${machine}
    AND ${sessions.seenAt} > ${machine} - ${figure(SESSION[room].idle)}`;

const SESSION_ROW = {
  session: sessions.id,
  seenAt: sessions.seenAt,
  staffId: sessions.staffId,
  email: staff.email,
  staffName: staff.name,
};

const MEMBER_ROW = {
  ...orNull(getTableColumns(providers)),
  ...SESSION_ROW,
  ...orNull({ memberId: members.id, role: members.role, mayExport: members.mayExport }),
};
export type MemberRow = RowOf<typeof MEMBER_ROW>;

/** A session of the portal with the membership at the provider that a slug names, in one statement. */
export async function readMember(
  db: Database,
  hash: string,
  slug: string,
  machine: Seconds,
): Promise<MemberRow | null> {
  const [row] = await db.all(
    select(
      MEMBER_ROW,
      sql`FROM ${sessions} CROSS JOIN ${staff} ON ${staff.id} = ${sessions.staffId}
        LEFT JOIN ${providers} ON ${providers.slug} = ${slug}
          OR (${providers.publicKey} = ${slug} AND ${providers.slug} IS NULL)
        LEFT JOIN ${members} ON ${members.providerId} = ${providers.id}
          AND ${members.staffId} = ${sessions.staffId}
        WHERE ${isLive('portal', hash, machine)}`,
    ),
  );
  return row ?? null;
}

const OPERATOR_ROW = { ...SESSION_ROW, ...orNull({ role: operators.role }) };
export type OperatorRow = RowOf<typeof OPERATOR_ROW>;

/** A session of the console with the role of whoever has it. */
export async function readOperator(
  db: Database,
  hash: string,
  machine: Seconds,
): Promise<OperatorRow | null> {
  const [row] = await db.all(
    select(
      OPERATOR_ROW,
      sql`FROM ${sessions} CROSS JOIN ${staff} ON ${staff.id} = ${sessions.staffId}
        LEFT JOIN ${operators} ON ${operators.staffId} = ${sessions.staffId}
        WHERE ${isLive('console', hash, machine)}`,
    ),
  );
  return row ?? null;
}

const STAFF_ROW = {
  ...SESSION_ROW,
  providers: sql<string>`(SELECT json_group_array(json_array(
      coalesce(${providers.slug}, ${providers.publicKey}), ${providers.name}))
    FROM ${members} CROSS JOIN ${providers} ON ${providers.id} = ${members.providerId}
    WHERE ${members.staffId} = ${sessions.staffId})`,
};
export type StaffRow = RowOf<typeof STAFF_ROW>;

/** A session with all that its person belongs to. */
export async function readStaff(
  db: Database,
  room: Room,
  hash: string,
  machine: Seconds,
): Promise<StaffRow | null> {
  const [row] = await db.all(
    select(
      STAFF_ROW,
      sql`FROM ${sessions} CROSS JOIN ${staff} ON ${staff.id} = ${sessions.staffId}
        WHERE ${isLive(room, hash, machine)} AND (${room} = 'portal'
          OR EXISTS (SELECT 1 FROM ${operators} WHERE ${operators.staffId} = ${sessions.staffId}))`,
    ),
  );
  return row ?? null;
}

/** Notes that a session was seen. */
export async function touch(db: Database, id: number, machine: Seconds): Promise<void> {
  await db.commit({
    seen: sql`UPDATE ${sessions} SET ${bare(sessions).seenAt} = ${machine} WHERE ${sessions.id} = ${id}`,
  });
}

const LISTED = {
  id: sessions.id,
  agent: sessions.agent,
  createdAt: sessions.createdAt,
  seenAt: sessions.seenAt,
};
export type ListedSession = RowOf<typeof LISTED>;

/** Where somebody is in now, latest first. */
export function readSessions(
  db: Database,
  room: Room,
  staffId: number,
  machine: Seconds,
): Promise<ListedSession[]> {
  return db.all(
    select(
      LISTED,
      sql`FROM ${sessions} WHERE ${sessions.staffId} = ${staffId} AND ${sessions.room} = ${room}
        AND ${sessions.endsAt} > ${machine}
        AND ${sessions.seenAt} > ${machine} - ${figure(SESSION[room].idle)}
        ORDER BY ${sessions.createdAt} DESC`,
    ),
  );
}

/** Ends one of somebody's own sessions in a room, or all of them. */
export async function deleteSessions(
  db: Database,
  room: Room,
  staffId: number,
  id: number | 'all',
): Promise<number> {
  const which: SQL = id === 'all' ? sql`1` : sql`${sessions.id} = ${id}`;
  const { ended } = await db.commit({
    ended: sql`DELETE FROM ${sessions} WHERE ${sessions.staffId} = ${staffId}
      AND ${sessions.room} = ${room} AND ${which}`,
  });
  return ended.changed;
}
