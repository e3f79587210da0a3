import { describe, expect, it } from 'vitest';
import { see, visitor } from '../support/visitor.ts';

const TURNSTILE = { TURNSTILE_SITE_KEY: 'a-site-key', TURNSTILE_SECRET: 'a-secret' };

describe('the privacy page', () => {
  const read = async (keys = {}) => {
    const page = await see(await visitor(keys).get('/privacy'));
    return { ...page, text: page.text.replace(/\s+/g, ' ') };
  };

  it('says whose Turnstile is and what it sees, where every signup has to pass it', async () => {
    const { text, all } = await read(TURNSTILE);
    expect(text).toContain('Every signup has to pass Turnstile, a check by Cloudflare');
    expect(text).toContain('It sees your network address, how your browser connects');
    expect(text).toContain(
      'no requests from these pages to anybody else, but for the check at the signup form',
    );
    expect(all('a').map(({ href }) => href)).toContain(
      'https://www.cloudflare.com/turnstile-privacy-policy/',
    );
  });

  it('says what a network address is looked at for', async () => {
    const { text } = await read();
    expect(text).toContain('to slow down floods of signups, and to guess a time zone for you');
  });

  it('does not name it where there is no such check', async () => {
    const { text, all } = await read();
    expect(text).not.toMatch(/turnstile/i);
    expect(text).toContain('no requests from these pages to anybody else. We set one cookie');
    expect(all('a').filter(({ href }) => href?.includes('cloudflare'))).toEqual([]);
  });
});
