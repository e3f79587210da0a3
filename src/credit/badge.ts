/**
 * A certificate as a credential that programs read: Open Badges 3.0.3 on Verifiable Credentials 2.0, its
 * issuer, and the list that says which badges do not stand any more. Every node but the one identity has
 * an id of its own, so that what is signed has one order. Nothing in it names its holder.
 */
import type { Seconds } from '../clock.ts';
import { achievementOf, plain } from './achievement.ts';
import type { Frozen } from './certificate.ts';

export const CONTEXTS = {
  credentials: 'https://www.w3.org/ns/credentials/v2',
  badges: 'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json',
  controller: 'https://www.w3.org/ns/cid/v1',
} as const;

/** Entries of a list: the least that Bitstring Status List 1.0 allows, so that one entry hides among them. */
export const LIST_LENGTH = 131_072;

/** So many badges are within reach of a list’s end: it is time for another. */
export const LIST_FULL = 60_000;

/** How long a list may be taken from a cache, in milliseconds as its `ttl` says it. */
const LIST_TTL = 300_000;

/** A public key as a credential names it (Controlled Identifiers 1.0, Multikey). */
export interface Multikey {
  /** The issuer’s address, `#`, and the key. */
  id: string;
  type: 'Multikey';
  controller: string;
  publicKeyMultibase: string;
}

/** What a signature adds (Data Integrity 1.0, eddsa-rdfc-2022). */
export interface Proof {
  type: 'DataIntegrityProof';
  cryptosuite: 'eddsa-rdfc-2022';
  created: string;
  verificationMethod: string;
  proofPurpose: 'assertionMethod';
  proofValue: string;
}

/** A document with a proof. */
export type Signed<Document> = Document & { proof: Proof };

export type Badge = ReturnType<typeof badgeOf>;

/** Where things are on the web, once and for all: they are in files that nobody can call back. */
export const addressesOf = (baseUrl: string) => ({
  issuer: (slug: string) => `${baseUrl}/issuers/${slug}`,
  list: (slug: string) => `${baseUrl}/status/${slug}`,
  achievement: (adoption: number) => `${baseUrl}/achievements/${adoption.toString(36)}`,
});

/** To the second, as the canonical form has it. */
export const instantText = (at: Seconds) => new Date(at * 1000).toISOString().replace('.000', '');

export interface BadgeInput {
  baseUrl: string;
  /** The register’s address of its number. */
  register: string;
  /** Epoch seconds. */
  issuedAt: Seconds;
  frozen: Frozen;
  adoption: number;
  issuer: { slug: string; site: string | null };
  /** Random, of nobody: `urn:uuid:…`. */
  subject: string;
  identity: { hash: string; salt: string };
  /** Its place in the list. */
  place: number;
}

/** A certificate as a credential, without a proof. */
export function badgeOf(input: BadgeInput) {
  const { baseUrl, register, issuedAt, adoption, issuer, subject, identity, place } = input;
  const { printed, record } = input.frozen;
  const at = addressesOf(baseUrl);
  const list = at.list(issuer.slug);
  const achievement = achievementOf({
    id: at.achievement(adoption),
    title: printed.title,
    format: printed.format,
    needed: record.needed,
    of: record.of,
    sample: printed.sample,
  });
  return {
    '@context': [CONTEXTS.credentials, CONTEXTS.badges],
    id: register,
    type: ['VerifiableCredential', 'OpenBadgeCredential'],
    issuer: profileOf(baseUrl, { ...issuer, name: printed.provider.name }),
    validFrom: instantText(issuedAt),
    name: plain(`Certificate of completion: ${printed.title}`),
    credentialSubject: {
      id: subject,
      type: ['AchievementSubject'],
      identifier: [
        {
          type: 'IdentityObject',
          hashed: true,
          identityHash: identity.hash,
          identityType: 'emailAddress',
          salt: identity.salt,
        },
      ],
      ...(printed.hours === null ? {} : { creditsEarned: printed.hours }),
      achievement,
    },
    credentialStatus: {
      id: `${list}#${place}`,
      type: 'BitstringStatusListEntry',
      statusPurpose: 'revocation',
      statusListIndex: String(place),
      statusListCredential: list,
    },
  };
}

interface Named {
  slug: string;
  name: string;
  site: string | null;
}

function profileOf(baseUrl: string, { slug, name, site }: Named) {
  return {
    id: addressesOf(baseUrl).issuer(slug),
    type: ['Profile'],
    name: plain(name),
    ...(site === null ? {} : { url: site }),
  };
}

/** Who issues, and by which keys one knows it. */
export function issuerOf(baseUrl: string, named: Named, keys: readonly Multikey[]) {
  return {
    '@context': [CONTEXTS.controller, CONTEXTS.badges],
    ...profileOf(baseUrl, named),
    description: plain(
      `${named.name} issues certificates of completion. The service at ${baseUrl} signs their badges for it.`,
    ),
    verificationMethod: [...keys],
    assertionMethod: keys.map(({ id }) => id),
  };
}

/** The list of a provider’s badges that do not stand any more, without a proof. */
export function listOf(baseUrl: string, slug: string, encodedList: string, at: Seconds) {
  const addresses = addressesOf(baseUrl);
  const id = addresses.list(slug);
  return {
    '@context': [CONTEXTS.credentials],
    id,
    type: ['VerifiableCredential', 'BitstringStatusListCredential'],
    issuer: addresses.issuer(slug),
    validFrom: instantText(at),
    credentialSubject: {
      id: `${id}#list`,
      type: 'BitstringStatusList',
      statusPurpose: 'revocation',
      encodedList,
      ttl: LIST_TTL,
    },
  };
}

/** The bits of a list, the first entry left-most. */
export function bitsOf(indexes: readonly number[]): Uint8Array<ArrayBuffer> {
  const bits = new Uint8Array(LIST_LENGTH / 8);
  for (const index of indexes) {
    const at = index >> 3;
    bits[at] = (bits[at] ?? 0) | (128 >> (index & 7));
  }
  return bits;
}

/** The key by which a document was signed. */
export const keyOf = ({ proof }: { proof: Proof }) => proof.verificationMethod;
