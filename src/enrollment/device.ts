import type { Context } from '../context.ts';
import { DEVICE_LIFETIME } from '../token.ts';
import { learnerOf } from './learner.ts';
import { resumeReached } from './resume.ts';
import { type LearnerRow, readLink, spendLink } from './store.ts';

/**
 * How far a device opens what is private: not at all; all of it; or, for seven days after a change of
 * address, no more than the name, so that the address before can undo it and find everything there.
 */
export type Depth = 'closed' | 'open' | 'locked';

/** @param device what the cookie of this device holds, or undefined */
export async function depthOf(
  ctx: Context,
  learner: Pick<LearnerRow, 'subscriberId' | 'linkVersion' | 'lockedUntil'>,
  device: string | undefined,
): Promise<Depth> {
  const claims = device === undefined ? null : await ctx.tokens.readDevice(device);
  const now = ctx.clock.now();
  const opened =
    claims?.subscriberId === learner.subscriberId &&
    claims.linkVersion === learner.linkVersion &&
    claims.expiresAt > now;
  if (!opened) return 'closed';
  return isLocked(learner, now) ? 'locked' : 'open';
}

export function isLocked({ lockedUntil }: Pick<LearnerRow, 'lockedUntil'>, now: number): boolean {
  return lockedUntil !== null && lockedUntil > now;
}

/** A learner's page link together with what their device may do. */
export async function learnerOn(
  ctx: Context,
  token: string,
  device: string | undefined,
): Promise<{ learner: LearnerRow; depth: Depth } | null> {
  const learner = await learnerOf(ctx, token);
  return learner && { learner, depth: await depthOf(ctx, learner, device) };
}

/** Whether a link that opens a device works now; changes nothing. */
export async function readOpenLink(
  ctx: Context,
  token: string,
): Promise<{ kind: 'ready' | 'ended' | 'damaged' }> {
  const claims = await ctx.tokens.readSingle('open', token);
  if (!claims) return { kind: 'damaged' };
  const link = await readLink(ctx.db, claims.linkId);
  const ready = link?.purpose === 'open' && link.usedAt === null;
  return { kind: ready && link.expiresAt > ctx.clock.now() ? 'ready' : 'ended' };
}

export type Opened =
  /** `resumed`: the course had stopped because mail came back, and goes on. */
  | { kind: 'opened'; device: string; learnPath: string; resumed: boolean }
  /** Used on this device a moment ago. */
  | { kind: 'open-already'; learnPath: string }
  /** Used, expired, or replaced by a newer one. */
  | { kind: 'ended' }
  | { kind: 'damaged' };

/**
 * Opens what is private on a device, with a link that works once. Whoever holds it was reached by mail,
 * so a course that had stopped because mail came back goes on.
 *
 * @param device what this device holds already, or undefined
 */
export async function openDevice(
  ctx: Context,
  token: string,
  device: string | undefined,
): Promise<Opened> {
  const claims = await ctx.tokens.readSingle('open', token);
  if (!claims) return { kind: 'damaged' };
  const link = await readLink(ctx.db, claims.linkId);
  if (link?.purpose !== 'open') return { kind: 'ended' };
  const { subscriberId, linkVersion } = link;
  const learnPath = `/learn/${await ctx.tokens.learn({ subscriberId, linkVersion })}`;
  const now = ctx.clock.now();
  if (await spendLink(ctx.db, link.id, now)) {
    const expiresAt = now + DEVICE_LIFETIME;
    const opened = await ctx.tokens.device({ subscriberId, linkVersion, expiresAt });
    ctx.log.info('device-opened', { subscriber: subscriberId });
    const { kind } = await resumeReached(ctx, subscriberId);
    return { kind: 'opened', device: opened, learnPath, resumed: kind === 'resumed' };
  }
  const open = (await depthOf(ctx, link, device)) !== 'closed';
  return open ? { kind: 'open-already', learnPath } : { kind: 'ended' };
}
