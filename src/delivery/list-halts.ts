import { isoInstant } from '../clock.ts';
import type { Context } from '../context.ts';
import { readHalts } from './store/halts.ts';

/** What is held back and why, the oldest halt first; times are ISO instants of machine time. */
export async function listHalts(
  ctx: Context,
): Promise<{ scope: string; reason: string; since: string }[]> {
  const halts = await readHalts(ctx.db);
  return halts.map((halt) => ({ ...halt, since: isoInstant(halt.since) }));
}
