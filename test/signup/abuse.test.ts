import { and, eq, ne, sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { deliveries, providers, signups, subscribers } from '../../src/db/schema.ts';
import { health } from '../../src/delivery/health.ts';
import { tick } from '../../src/delivery/tick.ts';
import type { Env } from '../../src/env.ts';
import { randomId } from '../../src/id.ts';
import { SPIKE } from '../../src/provider/provider.ts';
import { createTurnstile } from '../../src/turnstile.ts';
import { testContext } from '../support/course.ts';
import { into } from '../support/into.ts';
import { ORIGIN, plantProvider } from '../support/providers.ts';
import { change, count, pick, plan, put, query } from '../support/rows.ts';
import {
  countingDatabase,
  newAddress,
  PRODUCTION,
  see,
  type Visitor,
  visitor,
} from '../support/visitor.ts';

const JSON_TYPE = { accept: 'application/json' };

const inProduction = (changes: Partial<Env> = {}) =>
  visitor({ ...PRODUCTION, ...changes }, PRODUCTION.BASE_URL);

/** A stamp of a form that was shown so many seconds ago: of a page of ours, or (`shared`) of a widget's. */
async function stamp(
  anyone: Visitor,
  age: number,
  { provider = '', shared = false } = {},
): Promise<string> {
  const { tokens } = await anyone.context();
  const shownAt = Math.floor(Date.now() / 1000) - age;
  return tokens.form({ shownAt, signupId: shared ? null : randomId() }, provider);
}

const codeOf = async (response: Response) =>
  [response.status, ((await response.json()) as { error: { code: string } }).error.code] as const;

/** The age of a form that nobody can have filled in yet, however busy the machine is. */
const JUST_NOW = -60;

/** As many signups as any form takes in ten minutes. */
async function flood(provider: number, count = SPIKE.signups): Promise<void> {
  const now = Math.floor(Date.now() / 1000);
  await put(subscribers, { id: 1, email: 'flood@example.org', emailHash: 'x', createdAt: 0 });
  await query(sql`${into(signups, 'id', 'subscriberId', 'providerId', 'firstName', 'page', 'wordsVersion', 'createdAt')}
        SELECT value, 1, ${provider}, '', '/', 'x', ${now - 60}
        FROM json_each(${JSON.stringify(Array.from({ length: count }, (_, at) => at + 1))})`);
}

describe('a form that comes back faster than people type', () => {
  it('is shown again with what was typed and the same stamp, so that the next press is slow enough', async () => {
    const anyone = inProduction();
    const shown = await stamp(anyone, JUST_NOW);
    const fields = { email: 'ana@example.org', first_name: 'Ana', shown };
    const response = await anyone.post('/signup', fields);
    expect(response.status).toBe(422);
    const page = await see(response);
    expect(page.text).toContain('quicker than people type');
    const typed = Object.fromEntries(page.all('input').map((input) => [input.name, input.value]));
    expect(typed).toMatchObject(fields);
    expect(await count(signups)).toBe(0);
  });

  it.each([
    ['JSON', (anyone: Visitor, fields: object) => anyone.postJson('/signup', fields)],
    [
      'a widget',
      (anyone: Visitor, fields: Record<string, string>) =>
        anyone.post(
          '/signup',
          { ...fields, provider: 'pk_harbor' },
          { ...JSON_TYPE, origin: ORIGIN },
        ),
    ],
    [
      'a frame',
      (anyone: Visitor, fields: Record<string, string>) => anyone.post('/embed/pk_harbor', fields),
    ],
  ])('is refused as %s too, and taken two seconds after it was shown', async (name, send) => {
    await plantProvider();
    const anyone = inProduction();
    const provider = name === 'JSON' ? '' : 'pk_harbor';
    const fields = { email: 'ana@example.org', shown: await stamp(anyone, JUST_NOW, { provider }) };
    expect((await send(anyone, fields)).status).toBe(422);
    expect(await count(signups)).toBe(0);
    await send(anyone, { ...fields, shown: await stamp(anyone, 3, { provider }) });
    expect(await count(signups)).toBe(1);
  });

  it('is taken from a page that was open, or cached, for weeks', async () => {
    const anyone = inProduction();
    const fields = { email: 'ana@example.org', shown: await stamp(anyone, 40 * 86_400) };
    expect((await anyone.post('/signup', fields)).status).toBe(303);
  });

  it.each(['', 'x', 'f.k1.1.1.AAAA', 'c.k1.0.0.0.0.AAAAAAAAAAAAAAAAAAAAAA', 'f'.repeat(30_000)])(
    'is taken without a stamp that we gave out (%.20j): pages of other people have none',
    async (shown) => {
      const anyone = inProduction();
      expect((await anyone.post('/signup', { email: 'ana@example.org', shown })).status).toBe(303);
    },
  );

  it('stamps every form of ours', async () => {
    const key = await plantProvider();
    for (const path of ['/', `/?provider=${key}`, `/embed/${key}`, '/confirm/x']) {
      const page = await see(await visitor().get(path));
      expect(page.all('input').find((input) => input.name === 'shown')?.value, path).toMatch(
        /^f\./,
      );
    }
  });
});

describe('a form of ours that is sent a second time', () => {
  const prompts = () => count(deliveries, { lane: 'prompt' });

  it.each(['one after the other', 'at once'])(
    'with the same address, by a double click, is one signup and answered as one: %s',
    async (when) => {
      const key = await plantProvider();
      const anyone = inProduction();
      const shown = await stamp(anyone, 5, { provider: key });
      const fields = { email: 'ana@example.org', first_name: 'An', provider: key, shown };
      const press = () => anyone.post('/signup', fields);
      const answers =
        when === 'at once' ? await Promise.all([press(), press()]) : [await press(), await press()];
      for (const answer of answers) {
        expect(answer.status).toBe(303);
        expect(answer.headers.get('location')).toMatch(/^\/signup\/check-inbox\?provider=/);
      }
      expect(await count(signups)).toBe(1);
      expect(await prompts()).toBe(1);
    },
  );

  it('with the same address and a corrected name keeps the correction', async () => {
    const anyone = inProduction();
    const fields = { email: 'ana@example.org', shown: await stamp(anyone, 5) };
    await anyone.post('/signup', { ...fields, first_name: 'An' });
    const again = await anyone.post('/signup', { ...fields, first_name: 'Ana' });
    expect(again.status).toBe(303);
    expect(await pick(signups, ['firstName'])).toEqual([{ firstName: 'Ana' }]);
    expect(await prompts()).toBe(1);
  });

  it.each(['', 'pk_harbor'])(
    'with another address is shown again with it, and the next press is taken (provider: %j)',
    async (provider) => {
      await plantProvider();
      const anyone = inProduction();
      const shown = await stamp(anyone, 5, { provider });
      const send = (email: string, stamped: string) =>
        anyone.post('/signup', { email, first_name: 'Ana', provider, shown: stamped });
      expect((await send('anna@example.org', shown)).status).toBe(303);
      const again = await send('ana@example.org', shown);
      expect(again.status).toBe(409);
      const page = await see(again);
      expect(page.text).toContain('This form was sent once already');
      const typed = Object.fromEntries(page.all('input').map((input) => [input.name, input.value]));
      expect(typed).toMatchObject({ email: 'ana@example.org', first_name: 'Ana' });
      expect(typed.shown).toMatch(/^f\./);
      expect(typed.shown).not.toBe(shown);
      expect(await pick(subscribers, ['email'])).toEqual([{ email: 'anna@example.org' }]);
      expect(await prompts()).toBe(1);
      expect((await send('ana@example.org', await stamp(anyone, 5, { provider }))).status).toBe(
        303,
      );
      expect(await count(signups)).toBe(2);
    },
  );

  it('with the address of somebody who is known already owes them nothing and says the same', async () => {
    const anyone = inProduction();
    await anyone.post('/signup', { email: 'ben@example.org' });
    await change(deliveries, { state: 'skipped' });
    const shown = await stamp(anyone, 5);
    await anyone.post('/signup', { email: 'ana@example.org', shown });
    const again = await anyone.post('/signup', { email: 'ben@example.org', shown });
    const nobody = await anyone.post('/signup', { email: 'new@example.org', shown });
    expect([again.status, nobody.status]).toEqual([409, 409]);
    expect(await count(signups)).toBe(2);
    expect(await count(deliveries, { state: 'owed' })).toBe(1);
  });

  it('is shown again in its frame too', async () => {
    const key = await plantProvider();
    const anyone = inProduction();
    const shown = await stamp(anyone, 5, { provider: key });
    await anyone.post(`/embed/${key}`, { email: 'anna@example.org', shown });
    const again = await anyone.post(`/embed/${key}`, { email: 'ana@example.org', shown });
    expect(again.status).toBe(409);
    const page = await see(again);
    expect(page.all('input').find(({ name }) => name === 'email')?.value).toBe('ana@example.org');
  });

  it('is told so in JSON', async () => {
    const anyone = inProduction();
    const shown = await stamp(anyone, 5);
    await anyone.postJson('/signup', { email: 'anna@example.org', shown });
    expect(
      await codeOf(await anyone.postJson('/signup', { email: 'a@example.org', shown })),
    ).toEqual([409, 'form-used']);
  });

  it('costs no signup a further statement or round trip', async () => {
    const { DB, counts } = countingDatabase();
    const anyone = inProduction({ DB });
    await anyone.post('/signup', { email: newAddress() });
    const without = counts();
    await anyone.post('/signup', { email: newAddress(), shown: await stamp(anyone, 5) });
    expect(counts()).toBe(without);
    expect(without).toContain('batch of 3');
  });
});

describe('a provider through which far more sign up than usual', () => {
  const throughWidget = (anyone: Visitor, key: string, origin = ORIGIN) =>
    anyone.post('/signup', { email: newAddress(), provider: key }, { ...JSON_TYPE, origin });

  it('takes signups up to the limit', async () => {
    const key = await plantProvider();
    await flood(1, SPIKE.signups - 1);
    const anyone = visitor();
    expect((await throughWidget(anyone, key)).status).toBe(202);
    expect(await codeOf(await throughWidget(anyone, key))).toEqual([429, 'provider-busy']);
  });

  it('has its forms lead to our own page, where people still sign up through it', async () => {
    const key = await plantProvider();
    await flood(1);
    const anyone = inProduction();
    const refused = await throughWidget(anyone, key);
    expect(refused.headers.get('access-control-allow-origin')).toBe(ORIGIN);
    expect(await codeOf(refused)).toEqual([429, 'provider-busy']);
    const settings = await anyone.get(`/embed/${key}.json`, { origin: ORIGIN });
    expect(await settings.json()).toMatchObject({ form: 'page' });
    const frame = await see(await anyone.get(`/embed/${key}`));
    expect(frame.all('form')).toEqual([]);
    expect(frame.all('a')[0]?.href).toBe(`/?provider=${key}`);

    // A plain form comes back as our own, and the press there is taken.
    const fields = { email: 'ana@example.org', provider: key };
    const again = await anyone.post('/signup', fields, { origin: ORIGIN });
    expect(again.status).toBe(429);
    const page = await see(again);
    expect(page.text).toContain('Offered through Harbor Institute');
    const shown = await stamp(anyone, 5, { provider: key });
    expect((await anyone.post('/signup', { ...fields, shown })).status).toBe(303);
    expect(await count(signups, and(ne(signups.page, 'x'), eq(signups.providerId, 1)))).toBe(
      SPIKE.signups + 1,
    );
  });

  it('is not opened by a stamp that many share, that is old, another form’s, or made up', async () => {
    const key = await plantProvider();
    await flood(1);
    const anyone = inProduction();
    for (const shown of [
      await stamp(anyone, 10, { provider: key, shared: true }),
      await stamp(anyone, 2 * 3600, { provider: key }),
      await stamp(anyone, 10),
      await stamp(anyone, 10, { provider: 'pk_cedar' }),
      'f.k1.1.1.AAAAAAAAAAAAAAAAAAAAAA',
    ]) {
      const response = await anyone.postJson('/signup', {
        email: newAddress(),
        provider: key,
        shown,
      });
      expect(response.status).toBe(429);
    }
  });

  it('is opened by a stamp once: a second signup under it is shown again, and nothing is stored', async () => {
    const key = await plantProvider();
    await flood(1);
    const anyone = inProduction();
    const shown = await stamp(anyone, 5, { provider: key });
    const send = () => anyone.post('/signup', { email: newAddress(), provider: key, shown });
    expect((await send()).status).toBe(303);
    const before = await count(signups);
    for (let count = 0; count < 3; count++) expect((await send()).status).toBe(409);
    expect(await count(signups)).toBe(before);
  });

  it('touches no other provider and not our own form', async () => {
    await plantProvider();
    const other = await plantProvider({ key: 'pk_cedar', origins: ['https://cedar.example'] });
    await flood(1);
    const anyone = visitor();
    expect((await throughWidget(anyone, other, 'https://cedar.example')).status).toBe(202);
    expect((await anyone.post('/signup', { email: newAddress() })).status).toBe(303);
  });

  it('is told to the operator, and mail is not thought to have stopped', async () => {
    await plantProvider();
    const ctx = testContext({ start: new Date().toISOString() });
    await tick(ctx);
    expect(ctx.alerts).toEqual([]);
    await flood(1);
    expect((await throughWidget(visitor(), 'pk_harbor')).status).toBe(429);
    await tick(ctx);
    expect(ctx.alerts).toHaveLength(1);
    expect(ctx.alerts[0]?.problems.join()).toContain('signups through pk-harbor');
    expect(await health(ctx)).toMatchObject({
      ok: true,
      problems: [expect.stringContaining('pk-harbor')],
    });
    ctx.clock.pass(SPIKE.seconds);
    await tick(ctx);
    expect(ctx.alerts.at(-1)?.problems).toEqual([]);
  });

  it('is itself again ten minutes later', async () => {
    const key = await plantProvider();
    await flood(1);
    const anyone = visitor();
    await anyone.pass(SPIKE.seconds);
    expect((await throughWidget(anyone, key)).status).toBe(202);
  });

  it('is looked up by an index', async () => {
    const steps = await plan(sql`SELECT 1 FROM ${signups}
      WHERE ${signups.providerId} = 1 AND ${signups.createdAt} > 5 LIMIT 60`);
    expect(steps.join()).toContain('signups_by_provider');
  });
});

/** Runs `body` while whatever the Worker asks of the network is answered here. */
async function withNetwork<T>(
  answer: (request: Request) => Response | Promise<Response>,
  body: () => Promise<T>,
): Promise<T> {
  const before = globalThis.fetch;
  globalThis.fetch = async (input, init) => answer(new Request(input as RequestInfo, init));
  try {
    return await body();
  } finally {
    globalThis.fetch = before;
  }
}

const TURNSTILE = {
  TURNSTILE_SITE_KEY: 'a-site-key',
  TURNSTILE_SECRET: 'a-secret',
  TURNSTILE_VERIFY_URL: 'http://127.0.0.1:9/verify',
};

/** Cloudflare's answers: `good` passes once. */
function cloudflare() {
  const asked: Record<string, string>[] = [];
  const answer = async (request: Request) => {
    const fields = Object.fromEntries(new URLSearchParams(await request.text()));
    const again = asked.some(({ response }) => response === fields.response);
    asked.push(fields);
    return Response.json(
      fields.response === 'good' && !again
        ? { success: true }
        : { success: false, 'error-codes': ['timeout-or-duplicate'] },
    );
  };
  return { asked, answer };
}

describe('with Turnstile’s keys set', () => {
  const ways: [string, (anyone: Visitor, fields: Record<string, string>) => Promise<Response>][] = [
    ['our page', (anyone, fields) => anyone.post('/signup', fields)],
    ['JSON', (anyone, fields) => anyone.postJson('/signup', fields)],
    [
      'a widget',
      (anyone, fields) =>
        anyone.post(
          '/signup',
          { ...fields, provider: 'pk_harbor' },
          { ...JSON_TYPE, origin: ORIGIN },
        ),
    ],
    [
      'a plain form',
      (anyone, fields) =>
        anyone.post('/signup', { ...fields, provider: 'pk_harbor' }, { origin: ORIGIN }),
    ],
    ['a frame', (anyone, fields) => anyone.post('/embed/pk_harbor', fields)],
  ];

  it.each(ways)(
    'a signup through %s needs its check, once, and is refused without',
    async (_, send) => {
      await plantProvider();
      const { asked, answer } = cloudflare();
      await withNetwork(answer, async () => {
        const anyone = visitor(TURNSTILE);
        for (const token of ['', 'bad', 'x'.repeat(3000)]) {
          const fields = { email: newAddress(), 'cf-turnstile-response': token };
          expect((await send(anyone, fields)).status).toBe(422);
        }
        expect(await count(signups)).toBe(0);
        const fields = { email: newAddress(), 'cf-turnstile-response': 'good' };
        expect([202, 303]).toContain((await send(anyone, fields)).status);
        expect((await send(anyone, { ...fields, email: newAddress() })).status).toBe(422);
        expect(await count(signups)).toBe(1);
      });
      // What cannot be a token is not asked about.
      expect(asked.map(({ response }) => response)).toEqual(['bad', 'good', 'good']);
      expect(asked[0]).toEqual({ secret: 'a-secret', response: 'bad' });
    },
  );

  it.each([
    ['does not answer', () => Promise.reject(new TypeError('refused'))],
    ['fails', () => new Response('oops', { status: 500 })],
    ['answers nonsense', () => Response.json([])],
    ['says yes with an error', () => Response.json({ success: true }, { status: 503 })],
    ['redirects', () => Response.redirect('https://evil.example/', 302)],
    [
      'refuses our own secret',
      () => Response.json({ success: false, 'error-codes': ['invalid-input-secret'] }),
    ],
  ])('nobody is let through while it %s, and what was typed is kept', async (_, answer) => {
    await withNetwork(answer, async () => {
      const anyone = visitor(TURNSTILE);
      const fields = { email: 'ana@example.org', 'cf-turnstile-response': 'good' };
      const page = await anyone.post('/signup', fields);
      expect(page.status).toBe(503);
      const seen = await see(page);
      expect(seen.all('input').find(({ name }) => name === 'email')?.value).toBe('ana@example.org');
      expect(await codeOf(await anyone.postJson('/signup', fields))).toEqual([
        503,
        'check-unavailable',
      ]);
      expect(await count(signups)).toBe(0);
    });
  });

  it.each([
    ['course.example.org', 303],
    ['other.example.org', 422],
    ['example.org', 422],
    ['evil.example', 422],
    [undefined, 422],
  ])('in production a check that was made on %s is answered %i', async (hostname, status) => {
    const verify = { TURNSTILE_VERIFY_URL: 'https://verify.example/' };
    const anyone = visitor({ ...PRODUCTION, ...TURNSTILE, ...verify }, PRODUCTION.BASE_URL);
    await withNetwork(
      () => Response.json({ success: true, ...(hostname === undefined ? {} : { hostname }) }),
      async () => {
        const fields = { email: newAddress(), 'cf-turnstile-response': 'good' };
        expect((await anyone.post('/signup', fields)).status).toBe(status);
        expect(await count(signups)).toBe(status === 303 ? 1 : 0);
      },
    );
  });

  it('the client’s address goes along as the platform names it', async () => {
    const { asked, answer } = cloudflare();
    await withNetwork(answer, async () => {
      const client = { 'cf-connecting-ip': '203.0.113.7', 'x-forwarded-for': '10.0.0.1' };
      const fields = { email: newAddress(), 'cf-turnstile-response': 'good' };
      await visitor(TURNSTILE).post('/signup', fields, client);
    });
    expect(asked[0]?.remoteip).toBe('203.0.113.7');
  });

  it('our forms carry it, and only their pages may load it', async () => {
    const key = await plantProvider();
    const anyone = visitor(TURNSTILE);
    const pages = {
      'the front page': await anyone.get('/'),
      'a provider’s page': await anyone.get(`/?provider=${key}`),
      'a frame': await anyone.get(`/embed/${key}`),
      'a slip': await anyone.post('/signup', { email: 'ana@' }),
      'a slip in a frame': await anyone.post(`/embed/${key}`, { email: 'ana@' }),
      'a damaged link': await anyone.get('/confirm/x'),
      'a damaged link, pressed': await anyone.post('/confirm/x', { go: 'yes' }),
      'a damaged link, to be sent anew': await anyone.post('/confirm/x/resend', { go: 'yes' }),
    };
    for (const [name, response] of Object.entries(pages)) {
      const policy = response.headers.get('content-security-policy');
      expect(policy, name).toContain("script-src 'self' https://challenges.cloudflare.com;");
      expect(policy, name).toContain('frame-src https://challenges.cloudflare.com');
      const page = await see(response);
      expect(page.all('form').filter(({ action }) => action !== undefined)).toHaveLength(1);
      expect(
        page.all('div').some((part) => part['data-sitekey'] === 'a-site-key'),
        name,
      ).toBe(true);
      expect(page.all('script').map(({ src }) => src)).toContainEqual(
        expect.stringMatching(/^https:\/\/challenges\.cloudflare\.com\//),
      );
      expect(page.all('input').find((input) => input.name === 'shown')?.value, name).toMatch(
        /^f\./,
      );
    }
    await change(providers, { status: 'paused' });
    for (const path of ['/about', '/signup/check-inbox', `/embed/${key}`, '/nowhere']) {
      const without = await anyone.get(path);
      expect(without.headers.get('content-security-policy'), path).not.toContain('cloudflare');
    }
    await change(providers, { status: 'active' });
    const settings = await anyone.get(`/embed/${key}.json`, { origin: ORIGIN });
    expect(await settings.json()).toMatchObject({ form: 'frame' });
  });

  it('a provider’s spike closes no form: everybody was checked', async () => {
    await plantProvider();
    const { answer } = cloudflare();
    await withNetwork(answer, async () => {
      const anyone = visitor(TURNSTILE);
      await flood(1);
      const fields = { email: newAddress(), 'cf-turnstile-response': 'good' };
      expect((await anyone.post('/embed/pk_harbor', fields)).status).toBe(303);
    });
  });

  it('a machine that fills the hidden field is not asked about', async () => {
    const { asked, answer } = cloudflare();
    await withNetwork(answer, async () => {
      const fields = { email: newAddress(), website: 'x' };
      expect((await visitor(TURNSTILE).post('/signup', fields)).status).toBe(422);
    });
    expect(asked).toEqual([]);
  });
});

describe('the wire to Turnstile', () => {
  it('never throws: an address that nobody answers at counts as no answer', async () => {
    const turnstile = createTurnstile({
      secret: 's',
      verifyUrl: 'http://127.0.0.1:9/',
      hostname: null,
    });
    expect(await turnstile.check('token', null)).toBe('unavailable');
  });
});
