import { describe, expect, it } from 'vitest';
import { anotherTry } from '../../src/credit/another-try.ts';
import { grade } from '../../src/credit/post-test.ts';
import { strikeItem } from '../../src/credit/strike.ts';
import { adoptions, claims, tries } from '../../src/db/credit.ts';
import { acts, deliveries } from '../../src/db/schema.ts';
import { ITEMS, KEYS, plantAdoption, plantEdition } from '../support/adoptions.ts';
import { faultyDatabase, plantClaim } from '../support/certificates.ts';
import { answersBut, atTheTest } from '../support/claims.ts';
import { mailsTo, testContext, work } from '../support/course.ts';
import { isCrash, Process } from '../support/faults.ts';
import { change, count, pick, put, rows, value } from '../support/rows.ts';
import { see } from '../support/visitor.ts';

const word = { actor: 'operator:dana', reason: 'its key was wrong' };
const strike = (ctx: Parameters<typeof strikeItem>[0], item: string) =>
  strikeItem(ctx, { providerId: 1, item, ...word });

/** A try that was handed in with these answers, graded by the rules. */
async function plantTry(
  claimId: number,
  number: number,
  answers: Record<string, string>,
  struck: string[] = [],
) {
  const graded = grade(ITEMS, answers, { passMark: 80, struck });
  await put(tries, {
    claimId,
    number,
    answers: JSON.stringify(answers),
    openedAt: 0,
    savedAt: 0,
    handedInAt: number,
    right: graded.right,
    needed: graded.needed,
    passed: graded.passed ? 1 : 0,
    byLesson: JSON.stringify(graded.byLesson),
  });
  return graded;
}

const ofTheirs = (claimId: number) => ({ claimId, providerId: 1, ...word });

const open = { state: 'open', passedAt: null, evaluated: 0, attestedAt: null } as const;
const unmade = { completedAt: null, completedOn: null, frozen: null, releasedAt: null };

describe('an item that was found wrong', () => {
  it('counts as right in what was handed in, whoever passes by it is told once, and nobody else', async () => {
    const ctx = testContext();
    await plantAdoption(await plantEdition());
    // The first six wrong: 26 right pass; the first seven: 25 do not, until the first is struck.
    const people = [
      { wrong: 8, passes: false },
      { wrong: 7, passes: true },
      { wrong: 6, passes: false },
      { wrong: 0, passes: false },
    ];
    for (const [at, { wrong }] of people.entries()) {
      const passedAt = wrong <= 6 ? 5 : null;
      const claim = { id: 50 + at, subscriberId: 500 + at, ...open, ...unmade, passedAt };
      await plantTry(await plantClaim(claim), 1, answersBut(wrong));
    }
    expect(await strike(ctx, '1-1')).toEqual({ kind: 'struck' });
    expect(await pick(tries, ['right', 'passed'], undefined, tries.claimId)).toEqual([
      { right: 25, passed: 0 },
      { right: 26, passed: 1 },
      { right: 27, passed: 1 },
      { right: 32, passed: 1 },
    ]);
    const now = ctx.clock.now();
    expect(await pick(claims, ['passedAt'], undefined, claims.id)).toEqual([
      { passedAt: null },
      { passedAt: now },
      { passedAt: 5 },
      { passedAt: 5 },
    ]);
    expect(await pick(deliveries, ['subscriberId'], { kind: 'test-changed' })).toEqual([
      { subscriberId: 501 },
    ]);
    expect(await pick(acts, ['verb', 'subject', 'reason', 'providerId'])).toEqual([
      { verb: 'strike-item', subject: 'item:1-1', reason: word.reason, providerId: 1 },
    ]);
    // A second press changes nothing and tells nobody.
    expect(await strike(ctx, '1-1')).toEqual({ kind: 'struck-already' });
    expect([await count(acts), await count(deliveries)]).toEqual([1, 1]);
    expect(await value(adoptions, 'struck')).toBe('["1-1"]');
  });

  it('is graded in SQL as the rules grade it, whatever was answered, one strike after the other', async () => {
    const ctx = testContext();
    await plantAdoption(await plantEdition());
    const answered = Array.from({ length: 40 }, (_, n) =>
      Object.fromEntries(
        ITEMS.flatMap(({ id }, at) => {
          const chosen = 'abcd '[(n * 7 + at * (n + 3)) % 5] ?? ' ';
          return chosen === ' ' ? [] : [[id, n % 4 === 0 ? (KEYS[id] ?? '') : chosen]];
        }),
      ),
    );
    for (const [n, answers] of answered.entries()) {
      const claim = { id: 100 + n, subscriberId: n, ...open, ...unmade };
      await plantTry(await plantClaim(claim), 1, answers);
    }
    const struck: string[] = [];
    for (const item of ['1-1', '8-4', '3-2']) {
      await strike(ctx, item);
      struck.push(item);
      const graded = answered.map((answers) => grade(ITEMS, answers, { passMark: 80, struck }));
      const stored = await rows(tries, undefined, tries.claimId);
      expect(
        stored.map(({ right, passed, byLesson }) => ({
          right,
          passed: passed === 1,
          byLesson: JSON.parse(byLesson ?? ''),
        })),
      ).toEqual(graded.map(({ right, passed, byLesson }) => ({ right, passed, byLesson })));
    }
  });

  it('leaves what was frozen at completion, and a pass by the try that it was', async () => {
    const ctx = testContext();
    await plantAdoption(await plantEdition());
    await plantTry(await plantClaim({ id: 60, subscriberId: 600 }), 1, answersBut(3));
    // Failed with 25, then passed with 30: the pass is the second’s and stays so.
    await plantClaim({ id: 61, subscriberId: 601, ...open, ...unmade, passedAt: 5 });
    await plantTry(61, 1, answersBut(7));
    await plantTry(61, 2, answersBut(2));
    await strike(ctx, '1-1');
    expect(
      await pick(
        tries,
        ['claimId', 'number', 'right', 'passed'],
        undefined,
        tries.claimId,
        tries.number,
      ),
    ).toEqual([
      { claimId: 60, number: 1, right: 29, passed: 1 },
      { claimId: 61, number: 1, right: 26, passed: 0 },
      { claimId: 61, number: 2, right: 31, passed: 1 },
    ]);
    expect(await count(deliveries)).toBe(0);
  });

  it('of another provider’s adoption stays as it is there', async () => {
    const ctx = testContext();
    const edition = await plantEdition();
    await plantAdoption(edition);
    await plantAdoption(edition, { id: 8, providerId: 2 });
    await plantClaim({
      id: 70,
      subscriberId: 700,
      providerId: 2,
      adoptionId: 8,
      ...open,
      ...unmade,
    });
    await plantTry(70, 1, answersBut(7));
    await strike(ctx, '1-1');
    expect(await pick(tries, ['right', 'passed'])).toEqual([{ right: 25, passed: 0 }]);
    expect(await pick(adoptions, ['struck'], undefined, adoptions.id)).toEqual([
      { struck: '["1-1"]' },
      { struck: '[]' },
    ]);
  });

  it.each(['before', 'after'] as const)(
    'is struck whole or not at all, with a crash %s every call',
    async (when) => {
      const ctx = testContext();
      const edition = await plantEdition();
      for (let at = 1; ; at += 1) {
        await plantAdoption(edition, { id: at, providerId: at });
        await plantClaim({
          id: at,
          subscriberId: at,
          providerId: at,
          adoptionId: at,
          ...open,
          ...unmade,
        });
        await plantTry(at, 1, answersBut(7));
        const process = new Process({ at, when, how: 'crash' });
        const press = { providerId: at, item: '1-1', ...word };
        const broken = { ...ctx, db: faultyDatabase(process) };
        const failed = await strikeItem(broken, press).catch((error: unknown) => error);
        if (process.calls < at) break;
        expect(isCrash(failed)).toBe(true);
        await strikeItem(ctx, press);
        expect(await pick(tries, ['right', 'passed'], { claimId: at })).toEqual([
          { right: 26, passed: 1 },
        ]);
        expect(await count(deliveries, { subscriberId: at })).toBe(1);
        expect(await count(acts, { providerId: at })).toBe(1);
      }
      expect(await count(claims)).toBeGreaterThan(2);
    },
  );

  it('that nobody adopted, or no item at all, is refused', async () => {
    const ctx = testContext();
    expect(await strike(ctx, '1-1')).toEqual({ kind: 'no-adoption' });
    await plantAdoption(await plantEdition());
    expect(await strike(ctx, '9-1')).toEqual({ kind: 'unknown-item' });
    expect(await count(acts)).toBe(0);
  });

  it('is said on the pages: in the result, and among the blanks no more; a try under way is over', async () => {
    const { browser, credit, visiting, email } = await atTheTest();
    await browser.press('/try');
    await browser.answerAll(answersBut(7));
    await browser.press('/test', { try: '1' });
    await browser.press('/try');
    const ctx = await visiting.context();
    await strike(ctx, '1-1');
    await work(ctx);
    const mails = (await mailsTo(ctx, email)).filter(({ kind }) => kind === 'test-changed');
    expect(mails.map(({ subject }) => subject)).toEqual(['In the Room: you have passed the test']);
    expect(mails[0]?.text).toContain('/credit/test');
    const result = await see(await browser.get(`${credit}/test`));
    expect(result.text).toContain('You have passed the test');
    expect(result.text).toContain('26 of 32 right');
    expect(result.text).toContain('This question was struck');
    // The second try was open; nothing more goes into it, and nothing is handed in.
    expect((await browser.get(`${credit}/test/1`)).headers.get('location')).toMatch(
      /\/credit\/test$/,
    );
    await browser.press('/test/1', { try: '2', 'q-1-1': '0' });
    await browser.press('/test', { try: '2' });
    expect(await pick(tries, ['answers', 'handedInAt'], { number: 2 })).toEqual([
      { answers: '{}', handedInAt: null },
    ]);
  });
});

describe('somebody out of tries', () => {
  it('is told whom to ask, waits in vain, and gets one more by the provider’s word, once', async () => {
    const { browser, credit, visiting, claimId } = await atTheTest({ body: { tries: 2 } });
    for (const number of ['1', '2']) {
      await browser.press('/try');
      await browser.press('/test', { try: number });
    }
    await visiting.pass(48 * 3600);
    const out = await see(await browser.get(`${credit}/test`));
    expect(out.text).toContain('No try is left. Harbor Institute can open another');
    expect(out.text).toContain('ce@harbor.example');
    await browser.press('/try');
    expect(await count(tries)).toBe(2);
    const ctx = await visiting.context();
    expect(await anotherTry(ctx, ofTheirs(claimId))).toEqual({ kind: 'given' });
    expect(await anotherTry(ctx, ofTheirs(claimId))).toEqual({ kind: 'has-one' });
    expect(await value(claims, 'moreTries')).toBe(1);
    expect(await count(acts, { verb: 'another-try' })).toBe(1);
    await browser.press('/try');
    expect(await count(tries)).toBe(3);
    expect(await anotherTry(ctx, ofTheirs(claimId))).toEqual({ kind: 'has-one' });
  });

  it('gets none after a pass, nor in a claim that is not open', async () => {
    const { visiting, claimId } = await atTheTest();
    const ctx = await visiting.context();
    await change(claims, { passedAt: 1 });
    expect(await anotherTry(ctx, ofTheirs(claimId))).toEqual({ kind: 'passed' });
    await change(claims, { passedAt: null, state: 'closed' });
    expect(await anotherTry(ctx, ofTheirs(claimId))).toEqual({ kind: 'not-open' });
    expect(await anotherTry(ctx, ofTheirs(1))).toEqual({ kind: 'unknown' });
  });
});
