/** Certificates as their provider reports, lists and looks them up: for as long as it must keep them. */
import { getTableColumns, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import type { Seconds } from '../../clock.ts';
import type { Database } from '../../db/client.ts';
import { adoptions, certificates, claims } from '../../db/credit.ts';
import { bare, figure, setOf } from '../../db/names.ts';
import { shares } from '../../db/schema.ts';
import { type RowOf, select } from '../../db/select.ts';
import { type Act, writeAct } from '../../db/statements.ts';
import type { Approval, Licence } from '../certificate.ts';
import type { ReportLine } from '../report.ts';
import type { CertificateRow } from './certificates.ts';
import { SO_FAR } from './tries.ts';

const x = bare(certificates);

/** What a provider still keeps: afterwards it is its holder's alone. */
const isKept = (providerId: number, now: Seconds): SQL =>
  sql`${certificates.providerId} = ${providerId} AND ${certificates.frozen} IS NOT NULL
    AND ${certificates.keepUntil} > ${now}`;

const said = (path: string) => sql`${certificates.frozen} ->> ${sql.raw(`'$.${path}'`)}`;

const LINE = {
  number: certificates.number,
  issuedAt: certificates.issuedAt,
  subscriberId: certificates.subscriberId,
  name: sql<string>`${said('printed.name')}`,
  latinName: sql<string | null>`${said('printed.latinName')}`,
  licences: sql<string>`${said('printed.licences')}`,
  completedOn: certificates.completedOn,
  hours: sql<number | null>`${said('printed.hours')}`,
  approvals: sql<string>`${said('printed.approvals')}`,
  right: sql<number>`${said('record.right')}`,
  of: sql<number>`${said('record.of')}`,
  tries: sql<number>`${said('record.tries')}`,
  withdrawnAt: certificates.withdrawnAt,
  replacedBy: certificates.replacedBy,
  reportedAt: certificates.reportedAt,
};
type LineRow = RowOf<typeof LINE>;

/** A line with when it was given and reported, and whose it is. */
export interface Line extends ReportLine {
  issuedAt: Seconds;
  withdrawnAt: Seconds | null;
  reportedAt: Seconds | null;
}

/** @param repeated names that several people have */
function lineOf({ licences, approvals, ...row }: LineRow, repeated: ReadonlySet<string>): Line {
  const { subscriberId: _, ...line } = row;
  return {
    ...line,
    licences: JSON.parse(licences) as Licence[],
    approvals: JSON.parse(approvals) as Approval[],
    state: row.withdrawnAt === null ? 'stands' : row.replacedBy === null ? 'withdrawn' : 'replaced',
    repeats: row.withdrawnAt === null && repeated.has(row.name),
  };
}

/** Where a page or a slice of the report goes on. */
export interface After {
  issuedAt: Seconds;
  number: string;
}

/** The oldest first, so that whatever is issued meanwhile stands behind it. */
export async function readReportSlice(
  db: Database,
  providerId: number,
  { now, after, limit }: { now: Seconds; after: After; limit: number },
  repeated: ReadonlySet<string>,
): Promise<Line[]> {
  const rows = await db.all(
    select(
      LINE,
      sql`FROM ${certificates} WHERE ${isKept(providerId, now)}
        AND (${certificates.issuedAt}, ${certificates.number}) > (${after.issuedAt}, ${after.number})
        ORDER BY ${certificates.issuedAt}, ${certificates.number} LIMIT ${figure(limit)}`,
    ),
  );
  return rows.map((row) => lineOf(row, repeated));
}

/** The newest first, from one of this provider's on; the first ones where it is none. */
export async function readReportPage(
  db: Database,
  providerId: number,
  { now, before, limit }: { now: Seconds; before: string | null; limit: number },
  repeated: ReadonlySet<string>,
): Promise<Line[]> {
  const b = alias(certificates, 'b');
  const place = sql`SELECT ${b.issuedAt}, ${b.number} FROM ${certificates} ${b}
    WHERE ${b.number} = ${before} AND ${b.providerId} = ${providerId}`;
  const behind =
    before === null
      ? sql``
      : sql`AND (NOT EXISTS (${place}) OR (${certificates.issuedAt}, ${certificates.number}) < (${place}))`;
  const rows = await db.all(
    select(
      LINE,
      sql`FROM ${certificates} WHERE ${isKept(providerId, now)} ${behind}
        ORDER BY ${certificates.issuedAt} DESC, ${certificates.number} DESC LIMIT ${figure(limit)}`,
    ),
  );
  return rows.map((row) => lineOf(row, repeated));
}

/** How many are kept, and names that several people have among those that stand: who erased is nobody known. */
export async function readKept(
  db: Database,
  providerId: number,
  now: Seconds,
): Promise<{ count: number; repeated: Set<string> }> {
  const { counted, names } = await db.commit({
    counted: sql<{
      n: number;
    }>`SELECT count(*) AS n FROM ${certificates} WHERE ${isKept(providerId, now)}`,
    names: sql<{ name: string }>`SELECT ${LINE.name} AS name FROM ${certificates}
      WHERE ${isKept(providerId, now)} AND ${certificates.withdrawnAt} IS NULL
      GROUP BY 1 HAVING count(DISTINCT coalesce(${certificates.subscriberId}, ${certificates.number})) > 1`,
  });
  return {
    count: counted.row?.n ?? 0,
    repeated: new Set(names.rows.map(({ name }) => name)),
  };
}

/** Whether one that a certificate took the place of was reported, however many lie between. */
const wasReportedBefore = sql`EXISTS (WITH RECURSIVE earlier(number) AS (
    SELECT ${certificates.replaces}
    UNION SELECT e.replaces FROM ${certificates} e JOIN earlier ON e.number = earlier.number
      WHERE e.replaces IS NOT NULL)
  SELECT 1 FROM earlier JOIN ${certificates} r ON r.number = earlier.number
  WHERE r.reported_at IS NOT NULL)`;

const stands = sql`${certificates.withdrawnAt} IS NULL`;
const isUnreported = sql`${stands} AND ${certificates.reportedAt} IS NULL`;

/** Those that stand and that nobody has reported, by themselves or by one before them; the oldest first. */
export async function readUnreported(
  db: Database,
  providerId: number,
  { now, limit }: { now: Seconds; limit: number },
): Promise<Line[]> {
  const rows = await db.all(
    select(
      LINE,
      sql`FROM ${certificates} WHERE ${isKept(providerId, now)} AND ${isUnreported}
        AND json_array_length(${certificates.frozen}, '$.printed.licences') > 0
        AND NOT ${wasReportedBefore}
        ORDER BY ${certificates.issuedAt}, ${certificates.number} LIMIT ${figure(limit)}`,
    ),
  );
  return rows.map((row) => lineOf(row, new Set()));
}

/**
 * What has changed of something that was reported: another that stands in its place and is not reported by
 * itself, or one that was withdrawn since `from`.
 */
export async function readCorrections(
  db: Database,
  providerId: number,
  { now, from, limit }: { now: Seconds; from: Seconds; limit: number },
): Promise<Line[]> {
  const rows = await db.all(
    select(
      LINE,
      sql`FROM ${certificates} WHERE ${isKept(providerId, now)}
        AND ((${isUnreported} AND ${certificates.replaces} IS NOT NULL AND ${wasReportedBefore})
          OR (${certificates.reportedAt} IS NOT NULL AND ${certificates.withdrawnAt} >= ${from}
            AND ${certificates.replacedBy} IS NULL))
        ORDER BY ${certificates.issuedAt}, ${certificates.number} LIMIT ${figure(limit)}`,
    ),
  );
  return rows.map((row) => lineOf(row, new Set()));
}

/** Writes that these were reported: those of this provider's that were not. One act where there are any. */
export async function markReported(
  db: Database,
  providerId: number,
  numbers: readonly string[],
  act: Act,
): Promise<number> {
  const these = sql`${certificates.providerId} = ${providerId} AND ${certificates.reportedAt} IS NULL
    AND ${certificates.number} IN ${setOf(numbers)}`;
  const { marked } = await db.commit({
    act: writeAct(act, sql`EXISTS (SELECT 1 FROM ${certificates} WHERE ${these})`),
    marked: sql`UPDATE ${certificates} SET ${x.reportedAt} = ${act.at} WHERE ${these}`,
  });
  return marked.changed;
}

/** Writes that something was downloaded. */
export async function noteReport(db: Database, act: Act): Promise<void> {
  await db.commit({ act: writeAct(act, sql`1`) });
}

/** A certificate that its provider keeps; null where it is none of its own, or no more. */
export async function readKeptOne(
  db: Database,
  providerId: number,
  number: string,
  now: Seconds,
): Promise<CertificateRow | null> {
  const [row] = await db.all(
    select(
      getTableColumns(certificates),
      sql`FROM ${certificates} WHERE ${certificates.number} = ${number} AND ${isKept(providerId, now)}`,
    ),
  );
  return row ?? null;
}

/** A claim that has no certificate yet, as its provider sees it once its learner has agreed to that. */
const GOING = {
  id: claims.id,
  state: claims.state,
  name: claims.legalName,
  licences: claims.licences,
  passedAt: claims.passedAt,
  completedOn: claims.completedOn,
  releasedAt: claims.releasedAt,
  refusedAt: claims.refusedAt,
  createdAt: claims.createdAt,
  ...SO_FAR,
};
export type GoingRow = RowOf<typeof GOING>;

/** Those that wait for their provider first, then the newest. */
export function readGoing(db: Database, providerId: number, limit: number): Promise<GoingRow[]> {
  return db.all(
    select(
      GOING,
      sql`FROM ${claims} WHERE ${claims.adoptionId} IN (SELECT ${adoptions.id} FROM ${adoptions}
          WHERE ${adoptions.providerId} = ${providerId})
        AND ${claims.state} IN ('open', 'complete', 'closed') AND ${claims.wordsVersion} IS NOT NULL
        AND (${claims.state} <> 'closed' OR ${claims.refusedAt} IS NOT NULL)
        AND EXISTS (SELECT 1 FROM ${shares} WHERE ${shares.providerId} = ${providerId}
          AND ${shares.subscriberId} = ${claims.subscriberId} AND ${shares.endedAt} IS NULL)
        ORDER BY ${claims.state} = 'complete' AND ${claims.releasedAt} IS NULL DESC,
          ${claims.createdAt} DESC, ${claims.id} LIMIT ${figure(limit)}`,
    ),
  );
}

/**
 * How far those of a roster are on their way to a certificate, by the `ref` of their share. Found by that
 * alone: the plus keeps SQLite from reading the provider's whole roster. Nothing is looked for where there
 * never was an adoption.
 */
export function readOnRoster(db: Database, providerId: number, refs: readonly string[]) {
  return db.all(
    select(
      {
        ref: shares.ref,
        state: claims.state,
        releasedAt: claims.releasedAt,
        refusedAt: claims.refusedAt,
        passedAt: claims.passedAt,
        number: sql<string | null>`(SELECT ${certificates.number} FROM ${certificates}
          WHERE ${certificates.claimId} = ${claims.id} AND ${stands})`,
      },
      sql`FROM ${shares} JOIN ${claims} ON ${claims.subscriberId} = ${shares.subscriberId}
          AND ${claims.providerId} = ${shares.providerId}
        WHERE EXISTS (SELECT 1 FROM ${adoptions} WHERE ${adoptions.providerId} = ${providerId})
          AND ${shares.ref} IN ${setOf(refs)} AND +${shares.providerId} = ${providerId}
          AND +${shares.endedAt} IS NULL AND ${claims.wordsVersion} IS NOT NULL
        ORDER BY ${claims.round}`,
    ),
  );
}

/** Claims that were complete at `before` and let go, and have no certificate: something keeps it from being made. */
export async function countLate(db: Database, before: Seconds): Promise<number> {
  const [row] = await db.all(
    select(
      { late: sql<number>`count(*)` },
      sql`FROM ${claims} WHERE ${claims.state} = 'complete' AND ${claims.releasedAt} IS NOT NULL
        AND ${claims.completedAt} <= ${before} AND ${claims.releasedAt} <= ${before}`,
    ),
  );
  return row?.late ?? 0;
}
