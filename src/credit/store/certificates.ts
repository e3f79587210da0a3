import { and, desc, eq, inArray, type SQL, sql } from 'drizzle-orm';
import type { Seconds } from '../../clock.ts';
import type { Database } from '../../db/client.ts';
import { certificates, claims, prints, tries } from '../../db/credit.ts';
import { bare, figure } from '../../db/names.ts';
import { providers } from '../../db/schema.ts';
import { listOf, select } from '../../db/select.ts';
import { type Act, writeAct } from '../../db/statements.ts';
import { owe } from '../../delivery/owe.ts';
import type { Pictures } from '../certificate.ts';

export type CertificateRow = typeof certificates.$inferSelect;

const x = bare(certificates);
const c = bare(claims);

const isNumber = (number: string): SQL => sql`${certificates.number} = ${number}`;
const stands = sql`${certificates.withdrawnAt} IS NULL`;
const isThere = (where: SQL): SQL => sql`EXISTS (SELECT 1 FROM ${certificates} WHERE ${where})`;

/** A certificate with its provider's name of today. */
export async function readCertificate(
  db: Database,
  number: string,
): Promise<(CertificateRow & { provider: string | null }) | null> {
  const [found] = await db.orm
    .select({ row: certificates, provider: providers.name })
    .from(certificates)
    .leftJoin(providers, eq(providers.id, certificates.providerId))
    .where(eq(certificates.number, number));
  return found ? { ...found.row, provider: found.provider } : null;
}

/** All that somebody was ever given, the newest first. */
export function readCertificatesOf(db: Database, subscriberId: number): Promise<CertificateRow[]> {
  return db.orm
    .select()
    .from(certificates)
    .where(eq(certificates.subscriberId, subscriberId))
    .orderBy(desc(certificates.issuedAt));
}

export function readClaimsOf(db: Database, subscriberId: number) {
  const { id, state, legalName, latinName, licences, register, zone, createdAt } = claims;
  const { passedAt, evaluated, completedAt } = claims;
  const named = { id, state, legalName, latinName, licences, register, zone };
  return db.orm
    .select({ ...named, createdAt, passedAt, evaluated, completedAt })
    .from(claims)
    .where(eq(claims.subscriberId, subscriberId));
}

export function readTriesOf(db: Database, subscriberId: number) {
  const { claimId, number, openedAt, handedInAt, right, needed, answers } = tries;
  return db.orm
    .select({ claimId, number, openedAt, handedInAt, right, needed, answers })
    .from(tries)
    .innerJoin(claims, eq(claims.id, tries.claimId))
    .where(eq(claims.subscriberId, subscriberId));
}

export async function readPictures(db: Database, hashes: readonly string[]): Promise<Pictures> {
  if (hashes.length === 0) return new Map();
  const rows = await db.orm
    .select()
    .from(prints)
    .where(inArray(prints.hash, [...hashes]));
  return new Map(rows.map(({ hash, type, body }) => [hash, { type, body }]));
}

/** What issuing reads of a claim. */
export async function readClaimToIssue(db: Database, claimId: number) {
  const [claim] = await db.orm
    .select({
      state: claims.state,
      frozen: claims.frozen,
      completedAt: claims.completedAt,
      releasedAt: claims.releasedAt,
      rev: claims.rev,
      number: certificates.number,
    })
    .from(claims)
    .leftJoin(certificates, and(eq(certificates.claimId, claims.id), stands))
    .where(eq(claims.id, claimId));
  return claim ?? null;
}

/** Claims whose certificate somebody was kept from making; the oldest first. */
export async function readClaimsToIssue(db: Database, limit: number): Promise<number[]> {
  const rows = await db.all(
    select(
      { id: claims.id },
      sql`FROM ${claims} WHERE ${claims.state} = 'complete' AND ${claims.releasedAt} IS NOT NULL
        ORDER BY ${claims.completedAt} LIMIT ${limit}`,
    ),
  );
  return rows.map(({ id }) => id);
}

/** What the machine adds to a claim that is complete. */
export interface Issue {
  number: string;
  layout: number;
  issuedAt: Seconds;
  keepUntil: Seconds;
}

/**
 * Gives a claim that is complete and released its certificate, and its learner a mail.
 *
 * @param rev the claim's, as it was read
 * @returns the number that the claim has now, whoever gave it; null where nothing was written
 */
export async function insertIssued(
  db: Database,
  claimId: number,
  rev: number,
  { number, layout, issuedAt, keepUntil }: Issue,
): Promise<string | null> {
  const isClaim = sql`${claims.id} = ${claimId}`;
  const ours = isThere(sql`${isNumber(number)} AND ${certificates.claimId} = ${claimId}`);
  const { standing } = await db.commit({
    certificate: sql`INSERT INTO ${certificates} (${x.number}, ${x.adoptionId}, ${x.providerId},
        ${x.claimId}, ${x.subscriberId}, ${x.frozen}, ${x.layout}, ${x.completedOn}, ${x.issuedAt},
        ${x.register}, ${x.keepUntil})
      SELECT ${number}, ${claims.adoptionId}, ${claims.providerId}, ${claims.id},
        ${claims.subscriberId}, ${claims.frozen}, ${figure(layout)}, ${claims.completedOn},
        ${issuedAt}, coalesce(${claims.register}, 'name-hidden'), ${keepUntil}
      FROM ${claims} WHERE ${isClaim} AND ${claims.rev} = ${rev} AND ${claims.state} = 'complete'
        AND ${claims.releasedAt} IS NOT NULL
      ON CONFLICT DO NOTHING`,
    mail: owe('certificate', {
      to: sql`${claims.subscriberId}`,
      due: issuedAt,
      from: sql`${claims}`,
      where: sql`${isClaim} AND ${claims.state} = 'complete' AND ${ours}`,
    }),
    claim: sql`UPDATE ${claims} SET ${c.state} = 'issued', ${c.rev} = ${claims.rev} + 1
      WHERE ${isClaim} AND ${claims.state} = 'complete' AND ${ours}`,
    standing: select(
      { number: certificates.number },
      sql`FROM ${certificates} WHERE ${certificates.claimId} = ${claimId} AND ${stands}`,
    ),
  });
  return standing.row?.number ?? null;
}

/**
 * Puts another certificate in the place of one that stands, with all that the old one has but what it
 * says. One act, one mail to whoever still is with us.
 *
 * @returns false where the old one did not stand any more, or the new number was taken
 */
export async function replaceStanding(
  db: Database,
  old: CertificateRow,
  replacement: { number: string; layout: number; issuedAt: Seconds; frozen: string; why: string },
  act: Act,
): Promise<boolean> {
  const { number, layout, issuedAt, frozen, why } = replacement;
  const free = sql`NOT ${isThere(isNumber(number))}`;
  const go = sql`${isThere(sql`${isNumber(old.number)} AND ${stands}`)} AND ${free}`;
  const { made } = await db.commit({
    act: writeAct(act, go),
    // First the old one: a unique index is checked at each statement.
    old: sql`UPDATE ${certificates} SET ${x.withdrawnAt} = ${issuedAt}, ${x.why} = ${why},
        ${x.replacedBy} = ${number} WHERE ${isNumber(old.number)} AND ${stands} AND ${free}`,
    made: sql`INSERT INTO ${certificates} (${x.number}, ${x.adoptionId}, ${x.providerId},
        ${x.claimId}, ${x.subscriberId}, ${x.frozen}, ${x.layout}, ${x.completedOn}, ${x.issuedAt},
        ${x.register}, ${x.replaces}, ${x.keepUntil})
      SELECT ${number}, ${certificates.adoptionId}, ${certificates.providerId},
        ${certificates.claimId}, ${certificates.subscriberId}, ${frozen}, ${figure(layout)},
        ${certificates.completedOn}, ${issuedAt}, ${certificates.register}, ${certificates.number},
        ${certificates.keepUntil}
      FROM ${certificates} WHERE ${isNumber(old.number)} AND ${certificates.replacedBy} = ${number}
      ON CONFLICT DO NOTHING`,
    mail: changed(
      number,
      issuedAt,
      sql`${isThere(sql`${certificates.replaces} = ${old.number}
      AND ${certificates.number} = ${number} AND ${certificates.issuedAt} = ${issuedAt}`)}`,
    ),
  });
  return made.changed > 0;
}

/** Tells whoever holds a certificate that something about it has changed. */
function changed(number: string, due: Seconds, where: SQL): SQL {
  return owe('certificate-changed', {
    to: sql`${certificates.subscriberId}`,
    due,
    from: sql`${certificates}`,
    where: sql`${isNumber(number)} AND ${certificates.subscriberId} IS NOT NULL AND ${where}`,
  });
}

/** False where it did not stand. One act, one mail. */
export async function withdrawStanding(
  db: Database,
  number: string,
  { at, why }: { at: Seconds; why: string },
  act: Act,
): Promise<boolean> {
  const go = sql`${isNumber(number)} AND ${stands}`;
  const { withdrawn } = await db.commit({
    act: writeAct(act, isThere(go)),
    mail: changed(number, at, stands),
    withdrawn: sql`UPDATE ${certificates} SET ${x.withdrawnAt} = ${at}, ${x.why} = ${why} WHERE ${go}`,
  });
  return withdrawn.changed > 0;
}

/** Empties what is kept of somebody who has erased, before its time. False where there is no such. */
export async function emptyErased(db: Database, number: string, act: Act): Promise<boolean> {
  const go = sql`${isNumber(number)} AND ${certificates.subscriberId} IS NULL
    AND ${certificates.frozen} IS NOT NULL`;
  const { emptied } = await db.commit({
    act: writeAct(act, isThere(go)),
    emptied: sql`UPDATE ${certificates} SET ${x.frozen} = NULL, ${x.why} = NULL WHERE ${go}`,
  });
  return emptied.changed > 0;
}

/** Empties what nobody must keep any more of those who have erased; up to `limit`. The row stays. */
export async function emptyOld(db: Database, now: Seconds, limit: number): Promise<number> {
  const { emptied } = await db.commit({
    emptied: sql`UPDATE ${certificates} SET ${x.frozen} = NULL, ${x.why} = NULL
      WHERE ${certificates.number} IN (SELECT ${certificates.number} FROM ${certificates}
        WHERE ${certificates.frozen} IS NOT NULL AND ${certificates.keepUntil} <= ${now}
          AND ${certificates.subscriberId} IS NULL LIMIT ${limit})`,
  });
  return emptied.changed;
}

/** Whether strangers read the name. Its holder's alone, and not once it is closed. */
export async function changeRegister(
  db: Database,
  number: string,
  subscriberId: number,
  register: 'shown' | 'name-hidden',
): Promise<boolean> {
  const { changed } = await db.commit({
    changed: sql`UPDATE ${certificates} SET ${x.register} = ${register} WHERE ${isNumber(number)}
      AND ${certificates.subscriberId} = ${subscriberId} RETURNING ${listOf({ number: certificates.number })}`,
  });
  return changed.rows.length > 0;
}
