import { describe, expect, it } from 'vitest';
import { enrollments, subscribers } from '../../src/db/schema.ts';
import { app } from '../../src/web/app.tsx';
import { deviceCookie, enrollByForm, mailedPath, SLOT, signUpByForm } from '../support/people.ts';
import { dump, pick } from '../support/rows.ts';
import { HOST, PRODUCTION, see, type Visitor, visitor } from '../support/visitor.ts';

const EMAIL = 'ana@example.org';
const GO = { go: 'yes' };
const TYPE = 'application/x-www-form-urlencoded';

/** Whether a POST is taken from pages of ours only, or from where others send it. */
const RULES: Record<string, 'ours' | 'anybody'> = {
  // A command may send it as well, and names no origin.
  '/clock': 'ours',
  '/confirm/:token': 'ours',
  '/confirm/:token/resend': 'ours',
  '/learn/:token/slot': 'ours',
  '/learn/:token/pause': 'ours',
  '/learn/:token/resume': 'ours',
  '/learn/:token/next': 'ours',
  '/learn/:token/resend': 'ours',
  '/learn/:token/restart': 'ours',
  '/learn/:token/return': 'ours',
  '/learn/:token/undo': 'ours',
  '/learn/:token/read': 'ours',
  '/learn/:token/nudges': 'ours',
  '/learn/:token/open': 'ours',
  '/learn/:token/close': 'ours',
  '/learn/:token/name': 'ours',
  '/learn/:token/email': 'ours',
  '/learn/:token/erase': 'ours',
  '/learn/:token/revoke': 'ours',
  '/learn/:token/unshare': 'ours',
  '/learn/:token/share': 'ours',
  '/learn/:token/log': 'ours',
  '/my-page': 'ours',
  '/open/:token': 'ours',
  '/address/:token': 'ours',
  '/erase/:token': 'ours',
  '/undo/:token': 'ours',
  // Forms on the sites of others, mail programs, the mailer.
  '/signup': 'anybody',
  '/embed/:publicKey': 'anybody',
  '/unsubscribe/:token': 'anybody',
  '/not-me/:token': 'anybody',
  '/webhooks/resend': 'anybody',
};

/** Everything below it carries the operator's token, which no browser sends by itself. */
const OPERATOR = '/operator/api/';

const changing = app.routes.filter(({ method }) => !['GET', 'ALL'].includes(method));

/** What a browser says of a form's origin. */
const FROM = {
  'another site': { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
  'a sibling of ours': { 'sec-fetch-site': 'same-site', origin: 'https://blog.example.org' },
  'nowhere, such as an address bar': { 'sec-fetch-site': 'none' },
  'a sandboxed frame': { 'sec-fetch-site': 'cross-site', origin: 'null' },
  'another site, in an older browser': { origin: 'https://evil.example' },
  'a frame of nobody’s, in an older browser': { origin: 'null' },
  'the same host on another port, in an older browser': { origin: 'http://localhost:8000' },
  'another scheme, in an older browser': { origin: 'https://localhost:8787' },
  'a page that says so itself': { 'sec-fetch-site': 'cross-site', origin: HOST },
  'another site, in a browser of 2018': { referer: 'https://evil.example/learn/' },
  'a host that only begins like ours': { referer: `${HOST}.evil.example/` },
  'nobody can tell': {},
} satisfies Record<string, Record<string, string>>;

const send = (anyone: Visitor, path: string, headers: Record<string, string>, fields = GO) =>
  anyone.fetch(path, {
    method: 'POST',
    body: new URLSearchParams(fields),
    headers: { 'content-type': TYPE, ...headers },
  });

async function learner(anyone: Visitor = visitor()) {
  const paths = await enrollByForm(anyone, EMAIL);
  return { anyone, ...paths, cookie: await deviceCookie(anyone, EMAIL) };
}

describe('every address that takes a POST', () => {
  it('has its rule here, and no other', () => {
    const paths = changing.map(({ path }) => path).filter((path) => !path.startsWith(OPERATOR));
    expect([...new Set(paths)].sort()).toEqual(Object.keys(RULES).sort());
    expect([...new Set(changing.map(({ method }) => method))]).toEqual(['POST']);
  });

  it('of ours refuses what another site sends, and the others take it', async () => {
    const anyone = visitor();
    for (const path of new Set(changing.map((route) => route.path))) {
      const rule = path.startsWith(OPERATOR) ? 'anybody' : RULES[path];
      const address = path.replace(/:[a-zA-Z]+/g, 'x');
      const answer = await send(anyone, address, {
        ...FROM['another site'],
        accept: 'application/json',
      });
      const told = (await answer.json().catch(() => null)) as { error?: { code: string } } | null;
      const refused = answer.status === 403 && told?.error?.code === 'wrong-origin';
      expect(refused, path).toBe(rule === 'ours');
    }
  });

  it('is guarded before there is a route for it', async () => {
    const answer = await send(visitor(), '/learn/x/something-new', FROM['another site']);
    expect(answer.status).toBe(403);
  });
});

describe('a form that was sent from', () => {
  it.each(Object.entries(FROM))('%s changes nothing, and says what to do', async (_, headers) => {
    const { anyone, learnPath, cookie } = await learner();
    await anyone.post(`${learnPath}/open`, GO);
    await anyone.work();
    const open = await mailedPath(anyone, EMAIL, 'open');
    const pending = await signUpByForm(anyone, 'ben@example.org');
    const before = await dump();
    for (const [path, fields] of [
      [open, {}],
      [pending, SLOT],
      [`${pending}/resend`, {}],
      [`${learnPath}/close`, {}],
      [`${learnPath}/pause`, {}],
      [`${learnPath}/slot`, SLOT],
      [`${learnPath}/email`, { email: 'thief@example.org' }],
      [`${learnPath}/log`, { lesson: '1', rev: '0', text: 'planted' }],
      [`${learnPath}/erase`, {}],
      [`${learnPath}/revoke`, {}],
    ] as const) {
      const answer = await send(anyone, path, { ...headers, cookie }, { ...GO, ...fields });
      expect(answer.status, path).toBe(403);
      expect(answer.headers.get('set-cookie'), path).toBeNull();
      expect(answer.headers.get('cache-control'), path).toBe('no-store');
      const page = await see(answer);
      expect(page.text.replace(/\s+/g, ' '), path).toContain('Nothing has been changed.');
      const way = `/${path.split('/').slice(1, 3).join('/')}`;
      expect(
        page.all('a').map(({ href }) => href),
        path,
      ).toContain(way);
    }
    expect(await dump()).toEqual(before);
  });

  it.each<[string, Record<string, string>]>([
    ['a page of ours', { 'sec-fetch-site': 'same-origin', origin: HOST }],
    ['a page of ours, without its name', { 'sec-fetch-site': 'same-origin' }],
    ['a page of ours, in Safari before 16.4', { origin: HOST }],
    ['a page of ours, in a browser of 2018', { referer: `${HOST}/learn/x` }],
  ])('%s is taken', async (_, headers) => {
    const { anyone, learnPath } = await learner();
    const answer = await send(anyone, `${learnPath}/pause`, headers);
    expect(answer.headers.get('location')).toContain('done=paused');
    expect(await pick(enrollments, ['state'])).toEqual([{ state: 'paused' }]);
  });

  it('a page of ours in production is taken, by the address that BASE_URL names', async () => {
    await learner();
    const anyone = visitor(PRODUCTION, PRODUCTION.BASE_URL);
    const [row] = await pick(subscribers, ['id']);
    const { tokens } = await anyone.context();
    const claims = { subscriberId: row?.id ?? 0, linkVersion: 0 };
    const path = `/learn/${await tokens.learn(claims)}/nudges`;
    const own = await send(anyone, path, { origin: PRODUCTION.BASE_URL });
    expect(own.status).toBe(303);
    expect((await send(anyone, path, { origin: HOST })).status).toBe(403);
  });

  it('another site to the practice log is refused in JSON where a script asked', async () => {
    const { anyone, learnPath, cookie } = await learner();
    const headers = { ...FROM['another site'], cookie, accept: 'application/json' };
    const answer = await send(anyone, `${learnPath}/log`, headers);
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ error: { code: 'wrong-origin' } });
  });
});
