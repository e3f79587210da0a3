import type { Context } from '../context.ts';
import { DomainError } from '../errors.ts';
import { randomId } from '../id.ts';
import { parseEmail } from '../signup/signup.ts';
import { digestOf } from '../token.ts';
import { ENTRY_LIFETIME, maskedAddress, type Room } from './staff.ts';
import { type EntryRow, insertEntry, insertHandedEntry, readEntry } from './store/entries.ts';

/**
 * Mails the way into a room to an address, if it may enter there. Answer and work are the same whoever
 * has that address.
 *
 * @param typed as it was typed
 * @param asked what the browser holds that asks
 * @param browser what it holds where somebody has entered in it before, or undefined
 * @throws DomainError `bad-input` (field `email`)
 */
export async function askToEnter(
  ctx: Context,
  input: { room: Room; typed: string; asked: string; browser: string | undefined },
): Promise<void> {
  const { room, typed, asked, browser } = input;
  const now = ctx.clock.now();
  const owed = await insertEntry(ctx.db, {
    id: randomId(),
    room,
    email: parseEmail(typed),
    asked: await digestOf(asked),
    browser: browser === undefined ? null : await ctx.tokens.readBrowser(browser),
    now,
    expiresAt: now + ENTRY_LIFETIME,
  });
  if (owed) ctx.log.info('entry-owed', { room });
  // Whether or not anything is owed: the work must not tell.
  await ctx.wake('prompt');
}

/** A way into the console for an operator who gets no mail, handed to whoever holds the operator's token. */
export async function handEntry(
  ctx: Context,
  email: string,
): Promise<{ kind: 'made'; token: string } | { kind: 'unknown' }> {
  const id = randomId();
  const now = ctx.clock.now();
  const entry = { id, email, now, expiresAt: now + ENTRY_LIFETIME };
  if (!(await insertHandedEntry(ctx.db, entry))) return { kind: 'unknown' };
  ctx.log.info('entry-handed', { entry: id });
  return { kind: 'made', token: await ctx.tokens.entry(id) };
}

export type ReadEntry =
  | {
      kind: 'ready';
      invitation: boolean;
      /** `j•••@harbor.example` */
      who: string;
      /** Names of the providers to which it leads; none for the console. */
      leadsTo: string[];
      /** Whether this browser asked for it; true where none did, as of an invitation. */
      here: boolean;
    }
  /** Used, or outlived. */
  | { kind: 'ended' }
  | { kind: 'damaged' };

/** What a link that lets in would do; changes nothing. @param asked what this browser holds, or undefined */
export async function readEntryLink(
  ctx: Context,
  room: Room,
  token: string,
  asked: string | undefined,
): Promise<ReadEntry> {
  const found = await entryBehind(ctx, room, token);
  if (found === null) return { kind: 'damaged' };
  if (found === 'ended' || found.usedAt !== null || found.expiresAt <= ctx.clock.now()) {
    return { kind: 'ended' };
  }
  return {
    kind: 'ready',
    invitation: found.purpose === 'invite',
    who: maskedAddress(found.email),
    leadsTo: JSON.parse(found.leadsTo) as string[],
    here: await isHere(found, asked),
  };
}

/** The entry of a link of this room; null where the link is none of ours. */
export async function entryBehind(
  ctx: Context,
  room: Room,
  token: string,
): Promise<EntryRow | 'ended' | null> {
  const id = await ctx.tokens.readEntry(token);
  if (id === null) return null;
  const entry = await readEntry(ctx.db, id);
  return entry?.room === room && entry.purpose !== 'sure' ? entry : 'ended';
}

/** Whether a browser is the one that asked; an entry that none asked for opens anywhere. */
export async function isHere(
  { asked }: Pick<EntryRow, 'asked'>,
  holds: string | undefined,
): Promise<boolean> {
  return asked === null || (holds !== undefined && (await digestOf(holds)) === asked);
}

/** Digits that do not let in: wrong, tried too often, used, outlived, or asked for elsewhere. */
export const badDigits = (): DomainError =>
  new DomainError(
    'bad-input',
    'These digits let nobody in. Take those of the newest mail that you asked for in this browser. After five tries, or 15 minutes, ask for another.',
    'digits',
  );
