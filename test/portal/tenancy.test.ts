import { describe, expect, it } from 'vitest';
import * as schema from '../../src/db/tables.ts';
import { CONSOLE } from '../../src/web/operator/desk-routes.tsx';
import { PORTAL } from '../../src/web/portal/routes.tsx';
import { plantAdoption, plantEdition } from '../support/adoptions.ts';
import { plantCertificate, plantClaim } from '../support/certificates.ts';
import { plantLearners } from '../support/many.ts';
import { plantProvider } from '../support/providers.ts';
import { change, dump, put, rows } from '../support/rows.ts';
import { enterConsole, enterPortal } from '../support/staff.ts';
import { visitor } from '../support/visitor.ts';

/** What belongs to the other provider, as its own people would find it. */
interface OfElm {
  memberId: number;
}

interface Tried {
  id?: string;
  number?: string;
  fields?: Record<string, string>;
}

/** A certificate of the other provider's, and a claim that waits for its word. */
const CERTIFICATE = '0000-0000-0000-0000';
const CLAIM = 4_242;
const certificates = CERTIFICATE;

/** What of the other provider's is put where: each route that names a provider needs its line here. */
const TRIES: Record<string, (elm: OfElm) => Tried> = {
  'GET /portal/:slug': () => ({}),
  'GET /portal/:slug/roster': () => ({}),
  'POST /portal/:slug/find': () => ({ fields: { email: 'planted-1@example.org' } }),
  'POST /portal/:slug/export': () => ({}),
  'GET /portal/:slug/credit': () => ({}),
  'POST /portal/:slug/credit/release': () => ({ fields: { claim: CLAIM.toString(36) } }),
  'POST /portal/:slug/credit/report': () => ({}),
  'GET /portal/:slug/credit/ce-broker': () => ({}),
  'POST /portal/:slug/credit/ce-broker': () => ({
    fields: { provider: '12', course: '34', state: 'FL', certificates },
  }),
  'POST /portal/:slug/credit/reported': () => ({ fields: { certificates } }),
  'GET /portal/:slug/credit/evaluation': () => ({}),
  'GET /portal/:slug/credit/certificates/:number': () => ({ number: CERTIFICATE }),
  'GET /portal/:slug/credit/certificates/:number/lessons/:lesson': () => ({ number: CERTIFICATE }),
  'GET /portal/:slug/log': () => ({}),
  'GET /portal/:slug/adoption': () => ({}),
  'GET /portal/:slug/adoption/:file': () => ({}),
  'GET /portal/:slug/data': () => ({}),
  'GET /portal/:slug/data/text': () => ({}),
  'GET /portal/:slug/form': () => ({}),
  'GET /portal/:slug/form/preview': () => ({}),
  'GET /portal/:slug/installed': () => ({}),
  'POST /portal/:slug/installed': () => ({ fields: { page: 'https://elm.example/' } }),
  'POST /portal/:slug/forget': () => ({ fields: { page: 'https://elm.example/courses' } }),
  'GET /portal/:slug/looks': () => ({}),
  'POST /portal/:slug/looks': () => ({ fields: { name: 'Mine', theme: 'dark' } }),
  'POST /portal/:slug/logo': () => ({}),
  'POST /portal/:slug/logo/remove': () => ({}),
  'GET /portal/:slug/keys': () => ({}),
  'POST /portal/:slug/rotate': () => ({ fields: { overlap: '0' } }),
  'POST /portal/:slug/end-key': () => ({ fields: { key: 'pk_elm_old' } }),
  'GET /portal/:slug/sites': () => ({}),
  'POST /portal/:slug/sites/add': () => ({ fields: { site: 'https://evil.example' } }),
  'POST /portal/:slug/sites/remove': () => ({ fields: { site: 'https://elm.example' } }),
  'GET /portal/:slug/people': () => ({}),
  'POST /portal/:slug/people/invite': () => ({
    fields: { email: 'new@harbor.example', role: 'owner' },
  }),
  'POST /portal/:slug/people/:id/role': ({ memberId }) => ({
    id: String(memberId),
    fields: { role: 'viewer' },
  }),
  'POST /portal/:slug/people/:id/remove': ({ memberId }) => ({ id: String(memberId) }),
};

/** Where a route leads with what of the other's is tried. */
const pathTo = (path: string, slug: string, { id = '1', number = '' }: Tried) =>
  path.replace(':slug', slug).replace(':id', id).replace(':number', number).replace(':lesson', '1');

const nameOf = ({ method, path }: { method: string; path: string }) => `${method} ${path}`;

/** Whatever stands in an answer that only Elm's people may read. */
const SECRETS = [
  'Elm Training',
  'pk_elm',
  'elm-owner@elm.example',
  'elm.example',
  'Elmo Elm',
  'Elvira Elm',
  'ELM-77',
];

async function twoProviders() {
  const anyone = visitor();
  await plantProvider();
  await plantProvider({ key: 'pk_elm', name: 'Elm Training', origins: ['https://elm.example'] });
  const harbor = await enterPortal(anyone);
  const elm = await enterPortal(anyone, { email: 'elm-owner@elm.example', provider: 2 });
  const edition = await plantEdition();
  const contact = { address: 'Elm Street 1', email: 'ce@elm.example', phone: null };
  await plantAdoption(edition, { id: 8, providerId: 2, body: { contact } });
  const licences = [{ number: 'ELM-77', jurisdiction: 'Florida', profession: 'Counselor' }];
  const said = { providerId: 2, adoptionId: 8 };
  await plantCertificate({ ...said, number: CERTIFICATE, printed: { name: 'Elmo Elm', licences } });
  await plantClaim({
    ...said,
    id: CLAIM,
    subscriberId: 1,
    legalName: 'Elvira Elm',
    wordsVersion: '2026-11-a',
    releasedAt: null,
  });
  return { anyone, harbor, elm };
}

/** Everything in the database. */
const everything = async () => JSON.stringify(await dump());

describe('between two providers', () => {
  it('every route of the portal that names one has its try here', () => {
    const named = PORTAL.filter(({ path }) => path.includes(':slug')).map(nameOf);
    expect(named.toSorted()).toEqual(Object.keys(TRIES).toSorted());
  });

  it('no route gives or changes anything of the other, by its name or by its ids', async () => {
    const { harbor, elm } = await twoProviders();
    let tries = 0;
    const before = await everything();
    let bytes = 0;
    for (const route of PORTAL) {
      const tried = TRIES[nameOf(route)]?.(elm) ?? {};
      const { fields = {} } = tried;
      for (const slug of ['pk-elm', 'pk_elm', 'pk-harbor', 'no-such']) {
        const theirOwn = slug === 'pk-harbor';
        // At home, only an id of the other's is to be tried.
        if (theirOwn && !/:(id|number)/.test(route.path)) continue;
        const path = pathTo(route.path, slug, tried);
        const response = await (route.method === 'GET'
          ? harbor.get(path)
          : harbor.post(path, fields));
        const text = await response.text();
        tries += 1;
        bytes += SECRETS.filter((secret) => text.includes(secret)).join('').length;
        expect([path, response.status]).toEqual([path, 404]);
        expect([path, (await everything()) === before]).toEqual([path, true]);
      }
    }
    // biome-ignore lint/suspicious/noConsole: a figure that is read off the run
    console.log(
      `tenancy: ${PORTAL.length} routes, ${tries} tries, ${bytes} bytes of the other found`,
    );
    expect(bytes).toBe(0);
    expect(tries).toBeGreaterThan(PORTAL.length);
  });

  it('nothing of the other is told or changed at home, by its key, page, learner or person', async () => {
    const { anyone, harbor, elm } = await twoProviders();
    await plantLearners(await anyone.context(), 1);
    await change(schema.subscribers, { firstName: 'Elmira' });
    const ref = 'e1'.repeat(10);
    const share = { ref, providerId: 2, subscriberId: 1, enrollmentId: 1, words: '2026-11-b' };
    await put(schema.shares, { ...share, since: 0 });
    await put(schema.retiredKeys, {
      key: 'pk_elm_old',
      providerId: 2,
      retiredAt: 0,
      worksUntil: 9_999_999_999,
    });
    await put(schema.sightings, {
      providerId: 2,
      page: 'https://elm.example/courses',
      way: 'script',
      key: 'pk_elm_old',
      firstAt: 0,
      seenAt: 0,
    });
    const theirs = async () =>
      JSON.stringify([
        await rows(schema.providers, { id: 2 }),
        ...(await Promise.all(
          [
            schema.members,
            schema.shares,
            schema.retiredKeys,
            schema.sightings,
            schema.adoptions,
            schema.claims,
            schema.certificates,
          ].map((table) => rows(table, { providerId: 2 })),
        )),
        await rows(schema.staff, { id: elm.staffId }),
        await rows(schema.subscribers),
      ]);
    const before = await theirs();
    const secrets = [...SECRETS, 'Elmira', 'planted-1@example.org', ref];
    for (const route of PORTAL) {
      const tried = TRIES[nameOf(route)]?.(elm) ?? {};
      const { fields = {} } = tried;
      const path = pathTo(route.path, 'pk-harbor', tried);
      const response = await (route.method === 'GET'
        ? harbor.get(path)
        : harbor.post(path, fields));
      const typed = JSON.stringify(fields);
      const text = await response.text();
      const told = secrets.filter((secret) => !typed.includes(secret) && text.includes(secret));
      expect([nameOf(route), response.status < 500, told]).toEqual([nameOf(route), true, []]);
      expect([nameOf(route), (await theirs()) === before]).toEqual([nameOf(route), true]);
    }
    // The same in their own hands ends the key, so that the tries above could have.
    await elm.post('/portal/pk-elm/end-key', { key: 'pk_elm_old' });
    await elm.post('/portal/pk-elm/forget', { page: 'https://elm.example/courses' });
    expect((await theirs()) === before).toBe(false);
    expect(await (await elm.get('/portal/pk-elm/roster')).text()).toContain('Elmira');
    const credit = await (await elm.get('/portal/pk-elm/credit')).text();
    for (const name of ['Elmo Elm', 'Elvira Elm']) expect(credit).toContain(name);
    expect((await elm.post('/portal/pk-elm/credit/reported', { certificates })).status).toBe(303);
    const release = { claim: CLAIM.toString(36) };
    expect((await elm.post('/portal/pk-elm/credit/release', release)).status).toBe(303);
  });

  it('what is not there answers as what is not yours', async () => {
    const { harbor } = await twoProviders();
    const theirs = await (await harbor.get('/portal/pk-elm/people')).text();
    const nobodys = await (await harbor.get('/portal/no-such/people')).text();
    expect(theirs.replaceAll('pk-elm', 'no-such')).toBe(nobodys);
  });

  it('nobody without a session sees any page of either room', async () => {
    const { anyone } = await twoProviders();
    for (const route of [...PORTAL, ...CONSOLE]) {
      const path = route.path.replace(':slug', 'pk-elm').replaceAll(/:\w+/g, '1');
      const response = await (route.method === 'GET' ? anyone.get(path) : anyone.post(path));
      expect([path, response.status]).toEqual([path, 303]);
      expect(response.headers.get('location')).toMatch(/^\/(portal|operator)\/enter/);
    }
  });

  it('nobody of a provider sees any page of the console, and no operator one of the portal', async () => {
    const { anyone, harbor } = await twoProviders();
    const mira = await enterConsole(anyone);
    for (const { method, path } of CONSOLE) {
      if (method !== 'GET') continue;
      const cookie = harbor.cookie.replace('portal=', 'operator=');
      expect((await anyone.get(path.replaceAll(/:\w+/g, '1'), { cookie })).status).toBe(303);
    }
    const cookie = mira.cookie.replace('operator=', 'portal=');
    expect((await anyone.get('/portal/pk-harbor', { cookie })).status).toBe(303);
  });
});
