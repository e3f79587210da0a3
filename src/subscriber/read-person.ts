import type { Context } from '../context.ts';
import { readHeldBack } from '../delivery/held-back.ts';
import { readTimelineRows } from './store/timeline.ts';
import { type Timeline, toTimeline } from './timeline.ts';
import { type WhyNot, whyNot } from './why-not.ts';

/** All that is known of somebody, and the one sentence why their next lesson has not come. */
export interface Person {
  timeline: Timeline;
  why: WhyNot;
}

/** Reads somebody, in one round trip and one beside it. Null where nobody is known. */
export async function readPerson(ctx: Context, subscriberId: number): Promise<Person | null> {
  const [rows, held] = await Promise.all([
    readTimelineRows(ctx.db, subscriberId),
    readHeldBack(ctx),
  ]);
  if (!rows) return null;
  return {
    timeline: toTimeline(subscriberId, rows),
    why: whyNot(rows, held, ctx.clock.now()),
  };
}
