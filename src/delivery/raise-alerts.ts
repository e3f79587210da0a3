import { HOUR, type Seconds, secondsOf } from '../clock.ts';
import type { Context } from '../context.ts';
import { type Problem, readProblems } from './health.ts';
import { keepAlerts, readAlerts } from './store/pulse.ts';

/** One problem is told at most once in this time, in seconds of machine time. */
const AGAIN_AFTER = HOUR;

/** What ALERT_URL has been told: which problem when (machine time, epoch seconds), and how it stands. */
interface Told {
  unwell: boolean;
  at: Record<string, number>;
}

/**
 * Tells ALERT_URL what an operator should look at: each problem at once, and again every hour for as
 * long as it lasts; and once that the course is well again. What could not be told is tried again at
 * the next tick. Never throws because of the address.
 */
export async function raiseAlerts(ctx: Context): Promise<void> {
  if (ctx.alert === null) return;
  const before = await readAlerts(ctx.db);
  const told = readTold(before);
  const problems = await readProblems(ctx);
  const { news, after } = sortNews(problems, told, secondsOf(ctx.clock.machine()));
  // Kept first, so that two ticks at once do not both tell it.
  if (!(await keepAlerts(ctx.db, before, after)) || news === null) return;
  const report = { course: ctx.settings.baseUrl, problems: news.map(({ words }) => words) };
  if (await ctx.alert.post(report)) {
    ctx.log.info('alerted', { problems: news.length });
  } else {
    ctx.log.error('alert-failed', { problems: news.length });
    await keepAlerts(ctx.db, after, before);
  }
}

/** What stands in the database; as if nothing had been told where it cannot be read. */
function readTold(kept: string | null): Told {
  try {
    const told: Partial<Told> | null = JSON.parse(kept ?? 'null');
    return { unwell: told?.unwell === true, at: { ...told?.at } };
  } catch {
    return { unwell: false, at: {} };
  }
}

/** What is to be told now (null for nothing, empty for "well again"), and what to remember of it. */
function sortNews(
  problems: Problem[],
  told: Told,
  now: Seconds,
): { news: Problem[] | null; after: string | null } {
  // A clock that was wrong may have left times to come.
  const recent = (at: number | undefined) => at !== undefined && Math.abs(now - at) < AGAIN_AFTER;
  const at = Object.fromEntries(Object.entries(told.at).filter(([, time]) => recent(time)));
  const fresh = problems.filter(({ key }) => !recent(told.at[key]));
  for (const { key } of fresh) at[key] = now;
  const well = problems.length === 0;
  const unwell = !well && (told.unwell || fresh.length > 0);
  const news = fresh.length > 0 ? fresh : well && told.unwell ? [] : null;
  const after = unwell || Object.keys(at).length > 0 ? JSON.stringify({ unwell, at }) : null;
  return { news, after };
}
