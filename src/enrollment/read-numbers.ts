import type { Seconds } from '../clock.ts';
import type { Context } from '../context.ts';
import { CLOSING_NOTE, LESSONS, STEPS } from '../course/course.ts';
import { readNumbers as read } from './store/numbers.ts';

/** How many take the course. It is counted at most once an hour. */
export interface Numbers {
  /** When it was so, epoch seconds of course time. */
  at: Seconds;
  /** Courses that run or are paused. */
  taking: number;
  /** Of them, the paused ones. */
  paused: number;
  /** Of them, who was sent so many lessons: from none to all eight. */
  bySent: number[];
  /** Of them, who has each step still ahead: the eight lessons and the closing note. */
  ahead: number[];
  /** Courses that came to their end, the closing note included. */
  finished: number;
}

/** Counts who takes the course, and how far they are. */
export async function readNumbers(ctx: Context): Promise<Numbers> {
  const { at, counts } = await read(ctx.db, ctx.clock.now());
  const sum = (which: (row: (typeof counts)[number]) => boolean) =>
    counts.filter(which).reduce((total, { count }) => total + count, 0);
  const runs = ({ state }: (typeof counts)[number]) => state === 'active' || state === 'paused';
  return {
    at,
    taking: sum(runs),
    paused: sum(({ state }) => state === 'paused'),
    bySent: Array.from({ length: LESSONS + 1 }, (_, sent) =>
      sum((row) => runs(row) && Math.min(row.nextLesson, CLOSING_NOTE) - 1 === sent),
    ),
    ahead: STEPS.map((step) => sum((row) => runs(row) && row.nextLesson <= step)),
    finished: sum(({ state }) => state === 'completed'),
  };
}
