import { env } from 'cloudflare:workers';
import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { lessons } from '../../src/course/course.ts';
import {
  deliveries,
  enrollments,
  logEntries,
  signups,
  subscribers,
  suppressions,
} from '../../src/db/schema.ts';
import { settingsOf } from '../../src/env.ts';
import { meter } from '../bench/workers/meter.ts';
import { into } from '../support/into.ts';
import { plantLearners } from '../support/many.ts';
import {
  deviceCookie,
  enrollByForm,
  mailedPath,
  pressConfirm,
  SLOT,
  signUpByForm,
} from '../support/people.ts';
import { change, dump, query, remove, value } from '../support/rows.ts';
import { DAY, newAddress, see, type Visitor, visitor } from '../support/visitor.ts';

const EMAIL = 'ana@example.org';

/** The page's words, on one line. */
async function words(anyone: Visitor, path: string): Promise<string> {
  const response = await anyone.get(path);
  expect(response.status).toBe(200);
  return (await see(response)).text.replace(/\s+/g, ' ');
}

/** Weeks that the page links to, once each however many ways lead there. */
async function readable(anyone: Visitor, learnPath: string): Promise<number[]> {
  const page = await see(await anyone.get(learnPath));
  const links = page.all('a').map((link) => link.href ?? '');
  const weeks = links
    .filter((href) => href.startsWith(`${learnPath}/lessons/`))
    .map((href) => Number(href.split('/').at(-1)));
  return [...new Set(weeks)].sort();
}

/** A learner on Monday, 30 November 2026, noon UTC, who chose Tuesdays at half past seven in Berlin. */
async function learner(anyone: Visitor = visitor()) {
  await anyone.setTime('2026-11-30T12:00:00Z');
  return { anyone, ...(await enrollByForm(anyone, EMAIL)) };
}

describe('the learner’s page', () => {
  it('says that lesson 1 is on its way right after the button', async () => {
    const anyone = visitor();
    const learnPath = await pressConfirm(anyone, await signUpByForm(anyone, EMAIL));
    const page = await words(anyone, learnPath);
    expect(page).toContain('Ana’s course');
    expect(page).toContain('You are in');
    expect(page).toContain('Lesson 1 is on its way to your inbox, and here.');
    expect(page).toContain('Tuesdays at 7:30 am, Berlin time');
    // It is public, so nobody has to wait for the mail.
    expect(await readable(anyone, learnPath)).toEqual([1]);
    expect((await anyone.get(`${learnPath}/lessons/1`)).status).toBe(200);
    expect((await anyone.get(`${learnPath}/lessons/2`)).status).toBe(404);
  });

  it('says in which week they are and when the next lesson comes, by their own clock', async () => {
    const { anyone, learnPath } = await learner();
    const page = await words(anyone, learnPath);
    expect(page).toContain('You are in week 1');
    expect(page).toContain('Sent Monday, November 30, 1:00 pm');
    expect(page).toContain('Lesson 2 comes on Tuesday, December 8, 7:30 am.');
    expect(await readable(anyone, learnPath)).toEqual([1]);
    await anyone.moveTo('2026-12-23T00:00:00Z');
    const later = await words(anyone, learnPath);
    expect(later).toContain('You are in week 4');
    expect(later).toContain('Lesson 5 comes on Tuesday, December 29, 7:30 am.');
    expect(await readable(anyone, learnPath)).toEqual([1, 2, 3, 4]);
    for (const lesson of lessons) expect(later).toContain(lesson.title);
  });

  it('says that a lesson is on its way while it is being sent', async () => {
    const { anyone, learnPath } = await learner();
    await anyone.pass(8 * DAY);
    const page = await words(anyone, learnPath);
    expect(page).toContain('On its way');
    expect(page).not.toContain('Lesson 2 comes on');
    expect(await readable(anyone, learnPath)).toEqual([1]);
  });

  it('says when the closing note comes, and later that nothing more is due', async () => {
    const { anyone, learnPath } = await learner();
    await anyone.moveTo('2027-01-20T00:00:00Z');
    const page = await words(anyone, learnPath);
    expect(page).toContain('A short closing note comes on Tuesday, January 26, 7:30 am.');
    await anyone.moveTo('2027-02-01T00:00:00Z');
    const done = await words(anyone, learnPath);
    expect(done).toContain('You have had all eight lessons');
    expect(await readable(anyone, learnPath)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('says that they have unsubscribed; what was sent stays to be read', async () => {
    const { anyone, learnPath, unsubscribePath } = await learner();
    await anyone.moveTo('2026-12-09T00:00:00Z');
    await anyone.post(unsubscribePath);
    const page = await words(anyone, learnPath);
    expect(page).toContain('No more lessons are coming');
    expect(page).not.toContain('comes on');
    expect(await readable(anyone, learnPath)).toEqual([1, 2]);
    expect((await anyone.get(`${learnPath}/lessons/2`)).status).toBe(200);
    const actions = (await see(await anyone.get(learnPath))).all('form').map((form) => form.action);
    for (const control of ['slot', 'pause', 'resume', 'next', 'restart', 'nudges']) {
      expect(actions).not.toContain(`${learnPath}/${control}`);
    }
  });

  it('keeps a way to every lesson of an earlier round, after a new beginning and after a goodbye', async () => {
    const { anyone, learnPath, unsubscribePath } = await learner();
    await anyone.moveTo('2027-02-20T00:00:00Z');
    const enrollment = String(await value(enrollments, 'signupId'));
    await anyone.post(`${learnPath}/restart`, { go: 'yes', enrollment });
    await anyone.work();
    expect(await words(anyone, learnPath)).toContain('Later again, and here to read');
    expect(await readable(anyone, learnPath)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    await anyone.post(unsubscribePath);
    const left = await words(anyone, learnPath);
    expect(left).toContain('Sent before');
    expect(left).not.toContain('Not sent');
    expect(await readable(anyone, learnPath)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('offers the next lesson now where it can come, and else says from when on', async () => {
    const { anyone, learnPath } = await learner();
    const offered = async () => (await (await anyone.get(learnPath)).text()).includes('/next"');
    expect(await offered()).toBe(true);
    await anyone.post(`${learnPath}/next`, { go: 'yes' });
    await anyone.work();
    expect(await offered()).toBe(false);
    expect(await words(anyone, learnPath)).toContain(
      'You may ask for lesson 3 on Tuesday, December 1, 1:00 pm.',
    );
    await anyone.pass(DAY);
    expect(await offered()).toBe(true);
  });

  it('says that the course waits where the mail server refused the address', async () => {
    const { anyone, learnPath } = await learner();
    await change(enrollments, { state: 'paused', pauseReason: 'refused', nextAt: null });
    const page = await words(anyone, learnPath);
    expect(page).toContain('Your course is paused');
    expect(page).toContain('the course is waiting');
  });

  it('shows nothing of the course to somebody who has not confirmed', async () => {
    const anyone = visitor();
    await signUpByForm(anyone, EMAIL);
    const id = Number(await value(subscribers, 'id'));
    const { tokens } = await anyone.context();
    const token = await tokens.learn({ subscriberId: id, linkVersion: 0 });
    expect(await words(anyone, `/learn/${token}`)).toContain('No more lessons are coming');
    expect((await anyone.get(`/learn/${token}/lessons/1`)).status).toBe(404);
  });

  it('shows no address, and links to the learner’s own way out', async () => {
    const { anyone, learnPath, unsubscribePath } = await learner();
    const page = await see(await anyone.get(learnPath));
    expect(page.text).not.toContain(EMAIL);
    expect(page.all('a').map((link) => link.href)).toContain(unsubscribePath);
  });

  it('changes nothing by being opened', async () => {
    const { anyone, learnPath } = await learner();
    const before = await dump();
    for (const path of ['', '/lessons/1', '/lessons/2', '?changed=hour']) {
      await anyone.get(learnPath + path);
      await anyone.fetch(learnPath + path, { method: 'HEAD' });
    }
    expect(await dump()).toEqual(before);
  });

  it('takes five statements and a hundred rows at most, however much was done and whoever else learns', async () => {
    const { anyone, learnPath } = await learner();
    const press = (control: string, fields: Record<string, string> = {}, cookie = '') =>
      anyone.post(`${learnPath}/${control}`, { go: 'yes', ...fields }, { cookie });
    await anyone.moveTo('2027-02-20T00:00:00Z');
    await press('restart', {
      enrollment: String(await value(enrollments, 'signupId')),
    });
    await anyone.moveTo('2027-03-20T00:00:00Z');
    const cookie = await deviceCookie(anyone);
    for (const lesson of ['1', '2', '3', '4']) {
      await press('read', { lesson });
      await press('resend', { lesson });
      await press('log', { lesson, text: 'A few lines.', rev: '0' }, cookie);
    }
    await anyone.work();
    await press('slot', { weekday: '5', time: '18:15', time_zone: 'America/New_York' });
    await press('nudges', { nudges: 'off' });
    await press('pause', { until: '2027-04-10' });
    // Enough of everybody else that a scan of any table would be over the limit.
    await plantLearners(await anyone.context(), 200, { nextLesson: 3 });
    await query(sql`${into(deliveries, 'kind', 'lane', 'subscriberId', 'enrollmentId', 'lesson', 'state', 'dueAt')}
      SELECT 'lesson', 'lesson', ${enrollments.subscriberId}, ${enrollments.id}, 2, 'sent', 0
      FROM ${enrollments} WHERE ${enrollments.nextLesson} = 3`);
    const everybodyElse = sql`FROM ${subscribers} WHERE ${subscribers.email} LIKE 'planted-%'`;
    await query(sql`${into(logEntries, 'subscriberId', 'lesson', 'text', 'savedAt')}
      SELECT ${subscribers.id}, 1, 'words', 0 ${everybodyElse}`);
    await query(sql`${into(suppressions, 'hash', 'reason', 'at')}
      SELECT ${subscribers.emailHash}, 'bounce', 0 ${everybodyElse}`);

    /** Opens a page; what it had to say, and what it cost. */
    const open = async (path: string, headers: Record<string, string>) => {
      const metered = meter(env.DB);
      const response = await visitor({ DB: metered.db }).get(path, headers);
      const page = (await see(response)).text.replace(/\s+/g, ' ');
      const costs = Object.values(metered.take().statements);
      const statements = costs.reduce((sum, cost) => sum + cost.statements, 0);
      const read = costs.reduce((sum, cost) => sum + cost.read, 0);
      expect(statements).toBeLessThanOrEqual(5);
      expect(read).toBeLessThanOrEqual(100);
      return page;
    };
    const paused = await open(learnPath, { cookie });
    expect(paused).toContain('It goes on by itself on Saturday, April 10.');
    expect(paused).toContain('Written so far: week 1, week 2, week 3, week 4.');
    await press('email', { email: 'new@example.org' }, cookie);
    await anyone.work();
    await anyone.post(await mailedPath(anyone, 'new@example.org', 'address'), { go: 'yes' });
    await anyone.work();
    const moved = await mailedPath(anyone, 'new@example.org', 'learn');
    const opened = await deviceCookie(anyone, 'new@example.org');
    expect(await open(moved, { cookie: opened })).toContain('Your address was changed.');
    await open(`${moved}?do=hour`, { cookie: opened });
  });
});

describe('a lesson in the browser', () => {
  it('is there once it was sent, and not before', async () => {
    const { anyone, learnPath } = await learner();
    await anyone.moveTo('2026-12-09T00:00:00Z');
    for (const lesson of lessons) {
      const response = await anyone.get(`${learnPath}/lessons/${lesson.week}`);
      expect(response.status, lesson.title).toBe(lesson.week <= 2 ? 200 : 404);
      const text = (await see(response)).text;
      if (lesson.week <= 2) expect(text).toContain(lesson.title);
      else expect(text).not.toContain(lesson.promise);
    }
  });

  it.each(['0', '9', '10', '-1', '1.5', '01', 'x', '', '1/2', '%31%30'])(
    'numbered %j is no lesson',
    async (number) => {
      const { anyone, learnPath } = await learner();
      expect((await anyone.get(`${learnPath}/lessons/${number}`)).status).toBe(404);
    },
  );

  it('leads to the ones before and after it that were sent', async () => {
    const { anyone, learnPath } = await learner();
    await anyone.moveTo('2026-12-16T00:00:00Z');
    const hrefs = async (week: number) =>
      (await see(await anyone.get(`${learnPath}/lessons/${week}`)))
        .all('a')
        .filter((link) => link.rel === 'prev' || link.rel === 'next')
        .map((link) => `${link.rel} ${link.href?.split('/').at(-1)}`);
    expect(await hrefs(1)).toEqual(['next 2']);
    expect(await hrefs(2)).toEqual(['prev 1', 'next 3']);
    expect(await hrefs(3)).toEqual(['prev 2']);
  });

  it('opens by the link in its mail', async () => {
    const { anyone } = await learner();
    const mail = (await anyone.mails(EMAIL)).at(-1);
    const path = /(?<=:\/\/[^/]+)\/learn\/\S+\/lessons\/1/.exec(mail?.text ?? '')?.[0] ?? '';
    expect((await anyone.get(path)).status).toBe(200);
  });

  it('still opens by the link in its mail after the learner left and came back', async () => {
    const { anyone, learnPath, confirmPath, unsubscribePath } = await learner();
    await anyone.moveTo('2026-12-16T00:00:00Z');
    await anyone.post(unsubscribePath);
    await anyone.post(`${confirmPath}/resend`, { go: 'yes' });
    await anyone.work();
    const mail = (await anyone.mails(EMAIL)).at(-1);
    const path = /(?<=:\/\/[^/]+)\/confirm\/\S+/.exec(mail?.text ?? '')?.[0] ?? '';
    await pressConfirm(anyone, path);
    await anyone.work();
    expect(await words(anyone, learnPath)).toContain('You are in week 1');
    expect((await anyone.get(`${learnPath}/lessons/3`)).status).toBe(200);
    expect((await anyone.get(`${learnPath}/lessons/4`)).status).toBe(404);
  });
});

describe('another hour', () => {
  const OTHER = { go: 'yes', weekday: '4', time: '20:00', time_zone: 'America/New_York' };

  it('is chosen in the learner’s page and holds from the next lesson on', async () => {
    const { anyone, learnPath } = await learner();
    const form = await see(await anyone.get(`${learnPath}?do=hour`));
    expect(form.all('form').map(({ action }) => action)).toContain(`${learnPath}/slot#hour`);
    const response = await anyone.post(`${learnPath}/slot`, OTHER);
    expect(response.status).toBe(303);
    const page = await words(anyone, response.headers.get('location') ?? '');
    expect(page).toContain('Your hour is changed.');
    expect(page).toContain('Thursdays at 8:00 pm, Eastern time');
    // Four days after lesson 1 it is Friday: the Thursday after.
    expect(page).toContain('Lesson 2 comes on Thursday, December 10, 8:00 pm.');
    await anyone.moveTo('2026-12-11T12:00:00Z');
    const mails = await anyone.mails(EMAIL);
    expect(mails.at(-1)).toMatchObject({ lesson: 2, at: '2026-12-11T01:00:00.000Z' });
  });

  it('is not changed without the button, by a GET, or from a damaged link', async () => {
    const { anyone, learnPath } = await learner();
    const before = await dump();
    const { go: _, ...unpressed } = OTHER;
    expect((await anyone.post(`${learnPath}/slot`, unpressed)).status).toBe(303);
    expect((await anyone.get(`${learnPath}/slot`)).status).toBe(404);
    expect((await anyone.post(`${learnPath}x/slot`, OTHER)).status).toBe(404);
    expect((await anyone.post(`${learnPath}x/slot`, { ...OTHER, time: 'x' })).status).toBe(404);
    expect(await dump()).toEqual(before);
  });

  it.each([
    ['weekday', '9'],
    ['time', '25:00'],
    ['time_zone', 'Mars/Olympus_Mons'],
  ])('with a wrong %s is asked for again, and nothing changes', async (field, wrong) => {
    const { anyone, learnPath } = await learner();
    const before = await dump();
    const response = await anyone.post(`${learnPath}/slot`, { ...OTHER, [field]: wrong });
    expect(response.status).toBe(422);
    const page = await see(response);
    const control = [...page.all('select'), ...page.all('input')].find(
      ({ name }) => name === field,
    );
    expect(control).toMatchObject({ 'aria-invalid': 'true' });
    if (field !== 'time')
      expect(page.all('input').map(({ value: typed }) => typed)).toContain('20:00');
    if (field === 'time_zone') {
      const selected = page.all('option').filter((option) => 'selected' in option);
      expect(selected.map((option) => option.value)).toEqual(['4', 'Europe/Berlin']);
    }
    expect(await dump()).toEqual(before);
  });

  it.each(['%0d%0aX-Evil:%201', '%00', '%E2%80%A8', '%2F%2Fevil.example', '%', 'x'])(
    'from the link %s is no fault, and leads nowhere else',
    async (token) => {
      const anyone = visitor();
      for (const fields of [{}, OTHER]) {
        const response = await anyone.post(`/learn/${token}/slot`, fields);
        expect(response.status).toBeLessThan(500);
        expect(response.headers.get('x-evil')).toBeNull();
        expect(response.headers.get('location') ?? '/learn/').toMatch(/^\/learn\//);
      }
    },
  );

  it('is no longer asked for once no lessons are to come', async () => {
    const { anyone, learnPath, unsubscribePath } = await learner();
    await anyone.post(unsubscribePath);
    const before = await dump();
    const response = await anyone.post(`${learnPath}/slot`, OTHER);
    expect(response.status).toBe(303);
    expect(await words(anyone, response.headers.get('location') ?? '')).toContain(
      'No course is running, so nothing was changed.',
    );
    expect(await dump()).toEqual(before);
  });
});

describe('a learner’s link', () => {
  it('opens nothing once it is damaged, another’s, of another purpose, revoked, or its learner is gone', async () => {
    const { anyone, learnPath, confirmPath, unsubscribePath } = await learner();
    const other = await enrollByForm(anyone, newAddress());
    const mine = learnPath.split('.');
    const damaged = [
      learnPath.slice(0, -1),
      `${learnPath}x`,
      [...mine.slice(0, -1), other.learnPath.split('.').at(-1)].join('.'),
      confirmPath.replace('/confirm/', '/learn/'),
      unsubscribePath.replace('/unsubscribe/', '/learn/'),
      learnPath.replace('.local.', '.other.'),
      '/learn/x',
    ];
    for (const path of damaged) {
      for (const page of [path, `${path}/lessons/1`]) {
        const response = await anyone.get(page);
        expect(response.status, page).toBe(404);
        expect(await response.text()).not.toContain('Ana');
      }
    }
    await change(subscribers, { linkVersion: 1 });
    expect((await anyone.get(learnPath)).status).toBe(404);
    expect((await anyone.get(`${learnPath}/lessons/1`)).status).toBe(404);
    await change(subscribers, { linkVersion: 0 });
    expect((await anyone.get(learnPath)).status).toBe(200);
    for (const table of [deliveries, enrollments, signups, subscribers]) await remove(table);
    expect((await anyone.get(learnPath)).status).toBe(404);
  });

  it('opens with an older key that is still listed, and not with one that was removed', async () => {
    const { learnPath } = await learner();
    const newer = 'new:a-newer-signing-key-that-is-long-enough';
    const [old] = settingsOf(env).signingKeys;
    const rotated = visitor({ SIGNING_KEYS: `${newer},${old?.id}:${old?.secret}` });
    expect((await rotated.get(learnPath)).status).toBe(200);
    expect((await visitor({ SIGNING_KEYS: newer }).get(learnPath)).status).toBe(404);
  });
});

it('the hour of the tests is the one that the page suggests', async () => {
  const anyone = visitor();
  const page = await see(await anyone.get(await signUpByForm(anyone, EMAIL)));
  const time = page.all('input').find(({ name }) => name === 'time');
  expect(time?.value).toBe(SLOT.time);
});
