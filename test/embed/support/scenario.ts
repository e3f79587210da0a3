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

export async function sent(form: Locator): Promise<void> {
  await form.getByText('Now look in your inbox.').waitFor();
}

export async function expectNothingToStumbleOver(page: Page): Promise<void> {
  expect(await stumbles(page)).toEqual([]);
}

/** Where a picture goes, if this run is to take any: SHOTS names the folder. */
export async function picture(page: Page, name: string): Promise<void> {
  const { SHOTS } = process.env;
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}.png`, fullPage: true });
}
