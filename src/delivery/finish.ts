import type { Context } from '../context.ts';
import { CLOSING_NOTE } from '../course/course.ts';
import { nextLessonAt, type Slot } from '../course/schedule.ts';
import type { Act } from '../db/statements.ts';
import { TRIES } from '../tries.ts';
import type { FrozenRow } from './delivery.ts';
import { isStep } from './kinds.ts';
import { mendUndated } from './mend-undated.ts';
import { type Move, readUnmoved, recordOutcome } from './store/outcome.ts';

/**
 * Records that a batch was accepted, or that it is uncertain; the course goes on either way. The next
 * instants are computed from what was frozen; where a learner has changed something meanwhile, from
 * what stands there now. Who has no next date moves on all the same, and is set aside.
 *
 * @param failed deliveries that the mailer refused
 * @param act whoever says so in the mailer's place
 * @returns false where slots kept changing: the batch stays open, and posting it again is harmless
 */
export async function finish(
  ctx: Pick<Context, 'db' | 'clock' | 'log'>,
  batch: { id: number; rows: FrozenRow[] },
  state: 'sent' | 'uncertain',
  failed: number[] = [],
  act?: Act,
): Promise<boolean> {
  const at = ctx.clock.now();
  const refused = new Set(failed);
  const next = nextAtFrom(at);
  let moves: Move[] = batch.rows.flatMap((row) =>
    !isStep(row.kind) ||
    row.enrollmentId === null ||
    row.rev === null ||
    row.lesson === null ||
    refused.has(row.id)
      ? []
      : [
          {
            enrollmentId: row.enrollmentId,
            rev: row.rev,
            lesson: row.lesson,
            nextAt: next(row.lesson, slotOf(row)),
          },
        ],
  );
  const undated = new Set<number>();
  for (let tried = 0; tried < TRIES; tried++) {
    for (const { enrollmentId, lesson, nextAt } of moves) {
      if (nextAt === null && lesson < CLOSING_NOTE) undated.add(enrollmentId);
    }
    const accepted = batch.rows.length - failed.length;
    const outcome = { batchId: batch.id, state, at, moves, failed, accepted, act };
    if (await recordOutcome(ctx.db, outcome)) {
      if (undated.size > 0) await mendUndated(ctx, { ids: [...undated] });
      return true;
    }
    moves = (await readUnmoved(ctx.db, batch.id)).map((row) => ({
      enrollmentId: row.enrollmentId,
      rev: row.rev,
      lesson: row.lesson,
      nextAt: row.active === 1 ? next(row.lesson, slotOf(row)) : null,
    }));
  }
  return false;
}

function slotOf(row: { weekday: number | null; time: string | null; zone: string | null }): Slot {
  return { weekday: row.weekday ?? 1, time: row.time ?? '00:00', zone: row.zone ?? 'UTC' };
}

/** Many learners of a batch share a slot: each slot's next instant is computed once. */
function nextAtFrom(at: number): (lesson: number, slot: Slot) => number | null {
  const known = new Map<string, number | null>();
  return (lesson, slot) => {
    if (lesson >= CLOSING_NOTE) return null;
    const name = `${slot.weekday} ${slot.time} ${slot.zone}`;
    let instant = known.get(name);
    if (instant === undefined) instant = nextLessonAt(slot, at);
    known.set(name, instant);
    return instant;
  };
}
