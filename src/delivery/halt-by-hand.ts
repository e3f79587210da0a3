import type { Context } from '../context.ts';
import { STEPS } from '../course/course.ts';
import type { Act } from '../db/statements.ts';
import { halt } from './store/halts.ts';

const SCOPES = new Set(['all', ...STEPS.map((step) => `lesson:${step}`)]);

/**
 * Holds back everything (`all`) or one lesson (`lesson:3`; 9 is the closing note) until the halt is
 * lifted. The reason stands in the record of acts only: `/healthz` shows halts to everybody.
 */
export async function haltByHand(
  ctx: Context,
  input: { scope: string; actor: string; reason: string },
): Promise<{ kind: 'halted' | 'already-halted' | 'unknown-scope' }> {
  const { scope, actor, reason } = input;
  if (!SCOPES.has(scope)) return { kind: 'unknown-scope' };
  const act: Act = {
    at: ctx.clock.now(),
    actor,
    verb: 'halt',
    subscriberId: null,
    subject: `halt:${scope}`,
    reason,
  };
  const halted = await halt(ctx.db, scope, 'by-hand', ctx.clock.machine(), act);
  if (halted) ctx.log.warn('halted', { scope, reason: 'by-hand' });
  return { kind: halted ? 'halted' : 'already-halted' };
}
