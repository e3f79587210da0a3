import { describe, expect, it } from 'vitest';
import { providers } from '../../src/db/schema.ts';
import { enrollByForm, signUpByForm, suppress } from '../support/people.ts';
import { dump, put } from '../support/rows.ts';
import { DAY, type Seen, see, type Visitor, visitor } from '../support/visitor.ts';

/** What a POST with the button does; opened, none of it does anything. */
const CONTROLS = [
  ...['pause', 'resume', 'next', 'resend', 'restart', 'return', 'read', 'log', 'nudges'],
  ...['open', 'close', 'name', 'email', 'erase', 'revoke', 'undo'],
];

/** Somebody in every state, and every path that is read with a GET. */
async function everyPath(anyone: Visitor): Promise<string[]> {
  await put(providers, {
    id: 1,
    name: 'Harbor Institute',
    publicKey: 'pk_harbor',
    status: 'active',
    createdAt: 0,
  });
  const expired = await signUpByForm(anyone, 'expired@example.org');
  await anyone.pass(8 * DAY);
  const pending = await signUpByForm(anyone, 'pending@example.org', { provider: 'pk_harbor' });
  const learner = await enrollByForm(anyone, 'learner@example.org');
  const gone = await enrollByForm(anyone, 'gone@example.org');
  await anyone.post(gone.unsubscribePath);
  await suppress(anyone, 'never@example.org');
  await anyone.post('/signup', { email: 'owed@example.org' });
  await anyone.pass(8 * DAY);
  const mail = (await anyone.mails()).at(-1);
  return [
    '/',
    '/?provider=pk_harbor',
    '/about',
    '/privacy',
    '/terms',
    '/accessibility',
    '/providers',
    '/lessons/1',
    '/lessons/2',
    '/signup',
    '/signup/check-inbox',
    '/signup/check-inbox?meant=gmail.com',
    '/my-page',
    '/my-page/sent',
    expired,
    pending,
    learner.confirmPath,
    gone.confirmPath,
    `${expired}/resend`,
    learner.learnPath,
    `${learner.learnPath}/lessons/1`,
    `${learner.learnPath}/lessons/2`,
    `${learner.learnPath}/slot`,
    `${learner.learnPath}?do=hour`,
    `${learner.learnPath}?done=hour&was=3,08:00,Europe/Berlin`,
    `${learner.learnPath}?done=__proto__`,
    `${learner.learnPath}/calendar.ics`,
    `${learner.learnPath}/export.json`,
    `${learner.learnPath}/export`,
    `${learner.learnPath}/log.txt`,
    '/undo/x',
    ...CONTROLS.map((control) => `${learner.learnPath}/${control}`),
    '/open/x',
    '/address/x',
    '/erase/x',
    gone.learnPath,
    learner.unsubscribePath,
    gone.unsubscribePath,
    '/confirm/x',
    '/learn/x',
    '/unsubscribe/x',
    '/healthz',
    '/mailbox',
    `/mailbox?mail=${mail?.id}`,
    '/mailbox.json',
    '/clock',
    '/webhooks/resend',
    '/nowhere',
  ];
}

describe('reading', { timeout: 30_000 }, () => {
  it('changes no row and sends nothing, whatever address is opened', async () => {
    const anyone = visitor();
    const paths = await everyPath(anyone);
    anyone.woken.length = 0;
    const before = await dump();
    for (const path of paths) {
      for (const method of ['GET', 'HEAD', 'OPTIONS']) {
        const response = await anyone.fetch(path, { method });
        // Lessons are overdue by now, and /healthz says so.
        if (path !== '/healthz') expect(response.status, `${method} ${path}`).toBeLessThan(500);
        await response.text();
      }
      expect(await dump(), path).toEqual(before);
    }
    expect(anyone.woken).toEqual([]);
  });

  it('by HEAD gets what GET gets, without the page', async () => {
    const anyone = visitor();
    for (const path of await everyPath(anyone)) {
      const get = await anyone.get(path);
      const head = await anyone.fetch(path, { method: 'HEAD' });
      expect(head.status, path).toBe(get.status);
      expect([...head.headers], path).toEqual([...get.headers]);
      expect(await head.text(), path).toBe('');
    }
  });

  it('sets no cookie, whatever address is opened', async () => {
    const anyone = visitor();
    for (const path of await everyPath(anyone))
      expect((await anyone.get(path)).headers.get('set-cookie'), path).toBeNull();
  });

  it('by methods that no address has is answered with 404', async () => {
    const anyone = visitor();
    for (const method of ['PUT', 'DELETE', 'PATCH', 'PROPFIND']) {
      for (const path of ['/', '/signup', '/unsubscribe/x', '/clock']) {
        const headers = { 'sec-fetch-site': 'same-origin' };
        expect((await anyone.fetch(path, { method, headers })).status).toBe(404);
      }
    }
  });
});

describe('the pages', { timeout: 30_000 }, () => {
  /** Every path that a person can come to, with its page, from the front page and from mails. */
  async function crawl(anyone: Visitor): Promise<Map<string, { status: number; page: Seen }>> {
    const found = new Map<string, { status: number; page: Seen }>();
    const toVisit = await everyPath(anyone);
    for (const mail of await anyone.mails()) {
      const links = (await see(mail.html)).all('a').map((link) => link.href ?? '');
      for (const href of [...links, ...(mail.text.match(/http:\/\/localhost:8787\S*/g) ?? [])]) {
        const url = URL.parse(href);
        if (url?.host === 'localhost:8787') toVisit.push(url.pathname + url.search);
      }
    }
    for (let path = toVisit.pop(); path !== undefined; path = toVisit.pop()) {
      if (found.has(path)) continue;
      const response = await anyone.get(path);
      const isPage = response.headers.get('content-type')?.startsWith('text/html') ?? false;
      const page = await see(isPage ? response : '');
      found.set(path, { status: response.status, page });
      if (response.status !== 200) continue;
      for (const link of page.all('a')) {
        const url = URL.parse(link.href ?? '', `http://localhost:8787${path}`);
        if (url?.host === 'localhost:8787') toVisit.push(url.pathname + url.search);
      }
    }
    return found;
  }

  it('link to nothing that is not there, and their forms lead somewhere', async () => {
    const anyone = visitor();
    const found = await crawl(anyone);
    expect(found.size).toBeGreaterThan(25);
    const checked = new Set<string>();
    for (const [path, { status, page }] of found) {
      const links = page.all('a').map((link) => link.href ?? '');
      for (const href of links) {
        expect(href, path).not.toBe('');
        const url = URL.parse(href, `http://localhost:8787${path}`);
        expect(url, `${href} on ${path}`).not.toBeNull();
        if (url?.host !== 'localhost:8787') continue;
        const self = url.pathname + url.search === path;
        if (status === 200 || self) {
          const target = found.get(url.pathname + url.search);
          expect(target?.status, `${href} on ${path}`).toBe(self ? status : 200);
          const id = decodeURIComponent(url.hash.slice(1));
          if (id !== '') {
            const elements = ['h2', 'section', 'li', 'a', 'main', 'article', 'div', 'details'];
            const ids = elements.flatMap((name) => target?.page.all(name).map((e) => e.id) ?? []);
            expect(ids, `${href} on ${path}`).toContain(id);
          }
        } else {
          expect((await anyone.get(url.pathname)).status, `${href} on ${path}`).toBe(200);
        }
      }
      for (const form of page.all('form')) {
        expect(form.method, path).toBe('post');
        const action = form.action ?? '';
        expect(action, path).toMatch(/^\/[^/]/);
        if (checked.has(action)) continue;
        checked.add(action);
        // Without its button a form does nothing; an address that takes no form would be a 404.
        if (action.startsWith('/unsubscribe/')) continue;
        const response = await anyone.post(action, {});
        expect([200, 303, 410, 422], `${action} on ${path}`).toContain(response.status);
      }
    }
    expect([...checked].map((action) => action.split('/')[1]).sort()).toEqual(
      expect.arrayContaining(['confirm', 'learn', 'my-page', 'signup', 'unsubscribe']),
    );
  });

  it('name every id once, label every field, and describe fields by what is there', async () => {
    const anyone = visitor();
    const paths = await everyPath(anyone);
    const failed = await anyone.post('/signup', { email: 'ana@' });
    const pages: [string, Response][] = [['a form with a slip', failed]];
    for (const path of paths) {
      const response = await anyone.get(path);
      if (response.headers.get('content-type')?.startsWith('text/html'))
        pages.push([path, response]);
    }
    for (const [name, response] of pages) {
      const page = await see(response);
      expect(page.all('html')[0]?.lang, name).toBe('en');
      expect(page.all('h1'), name).toHaveLength(1);
      expect(page.all('title'), name).toHaveLength(1);
      const elements = [...new Set(page.elements)].flatMap((element) => page.all(element));
      const ids = elements.map((element) => element.id).filter((id) => id !== undefined);
      expect(ids.length, name).toBe(new Set(ids).size);
      const labelled = new Set(page.all('label').map((label) => label.for));
      for (const control of [...page.all('input'), ...page.all('select')]) {
        if (control.type === 'hidden') continue;
        expect(labelled.has(control.id), `${control.name} on ${name}`).toBe(true);
        for (const id of control['aria-describedby']?.split(' ') ?? []) {
          expect(ids, `${control.name} on ${name}`).toContain(id);
        }
      }
    }
  });

  it('work without a script, and say so nowhere: every script is only deferred help', async () => {
    const anyone = visitor();
    for (const path of await everyPath(anyone)) {
      const response = await anyone.get(path);
      if (!response.headers.get('content-type')?.startsWith('text/html')) continue;
      const page = await see(response);
      for (const script of page.all('script')) expect(script, path).toHaveProperty('defer');
      expect(page.all('noscript'), path).toEqual([]);
    }
  });
});
