import type { Context } from '../context.ts';
import { MIN_GAP, nextSlot } from '../course/schedule.ts';
import { mendUndated } from './mend-undated.ts';
import { reschedule } from './store/dates.ts';
import { readLate } from './store/due.ts';

/** Later than `MAX_LATENESS`: the learner's next slot, and the rest of the course moves with it. */
export async function rescheduleLate(ctx: Context, atMost: number): Promise<void> {
  const now = ctx.clock.now();
  const late = await readLate(ctx.db, now, atMost);
  ctx.log.warn('late', { enrollments: late.length });
  const moves = late.map((row) => {
    const earliest = Math.max(now, row.lastAt === null ? now : row.lastAt + MIN_GAP);
    return { id: row.id, rev: row.rev, from: row.nextAt, to: nextSlot(row, earliest) };
  });
  await reschedule(ctx.db, moves);
  const undated = moves.flatMap(({ id, to }) => (to === null ? [id] : []));
  if (undated.length > 0) await mendUndated(ctx, { ids: undated });
}
