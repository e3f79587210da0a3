import type { Context } from '../context.ts';
import type { LearnClaims } from '../token.ts';
import { TRIES } from '../tries.ts';
import type { Version } from './enrollment.ts';
import { type LearnerRow, readPerson } from './store/learner.ts';

export type { LearnerRow };

/**
 * Somebody, with their newest enrollment where they have one. Null where nobody is known.
 *
 * @param deviceId the device to ask about
 */
export function personOf(
  ctx: Context,
  subscriberId: number,
  deviceId?: number,
): Promise<LearnerRow | null> {
  return readPerson(ctx.db, subscriberId, deviceId);
}

/**
 * Whose page link it is. Null where the link is damaged or revoked, or its learner is gone.
 *
 * @param deviceId the device to ask about
 */
export async function learnerOf(
  ctx: Context,
  token: string,
  deviceId?: number,
): Promise<LearnerRow | null> {
  return learnerBehind(ctx, await ctx.tokens.readLearn(token), deviceId);
}

/** Whose link says this, of whatever purpose. Null where it is revoked, or its learner is gone. */
export async function learnerBehind(
  ctx: Context,
  claims: LearnClaims | null,
  deviceId?: number,
): Promise<LearnerRow | null> {
  const learner = claims && (await personOf(ctx, claims.subscriberId, deviceId));
  return learner?.linkVersion === claims?.linkVersion ? learner : null;
}

/** A learner whose course runs, or is paused. */
export interface Running
  extends Version,
    Omit<LearnerRow, 'rev' | 'state' | 'signupId' | 'weekday' | 'time' | 'zone' | 'nextLesson'> {
  state: 'active' | 'paused';
  signupId: number;
  weekday: number;
  time: string;
  zone: string;
  nextLesson: number;
}

/** The learner's running course, or null. */
export function running(learner: LearnerRow): Running | null {
  const { enrollmentId, state } = learner;
  const runs = (state === 'active' || state === 'paused') && learner.unsubscribedAt === null;
  return runs && enrollmentId !== null ? ({ ...learner, id: enrollmentId } as Running) : null;
}

/**
 * Reads a learner's running course and changes it, anew where something else changed it meanwhile.
 *
 * @param change gives what came of it, or `again` where its conditional update found another `rev`
 * @returns `bad-link` for a link that opens nothing, `not-running` where no course runs, `busy` where others
 * kept changing it at the same moment: nothing of this change was kept
 */
export async function steer<Outcome>(
  ctx: Context,
  token: string,
  change: (course: Running) => Promise<Outcome | 'again'>,
): Promise<Outcome | { kind: 'bad-link' } | { kind: 'not-running' } | { kind: 'busy' }> {
  for (let tried = 0; tried < TRIES; tried++) {
    const learner = await learnerOf(ctx, token);
    if (!learner) return { kind: 'bad-link' };
    const course = running(learner);
    if (!course) return { kind: 'not-running' };
    const outcome = await change(course);
    if (outcome !== 'again') return outcome;
  }
  return { kind: 'busy' };
}
