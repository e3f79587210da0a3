import type { Context } from '../context.ts';
import type { Shut } from './own-claim.ts';
import { partOf, readPlaces } from './post-test.ts';
import { testOn } from './read-test.ts';
import { mergeAnswers } from './store/tries.ts';

/**
 * Keeps what was chosen in one part of an open try. An item that is not named stays as it was; of two tabs
 * the later save of an item wins.
 *
 * @param input.number which try the page showed
 * @param input.places an item's id, and the place of the option, as text
 * @returns `over` where that try is handed in, or was never opened; `refused` where a place does not exist,
 * and then nothing is kept
 */
export async function saveAnswers(
  ctx: Context,
  token: string,
  device: string | undefined,
  input: { number: number; part: number; places: Record<string, string> },
): Promise<{ kind: 'saved' | 'over' | 'refused' | 'none' | 'not-yet' } | Shut> {
  const test = await testOn(ctx, token, device);
  if (test.kind !== 'test') return test;
  const { open, claim, edition } = test;
  if (!open || open.number !== input.number) return { kind: 'over' };
  const items = partOf(edition.items, input.part);
  const read = await readPlaces(items, { seed: claim.seed, number: open.number }, input.places);
  if (read.kind === 'refused' || items.length === 0) return { kind: 'refused' };
  if (Object.keys(read.answers).length === 0) return { kind: 'saved' };
  const kept = await mergeAnswers(ctx.db, open.id, read.answers, ctx.clock.now());
  return { kind: kept ? 'saved' : 'over' };
}
