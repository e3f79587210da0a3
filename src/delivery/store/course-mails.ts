/** Which texts mails are made of: those in use, and those that are frozen already. */
import { sql } from 'drizzle-orm';
import type { Seconds } from '../../clock.ts';
import type { Database } from '../../db/client.ts';
import { setOf } from '../../db/names.ts';
import { batches, contents } from '../../db/schema.ts';
import { select } from '../../db/select.ts';

/** Mails of one text that are on their way. */
export interface Frozen {
  kind: string;
  lesson: number | null;
  content: string | null;
  mails: number;
}

/** Since when these texts are in use, and what open batches are made of. */
export async function readTexts(
  db: Database,
  hashes: string[],
): Promise<{ since: Map<string, Seconds>; frozen: Frozen[] }> {
  const { stored, frozen } = await db.commit({
    stored: select(
      { hash: contents.hash, at: contents.storedAt },
      sql`FROM ${contents} WHERE ${contents.hash} IN ${setOf(hashes)}`,
    ),
    frozen: sql<Frozen>`SELECT row.value ->> 'kind' AS kind, row.value ->> 'lesson' AS lesson,
        row.value ->> 'content' AS content, count(*) AS mails
      FROM ${batches} CROSS JOIN json_each(${batches.frozen}) row
      WHERE ${batches.state} = 'open' AND ${batches.frozen} IS NOT NULL GROUP BY 1, 2, 3`,
  });
  return { since: new Map(stored.rows.map(({ hash, at }) => [hash, at])), frozen: frozen.rows };
}
