import type { Context } from '../context.ts';
import { CLOSING_NOTE } from '../course/course.ts';
import { pauseEnd } from './enrollment.ts';
import { steer } from './learner.ts';
import { pauseEnrollment } from './store/course.ts';

export type Paused =
  /** `inFlight`: a lesson is on its way, and may still arrive. */
  | { kind: 'paused'; inFlight: boolean }
  /** It waits for a reason that a pause of the learner's own would hide. */
  | { kind: 'waits' }
  /** The closing note is on its way, and nothing comes after it. */
  | { kind: 'no-more' }
  | { kind: 'not-running' }
  /** Others kept changing the course at the same moment. */
  | { kind: 'busy' }
  | { kind: 'bad-link' };

/**
 * Pauses a learner's course, until a date by their clock or until they resume it. A second pause gives
 * the first another end.
 *
 * @param until "YYYY-MM-DD", or empty for no date
 * @throws DomainError `bad-input` (field `until`)
 */
export async function pause(ctx: Context, token: string, until: string): Promise<Paused> {
  return steer(ctx, token, async ({ id, rev, pauseReason, resumeAt, state, zone, ...course }) => {
    const end = until === '' ? null : pauseEnd(until, zone, ctx.clock.now());
    if (pauseReason !== null) return { kind: 'waits' };
    const inFlight = course.inFlight === 1;
    if (inFlight && course.nextLesson === CLOSING_NOTE) return { kind: 'no-more' };
    const paused: Paused = { kind: 'paused', inFlight };
    if (state === 'paused' && resumeAt === end) return paused;
    return (await pauseEnrollment(ctx.db, { id, rev }, end)) ? paused : 'again';
  });
}
