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
  // Squarespace's code block, Webflow's code embed (university.webflow.com, "Custom code"); Webflow's preview
  // stands on another host. Pages that are changed without a load are 07_single_page_app.
  it('takes a signup in the code block of a site builder whose plan runs scripts', async () => {
    const email = newAddress();
    await stage().open('36_code_block', {}, async (page) => {
      const form = await formOf(page);
      await expectNothingToStumbleOver(page);
      await picture(page, '36-code-block');
      await send(form, email);
      await sent(form);
      await picture(page, '36-code-block-sent');
    });
    expect(await stage().signups(email)).toMatchObject([
      { provider: stage().provider.slug, page: `${stage().site}/36_code_block/` },
    ]);
  });

  it('shows a link in the builder’s own preview, which stands on another host', async () => {
    const email = newAddress();
    const visit = {
      under: stage().elsewhere,
      expected: /CORS policy|In the Room: no form|net::ERR_FAILED|403/,
    };
    await stage().open('36_code_block', visit, async (page) => {
      await byLink(page, page.locator('.code-block'), email);
    });
    expect(await stage().signups(email)).toMatchObject([{ provider: stage().provider.slug }]);
  });
};
export default scenario;
