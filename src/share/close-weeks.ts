import type { Context } from '../context.ts';
import { beginOf, firstOpen } from './share.ts';
import { closeWeek, readLastClosed } from './store/keeping.ts';

/** As many weeks back there can be anybody who asked and did not confirm: they are forgotten after 30 days. */
const REMEMBERED = 5;

/** Writes down, once a week is over, how many asked in it and did not confirm; soon they are forgotten. */
export async function closeWeeks(ctx: Context): Promise<void> {
  const { week: open } = firstOpen(ctx.clock.now());
  const last = await readLastClosed(ctx.db);
  for (let week = Math.max((last ?? 0) + 1, open - REMEMBERED); week < open; week++) {
    await closeWeek(ctx.db, week, { from: beginOf(week), to: beginOf(week + 1) });
  }
}
