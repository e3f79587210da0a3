import { isoInstant } from '../clock.ts';
import type { Context } from '../context.ts';
import type { Held } from '../credit/hold.ts';
import { learnerOn } from './device.ts';
import { readEntries } from './read-entry.ts';
import { readTimeline, type Timeline } from './timeline.ts';

/** A timeline where what became of mail to another address is not told: that it was `asked` for is. */
type Shown = Omit<Timeline, 'deliveries'> & {
  deliveries: (Omit<Delivery, 'state'> & { state: Delivery['state'] | 'asked' })[];
};

type Delivery = Timeline['deliveries'][number];

/** Everything that is held about a learner. Times are ISO instants. */
export interface Export extends Shown {
  /** `text` is null for what is kept, but does not open: its key is missing. */
  log: { lesson: number; text: string | null; savedAt: string }[];
  claims: Held['claims'];
  certificates: Held['certificates'];
}

export async function exportAll(
  ctx: Context,
  token: string,
  device: string | undefined,
): Promise<{ kind: 'export'; data: Export } | { kind: 'closed' | 'locked' | 'bad-link' }> {
  const found = await learnerOn(ctx, token, device);
  if (!found) return { kind: 'bad-link' };
  if (found.depth !== 'open') return { kind: found.depth };
  const { subscriberId } = found.learner;
  const timeline = await readTimeline(ctx, subscriberId);
  if (!timeline) return { kind: 'bad-link' };
  const log = await readEntries(ctx, subscriberId);
  const entries = log.map(({ lesson, text, savedAt }) => ({
    lesson,
    text,
    savedAt: isoInstant(savedAt),
  }));
  const { heldOf } = await import('../credit/hold.ts');
  const credit = await heldOf(ctx, subscriberId);
  return { kind: 'export', data: { ...withoutOthers(timeline), log: entries, ...credit } };
}

/** What became of a mail to another address is its owner's, and would tell whether mail may go there. */
function withoutOthers(timeline: Timeline): Shown {
  const toOthers = timeline.deliveries.filter(({ kind }) => kind === 'address');
  const ids = new Set(toOthers.map(({ id }) => id));
  return {
    ...timeline,
    deliveries: timeline.deliveries.map((delivery) =>
      ids.has(delivery.id)
        ? { ...delivery, state: 'asked', acceptedAt: null, batch: null }
        : delivery,
    ),
    events: timeline.events.filter(({ delivery }) => !ids.has(delivery)),
  };
}
