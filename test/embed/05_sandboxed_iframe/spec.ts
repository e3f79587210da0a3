import { expect, it } from 'vitest';
import { newAddress, picture, type Scenario } from '../support/scenario.ts';

const scenario: Scenario = (stage) => {
  it('without an origin of its own, the part shows a link; with one it works, though no form may be sent', async () => {
    const email = newAddress();
    const visit = { expected: /CORS policy|In the Room: no form|net::ERR_FAILED|403/ };
    await stage().open('05_sandboxed_iframe', visit, async (page, seen) => {
      const opaque = page.frameLocator('[name=opaque]');
      const link = opaque.getByRole('link', { name: /Sign up for In the Room/ });
      await link.waitFor();
      expect(await link.getAttribute('href')).toBe(
        `${stage().course}/?provider=${stage().provider.key}`,
      );
      expect(seen.errors.filter((text) => text.startsWith('In the Room: '))).toHaveLength(1);
      const inner = page.frameLocator('[name=noforms]');
      await inner.getByText('will see your name').waitFor();
      await picture(page, '05-sandboxed');
      await inner.getByLabel('Email address').fill(email);
      await inner.getByLabel('Email address').press('Enter');
      await inner.getByText('Now look in your inbox.').waitFor();
    });
    expect(await stage().signups(email)).toHaveLength(1);
  });
};
export default scenario;
