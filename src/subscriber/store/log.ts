import { and, asc, eq, type SQL, sql } from 'drizzle-orm';
import type { Seconds } from '../../clock.ts';
import type { Database } from '../../db/client.ts';
import { bare, setOf } from '../../db/names.ts';
import { logEntries, subscribers } from '../../db/schema.ts';
import { type RowOf, select } from '../../db/select.ts';

const ENTRY = {
  id: logEntries.id,
  subscriberId: logEntries.subscriberId,
  lesson: logEntries.lesson,
  /** Plain, where it was written before texts were sealed. Otherwise empty. */
  text: logEntries.text,
  sealed: logEntries.sealed,
  keyId: logEntries.keyId,
  rev: logEntries.rev,
  savedAt: logEntries.savedAt,
  /** The learner's, hex; null where nothing was sealed yet. */
  salt: subscribers.logSalt,
};

/** What a learner wrote below a lesson, as it is stored. */
export type LogRow = RowOf<typeof ENTRY>;

const isTheirs = eq(subscribers.id, logEntries.subscriberId);

/** One learner's entry below one lesson. */
const isEntry = (subscriberId: number, lesson: number) =>
  and(eq(logEntries.subscriberId, subscriberId), eq(logEntries.lesson, lesson));

/** All that a learner wrote, in the order of the lessons. */
export function readLog(db: Database, subscriberId: number): Promise<LogRow[]> {
  return db.orm
    .select(ENTRY)
    .from(logEntries)
    .innerJoin(subscribers, isTheirs)
    .where(eq(logEntries.subscriberId, subscriberId))
    .orderBy(asc(logEntries.lesson));
}

/** What a learner wrote below one lesson; null where they have not. */
export async function readLogRow(
  db: Database,
  subscriberId: number,
  lesson: number,
): Promise<LogRow | null> {
  const [row] = await db.orm
    .select(ENTRY)
    .from(logEntries)
    .innerJoin(subscribers, isTheirs)
    .where(isEntry(subscriberId, lesson));
  return row ?? null;
}

/** What a learner saves below a lesson. */
export interface Saving {
  subscriberId: number;
  lesson: number;
  /** Theirs, or one that becomes theirs here; another press may have been faster with it. */
  salt: string;
  /** With that salt; null for an empty text. */
  sealed: string | null;
  keyId: string;
  /** The `rev` that they saw; 0 where nothing stood there. */
  base: number;
  now: Seconds;
}

/**
 * Saves what a learner wrote, if it stands there as they last saw it.
 *
 * @returns what stands there now; null where nothing may, or their salt is another
 */
export async function saveEntry(db: Database, saving: Saving): Promise<LogRow | null> {
  const { subscriberId, lesson, salt, now } = saving;
  const open = sql`EXISTS (SELECT 1 FROM ${subscribers} WHERE ${subscribers.id} = ${subscriberId}
    AND ${subscribers.eraseRequestedAt} IS NULL AND coalesce(${subscribers.lockedUntil}, 0) <= ${now}
    AND ${subscribers.logSalt} = ${salt})`;
  const { stands } = await db.commit({
    salted: sql`UPDATE ${subscribers} SET ${bare(subscribers).logSalt} = ${salt}
      WHERE ${subscribers.id} = ${subscriberId} AND ${subscribers.logSalt} IS NULL
        AND ${subscribers.eraseRequestedAt} IS NULL`,
    begun: beginEntry(saving, open),
    rewritten: rewriteEntry(saving, open),
    stands: select(
      ENTRY,
      sql`FROM ${logEntries} JOIN ${subscribers} ON ${isTheirs} WHERE ${isEntry(subscriberId, lesson)}`,
    ),
  });
  return stands.row ?? null;
}

/** An empty text has no key. */
const keyOf = ({ sealed, keyId }: Saving) => (sealed === null ? null : keyId);

function beginEntry(saving: Saving, where: SQL) {
  const { subscriberId, lesson, sealed, base, now } = saving;
  const l = bare(logEntries);
  return sql`INSERT INTO ${logEntries} (${l.subscriberId}, ${l.lesson}, ${l.text}, ${l.sealed},
      ${l.keyId}, ${l.savedAt})
    SELECT ${subscriberId}, ${lesson}, '', ${sealed}, ${keyOf(saving)}, ${now}
    WHERE ${base} = 0 AND ${where} ON CONFLICT DO NOTHING`;
}

function rewriteEntry(saving: Saving, where: SQL) {
  const { subscriberId, lesson, sealed, base, now } = saving;
  const l = bare(logEntries);
  return sql`UPDATE ${logEntries} SET ${l.text} = '', ${l.sealed} = ${sealed},
      ${l.keyId} = ${keyOf(saving)}, ${l.rev} = ${logEntries.rev} + 1, ${l.savedAt} = ${now}
    WHERE ${isEntry(subscriberId, lesson)} AND ${logEntries.rev} = ${base} AND ${where}`;
}

/**
 * Texts that are plain, or sealed under one of these keys, in the order of their ids; up to `limit` of
 * each, after an id. Their writers have a salt from here on.
 */
export async function readToSeal(
  db: Database,
  keyIds: string[],
  after: number,
  limit: number,
): Promise<LogRow[]> {
  const { id, text, keyId, subscriberId } = logEntries;
  const plain = sql`SELECT ${id} FROM ${logEntries} WHERE ${text} <> '' AND ${id} > ${after}
    ORDER BY ${id} LIMIT ${limit}`;
  const older = sql`SELECT ${id} FROM ${logEntries}
    WHERE ${keyId} IN ${setOf(keyIds)} AND ${id} > ${after}
    ORDER BY ${id} LIMIT ${limit}`;
  const { found } = await db.commit({
    salted: sql`UPDATE ${subscribers} SET ${bare(subscribers).logSalt} = lower(hex(randomblob(16)))
      WHERE ${subscribers.logSalt} IS NULL AND ${subscribers.eraseRequestedAt} IS NULL
        AND ${subscribers.id} IN (SELECT ${subscriberId} FROM ${logEntries} WHERE ${id} IN (${plain}))`,
    found: select(
      ENTRY,
      sql`FROM ${logEntries} JOIN ${subscribers} ON ${isTheirs}
        WHERE ${id} IN (SELECT * FROM (${plain}) UNION SELECT * FROM (${older}))
        ORDER BY ${id} LIMIT ${limit}`,
    ),
  });
  return found.rows;
}

/** Puts sealed texts in place of what was read, where nothing was saved there meanwhile. */
export async function replaceSealed(
  db: Database,
  entries: { id: number; rev: number; sealed: string }[],
  keyId: string,
): Promise<void> {
  const values = JSON.stringify(entries.map(({ id, rev, sealed }) => [id, rev, sealed]));
  const l = bare(logEntries);
  await db.commit({
    sealed: sql`UPDATE ${logEntries} SET ${l.text} = '', ${l.sealed} = v.sealed, ${l.keyId} = ${keyId}
      FROM (SELECT value ->> 0 AS id, value ->> 1 AS rev, value ->> 2 AS sealed
        FROM json_each(${values})) v
      WHERE ${logEntries.id} = v.id AND ${logEntries.rev} = v.rev`,
  });
}
