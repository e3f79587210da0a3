import { expect, it } from 'vitest';
import {
  expectNothingToStumbleOver,
  formOf,
  lines,
  newAddress,
  type Scenario,
  send,
  sent,
  settled,
} from '../support/scenario.ts';

const scenario: Scenario = (stage) => {
  it('leads to the course by a link at the end, with the key, and says why once', async () => {
    const visit = { expected: /^In the Room: / };
    await stage().open('23_in_head', visit, async (page, seen) => {
      const reach = page.getByRole('link', { name: /Sign up for In the Room/ });
      await reach.waitFor();
      await settled(page);
      expect(await reach.getAttribute('href')).toBe(
        `${stage().course}/?provider=${stage().provider.key}`,
      );
      expect(await page.evaluate(`document.querySelector('main').lastElementChild.localName`)).toBe(
        'in-the-room-signup',
      );
      expect(await page.evaluate(`document.head.querySelector('in-the-room-signup')`)).toBeNull();
      expect(seen.errors).toEqual([expect.stringContaining('is in the head')]);
      await expectNothingToStumbleOver(page);
    });
  });

  it('shows the form where an element says that it should be, with the key of the tag', async () => {
    const email = newAddress();
    const query = `element=${encodeURIComponent('<in-the-room-signup></in-the-room-signup>')}`;
    await stage().open('23_in_head', { query }, async (page) => {
      const heard = lines(page);
      const form = await formOf(page.locator('main'));
      await settled(page);
      await send(form, email);
      await sent(form);
      expect(await page.locator('in-the-room-signup').count()).toBe(1);
      expect(heard.all).toEqual([]);
    });
    expect(await stage().signups(email)).toMatchObject([{ provider: stage().provider.slug }]);
  });
};
export default scenario;
