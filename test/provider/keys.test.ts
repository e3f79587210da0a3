import { describe, expect, it } from 'vitest';
import { acts, retiredKeys, signups } from '../../src/db/schema.ts';
import { LOCAL_OPERATOR_TOKEN } from '../../src/env.ts';
import { ORIGIN, plantProvider } from '../support/providers.ts';
import { count, pick, value } from '../support/rows.ts';
import { DAY, newAddress, see, type Visitor, visitor } from '../support/visitor.ts';

const API = '/operator/api/providers/pk-harbor';
const BEARER = { authorization: `Bearer ${LOCAL_OPERATOR_TOKEN}` };
const WHY = { by: 'mira', reason: 'it was in a newsletter' };

async function rotate(anyone: Visitor, overlap?: unknown): Promise<string> {
  const body = { ...(overlap === undefined ? {} : { overlap }), ...WHY };
  const response = await anyone.postJson(`${API}/rotate-key`, body, BEARER);
  expect(response.status).toBe(200);
  const { provider } = (await response.json()) as { provider: { publicKey: string } };
  return provider.publicKey;
}

/** What a form with this key is answered, by each way in. */
async function tried(anyone: Visitor, key: string): Promise<number[]> {
  const settings = await anyone.get(`/embed/${key}.json`, { origin: ORIGIN });
  const fields = { email: newAddress(), provider: key };
  const signup = await anyone.postJson('/signup', fields, { origin: ORIGIN });
  return [settings.status, signup.status];
}

describe('a key that was replaced', () => {
  it('is taken beside the new one for 30 days, in the provider’s name, and then says so', async () => {
    const key = await plantProvider();
    const anyone = visitor();
    const next = await rotate(anyone);
    await anyone.pass(30 * DAY - 60);
    expect(await tried(anyone, key)).toEqual([200, 202]);
    expect(await tried(anyone, next)).toEqual([200, 202]);
    expect(await pick(signups, ['providerId'])).toEqual([{ providerId: 1 }, { providerId: 1 }]);
    await anyone.pass(120);
    expect(await tried(anyone, key)).toEqual([404, 422]);
    expect(await tried(anyone, next)).toEqual([200, 202]);
  });

  it('gives its form a stamp that its own signup is taken with', async () => {
    const key = await plantProvider();
    const anyone = visitor();
    await rotate(anyone);
    const settings = await anyone.get(`/embed/${key}.json`, { origin: ORIGIN });
    const { shown } = (await settings.json()) as { shown: string };
    const { tokens } = await anyone.context();
    expect(await tokens.readForm(shown, key)).not.toBeNull();
  });

  it('keeps its frame and our own page open, both with the new key in their forms', async () => {
    const key = await plantProvider();
    const anyone = visitor();
    const next = await rotate(anyone);
    for (const path of [`/embed/${key}`, `/?provider=${key}`]) {
      const page = await see(await anyone.get(path));
      const carried = page.all('input').find(({ name }) => name === 'provider')?.value;
      const action = page.all('form')[0]?.action ?? '';
      expect(carried === next || action.includes(next), path).toBe(true);
      expect(page.text).toContain('Harbor Institute');
    }
  });

  it.each([0, 7, 90])('is taken for %i days where that is said', async (days) => {
    const key = await plantProvider();
    const anyone = visitor();
    await rotate(anyone, days);
    if (days > 0) {
      await anyone.pass(days * DAY - 60);
      expect(await tried(anyone, key)).toEqual([200, 202]);
      await anyone.pass(120);
    }
    expect(await tried(anyone, key)).toEqual([404, 422]);
  });

  it.each([1, -7, '30', null, 1e9])('is not replaced for an overlap of %j', async (overlap) => {
    const key = await plantProvider();
    const response = await visitor().postJson(`${API}/rotate-key`, { overlap, ...WHY }, BEARER);
    const { error } = (await response.json()) as { error: { field: string } };
    expect([response.status, error.field]).toEqual([422, 'overlap']);
    expect(await tried(visitor(), key)).toEqual([200, 202]);
    expect(await count(acts)).toBe(0);
  });

  it('works to its own date where another replaces its successor meanwhile', async () => {
    const key = await plantProvider();
    const anyone = visitor();
    const second = await rotate(anyone, 30);
    await anyone.pass(10 * DAY);
    const third = await rotate(anyone, 90);
    await anyone.pass(20 * DAY - 60);
    for (const each of [key, second, third]) expect(await tried(anyone, each)).toEqual([200, 202]);
    await anyone.pass(120);
    expect(await tried(anyone, key)).toEqual([404, 422]);
    expect(await tried(anyone, second)).toEqual([200, 202]);
    await anyone.pass(70 * DAY);
    expect(await tried(anyone, second)).toEqual([404, 422]);
    expect(await tried(anyone, third)).toEqual([200, 202]);
  });

  it('is ended at once by a press, which is kept; a second one changes nothing', async () => {
    const key = await plantProvider();
    const anyone = visitor();
    await rotate(anyone);
    const end = () => anyone.postJson(`${API}/end-key`, { key, ...WHY }, BEARER);
    expect((await end()).status).toBe(200);
    expect(await tried(anyone, key)).toEqual([404, 422]);
    const ended = await value(retiredKeys, 'worksUntil');
    const again = await end();
    expect(again.status).toBe(409);
    expect(await value(retiredKeys, 'worksUntil')).toBe(ended);
    expect((await pick(acts, ['verb'])).map(({ verb }) => verb)).toEqual(['rotate-key', 'end-key']);
  });

  it('of another provider’s is not ended', async () => {
    await plantProvider();
    const cedar = await plantProvider({ key: 'pk_cedar' });
    const anyone = visitor();
    await anyone.postJson('/operator/api/providers/pk-cedar/rotate-key', WHY, BEARER);
    const end = await anyone.postJson(`${API}/end-key`, { key: cedar, ...WHY }, BEARER);
    expect(end.status).toBe(409);
    expect(await tried(anyone, cedar)).toEqual([200, 202]);
  });

  it('takes nothing while its provider is paused, or from a page that nobody named', async () => {
    const key = await plantProvider();
    const anyone = visitor();
    await rotate(anyone);
    const fields = { email: newAddress(), provider: key };
    const other = await anyone.postJson('/signup', fields, { origin: 'https://evil.example' });
    expect(other.status).toBe(403);
    await anyone.postJson(`${API}/pause`, WHY, BEARER);
    expect(await tried(anyone, key)).toEqual([404, 422]);
    expect(await count(signups)).toBe(0);
  });
});
