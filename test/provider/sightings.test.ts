import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { retiredKeys, sightings } from '../../src/db/schema.ts';
import { forgetSighting, listSightings, noteSighting } from '../../src/provider/note-sighting.ts';
import { type Sighting, withOldKey } from '../../src/provider/sightings.ts';
import { ORIGIN, plantProvider } from '../support/providers.ts';
import { change, count, dump, pick, put } from '../support/rows.ts';
import { countingDatabase, DAY, type Visitor, visitor } from '../support/visitor.ts';

const HOUR = 3600;
const PAGE = `${ORIGIN}/courses`;
const NOON = '2026-11-27T12:00:00Z';

const settings = (anyone: Visitor, key: string, page = '/courses', origin = ORIGIN) =>
  anyone.get(`/embed/${key}.json?page=${page}`, { origin });
const frame = (anyone: Visitor, key: string, referer: string) =>
  anyone.get(`/embed/${key}`, { referer });
const seen = () => pick(sightings, ['page', 'way', 'key']);

describe('a page on which a browser loads the form', () => {
  it('is noted with how it loads it and with which key, and nothing of who it was', async () => {
    const key = await plantProvider();
    const anyone = visitor();
    await settings(anyone, key, '/courses/caf%C3%A9&more');
    await frame(anyone, key, `${ORIGIN}/framed?learner=7#top`);
    expect(await seen()).toEqual([
      { page: `${ORIGIN}/courses/caf%C3%A9&more`, way: 'script', key },
      { page: `${ORIGIN}/framed`, way: 'frame', key },
    ]);
    const rows = JSON.stringify((await dump()).sightings);
    expect(Object.keys(JSON.parse(rows)[0]).sort()).toEqual(
      ['first_at', 'id', 'key', 'page', 'provider_id', 'seen_at', 'way'].sort(),
    );
    expect(rows).not.toContain('learner');
  });

  it('is noted once an hour, however many load it, in one round trip beside the answer’s', async () => {
    const key = await plantProvider();
    const { DB, counts } = countingDatabase();
    const anyone = visitor({ DB });
    await anyone.setTime(NOON);
    counts();
    await settings(anyone, key);
    expect(counts()).toContain('INSERT');
    const [first] = await pick(sightings, ['firstAt', 'seenAt']);
    await anyone.pass(HOUR - 60);
    counts();
    await settings(anyone, key);
    await settings(anyone, key);
    expect(counts()).not.toMatch(/INSERT|DELETE|batch/);
    expect(await pick(sightings, ['firstAt', 'seenAt'])).toEqual([first]);
    await anyone.pass(120);
    await settings(anyone, key);
    const [later] = await pick(sightings, ['firstAt', 'seenAt']);
    expect(later?.firstAt).toBe(first?.firstAt);
    expect((later?.seenAt ?? 0) - (first?.seenAt ?? 0)).toBeGreaterThanOrEqual(HOUR);
    expect(await count(sightings)).toBe(1);
  });

  it('is forgotten when nobody has loaded it for 90 days, and not before', async () => {
    const key = await plantProvider();
    const anyone = visitor();
    await anyone.setTime(NOON);
    await settings(anyone, key);
    await anyone.pass(90 * DAY - HOUR);
    await anyone.work();
    expect(await count(sightings)).toBe(1);
    await anyone.pass(2 * HOUR);
    await anyone.work();
    expect(await count(sightings)).toBe(0);
  });

  it('is forgotten when its provider asks, and comes back when a browser loads it again', async () => {
    const key = await plantProvider();
    await plantProvider({ key: 'pk_cedar' });
    const anyone = visitor();
    await settings(anyone, key);
    const ctx = await anyone.context();
    expect(await forgetSighting(ctx, 'pk-cedar', PAGE)).toEqual({ kind: 'unknown' });
    expect(await count(sightings)).toBe(1);
    expect(await forgetSighting(ctx, 'pk-harbor', PAGE)).toEqual({ kind: 'forgotten' });
    expect(await listSightings(ctx, 'pk-harbor')).toEqual([]);
    await settings(anyone, key);
    expect(await listSightings(ctx, 'pk-harbor')).toMatchObject([{ page: PAGE, key }]);
  });

  it('is the site alone where its address is too long, or the browser names no more', async () => {
    const key = await plantProvider();
    await settings(visitor(), key, `/${'x'.repeat(400)}`);
    await frame(visitor(), key, `${ORIGIN}/`);
    expect(await seen()).toEqual([
      { page: `${ORIGIN}/`, way: 'frame', key },
      { page: `${ORIGIN}/`, way: 'script', key },
    ]);
  });

  it('is noted for a key that was replaced, so that its provider learns of it', async () => {
    const key = await plantProvider();
    await put(retiredKeys, { key: 'pk_old', providerId: 1, retiredAt: 0 });
    await settings(visitor(), 'pk_old');
    expect(await seen()).toEqual([{ page: PAGE, way: 'script', key: 'pk_old' }]);
    const listed = await listSightings(await visitor().context(), 'pk-harbor');
    expect(withOldKey(listed, key)).toHaveLength(1);
  });
});

describe('a forged page', () => {
  it.each([
    ['on another site', '/courses', 'https://evil.example'],
    ['with a host in its path', '//evil.example/x', ORIGIN],
    ['with a user in its path', '@evil.example/x', ORIGIN],
    ['that is no path', 'https://harbor.example/x', ORIGIN],
    ['with a backslash', '\\\\evil.example', ORIGIN],
  ])('%s is not noted', async (_, page, origin) => {
    const key = await plantProvider();
    await settings(visitor(), key, page, origin);
    const pages = (await seen()).map((row) => row.page);
    expect(pages.every((address) => new URL(address).origin === ORIGIN)).toBe(true);
    expect(pages.filter((address) => !address.startsWith(`${ORIGIN}//evil`))).toEqual([]);
  });

  it('in a frame of another site, of ours, or of none is not noted', async () => {
    const key = await plantProvider();
    for (const referer of ['https://evil.example/x', 'http://localhost:8787/', 'nonsense', '']) {
      await frame(visitor(), key, referer);
    }
    expect(await count(sightings)).toBe(0);
  });

  it('without a word of where it is is not noted', async () => {
    const key = await plantProvider();
    await visitor().get(`/embed/${key}.json?page=/courses`);
    expect(await count(sightings)).toBe(0);
  });

  it('opens nothing: a page of another site is refused as before', async () => {
    const key = await plantProvider();
    await settings(visitor(), key, '/courses');
    const refused = await settings(visitor(), key, '/courses', 'https://evil.example');
    expect(refused.status).toBe(403);
    expect(refused.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('makes room for others: of hundreds, 50 are kept, and pages that come back stay', async () => {
    const key = await plantProvider();
    const anyone = visitor();
    await anyone.setTime(NOON);
    const ctx = await anyone.context();
    const load = (page: string) =>
      noteSighting(ctx, key, { page, way: 'script' }, { seenAt: null });
    await load(PAGE);
    // It was loaded in an earlier hour as well, and is the longest unseen of all.
    await change(sightings, {
      firstAt: sql`${sightings.seenAt} - ${2 * HOUR}`,
      seenAt: sql`${sightings.seenAt} - 60`,
    });
    for (let page = 0; page < 300; page++) await load(`${ORIGIN}/invented/${page}`);
    expect(await count(sightings)).toBe(50);
    expect((await seen()).map((row) => row.page)).toContain(PAGE);
    // A page that is new on the same day appears, though all the others are new as well.
    await load(`${ORIGIN}/spring`);
    expect((await seen()).map((row) => row.page)).toContain(`${ORIGIN}/spring`);
    expect(await count(sightings)).toBe(50);
  });

  it('takes no room of another provider’s', async () => {
    const key = await plantProvider();
    await plantProvider({ key: 'pk_cedar', origins: ['https://cedar.example'] });
    const ctx = await visitor().context();
    const load = (page: string, of: string) =>
      noteSighting(ctx, of, { page, way: 'script' }, { seenAt: null });
    await load('https://cedar.example/', 'pk_cedar');
    for (let page = 0; page < 60; page++) await load(`${ORIGIN}/${page}`, key);
    expect(await listSightings(ctx, 'pk-cedar')).toHaveLength(1);
    expect(await listSightings(ctx, 'pk-harbor')).toHaveLength(50);
  });
});

describe('a page with an old key', () => {
  const at = (key: string, seenAt: number): Sighting => ({
    ...{ page: PAGE, way: 'script', key },
    ...{ firstAt: 0, seenAt },
  });

  it('is one until it was seen with the new key for a day', () => {
    const old = at('pk_old', 10 * DAY);
    expect(withOldKey([old], 'pk_new')).toEqual([old]);
    expect(withOldKey([old, at('pk_new', 10 * DAY + HOUR)], 'pk_new')).toEqual([old]);
    expect(withOldKey([old, at('pk_new', 11 * DAY + HOUR)], 'pk_new')).toEqual([]);
    expect(withOldKey([old, { ...at('pk_new', 12 * DAY), page: ORIGIN }], 'pk_new')).toEqual([old]);
  });
});
