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

const scenario: Scenario = (stage) => {
  it('all three snippets, on one fresh page, each take a signup for the provider', async () => {
    const [one, two, three] = [newAddress(), newAddress(), newAddress()];
    const context = { viewport: { width: 900, height: 900 } };
    await stage().open('18_pasted', { context }, async (page) => {
      const form = await formOf(page);
      const frame = page.frameLocator('main > div > iframe');
      await frame.getByText('will see your name').waitFor();
      await expectNothingToStumbleOver(page);
      await picture(page, '18-pasted');
      await send(form, one);
      await sent(form);
      await frame.getByLabel('Email address').fill(two);
      await frame.getByRole('button').click();
      await frame.getByRole('heading', { name: 'Now look in your inbox' }).waitFor();
      // The optional line of the plain form, filled in.
      await page.evaluate(`(() => {
        const form = document.querySelector('#three form');
        const [line] = [...form.childNodes].filter((node) => node.nodeType === Node.COMMENT_NODE)
          .flatMap(({ data }) => /<input.*name="page".*>/.exec(data) ?? []);
        form.insertAdjacentHTML('beforeend', line.replace('/courses', '/18_pasted/'));
      })()`);
      await page.locator('#three').getByLabel('Email address').fill(three);
      await page.locator('#three').getByRole('button').click();
      await page.waitForURL('**/signup/check-inbox**');
    });
    for (const email of [one, two, three]) {
      expect(await stage().signups(email)).toMatchObject([
        { provider: stage().provider.slug, page: `${stage().site}/18_pasted/` },
      ]);
    }
  });
};
export default scenario;
