import type { Context } from '../context.ts';
import { redate, zoneRules } from '../course/schedule.ts';
import { readDated, reschedule } from './store/dates.ts';
import { keepZoneRules } from './store/pulse.ts';

/** The runtime's own rules cannot change while it runs: they are read once a year, in each isolate. */
const known = new Map<number, Promise<string>>();

/** A fingerprint of the clocks of all zones in a year and the next: "2026:3f0c…". */
function rulesOf(year: number): Promise<string> {
  const rules = known.get(year) ?? fingerprint(year);
  known.set(year, rules);
  return rules;
}

async function fingerprint(year: number): Promise<string> {
  const text = new TextEncoder().encode(zoneRules(year));
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', text)).slice(0, 16);
  return `${year}:${[...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

/**
 * Notices that the runtime has another time zone database than when due times were computed, and has
 * them computed anew, part by part: the next lesson, too, comes at the hour that the learner's clock
 * shows. What is due already, or was asked for at once, stays as it is.
 *
 * @param kept what stands in the database: by which rules due times were computed, and how far a new
 * computation has come (null where none is under way)
 * @param atMost courses of one tick while due times are computed anew; the next one goes on
 */
export async function watchZones(
  ctx: Context,
  kept: { rules: string | null; from: number | null },
  atMost: number,
): Promise<void> {
  const now = ctx.clock.now();
  const rules = await rulesOf(new Date(now * 1000).getUTCFullYear());
  let { from } = kept;
  if (rules !== kept.rules) {
    if (kept.rules !== null) {
      ctx.log.warn('zones-changed');
      from = 0;
    }
    await keepZoneRules(ctx.db, rules, from);
  }
  if (from === null) return;
  const courses = await readDated(ctx.db, from, now, atMost);
  const moves = courses.flatMap(({ id, rev, nextAt, lastAt, ...slot }) => {
    const to = redate(slot, nextAt, lastAt, now);
    return to === nextAt ? [] : [{ id, rev, from: nextAt, to }];
  });
  if (moves.length > 0) await reschedule(ctx.db, moves);
  ctx.log.info('redated', { looked: courses.length, moved: moves.length });
  const last = courses.length < atMost ? null : (courses.at(-1)?.id ?? null);
  await keepZoneRules(ctx.db, rules, last);
}
