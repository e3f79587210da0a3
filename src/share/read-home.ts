import { HOUR, MINUTE, type Seconds } from '../clock.ts';
import type { Context } from '../context.ts';
import type { Sighting } from '../provider/sightings.ts';
import {
  type Counted,
  earliestApart,
  firstOpen,
  LIVE,
  PAGE,
  type Tally,
  tallyOf,
  weekOf,
} from './share.ts';
import { noteLook, noteLooks } from './store/counts.ts';
import { type HomeRows, readHomeRows } from './store/home.ts';

/** What a provider's first page shows of its learners. */
export interface Home {
  counts: Counted;
  /** Whom to delete from an exported file, newest first, at most 50; none where nothing was exported. */
  gone: { ref: string; what: 'erased' | 'withdrawn' | 'moved'; at: Seconds }[];
  /** There are more. */
  goneMore: boolean;
  /** The latest export that came to its end. */
  exported: { at: Seconds; lines: number } | null;
  /** The latest one, where it was begun and did not come to its end within two minutes. */
  unfinished: { at: Seconds } | null;
  /** Where browsers have loaded the form, by their own word; the latest first. */
  seen: Sighting[];
  /** When a look last found the form on a page; null where none did. */
  found: Seconds | null;
}

/** Reads it in one go. Where there are too many to count, it has them counted, and gives what was kept. */
export async function readHome(ctx: Context, providerId: number): Promise<Home> {
  const now = ctx.clock.now();
  const rows = await readHomeRows(ctx.db, providerId, {
    earliest: earliestApart(now),
    open: firstOpen(now),
    now,
  });
  const { exported, unfinished, gone, seen, found } = rows;
  const stuck =
    unfinished !== null && unfinished <= now - 2 * MINUTE && unfinished >= (exported?.at ?? 0);
  return {
    counts: await countedOf(ctx, providerId, rows, now),
    gone: gone.slice(0, PAGE),
    goneMore: gone.length > PAGE,
    exported,
    unfinished: stuck ? { at: unfinished } : null,
    seen,
    found,
  };
}

async function countedOf(
  ctx: Context,
  providerId: number,
  { kept, groups, unconfirmed }: HomeRows,
  now: Seconds,
): Promise<Counted> {
  const tally = tallyOf(weekOf(now), groups, unconfirmed);
  if (kept.body === null && tally.total <= LIVE) return { kind: 'live', tally };
  if (kept.lookedAt === null || kept.lookedAt <= now - HOUR || kept.dueAt === null) {
    await noteLook(ctx.db, providerId, now);
  }
  if (kept.body === null || kept.at === null) return { kind: 'counting' };
  return { kind: 'kept', tally: JSON.parse(kept.body) as Tally, asOf: kept.at };
}

/** Has each provider's learners counted, of which somebody reads in a list. */
export async function askForCounts(ctx: Context): Promise<void> {
  await noteLooks(ctx.db, ctx.clock.now());
}
