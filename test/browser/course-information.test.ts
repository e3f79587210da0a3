import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import example from '../../src/cli/credit/adoption.example.json' with { type: 'json' };
import { adoptDemo } from '../../src/cli/demo.ts';
import { connect } from '../../src/cli/operator.ts';
import { addDemo } from '../../src/cli/providers.ts';
import { hasBrowser, launchBrowser, stumbles, watched } from '../support/browser.ts';
import { serveLocal, type TestServer } from '../support/local-server.ts';

/** Longer than anybody writes without a space, and as a provider pastes it. */
const LONG = `See https://harbor.example/${'policies-'.repeat(30)}\n\nAnd write to us.`;

const ADOPTION = { ...example, from: '2026-01-01', refund: LONG };

describe.skipIf(!hasBrowser())('course information in a browser', () => {
  let server: TestServer;
  let browser: Browser;

  beforeAll(async () => {
    server = await serveLocal();
    const operator = await connect({ remote: false, url: server.url });
    await addDemo(operator);
    await adoptDemo(operator);
    await operator.ask('/adoptions/demo', {
      adoption: ADOPTION,
      follows: true,
      sure: true,
      agreed_by: 'Dana Ortiz',
      agreed_on: '2026-11-27',
      by: 'test',
      reason: 'to look at it',
    });
    browser = await launchBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  async function open(options: BrowserContextOptions, body: (page: Page) => Promise<void>) {
    expect(await watched(browser, server.url, options, body, /status of 4/)).toEqual([]);
  }

  it.each([
    { viewport: { width: 320, height: 568 }, colorScheme: 'light' as const },
    { viewport: { width: 320, height: 568 }, colorScheme: 'dark' as const },
    // 1280 pixels at 400 % (WCAG 2.2, 1.4.10).
    { viewport: { width: 320, height: 256 }, forcedColors: 'active' as const },
    { viewport: { width: 1280, height: 800 }, colorScheme: 'light' as const },
    { viewport: { width: 1280, height: 800 }, colorScheme: 'dark' as const },
    { viewport: { width: 390, height: 844 }, javaScriptEnabled: false },
  ])('stumbles nowhere and is as wide as its window: %j', async (options) => {
    await open(options, async (page) => {
      await page.goto(`${server.url}/credit/demo`);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(
        options.viewport.width,
      );
      if (!('javaScriptEnabled' in options)) expect(await stumbles(page)).toEqual([]);
      const levels = await page
        .locator('h1, h2, h3')
        .evaluateAll((all) => all.map((each) => each.tagName));
      expect(levels.filter((level) => level === 'H1')).toEqual(['H1']);
      expect(levels).toContain('H3');
    });
  });

  it('leads by the keyboard to how it was agreed to, and from there back', async () => {
    await open({}, async (page) => {
      await page.goto(`${server.url}/credit/demo`);
      await page.getByRole('link', { name: 'As it was agreed to, for good' }).focus();
      await page.keyboard.press('Enter');
      await page.waitForURL('**/achievements/*');
      await page.getByRole('link', { name: /what it offers now/ }).focus();
      await page.keyboard.press('Enter');
      await page.waitForURL('**/credit/demo');
    });
  });

  it('is printed with the addresses of what it leads to, and without a way to press', async () => {
    await open({}, async (page) => {
      await page.emulateMedia({ media: 'print' });
      await page.goto(`${server.url}/credit/demo`);
      const pressed = await page.locator('button:visible, nav:visible, .button:visible').count();
      expect(pressed).toBe(0);
    });
  });
});
