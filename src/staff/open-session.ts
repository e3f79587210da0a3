import { secondsOf } from '../clock.ts';
import type { Context } from '../context.ts';
import { randomId } from '../id.ts';
import { digestOf, equalInConstantTime, randomSecret } from '../token.ts';
import { badDigits, entryBehind, isHere } from './enter.ts';
import { agentOf, parseDigits, type Room, SESSION } from './staff.ts';
import { countTries, insertSession, readEntry } from './store/entries.ts';
import { readStaff } from './store/sessions.ts';

/** What a browser brings along. */
export interface Browser {
  /** What its session's cookie holds already, or undefined. */
  session: string | undefined;
  /** What it was given when it asked to enter, or undefined. */
  asked: string | undefined;
  /** As it names itself. */
  agent: string;
}

export type OpenedSession =
  /** `session` and `browser` are what its cookies are to hold. */
  | { kind: 'opened'; session: string; browser: string }
  /** This browser is in already, with this very entry. */
  | { kind: 'in-already' }
  /** Another browser asked: the portal wants one more press, the console the digits. */
  | { kind: 'elsewhere' }
  | { kind: 'ended' }
  | { kind: 'damaged' };

/**
 * Spends a link on a session.
 *
 * @param again whether somebody has been told that another browser asked, and has pressed once more
 */
export async function openByLink(
  ctx: Context,
  room: Room,
  token: string,
  browser: Browser,
  again: boolean,
): Promise<OpenedSession> {
  const entry = await entryBehind(ctx, room, token);
  if (entry === null) return { kind: 'damaged' };
  if (entry === 'ended') return { kind: 'ended' };
  const spent = entry.usedAt !== null || entry.expiresAt <= ctx.clock.now();
  if (!spent && !(await isHere(entry, browser.asked)) && !(room === 'portal' && again)) {
    return { kind: 'elsewhere' };
  }
  return open(ctx, room, entry.id, entry.staffId, browser);
}

/** Spends digits on a session, in the browser that asked for them. @throws DomainError `bad-input` (field `digits`) */
export async function openByDigits(
  ctx: Context,
  room: Room,
  typed: string,
  browser: Browser,
): Promise<OpenedSession> {
  const digits = parseDigits(typed);
  if (digits === null || browser.asked === undefined) throw badDigits();
  const asked = await digestOf(browser.asked);
  const entryId = await matching(
    ctx,
    digits,
    await countTries(ctx.db, room, asked, ctx.clock.now()),
  );
  const entry = entryId === null ? null : await readEntry(ctx.db, entryId);
  if (entry === null) throw badDigits();
  return open(ctx, room, entry.id, entry.staffId, browser);
}

/** Which of some entries these digits are of. */
export async function matching(
  { tokens }: Context,
  digits: string,
  entries: number[],
): Promise<number | null> {
  for (const id of entries) {
    if (equalInConstantTime(await tokens.digits(id), digits)) return id;
  }
  return null;
}

async function open(
  ctx: Context,
  room: Room,
  entryId: number,
  staffId: number,
  browser: Browser,
): Promise<OpenedSession> {
  const session = randomSecret();
  const earlier = browser.session === undefined ? null : await digestOf(browser.session);
  const machine = secondsOf(ctx.clock.machine());
  const opened = await insertSession(ctx.db, {
    entryId,
    room,
    session: {
      id: randomId(),
      hash: await digestOf(session),
      agent: agentOf(browser.agent),
      endsAt: machine + SESSION[room].whole,
    },
    earlier,
    now: ctx.clock.now(),
    machine,
  });
  if (opened) {
    ctx.log.info('entered', { room, staff: staffId });
    const named = await ctx.tokens.browser({ staffId, browserId: randomId() });
    return { kind: 'opened', session, browser: named };
  }
  const known = earlier === null ? null : await readStaff(ctx.db, room, earlier, machine);
  return { kind: known?.staffId === staffId ? 'in-already' : 'ended' };
}
