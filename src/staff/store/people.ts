/** Who is of the staff, and what ends that. */
import { type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import { DAY, type Seconds } from '../../clock.ts';
import type { Database } from '../../db/client.ts';
import { bare, figure } from '../../db/names.ts';
import {
  deliveries,
  entries,
  events,
  members,
  operators,
  providers,
  sessions,
  staff,
} from '../../db/schema.ts';
import { isTrue, type RowOf, select } from '../../db/select.ts';
import { type Act, isSuppressed, writeAct } from '../../db/statements.ts';
import { owe } from '../../delivery/owe.ts';
import { countCaused, insertRefusal, mayCause } from '../../suppression/strangers.ts';
import { CAPS, STRANGERS_LIFETIME, TRY_CAP } from '../../suppression/suppression.ts';
import { INVITES_A_DAY, type MemberRole, type OperatorRole, type Room } from '../staff.ts';
import { tellOwners } from '../tell-owners.ts';
import { mailed } from './entries.ts';

const other = alias(members, 'other');
const o = alias(operators, 'other_operator');
const t = alias(staff, 'other_staff');

export interface Invited {
  email: string;
  hash: string;
  /** Ids for what is not there yet. */
  staffId: number;
  memberId: number;
  entryId: number;
  now: Seconds;
  expiresAt: Seconds;
}

/** Takes somebody in among the staff, whom nobody knows by this address yet. */
function makeStaff({ staffId, email, hash, now }: Invited, where: SQL): SQL {
  const s = bare(staff);
  return sql`INSERT INTO ${staff} (${s.id}, ${s.email}, ${s.emailHash}, ${s.createdAt})
    SELECT ${staffId}, ${email}, ${hash}, ${now} WHERE ${where} ON CONFLICT DO NOTHING`;
}

const idOf = (email: string) =>
  sql`(SELECT ${staff.id} FROM ${staff} WHERE ${staff.email} = ${email})`;

function makeInvitation(invited: Invited, room: Room, provider: number | null, from: SQL): SQL {
  const e = bare(entries);
  return sql`INSERT INTO ${entries} (${e.id}, ${e.purpose}, ${e.room}, ${e.staffId}, ${e.providerId},
      ${e.createdAt}, ${e.expiresAt})
    SELECT ${invited.entryId}, 'invite', ${room}, ${staff.id}, ${provider}, ${invited.now},
      ${invited.expiresAt} FROM ${from}`;
}

/**
 * Asks somebody to a provider's people; whoever has not entered yet is asked again. The answer does not
 * depend on whose address it is, nor on whether mail may go there.
 *
 * @param by whether an owner asks, whom nobody has vouched for, or the operator
 * @returns false where as many have been invited as may be in a day
 */
export async function insertMember(
  db: Database,
  invited: Invited & { providerId: number; role: MemberRole; mayExport: boolean },
  by: 'owner' | 'operator',
  act: Act,
): Promise<boolean> {
  const { providerId, memberId, entryId, email, hash, role, mayExport, now } = invited;
  const m = bare(members);
  const limit = by === 'owner' ? INVITES_A_DAY : null;
  const today = sql`(SELECT count(*) FROM ${entries} WHERE ${entries.providerId} = ${providerId}
    AND ${entries.purpose} = 'invite' AND ${entries.createdAt} > ${now - DAY})`;
  const mayAsk = limit === null ? sql`1` : sql`${today} < ${figure(limit)}`;
  const limits = {
    cap: CAPS.stranger,
    tries: TRY_CAP,
    day: now - DAY,
    month: now - STRANGERS_LIFETIME,
  };
  const asked = sql`EXISTS (SELECT 1 FROM ${entries} WHERE ${entries.id} = ${entryId})`;
  const mail = {
    ...mailed,
    entry: entryId,
    about: sql`${entries.providerId}`,
    due: now,
    where: sql`${entries.id} = ${entryId}`,
  };
  const isNew = sql`NOT EXISTS (SELECT 1 FROM ${members} WHERE ${members.providerId} = ${providerId}
    AND ${members.staffId} = ${idOf(email)})`;
  const { before } = await db.commit({
    before: select({ may: isTrue(mayAsk) }, sql``),
    act: writeAct(act, sql`${mayAsk} AND ${isNew}`),
    told:
      role === 'owner' &&
      tellOwners('owners-changed', sql`${providerId}`, now, sql`${mayAsk} AND ${isNew}`),
    staff: makeStaff(invited, mayAsk),
    member: sql`INSERT INTO ${members} (${m.id}, ${m.providerId}, ${m.staffId}, ${m.role},
        ${m.mayExport}, ${m.invitedBy}, ${m.createdAt})
      SELECT ${memberId}, ${providerId}, ${idOf(email)}, ${role}, ${mayExport ? 1 : 0}, ${act.actor},
        ${now} WHERE ${mayAsk} ON CONFLICT DO NOTHING`,
    entry: makeInvitation(
      invited,
      'portal',
      providerId,
      sql`${staff} CROSS JOIN ${members} ON ${members.staffId} = ${staff.id}
        WHERE ${staff.email} = ${email} AND ${members.providerId} = ${providerId}
          AND ${members.joinedAt} IS NULL AND ${mayAsk}`,
    ),
    owed:
      by === 'owner'
        ? owe('invite', {
            ...mail,
            goes: sql`(NOT ${isSuppressed(sql`${hash}`)} AND ${mayCause(sql`${hash}`, limits)} AND ${asked})`,
          })
        : owe('appoint', mail),
    counted:
      by === 'owner' &&
      countCaused(
        sql`SELECT ${deliveries.toHash} AS hash FROM ${deliveries}
          WHERE ${deliveries.staffId} = ${idOf(email)} AND ${deliveries.entryId} = ${entryId}
            AND ${deliveries.state} = 'owed'`,
        now,
      ),
  });
  return before.row?.may === 1;
}

const MEMBER = {
  id: members.id,
  staffId: members.staffId,
  email: staff.email,
  name: staff.name,
  role: members.role,
  mayExport: members.mayExport,
  createdAt: members.createdAt,
  joinedAt: members.joinedAt,
  enteredAt: staff.enteredAt,
  /** Mail to them came back for good, or was complained about: by events of mail to them alone. */
  unreachable: isTrue(sql`EXISTS (SELECT 1 FROM ${deliveries}
    CROSS JOIN ${events} ON ${events.deliveryId} = ${deliveries.id}
    WHERE ${deliveries.staffId} = ${staff.id} AND ${deliveries.about} = ${members.providerId}
      AND ${events.kind} IN ('hard-bounce', 'refused'))`),
};
export type MemberListed = RowOf<typeof MEMBER>;

/** A provider's people, owners first. */
export function readMembers(db: Database, providerId: number): Promise<MemberListed[]> {
  return db.all(
    select(
      MEMBER,
      sql`FROM ${members} CROSS JOIN ${staff} ON ${staff.id} = ${members.staffId}
        WHERE ${members.providerId} = ${providerId}
        ORDER BY ${members.role}, ${members.createdAt}, ${members.id}`,
    ),
  );
}

/** One of a provider's people; null where they are not of this one. */
export async function readMemberRow(
  db: Database,
  providerId: number,
  id: number,
): Promise<MemberListed | null> {
  const [row] = await db.all(
    select(
      MEMBER,
      sql`FROM ${members} CROSS JOIN ${staff} ON ${staff.id} = ${members.staffId}
        WHERE ${members.id} = ${id} AND ${members.providerId} = ${providerId}`,
    ),
  );
  return row ?? null;
}

/** A member (columns of `members`) without whom a provider still has an owner. */
const isSpare = sql`(${members.role} <> 'owner' OR ${members.joinedAt} IS NULL
  OR EXISTS (SELECT 1 FROM ${members} ${other} WHERE ${other.providerId} = ${members.providerId}
    AND ${other.id} <> ${members.id} AND ${other.role} = 'owner' AND ${other.joinedAt} IS NOT NULL))`;

const isThere = (where: SQL) => sql`EXISTS (SELECT 1 FROM ${members} WHERE ${where})`;

/** What belongs to somebody who is of the staff no more. */
function forgetStaff(staffId: number): SQL[] {
  const gone = sql`NOT EXISTS (SELECT 1 FROM ${members} WHERE ${members.staffId} = ${staffId})
    AND NOT EXISTS (SELECT 1 FROM ${operators} WHERE ${operators.staffId} = ${staffId})`;
  return [
    sql`DELETE FROM ${sessions} WHERE ${sessions.staffId} = ${staffId} AND ${gone}`,
    sql`DELETE FROM ${entries} WHERE ${entries.staffId} = ${staffId} AND ${gone}`,
    sql`DELETE FROM ${staff} WHERE ${staff.id} = ${staffId} AND ${gone}`,
  ];
}

/** Ends sessions of a room where somebody belongs nowhere in it any more. */
const endSessions = (room: Room, staffId: number, belongs: SQL): SQL =>
  sql`DELETE FROM ${sessions} WHERE ${sessions.staffId} = ${staffId} AND ${sessions.room} = ${room}
    AND NOT ${belongs}`;

/** Takes somebody out of a provider's people, with their sessions. False where they are its last owner. */
export async function deleteMember(
  db: Database,
  providerId: number,
  member: Pick<MemberListed, 'id' | 'staffId'>,
  act: Act,
): Promise<boolean> {
  const which = sql`${members.id} = ${member.id} AND ${members.providerId} = ${providerId}`;
  const may = isThere(sql`${which} AND ${isSpare}`);
  const wasOwner = isThere(sql`${which} AND ${isSpare} AND ${members.role} = 'owner'`);
  const { removed } = await db.commit({
    act: writeAct(act, may),
    told: tellOwners('owners-changed', sql`${providerId}`, act.at, wasOwner),
    removed: sql`DELETE FROM ${members} WHERE ${which} AND ${isSpare}`,
    sessions: endSessions(
      'portal',
      member.staffId,
      isThere(sql`${members.staffId} = ${member.staffId}`),
    ),
    forgotten: forgetStaff(member.staffId),
  });
  return removed.changed > 0;
}

/** Gives somebody another role. False where they are the last owner, or have it already. */
export async function updateMember(
  db: Database,
  providerId: number,
  id: number,
  changes: { role: MemberRole; mayExport: boolean },
  act: Act,
): Promise<boolean> {
  const { role } = changes;
  const mayExport = changes.mayExport ? 1 : 0;
  const which = sql`${members.id} = ${id} AND ${members.providerId} = ${providerId}
    AND (${members.role} <> ${role} OR ${members.mayExport} <> ${mayExport})
    AND (${role} = 'owner' OR ${isSpare})`;
  const m = bare(members);
  const { changed } = await db.commit({
    act: writeAct(act, isThere(which)),
    told: tellOwners(
      'owners-changed',
      sql`${providerId}`,
      act.at,
      isThere(sql`${which} AND ${members.role} <> ${role}`),
    ),
    changed: sql`UPDATE ${members} SET ${m.role} = ${role}, ${m.mayExport} = ${mayExport}
      WHERE ${which}`,
  });
  return changed.changed > 0;
}

/**
 * The owner of an address wants no invitation: it ends, with what it led to where they never entered, and
 * for 30 days nothing comes that strangers can cause.
 */
export async function refuseInvitation(
  db: Database,
  entry: { id: number; staffId: number; providerId: number | null },
  now: Seconds,
): Promise<boolean> {
  const open = sql`EXISTS (SELECT 1 FROM ${entries} WHERE ${entries.id} = ${entry.id}
    AND ${entries.purpose} = 'invite' AND ${entries.usedAt} IS NULL)`;
  const { refused } = await db.commit({
    refused: insertRefusal(
      sql`SELECT ${staff.emailHash} AS hash FROM ${staff}
        WHERE ${staff.id} = ${entry.staffId} AND ${open}`,
      now,
    ),
    member: sql`DELETE FROM ${members} WHERE ${members.staffId} = ${entry.staffId}
      AND ${members.providerId} = ${entry.providerId} AND ${members.joinedAt} IS NULL AND ${open}`,
    operator: sql`DELETE FROM ${operators} WHERE ${operators.staffId} = ${entry.staffId}
      AND ${entry.providerId} IS NULL AND ${open} AND EXISTS (SELECT 1 FROM ${staff}
        WHERE ${staff.id} = ${operators.staffId} AND ${staff.enteredAt} IS NULL)`,
    used: sql`UPDATE ${entries} SET ${bare(entries).usedAt} = ${now}
      WHERE ${entries.id} = ${entry.id} AND ${entries.purpose} = 'invite' AND ${entries.usedAt} IS NULL`,
    forgotten: forgetStaff(entry.staffId),
  });
  return refused.changed > 0;
}

/** The id of the provider that the operator calls by a slug, or by its key; null where there is none. */
export async function providerCalled(db: Database, slug: string): Promise<number | null> {
  const [row] = await db.all(
    select(
      {
        id: sql<number | null>`(SELECT ${providers.id} FROM ${providers}
    WHERE ${providers.slug} = ${slug} OR ${providers.publicKey} = ${slug})`,
      },
      sql``,
    ),
  );
  return row?.id ?? null;
}

const OPERATOR = {
  staffId: operators.staffId,
  email: staff.email,
  name: staff.name,
  role: operators.role,
  createdAt: operators.createdAt,
  enteredAt: staff.enteredAt,
};
export type OperatorListed = RowOf<typeof OPERATOR>;

/** Everybody of the console, owners first. */
export function readOperators(db: Database): Promise<OperatorListed[]> {
  return db.all(
    select(
      OPERATOR,
      sql`FROM ${operators} CROSS JOIN ${staff} ON ${staff.id} = ${operators.staffId}
        ORDER BY ${operators.role} <> 'owner', ${operators.createdAt}, ${operators.staffId}`,
    ),
  );
}

/** Takes somebody into the console's people and mails them; whoever has not entered is asked again. */
export async function insertOperator(
  db: Database,
  invited: Invited & { role: OperatorRole },
  act: Act,
): Promise<void> {
  const { entryId, email, role, now } = invited;
  const w = bare(operators);
  await db.commit({
    act: writeAct(
      act,
      sql`NOT EXISTS (SELECT 1 FROM ${operators}
      WHERE ${operators.staffId} = ${idOf(email)})`,
    ),
    staff: makeStaff(invited, sql`1`),
    operator: sql`INSERT INTO ${operators} (${w.staffId}, ${w.role}, ${w.createdAt})
      SELECT ${idOf(email)}, ${role}, ${now} WHERE 1 ON CONFLICT DO NOTHING`,
    entry: makeInvitation(
      invited,
      'console',
      null,
      sql`${staff} WHERE ${staff.email} = ${email} AND ${staff.enteredAt} IS NULL`,
    ),
    owed: owe('appoint', {
      ...mailed,
      entry: entryId,
      due: now,
      where: sql`${entries.id} = ${entryId}`,
    }),
  });
}

/** An operator (columns of `operators`) without whom the console still has an owner. */
const isSpareOperator = sql`(${operators.role} <> 'owner'
  OR EXISTS (SELECT 1 FROM ${operators} ${o} CROSS JOIN ${staff} ${t} ON ${t.id} = ${o.staffId}
    WHERE ${o.staffId} <> ${operators.staffId} AND ${o.role} = 'owner' AND ${t.enteredAt} IS NOT NULL)
  OR EXISTS (SELECT 1 FROM ${staff} ${t}
    WHERE ${t.id} = ${operators.staffId} AND ${t.enteredAt} IS NULL))`;

const isOperator = (where: SQL) => sql`EXISTS (SELECT 1 FROM ${operators} WHERE ${where})`;

export async function deleteOperator(db: Database, staffId: number, act: Act): Promise<boolean> {
  const which = sql`${operators.staffId} = ${staffId} AND ${isSpareOperator}`;
  const { removed } = await db.commit({
    act: writeAct(act, isOperator(which)),
    removed: sql`DELETE FROM ${operators} WHERE ${which}`,
    sessions: endSessions('console', staffId, isOperator(sql`${operators.staffId} = ${staffId}`)),
    forgotten: forgetStaff(staffId),
  });
  return removed.changed > 0;
}

export async function updateOperator(
  db: Database,
  staffId: number,
  role: OperatorRole,
  act: Act,
): Promise<boolean> {
  const which = sql`${operators.staffId} = ${staffId} AND ${operators.role} <> ${role}
    AND (${role} = 'owner' OR ${isSpareOperator})`;
  const { changed } = await db.commit({
    act: writeAct(act, isOperator(which)),
    changed: sql`UPDATE ${operators} SET ${bare(operators).role} = ${role} WHERE ${which}`,
  });
  return changed.changed > 0;
}
