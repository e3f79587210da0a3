import { getTableName, isNotNull, like, ne, sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import {
  batches,
  deliveries,
  enrollments,
  signups,
  strangers,
  subscribers,
} from '../../src/db/schema.ts';
import { into } from '../support/into.ts';
import {
  enrollByForm,
  mailedPath,
  owedTo,
  pressConfirm,
  signUpByForm,
  suppress,
} from '../support/people.ts';
import { change, count, pick, plan, query, value } from '../support/rows.ts';
import { DAY, type Visitor, visitor } from '../support/visitor.ts';

const EMAIL = 'ana@example.org';

/** A signup by whoever, and a minute of the service. */
async function somebodySignsUp(anyone: Visitor, times = 1): Promise<void> {
  for (let count = 0; count < times; count++) {
    const response = await anyone.post('/signup', { email: EMAIL, first_name: 'Eve' });
    expect(response.status).toBe(303);
  }
  await anyone.work();
}

const kinds = async (anyone: Visitor) => (await anyone.mails(EMAIL)).map((mail) => mail.kind);
const links = async (anyone: Visitor) =>
  (await anyone.mails(EMAIL)).map((mail) => /\/confirm\/\S+/.exec(mail.text)?.[0]);

describe('the mail that a stranger can cause', () => {
  it('is one a day, however often the address is typed in', async () => {
    const anyone = visitor();
    await somebodySignsUp(anyone, 5);
    await anyone.pass(DAY - 60);
    await somebodySignsUp(anyone, 2);
    expect(await kinds(anyone)).toEqual(['confirm']);
    await anyone.pass(120);
    await somebodySignsUp(anyone);
    expect(await kinds(anyone)).toEqual(['confirm', 'confirm']);
  });

  it('is one, however many type it in at the same moment', async () => {
    const anyone = visitor();
    await Promise.all(Array.from({ length: 20 }, () => anyone.post('/signup', { email: EMAIL })));
    await anyone.work();
    expect(await kinds(anyone)).toEqual(['confirm']);
    expect(await count(subscribers)).toBe(1);
  });

  it('is one for an address in whatever case it is typed', async () => {
    const anyone = visitor();
    for (const email of ['ana@example.org', 'ANA@example.org', ' Ana@Example.Org ']) {
      await anyone.post('/signup', { email });
    }
    await anyone.work();
    expect(await anyone.mails()).toHaveLength(1);
  });

  it('is three in 30 days', async () => {
    const anyone = visitor();
    const days: number[] = [];
    for (let day = 0; day < 33; day++) {
      const before = (await anyone.mails(EMAIL)).length;
      await somebodySignsUp(anyone);
      if ((await anyone.mails(EMAIL)).length > before) days.push(day);
      await anyone.pass(DAY + 1);
    }
    expect(days).toEqual([0, 1, 2, 30, 31, 32]);
  });

  it('carries the same link for as long as that has a day to live, then a new one', async () => {
    const anyone = visitor();
    await somebodySignsUp(anyone);
    await anyone.pass(5 * DAY);
    await somebodySignsUp(anyone);
    const [first, second] = await links(anyone);
    expect(first).toBeDefined();
    expect(second).toBe(first);
    await anyone.pass(2 * DAY);
    await somebodySignsUp(anyone);
    const third = (await links(anyone))[2];
    expect(third).toBeDefined();
    expect(third).not.toBe(first);
    await pressConfirm(anyone, third ?? '');
    expect(await count(enrollments)).toBe(1);
  });

  it('is a note to a learner, at most one a day and three in 30 days, and no second course', async () => {
    const anyone = visitor();
    await enrollByForm(anyone, EMAIL);
    await anyone.pass(31 * DAY);
    const notes: number[] = [];
    for (let day = 0; day < 16; day++) {
      const before = (await kinds(anyone)).filter((kind) => kind === 'already-enrolled').length;
      await somebodySignsUp(anyone, 2);
      const after = (await kinds(anyone)).filter((kind) => kind === 'already-enrolled').length;
      if (after > before) notes.push(day);
      expect(after - before).toBeLessThanOrEqual(1);
      await anyone.pass(DAY + 1);
    }
    expect(notes).toEqual([0, 1, 2]);
    expect((await kinds(anyone)).filter((kind) => kind === 'confirm')).toHaveLength(1);
    expect(await count(enrollments)).toBe(1);
  });

  it('is a note whose link leads to the learner’s page', async () => {
    const anyone = visitor();
    const { learnPath } = await enrollByForm(anyone, EMAIL);
    await anyone.pass(2 * DAY);
    await somebodySignsUp(anyone);
    expect((await kinds(anyone)).at(-1)).toBe('already-enrolled');
    expect(await mailedPath(anyone, EMAIL, 'learn')).toBe(learnPath);
    expect((await anyone.get(learnPath)).status).toBe(200);
  });

  it('is none to an address that is never mailed', async () => {
    const anyone = visitor();
    await suppress(anyone, EMAIL);
    await somebodySignsUp(anyone, 2);
    expect(await kinds(anyone)).toEqual([]);
    expect(await owedTo(EMAIL)).toEqual([]);
  });

  it('is skipped where the address was suppressed before it went', async () => {
    const anyone = visitor();
    await anyone.post('/signup', { email: EMAIL });
    await suppress(anyone, EMAIL);
    await anyone.work();
    expect(await kinds(anyone)).toEqual([]);
    expect(await owedTo(EMAIL)).toEqual([{ kind: 'confirm', state: 'skipped' }]);
  });

  it('is a confirmation again for somebody who has unsubscribed: only they can come back', async () => {
    const anyone = visitor();
    const { unsubscribePath } = await enrollByForm(anyone, EMAIL);
    await anyone.post(unsubscribePath);
    await anyone.pass(2 * DAY);
    await somebodySignsUp(anyone);
    expect((await kinds(anyone)).at(-1)).toBe('confirm');
    expect(await pick(enrollments, ['state'])).toEqual([{ state: 'ended' }]);
    await pressConfirm(anyone, await mailedPath(anyone, EMAIL, 'confirm'));
    expect(await pick(enrollments, ['state'], undefined, enrollments.id)).toEqual([
      { state: 'ended' },
      { state: 'active' },
    ]);
  });
});

describe('“this was not me”', () => {
  it('stops the mail for 30 days, makes the link dead, and forgets what was typed', async () => {
    const anyone = visitor();
    const confirmPath = await signUpByForm(anyone, EMAIL, { first_name: 'Eve' });
    const path = await mailedPath(anyone, EMAIL, 'unsubscribe');
    const page = await anyone.get(path);
    expect(await page.text()).toContain('This was not me');
    expect((await anyone.post(path)).status).toBe(200);

    const dead = await anyone.get(confirmPath);
    expect(dead.status).toBe(410);
    expect(await dead.text()).toMatch(/until \w+, \w+ \d+.* no email goes there/);
    const slot = { weekday: '2', time: '07:30', time_zone: 'UTC' };
    expect((await anyone.post(confirmPath, { go: 'yes', ...slot })).status).toBe(410);
    expect((await anyone.post(`${confirmPath}/resend`, { go: 'yes' })).status).toBe(410);
    expect(await count(enrollments)).toBe(0);
    expect(await count(signups, { firstName: 'Eve' })).toBe(0);

    for (let day = 0; day < 29; day++) {
      await anyone.pass(DAY);
      await somebodySignsUp(anyone);
    }
    expect(await kinds(anyone)).toEqual(['confirm']);
    await anyone.pass(DAY + 60);
    await somebodySignsUp(anyone);
    expect(await kinds(anyone)).toEqual(['confirm', 'confirm']);
  });

  it('holds back a mail that is owed but not sent yet', async () => {
    const anyone = visitor();
    await signUpByForm(anyone, EMAIL);
    await anyone.pass(2 * DAY);
    await anyone.post('/signup', { email: EMAIL });
    await anyone.post(await mailedPath(anyone, EMAIL, 'unsubscribe'));
    await anyone.work();
    expect(await kinds(anyone)).toEqual(['confirm']);
    expect((await owedTo(EMAIL)).map(({ state }) => state)).toEqual(['sent', 'skipped']);
  });

  it('said a second time, weeks later, holds for another 30 days', async () => {
    const anyone = visitor();
    await signUpByForm(anyone, EMAIL);
    const path = await mailedPath(anyone, EMAIL, 'unsubscribe');
    await anyone.post(path);
    await anyone.pass(20 * DAY);
    await somebodySignsUp(anyone);
    await anyone.pass(11 * DAY);
    await somebodySignsUp(anyone);
    expect(await kinds(anyone)).toEqual(['confirm', 'confirm']);
    expect((await anyone.post(path)).status).toBe(200);
    for (let day = 0; day < 14; day++) {
      await anyone.pass(2 * DAY);
      await somebodySignsUp(anyone);
    }
    expect(await kinds(anyone)).toEqual(['confirm', 'confirm']);
  });

  it('lets the person themselves sign up later on', async () => {
    const anyone = visitor();
    await signUpByForm(anyone, EMAIL);
    await anyone.post(await mailedPath(anyone, EMAIL, 'unsubscribe'));
    await anyone.pass(31 * DAY);
    const confirmPath = await signUpByForm(anyone, EMAIL);
    await pressConfirm(anyone, confirmPath);
    await anyone.work();
    expect((await kinds(anyone)).at(-1)).toBe('lesson');
  });

  it('leaves nothing of the person after 30 days, not even the address', async () => {
    const anyone = visitor();
    await signUpByForm(anyone, EMAIL);
    await anyone.post(await mailedPath(anyone, EMAIL, 'unsubscribe'));
    await anyone.pass(29 * DAY);
    await anyone.work();
    expect(await count(subscribers)).toBe(1);
    await anyone.pass(DAY + 60);
    await anyone.work();
    expect(await count(subscribers)).toBe(0);
    expect(await count(signups)).toBe(0);
    expect(await count(deliveries)).toBe(0);
  });

  it('said twice is said once', async () => {
    const anyone = visitor();
    await signUpByForm(anyone, EMAIL);
    const path = await mailedPath(anyone, EMAIL, 'unsubscribe');
    expect((await anyone.post(path)).status).toBe(200);
    expect((await anyone.post(path)).status).toBe(200);
    expect((await anyone.get(path)).status).toBe(200);
    expect(await count(subscribers)).toBe(1);
  });
});

describe('mail to a learner that strangers cause', () => {
  it('is three in 30 days with everything counted, the confirmation too', async () => {
    const anyone = visitor();
    await enrollByForm(anyone, EMAIL);
    for (let week = 0; week < 4; week++) {
      await anyone.pass(7 * DAY + 1);
      await somebodySignsUp(anyone);
    }
    const prompt = (await kinds(anyone)).filter((kind) => kind !== 'lesson');
    expect(prompt).toEqual(['confirm', 'already-enrolled', 'already-enrolled']);
  });
});

describe('a signup that nobody confirms', () => {
  it('is forgotten after 30 days, with the address and what was owed to it', async () => {
    const anyone = visitor();
    await signUpByForm(anyone, EMAIL);
    await anyone.pass(30 * DAY - 60);
    await anyone.work();
    expect(await count(signups)).toBe(1);
    await anyone.pass(120);
    await anyone.work();
    for (const table of [signups, subscribers, deliveries]) {
      expect(await count(table), getTableName(table)).toBe(0);
    }
    expect(await count(batches, like(batches.frozen, '%ana@example.org%'))).toBe(0);
  });

  it('leaves a later signup of the same address alone', async () => {
    const anyone = visitor();
    await signUpByForm(anyone, EMAIL);
    await anyone.pass(25 * DAY);
    const confirmPath = await signUpByForm(anyone, EMAIL);
    await anyone.pass(6 * DAY);
    await anyone.work();
    expect(await count(signups)).toBe(1);
    await pressConfirm(anyone, confirmPath);
    expect(await count(enrollments)).toBe(1);
  });

  it('goes alone where the address belongs to a learner', async () => {
    const anyone = visitor();
    await enrollByForm(anyone, EMAIL);
    await somebodySignsUp(anyone);
    await anyone.pass(31 * DAY);
    await anyone.work();
    expect(await count(signups)).toBe(1);
    expect(await count(subscribers, isNotNull(subscribers.confirmedAt))).toBe(1);
    expect(await count(deliveries, { lane: 'lesson' })).toBeGreaterThan(0);
  });

  it('takes thousands with it in as many ticks as that needs, and no learner', async () => {
    const anyone = visitor();
    await enrollByForm(anyone, EMAIL);
    await query(sql`${into(subscribers, 'id', 'email', 'emailHash', 'createdAt')}
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200)
      SELECT i, 'old-' || i || '@example.org', 'h' || i, 0 FROM n`);
    await query(sql`${into(signups, 'id', 'subscriberId', 'firstName', 'page', 'wordsVersion', 'createdAt')}
      SELECT ${subscribers.id}, ${subscribers.id}, '', '/', '', 0
      FROM ${subscribers} WHERE ${subscribers.createdAt} = 0`);
    for (let minute = 0; minute < 3; minute++) await anyone.work();
    expect(await pick(subscribers, ['email'])).toEqual([{ email: EMAIL }]);
    expect(await count(signups)).toBe(1);
  });
});

describe('what never arrived', () => {
  it.each(['failed', 'bounced', 'skipped'] as const)(
    '(%s) does not keep a person from asking again',
    async (state) => {
      const anyone = visitor();
      await somebodySignsUp(anyone);
      await change(deliveries, { state });
      await somebodySignsUp(anyone);
      expect(await kinds(anyone)).toEqual(['confirm', 'confirm']);
      await somebodySignsUp(anyone);
      expect(await kinds(anyone)).toHaveLength(2);
    },
  );

  it('is not tried without end either', async () => {
    const anyone = visitor();
    for (let times = 0; times < 6; times++) {
      await somebodySignsUp(anyone);
      await change(deliveries, { state: 'bounced' });
    }
    expect(await kinds(anyone)).toHaveLength(3);
  });

  it.each(['uncertain', 'delivered', 'complained'] as const)('is not what is %s', async (state) => {
    const anyone = visitor();
    await somebodySignsUp(anyone);
    await change(deliveries, { state });
    await somebodySignsUp(anyone);
    expect(await kinds(anyone)).toHaveLength(1);
  });
});

describe('“this was not me”, from somebody who once took the course and left', () => {
  it('closes the link and holds for 30 days', async () => {
    const anyone = visitor();
    const { unsubscribePath, learnPath } = await enrollByForm(anyone, EMAIL);
    await anyone.post(unsubscribePath);
    await anyone.pass(2 * DAY);
    await somebodySignsUp(anyone);
    const confirmPath = await mailedPath(anyone, EMAIL, 'confirm');
    const refuse = await mailedPath(anyone, EMAIL, 'unsubscribe');
    expect(await (await anyone.get(refuse)).text()).toContain('Was this not you?');
    expect(await (await anyone.post(refuse)).text()).toContain('The signup is withdrawn');
    expect((await anyone.get(confirmPath)).status).not.toBe(200);
    await anyone.post(confirmPath, { go: 'yes', weekday: '2', time: '07:30', time_zone: 'UTC' });
    expect(await pick(enrollments, ['state'])).toEqual([{ state: 'ended' }]);
    // A link from before, which may have been forwarded, brings nothing either.
    const back = await anyone.post(`${learnPath}/return`, { go: 'yes' });
    const said = await anyone.get(back.headers.get('location') ?? '');
    expect(await said.text()).toContain('no such link goes there for 30 days');
    for (let day = 0; day < 29; day++) {
      await anyone.pass(DAY);
      await somebodySignsUp(anyone);
    }
    expect(await kinds(anyone)).toEqual(['confirm', 'lesson', 'confirm']);
    await anyone.pass(DAY + 60);
    await somebodySignsUp(anyone);
    expect(await kinds(anyone)).toEqual(['confirm', 'lesson', 'confirm', 'confirm']);
  });

  it('is not what a second press on “unsubscribe” says', async () => {
    const anyone = visitor();
    const { unsubscribePath } = await enrollByForm(anyone, EMAIL);
    await anyone.post(unsubscribePath);
    await anyone.pass(2 * DAY);
    await anyone.post(unsubscribePath);
    await somebodySignsUp(anyone);
    expect((await kinds(anyone)).at(-1)).toBe('confirm');
  });
});

describe('“this was not me”, from a learner', () => {
  it('keeps the notes away for 30 days, and the course goes on', async () => {
    const anyone = visitor();
    await anyone.setTime('2026-11-30T12:00:00Z');
    await enrollByForm(anyone, EMAIL);
    await anyone.pass(DAY + 60);
    await somebodySignsUp(anyone);
    const refuse = await mailedPath(anyone, EMAIL, 'not-me');
    expect((await anyone.post(refuse, { page: 'unsubscribe', go: 'yes' })).status).toBe(200);
    expect(await value(subscribers, 'unsubscribedAt')).toBeNull();
    for (let day = 0; day < 8; day++) {
      await anyone.pass(DAY);
      await somebodySignsUp(anyone);
    }
    expect(await kinds(anyone)).toEqual(['confirm', 'lesson', 'already-enrolled', 'lesson']);
  });
});

describe('an address that is flooded with signups', () => {
  it('keeps ten of them, the latest among these, and “this was not me” stays cheap', async () => {
    const anyone = visitor();
    await somebodySignsUp(anyone);
    const confirmPath = await mailedPath(anyone, EMAIL, 'confirm');
    for (let count = 0; count < 60; count++) {
      await anyone.post('/signup', { email: EMAIL, first_name: `Eve ${count}` });
    }
    expect(await count(signups)).toBe(10);
    expect(await count(signups, { firstName: 'Eve 59' })).toBe(1);
    expect((await anyone.get(confirmPath)).status).toBe(200);
    await anyone.work();
    expect(await kinds(anyone)).toEqual(['confirm']);
    await anyone.post(await mailedPath(anyone, EMAIL, 'unsubscribe'));
    expect(await count(signups, ne(signups.firstName, ''))).toBe(0);
  });

  it('twenty at the same moment: the link that was mailed stays', async () => {
    const anyone = visitor();
    await Promise.all(Array.from({ length: 20 }, () => anyone.post('/signup', { email: EMAIL })));
    await anyone.work();
    await Promise.all(Array.from({ length: 20 }, () => anyone.post('/signup', { email: EMAIL })));
    expect(await count(signups)).toBe(10);
    await pressConfirm(anyone, await mailedPath(anyone, EMAIL, 'confirm'));
    expect(await count(enrollments)).toBe(1);
  });
});

describe('what limits mail to an address', () => {
  it('outlives a purge of what nobody confirmed, and is forgotten after 30 days itself', async () => {
    const anyone = visitor();
    await signUpByForm(anyone, EMAIL);
    await anyone.pass(29 * DAY);
    await somebodySignsUp(anyone);
    await change(signups, { createdAt: 0 });
    await anyone.work();
    expect(await count(subscribers)).toBe(0);
    expect(await pick(strangers, ['what'])).toEqual([{ what: 'mail' }, { what: 'mail' }]);
    await somebodySignsUp(anyone);
    expect(await kinds(anyone)).toHaveLength(2);
    await anyone.pass(DAY + 60);
    await somebodySignsUp(anyone);
    expect(await kinds(anyone)).toHaveLength(3);
    await anyone.pass(31 * DAY);
    await anyone.work();
    await anyone.pass(3600);
    await anyone.work();
    expect(await count(strangers)).toBe(0);
  });

  it('is read by index, whoever has had how much', async () => {
    const steps = await plan(sql`SELECT count(*) FROM ${deliveries}
      WHERE ${deliveries.toHash} = 'x' AND ${deliveries.dueAt} > 0
        AND ${deliveries.kind} IN ('confirm', 'already-enrolled', 'address')`);
    expect(steps.join()).toContain('deliveries_by_strangers');
  });
});
