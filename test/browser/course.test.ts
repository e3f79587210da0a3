import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasBrowser, launchBrowser, stumbles, watched } from '../support/browser.ts';
import { serveLocal, type TestServer } from '../support/local-server.ts';

describe.skipIf(!hasBrowser())('the course in a browser', () => {
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

  /** A page whose console errors (but those the test expects) and foreign requests fail the test. */
  async function open(
    options: BrowserContextOptions,
    body: (page: Page) => Promise<void>,
    expected = /^$/,
  ) {
    expect(await watched(browser, server.url, options, body, expected)).toEqual([]);
  }

  /** A browser that calls its own zone by this name, to a page that names none itself. */
  async function callItsZone(page: Page, zone: string): Promise<void> {
    await page.addInitScript((here) => {
      const Real = Intl.DateTimeFormat;
      // What a page is told that names no zone itself.
      Intl.DateTimeFormat = class extends Real {
        resolvedOptions() {
          const options = super.resolvedOptions();
          return { ...options, timeZone: this.asked ?? here };
        }
        asked: string | undefined;
        constructor(locale?: string, options?: Intl.DateTimeFormatOptions) {
          super(locale, options);
          this.asked = options?.timeZone;
        }
      } as unknown as Intl.DateTimeFormatConstructor;
    }, zone);
  }

  /** From the landing page through the mailbox to the learner's page, as a person would go. */
  async function takeTheCourse(page: Page, email: string): Promise<void> {
    await page.goto(server.url);
    await page.getByLabel('Email address').fill(email);
    await page.getByRole('button', { name: /send me/i }).click();
    await page.waitForURL('**/signup/check-inbox**');
    await openTheMail(page);
  }

  /** From the mailbox to the page behind the newest confirmation. */
  async function openTheMail(page: Page): Promise<void> {
    await server.advance('PT1M');
    await page.goto(`${server.url}/mailbox`);
    await page
      .getByRole('link', { name: /confirm/i })
      .first()
      .click();
    const mail = page.frameLocator('iframe');
    const link = await mail
      .getByRole('link', { name: /confirm/i })
      .first()
      .getAttribute('href');
    await page.goto(link ?? '');
  }

  it('fills in the reader’s own time zone and leads to their page', async () => {
    await open({ timezoneId: 'Australia/Hobart', locale: 'en-AU' }, async (page) => {
      await takeTheCourse(page, 'hobart@example.org');
      // The signup carried it, so a phone without JavaScript that opens the mail has it too.
      const served = await page.request.get(page.url());
      expect(await served.text()).toMatch(/<option value="Australia\/Hobart"[^>]* selected/);
      await expect
        .poll(() => page.locator('select[name=time_zone]').inputValue())
        .toBe('Australia/Hobart');
      await page.locator('select[name=weekday]').selectOption('4');
      await page.locator('input[name=time]').fill('06:45');
      await page.locator('button[name=go]').click();
      await page.waitForURL('**/learn/*');
      const text = await page.locator('main').textContent();
      expect(text).toContain('Thursdays at 6:45 am, Hobart time');
    });
  });

  it.each([
    ['EST5EDT', 'As set on this device.', /EST5EDT|Eastern time/],
    ['GMT', 'As set on this device.', /GMT|UTC/],
    ['America/New_York', 'As set on this device.', /Eastern time/],
    ['+00:00', 'We could not tell where you are.', null],
    ['Etc/Unknown', 'We could not tell where you are.', null],
  ])('offers what is taken where a browser calls its zone %s', async (zone, hint, taken) => {
    await open({}, async (page) => {
      await callItsZone(page, zone);
      const email = `zone-${zone.replace(/\W/g, '-')}@example.org`.toLowerCase();
      await fetch(`${server.url}/signup`, { method: 'POST', body: new URLSearchParams({ email }) });
      await openTheMail(page);
      const select = page.locator('select[name=time_zone]');
      expect(await page.locator('#time_zone-hint').textContent()).toContain(hint);
      if (taken === null) {
        expect(await select.inputValue()).toBe('');
        expect(await select.locator(`option[value="${zone}"]`).count()).toBe(0);
        expect(await page.locator('#time_zone-now').textContent()).toBe('');
        return;
      }
      expect(await page.locator('#time_zone-now').textContent()).toContain('there now');
      await page.locator('button[name=go]').click();
      await page.waitForURL('**/learn/*');
      expect(await page.locator('main').textContent()).toMatch(taken);
    });
  });

  it('a zone that only the browser knows is asked for again, and not offered twice', async () => {
    const body = async (page: Page) => {
      await callItsZone(page, 'America/Newtown');
      await fetch(`${server.url}/signup`, {
        method: 'POST',
        body: new URLSearchParams({ email: 'newtown@example.org' }),
      });
      await openTheMail(page);
      const select = page.locator('select[name=time_zone]');
      expect(await select.inputValue()).toBe('America/Newtown');
      await page.locator('button[name=go]').click();
      expect(await page.locator('#time_zone-error').textContent()).toContain('from the list');
      expect(await select.inputValue()).toBe('');
      expect(await page.content()).not.toContain('America/Newtown');
    };
    await open({}, body, /status of 422/);
  });

  it('works without JavaScript', async () => {
    await open({ javaScriptEnabled: false }, async (page) => {
      await takeTheCourse(page, 'noscript@example.org');
      // Nobody knows where they are: a zone must be chosen, and none is taken unseen.
      const zone = page.locator('select[name=time_zone]');
      expect(await zone.inputValue()).toBe('');
      await page.locator('button[name=go]').click();
      expect(await page.locator('select:invalid').count()).toBe(1);
      await zone.selectOption('America/Chicago');
      await page.locator('button[name=go]').click();
      await page.waitForURL('**/learn/*');
      expect(await page.locator('main').textContent()).toContain('Central time');
      await server.advance('PT1M');
      await page.reload();
      await page.getByRole('link', { name: 'No Map, Still Moving', exact: true }).click();
      expect(await page.locator('h1').textContent()).toContain('No Map, Still Moving');
      await page.goBack();
      await page.getByRole('link', { name: 'Unsubscribe' }).click();
      await page.locator('main button').click();
      expect(await page.locator('main').textContent()).toMatch(
        /no more lessons|unsubscribed|ended/i,
      );
    });
  });

  it('keeps a mistyped address and says what is wrong beside the field', async () => {
    const fill = async (page: Page) => {
      await page.goto(server.url);
      await page.getByLabel('Email address').fill('ana@example');
      await page.getByLabel(/first name/i).fill('Ana "Nani" <b>');
      await page.getByRole('button', { name: /send me/i }).click();
      const field = page.getByLabel('Email address');
      expect(await field.inputValue()).toBe('ana@example');
      expect(await page.getByLabel(/first name/i).inputValue()).toBe('Ana "Nani" <b>');
      expect(await field.getAttribute('aria-invalid')).toBe('true');
      const ids = ((await field.getAttribute('aria-describedby')) ?? '').split(' ');
      expect(await page.locator(`#${ids[0]}`).textContent()).toContain(
        'does not look like an email',
      );
    };
    // Chromium itself reports the answer's status.
    await open({ javaScriptEnabled: false }, fill, /status of 422/);
  });

  it.each(['light', 'dark'] as const)(
    'has nothing that a screen reader or a weak eye stumbles over, in %s',
    async (colorScheme) => {
      await open({ colorScheme }, async (page) => {
        const email = `axe-${colorScheme}@example.org`;
        const found: string[] = [];
        const check = async () => {
          // The mail in the mailbox's frame has its own tests.
          for (const each of await stumbles(page, 'iframe')) {
            found.push(`${new URL(page.url()).pathname} ${each}`);
          }
        };
        for (const path of ['/', '/about', '/privacy', '/lessons/1', '/signup/check-inbox']) {
          await page.goto(`${server.url}${path}`);
          await check();
        }
        await takeTheCourse(page, email);
        await check();
        await page.locator('button[name=go]').click();
        await page.waitForURL('**/learn/*');
        await server.advance('PT1M');
        await page.reload();
        await check();
        await page.getByRole('link', { name: 'No Map, Still Moving', exact: true }).click();
        await check();
        await page.goBack();
        await page.getByRole('link', { name: 'Unsubscribe' }).click();
        await check();
        await page.locator('main button').click();
        await check();
        await page.goto(`${server.url}/mailbox?id=1`);
        await check();
        expect(found).toEqual([]);
      });
    },
  );

  it.each(['/', '/about', '/privacy', '/lessons/1', '/mailbox'])(
    'never scrolls sideways on a phone: %s',
    async (path) => {
      await open({ viewport: { width: 320, height: 700 } }, async (page) => {
        await page.goto(`${server.url}${path}`);
        const width = await page.evaluate('document.documentElement.scrollWidth');
        expect(width).toBe(320);
      });
    },
  );
});
