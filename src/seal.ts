/**
 * A key for the practice log: `id` stands beside each text that it sealed, so that keys can be rotated.
 * `LOG_KEY` lists them newest first; the first seals, all open.
 */
export interface LogKey {
  id: string;
  secret: string;
}

/** Whose text it is and where it stands: sealed along with it, so that no row passes for another's. */
export interface Place {
  /** The learner's own, hex; the key is derived with it, and without it nothing opens any more. */
  salt: string;
  subscriberId: number;
  lesson: number;
}

/** Encrypts at rest what only its writer is meant to read. */
export interface Seal {
  /** The key that seals now. */
  readonly keyId: string;
  /** Keys that still open, and seal no more. */
  readonly olderKeyIds: string[];
  /** 128 random bits, hex, for somebody whose text is sealed for the first time. */
  newSalt(): string;
  /** @returns base64; each time another */
  seal(text: string, place: Place): Promise<string>;
  /** Null where the key is gone, or the text was sealed for another place. */
  open(sealed: string, keyId: string, place: Place): Promise<string | null>;
}

/** NIST SP 800-38D: 96 bits, drawn anew for each text. */
const IV_BYTES = 12;

const encoder = new TextEncoder();
// What was written comes back whole, a byte order mark at its head included.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * AES-256-GCM under a key that HKDF-SHA-256 (RFC 5869) derives from a secret and the learner's salt: a
 * copy of the database alone reads nothing, and neither does the secret once the salt is deleted.
 *
 * @param keys newest first, at least one
 */
export function createSeal(keys: LogKey[]): Seal {
  const [newest, ...older] = keys;
  if (!newest) throw new Error('no key to seal with');

  async function derive(secret: string, { salt }: Place): Promise<CryptoKey> {
    const material = await crypto.subtle.importKey('raw', encoder.encode(secret), 'HKDF', false, [
      'deriveKey',
    ]);
    const hkdf = {
      name: 'HKDF',
      hash: 'SHA-256',
      salt: encoder.encode(salt),
      info: encoder.encode('practice log'),
    };
    const aes = { name: 'AES-GCM', length: 256 };
    return crypto.subtle.deriveKey(hkdf, material, aes, false, ['encrypt', 'decrypt']);
  }

  const algorithm = (iv: Uint8Array, keyId: string, { subscriberId, lesson }: Place) => ({
    name: 'AES-GCM',
    iv,
    additionalData: encoder.encode(`${keyId} ${subscriberId} ${lesson}`),
  });

  return {
    keyId: newest.id,
    olderKeyIds: older.map(({ id }) => id),
    newSalt() {
      const bytes = crypto.getRandomValues(new Uint8Array(16));
      return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    },
    async seal(text, place) {
      const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
      const key = await derive(newest.secret, place);
      const sealed = await crypto.subtle.encrypt(
        algorithm(iv, newest.id, place),
        key,
        encoder.encode(text),
      );
      return toBase64(iv) + toBase64(new Uint8Array(sealed));
    },
    async open(sealed, keyId, place) {
      const secret = keys.find(({ id }) => id === keyId)?.secret;
      if (secret === undefined) return null;
      try {
        const bytes = fromBase64(sealed);
        const key = await derive(secret, place);
        const cipher = algorithm(bytes.subarray(0, IV_BYTES), keyId, place);
        return decoder.decode(await crypto.subtle.decrypt(cipher, key, bytes.subarray(IV_BYTES)));
      } catch {
        return null;
      }
    },
  };
}

function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
