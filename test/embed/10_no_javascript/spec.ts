import { expect, it } from 'vitest';
import { newAddress, picture, type Scenario } from '../support/scenario.ts';

const scenario: Scenario = (stage) => {
  const context = { javaScriptEnabled: false };

  it('the tag’s link leads to our page, which takes the signup for the provider', async () => {
    const email = newAddress();
    await stage().open('10_no_javascript', { context }, async (page) => {
      await picture(page, '10-no-javascript');
      await page.getByRole('link', { name: 'Sign up for In the Room' }).click();
      await page.getByText('Offered through Harbor Institute').waitFor();
      await page.getByLabel('Email address').fill(email);
      await page.getByRole('button', { name: 'Send me the link' }).click();
      await page.waitForURL('**/signup/check-inbox**');
    });
    expect(await stage().signups(email)).toEqual([
      { provider: stage().provider.slug, page: '/', zone: null },
    ]);
  });

  it('the plain form is sent straight to the course, and credited with its site', async () => {
    const email = newAddress();
    await stage().open('10_no_javascript', { context }, async (page) => {
      await page.getByLabel('Email address').fill(email);
      await page.getByRole('button', { name: 'Send me the link' }).click();
      await page.waitForURL(`${stage().course}/signup/check-inbox**`);
    });
    expect(await stage().signups(email)).toEqual([
      { provider: stage().provider.slug, page: `${stage().site}/`, zone: null },
    ]);
  });

  it('the plain form from a page that nobody named is sent once more from ours, nothing lost', async () => {
    const email = newAddress();
    const visit = { context, under: stage().elsewhere, expected: /status of 403/ };
    await stage().open('10_no_javascript', visit, async (page) => {
      await page.getByLabel('Email address').fill(email);
      await page.getByRole('button', { name: 'Send me the link' }).click();
      await page.getByText('a page that Harbor Institute has not named').waitFor();
      expect(await page.getByLabel('Email address').inputValue()).toBe(email);
      await page.getByRole('button', { name: 'Send me the link' }).click();
      await page.waitForURL('**/signup/check-inbox**');
    });
    expect(await stage().signups(email)).toMatchObject([{ provider: stage().provider.slug }]);
  });
};
export default scenario;
