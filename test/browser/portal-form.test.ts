import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../src/cli/operator.ts';
import { addDemo, DEMO } from '../../src/cli/providers.ts';
import { hasBrowser, launchBrowser, stumbles, watched } from '../support/browser.ts';
import { serveLocal, type TestServer } from '../support/local-server.ts';

/** A dot of 16 by 16 pixels, as a program writes it. */
const LOGO = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAIAAACQkWg2AAAACXBIWXMAAAPoAAAD6AG1e1JrAAAAGElEQVQokWOQ94snCTGMavAbDSX54Zo0ADVYzAEVOrtEAAAAAElFTkSuQmCC',
  'base64',
);

describe.skipIf(!hasBrowser())('the form in the portal, in a browser', () => {
  let server: TestServer;
  let browser: Browser;
  let site: Server;
  let origin: string;
  /** What stands on the provider’s own page. */
  let pasted = '';
  let entered: BrowserContextOptions;
  const here = () => `${server.url}/portal/demo`;

  beforeAll(async () => {
    server = await serveLocal();
    browser = await launchBrowser();
    site = createServer((_, response) => {
      const page = `<!doctype html><html lang="en"><head><title>Courses</title><link rel="icon" href="data:,"></head><body><h1>Courses</h1>${pasted}</body></html>`;
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page);
    });
    await new Promise<void>((done) => site.listen(0, '127.0.0.1', done));
    origin = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
    const operator = await connect({ remote: false, url: server.url });
    await addDemo(operator);
    // The invitation first, so that it is not the newest mail.
    await server.advance('PT1M');
    const why = { by: 'test', reason: 'their site' };
    await operator.ask('/providers/demo', { origins: [origin], ...why });
    entered = await enter();
  });

  afterAll(async () => {
    site?.close();
    await browser?.close();
    await server?.close();
  });

  /** A browser that has entered, as others may begin. */
  async function enter(): Promise<BrowserContextOptions> {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`${server.url}/portal/enter`);
    await page.getByLabel('Email address').fill(DEMO.owner);
    await page.getByRole('button', { name: 'Mail me a link' }).click();
    await server.advance('PT1M');
    const mails = (await (await fetch(`${server.url}/mailbox.json`)).json()) as {
      to: string;
      text: string;
    }[];
    const text = mails.filter(({ to }) => to === DEMO.owner).at(-1)?.text ?? '';
    await page.getByLabel(/Eight digits/).fill(/\b\d{4} \d{4}\b/.exec(text)?.[0] ?? '');
    await page.getByRole('button', { name: 'Enter' }).first().click();
    await page.waitForURL('**/portal/demo');
    const storageState = await context.storageState();
    await context.close();
    return { storageState };
  }

  async function open(
    options: BrowserContextOptions,
    body: (page: Page) => Promise<void>,
    expected = /^$/,
  ) {
    const all = { ...entered, ...options };
    expect(await watched(browser, server.url, all, body, expected)).toEqual([]);
  }

  const press = (page: Page, name: string | RegExp) =>
    page.locator('main').getByRole('button', { name }).first().click();
  const words = async (page: Page) =>
    ((await page.locator('main').textContent()) ?? '').replace(/\s+/g, ' ');
  const look = async (page: Page, address: string) => {
    await page.goto(`${here()}/installed`);
    await page.getByLabel('Its whole address').fill(address);
    await press(page, 'Look');
    await page.locator('#outcome').waitFor();
    return words(page);
  };

  it.each<[string, boolean]>([
    ['with JavaScript', true],
    ['without', false],
  ])('a page that does not carry it yet is found, and mended, %s', async (_, javaScriptEnabled) => {
    pasted = '';
    await open({ javaScriptEnabled }, async (page) => {
      expect(await look(page, `${origin}/courses`)).toContain('The form was not found');
      await page.goto(`${here()}/form`);
      const snippet = (await page.locator('#snippet').textContent()) ?? '';
      pasted = snippet.replace(/pk_\w+/, 'pk_somebody_else');
      expect(await look(page, `${origin}/courses`)).toMatch(
        /Something keeps the form from working.*none of yours \(pk_somebody_else\)/,
      );
      pasted = snippet;
      expect(await look(page, `${origin}/courses`)).toContain('The form is there');
    });
    // A visitor of theirs opens the page: from then on it was seen in a browser.
    const context = await browser.newContext();
    const visitor = await context.newPage();
    await visitor.goto(`${origin}/courses`);
    await visitor.locator('in-the-room-signup').getByLabel('Email address').waitFor();
    await context.close();
    await open({ javaScriptEnabled }, async (page) => {
      expect(await look(page, `${origin}/courses`)).toMatch(
        /Good\. Seen in a browser: in the page/,
      );
    });
  });

  it('a page on a site that was not named is added by one press', async () => {
    await open({}, async (page) => {
      await look(page, 'http://localhost:9/courses');
      await press(page, 'Add http://localhost:9');
      await page.waitForURL('**/sites?done=added');
      expect(await words(page)).toContain('http://localhost:9');
      await page.getByRole('button', { name: 'Take it out' }).last().click();
      await page.waitForURL('**/sites?done=removed');
      expect(await words(page)).not.toContain('http://localhost:9');
    });
  });

  it('what is chosen shows at once in the real form, which signs nobody up', async () => {
    await open(
      { viewport: { width: 1280, height: 900 } },
      async (page) => {
        await page.goto(`${here()}/form`);
        const preview = page.frameLocator('.builder-preview iframe');
        await preview.getByText('an eight-week email course for therapists').waitFor();
        await page.getByLabel('Heading', { exact: false }).first().fill('Our course by email');
        await page.getByLabel('How it comes').focus();
        await preview.getByText('Our course by email').waitFor();
        expect(await page.locator('#snippet').textContent()).toContain(
          'data-heading="Our course by email"',
        );
        await page.getByLabel('Color of the button').fill('#456148');
        await page.getByLabel('Show it on').selectOption('narrow');
        await page.locator('.builder-preview-narrow').waitFor();
        const button = preview.getByRole('button', { name: 'Send me the link' });
        await button.waitFor();
        await expect
          .poll(() =>
            button.evaluate((element) => {
              const { defaultView } = (
                element as unknown as {
                  ownerDocument: {
                    defaultView: { getComputedStyle(of: unknown): { backgroundColor: string } };
                  };
                }
              ).ownerDocument;
              return defaultView.getComputedStyle(element).backgroundColor;
            }),
          )
          .toBe('rgb(69, 97, 72)');
        // Nothing of the form is hidden, and nothing of the page around it moves by itself.
        const heights = () =>
          page.evaluate(`(() => {
            const frame = document.querySelector('.builder-preview iframe');
            return frame.contentDocument.documentElement.scrollHeight - frame.clientHeight;
          })()`);
        await expect.poll(heights).toBeLessThanOrEqual(0);
        await preview.getByLabel('Email address').fill('ana@example.org');
        await button.click();
        await preview.getByText('This is a preview; nothing was sent.').waitFor();
        await page.getByLabel('How it comes').selectOption('iframe');
        const inner = preview.frameLocator('iframe');
        await inner.getByLabel('Email address').fill('ana@example.org');
        await inner.getByRole('button', { name: 'Send me the link' }).click();
        await inner.getByText('This is a preview; nothing was sent.').waitFor();
        await page.getByLabel('How it comes').selectOption('form');
        await preview.getByLabel('Email address').fill('ana@example.org');
        await preview.getByRole('button', { name: 'Send me the link' }).click();
        await preview.getByText('This is a preview; nothing was sent.').waitFor();
      },
      // The browser itself reports the answer that says so.
      /409 \(Conflict\)/,
    );
  });

  it('what is chosen shows by a button where there is no JavaScript', async () => {
    await open({ javaScriptEnabled: false }, async (page) => {
      await page.goto(`${here()}/form`);
      await page.getByLabel('How it comes').selectOption('form');
      await page.getByLabel('What the button says').fill('Take part');
      await press(page, 'Show');
      expect(await page.locator('#snippet').textContent()).toContain('<button>Take part</button>');
      const preview = page.frameLocator('.builder-preview iframe');
      await preview.getByRole('button', { name: 'Take part' }).waitFor();
      expect(await page.locator('[data-copy]:visible').count()).toBe(0);
    });
  });

  it('is copied by a press', async () => {
    await open({ permissions: ['clipboard-read', 'clipboard-write'] }, async (page) => {
      await page.goto(`${here()}/form`);
      await page.locator('[data-copy=snippet]').click();
      await page.getByText('Copied').waitFor();
      const copied = await page.evaluate('navigator.clipboard.readText()');
      expect(copied).toBe(await page.locator('#snippet').textContent());
    });
  });

  it('looks are changed by the keyboard alone, with a logo, and what is wrong is where one arrives', async () => {
    await open(
      {},
      async (page) => {
        await page.goto(`${here()}/looks`);
        await page.setInputFiles('#logo', { name: 'l.png', mimeType: 'image/png', buffer: LOGO });
        await page.locator('#logo').focus();
        await page.keyboard.press('Tab');
        await page.keyboard.press('Enter');
        await page.waitForURL('**/looks?done=logo');
        const shown = page.locator('.offered-logo');
        await expect
          .poll(() => shown.evaluate((image) => (image as { naturalWidth?: number }).naturalWidth))
          .toBe(16);
        await page.getByLabel('Color of buttons').fill('#ffe000');
        await page.keyboard.press('Enter');
        await page.getByText('is hard to see on a light page').waitFor();
        expect(await page.evaluate('document.activeElement.id')).toBe('accent');
        await page.getByLabel('Color of buttons').fill('#1f4e5f');
        await page.keyboard.press('Enter');
        await page.waitForURL('**/looks?done=saved');
      },
      /422 \(Unprocessable Entity\)/,
    );
  });

  it.each<[string, BrowserContextOptions]>([
    ['on a small screen', { viewport: { width: 320, height: 568 } }],
    ['on a desk, in dark', { viewport: { width: 1280, height: 900 }, colorScheme: 'dark' }],
    ['at twice the size', { viewport: { width: 640, height: 800 }, deviceScaleFactor: 2 }],
    ['in forced colors', { viewport: { width: 390, height: 844 }, forcedColors: 'active' }],
  ])('its pages have nothing to stumble over, %s', async (_, options) => {
    await open(options, async (page) => {
      const whole = async (state: string) => {
        // The preview is a provider's page, and the form in it has its own tests.
        expect(await stumbles(page, '.builder-preview iframe'), state).toEqual([]);
        const width = await page.evaluate('document.documentElement.scrollWidth');
        expect(width, state).toBe(options.viewport?.width);
      };
      for (const path of [
        'form',
        'form?way=form&accent=456148',
        'installed',
        'looks',
        'keys',
        'sites',
      ]) {
        await page.goto(`${here()}/${path}`);
        await whole(path);
      }
      await look(page, `${origin}/courses`);
      await whole('found');
      await look(page, 'http://localhost:9/');
      await whole('not named');
    });
  });

  it('a key is replaced: forms with the old one work, are listed, and after 31 days lead to our page', async () => {
    const form = async () => {
      const context = await browser.newContext();
      const page = await context.newPage();
      await page.goto(`${origin}/courses`);
      const widget = page.locator('in-the-room-signup');
      const field = widget.getByLabel('Email address');
      const link = widget.getByRole('link', { name: 'Sign up for In the Room' });
      await field.or(link).first().waitFor();
      await page.waitForLoadState('networkidle');
      const shown = (await link.count()) > 0 ? 'a link' : 'the form';
      await context.close();
      return shown;
    };
    await open({}, async (page) => {
      await page.goto(`${here()}/form`);
      pasted = (await page.locator('#snippet').textContent()) ?? '';
      await page.goto(`${here()}/keys`);
      await press(page, 'Replace the key');
      await page.waitForURL('**/keys?done=replaced');
      expect(await form()).toBe('the form');
      await page.goto(`${here()}/keys`);
      expect(await words(page)).toContain(`${origin}/courses`);
      await server.advance('P24D');
      expect(await form()).toBe('the form');
      await server.advance('P7D');
      expect(await form()).toBe('a link');
      await page.goto(`${here()}/keys`);
      expect(await words(page)).toContain('It works no more');
      await page.goto(`${here()}/form`);
      pasted = (await page.locator('#snippet').textContent()) ?? '';
      expect(await form()).toBe('the form');
    });
    const mails = (await (await fetch(`${server.url}/mailbox.json`)).json()) as { kind: string }[];
    expect(mails.filter(({ kind }) => kind === 'key-ending')).toHaveLength(1);
  });
});
