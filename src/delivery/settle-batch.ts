import type { Context } from '../context.ts';
import type { Act } from '../db/statements.ts';
import { LANES } from '../mailer/mailer.ts';
import { finish } from './finish.ts';
import { disownOpen, disownUncertain, proveSent, readBatch } from './store/settle.ts';

/** What came of it. */
export type Settled =
  | { kind: 'settled' }
  | { kind: 'unknown' }
  /** Accepted, refused or settled already. */
  | { kind: 'nothing-to-settle' }
  /** It has been posted since the record was looked into. */
  | { kind: 'outdated'; attempts: number }
  /** A consumer is posting it at this moment. */
  | { kind: 'busy' };

/** What the mailer's record says: that nothing was accepted, up to the attempts that were seen by then. */
export type Verdict = { accepted: true } | { accepted: false; attempts: number };

/**
 * Settles a batch without a usable answer by the mailer's own record.
 *
 * Accepted: its mails are sent; an open batch's courses go on from now, those of an uncertain one have
 * gone on already. Not accepted: its rows are owed again as they were; only where a course has sent a
 * later lesson since, the missing one is owed outside the order, as a `resend`. A record that shows one
 * mail of a batch shows that the batch was accepted.
 */
export async function settleBatch(
  ctx: Context,
  input: { batchId: number; verdict: Verdict; actor: string; reason: string },
): Promise<Settled> {
  const { batchId, verdict, actor, reason } = input;
  const { accepted } = verdict;
  const { db, clock } = ctx;
  const batch = await readBatch(db, batchId, clock.machine());
  if (!batch) return { kind: 'unknown' };
  const open = batch.state === 'open' && batch.unanswered;
  if (!open && batch.state !== 'uncertain') return { kind: 'nothing-to-settle' };
  const act: Act = {
    at: clock.now(),
    actor,
    verb: accepted ? 'settle-accepted' : 'settle-not-accepted',
    subscriberId: null,
    subject: `batch:${batchId}`,
    reason,
  };
  if (verdict.accepted) {
    const rows = { id: batchId, rows: batch.rows };
    if (!open) await proveSent(db, batchId, clock.now(), act);
    else if (!(await finish(ctx, rows, 'sent', [], act))) return { kind: 'busy' };
  } else {
    if (batch.held) return { kind: 'busy' };
    const { attempts } = verdict;
    if (attempts !== batch.attempts) return { kind: 'outdated', attempts: batch.attempts };
    const seen = { id: batchId, lane: batch.lane, leaseId: crypto.randomUUID(), attempts };
    const disowned = open
      ? await disownOpen(db, seen, clock.machine(), act)
      : await disownUncertain(db, seen, clock.now(), act);
    if (!disowned) return { kind: 'busy' };
    for (const lane of LANES) await ctx.wake(lane);
  }
  ctx.log.info('settled', { batch: batchId, accepted });
  return { kind: 'settled' };
}
