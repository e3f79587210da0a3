import type { Context } from '../context.ts';
import type { MemberRole } from './staff.ts';
import { deleteMember, readMemberRow, updateMember } from './store/people.ts';

interface Which {
  providerId: number;
  slug: string;
  memberId: number;
  actor: string;
}

const actOf = (ctx: Context, { actor, slug, providerId }: Which, verb: string) => ({
  at: ctx.clock.now(),
  actor,
  verb,
  subscriberId: null,
  subject: `provider:${slug}`,
  providerId,
  reason: '',
});

/** Takes somebody out of a provider's people; their sessions end with it. The last owner stays. */
export async function removeMember(
  ctx: Context,
  which: Which,
): Promise<{ kind: 'removed' | 'last-owner' | 'unknown' }> {
  const member = await readMemberRow(ctx.db, which.providerId, which.memberId);
  if (!member) return { kind: 'unknown' };
  const done = await deleteMember(
    ctx.db,
    which.providerId,
    member,
    actOf(ctx, which, 'remove-member'),
  );
  if (!done) return { kind: 'last-owner' };
  await ctx.wake('prompt');
  return { kind: 'removed' };
}

/** Gives somebody of a provider's people another role. The last owner stays one. */
export async function changeMember(
  ctx: Context,
  input: Which & { role: MemberRole; mayExport: boolean },
): Promise<{ kind: 'changed' | 'same' | 'last-owner' | 'unknown' }> {
  const { providerId, memberId, role, mayExport } = input;
  const member = await readMemberRow(ctx.db, providerId, memberId);
  if (!member) return { kind: 'unknown' };
  if (member.role === role && (member.mayExport === 1) === mayExport) return { kind: 'same' };
  const act = actOf(ctx, input, 'change-member');
  const done = await updateMember(ctx.db, providerId, memberId, { role, mayExport }, act);
  if (!done) return { kind: 'last-owner' };
  await ctx.wake('prompt');
  return { kind: 'changed' };
}
