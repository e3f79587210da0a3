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
  it('the form runs with the page, its address from left to right, and its words in their languages', async () => {
    const context = { viewport: { width: 900, height: 800 } };
    await stage().open('11_right_to_left', { context }, async (page) => {
      const form = await formOf(page);
      await expectNothingToStumbleOver(page);
      await picture(page, '11-right-to-left');
      const email = await form.getByLabel('Email address').boundingBox();
      const button = await form.getByRole('button').boundingBox();
      expect(email?.x).toBeGreaterThan(button?.x ?? Number.POSITIVE_INFINITY);
      const seen = (selector: string, what: string) =>
        page.evaluate(`(() => { const part = document.querySelector('in-the-room-signup')
          .shadowRoot.querySelector('${selector}'); return ${what}; })()`);
      expect(await seen('#email', 'getComputedStyle(part).direction')).toBe('ltr');
      expect(await seen('h2', 'part.lang')).toBe('ar');
      expect(await seen('.root', 'part.lang')).toBe('en');
      await send(form, newAddress());
      await sent(form);
    });
  });
};
export default scenario;
