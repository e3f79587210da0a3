import { expect, it } from 'vitest';
import { formOf, newAddress, type Scenario, send, sent } from '../support/scenario.ts';

const scenario: Scenario = (stage) => {
  const fill = (text: string) => `document.querySelector('in-the-room-signup').shadowRoot
    .querySelector('[name=website]').value = '${text}'`;

  it('that fills the hidden field costs one more press, and nothing typed', async () => {
    const email = newAddress();
    await stage().open('29_password_manager', { expected: /status of 422/ }, async (page) => {
      const form = await formOf(page);
      await page.evaluate(fill('https://ana.example'));
      await form.getByLabel('First name').fill('Ana');
      await send(form, email);
      await form.getByText('Something filled in a field that people do not see').waitFor();
      expect(await stage().signups(email)).toEqual([]);
      expect(await form.getByLabel('Email address').inputValue()).toBe(email);
      await form.getByRole('button').click();
      await sent(form);
    });
    expect(await stage().signups(email)).toHaveLength(1);
  });

  it('that leaves a space in it costs nothing', async () => {
    const email = newAddress();
    await stage().open('29_password_manager', {}, async (page) => {
      const form = await formOf(page);
      await page.evaluate(fill(' '));
      await send(form, email);
      await sent(form);
    });
    expect(await stage().signups(email)).toHaveLength(1);
  });
};
export default scenario;
