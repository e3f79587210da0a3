/** Items that are found wrong, and what that changes in tries that were handed in before. */
import { type SQL, sql } from 'drizzle-orm';
import type { Seconds } from '../../clock.ts';
import type { Database } from '../../db/client.ts';
import { adoptions, claims, tries } from '../../db/credit.ts';
import { bare } from '../../db/names.ts';
import { type Act, writeAct } from '../../db/statements.ts';
import { owe } from '../../delivery/owe.ts';
import type { Item } from '../edition.ts';

const a = bare(adoptions);
const c = bare(claims);
const t = bare(tries);

/** An item of an edition, in every adoption of a provider's. */
export interface Struck {
  providerId: number;
  edition: string;
  item: Pick<Item, 'id' | 'key'>;
  lesson: number;
}

/**
 * Strikes an item: from then on it counts as right in each try, and tries that were handed in have one
 * more right where it was wrong. Whoever passes by that gets one mail. All of it, or nothing.
 *
 * @returns how many adoptions struck it now; 0 where it was before
 */
export async function insertStrike(
  db: Database,
  { providerId, edition, item: { id, key }, lesson }: Struck,
  now: Seconds,
  act: Act,
): Promise<number> {
  const mine = sql`${adoptions.providerId} = ${providerId} AND ${adoptions.edition} = ${edition}
    AND NOT EXISTS (SELECT 1 FROM json_each(${adoptions.struck}) WHERE value = ${id})`;
  // What was frozen when a claim was completed stays as it was.
  const theirs = sql`${claims.adoptionId} IN (SELECT ${adoptions.id} FROM ${adoptions} WHERE ${mine})
    AND ${claims.state} IN ('open', 'closed')`;
  const wrong = sql`${tries.handedInAt} IS NOT NULL AND ${tries.answers} IS NOT NULL
    AND coalesce(json_extract(${tries.answers}, ${inJson(id)}), '') <> ${key}`;
  const ofLesson = inJson(String(lesson));
  const passesNow = sql`EXISTS (SELECT 1 FROM ${tries} WHERE ${tries.claimId} = ${claims.id}
    AND ${wrong} AND ${tries.right} + 1 >= ${tries.needed})`;
  const { struck } = await db.commit({
    act: writeAct(act, sql`EXISTS (SELECT 1 FROM ${adoptions} WHERE ${mine})`),
    mails: owe('test-changed', {
      to: sql`${claims.subscriberId}`,
      due: now,
      from: sql`${claims}`,
      where: sql`${theirs} AND ${claims.state} = 'open' AND ${claims.passedAt} IS NULL AND ${passesNow}`,
    }),
    // A claim that has passed keeps the try that it passed by.
    tries: sql`UPDATE ${tries} SET ${t.right} = ${tries.right} + 1,
        ${t.byLesson} = json_set(${tries.byLesson}, ${ofLesson},
          coalesce(json_extract(${tries.byLesson}, ${ofLesson}), 0) + 1),
        ${t.passed} = ${tries.passed} OR (${tries.right} + 1 >= ${tries.needed} AND EXISTS (
          SELECT 1 FROM ${claims} WHERE ${claims.id} = ${tries.claimId} AND ${claims.passedAt} IS NULL))
      WHERE ${wrong} AND ${tries.claimId} IN (SELECT ${claims.id} FROM ${claims} WHERE ${theirs})`,
    passed: sql`UPDATE ${claims} SET ${c.passedAt} = ${now}, ${c.rev} = ${claims.rev} + 1
      WHERE ${theirs} AND ${claims.passedAt} IS NULL AND EXISTS (SELECT 1 FROM ${tries}
        WHERE ${tries.claimId} = ${claims.id} AND ${tries.passed} = 1)`,
    // Last, because what stands above asks whether it was struck before.
    struck: sql`UPDATE ${adoptions} SET ${a.struck} = json_insert(${adoptions.struck}, '$[#]', ${id})
      WHERE ${mine}`,
  });
  return struck.changed;
}

/** The path of a member whose name has a hyphen, or is a number. */
const inJson = (name: string): SQL => sql`${`$."${name}"`}`;
