import { expect, it } from 'vitest';
import { expectNothingToStumbleOver, picture, type Scenario } from '../support/scenario.ts';

/** Of each form: its parent's name, its own width and height, its narrowest field, what hangs over. */
const MEASURE = `[...document.querySelectorAll('in-the-room-signup')].map((host) => {
  const fields = [...host.shadowRoot.querySelectorAll('.field input, button')];
  const { left, right, width, height } = host.getBoundingClientRect();
  return {
    parent: host.closest('section').getAttribute('aria-label'),
    width: Math.round(width),
    height: Math.round(height),
    narrowest: Math.round(Math.min(...fields.map((field) => field.getBoundingClientRect().width))),
    over: left < 0 || right > document.documentElement.clientWidth + 0.5 ||
      fields.some((field) => field.getBoundingClientRect().right > right + 0.5),
  };
})`;

interface Measured {
  parent: string;
  width: number;
  height: number;
  narrowest: number;
  over: boolean;
}

/** Parents in which a text beside the form takes its share of a small window. */
const SHARED = /text|table|beside/;

const scenario: Scenario = (stage) => {
  it.each([
    ['1280', 1280, ''],
    ['320', 320, ''],
    ['240', 240, ''],
    ['1280-small-rem', 1280, '62.5%'],
  ])('is wide enough to be used in every one of them: %s', async (name, width, rem) => {
    const context = { viewport: { width, height: 900 } };
    await stage().open('20_parents', { context }, async (page) => {
      await page.evaluate(`document.documentElement.style.fontSize = '${rem}'`);
      await page.evaluate(`document.querySelector('#popover').showPopover()`);
      const forms = page.locator('in-the-room-signup');
      await expect.poll(() => forms.count()).toBe(20);
      for (const form of await forms.all()) await form.getByText('will see your name').waitFor();
      await picture(page, `20-parents-${name}`);
      const measured = (await page.evaluate(MEASURE)) as Measured[];
      for (const { parent, ...form } of measured) {
        // At 320, margins take 32, a dialog's own edge 38 more; a text beside it has a share.
        const taken = SHARED.test(parent) ? 144 : 70;
        expect(form.width, `${parent}: ${JSON.stringify(form)}`).toBeGreaterThanOrEqual(
          Math.min(320, width - taken),
        );
        expect(form.height, parent).toBeLessThan(1100);
        expect(form.narrowest, parent).toBeGreaterThan(width < 300 ? 90 : 140);
        if (width >= 320 || !SHARED.test(parent)) expect(form.over, parent).toBe(false);
      }
      if (name === '320') await expectNothingToStumbleOver(page);
    });
  });
};
export default scenario;
