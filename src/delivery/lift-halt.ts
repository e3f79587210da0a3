import type { Context } from '../context.ts';
import type { Act } from '../db/statements.ts';
import { LANES } from '../mailer/mailer.ts';
import { deleteHalt } from './store/halts.ts';

/** Lets go out again what a halt held back. Its backlog goes at once, up to `MAX_LATENESS` late. */
export async function liftHalt(
  ctx: Context,
  input: { scope: string; actor: string; reason: string },
): Promise<{ kind: 'lifted' | 'not-halted' }> {
  const { scope, actor, reason } = input;
  const act: Act = {
    at: ctx.clock.now(),
    actor,
    verb: 'lift-halt',
    subscriberId: null,
    subject: `halt:${scope}`,
    reason,
  };
  if (!(await deleteHalt(ctx.db, scope, act))) return { kind: 'not-halted' };
  ctx.log.info('halt-lifted', { scope });
  for (const lane of LANES) await ctx.wake(lane);
  return { kind: 'lifted' };
}
