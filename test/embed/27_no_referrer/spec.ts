import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import {
  expectNothingToStumbleOver,
  newAddress,
  picture,
  type Scenario,
} from '../support/scenario.ts';

const scenario: Scenario = (stage) => {
  /** Fills in the plain form, its optional line for a way back with it, and presses its button. */
  async function press(page: Page, email: string, back: string): Promise<void> {
    await page.evaluate(`(() => {
      const input = document.createElement('input');
      Object.assign(input, { type: 'hidden', name: 'redirect', value: '${back}' });
      document.querySelector('#plain form').append(input);
    })()`);
    await page.getByLabel('Email address').fill(email);
    await page.getByLabel('First name').fill('Ana');
    await page.getByRole('button', { name: 'Send me the link' }).click();
  }

  it.each([
    'no-referrer-when-downgrade',
    'origin',
    'origin-when-cross-origin',
    'strict-origin',
    'strict-origin-when-cross-origin',
    'unsafe-url',
  ])('the plain form is taken at once under %s, and leads back', async (policy) => {
    const email = newAddress();
    const back = `${stage().site}/01_plain/?thanks`;
    await stage().open('27_no_referrer', { query: `policy=${policy}` }, async (page) => {
      await press(page, email, back);
      await page.waitForURL(back);
    });
    expect(await stage().signups(email)).toMatchObject([{ provider: stage().provider.slug }]);
  });

  it.each(['no-referrer', 'same-origin'])(
    'the plain form is shown once more on ours under %s, with everything kept, and leads back',
    async (policy) => {
      const email = newAddress();
      const back = `${stage().site}/01_plain/?thanks`;
      const visit = { query: `policy=${policy}`, expected: /status of 403/ };
      await stage().open('27_no_referrer', visit, async (page) => {
        await press(page, email, back);
        await page.getByText('did not say which page this form is on').waitFor();
        await page.getByText('Offered through Harbor Institute').waitFor();
        expect(await stage().signups(email)).toEqual([]);
        expect(await page.getByLabel('Email address').inputValue()).toBe(email);
        expect(await page.getByLabel('First name').inputValue()).toBe('Ana');
        await expectNothingToStumbleOver(page);
        await picture(page, `27-${policy}`);
        await page.getByRole('button', { name: 'Send me the link' }).click();
        await page.waitForURL(back);
      });
      expect(await stage().signups(email)).toMatchObject([{ provider: stage().provider.slug }]);
    },
  );
};
export default scenario;
