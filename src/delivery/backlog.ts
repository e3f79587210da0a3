import { DAY } from '../clock.ts';
import { MAX_LATENESS } from '../course/schedule.ts';

/** In seconds; what a lesson may be late is three of them. */
export const HALF_DAY = DAY / 2;

/** What waits for the days to come, under a daily cap. */
export interface Backlog {
  /** Mails that today still allows. */
  left: number;
  /** Lessons by the half UTC day in which they fall due, oldest first: 0 is the first half of tomorrow. */
  halfDays: { halfDay: number; count: number }[];
}

/**
 * Whether the cap will hold a lesson back for longer than `MAX_LATENESS` within three days. Lessons go out in
 * the order in which they are due, each no earlier than that, `cap` of them a day.
 */
export function holdsBackTooLong({ left, halfDays }: Backlog, cap: number): boolean {
  const queue = halfDays.map((each) => ({ ...each }));
  for (let day = 0; day <= 3; day++) {
    const began = 2 * (day - 1);
    const oldest = queue.find(({ count }) => count > 0);
    if (day > 0 && oldest && oldest.halfDay < began - MAX_LATENESS / HALF_DAY) return true;
    let allowed = day === 0 ? left : cap;
    for (const due of queue) {
      if (due.halfDay >= began + 2) break;
      const sent = Math.min(allowed, due.count);
      due.count -= sent;
      allowed -= sent;
    }
  }
  return false;
}
