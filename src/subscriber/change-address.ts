import type { Seconds } from '../clock.ts';
import type { Context } from '../context.ts';
import { dueAgain } from '../course/schedule.ts';
import { personOf } from '../enrollment/learner.ts';
import { randomId } from '../id.ts';
import { TRIES } from '../tries.ts';
import { moveAddress } from './store/address.ts';
import { type LinkRow, readLink } from './store/links.ts';

export type AddressLink =
  /** `undo`: it puts the address before back. `email` is the address that it puts in place. */
  | { kind: 'ready'; undo: boolean; email: string }
  /** It has done its work. */
  | { kind: 'done'; undo: boolean }
  /** Expired, or replaced by a newer one. */
  | { kind: 'ended' }
  | { kind: 'damaged' };

/** What a link to a new address, or back to the one before, would do; changes nothing. */
export async function readAddressLink(ctx: Context, token: string): Promise<AddressLink> {
  const claims = await ctx.tokens.readSingle('address', token);
  if (!claims) return { kind: 'damaged' };
  const link = await readLink(ctx.db, claims.linkId);
  return link ? standing(link, ctx.clock.now()) : { kind: 'ended' };
}

function standing(link: LinkRow, now: Seconds): AddressLink {
  const undo = link.purpose === 'undo';
  if ((!undo && link.purpose !== 'address') || link.email === null) return { kind: 'ended' };
  if (link.usedAt !== null) {
    return link.currentHash === link.emailHash ? { kind: 'done', undo } : { kind: 'ended' };
  }
  return link.expiresAt > now ? { kind: 'ready', undo, email: link.email } : { kind: 'ended' };
}

/**
 * Puts the link's address in place. The address before is told and can undo it for seven days; until
 * then log, export, address and erasure stay shut. Earlier personal links end, and new ones are mailed.
 * A course that had stopped because of the address before goes on.
 *
 * @returns `taken` where the address belongs to somebody who takes the course, or nothing may be
 * mailed there
 */
export async function changeAddress(
  ctx: Context,
  token: string,
): Promise<AddressLink | { kind: 'taken'; undo: boolean }> {
  const claims = await ctx.tokens.readSingle('address', token);
  if (!claims) return { kind: 'damaged' };
  for (let tried = 0; tried < TRIES; tried++) {
    const link = await readLink(ctx.db, claims.linkId);
    if (!link) return { kind: 'ended' };
    const now = ctx.clock.now();
    const found = standing(link, now);
    if (found.kind !== 'ready') return found;
    const learner = await personOf(ctx, link.subscriberId);
    if (!learner) return { kind: 'ended' };
    const { enrollmentId, rev, weekday, time, zone } = learner;
    const waits =
      learner.pauseReason !== null && learner.state === 'paused' && enrollmentId !== null;
    const resume =
      waits && rev !== null && weekday !== null && time !== null && zone !== null
        ? { id: enrollmentId, rev, nextAt: dueAgain({ weekday, time, zone }, learner.lastAt, now) }
        : null;
    const undoId = found.undo ? null : randomId();
    if (await moveAddress(ctx.db, link, { undoId, resume, now })) {
      ctx.log.info(found.undo ? 'address-undone' : 'address-changed', {
        subscriber: link.subscriberId,
      });
      await ctx.wake('prompt');
      return { kind: 'done', undo: found.undo };
    }
    const after = await readLink(ctx.db, claims.linkId);
    if (after && standing(after, now).kind === 'ready') return { kind: 'taken', undo: found.undo };
  }
  return { kind: 'ended' };
}
