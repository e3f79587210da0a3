import type { Context } from '../context.ts';
import { DomainError } from '../errors.ts';
import { learnerOn } from './device.ts';
import { type Entry, readEntryRow } from './read-entry.ts';
import { readLogRow, saveEntry } from './store/log.ts';
import { MAX_LOG, plainText } from './subscriber.ts';

export type Written =
  | { kind: 'saved'; entry: Entry }
  /** Something else was saved since this page was opened; `entry` is what stands there. */
  | { kind: 'changed-meanwhile'; entry: Entry }
  /** What stands there does not open, and nothing is written over it. */
  | { kind: 'does-not-open' }
  | { kind: 'closed' | 'locked' }
  | { kind: 'bad-link' };

/**
 * Keeps what a learner writes below a lesson's question, sealed. Saved twice is saved once, and a page
 * from before overwrites nothing.
 *
 * @param input.lesson 1 to 8
 * @param input.base the `rev` that stood on the page; 0 where nothing stood there
 * @throws DomainError `bad-input` (field `text`) for more than 10,000 characters
 */
export async function writeLog(
  ctx: Context,
  token: string,
  device: string | undefined,
  input: { lesson: number; text: string; base: number },
): Promise<Written> {
  const found = await learnerOn(ctx, token, device);
  if (!found) return { kind: 'bad-link' };
  if (found.depth !== 'open') return { kind: found.depth };
  const text = plainText(input.text, MAX_LOG);
  if (text === null) {
    const message =
      'This is more than a week’s log holds, 10,000 characters. Nothing has been saved; please shorten it.';
    throw new DomainError('bad-input', message, 'text');
  }
  const { lesson, base } = input;
  const { subscriberId, logSalt } = found.learner;
  const row = await readLogRow(ctx.db, subscriberId, lesson);
  const before = row && (await readEntryRow(ctx, row));
  const known = before && compared(before, text, base);
  // What stands there plain is sealed by the next save, whatever it says.
  if (known && !(known.kind === 'saved' && row?.text !== '' && before.rev === base)) return known;

  const salt = logSalt ?? ctx.seal.newSalt();
  const place = { salt, subscriberId, lesson };
  const saved = await saveEntry(ctx.db, {
    ...place,
    sealed: text === '' ? null : await ctx.seal.seal(text, place),
    keyId: ctx.seal.keyId,
    base: before?.rev ?? 0,
    now: ctx.clock.now(),
  });
  // Two first texts at once: the one whose salt came second is sealed anew with the first one's.
  if (!saved) return logSalt === null ? writeLog(ctx, token, device, input) : { kind: 'locked' };
  const entry = await readEntryRow(ctx, saved);
  return compared(entry, text, NEVER) ?? { kind: 'changed-meanwhile', entry };
}

/** No page has seen this `rev`. */
const NEVER = -1;

/** What follows from what stands there; null where it may be written over. */
function compared(entry: Entry, text: string, base: number): Written | null {
  if (entry.text === null) return { kind: 'does-not-open' };
  if (entry.text === text) return { kind: 'saved', entry };
  return entry.rev === base ? null : { kind: 'changed-meanwhile', entry };
}
