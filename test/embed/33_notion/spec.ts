import { expect, it } from 'vitest';
import { byLink, newAddress, picture, type Scenario } from '../support/scenario.ts';

const scenario: Scenario = (stage) => {
  // It runs no script of a writer's (its own help knows none); an embed block frames a page by its address,
  // on a host that no provider names.
  it('takes a signup by the link; in an embed block the form stays shut, because the host is none of the provider’s', async () => {
    const email = newAddress();
    const visit = {
      under: stage().elsewhere,
      expected: /frame-ancestors|Framing|chrome-error/,
    };
    await stage().open('33_notion', visit, async (page, seen) => {
      await expect.poll(() => seen.errors.join()).toMatch(/frame-ancestors/);
      expect(await page.frameLocator('.embed').getByLabel('Email address').count()).toBe(0);
      await picture(page, '33-notion');
      await byLink(page, page.locator('.bookmark'), email);
    });
    expect(await stage().signups(email)).toMatchObject([{ provider: stage().provider.slug }]);
  });
};
export default scenario;
