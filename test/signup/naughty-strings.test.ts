import { eq, ne } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { enrollments, providers, signups, subscribers } from '../../src/db/schema.ts';
import { dispatch } from '../../src/delivery/dispatch.ts';
import type { Mail, Mailer } from '../../src/mailer/mailer.ts';
import { names } from '../cases/names.ts';
import { naughtyStrings as strings } from '../cases/naughty-strings.ts';
import { testContext } from '../support/course.ts';
import { orm, pick, put } from '../support/rows.ts';
import { type Seen, see, type Visitor, visitor } from '../support/visitor.ts';

/** Control characters that could end a line or a text. */
const CONTROL = /[\r\n\0\u0085\u2028\u2029]/;

/** Runs over the strings, some at a time. */
async function each(body: (text: string, index: number) => Promise<void>): Promise<void> {
  for (let start = 0; start < strings.length; start += 20) {
    const some = strings.slice(start, start + 20);
    await Promise.all(some.map((text, index) => body(text, start + index)));
  }
}

const address = (index: number) => `naughty-${index}@example.org`;

/** What HTML calls for, so that a text is shown and not read. */
const escapeHtml = (text: string) =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');

/** Every signup's own confirmation page, by address. */
async function confirmationPaths(anyone: Visitor): Promise<Map<string, string>> {
  const { tokens } = await anyone.context();
  const all = await orm
    .select({
      id: signups.id,
      subscriberId: subscribers.id,
      at: signups.createdAt,
      email: subscribers.email,
    })
    .from(signups)
    .innerJoin(subscribers, eq(subscribers.id, signups.subscriberId));
  const paths = new Map<string, string>();
  for (const { id, subscriberId, at, email } of all) {
    const claims = {
      subscriberId,
      linkVersion: 0,
      signupId: id,
      expiresAt: at + 604_800,
    };
    paths.set(email, `/confirm/${await tokens.confirm(claims)}`);
  }
  return paths;
}

describe('a string that breaks naive programs', { timeout: 120_000 }, () => {
  it('as an address is refused or taken, never a fault', async () => {
    const anyone = visitor();
    await each(async (text) => {
      const form = await anyone.post('/signup', { email: text });
      const json = await anyone.postJson('/signup', { email: text });
      expect([303, 422], text).toContain(form.status);
      expect(json.status, text).toBe(form.status === 303 ? 202 : 422);
    });
    for (const { email } of await pick(subscribers, ['email'])) {
      expect(email).toMatch(/^[\x21-\x7e]+@[\x21-\x7e]+$/);
    }
  });

  it('as name, time zone and redirect loses no signup, by form, by multipart form and by JSON', async () => {
    const anyone = visitor();
    await each(async (text, index) => {
      const fields = {
        email: address(index),
        first_name: text,
        time_zone: text,
        redirect: text,
      };
      const form = new FormData();
      for (const [name, value] of Object.entries(fields)) form.set(name, value);
      const ways = [
        () => anyone.post('/signup', fields),
        () => anyone.postRaw('/signup', form),
        () => anyone.postRaw('/signup', JSON.stringify(fields), 'application/json'),
      ];
      const response = await ways[index % 3]?.();
      expect(response?.status, text).toBe(303);
      expect(response?.headers.get('location')).toMatch(/^\/signup\/check-inbox[?#]/);
    });
    const kept = await pick(signups, ['firstName', 'timeZone']);
    expect(kept).toHaveLength(strings.length);
    for (const { firstName, timeZone } of kept) {
      expect(firstName).not.toMatch(CONTROL);
      expect(firstName.isWellFormed()).toBe(true);
      expect([...firstName].length).toBeLessThanOrEqual(80);
      expect(timeZone).toBeNull();
    }
  });

  it('as a provider is no provider of ours: nothing is stored', async () => {
    const anyone = visitor();
    await each(async (text, index) => {
      const response = await anyone.post('/signup', { email: address(index), provider: text });
      expect(response.status, text).toBe(text === '' ? 303 : 422);
      if (index % 5 !== 0) return;
      const page = await anyone.get(`/?provider=${encodeURIComponent(text.toWellFormed())}`);
      expect(page.status, text).toBe(200);
    });
    expect(await pick(subscribers, ['email'])).toHaveLength(
      strings.filter((text) => text === '').length,
    );
  });

  it('in the field that nobody sees shows the form again, and nothing is stored', async () => {
    const anyone = visitor();
    await each(async (text, index) => {
      const response = await anyone.post('/signup', { email: address(index), website: text });
      expect(response.status, text).toBe(text.trim() === '' ? 303 : 422);
    });
    expect(await pick(subscribers, ['email'])).toHaveLength(
      strings.filter((text) => text.trim() === '').length,
    );
  });

  it('as a name is shown as it is on the confirmation page, and changes nothing else of it', async () => {
    const anyone = visitor();
    await each(async (text, index) => {
      await anyone.post('/signup', { email: address(index), first_name: text });
    });
    const plainName = 'Qxzq';
    await anyone.post('/signup', { email: 'plain@example.org', first_name: plainName });
    const paths = await confirmationPaths(anyone);
    const plainPath = paths.get('plain@example.org') ?? '';
    const plain = await (await anyone.get(plainPath)).text();
    expect(plain).toContain(plainName);
    const named = await orm
      .select({ email: subscribers.email, name: signups.firstName })
      .from(signups)
      .innerJoin(subscribers, eq(subscribers.id, signups.subscriberId))
      .where(ne(signups.firstName, ''));
    // Those that could mean something to a page; letters in other scripts are left to the mails.
    for (const { email, name } of named.filter((signup) => /[^\p{L}\p{N}\s]/u.test(signup.name))) {
      const path = paths.get(email) ?? '';
      const page = await (await anyone.get(path)).text();
      const expected = plain.split(plainName).join(escapeHtml(name)).split(plainPath).join(path);
      expect(page === expected, name).toBe(true);
    }
  });

  it('typed again after a slip stands in its field as it was typed', async () => {
    const anyone = visitor();
    await each(async (text) => {
      const fields = { email: text, first_name: text, time_zone: text, website: '' };
      const response = await anyone.post('/signup', { ...fields, provider: 'pk_unknown' });
      expect(response.status, text).toBe(422);
      const inputs = (await see(response)).all('input');
      const shown = (name: string) => inputs.find((input) => input.name === name)?.value;
      // The platform's decoder takes a byte order mark for one.
      const typed = text.toWellFormed().replace(/^\ufeff/, '');
      expect(shown('email'), text).toBe(typed);
      expect(shown('first_name'), text).toBe(typed);
      expect(shown('time_zone'), text).toBe(typed);
    });
  });

  it('as an hour is asked for again, and nobody is enrolled', async () => {
    const anyone = visitor();
    await anyone.post('/signup', { email: 'ana@example.org' });
    const path = (await confirmationPaths(anyone)).get('ana@example.org') ?? '';
    await each(async (text, index) => {
      // Asking again is a long page: each of the fields gets a share of the strings.
      for (const field of [['weekday', 'time', 'time_zone'][index % 3] ?? '']) {
        const slot = { weekday: '2', time: '07:30', time_zone: 'UTC', [field]: text };
        // A few of the strings are a day of the week, for a program.
        if (field === 'weekday' && [1, 2, 3, 4, 5, 6, 7].includes(Number(text))) continue;
        const response = await anyone.post(path, { go: 'yes', ...slot });
        expect(response.status, `${field}: ${text}`).toBe(422);
      }
    });
    expect(await pick(enrollments, ['id'])).toEqual([]);
  });

  it('as a token opens nothing, changes nothing and is no fault', async () => {
    const anyone = visitor();
    await each(async (text, index) => {
      const token = encodeURIComponent(text.toWellFormed().slice(0, 300)).replace(/^\.+$/, 'dots');
      const rooms = ['confirm', 'learn', 'unsubscribe'];
      const get = await anyone.get(`/${rooms[index % 3]}/${token}`);
      expect(get.status, text).toBe(404);
      const post = await anyone.post(`/${index % 2 ? 'confirm' : 'unsubscribe'}/${token}`, {
        go: 'yes',
      });
      expect(post.status, text).toBe(404);
    });
  });
});

describe('a name in a mail', { timeout: 120_000 }, () => {
  /** Keeps what is read off a mail, and not the mail: there are hundreds of long ones. */
  function reader(): Mailer & { seen: Map<string, { mail: Mail; page: Seen }> } {
    const seen = new Map<string, { mail: Mail; page: Seen }>();
    return {
      seen,
      interval: { prompt: 0, lesson: 0 },
      async post({ body }) {
        for (const mail of JSON.parse(new TextDecoder().decode(body)) as Mail[]) {
          const page = await see(mail.html);
          seen.set(mail.to[0] ?? '', { mail: { ...mail, html: '' }, page });
        }
        return { kind: 'accepted', refused: [] };
      },
    };
  }

  it('is shown as it is or left out, changes no element, and reaches no header', async () => {
    const mailer = reader();
    const ctx = testContext({ mailer });
    const anyone = visitor();
    await each(async (text, index) => {
      await anyone.post('/signup', { email: address(index), first_name: text });
    });
    await anyone.post('/signup', { email: 'plain@example.org', first_name: 'Ana' });
    await anyone.post('/signup', { email: 'nameless@example.org' });
    for (const path of (await confirmationPaths(anyone)).values()) {
      const slot = { weekday: '2', time: '07:30', time_zone: 'UTC' };
      expect((await anyone.post(path, { go: 'yes', ...slot })).status).toBe(303);
    }
    ctx.clock.set(new Date().toISOString());
    await dispatch(ctx, 'lesson');

    const people = await pick(subscribers, {
      email: subscribers.email,
      name: subscribers.firstName,
    });
    expect(mailer.seen.size).toBe(people.length);
    const plain = mailer.seen.get('plain@example.org');
    const nameless = mailer.seen.get('nameless@example.org');
    expect(plain?.mail.text).toContain('\nHello Ana,\n');
    expect(nameless?.mail.text).toContain('\nHello,\n');
    for (const { email, name } of people) {
      const { mail, page } = mailer.seen.get(email) ?? {};
      if (!mail || !page || !plain) throw new Error(`no mail to ${email}`);
      expect(page.elements, name).toEqual(plain.page.elements);
      const shown = page.text.includes(`Hello ${name},`);
      const leftOut = page.text.includes('Hello,');
      expect(shown || leftOut, name).toBe(true);
      expect(
        mail.text.includes(shown && name !== '' ? `\nHello ${name},\n` : '\nHello,\n'),
        name,
      ).toBe(true);
      expect(mail.subject).toBe(plain.mail.subject);
      expect(mail.from).toBe(plain.mail.from);
      expect(mail.to).toEqual([email]);
      expect(JSON.stringify(mail.headers)).not.toMatch(/\\[rn]|\\u0000/);
      // Nothing in it that a mail program would turn into a link of a stranger's.
      if (!leftOut) expect(name).not.toMatch(/https?:|www\.|@|\w\.\w{2}|[{}<>]/);
    }
  });

  it.each(names)(
    'typed as %j is kept as %j, and greets in a mail: %s (%s)',
    async (typed, kept, greets) => {
      const mailer = reader();
      const ctx = testContext({ mailer });
      const anyone = visitor();
      await anyone.post('/signup', { email: 'ana@example.org', first_name: typed });
      expect(await pick(signups, ['firstName'])).toEqual([{ firstName: kept }]);
      const path = (await confirmationPaths(anyone)).get('ana@example.org') ?? '';
      await anyone.post(path, { go: 'yes', weekday: '2', time: '07:30', time_zone: 'UTC' });
      ctx.clock.set(new Date().toISOString());
      await dispatch(ctx, 'lesson');
      const { mail, page } = mailer.seen.get('ana@example.org') ?? {};
      expect(mail?.text).toContain(greets ? `\nHello ${kept},\n` : '\nHello,\n');
      if (!greets && kept !== '') {
        expect(mail?.text).not.toContain(kept);
        expect(page?.text).not.toContain(kept);
      }
      expect(mail?.text).not.toContain('/confirm/');
    },
  );

  it('of somebody who has not confirmed is not in the mail that asks them to', async () => {
    const anyone = visitor();
    await anyone.post('/signup', { email: 'ana@example.org', first_name: 'You have won' });
    await anyone.work();
    const [mail] = await anyone.mails('ana@example.org');
    expect(mail?.text).toContain('\nHello,\n');
    expect(JSON.stringify(mail)).not.toContain('You have won');
  });
});

it('a provider’s name is shown as it is, in the form, in the page and in the mail', async () => {
  const anyone = visitor();
  const name = 'Ana’s <b>"Institute"</b> & {{Co}}';
  await put(providers, { name, publicKey: 'pk_a', status: 'active', createdAt: 0 });
  const plain = await see(await anyone.get('/'));
  const form = await see(await anyone.get('/?provider=pk_a'));
  expect(form.text).toContain(`Offered through ${name}`);
  expect(form.elements.filter((element) => element === 'b')).toEqual(
    plain.elements.filter((element) => element === 'b'),
  );
  await anyone.post('/signup', { email: 'ana@example.org', provider: 'pk_a' });
  await anyone.work();
  const [mail] = await anyone.mails('ana@example.org');
  expect(mail?.text.replace(/\s+/g, ' ')).toContain(`at ${name}`);
  const seen = await see(mail?.html ?? '');
  expect(seen.text.replace(/\s+/g, ' ')).toContain(`at ${name}`);
  expect(seen.all('b')).toEqual([]);
});
