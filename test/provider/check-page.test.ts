import { describe, expect, it } from 'vitest';
import { pageChecks, providers, retiredKeys, sightings } from '../../src/db/schema.ts';
import { type Checked, checkPage } from '../../src/provider/check-page.ts';
import { showProvider } from '../../src/provider/list-providers.ts';
import { WORDS_VERSION } from '../../src/signup/consent.ts';
import type { Reach } from '../../src/site.ts';
import { snippetsFor } from '../../src/web/embed/snippets.ts';
import { ORIGIN, plantProvider } from '../support/providers.ts';
import { change, count, pick, put } from '../support/rows.ts';
import { countingDatabase, DAY, HOST, visitor } from '../support/visitor.ts';

const PAGE = `${ORIGIN}/courses`;
const KEY = 'pk_harbor';
const SLUG = 'pk-harbor';
const NOON = '2026-11-27T12:00:00Z';
const SNIPPETS = snippetsFor(HOST, {
  name: 'Harbor Institute',
  publicKey: KEY,
  origins: [ORIGIN],
});

const html = (body: string, headers: Record<string, string> = {}) =>
  new Response(body, { headers: { 'content-type': 'text/html; charset=utf-8', ...headers } });
const inPage = (body: string, head = '') =>
  `<!doctype html><html><head><title>Secret title</title>${head}</head><body><h1>Secret words</h1>${body}</body></html>`;

/** Sites that answer as written; whatever else is asked for fails the test. Notes what was asked. */
function sites(pages: Record<string, () => Response | Promise<Response>>) {
  const asked: { address: string; init: RequestInit }[] = [];
  const end = new AbortController();
  const by: Reach = {
    patience: end.signal,
    fetch: async (address, init) => {
      asked.push({ address, init });
      const page = pages[address];
      if (!page) throw new Error(`nobody may ask for ${address}`);
      return page();
    },
  };
  return { by, asked, end: () => end.abort() };
}

async function look(page: string, by: Reach, env = {}): Promise<Checked> {
  const ctx = await visitor(env).context();
  const provider = await showProvider(ctx, SLUG);
  if (!provider) throw new Error('no provider');
  return checkPage(ctx, { provider, page }, by);
}

/** What is said of a page with this in it. */
async function said(body: string, { head = '', headers = {} } = {}): Promise<Checked> {
  return look(PAGE, sites({ [PAGE]: () => html(inPage(body, head), headers) }).by);
}

const words = ({ findings }: Checked) =>
  findings.map(({ weight, says, mend }) => `${weight}: ${says}${mend === null ? '' : ` ${mend}`}`);

describe('a look at a page that carries the form', () => {
  it.each([
    ['by its script', SNIPPETS.script, 'in the page by its script'],
    ['in a frame', SNIPPETS.iframe, 'in a frame'],
    ['as a plain form', SNIPPETS.form, 'as a plain form'],
    [
      'as a link',
      `<a href="${HOST}/?provider=${KEY}">Course</a>`,
      'as a link to your page with us',
    ],
    [
      'as an element',
      `<in-the-room-signup provider="${KEY}"></in-the-room-signup><script type="module" src="${HOST}/embed.js"></script>`,
      'in the page by its script',
    ],
    [
      'with the key in the script’s address',
      `<script src="${HOST}/embed.js?a=1&amp;provider=${KEY}"></script><noscript><a href="${HOST}/?provider=${KEY}">x</a></noscript>`,
      'in the page by its script',
    ],
  ])('%s finds it, and nothing to mend', async (_, snippet, way) => {
    await plantProvider();
    const checked = await said(snippet);
    expect(words(checked)).toEqual([`good: The form is here ${way}, with your key.`]);
    expect(checked.found).toBe('works');
    expect(await pick(pageChecks, ['page', 'found'])).toEqual([{ page: PAGE, found: 'works' }]);
  });

  it('asks once, as a stranger, without a cookie and without following', async () => {
    await plantProvider();
    const { by, asked } = sites({ [`${PAGE}?month=5`]: () => html(inPage(SNIPPETS.script)) });
    const checked = await look(`${PAGE}?month=5#form`, by);
    expect(checked.page).toBe(PAGE);
    expect(asked).toHaveLength(1);
    expect(asked[0]?.init).toMatchObject({ redirect: 'manual', signal: by.patience });
    const names = Object.keys(asked[0]?.init.headers ?? {});
    expect(names.sort()).toEqual(['accept', 'user-agent']);
  });

  it('hands on nothing of what the page says', async () => {
    await plantProvider();
    const checked = await said(
      `${SNIPPETS.script}<script data-provider="<b>Secret</b>" src="${HOST}/embed.js"
        data-secret-&lt;b&gt;="Secret" data-theme="Secret <b>" data-layout="Secret <i>"></script>`,
      { head: '<meta name="generator" content="Secret 1.0">' },
    );
    expect(checked.findings.length).toBeGreaterThan(3);
    expect(JSON.stringify(checked)).not.toMatch(/Secret|<b>|<i>/);
  });

  it('tells when and how a browser has loaded it there', async () => {
    await plantProvider();
    const load = { providerId: 1, way: 'script' as const, key: KEY, firstAt: 5, seenAt: 7 };
    await put(sightings, { ...load, page: PAGE });
    await put(sightings, { ...load, page: `${ORIGIN}/elsewhere` });
    const { seen } = await said('');
    expect(seen).toMatchObject([{ page: PAGE, way: 'script', key: KEY, seenAt: 7 }]);
  });
});

describe('what is wrong with a page is said with its cure', () => {
  const tag = (attributes: string) =>
    `<script async src="${HOST}/embed.js" ${attributes}></script><noscript><a href="${HOST}/?provider=${KEY}">x</a></noscript>`;
  const ours = `data-provider="${KEY}"`;

  it.each<[string, string, RegExp, object?]>([
    ['no form at all', '<p>Hello</p>', /note: The form is not in the page.*open the page once/],
    [
      'a tag manager, which may add it',
      '<script src="https://www.googletagmanager.com/gtm.js?id=GTM-1"></script>',
      /tag manager, which may add the form later/,
    ],
    [
      'only the line for readers without scripts',
      SNIPPETS.script.split('\n')[1] ?? '',
      /script beside it was taken out/,
    ],
    ['a tag without a key', tag('').replace(/<noscript.*/, ''), /fault:.*names no key.*pk_harbor/],
    [
      'the key in an attribute that there is not',
      tag('data-key="pk_harbor"').replace(/<noscript.*/, ''),
      /“data-key”, which does nothing. The key stands in data-provider/,
    ],
    [
      'a theme that there is not',
      tag(`${ours} data-theme="blue"`),
      /“blue” is no theme. There are auto, light, dark/,
    ],
    ['a layout that there is not', tag(`${ours} data-layout="wide"`), /“wide” is no layout/],
    [
      'thanks on another site',
      tag(`${ours} data-redirect="https://evil.example/"`),
      /page of thanks.*not on one of your sites/,
    ],
    [
      'a cookie tool that holds the script back',
      tag(`${ours} type="text/plain"`),
      /fault:.*keeps the script from running/,
    ],
    [
      'a script from another address',
      `<script src="https://old.example/embed.js" ${ours}></script>`,
      /fault: The script comes from another address/,
    ],
    [
      'a copy of the script',
      `<script src="/wp-content/cache/a.js" ${ours}></script>`,
      /note:.*a copy on your own site/,
    ],
    [
      'an element without its script',
      `<in-the-room-signup provider="${KEY}"></in-the-room-signup>`,
      /fault: A place for the form is there, but not the script/,
    ],
    [
      'a key of somebody else',
      SNIPPETS.script.replaceAll(KEY, 'pk_cedar'),
      /fault:.*a key that is none of yours \(pk_cedar\)/,
    ],
    [
      'a frame that is locked up',
      SNIPPETS.iframe.replace('<iframe', '<iframe sandbox="allow-scripts"'),
      /fault: The frame is locked up.*allow-forms allow-same-origin/,
    ],
    [
      'a frame that hides its page',
      SNIPPETS.iframe.replace(/ referrerpolicy="[^"]*"/, ''),
      /note: The frame does not tell which page/,
    ],
    [
      'a plain form that is not posted',
      SNIPPETS.form.replace('method="post"', ''),
      /fault: The form is not posted/,
    ],
    [
      'a plain form without its address field',
      SNIPPETS.form.replace('name="email"', 'name="mail"'),
      /fault: The form has no field named email/,
    ],
    [
      'a plain form with older words',
      SNIPPETS.form.replace(WORDS_VERSION, '2020-01-01'),
      /note: The form carries older words/,
    ],
    [
      'a plain form without its words',
      SNIPPETS.form.replace(/<input[^>]*name="words"[^>]*>/, ''),
      /note: The form does not say which words/,
    ],
    [
      'a plain form on a page that hides its address',
      SNIPPETS.form,
      /note: Your page keeps its address to itself/,
      { headers: { 'referrer-policy': 'no-referrer' } },
    ],
  ])('%s', async (_, body, expected, more = {}) => {
    await plantProvider();
    const checked = await said(body, more);
    expect(words(checked).join('\n')).toMatch(expected);
  });

  it('the script in the head, where nobody can tell the form’s place; with an element it is well', async () => {
    await plantProvider();
    const head = SNIPPETS.script.split('\n')[0] ?? '';
    expect(words(await said('', { head })).join()).toMatch(/fault: The script stands in the head/);
    const element = '<in-the-room-signup></in-the-room-signup>';
    expect(words(await said(element, { head }))).toEqual([
      'good: The form is here in the page by its script, with your key.',
    ]);
  });

  it('a key that was replaced, until when it is taken, and that it is not any more', async () => {
    await plantProvider({ key: 'pk_new' });
    await change(providers, { slug: SLUG });
    const anyone = visitor();
    await anyone.setTime(NOON);
    const worksUntil = Date.parse(NOON) / 1000 + 3 * DAY;
    await put(retiredKeys, { key: KEY, providerId: 1, retiredAt: 0, worksUntil });
    const first = await said(SNIPPETS.script);
    expect(first.found).toBe('works');
    expect(words(first)).toEqual([
      'good: The form is here in the page by its script, with a key that you have replaced (pk_harbor). It is taken until Monday, November 30. Put your key pk_new in its place.',
    ]);
    await anyone.pass(3 * DAY + 60);
    const later = await said(SNIPPETS.script);
    expect(later.found).toBe('faulty');
    expect(words(later).join()).toMatch(/not taken any more: people see a link/);
  });

  it('two forms with two keys, each by its own', async () => {
    await plantProvider();
    const checked = await said(`${SNIPPETS.script}${SNIPPETS.iframe.replaceAll(KEY, 'pk_cedar')}`);
    expect(words(checked).join('\n')).toMatch(
      /in the page by its script, with your key[\s\S]*in a frame, with a key that is none of yours \(pk_cedar\)[\s\S]*2 forms with 2 different keys/,
    );
  });

  it('signups that are paused', async () => {
    await plantProvider({ status: 'paused' });
    const checked = await said(SNIPPETS.script);
    expect(words(checked)).toEqual([
      'fault: The form is here in the page by its script with your key, but your signups are paused. Have them taken again.',
    ]);
    expect(checked.found).toBe('faulty');
  });

  it.each([
    ['WordPress', '<meta name="generator" content="WordPress 6.8">', 'wordpress'],
    [
      'WordPress that hides it',
      '<link rel="stylesheet" href="/wp-content/themes/a.css">',
      'wordpress',
    ],
    ['Squarespace', '<script src="https://static1.squarespace.com/a.js"></script>', 'squarespace'],
    ['Wix', '<meta name="generator" content="Wix.com Website Builder">', 'wix'],
    ['Moodle', '<meta name="keywords" content="moodle, Courses">', 'moodle'],
    ['Webflow', '<meta content="Webflow" name="generator">', 'webflow'],
    ['nothing that is known', '<meta name="generator" content="Hugo">', null],
  ])('it is told apart that a site is built with %s', async (_, head, builder) => {
    await plantProvider();
    expect((await said('', { head })).builder).toBe(builder);
  });
});

describe('a page’s policy', () => {
  const csp = (policy: string) => ({ headers: { 'content-security-policy': policy } });
  const nonced = SNIPPETS.script.replace('<script', '<script nonce="n1"');

  it.each<[string, string, string, string[]]>([
    ['that lets our host', SNIPPETS.script, `script-src 'self' ${HOST}; connect-src ${HOST}`, []],
    ['that lets everything over https and our host', SNIPPETS.script, 'default-src http:', []],
    ['that says nothing of scripts', SNIPPETS.script, "img-src 'none'", []],
    [
      'that lets the nonce on the tag',
      nonced,
      `script-src 'nonce-n1' 'strict-dynamic'; connect-src *`,
      [],
    ],
    [
      'that forbids scripts',
      SNIPPETS.script,
      `script-src 'self'; connect-src ${HOST}`,
      ['script-src'],
    ],
    [
      'that forbids asking us',
      SNIPPETS.script,
      `script-src ${HOST}; connect-src 'self'`,
      ['connect-src'],
    ],
    [
      'that forbids both at once',
      SNIPPETS.script,
      "default-src 'self'",
      ['script-src', 'connect-src'],
    ],
    [
      'that goes by nonces alone',
      SNIPPETS.script,
      `script-src 'strict-dynamic' 'nonce-x' ${HOST}`,
      ['script-src'],
    ],
    [
      'that lets another port of our host',
      SNIPPETS.script,
      'script-src http://localhost:1; connect-src *',
      ['script-src'],
    ],
    ['that forbids frames', SNIPPETS.iframe, "frame-src 'none'", ['frame-src']],
    ['that forbids sending forms', SNIPPETS.form, "form-action 'self'", ['form-action']],
    [
      'with two policies, of which the second forbids',
      SNIPPETS.script,
      `default-src *, connect-src 'none'`,
      ['connect-src'],
    ],
  ])('%s', async (_, body, policy, stopped) => {
    await plantProvider();
    const checked = await said(body, csp(policy));
    const named = words(checked).flatMap(
      (each) => /Add \S+ to ([\w-]+) in it/.exec(each)?.[1] ?? [],
    );
    expect(named).toEqual(stopped);
    expect(checked.found).toBe(stopped.length > 0 ? 'faulty' : 'works');
  });

  it('in the head of the page counts as well, and one that only reports does not', async () => {
    await plantProvider();
    const meta = `<meta http-equiv="Content-Security-Policy" content="form-action 'self'">`;
    expect((await said(SNIPPETS.form, { head: meta })).found).toBe('faulty');
    const headers = { 'content-security-policy-report-only': "form-action 'self'" };
    expect((await said(SNIPPETS.form, { headers })).found).toBe('works');
  });
});

describe('a page on a site that was not named', () => {
  it.each([
    ['with www', 'https://www.harbor.example/courses', 'https://www.harbor.example'],
    ['without https', 'http://harbor.example/courses', 'http://harbor.example'],
    ['below it', 'https://learn.harbor.example/', 'https://learn.harbor.example'],
    ['of another name', 'https://cedar.example/', 'https://cedar.example'],
  ])('%s is not asked: both are named, letter by letter', async (_, page, origin) => {
    await plantProvider();
    const { by, asked } = sites({});
    const checked = await look(page, by);
    expect(asked).toEqual([]);
    expect(checked).toMatchObject({ found: 'not-asked', unnamed: origin });
    expect(words(checked).join()).toContain(`The page is on ${origin}; you have named ${ORIGIN}.`);
    expect(await count(pageChecks)).toBe(0);
  });
});

describe('a page that leads on', () => {
  const to = (location: string, status = 302) =>
    new Response(null, { status, headers: { location } });

  it('is followed within its own sites', async () => {
    await plantProvider();
    const { by, asked } = sites({
      [PAGE]: () => to('/courses/'),
      [`${PAGE}/`]: () => to(`${ORIGIN}/en/courses`, 308),
      [`${ORIGIN}/en/courses`]: () => html(inPage(SNIPPETS.script)),
    });
    expect((await look(PAGE, by)).found).toBe('works');
    expect(asked).toHaveLength(3);
  });

  it.each([
    'https://evil.example/',
    'https://www.harbor.example.evil.example/',
    'http://169.254.169.254/latest/meta-data/',
    'http://[::1]/',
    'https://localhost/',
    'https://harbor.example:8443/',
    '//evil.example',
  ])('to another place is not followed: %s', async (location) => {
    await plantProvider();
    const { by, asked } = sites({ [PAGE]: () => to(location) });
    const checked = await look(PAGE, by);
    expect(asked).toHaveLength(1);
    expect(checked.found).toBe('unread');
    expect(words(checked).join()).toContain(`leads away to ${new URL(location, PAGE).origin}`);
    expect(JSON.stringify(checked)).not.toContain('meta-data');
  });

  it('to the same site with www offers to add that', async () => {
    await plantProvider();
    const { by } = sites({ [PAGE]: () => to('https://www.harbor.example/courses') });
    expect(await look(PAGE, by)).toMatchObject({
      found: 'unread',
      unnamed: 'https://www.harbor.example',
    });
  });

  it('for ever is given up after three', async () => {
    await plantProvider();
    const { by, asked } = sites({ [PAGE]: () => to(PAGE) });
    expect(words(await look(PAGE, by)).join()).toContain('leads on from page to page');
    expect(asked).toHaveLength(4);
  });
});

describe('a page that cannot be read', () => {
  it.each<[string, () => Response | Promise<Response>, RegExp]>([
    [
      'answers 403',
      () => new Response('no', { status: 403 }),
      /answers 403 to us.*Open it once in a browser/,
    ],
    ['answers 404', () => new Response('no', { status: 404 }), /answers 404 to us/],
    [
      'is no page',
      () => new Response('{}', { headers: { 'content-type': 'application/json' } }),
      /is no web page/,
    ],
    ['says nothing of what it is', () => new Response(new Uint8Array(4)), /is no web page/],
    ['does not answer', () => Promise.reject(new TypeError('refused')), /did not answer/],
  ])('because it %s says so, and that a browser decides', async (_, answer, expected) => {
    await plantProvider();
    const checked = await look(PAGE, sites({ [PAGE]: answer }).by);
    expect(checked.found).toBe('unread');
    expect(words(checked).join()).toMatch(expected);
    expect(await pick(pageChecks, ['found'])).toEqual([{ found: 'unread' }]);
  });

  it.each<[string, (end: () => void) => Promise<Response>]>([
    ['before it answers', (end) => new Promise(() => queueMicrotask(end))],
    [
      'in the middle of its answer',
      async (end) => {
        const stream = new ReadableStream({
          start: (controller) => controller.enqueue(new TextEncoder().encode('<html>')),
          pull: () => new Promise(() => end()),
        });
        return new Response(stream, { headers: { 'content-type': 'text/html' } });
      },
    ],
  ])('because it hangs %s is given up', async (_, answer) => {
    await plantProvider();
    const hanging = sites({ [PAGE]: () => answer(hanging.end) });
    expect(words(await look(PAGE, hanging.by)).join()).toContain('did not answer');
  });

  it('to its end is read as far as 1 MB', async () => {
    await plantProvider();
    const filler = `<p>${'x'.repeat(1024 * 1024)}</p>`;
    const checked = await said(`${filler}${SNIPPETS.script}`);
    expect(checked.found).toBe('nothing');
    expect(words(checked).join()).toContain('longer than what we read');
    expect((await said(`${SNIPPETS.script}${filler}`)).found).toBe('works');
  });
});

describe('what is typed as a page', () => {
  const PUBLIC = { BASE_URL: 'https://course.example.org' };

  it.each([
    '',
    'harbor',
    'ftp://harbor.example/',
    'https://user:pass@harbor.example/',
    'https://127.0.0.1/',
    'https://[::1]/',
    'https://0x7f.1/',
    'https://2130706433/',
    'https://10.0.0.1/',
    'https://localhost/',
    'https://intranet/',
    'https://printer.local/',
    'https://metadata.google.internal/',
    'https://router.home.arpa/',
    'https://harbor.example:8443/',
    'https://harbor.example./',
    'http://harbor.example/',
    'javascript:alert(1)',
    `https://harbor.example/${'x'.repeat(500)}`,
  ])('%j is refused, and nothing is asked', async (typed) => {
    await plantProvider({ origins: [ORIGIN, 'https://127.0.0.1', 'https://printer.local'] });
    const { by, asked } = sites({});
    const { PRODUCTION } = await import('../support/visitor.ts');
    await expect(look(typed, by, { ...PRODUCTION, ...PUBLIC })).rejects.toMatchObject({
      code: 'bad-input',
      field: 'page',
    });
    expect(asked).toEqual([]);
  });

  it('a page of ours is refused', async () => {
    await plantProvider({ origins: [HOST] });
    await expect(look(`${HOST}/`, sites({}).by)).rejects.toMatchObject({ field: 'page' });
  });

  it('a host alone is the front page of its site', async () => {
    await plantProvider();
    const { by } = sites({ [`${ORIGIN}/`]: () => html(inPage(SNIPPETS.script)) });
    expect((await look(' harbor.example ', by)).found).toBe('works');
  });
});

describe('looking', () => {
  it('more than 20 times within an hour is refused, and asks nobody', async () => {
    await plantProvider();
    const anyone = visitor();
    await anyone.setTime(NOON);
    const { by, asked } = sites({ [PAGE]: () => html('') });
    for (let turn = 0; turn < 20; turn++) await look(PAGE, by);
    await expect(look(PAGE, by)).rejects.toMatchObject({ code: 'too-many-requests' });
    expect(asked).toHaveLength(20);
    await anyone.pass(3601);
    expect((await look(PAGE, by)).found).toBe('nothing');
  });

  it('keeps the newest hundred looks of a provider', async () => {
    await plantProvider();
    for (let at = 1; at <= 120; at++) {
      await put(pageChecks, { providerId: 1, page: `${PAGE}/${at}`, at, found: 'nothing' });
    }
    const { by } = sites({ [PAGE]: () => html(inPage(SNIPPETS.script)) });
    await look(PAGE, by);
    const kept = await pick(pageChecks, ['page', 'at']);
    expect(kept).toHaveLength(100);
    expect(kept.map(({ page }) => page)).toContain(PAGE);
    expect(kept.map(({ at }) => at)).not.toContain(20);
    expect(kept.map(({ at }) => at)).toContain(22);
  });

  it('costs three round trips and a write', async () => {
    await plantProvider();
    const { DB, counts } = countingDatabase();
    const ctx = await visitor({ DB }).context();
    const provider = await showProvider(ctx, SLUG);
    if (!provider) throw new Error('no provider');
    counts();
    await checkPage(ctx, { provider, page: PAGE }, sites({ [PAGE]: () => html('') }).by);
    expect(counts().match(/batch of/g)).toHaveLength(2);
  });
});
