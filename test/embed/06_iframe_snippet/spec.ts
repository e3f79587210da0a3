import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import {
  expectNothingToStumbleOver,
  newAddress,
  picture,
  type Scenario,
} from '../support/scenario.ts';

const scenario: Scenario = (stage) => {
  const height = 'document.querySelector("iframe").getBoundingClientRect().height';

  it('fits the frame to its form, takes a signup in it, and says so in it', async () => {
    const email = newAddress();
    const visit = { query: 'learner=7', expected: /status of 422|Blocked autofocusing/ };
    await stage().open('06_iframe_snippet', visit, async (page) => {
      const frame = page.frameLocator('iframe');
      await frame.getByText('Harbor Institute will see your name').waitFor();
      await expect.poll(() => page.evaluate(height)).not.toBe(640);
      const inner = await frame.locator('main').boundingBox();
      expect(Math.abs(Number(await page.evaluate(height)) - (inner?.height ?? 0))).toBeLessThan(2);
      await expectNothingToStumbleOver(page);
      await picture(page, '06-iframe');
      await frame.getByLabel('Email address').fill('ana@example');
      await frame.getByRole('button').click();
      await frame.getByText('does not look like an email address').waitFor();
      await frame.locator('#email:focus').waitFor();
      await frame.getByLabel('Email address').fill(email);
      await frame.getByRole('button').click();
      await frame.getByRole('heading', { name: 'Now look in your inbox' }).waitFor();
      await expectNothingToStumbleOver(page);
    });
    expect(await stage().signups(email)).toEqual([
      {
        provider: stage().provider.slug,
        page: `${stage().site}/06_iframe_snippet/`,
        zone: expect.any(String),
      },
    ]);
  });

  it('fits the frame in a browser that names no ancestors and parses no address, as Firefox 125', async () => {
    const prepare = async (page: Page) => {
      await page.addInitScript('delete URL.parse');
      await page.route('**/*.js', async (route) => {
        const response = await route.fetch();
        const text = await response.text();
        await route.fulfill({ response, body: text.replace('location.ancestorOrigins', 'null') });
      });
    };
    await stage().open('06_iframe_snippet', { prepare }, async (page) => {
      await page.frameLocator('iframe').getByText('will see your name').waitFor();
      await expect.poll(() => page.evaluate(height)).not.toBe(640);
    });
  });

  it('has nothing to stumble over in forced colors', async () => {
    const context = { forcedColors: 'active', colorScheme: 'dark' } as const;
    await stage().open('06_iframe_snippet', { context }, async (page) => {
      const frame = page.frameLocator('iframe');
      await frame.getByText('Harbor Institute will see your name').waitFor();
      await expectNothingToStumbleOver(page);
      await picture(page, '06-iframe-forced-colors');
    });
  });

  it.each(['?theme=dark', '?theme=dark&accent=7fd1b9', '?accent=0b6b57', '?theme=auto'])(
    'has nothing to stumble over in the look that its address asks for: %s',
    async (query) => {
      for (const colorScheme of ['light', 'dark'] as const) {
        const visit = { context: { colorScheme } };
        await stage().open('06_iframe_snippet', visit, async (page) => {
          await page.goto(`${stage().course}/embed/${stage().provider.key}${query}`);
          const accent = /accent=(\w+)/.exec(query)?.[1];
          const clay = await page.evaluate(
            `getComputedStyle(document.documentElement).getPropertyValue('--clay')`,
          );
          if (accent) expect(clay).toBe(`#${accent}`);
          await expectNothingToStumbleOver(page);
        });
      }
    },
  );

  it('works without a script, at the height that the snippet gives', async () => {
    const email = newAddress();
    const context = { javaScriptEnabled: false };
    await stage().open('06_iframe_snippet', { context }, async (page) => {
      const frame = page.frameLocator('iframe');
      await frame.getByLabel('Email address').fill(email);
      await frame.getByRole('button').click();
      await frame.getByRole('heading', { name: 'Now look in your inbox' }).waitFor();
      expect((await page.locator('iframe').boundingBox())?.height).toBe(640);
    });
    expect(await stage().signups(email)).toHaveLength(1);
  });

  it('leads on to a page of the provider’s, by a link that leaves the frame, where its address names one', async () => {
    const email = newAddress();
    await stage().open('06_iframe_snippet', {}, async (page) => {
      const thanks = `${stage().site}/01_plain/?thanks`;
      const frame = page.frameLocator('iframe');
      await frame.getByText('will see your name').waitFor();
      await page.evaluate(`(() => {
        const frame = document.querySelector('iframe');
        const address = new URL(frame.src);
        address.searchParams.set('redirect', ${JSON.stringify(thanks)});
        frame.src = address;
      })()`);
      await page.waitForLoadState('networkidle');
      await frame.getByText('will see your name').waitFor();
      await frame.getByLabel('Email address').fill(email);
      await frame.getByRole('button').click();
      await frame.getByRole('link', { name: 'Go on' }).click();
      await page.waitForURL(thanks);
    });
    expect(await stage().signups(email)).toHaveLength(1);
  });

  it('listens to nobody but the frame’s own page, and to nothing but a height', async () => {
    await stage().open('06_iframe_snippet', {}, async (page) => {
      await page.frameLocator('iframe').getByText('will see your name').waitFor();
      await expect.poll(() => page.evaluate(height)).not.toBe(640);
      const before = await page.evaluate(height);
      // From the page itself: the right shape, the wrong origin, whatever frame it claims to be.
      await page.evaluate(`for (const height of [1, 99, 3000]) {
        postMessage({ type: 'in-the-room:height', height }, '*');
        dispatchEvent(new MessageEvent('message', {
          data: { type: 'in-the-room:height', height }, origin: 'https://evil.example',
          source: document.querySelector('iframe').contentWindow }));
      }`);
      // From the right origin and frame: shapes that are none.
      await page.evaluate(`(() => {
        const source = document.querySelector('iframe').contentWindow;
        const origin = new URL(document.querySelector('iframe').src).origin;
        const type = 'in-the-room:height';
        for (const data of [null, undefined, 7, 'in-the-room:height', [], {}, { type }, { type: 'height', height: 9 },
          { type, height: '900' }, { type, height: NaN }, { type, height: Infinity }, { type, height: -1 },
          { type, height: 0 }, { type, height: 1e9 }, { type, height: null }, { type, height: {} }])
          dispatchEvent(new MessageEvent('message', { data, origin, source }));
        // The right shape from the right origin, but for no frame of this page.
        dispatchEvent(new MessageEvent('message', { data: { type, height: 9 }, origin, source: window }));
      })()`);
      // Messages arrive in order: with this one all have.
      await page.evaluate(`new Promise((done) => {
        addEventListener('message', ({ data }) => data === 'last' && done());
        postMessage('last', '*');
      })`);
      expect(await page.evaluate(height)).toBe(before);
    });
  });

  it('is framed by nobody else', async () => {
    const visit = { under: stage().elsewhere, expected: /frame-ancestors|Framing|chrome-error/ };
    await stage().open('06_iframe_snippet', visit, async (page, seen) => {
      await expect.poll(() => seen.errors.join()).toMatch(/frame-ancestors/);
      expect(await page.frameLocator('iframe').getByLabel('Email address').count()).toBe(0);
    });
  });
};
export default scenario;
