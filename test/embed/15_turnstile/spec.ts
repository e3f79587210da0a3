import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import {
  expectNothingToStumbleOver,
  newAddress,
  picture,
  type Scenario,
} from '../support/scenario.ts';

/** Stands in for Cloudflare's script: it puts a token where the real one would. */
const SCRIPT = `for (const box of document.querySelectorAll('.cf-turnstile')) {
  const input = document.createElement('input');
  input.type = 'hidden';
  input.name = 'cf-turnstile-response';
  input.value = 'a-token';
  box.append(input);
}`;

const scenario: Scenario = (stage) => {
  it('puts the form in a frame of the course’s, so that the page itself asks nobody else', async () => {
    const email = newAddress();
    const askedBy: string[] = [];
    await stage().open(
      '15_turnstile',
      {
        course: stage().checked,
        strangers: /^https:\/\/challenges\.cloudflare\.com\//,
        expected: /status of 503|Blocked autofocusing/,
        prepare: (page) =>
          page.route('https://challenges.cloudflare.com/**', (route) => {
            askedBy.push(new URL(route.request().frame().url()).origin);
            return route.fulfill({ contentType: 'text/javascript', body: SCRIPT });
          }),
      },
      async (page) => {
        const frame = page.frameLocator('in-the-room-signup iframe');
        await frame.getByText('Harbor Institute will see your name').waitFor();
        await expectNothingToStumbleOver(page);
        await picture(page, '15-turnstile');
        expect(await frame.locator('[name=page]').getAttribute('value')).toBe(
          `${stage().site}/15_turnstile/`,
        );
        expect(new Set(askedBy)).toEqual(new Set([stage().checked]));
        await frame.getByLabel('Email address').fill(email);
        await frame.getByRole('button').click();
        // Nobody answers where this course asks whether the token is good: so nobody is let through.
        await frame.getByText('cannot be made just now').waitFor();
        expect(await frame.getByLabel('Email address').inputValue()).toBe(email);
      },
    );
    expect(await stage().signups(email)).toEqual([]);
  });

  it.each(['/?provider=__KEY__', '/confirm/x', '/signup'])(
    'has its check on our own page too, whatever led there: %s',
    async (path) => {
      const visit = {
        course: stage().checked,
        strangers: /^https:\/\/challenges\.cloudflare\.com\//,
        expected: /status of (404|422|503)|Blocked autofocusing/,
        prepare: (page: Page) =>
          page.route('https://challenges.cloudflare.com/**', (route) =>
            route.fulfill({ contentType: 'text/javascript', body: SCRIPT }),
          ),
      };
      await stage().open('15_turnstile', visit, async (page) => {
        const key = new URL(page.url()).searchParams.get('key') ?? '';
        if (path === '/signup') {
          // A form that is shown again, after a slip.
          await page.goto(stage().checked);
          await page.evaluate(`document.querySelector('form').noValidate = true`);
          await page.getByLabel('Email address').fill('ana@');
          await page.getByRole('button', { name: 'Send me the link' }).click();
          await page.getByText('does not look like an email address').waitFor();
        } else {
          await page.goto(stage().checked + path.replace('__KEY__', key));
        }
        await page.getByLabel('Email address').fill(newAddress());
        await page.getByRole('button', { name: 'Send me the link' }).click();
        // With no token it would be told that the check is still to be done.
        await page.getByText('cannot be made just now').waitFor();
      });
    },
  );
};
export default scenario;
