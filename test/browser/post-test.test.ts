import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Caller, caller } from '../../src/cli/caller.ts';
import { adoptDemo, demoKey } from '../../src/cli/demo.ts';
import { connect } from '../../src/cli/operator.ts';
import { addDemo } from '../../src/cli/providers.ts';
import { type Keys, openDevice } from '../../src/cli/to-certificate.ts';
import { hasBrowser, launchBrowser, stumbles } from '../support/browser.ts';
import { serveLocal, type TestServer } from '../support/local-server.ts';

/** A busy machine may be slow, and the script waits before it tries again. */
const SOON = { timeout: 30_000 };

const LEARNERS = [
  'light',
  'dark',
  'keys',
  'plain',
  'wire',
  'tabs',
  'private',
  'small',
  'slow',
] as const;
type Learner = (typeof LEARNERS)[number];

const PHONE = { width: 360, height: 800 };

describe.skipIf(!hasBrowser())('the post-test and the evaluation in a browser', () => {
  let server: TestServer;
  let browser: Browser;
  let call: Caller;
  let keys: Keys;
  const learnPaths = new Map<Learner, string>();

  beforeAll(async () => {
    server = await serveLocal();
    browser = await launchBrowser();
    call = caller(server.url);
    const operator = await connect({ remote: false, url: server.url });
    await addDemo(operator);
    keys = await adoptDemo(operator);
    const provider = await demoKey(operator);
    for (const name of LEARNERS) {
      const email = `${name}@example.org`;
      await call.form('/signup', {
        email,
        first_name: 'Ana',
        time_zone: 'Europe/Berlin',
        provider,
      });
      await call.advance('PT1M');
      const text = (await call.mails(email)).at(-1)?.text ?? '';
      const confirm = /\/confirm\/[\w.-]+/.exec(text)?.[0] ?? 'no link';
      const slot = { weekday: '2', time: '07:30', time_zone: 'Europe/Berlin' };
      const confirmed = await call.form(confirm, { go: 'yes', ...slot });
      learnPaths.set(name, confirmed.headers.get('location') ?? '');
    }
    await call.advance('P9W');
  }, 240_000);

  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  /** Opens a device of a learner's who has said their name, and shows it a page of credit. */
  async function at(
    name: Learner,
    options: BrowserContextOptions,
    body: (page: Page, credit: string) => Promise<void>,
  ): Promise<void> {
    const learnPath = learnPaths.get(name) ?? '';
    const who = {
      email: `${name}@example.org`,
      learnPath,
      name: 'Ana Maria Lopez',
      provider: 'demo',
    };
    const cookie = await openDevice(call, who);
    const credit = `${learnPath}/credit`;
    await call.form(`${credit}/claim`, { go: 'yes', provider: 'demo' }, cookie);
    const form = await (await call.page(credit, cookie)).text();
    const words = /name="words" value="([^"]+)"/.exec(form)?.[1] ?? '';
    const typed = { go: 'yes', name: who.name, latin: '', register: 'shown', words };
    expect((await call.form(`${credit}/name`, typed, cookie)).status).toBe(303);
    const context = await browser.newContext(options);
    const [key = '', value = ''] = cookie.split('=');
    await context.addCookies([{ name: key, value, url: server.url }]);
    try {
      await body(await context.newPage(), server.url + credit);
    } finally {
      await context.close();
    }
  }

  const words = async (page: Page) =>
    ((await page.locator('main').textContent()) ?? '').replace(/\s+/g, ' ');
  const press = (page: Page, name: string | RegExp) =>
    Promise.all([page.waitForEvent('load'), page.getByRole('button', { name }).click()]);
  const status = (page: Page) => page.locator('[role=status]').last();

  /** Waits until a page that has sent something has loaded itself once more. */
  async function shownAnew(page: Page): Promise<void> {
    const how = 'performance.getEntriesByType("navigation")[0].type';
    await expect.poll(() => page.evaluate(how).catch(() => null), SOON).toBe('reload');
    await page.waitForLoadState();
  }

  /** Which place the page has for the right answer of an item. */
  const rightOf = async (page: Page, item: string) =>
    page
      .locator('fieldset', { has: page.locator(`[name="q-${item}"]`) })
      .getByLabel(keys.get(item) ?? '', { exact: true });

  async function answerPart(page: Page, part: number, rightly = true): Promise<void> {
    for (let n = 1; n <= 4; n += 1) {
      const item = `${part}-${n}`;
      if (rightly) await (await rightOf(page, item)).check();
      else {
        const all = page.locator(`[name="q-${item}"]`);
        for (let place = 0; place < 4; place += 1) {
          const label = await page.locator(`label[for="q-${item}-${place}"]`).textContent();
          if (label !== keys.get(item)) {
            await all.nth(place).check();
            break;
          }
        }
      }
    }
  }

  it.each(['light', 'dark'] as const)(
    'have nothing that a screen reader or a weak eye stumbles over, and never scroll sideways, in %s',
    async (colorScheme) => {
      const found: string[] = [];
      await at(colorScheme, { colorScheme, viewport: PHONE }, async (page, credit) => {
        const check = async (state: string) => {
          for (const viewport of [PHONE, { width: 320, height: 568 }]) {
            await page.setViewportSize(viewport);
            const width = await page.evaluate('document.documentElement.scrollWidth');
            if (width !== viewport.width) found.push(`${state} scrolls sideways: ${width}`);
          }
          for (const each of await stumbles(page)) found.push(`${state} ${each}`);
        };
        await page.goto(`${credit}/test`);
        await check('before the test');
        await press(page, 'Begin');
        await check('a part with nothing chosen');
        await answerPart(page, 1, false);
        await expect.poll(() => status(page).textContent(), SOON).toBe('Saved.');
        expect(await page.locator('.parts [aria-current]').textContent()).toMatch(/4\/4/);
        await check('a part with answers');
        await page.goto(`${credit}/test`);
        await check('under way');
        await page.goto(`${credit}/test/hand-in`);
        await check('blanks');
        await press(page, 'Hand in');
        expect(await words(page)).toContain('0 of 32 right');
        await check('not passed');
        await press(page, 'Try again');
        for (let part = 1; part <= 8; part += 1) {
          await answerPart(page, part);
          await press(page, /^Save, and/);
        }
        expect(await words(page)).toContain('All 32 are answered.');
        await check('all answered');
        await press(page, 'Hand in');
        expect(await words(page)).toContain('32 of 32 right');
        await check('passed');
        await page.goto(credit);
        await check('the way');
        await page.goto(`${credit}/evaluation`);
        await check('the evaluation');
        await page.locator('input[name=hours]').fill('two or so');
        await page.locator('textarea[name=comment]').fill('Shorter weeks.');
        await page.locator('#accurate-5').check();
        await press(page, 'Send it without my name');
        expect(await words(page)).toContain('Hours as a number');
        expect(await page.locator('textarea[name=comment]').inputValue()).toBe('Shorter weeks.');
        expect(await page.locator('#accurate-5').isChecked()).toBe(true);
        await check('an evaluation with a slip');
        await page.locator('input[name=hours]').fill('2,5');
        await press(page, 'Send it without my name');
        expect(await words(page)).toContain('kept without your name');
        await check('evaluated');
      });
      expect(found).toEqual([]);
    },
    120_000,
  );

  it('is taken by the keyboard alone', async () => {
    await at('keys', { viewport: { width: 1280, height: 900 } }, async (page, credit) => {
      /** Moves on by the Tab key until this is so of what has the focus. */
      const tabTo = async (test: string) => {
        for (let tabs = 0; tabs < 60; tabs += 1) {
          await page.keyboard.press('Tab');
          if (await page.evaluate(`(${test})(document.activeElement)`)) return;
        }
        throw new Error(`nothing in the order of the page is ${test}`);
      };
      const enter = async (name: string) => {
        await tabTo(`(one) => one.textContent.trim() === ${JSON.stringify(name)}`);
        await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
      };
      await page.goto(`${credit}/test`);
      await enter('Begin');
      for (const item of ['1-1', '1-2', '1-3', '1-4']) {
        await tabTo(`(one) => one.name === 'q-${item}'`);
        await page.keyboard.press('Space');
        for (let place = 0; place < 4; place += 1) {
          if (await (await rightOf(page, item)).isChecked()) break;
          await page.keyboard.press('ArrowDown');
        }
        expect(await (await rightOf(page, item)).isChecked(), item).toBe(true);
        // What has the focus is seen to have it.
        const outline = await page.evaluate(
          'getComputedStyle(document.activeElement).outlineStyle',
        );
        expect(outline).not.toBe('none');
      }
      await expect.poll(() => status(page).textContent(), SOON).toBe('Saved.');
      await enter('Save, and go on to part 2');
      expect(page.url()).toMatch(/\/test\/2$/);
      await page.goto(`${credit}/test/hand-in`);
      expect(await words(page)).toContain('28 of 32 are blank');
      await enter('Hand in');
      expect(await words(page)).toContain('4 of 32 right');
    });
  }, 60_000);

  it('is taken without a script, one button a part', async () => {
    const look = { javaScriptEnabled: false, viewport: { width: 320, height: 568 } };
    await at('plain', look, async (page, credit) => {
      await page.goto(`${credit}/test`);
      await press(page, 'Begin');
      await answerPart(page, 1);
      await press(page, 'Save and leave');
      await page.goto(`${credit}/test/1`);
      for (const item of ['1-1', '1-2', '1-3', '1-4']) {
        expect(await (await rightOf(page, item)).isChecked(), item).toBe(true);
      }
      for (let part = 1; part <= 8; part += 1) {
        if (part > 1) await answerPart(page, part);
        await press(page, /^Save, and/);
      }
      await press(page, 'Hand in');
      expect(await words(page)).toContain('32 of 32 right');
      await page.goto(`${credit}/evaluation`);
      await page.locator('#useful-4').check();
      await press(page, 'Send it without my name');
      expect(await words(page)).toContain('kept without your name');
    });
  }, 60_000);

  it('keeps what a dead wire does not take, through a reload and another page, and hands nothing in before it', async () => {
    await at('wire', { viewport: PHONE }, async (page, credit) => {
      const context = page.context();
      await page.goto(`${credit}/test`);
      await press(page, 'Begin');
      await (await rightOf(page, '1-1')).check();
      await expect.poll(() => status(page).textContent(), SOON).toBe('Saved.');
      await context.setOffline(true);
      await (await rightOf(page, '1-2')).check();
      await expect
        .poll(() => status(page).textContent(), SOON)
        .toContain('Not saved yet: no connection');
      expect(await page.locator('.test-status').getAttribute('role')).toBe('status');
      // The wire is back: it is sent by itself.
      await context.setOffline(false);
      await expect.poll(() => status(page).textContent(), SOON).toBe('Saved.');
      // Dead again, and the page is left with an answer on it.
      await context.setOffline(true);
      await (await rightOf(page, '1-3')).check();
      await expect.poll(() => status(page).textContent(), SOON).toContain('no connection');
      await page.goto('about:blank');
      await context.setOffline(false);
      // Another page of the test sends it, and the one that asks for the last press knows of it.
      await page.goto(`${credit}/test/hand-in`);
      await expect.poll(() => words(page), SOON).toContain('29 of 32 are blank');
      await shownAnew(page);
      // What is left when the last button is pressed goes first, or nothing is handed in.
      await page.goto(`${credit}/test/1`);
      await context.setOffline(true);
      await (await rightOf(page, '1-4')).check();
      await expect.poll(() => status(page).textContent(), SOON).toContain('no connection');
      const kept = await page.evaluate<Record<string, string>>('({ ...localStorage })');
      await page.goto('about:blank');
      await context.setOffline(false);
      await page.goto(`${credit}/test/hand-in`);
      await expect.poll(() => words(page), SOON).toContain('28 of 32 are blank');
      await shownAnew(page);
      await page.evaluate(`Object.assign(localStorage, ${JSON.stringify(kept)})`);
      await context.setOffline(true);
      await page.getByRole('button', { name: 'Hand in' }).click();
      await expect
        .poll(() => status(page).textContent(), SOON)
        .toContain('Not handed in: no connection');
      await context.setOffline(false);
      await press(page, 'Hand in');
      expect(await words(page)).toContain('4 of 32 right');
      expect(
        await page.evaluate('Object.keys(localStorage).filter((key) => key.includes("test-"))'),
      ).toEqual([]);
    });
  }, 60_000);

  it('is one test in two tabs: the later choice stands, and what is handed in takes no more', async () => {
    await at('tabs', { viewport: PHONE }, async (page, credit) => {
      await page.goto(`${credit}/test`);
      await press(page, 'Begin');
      const other = await page.context().newPage();
      await other.goto(`${credit}/test/1`);
      await (await rightOf(page, '1-1')).check();
      await expect.poll(() => status(page).textContent(), SOON).toBe('Saved.');
      await (await rightOf(other, '1-2')).check();
      await expect.poll(() => status(other).textContent(), SOON).toBe('Saved.');
      await page.reload();
      for (const item of ['1-1', '1-2']) {
        expect(await (await rightOf(page, item)).isChecked(), item).toBe(true);
      }
      await page.goto(`${credit}/test/hand-in`);
      await press(page, 'Hand in');
      expect(await words(page)).toContain('2 of 32 right');
      await (await rightOf(other, '1-3')).check();
      await expect
        .poll(() => status(other).textContent(), SOON)
        .toContain('Not saved. This try is over');
      await press(other, /^Save, and/);
      expect(await words(other)).toContain('2 of 32 right');
    });
  }, 60_000);

  it('keeps what the button sends, where a save before it is slow', async () => {
    await at('slow', { viewport: PHONE }, async (page, credit) => {
      await page.goto(`${credit}/test`);
      await press(page, 'Begin');
      // The first save is held up on the way, and gets through after everything that comes at once.
      let held = 0;
      await page.route('**/test/1', async (route) => {
        if (route.request().method() === 'POST' && held === 0) {
          held += 1;
          await new Promise((done) => setTimeout(done, 700));
        }
        await route.continue();
      });
      const first = await rightOf(page, '1-1');
      await page.locator('[name="q-1-1"]').nth(0).check();
      await page.locator('[name="q-1-1"]').nth(1).check();
      await first.check();
      await press(page, /^Save, and/);
      expect(held).toBe(1);
      await page.goto(`${credit}/test/1`);
      expect(await (await rightOf(page, '1-1')).isChecked()).toBe(true);
    });
  }, 60_000);

  it('saves in a window that may keep nothing, and complains of nothing', async () => {
    await at('private', { viewport: PHONE }, async (page, credit) => {
      const wrong: string[] = [];
      page.on('pageerror', (error) => wrong.push(String(error)));
      page.on('console', (message) => message.type() === 'error' && wrong.push(message.text()));
      await page.addInitScript(`Object.defineProperty(window, 'localStorage', {
        get() { throw new DOMException('no storage here', 'SecurityError'); },
      });`);
      await page.goto(`${credit}/test`);
      await press(page, 'Begin');
      await (await rightOf(page, '1-1')).check();
      await expect.poll(() => status(page).textContent(), SOON).toBe('Saved.');
      await press(page, /^Save, and/);
      await page.goto(`${credit}/test/1`);
      expect(await (await rightOf(page, '1-1')).isChecked()).toBe(true);
      expect(wrong).toEqual([]);
    });
  }, 60_000);

  it('has targets as large as a finger, at twice the size and in forced colors too', async () => {
    const look = { viewport: { width: 320, height: 568 }, forcedColors: 'active' } as const;
    await at('small', look, async (page, credit) => {
      await page.goto(`${credit}/test`);
      await press(page, 'Begin');
      for (const path of ['test', 'test/1', 'test/hand-in']) {
        await page.goto(`${credit}/${path}`);
        expect(await stumbles(page), path).toEqual([]);
        const small =
          await page.evaluate(`[...document.querySelectorAll('main button, main .button, .parts a, .option')]
          .filter((one) => { const { width, height } = one.getBoundingClientRect(); return width > 0 && height < 31.5; })
          .map((one) => one.outerHTML.slice(0, 80))`);
        expect(small, path).toEqual([]);
      }
    });
  }, 60_000);
});
