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

/** How a part of the first form is drawn. */
const drawn = (selector: string, property: string) =>
  `getComputedStyle(document.querySelector('in-the-room-signup').shadowRoot
    .querySelector('${selector}')).${property}`;

const scenario: Scenario = (stage) => {
  it('takes over the letters of its headings, its accent and its corners; fields are as white as the page', async () => {
    await stage().open('30_house_style', {}, async (page) => {
      await formOf(page);
      const look = async (selector: string, property: string) =>
        page.evaluate(drawn(selector, property));
      expect(await look('h2', 'fontFamily')).toBe('"Liberation Serif", serif');
      expect(await look('label', 'fontFamily')).toBe('"Liberation Sans", sans-serif');
      expect(await look('button', 'backgroundColor')).toBe('rgb(11, 107, 87)');
      expect(await look('button', 'borderTopLeftRadius')).toBe('2px');
      expect(await look('input', 'borderTopLeftRadius')).toBe('2px');
      expect(await look('input', 'backgroundColor')).toBe('rgba(0, 0, 0, 0)');
      await expectNothingToStumbleOver(page);
      await picture(page, '30-house-style');
    });
  });

  it('says on a button that opens the form what it opens, and in the form whose it is', async () => {
    await stage().open('30_house_style', {}, async (page) => {
      const second = page.locator('in-the-room-signup').nth(1);
      await second.getByRole('button', { name: 'Sign up for the course' }).click();
      await second.getByText('Offered through Harbor Institute.').waitFor();
      await second.getByRole('button', { name: 'Send me the link' }).waitFor();
      const text = String(
        await page.evaluate(`document.querySelectorAll('in-the-room-signup')[1].shadowRoot
          .querySelector('form').textContent`),
      );
      expect(text.indexOf('will see your name')).toBeLessThan(text.indexOf('Send me the link'));
    });
  });

  it('says what is wrong in one red, above the field or the button', async () => {
    await stage().open('30_house_style', { expected: /status of 422/ }, async (page) => {
      const form = await formOf(page);
      await send(form, 'ana@');
      await form.getByText('does not look like').waitFor();
      const red = await page.evaluate(drawn('.wrong', 'color'));
      expect(await page.evaluate(drawn('input[aria-invalid]', 'borderTopColor'))).toBe(red);
      expect(red).not.toBe(await page.evaluate(drawn('label', 'color')));
      await expectNothingToStumbleOver(page);
      await picture(page, '30-house-style-slip');
    });
  });

  it('leads to a page of the provider’s own once it is sent', async () => {
    const email = newAddress();
    await stage().open('30_house_style', { query: 'to=../01_plain/?thanks' }, async (page) => {
      await send(await formOf(page), email);
      await page.waitForURL(`${stage().site}/01_plain/?thanks`);
    });
    expect(await stage().signups(email)).toHaveLength(1);
  });

  it.each(['https://evil.example/thanks', 'javascript:document.body.replaceChildren()'])(
    'leads nowhere else: %s',
    async (to) => {
      const query = `to=${encodeURIComponent(to)}`;
      await stage().open('30_house_style', { query }, async (page) => {
        const form = await formOf(page);
        await send(form, newAddress());
        await sent(form);
        expect(new URL(page.url()).pathname).toBe('/30_house_style/');
      });
    },
  );
};
export default scenario;
