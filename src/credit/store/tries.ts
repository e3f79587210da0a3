/** Tries at the post-test. */
import { and, asc, desc, eq, isNotNull, isNull, sql } from 'drizzle-orm';
import type { Seconds } from '../../clock.ts';
import type { Database } from '../../db/client.ts';
import { adoptions, claims, tries } from '../../db/credit.ts';
import { bare } from '../../db/names.ts';
import { type Act, writeAct } from '../../db/statements.ts';
import type { Answers, Grade, Try } from '../post-test.ts';

/** Of a claim: how many tries were handed in, and how many answers were right in the one that passed. */
export const SO_FAR = {
  tries: sql<number>`(SELECT count(*) FROM ${tries} WHERE ${tries.claimId} = ${claims.id}
    AND ${tries.handedInAt} IS NOT NULL)`,
  right: sql<number | null>`(SELECT ${tries.right} FROM ${tries}
    WHERE ${tries.claimId} = ${claims.id} AND ${tries.passed} = 1 ORDER BY ${tries.number} LIMIT 1)`,
};

/** A try with what its JSON says. */
export interface TryRow extends Try {
  id: number;
  rev: number;
  /** Null once they are only counted. */
  answers: Answers | null;
  right: number | null;
  needed: number | null;
}

const t = bare(tries);
const c = bare(claims);

/** All tries of a claim, the first first. */
export async function readTries(db: Database, claimId: number): Promise<TryRow[]> {
  const { id, number, rev, answers, handedInAt, right, needed, passed } = tries;
  const rows = await db.orm
    .select({ id, number, rev, answers, handedInAt, right, needed, passed })
    .from(tries)
    .where(eq(tries.claimId, claimId))
    .orderBy(asc(tries.number));
  return rows.map((row) => ({
    ...row,
    answers: row.answers === null ? null : JSON.parse(row.answers),
    passed: row.passed === null ? null : row.passed === 1,
  }));
}

/** What keeping an answer needs of the try that is under way, and no more: it is asked for with each. */
export async function readOpenTry(db: Database, subscriberId: number) {
  const [found] = await db.orm
    .select({
      id: tries.id,
      number: tries.number,
      seed: claims.seed,
      edition: adoptions.edition,
    })
    .from(claims)
    .innerJoin(adoptions, eq(adoptions.id, claims.adoptionId))
    .innerJoin(tries, and(eq(tries.claimId, claims.id), isNull(tries.handedInAt)))
    .where(
      and(
        eq(claims.subscriberId, subscriberId),
        eq(claims.state, 'open'),
        isNotNull(claims.legalName),
        isNull(claims.passedAt),
      ),
    )
    // The claim that the pages are about.
    .orderBy(desc(claims.createdAt), desc(claims.round))
    .limit(1);
  return found ?? null;
}

/** Opens a try of a claim that is open and not passed. Of two at once one is made; both find it. */
export async function insertTry(
  db: Database,
  { id, claimId, number, now }: { id: number; claimId: number; number: number; now: Seconds },
): Promise<void> {
  await db.commit({
    made: sql`INSERT INTO ${tries} (${t.id}, ${t.claimId}, ${t.number}, ${t.openedAt}, ${t.savedAt})
      SELECT ${id}, ${claims.id}, ${number}, ${now}, ${now} FROM ${claims}
      WHERE ${claims.id} = ${claimId} AND ${claims.state} = 'open' AND ${claims.passedAt} IS NULL
      ON CONFLICT DO NOTHING`,
  });
}

/** Adds answers to those of an open try, each in the place of the earlier one; false where it is handed in. */
export async function mergeAnswers(
  db: Database,
  tryId: number,
  answers: Answers,
  now: Seconds,
): Promise<boolean> {
  const { kept } = await db.commit({
    kept: sql`UPDATE ${tries} SET ${t.answers} = json_patch(${tries.answers}, ${JSON.stringify(answers)}),
        ${t.rev} = ${tries.rev} + 1, ${t.savedAt} = ${now}
      WHERE ${tries.id} = ${tryId} AND ${tries.handedInAt} IS NULL`,
  });
  return kept.changed > 0;
}

interface HandedIn {
  claimId: number;
  adoptionId: number;
  /** As they were read: an item that is struck meanwhile has it graded anew. */
  struck: readonly string[];
  now: Seconds;
}

/**
 * Hands a try in with its grade, if nothing was saved since it was read; a pass is the claim's from then on.
 *
 * @returns false where something was saved or struck meanwhile, or it is handed in already
 */
export async function updateGrade(
  db: Database,
  { id, rev }: Pick<TryRow, 'id' | 'rev'>,
  { right, needed, passed, byLesson }: Grade,
  { claimId, adoptionId, struck, now }: HandedIn,
): Promise<boolean> {
  const { graded } = await db.commit({
    graded: sql`UPDATE ${tries} SET ${t.handedInAt} = ${now}, ${t.right} = ${right}, ${t.needed} = ${needed},
        ${t.passed} = ${passed ? 1 : 0}, ${t.byLesson} = ${JSON.stringify(byLesson)}
      WHERE ${tries.id} = ${id} AND ${tries.rev} = ${rev} AND ${tries.handedInAt} IS NULL
        AND EXISTS (SELECT 1 FROM ${claims} JOIN ${adoptions} ON ${adoptions.id} = ${claims.adoptionId}
          WHERE ${claims.id} = ${claimId} AND ${claims.adoptionId} = ${adoptionId}
            AND ${claims.state} = 'open' AND ${claims.passedAt} IS NULL
            AND ${adoptions.struck} = ${JSON.stringify(struck)})`,
    passed:
      passed &&
      sql`UPDATE ${claims} SET ${c.passedAt} = ${now}, ${c.rev} = ${claims.rev} + 1
        WHERE ${claims.id} = ${claimId} AND ${claims.state} = 'open' AND ${claims.passedAt} IS NULL
          AND EXISTS (SELECT 1 FROM ${tries} WHERE ${tries.id} = ${id} AND ${tries.passed} = 1)`,
  });
  return graded.changed > 0;
}

/** Adds one to the tries of a claim that stands as it was read; one act. */
export async function insertMoreTries(
  db: Database,
  { id, moreTries }: { id: number; moreTries: number },
  act: Act,
): Promise<boolean> {
  const stands = sql`${claims.id} = ${id} AND ${claims.state} = 'open' AND ${claims.passedAt} IS NULL
    AND ${claims.moreTries} = ${moreTries}
    AND NOT EXISTS (SELECT 1 FROM ${tries} WHERE ${tries.claimId} = ${id} AND ${tries.handedInAt} IS NULL)`;
  const { given } = await db.commit({
    act: writeAct(act, sql`EXISTS (SELECT 1 FROM ${claims} WHERE ${stands})`),
    given: sql`UPDATE ${claims} SET ${c.moreTries} = ${claims.moreTries} + 1, ${c.rev} = ${claims.rev} + 1
      WHERE ${stands}`,
  });
  return given.changed > 0;
}
