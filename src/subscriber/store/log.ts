import { sql } from 'drizzle-orm';
import type { Seconds } from '../../clock.ts';
import type { Database } from '../../db/client.ts';

/** What a learner wrote below a lesson, as it is stored. */
export interface LogRow {
  id: number;
  subscriberId: number;
  lesson: number;
  /** Plain, where it was written before texts were sealed. Otherwise empty. */
  text: string;
  sealed: string | null;
  keyId: string | null;
  rev: number;
  savedAt: number;
  /** The learner's, hex; null where nothing was sealed yet. */
  salt: string | null;
}

const ENTRY = sql`SELECT l.id, l.subscriber_id AS subscriberId, l.lesson, l.text, l.sealed,
    l.key_id AS keyId, l.rev, l.saved_at AS savedAt, s.log_salt AS salt
  FROM log_entries l JOIN subscribers s ON s.id = l.subscriber_id`;

/** All that a learner wrote, in the order of the lessons. */
export function readLog(db: Database, subscriberId: number): Promise<LogRow[]> {
  return db.all<LogRow>(sql`${ENTRY} WHERE l.subscriber_id = ${subscriberId} ORDER BY l.lesson`);
}

/** What a learner wrote below one lesson; null where they have not. */
export async function readLogRow(
  db: Database,
  subscriberId: number,
  lesson: number,
): Promise<LogRow | null> {
  const [row] = await db.all<LogRow>(
    sql`${ENTRY} WHERE l.subscriber_id = ${subscriberId} AND l.lesson = ${lesson}`,
  );
  return row ?? null;
}

/**
 * Saves what a learner wrote, if it stands there as they last saw it.
 *
 * @param entry.salt theirs, or one that becomes theirs here; another press may have been faster with it
 * @param entry.sealed with that salt; null for an empty text
 * @param entry.base the `rev` that they saw; 0 where nothing stood there
 * @returns what stands there now; null where nothing may, or their salt is another
 */
export async function saveEntry(
  db: Database,
  entry: {
    subscriberId: number;
    lesson: number;
    salt: string;
    sealed: string | null;
    keyId: string;
    base: number;
    now: Seconds;
  },
): Promise<LogRow | null> {
  const { subscriberId, lesson, salt, sealed, base, now } = entry;
  const keyId = sealed === null ? null : entry.keyId;
  const here = sql`subscriber_id = ${subscriberId} AND lesson = ${lesson}`;
  const open = sql`EXISTS (SELECT 1 FROM subscribers WHERE id = ${subscriberId}
    AND erase_requested_at IS NULL AND coalesce(locked_until, 0) <= ${now}
    AND log_salt = ${salt})`;
  const results = await db.batch([
    sql`UPDATE subscribers SET log_salt = ${salt}
        WHERE id = ${subscriberId} AND log_salt IS NULL AND erase_requested_at IS NULL`,
    sql`INSERT INTO log_entries (subscriber_id, lesson, text, sealed, key_id, saved_at)
        SELECT ${subscriberId}, ${lesson}, '', ${sealed}, ${keyId}, ${now}
        WHERE ${base} = 0 AND ${open} ON CONFLICT DO NOTHING`,
    sql`UPDATE log_entries SET text = '', sealed = ${sealed}, key_id = ${keyId}, rev = rev + 1,
          saved_at = ${now}
        WHERE ${here} AND rev = ${base} AND ${open}`,
    sql`${ENTRY} WHERE l.subscriber_id = ${subscriberId} AND l.lesson = ${lesson}`,
  ]);
  return (results[3]?.results[0] as unknown as LogRow | undefined) ?? null;
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
  const plain = sql`SELECT id FROM log_entries WHERE text <> '' AND id > ${after}
    ORDER BY id LIMIT ${limit}`;
  const older = sql`SELECT id FROM log_entries
    WHERE key_id IN (SELECT value FROM json_each(${JSON.stringify(keyIds)})) AND id > ${after}
    ORDER BY id LIMIT ${limit}`;
  const [, found] = await db.batch([
    sql`UPDATE subscribers SET log_salt = lower(hex(randomblob(16)))
        WHERE log_salt IS NULL AND erase_requested_at IS NULL AND id IN
          (SELECT subscriber_id FROM log_entries WHERE id IN (${plain}))`,
    sql`${ENTRY} WHERE l.id IN (SELECT id FROM (${plain}) UNION SELECT id FROM (${older}))
        ORDER BY l.id LIMIT ${limit}`,
  ]);
  return (found?.results ?? []) as unknown as LogRow[];
}

/** Puts sealed texts in place of what was read, where nothing was saved there meanwhile. */
export async function replaceSealed(
  db: Database,
  entries: { id: number; rev: number; sealed: string }[],
  keyId: string,
): Promise<void> {
  const values = JSON.stringify(entries.map(({ id, rev, sealed }) => [id, rev, sealed]));
  await db.batch([
    sql`UPDATE log_entries SET text = '', sealed = v.sealed, key_id = ${keyId}
        FROM (SELECT value ->> 0 AS id, value ->> 1 AS rev, value ->> 2 AS sealed
          FROM json_each(${values})) v
        WHERE log_entries.id = v.id AND log_entries.rev = v.rev`,
  ]);
}
