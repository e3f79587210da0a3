import type { Context } from '../context.ts';
import { entryBehind } from './enter.ts';
import type { Room } from './staff.ts';
import { refuseInvitation as refuse } from './store/people.ts';

/** "This was not me", from the owner of an address that was invited. */
export async function refuseInvitation(
  ctx: Context,
  room: Room,
  token: string,
): Promise<{ kind: 'refused' | 'ended' | 'damaged' }> {
  const entry = await entryBehind(ctx, room, token);
  if (entry === null) return { kind: 'damaged' };
  if (entry === 'ended' || entry.purpose !== 'invite') return { kind: 'ended' };
  return { kind: (await refuse(ctx.db, entry, ctx.clock.now())) ? 'refused' : 'ended' };
}
