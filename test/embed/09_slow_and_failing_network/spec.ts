import { expect, it } from 'vitest';
import { watchShifts } from '../../support/browser.ts';
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
  const after = 'document.querySelector("#after").getBoundingClientRect().top';

  it.each([320, 900])(
    'can be filled in before its settings are there, moves nothing in the room that is reserved, and waits to send (%i px wide)',
    async (width) => {
      const email = newAddress();
      const settings = Promise.withResolvers<void>();
      const answer = Promise.withResolvers<void>();
      let shifts = async () => Number.NaN;
      let before: unknown;
      await stage().open(
        '09_slow_and_failing_network',
        {
          context: { viewport: { width, height: 900 } },
          prepare: async (page) => {
            shifts = await watchShifts(page);
            // The script comes once the page has been painted without it.
            await page.route('**/embed.js', async (route) => {
              await page.locator('#after').waitFor();
              await shifts();
              before = await page.evaluate(after);
              await route.continue();
            });
            await page.route(/\/embed\/[^/]+\.json\?/, async (route) => {
              await settings.promise;
              await route.continue();
            });
            await page.route('**/signup', async (route) => {
              await answer.promise;
              await route.continue();
            });
          },
        },
        async (page, seen) => {
          const form = page.locator('in-the-room-signup');
          await form.getByLabel('Email address').fill(email);
          expect(before).toBeGreaterThan(464);
          expect(await page.evaluate(after)).toBe(before);
          expect(await shifts()).toBe(0);
          for (let press = 0; press < 3; press++) {
            await form.getByLabel('Email address').press('Enter');
          }
          expect(seen.requests.some((request) => request.method() === 'POST')).toBe(false);
          settings.resolve();
          await form.getByText('will see your name').waitFor();
          expect(await page.evaluate(after)).toBe(before);
          expect(await shifts()).toBe(0);
          answer.resolve();
          await sent(form);
          expect(seen.requests.filter((request) => request.method() === 'POST')).toHaveLength(1);
        },
      );
      expect(await stage().signups(email)).toHaveLength(1);
    },
  );

  it('that lets nothing through keeps what was typed, offers another try, and takes it', async () => {
    const email = newAddress();
    await stage().open('09_slow_and_failing_network', { expected: /net::ERR_/ }, async (page) => {
      const form = await formOf(page);
      await page.route('**/signup', (route) => route.abort('blockedbyclient'));
      await form.getByLabel('First name').fill('Ana');
      await send(form, email);
      await form.getByText('This could not be sent.').waitFor();
      expect(await form.getByLabel('Email address').inputValue()).toBe(email);
      expect(await form.getByLabel('First name').inputValue()).toBe('Ana');
      expect(await form.getByRole('link', { name: /own page/ }).getAttribute('href')).toContain(
        stage().course,
      );
      await expectNothingToStumbleOver(page);
      await picture(page, '09-failing');
      await page.unroute('**/signup');
      await form.getByRole('button').click();
      await sent(form);
    });
    expect(await stage().signups(email)).toHaveLength(1);
  });

  it('that answers with something else than the course says so too', async () => {
    await stage().open(
      '09_slow_and_failing_network',
      { expected: /status of 502/ },
      async (page) => {
        const form = await formOf(page);
        const body = '<h1>Bad gateway</h1>';
        const headers = { 'access-control-allow-origin': '*' };
        await page.route('**/signup', (route) => route.fulfill({ status: 502, body, headers }));
        await send(form, newAddress());
        await form.getByText('This could not be sent.').waitFor();
      },
    );
  });

  it('without its settings shows a way on, and one reason for whoever looks after the page', async () => {
    await stage().open(
      '09_slow_and_failing_network',
      {
        expected: /net::ERR_|In the Room: /,
        prepare: (page) => page.route(/\/embed\/[^/]+\.json\?/, (route) => route.abort()),
      },
      async (page, seen) => {
        const link = page.getByRole('link', { name: /Sign up for In the Room/ });
        await link.waitFor();
        expect(seen.errors.filter((text) => text.startsWith('In the Room: '))).toHaveLength(1);
      },
    );
  });
};
export default scenario;
