import type { MovableClock, Seconds } from '../clock.ts';
import type { Context } from '../context.ts';
import { LANES } from '../mailer/mailer.ts';
import { dispatch } from './dispatch.ts';
import { nextDue } from './store/due.ts';
import { endBackoffs } from './store/pace.ts';
import { countAccepted, keepClockOffset } from './store/pulse.ts';
import { heldBatches } from './store/settle.ts';
import { tick } from './tick.ts';

/** Attempts of one batch before the clock moves on without it. */
const ROUNDS = 5;

/** How long to wait for a consumer that holds a batch, in milliseconds of machine time. */
const PATIENCE = 30_000;
const GLANCE = 25;

/**
 * Moves a local run's course time forward, stopping at each instant at which something falls due, to
 * tick and send there.
 *
 * @param target epoch seconds; an instant that has passed already only sends what is due now
 * @returns course time at the end (epoch seconds) and how many mails were accepted on the way
 */
export async function moveClock(
  ctx: Context & { clock: MovableClock },
  target: number,
): Promise<{ now: Seconds; sent: number }> {
  let sent = await workOff(ctx);
  for (;;) {
    const due = await nextDue(ctx.db, ctx.clock.now());
    if (due === null || due > target) break;
    sent += await moveTo(ctx, due);
  }
  if (target > ctx.clock.now()) sent += await moveTo(ctx, target);
  return { now: ctx.clock.now(), sent };
}

async function moveTo(ctx: Context & { clock: MovableClock }, instant: number): Promise<number> {
  ctx.clock.moveTo(instant);
  await keepClockOffset(ctx.db, ctx.clock.offset);
  return workOff(ctx);
}

/**
 * Ticks and sends until nothing that is due is left, or five rounds of backoff have passed.
 *
 * @returns mails accepted meanwhile, by a queue's own consumer too
 */
async function workOff(ctx: Context): Promise<number> {
  // Only of this instant: the tick may forget old rows, which were not sent now.
  const since = ctx.clock.now();
  const before = await countAccepted(ctx.db, since);
  await tick(ctx);
  for (let round = 0; round < ROUNDS; round++) {
    for (const lane of LANES) {
      while ((await dispatch(ctx, lane)).sent > 0);
    }
    await waitForHeld(ctx);
    if ((await endBackoffs(ctx.db)) === 0) break;
  }
  return (await countAccepted(ctx.db, since)) - before;
}

/** The queue's own consumer may hold a batch: its outcome belongs to this instant too. */
async function waitForHeld(ctx: Context): Promise<void> {
  const giveUp = ctx.clock.machine() + PATIENCE;
  while ((await heldBatches(ctx.db, ctx.clock.machine())) > 0 && ctx.clock.machine() < giveUp) {
    await ctx.clock.sleep(GLANCE);
  }
}
