import { instantOf } from '../clock.ts';
import type { Context } from '../context.ts';
import { randomId, randomIds } from '../id.ts';
import type { Lane } from '../mailer/mailer.ts';
import { believesClock } from './believe-clock.ts';
import { ensureContents } from './contents.ts';
import { BATCH_SIZE, leftOut } from './delivery.ts';
import { mendUndated } from './mend-undated.ts';
import { send } from './send.ts';
import { claim, lease } from './store/claim.ts';
import { takeTurn } from './store/pace.ts';
import { capIn, limitOf } from './warm-up.ts';

/** Batches of one run: about 10 D1 queries each, of the 1,000 that an invocation may make. */
const BATCHES_A_RUN = 80;

/** A turn that is further off than this, in milliseconds, is left to the consumers that wait already. */
const HORIZON = 2_000;

/**
 * Works a lane's most urgent mails off, batch by batch, at the lane's pace: first what waits for
 * another attempt, then what is due. Whatever woke it, and however often, does not matter. With a clock
 * that cannot be believed nothing is frozen, leased or sent: the next tick wakes the lane again.
 *
 * @param wokenAt when the wake-up was sent, epoch milliseconds, where a queue brought one
 * @returns mails accepted
 */
export async function dispatch(
  ctx: Context,
  lane: Lane,
  wokenAt?: number,
): Promise<{ sent: number }> {
  let sent = 0;
  if (!(await believesClock(ctx, wokenAt))) return { sent };
  let hashes: Awaited<ReturnType<typeof ensureContents>> | undefined;
  for (let count = 0; count < BATCHES_A_RUN; count++) {
    const interval = ctx.mailer.interval[lane];
    const turn = await takeTurn(ctx.db, lane, instantOf(ctx), interval, HORIZON);
    if (!turn) return { sent };
    const cap = limitOf(capIn(turn.cap, ctx.settings.local), ctx.settings.dailyCap);
    const limit = allowance(cap, lane, turn.sentToday);
    if (limit === 0 && !turn.reopened) return { sent };
    const wait = turn.at - ctx.clock.machine();
    if (wait > 0) await ctx.clock.sleep(wait);

    hashes ??= await ensureContents(ctx);
    const leaseId = crypto.randomUUID();
    const batch = turn.reopened
      ? await lease(ctx.db, lane, instantOf(ctx), leaseId)
      : await claim(ctx.db, instantOf(ctx), {
          lane,
          id: randomId(),
          firstDelivery: randomIds(BATCH_SIZE),
          key: crypto.randomUUID(),
          leaseId,
          limit,
          settings: ctx.settings,
          counts: cap !== null,
          keyId: ctx.tokens.keyId,
          hashes,
        });
    // Somebody else took it meanwhile; the next turn finds out whether there is more.
    if (!batch) continue;
    const left = leftOut(batch);
    if (left.length > 0) await mendUndated(ctx, { ids: left });
    // A full batch means more behind it: one more consumer may start.
    if (batch.rows.length + left.length === BATCH_SIZE && count === 0) await ctx.wake(lane);
    const attempt = await send(ctx, batch);
    sent += attempt.sent;
    if (!attempt.goOn) return { sent };
  }
  await ctx.wake(lane);
  return { sent };
}

/** How many mails may be claimed. The cap delays lessons only: what a person asked for is never late. */
function allowance(cap: number | null, lane: Lane, sentToday: number): number {
  if (lane === 'prompt' || cap === null) return BATCH_SIZE;
  return Math.max(0, Math.min(BATCH_SIZE, cap - sentToday));
}
