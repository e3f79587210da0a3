import type { Context } from '../context.ts';
import { standing } from './post-test.ts';
import { type Word, wordOn } from './release-claim.ts';
import { readAdoption } from './store/adoptions.ts';
import { insertMoreTries, readTries } from './store/tries.ts';

/**
 * Lets somebody without a try left take another, by their provider's word. Where they have one, nothing
 * changes: a second press gives no second.
 */
export async function anotherTry(
  ctx: Context,
  word: Word,
): Promise<{
  kind: 'given' | 'has-one' | 'passed' | 'not-open' | 'unknown' | 'reason-names-them';
}> {
  const found = await wordOn(ctx, word, 'another-try');
  if (found.kind !== 'word') return found;
  const { claim, act } = found;
  const adoption = await readAdoption(ctx.db, claim.adoptionId);
  if (!adoption) return { kind: 'unknown' };
  if (claim.passedAt !== null) return { kind: 'passed' };
  if (claim.state !== 'open') return { kind: 'not-open' };
  const { tries: allowed, waitHours } = adoption.body;
  const rules = { tries: allowed === null ? null : allowed + claim.moreTries, waitHours };
  const stands = standing(await readTries(ctx.db, claim.id), rules, ctx.clock.now());
  if (stands.kind !== 'none-left') return { kind: 'has-one' };
  return { kind: (await insertMoreTries(ctx.db, claim, act)) ? 'given' : 'has-one' };
}
