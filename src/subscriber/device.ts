import type { Seconds } from '../clock.ts';
import type { Context } from '../context.ts';
import { type LearnerRow, learnerOf, personOf } from '../enrollment/learner.ts';
import { resumeReached } from '../enrollment/resume.ts';
import { randomId } from '../id.ts';
import { DEVICE_LIFETIME, type DeviceClaims } from '../token.ts';
import { deleteDevice, deleteDevices, insertDevice } from './store/devices.ts';
import { readLink } from './store/links.ts';

/**
 * How far a device opens what is private: not at all; all of it; or, for seven days after a change of
 * address, no more than the name, so that the address before can undo it and find everything there.
 */
export type Depth = 'closed' | 'open' | 'locked';

/** What the cookie of a device names; null where it names none. */
export async function deviceNamed(
  ctx: Context,
  device: string | undefined,
): Promise<DeviceClaims | null> {
  return device === undefined ? null : ctx.tokens.readDevice(device);
}

/** @param device what the device names, about which the learner was read */
export function depthOf(
  learner: Pick<LearnerRow, 'linkVersion' | 'lockedUntil' | 'deviceUntil'>,
  device: DeviceClaims | null,
  now: Seconds,
): Depth {
  const { linkVersion, deviceUntil } = learner;
  const opened = device?.linkVersion === linkVersion && deviceUntil !== null && deviceUntil > now;
  if (!opened) return 'closed';
  return isLocked(learner, now) ? 'locked' : 'open';
}

export function isLocked({ lockedUntil }: Pick<LearnerRow, 'lockedUntil'>, now: Seconds): boolean {
  return lockedUntil !== null && lockedUntil > now;
}

/** A learner's page link together with what their device may do. */
export async function learnerOn(
  ctx: Context,
  token: string,
  device: string | undefined,
): Promise<{ learner: LearnerRow; depth: Depth } | null> {
  const named = await deviceNamed(ctx, device);
  const learner = await learnerOf(ctx, token, named?.deviceId);
  return learner && { learner, depth: depthOf(learner, named, ctx.clock.now()) };
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
  const named = await deviceNamed(ctx, device);
  const deviceId = randomId();
  const opening = { id: deviceId, earlier: named?.deviceId ?? null, now };
  if (await insertDevice(ctx.db, link, { ...opening, expiresAt: now + DEVICE_LIFETIME })) {
    const opened = await ctx.tokens.device({ deviceId, linkVersion });
    ctx.log.info('device-opened', { subscriber: subscriberId });
    const { kind } = await resumeReached(ctx, subscriberId);
    return { kind: 'opened', device: opened, learnPath, resumed: kind === 'resumed' };
  }
  const learner = await personOf(ctx, subscriberId, named?.deviceId);
  const open = learner !== null && depthOf(learner, named, now) !== 'closed';
  return open ? { kind: 'open-already', learnPath } : { kind: 'ended' };
}

/**
 * Closes what is private on this device, or, from a device that is open, on all of the learner's.
 *
 * @param device what the cookie of this device holds, or undefined
 */
export async function closeDevice(
  ctx: Context,
  token: string,
  device: string | undefined,
  all: boolean,
): Promise<{ kind: 'closed' | 'all-closed' | 'bad-link' }> {
  const found = await learnerOn(ctx, token, device);
  if (!found) return { kind: 'bad-link' };
  const named = await deviceNamed(ctx, device);
  const everywhere = all && found.depth !== 'closed';
  if (everywhere) await deleteDevices(ctx.db, found.learner.subscriberId);
  else if (named) await deleteDevice(ctx.db, named.deviceId);
  return { kind: everywhere ? 'all-closed' : 'closed' };
}
