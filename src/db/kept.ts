/** Answers that cost more than a page may read each time: computed at most once in a while. */
import { type SQL, sql } from 'drizzle-orm';
import type { Seconds } from '../clock.ts';
import { bare } from './names.ts';
import { kept } from './schema.ts';
import { select } from './select.ts';

const k = bare(kept);

/**
 * Statements that give an answer that was kept, and compute and keep it first where there is none so
 * fresh. Their row is `at` (epoch seconds of course time) and `body` (JSON).
 *
 * @param name whose answer
 * @param now course time; an answer of later times, from a clock that was wrong, is none
 * @param lifetime how long it stays fresh
 * @param body an expression that gives the JSON; nothing of it is read while the kept one is fresh
 */
export function keptFor(name: string, now: Seconds, lifetime: Seconds, body: SQL) {
  const fresh = sql`EXISTS (SELECT 1 FROM ${kept} WHERE ${kept.name} = ${name}
    AND ${kept.at} > ${now - lifetime} AND ${kept.at} <= ${now})`;
  return [
    sql<KeptRow>`INSERT INTO ${kept} (${k.name}, ${k.at}, ${k.body})
      SELECT ${name}, ${now}, ${body} WHERE NOT ${fresh}
      ON CONFLICT (${k.name}) DO UPDATE SET ${k.at} = excluded.${k.at}, ${k.body} = excluded.${k.body}`,
    lookUp(name),
  ];
}

/** What was kept under a name, however old. */
export const lookUp = (name: string): SQL<KeptRow> =>
  select({ at: kept.at, body: kept.body }, sql`FROM ${kept} WHERE ${kept.name} = ${name}`);

/** Keeps an answer that was computed elsewhere. */
export const keepAs = (name: string, now: Seconds, body: string): SQL =>
  sql`INSERT INTO ${kept} (${k.name}, ${k.at}, ${k.body}) VALUES (${name}, ${now}, ${body})
    ON CONFLICT (${k.name}) DO UPDATE SET ${k.at} = excluded.${k.at}, ${k.body} = excluded.${k.body}`;

interface KeptRow {
  at: Seconds;
  /** JSON. */
  body: string;
}
