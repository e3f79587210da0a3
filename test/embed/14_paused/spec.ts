import { expect, it } from 'vitest';
import { formOf, newAddress, type Scenario, send } from '../support/scenario.ts';

const scenario: Scenario = (stage) => {
  const added = async (name: string) => {
    const { provider } = await stage().operate('', { name, origins: [stage().site] });
    return provider as { slug: string; publicKey: string };
  };
  const expected = /status of 4\d\d|In the Room: /;

  it('shows the way to our own page, and says why to whoever looks after the page', async () => {
    const { slug, publicKey } = await added('Sleepy Hollow');
    await stage().operate(`/${slug}/pause`, {});
    await stage().open('14_paused', { key: publicKey, expected }, async (page, seen) => {
      await page.getByRole('link', { name: /Sign up for In the Room/ }).waitFor();
      expect(seen.errors.join()).toContain('In the Room: This provider has paused its signups');
    });
  });

  it('while the form is open says so when it is sent, keeps what was typed, and shows the way', async () => {
    const { slug, publicKey } = await added('Nodding Off');
    await stage().open('14_paused', { key: publicKey, expected }, async (page) => {
      const form = await formOf(page);
      await stage().operate(`/${slug}/pause`, {});
      const email = newAddress();
      await send(form, email);
      await form.getByText('has paused its signups').waitFor();
      expect(await form.getByLabel('Email address').inputValue()).toBe(email);
      expect(await form.getByRole('link', { name: /own page/ }).count()).toBe(1);
      expect(await stage().signups(email)).toEqual([]);
    });
  });

  it('with a key that was replaced says that it was', async () => {
    const { slug, publicKey } = await added('Two Keys');
    await stage().operate(`/${slug}/rotate-key`, { overlap: 0 });
    await stage().open('14_paused', { key: publicKey, expected }, async (page, seen) => {
      await page.getByRole('link', { name: /Sign up for In the Room/ }).waitFor();
      expect(seen.errors.join()).toContain('a key that its provider has replaced');
    });
  });
};
export default scenario;
