import { describe, expect, it } from 'vitest';
import { forgetTries } from '../../src/credit/forget-tries.ts';
import { readWeakItems } from '../../src/credit/read-weak-items.ts';
import { itemCounts, tries } from '../../src/db/credit.ts';
import { ITEMS, KEYS, plantAdoption, plantEdition } from '../support/adoptions.ts';
import { faultyDatabase, plantCertificate, plantClaim } from '../support/certificates.ts';
import { testContext } from '../support/course.ts';
import { isCrash, Process } from '../support/faults.ts';
import { plantProvider } from '../support/providers.ts';
import { count, pick, put, rows } from '../support/rows.ts';

const DAY = 86_400;

async function withAdoption(changes: Parameters<typeof plantAdoption>[1] = {}) {
  const ctx = testContext();
  await plantProvider();
  const edition = await plantEdition();
  await plantAdoption(edition, changes);
  return { ctx, edition: edition.hash, now: ctx.clock.now() };
}

/** A try that was handed in, with these answers. */
const handedIn = (
  id: number,
  at: number,
  changes: Partial<typeof tries.$inferInsert> = {},
  answers: Record<string, string> = KEYS,
) =>
  put(tries, {
    id,
    claimId: id,
    number: 1,
    answers: JSON.stringify(answers),
    openedAt: at - 60,
    savedAt: at,
    handedInAt: at,
    right: 32,
    needed: 26,
    passed: 1,
    ...changes,
  });

const left = async () => (await pick(tries, ['id'], undefined, tries.id)).map(({ id }) => id);

describe('what is forgotten of tries', () => {
  it('is one that was left open for a year since it was last saved, and no other', async () => {
    const { ctx, now } = await withAdoption();
    const year = 365 * DAY;
    const open = { number: 1, answers: '{}' };
    await put(tries, { ...open, id: 1, claimId: 1, openedAt: now - 2 * year, savedAt: now - year });
    await put(tries, {
      ...open,
      id: 2,
      claimId: 2,
      openedAt: now - 2 * year,
      savedAt: now - year + 1,
    });
    await put(tries, { ...open, id: 3, claimId: 3, openedAt: now - 5, savedAt: now });
    await forgetTries(ctx, 50);
    expect(await left()).toEqual([2, 3]);
  });

  it('is one that failed, 90 days after the certificate came, and none whose certificate has not', async () => {
    const { ctx, now } = await withAdoption();
    const old = now - 200 * DAY;
    const failed = { passed: 0, right: 20 };
    for (const id of [1, 2, 3]) {
      await plantClaim({ id, subscriberId: id, state: 'issued' });
      await handedIn(id, old, failed);
    }
    await plantCertificate({ claimId: 1, issuedAt: now - 90 * DAY });
    await plantCertificate({ claimId: 2, issuedAt: now - 90 * DAY + 1 });
    await forgetTries(ctx, 50);
    expect(await left()).toEqual([2, 3]);
  });

  it('are the answers of one that passed, which become counts, after 90 days; its score stays', async () => {
    const { ctx, now, edition } = await withAdoption();
    for (const id of [1, 2]) await plantClaim({ id, subscriberId: id, state: 'issued' });
    await handedIn(1, now - 90 * DAY, {}, { ...KEYS, '1-1': 'x', '1-2': 'x' });
    await handedIn(2, now - 90 * DAY + 1);
    await forgetTries(ctx, 50);
    await forgetTries(ctx, 50);
    expect(await pick(tries, ['id', 'answers', 'right'], undefined, tries.id)).toEqual([
      { id: 1, answers: null, right: 32 },
      { id: 2, answers: JSON.stringify(KEYS), right: 32 },
    ]);
    const counts = await rows(itemCounts);
    expect(counts).toHaveLength(ITEMS.length);
    expect(
      counts
        .filter(({ right }) => right === 0)
        .map(({ item }) => item)
        .sort(),
    ).toEqual(['1-1', '1-2']);
    expect(counts.every(({ of, edition: hash }) => of === 1 && hash === edition)).toBe(true);
  });

  it('counts a struck item as right, as its try was graded', async () => {
    const { ctx, now } = await withAdoption({ struck: ['1-1'] });
    await plantClaim({ id: 1, state: 'issued' });
    await handedIn(1, now - 91 * DAY, {}, {});
    await forgetTries(ctx, 50);
    expect(await pick(itemCounts, ['right'], { item: '1-1' })).toEqual([{ right: 1 }]);
    expect(await pick(itemCounts, ['right'], { item: '1-2' })).toEqual([{ right: 0 }]);
  });

  it('tells of an item from 20 on, the hardest first', async () => {
    const { ctx, now, edition } = await withAdoption();
    const whose = { providerId: 1, edition };
    for (let id = 1; id <= 20; id += 1) {
      if (id === 20) {
        await forgetTries(ctx, 50);
        expect(await readWeakItems(ctx, whose)).toEqual([]);
      }
      await plantClaim({ id, subscriberId: id, state: 'issued' });
      await handedIn(id, now - 91 * DAY, {}, id <= 15 ? { ...KEYS, '5-2': 'x' } : KEYS);
    }
    await forgetTries(ctx, 50);
    const [hardest, ...others] = await readWeakItems(ctx, whose);
    expect(hardest).toEqual({ id: '5-2', question: 'Question 5-2?', right: 5, of: 20 });
    expect(others).toHaveLength(31);
  });

  it.each(['before', 'after'] as const)(
    'count each try once, with a crash %s every call',
    async (when) => {
      const { ctx, now } = await withAdoption();
      for (let at = 1; ; at += 1) {
        await plantClaim({ id: at, subscriberId: at, state: 'issued' });
        await handedIn(at, now - 91 * DAY);
        const process = new Process({ at, when, how: 'crash' });
        const failed = await forgetTries({ ...ctx, db: faultyDatabase(process) }, 50).catch(
          (error: unknown) => error,
        );
        const died = process.calls >= at;
        if (died) expect(isCrash(failed)).toBe(true);
        await forgetTries(ctx, 50);
        expect(await pick(itemCounts, ['of'], { item: '1-1' })).toEqual([{ of: at }]);
        if (!died) break;
      }
      expect(await count(tries, { answers: null })).toBeGreaterThan(4);
    },
  );
});
