import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { signups, subscribers } from '../../src/db/schema.ts';
import type { Env } from '../../src/env.ts';
import { count, dump } from '../support/rows.ts';
import { newAddress, PRODUCTION, see, visitor } from '../support/visitor.ts';

const CLIENT = { 'cf-connecting-ip': '203.0.113.7' };

/** A limit that says so, and whom it was asked about. */
function limit(success: boolean): { SIGNUP_LIMIT: Env['SIGNUP_LIMIT']; asked: string[] } {
  const asked: string[] = [];
  const SIGNUP_LIMIT: Env['SIGNUP_LIMIT'] = {
    limit: async ({ key }) => {
      asked.push(key);
      return { success };
    },
  };
  return { SIGNUP_LIMIT, asked };
}

const inProduction = (SIGNUP_LIMIT: Env['SIGNUP_LIMIT']) =>
  visitor({ ...PRODUCTION, SIGNUP_LIMIT }, PRODUCTION.BASE_URL);

describe('a client that signs up too often', () => {
  it('is told to wait, in the page that it came from, with what was typed kept', async () => {
    const anyone = inProduction(limit(false).SIGNUP_LIMIT);
    const typed = { email: 'ana@example.org', first_name: 'Ana', time_zone: 'Europe/Berlin' };
    const response = await anyone.post('/signup', typed, CLIENT);
    expect(response.status).toBe(429);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    const page = await see(response);
    for (const [name, typedValue] of Object.entries(typed)) {
      expect(page.all('input').find((input) => input.name === name)?.value).toBe(typedValue);
    }
    expect(page.text).toContain('Please try again in a minute.');
    expect(await count(subscribers)).toBe(0);
    expect(anyone.woken).toEqual([]);
  });

  it('is told so in JSON where it asks for that', async () => {
    const anyone = inProduction(limit(false).SIGNUP_LIMIT);
    const response = await anyone.postJson('/signup', { email: newAddress() }, CLIENT);
    expect(response.status).toBe(429);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    const { error } = (await response.json()) as { error: { code: string } };
    expect(error.code).toBe('too-many-requests');
    expect(await count(subscribers)).toBe(0);
  });

  it('is known by the address that the platform names, and by nothing it says itself', async () => {
    const { SIGNUP_LIMIT, asked } = limit(true);
    const anyone = inProduction(SIGNUP_LIMIT);
    const forged = { 'x-forwarded-for': '10.0.0.1', 'x-real-ip': '10.0.0.2', forwarded: 'for=1' };
    await anyone.post('/signup', { email: newAddress() }, { ...CLIENT, ...forged });
    expect(asked).toEqual(['203.0.113.7']);
  });

  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::FFFF:cb00:7107', '203.0.113.7'],
    ['0:0:0:0:0:ffff:203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2::1', '2001:db8:1:2::/64'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002:ffff:ffff:ffff:ffff', '2001:db8:1:2::/64'],
    ['2001:db8:1:3::1', '2001:db8:1:3::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:db8::5:6:7:8:9', '2001:db8:0:5::/64'],
    ['fe80::1', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80::1%eth0'],
    ['nonsense]', 'nonsense]'],
  ])('at %s is counted as %s: a line of IPv6 has a whole network of addresses', async (ip, key) => {
    const { SIGNUP_LIMIT, asked } = limit(true);
    const from = { 'cf-connecting-ip': ip };
    await inProduction(SIGNUP_LIMIT).post('/signup', { email: newAddress() }, from);
    expect(asked).toEqual([key]);
  });

  it('leaves its address in no row', async () => {
    const anyone = inProduction(limit(true).SIGNUP_LIMIT);
    expect((await anyone.post('/signup', { email: newAddress() }, CLIENT)).status).toBe(303);
    expect(await count(signups)).toBe(1);
    expect(JSON.stringify(await dump())).not.toContain('203.0.113');
  });

  it('may go on reading: only signups are counted', async () => {
    const { SIGNUP_LIMIT, asked } = limit(false);
    const anyone = inProduction(SIGNUP_LIMIT);
    for (const path of ['/', '/about', '/lessons/1', '/signup/check-inbox', '/unsubscribe/x']) {
      expect((await anyone.get(path, CLIENT)).status).toBeLessThan(500);
    }
    expect(asked).toEqual([]);
  });

  it('is counted for a slip and for the field that nobody sees, too', async () => {
    const { SIGNUP_LIMIT, asked } = limit(true);
    const anyone = inProduction(SIGNUP_LIMIT);
    await anyone.post('/signup', { email: 'ana@' }, CLIENT);
    await anyone.post('/signup', { email: newAddress(), website: 'x' }, CLIENT);
    expect(asked).toHaveLength(2);
  });
});

describe('below the limit', () => {
  it('a signup is taken', async () => {
    const anyone = inProduction(limit(true).SIGNUP_LIMIT);
    expect((await anyone.post('/signup', { email: newAddress() }, CLIENT)).status).toBe(303);
    expect(await count(signups)).toBe(1);
    expect(anyone.woken).toEqual(['prompt']);
  });
});

describe('on this machine', () => {
  it('nothing is counted', async () => {
    const { SIGNUP_LIMIT, asked } = limit(false);
    for (const host of ['http://localhost:8787', 'http://127.0.0.1:8787', 'http://[::1]:8787']) {
      const anyone = visitor({ SIGNUP_LIMIT }, host);
      expect((await anyone.post('/signup', { email: newAddress() }, CLIENT)).status).toBe(303);
    }
    expect(asked).toEqual([]);
  });
});

describe('in production', () => {
  it.each(['http://localhost:8787', 'http://127.0.0.1:8787', 'http://[::1]:8787'])(
    'a request that calls its host %s is counted all the same',
    async (host) => {
      const { SIGNUP_LIMIT, asked } = limit(false);
      const anyone = visitor({ ...PRODUCTION, SIGNUP_LIMIT }, host);
      expect((await anyone.post('/signup', { email: newAddress() }, CLIENT)).status).toBe(429);
      expect(asked).toHaveLength(1);
    },
  );
});

describe('the platform’s own limit', () => {
  it('takes ten signups of a client in a minute, and not the next ones', async () => {
    const anyone = inProduction(env.SIGNUP_LIMIT);
    const statuses: number[] = [];
    for (let count = 0; count < 13; count++) {
      const client = { 'cf-connecting-ip': '198.51.100.9' };
      statuses.push((await anyone.post('/signup', { email: newAddress() }, client)).status);
    }
    expect(statuses.slice(0, 10)).toEqual(Array(10).fill(303));
    expect(statuses.at(-1)).toBe(429);
    const other = { 'cf-connecting-ip': '198.51.100.10' };
    expect((await anyone.post('/signup', { email: newAddress() }, other)).status).toBe(303);
  });
});
