import { describe, expect, it } from 'vitest';
import { enrollments, signups } from '../../src/db/schema.ts';
import type { Env } from '../../src/env.ts';
import {
  enrollByForm,
  mailedPath,
  owedTo,
  pressConfirm,
  signUpByForm,
  suppress,
} from '../support/people.ts';
import { change, dump, pick, rows } from '../support/rows.ts';
import {
  countingDatabase,
  DAY,
  PRODUCTION,
  see,
  type Visitor,
  visitor,
} from '../support/visitor.ts';

const EMAIL = 'ana@example.org';

/** Types an address into the page for those who have lost the way, and lets the mail go out. */
async function ask(anyone: Visitor, email = EMAIL): Promise<Response> {
  const response = await anyone.post('/my-page', { email });
  await anyone.work();
  return response;
}

/** What was mailed because somebody typed the address in. */
const kinds = async () =>
  (await owedTo(EMAIL)).map(({ kind }) => kind).filter((kind) => kind !== 'lesson');

describe('somebody who has lost the link to their page', () => {
  it('gets it by mail, with no signup and no second course', async () => {
    const anyone = visitor();
    const { learnPath } = await enrollByForm(anyone, EMAIL);
    await anyone.pass(2 * DAY);
    const before = await rows(signups);
    expect((await ask(anyone)).status).toBe(303);
    expect((await kinds()).at(-1)).toBe('already-enrolled');
    expect(await mailedPath(anyone, EMAIL, 'learn')).toBe(learnPath);
    expect(await rows(signups)).toEqual(before);
    expect(await pick(enrollments, ['state'])).toEqual([{ state: 'active' }]);
  });

  it('gets it also after the last lesson', async () => {
    const anyone = visitor();
    const { learnPath } = await enrollByForm(anyone, EMAIL);
    await change(enrollments, { state: 'completed', closedAt: 1, nextAt: null });
    await anyone.pass(2 * DAY);
    await ask(anyone);
    expect(await mailedPath(anyone, EMAIL, 'learn')).toBe(learnPath);
  });

  it('who has not confirmed yet gets the confirmation once more, with the link that still works', async () => {
    const anyone = visitor();
    const confirmPath = await signUpByForm(anyone, EMAIL);
    await anyone.pass(2 * DAY);
    await ask(anyone);
    expect(await kinds()).toEqual(['confirm', 'confirm']);
    expect(await mailedPath(anyone, EMAIL, 'confirm')).toBe(confirmPath);
    expect(await pressConfirm(anyone, confirmPath)).toMatch(/^\/learn\//);
  });

  it.each<[string, (anyone: Visitor) => Promise<unknown>]>([
    ['nobody knows', async () => {}],
    ['is never mailed', (anyone) => suppress(anyone, EMAIL)],
    [
      'has unsubscribed',
      async (anyone) => anyone.post((await enrollByForm(anyone, EMAIL)).unsubscribePath),
    ],
    [
      'is a learner’s and suppressed',
      async (anyone) => {
        await enrollByForm(anyone, EMAIL);
        await suppress(anyone, EMAIL);
      },
    ],
    [
      'has said that it was not them',
      async (anyone) => {
        await signUpByForm(anyone, EMAIL);
        await anyone.post(await mailedPath(anyone, EMAIL, 'unsubscribe'));
      },
    ],
    [
      'has a link that has expired',
      async (anyone) => {
        await signUpByForm(anyone, EMAIL);
        await anyone.pass(8 * DAY);
      },
    ],
  ])(
    'gets nothing at an address that %s, and no row says that it was typed',
    async (_, prepare) => {
      const anyone = visitor();
      await prepare(anyone);
      await anyone.pass(2 * DAY);
      const before = await dump();
      expect((await anyone.post('/my-page', { email: EMAIL })).status).toBe(303);
      expect(await dump()).toEqual(before);
    },
  );

  it('is told on the page which mail to look for, and where to go if there is none', async () => {
    const anyone = visitor();
    const response = await anyone.post('/my-page', { email: EMAIL });
    const there = response.headers.get('location') ?? '';
    expect(there).toBe('/my-page/sent#to=ana%40example.org');
    const page = await see(await anyone.get('/my-page/sent'));
    expect(page.text).toContain('You are already taking In the Room');
    expect(page.text).toContain((await anyone.context()).settings.mailFrom);
    expect(page.all('a').map(({ href }) => href)).toContain('/my-page');
  });

  it.each(['', 'ana', 'ana@example'])(
    'keeps %j in the field and says what is wrong beside it',
    async (typed) => {
      const anyone = visitor();
      const response = await anyone.post('/my-page', { email: typed });
      expect(response.status).toBe(422);
      const page = await see(response);
      const [field] = page.all('input').filter(({ name }) => name === 'email');
      expect(field).toMatchObject({ value: typed, 'aria-invalid': 'true' });
      expect(page.all('p').map(({ id }) => id)).toContain('email-error');
      expect(anyone.woken).toEqual([]);
    },
  );

  it('finds the way to it on every page where a way ends', async () => {
    const anyone = visitor();
    const { unsubscribePath } = await enrollByForm(anyone, EMAIL);
    const ends = [
      '/',
      '/about',
      '/lessons/1',
      '/signup/check-inbox',
      '/nowhere',
      '/learn/x',
      '/confirm/x',
      '/open/x',
      '/unsubscribe/x',
    ].map((path) => anyone.get(path));
    for (const response of [...ends, anyone.post(unsubscribePath)]) {
      const { all } = await see(await response);
      expect(all('a').map(({ href }) => href)).toContain('/my-page');
    }
  });
});

describe('the mail that somebody can cause there', () => {
  it('counts with what signups cause: one a day and three in 30 days', async () => {
    const anyone = visitor();
    await enrollByForm(anyone, EMAIL);
    await ask(anyone);
    await anyone.pass(31 * DAY);
    const days: number[] = [];
    for (let day = 0; day < 10; day++) {
      const before = (await kinds()).length;
      await ask(anyone);
      await anyone.post('/signup', { email: EMAIL });
      await ask(anyone, ' ANA@example.org ');
      if ((await kinds()).length > before) days.push(day);
      expect((await kinds()).length - before).toBeLessThanOrEqual(1);
      await anyone.pass(DAY + 1);
    }
    expect(days).toEqual([0, 1, 2]);
  });

  it('is none for 30 days after “this was not me”', async () => {
    const anyone = visitor();
    await enrollByForm(anyone, EMAIL);
    await anyone.pass(2 * DAY);
    await ask(anyone);
    await anyone.post(await mailedPath(anyone, EMAIL, 'not-me'));
    const had = await kinds();
    await anyone.pass(29 * DAY);
    await ask(anyone);
    expect(await kinds()).toEqual(had);
    await anyone.pass(2 * DAY);
    await ask(anyone);
    expect(await kinds()).toHaveLength(had.length + 1);
  });

  it('is limited for each client, and nothing that a program fills in causes one', async () => {
    const asked: string[] = [];
    const limit = (success: boolean) =>
      ({
        limit: async ({ key }: { key: string }) => {
          asked.push(key);
          return { success };
        },
      }) as Env['SIGNUP_LIMIT'];
    const client = { 'cf-connecting-ip': '203.0.113.7' };
    const inProduction = (success: boolean) =>
      visitor({ ...PRODUCTION, SIGNUP_LIMIT: limit(success) }, PRODUCTION.BASE_URL);
    const often = inProduction(false);
    const response = await often.post('/my-page', { email: EMAIL }, client);
    expect(response.status).toBe(429);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await see(response)).all('input')[0]?.value).toBe(EMAIL);
    const trapped = inProduction(true);
    const filled = { email: EMAIL, website: 'https://spam.example' };
    expect((await trapped.post('/my-page', filled, client)).status).toBe(422);
    expect([...often.woken, ...trapped.woken]).toEqual([]);
    expect(asked).toEqual(['203.0.113.7', '203.0.113.7']);
  });

  it('cannot be caused from another site', async () => {
    const anyone = visitor();
    const elsewhere = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
    expect((await anyone.post('/my-page', { email: EMAIL }, elsewhere)).status).toBe(403);
    expect(anyone.woken).toEqual([]);
  });
});

/** Who an address may belong to. */
const people: Record<string, (anyone: Visitor) => Promise<unknown>> = {
  'a learner': (anyone) => enrollByForm(anyone, EMAIL),
  'somebody who has not confirmed': (anyone) => signUpByForm(anyone, EMAIL),
  'a learner who has unsubscribed': async (anyone) =>
    anyone.post((await enrollByForm(anyone, EMAIL)).unsubscribePath),
  'an address that is never mailed': (anyone) => suppress(anyone, EMAIL),
  'somebody who has had their mail of the day': async (anyone) => {
    await enrollByForm(anyone, EMAIL);
    await anyone.pass(DAY);
    await ask(anyone);
  },
};

describe('asking for it', () => {
  it.each(Object.entries(people))(
    'with the address of %s is answered as for nobody, with the same work',
    async (_, prepare) => {
      const once = async (email: string) => {
        const { DB, counts } = countingDatabase();
        const anyone = visitor({ DB });
        const response = await anyone.post('/my-page', { email });
        const headers = [...response.headers].map(([name, said]) =>
          name === 'date' ? name : `${name}: ${said.replace(encodeURIComponent(email), 'typed')}`,
        );
        return { headers, body: await response.text(), work: counts(), woken: anyone.woken };
      };
      await prepare(visitor());
      const other = await once(EMAIL);
      expect(other).toEqual(await once('nobody@example.org'));
      expect(other.work).toContain('batch of');
      expect(other.woken).toEqual(['prompt']);
    },
  );
});
