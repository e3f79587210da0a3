import type { Context } from '../context.ts';
import { randomId } from '../id.ts';
import { digestOf } from '../token.ts';
import { matching } from './open-session.ts';
import { ENTRY_LIFETIME, parseDigits, type Room } from './staff.ts';
import { countSureTries, insertSure, spendSure } from './store/entries.ts';

/** A dangerous act as somebody asked for it: whose session, where, and all that they typed. */
export interface Dangerous {
  room: Room;
  staffId: number;
  session: number;
  path: string;
  fields: Record<string, string>;
}

/** Digits of one act let no other go, nor the same with something else typed. */
const actOf = ({ path, fields }: Dangerous) =>
  digestOf(JSON.stringify([path, Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1))]));

/** Mails digits that let one act of one session go. */
export async function askToBeSure(
  ctx: Context,
  dangerous: Dangerous,
): Promise<{ kind: 'mailed' | 'capped' }> {
  const now = ctx.clock.now();
  const { room, staffId, session: sessionId } = dangerous;
  const owed = await insertSure(ctx.db, {
    id: randomId(),
    room,
    staffId,
    sessionId,
    act: await actOf(dangerous),
    now,
    expiresAt: now + ENTRY_LIFETIME,
  });
  if (!owed) return { kind: 'capped' };
  await ctx.wake('prompt');
  return { kind: 'mailed' };
}

/** Whether these digits let this act go; they do so once. @param typed as they were typed */
export async function isSure(ctx: Context, dangerous: Dangerous, typed: string): Promise<boolean> {
  const digits = parseDigits(typed);
  if (digits === null) return false;
  const now = ctx.clock.now();
  const act = await actOf(dangerous);
  const tried = await countSureTries(ctx.db, { sessionId: dangerous.session, act, now });
  const id = await matching(ctx, digits, tried);
  return id !== null && (await spendSure(ctx.db, id, now));
}
