/** Evaluations: in no order, and of nobody. */
import { sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { claims, evaluations } from '../../db/credit.ts';
import { bare, figure, setOf } from '../../db/names.ts';
import { select } from '../../db/select.ts';
import { type Act, randomRowId, writeAct } from '../../db/statements.ts';
import type { Evaluation } from '../evaluation.ts';

const v = bare(evaluations);
const c = bare(claims);

const mayEvaluate = (claimId: number) => sql`${claims.id} = ${claimId} AND ${claims.state} = 'open'
  AND ${claims.evaluated} = 0 AND ${claims.passedAt} IS NOT NULL`;

/**
 * Keeps an evaluation, and with the same press that its claim has one: nothing leads from the one to the
 * other, and no instant is written.
 *
 * @param answers null where it was skipped
 * @returns false where there was one before, or the claim does not stand there
 */
export async function insertEvaluation(
  db: Database,
  { claimId, providerId, edition }: { claimId: number; providerId: number; edition: string },
  answers: Evaluation | null,
): Promise<boolean> {
  const { told } = await db.commit({
    kept:
      answers !== null &&
      sql`INSERT INTO ${evaluations} (${v.id}, ${v.providerId}, ${v.edition}, ${v.answers})
        SELECT ${randomRowId}, ${providerId}, ${edition}, ${JSON.stringify(answers)}
        WHERE EXISTS (SELECT 1 FROM ${claims} WHERE ${mayEvaluate(claimId)})`,
    told: sql`UPDATE ${claims} SET ${c.evaluated} = 1, ${c.rev} = ${claims.rev} + 1 WHERE ${mayEvaluate(claimId)}`,
  });
  return told.changed > 0;
}

/** Of which provider and edition there are evaluations that nobody has seen, at least so many. */
export async function readWaitingGroups(
  db: Database,
  least: number,
  limit: number,
): Promise<{ providerId: number; edition: string }[]> {
  return db.all(
    select(
      { providerId: evaluations.providerId, edition: evaluations.edition },
      sql`FROM ${evaluations} WHERE ${evaluations.shownIn} IS NULL
        GROUP BY ${evaluations.providerId}, ${evaluations.edition} HAVING count(*) >= ${least} LIMIT ${limit}`,
    ),
  );
}

export async function readWaiting(
  db: Database,
  { providerId, edition }: { providerId: number; edition: string },
): Promise<number[]> {
  const rows = await db.all(
    select(
      { id: evaluations.id },
      sql`FROM ${evaluations} WHERE ${evaluations.providerId} = ${providerId}
        AND ${evaluations.edition} = ${edition} AND ${evaluations.shownIn} IS NULL`,
    ),
  );
  return rows.map(({ id }) => id);
}

/**
 * Shows these together from now on, by their ids: whichever came since wait for the next group. All or
 * none, because of two that look at once the later would else show a few alone.
 */
export async function showGroup(
  db: Database,
  ids: readonly number[],
  group: number,
): Promise<void> {
  await db.commit({
    shown: sql`UPDATE ${evaluations} SET ${v.shownIn} = ${group}
      WHERE ${evaluations.id} IN ${setOf(ids)} AND (SELECT count(*) FROM ${evaluations}
        WHERE ${evaluations.id} IN ${setOf(ids)} AND ${evaluations.shownIn} IS NULL) = ${figure(ids.length)}`,
  });
}

/** What a provider may see of an edition, and how many more there are. */
export async function readShown(
  db: Database,
  providerId: number,
  edition: string,
): Promise<{ seen: Evaluation[]; waiting: number }> {
  const theirs = sql`${evaluations.providerId} = ${providerId} AND ${evaluations.edition} = ${edition}`;
  const { seen, waiting } = await db.commit({
    seen: select(
      { answers: evaluations.answers },
      sql`FROM ${evaluations} WHERE ${theirs} AND ${evaluations.shownIn} IS NOT NULL`,
    ),
    waiting: sql<{ n: number }>`SELECT count(*) AS n FROM ${evaluations}
      WHERE ${theirs} AND ${evaluations.shownIn} IS NULL`,
  });
  return {
    seen: seen.rows.map(({ answers }) => JSON.parse(answers)),
    waiting: waiting.row?.n ?? 0,
  };
}

/** Takes a comment that was shown out of whatever says it, and keeps the scores; one act. */
export async function emptyComment(
  db: Database,
  { providerId, edition, text }: { providerId: number; edition: string; text: string },
  act: Act,
): Promise<boolean> {
  const says = sql`${evaluations.providerId} = ${providerId} AND ${evaluations.edition} = ${edition}
    AND ${evaluations.shownIn} IS NOT NULL AND json_extract(${evaluations.answers}, '$.comment') = ${text}`;
  const { emptied } = await db.commit({
    act: writeAct(act, sql`EXISTS (SELECT 1 FROM ${evaluations} WHERE ${says})`),
    emptied: sql`UPDATE ${evaluations}
      SET ${v.answers} = json_set(${evaluations.answers}, '$.comment', NULL) WHERE ${says}`,
  });
  return emptied.changed > 0;
}
