import type { Seconds } from '../clock.ts';
import type { Context } from '../context.ts';
import { dueAgain } from '../course/schedule.ts';
import { type LearnerRow, learnerOf, personOf } from '../enrollment/learner.ts';
import { GOODBYE_UNDO, type UndoClaims } from '../token.ts';
import { TRIES } from '../tries.ts';
import { withdrawGoodbye } from './store/goodbye.ts';

/** What a token that takes a goodbye back stands for now. */
export interface TakenBack {
  /**
   * `ready`: the goodbye stands, and can be taken back. `back`: it was. `ended`: more than a day has
   * passed, they have left again since, or no mail may go to them.
   */
  kind: 'ready' | 'back' | 'ended' | 'damaged';
}

/** Whether a goodbye can be taken back. */
export function canUndo(
  { leftAt, suppressed }: { leftAt: Seconds | null; suppressed: boolean },
  now: Seconds,
): boolean {
  return leftAt !== null && !suppressed && leftAt + GOODBYE_UNDO > now;
}

/** Reads such a token; changes nothing. */
export async function readUndoLink(ctx: Context, token: string): Promise<TakenBack> {
  const claims = await ctx.tokens.readUndo(token);
  if (!claims) return { kind: 'damaged' };
  return standing(ctx, claims, await personOf(ctx, claims.subscriberId));
}

/**
 * Takes an unsubscribing back, for a day: it was a slip. The course goes on at the hour, four days after
 * the latest lesson or later; a pause of the learner's own lasts on. Twice is once. The token opens nothing:
 * it comes of an unsubscribe link, which may have been passed on.
 */
export async function takeBack(ctx: Context, token: string): Promise<TakenBack> {
  const claims = await ctx.tokens.readUndo(token);
  return claims ? withdraw(ctx, claims) : { kind: 'damaged' };
}

/** The same from the learner's own page. */
export async function takeBackFromPage(
  ctx: Context,
  token: string,
): Promise<{ kind: 'back' | 'ended' | 'bad-link' }> {
  const learner = await learnerOf(ctx, token);
  if (!learner) return { kind: 'bad-link' };
  const { subscriberId, unsubscribedAt: leftAt } = learner;
  if (leftAt === null) return { kind: 'back' };
  const { kind } = await withdraw(ctx, { subscriberId, leftAt });
  return { kind: kind === 'back' ? kind : 'ended' };
}

async function withdraw(ctx: Context, claims: UndoClaims): Promise<TakenBack> {
  for (let tried = 0; tried < TRIES; tried++) {
    const person = await personOf(ctx, claims.subscriberId);
    const found = standing(ctx, claims, person);
    if (found.kind !== 'ready' || !person) return found;
    const now = ctx.clock.now();
    if (await withdrawGoodbye(ctx.db, claims, courseOf(person, now), now)) {
      ctx.log.info('goodbye-taken-back', { subscriber: claims.subscriberId });
      await ctx.wake('lesson');
      return { kind: 'back' };
    }
  }
  return { kind: 'ended' };
}

function standing(ctx: Context, { leftAt }: UndoClaims, person: LearnerRow | null): TakenBack {
  if (person === null) return { kind: 'ended' };
  const may = canUndo({ leftAt, suppressed: person.suppressed === 1 }, ctx.clock.now());
  if (may && person.unsubscribedAt === null) return { kind: 'back' };
  return { kind: may && person.unsubscribedAt === leftAt ? 'ready' : 'ended' };
}

/** The course that ended with the goodbye; null where it was over before. */
function courseOf(person: LearnerRow, now: Seconds) {
  const { enrollmentId: id, rev, state, weekday, time, zone, lastAt } = person;
  if (state !== 'ended' || id === null || rev === null) return null;
  if (weekday === null || time === null || zone === null) return null;
  return { id, rev, nextAt: dueAgain({ weekday, time, zone }, lastAt, now) };
}
