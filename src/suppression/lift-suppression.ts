import type { Context } from '../context.ts';
import { MIN_GAP, nextSlot } from '../course/schedule.ts';
import { TRIES } from '../tries.ts';
import { readAddress, type Whose } from './address.ts';
import { deleteSuppression, readWaiting } from './store.ts';

/**
 * Takes an address off the list of those never mailed. A course that waited for it goes on at the
 * learner's first slot that is at least 96 hours after the latest lesson, and stays paused where the
 * learner had paused it; nothing is sent before.
 * Nothing else resumes: whoever unsubscribed stays unsubscribed.
 */
export async function liftSuppression(
  ctx: Context,
  input: { whose: Whose; actor: string; reason: string },
): Promise<{ kind: 'lifted' | 'not-suppressed' | 'unknown' }> {
  const { whose, actor, reason } = input;
  const address = await readAddress(ctx, whose);
  if (!address) return { kind: 'unknown' };
  const { hash, subscriberId } = address;
  const now = ctx.clock.now();
  const act = {
    at: now,
    actor,
    verb: 'lift-suppression',
    subscriberId,
    subject: subscriberId === null ? `address:${hash}` : null,
    addressHash: hash,
    reason,
  };
  let lifted = false;
  for (let tried = 0; tried < TRIES; tried++) {
    const waiting = subscriberId === null ? null : await readWaiting(ctx.db, subscriberId);
    const course = waiting && {
      id: waiting.id,
      rev: waiting.rev,
      nextAt: nextSlot(
        waiting,
        waiting.lastAt === null ? now : Math.max(now, waiting.lastAt + MIN_GAP),
      ),
    };
    const done = await deleteSuppression(ctx.db, hash, course, act);
    lifted ||= done.lifted;
    if (!done.resumed) continue;
    if (lifted) ctx.log.info('suppression-lifted', { subscriber: subscriberId });
    return { kind: lifted ? 'lifted' : 'not-suppressed' };
  }
  throw new Error('an enrollment changed three times while its suppression was being lifted');
}
