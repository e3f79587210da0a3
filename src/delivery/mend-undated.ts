import type { Seconds } from '../clock.ts';
import type { Context } from '../context.ts';
import { CLOSING_NOTE } from '../course/course.ts';
import { dueAgain } from '../course/schedule.ts';
import { type Among, keepMended, type Mended, readUndated, type Undated } from './store/dates.ts';

/**
 * Looks after courses that run and owe something, and have neither a due time nor anything on its way,
 * so that nothing would ever reach them: one whose address is suppressed waits for that, one whose step
 * the ledger has already moves on, any other gets its next date. What has none (a time zone that this
 * runtime does not know any more), or is on its way in a batch that has ended, is set aside and told.
 *
 * @param among enrollments by id, or the part of all of them that this hour looks at
 * @returns how many are left without a date
 */
export async function mendUndated(
  ctx: Pick<Context, 'db' | 'clock' | 'log'>,
  among: Among,
): Promise<number> {
  const now = ctx.clock.now();
  const found = await readUndated(ctx.db, among);
  const mended: Mended = { moves: [], dates: [], suppressed: [], left: [] };
  for (const course of found) sort(course, now, mended);
  // Also where nothing was found: what was set aside before may have a date by now.
  await keepMended(ctx.db, mended, now);
  const left = mended.left.length;
  if (left < found.length) ctx.log.warn('dated-again', { enrollments: found.length - left });
  if (left > 0) ctx.log.error('undated', { enrollments: left, first: mended.left[0] });
  return left;
}

function sort(course: Undated, now: Seconds, mended: Mended): void {
  const { id, rev, lesson, stands, stoodAt } = course;
  if (course.suppressed === 1) {
    mended.suppressed.push(course.subscriberId);
  } else if (stands === 'sending') {
    mended.left.push(id);
  } else if (stands !== null && stoodAt !== null) {
    const nextAt = lesson < CLOSING_NOTE ? dueAgain(course, stoodAt, now) : null;
    mended.moves.push({ enrollmentId: id, rev, lesson, nextAt, at: stoodAt });
    if (lesson < CLOSING_NOTE && nextAt === null) mended.left.push(id);
  } else {
    const nextAt = dueAgain(course, course.lastAt, now);
    if (nextAt === null) mended.left.push(id);
    else mended.dates.push({ id, rev, nextAt });
  }
}
