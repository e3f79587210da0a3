import type { Context } from '../context.ts';
import { readEntryRow } from './read-entry.ts';
import { readToSeal, replaceSealed } from './store/log.ts';

/** Texts of one statement, which a database takes up to 2 MB for. */
const TOGETHER = 20;

/**
 * Seals what was written before texts were sealed, and what an older key of LOG_KEY had sealed, under the
 * newest. One that does not open is left as it is.
 */
export async function sealLog(ctx: Context, atMost: number): Promise<void> {
  const { db, seal } = ctx;
  let sealed = 0;
  let after = 0;
  for (let looked = 0; looked < atMost; looked += TOGETHER) {
    const rows = await readToSeal(db, seal.olderKeyIds, after, TOGETHER);
    const entries: Parameters<typeof replaceSealed>[1] = [];
    for (const row of rows) {
      const { text } = await readEntryRow(ctx, row);
      if (text === null || row.salt === null) continue;
      const { id, rev, subscriberId, lesson, salt } = row;
      entries.push({ id, rev, sealed: await seal.seal(text, { salt, subscriberId, lesson }) });
    }
    if (entries.length > 0) await replaceSealed(db, entries, seal.keyId);
    sealed += entries.length;
    after = rows.at(-1)?.id ?? after;
    if (rows.length < TOGETHER) break;
  }
  if (sealed > 0) ctx.log.info('log-sealed', { entries: sealed });
}
