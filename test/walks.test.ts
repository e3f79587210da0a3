import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { walkAtRandom } from './support/walks.ts';

/** What a walk that fails says, in one line and below it. */
const told = (walking: Promise<void>) =>
  walking.then(
    () => [],
    (error: Error) => error.message.split('\n'),
  );

/** Steps that must never be more than ten together. */
const numbers = (seen: number[][] = []) =>
  fc.asyncProperty(fc.array(fc.nat({ max: 20 })), async (list) => {
    seen.push(list);
    if (list.some((step) => step > 10)) throw new Error('more than ten');
  });

describe('a random walk that fails', () => {
  it('says in one line what to keep, as short as it could be found', async () => {
    const [line = '', ...rest] = await told(
      walkAtRandom('numbers', numbers(), { runs: 100, kept: [] }),
    );
    expect(line).toBe('numbers, to be kept: {"walk":[[11]]}');
    expect(rest).toEqual(['more than ten']);
  });

  it('is walked first from then on, and once', async () => {
    const seen: number[][] = [];
    const kept = [{ walk: [[3, 4]] as [number[]] }, { walk: [[5, 12]] as [number[]] }];
    const [line] = await told(walkAtRandom('numbers', numbers(seen), { runs: 100, kept }));
    expect(line).toBe('numbers, kept: {"walk":[[5,12]]}');
    expect(seen).toEqual([
      [3, 4],
      [5, 12],
    ]);
  });

  it('is found again by seed and place where its steps are commands', async () => {
    const runs: string[] = [];
    const step = (name: string) => ({
      check: () => true,
      async run() {
        if (name === 'wrong') throw new Error('a wrong step');
      },
      toString: () => name,
    });
    const commands = () =>
      fc.asyncProperty(
        fc.commands([fc.constant(step('right')), fc.constant(step('wrong'))]),
        async (list) => {
          runs.push(String(list));
          await fc.asyncModelRun(() => ({ model: {}, real: {} }), list);
        },
      );
    const [line = ''] = await told(walkAtRandom('steps', commands(), { runs: 100, kept: [] }));
    const entry = JSON.parse(line.replace('steps, to be kept: ', ''));
    expect(entry).toMatchObject({
      seed: expect.any(Number),
      names: expect.stringContaining('wrong'),
    });
    runs.length = 0;
    const [again = ''] = await told(walkAtRandom('steps', commands(), { runs: 0, kept: [entry] }));
    expect(again).toBe(`steps, kept: ${JSON.stringify(entry)}`);
    expect(runs).toHaveLength(1);
  });
});
