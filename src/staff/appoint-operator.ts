import type { Context } from '../context.ts';
import { invitedBy } from './invite-member.ts';
import type { OperatorRole } from './staff.ts';
import { deleteOperator, insertOperator, readOperators, updateOperator } from './store/people.ts';

interface By {
  actor: string;
  reason: string;
}

const actOf = (ctx: Context, { actor, reason }: By, verb: string) => ({
  at: ctx.clock.now(),
  actor,
  verb,
  subscriberId: null,
  subject: 'console',
  reason,
});

/** Takes somebody in among those who run the course, and mails them a way in while they never entered. */
export async function appointOperator(
  ctx: Context,
  input: By & { email: string; role: OperatorRole },
): Promise<{ kind: 'appointed' }> {
  const invited = await invitedBy(ctx, input.email);
  const act = actOf(ctx, input, 'appoint-operator');
  await insertOperator(ctx.db, { ...invited, role: input.role }, act);
  await ctx.wake('prompt');
  return { kind: 'appointed' };
}

/** Takes somebody out of the console; their sessions there end with it. The last owner stays. */
export async function removeOperator(
  ctx: Context,
  input: By & { staffId: number },
): Promise<{ kind: 'removed' | 'last-owner' | 'unknown' }> {
  if (!(await isKnown(ctx, input.staffId))) return { kind: 'unknown' };
  const act = actOf(ctx, input, 'remove-operator');
  return { kind: (await deleteOperator(ctx.db, input.staffId, act)) ? 'removed' : 'last-owner' };
}

/** Gives somebody of the console another role. The last owner stays one. */
export async function changeOperator(
  ctx: Context,
  input: By & { staffId: number; role: OperatorRole },
): Promise<{ kind: 'changed' | 'same' | 'last-owner' | 'unknown' }> {
  const known = await isKnown(ctx, input.staffId);
  if (!known) return { kind: 'unknown' };
  if (known.role === input.role) return { kind: 'same' };
  const act = actOf(ctx, input, 'change-operator');
  const done = await updateOperator(ctx.db, input.staffId, input.role, act);
  return { kind: done ? 'changed' : 'last-owner' };
}

const isKnown = async (ctx: Context, staffId: number) =>
  (await readOperators(ctx.db)).find((each) => each.staffId === staffId);
