import { instantOf } from '../clock.ts';
import type { Context } from '../context.ts';
import { errorFields } from '../log.ts';
import { LANES } from '../mailer/mailer.ts';
import { believesTrigger } from './believe-clock.ts';
import { CHORES } from './chores.ts';
import { FAILED, isStuck } from './health.ts';
import { raiseAlerts } from './raise-alerts.ts';
import { complain, lookFor } from './store/pulse.ts';
import { capIn, limitOf } from './warm-up.ts';

const look = lookFor(CHORES);

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
  const found = await look(db, at);
  const chores = CHORES.filter(({ name, when }) => when?.(found) ?? found.due.has(name));
  const lanes = LANES.filter((lane) => found.lanes.has(lane));
  const failed: string[] = [];
  for (const { name, run } of [
    ...chores.map(({ name, run, atMost }) => ({ name, run: () => run(ctx, atMost, found) })),
    ...lanes.map((lane) => ({ name: lane, run: () => ctx.wake(lane) })),
  ]) {
    try {
      await run();
    } catch (error) {
      // Each fails by itself: one row that cannot be worked on holds up nothing but its own chore.
      failed.push(name);
      log.error('chore-failed', { chore: name, ...errorFields(error) });
    }
  }
  if (failed.length > 0) await complain(db, `${FAILED}${failed.join(', ')}`);
  // Health is read only where the look has seen something, or somebody was told that it had: a tick
  // of a course that is well pays nothing for it. Last, because a slow address must not hold up mail.
  const { local, dailyCap } = ctx.settings;
  const capped = limitOf(capIn(found.cap, local), dailyCap) !== null && found.oldestDue !== null;
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
