import { describe, expect, it } from 'vitest';
import { deliveries, signups, subscribers } from '../../src/db/schema.ts';
import { addresses } from '../cases/addresses.ts';
import { count, pick, rows } from '../support/rows.ts';
import { HOST, newAddress, visitor } from '../support/visitor.ts';

const stored = () => pick(subscribers, ['email']);

describe('an address', () => {
  it.each(addresses)('%j is kept as %j: %s', async (typed, kept) => {
    const anyone = visitor();
    const response = await anyone.postJson('/signup', { email: typed });
    const answer = await response.text();
    if (kept === null) {
      expect(response.status).toBe(422);
      const { error } = JSON.parse(answer);
      expect(error).toMatchObject({ code: 'bad-input', field: 'email' });
      expect(error.message).not.toContain(typed);
      expect(await count(signups)).toBe(0);
      expect(await count(deliveries)).toBe(0);
      expect(anyone.woken).toEqual([]);
    } else expect(response.status, answer).toBe(202);
    const emails = kept === null ? [] : [kept];
    expect(await stored()).toEqual(emails.map((email) => ({ email })));
    // What was taken can be mailed: the mail goes to that address and nobody else.
    await anyone.work();
    expect((await anyone.mails()).map((mail) => mail.to)).toEqual(emails);
  });

  it('with a plus tag is kept by a form that escapes it, and refused where the form does not', async () => {
    const anyone = visitor();
    const form = 'application/x-www-form-urlencoded';
    expect((await anyone.postRaw('/signup', 'email=ana%2Bx@example.org', form)).status).toBe(303);
    expect((await anyone.postRaw('/signup', 'email=ben+x@example.org', form)).status).toBe(422);
    expect(await stored()).toEqual([{ email: 'ana+x@example.org' }]);
  });

  it('is one address in whatever case it is typed, and another with a dot or a plus tag', async () => {
    const anyone = visitor();
    for (const email of [
      'Ana@example.org',
      'ana@EXAMPLE.org',
      '\u202aana@example.org\u202c',
      'a.na@example.org',
      'ana+x@example.org',
    ]) {
      await anyone.post('/signup', { email });
    }
    const emails = (await stored()).map(({ email }) => email).sort();
    expect(emails).toEqual(['a.na@example.org', 'ana+x@example.org', 'ana@example.org']);
  });

  it('with a slip gives the page again, with the message at the field and everything typed kept', async () => {
    const anyone = visitor();
    const typed = { email: 'ana"@example', first_name: '<Ana>', time_zone: 'Europe/Berlin' };
    const response = await anyone.post('/signup', typed);
    expect(response.status).toBe(422);
    const page = await response.text();
    expect(page).toContain('id="email-error"');
    expect(page).toContain('value="ana&quot;@example"');
    expect(page).toContain('value="&lt;Ana&gt;"');
    expect(page).toContain('value="Europe/Berlin"');
    expect(page).not.toContain('<Ana>');
  });

  it.each([
    ['müller@example.org', 'letters other than a to z before the @'],
    ['ana@ex\u0430mple.org', 'letters of two alphabets that look alike'],
    ['ana@127.0.0.1', 'No address ends in a number.'],
    ['ana@example.１２３', 'No address ends in a number.'],
    ['an\u200ba@example.org', 'a character in it that cannot be seen'],
    ['ana\0@example.org', 'a character in it that cannot be seen'],
    ['ana@example.org\r\nben@example.org', 'Please check it for a slip.'],
    ['ana', 'Please check it for a slip.'],
    ['ana@example.c', 'Please check it for a slip.'],
    ['\u200b', 'Please enter your email address.'],
  ])('typed as %j is told what is wrong with it: %s', async (email, why) => {
    const response = await visitor().postJson('/signup', { email });
    expect(((await response.json()) as { error: { message: string } }).error.message).toContain(
      why,
    );
  });

  it('left empty asks for it', async () => {
    for (const email of ['', '   ', '\n']) {
      const response = await visitor().postJson('/signup', { email, first_name: 'Ana' });
      expect(response.status).toBe(422);
      expect(await response.text()).toContain('Please enter your email address.');
    }
  });
});

describe('a good signup', () => {
  it('sends a browser to the page about the inbox, and answers a program in JSON', async () => {
    const anyone = visitor();
    const page = await anyone.post('/signup', { email: ' ana+in@example.org ' });
    // The address that was typed stands where no server is told of it.
    const there = '/signup/check-inbox#to=+ana%2Bin%40example.org+';
    expect([page.status, page.headers.get('location')]).toEqual([303, there]);
    const answer = await anyone.postJson('/signup', { email: newAddress() });
    expect([answer.status, await answer.json()]).toEqual([202, { status: 'check-inbox' }]);
    const inbox = await anyone.get('/signup/check-inbox');
    expect(inbox.status).toBe(200);
  });

  it('leads nowhere else, whatever `redirect` says', async () => {
    const anyone = visitor();
    for (const redirect of [
      'https://evil.example',
      '//evil.example',
      '/learn/x',
      `${HOST}@evil.example`,
    ]) {
      const response = await anyone.post('/signup', { email: newAddress(), redirect });
      expect(response.headers.get('location')).toMatch(/^\/signup\/check-inbox#/);
    }
  });

  it('stores what was asked, when, on which page and under which words', async () => {
    const anyone = visitor();
    await anyone.setTime('2026-11-30T12:00:00Z');
    await anyone.post(
      '/signup',
      { email: 'ana@example.org', first_name: ' Ana ', time_zone: 'Europe/Berlin' },
      { referer: 'https://course.example.org/about?token=secret#top' },
    );
    const [signup] = await rows(signups);
    expect(signup).toMatchObject({
      providerId: null,
      firstName: 'Ana',
      timeZone: 'Europe/Berlin',
      page: 'https://course.example.org/about',
      wordsVersion: expect.stringMatching(/^\d{4}-\d{2}-[a-z]$/),
      confirmedAt: null,
    });
    expect(
      Math.abs(Number(signup?.createdAt) - Date.parse('2026-11-30T12:00:00Z') / 1000),
    ).toBeLessThan(60);
    expect(await pick(deliveries, ['kind', 'lane', 'state'])).toEqual([
      { kind: 'confirm', lane: 'prompt', state: 'owed' },
    ]);
    expect(anyone.woken).toEqual(['prompt']);
  });

  it('sends one mail, whose one link to a page of its own asks for the hour', async () => {
    const anyone = visitor();
    await anyone.post('/signup', { email: 'ana@example.org', time_zone: 'Europe/Berlin' });
    await anyone.work();
    await anyone.work();
    const mails = await anyone.mails();
    expect(mails.map(({ to, kind }) => [to, kind])).toEqual([['ana@example.org', 'confirm']]);
    const [, path] = /http:\/\/localhost:8787(\/confirm\/\S+)/.exec(mails[0]?.text ?? '') ?? [];
    const page = await anyone.get(path ?? '');
    expect(page.status).toBe(200);
    expect(await page.text()).toMatch(/<option value="Europe\/Berlin" selected/);
  });
});
