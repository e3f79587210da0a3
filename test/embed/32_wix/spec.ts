import { expect, it } from 'vitest';
import { byLink, newAddress, picture, type Scenario } from '../support/scenario.ts';

const scenario: Scenario = (stage) => {
  // Pasted HTML runs in a frame on another host with this sandbox (dev.wix.com, Velo, HtmlComponent).
  it('shows a link in the frame on another host into which pasted code is put, and it opens the course', async () => {
    const email = newAddress();
    const visit = { expected: /CORS policy|In the Room: no form|net::ERR_FAILED|403/ };
    await stage().open('32_wix', visit, async (page) => {
      const frame = page.frameLocator('iframe');
      await frame.getByRole('link', { name: /Sign up for In the Room/ }).waitFor();
      await picture(page, '32-wix');
      await byLink(page, frame.locator('body'), email);
    });
    expect(await stage().signups(email)).toMatchObject([{ provider: stage().provider.slug }]);
  });

  it('takes a signup by the link as a button of the page’s own', async () => {
    const email = newAddress();
    const visit = { expected: /CORS policy|In the Room: no form|net::ERR_FAILED|403/ };
    await stage().open('32_wix', visit, async (page) => {
      await byLink(page, page.locator('main > .button'), email);
    });
    expect(await stage().signups(email)).toMatchObject([{ provider: stage().provider.slug }]);
  });
};
export default scenario;
