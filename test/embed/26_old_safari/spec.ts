import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import {
  expectNothingToStumbleOver,
  formOf,
  newAddress,
  picture,
  type Scenario,
  send,
  sent,
} from '../support/scenario.ts';

/** What Safari before 16.4 does not have, and with `all` what Safari 15 lacks besides. */
const without = (all: boolean) => `
  window.CSSStyleSheet = function () { throw new TypeError('Illegal constructor'); };
  delete ShadowRoot.prototype.adoptedStyleSheets;
  delete Document.prototype.adoptedStyleSheets;
  if (${all}) { delete AbortSignal.timeout; delete URL.parse; }`;

/** Takes colors out of the stylesheet that such a browser cannot mix. */
async function inOldColors(page: Page): Promise<void> {
  await page.route('**/embed.js', async (route) => {
    const response = await route.fetch();
    const body = (await response.text())
      .replaceAll('color-mix(', 'no-color-mix(')
      .replaceAll('lab(from', 'no-lab(from');
    await route.fulfill({ response, body });
  });
}

const scenario: Scenario = (stage) => {
  const strict = (style = '') =>
    `default-src 'none'; script-src ${stage().course} 'nonce-abc'; connect-src ${stage().course}; ${style}`;
  const of = (selector: string, what: string) =>
    `getComputedStyle(document.querySelector('in-the-room-signup').shadowRoot
      .querySelector('${selector}')).${what}`;

  it.each([
    ['Safari 16.3', false, () => ({ policy: '', nonce: '' })],
    ['Safari 15', true, () => ({ policy: '', nonce: '' })],
    [
      'Safari 16.3 under a policy of nonces',
      false,
      () => ({ policy: strict(`style-src 'nonce-abc'`), nonce: 'abc' }),
    ],
  ])('shows the form as it should look in %s, and takes a signup', async (name, all, said) => {
    const email = newAddress();
    const query = String(new URLSearchParams(said()));
    const prepare = async (page: Page) => {
      await page.addInitScript(without(all));
      await inOldColors(page);
    };
    await stage().open('26_old_safari', { query, prepare }, async (page) => {
      const form = await formOf(page);
      expect(await page.evaluate(of('form', 'display'))).toBe('grid');
      // What cannot be mixed is drawn in the page's own ink: nothing is without an edge or a label.
      expect(await page.evaluate(of('.field input', 'borderTopWidth'))).toBe('1px');
      expect(await page.evaluate(of('button', 'backgroundColor'))).toBe('rgba(0, 0, 0, 0)');
      expect(await page.evaluate(of('button', 'borderTopWidth'))).toBe('1px');
      // Under a policy, what axe itself puts into the page would be refused.
      if (said().policy === '') await expectNothingToStumbleOver(page);
      await picture(page, `26-${name.replaceAll(' ', '-')}`);
      await send(form, email);
      await sent(form);
    });
    expect(await stage().signups(email)).toHaveLength(1);
  });

  it('under a policy that takes no style of others it is plain, whole, and takes a signup', async () => {
    const email = newAddress();
    const query = String(new URLSearchParams({ policy: strict(), nonce: '' }));
    const prepare = (page: Page) => page.addInitScript(without(true));
    const expected = /Content Security Policy/;
    await stage().open('26_old_safari', { query, prepare, expected }, async (page) => {
      const form = await formOf(page);
      expect(await page.evaluate(of('form', 'display'))).toBe('block');
      await picture(page, '26-without-style');
      for (const hidden of ['Leave this field empty', 'words words']) {
        expect(await form.getByText(hidden).filter({ visible: true }).count(), hidden).toBe(0);
      }
      await send(form, email);
      await sent(form);
    });
    expect(await stage().signups(email)).toHaveLength(1);
  });
};
export default scenario;
