import type { Context } from '../context.ts';
import { TRIES } from '../tries.ts';
import type { Shut } from './own-claim.ts';
import { grade } from './post-test.ts';
import { testOn } from './read-test.ts';
import { updateGrade } from './store/tries.ts';

/**
 * Hands in the open try and grades it: what stands there at that moment, and blanks as wrong. A second
 * press changes nothing.
 *
 * @param number which try the page showed
 * @returns `busy` where answers kept being saved at the same moment: nothing was handed in
 */
export async function handIn(
  ctx: Context,
  token: string,
  device: string | undefined,
  number: number,
): Promise<{ kind: 'handed-in' | 'busy' | 'none' | 'not-yet' } | Shut> {
  for (let tried = 0; tried < TRIES; tried += 1) {
    const test = await testOn(ctx, token, device);
    if (test.kind !== 'test') return test;
    const { open, claim, adoption, edition } = test;
    if (!open || open.number !== number || open.answers === null) return { kind: 'handed-in' };
    const { passMark } = adoption.body;
    const graded = grade(edition.items, open.answers, { passMark, struck: adoption.struck });
    const done = await updateGrade(ctx.db, open, graded, {
      claimId: claim.id,
      adoptionId: adoption.id,
      struck: adoption.struck,
      now: ctx.clock.now(),
    });
    if (done) return { kind: 'handed-in' };
  }
  return { kind: 'busy' };
}
