import { expect, it } from 'vitest';
import { formOf, newAddress, picture, type Scenario, send, sent } from '../support/scenario.ts';

const scenario: Scenario = (stage) => {
  it('two directives are enough, also where no markup may be parsed and no referrer is sent', async () => {
    const email = newAddress();
    await stage().open('04_strict_csp', {}, async (page) => {
      const form = await formOf(page);
      await picture(page, '04-strict-csp');
      const button = await page.evaluate(`getComputedStyle(document
        .querySelector('in-the-room-signup').shadowRoot.querySelector('button')).backgroundColor`);
      expect(button).toBe('rgb(47, 111, 94)');
      await send(form, email);
      await sent(form);
    });
    expect(await stage().signups(email)).toMatchObject([
      { page: `${stage().site}/04_strict_csp/` },
    ]);
  });
};
export default scenario;
