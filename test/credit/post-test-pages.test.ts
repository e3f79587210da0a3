import { describe, expect, it } from 'vitest';
import { claims, editions, tries } from '../../src/db/credit.ts';
import { subscribers } from '../../src/db/schema.ts';
import { ITEMS, KEYS, plantAdoption } from '../support/adoptions.ts';
import { answersBut, atTheTest } from '../support/claims.ts';
import { change, count, pick, put, value } from '../support/rows.ts';
import { see } from '../support/visitor.ts';

const PAGES = ['', '/test', ...[1, 2, 3, 4, 5, 6, 7, 8].map((n) => `/test/${n}`), '/test/hand-in'];

/** Everything that is sent for these pages, with the scripts and styles that they load. */
async function sent(there: Awaited<ReturnType<typeof atTheTest>>): Promise<Record<string, string>> {
  const all: Record<string, string> = {};
  for (const page of PAGES) {
    const answer = await there.browser.get(`${there.credit}${page}`);
    all[page] = [...answer.headers].join('\n') + (await answer.text());
  }
  return all;
}

/** What changes by itself from one answer to the next. */
const steady = (text: string) => text.replace(/nonce[^;\s]*/g, '');

describe('a key', () => {
  it('is in no byte that is sent before a pass: with other keys every page is the same', async () => {
    const there = await atTheTest();
    await there.browser.press('/try');
    await there.browser.answerAll({ '1-1': 'a', '4-2': 'c', '8-4': 'd' });
    const one = await sent(there);
    // The same items with every key and rationale another.
    const items = ITEMS.map((item) => ({
      ...item,
      key: item.key === 'a' ? 'b' : 'a',
      rationale: `Not so: ${item.rationale}`,
    }));
    const texts = (await value(editions, 'texts')) ?? '';
    const [people, words] = [await value(editions, 'people'), await value(editions, 'words')];
    const other = { hash: 'ff'.repeat(32), texts, items: JSON.stringify(items), storedAt: 0 };
    await put(editions, { ...other, people: people ?? '', words: words ?? 0 });
    await plantAdoption({ hash: other.hash, texts: JSON.parse(texts) }, { id: 8, endedAt: 1 });
    await change(claims, { adoptionId: 8 });
    const two = await sent(there);
    for (const page of PAGES) {
      expect(steady(two[page] ?? '')).toBe(steady(one[page] ?? ''));
      expect(one[page]).not.toContain('Because ');
      // No option is told from another but by its words and its place.
      expect(one[page]).not.toMatch(/value="[abcd]"|"key"|rationale/);
    }
    expect(one['/test/3']).toContain('Question 3-1?');
  });

  it('is not told by a failed try either: a number, and lessons without counts', async () => {
    const there = await atTheTest();
    await there.browser.press('/try');
    // Wrong in lesson 1, all four, and in lesson 2, three.
    await there.browser.answerAll(answersBut(7));
    await there.browser.press('/test', { try: '1' });
    const result = await see(await there.browser.get(`${there.credit}/test`));
    expect(result.text).toContain('25 of 32 right; 26 are needed');
    expect(result.text).toContain('Lesson 1: Lesson 1');
    expect(result.text).toContain('Lesson 2: Lesson 2');
    expect(result.text).not.toMatch(/Lesson 3: |Because|1-1|2-4|\b[34] of 4|three|four wrong/);
    // The next try has the options in another order, and nothing chosen.
    const places = async (number: string) => {
      const page = await (await there.browser.get(`${there.credit}/test/1`)).text();
      expect(page).toContain(`name="try" value="${number}"`);
      return [...page.matchAll(/<label for="q-[^"]+">([^<]+)</g)].map(([, text]) => text);
    };
    await there.browser.press('/try');
    const second = await places('2');
    expect(second).toEqual(await places('2'));
    expect(await (await there.browser.get(`${there.credit}/test/1`)).text()).not.toContain(
      'checked',
    );
    await change(tries, { number: 7 }, { number: 2 });
    expect(await places('7')).not.toEqual(second);
  });
});

describe('the pages of the test', () => {
  it('lead through eight parts to a page that names the blanks, and to a result with every reason', async () => {
    const there = await atTheTest();
    const { browser, credit, visiting, cookie } = there;
    const begin = await see(await browser.get(`${credit}/test`));
    expect(begin.text).toContain('32 questions, four on each lesson. 26 right answers are enough.');
    expect(begin.text).toContain('These answers must be your own.');
    expect(begin.text).toContain('There is no clock');
    expect(begin.text).toContain('Write to the program administrator, and say what would help.');
    // No page of it is there before it is begun.
    expect((await browser.get(`${credit}/test/1`)).headers.get('location')).toBe(`${credit}/test`);
    await browser.press('/try');
    await browser.answerAll({ ...KEYS, '3-2': '', '5-1': 'zz' }).catch(() => {});
    await browser.answerAll(
      Object.fromEntries(Object.entries(KEYS).filter(([id]) => id !== '3-2' && id !== '5-1')),
    );
    const sure = await see(await browser.get(`${credit}/test/hand-in`));
    expect(sure.text).toContain('2 of 32 are blank. A blank counts as wrong.');
    const links = sure.all('a').map(({ href }) => href);
    expect(links).toContain(`${credit}/test/3`);
    expect(links).toContain(`${credit}/test/5`);
    expect(sure.text).toContain('It is number 1 of 3.');
    // A scanner's post without the button's word hands nothing in.
    await visiting.post(`${credit}/test`, { try: '1' }, { cookie });
    expect(await value(tries, 'handedInAt')).toBeNull();
    await browser.press('/test', { try: '1' });
    const result = await see(await browser.get(`${credit}/test`));
    expect(result.text).toContain('30 of 32 right; 26 were needed.');
    for (const { id } of ITEMS) expect(result.text).toContain(`Because ${id} is so.`);
    expect(result.text.match(/You left it blank\. Right is:/g)).toHaveLength(2);
    expect(result.text.match(/That is right\./g)).toHaveLength(30);
    // Whoever opens a part now is led to the result; another try is none.
    expect((await browser.get(`${credit}/test/1`)).headers.get('location')).toBe(`${credit}/test`);
    await browser.press('/try');
    expect(await count(tries)).toBe(1);
    // Once the answers are only counted, the reasons stay.
    await change(tries, { answers: null });
    const later = await see(await browser.get(`${credit}/test`));
    expect(later.text).toContain('Because 3-2 is so.');
    expect(later.text).not.toContain('blank');
  });

  it('keep what was chosen where one answer is refused', async () => {
    const { browser, credit, visiting, cookie } = await atTheTest();
    await browser.press('/try');
    const fields = { try: '1', 'q-1-1': '2', 'q-1-2': '7', onward: 'yes' };
    const answer = await visiting.post(`${credit}/test/1`, fields, { cookie });
    expect(answer.status).toBe(422);
    const shown = await see(answer);
    expect(shown.text).toContain('none of those that were offered');
    expect(shown.all('input').filter(({ checked }) => checked !== undefined)).toMatchObject([
      { id: 'q-1-1-2' },
    ]);
    expect(await value(tries, 'answers')).toBe('{}');
    const json = await visiting.post(`${credit}/test/1`, fields, {
      cookie,
      accept: 'application/json',
    });
    expect([json.status, await json.json()]).toMatchObject([422, { error: { code: 'bad-input' } }]);
    const nowhere = await visiting.post(`${credit}/test/9`, { try: '1' }, { cookie });
    expect(nowhere.status).toBe(422);
  });

  it('say to a script that a try is over, and show the result to whoever presses a button', async () => {
    const { browser, credit, visiting, cookie } = await atTheTest();
    await browser.press('/try');
    await browser.press('/test', { try: '1' });
    const save = { try: '1', 'q-1-1': '0' };
    const script = await visiting.post(`${credit}/test/1`, save, {
      cookie,
      accept: 'application/json',
    });
    expect([script.status, await script.json()]).toMatchObject([
      409,
      { error: { message: 'This try is over, so nothing more is saved in it.' } },
    ]);
    const button = await visiting.post(`${credit}/test/1`, save, { cookie });
    expect([button.status, button.headers.get('location')]).toEqual([303, `${credit}/test`]);
  });

  it('open on a device of the learner’s alone, and tell a script so in a word', async () => {
    const { credit, visiting, browser, subscriberId } = await atTheTest();
    await browser.press('/try');
    for (const page of PAGES) {
      const closed = await visiting.get(`${credit}${page}`);
      expect([page, closed.status]).toEqual([page, 409]);
      expect(await closed.text()).not.toMatch(/Question|Maria Lopez/);
    }
    const save = await visiting.post(
      `${credit}/test/1`,
      { try: '1', 'q-1-1': '0' },
      { accept: 'application/json' },
    );
    expect([save.status, save.headers.get('content-type')]).toEqual([
      409,
      expect.stringContaining('application/json'),
    ]);
    // After a change of address it is locked for a week, on the learner's own device too.
    const now = (await visiting.context()).clock.now();
    await change(subscribers, { lockedUntil: now + 86_400 }, { id: subscriberId });
    const locked = await see(await browser.get(`${credit}/test/1`));
    expect(locked.text).toContain('within the last seven days');
    expect(await value(tries, 'answers')).toBe('{}');
  });

  it('say on opening where the last day is over: the test may be finished, and no certificate comes of it', async () => {
    const { browser, credit } = await atTheTest({
      body: { until: '2026-02-01' },
      untilDay: '2026-02-01',
    });
    await browser.press('/try');
    const page = await see(await browser.get(`${credit}/test`));
    expect(page.text).toContain('until February 1, 2026');
    await browser.answerAll(KEYS);
    await browser.press('/test', { try: '1' });
    expect(await pick(tries, ['passed'])).toEqual([{ passed: 1 }]);
  });

  it('never say credit where no approval speaks of it', async () => {
    const there = await atTheTest();
    await there.browser.press('/try');
    for (const [page, body] of Object.entries(await sent(there))) {
      const words = body.replace(/<[^>]*>/g, ' ');
      expect([page, /\bcredits?\b(?!-)/i.exec(words.replace(/\/credit/g, ''))?.[0]]).toEqual([
        page,
        undefined,
      ]);
    }
  });
});
