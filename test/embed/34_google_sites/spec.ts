import { expect, it } from 'vitest';
import { byLink, newAddress, picture, type Scenario } from '../support/scenario.ts';

const scenario: Scenario = (stage) => {
  // What is pasted is written into an empty frame within a sandboxed one, on a host for content that
  // nobody trusts (NNN-atari-embeds.googleusercontent.com), which may not lead the page away.
  it('shows a link in the frame within a frame, and it opens the course', async () => {
    const email = newAddress();
    const visit = { expected: /CORS policy|In the Room: no form|net::ERR_FAILED|403/ };
    await stage().open('34_google_sites', visit, async (page) => {
      const inner = page.frameLocator('iframe').frameLocator('iframe');
      await inner.getByRole('link', { name: /Sign up for In the Room/ }).waitFor();
      await picture(page, '34-google-sites');
      await byLink(page, inner.locator('body'), email);
    });
    expect(await stage().signups(email)).toMatchObject([{ provider: stage().provider.slug }]);
  });

  it('takes a signup by the link as a button of the page’s own', async () => {
    const email = newAddress();
    const visit = { expected: /CORS policy|In the Room: no form|net::ERR_FAILED|403/ };
    await stage().open('34_google_sites', visit, async (page) => {
      await byLink(page, page.locator('main > .button'), email);
    });
    expect(await stage().signups(email)).toMatchObject([{ provider: stage().provider.slug }]);
  });
};
export default scenario;
