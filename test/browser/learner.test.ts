import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasBrowser, launchBrowser, stumbles } from '../support/browser.ts';
import { serveLocal, type TestServer } from '../support/local-server.ts';

/** A busy machine may be slow, and the script waits before it tries again. */
const SOON = { timeout: 30_000 };

describe.skipIf(!hasBrowser())('the learner’s page in a browser', () => {
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

  const post = (path: string, fields: Record<string, string>) =>
    fetch(server.url + path, {
      method: 'POST',
      headers: { origin: server.url },
      body: new URLSearchParams(fields),
      redirect: 'manual',
    });

  /** The newest link of a kind that was mailed to somebody. */
  async function mailed(email: string, kind: string): Promise<string> {
    await server.advance('PT1S');
    const mails = (await (await fetch(`${server.url}/mailbox.json`)).json()) as {
      to: string;
      text: string;
    }[];
    const texts = mails.filter(({ to }) => to === email).map(({ text }) => text);
    const links = texts.flatMap((text) => text.match(new RegExp(`/${kind}/[\\w.-]+`, 'g')) ?? []);
    return links.at(-1) ?? `no ${kind} link`;
  }

  /** Somebody who has had lesson 1. */
  async function enroll(email: string): Promise<string> {
    await post('/signup', { email, first_name: 'Ana', time_zone: 'Europe/Berlin' });
    const slot = { weekday: '2', time: '07:30', time_zone: 'Europe/Berlin' };
    const confirmed = await post(await mailed(email, 'confirm'), { go: 'yes', ...slot });
    await server.advance('PT1M');
    return server.url + (confirmed.headers.get('location') ?? '');
  }

  async function open(options: BrowserContextOptions, body: (page: Page) => Promise<void>) {
    const context = await browser.newContext(options);
    try {
      await body(await context.newPage());
    } finally {
      await context.close();
    }
  }

  const words = async (page: Page) =>
    ((await page.locator('main').textContent()) ?? '').replace(/\s+/g, ' ');
  const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).click();

  /** Asks for the mailed link, and opens the private part with it. */
  async function openPrivate(page: Page, email: string): Promise<void> {
    await press(page, 'Mail me the link');
    await page.goto(server.url + (await mailed(email, 'open')));
    await page.locator('main button[name=go]').click();
    await page.waitForURL('**/learn/**');
  }

  it.each(['light', 'dark'] as const)(
    'has nothing that a screen reader or a weak eye stumbles over in any state, in %s',
    async (colorScheme) => {
      const email = `states-${colorScheme}@example.org`;
      const learn = await enroll(email);
      await open({ colorScheme, viewport: { width: 360, height: 800 } }, async (page) => {
        const found: string[] = [];
        const check = async (state: string) => {
          for (const each of await stumbles(page)) found.push(`${state} ${each}`);
          const width = await page.evaluate('document.documentElement.scrollWidth');
          if (width !== 360) found.push(`${state} scrolls sideways: ${width}`);
        };
        await page.goto(learn);
        await check('active');
        await page.goto(`${learn}/lessons/1`);
        await check('a lesson, log closed');
        await page.goto(learn);
        await page.getByRole('link', { name: 'Change day or time' }).click();
        await press(page, 'Show the next three dates');
        await check('three dates');
        await page.goto(learn);
        await page.locator('#pause summary').click();
        await check('pause');
        await press(page, 'Pause');
        expect(await words(page)).toContain('Your course is paused');
        await check('paused');
        await press(page, 'Go on with the course');
        await press(page, 'Mail me the link');
        await check('link asked for');
        await page.goto(server.url + (await mailed(email, 'open')));
        await check('open link');
        await page.locator('main button[name=go]').click();
        await page.waitForURL('**/learn/**');
        for (const more of ['Change my name', 'Change my address', 'Erase everything']) {
          await page.getByText(more, { exact: true }).click();
        }
        await check('open');
        await page.goto(`${learn}/lessons/1`);
        await check('a lesson, log open');
        await page.locator('textarea[name=text]').fill('I looked at the clock.');
        await press(page, 'Save');
        await page.goto(`${learn}/log`);
        expect(await words(page)).toContain('I looked at the clock.');
        await check('the whole log');
        await page.goto(`${learn}/export`);
        expect(await words(page)).toContain(email);
        await check('everything we hold');
        await page.goto(learn);
        await page.getByText('Change my address', { exact: true }).click();
        await page.getByLabel(/address/i).fill('no address');
        await press(page, 'Mail the link');
        await check('an address with a slip');
        await page.goto(learn);
        await page.getByText('Erase everything', { exact: true }).click();
        await page.locator('form[action$="/erase"] button').click();
        await page.goto(server.url + (await mailed(email, 'erase')));
        await check('erase link');
        await page.locator('main button[name=go]').click();
        await check('erased');
        await page.goto(learn);
        await check('a link that has ended');
        expect(found).toEqual([]);
      });
    },
  );

  it('takes a goodbye back by the keyboard alone, on a small screen, at twice the size and in forced colors', async () => {
    const looks: BrowserContextOptions[] = [
      { viewport: { width: 320, height: 568 } },
      { viewport: { width: 640, height: 800 }, deviceScaleFactor: 2 },
      { viewport: { width: 360, height: 800 }, forcedColors: 'active' },
    ];
    for (const [index, look] of looks.entries()) {
      const email = `slip-${index}@example.org`;
      const learn = await enroll(email);
      await open(look, async (page) => {
        const whole = async (state: string) => {
          expect(await stumbles(page), state).toEqual([]);
          const width = await page.evaluate('document.documentElement.scrollWidth');
          expect(width, state).toBe(look.viewport?.width);
        };
        /** Moves on by the Tab key until something of that name has the focus, and presses it. */
        const go = async (name: RegExp) => {
          for (let tabs = 0; tabs < 80; tabs++) {
            await page.keyboard.press('Tab');
            const focused = await page.evaluate<string>('document.activeElement.textContent');
            if (!name.test(focused)) continue;
            await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
            return;
          }
          throw new Error(`${name} has no place in the order of the page`);
        };
        await page.goto(learn);
        await whole('the page');
        await go(/^Unsubscribe$/);
        await whole('unsubscribe');
        await go(/^Unsubscribe$/);
        expect(await words(page)).toContain('No more lessons will come');
        await whole('unsubscribed');
        await go(/^Undo/);
        expect(await words(page)).toContain('Your course goes on');
        await whole('back');
        await page.goto(`${learn}/log`);
        await whole('a log that is closed');
        await page.goto(learn);
        expect(await words(page)).toContain('You are in week 1');
      });
    }
  });

  it.each<[string, BrowserContextOptions]>([
    ['on a small screen, in dark', { viewport: { width: 320, height: 568 }, colorScheme: 'dark' }],
    ['on a desk', { viewport: { width: 1280, height: 900 } }],
    ['at twice the size', { viewport: { width: 640, height: 800 }, deviceScaleFactor: 2 }],
    ['in forced colors', { viewport: { width: 390, height: 844 }, forcedColors: 'active' }],
  ])('shows an open log and everything we hold without stumbles, %s', async (name, look) => {
    const email = `held-${name.replace(/\W/g, '-')}@example.org`;
    const learn = await enroll(email);
    await open(look, async (page) => {
      await page.goto(learn);
      await openPrivate(page, email);
      await page.goto(`${learn}/lessons/1`);
      const long = 'I looked at the clock, and said so. '.repeat(30);
      await page.locator('textarea[name=text]').fill(`${long}${'a'.repeat(120)}`);
      await press(page, 'Save');
      for (const path of ['lessons/1', 'log', 'export']) {
        await page.goto(`${learn}/${path}`);
        expect(await page.content()).toContain('I looked at the clock');
        expect(await stumbles(page), path).toEqual([]);
        const width = await page.evaluate('document.documentElement.scrollWidth');
        expect(width, path).toBe(look.viewport?.width);
      }
    });
  });

  it.each([
    ['Where you stopped', true],
    ['From the start', false],
  ])('lets somebody who comes back choose: %s', async (choice, javaScriptEnabled) => {
    const email = `again-${javaScriptEnabled}@example.org`;
    const learn = await enroll(email);
    await server.advance('P16D');
    await open({ javaScriptEnabled, viewport: { width: 320, height: 568 } }, async (page) => {
      await page.goto(learn);
      await page.getByRole('link', { name: 'Unsubscribe' }).click();
      await press(page, 'Unsubscribe');
      await server.advance('P8D');
      await page.goto(learn);
      await press(page, 'Send me the link');
      await page.goto(server.url + (await mailed(email, 'confirm')));
      if (javaScriptEnabled) expect(await stumbles(page)).toEqual([]);
      const width = await page.evaluate('document.documentElement.scrollWidth');
      expect(width).toBe(320);
      const stopped = /Where you stopped \(lesson ([234])\)/.exec(await words(page))?.[1];
      const week = choice === 'From the start' ? '1' : stopped;
      await page.getByLabel(choice).check();
      await press(page, 'Confirm and go on');
      await page.waitForURL('**/learn/**');
      await server.advance('PT1M');
      await page.goto(learn);
      expect(await words(page)).toContain(`You are in week ${week}`);
    });
  });

  it('says as the hour is chosen when lesson 2 comes', async () => {
    const email = 'hour@example.org';
    await post('/signup', { email, first_name: 'Ana', time_zone: 'Europe/Berlin' });
    const confirm = server.url + (await mailed(email, 'confirm'));
    await open({ viewport: { width: 320, height: 568 } }, async (page) => {
      await page.goto(confirm);
      const second = page.locator('#second');
      expect(await second.textContent()).toMatch(/^Lesson 2 comes on Tuesday, .* 7:30 am\.$/);
      await page.locator('select[name=weekday]').selectOption('4');
      await page.locator('input[name=time]').fill('20:00');
      await expect
        .poll(() => second.textContent(), SOON)
        .toMatch(/^Lesson 2 comes on Thursday, .* 8:00 pm\.$/);
      expect(await stumbles(page)).toEqual([]);
    });
  });

  it('shows what to read on the first screen of a phone', async () => {
    const learn = await enroll('phone@example.org');
    for (const viewport of [
      { width: 320, height: 568 },
      { width: 390, height: 844 },
    ]) {
      await open({ viewport }, async (page) => {
        await page.goto(learn);
        const box = await page
          .getByRole('link', { name: 'Read lesson 1', exact: true })
          .boundingBox();
        expect((box?.y ?? 999) + (box?.height ?? 0)).toBeLessThan(viewport.height);
        expect(box?.height).toBeGreaterThanOrEqual(44);
        // Targets that stand by themselves are as large as a finger.
        const small =
          await page.evaluate(`[...document.querySelectorAll('main button, main summary, main .button, main .way-reach')]
          .filter((one) => { const { width, height } = one.getBoundingClientRect(); return width > 0 && Math.min(height, 999) < 43.5; })
          .map((one) => one.outerHTML.slice(0, 80))`);
        expect(small).toEqual([]);
      });
    }
  });

  it('ends, is completed and is left, each without stumbles', async () => {
    const email = 'ends@example.org';
    const learn = await enroll(email);
    await server.advance('P70D');
    await open({ viewport: { width: 360, height: 800 } }, async (page) => {
      await page.goto(learn);
      expect(await words(page)).toContain('You have had all eight lessons');
      expect(await stumbles(page)).toEqual([]);
      await page.getByText('Start the course again').click();
      await press(page, 'Start again with lesson 1');
      expect(await words(page)).toContain('Later again, and here to read');
      expect(await stumbles(page)).toEqual([]);
      await page.getByRole('link', { name: 'Unsubscribe' }).click();
      expect(await stumbles(page)).toEqual([]);
      // A scanner's script: the form alone, with and without the browser's own checks.
      for (const submit of ['submit()', 'requestSubmit()']) {
        await Promise.all([
          page.waitForEvent('load'),
          page.evaluate(`document.querySelector('main form').${submit}`),
        ]);
        expect(await words(page)).toContain('End the lessons?');
      }
      await page.locator('main button').first().click();
      await page.goto(learn);
      expect(await words(page)).toContain('No more lessons are coming');
      expect(await stumbles(page)).toEqual([]);
    });
  });

  it('is without stumbles after a lesson was asked for, and while a change of address can be undone', async () => {
    const email = 'moves@example.org';
    const next = 'moved@example.org';
    const learn = await enroll(email);
    await open({ viewport: { width: 360, height: 800 } }, async (page) => {
      await page.goto(learn);
      await press(page, 'Send the next one now');
      await server.advance('PT1M');
      await page.goto(learn);
      expect(await words(page)).toContain('You may ask for lesson 3 on');
      expect(await stumbles(page)).toEqual([]);
      await openPrivate(page, email);
      await page.getByText('Change my address', { exact: true }).click();
      await page.getByLabel('New email address').fill(next);
      await press(page, 'Mail the link');
      await page.goto(server.url + (await mailed(next, 'address')));
      await page.locator('main button[name=go]').click();
      const moved = server.url + (await mailed(next, 'learn'));
      await page.goto(moved);
      await openPrivate(page, next);
      expect(await words(page)).toContain('What is private opens on it again after');
      expect(await stumbles(page)).toEqual([]);
      await page.goto(`${moved}/lessons/1`);
      expect(await words(page)).toContain('Your log stays closed until');
      expect(await stumbles(page)).toEqual([]);
    });
  });

  it('keeps what is written while the connection is dead, and saves it when it is back', async () => {
    const email = 'log@example.org';
    const learn = await enroll(email);
    await open({}, async (page) => {
      await page.goto(learn);
      await openPrivate(page, email);
      await page.goto(`${learn}/lessons/1`);
      const field = page.locator('textarea[name=text]');
      const status = page.locator('form[data-log] [role=status]');
      await field.fill('I looked at the clock.');
      await expect.poll(() => status.textContent(), SOON).toBe('Saved.');
      await page.context().setOffline(true);
      await field.fill('I looked at the clock. Then I stopped.');
      await expect.poll(() => status.textContent(), SOON).toContain('kept in this browser');
      await page.context().setOffline(false);
      await expect.poll(() => status.textContent(), SOON).toBe('Saved.');
      await page.reload();
      expect(await field.inputValue()).toBe('I looked at the clock. Then I stopped.');
    });
  });

  it('keeps what could not be saved for an hour, on an open device, and for nobody else', async () => {
    const learn = await enroll('drafts@example.org');
    const other = await enroll('other-drafts@example.org');
    await open({}, async (page) => {
      const field = page.locator('textarea[name=text]');
      const status = page.locator('form[data-log] [role=status]');
      const kept = () => page.evaluate<string>(`JSON.stringify({ ...localStorage })`);
      // The log's own requests fail, also the last one of a page that is left; everything else arrives.
      await page.route('**/log', (route) => route.abort());
      const cut = () =>
        page.evaluate(`document.querySelector('form[data-log]').action = 'http://localhost:1/'`);
      const write = async (words: string) => {
        await page.goto(`${learn}/lessons/1`);
        await cut();
        await field.fill(words);
        await expect.poll(() => status.textContent(), SOON).toContain('kept in this browser');
        expect(await kept()).toContain(words);
      };
      await page.goto(learn);
      await openPrivate(page, 'drafts@example.org');
      await write('A line of mine.');
      await page.reload();
      await cut();
      expect(await field.inputValue()).toBe('A line of mine.');

      // An hour later, as this browser's own note of the time has it.
      await page.evaluate(`(() => {
        for (const [key, draft] of Object.entries(localStorage)) {
          const { at, ...rest } = JSON.parse(draft);
          localStorage.setItem(key, JSON.stringify({ ...rest, at: at - 3600000 }));
        }
      })()`);
      await page.goto(learn);
      expect(await kept()).toBe('{}');
      await page.goto(`${learn}/lessons/1`);
      expect(await field.inputValue()).toBe('');

      await write('Before closing.');
      await page.goto(learn);
      await press(page, 'Close this on this device');
      expect(await words(page)).toContain('closed on this device');
      expect(await kept()).toBe('{}');

      // Closed from elsewhere: the next page that is opened here takes the draft away.
      await openPrivate(page, 'drafts@example.org');
      await write('Before closing elsewhere.');
      await page.context().clearCookies();
      await page.goto(`${learn}/lessons/1`);
      expect(await kept()).toBe('{}');

      await page.goto(learn);
      await openPrivate(page, 'drafts@example.org');
      await write('Before another learner came.');
      await page.goto(other);
      await openPrivate(page, 'other-drafts@example.org');
      expect(await kept()).toBe('{}');
    });
  });

  it('works without JavaScript: hour, pause, log', async () => {
    const email = 'plain@example.org';
    const learn = await enroll(email);
    await open({ javaScriptEnabled: false }, async (page) => {
      // What browsers without Sec-Fetch-Site are judged by: `null` under a policy of no referrer.
      const origins: Promise<string | undefined>[] = [];
      page.on('request', (request) => {
        if (request.method() !== 'POST') return;
        origins.push(request.allHeaders().then(({ origin }) => origin));
      });
      await page.goto(learn);
      await page.getByRole('link', { name: 'Change day or time' }).click();
      await page.locator('select[name=weekday]').selectOption('5');
      await press(page, 'Show the next three dates');
      expect(await words(page)).toMatch(/Friday, .* 7:30 am/);
      await press(page, 'Change my hour');
      expect(await words(page)).toContain('Fridays at 7:30 am');
      await page.locator('#pause summary').click();
      await press(page, 'Pause');
      await press(page, 'Go on with the course');
      await openPrivate(page, email);
      await page.goto(`${learn}/lessons/1`);
      await page.locator('textarea[name=text]').fill('One line.');
      await press(page, 'Save');
      expect(await page.locator('textarea[name=text]').inputValue()).toBe('One line.');
      expect(await words(page)).toContain('Saved');
      const sent = await Promise.all(origins);
      expect(sent.length).toBeGreaterThan(6);
      expect(new Set(sent)).toEqual(new Set([server.url]));
    });
  });

  it('prints each sheet on one page, of A4 and of Letter, and reads well on a phone', async () => {
    const learn = await enroll('sheets@example.org');
    await server.advance('P57D');
    const weeks = [1, 2, 3, 4, 5, 6, 7, 8];
    const sheets = ['practices', 'plan', ...weeks.map((week) => `lessons/${week}/lines`)];
    await open({ viewport: { width: 320, height: 800 } }, async (page) => {
      const wrong: string[] = [];
      for (const sheet of sheets) {
        await page.goto(`${learn}/${sheet}`);
        for (const each of await stumbles(page)) wrong.push(`${sheet} ${each}`);
        const width = await page.evaluate('document.documentElement.scrollWidth');
        if (width !== 320) wrong.push(`${sheet} scrolls sideways: ${width}`);
        for (const format of ['A4', 'Letter']) {
          const pdf = (await page.pdf({ format })).toString('latin1');
          const pages = pdf.match(/\/Type\s*\/Page\b/g)?.length;
          if (pages !== 1) wrong.push(`${sheet} on ${format}: ${pages} pages`);
        }
      }
      expect(wrong).toEqual([]);
    });
  });
});
