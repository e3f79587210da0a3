import type { Context } from '../context.ts';
import { parseBase36, subscriberName } from '../id.ts';
import { type ActRow, readActs, readAddressesOf } from './store/log.ts';

/** As many as stand on a page. */
const LINES = 50;

/** Something that was done by hand. `at` is course time, epoch seconds. */
export interface LogLine extends Omit<ActRow, 'actor' | 'subscriberId'> {
  /** The address of somebody of the staff, or the name under which the terminal was used. */
  who: string;
  /** `sub_…`, or null where it is about nobody. */
  subscriber: string | null;
}

/**
 * What was done by hand, newest first.
 *
 * @param before the last line that was shown; null for the newest
 * @returns with `older`, where there is more: what to ask for next
 */
export async function readLog(
  ctx: Context,
  before: number | null,
): Promise<{ lines: LogLine[]; older: number | null }> {
  const found = await readActs(ctx.db, before, LINES + 1);
  const shown = found.slice(0, LINES);
  const ids = shown.flatMap(({ actor }) => staffIn(actor) ?? []);
  const addresses = await readAddressesOf(ctx.db, [...new Set(ids)]);
  const lines = shown.map(({ actor, subscriberId, ...line }) => ({
    ...line,
    who: addresses.get(staffIn(actor) ?? -1) ?? actor.replace(/^\w+:/, ''),
    subscriber: subscriberId === null ? null : subscriberName(subscriberId),
  }));
  return { lines, older: found.length > LINES ? (shown.at(-1)?.id ?? null) : null };
}

const staffIn = (actor: string): number | null => parseBase36(actor.replace(/^\w+:/, ''));
