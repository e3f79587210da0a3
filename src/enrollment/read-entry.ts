import type { Context } from '../context.ts';
import { type LogEntry as Entry, readLog } from './store.ts';

export type { Entry };

/** What a learner wrote below a lesson; null where they have not. Ask only where their device is open. */
export async function readEntry(
  ctx: Context,
  subscriberId: number,
  lesson: number,
): Promise<Entry | null> {
  const log = await readLog(ctx.db, subscriberId);
  return log.find((entry) => entry.lesson === lesson) ?? null;
}
