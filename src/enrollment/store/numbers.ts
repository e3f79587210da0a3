/** How many take the course, and how far they are. */
import { sql } from 'drizzle-orm';
import { HOUR, type Seconds } from '../../clock.ts';
import type { Database } from '../../db/client.ts';
import { keptFor } from '../../db/kept.ts';
import { enrollments } from '../../db/schema.ts';

/** Counting reads every enrollment, so an answer is kept for an hour. */
const KEPT: Seconds = HOUR;

type State = typeof enrollments.$inferSelect.state;

export interface Numbers {
  /** When it was so, course time. */
  at: Seconds;
  counts: { state: State; nextLesson: number; count: number }[];
}

const { state, nextLesson } = enrollments;

const counted = sql`(SELECT json_group_array(json_array(s, l, n)) FROM (
  SELECT ${state} AS s, ${nextLesson} AS l, count(*) AS n FROM ${enrollments} GROUP BY 1, 2))`;

export async function readNumbers(db: Database, now: Seconds): Promise<Numbers> {
  const { found } = await db.commit({ found: keptFor('numbers', now, KEPT, counted) });
  const rows = JSON.parse(found.row?.body ?? '[]') as [State, number, number][];
  return {
    at: found.row?.at ?? now,
    counts: rows.map(([is, lesson, count]) => ({ state: is, nextLesson: lesson, count })),
  };
}
