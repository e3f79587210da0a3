import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

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

/** Debian's Chromium, headless, silent on the network. */
export function launchBrowser(): Promise<Browser> {
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
    ],
  });
}
