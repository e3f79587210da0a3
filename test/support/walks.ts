import fc from 'fast-check';

/**
 * A walk that once failed, as it was printed: by its steps, which mean the same whatever becomes of the
 * generators, or, where steps are commands, by seed and place, with their names for whoever reads it.
 */
type Kept<Walk> = { walk: Walk } | { seed: number; path: string; names: string };

interface Walks {
  /** How many, beside those that are kept. */
  runs: number;
  /** What the file beside the walk has, its newest last. */
  kept: readonly object[];
}

/** How long to look for a shorter walk that fails too, in milliseconds. */
const SHORTEN = 60_000;

/** Commands are more than their names. */
const isPlain = (walk: unknown[]) =>
  walk.every((part) => Array.isArray(part) || part === null || typeof part !== 'object');

/**
 * Walks at random, and first where it once failed. A walk that fails is told in one line, which is the
 * entry for the file beside it.
 *
 * @throws Error with that line, and what was wrong
 */
export async function walkAtRandom<Walk extends [unknown, ...unknown[]]>(
  what: string,
  property: fc.IAsyncPropertyWithHooks<Walk>,
  { runs, kept }: Walks,
): Promise<void> {
  const once = { numRuns: 1, endOnFailure: true };
  for (const each of kept as Kept<Walk>[]) {
    const how = 'walk' in each ? { examples: [each.walk] } : { seed: each.seed, path: each.path };
    const { failed, errorInstance } = await fc.check(property, { ...how, ...once });
    if (failed) throw failure(`${what}, kept: ${JSON.stringify(each)}`, errorInstance);
  }
  const seed = Math.floor(Math.random() * 2 ** 31);
  // biome-ignore lint/suspicious/noConsole: figures that are read off the run
  console.log(`${what}: ${runs} walks, seed ${seed}; kept and walked first: ${kept.length}`);
  const found = await fc.check(property, { numRuns: runs, seed, endOnFailure: true });
  if (!found.failed) return;
  const [path = ''] = (found.counterexamplePath ?? '').split(':');
  const again = { seed, path, numRuns: 1, interruptAfterTimeLimit: SHORTEN };
  const shorter = await fc.check(property, again);
  const { counterexample, errorInstance } = shorter.failed ? shorter : found;
  const walk = counterexample ?? [];
  const names = fc.stringify(walk);
  const entry = isPlain(walk) ? { walk } : { seed, path, names };
  throw failure(`${what}, to be kept: ${JSON.stringify(entry)}`, errorInstance);
}

function failure(line: string, cause: unknown): Error {
  return new Error(`${line}\n${cause instanceof Error ? cause.message : String(cause)}`, { cause });
}
