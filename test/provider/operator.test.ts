import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { acts, enrollments, providers, shares, signups } from '../../src/db/schema.ts';
import { LOCAL_OPERATOR_TOKEN } from '../../src/env.ts';
import { pictureNamed } from '../cases/pictures.ts';
import { mailedPath, pressConfirm, SLOT, signUpByForm } from '../support/people.ts';
import { count, pick, scalar, value } from '../support/rows.ts';
import { PRODUCTION, type Visitor, visitor } from '../support/visitor.ts';

const API = '/operator/api/providers';
const BEARER = { authorization: `Bearer ${LOCAL_OPERATOR_TOKEN}` };
const WHY = { by: 'mira', reason: 'signed their agreement' };
const HARBOR = { name: 'Harbor Institute', origins: ['https://harbor.example'], ...WHY };

interface Shown {
  provider: Record<string, unknown> & { slug: string; publicKey: string };
  snippets: Record<string, string>;
}

const ask = (anyone: Visitor, path = '') => anyone.get(`${API}${path}`, BEARER);
const tell = (anyone: Visitor, path: string, body: unknown) =>
  anyone.postJson(`${API}${path}`, body, BEARER);

async function added(anyone: Visitor, body: object = HARBOR): Promise<Shown> {
  const response = await tell(anyone, '', body);
  expect(response.status).toBe(201);
  return (await response.json()) as Shown;
}

async function fieldOf(response: Response): Promise<[number, string | undefined]> {
  const { error } = (await response.json()) as { error: { field?: string } };
  return [response.status, error.field];
}

describe('a provider', () => {
  it('is taken in with a slug, a key and three snippets that carry it', async () => {
    const anyone = visitor();
    const { provider, snippets } = await added(anyone, {
      ...HARBOR,
      theme: 'dark',
      time_zone: 'America/New_York',
    });
    expect(provider).toMatchObject({
      slug: 'harbor-institute',
      name: 'Harbor Institute',
      origins: ['https://harbor.example'],
      theme: 'dark',
      timeZone: 'America/New_York',
      status: 'active',
      learners: 0,
      allEight: 0,
      countedAt: null,
    });
    expect(provider.publicKey).toMatch(/^pk_[0-9a-f]{20}$/);
    expect(Object.keys(snippets)).toEqual(['script', 'iframe', 'form']);
    for (const snippet of Object.values(snippets)) {
      expect(snippet).toContain(provider.publicKey);
      expect(snippet).toContain('http://localhost:8787/');
    }
    expect(await pick(acts, ['actor', 'verb', 'subject', 'reason'])).toEqual([
      {
        actor: 'operator:mira',
        verb: 'add-provider',
        subject: 'provider:harbor-institute',
        reason: WHY.reason,
      },
    ]);
  });

  it('is found by its slug, by its key and in the list, and by nothing else', async () => {
    const anyone = visitor();
    const { provider } = await added(anyone);
    for (const name of [provider.slug, provider.publicKey]) {
      expect((await ask(anyone, `/${name}`)).status).toBe(200);
    }
    const { providers } = (await (await ask(anyone)).json()) as { providers: unknown[] };
    const { oldKeys, seen, gone, goneMore, allEight: _, countedAt: __, ...shown } = provider;
    expect([oldKeys, seen, gone, goneMore]).toEqual([[], [], [], false]);
    // A list counts nobody: that comes with the next tick.
    expect(providers).toEqual([{ ...shown, learners: null }]);
    await anyone.work();
    const counted = (await (await ask(anyone)).json()) as { providers: unknown[] };
    expect(counted.providers).toMatchObject([{ learners: { people: 0 } }]);
    for (const name of ['harbor', 'Harbor-Institute', '%27%20OR%201=1', 'x'.repeat(3000)]) {
      expect((await ask(anyone, `/${name}`)).status).toBe(404);
    }
  });

  it('keeps its slug: another of the same name needs one of its own', async () => {
    const anyone = visitor();
    await added(anyone);
    const again = await tell(anyone, '', HARBOR);
    expect(await fieldOf(again)).toEqual([409, 'slug']);
    expect(await count(providers)).toBe(1);
    expect(await count(acts)).toBe(1);
    await added(anyone, { ...HARBOR, slug: 'harbor-2' });
  });

  it.each([
    ['name', { name: undefined }],
    ['name', { name: '' }],
    ['name', { name: ' \n ' }],
    ['name', { name: 17 }],
    ['origins', { origins: undefined }],
    ['origins', { origins: [] }],
    ['origins', { origins: 'https://harbor.example' }],
    ['origins', { origins: [17] }],
    ['origins', { origins: Array(11).fill('https://harbor.example') }],
    ['slug', { slug: 'Harbor Institute' }],
    ['slug', { slug: 'x'.repeat(41) }],
    ['slug', { slug: '' }],
    ['slug', { name: '港灣學院' }],
    ['theme', { theme: 'sepia' }],
    ['time_zone', { time_zone: 'Mars/Olympus' }],
    ['by', { by: '' }],
    ['reason', { reason: undefined }],
  ])(
    'is refused for its `%s` where it is given as %j, and nothing is stored',
    async (field, change) => {
      const anyone = visitor();
      const response = await tell(anyone, '', { ...HARBOR, ...change });
      expect(await fieldOf(response)).toEqual([422, field]);
      expect(await count(providers)).toBe(0);
      expect(await count(acts)).toBe(0);
    },
  );

  it('is nobody’s business who does not bring the operator’s token', async () => {
    const anyone = visitor();
    const { provider } = await added(anyone);
    for (const path of ['', `/${provider.slug}`, `/${provider.slug}/roster`]) {
      expect((await anyone.get(`${API}${path}`)).status).toBe(401);
    }
    for (const path of [
      '',
      `/${provider.slug}`,
      `/${provider.slug}/pause`,
      `/${provider.slug}/rotate-key`,
    ]) {
      expect((await anyone.postJson(`${API}${path}`, HARBOR)).status).toBe(401);
    }
    expect(await value(providers, 'status')).toBe('active');
  });

  it('can be changed in part, and the rest stays', async () => {
    const anyone = visitor();
    await added(anyone, { ...HARBOR, time_zone: 'America/New_York' });
    const move = { origins: ['https://www.harbor.example', 'https://harbor.example'], ...WHY };
    const { provider } = (await (await tell(anyone, '/harbor-institute', move)).json()) as Shown;
    expect(provider).toMatchObject({
      name: HARBOR.name,
      origins: move.origins,
      timeZone: 'America/New_York',
    });
    const unset = { time_zone: null, theme: 'light', name: 'Harbor', ...WHY };
    const after = (await (await tell(anyone, '/harbor-institute', unset)).json()) as Shown;
    expect(after.provider).toMatchObject({
      slug: 'harbor-institute',
      name: 'Harbor',
      theme: 'light',
      timeZone: null,
      origins: move.origins,
    });
    expect((await tell(anyone, '/harbor-institute', WHY)).status).toBe(422);
    expect((await tell(anyone, '/nobody', unset)).status).toBe(404);
  });

  it('gets looks and a logo, and what is wrong with them is said at their field', async () => {
    const anyone = visitor();
    await added(anyone);
    const looks = { accent: '#0B6B57', line: 'Since 1987', site: 'https://harbor.example' };
    const logo = btoa(String.fromCharCode(...pictureNamed('png')));
    await tell(anyone, '/harbor-institute', { ...looks, ...WHY });
    const given = await tell(anyone, '/harbor-institute/logo', { logo, ...WHY });
    const { provider } = (await given.json()) as Shown;
    expect(provider).toMatchObject({
      accent: '#0b6b57',
      line: 'Since 1987',
      site: 'https://harbor.example/',
      logo: { address: expect.stringMatching(/\/logos\/[\da-f]{64}$/), width: 60, height: 20 },
    });
    for (const [field, value] of [
      ['accent', 'red'],
      ['line', 'a@b.example'],
      ['site', 'harbor'],
    ] as const) {
      const refused = await tell(anyone, '/harbor-institute', { [field]: value, ...WHY });
      expect(await fieldOf(refused)).toEqual([422, field]);
    }
    for (const wrong of ['x', 'PHN2Zy8+', 7, '']) {
      const refused = await tell(anyone, '/harbor-institute/logo', { logo: wrong, ...WHY });
      expect(await fieldOf(refused)).toEqual([422, 'logo']);
    }
    const heavy = await tell(anyone, '/harbor-institute/logo', { logo: 'A'.repeat(140_000) });
    expect(heavy.status).toBe(413);
    const most = await tell(anyone, '/harbor-institute/logo', { logo: 'A'.repeat(82_000), ...WHY });
    expect(await fieldOf(most)).toEqual([422, 'logo']);
    await tell(anyone, '/harbor-institute', { accent: null, site: null, ...WHY });
    const none = await tell(anyone, '/harbor-institute/logo', { logo: null, ...WHY });
    expect(((await none.json()) as Shown).provider).toMatchObject({
      accent: null,
      line: 'Since 1987',
      site: null,
      logo: null,
    });
  });

  it('is paused and resumed, and told where nothing changed', async () => {
    const anyone = visitor();
    await added(anyone);
    const say = async (verb: string) =>
      ((await (await tell(anyone, `/harbor-institute/${verb}`, WHY)).json()) as { result: string })
        .result;
    expect(await say('pause')).toBe('paused');
    expect(await say('pause')).toBe('already-paused');
    expect(await say('resume')).toBe('resumed');
    expect(await say('resume')).toBe('not-paused');
    expect((await tell(anyone, '/nobody/pause', WHY)).status).toBe(404);
    expect(await scalar(sql`SELECT group_concat(${acts.verb}) FROM ${acts}`)).toBe(
      'add-provider,pause-provider,resume-provider',
    );
  });

  it('with a new key takes signups by that one, and a form with the old one says so', async () => {
    const anyone = visitor();
    const { provider } = await added(anyone);
    const rotated = (await (
      await tell(anyone, '/harbor-institute/rotate-key', { overlap: 0, ...WHY })
    ).json()) as Shown;
    expect(rotated.provider.publicKey).not.toBe(provider.publicKey);
    expect(rotated.snippets.script).toContain(rotated.provider.publicKey);
    const old = await anyone.postJson('/signup', {
      email: 'a@example.org',
      provider: provider.publicKey,
    });
    const { error } = (await old.json()) as { error: { code: string; message: string } };
    expect([old.status, error.code]).toEqual([422, 'unknown-provider']);
    expect(error.message).toContain('a key that its provider has replaced');
    const fresh = { email: 'b@example.org', provider: rotated.provider.publicKey };
    expect((await anyone.postJson('/signup', fresh)).status).toBe(202);
    expect(await count(signups)).toBe(1);
    // Named by its key, it is answered under its slug.
    const byKey = await tell(anyone, `/${rotated.provider.publicKey}/rotate-key`, WHY);
    expect(byKey.status).toBe(200);
  });
});

const origins: [typed: string, kept: string | null][] = [
  ['https://harbor.example', 'https://harbor.example'],
  ['https://harbor.example/', 'https://harbor.example'],
  [' HTTPS://Harbor.Example ', 'https://harbor.example'],
  ['https://harbor.example:443', 'https://harbor.example'],
  ['https://harbor.example:8443', null],
  ['https://127.0.0.1', null],
  ['https://0x7f.1', null],
  ['https://2130706433', null],
  ['https://[::1]', null],
  ['https://169.254.169.254', null],
  ['https://printer.local', null],
  ['https://db.internal', null],
  ['https://a.localhost', null],
  ['https://router.home.arpa', null],
  ['https://bücher.example', 'https://xn--bcher-kva.example'],
  ['http://harbor.example', null],
  ['https://harbor.example/courses', null],
  ['https://harbor.example?', null],
  ['https://harbor.example#x', null],
  ['https://harbor.example\\evil', null],
  ['https://user:secret@harbor.example', null],
  ['https://harbor.example@evil.example', null],
  ['https://harbor.example.', null],
  ['https://*.harbor.example', null],
  ['https://harbor.example https://evil.example', null],
  ["https://harbor.example; script-src 'unsafe-inline'", null],
  ['https://harbor.example;script-src.evil.example', null],
  ['https://harbor.example,evil.example', null],
  ["https://'none'.example", null],
  ['https://harbor.example&evil.example', null],
  ['https://harbor.example%3Bevil.example', null],
  ['https://harbor.example%2Cevil.example', null],
  ['https://a..example', null],
  ['https://my_site.harbor.example', 'https://my_site.harbor.example'],
  ['https:harbor.example', null],
  ['https:///harbor.example', null],
  ['//harbor.example', null],
  ['harbor.example', null],
  ['https://localhost', null],
  ['https://', null],
  ['null', null],
  ['*', null],
  ['', null],
  ['javascript:alert(1)', null],
  ['data:text/html,x', null],
  ['file:///etc/passwd', null],
  ['ftp://harbor.example', null],
  ['https://har\tbor.example', null],
  ['https://har\nbor.example', null],
  ['https://harbor.example\0', null],
  [`https://${'a.'.repeat(5000)}example`, null],
];

describe('an origin', () => {
  it.each(origins)('%.60j is kept as %j in production', async (typed, kept) => {
    const anyone = visitor({ ...PRODUCTION }, PRODUCTION.BASE_URL);
    const response = await anyone.postJson(
      API,
      { ...HARBOR, origins: [typed] },
      { authorization: `Bearer ${PRODUCTION.OPERATOR_TOKEN}` },
    );
    if (kept === null) {
      expect(await fieldOf(response)).toEqual([422, 'origins']);
    } else {
      const { provider } = (await response.json()) as Shown;
      expect(provider.origins).toEqual([kept]);
    }
  });

  it('may be of this machine on a local run', async () => {
    const { provider } = await added(visitor(), { ...HARBOR, origins: ['http://localhost:8000'] });
    expect(provider.origins).toEqual(['http://localhost:8000']);
    const ipv6 = { ...HARBOR, name: 'Six', origins: ['http://[::1]:8000'] };
    expect((await added(visitor(), ipv6)).provider.origins).toEqual(['http://[::1]:8000']);
  });
});

describe('the roster', () => {
  async function enrolledThrough(
    anyone: Visitor,
    email: string,
    provider: string,
  ): Promise<string> {
    const path = await signUpByForm(anyone, email, { provider });
    const learnPath = await pressConfirm(anyone, path);
    await anyone.work();
    return learnPath;
  }

  it('holds what the learner was told: name, address, weeks sent, finished', async () => {
    const anyone = visitor();
    await anyone.setTime('2026-11-30T12:00:00Z');
    const { provider } = await added(anyone);
    await enrolledThrough(anyone, 'ana@example.org', provider.publicKey);
    await signUpByForm(anyone, 'pending@example.org', { provider: provider.publicKey });
    await pressConfirm(anyone, await signUpByForm(anyone, 'own@example.org'));
    const roster = async () =>
      ((await (await ask(anyone, '/harbor-institute/roster')).json()) as { learners: unknown })
        .learners;
    const ana = {
      ref: await value(shares, 'ref'),
      name: 'Ana',
      email: 'ana@example.org',
      // The page was pressed without the words that name them.
      began: null,
      finished: null,
    };
    expect(await roster()).toEqual([{ ...ana, weeks: 1, allEight: false }]);
    await anyone.moveTo('2027-02-20T12:00:00Z');
    expect(await roster()).toEqual([{ ...ana, weeks: 8, allEight: true }]);
  });

  it('counts all the weeks of somebody who left and went on where they stopped', async () => {
    const anyone = visitor();
    await anyone.setTime('2026-11-30T12:00:00Z');
    const { provider } = await added(anyone);
    const learnPath = await enrolledThrough(anyone, 'ana@example.org', provider.publicKey);
    await anyone.moveTo('2026-12-23T12:00:00Z');
    await anyone.post(await mailedPath(anyone, 'ana@example.org', 'unsubscribe'));
    await anyone.pass(10 * 86_400);
    await anyone.post(`${learnPath}/return`, { go: 'yes' });
    await anyone.work();
    const back = await mailedPath(anyone, 'ana@example.org', 'confirm');
    await anyone.post(back, { go: 'yes', ...SLOT, from: 'stopped' });
    const counted = async () => {
      const answer = await ask(anyone, '/harbor-institute/roster');
      const { learners } = (await answer.json()) as { learners: { weeks: number }[] };
      return learners.map(({ weeks }) => weeks);
    };
    expect(await counted()).toEqual([4]);
    await anyone.work();
    expect(await counted()).toEqual([5]);
    await anyone.moveTo('2027-03-01T12:00:00Z');
    expect(await counted()).toEqual([8]);
    expect(await (await anyone.get(learnPath)).text()).toContain(
      'Offered through Harbor Institute',
    );
  });

  it('shows a learner to the provider they came through, and not to a second one', async () => {
    const anyone = visitor();
    const { provider } = await added(anyone);
    const second = await added(anyone, { ...HARBOR, name: 'Cedar School' });
    await enrolledThrough(anyone, 'ana@example.org', provider.publicKey);
    await anyone.pass(2 * 86_400);
    const again = { email: 'ana@example.org', provider: second.provider.publicKey };
    expect((await anyone.postJson('/signup', again)).status).toBe(202);
    await anyone.work();
    // Recorded with its provider, and the note says nothing of either.
    expect(await pick(signups, ['providerId'], undefined, signups.createdAt)).toEqual([
      { providerId: 1 },
      { providerId: 2 },
    ]);
    expect(await count(enrollments)).toBe(1);
    const note = (await anyone.mails('ana@example.org')).at(-1);
    expect(note?.text).not.toContain('Cedar');
    const { learners } = (await (await ask(anyone, '/cedar-school/roster')).json()) as {
      learners: unknown[];
    };
    expect(learners).toEqual([]);
  });

  it('names in the confirmation the provider of the link that it carries', async () => {
    const anyone = visitor();
    const { provider } = await added(anyone);
    await signUpByForm(anyone, 'ana@example.org', { provider: provider.publicKey });
    const [mail] = await anyone.mails('ana@example.org');
    expect(mail?.text.replace(/\s+/g, ' ')).toContain('at Harbor Institute');
    expect(await mailedPath(anyone, 'ana@example.org', 'confirm')).toMatch(/^\/confirm\//);
  });

  it('of nobody is not there', async () => {
    expect((await ask(visitor(), '/nobody/roster')).status).toBe(404);
  });
});
