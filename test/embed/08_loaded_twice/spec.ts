import { expect, it } from 'vitest';
import { formOf, newAddress, type Scenario, send, sent } from '../support/scenario.ts';

const scenario: Scenario = (stage) => {
  it('shows one form for one tag, however often the script runs', async () => {
    const email = newAddress();
    await stage().open('08_loaded_twice', {}, async (page) => {
      const form = await formOf(page);
      expect(await page.locator('in-the-room-signup').count()).toBe(1);
      await send(form, email);
      await sent(form);
    });
    expect(await stage().signups(email)).toHaveLength(1);
  });
};
export default scenario;
