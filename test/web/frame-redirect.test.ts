import { describe, expect, it } from 'vitest';
import { ORIGIN, plantProvider } from '../support/providers.ts';
import { see, visitor } from '../support/visitor.ts';

/** The link to go on with in a frame whose form was sent, by what its address asked for. */
async function goOn(redirect: string): Promise<string | undefined> {
  const anyone = visitor();
  const key = await plantProvider();
  const address = `/embed/${key}?${new URLSearchParams({ accent: '0b6b57', redirect })}`;
  const form = await see(await anyone.get(address));
  const action = form.all('form')[0]?.action ?? '';
  const response = await anyone.post(action, { email: 'ana@example.org' });
  expect(response.status).toBe(303);
  const sent = await see(await anyone.get(response.headers.get('location') ?? ''));
  expect(sent.text).toContain('Now look in your inbox');
  const link = sent.all('a').find(({ target }) => target === '_top');
  return link?.href;
}

describe('a frame whose address names a page of thanks', () => {
  it('leads there, in the place of the page around it, once its form is sent', async () => {
    const page = `${ORIGIN}/thank-you?from=form`;
    expect((await goOn(page))?.replaceAll('&amp;', '&')).toBe(page);
  });

  it.each(['https://evil.example/', `${ORIGIN}.evil.example/`, 'javascript:alert(1)', '/x', ''])(
    'leads nowhere that its provider has not named: %j',
    async (page) => {
      expect(await goOn(page)).toBeUndefined();
    },
  );
});
