import type { Context } from '../context.ts';
import { readAddress, type Whose } from './address.ts';
import { insertSuppression } from './store.ts';

/**
 * Ends all mail to an address, by hand: its course pauses at once, what is owed to it is skipped, and
 * signups with it bring no mail. Works for an address that nobody has signed up with. What a mailer
 * may have taken already cannot be called back.
 */
export async function suppress(
  ctx: Context,
  input: { whose: Whose; actor: string; reason: string },
): Promise<{ kind: 'suppressed' | 'already-suppressed' | 'unknown' }> {
  const { whose, actor, reason } = input;
  const address = await readAddress(ctx, whose);
  if (!address) return { kind: 'unknown' };
  const { hash, subscriberId } = address;
  const suppressed = await insertSuppression(ctx.db, hash, {
    at: ctx.clock.now(),
    actor,
    verb: 'suppress',
    subscriberId,
    subject: subscriberId === null ? `address:${hash}` : null,
    addressHash: hash,
    reason,
  });
  if (suppressed) ctx.log.info('suppressed', { subscriber: subscriberId });
  return { kind: suppressed ? 'suppressed' : 'already-suppressed' };
}
