import { secondsOf } from '../clock.ts';
import type { Context } from '../context.ts';
import type { Room } from './staff.ts';
import { deleteSessions, type ListedSession, readSessions } from './store/sessions.ts';

export type { ListedSession };

/** Where somebody is in now, latest first. Times are machine time. */
export const listSessions = (ctx: Context, room: Room, staffId: number): Promise<ListedSession[]> =>
  readSessions(ctx.db, room, staffId, secondsOf(ctx.clock.machine()));

/** Ends one of somebody's own sessions in a room, or all of them there. */
export async function endSessions(
  ctx: Context,
  room: Room,
  staffId: number,
  which: number | 'all',
): Promise<{ kind: 'ended' | 'unknown' }> {
  return { kind: (await deleteSessions(ctx.db, room, staffId, which)) > 0 ? 'ended' : 'unknown' };
}
