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

const pathAndQuery = (request: { url(): string }) => {
  const { pathname, search } = new URL(request.url());
  return pathname + search;
};

const scenario: Scenario = (stage) => {
  it('takes a signup, credits the provider, and asks for nothing but script, settings and answer', async () => {
    const email = newAddress();
    const context = { timezoneId: 'America/Chicago', viewport: { width: 900, height: 900 } };
    await stage().open('01_plain', { context, query: 'from=newsletter' }, async (page, seen) => {
      const form = await formOf(page);
      await expectNothingToStumbleOver(page);
      await picture(page, '01-plain');
      expect(seen.requests.map(pathAndQuery)).toEqual([
        '/embed.js',
        `/embed/${stage().provider.key}.json?page=/01_plain/`,
      ]);
      await form.getByLabel('First name').fill('Ana');
      await send(form, email);
      await sent(form);
      await expectNothingToStumbleOver(page);
      await picture(page, '01-plain-sent');
      expect(seen.requests.slice(2).map((request) => request.method())).toEqual(['POST']);
      const headers = await seen.requests[2]?.allHeaders();
      expect(headers?.cookie).toBeUndefined();
      expect(headers?.accept).toBe('application/json');
      expect(await page.context().cookies()).toEqual([]);
      const kept = 'localStorage.length + sessionStorage.length';
      expect(await page.evaluate(kept)).toBe(0);
    });
    expect(await stage().signups(email)).toEqual([
      {
        provider: stage().provider.slug,
        page: `${stage().site}/01_plain/`,
        zone: 'America/Chicago',
      },
    ]);
  });

  it('says what is wrong beside the field, keeps what was typed, and takes the second try', async () => {
    await stage().open('01_plain', { expected: /status of 422/ }, async (page) => {
      const form = await formOf(page);
      await form.getByLabel('First name').fill('Ana "Nani" <b>');
      await send(form, 'ana@example');
      await form.getByText('does not look like an email address').waitFor();
      const field = form.getByLabel('Email address');
      expect(await field.getAttribute('aria-invalid')).toBe('true');
      expect(await field.getAttribute('aria-describedby')).toBe('email-wrong');
      expect(await field.inputValue()).toBe('ana@example');
      expect(await form.getByLabel('First name').inputValue()).toBe('Ana "Nani" <b>');
      await expectNothingToStumbleOver(page);
      await picture(page, '01-plain-slip');
      await send(form, newAddress());
      await sent(form);
    });
  });

  it('is reached and sent by the keyboard alone, and says aloud what came of it', async () => {
    await stage().open('01_plain', {}, async (page) => {
      const form = await formOf(page);
      const names: string[] = [];
      for (let step = 0; step < 4; step++) {
        await page.keyboard.press('Tab');
        names.push(
          String(
            await page.evaluate(
              `(() => { const at = document.activeElement.shadowRoot.activeElement;
                return at.name || at.textContent; })()`,
            ),
          ),
        );
      }
      expect(names).toEqual([
        'email',
        'first_name',
        'What is kept, and for how long',
        'Send me the link',
      ]);
      await form.getByLabel('Email address').focus();
      await page.keyboard.type(newAddress());
      await page.keyboard.press('Enter');
      await sent(form);
      expect(await form.getByRole('status').textContent()).toContain('Now look in your inbox.');
    });
  });

  it('tells the page what became of it, and never what was typed', async () => {
    await stage().open('01_plain', { expected: /status of 422/ }, async (page) => {
      const form = await formOf(page);
      await page.evaluate(`window.told = [];
        for (const what of ['submitted', 'error'])
          document.addEventListener('in-the-room:' + what, (event) => told.push([what, event.detail]));`);
      await send(form, 'ana@');
      await form.getByText('does not look like').waitFor();
      const email = newAddress();
      await send(form, email);
      await sent(form);
      const told = JSON.stringify(await page.evaluate('told'));
      expect(JSON.parse(told)).toEqual([
        ['error', { code: 'bad-input', message: expect.stringContaining('does not look like') }],
        ['submitted', { provider: stage().provider.key }],
      ]);
      expect(told).not.toContain(email);
    });
  });
};
export default scenario;
