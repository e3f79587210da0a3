import type { Context } from '../context.ts';
import { DomainError } from '../errors.ts';
import { learnerOn } from './device.ts';
import { MAX_LOG, plainText } from './enrollment.ts';
import { type LogEntry, saveEntry } from './store.ts';

export type Written =
  | { kind: 'saved'; entry: LogEntry }
  /** Something else was saved since this page was opened; `entry` is what stands there. */
  | { kind: 'changed-meanwhile'; entry: LogEntry }
  | { kind: 'closed' | 'locked' }
  | { kind: 'bad-link' };

/**
 * Keeps what a learner writes below a lesson's question. Saved twice is saved once, and a page from
 * before overwrites nothing.
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
  const { subscriberId } = found.learner;
  const { lesson, base } = input;
  const entry = await saveEntry(ctx.db, {
    subscriberId,
    lesson,
    text,
    base: Number.isSafeInteger(base) && base > 0 ? base : 0,
    now: ctx.clock.now(),
  });
  if (!entry) return { kind: 'locked' };
  return { kind: entry.text === text ? 'saved' : 'changed-meanwhile', entry };
}
