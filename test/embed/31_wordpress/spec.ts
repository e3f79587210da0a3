import { expect, it } from 'vitest';
import {
  byLink,
  expectNothingToStumbleOver,
  formOf,
  newAddress,
  picture,
  type Scenario,
  send,
  sent,
} from '../support/scenario.ts';

const scenario: Scenario = (stage) => {
  it('takes a signup in a “Custom HTML” block of somebody whom WordPress trusts with unfiltered HTML', async () => {
    const email = newAddress();
    await stage().open('31_wordpress', {}, async (page) => {
      const form = await formOf(page);
      await expectNothingToStumbleOver(page);
      await picture(page, '31-wordpress');
      await send(form, email);
      await sent(form);
      await picture(page, '31-wordpress-sent');
    });
    expect(await stage().signups(email)).toMatchObject([
      { provider: stage().provider.slug, page: `${stage().site}/31_wordpress/` },
    ]);
  });

  it('leaves nothing of any of the three to anybody else, but the link', async () => {
    const email = newAddress();
    await stage().open('31_wordpress', {}, async (page) => {
      const left = page.locator('#left');
      expect(await left.locator('script, iframe, form, input, in-the-room-signup').count()).toBe(0);
      await byLink(page, page.locator('#button'), email);
    });
    expect(await stage().signups(email)).toMatchObject([{ provider: stage().provider.slug }]);
  });
};
export default scenario;
