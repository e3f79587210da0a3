import type { Context } from '../context.ts';
import { randomId } from '../id.ts';
import { INVITE_LIFETIME } from '../token.ts';
import type { MemberRole } from './staff.ts';
import { type Invited, insertMember, providerCalled } from './store/people.ts';

interface Invitation {
  /** Trimmed and lower-cased. */
  email: string;
  role: MemberRole;
  /** Whether a viewer may take the roster along. */
  mayExport: boolean;
}

/** Somebody by an address, with ids for what is not there yet. */
export async function invitedBy(ctx: Context, email: string): Promise<Invited> {
  const now = ctx.clock.now();
  return {
    email,
    hash: await ctx.tokens.addressHash(email),
    staffId: randomId(),
    memberId: randomId(),
    entryId: randomId(),
    now,
    expiresAt: now + INVITE_LIFETIME,
  };
}

/**
 * An owner asks somebody to their provider's people. The answer is the same whoever has that address; a
 * mail that anybody can cause goes there as often as any such mail may.
 */
export async function inviteMember(
  ctx: Context,
  input: Invitation & { providerId: number; slug: string; actor: string },
): Promise<{ kind: 'invited' | 'capped' }> {
  return { kind: (await invite(ctx, input, 'owner', '')) ? 'invited' : 'capped' };
}

/** The operator does, who answers for it. */
export async function appointMember(
  ctx: Context,
  input: Invitation & { slug: string; actor: string; reason: string },
): Promise<{ kind: 'invited' | 'unknown' }> {
  const providerId = await providerCalled(ctx.db, input.slug);
  if (providerId === null) return { kind: 'unknown' };
  await invite(ctx, { ...input, providerId }, 'operator', input.reason);
  return { kind: 'invited' };
}

async function invite(
  ctx: Context,
  input: Invitation & { providerId: number; slug: string; actor: string },
  by: 'owner' | 'operator',
  reason: string,
): Promise<boolean> {
  const { email, role, mayExport, providerId, slug, actor } = input;
  const invited = await invitedBy(ctx, email);
  const done = await insertMember(ctx.db, { ...invited, providerId, role, mayExport }, by, {
    at: invited.now,
    actor,
    verb: 'invite-member',
    subscriberId: null,
    subject: `provider:${slug}`,
    providerId,
    reason,
  });
  await ctx.wake('prompt');
  return done;
}
