import { describe, expect, it } from 'vitest';
import { signups } from '../../src/db/schema.ts';
import { app } from '../../src/web/app.tsx';
import { enrollByForm, SLOT, signUpByForm } from '../support/people.ts';
import { pick } from '../support/rows.ts';
import { HOST, PRODUCTION, see, type Visitor, visitor } from '../support/visitor.ts';

const EMAIL = 'ana@example.org';

/** The directives of an answer's content security policy. */
function policy(response: Response): Map<string, string> {
  const header = response.headers.get('content-security-policy') ?? '';
  return new Map(
    header.split(';').map((directive) => {
      const [name = '', ...sources] = directive.trim().split(/\s+/);
      return [name, sources.join(' ')];
    }),
  );
}

/** Answers of every kind: pages, errors, redirects, JSON. */
async function answers(anyone: Visitor): Promise<[string, Response][]> {
  const { confirmPath, learnPath, unsubscribePath } = await enrollByForm(anyone, EMAIL);
  const pending = await signUpByForm(anyone, 'ben@example.org');
  // Every page and report that has one address; then those of one person, and of none.
  const pages = app.routes
    .filter(({ method, path }) => method === 'GET' && !/[:*]|\.(txt|xml|js)$/.test(path))
    .map(({ path }) => path);
  const gets = [
    ...pages,
    '/lessons/1',
    '/nowhere',
    confirmPath,
    pending,
    learnPath,
    `${learnPath}/lessons/1`,
    `${learnPath}/lessons/2`,
    unsubscribePath,
    '/confirm/x',
    '/learn/x',
    '/unsubscribe/x',
  ];
  const all: [string, Response][] = [];
  expect(pages.length).toBeGreaterThan(10);
  for (const path of gets) all.push([`GET ${path}`, await anyone.get(path)]);
  all.push(['a signup', await anyone.post('/signup', { email: 'new@example.org' })]);
  all.push(['a slip', await anyone.post('/signup', { email: 'x' })]);
  all.push(['a slip in JSON', await anyone.postJson('/signup', { email: 'x' })]);
  all.push(['415', await anyone.postRaw('/signup', 'x', 'text/plain')]);
  all.push(['413', await anyone.postRaw('/signup', 'x'.repeat(100_000), 'text/plain')]);
  all.push(['a bad clock', await anyone.postJson('/clock', {})]);
  return all;
}

/** Answers behind a personal link, by GET and POST, good and bad. */
async function tokenAnswers(anyone: Visitor): Promise<[string, Response][]> {
  const { confirmPath, learnPath, unsubscribePath } = await enrollByForm(anyone, EMAIL);
  const pending = await signUpByForm(anyone, 'ben@example.org');
  const all: [string, Response][] = [];
  for (const path of [
    confirmPath,
    pending,
    learnPath,
    `${learnPath}/lessons/1`,
    `${learnPath}/lessons/2`,
    `${learnPath}/lessons/9`,
    `${learnPath}/nowhere`,
    unsubscribePath,
    '/confirm/x',
    '/learn/x',
    '/unsubscribe/x',
  ]) {
    all.push([`GET ${path}`, await anyone.get(path)]);
  }
  const pressed = { go: 'yes', ...SLOT };
  all.push(['a wrong hour', await anyone.post(pending, { ...pressed, time: 'x' })]);
  all.push(['no form', await anyone.postRaw(pending, 'x', 'text/plain')]);
  all.push(['too much', await anyone.postRaw(pending, 'x'.repeat(100_000), 'text/plain')]);
  all.push(['the button', await anyone.post(pending, pressed)]);
  all.push(['the button again', await anyone.post(pending, pressed)]);
  all.push(['a new hour', await anyone.post(`${learnPath}/slot`, pressed)]);
  all.push(['resend', await anyone.post(`${confirmPath}/resend`, { go: 'yes' })]);
  all.push(['unsubscribe', await anyone.post(unsubscribePath)]);
  return all;
}

describe('every answer', () => {
  it('is framed by nobody, loads nothing from elsewhere, runs no inline script', async () => {
    for (const [name, response] of await answers(visitor())) {
      const directives = policy(response);
      expect(directives.get('default-src'), name).toBe("'none'");
      expect(directives.get('script-src'), name).toBe("'self'");
      expect(directives.get('frame-ancestors'), name).toBe("'none'");
      expect(directives.get('base-uri'), name).toBe("'none'");
      expect(directives.get('form-action'), name).toBe("'self'");
      expect(directives.get('connect-src'), name).toBe("'self'");
      for (const sources of directives.values()) {
        expect(sources, name).not.toMatch(/https?:|\*|unsafe-eval/);
      }
      // Mails are shown with the styles that they bring, in the local mailbox only.
      if (name !== 'GET /mailbox') expect(directives.get('style-src'), name).toBe("'self'");
      expect(response.headers.get('x-frame-options'), name).toBe('DENY');
      expect(response.headers.get('x-content-type-options'), name).toBe('nosniff');
      expect(response.headers.get('strict-transport-security'), name).toMatch(/^max-age=\d{7,}/);
      expect(response.headers.get('cross-origin-resource-policy'), name).toBe('same-origin');
      // What is somebody's own is opened by no window of others; what is not opens from a sandboxed frame too.
      const personal =
        /\/(confirm|learn|unsubscribe|undo|not-me|open|address|erase|portal|operator|mailbox)(\/|$)/;
      const opener = personal.test(name) ? 'same-origin' : null;
      expect(response.headers.get('cross-origin-opener-policy'), name).toBe(opener);
      expect(response.headers.get('referrer-policy'), name).toBe('same-origin');
      expect(response.headers.get('x-powered-by'), name).toBeNull();
      expect(response.headers.get('access-control-allow-origin'), name).toBeNull();
      expect(response.headers.get('set-cookie'), name).toBeNull();
      expect(response.headers.get('content-type') ?? '', name).toMatch(
        response.status === 303 ? /^$/ : /^(text\/html|application\/json)/,
      );
    }
  });

  it('keeps to that policy in its own markup', async () => {
    for (const [name, response] of await answers(visitor())) {
      if (!response.headers.get('content-type')?.startsWith('text/html')) continue;
      const page = await see(response);
      for (const element of new Set(page.elements)) {
        for (const attributes of page.all(element)) {
          expect(
            Object.keys(attributes).filter((key) => /^(on|style$)/.test(key)),
            name,
          ).toEqual([]);
          if (attributes.href) expect(attributes.href, name).not.toMatch(/^javascript:/i);
        }
      }
      expect(page.all('style'), name).toEqual([]);
      const loaded = [
        ...page.all('script').map((script) => script.src ?? 'inline'),
        ...page.all('img').map((image) => image.src ?? ''),
        ...page
          .all('link')
          .filter((link) => link.rel !== 'canonical')
          .map((link) => link.href ?? ''),
      ];
      expect(loaded.length, name).toBeGreaterThan(0);
      // The test runner has no address for the stylesheet.
      for (const source of loaded) expect(source, name).toMatch(/^($|\/[^/]|data:image\/svg)/);
    }
  });
});

describe('every page behind a personal link', () => {
  it('reaches no cache, no referrer and no search engine, whatever its answer', async () => {
    for (const [name, response] of await tokenAnswers(visitor())) {
      expect(response.headers.get('cache-control'), name).toBe('no-store');
      expect(response.headers.get('referrer-policy'), name).toBe('same-origin');
      expect(response.headers.get('x-robots-tag'), name).toBe('noindex');
    }
  });

  it('tells no other site of the link', async () => {
    for (const [name, response] of await tokenAnswers(visitor())) {
      const page = await see(response);
      const outside = page
        .all('a')
        .filter(({ href = '' }) => /^(https?:)?\/\//.test(href) && !href.startsWith(`${HOST}/`));
      // Lessons cite their sources, and what leads there keeps this page's address to itself.
      if (!name.includes('/lessons/')) expect(outside, name).toEqual([]);
      for (const { href, rel } of outside) expect(rel, href).toBe('noreferrer');
      const sent = page.all('form').map(({ action }) => action ?? '');
      for (const action of sent) expect(action, name).toMatch(/^\/[^/]/);
    }
  });

  it('hands no link on when its form is sent: a signup there is stored without its page’s address', async () => {
    const anyone = visitor();
    const { confirmPath } = await enrollByForm(anyone, EMAIL);
    await anyone.post(
      '/signup',
      { email: 'ben@example.org' },
      { referer: `http://localhost:8787${confirmPath}` },
    );
    const pages = await pick(signups, ['page']);
    const token = confirmPath.split('/').at(-1) ?? '?';
    expect(JSON.stringify(pages)).not.toContain(token);
  });
});

describe('errors', () => {
  it('are never cached', async () => {
    const anyone = visitor();
    for (const response of [
      await anyone.get('/nowhere'),
      await anyone.postRaw('/signup', 'x', 'text/plain'),
      await anyone.postJson('/signup', { email: 'x' }),
      await anyone.post('/signup', { email: 'x' }),
    ]) {
      expect(response.headers.get('cache-control')).toBe('no-store');
    }
  });

  it('are the same in production', async () => {
    const anyone = visitor(PRODUCTION, PRODUCTION.BASE_URL);
    const response = await anyone.get('/nowhere');
    expect(response.status).toBe(404);
    expect(policy(response).get('default-src')).toBe("'none'");
  });
});
