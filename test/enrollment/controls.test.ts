import { desc, sql } from 'drizzle-orm';
import { afterEach, describe, expect, it } from 'vitest';
import { deliveries, enrollments, halts, signups, subscribers } from '../../src/db/schema.ts';
import { pauseEnrollment } from '../../src/enrollment/store/course.ts';
import { testContext, work } from '../support/course.ts';
import { broken, emptyLedger, tooClose } from '../support/ledger.ts';
import { scriptedMailer } from '../support/mailer.ts';
import {
  deviceCookie,
  enrollByForm,
  mailedPath,
  pressConfirm,
  SLOT,
  suppress,
} from '../support/people.ts';
import { plantBatch, plantLesson } from '../support/plant.ts';
import { change, count, dump, pick, put, remove, value } from '../support/rows.ts';
import { countingDatabase, DAY, see, type Visitor, visitor } from '../support/visitor.ts';

const EMAIL = 'ana@example.org';
const GO = { go: 'yes' };

/** On Monday, 30 November 2026, noon UTC, with Tuesdays at half past seven in Berlin. */
async function learner(anyone: Visitor = visitor()) {
  await anyone.setTime('2026-11-30T12:00:00Z');
  const { learnPath, ...paths } = await enrollByForm(anyone, EMAIL);
  /** Presses a control and hands back the page's words. */
  const press = async (control: string, fields: Record<string, string> = {}) => {
    const response = await anyone.post(`${learnPath}/${control}`, { ...GO, ...fields });
    if (response.status !== 303) return words(response);
    return words(await anyone.get(response.headers.get('location') ?? ''));
  };
  const lessons = async () =>
    (await anyone.mails(EMAIL))
      .filter((mail) => mail.lesson !== null)
      .map((mail) => `${mail.lesson} ${mail.at.slice(0, 16)}`);
  return { anyone, learnPath, press, lessons, ...paths };
}

/** Lessons that a test has asked for at once: they may come within four days. */
let asked = 0;

const words = async (response: Response) => (await see(response)).text.replace(/\s+/g, ' ');

afterEach(async () => {
  expect(await broken()).toEqual([]);
  expect((await tooClose()).length).toBeLessThanOrEqual(asked);
  asked = 0;
});

describe('another hour', () => {
  const FRIDAY = { weekday: '5', time: '18:15', time_zone: 'America/New_York' };

  it('shows the next three dates, which come true, before anything is saved', async () => {
    const { anyone, learnPath, lessons } = await learner();
    const before = await dump();
    const look = await anyone.post(`${learnPath}/slot`, { ...FRIDAY, go: 'look' });
    const page = await words(look);
    for (const date of ['December 4', 'December 11', 'December 18']) {
      expect(page).toContain(`Friday, ${date}, 6:15 pm`);
    }
    expect(await dump()).toEqual(before);
    await anyone.post(`${learnPath}/slot`, { ...FRIDAY, ...GO });
    await anyone.moveTo('2026-12-20T00:00:00Z');
    expect((await lessons()).slice(1)).toEqual([
      '2 2026-12-04T23:15',
      '3 2026-12-11T23:15',
      '4 2026-12-18T23:15',
    ]);
  });

  it('takes any minute, also for somebody whose own is none of five', async () => {
    const { anyone, learnPath, press } = await learner();
    for (const time of ['07:32', '07:30', '00:01']) {
      const page = await press('slot', { weekday: '2', time, time_zone: 'Europe/Berlin' });
      expect(page).toContain('Your hour is changed.');
      const form = await see(await anyone.get(`${learnPath}?do=hour`));
      // A browser counts steps from the value that stands in the field, and refuses what lies between.
      const field = form.all('input').find(({ name }) => name === 'time');
      expect(field).toMatchObject({ type: 'time', value: time });
      for (const limit of ['step', 'min', 'max']) expect(field).not.toHaveProperty(limit);
    }
  });

  it('a year away is told with its year', async () => {
    const { press } = await learner();
    expect(await press('pause', { until: '2027-11-30' })).toContain(
      'Your course is paused until Tuesday, November 30, 2027.',
    );
    expect(
      await press('slot', { weekday: '5', time: '18:15', time_zone: 'UTC', go: 'look' }),
    ).toContain('Friday, December 3, 2027, 6:15 pm');
  });

  it('can be undone', async () => {
    const { anyone, learnPath } = await learner();
    const changed = await anyone.post(`${learnPath}/slot`, { ...FRIDAY, ...GO });
    const page = await see(await anyone.get(changed.headers.get('location') ?? ''));
    const hidden = page.all('input').filter(({ type }) => type === 'hidden');
    const undo = Object.fromEntries(
      hidden.map(({ name = '', value: typed = '' }) => [name, typed]),
    );
    await anyone.post(`${learnPath}/slot`, { ...undo, ...GO });
    expect(await pick(enrollments, ['weekday', 'time', 'zone'])).toEqual([
      { weekday: 2, time: '07:30', zone: 'Europe/Berlin' },
    ]);
  });

  it('while a lesson is on its way shows what follows from that lesson', async () => {
    const { anyone, learnPath } = await learner();
    await change(enrollments, { nextAt: null });
    await plantLesson(2);
    const page = await words(await anyone.post(`${learnPath}/slot`, { ...FRIDAY, go: 'look' }));
    expect(page).toContain('Friday, December 4, 6:15 pm');
    await change(deliveries, { state: 'skipped' }, { state: 'sending' });
  });
});

describe('a pause', () => {
  it('until a date ends by itself on that day, at the next hour', async () => {
    const { anyone, press, lessons } = await learner();
    expect(await press('pause', { until: '2026-12-24' })).toContain(
      'Your course is paused until Thursday, December 24.',
    );
    await anyone.moveTo('2027-01-06T00:00:00Z');
    expect((await lessons()).slice(1)).toEqual(['2 2026-12-29T06:30', '3 2027-01-05T06:30']);
  });

  it('without a date lasts until it is resumed, and then keeps four days', async () => {
    const { anyone, press, lessons } = await learner();
    expect(await press('pause')).toContain('Your course is paused.');
    await anyone.moveTo('2027-03-01T00:00:00Z');
    expect(await lessons()).toHaveLength(1);
    expect(await press('resume')).toContain('Lesson 2 comes on Tuesday, March 2, 7:30 am.');
    await press('pause');
    await press('resume');
    await anyone.moveTo('2027-03-03T00:00:00Z');
    expect((await lessons()).slice(1)).toEqual(['2 2027-03-02T06:30']);
  });

  it('can get another end, or none', async () => {
    const { press } = await learner();
    await press('pause', { until: '2026-12-24' });
    expect(await press('pause', { until: '2027-01-10' })).toContain(
      'until Sunday, January 10, 2027.',
    );
    await press('pause');
    expect(await value(enrollments, 'resumeAt')).toBeNull();
  });

  it.each([
    ['today', '2026-11-30'],
    ['yesterday', '2026-11-29'],
    ['a century on', '2126-11-30'],
    ['a date that is none', '2027-02-30'],
    ['words', 'next week'],
    ['a line break', '2027-01-01\r\nX: y'],
    ['much', '9'.repeat(20_000)],
  ])('until %s is asked for again, and nothing changes', async (_, until) => {
    const { anyone, learnPath } = await learner();
    const before = await dump();
    const response = await anyone.post(`${learnPath}/pause`, { ...GO, until });
    expect(response.status).toBe(422);
    const page = await see(response);
    expect(page.all('input').find(({ name }) => name === 'until')).toMatchObject({
      'aria-invalid': 'true',
    });
    expect(await dump()).toEqual(before);
  });

  it('then another hour: the lesson comes after the pause, at the new hour', async () => {
    const { anyone, press, lessons } = await learner();
    await press('pause', { until: '2026-12-20' });
    await press('slot', { weekday: '1', time: '06:00', time_zone: 'UTC' });
    await anyone.moveTo('2026-12-22T00:00:00Z');
    expect((await lessons()).slice(1)).toEqual(['2 2026-12-21T06:00']);
  });

  it('before lesson 1 was sent holds it back until the course goes on', async () => {
    const anyone = visitor();
    await anyone.setTime('2026-11-30T12:00:00Z');
    const { learnPath } = await learner(anyone);
    await remove(deliveries, { kind: 'lesson' });
    await change(enrollments, {
      nextLesson: 1,
      lastAt: null,
      nextAt: Date.parse('2026-11-30T12:00:00Z') / 1000,
    });
    await anyone.post(`${learnPath}/pause`, GO);
    await anyone.work();
    expect(await count(deliveries, { kind: 'lesson' })).toBe(0);
    await anyone.post(`${learnPath}/resume`, GO);
    await anyone.work();
    expect(await count(deliveries, { kind: 'lesson' })).toBe(1);
  });

  it('says so where a lesson is on its way, and the course stays paused after it', async () => {
    const { anyone, press } = await learner();
    await anyone.pass(8 * DAY);
    const onItsWay = { state: 'open', frozen: '[]', leaseUntil: 9e15, unanswered: 1 } as const;
    const batchId = await plantBatch({ ...onItsWay, frozenAt: Date.now() });
    await plantLesson(2, { batchId });
    await change(enrollments, { nextAt: null });
    expect(await press('pause')).toContain('One lesson was already on its way');
    await press('resume');
    expect(await pick(enrollments, ['state', 'nextAt'])).toEqual([
      { state: 'active', nextAt: null },
    ]);
  });

  it('until a date, while the closing note is on its way, changes nothing: nothing comes after it', async () => {
    const { press } = await learner();
    const mailer = scriptedMailer(async () => {
      expect(await press('pause', { until: '2026-12-24' })).toContain(
        'The closing note comes at its own time.',
      );
      // Whoever pressed a moment earlier, before it was on its way for the page that they saw.
      const [course] = await pick(enrollments, ['id', 'rev']);
      if (course) await pauseEnrollment(ctx.db, course, 1_798_000_000);
      return { kind: 'accepted', refused: [] };
    });
    const ctx = testContext({ mailer, start: '2026-12-08T12:00:00Z' });
    await change(enrollments, { nextLesson: 9, nextAt: ctx.clock.now() });
    await work(ctx);
    expect(mailer.posts).toHaveLength(1);
    expect(await pick(enrollments, ['state', 'resumeAt'])).toEqual([
      { state: 'completed', resumeAt: null },
    ]);
  });

  it('cannot hide that the course waits for another reason', async () => {
    const { press, anyone } = await learner();
    await change(enrollments, { state: 'paused', pauseReason: 'refused', nextAt: null });
    const before = await dump();
    expect(await press('pause', { until: '2026-12-24' })).toContain('nothing was changed');
    expect(await press('resume')).toContain('nothing was changed');
    await anyone.work();
    expect((await dump()).enrollments).toEqual(before.enrollments);
  });

  it('with a date ends with a goodbye', async () => {
    const { anyone, press, unsubscribePath, lessons } = await learner();
    await press('pause', { until: '2026-12-24' });
    await anyone.post(unsubscribePath);
    await anyone.moveTo('2027-02-01T00:00:00Z');
    expect(await lessons()).toHaveLength(1);
  });

  it('with a date does not end while the address is suppressed', async () => {
    const { anyone, press, lessons } = await learner();
    await press('pause', { until: '2026-12-24' });
    await suppress(anyone, EMAIL);
    await change(enrollments, {
      pauseReason: 'suppressed',
      ownPause: sql`${enrollments.resumeAt}`,
      resumeAt: null,
    });
    await anyone.moveTo('2027-02-01T00:00:00Z');
    expect(await lessons()).toHaveLength(1);
    expect(await value(enrollments, 'resumeAt')).toBeNull();
  });
});

describe('the next lesson now', () => {
  it('comes at once, and the one after it at the hour, four days on or later', async () => {
    const { anyone, press, lessons } = await learner();
    expect(await press('next')).toContain('Lesson 2 is coming now.');
    await anyone.work();
    await anyone.moveTo('2026-12-20T00:00:00Z');
    expect((await lessons()).slice(1)).toEqual([
      '2 2026-11-30T12:00',
      '3 2026-12-08T06:30',
      '4 2026-12-15T06:30',
    ]);
  });

  it('comes once a day, however often and from however many windows it is asked for', async () => {
    const { anyone, learnPath, press, lessons } = await learner();
    const answers = await Promise.all([1, 2, 3].map(() => anyone.post(`${learnPath}/next`, GO)));
    expect(answers.map(({ status }) => status)).toEqual([303, 303, 303]);
    await anyone.work();
    expect(await press('next')).toContain('One lesson a day can come ahead of its time.');
    await anyone.work();
    expect(await lessons()).toHaveLength(2);
    await anyone.pass(DAY);
    expect(await press('next')).toContain('Lesson 3 is coming now.');
    await anyone.work();
    expect(await lessons()).toHaveLength(3);
    asked = 2;
  });

  it('then another hour, before it is sent, does not take the wish back', async () => {
    const { anyone, press, lessons } = await learner();
    await press('next');
    await press('slot', { weekday: '5', time: '10:00', time_zone: 'UTC' });
    await anyone.work();
    expect(await lessons()).toHaveLength(2);
  });

  it('then an outage of a week: it comes once, at the first hour after it', async () => {
    const { anyone, press, lessons } = await learner();
    await put(halts, { scope: 'all', reason: 'test', since: 0 });
    await press('next');
    await anyone.moveTo('2026-12-07T12:00:00Z');
    await remove(halts);
    await anyone.moveTo('2026-12-16T00:00:00Z');
    expect((await lessons()).slice(1)).toEqual(['2 2026-12-08T06:30', '3 2026-12-15T06:30']);
  });

  it('does not bring the closing note, nor anything while paused or after the end', async () => {
    const { anyone, press } = await learner();
    await press('pause');
    expect(await press('next')).not.toContain('is coming now');
    await press('resume');
    await anyone.moveTo('2027-01-20T00:00:00Z');
    expect(await press('next')).toContain('The closing note comes at its own time.');
    await anyone.moveTo('2027-02-20T00:00:00Z');
    expect(await press('next')).toContain('No course is running');
  });
});

describe('a lesson once more', () => {
  it('comes as it was, leaves the course alone, and has a cap of its own', async () => {
    const { anyone, press, lessons } = await learner();
    await anyone.moveTo('2026-12-23T00:00:00Z');
    const before = await pick(enrollments, ['nextLesson', 'nextAt', 'rev']);
    for (const lesson of ['1', '2', '2', '3']) {
      expect(await press('resend', { lesson })).toContain(`Lesson ${lesson} is on its way`);
    }
    await anyone.work();
    expect(await press('resend', { lesson: '4' })).toContain('Up to 3 lessons a day');
    const again = (await lessons()).slice(-3).map((mail) => mail[0]);
    expect(again.sort()).toEqual(['1', '2', '3']);
    expect(await pick(enrollments, ['nextLesson', 'nextAt', 'rev'])).toEqual(before);
    await anyone.pass(DAY);
    expect(await press('resend', { lesson: '4' })).toContain('Lesson 4 is on its way');
  });

  it.each(['0', '9', '-1', '1.5', 'x', '', '1e0', '٣'])(
    'numbered %j is refused',
    async (lesson) => {
      const { anyone, learnPath } = await learner();
      const before = await dump();
      for (const control of ['resend', 'read']) {
        const response = await anyone.post(`${learnPath}/${control}`, { ...GO, lesson });
        expect(response.status).toBe(422);
      }
      expect(await dump()).toEqual(before);
    },
  );

  it('that has not been sent is not sent, and not marked', async () => {
    const { press } = await learner();
    const before = await dump();
    expect(await press('resend', { lesson: '5' })).toContain('has not been sent to you yet');
    expect(await press('read', { lesson: '5' })).toContain('has not been sent to you yet');
    expect(await dump()).toEqual(before);
  });
});

describe('beginning again', () => {
  const current = async () =>
    String(await value(enrollments, 'signupId', undefined, desc(enrollments.id)));

  it('after the end brings the eight lessons once more, and keeps the log', async () => {
    const { anyone, press, lessons } = await learner();
    await anyone.moveTo('2027-02-20T00:00:00Z');
    expect(await press('restart', { enrollment: await current() })).toContain('begins again');
    await anyone.work();
    expect((await lessons()).at(-1)).toMatch(/^1 2027-02-20/);
    await anyone.moveTo('2027-05-01T00:00:00Z');
    expect((await lessons()).map((mail) => mail[0]).join('')).toBe('1234567812345678');
  });

  it('in the middle keeps four days between lessons, and happens once for two presses', async () => {
    const { anyone, learnPath, press, lessons } = await learner();
    await anyone.moveTo('2026-12-15T07:00:00Z');
    const enrollment = await current();
    await Promise.all([1, 2].map(() => anyone.post(`${learnPath}/restart`, { ...GO, enrollment })));
    expect(await press('restart', { enrollment })).toContain('had begun again already');
    expect(await count(enrollments)).toBe(2);
    await anyone.moveTo('2026-12-30T00:00:00Z');
    expect((await lessons()).slice(-2)).toEqual(['1 2026-12-22T06:30', '2 2026-12-29T06:30']);
  });

  it('while a lesson is on its way waits four days after it', async () => {
    const { anyone, press } = await learner();
    await anyone.pass(8 * DAY);
    await change(enrollments, { nextAt: null });
    await plantLesson(2);
    await press('restart', { enrollment: await current() });
    const due = Number(await value(enrollments, 'nextAt', undefined, desc(enrollments.id)));
    expect(due).toBeGreaterThan(Date.parse('2026-12-12T12:00:00Z') / 1000);
    await change(deliveries, { state: 'skipped' }, { state: 'sending' });
  });

  it('happens three times in 30 days, and says so at the fourth press', async () => {
    const { anyone, press, learnPath } = await learner();
    const again = async () => press('restart', { enrollment: await current() });
    for (let times = 0; times < 3; times++) expect(await again()).toContain('begins again');
    expect(await again()).toContain('can begin again 3 times in 30 days, and yours has');
    expect(await count(enrollments)).toBe(4);
    expect(await count(signups)).toBe(4);
    await anyone.pass(30 * DAY + 1);
    expect(await again()).toContain('begins again');
    expect(learnPath).toContain('/learn/');
  });

  it('takes no page from before, no forged enrollment, and nothing after a goodbye', async () => {
    const { press, anyone, unsubscribePath } = await learner();
    const before = await dump();
    for (const enrollment of ['999', '-1', 'x', '']) await press('restart', { enrollment });
    expect(await dump()).toEqual(before);
    await anyone.post(unsubscribePath);
    expect(await press('restart', { enrollment: await current() })).toContain('No course');
    expect(await count(enrollments)).toBe(1);
  });
});

describe('a mark', () => {
  it('is set and taken back by its button, and by nothing else', async () => {
    const { anyone, learnPath, press } = await learner();
    await anyone.get(`${learnPath}/lessons/1`);
    expect(await value(enrollments, 'readWeeks')).toBe(0);
    expect(await press('read', { lesson: '1' })).toContain('Lesson 1 is marked as read.');
    await press('read', { lesson: '1' });
    expect(await value(enrollments, 'readWeeks')).toBe(1);
    await press('read', { lesson: '1', read: 'no' });
    expect(await value(enrollments, 'readWeeks')).toBe(0);
  });
});

describe('the nudge', () => {
  const nudges = async (anyone: Visitor) =>
    (await anyone.mails(EMAIL)).filter((mail) => mail.subject.includes('can wait'));

  it('comes once, three days after the second lesson in a row without a mark', async () => {
    const { anyone, press } = await learner();
    await press('read', { lesson: '1' });
    await anyone.moveTo('2027-02-20T00:00:00Z');
    const [nudge, ...more] = await nudges(anyone);
    expect(nudge?.at.slice(0, 16)).toBe('2026-12-18T06:30');
    expect(more).toEqual([]);
  });

  it('never comes to somebody who has not used the mark', async () => {
    const { anyone } = await learner();
    await anyone.moveTo('2027-02-20T00:00:00Z');
    expect(await nudges(anyone)).toEqual([]);
  });

  it('does not come after a mark, when turned off, while paused, or after a goodbye', async () => {
    const preventions = [
      ['read', { lesson: '2' }],
      ['nudges', { nudges: 'off' }],
      ['pause', {}],
      ['unsubscribe', {}],
    ] as const;
    for (const [control, fields] of preventions) {
      await emptyLedger();
      const { anyone, press, unsubscribePath } = await learner();
      await press('read', { lesson: '1' });
      await anyone.moveTo('2026-12-16T00:00:00Z');
      if (control === 'unsubscribe') await anyone.post(unsubscribePath);
      else await press(control, fields);
      await anyone.moveTo('2026-12-21T00:00:00Z');
      expect(await nudges(anyone), control).toEqual([]);
    }
  });

  it('can be turned on again', async () => {
    const { press } = await learner();
    expect(await press('nudges', { nudges: 'off' })).toContain('is turned off');
    expect(await press('nudges', { nudges: 'on' })).toContain('is turned on');
    expect(await value(subscribers, 'nudgesOffAt')).toBeNull();
  });
});

it('what a goodbye says is kept without what would turn the words around it', async () => {
  const { anyone, unsubscribePath } = await learner();
  const goodbye = 'Too \u202eynam\u202c words\u2066\u001b[2J\r\nשלום\u200f';
  await anyone.post(unsubscribePath, { goodbye });
  expect(await value(subscribers, 'goodbye')).toBe('Too ynam words[2J\nשלום\u200f');
});

describe('coming back after a goodbye', () => {
  it('takes a fresh consent, by mail, from the page', async () => {
    const { anyone, press, unsubscribePath, lessons } = await learner();
    await anyone.post(unsubscribePath, { goodbye: 'Too many words' });
    expect(await value(subscribers, 'goodbye')).toBe('Too many words');
    expect(await press('return')).toContain('a link is on its way to your address');
    await anyone.moveTo('2026-12-05T00:00:00Z');
    expect(await lessons()).toHaveLength(1);
    await pressConfirm(anyone, await mailedPath(anyone, EMAIL, 'confirm'), SLOT);
    await anyone.work();
    expect(await lessons()).toHaveLength(2);
    expect(await pick(subscribers, ['goodbye', 'unsubscribedAt'])).toEqual([
      { goodbye: null, unsubscribedAt: null },
    ]);
    expect(await count(signups, { page: '/learn' })).toBe(1);
  });

  it('leaves the log as it was', async () => {
    const { anyone, learnPath, press, unsubscribePath } = await learner();
    const entry = { ...GO, lesson: '1', rev: '0', text: 'Nine seconds are long.' };
    const cookie = await deviceCookie(anyone);
    await anyone.post(`${learnPath}/log`, entry, { cookie });
    await anyone.post(unsubscribePath);
    await press('return');
    await anyone.moveTo('2026-12-05T00:00:00Z');
    await pressConfirm(anyone, await mailedPath(anyone, EMAIL, 'confirm'), SLOT);
    const opened = { cookie: await deviceCookie(anyone) };
    const page = await anyone.get(`${learnPath}/lessons/1`, opened);
    expect(await page.text()).toContain('Nine seconds are long.');
  });

  it('greets them by the name that they had chosen last', async () => {
    const { anyone, learnPath, press, unsubscribePath } = await learner();
    const cookie = await deviceCookie(anyone);
    await anyone.post(`${learnPath}/name`, { ...GO, first_name: 'Bo' }, { cookie });
    await anyone.post(unsubscribePath);
    await press('return');
    await anyone.work();
    const confirmPath = await mailedPath(anyone, EMAIL, 'confirm');
    expect(await words(await anyone.get(confirmPath))).toContain('Bo, when should it come?');
    await pressConfirm(anyone, confirmPath);
    expect(await value(subscribers, 'firstName')).toBe('Bo');
  });

  it('changes nothing for somebody whose course runs', async () => {
    const { press } = await learner();
    const before = await dump();
    expect(await press('return')).toContain('nothing to come back to');
    expect(await dump()).toEqual(before);
  });
});

/** How many batches wrote, and what was written outside of one. */
function batchesIn(log: string): { writing: number; outside: string[] } {
  const isWrite = (line: string) => /^prepare (INSERT|UPDATE|DELETE)/i.test(line);
  let writing = 0;
  let since: string[] = [];
  const outside: string[] = [];
  for (const line of log.split('\n')) {
    const size = /^batch of (\d+)$/.exec(line)?.[1];
    if (size === undefined) {
      since.push(line);
      continue;
    }
    const inside = since.splice(-Number(size));
    if (inside.some(isWrite)) writing += 1;
    outside.push(...since.filter(isWrite));
    since = [];
  }
  return { writing, outside: [...outside, ...since.filter(isWrite)] };
}

describe('every control', () => {
  const CONTROLS = [
    ...['slot', 'pause', 'resume', 'next', 'resend', 'restart', 'return', 'read', 'log'],
    ...['nudges', 'name', 'email', 'erase', 'open', 'close', 'revoke'],
  ];
  const FIELDS = {
    ...{ ...SLOT, weekday: '5', until: '', lesson: '1', enrollment: '1', nudges: 'off' },
    ...{ email: 'new@example.org', first_name: 'Bo', text: 'words', rev: '0' },
  };

  it('does nothing without the button’s own value', async () => {
    const { anyone, learnPath } = await learner();
    const before = await dump();
    for (const control of CONTROLS) {
      for (const go of ['', 'no', 'YES']) {
        const response = await anyone.post(`${learnPath}/${control}`, { ...FIELDS, go });
        expect(response.status, control).toBe(303);
      }
    }
    expect(await dump()).toEqual(before);
  });

  it('does nothing with a token that is damaged, another’s, or of another purpose', async () => {
    const { anyone, learnPath, confirmPath, unsubscribePath } = await learner();
    const other = await enrollByForm(anyone, 'other@example.org');
    const mixed = [...learnPath.split('.').slice(0, -1), other.learnPath.split('.').at(-1)];
    const before = await dump();
    const paths = [
      `${learnPath}x`,
      mixed.join('.'),
      confirmPath.replace('/confirm/', '/learn/'),
      unsubscribePath.replace('/unsubscribe/', '/learn/'),
      '/learn/%0d%0aX-Evil:%201',
    ];
    for (const path of paths) {
      for (const control of CONTROLS) {
        const response = await anyone.post(`${path}/${control}`, { ...FIELDS, ...GO });
        expect(response.status, `${path} ${control}`).toBe(404);
      }
    }
    expect(await dump()).toEqual(before);
  });

  it.each(CONTROLS)('commits one batch and writes nothing beside it: %s', async (control) => {
    const { anyone, learnPath, unsubscribePath } = await learner();
    if (control === 'resume') await anyone.post(`${learnPath}/pause`, GO);
    if (control === 'return') await anyone.post(unsubscribePath);
    const { DB, counts } = countingDatabase();
    const metered = visitor({ DB });
    const enrollment = String(
      await value(enrollments, 'signupId', undefined, desc(enrollments.id)),
    );
    const cookie = await deviceCookie(anyone);
    counts();
    const before = await dump();
    await metered.post(`${learnPath}/${control}`, { ...FIELDS, enrollment, ...GO }, { cookie });
    const { writing, outside } = batchesIn(counts());
    expect(outside).toEqual([]);
    expect(writing).toBe(1);
    expect(await dump()).not.toEqual(before);
  });

  it.each(['open', 'address', 'undo', 'erase', 'come back', 'unsubscribe', 'say why'] as const)(
    'behind a mailed link commits one batch and writes nothing beside it: %s',
    async (link) => {
      const { anyone, learnPath, unsubscribePath } = await learner();
      const cookie = await deviceCookie(anyone);
      const mailed = async (kind: string, to = EMAIL) => {
        await anyone.work();
        return mailedPath(anyone, to, kind);
      };
      const ask = async (control: string) => {
        const response = await anyone.post(
          `${learnPath}/${control}`,
          { ...FIELDS, ...GO },
          { cookie },
        );
        expect(response.status).toBe(303);
      };
      const paths = {
        open: async () => {
          await ask('open');
          return mailed('open');
        },
        address: async () => {
          await ask('email');
          return mailed('address', FIELDS.email);
        },
        undo: async () => {
          await ask('email');
          await anyone.post(await mailed('address', FIELDS.email), GO);
          return mailed('address');
        },
        erase: async () => {
          await ask('erase');
          return mailed('erase');
        },
        'come back': async () => {
          await anyone.post(unsubscribePath);
          await ask('return');
          return mailed('confirm');
        },
        unsubscribe: async () => unsubscribePath,
        'say why': async () => {
          await anyone.post(unsubscribePath);
          return unsubscribePath;
        },
      };
      const path = await paths[link]();
      const before = await dump();
      const { DB, counts } = countingDatabase();
      const goodbye = link === 'say why' ? { goodbye: 'Too many words' } : {};
      const answer = await visitor({ DB }).post(path, { ...GO, ...SLOT, ...goodbye });
      const { writing, outside } = batchesIn(counts());
      expect(answer.status).toBeLessThan(400);
      expect(outside).toEqual([]);
      expect(writing).toBe(1);
      expect(await dump()).not.toEqual(before);
    },
  );

  it('takes the naughtiest lengths without a fault', async () => {
    const { anyone, learnPath } = await learner();
    const long = 'x'.repeat(100_000);
    for (const control of CONTROLS) {
      const fields = Object.fromEntries(Object.keys(FIELDS).map((name) => [name, long]));
      const response = await anyone.post(`${learnPath}/${control}`, { ...fields, ...GO });
      expect(response.status, control).toBeLessThan(500);
    }
  });
});
