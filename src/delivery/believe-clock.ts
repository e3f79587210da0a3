import { EARLIEST_BELIEVABLE, isNear, type Millis } from '../clock.ts';
import type { Context } from '../context.ts';
import { raiseAlerts } from './raise-alerts.ts';
import { complain, readLastTick } from './store/pulse.ts';

/**
 * Whether a tick may believe the machine's clock: not one that was never set, nor one that is more than
 * an hour away from the trigger's. Told where it may not.
 *
 * @param triggeredAt the trigger's own time, epoch milliseconds, where there is one
 */
export async function believesTrigger(ctx: Context, triggeredAt?: number): Promise<boolean> {
  const machine = ctx.clock.machine();
  if (isUnset(machine)) return refuse(ctx, 'clock-unset');
  const near = triggeredAt === undefined || isNear(machine, triggeredAt);
  return near || refuse(ctx, 'trigger-and-clock-differ');
}

/**
 * Whether whoever works a lane may believe the machine's clock. Two witnesses know the time apart from
 * it: the queue, which says when the wake-up was sent, and the last tick, whose trigger did. One of them
 * must be within an hour of it. So a wake-up that was delayed still counts while ticks come, and one that
 * is fresh counts while none do, as in a pause of the cron trigger. Where there is neither a wake-up nor
 * any tick yet, nobody contradicts.
 *
 * @param wokenAt when the wake-up was sent, epoch milliseconds, where a queue brought one
 */
export async function believesClock(ctx: Context, wokenAt?: number): Promise<boolean> {
  const machine = ctx.clock.machine();
  if (isUnset(machine)) return refuse(ctx, 'clock-unset');
  if (wokenAt !== undefined && isNear(machine, wokenAt)) return true;
  const lastTick = await readLastTick(ctx.db);
  const near = lastTick === null ? wokenAt === undefined : isNear(machine, lastTick * 1000);
  return near || refuse(ctx, 'wake-up-and-clock-differ');
}

const isUnset = (machine: Millis) => machine < EARLIEST_BELIEVABLE * 1000;

async function refuse(ctx: Context, complaint: string): Promise<false> {
  ctx.log.error(complaint);
  await complain(ctx.db, complaint);
  await raiseAlerts(ctx);
  return false;
}
