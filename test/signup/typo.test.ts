import { describe, expect, it } from 'vitest';
import { subscribers } from '../../src/db/schema.ts';
import { meantAddress } from '../../src/signup/typo.ts';
import { value } from '../support/rows.ts';
import { see, visitor } from '../support/visitor.ts';

describe('a slip in an address', () => {
  it.each([
    ['ana@gmial.com', 'ana@gmail.com'],
    ['Ana.B+c@gmail.con', 'Ana.B+c@gmail.com'],
    ['ana@gmail.co', 'ana@gmail.com'],
    ['ana@GMAL.com', 'ana@gmail.com'],
    ['ana@hotmial.com', 'ana@hotmail.com'],
    ['ana@yahoo.con', 'ana@yahoo.com'],
    ['ana@outlok.com', 'ana@outlook.com'],
    [' ana@iclod.com ', 'ana@icloud.com'],
    ['ana@comcst.net', 'ana@comcast.net'],
  ])('%s was probably meant to be %s', (typed, meant) => {
    expect(meantAddress(typed)).toBe(meant);
  });

  it.each([
    ...[
      'gmail.com',
      'GMAIL.com',
      'mail.com',
      'email.com',
      'ymail.com',
      'me.com',
      'mac.com',
      'aol.com',
    ],
    ...['yahoo.ca', 'yahoo.com.br', 'yahoo.co.in', 'hotmail.fr', 'outlook.de', 'gmx.net', 'gmx.de'],
    ...[
      'va.gov',
      'ucsf.edu',
      'antioch.edu',
      'kaiser.org',
      'nhs.net',
      'clinic.example',
      'therapy.care',
    ],
    ...['bücher.example', 'proton.me', 'hey.com', 'fastmail.fm'],
  ])('%s is where somebody may have their address, and is not asked about', (domain) => {
    expect(meantAddress(`ana@${domain}`)).toBeNull();
  });

  it.each(['', 'ana', '@gmial.com', 'ana@', 'a@b@gmial.com'])(
    '%j is no address to ask about',
    (typed) => {
      expect(meantAddress(typed)).toBeNull();
    },
  );

  it('is taken all the same, and asked about on the next page by what was meant alone', async () => {
    const anyone = visitor();
    const response = await anyone.post('/signup', { email: 'ana.personal@gmial.com' });
    expect(response.status).toBe(303);
    const there = response.headers.get('location') ?? '';
    expect(there).toMatch(/^\/signup\/check-inbox\?meant=gmail\.com#/);
    expect(there.split('#')[0]).not.toContain('personal');
    expect(await value(subscribers, 'email')).toBe('ana.personal@gmial.com');
    const asked = await see(await anyone.get(there.split('#')[0] ?? ''));
    expect(asked.text).toContain('Did you mean gmail.com?');
    expect((await see(await anyone.get('/signup/check-inbox'))).text).not.toContain('Did you mean');
  });

  it('is asked about in no words that a link brings along', async () => {
    const said = encodeURIComponent('evil.example — call 555');
    const page = await see(await visitor().get(`/signup/check-inbox?meant=${said}`));
    expect(page.text).not.toContain('Did you mean');
    expect(page.text).not.toContain('evil');
  });
});
