import type { Context } from '../context.ts';
import { learnerOn } from '../subscriber/device.ts';
import type { Shut } from './own-claim.ts';
import { partOf, readPlaces } from './post-test.ts';
import { testOn } from './read-test.ts';
import { readEdition } from './store/editions.ts';
import { mergeAnswers, readOpenTry } from './store/tries.ts';

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
  const found = await learnerOn(ctx, token, device);
  if (!found) return { kind: 'bad-link' };
  if (found.depth !== 'open') return { kind: found.depth };
  const open = await readOpenTry(ctx.db, found.learner.subscriberId);
  const edition = open && (await readEdition(ctx.db, open.edition));
  if (!edition || open.number !== input.number) return whyNone(ctx, token, device);
  const items = partOf(edition.items, input.part);
  const read = await readPlaces(items, open, input.places);
  if (read.kind === 'refused' || items.length === 0) return { kind: 'refused' };
  if (Object.keys(read.answers).length === 0) return { kind: 'saved' };
  const kept = await mergeAnswers(ctx.db, open.id, read.answers, ctx.clock.now());
  return { kind: kept ? 'saved' : 'over' };
}

/** Nothing is under way: handed in, passed, closed, or never begun. */
async function whyNone(
  ctx: Context,
  token: string,
  device: string | undefined,
): Promise<{ kind: 'over' | 'none' | 'not-yet' } | Shut> {
  const test = await testOn(ctx, token, device);
  return test.kind === 'test' ? { kind: 'over' } : test;
}
