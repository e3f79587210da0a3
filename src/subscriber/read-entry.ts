import type { Context } from '../context.ts';
import { type LogRow, readLog, readLogRow } from './store/log.ts';

/** What a learner wrote below a lesson. */
export interface Entry {
  lesson: number;
  /** Null where it does not open: its key is gone from LOG_KEY, or the row was damaged. */
  text: string | null;
  rev: number;
  /** Epoch seconds. */
  savedAt: number;
}

/** What a learner wrote below a lesson; null where they have not. Ask only where their device is open. */
export async function readEntry(
  ctx: Context,
  subscriberId: number,
  lesson: number,
): Promise<Entry | null> {
  const row = await readLogRow(ctx.db, subscriberId, lesson);
  return row && readEntryRow(ctx, row);
}

/** All that a learner wrote, in the order of the lessons. */
export async function readEntries(ctx: Context, subscriberId: number): Promise<Entry[]> {
  const rows = await readLog(ctx.db, subscriberId);
  return Promise.all(rows.map((row) => readEntryRow(ctx, row)));
}

/** Opens what is stored. */
export async function readEntryRow(ctx: Context, row: LogRow): Promise<Entry> {
  const { lesson, rev, savedAt } = row;
  return { lesson, rev, savedAt, text: await textOf(ctx, row) };
}

async function textOf(ctx: Context, row: LogRow): Promise<string | null> {
  const { text, sealed, keyId, salt, subscriberId, lesson } = row;
  // Plain from before texts were sealed, or empty.
  if (text !== '' || sealed === null) return text;
  const place = salt === null ? null : { salt, subscriberId, lesson };
  const opened = place && keyId !== null ? await ctx.seal.open(sealed, keyId, place) : null;
  if (opened === null) {
    ctx.log.error('log-entry-does-not-open', { subscriber: subscriberId, lesson, key: keyId });
  }
  return opened;
}
