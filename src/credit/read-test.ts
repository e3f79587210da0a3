import type { Context } from '../context.ts';
import { claimOn, type Shut } from './own-claim.ts';
import { grade, type Standing, standing } from './post-test.ts';
import { readTries, type TryRow } from './store/tries.ts';

type Claim = Extract<Awaited<ReturnType<typeof claimOn>>, { kind: 'claim' }>;

/** The post-test of a claim, as its learner stands in it. */
export interface Test extends Omit<Claim, 'kind'> {
  kind: 'test';
  tries: TryRow[];
  standing: Standing;
  /** The one that is open. */
  open: TryRow | null;
  /** The one that was handed in last. */
  last: TryRow | null;
  /** Lessons with something wrong in it, for whoever did not pass. */
  readAgain: number[];
}

/** @returns `not-yet` while step 1 is to be done, and where the claim is closed */
export async function testOn(
  ctx: Context,
  token: string,
  device: string | undefined,
): Promise<Test | { kind: 'none' | 'not-yet' } | Shut> {
  const found = await claimOn(ctx, token, device);
  if (found.kind !== 'claim') return found;
  const { legalName, state } = found.claim;
  if (legalName === null || state === 'closed') return { kind: 'not-yet' };
  const tries = await readTries(ctx.db, found.claim.id);
  const { tries: allowed, waitHours } = found.adoption.body;
  const last = tries.findLast(({ handedInAt }) => handedInAt !== null) ?? null;
  const rules = { tries: allowed === null ? null : allowed + found.claim.moreTries, waitHours };
  const stands = standing(tries, rules, ctx.clock.now());
  // A strike may have made an earlier one pass: then nothing is under way.
  const open =
    stands.kind === 'under-way' ? tries.find((each) => each.number === stands.number) : null;
  return {
    ...found,
    kind: 'test',
    tries,
    standing: stands,
    open: open ?? null,
    last,
    readAgain: last?.answers
      ? grade(found.edition.items, last.answers, {
          passMark: found.adoption.body.passMark,
          struck: found.adoption.struck,
        }).readAgain
      : [],
  };
}
