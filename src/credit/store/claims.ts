/** Claims: what is read of a learner's way to a certificate, and what each step of it writes. */
import { getTableColumns, type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import type { Seconds } from '../../clock.ts';
import { LESSONS } from '../../course/course.ts';
import type { Database } from '../../db/client.ts';
import { adoptions, certificates, claims, prints, tries } from '../../db/credit.ts';
import { bare, figure, setOf, type Value } from '../../db/names.ts';
import { contents, deliveries, enrollments, logos, providers, shares } from '../../db/schema.ts';
import { orNull, select } from '../../db/select.ts';
import { type Act, writeAct } from '../../db/statements.ts';
import { type Adopter, adoptersOf } from '../../share/seen.ts';
import type { Picture, Pictures } from '../certificate.ts';
import { isClosed, unattested } from '../close-claims.ts';
import type { SentLesson } from '../credit.ts';
import { type Adoption, adoptionOf } from './adoptions.ts';
import { SO_FAR } from './tries.ts';

export type { Adopter };
export type ClaimRow = typeof claims.$inferSelect;

/** An adoption with whom it is of, as a learner meets it. */
export interface Adopted {
  adoption: Adoption;
  provider: {
    id: number;
    name: string;
    slug: string;
    logo: string | null;
    timeZone: string | null;
    origin: string | null;
  };
  /** The learner's share with this provider is open. */
  isShared: boolean;
}

/** All that a learner's pages of credit need: every claim of theirs, and every adoption that concerns them. */
export interface OwnRows {
  claims: ClaimRow[];
  adopted: Adopted[];
  sent: SentLesson[];
  /** Numbers of certificates that stand, by claim. */
  numbers: { claimId: number | null; number: string }[];
}

const x = bare(claims);
const e = alias(enrollments, 'e');
const d = alias(deliveries, 'd');

/** Taken by the mailer, or nobody knows: its learner can read it on their page. */
const cameThrough = sql`${d.state} IN ('sent', 'delivered', 'bounced', 'complained', 'uncertain')`;

const cameAs = {
  lesson: sql<number>`${d.lesson}`,
  at: sql<Seconds>`coalesce(${d.acceptedAt}, ${d.dueAt})`,
};
const withText = { ...cameAs, text: sql<string | null>`${contents.textHash}` };

/** Weekly, or once more. */
const sentTo = (subscriberId: number) =>
  sql<SentLesson>`${select(
    withText,
    sql`FROM ${enrollments} ${e} JOIN ${deliveries} ${d} ON ${d.enrollmentId} = ${e.id}
    LEFT JOIN ${contents} ON ${contents.hash} = ${d.content}
  WHERE ${e.subscriberId} = ${subscriberId} AND ${d.lane} = 'lesson' AND ${d.lesson} <= ${figure(LESSONS)}
    AND ${d.state} NOT IN ('skipped', 'failed') AND ${cameThrough}`,
  )} UNION ALL ${select(
    withText,
    sql`FROM ${deliveries} ${d} LEFT JOIN ${contents} ON ${contents.hash} = ${d.content}
  WHERE ${d.subscriberId} = ${subscriberId} AND ${d.lane} = 'prompt' AND ${d.kind} = 'resend'
    AND ${d.lesson} <= ${figure(LESSONS)} AND ${cameThrough}`,
  )}`;

export async function readOwn(db: Database, subscriberId: number): Promise<OwnRows> {
  const theirs = sql`${claims.subscriberId} = ${subscriberId}`;
  const { own, adopted, sent, numbers } = await db.commit({
    own: select(
      getTableColumns(claims),
      sql`FROM ${claims} WHERE ${theirs} ORDER BY ${claims.createdAt} DESC, ${claims.round} DESC`,
    ),
    adopted: select(
      {
        ...getTableColumns(adoptions),
        provider: providers.name,
        slug: sql<string>`coalesce(${providers.slug}, ${providers.publicKey})`,
        logo: orNull({ logo: providers.logo }).logo,
        timeZone: orNull({ zone: providers.timeZone }).zone,
        site: orNull({ site: providers.site }).site,
        isShared: sql<
          0 | 1
        >`EXISTS (SELECT 1 FROM ${shares} WHERE ${shares.subscriberId} = ${subscriberId}
          AND ${shares.providerId} = ${providers.id} AND ${shares.endedAt} IS NULL)`,
      },
      sql`FROM ${adoptions} JOIN ${providers} ON ${providers.id} = ${adoptions.providerId}
      WHERE ${adoptions.id} IN (SELECT ${claims.adoptionId} FROM ${claims} WHERE ${theirs})
        OR (${adoptions.endedAt} IS NULL AND ${adoptions.providerId} IN (SELECT ${shares.providerId}
          FROM ${shares} WHERE ${shares.subscriberId} = ${subscriberId} AND ${shares.endedAt} IS NULL))`,
    ),
    sent: sentTo(subscriberId),
    numbers: select(
      { claimId: certificates.claimId, number: certificates.number },
      sql`FROM ${certificates} WHERE ${certificates.subscriberId} = ${subscriberId}
        AND ${certificates.withdrawnAt} IS NULL`,
    ),
  });
  return {
    claims: own.rows,
    adopted: adopted.rows.map(({ provider, slug, logo, timeZone, site, isShared, ...row }) => ({
      adoption: adoptionOf(row),
      provider: { id: row.providerId, name: provider, slug, logo, timeZone, origin: site },
      isShared: isShared === 1,
    })),
    sent: sent.rows,
    numbers: numbers.rows,
  };
}

/** Providers that a learner could share the course with, to claim there. */
export async function readAdopters(db: Database, subscriberId: number): Promise<Adopter[]> {
  const [row] = await db.all(select({ list: adoptersOf(sql`${subscriberId}`) }, sql``));
  return JSON.parse(row?.list ?? '[]');
}

/** Runs one statement; true where it changed something. */
async function changes(db: Database, statement: SQL): Promise<boolean> {
  const { done } = await db.commit({ done: statement });
  return done.changed > 0;
}

/** What begins a claim. */
export interface Opening {
  id: number;
  subscriberId: number;
  adoptionId: number;
  /** IANA. */
  zone: string;
  /** 128 bits, hex. */
  seed: string;
  now: Seconds;
}

/** The share that a claim hangs on is open. */
const isShared = (
  subscriberId: Value<number>,
  providerId: SQLWrapper,
): SQL => sql`EXISTS (SELECT 1 FROM ${shares}
  WHERE ${shares.subscriberId} = ${subscriberId} AND ${shares.providerId} = ${providerId}
    AND ${shares.endedAt} IS NULL)`;

/**
 * Opens a claim where the adoption runs, the share with its provider is open and there is none of this
 * learner's yet; a closed one opens again with the tries that it had. Twice is once.
 */
export async function insertClaim(
  db: Database,
  { id, subscriberId, adoptionId, zone, seed, now }: Opening,
): Promise<void> {
  const isAdoption = sql`${adoptions.id} = ${adoptionId} AND ${adoptions.endedAt} IS NULL
    AND ${isShared(subscriberId, adoptions.providerId)}`;
  const provider = sql`(SELECT ${adoptions.providerId} FROM ${adoptions} WHERE ${isAdoption})`;
  await db.commit({
    again: sql`UPDATE ${claims} SET ${x.state} = 'open', ${x.adoptionId} = ${adoptionId}, ${unattested},
        ${x.rev} = ${claims.rev} + 1 WHERE ${isClosed(subscriberId, provider)}`,
    begun: sql`INSERT INTO ${claims} (${x.id}, ${x.subscriberId}, ${x.providerId}, ${x.adoptionId},
        ${x.state}, ${x.zone}, ${x.seed}, ${x.createdAt})
      SELECT ${id}, ${subscriberId}, ${adoptions.providerId}, ${adoptions.id}, 'open', ${zone}, ${seed}, ${now}
      FROM ${adoptions} WHERE ${isAdoption}
        AND NOT EXISTS (SELECT 1 FROM ${claims} WHERE ${claims.subscriberId} = ${subscriberId}
          AND ${claims.providerId} = ${adoptions.providerId})
      ON CONFLICT DO NOTHING`,
  });
}

/** What a learner says of themselves for the certificate. */
export interface Named {
  legalName: string;
  latinName: string | null;
  /** JSON array. */
  licences: string;
  register: 'shown' | 'name-hidden';
  wordsVersion: string;
}

/** Keeps the name while the claim is open; false where it is not any more. */
export function updateName(
  db: Database,
  claimId: number,
  { legalName, latinName, licences, register, wordsVersion }: Named,
): Promise<boolean> {
  return changes(
    db,
    sql`UPDATE ${claims} SET ${x.legalName} = ${legalName}, ${x.latinName} = ${latinName},
        ${x.licences} = ${licences}, ${x.register} = ${register}, ${x.wordsVersion} = ${wordsVersion},
        ${x.rev} = ${claims.rev} + 1
      WHERE ${claims.id} = ${claimId} AND ${claims.state} = 'open'`,
  );
}

/** A try that was passed, as the record keeps it. */
export interface Passed {
  right: number;
  needed: number;
  tries: number;
}

/** The passed try of a claim, and how many it took; null where none is. */
export async function readPassed(db: Database, claimId: number): Promise<Passed | null> {
  const { passed } = await db.commit({
    passed: sql<Passed>`SELECT ${tries.right} AS "right", ${tries.needed} AS needed, (SELECT count(*)
        FROM ${tries} WHERE ${tries.claimId} = ${claimId} AND ${tries.handedInAt} IS NOT NULL) AS tries
      FROM ${tries} WHERE ${tries.claimId} = ${claimId} AND ${tries.passed} = 1
      ORDER BY ${tries.number} LIMIT 1`,
  });
  return passed.row ?? null;
}

/** Pictures as they are now, by their hashes: a signature, or the logo that a provider shows. */
export async function readPicturesNow(db: Database, hashes: readonly string[]): Promise<Pictures> {
  const among = (hash: SQLWrapper) => sql`${hash} IN ${setOf(hashes)}`;
  const { found } = await db.commit({
    found: sql<{ hash: string; type: Picture['type']; body: string }>`
      SELECT ${prints.hash} AS hash, ${prints.type} AS type, ${prints.body} AS body FROM ${prints}
        WHERE ${among(prints.hash)}
      UNION SELECT ${logos.hash}, ${logos.type}, ${logos.body} FROM ${logos} WHERE ${among(logos.hash)}`,
  });
  return new Map(found.rows.map(({ hash, ...picture }) => [hash, picture]));
}

/** What the last press writes. */
export interface Completion {
  at: Seconds;
  /** Day in the claim's zone. */
  on: string;
  frozen: string;
  wordsVersion: string;
  /** Hashes of pictures that the certificate prints and a provider's portal has. */
  logo: string | null;
  release: 'at-once' | 'by-hand';
}

/**
 * Completes a claim that stands as it was read, with what its learner was shown; false where it does not.
 * The provider's logo of that moment stays with what is printed.
 */
export async function completeClaim(
  db: Database,
  { id, rev }: Pick<ClaimRow, 'id' | 'rev'>,
  { at, on, frozen, wordsVersion, logo, release }: Completion,
): Promise<boolean> {
  const p = bare(prints);
  const { completed } = await db.commit({
    completed: sql`UPDATE ${claims} SET ${x.state} = 'complete', ${x.attestedAt} = ${at},
        ${x.completedAt} = ${at}, ${x.completedOn} = ${on}, ${x.frozen} = ${frozen},
        ${x.wordsVersion} = ${wordsVersion}, ${x.releasedAt} = ${release === 'at-once' ? at : null},
        ${x.rev} = ${claims.rev} + 1
      WHERE ${claims.id} = ${id} AND ${claims.rev} = ${rev} AND ${claims.state} = 'open'
        AND ${claims.passedAt} IS NOT NULL AND ${claims.evaluated} = 1
        AND ${isShared(sql`${claims.subscriberId}`, claims.providerId)}`,
    logo:
      logo !== null &&
      sql`INSERT INTO ${prints} (${p.hash}, ${p.type}, ${p.body})
        SELECT ${logos.hash}, ${logos.type}, ${logos.body} FROM ${logos} JOIN ${claims}
          ON ${claims.id} = ${id} AND ${claims.rev} = ${rev + 1} AND ${claims.state} = 'complete'
        WHERE ${logos.hash} = ${logo} ON CONFLICT DO NOTHING`,
  });
  return completed.changed > 0;
}

/** What is done about a claim by its provider's word: by whom and why, in one act. */
interface Deed {
  now: Seconds;
  act: Act;
}

const isOpenTo = (id: number, state: SQL): SQL => sql`${claims.id} = ${id} AND ${state}`;
const isThere = (where: SQL): SQL => sql`EXISTS (SELECT 1 FROM ${claims} WHERE ${where})`;

/** Lets a claim that is complete get its certificate. False where it does not wait for that. */
export async function releaseWaiting(
  db: Database,
  id: number,
  { now, act }: Deed,
): Promise<boolean> {
  const waits = isOpenTo(id, sql`${claims.state} = 'complete' AND ${claims.releasedAt} IS NULL`);
  const { released } = await db.commit({
    act: writeAct(act, isThere(waits)),
    released: sql`UPDATE ${claims} SET ${x.releasedAt} = ${now}, ${x.rev} = ${claims.rev} + 1 WHERE ${waits}`,
  });
  return released.changed > 0;
}

/** Closes a claim that has no certificate, so that its learner cannot open it again. False where it is not such. */
export async function refuseGoing(db: Database, id: number, { now, act }: Deed): Promise<boolean> {
  const goes = isOpenTo(
    id,
    sql`(${claims.state} IN ('open', 'complete')
    OR (${claims.state} = 'closed' AND ${claims.refusedAt} IS NULL))`,
  );
  const { refused } = await db.commit({
    act: writeAct(act, isThere(goes)),
    refused: sql`UPDATE ${claims} SET ${x.state} = 'closed', ${x.refusedAt} = ${now},
        ${x.rev} = ${claims.rev} + 1 WHERE ${goes}`,
  });
  return refused.changed > 0;
}

/** Opens a refused claim again, with the tries that it had. False where it was not refused. */
export async function reopenRefused(db: Database, id: number, { act }: Deed): Promise<boolean> {
  const refused = isOpenTo(
    id,
    sql`${claims.refusedAt} IS NOT NULL
    AND ${isShared(sql`${claims.subscriberId}`, claims.providerId)}`,
  );
  const { opened } = await db.commit({
    act: writeAct(act, isThere(refused)),
    opened: sql`UPDATE ${claims} SET ${x.state} = 'open', ${x.refusedAt} = NULL, ${unattested},
        ${x.rev} = ${claims.rev} + 1 WHERE ${refused}`,
  });
  return opened.changed > 0;
}

/**
 * Lets the learner of an issued claim begin once more, under the adoption that runs now. Their newest round
 * alone; false where it is not issued, nothing is adopted or the share has ended.
 */
export async function insertRound(
  db: Database,
  { id, after, zone, seed }: { id: number; after: ClaimRow; zone: string; seed: string },
  { now, act }: Deed,
): Promise<boolean> {
  const { subscriberId, providerId, round } = after;
  const may = sql`${adoptions.providerId} = ${providerId} AND ${adoptions.endedAt} IS NULL
    AND ${isShared(subscriberId, adoptions.providerId)}
    AND ${isThere(sql`${claims.id} = ${after.id} AND ${claims.state} = 'issued'`)}
    AND NOT ${isThere(sql`${claims.subscriberId} = ${subscriberId}
      AND ${claims.providerId} = ${providerId} AND ${claims.round} > ${round}`)}`;
  const { begun } = await db.commit({
    act: writeAct(act, sql`EXISTS (SELECT 1 FROM ${adoptions} WHERE ${may})`),
    begun: sql`INSERT INTO ${claims} (${x.id}, ${x.subscriberId}, ${x.providerId}, ${x.adoptionId},
        ${x.round}, ${x.state}, ${x.zone}, ${x.seed}, ${x.createdAt})
      SELECT ${id}, ${subscriberId}, ${providerId}, ${adoptions.id}, ${round + 1}, 'open', ${zone},
        ${seed}, ${now} FROM ${adoptions} WHERE ${may} ON CONFLICT DO NOTHING`,
  });
  return begun.changed > 0;
}

export async function readClaimById(db: Database, id: number): Promise<ClaimRow | null> {
  const [row] = await db.all(
    select(getTableColumns(claims), sql`FROM ${claims} WHERE ${claims.id} = ${id}`),
  );
  return row ?? null;
}

/** A claim as its provider and the operator see it. */
export interface ListedClaim
  extends Pick<
    ClaimRow,
    | 'id'
    | 'round'
    | 'state'
    | 'legalName'
    | 'completedOn'
    | 'releasedAt'
    | 'refusedAt'
    | 'createdAt'
  > {
  tries: number;
  /** Right answers of the passed try; null before. */
  right: number | null;
}

/** Claims of a provider, those that wait for its word first, then the newest. */
export function readClaimsOfProvider(
  db: Database,
  providerId: number,
  limit: number,
): Promise<ListedClaim[]> {
  const { id, round, state, legalName, completedOn, releasedAt, refusedAt, createdAt } = claims;
  return db.all(
    select(
      {
        ...{ id, round, state, legalName, completedOn, releasedAt, refusedAt, createdAt },
        ...SO_FAR,
      },
      sql`FROM ${claims} WHERE ${claims.adoptionId} IN (SELECT ${adoptions.id} FROM ${adoptions}
          WHERE ${adoptions.providerId} = ${providerId})
        ORDER BY ${claims.state} = 'complete' AND ${claims.releasedAt} IS NULL DESC,
          ${claims.createdAt} DESC LIMIT ${limit}`,
    ),
  );
}
