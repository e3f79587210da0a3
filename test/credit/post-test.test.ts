import { describe, expect, it } from 'vitest';
import type { Item } from '../../src/credit/edition.ts';
import {
  type Answers,
  asked,
  blanks,
  explained,
  grade,
  lessonOf,
  neededOf,
  PARTS,
  partOf,
  readPlaces,
  standing,
  type Try,
} from '../../src/credit/post-test.ts';

/** Four items a lesson; the keys lie in every place of the edition. */
const items: Item[] = Array.from({ length: 32 }, (_, at) => {
  const id = `${Math.floor(at / 4) + 1}-${(at % 4) + 1}`;
  return {
    id,
    objective: `${Math.floor(at / 4) + 1}a`,
    question: `Question ${id}?`,
    options: ['a', 'b', 'c', 'd'].map((option) => ({ id: option, text: `${id} says ${option}` })),
    key: 'abcd'[(at * 3 + Math.floor(at / 4)) % 4] ?? 'a',
    rationale: `Because ${id} is so.`,
  };
});
const [first] = items;
if (!first) throw new Error('no items');

const seedOf = (n: number) => n.toString(16).padStart(32, '0');
const sheet = { seed: 'c0ffee00c0ffee00c0ffee00c0ffee00', number: 1 };
const keys: Answers = Object.fromEntries(items.map(({ id, key }) => [id, key]));
const wrongKeyOf = ({ key }: Item) => (key === 'a' ? 'b' : 'a');

/** All right but the named ones, which are wrong. */
const butFor = (...ids: string[]): Answers =>
  Object.fromEntries(
    items.map((item) => [item.id, ids.includes(item.id) ? wrongKeyOf(item) : item.key]),
  );
const rules = { passMark: 80, struck: [] as string[] };

/** Where a browser would find the text of each item's option. */
async function placesOf(wanted: Answers, on = sheet) {
  const page = await asked(items, on, {});
  return Object.fromEntries(
    page
      .filter(({ id }) => wanted[id] !== undefined)
      .map(({ id, options }) => [id, String(options.indexOf(`${id} says ${wanted[id]}`))]),
  );
}

describe('the pages of the test', () => {
  it('are eight parts of four, each with its lesson’s items in the edition’s order', () => {
    const parts = Array.from({ length: PARTS }, (_, at) => partOf(items, at + 1));
    expect(parts.map((part) => part.map(({ id }) => id))).toEqual(
      Array.from({ length: 8 }, (_, at) => [1, 2, 3, 4].map((n) => `${at + 1}-${n}`)),
    );
    expect([0, 9, -1, 1.5, Number.NaN].flatMap((part) => partOf(items, part))).toEqual([]);
    expect(lessonOf('7-2')).toBe(7);
  });

  it('show nothing of a key, of a rationale or of an option’s id', async () => {
    const marked = items.map((item) => ({
      ...item,
      key: item.key,
      rationale: `RATIONALE ${item.id}`,
    }));
    const page = await asked(marked, sheet, keys);
    expect(JSON.stringify(page)).not.toContain('RATIONALE');
    expect(new Set(page.flatMap((each) => Object.keys(each)))).toEqual(
      new Set(['id', 'question', 'options', 'chosen']),
    );
    // Whoever chose the key and whoever chose another read pages that differ in the choice alone.
    const other = await asked(marked, sheet, butFor('1-1'));
    const bare = (list: typeof page) => list.map(({ chosen: _, ...rest }) => rest);
    expect(bare(other)).toEqual(bare(page));
  });

  it('are the same after a reload, whatever was answered, and others on the next try', async () => {
    const orders = async (number: number, answers: Answers) =>
      (await asked(items, { ...sheet, number }, answers)).map(({ options }) => options);
    expect(await orders(1, keys)).toEqual(await orders(1, {}));
    expect(await orders(2, {})).not.toEqual(await orders(1, {}));
    const kept = (await orders(2, {})).filter(
      (options, at) => String(options) === String(items[at]?.options.map(({ text }) => text)),
    );
    // Of 32 items, one or two keep an order of 24 by chance.
    expect(kept.length).toBeLessThan(8);
  });

  it('of one part have the order that they have in the whole test', async () => {
    const whole = await asked(items, sheet, {});
    const part = await asked(partOf(items, 5), sheet, {});
    expect(part).toEqual(whole.filter(({ id }) => id.startsWith('5-')));
  });

  it('stand by what HMAC-SHA-256 gives for the seed, the try, the item and the option', async () => {
    // From Python: hmac.new(bytes.fromhex(seed), '1·3-1·a'.encode(), 'sha256').
    const [item] = await asked([{ ...first, id: '3-1' }], sheet, {});
    expect(item?.options.map((text) => text.at(-1))).toEqual(['d', 'b', 'a', 'c']);
  });

  it('put each option in each place equally often, over 10,000 seeds', async () => {
    const seeds = 10_000;
    const counts = new Map<string, number>();
    const pairs = new Map<string, number>();
    const two = partOf(items, 3).slice(0, 2);
    for (let n = 0; n < seeds; n += 1) {
      const page = await asked(two, { seed: seedOf(n), number: 1 }, {});
      const placesOfA = page.map(({ options }) =>
        options.findIndex((text) => text.endsWith('says a')),
      );
      pairs.set(String(placesOfA), (pairs.get(String(placesOfA)) ?? 0) + 1);
      for (const { id, options } of page) {
        for (const [place, text] of options.entries()) {
          const cell = `${id} ${text.at(-1)} ${place}`;
          counts.set(cell, (counts.get(cell) ?? 0) + 1);
        }
      }
    }
    expect(counts.size).toBe(2 * 16);
    for (const [cell, count] of counts) {
      expect(Math.abs(count / seeds - 1 / 4), cell).toBeLessThan(0.02);
    }
    // Where one item’s option lies tells nothing of the next item’s.
    expect(pairs.size).toBe(16);
    for (const [cell, count] of pairs) {
      expect(Math.abs(count / seeds - 1 / 16), cell).toBeLessThan(0.01);
    }
  });
});

describe('what a form posts', () => {
  it('is read as the options that stood in those places', async () => {
    expect(await readPlaces(items, sheet, await placesOf(keys))).toEqual({
      kind: 'answers',
      answers: keys,
    });
  });

  it('shows again as it was chosen', async () => {
    const page = await asked(items, sheet, { ...keys, '2-3': 'no such option' });
    const chosen = Object.fromEntries(page.map(({ id, chosen }) => [id, chosen]));
    expect(chosen['2-3']).toBeNull();
    const places = await placesOf(keys);
    for (const { id } of items) {
      if (id !== '2-3') expect(String(chosen[id])).toBe(places[id]);
    }
  });

  it('leaves out what was left blank, so that it stays as it was', async () => {
    const places = await placesOf({ '4-2': 'c' });
    expect(await readPlaces(partOf(items, 4), sheet, places)).toEqual({
      kind: 'answers',
      answers: { '4-2': 'c' },
    });
    expect(await readPlaces(partOf(items, 4), sheet, {})).toEqual({ kind: 'answers', answers: {} });
  });

  it('means something else to somebody else', async () => {
    const places = await placesOf(keys);
    const read = await readPlaces(items, { ...sheet, seed: seedOf(7) }, places);
    const same = items.filter(
      ({ id }) => read.kind === 'answers' && read.answers[id] === keys[id],
    ).length;
    expect(same).toBeGreaterThan(0);
    expect(same).toBeLessThan(20);
  });

  it.each(['4', '-1', '1.5', '', ' 1', '01', 'a', '1e0', '٣', 'NaN'])(
    'with the place %j is refused, and the item named',
    async (place) => {
      expect(await readPlaces(partOf(items, 1), sheet, { '1-1': place, '1-2': '0' })).toEqual({
        kind: 'refused',
        items: ['1-1'],
      });
    },
  );

  it.each(['2-1', '9-9', '__proto__', 'constructor', ''])(
    'for the item %j, which is not in the part, is refused',
    async (id) => {
      const places = Object.fromEntries([[id, '0']]);
      expect(await readPlaces(partOf(items, 1), sheet, places)).toEqual({
        kind: 'refused',
        items: [id],
      });
    },
  );
});

describe('the pass mark', () => {
  it.each([
    [70, 23],
    [75, 24],
    [78, 25],
    [79, 26],
    [80, 26],
    [81, 26],
    [82, 27],
    [90, 29],
    [99, 32],
    [100, 32],
  ])('of %i percent needs %i of 32', (passMark, needed) => {
    expect(neededOf(passMark, 32)).toBe(needed);
  });

  it('never lets fewer pass than its share, and never asks for one more', () => {
    for (let passMark = 1; passMark <= 100; passMark += 1) {
      for (let of = 1; of <= 64; of += 1) {
        const needed = neededOf(passMark, of);
        expect(needed * 100).toBeGreaterThanOrEqual(of * passMark);
        expect((needed - 1) * 100).toBeLessThan(of * passMark);
      }
    }
  });
});

describe('a try', () => {
  it('with 25 right of 32 is not passed at 80 percent, with 26 it is', () => {
    const wrong = items.slice(0, 7).map(({ id }) => id);
    expect(grade(items, butFor(...wrong), rules)).toMatchObject({
      right: 25,
      of: 32,
      needed: 26,
      passed: false,
    });
    expect(grade(items, butFor(...wrong.slice(1)), rules)).toMatchObject({
      right: 26,
      passed: true,
    });
  });

  it('that was left blank has nothing right, and names every lesson to read again', () => {
    expect(grade(items, {}, rules)).toEqual({
      right: 0,
      of: 32,
      needed: 26,
      passed: false,
      byLesson: { 1: 0, 2: 0, 3: 0, 4: 0, 5: 0, 6: 0, 7: 0, 8: 0 },
      readAgain: [1, 2, 3, 4, 5, 6, 7, 8],
    });
  });

  it('names the lessons to read again, whichever item and however many', () => {
    const one = grade(items, butFor('6-1', '2-4'), rules);
    const more = grade(items, butFor('6-2', '6-3', '2-1', '2-2', '2-3', '2-4'), rules);
    expect(one.readAgain).toEqual([2, 6]);
    expect(more.readAgain).toEqual(one.readAgain);
    expect(one.byLesson).toMatchObject({ 2: 3, 6: 3, 8: 4 });
  });

  it('lists its blanks in order, as somebody meets them', () => {
    const { '8-4': _, '1-2': __, ...rest } = keys;
    expect(blanks(items, rest)).toEqual(['1-2', '8-4']);
    expect(blanks(items, { ...rest, '8-4': 'z' })).toEqual(['1-2', '8-4']);
    expect(blanks(items, keys)).toEqual([]);
    expect(blanks(items, rest, ['8-4'])).toEqual(['1-2']);
  });

  it('that was passed tells each rationale beside the answer given', () => {
    const told = explained(items, { ...butFor('1-1'), '1-2': '' }, ['1-2']);
    expect(told).toHaveLength(32);
    expect(told.slice(0, 3)).toEqual([
      {
        id: '1-1',
        question: 'Question 1-1?',
        chosen: `1-1 says ${wrongKeyOf(first)}`,
        isRight: false,
        isStruck: false,
        right: `1-1 says ${first.key}`,
        rationale: 'Because 1-1 is so.',
      },
      expect.objectContaining({ id: '1-2', chosen: null, isRight: false, isStruck: true }),
      expect.objectContaining({ id: '1-3', isRight: true, isStruck: false }),
    ]);
  });
});

describe('a strike', () => {
  const wrong = items.slice(0, 7).map(({ id }) => id);

  it('counts the item as right for everybody, wrong, right or blank', () => {
    const struck = { ...rules, struck: ['1-1'] };
    expect(grade(items, butFor(...wrong), struck)).toMatchObject({ right: 26, passed: true });
    expect(grade(items, keys, struck)).toMatchObject({ right: 32, of: 32 });
    expect(grade(items, {}, struck)).toMatchObject({ right: 1, of: 32, needed: 26 });
  });

  it('names no lesson to read again for its item', () => {
    expect(grade(items, butFor('1-1', '2-1'), { ...rules, struck: ['1-1'] }).readAgain).toEqual([
      2,
    ]);
  });
});

describe('the next try', () => {
  const HOUR = 3_600;
  const three = { tries: 3, waitHours: 24 };
  const failed = (...handedIn: number[]): Try[] =>
    handedIn.map((handedInAt, at) => ({ number: at + 1, handedInAt, passed: false }));

  it('is the first where there is none, and opens at once after the first failure', () => {
    expect(standing([], three, 0)).toEqual({ kind: 'may-open', number: 1 });
    expect(standing(failed(1_000), three, 1_000)).toEqual({ kind: 'may-open', number: 2 });
  });

  it('waits a day after the second failure, to the second', () => {
    const until = 5_000 + 24 * HOUR;
    const two = failed(1_000, 5_000);
    expect(standing(two, three, until - 1)).toEqual({ kind: 'wait', number: 3, until });
    expect(standing(two, three, until)).toEqual({ kind: 'may-open', number: 3 });
    expect(standing(two, { tries: 3, waitHours: 0 }, 5_000)).toEqual({
      kind: 'may-open',
      number: 3,
    });
  });

  it('is none after the third failure, however long one waits, until the provider opens it', () => {
    const all = failed(1_000, 5_000, 200_000);
    expect(standing(all, three, 200_000 + 1_000 * HOUR)).toEqual({ kind: 'none-left' });
    expect(standing(all, { ...three, tries: 4 }, 200_000 + 24 * HOUR)).toEqual({
      kind: 'may-open',
      number: 4,
    });
  });

  it('comes as often as is wanted where tries are not limited, each after its wait', () => {
    const many = failed(...Array.from({ length: 12 }, (_, at) => at * 100 * HOUR));
    const last = 11 * 100 * HOUR;
    expect(standing(many, { tries: null, waitHours: 24 }, last + 24 * HOUR)).toEqual({
      kind: 'may-open',
      number: 13,
    });
    expect(standing(many, { tries: null, waitHours: 24 }, last)).toMatchObject({ kind: 'wait' });
  });

  it('is the one that is under way, though another would have to wait', () => {
    const under: Try[] = [...failed(1_000, 5_000), { number: 3, handedInAt: null, passed: null }];
    expect(standing(under, three, 5_001)).toEqual({ kind: 'under-way', number: 3 });
  });

  it('is none after a pass, whatever came before or was struck since', () => {
    const tries: Try[] = [
      { number: 1, handedInAt: 1_000, passed: true },
      { number: 2, handedInAt: 2_000, passed: false },
      { number: 3, handedInAt: null, passed: null },
    ];
    expect(standing(tries, three, 3_000)).toEqual({ kind: 'passed', number: 1 });
  });
});
