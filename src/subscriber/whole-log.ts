import type { Context } from '../context.ts';
import { learnerOn } from './device.ts';
import { type Entry, readEntries } from './read-entry.ts';

/**
 * All that a learner wrote, on a device that is open.
 *
 * @param device what this device holds, or undefined
 * @returns `zone`: the learner's, in which the dates are told
 */
export async function readWholeLog(
  ctx: Context,
  token: string,
  device: string | undefined,
): Promise<
  | { kind: 'log'; entries: Entry[]; firstName: string; zone: string }
  | { kind: 'closed' | 'locked' | 'bad-link' }
> {
  const found = await learnerOn(ctx, token, device);
  if (!found) return { kind: 'bad-link' };
  if (found.depth !== 'open') return { kind: found.depth };
  const { subscriberId, firstName, zone } = found.learner;
  const entries = await readEntries(ctx, subscriberId);
  const written = entries.filter(({ text }) => text !== '');
  return { kind: 'log', entries: written, firstName, zone: zone ?? 'UTC' };
}
