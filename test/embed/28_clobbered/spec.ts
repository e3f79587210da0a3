import { expect, it } from 'vitest';
import { formOf, newAddress, type Scenario, send, sent, settled } from '../support/scenario.ts';

/** An address that nobody may be asked at. */
const EVIL = 'https://evil.example';

/** Names that a document is asked for, taken by elements that a comment may hold. */
const NAMES = [
  'currentScript',
  'querySelectorAll',
  'createElement',
  'readyState',
  'body',
  'head',
  'location',
  'baseURI',
];

const comments: [name: string, comment: string][] = [
  [
    'an image',
    `<img name="currentScript" src="data:," data-src="${EVIL}/embed.js" data-provider="pk_evil">`,
  ],
  [
    'an image with an address',
    `<img name="currentScript" src="${EVIL}/embed.js" data-provider="pk_evil">`,
  ],
  [
    'a form',
    `<form name="currentScript" data-provider="pk_evil"><input name="src" value="${EVIL}/embed.js"></form>`,
  ],
  ['an embed', '<embed name="currentScript" type="image/png" data-provider="pk_evil">'],
  ['an object', '<object name="currentScript" data-provider="pk_evil"></object>'],
  ['a frame', '<iframe name="currentScript" title="A frame" data-provider="pk_evil"></iframe>'],
  ['an SVG’s script', `<svg><script href="data:," data-provider="pk_evil"></script></svg>`],
  ['images by every name', NAMES.map((name) => `<img name="${name}" alt="">`).join('')],
  ['forms by every name', NAMES.map((name) => `<form name="${name}"></form>`).join('')],
  [
    'names of the window',
    '<a id="fetch"></a><a id="customElements"></a><a id="host"></a><form id="Document"></form>',
  ],
];

const scenario: Scenario = (stage) => {
  it.each(comments)(
    'with %s in a comment the form asks the course and nobody else',
    async (_, comment) => {
      const email = newAddress();
      const query = String(new URLSearchParams({ comment }));
      const visit = {
        query,
        // The image itself asks; what is typed must not.
        strangers: /^https:\/\/evil\.example\/embed\.js$/,
        expected: /ERR_NAME_NOT_RESOLVED|ERR_INTERNET_DISCONNECTED|Failed to load resource|Refused/,
      };
      await stage().open('28_clobbered', visit, async (page, seen) => {
        const form = await formOf(page.locator('#place'));
        await settled(page);
        await send(form, email);
        await sent(form);
        expect(await page.locator('in-the-room-signup').count()).toBe(1);
        expect(seen.requests.filter((request) => request.method() === 'POST')).toHaveLength(1);
      });
      expect(await stage().signups(email)).toMatchObject([{ provider: stage().provider.slug }]);
    },
  );
};
export default scenario;
