import type { Context } from '../context.ts';
import { parseName } from '../signup/signup.ts';
import { learnerOn } from './device.ts';
import { keepName } from './store/person.ts';

/** Changes how the learner is greeted. @param typed as it was typed; empty for no name */
export async function changeName(
  ctx: Context,
  token: string,
  device: string | undefined,
  typed: string,
): Promise<{ kind: 'changed' | 'closed' | 'bad-link' }> {
  const found = await learnerOn(ctx, token, device);
  if (!found) return { kind: 'bad-link' };
  if (found.depth === 'closed') return { kind: 'closed' };
  await keepName(ctx.db, found.learner.subscriberId, parseName(typed));
  return { kind: 'changed' };
}
