import { expect, it } from 'vitest';
import { formOf, newAddress, picture, type Scenario, send, sent } from '../support/scenario.ts';

const scenario: Scenario = (stage) => {
  it('the form is whole under rules that sweep over everything, and the page keeps its own', async () => {
    const context = { viewport: { width: 900, height: 1000 } };
    await stage().open('03_hostile_css', { context }, async (page) => {
      const form = await formOf(page);
      await picture(page, '03-hostile-css');
      const box = await form.getByLabel('Email address').boundingBox();
      expect(box?.width).toBeGreaterThan(300);
      expect(box?.height).toBeGreaterThan(40);
      const style = (property: string) =>
        page.evaluate(`(() => { const host = document.querySelector('in-the-room-signup');
          return getComputedStyle(host.shadowRoot.querySelector('label')).${property}; })()`);
      expect(await style('visibility')).toBe('visible');
      expect(await style('letterSpacing')).toBe('normal');
      expect(await style('textTransform')).toBe('none');
      expect(Number.parseFloat(String(await style('lineHeight')))).toBeGreaterThan(40);
      expect(
        await page.evaluate(`getComputedStyle(document.querySelector('main > form')).display`),
      ).toBe('none');
      await send(form, newAddress());
      await sent(form);
    });
  });
};
export default scenario;
