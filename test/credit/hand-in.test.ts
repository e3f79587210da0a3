import { describe, expect, it } from 'vitest';
import type { Context } from '../../src/context.ts';
import { handIn } from '../../src/credit/hand-in.ts';
import { openTry } from '../../src/credit/open-try.ts';
import { asked } from '../../src/credit/post-test.ts';
import { saveAnswers } from '../../src/credit/save-answers.ts';
import { adoptions, claims, tries } from '../../src/db/credit.ts';
import { ITEMS, KEYS, plantAdoption } from '../support/adoptions.ts';
import { faultyDatabase } from '../support/certificates.ts';
import { answersBut, atTheTest } from '../support/claims.ts';
import { isCrash, Process } from '../support/faults.ts';
import { overheard } from '../support/overheard.ts';
import { change, count, pick, remove, rows, value } from '../support/rows.ts';

/** Somebody with a try open, and the deeds of their pages. */
async function underWay(...at: Parameters<typeof atTheTest>) {
  const there = await atTheTest(...at);
  const ctx = await there.visiting.context();
  const token = there.learnPath.split('/')[2] ?? '';
  const device = /room=([^;]+)/.exec(there.cookie)?.[1];
  const seed = (await value(claims, 'seed')) ?? '';
  /** Where the page of a try shows these options. */
  const placesOf = async (answers: Record<string, string>, number = 1) => {
    const items = ITEMS.filter(({ id }) => answers[id] !== undefined);
    const shown = await asked(items, { seed, number }, {});
    return Object.fromEntries(
      shown.map(({ id, options }) => [id, String(options.indexOf(`${id} says ${answers[id]}`))]),
    );
  };
  const deeds = (on: Context = ctx) => ({
    open: () => openTry(on, token, device),
    save: async (answers: Record<string, string>, number = 1) => {
      const part = Number(Object.keys(answers)[0]?.split('-')[0] ?? 1);
      const places = await placesOf(answers, number);
      return saveAnswers(on, token, device, { number, part, places });
    },
    handIn: (number = 1) => handIn(on, token, device, number),
  });
  await deeds().open();
  return { ...there, ctx, deeds, placesOf };
}

const answers = async (where = {}) => JSON.parse((await value(tries, 'answers', where)) ?? 'null');
/** All answers at once, as if every part had been saved. */
const write = (all: Record<string, string>, where = {}) =>
  change(tries, { answers: JSON.stringify(all) }, where);

describe('answers', () => {
  it('are kept by item: what a save does not name stays, and the later of two tabs wins', async () => {
    const { deeds } = await underWay();
    const [one, other] = [deeds(), deeds()];
    expect(await one.save({ '1-1': 'a', '1-2': 'b' })).toEqual({ kind: 'saved' });
    expect(await other.save({ '1-2': 'c', '1-3': 'd' })).toEqual({ kind: 'saved' });
    expect(await one.save({ '5-4': 'a' })).toEqual({ kind: 'saved' });
    expect(await answers()).toEqual({ '1-1': 'a', '1-2': 'c', '1-3': 'd', '5-4': 'a' });
    await one.save({ '1-2': 'b' });
    expect((await answers())['1-2']).toBe('b');
  });

  it('of a place that there is not, of a part that there is not, or of another part are refused, all of them', async () => {
    const { ctx, learnPath, cookie, deeds } = await underWay();
    await deeds().save({ '1-1': 'a' });
    const token = learnPath.split('/')[2] ?? '';
    const device = /room=([^;]+)/.exec(cookie)?.[1];
    const save = (part: number, places: Record<string, string>) =>
      saveAnswers(ctx, token, device, { number: 1, part, places });
    for (const place of ['4', '-1', '01', '1.0', 'a', '', '__proto__']) {
      expect(await save(1, { '1-1': '0', '1-2': place })).toEqual({ kind: 'refused' });
    }
    expect(await save(2, { '1-1': '0' })).toEqual({ kind: 'refused' });
    expect(await save(9, { '9-1': '0' })).toEqual({ kind: 'refused' });
    expect(await save(9, {})).toEqual({ kind: 'refused' });
    expect(await save(0, {})).toEqual({ kind: 'refused' });
    expect(await answers()).toEqual({ '1-1': 'a' });
  });

  it('go into no other claim’s try, and into none that is handed in or not yet open', async () => {
    const { deeds } = await underWay();
    await deeds().handIn();
    expect(await deeds().save({ '1-1': 'a' })).toEqual({ kind: 'over' });
    expect(await deeds().save({ '1-1': 'a' }, 2)).toEqual({ kind: 'over' });
    expect(await answers()).toEqual({});
  });

  it('keep nothing while the claim is closed, and go on where it is open again', async () => {
    const { deeds } = await underWay();
    await deeds().save({ '1-1': 'a' });
    await change(claims, { state: 'closed' });
    expect(await deeds().save({ '1-1': 'b' })).toEqual({ kind: 'not-yet' });
    expect(await deeds().handIn()).toEqual({ kind: 'not-yet' });
    await change(claims, { state: 'open' });
    expect(await answers()).toEqual({ '1-1': 'a' });
    expect(await deeds().save({ '1-2': 'b' })).toEqual({ kind: 'saved' });
  });
});

describe('a test that is handed in', () => {
  it.each([
    [80, 25, false],
    [80, 26, true],
    [75, 23, false],
    [75, 24, true],
    [70, 23, true],
    [100, 31, false],
    [100, 32, true],
  ])('at %i percent with %i right: passed is %s', async (passMark, right, passed) => {
    const { deeds } = await underWay({ body: { passMark } });
    await write(answersBut(32 - right));
    expect(await deeds().handIn()).toEqual({ kind: 'handed-in' });
    const now = await value(tries, 'handedInAt');
    expect(await pick(tries, ['right', 'passed'])).toEqual([{ right, passed: passed ? 1 : 0 }]);
    expect(await value(claims, 'passedAt')).toBe(passed ? now : null);
  });

  it('all blank is none right, and a try is used', async () => {
    const { deeds } = await underWay();
    await deeds().handIn();
    expect(await pick(tries, ['right', 'needed', 'passed'])).toEqual([
      { right: 0, needed: 26, passed: 0 },
    ]);
  });

  it('by two presses at once has one grade, and a third changes nothing', async () => {
    const { deeds } = await underWay();
    await write(KEYS);
    const both = await Promise.all([deeds().handIn(), deeds().handIn()]);
    expect(both).toEqual([{ kind: 'handed-in' }, { kind: 'handed-in' }]);
    const first = await rows(tries);
    const rev = await value(claims, 'rev');
    expect(await deeds().handIn()).toEqual({ kind: 'handed-in' });
    expect(await rows(tries)).toEqual(first);
    expect([first.length, rev, await value(claims, 'rev')]).toEqual([1, 1, 1]);
  });

  it('opens one next try, by however many presses, and none after a pass', async () => {
    const { deeds } = await underWay();
    await deeds().handIn();
    await Promise.all([deeds().open(), deeds().open(), deeds().open()]);
    expect(await pick(tries, ['number'], undefined, tries.number)).toEqual([
      { number: 1 },
      { number: 2 },
    ]);
    await write(KEYS, { number: 2 });
    await deeds().handIn(2);
    expect(await deeds().open()).toEqual({ kind: 'passed' });
    expect(await count(tries)).toBe(2);
  });

  it('waits a day after the second failure, and is locked after the third, whatever time passes', async () => {
    const { deeds, visiting } = await underWay();
    await deeds().handIn(1);
    expect(await deeds().open()).toEqual({ kind: 'opened' });
    await deeds().handIn(2);
    expect(await deeds().open()).toEqual({ kind: 'wait' });
    await visiting.pass(24 * 3600 - 60);
    expect(await deeds(await visiting.context()).open()).toEqual({ kind: 'wait' });
    await visiting.pass(60);
    const later = deeds(await visiting.context());
    expect(await later.open()).toEqual({ kind: 'opened' });
    await later.handIn(3);
    await visiting.pass(1000 * 3600);
    expect(await deeds(await visiting.context()).open()).toEqual({ kind: 'none-left' });
  });

  it('is graded with what a save put there in between, and given up after three', async () => {
    const { deeds, ctx } = await underWay();
    const meddling = (times: number) => {
      let left = times;
      const commit: typeof ctx.db.commit = async (entries) => {
        if ('graded' in entries && left > 0) {
          left -= 1;
          await deeds().save({ '1-1': left % 2 === 0 ? 'a' : 'b' });
        }
        return ctx.db.commit(entries);
      };
      return deeds({ ...ctx, db: Object.assign(Object.create(ctx.db), { commit }) });
    };
    await write(KEYS);
    expect(await meddling(3).handIn()).toEqual({ kind: 'busy' });
    expect(await value(tries, 'handedInAt')).toBeNull();
    expect(await meddling(1).handIn()).toEqual({ kind: 'handed-in' });
    const right = KEYS['1-1'] === 'a' ? 32 : 31;
    expect(await value(tries, 'right')).toBe(right);
    expect((await answers())['1-1']).toBe('a');
  });

  it('is graded by what was struck in between, and by the adoption that took its claim along', async () => {
    const { deeds, ctx, edition } = await underWay();
    await write(answersBut(7));
    const once = (deed: () => Promise<unknown>) => {
      let done = false;
      const commit: typeof ctx.db.commit = async (entries) => {
        if ('graded' in entries && !done) {
          done = true;
          await deed();
        }
        return ctx.db.commit(entries);
      };
      return deeds({ ...ctx, db: Object.assign(Object.create(ctx.db), { commit }) });
    };
    await once(() => change(adoptions, { struck: '["1-1"]' })).handIn();
    expect(await pick(tries, ['right', 'passed'])).toEqual([{ right: 26, passed: 1 }]);

    await remove(tries);
    await change(claims, { passedAt: null });
    await deeds().open();
    await write(KEYS);
    await plantAdoption(edition, { id: 9, endedAt: 1, struck: ['1-1'], body: { passMark: 100 } });
    await once(() => change(claims, { adoptionId: 9 })).handIn();
    expect(await pick(tries, ['right', 'needed'])).toEqual([{ right: 32, needed: 32 }]);
  });

  it.each(['before', 'after'] as const)(
    'is one grade and one pass, with a crash %s every call',
    async (when) => {
      const { deeds, ctx } = await underWay();
      for (let at = 1; ; at += 1) {
        await change(claims, { passedAt: null, rev: 0 });
        await remove(tries);
        await deeds().open();
        await write(KEYS);
        const process = new Process({ at, when, how: 'crash' });
        const failed = await deeds({ ...ctx, db: faultyDatabase(process) })
          .handIn()
          .catch((error: unknown) => error);
        if (process.calls < at) break;
        expect(isCrash(failed)).toBe(true);
        // Nothing is half done: a try that is handed in is the claim's pass.
        const [[each], passedAt] = [await rows(tries), await value(claims, 'passedAt')];
        expect(each?.handedInAt ?? null).toBe(passedAt);
        expect(await deeds().handIn()).toEqual({ kind: 'handed-in' });
        expect(await pick(tries, ['number', 'right', 'passed'])).toEqual([
          { number: 1, right: 32, passed: 1 },
        ]);
        expect(await value(claims, 'rev')).toBe(1);
      }
    },
  );

  it('costs few rows, and so does a save', async () => {
    const { deeds, ctx } = await underWay();
    const save = overheard();
    await deeds({ ...ctx, db: save.db }).save({ '1-1': 'a', '1-2': 'b', '1-3': 'c', '1-4': 'd' });
    const hand = overheard();
    await deeds({ ...ctx, db: hand.db }).handIn();
    expect(save.heard.rowsRead).toBeLessThanOrEqual(12);
    expect(save.heard.rowsWritten).toBe(1);
    expect(hand.heard.rowsRead).toBeLessThanOrEqual(45);
    expect(hand.heard.rowsWritten).toBeLessThanOrEqual(4);
  });
});
