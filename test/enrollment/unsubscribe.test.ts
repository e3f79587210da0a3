import { desc, eq, sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { batches, deliveries, enrollments, signups, subscribers } from '../../src/db/schema.ts';
import { enrollByForm, mailedPath, signUpByForm } from '../support/people.ts';
import { change, dump, orm, pick, remove, value } from '../support/rows.ts';
import {
  DAY,
  HOST,
  newAddress,
  PRODUCTION,
  see,
  type Visitor,
  visitor,
} from '../support/visitor.ts';

const EMAIL = 'ana@example.org';
const ONE_CLICK = { 'content-type': 'application/x-www-form-urlencoded' };

const state = () => value(enrollments, 'state', undefined, desc(enrollments.id));

/** Nothing more comes in the weeks after. */
async function expectSilence(anyone: Visitor): Promise<void> {
  const before = (await anyone.mails()).length;
  for (let week = 0; week < 3; week++) {
    await anyone.pass(7 * DAY);
    await anyone.work();
  }
  expect(await anyone.mails()).toHaveLength(before);
}

describe('the page behind an unsubscribe link', () => {
  it('has one button that needs no script, and changes nothing by being opened', async () => {
    const anyone = visitor();
    const { unsubscribePath } = await enrollByForm(anyone, EMAIL);
    const before = await dump();
    for (let times = 0; times < 3; times++) {
      const response = await anyone.get(unsubscribePath);
      expect(response.status).toBe(200);
      const page = await see(response);
      expect(page.all('form')).toEqual([
        expect.objectContaining({ method: 'post', action: unsubscribePath }),
      ]);
      expect(page.all('button')).toHaveLength(1);
      expect(page.all('script')).toEqual([]);
      expect((await anyone.fetch(unsubscribePath, { method: 'HEAD' })).status).toBe(200);
    }
    expect(await dump()).toEqual(before);
    expect(await state()).toBe('active');
  });

  it('ends nothing when a scanner’s script sends its form without the button, and does with it', async () => {
    for (const email of [EMAIL, 'ben@example.org']) {
      const anyone = visitor();
      const enrolled = email === EMAIL;
      const path = enrolled
        ? (await enrollByForm(anyone, email)).unsubscribePath
        : await signUpByForm(anyone, email).then(() => mailedPath(anyone, email, 'unsubscribe'));
      const page = await see(await anyone.get(path));
      const { action = '' } = page.all('form')[0] ?? {};
      const fields = Object.fromEntries(
        page.all('input').map(({ name = '', value: typed = '' }) => [name, typed]),
      );
      const [button] = page.all('button');
      const before = await dump();
      // What `form.submit()` sends: every field, and no button.
      const bare = await anyone.post(action, fields);
      expect(bare.status).toBe(200);
      expect((await see(bare)).text).toContain(enrolled ? 'End the lessons?' : 'Was this not you?');
      expect(await dump()).toEqual(before);
      await anyone.post(action, { ...fields, [button?.name ?? '']: button?.value ?? '' });
      const hash = await (await anyone.context()).tokens.addressHash(email);
      expect(await value(subscribers, 'unsubscribedAt', { emailHash: hash })).not.toBeNull();
    }
  });

  it('keeps no reason that a script sends without the button, and ends nothing again after a return', async () => {
    const anyone = visitor();
    const { unsubscribePath } = await enrollByForm(anyone, EMAIL);
    const done = await see(await anyone.post(unsubscribePath));
    const fields = Object.fromEntries(
      done.all('input').map(({ name = '', value: typed = '' }) => [name, typed]),
    );
    await change(subscribers, { unsubscribedAt: null, goodbye: null });
    await anyone.post(unsubscribePath, { ...fields, goodbye: 'planted' });
    expect(await pick(subscribers, ['unsubscribedAt', 'goodbye'])).toEqual([
      { unsubscribedAt: null, goodbye: null },
    ]);
  });

  it('tells a learner from somebody whose address another person typed in', async () => {
    const anyone = visitor();
    const { unsubscribePath } = await enrollByForm(anyone, EMAIL);
    expect((await see(await anyone.get(unsubscribePath))).text).toContain('End the lessons?');
    await signUpByForm(anyone, 'ben@example.org');
    const path = await mailedPath(anyone, 'ben@example.org', 'unsubscribe');
    expect((await see(await anyone.get(path))).text).toContain('This was not me');
  });
});

describe('a POST to an unsubscribe link', () => {
  const bodies: [string, BodyInit | null, Record<string, string>][] = [
    ['as RFC 8058 has it', 'List-Unsubscribe=One-Click', ONE_CLICK],
    ['without a body', null, {}],
    ['without a body, but with a type', null, ONE_CLICK],
    ['with an empty body', '', ONE_CLICK],
    ['of a browser’s form', 'go=yes', ONE_CLICK],
    [
      'as a multipart form',
      '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n',
      { 'content-type': 'multipart/form-data; boundary=x' },
    ],
    ['as a multipart form that cannot be read', '--y', { 'content-type': 'multipart/form-data' }],
    ['as JSON', '{"List-Unsubscribe":"One-Click"}', { 'content-type': 'application/json' }],
    ['as JSON that cannot be read', '{', { 'content-type': 'application/json' }],
    ['as text', 'unsubscribe me', { 'content-type': 'text/plain' }],
    ['with a type that is none', 'x', { 'content-type': ';;;' }],
    ['with 10 MB', 'x'.repeat(10 * 1024 * 1024), ONE_CLICK],
    [
      'from another site',
      'List-Unsubscribe=One-Click',
      {
        ...ONE_CLICK,
        origin: 'https://evil.example',
        referer: 'https://evil.example/',
        'sec-fetch-site': 'cross-site',
      },
    ],
    ['from nowhere', 'List-Unsubscribe=One-Click', { ...ONE_CLICK, origin: 'null' }],
    ['that wants JSON', 'List-Unsubscribe=One-Click', { ...ONE_CLICK, accept: 'application/json' }],
    ['with cookies', 'List-Unsubscribe=One-Click', { ...ONE_CLICK, cookie: '__Host-a=b' }],
  ];
  it.each(bodies)(
    '%s ends the lessons, without a redirect or a cookie',
    async (_, body, headers) => {
      const anyone = visitor();
      const { unsubscribePath } = await enrollByForm(anyone, EMAIL);
      const response = await anyone.fetch(unsubscribePath, { method: 'POST', body, headers });
      expect(response.status).toBe(200);
      expect(response.headers.get('set-cookie')).toBeNull();
      expect(await pick(enrollments, ['state', 'nextAt'])).toEqual([
        { state: 'ended', nextAt: null },
      ]);
      expect(await value(subscribers, 'unsubscribedAt')).not.toBeNull();
      await expectSilence(anyone);
    },
  );

  it('twice, or many at once, ends them once and is answered the same', async () => {
    const anyone = visitor();
    const { unsubscribePath } = await enrollByForm(anyone, EMAIL);
    const first = await anyone.post(unsubscribePath);
    const after = await dump();
    const again = await Promise.all(Array.from({ length: 5 }, () => anyone.post(unsubscribePath)));
    for (const response of again) {
      expect(response.status).toBe(200);
    }
    // But for the way back, which only the first hands out (subscriber/take-back.test.ts).
    const said = (page: string) =>
      page
        .replace(/<form class="actions pace-now" method="post" action="\/undo\/.*?<\/form>/, '')
        .replace(/<input type="hidden" name="undo" value="[^"]*"\/>/, '');
    expect(await again[0]?.text()).toBe(said(await first.text()));
    expect(await dump()).toEqual(after);
  });

  it('is honored a year later, and for somebody who has come to the end of the course', async () => {
    const anyone = visitor();
    const { unsubscribePath } = await enrollByForm(anyone, EMAIL);
    await change(enrollments, { state: 'completed', closedAt: 1, nextAt: null });
    await anyone.pass(400 * DAY);
    expect((await anyone.post(unsubscribePath)).status).toBe(200);
    expect(await state()).toBe('completed');
    expect(await value(subscribers, 'unsubscribedAt')).not.toBeNull();
    await anyone.post('/signup', { email: EMAIL });
    await anyone.work();
    expect((await anyone.mails(EMAIL)).at(-1)?.kind).toBe('confirm');
  });

  it('is honored while a lesson is on its way, and nothing follows that', async () => {
    const anyone = visitor();
    const { unsubscribePath } = await enrollByForm(anyone, EMAIL);
    await change(deliveries, { state: 'sending' }, { lane: 'lesson' });
    await change(batches, { state: 'open', leaseUntil: 9999999999999 }, { lane: 'lesson' });
    expect((await anyone.post(unsubscribePath)).status).toBe(200);
    expect(await state()).toBe('ended');
    await expectSilence(anyone);
  });

  it('is answered well when the person was erased meanwhile', async () => {
    const anyone = visitor();
    const { unsubscribePath } = await enrollByForm(anyone, EMAIL);
    for (const table of [deliveries, enrollments, signups, subscribers]) await remove(table);
    const before = await dump();
    expect((await anyone.get(unsubscribePath)).status).toBe(200);
    expect((await anyone.post(unsubscribePath)).status).toBe(200);
    expect(await dump()).toEqual(before);
  });

  it('is honored after the signing keys were rotated and every other link was revoked', async () => {
    const before = visitor();
    const { learnPath, unsubscribePath } = await enrollByForm(before, EMAIL);
    await change(subscribers, { linkVersion: sql`${subscribers.linkVersion} + 1` });
    const anyone = visitor({ SIGNING_KEYS: 'new:a-newer-signing-key-that-is-long-enough' });
    expect((await anyone.get(learnPath)).status).toBe(404);
    expect((await anyone.post(unsubscribePath)).status).toBe(200);
    expect(await state()).toBe('ended');
  });

  it('is honored in production from a client that signs up too often', async () => {
    await enrollByForm(visitor(), EMAIL);
    const SIGNUP_LIMIT = { limit: async () => ({ success: false }) };
    const anyone = visitor({ ...PRODUCTION, SIGNUP_LIMIT }, PRODUCTION.BASE_URL);
    const { tokens } = await anyone.context();
    const id = Number(await value(subscribers, 'id'));
    const path = `/unsubscribe/${await tokens.unsubscribe(id)}`;
    const client = { 'cf-connecting-ip': '203.0.113.7' };
    expect((await anyone.post(path, {}, client)).status).toBe(200);
    expect(await state()).toBe('ended');
  });

  it('ends the mail of that person only', async () => {
    const anyone = visitor();
    const { unsubscribePath } = await enrollByForm(anyone, EMAIL);
    await enrollByForm(anyone, 'ben@example.org');
    await anyone.post(unsubscribePath);
    expect(
      await orm
        .select({ email: subscribers.email, state: enrollments.state })
        .from(enrollments)
        .innerJoin(subscribers, eq(subscribers.id, enrollments.subscriberId))
        .orderBy(subscribers.email),
    ).toEqual([
      { email: EMAIL, state: 'ended' },
      { email: 'ben@example.org', state: 'active' },
    ]);
  });

  it('that is damaged is answered with 404 and a way to write to us, and changes nothing', async () => {
    const anyone = visitor();
    const { unsubscribePath, learnPath, confirmPath } = await enrollByForm(anyone, EMAIL);
    const other = newAddress();
    await signUpByForm(anyone, other);
    const theirs = (await mailedPath(anyone, other, 'unsubscribe')).split('.');
    const mine = unsubscribePath.split('.');
    const before = await dump();
    for (const path of [
      unsubscribePath.slice(0, -1),
      `${unsubscribePath}x`,
      unsubscribePath.slice(0, -1) + (unsubscribePath.endsWith('A') ? 'B' : 'A'),
      [...mine.slice(0, -1), theirs.at(-1)].join('.'),
      learnPath.replace('/learn/', '/unsubscribe/'),
      confirmPath.replace('/confirm/', '/unsubscribe/'),
      '/unsubscribe/x',
      '/unsubscribe/%00',
      '/unsubscribe/u.0.AAAAAAAAAAAAAAAAAAAAAA',
    ]) {
      for (const response of [await anyone.get(path), await anyone.post(path)]) {
        expect(response.status, path).toBe(404);
        const page = await see(response);
        expect(page.all('a').some((link) => link.href?.startsWith('mailto:'))).toBe(true);
      }
    }
    expect(await dump()).toEqual(before);
    expect(await state()).toBe('active');
  });
});

describe('every mail', () => {
  it('carries a List-Unsubscribe header whose own address works without anything else', async () => {
    const anyone = visitor();
    await enrollByForm(anyone, EMAIL);
    await anyone.pass(2 * DAY);
    await anyone.post('/signup', { email: EMAIL });
    await anyone.work();
    const mails = await anyone.mails(EMAIL);
    expect(mails.map((mail) => mail.kind)).toEqual(['confirm', 'lesson', 'already-enrolled']);
    for (const mail of mails) {
      const headers = Object.entries(mail.headers).map(([name, text]) => [
        name.toLowerCase(),
        text,
      ]);
      expect(headers.filter(([name]) => name === 'list-unsubscribe-post')).toEqual([
        ['list-unsubscribe-post', 'List-Unsubscribe=One-Click'],
      ]);
      const [link, ...others] = headers.filter(([name]) => name === 'list-unsubscribe');
      expect(others).toEqual([]);
      const url = /^<([^<>,\s]+)>$/.exec(link?.[1] ?? '')?.[1] ?? '';
      expect(url.startsWith(`${HOST}/unsubscribe/`)).toBe(true);
      // The same link stands in the mail for a person to find.
      expect(mail.text).toContain(url);
      expect(mail.html).toContain(url);
      await change(enrollments, { state: 'active', closedAt: null });
      const body = 'List-Unsubscribe=One-Click';
      const response = await anyone.fetch(url.slice(HOST.length), {
        method: 'POST',
        body,
        headers: ONE_CLICK,
      });
      expect(response.status, mail.kind).toBe(200);
      expect(await state(), mail.kind).toBe('ended');
    }
  });
});
