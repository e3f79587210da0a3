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

/** @returns `unnamed` while step 1 is to be done */
export async function testOn(
  ctx: Context,
  token: string,
  device: string | undefined,
): Promise<Test | { kind: 'none' | 'unnamed' } | Shut> {
  const found = await claimOn(ctx, token, device);
  if (found.kind !== 'claim') return found;
  if (found.claim.legalName === null) return { kind: 'unnamed' };
  const tries = await readTries(ctx.db, found.claim.id);
  const { tries: allowed, waitHours } = found.adoption.body;
  const last = tries.findLast(({ handedInAt }) => handedInAt !== null) ?? null;
  const rules = { tries: allowed === null ? null : allowed + found.claim.moreTries, waitHours };
  return {
    ...found,
    kind: 'test',
    tries,
    standing: standing(tries, rules, ctx.clock.now()),
    open: tries.find(({ handedInAt }) => handedInAt === null) ?? null,
    last,
    readAgain: last?.answers
      ? grade(found.edition.items, last.answers, {
          passMark: found.adoption.body.passMark,
          struck: found.adoption.struck,
        }).readAgain
      : [],
  };
}
