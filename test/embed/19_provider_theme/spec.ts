import { expect, it } from 'vitest';
import { watchShifts } from '../../support/browser.ts';
import { expectNothingToStumbleOver, picture, type Scenario } from '../support/scenario.ts';

const GROUNDS = `[...document.querySelectorAll('in-the-room-signup')]
  .map((host) => getComputedStyle(host.shadowRoot.querySelector('.root')).backgroundColor)`;
const NONE = 'rgba(0, 0, 0, 0)';
const LIGHT = 'rgb(253, 250, 244)';

const scenario: Scenario = (stage) => {
  it.each([
    ['dark', 'rgb(38, 34, 30)', 320],
    ['light', LIGHT, 900],
    ['auto', NONE, 900],
  ] as const)(
    'the provider’s theme (%s) stands where the tag names none, and moves nothing',
    async (theme, ground, width) => {
      const added = { name: `In ${theme}`, origins: [stage().site], theme };
      const { provider } = await stage().operate('', added);
      const key = String((provider as { publicKey: string }).publicKey);
      let shifts = async () => Number.NaN;
      const settings = Promise.withResolvers<void>();
      await stage().open(
        '19_provider_theme',
        {
          key,
          context: { viewport: { width, height: 900 } },
          prepare: async (page) => {
            shifts = await watchShifts(page);
            await page.route(/\/embed\/[^/]+\.json\?/, async (route) => {
              await settings.promise;
              await route.continue();
            });
          },
        },
        async (page, seen) => {
          const forms = page.locator('in-the-room-signup');
          await forms.nth(2).getByLabel('Email address').waitFor();
          expect(await page.evaluate(GROUNDS)).toEqual([NONE, LIGHT, NONE]);
          const before = await shifts();
          settings.resolve();
          for (let at = 0; at < 3; at++) await forms.nth(at).getByText('will see your').waitFor();
          expect(await page.evaluate(GROUNDS)).toEqual([ground, LIGHT, NONE]);
          expect(await shifts()).toBe(before);
          expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
          await expectNothingToStumbleOver(page);
          await picture(page, `19-provider-theme-${theme}`);
          // One request each for its settings, and one for the script.
          expect(seen.requests).toHaveLength(4);
        },
      );
    },
  );
};
export default scenario;
