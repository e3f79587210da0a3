import { expect, it } from 'vitest';
import { formOf, newAddress, type Scenario, send, sent } from '../support/scenario.ts';

const scenario: Scenario = (stage) => {
  it('adds, moves and removes the form as it likes, and leaves nothing behind', async () => {
    const email = newAddress();
    await stage().open('07_single_page_app', {}, async (page, seen) => {
      const key = stage().provider.key;
      const mount = `document.querySelector('#app').innerHTML =
        '<in-the-room-signup provider="${key}"></in-the-room-signup>'`;
      await page.evaluate(mount);
      await formOf(page);
      // Away before its settings are there.
      await page.evaluate(`for (let at = 0; at < 5; at++) {
        ${mount}; document.querySelector('#app').replaceChildren(); }`);
      await page.evaluate(mount);
      const form = await formOf(page);
      await form.getByLabel('Email address').fill('half-typed');
      // Moved, it keeps what was typed and asks for nothing anew.
      const asked = seen.requests.length;
      await page.evaluate(`document.querySelector('main')
        .prepend(document.querySelector('in-the-room-signup'))`);
      expect(await form.getByLabel('Email address').inputValue()).toBe('half-typed');
      expect(seen.requests).toHaveLength(asked);
      // A page of the app that brings the whole snippet along.
      await page.evaluate(`(() => {
        document.querySelector('in-the-room-signup').remove();
        const script = document.createElement('script');
        script.src = '${stage().course}/embed.js';
        script.dataset.provider = '${key}';
        document.querySelector('#app').append(script);
      })()`);
      await send(await formOf(page), email);
      await sent(page.locator('in-the-room-signup'));
      expect(await page.locator('in-the-room-signup').count()).toBe(1);
    });
    expect(await stage().signups(email)).toHaveLength(1);
  });
};
export default scenario;
