import { join } from 'node:path';
import lighthouse from 'lighthouse';
import type { Browser } from 'playwright-core';
import { freePort } from '../../src/cli/local.ts';
import { launchBrowser } from '../support/browser.ts';
import { columns, type Findings, median, type Options } from './figure.ts';
import { migrate, serveBuild } from './serve.ts';

/** KB of 1000 bytes. */
const MOST = 150;
const RUNS = 3;

/** What anybody may read. */
const PAGES = ['/', '/about', '/lessons/1', '/providers', '/privacy', '/terms', '/accessibility'];

/** Of a hundred. */
const BEST: Record<string, number> = {
  performance: 98,
  accessibility: 100,
  'best-practices': 100,
  seo: 100,
};

/** The share of the style that a page loads which some element of it uses. */
const USED = 0.6;

/** Screens that a style is used on: a phone and a desk, light and dark; and paper. */
const SCREENS = [
  { width: 360, height: 780 },
  { width: 1280, height: 800 },
];

/** The public pages of the production build in a real browser. */
export async function benchPage(options: Options): Promise<Findings> {
  const port = await freePort();
  const vars = { BASE_URL: `http://127.0.0.1:${port}` };
  const folder = join(options.folder, 'page');
  const served = await serveBuild(await options.build(), folder, vars, true, port);
  const debugPort = await freePort();
  // Lighthouse drives it through a port of its own.
  const browser = await launchBrowser([`--remote-debugging-port=${debugPort}`]);
  try {
    await migrate(served);
    const weight = await weigh(browser, `${served.url}/`);
    const found: Findings[] = [weight];
    for (const path of PAGES) {
      found.push(await measureStyle(browser, served.url, path));
      found.push(await audit(served.url, path, debugPort));
    }
    return {
      figures: found.flatMap(({ figures }) => figures),
      details: found.flatMap(({ details }) => details),
    };
  } finally {
    await browser.close();
    await served.close();
  }
}

/** Sums what comes over the wire for a first visit, headers with it, as the browser counts. */
async function weigh(browser: Browser, url: string): Promise<Findings> {
  const page = await browser.newPage();
  const session = await page.context().newCDPSession(page);
  const addresses = new Map<string, string>();
  const bytes = new Map<string, number>();
  session.on('Network.requestWillBeSent', ({ requestId, request }) => {
    addresses.set(requestId, request.url);
  });
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    bytes.set(requestId, encodedDataLength);
  });
  await session.send('Network.enable');
  await page.goto(url, { waitUntil: 'networkidle' });
  await page.close();

  const { origin } = new URL(url);
  const strangers = [...addresses.values()].filter(
    (address) => !address.startsWith('data:') && new URL(address).origin !== origin,
  );
  const total = [...bytes.values()].reduce((sum, size) => sum + size, 0) / 1000;
  const rows = [...addresses].map(([id, address]) => [
    `  ${address.slice(0, 80)}`,
    `${((bytes.get(id) ?? 0) / 1000).toFixed(1)} KB`,
  ]);
  return {
    details: ['', 'The landing page over the wire:', ...columns(rows)],
    figures: [
      {
        figure: 'the landing page over the wire, fonts with it',
        measured: `${total.toFixed(1)} KB in ${bytes.size} requests`,
        target: `at most ${MOST} KB`,
        met: total <= MOST,
      },
      {
        figure: '  requests to anybody else',
        measured: strangers.length === 0 ? 'none' : strangers.join(' '),
        target: 'none',
        met: strangers.length === 0,
      },
    ],
  };
}

/** How much of the style sheets of a page applies to something in it, as Chromium counts. */
async function measureStyle(browser: Browser, origin: string, path: string): Promise<Findings> {
  const page = await browser.newPage();
  await page.coverage.startCSSCoverage({ resetOnNavigation: false });
  await page.goto(origin + path, { waitUntil: 'networkidle' });
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const screen of SCREENS) {
      await page.setViewportSize(screen);
      await page.emulateMedia({ media: 'screen', colorScheme });
    }
  }
  await page.emulateMedia({ media: 'print' });
  const sheets = await page.coverage.stopCSSCoverage();
  await page.close();
  const loaded = sheets.reduce((sum, { text = '' }) => sum + text.length, 0);
  const used = sheets
    .flatMap(({ ranges }) => ranges)
    .reduce((sum, { start, end }) => sum + end - start, 0);
  const share = loaded === 0 ? 1 : used / loaded;
  return {
    details: [],
    figures: [
      {
        figure: `${path}: style that is used`,
        measured: `${Math.round(share * 100)} % of ${(loaded / 1000).toFixed(1)} KB`,
        target: `at least ${USED * 100} %`,
        met: share >= USED,
      },
    ],
  };
}

async function audit(origin: string, path: string, debugPort: number): Promise<Findings> {
  const categories = Object.keys(BEST);
  const scores = new Map<string, number[]>(categories.map((category) => [category, []]));
  const wanting = new Set<string>();
  for (let run = 0; run < RUNS; run++) {
    const flags = { port: debugPort, logLevel: 'silent' as const, onlyCategories: categories };
    const result = await lighthouse(origin + path, flags);
    if (!result) throw new Error('Lighthouse gave no result');
    const { categories: given, audits } = result.lhr;
    for (const [category, list] of scores) {
      list.push(Math.round((given[category]?.score ?? 0) * 100));
      for (const { id, weight } of given[category]?.auditRefs ?? []) {
        const found = audits[id];
        if (weight > 0 && (found?.score ?? 1) < 0.9) wanting.add(`  ${category}: ${found?.title}`);
      }
    }
  }
  const medians = [...scores].map(([category, list]) => ({ category, list, score: median(list) }));
  return {
    figures: [
      {
        figure: `${path}: Lighthouse, medians of ${RUNS}`,
        measured: medians.map(({ category, score }) => `${category} ${score}`).join(', '),
        target: Object.values(BEST).join(', '),
        met: medians.every(({ category, score }) => score >= (BEST[category] ?? 100)),
      },
    ],
    details: [
      ...medians.map(({ category, list }) => `  ${path} ${category}: ${list.join(', ')}`),
      ...(wanting.size > 0 ? ['', `Lighthouse found wanting on ${path}:`, ...wanting] : []),
    ],
  };
}
