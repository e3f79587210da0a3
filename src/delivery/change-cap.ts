import type { Context } from '../context.ts';
import type { Act } from '../db/statements.ts';
import { keepCap, readCap } from './store/cap.ts';
import { type Cap, capIn, limitOf, MOST_MAILS, nextStep, WARM_UP } from './warm-up.ts';

/** How many mails a day may take, and how many of them today has had. */
export interface CapView {
  cap: Cap;
  /** DAILY_CAP, above which no cap rises; null where it is not set. */
  ceiling: number | null;
  /** What holds of both; null for as many as there are. */
  limit: number | null;
  /** Mails of this UTC day; only counted while there is a cap. */
  sentToday: number;
  /** Where a warm-up goes next; null for other caps. */
  next: number | null;
}

/** Reads the cap. */
export async function showCap(ctx: Context): Promise<CapView> {
  const { local, dailyCap: ceiling } = ctx.settings;
  const { kept, sentToday } = await readCap(ctx.db, ctx.clock.machine());
  const cap = capIn(kept, local);
  const limit = limitOf(cap, ceiling);
  return {
    cap,
    ceiling,
    limit,
    sentToday,
    next: cap.kind === 'warm-up' ? nextStep(cap.mails) : null,
  };
}

/** What a cap can be changed to. A warm-up begins where it stands, or at its first step. */
export type CapChange =
  | { kind: 'none' }
  | { kind: 'fixed'; mails: number }
  | { kind: 'warm-up'; mails: number | null };

/** Sets how many mails a day may take, at once and without a deploy. */
export async function changeCap(
  ctx: Context,
  input: { change: CapChange; actor: string; reason: string },
): Promise<{ kind: 'changed' | 'bad-number' | 'busy' }> {
  const { change, actor, reason } = input;
  if (change.kind !== 'none' && change.mails !== null) {
    const { mails } = change;
    if (!Number.isSafeInteger(mails) || mails < 1 || mails > MOST_MAILS)
      return { kind: 'bad-number' };
  }
  const { kept } = await readCap(ctx.db, ctx.clock.machine());
  const before = capIn(kept, ctx.settings.local);
  const after = changed(before, change);
  const act: Act = {
    at: ctx.clock.now(),
    actor,
    verb: 'cap',
    subscriberId: null,
    subject: `cap:${after.kind === 'none' ? 'none' : `${after.kind} ${after.mails}`}`,
    reason,
  };
  if (!(await keepCap(ctx.db, kept, after, act))) return { kind: 'busy' };
  ctx.log.info('cap', { after: after.kind === 'none' ? null : after.mails });
  // What waited for tomorrow may go now.
  await ctx.wake('lesson');
  return { kind: 'changed' };
}

function changed(before: Cap, change: CapChange): Cap {
  if (change.kind !== 'warm-up') return change;
  const begun = before.kind === 'warm-up' ? before : WARM_UP;
  return { ...begun, mails: change.mails ?? begun.mails };
}
