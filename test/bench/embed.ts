import { createServer } from 'node:http';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { freePort } from '../../src/cli/local.ts';
import { signups } from '../../src/db/schema.ts';
import { launchBrowser, watchShifts } from '../support/browser.ts';
import { type Findings, median, type Options } from './figure.ts';
import { migrate, plantHarbor, type Served, serveBuild } from './serve.ts';

/** KB of 1000 bytes. */
const MOST = 5;
/** Milliseconds of the main thread. */
const MOUNT = 20;
const RUNS = 9;

const KEY = 'pk_bench';

/** The form on somebody else's page, from the production build, in a real browser. */
export async function benchEmbed(options: Options): Promise<Findings> {
  const port = await freePort();
  const vars = { BASE_URL: `http://localhost:${port}` };
  const folder = join(options.folder, 'embed');
  const served = await serveBuild(await options.build(), folder, vars, true, port);
  const course = `http://localhost:${port}`;
  const sitePort = await freePort();
  const site = `http://localhost:${sitePort}`;
  const host = createServer((request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(request.url === '/favicon.ico' ? '' : hostPage(course));
  });
  await new Promise<void>((done) => host.listen(sitePort, () => done()));
  const browser = await launchBrowser();
  try {
    await migrate(served);
    await plantHarbor(served.db, KEY, site);
    const script = await (await fetch(`${course}/embed.js`)).text();
    const weight = gzipSync(script, { level: 9 }).length / 1000;
    const { toShow, toSubmit } = await countRequests(browser, site, course, served);
    const shift = await measureShift(browser, site);
    const millis: number[] = [];
    for (let run = 0; run < RUNS; run++) millis.push(await timeMount(browser, site));
    return {
      details: ['', `Main thread to mount: ${millis.map((ms) => ms.toFixed(1)).join(', ')} ms`],
      figures: [
        {
          figure: 'embed.js, gzip',
          measured: `${weight.toFixed(2)} KB (${(script.length / 1000).toFixed(1)} KB before)`,
          target: `at most ${MOST} KB`,
          met: weight <= MOST,
        },
        {
          figure: '  requests to show the form, and to send it',
          measured: `${toShow} and ${toSubmit}`,
          target: '2 and 1',
          met: toShow === 2 && toSubmit === 1,
        },
        {
          figure: `  main thread to mount it, median of ${RUNS}`,
          measured: `${median(millis).toFixed(1)} ms`,
          target: `under ${MOUNT} ms`,
          met: median(millis) < MOUNT,
        },
        {
          figure: '  layout shift after the first paint, its room reserved',
          measured: shift.toFixed(4),
          target: '0',
          met: shift === 0,
        },
      ],
    };
  } finally {
    await browser.close();
    host.close();
    await served.close();
  }
}

/** A page as the README asks for it: the element in its place, with its room reserved. */
function hostPage(course: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Host</title>
<style>body { max-width: 40rem; margin: 2rem auto; font: 17px/1.6 serif }
in-the-room-signup { display: block; min-height: 31rem }</style>
<h1>Courses</h1><p>Before it.</p>
<in-the-room-signup provider="${KEY}"></in-the-room-signup>
<p>After it.</p><script async src="${course}/embed.js"></script>`;
}

async function shown(page: Page): Promise<void> {
  await page.locator('in-the-room-signup').getByText('will see your name').waitFor();
}

async function countRequests(
  browser: Browser,
  site: string,
  course: string,
  served: Served,
): Promise<{ toShow: number; toSubmit: number }> {
  const page = await browser.newPage();
  let asked = 0;
  page.on('request', (request) => {
    if (request.url().startsWith(course)) asked += 1;
  });
  await page.goto(site);
  await shown(page);
  const toShow = asked;
  await page.getByLabel('Email address').fill('bench@example.org');
  await page.getByRole('button').click();
  await page.getByText('Now look in your inbox.').waitFor();
  await page.close();
  if ((await served.db.orm.$count(signups)) !== 1)
    throw new Error('the signup through the widget was not stored');
  return { toShow, toSubmit: asked - toShow };
}

/** What the browser says has shifted until the form is whole. */
async function measureShift(browser: Browser, site: string): Promise<number> {
  const page = await browser.newPage();
  const shifts = await watchShifts(page);
  await page.goto(site);
  await shown(page);
  const shift = await shifts();
  await page.close();
  return shift;
}

/** Script, style and layout, as Chromium counts them, of one more form on a page that has the script. */
async function timeMount(browser: Browser, site: string): Promise<number> {
  const page = await browser.newPage();
  await page.goto(site);
  await shown(page);
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const before = await spent(session);
  await page.evaluate(`(async () => {
    const form = document.createElement('in-the-room-signup');
    form.setAttribute('provider', '${KEY}');
    document.body.append(form);
    for (let waited = 0; waited < 500 && !form.shadowRoot.textContent.includes('will see'); waited++)
      await new Promise((done) => setTimeout(done, 5));
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  })()`);
  const after = await spent(session);
  await page.close();
  return (after - before) * 1000;
}

/** Seconds of the main thread so far. */
async function spent(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  const of = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? 0;
  return of('ScriptDuration') + of('LayoutDuration') + of('RecalcStyleDuration');
}
