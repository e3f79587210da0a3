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
  it.each([
    [
      'an element',
      () => `<in-the-room-signup provider="${stage().provider.key}"></in-the-room-signup>`,
    ],
    [
      'a tag of type module',
      () =>
        `<script type="module" src="${stage().course}/embed.js" data-provider="${stage().provider.key}"></script>`,
    ],
    [
      'a tag with crossorigin',
      () =>
        `<script async crossorigin src="${stage().course}/embed.js" data-provider="${stage().provider.key}"></script>`,
    ],
  ])('shows the form for %s', async (_, element) => {
    const email = newAddress();
    const query = `element=${encodeURIComponent(element())}`;
    await stage().open('24_module', { query }, async (page) => {
      const heard = lines(page);
      const form = await formOf(page);
      await settled(page);
      await send(form, email);
      await sent(form);
      expect(await page.locator('in-the-room-signup').count()).toBe(1);
      expect(heard.all).toEqual([]);
    });
    expect(await stage().signups(email)).toMatchObject([{ provider: stage().provider.slug }]);
  });

  it('without any says once that nothing says where, and adds nothing to the page', async () => {
    let heard = { all: [] as string[] };
    const prepare = async (page: Page) => {
      heard = lines(page);
    };
    await stage().open('24_module', { prepare }, async (page) => {
      await settled(page);
      expect(heard.all).toEqual([expect.stringContaining('no form is asked for here')]);
      expect(await page.locator('in-the-room-signup').count()).toBe(0);
    });
  });
};
export default scenario;
