import type { Context } from '../context.ts';
import { randomId } from '../id.ts';
import type { Shut } from './own-claim.ts';
import { testOn } from './read-test.ts';
import { insertTry } from './store/tries.ts';

/** Opens the next try, where there is one to open. Twice is once. */
export async function openTry(
  ctx: Context,
  token: string,
  device: string | undefined,
): Promise<{ kind: 'opened' | 'none' | 'not-yet' | 'wait' | 'none-left' | 'passed' } | Shut> {
  const test = await testOn(ctx, token, device);
  if (test.kind !== 'test') return test;
  const { kind } = test.standing;
  if (kind === 'under-way') return { kind: 'opened' };
  if (kind !== 'may-open') return { kind };
  const { number } = test.standing;
  await insertTry(ctx.db, { id: randomId(), claimId: test.claim.id, number, now: ctx.clock.now() });
  return { kind: 'opened' };
}
