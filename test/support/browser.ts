import { existsSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const CANDIDATES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const executablePath = CANDIDATES.find((path) => existsSync(path));

/**
 * False, with a loud line, only where no Chromium is found and this is not CI: there its absence must
 * fail the run.
 */
export function hasBrowser(): boolean {
  if (executablePath || process.env.CI) return true;
  process.stderr.write(
    '\n*** BROWSER TESTS SKIPPED: no Chromium found (apt-get install chromium) ***\n\n',
  );
  return false;
}

/**
 * What Chromium leaves out. This takes the place of Playwright's own list, so it holds what that one
 * does against requests to others, upgrades to https and held-back paints.
 */
const LEFT_OUT = [
  // Two pages of the browser's own in each new tab, at half a second of both cores.
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
  'WebUIOmniboxFullPopup',
  'AimEnabled',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsFirstBalancedModeAutoEnable',
  'HttpsUpgrades',
  'LensOverlay',
  'MediaRouter',
  'NetworkTimeServiceQuerying',
  'OptimizationHints',
  'PaintHolding',
  'PreconnectToSearch',
  'ThirdPartyStoragePartitioning',
];

/**
 * Debian's Chromium, headless, silent on the network.
 *
 * @param more further arguments
 */
export function launchBrowser(more: string[] = []): Promise<Browser> {
  if (!executablePath) throw new Error(`no Chromium at ${CANDIDATES.join(', ')}`);
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      `--disable-features=${LEFT_OUT.join(',')}`,
      ...more,
    ],
  });
}

/**
 * Has a page add up the browser's own layout-shift scores, from before its first paint on.
 *
 * @returns tells the sum so far, once all that has changed is painted
 */
export async function watchShifts(page: Page): Promise<() => Promise<number>> {
  await page.addInitScript(`(() => {
    let sum = 0;
    const add = (entries) => { for (const { value } of entries) sum += value; };
    const observer = new PerformanceObserver((list) => add(list.getEntries()));
    observer.observe({ type: 'layout-shift', buffered: true });
    const painted = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    window.shifts = async () => {
      await painted();
      await painted();
      add(observer.takeRecords());
      return sum;
    };
  })()`);
  return async () => Number(await page.evaluate('window.shifts()'));
}

/**
 * What axe finds wrong in a page, widgets and frames with it: the rule, the first such element, and why.
 *
 * @param leftOut selector of what is not looked at
 */
export async function stumbles(page: Page, leftOut?: string): Promise<string[]> {
  // A color on its way to another is nobody's.
  await page.evaluate(`for (const each of document.getAnimations()) {
    try { each.finish(); } catch {}
  }`);
  const axe = new AxeBuilder({ page });
  if (leftOut) axe.exclude(leftOut);
  // Findings of several frames are put together in a tab of their own; those of one need no other.
  axe.setLegacyMode(page.frames().length === 1);
  // Of forced colors axe sees the ground as it is shown, but the text in the color that the page asked
  // for, which nobody sees (github.com/dequelabs/axe-core/issues/3978). The reader chose both.
  const forced = await page.evaluate(`matchMedia('(forced-colors: active)').matches`);
  if (forced) axe.disableRules('color-contrast');
  const { violations } = await axe.analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`);
}

/**
 * Opens a page, and says what it did that no page of ours may: errors on its console, and requests to
 * others than its own server.
 *
 * @param expected errors that the test is about, or that the browser reports by itself
 */
export async function watched(
  browser: Browser,
  url: string,
  options: BrowserContextOptions,
  body: (page: Page) => Promise<void>,
  expected: RegExp,
): Promise<string[]> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const wrong: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' && !expected.test(message.text())) wrong.push(message.text());
  });
  page.on('request', (request) => {
    const { protocol, host } = new URL(request.url());
    if (protocol.startsWith('http') && host !== new URL(url).host) wrong.push(request.url());
  });
  try {
    await body(page);
    return wrong;
  } finally {
    await context.close();
  }
}
