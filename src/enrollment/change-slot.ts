import type { Context } from '../context.ts';
import { checkSlot, MIN_GAP, nextSlot, type Slot } from '../course/schedule.ts';
import { readLearner, updateSlot } from './store.ts';

/** How often a change is tried again when something else changes the enrollment at the same moment. */
const TRIES = 3;

/**
 * Moves a learner's course to another slot: the next lesson comes at its first hour that is at least
 * 96 hours after the latest lesson. Lesson 1, which is due at once, is not held back by it.
 *
 * @returns `bad-link` for a link that is damaged or revoked, `closed` where no lessons are to come
 * @throws DomainError `bad-input` (field `weekday`, `time` or `time_zone`)
 */
export async function changeSlot(
  ctx: Context,
  token: string,
  slot: Slot,
): Promise<{ kind: 'changed' | 'closed' | 'bad-link' }> {
  checkSlot(slot);
  const claims = await ctx.tokens.readLearn(token);
  if (!claims) return { kind: 'bad-link' };
  for (let tried = 0; tried < TRIES; tried++) {
    const found = await readLearner(ctx.db, claims.subscriberId);
    if (found?.learner.linkVersion !== claims.linkVersion) return { kind: 'bad-link' };
    const { enrollmentId, rev, lastAt, state } = found.learner;
    const running = state === 'active' || state === 'paused';
    if (enrollmentId === null || rev === null || !running) return { kind: 'closed' };
    const now = ctx.clock.now();
    const nextAt = lastAt === null ? now : nextSlot(slot, Math.max(now, lastAt + MIN_GAP));
    if (await updateSlot(ctx.db, { id: enrollmentId, rev }, slot, nextAt)) {
      return { kind: 'changed' };
    }
  }
  throw new Error('an enrollment changed three times while its slot was being changed');
}
