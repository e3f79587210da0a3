import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import {
  formOf,
  lines,
  newAddress,
  type Scenario,
  send,
  sent,
  settled,
} from '../support/scenario.ts';

const scenario: Scenario = (stage) => {
  const tag = (attributes = '') =>
    `<script ${attributes} data-provider="${stage().provider.key}"></script>`;
  const noscript = () =>
    `<noscript><a href="${stage().course}/?provider=${stage().provider.key}">Sign up</a></noscript>`;
  const bundle = '<script src="bundle.js"></script>';
  const src = () => `src="${stage().course}/embed.js"`;

  const kept: [name: string, place: () => string, footer: () => string][] = [
    ['takes the script into a file of its own', noscript, () => bundle],
    ['does that with the file in the place of the tag', () => tag('src="bundle.js"'), () => ''],
    [
      'does that where the page has an element',
      () => `<in-the-room-signup provider="${stage().provider.key}"></in-the-room-signup>`,
      () => bundle,
    ],
    ['moves the tag to the end of the page', noscript, () => tag(src())],
    [
      'holds the tag back until somebody moves',
      () => tag(`type="text/held-back" data-src="${stage().course}/embed.js"`) + noscript(),
      () => `<script ${src()}></script>`,
    ],
    [
      'loads it under another type first',
      () => tag(`type="text/held-back" ${src()}`),
      () => `<script ${src()}></script>`,
    ],
  ];

  it.each(kept)('that %s leaves the form in its place, once', async (_, place, footer) => {
    const email = newAddress();
    const query = String(new URLSearchParams({ place: place(), footer: footer() }));
    await stage().open('25_cache_plugin', { query }, async (page) => {
      const heard = lines(page);
      const form = await formOf(page.locator('#place'));
      await settled(page);
      await send(form, email);
      await sent(form);
      expect(await page.locator('in-the-room-signup').count()).toBe(1);
      expect(heard.all).toEqual([]);
    });
    expect(await stage().signups(email)).toMatchObject([{ provider: stage().provider.slug }]);
  });

  it.each([
    ['its attributes', () => `data-provider="${stage().provider.key}"`, noscript],
    ['its attributes alone', () => `data-provider="${stage().provider.key}"`, () => ''],
    ['the link beside it', () => '', noscript],
  ])(
    'that writes the script into the page leaves the form in its place, by %s',
    async (_, attributes, place) => {
      const query = new URLSearchParams({ attributes: attributes(), place: place() });
      await stage().open('25_cache_plugin', {}, async (page) => {
        const heard = lines(page);
        await page.goto(`${stage().site}/25_cache_plugin/inlined.html?${query}`);
        const form = await formOf(page.locator('#place'));
        await settled(page);
        const email = newAddress();
        await send(form, email);
        await sent(form);
        expect(await page.locator('in-the-room-signup').count()).toBe(1);
        expect(heard.errors).toEqual([]);
        expect(await stage().signups(email)).toHaveLength(1);
      });
    },
  );

  it('that leaves neither tag nor link asks nobody, adds nothing, and says so once', async () => {
    const query = String(new URLSearchParams({ footer: bundle }));
    let heard = { all: [] as string[] };
    const prepare = async (page: Page) => {
      heard = lines(page);
    };
    await stage().open('25_cache_plugin', { query, prepare }, async (page, seen) => {
      await settled(page);
      expect(heard.all).toHaveLength(1);
      expect(await page.locator('in-the-room-signup').count()).toBe(0);
      expect(seen.requests).toEqual([]);
      expect(await page.evaluate('window.last')).toBe(true);
    });
  });
};
export default scenario;
