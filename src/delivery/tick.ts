import { DAY, HOUR, instantOf, secondsOf } from '../clock.ts';
import type { Context } from '../context.ts';
import { MIN_GAP, nextSlot } from '../course/schedule.ts';
import { eachAlone } from '../each-alone.ts';
import { nudgeDue } from '../enrollment/nudge.ts';
import { resumeDue } from '../enrollment/resume.ts';
import { errorFields } from '../log.ts';
import { LANES } from '../mailer/mailer.ts';
import { forgetUnconfirmed, UNCONFIRMED_LIFETIME } from '../signup/forget-unconfirmed.ts';
import { forgetExpired } from '../subscriber/ask-for-link.ts';
import {
  BACKUP_LIFETIME,
  ERASURE_LIFETIME,
  finishErasures,
  forgetErasures,
} from '../subscriber/erase-subscriber.ts';
import { sealLog } from '../subscriber/seal-log.ts';
import { forgetStrangers } from '../suppression/forget-strangers.ts';
import { STRANGERS_LIFETIME } from '../suppression/suppression.ts';
import { believesTrigger } from './believe-clock.ts';
import { finish } from './finish.ts';
import { FAILED, isStuck } from './health.ts';
import { mendUndated } from './mend-undated.ts';
import { raiseAlerts } from './raise-alerts.ts';
import { complain, deleteOldEvents, probe, readLate, readStale, reschedule } from './store.ts';
import { watchZones } from './watch-zones.ts';

/** What one tick takes on at most; the next one goes on. */
const LATE_A_TICK = 500;
const STALE_A_TICK = 20;
const EVENTS_A_TICK = 1000;

/** Six weeks, in seconds of machine time: events can be replayed by hand for a month. */
const EVENTS_LIFETIME = 42 * DAY;

/**
 * One tick of the scheduler: sweeps what is open, late or forgotten, and wakes the lanes that have
 * work. Works by what is due, never by which tick it is. A chore that fails is told, holds up no other,
 * and is tried again by the next tick.
 *
 * @param triggeredAt the trigger's own time, epoch milliseconds, where there is one
 * @returns false where the clock cannot be believed and nothing was done
 */
export async function tick(ctx: Context, triggeredAt?: number): Promise<boolean> {
  const { db, log } = ctx;
  if (!(await believesTrigger(ctx, triggeredAt))) return false;
  const at = instantOf(ctx);
  const since = {
    unconfirmed: at.now - UNCONFIRMED_LIFETIME,
    erasures: at.now - ERASURE_LIFETIME,
    strangers: at.now - STRANGERS_LIFETIME,
    erasedIds: at.now - BACKUP_LIFETIME,
    events: secondsOf(at.machine) - EVENTS_LIFETIME,
  };
  const found = await probe(db, at, since);
  const chores: [name: string, due: boolean, chore: () => Promise<unknown>][] = [
    ['stale', found.stale, () => settleStale(ctx)],
    ['late', found.late, () => rescheduleLate(ctx)],
    ['forgotten', found.forgotten, () => forgetUnconfirmed(ctx)],
    ['old-events', found.oldEvents, () => deleteOldEvents(db, since.events, EVENTS_A_TICK)],
    ['erasures', found.erasing, () => finishErasures(ctx)],
    ['old-erasures', found.oldErasures, () => forgetErasures(ctx)],
    ['resuming', found.resuming, () => resumeDue(ctx)],
    ['nudges', found.nudging, () => nudgeDue(ctx)],
    ['expired', found.expired, () => forgetExpired(ctx)],
    ['strangers', found.oldStrangers, () => forgetStrangers(ctx)],
    ['log', found.hourly, () => sealLog(ctx)],
    ['undated', found.hourly, () => mendUndated(ctx, { hour: Math.floor(at.now / HOUR) })],
    ['zones', found.hourly || found.zones.from !== null, () => watchZones(ctx, found.zones)],
    ...LANES.map((lane): (typeof chores)[number] => [lane, found[lane], () => ctx.wake(lane)]),
  ];
  const failed: string[] = [];
  for (const [name, due, chore] of chores) {
    if (!due) continue;
    try {
      await chore();
    } catch (error) {
      // Each fails by itself: one row that cannot be worked on holds up nothing but its own chore.
      failed.push(name);
      log.error('chore-failed', { chore: name, ...errorFields(error) });
    }
  }
  if (failed.length > 0) await complain(db, `${FAILED}${failed.join(', ')}`);
  // Health is read only where the probe has seen something, or somebody was told that it had: a tick
  // of a course that is well pays nothing for it. Last, because a slow address must not hold up mail.
  const capped = ctx.settings.dailyCap !== null && found.oldestDue !== null;
  const wrong =
    found.troubled ||
    found.stale ||
    found.hourly ||
    capped ||
    failed.length > 0 ||
    isStuck(found.oldestDue, at.now);
  if (wrong || found.alerts !== null) await raiseAlerts(ctx);
  return true;
}

/** After 20 hours without a usable answer nobody can know: reported, never sent again blindly. */
async function settleStale(ctx: Context): Promise<void> {
  await eachAlone(await readStale(ctx.db, ctx.clock.machine(), STALE_A_TICK), async (batch) => {
    ctx.log.error('uncertain', { batch: batch.id, rows: batch.rows.length });
    await finish(ctx, batch, 'uncertain');
  });
}

/** More than 36 hours late: the learner's next slot, and the rest of the course moves with it. */
async function rescheduleLate(ctx: Context): Promise<void> {
  const now = ctx.clock.now();
  const late = await readLate(ctx.db, now, LATE_A_TICK);
  ctx.log.warn('late', { enrollments: late.length });
  const moves = late.map((row) => {
    const earliest = Math.max(now, row.lastAt === null ? now : row.lastAt + MIN_GAP);
    return { id: row.id, rev: row.rev, from: row.nextAt, to: nextSlot(row, earliest) };
  });
  await reschedule(ctx.db, moves);
  const undated = moves.flatMap(({ id, to }) => (to === null ? [id] : []));
  if (undated.length > 0) await mendUndated(ctx, { ids: undated });
}
