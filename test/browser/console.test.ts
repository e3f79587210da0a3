import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, type Operator } from '../../src/cli/operator.ts';
import { addDemo, DEMO } from '../../src/cli/providers.ts';
import { hasBrowser, launchBrowser, stumbles, watched } from '../support/browser.ts';
import { serveLocal, type TestServer } from '../support/local-server.ts';

describe.skipIf(!hasBrowser())('the console in a browser', () => {
  let server: TestServer;
  let browser: Browser;
  let operator: Operator;

  beforeAll(async () => {
    server = await serveLocal();
    browser = await launchBrowser();
    operator = await connect({ remote: false, url: server.url });
    await addDemo(operator);
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  /** Somebody who is in by the terminal's link, on a page whose errors fail the test. */
  async function inside(options: BrowserContextOptions, body: (page: Page) => Promise<void>) {
    const { link } = await operator.ask<{ link: string }>('/enter', { email: DEMO.operator });
    const wrong = await watched(
      browser,
      server.url,
      options,
      async (page) => {
        await page.goto(link);
        await page.locator('main button[name=go]').click();
        await page.waitForURL(`${server.url}/operator`);
        await body(page);
      },
      /the server responded with a status of (409|422)/,
    );
    expect(wrong).toEqual([]);
  }

  const words = async (page: Page) =>
    ((await page.locator('main').textContent()) ?? '').replace(/\s+/g, ' ');

  const post = (path: string, fields: Record<string, string>) =>
    fetch(server.url + path, {
      method: 'POST',
      headers: { origin: server.url },
      body: new URLSearchParams(fields),
      redirect: 'manual',
    });

  /** Somebody who has had lesson 1. */
  async function enroll(email: string): Promise<void> {
    await post('/signup', { email, first_name: 'Ana', time_zone: 'Europe/Berlin' });
    await server.advance('PT1S');
    const mails = (await (await fetch(`${server.url}/mailbox.json`)).json()) as {
      to: string;
      text: string;
    }[];
    const text = mails.filter(({ to }) => to === email).at(-1)?.text ?? '';
    const confirm = /\/confirm\/[\w.-]+/.exec(text)?.[0] ?? '';
    const slot = { weekday: '2', time: '07:30', time_zone: 'Europe/Berlin' };
    await post(confirm, { go: 'yes', ...slot });
    await server.advance('PT1M');
  }

  const PAGES = [
    '/operator',
    '/operator?by=week',
    '/operator/mail',
    '/operator/people',
    '/operator/providers',
    '/operator/course',
    '/operator/course/3',
    '/operator/course/3?look=text',
    '/operator/rehearsal',
    '/operator/goodbyes',
    '/operator/health',
    '/operator/cap',
    '/operator/keeping',
    '/operator/keeping/restore',
    '/operator/log',
    '/operator/team',
  ];

  it.each<[string, BrowserContextOptions]>([
    ['on a small screen', { viewport: { width: 320, height: 568 } }],
    ['on a desk, in dark', { viewport: { width: 1280, height: 900 }, colorScheme: 'dark' }],
    ['at twice the size', { viewport: { width: 640, height: 800 }, deviceScaleFactor: 2 }],
    ['in forced colors', { viewport: { width: 390, height: 844 }, forcedColors: 'active' }],
  ])('has nothing to stumble over, well and in trouble, %s', async (name, look) => {
    const email = `${name.replace(/\W+/g, '-')}@example.org`;
    await enroll(email);
    const { subscriber } = await operator.ask<{ subscriber: string }>('/find', { email });
    await inside(look, async (page) => {
      const found: string[] = [];
      const visit = async (path: string) => {
        await page.goto(server.url + path);
        await page.evaluate(
          'for (const each of document.querySelectorAll("main details")) each.open = true',
        );
        for (const each of await stumbles(page, 'iframe')) found.push(`${path} ${each}`);
        const width = await page.evaluate('document.documentElement.scrollWidth');
        if (width !== look.viewport?.width) found.push(`${path} scrolls sideways: ${width}`);
      };
      for (const path of PAGES) await visit(path);
      await visit(`/operator/people/${subscriber}`);
      const why = { by: 'Mira', reason: 'a test' };
      await operator.ask('/halts', { scope: 'all', ...why });
      for (const path of ['/operator', '/operator/mail', `/operator/people/${subscriber}`]) {
        await visit(path);
      }
      await operator.ask('/halts/all/lift', why);
      expect(found).toEqual([]);
    });
  });

  it('is halted and let go by the keyboard alone, without JavaScript', async () => {
    await inside({ javaScriptEnabled: false }, async (page) => {
      const go = async (label: RegExp, typed?: string) => {
        for (let tabs = 0; tabs < 80; tabs++) {
          await page.keyboard.press('Tab');
          const focused = page.locator(':focus');
          const named = `${await focused.getAttribute('name')} ${await focused.textContent()}`;
          if (!label.test(named)) continue;
          if (typed !== undefined) return page.keyboard.type(typed);
          return page.keyboard.press('Enter');
        }
        throw new Error(`${label} has no place in the order of the page`);
      };
      await page.goto(`${server.url}/operator/mail`);
      await go(/Hold something back/);
      await go(/^why /, 'a wrong figure');
      await go(/^go Hold it back/);
      await page.waitForURL('**/operator/mail?done=halted');
      expect(await words(page)).toContain('All mail is halted.');
      await page.goto(`${server.url}/operator`);
      await go(/^go Let it go/);
      await page.waitForURL('**/operator?done=lifted');
      expect(await words(page)).toContain('Mail flows.');
    });
  });

  it('gives a form back with what was typed, and with the cursor where it is wrong', async () => {
    await inside({ viewport: { width: 320, height: 568 } }, async (page) => {
      await page.goto(`${server.url}/operator/mail`);
      await page.getByText('Hold something back').click();
      await page.getByLabel('Why').fill('ana@example.org wrote');
      await page.getByRole('button', { name: 'Hold it back' }).click();
      await page.waitForLoadState();
      expect(await page.title()).toContain('Error: ');
      const field = page.locator('#why-halt');
      expect(await field.inputValue()).toBe('ana@example.org wrote');
      expect(await field.isVisible()).toBe(true);
      expect(await stumbles(page)).toEqual([]);
    });
  });

  it('shows a mail in a frame that runs nothing, in light and in dark', async () => {
    await inside({}, async (page) => {
      for (const look of ['light', 'dark']) {
        await page.goto(`${server.url}/operator/course/2?look=${look}`);
        const frame = page.frames().find((each) => each.url().includes('/mail?'));
        await frame?.waitForLoadState();
        expect(await frame?.locator('body').textContent()).toContain('Hello Ana,');
      }
    });
  });
});
