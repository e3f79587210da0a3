import { expect, it } from 'vitest';
import { expectNothingToStumbleOver, picture, type Scenario } from '../support/scenario.ts';

const scenario: Scenario = (stage) => {
  const looks = [
    ['240', { viewport: { width: 240, height: 900 } }],
    ['320', { viewport: { width: 320, height: 900 } }],
    ['600', { viewport: { width: 600, height: 900 } }],
    ['900', { viewport: { width: 900, height: 900 } }],
    // 200 % zoom of a window 900 wide: half the CSS pixels, twice the device's.
    ['900-zoomed', { viewport: { width: 450, height: 450 }, deviceScaleFactor: 2 }],
    ['forced-colors', { viewport: { width: 600, height: 900 }, forcedColors: 'active' }],
    ['reduced-motion', { viewport: { width: 600, height: 900 }, reducedMotion: 'reduce' }],
  ] as const;

  it.each(looks)('is at home on every ground: %s', async (name, context) => {
    await stage().open('17_looks', { context }, async (page) => {
      const forms = page.locator('in-the-room-signup');
      for (let at = 0; at < 3; at++) await forms.nth(at).getByText('will see your name').waitFor();
      await forms.nth(3).getByRole('button', { name: 'Tell me more' }).waitFor();
      // Contrast is the same at every width.
      if (name === '320' || name === 'forced-colors') await expectNothingToStumbleOver(page);
      await picture(page, `17-looks-${name}`);
      const { width } = context.viewport;
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      for (const box of await page.locator('in-the-room-signup').all()) {
        for (const part of await box.locator('input:visible, button:visible').all()) {
          const bounds = await part.boundingBox();
          expect(bounds?.height, 'easy to hit').toBeGreaterThanOrEqual(44);
          expect((bounds?.x ?? 0) + (bounds?.width ?? 0)).toBeLessThanOrEqual(width);
        }
      }
      const transition =
        await page.evaluate(`getComputedStyle(document.querySelector('in-the-room-signup')
        .shadowRoot.querySelector('button')).transitionDuration`);
      expect(transition).toBe(name === 'reduced-motion' ? '0s' : '0.12s');
      // The form behind the button comes with a press, and the focus goes into it.
      await forms.nth(3).getByRole('button', { name: 'Tell me more' }).click();
      expect(await page.evaluate('document.activeElement.shadowRoot.activeElement.name')).toBe(
        'email',
      );
    });
  });
};
export default scenario;
