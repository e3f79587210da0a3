/** Claims: what is read of a learner's way to a certificate, and what each step of it writes. */
import { getTableColumns, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import type { Seconds } from '../../clock.ts';
import { LESSONS } from '../../course/course.ts';
import type { Database } from '../../db/client.ts';
import { adoptions, certificates, claims, prints, tries } from '../../db/credit.ts';
import { bare, figure } from '../../db/names.ts';
import { contents, deliveries, enrollments, logos, providers, shares } from '../../db/schema.ts';
import { orNull, select } from '../../db/select.ts';
import { type Act, writeAct } from '../../db/statements.ts';
import type { SentLesson } from '../credit.ts';
import { type Adoption, adoptionOf } from './adoptions.ts';

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

/**
 * Opens a claim where the adoption runs, the share with its provider is open and there is none of this
 * learner's yet; a closed one opens again with the tries that it had. Twice is once.
 */
export function insertClaim(
  db: Database,
  { id, subscriberId, adoptionId, zone, seed, now }: Opening,
): Promise<boolean> {
  return changes(
    db,
    sql`INSERT INTO ${claims} (${x.id}, ${x.subscriberId}, ${x.providerId}, ${x.adoptionId}, ${x.state},
        ${x.zone}, ${x.seed}, ${x.createdAt})
      SELECT ${id}, ${subscriberId}, ${adoptions.providerId}, ${adoptions.id}, 'open', ${zone}, ${seed}, ${now}
      FROM ${adoptions} WHERE ${adoptions.id} = ${adoptionId} AND ${adoptions.endedAt} IS NULL
        AND EXISTS (SELECT 1 FROM ${shares} WHERE ${shares.subscriberId} = ${subscriberId}
          AND ${shares.providerId} = ${adoptions.providerId} AND ${shares.endedAt} IS NULL)
        AND NOT EXISTS (SELECT 1 FROM ${claims} WHERE ${claims.subscriberId} = ${subscriberId}
          AND ${claims.providerId} = ${adoptions.providerId} AND ${claims.state} <> 'closed')
      ON CONFLICT (${x.subscriberId}, ${x.providerId}, ${x.round}) DO UPDATE SET ${x.state} = 'open',
        ${x.adoptionId} = excluded.${x.adoptionId}, ${x.rev} = ${claims.rev} + 1
        WHERE ${claims.state} = 'closed'`,
  );
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
      FROM ${tries} WHERE ${tries.claimId} = ${claimId} AND ${tries.passed} = 1 LIMIT 1`,
  });
  return passed.row ?? null;
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
    logo:
      logo !== null &&
      sql`INSERT INTO ${prints} (${p.hash}, ${p.type}, ${p.body})
        SELECT ${logos.hash}, ${logos.type}, ${logos.body} FROM ${logos} WHERE ${logos.hash} = ${logo}
        ON CONFLICT DO NOTHING`,
    completed: sql`UPDATE ${claims} SET ${x.state} = 'complete', ${x.attestedAt} = ${at},
        ${x.completedAt} = ${at}, ${x.completedOn} = ${on}, ${x.frozen} = ${frozen},
        ${x.wordsVersion} = ${wordsVersion}, ${x.releasedAt} = ${release === 'at-once' ? at : null},
        ${x.rev} = ${claims.rev} + 1
      WHERE ${claims.id} = ${id} AND ${claims.rev} = ${rev} AND ${claims.state} = 'open'
        AND ${claims.passedAt} IS NOT NULL`,
  });
  return completed.changed > 0;
}

/** Lets a claim that is complete get its certificate; one act. False where there is none that waits. */
export async function releaseWaiting(
  db: Database,
  claimId: number,
  providerId: number,
  now: Seconds,
  act: Act,
): Promise<boolean> {
  const waits = sql`${claims.id} = ${claimId} AND ${claims.providerId} = ${providerId}
    AND ${claims.state} = 'complete' AND ${claims.releasedAt} IS NULL`;
  const { released } = await db.commit({
    act: writeAct(act, sql`EXISTS (SELECT 1 FROM ${claims} WHERE ${waits})`),
    released: sql`UPDATE ${claims} SET ${x.releasedAt} = ${now}, ${x.rev} = ${claims.rev} + 1 WHERE ${waits}`,
  });
  return released.changed > 0;
}
