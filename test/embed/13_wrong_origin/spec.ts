import { expect, it } from 'vitest';
import { expectNothingToStumbleOver, picture, type Scenario } from '../support/scenario.ts';

const scenario: Scenario = (stage) => {
  const expected = /CORS policy|net::ERR_FAILED|In the Room: |status of 40/;

  it('shows a plain link and one clear reason, never a blank', async () => {
    const visit = { under: stage().elsewhere, expected };
    await stage().open('13_wrong_origin', visit, async (page, seen) => {
      const link = page.getByRole('link', { name: /Sign up for In the Room/ });
      await link.waitFor();
      expect(await link.getAttribute('href')).toBe(
        `${stage().course}/?provider=${stage().provider.key}`,
      );
      const ours = seen.errors.filter((text) => text.startsWith('In the Room: '));
      expect(ours).toHaveLength(1);
      expect(ours[0]).toContain(`${stage().elsewhere} is among the origins`);
      await expectNothingToStumbleOver(page);
      await picture(page, '13-wrong-origin');
    });
  });

  it.each(['pk_nobody', '', '../../etc', 'x'.repeat(500)])(
    'with the key "%.20s" does the same',
    async (key) => {
      await stage().open('13_wrong_origin', { key: key || ' ', expected }, async (page, seen) => {
        await page.getByRole('link', { name: /Sign up for In the Room/ }).waitFor();
        expect(seen.errors.filter((text) => text.startsWith('In the Room: '))).toHaveLength(1);
      });
    },
  );
};
export default scenario;
