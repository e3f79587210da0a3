import { expect, it } from 'vitest';
import { expectNothingToStumbleOver, formOf, picture, type Scenario } from '../support/scenario.ts';

const scenario: Scenario = (stage) => {
  it.each(['light', 'dark'] as const)(
    'the form is as dark as its page, or as its theme says, whatever the system wants (%s)',
    async (colorScheme) => {
      await stage().open('12_dark', { context: { colorScheme } }, async (page) => {
        await formOf(page);
        await page.locator('in-the-room-signup').nth(2).getByText('will see your name').waitFor();
        if (colorScheme === 'light') await expectNothingToStumbleOver(page);
        await picture(page, `12-dark-${colorScheme}`);
        const grounds = await page.evaluate(`[...document.querySelectorAll('in-the-room-signup')]
          .map((host) => getComputedStyle(host.shadowRoot.querySelector('.root')).backgroundColor)`);
        expect(grounds).toEqual(['rgba(0, 0, 0, 0)', 'rgb(38, 34, 30)', 'rgb(253, 250, 244)']);
      });
    },
  );
};
export default scenario;
