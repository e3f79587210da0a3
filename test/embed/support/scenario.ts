import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { stumbles } from '../../support/browser.ts';
import type { Stage } from './stage.ts';

/** Registers a scenario's tests. The stage is set when they run. */
export type Scenario = (stage: () => Stage) => void;

let people = 0;

/** An address that no other test uses. */
export function newAddress(): string {
  people += 1;
  return `reader-${people}@example.org`;
}

/** The form of a widget, ready to be filled in: its words have come. */
export async function formOf(scope: Page | Locator): Promise<Locator> {
  const form = scope.locator('in-the-room-signup').first();
  await form.getByText('will see your name').waitFor();
  return form;
}

/** Fills a form in and sends it. */
export async function send(form: Locator, email: string): Promise<void> {
  await form.getByLabel('Email address').fill(email);
  await form.getByRole('button').click();
}

/** Follows the link to the course that stands somewhere, in whichever tab it opens, and signs up there. */
export async function byLink(page: Page, where: Locator, email: string): Promise<void> {
  const link = where.getByRole('link', { name: /Sign up for In the Room/ });
  await link.waitFor();
  const name = new URL(page.url()).pathname.replaceAll('/', '');
  const ownTab = (await link.getAttribute('target')) === '_blank';
  const [opened] = await Promise.all([
    ownTab ? page.context().waitForEvent('page') : Promise.resolve(page),
    link.click(),
  ]);
  await opened.getByText('Offered through Harbor Institute').first().waitFor();
  await opened.getByLabel('Email address').fill(email);
  await picture(opened, `${name}-by-link`);
  await opened.getByRole('button', { name: /send me/i }).click();
  await opened.waitForURL('**/signup/check-inbox**');
  await picture(opened, `${name}-by-link-sent`);
}

export async function sent(form: Locator): Promise<void> {
  await form.getByText('Now look in your inbox.').waitFor();
}

/** What the script told whoever looks after the page: errors, or all that it said. */
export function lines(page: Page): { errors: string[]; all: string[] } {
  const heard: { errors: string[]; all: string[] } = { errors: [], all: [] };
  page.on('console', (message) => {
    if (!message.text().startsWith('In the Room: ')) return;
    heard.all.push(message.text());
    if (message.type() === 'error') heard.errors.push(message.text());
  });
  return heard;
}

/** Once the page has loaded and the script has made up its mind. */
export async function settled(page: Page): Promise<void> {
  await page.waitForLoadState('load');
  const frames = 'requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done)))';
  await page.evaluate(`new Promise((done) => ${frames})`);
}

export async function expectNothingToStumbleOver(page: Page): Promise<void> {
  expect(await stumbles(page)).toEqual([]);
}

/** Where a picture goes, if this run is to take any: SHOTS names the folder. */
export async function picture(page: Page, name: string): Promise<void> {
  const { SHOTS } = process.env;
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}.png`, fullPage: true });
}
