import { env } from 'cloudflare:workers';
import { desc, lt, sql } from 'drizzle-orm';
import { afterEach, describe, expect, it } from 'vitest';
import { lessons } from '../../src/course/course.ts';
import {
  batches,
  deliveries,
  devices,
  enrollments,
  events,
  links,
  mailbox,
  subscribers,
  suppressions,
} from '../../src/db/schema.ts';
import { recordEvent } from '../../src/delivery/record-event.ts';
import { calendarOf } from '../../src/enrollment/calendar.ts';
import { settingsOf } from '../../src/env.ts';
import { randomId } from '../../src/id.ts';
import { suppress as suppressByHand } from '../../src/suppression/suppress.ts';
import { naughtyStrings } from '../cases/naughty-strings.ts';
import { eventOfRow } from '../support/events.ts';
import { broken, emptyLedger } from '../support/ledger.ts';
import {
  deviceCookie,
  enrollByForm,
  mailedPath,
  pressConfirm,
  signUpByForm,
  suppress,
} from '../support/people.ts';
import { plantBatch, plantLesson } from '../support/plant.ts';
import { change, count, dump, pick, remove, value } from '../support/rows.ts';
import { DAY, see, type Visitor, visitor } from '../support/visitor.ts';

const EMAIL = 'wilhelmina@example.org';
const NEW = 'mina@elsewhere.example';
const GO = { go: 'yes' };
const MINUTES = 60;

const words = async (response: Response) => (await see(response)).text.replace(/\s+/g, ' ');

afterEach(async () => {
  expect(await broken()).toEqual([]);
});

async function learner(anyone: Visitor = visitor()) {
  await anyone.setTime('2026-11-30T12:00:00Z');
  const paths = await enrollByForm(anyone, EMAIL);
  const cookie = await deviceCookie(anyone, EMAIL);
  const { learnPath } = paths;
  /** Presses a control on the opened device and hands back the page's words. */
  const press = async (control: string, fields: Record<string, string> = {}, jar = cookie) => {
    const path = `${learnPath}/${control}`;
    const response = await anyone.post(path, { ...GO, ...fields }, { cookie: jar });
    const next = response.headers.get('location');
    return words(next === null ? response : await anyone.get(next, { cookie: jar }));
  };
  /** What stands in the log of lesson 1 on the opened device. */
  const log = async () => (await see(await anyone.get(`${learnPath}/lessons/1`, { cookie }))).text;
  return { anyone, cookie, press, log, ...paths };
}

/** The link of a kind in the newest mail to an address, after a minute of the service. */
async function mailed(anyone: Visitor, email: string, kind: string): Promise<string> {
  await anyone.work();
  return mailedPath(anyone, email, kind);
}

describe('a device', () => {
  it('opens what is private after one mailed link, which works once', async () => {
    const { anyone, learnPath, press } = await learner();
    expect(await words(await anyone.get(learnPath))).not.toContain('Erase everything');
    expect(await press('open', {}, '')).toContain('A link is on its way to your address.');
    const open = await mailed(anyone, EMAIL, 'open');
    expect(await words(await anyone.get(open))).toContain('Open on this device');
    const opened = await anyone.post(open, GO);
    const set = opened.headers.get('set-cookie') ?? '';
    expect(set).toMatch(/^room=d\.\S+; Max-Age=7776000; Path=\/; HttpOnly; SameSite=Lax$/);
    expect(opened.headers.get('location')).toMatch(`${learnPath}?done=opened#private`);
    const cookie = set.split(';')[0] ?? '';
    expect(await words(await anyone.get(learnPath, { cookie }))).toContain('Erase everything');
    // Again on this device it leads on; anywhere else it has ended.
    expect((await anyone.post(open, GO, { cookie })).status).toBe(303);
    const second = await anyone.post(open, GO);
    expect([second.status, second.headers.get('set-cookie')]).toEqual([410, null]);
  });

  it('is not opened by a GET, without the button, after 15 minutes, or by an older link', async () => {
    const { anyone, press } = await learner();
    await press('open', {}, '');
    const open = await mailed(anyone, EMAIL, 'open');
    const before = await dump();
    for (const response of [await anyone.get(open), await anyone.post(open, {})]) {
      expect(response.headers.get('set-cookie')).toBeNull();
    }
    expect(await dump()).toEqual(before);
    await anyone.pass(2 * MINUTES);
    await press('open', {}, '');
    const newer = await mailed(anyone, EMAIL, 'open');
    expect((await anyone.post(open, GO)).status).toBe(410);
    await anyone.pass(15 * MINUTES);
    expect((await anyone.post(newer, GO)).status).toBe(410);
    // Within the hour nothing is left of them.
    await anyone.pass(60 * MINUTES);
    await anyone.work();
    expect(await count(links)).toBe(0);
  });

  it('is asked for once by two presses, and not without end', async () => {
    const { anyone, learnPath, press } = await learner();
    await Promise.all([1, 2].map(() => anyone.post(`${learnPath}/open`, GO)));
    await anyone.work();
    const opens = async () =>
      (await anyone.mails(EMAIL)).filter(({ subject }) => subject.includes('private')).length;
    expect(await opens()).toBe(1);
    for (let time = 0; time < 12; time++) {
      await anyone.pass(2 * MINUTES);
      await press('open', {}, '');
      await anyone.work();
    }
    expect(await opens()).toBe(8);
    expect(await press('open', {}, '')).toContain('You have asked for many links lately.');
  });

  it.each([
    [
      'another’s',
      async (anyone: Visitor) => {
        await enrollByForm(anyone, 'other@example.org');
        return deviceCookie(anyone, 'other@example.org');
      },
    ],
    ['damaged', async (anyone: Visitor) => `${await deviceCookie(anyone, EMAIL)}x`],
    ['too old', async (anyone: Visitor) => deviceCookie(anyone, EMAIL, -1)],
    ['a personal link', async (_: Visitor, path: string) => path.replace('/learn/', 'room=')],
    ['nothing', async () => 'room='],
  ])('with a cookie that is %s opens nothing', async (_, cookieOf) => {
    const { anyone, learnPath, log, press } = await learner();
    await press('log', { lesson: '1', rev: '0', text: 'a secret line' });
    expect(await log()).toContain('a secret line');
    const cookie = await cookieOf(anyone, learnPath);
    const before = await dump();
    expect((await anyone.get(`${learnPath}/export.json`, { cookie })).status).toBe(409);
    const page = await words(await anyone.get(`${learnPath}/lessons/1`, { cookie }));
    expect(page).not.toContain('a secret line');
    for (const control of ['name', 'email', 'erase', 'log']) {
      const fields = { lesson: '1', rev: '1', text: 'x', first_name: 'Bo', email: NEW };
      expect(await press(control, fields, cookie)).toMatch(/private to/i);
    }
    expect(await dump()).toEqual(before);
  });

  it('closes again by its button, and what its cookie said opens nothing any more', async () => {
    const { anyone, learnPath, cookie } = await learner();
    const other = await deviceCookie(anyone, EMAIL);
    const closed = await anyone.post(`${learnPath}/close`, GO, { cookie });
    expect(closed.headers.get('set-cookie')).toBe('room=; Max-Age=0; Path=/');
    // A copy of the cookie, or a browser that kept it.
    expect((await anyone.get(`${learnPath}/export.json`, { cookie })).status).toBe(409);
    expect((await anyone.get(`${learnPath}/export.json`, { cookie: other })).status).toBe(200);
  });

  it('closes every device of its learner by the other button, and nobody else’s', async () => {
    const { anyone, learnPath, cookie, press } = await learner();
    const other = await deviceCookie(anyone, EMAIL);
    const theirs = await enrollByForm(anyone, 'other@example.org');
    const stranger = await deviceCookie(anyone, 'other@example.org');
    const shut = async (path: string, jar: string) =>
      (await anyone.get(`${path}/export.json`, { cookie: jar })).status === 409;
    // Whoever holds a forwarded lesson closes nothing.
    await press('close', { devices: 'all' }, stranger);
    expect(await shut(learnPath, cookie)).toBe(false);
    expect(await shut(theirs.learnPath, stranger)).toBe(true);
    expect(await press('close', { devices: 'all' })).toContain('closed on every device');
    expect(await shut(learnPath, cookie)).toBe(true);
    expect(await shut(learnPath, other)).toBe(true);
    expect(await count(devices)).toBe(0);
  });

  it('ends with the links, with a change of address, and with its learner', async () => {
    for (const end of ['revoke', 'address', 'erase'] as const) {
      await emptyLedger();
      const { anyone, learnPath, cookie, press } = await learner();
      expect(await count(devices)).toBe(1);
      if (end === 'revoke') await anyone.post(`${learnPath}/revoke`, GO);
      if (end === 'address') {
        await press('email', { email: NEW });
        await anyone.post(await mailed(anyone, NEW, 'address'), GO);
      }
      if (end === 'erase') {
        await press('erase');
        await anyone.post(await mailed(anyone, EMAIL, 'erase'), GO, { cookie });
      }
      expect(await count(devices), end).toBe(0);
    }
  });

  it('is forgotten within the hour once its 90 days are over, and not before', async () => {
    const { anyone, learnPath, press } = await learner();
    await press('open', {}, '');
    const opened = await anyone.post(await mailed(anyone, EMAIL, 'open'), GO);
    const jar = opened.headers.get('set-cookie')?.split(';')[0] ?? '';
    const latest = await value(devices, 'expiresAt', undefined, desc(devices.expiresAt));
    await remove(devices, lt(devices.expiresAt, latest ?? 0));
    await anyone.pass(89 * DAY);
    await anyone.work();
    expect((await anyone.get(`${learnPath}/export.json`, { cookie: jar })).status).toBe(200);
    await anyone.pass(DAY);
    expect((await anyone.get(`${learnPath}/export.json`, { cookie: jar })).status).toBe(409);
    await anyone.pass(60 * MINUTES);
    await anyone.work();
    expect(await count(devices)).toBe(0);
  });

  it('that is opened for another learner is no longer the one’s: a browser keeps one', async () => {
    const { anyone, learnPath, cookie } = await learner();
    const other = await enrollByForm(anyone, 'other@example.org');
    await anyone.post(`${other.learnPath}/open`, GO);
    const open = await mailed(anyone, 'other@example.org', 'open');
    const opened = await anyone.post(open, GO, { cookie });
    const jar = opened.headers.get('set-cookie')?.split(';')[0] ?? '';
    expect((await anyone.get(`${learnPath}/export.json`, { cookie })).status).toBe(409);
    expect((await anyone.get(`${other.learnPath}/export.json`, { cookie: jar })).status).toBe(200);
    expect(await count(devices)).toBe(1);
  });

  it('is held by its cookie to this host and to https, wherever there is https', async () => {
    const host = 'https://localhost:8787';
    const anyone = visitor({ BASE_URL: host }, host);
    const { learnPath } = await enrollByForm(anyone, EMAIL);
    await anyone.post(`${learnPath}/open`, GO);
    const open = await mailed(anyone, EMAIL, 'open');
    const set = (await anyone.post(open, GO)).headers.get('set-cookie') ?? '';
    expect(set).toMatch(
      /^__Host-room=d\.\S+; Max-Age=7776000; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
    const jar = set.split(';')[0] ?? '';
    expect((await anyone.get(`${learnPath}/export.json`, { cookie: jar })).status).toBe(200);
    // What any other host of the domain could set opens nothing.
    const planted = { cookie: jar.replace('__Host-', '') };
    expect((await anyone.get(`${learnPath}/export.json`, planted)).status).toBe(409);
    const closed = await anyone.post(`${learnPath}/close`, GO, { cookie: jar });
    expect(closed.headers.get('set-cookie')).toBe('__Host-room=; Max-Age=0; Path=/; Secure');
  });
});

describe('the practice log', () => {
  it('is saved by its button, read back, and in the export', async () => {
    const { anyone, learnPath, cookie, press, log } = await learner();
    const text = 'Two breaths.\r\nThen the question.';
    await press('log', { lesson: '1', rev: '0', text });
    expect(await log()).toContain('Two breaths.\nThen the question.');
    const answer = await anyone.get(`${learnPath}/export.json`, { cookie });
    expect(answer.headers.get('content-disposition')).toContain('attachment');
    const data: Record<string, unknown> = await answer.json();
    expect(data.log).toMatchObject([{ lesson: 1, text: 'Two breaths.\nThen the question.' }]);
    expect(data.subscriber).toMatchObject({ email: EMAIL, firstName: 'Ana' });
    for (const list of ['signups', 'enrollments', 'deliveries']) expect(data[list]).not.toEqual([]);
  });

  it('speaks JSON to its script, and says the rev that the next save needs', async () => {
    const { anyone, learnPath, cookie, log } = await learner();
    const json = { cookie, accept: 'application/json' };
    const save = (text: string, rev: string) =>
      anyone.post(`${learnPath}/log`, { ...GO, lesson: '1', text, rev }, json);
    expect(await (await save('one', '0')).json()).toEqual({ rev: 1 });
    expect(await (await save('one', '0')).json()).toEqual({ rev: 1 });
    expect(await (await save('two', '1')).json()).toEqual({ rev: 2 });
    expect((await save('third words', '1')).status).toBe(409);
    expect(await log()).toContain('two');
    expect(await log()).not.toContain('third words');
    const shut = await anyone.post(
      `${learnPath}/log`,
      { ...GO, lesson: '1', text: 'x' },
      { accept: json.accept },
    );
    expect(shut.status).toBe(409);
  });

  it('loses nothing when two windows write: both texts are shown, and one more press decides', async () => {
    const { anyone, learnPath, cookie, press, log } = await learner();
    await press('log', { lesson: '1', rev: '0', text: 'from the first window' });
    const stale = { ...GO, lesson: '1', rev: '0', text: 'from the second window' };
    const answer = await anyone.post(`${learnPath}/log`, stale, { cookie });
    expect(answer.status).toBe(409);
    const page = await see(answer);
    expect(page.text).toContain('from the first window');
    expect(page.text).toContain('from the second window');
    const rev = page.all('input').find(({ name }) => name === 'rev')?.value ?? '';
    await press('log', { ...stale, rev });
    expect(await log()).toContain('from the second window');
    expect(await log()).not.toContain('from the first window');
  });

  it('takes every naughty string as plain text, and hands back what is too long', async () => {
    const { anyone, learnPath, cookie } = await learner();
    const json = { cookie, accept: 'application/json' };
    let rev = 0;
    for (const text of naughtyStrings) {
      const fields = { ...GO, lesson: '1', text, rev: String(rev) };
      const answer = await anyone.post(`${learnPath}/log`, fields, json);
      expect(answer.status, text).toBe(200);
      rev = ((await answer.json()) as { rev: number }).rev;
    }
    const all = naughtyStrings.join('\n').slice(0, 9000);
    await anyone.post(
      `${learnPath}/log`,
      { ...GO, lesson: '1', text: all, rev: String(rev) },
      json,
    );
    const page = await see(await anyone.get(`${learnPath}/lessons/1`, { cookie }));
    expect(page.all('script').length).toBe(1);
    expect(page.all('textarea').length).toBe(1);
    for (const long of ['x'.repeat(100_000), '漢'.repeat(100_000)]) {
      const answer = await anyone.post(
        `${learnPath}/log`,
        { ...GO, lesson: '1', text: long, rev: '0' },
        { cookie },
      );
      expect(answer.status).toBe(422);
      const again = await see(answer);
      expect(again.text).toContain(long);
      expect(again.text).toContain('Nothing has been saved');
    }
  });

  it('is never in a mail or on the operator’s pages', async () => {
    const { anyone, press } = await learner();
    await press('log', { lesson: '1', rev: '0', text: 'a secret line' });
    await anyone.moveTo('2027-02-20T00:00:00Z');
    const mails = JSON.stringify(await pick(mailbox, ['mail']));
    expect(mails).not.toContain('a secret line');
    const headers = { authorization: `Bearer ${settingsOf(env).operatorToken}` };
    const id = Number(await value(subscribers, 'id')).toString(36);
    const view = await anyone.get(`/operator/api/subscribers/sub_${id}`, headers);
    expect(view.status).toBe(200);
    expect(await view.text()).not.toContain('a secret line');
  });
});

describe('the name', () => {
  it('is changed on the opened device, as plain text', async () => {
    const { press } = await learner();
    expect(await press('name', { first_name: ' Mina\r\nBcc: x ' })).toContain(
      'greeted as Mina Bcc: x.',
    );
    for (const name of naughtyStrings) await press('name', { first_name: name });
    expect(await press('name', { first_name: '' })).toContain('without a name');
  }, 60_000);
});

describe('a course that stopped because mail came back', () => {
  it('goes on once a mailed link was opened, and not before', async () => {
    const { anyone, learnPath, press } = await learner();
    await change(enrollments, {
      state: 'paused',
      pauseReason: 'bounces',
      nextAt: null,
      rev: sql`${enrollments.rev} + 1`,
    });
    expect(await words(await anyone.get(learnPath))).toContain(
      'It goes on once a mail has reached you again',
    );
    // A device that was opened while mail still came proves nothing.
    expect(await press('resume')).toContain('The course waits because of your address');
    expect(await press('open', {}, '')).toContain('A link is on its way to your address.');
    const open = await mailed(anyone, EMAIL, 'open');
    await anyone.get(open);
    await anyone.post(open, {});
    expect(await value(enrollments, 'pauseReason')).toBe('bounces');
    const opened = await anyone.post(open, GO);
    const page = await words(await anyone.get(opened.headers.get('location') ?? ''));
    expect(page).toContain('Mail reaches you, so your course goes on.');
    expect(await pick(enrollments, ['state', 'pauseReason'])).toEqual([
      { state: 'active', pauseReason: null },
    ]);
    await anyone.moveTo('2026-12-09T00:00:00Z');
    expect((await anyone.mails(EMAIL)).at(-1)?.lesson).toBe(2);
  });

  it('waits on where the address is never mailed, and says whom to ask', async () => {
    const { anyone, learnPath } = await learner();
    const ctx = await anyone.context();
    await suppressByHand(ctx, { whose: { email: EMAIL }, actor: 'operator:x', reason: 'by phone' });
    const page = await words(await anyone.get(learnPath));
    expect(page).toContain('Write to us and we will look into it with you.');
    expect(page).not.toContain('If mail reaches you again');
  });
});

describe('a new address', () => {
  async function moved() {
    const { press, ...rest } = await learner();
    await press('log', { lesson: '1', rev: '0', text: 'mine' });
    expect(await press('email', { email: ` ${NEW.toUpperCase()} ` })).toContain(
      'on its way to the new address',
    );
    const link = await mailed(rest.anyone, NEW, 'address');
    return { press, link, ...rest };
  }

  it('is confirmed from there; the earlier one is told, and its links end', async () => {
    const { anyone, link, learnPath } = await moved();
    // Somebody else's, perhaps: they learn no name and cannot end the course.
    const asked = (await anyone.mails(NEW)).at(-1);
    expect(JSON.stringify(asked)).not.toMatch(/Ana|\/unsubscribe\//i);
    expect(asked?.headers['List-Unsubscribe']).toMatch(/^<http\S+\/not-me\/\S+>$/);
    const before = await dump();
    expect(await words(await anyone.get(link))).toContain(NEW);
    await anyone.post(link, {});
    expect(await dump()).toEqual(before);
    for (const time of [1, 2]) {
      expect(await words(await anyone.post(link, GO)), `${time}`).toContain(
        'Your address is changed',
      );
    }
    expect(await value(subscribers, 'email')).toBe(NEW);
    expect((await anyone.get(learnPath)).status).toBe(404);
    const fresh = await mailed(anyone, NEW, 'learn');
    expect((await anyone.get(fresh)).status).toBe(200);
    const told = (await anyone.mails(EMAIL)).at(-1);
    expect(told?.subject).toContain('another address');
    expect(told?.text).not.toContain('/learn/');
    expect(told?.text).not.toContain(NEW);
    await anyone.moveTo('2026-12-09T00:00:00Z');
    expect((await anyone.mails(NEW)).at(-1)?.lesson).toBe(2);
    expect((await anyone.mails(EMAIL)).filter(({ lesson }) => lesson === 2)).toEqual([]);
  });

  it('keeps log, export, address and erasure shut for seven days', async () => {
    const { anyone, link } = await moved();
    await anyone.post(link, GO);
    const fresh = await mailed(anyone, NEW, 'learn');
    const cookie = await deviceCookie(anyone, NEW, 90 * DAY);
    const shut = async () => (await anyone.get(`${fresh}/export.json`, { cookie })).status;
    expect(await shut()).toBe(409);
    const before = await dump();
    for (const [control, fields] of [
      ['email', { email: 'third@example.org' }],
      ['erase', {}],
      ['log', { lesson: '1', rev: '1', text: 'overwritten' }],
    ] as const) {
      await anyone.post(`${fresh}/${control}`, { ...GO, ...fields }, { cookie });
    }
    expect(await dump()).toEqual(before);
    expect(await words(await anyone.get(fresh, { cookie }))).toContain(
      'the earlier address can undo',
    );
    await anyone.pass(7 * DAY + 1);
    expect(await shut()).toBe(200);
  });

  it('is undone by the earlier one within seven days, with everything in place', async () => {
    const { anyone, link } = await moved();
    await anyone.post(link, GO);
    const undo = await mailed(anyone, EMAIL, 'address');
    const taken = await mailedPath(anyone, NEW, 'learn');
    // Whoever holds the new address tries to keep it.
    await anyone.post(`${taken}/revoke`, GO);
    await anyone.post('/signup', { email: EMAIL, first_name: 'Eve' });
    await anyone.work();
    await anyone.pass(6 * DAY);
    expect(await words(await anyone.get(undo))).toContain(EMAIL);
    expect(await words(await anyone.post(undo, GO))).toContain('Your address stays');
    expect(await pick(subscribers, ['email', 'lockedUntil'])).toEqual([
      { email: EMAIL, lockedUntil: null },
    ]);
    const back = await mailed(anyone, EMAIL, 'learn');
    const cookie = await deviceCookie(anyone, EMAIL);
    const data: { log: unknown } = await (
      await anyone.get(`${back}/export.json`, { cookie })
    ).json();
    expect(data.log).toMatchObject([{ text: 'mine' }]);
    expect((await anyone.get(await mailedPath(anyone, NEW, 'learn'))).status).toBe(404);
  });

  it('cannot be undone after seven days, nor confirmed after 15 minutes', async () => {
    const { anyone, link } = await moved();
    await anyone.pass(16 * MINUTES);
    expect((await anyone.post(link, GO)).status).toBe(410);
    await emptyLedger();
    const { anyone: other, press } = await learner();
    await press('email', { email: 'third@example.org' });
    await other.post(await mailed(other, 'third@example.org', 'address'), GO);
    const undo = await mailed(other, EMAIL, 'address');
    await other.pass(7 * DAY + 1);
    expect((await other.post(undo, GO)).status).toBe(410);
  });

  it('that belongs to another learner, or may not be mailed, changes nothing', async () => {
    const { anyone } = await learner();
    await enrollByForm(anyone, NEW);
    await anyone.pass(DAY + 60);
    const jar = await deviceCookie(anyone, EMAIL);
    const press = async (control: string, fields: Record<string, string>) => {
      const headers = { cookie: jar };
      const response = await anyone.post(`${learnPath}/${control}`, { ...GO, ...fields }, headers);
      const next = response.headers.get('location');
      return words(next === null ? response : await anyone.get(next, headers));
    };
    const learnPath = await mailedPath(anyone, EMAIL, 'learn');
    await press('email', { email: NEW });
    const link = await mailed(anyone, NEW, 'address');
    const before = await dump();
    const answer = await anyone.post(link, GO);
    expect(answer.status).toBe(409);
    expect(await dump()).toEqual(before);
    await suppress(anyone, 'never@example.org');
    expect(await press('email', { email: 'never@example.org' })).toContain(
      'If mail may go there, a link is on its way to the new address.',
    );
    await anyone.work();
    expect(await anyone.mails('never@example.org')).toEqual([]);
    expect(await press('email', { email: EMAIL })).toContain('This is the address that you have.');
    for (const typed of [
      '',
      'nobody',
      'a@b',
      `${'x'.repeat(300)}@example.org`,
      'a@example.org\r\nBcc: b@example.org',
    ]) {
      expect(await press('email', { email: typed })).toMatch(
        /Please (enter|check)|does not look like/,
      );
    }
  });

  it('with a lesson on its way: that one goes to the earlier address, once, and the course goes on', async () => {
    const { anyone, link } = await moved();
    const hash = await value(subscribers, 'emailHash');
    await plantLesson(2);
    await change(enrollments, { nextAt: null });
    await anyone.post(link, GO);
    expect(await pick(deliveries, ['toHash', 'state'], { lesson: 2 })).toEqual([
      { toHash: hash, state: 'sending' },
    ]);
    // Its bounce is the earlier address's, and stops nothing at the new one.
    const delivery = Number(await value(deliveries, 'id', { lesson: 2 }));
    const ctx = await anyone.context();
    const bounce = await eventOfRow(ctx, delivery, EMAIL, 'hard-bounce');
    expect(await recordEvent(ctx, bounce)).toBe(true);
    expect(await pick(suppressions, ['hash'])).toEqual([{ hash }]);
    expect(await value(enrollments, 'state')).toBe('active');
  });

  it('starts with no bounces: those of the earlier one are not counted against it', async () => {
    const { anyone, link } = await moved();
    const ctx = await anyone.context();
    const bounce = async (address: string, times: number) => {
      for (let time = 1; time <= times; time++) {
        const id = randomId();
        const resent = { id, kind: 'resend', lane: 'prompt', state: 'sent' } as const;
        await plantLesson(1, { ...resent, enrollmentId: null });
        await recordEvent(ctx, await eventOfRow(ctx, id, address, 'soft-bounce'));
      }
    };
    await bounce(EMAIL, 4);
    await anyone.post(link, GO);
    await anyone.work();
    await bounce(NEW, 4);
    expect(await count(events, { kind: 'soft-bounce' })).toBe(8);
    expect(await value(enrollments, 'state')).toBe('active');
    await bounce(NEW, 1);
    expect(await value(enrollments, 'pauseReason')).toBe('bounces');
  });

  it('leaves the learner’s own pause as it is, where the earlier one had stopped the course, too', async () => {
    const { anyone, press, link } = await moved();
    await press('pause', { until: '2027-01-10' });
    const hash = await value(subscribers, 'emailHash');
    const ctx = await anyone.context();
    await suppressByHand(ctx, {
      whose: { email: EMAIL },
      actor: 'operator:mira',
      reason: 'by phone',
    });
    await anyone.post(link, GO);
    expect(await value(subscribers, 'emailHash')).not.toBe(hash);
    expect(
      await pick(enrollments, {
        state: enrollments.state,
        pauseReason: enrollments.pauseReason,
        nextAt: enrollments.nextAt,
        until: sql`date(${enrollments.resumeAt}, 'unixepoch', '12 hours')`,
      }),
    ).toEqual([{ state: 'paused', pauseReason: null, nextAt: null, until: '2027-01-10' }]);
  });

  it('makes a course go on that had stopped because of the earlier one', async () => {
    const { anyone, link } = await moved();
    await change(enrollments, {
      state: 'paused',
      pauseReason: 'bounces',
      nextAt: null,
      rev: sql`${enrollments.rev} + 1`,
    });
    await anyone.post(link, GO);
    await anyone.moveTo('2026-12-09T00:00:00Z');
    expect((await anyone.mails(NEW)).at(-1)?.lesson).toBe(2);
  });
});

describe('erasure', () => {
  async function asked() {
    const { press, ...rest } = await learner();
    await press('log', { lesson: '1', rev: '0', text: 'mine alone' });
    await press('read', { lesson: '1' });
    expect(await press('erase')).toContain('the last step');
    return { press, link: await mailed(rest.anyone, EMAIL, 'erase'), ...rest };
  }

  it('is confirmed by mail, and leaves the fingerprint and the dates', async () => {
    const { anyone, link, learnPath, unsubscribePath } = await asked();
    const before = await dump();
    await anyone.get(link);
    await anyone.post(link, {});
    expect(await dump()).toEqual(before);
    for (const time of [1, 2]) {
      expect(await words(await anyone.post(link, GO)), `${time}`).toContain('Everything is erased');
    }
    const left = await dump();
    for (const table of [
      'subscribers',
      'signups',
      'enrollments',
      'deliveries',
      'log_entries',
      'links',
      'acts',
      'mailbox',
    ]) {
      expect(left[table], table).toEqual([]);
    }
    expect(JSON.stringify(left)).not.toMatch(new RegExp(`${EMAIL}|Ana|mine alone`));
    expect(left.erasures).toHaveLength(1);
    expect((await anyone.get(learnPath)).status).toBe(404);
    expect((await anyone.post(unsubscribePath)).status).toBe(200);
    await anyone.moveTo('2027-02-01T00:00:00Z');
    expect(await anyone.mails()).toEqual([]);
  });

  it('while a batch is leased takes log and name at once, and the rest when it settles', async () => {
    const { anyone, link } = await asked();
    const onItsWay = { state: 'open', frozen: '[]', leaseUntil: 9e15, unanswered: 1 } as const;
    const batchId = await plantBatch({ ...onItsWay, frozenAt: Date.now() });
    await plantLesson(2, { batchId });
    await change(enrollments, { nextAt: null });
    expect(await words(await anyone.post(link, GO))).toContain('may still arrive');
    expect(JSON.stringify(await dump())).not.toMatch(new RegExp(`${EMAIL}|mine alone`));
    expect(await count(subscribers)).toBe(1);
    await change(deliveries, { state: 'sent' }, { lesson: 2 });
    await change(batches, { state: 'accepted', frozen: null });
    await anyone.work();
    expect(await count(subscribers)).toBe(0);
  });

  it('does not happen after 15 minutes, or by a link of another purpose or person', async () => {
    const { anyone, link, learnPath } = await asked();
    const open = link.replace('/erase/e.', '/erase/o.');
    const paths = [
      open,
      learnPath.replace('/learn/', '/erase/'),
      '/erase/x',
      '/erase/%0d%0aX: y',
      `${link}x`,
    ];
    const before = await dump();
    for (const path of paths) {
      expect((await anyone.get(path)).status, path).toBe(404);
      expect((await anyone.post(path, GO)).status, path).toBe(404);
      expect((await anyone.post(path, {})).status, path).toBe(404);
    }
    await anyone.pass(15 * MINUTES);
    expect((await anyone.post(link, GO)).status).toBe(410);
    const { pulse: _then, ...was } = before;
    const { pulse: _now, ...is } = await dump();
    expect(is).toEqual(was);
  });
});

describe('a link that was sent to somebody else', () => {
  it('ends with all the others, and the learner gets a new one', async () => {
    const { anyone, learnPath, cookie } = await learner();
    expect(await words(await anyone.post(`${learnPath}/revoke`, GO))).toContain(
      'All links have ended',
    );
    expect((await anyone.get(learnPath)).status).toBe(404);
    expect((await anyone.post(`${learnPath}/revoke`, GO)).status).toBe(404);
    const fresh = await mailed(anyone, EMAIL, 'learn');
    expect(fresh).not.toBe(learnPath);
    expect(await words(await anyone.get(fresh, { cookie }))).not.toContain('Erase everything');
    await anyone.moveTo('2026-12-09T00:00:00Z');
    expect((await anyone.get(await mailedPath(anyone, EMAIL, 'learn'))).status).toBe(200);
  });
});

describe('the calendar', () => {
  /** The address that the learner's page links to. */
  const addressOf = async (anyone: Visitor, learnPath: string) => {
    const page = await see(await anyone.get(learnPath));
    const links = page.all('a').map(({ href = '' }) => href);
    return links.find((href) => href.endsWith('/calendar.ics'));
  };
  /** What a calendar reads that has subscribed while the course ran. */
  const addresses = new Map<string, string>();
  const events = async (anyone: Visitor, learnPath: string) => {
    const address = (await addressOf(anyone, learnPath)) ?? addresses.get(learnPath) ?? '';
    addresses.set(learnPath, address);
    const answer = await anyone.get(address);
    expect(answer.headers.get('content-type')).toBe('text/calendar; charset=utf-8');
    const text = await answer.text();
    expect(text).not.toContain(learnPath.split('/').at(-1) ?? '');
    // RFC 5545, 3.1: at most 75 octets, and one component at least (3.4).
    for (const line of text.split('\r\n')) {
      expect(new TextEncoder().encode(line).length, line).toBeLessThanOrEqual(75);
      expect(line.isWellFormed()).toBe(true);
    }
    expect(text).toMatch(/\r\nBEGIN:V(EVENT|TIMEZONE)\r\n/);
    const unfolded = text.replaceAll('\r\n ', '');
    const all = (name: string) =>
      [...unfolded.matchAll(new RegExp(`^${name}[:;](.*)$`, 'gm'))].map(([, found = '']) =>
        found.trim(),
      );
    const starts = all('DTSTART').filter((start) => start.endsWith('Z'));
    return { uids: all('UID'), starts, sequences: all('SEQUENCE'), all };
  };
  /** RFC 5545, 3.3.11. */
  const unescaped = (text: string) => text.replace(/\\([\\;,])/g, '$1');

  it('is read by an address of its own, which opens nothing else', async () => {
    const { anyone, learnPath, cookie } = await learner();
    const address = (await addressOf(anyone, learnPath)) ?? '';
    expect(address).not.toContain(learnPath);
    expect((await anyone.get(address)).status).toBe(200);
    const page = address.replace('/calendar.ics', '');
    const before = await dump();
    for (const path of [page, `${page}/lessons/1`, `${page}/export.json`]) {
      expect((await anyone.get(path, { cookie })).status, path).toBe(404);
    }
    for (const control of ['pause', 'slot', 'log', 'open', 'erase', 'revoke']) {
      expect((await anyone.post(`${page}/${control}`, GO, { cookie })).status, control).toBe(404);
    }
    for (const kind of ['open', 'address', 'erase', 'confirm', 'unsubscribe']) {
      expect((await anyone.get(page.replace('/learn/', `/${kind}/`))).status, kind).toBe(404);
    }
    expect(await dump()).toEqual(before);
  });

  it('that had subscribed to the address of before is led to that one', async () => {
    const { anyone, learnPath } = await learner();
    const answer = await anyone.get(`${learnPath}/calendar.ics`);
    expect([answer.status, answer.headers.get('location')]).toEqual([
      301,
      await addressOf(anyone, learnPath),
    ]);
    expect((await anyone.get(`${learnPath}x/calendar.ics`)).status).toBe(404);
  });

  it('ends when the links are ended', async () => {
    const { anyone, learnPath } = await learner();
    const address = (await addressOf(anyone, learnPath)) ?? '';
    await anyone.post(`${learnPath}/revoke`, GO);
    expect((await anyone.get(address)).status).toBe(404);
    const fresh = await mailed(anyone, EMAIL, 'learn');
    expect((await anyone.get((await addressOf(anyone, fresh)) ?? '')).status).toBe(200);
  });

  it('tells every lesson in its own words, whatever its letters weigh', async () => {
    // A host so long that its lines must be folded, too.
    const host = `${'course.of.an.institute.with.a.long.name.'.repeat(3)}example`;
    const anyone = visitor();
    const learnPath = await pressConfirm(anyone, await signUpByForm(anyone, EMAIL));
    const address = (await addressOf(anyone, learnPath)) ?? '';
    const { all } = await events(anyone, learnPath);
    expect(all('SUMMARY').map(unescaped)).toEqual([
      ...lessons.map(({ week, title }) => `In the Room ${week}: ${title}`),
      'In the Room: closing note',
    ]);
    expect(all('DESCRIPTION').map(unescaped)).toEqual([
      ...lessons.map(({ promise }) => `${promise} It comes by email.`),
      'What you have now, and how to keep it. It comes by email.',
    ]);
    const ctx = await anyone.context();
    const settings = { ...ctx.settings, baseUrl: `https://${host}` };
    const calendar = await calendarOf({ ...ctx, settings }, address.split('/')[2] ?? '');
    for (const line of calendar?.split('\r\n') ?? []) {
      expect(new TextEncoder().encode(line).length, line).toBeLessThanOrEqual(75);
    }
    expect(calendar?.replaceAll('\r\n ', '')).toContain(`-9@${host}\r\n`);
  });

  it('holds the lessons to come, by the learner’s clock through a change of it, and moves with the hour', async () => {
    const anyone = visitor();
    await anyone.setTime('2027-03-08T12:00:00Z');
    const { learnPath } = await enrollByForm(anyone, EMAIL);
    const first = await events(anyone, learnPath);
    // Summer time begins in Berlin on 28 March 2027.
    expect(first.starts.slice(0, 4)).toEqual([
      ...['20270316T063000Z', '20270323T063000Z', '20270330T053000Z', '20270406T053000Z'],
    ]);
    expect(first.uids).toHaveLength(8);
    await anyone.post(`${learnPath}/slot`, {
      ...GO,
      weekday: '5',
      time: '10:00',
      time_zone: 'UTC',
    });
    const second = await events(anyone, learnPath);
    expect(second.uids).toEqual(first.uids);
    expect(second.starts[0]).toBe('20270319T100000Z');
    expect(Number(second.sequences[0])).toBeGreaterThan(Number(first.sequences[0]));
    await anyone.moveTo('2027-03-20T00:00:00Z');
    expect((await events(anyone, learnPath)).uids).toEqual(first.uids.slice(1));
  });

  it('is empty while paused without a date, and counts from the date with one', async () => {
    const { anyone, learnPath, press, unsubscribePath } = await learner();
    await press('pause');
    expect((await events(anyone, learnPath)).uids).toEqual([]);
    await press('pause', { until: '2027-01-01' });
    expect((await events(anyone, learnPath)).starts[0]).toBe('20270105T063000Z');
    await anyone.post(unsubscribePath);
    expect((await events(anyone, learnPath)).uids).toEqual([]);
    expect((await anyone.get('/learn/x/calendar.ics')).status).toBe(404);
  });

  it('is empty once the course is completed', async () => {
    const { anyone, learnPath } = await learner();
    await anyone.moveTo('2027-01-22T00:00:00Z');
    expect((await events(anyone, learnPath)).all('SUMMARY')).toEqual(['In the Room: closing note']);
    await anyone.moveTo('2027-02-20T00:00:00Z');
    expect((await events(anyone, learnPath)).uids).toEqual([]);
  });
});

describe('links', () => {
  it('survive a rotated key, devices too, and end with a key that is removed', async () => {
    const { anyone, learnPath, cookie, press } = await learner();
    await press('open', {}, '');
    const open = await mailed(anyone, EMAIL, 'open');
    const newer = 'new:a-newer-signing-key-that-is-long-enough';
    const [old] = settingsOf(env).signingKeys;
    const rotated = visitor({ SIGNING_KEYS: `${newer},${old?.id}:${old?.secret}` });
    expect((await rotated.get(open)).status).toBe(200);
    expect((await rotated.get(`${learnPath}/export.json`, { cookie })).status).toBe(200);
    const removed = visitor({ SIGNING_KEYS: newer });
    expect((await removed.get(open)).status).toBe(404);
  });

  it('in lesson mails lead to the right control', async () => {
    const { anyone, learnPath } = await learner();
    const text = (await anyone.mails(EMAIL)).at(-1)?.text ?? '';
    expect(text).toContain(`${learnPath}?do=hour#hour`);
    expect(text).toContain(`${learnPath}?do=pause#pause`);
    const page = await see(await anyone.get(`${learnPath}?do=pause`));
    expect(page.all('details').find(({ id }) => id === 'pause')).toHaveProperty('open');
  });

  it('to share a lesson are public, and hold nothing personal', async () => {
    const { anyone, learnPath } = await learner();
    await anyone.moveTo('2026-12-09T00:00:00Z');
    for (const [week, face] of [
      [1, '/lessons/1'],
      [2, '/#week-2'],
    ] as const) {
      const page = await see(await anyone.get(`${learnPath}/lessons/${week}`));
      const copied = page.all('button').find((button) => 'data-copy' in button)?.['data-copy'];
      expect(copied).toBe(`http://localhost:8787${face}`);
      const shown = await see(await anyone.get(face));
      if (week === 2) expect(shown.all('li').map(({ id }) => id)).toContain('week-2');
    }
  });
});
