import { describe, expect, it } from 'vitest';
import { providers, retiredKeys, signups, subscribers } from '../../src/db/schema.ts';
import { snippetsFor } from '../../src/web/embed/snippets.ts';
import { ORIGIN, plantProvider } from '../support/providers.ts';
import { count, dump, pick, put, remove, value } from '../support/rows.ts';
import {
  countingDatabase,
  HOST,
  newAddress,
  PRODUCTION,
  type Seen,
  see,
  type Visitor,
  visitor,
} from '../support/visitor.ts';

const JSON_TYPE = { accept: 'application/json' };
const allowed = (response: Response) => response.headers.get('access-control-allow-origin');
const directive = (response: Response, name: string) =>
  new RegExp(`(?:^|; )${name} ([^;]*)`).exec(
    response.headers.get('content-security-policy') ?? '',
  )?.[1];

/** What the inputs of a page's form hold, as a press would send it. */
const inputs = (page: Seen): Record<string, string> =>
  Object.fromEntries(page.all('input').map(({ name = '', value: typed = '' }) => [name, typed]));

/** Origins that are nearly, or in some reading, the provider's. */
const TRICKS = [
  'https://harbor.example.evil.example',
  'https://evil-harbor.example',
  'https://www.harbor.example',
  'https://harbor.exampl',
  'https://harbor.example.',
  'https://harbor.example:8443',
  'https://harbor.example:443',
  'http://harbor.example',
  'https://HARBOR.example',
  'https://harbor.example/',
  'https://harbor.example@evil.example',
  'https://user@harbor.example',
  'https://hаrbor.example',
  'https://xn--hrbor-2ve.example',
  'null',
  'file://',
  '*',
  'https://harbor.example, https://evil.example',
  'https://harbor.example https://evil.example',
  '',
].filter((origin) => [...origin].every((sign) => sign.charCodeAt(0) < 256));

describe('/embed.js', () => {
  it('is a script that any page may load, and that caches keep for a while', async () => {
    const anyone = visitor();
    const response = await anyone.get('/embed.js');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(response.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
    expect(response.headers.get('cache-control')).toContain('max-age=3600');
    const script = await response.text();
    expect(script).toContain('in-the-room-signup');
    expect(script).not.toMatch(/localStorage|sessionStorage|document\.cookie|innerHTML|\beval\b/);
    const tag = response.headers.get('etag') ?? '';
    const again = await anyone.get('/embed.js', { 'if-none-match': tag });
    expect(again.status).toBe(304);
    expect(again.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
    // A module's script is read with CORS, and this one holds nothing of anybody.
    for (const each of [response, again]) expect(allowed(each)).toBe('*');
  });

  it('names the course, under whatever name it is asked for, and no other host', async () => {
    for (const host of [PRODUCTION.BASE_URL, 'https://evil.example', 'https://203.0.113.7']) {
      const script = await (await visitor({ ...PRODUCTION }, host).get('/embed.js')).text();
      const named = script.match(/https?:\/\/[^"'`/\s]*/g) ?? [];
      expect(new Set(named), host).toEqual(new Set([PRODUCTION.BASE_URL]));
    }
  });
});

describe('what a widget reads', () => {
  it('is readable for the provider’s own origin, for five minutes, and carries no cookie', async () => {
    const key = await plantProvider({ theme: 'dark' });
    const response = await visitor().get(`/embed/${key}.json`, { origin: ORIGIN });
    expect(response.status).toBe(200);
    expect(allowed(response)).toBe(ORIGIN);
    expect(response.headers.get('vary')).toBe('Origin');
    expect(response.headers.get('access-control-allow-credentials')).toBeNull();
    expect(response.headers.get('cache-control')).toBe('public, max-age=300');
    expect(response.headers.get('set-cookie')).toBeNull();
    expect(await response.json()).toEqual({
      provider: 'Harbor Institute',
      form: 'open',
      theme: 'dark',
      next: expect.stringContaining('one email with a link'),
      consent: expect.stringContaining('Harbor Institute will see your name, your address'),
      sent: expect.stringContaining('There should be an email'),
      words: expect.stringMatching(/^\d{4}-\d{2}-[a-z]$/),
      shown: expect.stringMatching(/^f\./),
    });
  });

  it.each(TRICKS)('is not for %j', async (origin) => {
    const key = await plantProvider();
    const response = await visitor().get(`/embed/${key}.json`, { origin });
    expect(response.status).toBe(403);
    expect(allowed(response)).toBeNull();
    expect(response.headers.get('vary')).toBe('Origin');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.text()).not.toContain('Harbor');
  });

  it('of one provider is not for another’s pages', async () => {
    const key = await plantProvider();
    await plantProvider({ key: 'pk_cedar', origins: ['https://cedar.example'] });
    const response = await visitor().get(`/embed/${key}.json`, { origin: 'https://cedar.example' });
    expect([response.status, allowed(response)]).toEqual([403, null]);
  });

  it('says to the provider’s page what is wrong with its key, and nothing to others', async () => {
    await plantProvider({ status: 'paused' });
    await plantProvider({ key: 'pk_new', origins: [ORIGIN] });
    await put(retiredKeys, { key: 'pk_old', providerId: 2, retiredAt: 0 });
    for (const [key, said] of [
      ['pk_harbor', 'paused'],
      ['pk_old', 'replaced'],
    ]) {
      const response = await visitor().get(`/embed/${key}.json`, { origin: ORIGIN });
      expect([response.status, allowed(response)]).toEqual([404, ORIGIN]);
      const { error } = (await response.json()) as { error: { message: string } };
      expect(error.message).toContain(said);
      const other = await visitor().get(`/embed/${key}.json`, { origin: 'https://evil.example' });
      expect([other.status, allowed(other)]).toEqual([403, null]);
    }
    for (const key of ['pk_nobody', 'x'.repeat(5000), "' OR 1=1 --", '%00', '..%2f..%2fetc']) {
      const response = await visitor().get(`/embed/${key}.json`, { origin: ORIGIN });
      expect([response.status, allowed(response)]).toEqual([404, null]);
      expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    }
  });

  it('costs one round trip to the database beside the clock’s, and changes nothing', async () => {
    const key = await plantProvider();
    const before = await dump();
    const { DB, counts } = countingDatabase();
    await visitor({ DB, CLOCK: 'real' }).get(`/embed/${key}.json`, { origin: ORIGIN });
    expect(counts().split('\n')).toHaveLength(1);
    expect(await dump()).toEqual(before);
  });
});

describe('a signup from another site', () => {
  const signUp = (anyone: Visitor, fields: Record<string, string>, headers = {}) =>
    anyone.post('/signup', fields, { ...JSON_TYPE, ...headers });

  it('is taken from the provider’s page, which may read the answer', async () => {
    const provider = await plantProvider();
    const anyone = visitor();
    const fields = {
      email: newAddress(),
      provider,
      page: 'https://harbor.example/courses?learner=7#top',
    };
    const response = await signUp(anyone, fields, { origin: ORIGIN, referer: `${ORIGIN}/` });
    expect([response.status, await response.text()]).toEqual([202, '{"status":"check-inbox"}']);
    expect(allowed(response)).toBe(ORIGIN);
    expect(response.headers.get('vary')).toBe('Origin');
    expect(response.headers.get('access-control-allow-credentials')).toBeNull();
    expect(await pick(signups, ['providerId', 'page', 'wordsVersion'])).toEqual([
      {
        providerId: 1,
        page: 'https://harbor.example/courses',
        wordsVersion: expect.stringMatching(/^\d{4}-/),
      },
    ]);
  });

  it.each(TRICKS)('is refused from %j, unreadable, and nothing is stored', async (origin) => {
    const provider = await plantProvider();
    const anyone = visitor();
    const response = await signUp(anyone, { email: newAddress(), provider }, { origin });
    expect([response.status, allowed(response)]).toEqual([403, null]);
    expect(await count(subscribers)).toBe(0);
    expect(anyone.woken).toEqual([]);
  });

  it('with another provider’s key is refused', async () => {
    await plantProvider();
    await plantProvider({ key: 'pk_cedar', origins: ['https://cedar.example'] });
    const fields = { email: newAddress(), provider: 'pk_cedar' };
    const response = await signUp(visitor(), fields, { origin: ORIGIN });
    expect([response.status, allowed(response)]).toEqual([403, null]);
    expect(await count(signups)).toBe(0);
  });

  it('with a slip is told so readably, there and nowhere else', async () => {
    const provider = await plantProvider();
    const slip = await signUp(visitor(), { email: 'x', provider }, { origin: ORIGIN });
    expect([slip.status, allowed(slip)]).toEqual([422, ORIGIN]);
    const { error } = (await slip.json()) as { error: { field: string } };
    expect(error.field).toBe('email');
    const stranger = { origin: 'https://evil.example' };
    expect(allowed(await signUp(visitor(), { email: 'x', provider }, stranger))).toBeNull();
    expect(allowed(await signUp(visitor(), { email: 'x' }, { origin: ORIGIN }))).toBeNull();
  });

  it('that fills the hidden field is told so readably, and not stored', async () => {
    const provider = await plantProvider();
    const trapped = { email: newAddress(), provider, website: 'x' };
    const machine = await signUp(visitor(), trapped, { origin: ORIGIN });
    expect([machine.status, allowed(machine)]).toEqual([422, ORIGIN]);
    const { error } = (await machine.json()) as { error: { code: string } };
    expect(error.code).toBe('hidden-field');
    expect(await count(signups)).toBe(0);
  });

  it('needs no preflight, and there is none', async () => {
    const key = await plantProvider();
    for (const path of ['/signup', `/embed/${key}.json`]) {
      const response = await visitor().fetch(path, {
        method: 'OPTIONS',
        headers: { origin: ORIGIN, 'access-control-request-method': 'POST' },
      });
      expect([response.status, allowed(response)]).toEqual([404, null]);
    }
  });

  it('costs the database what a signup on our own page costs', async () => {
    const provider = await plantProvider();
    const { DB, counts } = countingDatabase();
    const anyone = visitor({ DB });
    await anyone.post('/signup', { email: newAddress() });
    const own = counts();
    await signUp(anyone, { email: newAddress(), provider }, { origin: ORIGIN });
    expect(counts()).toBe(own);
    await anyone.post(`/embed/${provider}`, { email: newAddress() });
    // The frame's page is the provider's to frame, so the provider is read once more.
    expect(counts().match(/batch of/g)).toHaveLength(1);
  });

  it('takes the provider’s zone where the browser named none', async () => {
    const provider = await plantProvider({ zone: 'America/Chicago' });
    await signUp(visitor(), { email: newAddress(), provider }, { origin: ORIGIN });
    const named = { email: newAddress(), provider, time_zone: 'Europe/Berlin' };
    await signUp(visitor(), named, { origin: ORIGIN });
    expect(
      await pick(signups, ['timeZone'], undefined, signups.createdAt, signups.subscriberId),
    ).toEqual(
      expect.arrayContaining([{ timeZone: 'America/Chicago' }, { timeZone: 'Europe/Berlin' }]),
    );
  });

  it('takes no field of a hundred thousand characters, and no harm', async () => {
    const provider = await plantProvider();
    for (const field of ['email', 'first_name', 'page', 'redirect', 'shown', 'words', 'provider']) {
      const fields = { email: newAddress(), provider, [field]: 'x'.repeat(100_000) };
      expect((await signUp(visitor(), fields, { origin: ORIGIN })).status, field).toBe(413);
      const long = { email: newAddress(), provider, [field]: 'x'.repeat(30_000) };
      expect((await signUp(visitor(), long, { origin: ORIGIN })).status, field).toBeLessThan(500);
    }
  });
});

describe('a plain form on a provider’s page', () => {
  const send = (anyone: Visitor, fields: Record<string, string>, origin = ORIGIN) =>
    anyone.post(
      '/signup',
      { email: newAddress(), ...fields },
      { origin, referer: `${ORIGIN}/join` },
    );

  it('comes back to a page of the provider’s, where it names one', async () => {
    const provider = await plantProvider();
    const redirect = `${ORIGIN}/thank-you?from=form#top`;
    const response = await send(visitor(), { provider, redirect });
    expect([response.status, response.headers.get('location')]).toEqual([303, redirect]);
    expect(await pick(signups, ['providerId', 'page'])).toEqual([
      { providerId: 1, page: `${ORIGIN}/join` },
    ]);
  });

  it.each([
    'https://evil.example/',
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    'https:evil.example',
    'https:/evil.example',
    'https:\\\\evil.example',
    'https://harbor.example@evil.example/',
    'https://harbor.example%40evil.example/',
    'https://harbor.example:pass@evil.example/',
    'https://user:pass@harbor.example/',
    'https://harbor.example.evil.example/',
    'https://harbor.example\\@evil.example/',
    'https://harbor.example\\.evil.example/',
    'https://harbor.example:8443/',
    'http://harbor.example/',
    'https://harbor.example./',
    'ht\ntps://harbor.example/',
    'https://harbor.example/\r\nset-cookie: a=b',
    ' https://harbor.example/',
    'https://harbor.example/\0',
    'javascript:alert(1)//https://harbor.example',
    'data:text/html,https://harbor.example',
    'blob:https://harbor.example/0b5a8f5e-3f0a-4c63-9a3b-6a1c5a7d2f10',
    'filesystem:https://harbor.example/temporary/x',
    'view-source:https://harbor.example/',
    'ftp://harbor.example/',
    'ws://harbor.example/',
    '/thank-you',
    'thank-you',
    '.',
    'https://',
    'https://[',
    'null',
    'https://cedar.example/',
  ])('goes nowhere else: %j leads to our own page', async (redirect) => {
    const provider = await plantProvider();
    await plantProvider({ key: 'pk_cedar', origins: ['https://cedar.example'] });
    const response = await send(visitor(), { provider, redirect });
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toMatch(/^\/signup\/check-inbox[?#]/);
    expect(await count(signups)).toBe(1);
  });

  it('without a provider goes to our own page, wherever it wants to go', async () => {
    const response = await send(visitor(), { redirect: `${ORIGIN}/thank-you` });
    expect(response.headers.get('location')).toMatch(/^\/signup\/check-inbox[?#]/);
  });

  it.each([
    [
      'a page that nobody named',
      'https://evil.example',
      'a page that Harbor Institute has not named',
    ],
    ['a page that the browser does not name', 'null', 'did not say which page this form is on'],
  ])('that comes from %s is shown once more on ours, nothing lost', async (_, origin, said) => {
    const provider = await plantProvider();
    const anyone = visitor();
    const email = newAddress();
    const redirect = `${ORIGIN}/thank-you?from=form`;
    const response = await send(anyone, { email, first_name: 'Ana', provider, redirect }, origin);
    expect(response.status).toBe(403);
    const page = await see(response);
    expect(page.text).toContain(said);
    expect(page.text).toContain('Offered through Harbor Institute');
    const typed = inputs(page);
    expect(typed).toMatchObject({ email, first_name: 'Ana', provider, redirect });
    expect(await count(signups)).toBe(0);
    // A browser holds a page's policy against where its form leads in the end.
    expect(directive(response, 'form-action')).toBe(`'self' ${ORIGIN}`);
    // Pressed again, there, it is taken and credited, and leads to where the provider wanted.
    const again = await anyone.post('/signup', typed, { origin: HOST });
    expect([again.status, again.headers.get('location')]).toEqual([303, redirect]);
    expect(await pick(signups, ['providerId'])).toEqual([{ providerId: 1 }]);
  });

  it('shown once more leads nowhere that its provider has not named', async () => {
    const provider = await plantProvider();
    for (const redirect of [
      'https://evil.example/',
      'javascript:alert(1)',
      '/x',
      'x; script-src *',
    ]) {
      const response = await send(visitor(), { provider, redirect, email: 'ana@' });
      expect(directive(response, 'form-action'), redirect).toBe("'self'");
      expect(inputs(await see(response)).redirect, redirect).toBeUndefined();
    }
  });

  it('is told why in JSON too, where the browser names no page', async () => {
    const provider = await plantProvider();
    const fields = { email: newAddress(), provider };
    const response = await visitor().postJson('/signup', fields, { origin: 'null' });
    expect([response.status, allowed(response)]).toEqual([403, null]);
    expect(await response.json()).toMatchObject({
      error: { code: 'unknown-origin', field: 'provider' },
    });
  });

  it.each([
    ['a slip', { email: 'ana@' }],
    ['the hidden field', { website: 'x' }],
  ])('comes back to the provider’s page after %s, too', async (_, slip) => {
    const provider = await plantProvider();
    const redirect = `${ORIGIN}/thank-you`;
    const response = await send(visitor(), { provider, redirect, ...slip });
    expect(response.status).toBe(422);
    const typed = { ...inputs(await see(response)), email: newAddress() };
    const again = await visitor().post('/signup', typed, { origin: HOST });
    expect([again.status, again.headers.get('location')]).toEqual([303, redirect]);
  });

  it('from our own page is ours, though a policy or an extension keeps its origin back', async () => {
    const provider = await plantProvider();
    const ours = { origin: 'null', 'sec-fetch-site': 'same-origin' };
    const fields = { email: newAddress(), provider };
    expect((await visitor().post('/signup', fields, ours)).status).toBe(303);
    for (const site of ['same-site', 'cross-site', 'none']) {
      const other = { origin: 'null', 'sec-fetch-site': site };
      expect((await visitor().post('/signup', fields, other)).status, site).toBe(403);
    }
    // What names itself is believed over what says where it is from.
    const named = { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' };
    expect((await visitor().post('/signup', fields, named)).status).toBe(403);
  });
});

describe('the page that showed the form', () => {
  const PAGE = `${ORIGIN}/courses/spring`;

  /** Each way in, from a page of the provider's: what the form says in `page`, what the browser tells. */
  const WAYS: [string, (key: string, page: string, referer: string) => Promise<Response>][] = [
    [
      'a widget',
      (provider, page, referer) =>
        visitor().post(
          '/signup',
          { email: newAddress(), provider, page },
          { ...JSON_TYPE, origin: ORIGIN, referer },
        ),
    ],
    [
      'a plain form',
      (provider, page, referer) =>
        visitor().post(
          '/signup',
          { email: newAddress(), provider, page },
          { origin: ORIGIN, referer },
        ),
    ],
    [
      'a frame',
      async (key, page, referer) => {
        const frame = await see(await visitor().get(`/embed/${key}`, { referer }));
        const told = frame.all('input').find(({ name }) => name === 'page')?.value ?? '';
        return visitor().post(
          `/embed/${key}`,
          { email: newAddress(), page: page || told },
          { origin: HOST, referer: `${HOST}/embed/${key}` },
        );
      },
    ],
  ];
  const stored = () => value(signups, 'page');

  it.each(WAYS)('is stored with a signup through %s: its path, and no query', async (_, send) => {
    const key = await plantProvider();
    await send(key, `${PAGE}?learner=ana@example.org#form`, `${ORIGIN}/`);
    expect(await stored()).toBe(PAGE);
  });

  it.each(WAYS)('is what the browser tells, where %s says nothing', async (_, send) => {
    const key = await plantProvider();
    await send(key, '', `${PAGE}?learner=ana@example.org`);
    expect(await stored()).toBe(PAGE);
  });

  it.each(WAYS)('is the site, where %s and the browser tell no more', async (_, send) => {
    const key = await plantProvider();
    await send(key, '', `${ORIGIN}/`);
    expect(await stored()).toBe(`${ORIGIN}/`);
  });

  const LIES = [
    'https://evil.example/courses',
    'https://harbor.example.evil.example/',
    'https://harbor.example@evil.example/',
    'https://user:secret@harbor.example/',
    'http://harbor.example/courses',
    'https://harbor.example:8443/courses',
    'https://cedar.example/courses',
    `${HOST}/learn/l.1.secret`,
    '//harbor.example/courses',
    'javascript:alert(1)//https://harbor.example',
    'blob:https://harbor.example/courses',
    ' https://harbor.example/\r\nx',
    '/courses',
    'null',
    'x'.repeat(30_000),
  ];
  it.each(WAYS.flatMap(([way, send]) => LIES.map((page) => [way, page, send] as const)))(
    'is not what %s says, where that is %.40s',
    async (way, page, send) => {
      const key = await plantProvider();
      await plantProvider({ key: 'pk_cedar', origins: ['https://cedar.example'] });
      expect((await send(key, page, `${ORIGIN}/`)).status).toBeLessThan(304);
      // Of the page around a frame, the form in it is all that tells.
      expect(await stored()).toBe(way === 'a frame' ? '/embed' : `${ORIGIN}/`);
    },
  );

  it.each(WAYS)('is the site, where the address in %s is too long to be kept', async (_, send) => {
    const key = await plantProvider();
    await send(key, `${PAGE}/${'x'.repeat(300)}`, `${ORIGIN}/`);
    expect(await stored()).toBe(`${ORIGIN}/`);
  });

  it('is the origin that the browser names, though it tells no referrer', async () => {
    const key = await plantProvider();
    const fields = { email: newAddress(), provider: key };
    await visitor().post('/signup', fields, { origin: ORIGIN });
    expect(await stored()).toBe(`${ORIGIN}/`);
  });

  it('is one of our own, whatever a form there says', async () => {
    const fields = { email: newAddress(), page: PAGE };
    await visitor().post('/signup', fields, { origin: HOST, referer: `${HOST}/?provider=pk_a` });
    expect(await stored()).toBe('/');
  });

  it('stays in the frame’s form after a slip', async () => {
    const key = await plantProvider();
    for (const [page, kept] of [
      [PAGE, PAGE],
      ['https://evil.example/"><b>', '/embed'],
    ]) {
      const slip = await visitor().post(
        `/embed/${key}`,
        { email: 'ana@', page: page ?? '' },
        { origin: HOST, referer: `${HOST}/embed/${key}` },
      );
      const again = await see(slip);
      expect(again.all('input').find(({ name }) => name === 'page')?.value).toBe(kept);
    }
  });

  it('is a line of the snippet for a plain form, to be filled in or left out', async () => {
    const snippets = snippetsFor('https://course.example.org', {
      name: 'Harbor Institute',
      publicKey: 'pk_harbor',
      origins: [ORIGIN],
    });
    const live = snippets.form.replace(/<!--.*?-->/gs, '');
    expect(live).not.toContain('name="page"');
    expect(snippets.form).toContain(
      `<input type="hidden" name="page" value="${ORIGIN}/courses"> -->`,
    );
    expect(snippets.iframe).toContain(' referrerpolicy="no-referrer-when-downgrade"');
  });
});

describe('the form for a frame', () => {
  it('may be framed by its provider’s pages only, and says nothing to caches', async () => {
    const key = await plantProvider({ origins: [ORIGIN, 'https://lms.harbor.example'] });
    const response = await visitor().get(`/embed/${key}`, { referer: 'https://harbor.example/' });
    expect(response.status).toBe(200);
    expect(directive(response, 'frame-ancestors')).toBe(`${ORIGIN} https://lms.harbor.example`);
    expect(response.headers.get('x-frame-options')).toBeNull();
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(directive(response, 'script-src')).toBe("'self'");
    const page = await see(response);
    expect(page.all('form')).toMatchObject([{ action: `/embed/${key}`, method: 'post' }]);
    expect(page.text).toContain('Harbor Institute will see your name');
    expect(page.all('input').find(({ name }) => name === 'page')?.value).toBe(
      'https://harbor.example/',
    );
  });

  it('is framed by no name that a row should never have held, and its policy says nothing else', async () => {
    for (const bad of [
      "https://harbor.example; script-src 'unsafe-inline'",
      'https://harbor.example;script-src',
      'https://harbor.example,https://evil.example',
      'https://*.example',
      '*',
      'data:',
    ]) {
      await remove(providers);
      const key = await plantProvider({ origins: [bad, ORIGIN] });
      const response = await visitor().get(`/embed/${key}`);
      expect(directive(response, 'frame-ancestors'), bad).toBe(ORIGIN);
      expect(directive(response, 'script-src'), bad).toBe("'self'");
      await remove(providers);
      await plantProvider({ origins: [bad] });
      const none = await visitor().get(`/embed/${key}`);
      expect(directive(none, 'frame-ancestors'), bad).toBe("'none'");
      expect(none.headers.get('x-frame-options'), bad).toBe('DENY');
    }
  });

  it('stays the one exception: an unknown key, and every other page, is framed by nobody', async () => {
    await plantProvider();
    for (const path of ['/embed/pk_nobody', '/embed/pk_harbor.json', '/embed.js', '/', '/embed/']) {
      const response = await visitor().get(path);
      expect(directive(response, 'frame-ancestors'), path).toBe("'none'");
      expect(response.headers.get('x-frame-options'), path).toBe('DENY');
    }
    await plantProvider({ key: 'pk_bare', origins: [] });
    const bare = await visitor().get('/embed/pk_bare');
    expect(directive(bare, 'frame-ancestors')).toBe("'none'");
    expect(bare.headers.get('x-frame-options')).toBe('DENY');
  });

  it('takes a signup, tells what is wrong in place, and shows what comes next', async () => {
    const key = await plantProvider();
    const anyone = visitor();
    const slip = await anyone.post(`/embed/${key}`, { email: 'ana@', first_name: 'Ana' });
    expect(slip.status).toBe(422);
    expect(directive(slip, 'frame-ancestors')).toBe(ORIGIN);
    const again = await see(slip);
    expect(again.text).toContain('does not look like an email address');
    expect(again.all('input').find(({ name }) => name === 'first_name')?.value).toBe('Ana');
    const page = `${ORIGIN}/join?x=1`;
    const taken = await anyone.post(`/embed/${key}`, { email: newAddress(), page });
    expect([taken.status, taken.headers.get('location')]).toEqual([303, `/embed/${key}?sent`]);
    expect(await pick(signups, ['providerId', 'page'])).toEqual([
      { providerId: 1, page: `${ORIGIN}/join` },
    ]);
    const sent = await anyone.get(`/embed/${key}?sent`);
    expect(directive(sent, 'frame-ancestors')).toBe(ORIGIN);
    expect((await see(sent)).text).toContain('Now look in your inbox');
  });

  it('takes the key of its own address, whatever its fields say', async () => {
    const key = await plantProvider();
    await plantProvider({ key: 'pk_cedar', origins: ['https://cedar.example'] });
    await visitor().post(`/embed/${key}`, { email: newAddress(), provider: 'pk_cedar' });
    expect(await value(signups, 'providerId')).toBe(1);
  });

  it('of a paused provider, or with a replaced key, is a way on to our own page', async () => {
    await plantProvider({ status: 'paused' });
    await plantProvider({ key: 'pk_new' });
    await put(retiredKeys, { key: 'pk_old', providerId: 2, retiredAt: 0 });
    for (const key of ['pk_harbor', 'pk_old']) {
      const response = await visitor().get(`/embed/${key}`);
      expect(directive(response, 'frame-ancestors')).toBe(ORIGIN);
      const page = await see(response);
      expect(page.all('form')).toEqual([]);
      expect(page.all('a').map(({ href }) => href)).toEqual([
        expect.stringMatching(/^\/\?provider=/),
      ]);
      const posted = await visitor().post(`/embed/${key}`, { email: newAddress() });
      expect(posted.status).toBe(422);
      expect(directive(posted, 'frame-ancestors')).toBe(ORIGIN);
    }
    expect(await count(signups)).toBe(0);
  });

  it('is subject to the burst limit like every form', async () => {
    const key = await plantProvider();
    const SIGNUP_LIMIT = { limit: async () => ({ success: false }) };
    const anyone = visitor({ ...PRODUCTION, SIGNUP_LIMIT }, PRODUCTION.BASE_URL);
    const client = { 'cf-connecting-ip': '203.0.113.7' };
    expect((await anyone.post(`/embed/${key}`, { email: newAddress() }, client)).status).toBe(429);
    expect(await count(signups)).toBe(0);
  });
});
