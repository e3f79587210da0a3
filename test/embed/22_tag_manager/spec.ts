import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import {
  expectNothingToStumbleOver,
  formOf,
  lines,
  newAddress,
  type Scenario,
  send,
  sent,
  settled,
} from '../support/scenario.ts';

/** Puts markup into a page as a tag manager does: scripts anew, with nothing left of them but the address. */
const MANAGER = `window.put = (where, html) => {
  const box = document.createElement('div');
  box.innerHTML = html;
  for (const old of box.querySelectorAll('script')) {
    const script = document.createElement('script');
    script.src = old.src;
    script.async = true;
    old.replaceWith(script);
  }
  document.querySelector(where).append(...box.childNodes);
}`;

const scenario: Scenario = (stage) => {
  const visit = { prepare: (page: Page) => page.addInitScript(MANAGER) };
  const put = (page: Page, where: string, html: string) =>
    page.evaluate(`put('${where}', \`${html}\`)`);
  const tag = (query = '') => `<script src="${stage().course}/embed.js${query}"></script>`;
  const link = () => `${stage().course}/?provider=${stage().provider.key}`;

  it.each([
    [
      'the link for readers without scripts',
      () => `${tag()}<noscript><a href="${link()}">Sign up</a></noscript>`,
    ],
    ['the key in the tag’s address', () => tag(`?provider=${stage().provider.key}`)],
    [
      'an element',
      () => `<in-the-room-signup provider="${stage().provider.key}"></in-the-room-signup>${tag()}`,
    ],
  ])('that strips attributes still shows the form, by %s', async (_, snippet) => {
    const email = newAddress();
    await stage().open('22_tag_manager', visit, async (page) => {
      const heard = lines(page);
      await settled(page);
      await put(page, '#place', snippet());
      const form = await formOf(page.locator('#place'));
      await send(form, email);
      await sent(form);
      expect(await page.locator('in-the-room-signup').count()).toBe(1);
      expect(heard.all).toEqual([]);
    });
    expect(await stage().signups(email)).toMatchObject([{ provider: stage().provider.slug }]);
  });

  it('that leaves nothing but the tag leads to the course by a link in its place, and says why once', async () => {
    await stage().open('22_tag_manager', { ...visit, expected: /^In the Room: / }, async (page) => {
      const heard = lines(page);
      await put(page, '#place', tag() + tag());
      const reach = page.locator('#place').getByRole('link', { name: /Sign up for In the Room/ });
      await reach.waitFor();
      await settled(page);
      expect(await reach.getAttribute('href')).toBe(`${stage().course}/`);
      expect(heard.all).toHaveLength(1);
      expect(heard.errors[0]).toContain('the tag has no data-provider');
      await expectNothingToStumbleOver(page);
      // A form that comes after all takes the link's place.
      const element = `<in-the-room-signup provider="${stage().provider.key}"></in-the-room-signup>`;
      await put(page, 'main', element);
      await formOf(page);
      expect(await page.locator('in-the-room-signup').count()).toBe(1);
    });
  });

  it('that puts the bare script into the head loads it for the page’s own elements, and says so', async () => {
    await stage().open('22_tag_manager', visit, async (page) => {
      const heard = lines(page);
      await put(page, 'head', tag());
      await expect.poll(() => heard.all.length).toBe(1);
      expect(heard.errors).toEqual([]);
      expect(heard.all[0]).toContain('no form is asked for here');
      expect(await page.locator('in-the-room-signup').count()).toBe(0);
    });
  });
};
export default scenario;
