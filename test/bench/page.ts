import { join } from 'node:path';
import lighthouse from 'lighthouse';
import type { Browser } from 'playwright-core';
import { freePort } from '../../src/cli/local.ts';
import { launchBrowser } from '../support/browser.ts';
import { columns, type Figure, type Findings, median, type Options } from './figure.ts';
import { migrate, serveBuild } from './serve.ts';

/** KB of 1000 bytes. */
const MOST = 150;
const BEST = 95;
const RUNS = 3;

const CATEGORIES = ['performance', 'accessibility', 'best-practices', 'seo'];

/** The landing page of the production build in a real browser. */
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
    const scores = await audit(`${served.url}/`, debugPort);
    return {
      figures: [...weight.figures, ...scores.figures],
      details: [...weight.details, ...scores.details],
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

async function audit(url: string, debugPort: number): Promise<Findings> {
  const scores = new Map<string, number[]>(CATEGORIES.map((category) => [category, []]));
  const wanting = new Set<string>();
  for (let run = 0; run < RUNS; run++) {
    const flags = { port: debugPort, logLevel: 'silent' as const, onlyCategories: CATEGORIES };
    const result = await lighthouse(url, flags);
    if (!result) throw new Error('Lighthouse gave no result');
    const { categories, audits } = result.lhr;
    for (const [category, list] of scores) {
      list.push(Math.round((categories[category]?.score ?? 0) * 100));
      for (const { id, weight } of categories[category]?.auditRefs ?? []) {
        const found = audits[id];
        if (weight > 0 && (found?.score ?? 1) < 0.9) wanting.add(`  ${category}: ${found?.title}`);
      }
    }
  }
  const figures = [...scores].map(([category, list]): Figure => {
    const score = median(list);
    const runs = list.join(', ');
    return {
      figure: `Lighthouse ${category}, median of ${RUNS}`,
      measured: `${score} (${runs})`,
      target: `at least ${BEST}`,
      met: score >= BEST,
    };
  });
  const details = wanting.size > 0 ? ['', 'Lighthouse found wanting:', ...wanting] : [];
  return { figures, details };
}
