import { describe, expect, it } from 'vitest';
import { rows, value } from '../support/course.ts';
import { HOST, newAddress, visitor } from '../support/visitor.ts';

interface Case {
  id: number;
  address: string;
  diagnosis: string;
  verdict: 'accept' | 'reject' | 'reject-or-trim' | 'either';
}

const [file] = Object.values(
  import.meta.glob<{ cases: Case[] }>('../../../shared/cases/email-isemail.json', {
    eager: true,
    import: 'default',
  }),
);
const cases = file?.cases ?? [];

const stored = () => rows<{ email: string }>('SELECT email FROM subscribers');

describe('the addresses of isemail’s tests', () => {
  if (!file) it.skip('are not here: ../shared/cases/email-isemail.json is absent', () => {});
  it.each(cases)('$verdict #$id $address', async ({ address, verdict }) => {
    const anyone = visitor();
    const response = await anyone.post('/signup', { email: address });
    const kept = await stored();
    expect([303, 422], await response.text()).toContain(response.status);
    expect(kept).toHaveLength(response.status === 303 ? 1 : 0);
    for (const { email } of kept) expect(email).not.toMatch(/[\r\n\0\s]/);
    if (verdict === 'accept') {
      expect(response.status).toBe(303);
      expect(kept).toEqual([{ email: address.trim().toLowerCase() }]);
    }
    if (verdict === 'reject') expect(response.status).toBe(422);
    if (verdict === 'reject' || response.status === 422) {
      expect(await value('SELECT count(*) FROM signups')).toBe(0);
      expect(await value('SELECT count(*) FROM deliveries')).toBe(0);
      expect(anyone.woken).toEqual([]);
    }
    // What was taken can be mailed: the mail goes to that address and nobody else.
    await anyone.work();
    expect((await anyone.mails()).map((mail) => mail.to)).toEqual(kept.map(({ email }) => email));
  });
});

describe('an address', () => {
  it.each([
    ['  Ana@Example.ORG  ', 'ana@example.org'],
    ['\tana@example.org\n', 'ana@example.org'],
    ['\u00a0ana@example.org\u00a0', 'ana@example.org'],
    ['a.n.a+course@example.org', 'a.n.a+course@example.org'],
    ["o'neil_{x}|y~z@sub-domain.example.co.uk", "o'neil_{x}|y~z@sub-domain.example.co.uk"],
    ['ana@xn--bcher-kva.example', 'ana@xn--bcher-kva.example'],
    [`${'a'.repeat(64)}@example.org`, `${'a'.repeat(64)}@example.org`],
  ])(
    'typed as %j is kept as %s: trimmed and lower-cased whole, nothing folded',
    async (typed, kept) => {
      expect((await visitor().post('/signup', { email: typed })).status).toBe(303);
      expect(await stored()).toEqual([{ email: kept }]);
    },
  );

  it('is one address in whatever case it is typed, and another with a dot or a plus tag', async () => {
    const anyone = visitor();
    for (const email of [
      'Ana@example.org',
      'ana@EXAMPLE.org',
      'a.na@example.org',
      'ana+x@example.org',
    ]) {
      await anyone.post('/signup', { email });
    }
    const emails = (await stored()).map(({ email }) => email).sort();
    expect(emails).toEqual(['a.na@example.org', 'ana+x@example.org', 'ana@example.org']);
  });

  it.each([
    ['two addresses', 'ana@example.org,ben@example.org'],
    ['two addresses on two lines', 'ana@example.org\r\nben@example.org'],
    ['a header below it', 'ana@example.org\r\nBcc: ben@example.org'],
    ['a header below it, escaped', 'ana@example.org%0d%0aBcc:ben@example.org'],
    ['a NUL in it', 'ana\0@example.org'],
    ['a NUL at its end', 'ana@example.org\0'],
    ['a name before it', 'Ana <ana@example.org>'],
    ['letters that look like others', 'аna@example.org'],
    ['a domain beyond ASCII', 'ana@bücher.example'],
    ['a local part of 65', `${'a'.repeat(65)}@example.org`],
    ['255 characters', `ana@${'a.'.repeat(124)}com`],
    ['a label of 64', `ana@${'a'.repeat(64)}.org`],
    ['a placeholder', '{{to}}'],
    ['the shape of a link', 'https://example.org/?a@b'],
    ['a lone surrogate', 'ana\ud800@example.org'],
  ])('with %s is refused at its field, and nothing is stored', async (_, email) => {
    const response = await visitor().postJson('/signup', { email });
    expect(response.status).toBe(422);
    const { error } = (await response.json()) as { error: Record<string, string> };
    expect(error).toMatchObject({ code: 'bad-input', field: 'email' });
    expect(error.message).not.toContain(email);
    expect(await stored()).toEqual([]);
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
    const page = await anyone.post('/signup', { email: newAddress() });
    expect([page.status, page.headers.get('location')]).toEqual([303, '/signup/check-inbox']);
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
      expect(response.headers.get('location')).toBe('/signup/check-inbox');
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
    const [signup] = await rows<Record<string, unknown>>('SELECT * FROM signups');
    expect(signup).toMatchObject({
      provider_id: null,
      first_name: 'Ana',
      time_zone: 'Europe/Berlin',
      page: 'https://course.example.org/about',
      words_version: expect.stringMatching(/^\d{4}-\d{2}-[a-z]$/),
      confirmed_at: null,
    });
    expect(
      Math.abs(Number(signup?.created_at) - Date.parse('2026-11-30T12:00:00Z') / 1000),
    ).toBeLessThan(60);
    expect(await rows('SELECT kind, lane, state FROM deliveries')).toEqual([
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
