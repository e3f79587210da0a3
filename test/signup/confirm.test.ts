import { env } from 'cloudflare:workers';
import { eq, isNotNull, sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { timeZoneNamed } from '../../src/course/schedule.ts';
import { enrollments, providers, signups, subscribers } from '../../src/db/schema.ts';
import { settingsOf } from '../../src/env.ts';
import {
  enrollByForm,
  mailedPath,
  owedTo,
  pressConfirm,
  SLOT,
  signUpByForm,
  suppress,
} from '../support/people.ts';
import { change, count, dump, orm, pick, put, rows, value } from '../support/rows.ts';
import { DAY, newAddress, PRODUCTION, see, type Visitor, visitor } from '../support/visitor.ts';

const EMAIL = 'ana@example.org';
const PRESSED = { go: 'yes', ...SLOT };

const courses = () =>
  pick(enrollments, ['state', 'weekday', 'time', 'zone'], undefined, enrollments.id);

/** The value chosen in a select of a page. */
async function chosen(response: Response): Promise<string[]> {
  const page = await see(response);
  return page
    .all('option')
    .filter((option) => 'selected' in option)
    .map((option) => option.value ?? '');
}

/** Somebody who signed up in production without naming a zone, and the path of their confirmation. */
async function deployed() {
  const anyone = visitor(PRODUCTION, PRODUCTION.BASE_URL);
  expect((await anyone.post('/signup', { email: EMAIL })).status).toBe(303);
  const [signup] = await pick(signups, {
    id: signups.id,
    subscriber: signups.subscriberId,
    at: signups.createdAt,
  });
  if (!signup) throw new Error('nothing was stored');
  const { id, subscriber, at } = signup;
  const claims = { subscriberId: subscriber, linkVersion: 0, signupId: id, expiresAt: at + DAY };
  const { tokens } = await anyone.context();
  return { anyone, path: `/confirm/${await tokens.confirm(claims)}` };
}

/** The forms of a page: where each leads. */
async function actions(response: Response): Promise<(string | undefined)[]> {
  return (await see(response)).all('form').map((form) => form.action);
}

describe('the page behind a confirmation link', () => {
  it('asks for the hour, with the browser’s zone chosen, and has one button', async () => {
    const anyone = visitor();
    const path = await signUpByForm(anyone, EMAIL);
    const response = await anyone.get(path);
    expect(response.status).toBe(200);
    const page = await see(response);
    expect(page.text).toContain('Ana');
    const selected = page.all('option').filter((option) => 'selected' in option);
    expect(selected.map((option) => option.value)).toEqual(['2', 'Europe/Berlin']);
    expect(page.all('form')).toHaveLength(1);
    expect(page.all('form')[0]).toMatchObject({ method: 'post', action: path });
    // The button carries `go`: a script that sends the form by itself does not press it.
    expect(page.all('button')).toEqual([expect.objectContaining({ name: 'go', value: 'yes' })]);
    expect(page.all('input').some((input) => input.name === 'go')).toBe(false);
  });

  it('keeps a zone by the name that the browser gave, also one that lists leave out', async () => {
    const anyone = visitor();
    const path = await signUpByForm(anyone, EMAIL, { time_zone: 'Asia/Kolkata' });
    expect(await chosen(await anyone.get(path))).toContain('Asia/Kolkata');
    await pressConfirm(anyone, path, { time_zone: 'Asia/Kolkata' });
    expect(await value(enrollments, 'zone')).toBe('Asia/Kolkata');
  });

  it('keeps a zone as the database of zones spells it, whatever the letter case', async () => {
    const anyone = visitor();
    const path = await signUpByForm(anyone, EMAIL, { time_zone: 'AMERICA/NEW_YORK' });
    expect(await value(signups, 'timeZone')).toBe('America/New_York');
    await pressConfirm(anyone, path, { time_zone: 'asia/kolkata' });
    expect(await value(enrollments, 'zone')).toBe('Asia/Kolkata');
  });

  it.each(['EST5EDT', 'Japan', 'GMT', 'GB-Eire', 'Etc/GMT-14'])(
    'starts from %s where that is what the browser calls its zone, and takes it',
    async (zone) => {
      const anyone = visitor();
      const path = await signUpByForm(anyone, EMAIL, { time_zone: zone });
      expect(await chosen(await anyone.get(path))).toContain(zone);
      await pressConfirm(anyone, path, { time_zone: zone });
      expect(await value(enrollments, 'zone')).toBe(zone);
    },
  );

  it.each([
    ['where the network is', 'Australia/Hobart', 'Australia/Hobart'],
    ['a zone of an older name', 'Asia/Kolkata', 'Asia/Kolkata'],
    ['no place that there is', 'Mars/Olympus', ''],
    ['nothing', undefined, ''],
  ])(
    'without a zone from the signup starts from what the platform says: %s',
    async (_, timezone, zone) => {
      const { anyone, path } = await deployed();
      const response = await anyone.fetch(path, { cf: { timezone } as CfProperties });
      const page = await see(response.clone());
      expect(await chosen(response)).toEqual(['2', zone]);
      expect(page.text.replace(/\s+/g, ' ')).toContain(
        zone === '' ? 'We could not tell where you are.' : 'A guess from your internet connection.',
      );
      // The browser knows better, if its script runs; without it nothing may be sent unseen.
      const [, select] = page.all('select');
      expect(select).toMatchObject({ name: 'time_zone', 'data-zone': 'unknown', required: '' });
    },
  );

  it('without any guess asks for the zone, and takes none until it is chosen', async () => {
    const { anyone, path } = await deployed();
    const response = await anyone.post(path, { ...PRESSED, time_zone: '' });
    expect(response.status).toBe(422);
    const page = await see(response.clone());
    expect(page.text).toContain('Please choose a time zone.');
    expect(page.all('select')[1]).toMatchObject({ 'aria-invalid': 'true', 'data-zone': 'refused' });
    expect(await chosen(response)).toEqual(['2', '']);
    expect(await courses()).toEqual([]);
    expect((await anyone.post(path, { ...PRESSED, time_zone: 'Asia/Tokyo' })).status).toBe(303);
    expect(await value(enrollments, 'zone')).toBe('Asia/Tokyo');
  });

  it('after a zone that is none keeps the platform’s guess selected', async () => {
    const { anyone, path } = await deployed();
    const body = new URLSearchParams({ ...PRESSED, time_zone: '+00:00' });
    const cf = { timezone: 'America/New_York' } as CfProperties;
    const headers = { 'sec-fetch-site': 'same-origin' };
    const response = await anyone.fetch(path, { method: 'POST', body, headers, cf });
    expect(response.status).toBe(422);
    expect(await chosen(response)).toEqual(['2', 'America/New_York']);
  });

  it('changes nothing by being opened, however often', async () => {
    const anyone = visitor();
    const path = await signUpByForm(anyone, EMAIL);
    anyone.woken.length = 0;
    const before = await dump();
    for (let times = 0; times < 3; times++) {
      expect((await anyone.get(path)).status).toBe(200);
      expect((await anyone.fetch(path, { method: 'HEAD' })).status).toBe(200);
    }
    expect(await dump()).toEqual(before);
    expect(anyone.woken).toEqual([]);
  });

  it('changes nothing when its form is sent without the button', async () => {
    const anyone = visitor();
    const path = await signUpByForm(anyone, EMAIL);
    const before = await dump();
    for (const fields of [SLOT, { ...SLOT, go: 'no' }, { ...SLOT, go: '' }, { go: 'YES' }, {}]) {
      const response = await anyone.post(path, fields);
      expect(response.status).toBe(200);
      expect(await actions(response)).toEqual([path]);
    }
    expect(await dump()).toEqual(before);
  });
});

describe('the button', () => {
  it('enrolls with the hour that was chosen, wakes the lessons, and leads to the learner’s page', async () => {
    const anyone = visitor();
    const path = await signUpByForm(anyone, EMAIL);
    anyone.woken.length = 0;
    const response = await anyone.post(path, { ...PRESSED, weekday: '5', time: '18:45' });
    expect(response.status).toBe(303);
    expect(await courses()).toEqual([
      { state: 'active', weekday: 5, time: '18:45', zone: 'Europe/Berlin' },
    ]);
    expect(await value(subscribers, 'firstName')).toBe('Ana');
    expect(anyone.woken).toEqual(['lesson']);
    const learnPath = response.headers.get('location') ?? '';
    expect(learnPath).toMatch(/^\/learn\/[^/]+$/);
    const page = await see(await anyone.get(learnPath));
    expect(page.text).toContain('Fridays at 6:45 pm');
  });

  it('brings lesson 1 within the minute, and nothing else', async () => {
    const anyone = visitor();
    await enrollByForm(anyone, EMAIL);
    await anyone.work();
    expect((await anyone.mails(EMAIL)).map(({ kind, lesson }) => [kind, lesson])).toEqual([
      ['confirm', null],
      ['lesson', 1],
    ]);
  });

  it('pressed twice enrolls once, with the hour of the first press', async () => {
    const anyone = visitor();
    const path = await signUpByForm(anyone, EMAIL);
    const first = await pressConfirm(anyone, path, { weekday: '1' });
    const second = await pressConfirm(anyone, path, { weekday: '7' });
    expect(second).toBe(first);
    await anyone.work();
    expect(await courses()).toHaveLength(1);
    expect(await value(enrollments, 'weekday')).toBe(1);
    expect((await anyone.mails(EMAIL)).filter((mail) => mail.kind === 'lesson')).toHaveLength(1);
  });

  it('pressed ten times at the same moment enrolls once', async () => {
    const anyone = visitor();
    const path = await signUpByForm(anyone, EMAIL);
    const presses = await Promise.all(
      ['1', '2', '3', '4', '5', '6', '7', '1', '2', '3'].map((weekday) =>
        anyone.post(path, { ...PRESSED, weekday }),
      ),
    );
    expect(presses.map((response) => response.status)).toEqual(Array(10).fill(303));
    const locations = presses.map((response) => response.headers.get('location'));
    expect(new Set(locations).size).toBe(1);
    await anyone.work();
    expect(await courses()).toHaveLength(1);
    expect((await anyone.mails(EMAIL)).filter((mail) => mail.kind === 'lesson')).toHaveLength(1);
  });

  it('of two links to one address enrolls once', async () => {
    const anyone = visitor();
    const first = await signUpByForm(anyone, EMAIL);
    await anyone.pass(6 * DAY + 3600);
    const second = await signUpByForm(anyone, EMAIL);
    expect(second).not.toBe(first);
    const [one, other] = await Promise.all([
      pressConfirm(anyone, first),
      pressConfirm(anyone, second),
    ]);
    expect(other).toBe(one);
    expect(await courses()).toHaveLength(1);
  });

  it.each([
    ['weekday', ''],
    ['weekday', '0'],
    ['weekday', '8'],
    ['weekday', '2.5'],
    ['weekday', '-1'],
    ['weekday', 'Tuesday'],
    ['time', ''],
    ['time', '24:00'],
    ['time', '7:30'],
    ['time', '07:60'],
    ['time', '0730'],
    ['time', 'noon'],
    ['time_zone', ''],
    ['time_zone', 'Europe/Atlantis'],
    ['time_zone', '+02:00'],
    ['time_zone', '+00:00'],
    ['time_zone', 'Etc/Unknown'],
  ])('with %s %j asks again at that field, what was chosen kept', async (field, wrong) => {
    const anyone = visitor();
    const path = await signUpByForm(anyone, EMAIL);
    const slot = { weekday: '6', time: '19:15', time_zone: 'Asia/Tokyo', [field]: wrong };
    const response = await anyone.post(path, { go: 'yes', ...slot });
    expect(response.status).toBe(422);
    const page = await see(response);
    const control = [...page.all('select'), ...page.all('input')].find(
      ({ name }) => name === field,
    );
    expect(control).toMatchObject({ 'aria-invalid': 'true' });
    expect(control?.['aria-describedby']).toContain(`${field}-error`);
    const selected = page
      .all('option')
      .filter((option) => 'selected' in option)
      .map((option) => option.value);
    if (field !== 'weekday') expect(selected).toContain('6');
    // What cannot be a zone is not offered: the guess from the signup stays.
    expect(selected).toContain(field === 'time_zone' ? 'Europe/Berlin' : 'Asia/Tokyo');
    if (field === 'time_zone') {
      expect(page.all('option').filter((option) => option.value === wrong)).toEqual([]);
    }
    if (field !== 'time') {
      expect(page.all('input').find(({ name }) => name === 'time')?.value).toBe('19:15');
    }
    expect(await courses()).toEqual([]);
    expect((await anyone.post(path, PRESSED)).status).toBe(303);
  });

  it('takes a time with seconds, as some browsers send it', async () => {
    const anyone = visitor();
    await pressConfirm(anyone, await signUpByForm(anyone, EMAIL), { time: '07:30:00' });
    expect(await value(enrollments, 'time')).toBe('07:30');
  });

  it('takes every zone that the page offers', async () => {
    const anyone = visitor();
    const path = await signUpByForm(anyone, EMAIL);
    const page = await see(await anyone.get(path));
    const offered = page
      .all('option')
      .map((option) => option.value ?? '')
      .filter((zone) => /\D/.test(zone));
    expect(offered.length).toBeGreaterThan(300);
    expect(offered.filter((zone) => timeZoneNamed(zone) !== zone)).toEqual([]);
  });

  it('enrolls nobody whose address was suppressed meanwhile', async () => {
    const anyone = visitor();
    const path = await signUpByForm(anyone, EMAIL);
    await suppress(anyone, EMAIL);
    const response = await anyone.post(path, PRESSED);
    expect(response.status).toBeLessThan(500);
    await anyone.work();
    expect(await courses()).toEqual([]);
    expect(await anyone.mails(EMAIL)).toHaveLength(1);
  });
});

describe('a link that was used', () => {
  it('leads to the learner’s page, also long after its seven days', async () => {
    const anyone = visitor();
    const { confirmPath, learnPath } = await enrollByForm(anyone, EMAIL);
    const before = await dump();
    for (const days of [0, 8, 300]) {
      await anyone.pass(days * DAY);
      const response = await anyone.get(confirmPath);
      expect(response.status).toBe(200);
      const page = await see(response);
      expect(page.all('a').map((link) => link.href)).toContain(learnPath);
      expect(page.all('form')).toEqual([]);
      const pressed = await anyone.post(confirmPath, PRESSED);
      expect([pressed.status, pressed.headers.get('location')]).toEqual([303, learnPath]);
    }
    expect((await dump()).enrollments).toEqual(before.enrollments);
  });

  it('sends no new mail when a new one is asked for', async () => {
    const anyone = visitor();
    const { confirmPath } = await enrollByForm(anyone, EMAIL);
    const before = await dump();
    expect((await anyone.post(`${confirmPath}/resend`, { go: 'yes' })).status).toBe(200);
    expect(await dump()).toEqual(before);
  });

  it('offers to come back after the learner has unsubscribed, and brings the course from its start', async () => {
    const anyone = visitor();
    const earlier = { weekday: '5', time: '18:15' };
    const { confirmPath, unsubscribePath } = await enrollByForm(anyone, EMAIL, earlier);
    await anyone.pass(2 * DAY);
    await anyone.post(unsubscribePath);
    const page = await anyone.get(confirmPath);
    expect(page.status).toBe(200);
    expect(await actions(page)).toEqual([`${confirmPath}/resend`]);

    // Pressing the old button again, or sending the form without the new one, starts nothing.
    const before = await dump();
    expect((await anyone.post(confirmPath, PRESSED)).status).toBe(200);
    expect((await anyone.post(`${confirmPath}/resend`, {})).status).toBe(200);
    expect((await anyone.get(`${confirmPath}/resend`)).status).toBe(404);
    expect(await dump()).toEqual(before);

    expect((await anyone.post(`${confirmPath}/resend`, { go: 'yes' })).status).toBe(200);
    await anyone.work();
    const path = await mailedPath(anyone, EMAIL, 'confirm');
    expect(path).not.toBe(confirmPath);
    // The hour that they had is where the new choice starts from.
    const asked = await see(await anyone.get(path));
    const selected = asked.all('option').filter((option) => 'selected' in option);
    expect(selected.map((option) => option.value)).toEqual(['5', 'Europe/Berlin']);
    expect(asked.all('input').find((input) => input.name === 'time')?.value).toBe('18:15');
    await pressConfirm(anyone, path, { weekday: '4' });
    await anyone.work();
    expect(await courses()).toMatchObject([{ state: 'ended' }, { state: 'active', weekday: 4 }]);
    const lessons = (await anyone.mails(EMAIL)).filter((mail) => mail.kind === 'lesson');
    expect(lessons.map((mail) => mail.lesson)).toEqual([1, 1]);
    // The old link is a used one again.
    expect((await anyone.get(confirmPath)).status).toBe(200);
    expect(await value(subscribers, 'unsubscribedAt')).toBeNull();
  });
});

describe('a link older than seven days', () => {
  const WEEK = 7 * DAY;

  it('opens a page that offers a new one, and enrolls nobody', async () => {
    const anyone = visitor();
    const path = await signUpByForm(anyone, EMAIL);
    await anyone.pass(WEEK - 60);
    expect((await anyone.get(path)).status).toBe(200);
    await anyone.pass(120);
    const page = await anyone.get(path);
    expect(page.status).toBe(410);
    expect(await actions(page)).toEqual([`${path}/resend`]);
    expect((await anyone.post(path, PRESSED)).status).toBe(410);
    expect(await courses()).toEqual([]);
  });

  it('sends a new link that works, to the same address and with the same name, zone and provider', async () => {
    const anyone = visitor();
    await put(providers, {
      id: 1,
      name: 'Harbor Institute',
      publicKey: 'pk_harbor',
      status: 'active',
      createdAt: 0,
    });
    const path = await signUpByForm(anyone, EMAIL, { provider: 'pk_harbor' });
    await anyone.pass(WEEK + 60);
    expect((await anyone.post(`${path}/resend`, {})).status).toBe(200);
    await anyone.work();
    expect(await anyone.mails(EMAIL)).toHaveLength(1);

    const response = await anyone.post(`${path}/resend`, { go: 'yes' });
    expect(response.status).toBe(200);
    expect(response.headers.get('location')).toBeNull();
    await anyone.work();
    const renewed = await mailedPath(anyone, EMAIL, 'confirm');
    expect(renewed).not.toBe(path);
    const page = await see(await anyone.get(renewed));
    expect(page.text).toContain('Harbor Institute will see your name');
    await pressConfirm(anyone, renewed);
    expect(await value(signups, 'providerId', isNotNull(signups.confirmedAt))).toBe(1);
    expect(await value(subscribers, 'firstName')).toBe('Ana');
  });

  it('sends three mails with a new link a day, however often it is asked for', async () => {
    const anyone = visitor();
    const path = await signUpByForm(anyone, EMAIL);
    await anyone.pass(WEEK + 60);
    for (let times = 0; times < 12; times++) {
      expect((await anyone.post(`${path}/resend`, { go: 'yes' })).status).toBe(200);
      await anyone.work();
    }
    const links = (await anyone.mails(EMAIL)).map((mail) => /\/confirm\/\S+/.exec(mail.text)?.[0]);
    expect(links).toHaveLength(4);
    expect(new Set(links.slice(1)).size).toBe(1);
    expect(links[1]).not.toBe(links[0]);
  });

  it('says that nothing is left once its signup is forgotten', async () => {
    const anyone = visitor();
    const path = await signUpByForm(anyone, EMAIL);
    await anyone.pass(31 * DAY);
    await anyone.work();
    const page = await anyone.get(path);
    expect(page.status).toBe(410);
    expect((await see(page)).text).toContain('Nothing of this signup is here any more');
    expect((await anyone.post(path, PRESSED)).status).toBe(410);
    expect((await anyone.post(`${path}/resend`, { go: 'yes' })).status).toBe(410);
    expect(await count(subscribers)).toBe(0);
    // Nor does the other link of that mail speak of a course or a log.
    const other = await anyone.get(await mailedPath(anyone, EMAIL, 'unsubscribe'));
    expect(other.status).toBe(200);
    expect((await see(other)).text).toContain('Nothing of yours is here');
    const pressed = await anyone.post(await mailedPath(anyone, EMAIL, 'unsubscribe'));
    expect(pressed.status).toBe(200);
    expect((await see(pressed)).text).not.toMatch(/log|lessons will come/);
  });

  it('sends a note in place of a new link where the address has become a learner’s', async () => {
    const anyone = visitor();
    const expired = await signUpByForm(anyone, EMAIL);
    await anyone.pass(WEEK + 60);
    await pressConfirm(anyone, await signUpByForm(anyone, EMAIL));
    await anyone.post(`${expired}/resend`, { go: 'yes' });
    await anyone.work();
    expect((await owedTo(EMAIL)).map(({ kind }) => kind)).toContain('already-enrolled');
    expect(await courses()).toHaveLength(1);
  });
});

describe('a link that is not ours any more, or never was', () => {
  /** Opens nothing, by GET or POST, and changes nothing. */
  async function expectDamaged(anyone: Visitor, path: string): Promise<void> {
    const before = await dump();
    const page = await anyone.get(path);
    expect(page.status, path).toBe(404);
    const seen = await see(page);
    expect(seen.all('form').map((form) => form.action)).toEqual(['/signup']);
    expect(seen.text).not.toContain(EMAIL);
    expect((await anyone.post(path, PRESSED)).status).toBe(404);
    expect((await anyone.post(`${path}/resend`, { go: 'yes' })).status).toBe(404);
    expect(await dump()).toEqual(before);
  }

  it('is one that was cut short or changed on the way', async () => {
    const anyone = visitor();
    const path = await signUpByForm(anyone, EMAIL);
    const changed = path.slice(0, -1) + (path.endsWith('A') ? 'B' : 'A');
    for (const damaged of [path.slice(0, -1), path.slice(0, -22), changed, `${path}=A`]) {
      await expectDamaged(anyone, damaged);
    }
  });

  it('is a link of another purpose', async () => {
    const anyone = visitor();
    const { learnPath, unsubscribePath } = await enrollByForm(anyone, EMAIL);
    await expectDamaged(anyone, learnPath.replace('/learn/', '/confirm/'));
    await expectDamaged(anyone, unsubscribePath.replace('/unsubscribe/', '/confirm/'));
  });

  it('is one person’s link with another’s signature', async () => {
    const anyone = visitor();
    const mine = (await signUpByForm(anyone, EMAIL)).split('.');
    const theirs = (await signUpByForm(anyone, newAddress())).split('.');
    await expectDamaged(anyone, [...mine.slice(0, -1), theirs.at(-1)].join('.'));
  });

  it('is one signed for a signup of somebody else', async () => {
    const anyone = visitor();
    await signUpByForm(anyone, EMAIL);
    await signUpByForm(anyone, 'ben@example.org');
    const [ana, ben] = await rows(signups, undefined, signups.createdAt, signups.id);
    const { tokens } = await anyone.context();
    const token = await tokens.confirm({
      subscriberId: ana?.subscriberId ?? 0,
      signupId: ben?.id ?? 0,
      linkVersion: 0,
      expiresAt: 9_999_999_999,
    });
    await expectDamaged(anyone, `/confirm/${token}`);
  });

  it('is one whose key nobody knows', async () => {
    const anyone = visitor();
    const path = await signUpByForm(anyone, EMAIL);
    await expectDamaged(anyone, path.replace('.local.', '.other.'));
  });

  it('is one whose key was removed; with the old key still listed it works', async () => {
    const path = await signUpByForm(visitor(), EMAIL);
    const newer = 'new:a-newer-signing-key-that-is-long-enough';
    const [old] = settingsOf(env).signingKeys;
    await expectDamaged(visitor({ SIGNING_KEYS: newer }), path);
    const rotated = visitor({ SIGNING_KEYS: `${newer},${old?.id}:${old?.secret}` });
    expect((await rotated.get(path)).status).toBe(200);
    const learnPath = await pressConfirm(rotated, path);
    expect(learnPath).toContain('.new.');
    expect((await rotated.get(learnPath)).status).toBe(200);
  });

  it('is one that was revoked', async () => {
    const anyone = visitor();
    const path = await signUpByForm(anyone, EMAIL);
    await change(subscribers, { linkVersion: sql`${subscribers.linkVersion} + 1` });
    const before = await dump();
    const page = await anyone.get(path);
    expect(page.status).toBe(410);
    expect((await see(page)).text).toContain('The latest email from us has the link that works.');
    expect((await anyone.post(path, PRESSED)).status).toBe(410);
    expect((await anyone.post(`${path}/resend`, { go: 'yes' })).status).toBe(410);
    expect(await dump()).toEqual(before);
  });

  it('is none at all', async () => {
    const anyone = visitor();
    for (const token of ['x', '%00', '%E0%A4%A', '%', 'c.local.1.0.1.1.', 'a'.repeat(10_000)]) {
      expect((await anyone.get(`/confirm/${token}`)).status, token).toBe(404);
    }
    expect((await anyone.get('/confirm/')).status).toBe(404);
    expect((await anyone.get('/confirm')).status).toBe(404);
  });
});

describe('what a program sends to a confirmation link', () => {
  it('enrolls nobody unless it is the form with its button', async () => {
    const anyone = visitor();
    const path = await signUpByForm(anyone, EMAIL);
    const before = await dump();
    const bodies: [BodyInit | null, string | undefined, number][] = [
      [null, undefined, 415],
      ['go=yes', 'text/plain', 415],
      ['{"go":"yes"', 'application/json', 422],
      ['null', 'application/json', 422],
      ['[]', 'application/json', 422],
      ['{"go":["yes"]}', 'application/json', 200],
      ['{"go":true,"weekday":2,"time":"07:30","time_zone":"UTC"}', 'application/json', 200],
      ['', 'application/x-www-form-urlencoded', 200],
      ['go=yes', 'application/x-www-form-urlencoded', 422],
      ['--x', 'multipart/form-data; boundary=x', 422],
    ];
    for (const [body, type, status] of bodies) {
      const response = await anyone.postRaw(path, body, type);
      expect(response.status, `${type} ${body}`).toBe(status);
    }
    expect(await dump()).toEqual(before);
  });
});

describe('somebody whose address was typed into forms that differ', () => {
  async function planted() {
    const anyone = visitor();
    await put(
      providers,
      { id: 1, name: 'Harbor Institute', publicKey: 'pk_harbor', status: 'active', createdAt: 0 },
      { id: 2, name: 'Elm Training', publicKey: 'pk_elm', status: 'active', createdAt: 0 },
    );
    const path = await signUpByForm(anyone, EMAIL, {
      first_name: 'Eve',
      provider: 'pk_harbor',
      page: '/',
    });
    await anyone.pass(3600);
    return { anyone, path };
  }
  const enrolled = () =>
    orm
      .select({
        firstName: subscribers.firstName,
        signed: signups.firstName,
        provider: signups.providerId,
        timeZone: signups.timeZone,
      })
      .from(enrollments)
      .innerJoin(signups, eq(signups.id, enrollments.signupId))
      .innerJoin(subscribers, eq(subscribers.id, enrollments.subscriberId));

  it('chooses the name and the provider on the page, and nothing of the stranger’s stays', async () => {
    const { anyone, path } = await planted();
    await anyone.post('/signup', { email: EMAIL, first_name: 'Ana', time_zone: 'Asia/Tokyo' });
    const page = await see(await anyone.get(path));
    const radios = page.all('input').filter(({ type }) => type === 'radio');
    expect(radios.map(({ value }) => value)).toEqual(['pk_harbor', 'none']);
    expect(radios.every((radio) => !('checked' in radio) && 'required' in radio)).toBe(true);
    expect(page.all('input').find(({ name }) => name === 'first_name')?.value).toBe('');
    expect(page.text).toContain('(“Eve”, “Ana”)');
    expect(page.text).toContain('Harbor Institute will see your name');

    // Without the choice nothing is confirmed, and what was typed is kept.
    const missing = await anyone.post(path, { ...PRESSED, first_name: 'Ana' });
    expect(missing.status).toBe(422);
    const again = await see(missing);
    expect(again.text).toContain('Please choose how you take the course.');
    expect(again.all('input').find(({ name }) => name === 'first_name')?.value).toBe('Ana');
    expect((await anyone.post(path, { ...PRESSED, provider: 'pk_elm' })).status).toBe(422);
    expect(await enrolled()).toEqual([]);

    await anyone.post(path, { ...PRESSED, first_name: ' Ana ', provider: 'none' });
    expect(await enrolled()).toEqual([
      { firstName: 'Ana', signed: 'Ana', provider: null, timeZone: 'Asia/Tokyo' },
    ]);
    await anyone.work();
    expect((await anyone.mails(EMAIL)).at(-1)?.text).toContain('Hello Ana,');
    // The link stays what it was: twice is once, and it leads on.
    const twice = await anyone.post(path, { ...PRESSED, first_name: 'Eve', provider: 'pk_harbor' });
    expect(twice.status).toBe(303);
    expect((await anyone.get(path)).status).toBe(200);
    expect(await enrolled()).toHaveLength(1);
    expect(await value(subscribers, 'firstName')).toBe('Ana');
  });

  it('may take the course through the one of two providers that they know', async () => {
    const { anyone, path } = await planted();
    await anyone.post('/signup', { email: EMAIL, first_name: 'Eve', provider: 'pk_elm' });
    await anyone.post(path, { ...PRESSED, provider: 'pk_elm' });
    expect(await enrolled()).toMatchObject([{ firstName: 'Eve', provider: 2 }]);
  });

  it('is shown the name and the provider that one form named, and may change the name', async () => {
    const { anyone, path } = await planted();
    const page = await see(await anyone.get(path));
    expect(page.all('input').find(({ name }) => name === 'first_name')?.value).toBe('Eve');
    expect(page.text).toContain('Harbor Institute will see your name');
    expect(page.all('input').filter(({ type }) => type === 'radio')).toEqual([]);
    await anyone.post(path, { ...PRESSED, first_name: '' });
    expect(await enrolled()).toMatchObject([{ firstName: '', signed: '', provider: 1 }]);
  });

  it('who says nothing of a name, where forms differ, gets none of theirs', async () => {
    const { anyone, path } = await planted();
    await anyone.post('/signup', { email: EMAIL, first_name: 'Ana', provider: 'pk_harbor' });
    await anyone.post(path, PRESSED);
    expect(await enrolled()).toMatchObject([{ firstName: '', signed: '', provider: 1 }]);
  });

  it('is asked nothing about forms of an earlier link', async () => {
    const { anyone } = await planted();
    await anyone.pass(8 * DAY);
    const path = await signUpByForm(anyone, EMAIL, { first_name: 'Ana' });
    const page = await see(await anyone.get(path));
    expect(page.all('input').filter(({ type }) => type === 'radio')).toEqual([]);
    expect(page.all('input').find(({ name }) => name === 'first_name')?.value).toBe('Ana');
    await pressConfirm(anyone, path);
    expect(await enrolled()).toMatchObject([{ firstName: 'Ana', provider: null }]);
  });
});
