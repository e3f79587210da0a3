import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { caller } from '../../src/cli/caller.ts';
import example from '../../src/cli/credit/adoption.example.json' with { type: 'json' };
import { adoptDemo, demoKey } from '../../src/cli/demo.ts';
import { connect } from '../../src/cli/operator.ts';
import { addDemo } from '../../src/cli/providers.ts';
import { openDevice, walkToCertificate } from '../../src/cli/to-certificate.ts';
import { hasBrowser, launchBrowser, stumbles, watched } from '../support/browser.ts';
import { serveLocal, type TestServer } from '../support/local-server.ts';

const EMAIL = 'zoe@example.org';

const VIEWS = [
  { viewport: { width: 320, height: 568 }, colorScheme: 'light' as const },
  { viewport: { width: 320, height: 568 }, colorScheme: 'dark' as const },
  // 1280 pixels at 400 % (WCAG 2.2, 1.4.10).
  { viewport: { width: 320, height: 256 }, forcedColors: 'active' as const },
  { viewport: { width: 1280, height: 800 }, colorScheme: 'light' as const },
];

describe.skipIf(!hasBrowser())('the way to a certificate in a browser', () => {
  let server: TestServer;
  let browser: Browser;

  beforeAll(async () => {
    server = await serveLocal();
    browser = await launchBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  async function open(
    cookie: string,
    options: BrowserContextOptions,
    body: (page: Page) => Promise<void>,
  ) {
    const [name = '', ...value] = cookie.split('=');
    const seen = await watched(
      browser,
      server.url,
      options,
      async (page) => {
        await page.context().addCookies([{ name, value: value.join('='), url: server.url }]);
        await body(page);
      },
      /status of 4/,
    );
    expect(seen).toEqual([]);
  }

  it('stumbles nowhere, is as wide as its window, and goes by the keyboard alone', async () => {
    const operator = await connect({ remote: false, url: server.url });
    await addDemo(operator);
    const keys = await adoptDemo(operator);
    const said = { sure: true, agreed_by: 'Dana Ortiz', agreed_on: '2026-11-27' };
    const adoption = { ...example, from: '2026-01-01' };
    const record = { by: 'test', reason: 'to look at it' };
    await operator.ask('/adoptions/demo', { adoption, follows: true, ...said, ...record });
    const call = caller(server.url);
    const zone = 'America/Los_Angeles';
    const provider = await demoKey(operator);
    await call.form('/signup', { email: EMAIL, first_name: 'Zoë', time_zone: zone, provider });
    await call.advance('PT1M');
    const link = /\/confirm\/\S+/.exec((await call.mails(EMAIL))[0]?.text ?? '')?.[0] ?? '';
    const slot = { go: 'yes', weekday: '4', time: '12:00', time_zone: zone };
    const learnPath = (await call.form(link, slot)).headers.get('location') ?? '';
    for (let week = 1; week <= 10; week += 1) await call.advance('P7D');

    const who = { email: EMAIL, learnPath, name: 'Zoë Ångström', provider: 'demo' };
    const looked: string[] = [];
    await walkToCertificate(call, who, keys, {
      see: async (step, path, cookie) => {
        if (!['offer', 'name', 'last', 'certificate'].includes(step)) return;
        looked.push(step);
        for (const options of VIEWS) {
          await open(cookie, options, async (page) => {
            await page.goto(server.url + path);
            const { width } = options.viewport;
            expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
            expect(await stumbles(page)).toEqual([]);
            expect(await page.locator('h1').count()).toBe(1);
          });
        }
        if (step !== 'name') return;
        await open(cookie, { viewport: { width: 320, height: 568 } }, async (page) => {
          await page.goto(server.url + path);
          await page.getByLabel('Your name, as it stands on your license').focus();
          await page.keyboard.type('山田 太郎');
          await page.getByLabel('My name too').focus();
          await page.keyboard.press('Space');
          await page.getByRole('button', { name: 'Agree, and keep my name' }).focus();
          await page.keyboard.press('Enter');
          await page.getByText('Please write your name as it stands there').waitFor();
          expect(await page.title()).toContain('Error');
          expect(await stumbles(page)).toEqual([]);
          const latin = page.getByLabel(/In Latin letters/);
          expect(await latin.getAttribute('aria-invalid')).toBe('true');
        });
      },
    });
    expect(looked).toEqual(['offer', 'name', 'last', 'certificate']);
    // The way that is behind somebody.
    const cookie = await openDevice(call, who);
    for (const options of [...VIEWS, { ...VIEWS[0], javaScriptEnabled: false }]) {
      await open(cookie, options, async (page) => {
        await page.goto(`${server.url}${learnPath}/credit`);
        await page.getByRole('link', { name: 'Open your certificate' }).focus();
        if (!('javaScriptEnabled' in options)) expect(await stumbles(page)).toEqual([]);
      });
    }
  });
});
