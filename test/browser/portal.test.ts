import { readFile } from 'node:fs/promises';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../src/cli/operator.ts';
import { addDemo, DEMO } from '../../src/cli/providers.ts';
import { hasBrowser, launchBrowser, stumbles, watched } from '../support/browser.ts';
import { moveLocalClock } from '../support/local-clock.ts';
import { serveLocal, type TestServer } from '../support/local-server.ts';

const BEGIN = '2026-11-30T12:00:00Z';
const PORTAL = '/portal/demo';
/** As long as a name may be, from right to left. */
const LONG = 'سميرة المصري عبد الرحمن الحسيني بن خالد بن الوليد القرشي الهاشمي البغدادي الكبير';

interface Mail {
  to: string;
  text: string;
}

const post = (server: TestServer, path: string, fields: Record<string, string>) =>
  fetch(server.url + path, {
    method: 'POST',
    body: new URLSearchParams(fields),
    redirect: 'manual',
    headers: { origin: server.url, 'sec-fetch-site': 'same-origin' },
  });

/** The newest link of a kind that went to an address. */
async function linkTo(server: TestServer, to: string, kind: RegExp): Promise<string> {
  await moveLocalClock(server.url, { advance: 'PT1S' });
  const mails = (await (await fetch(`${server.url}/mailbox.json`)).json()) as Mail[];
  const text = mails.filter((mail) => mail.to === to).at(-1)?.text ?? '';
  const path = kind.exec(text)?.[0];
  if (!path) throw new Error(`no ${kind} in what went to ${to}`);
  return path;
}

/** Signs up through the demo provider and confirms as the page does; gives the learner’s page. */
async function enroll(server: TestServer, key: string, email: string, name: string) {
  const form = { email, first_name: name, time_zone: 'Europe/Berlin', provider: key };
  await post(server, '/signup', form);
  const path = await linkTo(server, email, /\/confirm\/[\w.-]+/);
  const page = await (await fetch(server.url + path)).text();
  const words = /name="words" value="([^"]*)"/.exec(page)?.[1] ?? '';
  const slot = { weekday: '2', time: '07:30', time_zone: 'Europe/Berlin' };
  const answer = await post(server, path, { go: 'yes', ...slot, words });
  await moveLocalClock(server.url, { advance: 'PT1M' });
  return answer.headers.get('location') ?? '';
}

/** Does what leads to another page, and waits until that has come. */
async function leads(page: Page, does: () => Promise<void>): Promise<void> {
  await Promise.all([page.waitForEvent('load'), does()]);
}

/** Presses Enter, and waits until the page that follows has come. */
async function pressed(page: Page, to: RegExp): Promise<void> {
  await leads(page, () => page.keyboard.press('Enter'));
  expect(page.url()).toMatch(to);
}

/** Enters as the demo’s owner, by keyboard alone. */
async function enter(server: TestServer, page: Page): Promise<void> {
  await page.goto(`${server.url}/portal/enter`);
  await page.locator('input[name=email]').focus();
  await page.keyboard.type(DEMO.owner);
  await pressed(page, /sent/);
  await page.goto(server.url + (await linkTo(server, DEMO.owner, /\/portal\/open\/[\w.-]+/)));
  await page.locator('main button[type=submit]').first().focus();
  await pressed(page, /\/portal\/demo$/);
}

describe.skipIf(!hasBrowser())('a provider’s people in a browser', () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchBrowser();
  });

  afterAll(async () => {
    await browser?.close();
  });

  it.each<[string, BrowserContextOptions]>([
    ['on a small phone', { viewport: { width: 320, height: 568 } }],
    ['in the dark, without JavaScript', { javaScriptEnabled: false, colorScheme: 'dark' }],
    [
      'in forced colors, at twice the size',
      { forcedColors: 'active', viewport: { width: 640, height: 480 }, deviceScaleFactor: 2 },
    ],
  ])(
    'see the first who signs up, find them, take a file along, and learn who leaves, %s',
    async (_, look) => {
      const server = await serveLocal();
      try {
        await moveLocalClock(server.url, { to: BEGIN });
        const operator = await connect({ remote: false, url: server.url });
        await addDemo(operator);
        const { provider } = await operator.ask<{ provider: { publicKey: string } }>(
          '/providers/demo',
        );
        const key = provider.publicKey;
        const scripted = look.javaScriptEnabled !== false;
        const wide = look.viewport?.width;
        const found: string[] = [];
        const body = async (page: Page) => {
          const see = async (path: string, says: string | RegExp) => {
            await page.goto(server.url + path);
            await looks(path, says);
          };
          const looks = async (name: string, says: string | RegExp) => {
            const text = ((await page.locator('main').textContent()) ?? '').replace(/\s+/g, ' ');
            if (!(typeof says === 'string' ? text.includes(says) : says.test(text))) {
              found.push(`${name} does not say ${says}: ${text.slice(0, 400)}`);
            }
            const width = await page.evaluate('document.documentElement.scrollWidth');
            if (wide && width !== wide) found.push(`${name} scrolls sideways: ${width}`);
            if (scripted) for (const each of await stumbles(page)) found.push(`${name}: ${each}`);
          };
          await enter(server, page);
          await see(PORTAL, 'Nobody takes the course through you yet.');
          await see(`${PORTAL}/roster`, 'Nobody yet');
          const learner = await enroll(server, key, 'ana@example.org', LONG);
          await enroll(server, key, 'ben@example.org', '=HYPERLINK("http://evil.example")');
          await see(PORTAL, /2 people take the course through you/);
          await see(`${PORTAL}/roster`, 'ana@example.org');
          // By keyboard: an address that stands in no address of a page.
          await page.locator('input[name=email]').focus();
          await page.keyboard.type('ana@example.org');
          await pressed(page, /\/find$/);
          await looks('find', 'On your roster');
          if (page.url().includes('ana')) found.push(`the address stands in ${page.url()}`);
          await page.goto(`${server.url}${PORTAL}/roster`);
          const [file] = await Promise.all([
            page.waitForEvent('download'),
            page.getByRole('button', { name: 'Download CSV' }).click(),
          ]);
          const text = await readFile(await file.path(), 'utf8');
          const ref = /^"([0-9a-f]{20})","[^"]*","ana@/m.exec(text)?.[1] ?? 'nobody';
          if (!text.includes(`"'=HYPERLINK(`)) found.push('a formula was not made text');
          // The learner ends it, as easily as it began.
          await see(learner, 'Who sees that you take the course');
          await leads(page, () =>
            page.getByRole('button', { name: /^Show .* nothing more$/ }).click(),
          );
          await looks('the learner’s page', 'They see nothing more of you');
          await see(PORTAL, '1 line of your file is to be deleted');
          await see(`${PORTAL}#gone`, ref);
          await see(`${PORTAL}/roster`, /^(?!.*ana@example)/);
          await see(`${PORTAL}/log`, 'Downloaded the roster: 2 lines');
          await see(`${PORTAL}/data`, 'What is yours to do with a file');
        };
        expect(await watched(browser, server.url, look, body, /^$/)).toEqual([]);
        expect(found).toEqual([]);
      } finally {
        await server.close();
      }
    },
  );
});
