import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { walkWithTwoSlips } from '../journeys/two-slips.ts';
import { BEGIN } from '../shots/people.ts';
import { hasBrowser, launchBrowser, stumbles, watched } from '../support/browser.ts';
import { moveLocalClock } from '../support/local-clock.ts';
import { serveLocal, type TestServer } from '../support/local-server.ts';

describe.skipIf(!hasBrowser())('a learner whose weeks go wrong', () => {
  let browser: Browser;
  let server: TestServer;

  beforeAll(async () => {
    browser = await launchBrowser();
  });

  afterAll(async () => {
    await browser?.close();
  });

  it.each<[string, BrowserContextOptions]>([
    ['on a small phone', { viewport: { width: 320, height: 568 } }],
    ['in the dark, without JavaScript', { javaScriptEnabled: false, colorScheme: 'dark' }],
  ])('gets to the end by what pages and mails offer, %s', async (_, look) => {
    server = await serveLocal();
    try {
      await moveLocalClock(server.url, { to: BEGIN });
      const scripted = look.javaScriptEnabled !== false;
      const found: string[] = [];
      const body = async (page: Page) => {
        const see = async (name: string, opened: Page) => {
          const width = await opened.evaluate('document.documentElement.scrollWidth');
          const wide = look.viewport?.width;
          if (wide && width !== wide) found.push(`${name} scrolls sideways: ${width}`);
          // Mails have their own tests.
          const ours = opened.url().startsWith(server.url) && scripted;
          if (ours) for (const each of await stumbles(opened)) found.push(`${name}: ${each}`);
        };
        await walkWithTwoSlips(page, server.url, see, scripted);
      };
      expect(await watched(browser, server.url, look, body, /^$/)).toEqual([]);
      expect(found).toEqual([]);
    } finally {
      await server.close();
    }
  });
});
