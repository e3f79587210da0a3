import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasBrowser, launchBrowser, stumbles, watched } from '../support/browser.ts';
import { serveLocal, type TestServer } from '../support/local-server.ts';

/** Every page that anybody may open. */
const PAGES = [
  '/',
  '/about',
  '/privacy',
  '/terms',
  '/accessibility',
  '/providers',
  '/lessons/1',
  '/signup/check-inbox#to=ana%40example.org',
  '/signup/check-inbox?meant=gmail.com#to=ana%40gmial.com',
  '/my-page',
  '/my-page/sent#to=ana%40example.org',
  '/nowhere',
];

/** The browser itself reports an answer of 404 or 422. */
const REPORTED = /status of 4/;

/** 1280 × 800 at 200 % is as many CSS pixels as this (WCAG 2.2, 1.4.4 and 1.4.10). */
const ZOOMED = { width: 640, height: 400 };

describe.skipIf(!hasBrowser())('the public pages in a browser', () => {
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

  /** A page whose console errors and foreign requests fail the test. */
  async function open(options: BrowserContextOptions, body: (page: Page) => Promise<void>) {
    expect(await watched(browser, server.url, options, body, REPORTED)).toEqual([]);
  }

  it.each([
    { width: 320, height: 568 },
    { width: 390, height: 844 },
    { width: 768, height: 1024 },
    ZOOMED,
  ])(
    'show on the first screen where to sign up and what is taught: $width × $height',
    async (viewport) => {
      await open({ viewport }, async (page) => {
        await page.goto(server.url);
        const seen = await page.evaluate(`(() => {
          const whole = (element) => {
            const { top, bottom, left, right, width } = element.getBoundingClientRect();
            return width > 0 && top >= 0 && left >= 0 && bottom <= innerHeight && right <= innerWidth;
          };
          const ways = document.querySelectorAll('input[type=email], a.button[href$="#signup"]');
          return {
            way: [...ways].some((way) => whole(way) && way.checkVisibility()),
            back: [...document.querySelectorAll('a[href="/my-page"]')].some(whole),
            title: whole(document.querySelector('h1')),
          };
        })()`);
        expect(seen).toEqual({ way: true, back: true, title: true });
        await page.locator('a.button[href$="#signup"]:visible').first().click();
        await expect
          .poll(() =>
            page.evaluate(`(() => {
              const { top, bottom } = document.querySelector('#email').getBoundingClientRect();
              return top >= 0 && bottom <= innerHeight;
            })()`),
          )
          .toBe(true);
      });
    },
  );

  it('say the consent before the button, for whoever reads from top to bottom', async () => {
    await open({ javaScriptEnabled: false }, async (page) => {
      await page.goto(server.url);
      const text = (await page.locator('form').first().textContent()) ?? '';
      expect(text.indexOf('You are asking for')).toBeGreaterThan(text.indexOf('Email address'));
      expect(text.indexOf('Send me the link')).toBeGreaterThan(text.indexOf('You are asking for'));
    });
  });

  it('ask about what looks like a slip beside the field, and take it all the same', async () => {
    await open({}, async (page) => {
      await page.goto(server.url);
      const field = page.getByLabel('Email address');
      const asked = page.locator('.field-asked');
      await field.fill('ana@gmial.com');
      await page.keyboard.press('Tab');
      await expect.poll(() => asked.textContent()).toBe('Did you mean ana@gmail.com?');
      expect(await asked.getAttribute('role')).toBe('status');
      expect(await stumbles(page)).toEqual([]);
      // The key that asked has gone on to the next field already.
      await page.keyboard.press('Shift+Tab');
      await page.keyboard.press('Enter');
      expect(await field.inputValue()).toBe('ana@gmail.com');
      expect(await asked.textContent()).toBe('');
      // Pressed at once: nothing moves under the finger.
      await field.fill('bea@gmial.com');
      await page.getByRole('button', { name: 'Send me the link' }).click();
      await page.waitForURL('**/signup/check-inbox**');
      expect(await page.locator('main').textContent()).toContain('Did you mean gmail.com?');
    });
  });

  it('show the address that was typed, which no server was told, and lead back to it', async () => {
    await open({}, async (page) => {
      const asked: string[] = [];
      page.on('request', (request) => asked.push(request.url()));
      await page.goto(server.url);
      await page.getByLabel('Email address').fill('ana+room@example.org');
      await page.getByRole('button', { name: 'Send me the link' }).click();
      await page.waitForURL('**/signup/check-inbox**');
      const words = async () =>
        ((await page.locator('main').textContent()) ?? '').replace(/\s+/g, ' ');
      expect(await words()).toContain('ana+room@example.org Not right?');
      expect(await words()).toContain('In the Room: choose your hour and confirm');
      await page.getByRole('link', { name: 'Not right? Change it' }).click();
      await expect
        .poll(() => page.getByLabel('Email address').inputValue())
        .toBe('ana+room@example.org');
      expect(asked.map((url) => url.split('#')[0]).join()).not.toContain('ana');
    });
  });

  it('say the same without JavaScript, but for the address', async () => {
    await open({ javaScriptEnabled: false }, async (page) => {
      await page.goto(server.url);
      await page.getByLabel('Email address').fill('plain@gmial.com');
      await page.getByRole('button', { name: 'Send me the link' }).click();
      await page.waitForURL('**/signup/check-inbox**');
      const text = (await page.locator('main').textContent()) ?? '';
      expect(text).toContain('the address that you typed');
      expect(text).toContain('Did you mean gmail.com?');
      await page.getByRole('link', { name: 'Change the address' }).click();
      expect(await page.getByLabel('Email address').inputValue()).toBe('');
      await page.getByRole('link', { name: 'Already taking it?' }).click();
      await page.getByLabel('Email address').fill('plain@example.org');
      await page.getByRole('button', { name: 'Mail me the link' }).click();
      await page.waitForURL('**/my-page/sent**');
      expect(await page.locator('main').textContent()).toContain('the link is on its way');
    });
  });

  it('are printed without what nobody can press, and without an empty box', async () => {
    await open({}, async (page) => {
      await page.emulateMedia({ media: 'print' });
      for (const path of PAGES) {
        await page.goto(server.url + path);
        const found = await page.evaluate(`(() => {
          const shown = [...document.querySelectorAll('body *')].filter((each) => each.checkVisibility());
          const pressed = shown.filter((each) => each.matches('button, input, select, nav, .button'));
          const empty = shown.filter((each) => {
            const { borderTopWidth, borderBottomWidth, backgroundColor } = getComputedStyle(each);
            const boxed = borderTopWidth !== '0px' || borderBottomWidth !== '0px' ||
              !/, 0\\)$/.test(backgroundColor) && backgroundColor !== 'rgb(255, 255, 255)';
            const { width, height } = each.getBoundingClientRect();
            return boxed && width * height > 0 && each.textContent.trim() === '' &&
              !each.matches('img, svg, svg *') && !each.querySelector('img, svg');
          });
          return [...pressed, ...empty].map((each) => each.outerHTML.slice(0, 120));
        })()`);
        expect(found, path).toEqual([]);
      }
    });
  });

  it('bring the icons and the picture that systems ask for by name', async () => {
    const manifest = await (await fetch(`${server.url}/site.webmanifest`)).json();
    const icons = (manifest as { icons: { src: string; sizes: string }[] }).icons;
    const wanted: [string, RegExp, string?][] = [
      ['/favicon.ico', /icon/],
      ['/apple-touch-icon.png', /^image\/png/, '180x180'],
      ['/card.png', /^image\/png/, '1200x630'],
      ...icons.map(({ src, sizes }): [string, RegExp, string] => [src, /^image\/png/, sizes]),
    ];
    expect(icons.length).toBeGreaterThan(2);
    for (const [path, type, size] of wanted) {
      const answer = await fetch(server.url + path);
      expect([answer.status, answer.headers.get('content-type')], path).toEqual([
        200,
        expect.stringMatching(type),
      ]);
      if (size === undefined) continue;
      // Width and height stand at the head of a PNG (RFC 2083, 4.1.1).
      const head = Buffer.from(await answer.arrayBuffer());
      expect(`${head.readUInt32BE(16)}x${head.readUInt32BE(20)}`, path).toBe(size);
    }
  });

  it.each<[string, BrowserContextOptions]>([
    ['in light', { colorScheme: 'light' }],
    ['in dark', { colorScheme: 'dark' }],
    ['in forced colors', { forcedColors: 'active' }],
  ])('have nothing that a screen reader or a weak eye stumbles over, %s', async (_, options) => {
    await open(options, async (page) => {
      const found: string[] = [];
      for (const path of PAGES) {
        await page.goto(server.url + path);
        for (const each of await stumbles(page)) found.push(`${path} ${each}`);
      }
      expect(found).toEqual([]);
    });
  });

  it.each([{ width: 320, height: 568 }, ZOOMED])(
    'never scroll sideways: $width × $height',
    async (viewport) => {
      await open({ viewport }, async (page) => {
        for (const path of PAGES) {
          await page.goto(server.url + path);
          const width = await page.evaluate('document.documentElement.scrollWidth');
          expect(width, path).toBe(viewport.width);
        }
      });
    },
  );

  it('hold letters of twice the size without cutting any off', async () => {
    await open({ viewport: { width: 640, height: 800 } }, async (page) => {
      for (const path of PAGES) {
        await page.goto(server.url + path);
        const cut = await page.evaluate(`(() => {
          document.documentElement.style.fontSize = '212.5%';
          const wide = document.documentElement.scrollWidth;
          const cut = [...document.querySelectorAll('main *, header *, footer *')].filter((element) => {
            const { overflowX, display } = getComputedStyle(element);
            return display !== 'inline' && overflowX !== 'visible' && element.clientWidth > 1 &&
              element.scrollWidth > element.clientWidth + 1 && element.localName !== 'input';
          });
          return [wide, ...cut.map((element) => element.className || element.localName)];
        })()`);
        expect(cut, path).toEqual([640]);
      }
    });
  });

  it('can be walked through by keyboard, and show where one is', async () => {
    await open({}, async (page) => {
      for (const path of PAGES) {
        await page.goto(server.url + path);
        const wanted =
          await page.evaluate(`[...document.querySelectorAll('a[href], button, input, select, textarea, summary')]
          .filter((each) => each.type !== 'hidden' && each.checkVisibility()).length`);
        const seen = new Set<string>();
        for (let press = 0; press < Number(wanted) + 2; press++) {
          await page.keyboard.press('Tab');
          const at = await page.evaluate(`(() => {
            const now = document.activeElement;
            if (now === document.body) return '';
            const { outlineStyle, outlineWidth } = getComputedStyle(now);
            if (outlineStyle === 'none' || outlineWidth === '0px') return 'unseen: ' + now.outerHTML;
            return [...document.querySelectorAll('*')].indexOf(now) + ' ' + now.localName;
          })()`);
          if (at !== '') seen.add(String(at));
        }
        expect(
          [...seen].filter((each) => each.startsWith('unseen')),
          path,
        ).toEqual([]);
        expect(seen.size, path).toBe(wanted);
      }
    });
  });
});
