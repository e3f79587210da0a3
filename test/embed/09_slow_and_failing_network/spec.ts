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

const scenario: Scenario = (stage) => {
  const moved = 'document.querySelector("#after").getBoundingClientRect().top';

  it('can be filled in before its settings are there, moves nothing when they come, and waits to send', async () => {
    const email = newAddress();
    let release: () => void = () => {};
    const held = new Promise<void>((done) => {
      release = done;
    });
    await stage().open(
      '09_slow_and_failing_network',
      {
        context: { viewport: { width: 500, height: 900 } },
        prepare: (page) =>
          page.route('**/embed/*.json', async (route) => {
            await held;
            await route.continue();
          }),
      },
      async (page, seen) => {
        const form = page.locator('in-the-room-signup');
        await form.getByLabel('Email address').fill(email);
        const before = await page.evaluate(moved);
        for (let press = 0; press < 3; press++) {
          await form.getByLabel('Email address').press('Enter');
        }
        expect(seen.requests.some((request) => request.method() === 'POST')).toBe(false);
        release();
        await sent(form);
        expect(seen.requests.filter((request) => request.method() === 'POST')).toHaveLength(1);
        expect(before).toBeGreaterThan(300);
      },
    );
    expect(await stage().signups(email)).toHaveLength(1);
  });

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
        prepare: (page) => page.route('**/embed/*.json', (route) => route.abort()),
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
