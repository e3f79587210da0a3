import { expect, it } from 'vitest';
import {
  byLink,
  formOf,
  newAddress,
  picture,
  type Scenario,
  send,
  sent,
} from '../support/scenario.ts';

const scenario: Scenario = (stage) => {
  // A Page is shown as it was written (mod/page/view.php, noclean); other texts go through HTML Purifier.
  it('takes a signup on a “Page”, which is shown as its teacher wrote it', async () => {
    const email = newAddress();
    await stage().open('35_moodle', {}, async (page) => {
      const form = await formOf(page.locator('#page'));
      await picture(page, '35-moodle');
      await send(form, email);
      await sent(form);
      await picture(page, '35-moodle-sent');
    });
    expect(await stage().signups(email)).toMatchObject([
      { provider: stage().provider.slug, page: `${stage().site}/35_moodle/` },
    ]);
  });

  it('leaves the link, and nothing else, in a text that it cleans', async () => {
    const email = newAddress();
    await stage().open('35_moodle', {}, async (page) => {
      const cleaned = page.locator('#cleaned');
      expect(await cleaned.locator('script, iframe, form, input').count()).toBe(0);
      await byLink(page, page.locator('#link'), email);
    });
    expect(await stage().signups(email)).toMatchObject([{ provider: stage().provider.slug }]);
  });
};
export default scenario;
