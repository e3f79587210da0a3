import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connect } from '../../src/cli/operator.ts';
import { addDemo, DEMO } from '../../src/cli/providers.ts';
import { hasBrowser, launchBrowser, stumbles, watched } from '../support/browser.ts';
import { serveLocal, type TestServer } from '../support/local-server.ts';

describe.skipIf(!hasBrowser())('people of the staff in a browser', () => {
  let server: TestServer;
  let browser: Browser;

  beforeAll(async () => {
    server = await serveLocal();
    browser = await launchBrowser();
    await addDemo(await connect({ remote: false, url: server.url }));
  });

  // Browsers that have never been in share what one address may be mailed in a day.
  beforeEach(() => server.advance('P1D'));

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

  /** Link and digits of the newest mail to an address. */
  async function mailed(email: string): Promise<{ link: string; digits: string; subject: string }> {
    await server.advance('PT1M');
    const mails = (await (await fetch(`${server.url}/mailbox.json`)).json()) as {
      to: string;
      subject: string;
      text: string;
    }[];
    const mail = mails.filter(({ to }) => to === email).at(-1);
    const [link = ''] = /https?:\/\/\S+\/(portal|operator)\/open\/\S+/.exec(mail?.text ?? '') ?? [];
    const [digits = ''] = /\b\d{4} \d{4}\b/.exec(mail?.text ?? '') ?? [];
    return { link, digits, subject: mail?.subject ?? '' };
  }

  const press = (page: Page, name: string | RegExp) =>
    page.locator('main').getByRole('button', { name }).first().click();
  const words = async (page: Page) =>
    ((await page.locator('main').textContent()) ?? '').replace(/\s+/g, ' ');

  async function ask(page: Page, email: string, front: string): Promise<void> {
    await page.goto(server.url + front);
    await page.getByLabel('Email address').fill(email);
    await press(page, 'Mail me a link');
    await page.waitForURL('**/enter?sent');
  }

  /** In by the digits, where they were asked for. */
  async function enter(page: Page, email: string, front = '/portal'): Promise<void> {
    await ask(page, email, front);
    await page.getByLabel(/Eight digits/).fill((await mailed(email)).digits);
    await press(page, 'Enter');
    await page.waitForURL((url) => !url.pathname.endsWith('/enter'));
  }

  const whole = async (page: Page, look: BrowserContextOptions, state: string) => {
    expect(await stumbles(page), state).toEqual([]);
    const width = await page.evaluate('document.documentElement.scrollWidth');
    expect(width, state).toBe(look.viewport?.width);
  };

  it.each<[string, BrowserContextOptions]>([
    ['on a small screen', { viewport: { width: 320, height: 568 } }],
    ['on a desk, in dark', { viewport: { width: 1280, height: 900 }, colorScheme: 'dark' }],
    ['at twice the size', { viewport: { width: 640, height: 800 }, deviceScaleFactor: 2 }],
    ['in forced colors', { viewport: { width: 390, height: 844 }, forcedColors: 'active' }],
  ])('meet nothing to stumble over, from the first mail to the way out, %s', async (_, look) => {
    await open(look, async (page) => {
      await page.goto(`${server.url}/portal`);
      await whole(page, look, 'the question');
      await ask(page, DEMO.owner, '/portal');
      await whole(page, look, 'asked');
      const { link, digits } = await mailed(DEMO.owner);
      await page.goto(link);
      await whole(page, look, 'the threshold');
      await page.goto(`${server.url}/portal/enter?sent`);
      await page.getByLabel(/Eight digits/).fill(digits);
      await press(page, 'Enter');
      await page.waitForURL('**/portal/demo');
      for (const path of ['/portal/demo/people', '/portal/leave']) {
        await page.goto(server.url + path);
        await whole(page, look, path);
      }
      await page.goto(`${server.url}/portal/demo/people`);
      await press(page, 'Leave this provider');
      await whole(page, look, 'are you sure');
      await page.goto(`${server.url}/portal/leave`);
      await press(page, 'Leave everywhere');
      await page.waitForURL('**/portal/enter');
    });
  });

  it('enter by the keyboard alone, and without JavaScript', async () => {
    await open({ javaScriptEnabled: false }, async (page) => {
      const go = async (label: RegExp, typed?: string) => {
        for (let tabs = 0; tabs < 60; tabs++) {
          await page.keyboard.press('Tab');
          const focused = page.locator(':focus');
          const named = `${await focused.getAttribute('name')} ${await focused.textContent()}`;
          if (!label.test(named)) continue;
          if (typed !== undefined) return page.keyboard.type(typed);
          await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
          return;
        }
        throw new Error(`${label} has no place in the order of the page`);
      };
      await page.goto(`${server.url}/portal`);
      await go(/^email /, DEMO.owner);
      await go(/Mail me a link/);
      await go(/^digits /, (await mailed(DEMO.owner)).digits);
      await go(/Enter/);
      expect(new URL(page.url()).pathname).toBe('/portal/demo');
    });
  });

  it('are let in by nothing that a mail scanner does, which submits forms by script', async () => {
    await open({}, async (page) => {
      await ask(page, DEMO.owner, '/portal');
      const { link } = await mailed(DEMO.owner);
      await page.goto(link);
      await Promise.all([
        page.waitForEvent('load'),
        page.evaluate('document.querySelector("main form").submit()'),
      ]);
      expect(await words(page)).toContain('Enter Harbor Institute (demo) as');
      await page.goto(`${server.url}/portal/demo`);
      expect(new URL(page.url()).pathname).toBe('/portal/enter');
    });
  });

  it.each([
    ['/portal', DEMO.owner, '**/portal/demo'],
    ['/operator', DEMO.operator, '**/operator'],
  ])('with mail on the phone enter %s on the desk, by digits', async (front, email, arrived) => {
    const phone = await browser.newContext({ viewport: { width: 390, height: 844 } });
    try {
      await open({}, async (desk) => {
        await ask(desk, email, front);
        const { link, digits } = await mailed(email);
        const held = await phone.newPage();
        await held.goto(link);
        if (front === '/portal') {
          await held.locator('main').getByRole('button', { name: 'Enter' }).click();
          expect(await words(held)).toContain('This is not the browser in which you asked');
        } else {
          expect(await words(held)).toContain('type the eight digits of the mail there');
          expect(await held.locator('main form').count()).toBe(0);
        }
        await desk.getByLabel(/Eight digits/).fill(digits);
        await press(desk, 'Enter');
        await desk.waitForURL(arrived);
      });
    } finally {
      await phone.close();
    }
  });

  it('are brought back to the page that they asked for, when their time is up', async () => {
    await open({}, async (page) => {
      await enter(page, DEMO.owner);
      await page.context().clearCookies({ name: 'portal' });
      await page.goto(`${server.url}/portal/demo/people`);
      await page.getByLabel('Email address').fill(DEMO.owner);
      await press(page, 'Mail me a link');
      await page.getByLabel(/Eight digits/).fill((await mailed(DEMO.owner)).digits);
      await press(page, 'Enter');
      await page.waitForURL('**/portal/demo/people');
    });
  });

  it('do nothing that a page of another site posts in their name', async () => {
    const options = { baseURL: server.url };
    const refused = /status of 403|Cross-Origin/;
    await open(
      options,
      async (page) => {
        await enter(page, DEMO.owner);
        const other = server.url.replace('localhost', '127.0.0.1');
        await page.route(`${other}/evil`, (route) =>
          route.fulfill({
            contentType: 'text/html',
            body: `<form method="post" action="${server.url}/portal/leave">
              <input name="go" value="yes"><button>Win</button></form>`,
          }),
        );
        await page.goto(`${other}/evil`).catch(() => {});
        await page.getByRole('button', { name: 'Win' }).click();
        await page.waitForLoadState('load');
        expect(await page.textContent('body')).toContain('Nothing has been changed');
        await page.goto(`${server.url}/portal/demo/people`);
        expect(new URL(page.url()).pathname).toBe('/portal/demo/people');
      },
      new RegExp(`${refused.source}|${'127.0.0.1'}`),
    ).catch((error: unknown) => {
      // The other site itself is a request elsewhere, and the only one.
      if (!/127\.0\.0\.1:\d+\/evil/.test(String(error))) throw error;
    });
  });

  it('may do what an old browser does that names no Sec-Fetch-Site', async () => {
    await open({}, async (page) => {
      await page.route(`${server.url}/**`, async (route) => {
        const { 'sec-fetch-site': _, ...headers } = await route.request().allHeaders();
        await route.continue({ headers });
      });
      await enter(page, DEMO.owner);
      await page.goto(`${server.url}/portal/demo/people`);
      await page.getByLabel('Email address').fill('viewer@harbor.example');
      await press(page, 'Send the invitation');
      expect(await words(page)).toContain('The invitation is made');
      const { link } = await mailed('viewer@harbor.example');
      await page.goto(link);
      await press(page, 'Accept and enter');
      await page.waitForURL('**/portal/demo');
    });
  });

  it('enter the console by the terminal, with everything halted', async () => {
    const operator = await connect({ remote: false, url: server.url });
    const why = { by: 'mira', reason: 'a bad evening' };
    await operator.ask('/halts', { scope: 'all', ...why });
    try {
      await open({}, async (page) => {
        await ask(page, DEMO.operator, '/operator');
        const before = await mailed(DEMO.operator);
        const { link } = await operator.ask<{ link: string }>('/enter', { email: DEMO.operator });
        expect(link).not.toBe(before.link);
        await page.goto(link);
        await press(page, 'Enter');
        await page.waitForURL('**/operator');
        expect(await words(page)).toContain('Needs you');
      });
    } finally {
      await operator.ask('/halts/all/lift', why);
    }
  });
});
