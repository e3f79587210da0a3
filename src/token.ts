import { DAY, MINUTE, type Seconds } from './clock.ts';
import { DomainError } from './errors.ts';
import { parseBase36 } from './id.ts';

/** What a token opens. One letter in the token, so that a token of one purpose never opens another. */
export type Purpose =
  | 'confirm'
  | 'learn'
  | 'calendar'
  | 'form'
  | 'device'
  | 'undo'
  | 'entry'
  | 'browser'
  | SinglePurpose;

/** Links that work once. What they do to whom is in the table `links`; the token only names the row. */
export type SinglePurpose = 'open' | 'address' | 'erase';

const LETTER: Record<Purpose, string> = {
  confirm: 'c',
  learn: 'l',
  calendar: 'k',
  open: 'o',
  address: 'a',
  erase: 'e',
  device: 'd',
  form: 'f',
  undo: 'b',
  entry: 'i',
  browser: 'w',
};

/** How long a confirmation link lives, in seconds. */
export const CONFIRM_LIFETIME = 7 * DAY;

/** How long a link lives that opens, confirms or erases, in seconds. */
export const SINGLE_LIFETIME = 15 * MINUTE;

/** How long an unsubscribing can be taken back, in seconds. */
export const GOODBYE_UNDO = DAY;

/** How long an invitation to the staff lives, in seconds. */
export const INVITE_LIFETIME = 7 * DAY;

/** How long a device stays open, in seconds: the course once, with some weeks to spare. */
export const DEVICE_LIFETIME = 90 * DAY;

/**
 * A key for links: `id` stands in each token that it signed, so that keys can be rotated.
 * `SIGNING_KEYS` lists them newest first; the first signs, all verify.
 */
export interface SigningKey {
  id: string;
  secret: string;
}

export interface ConfirmClaims {
  subscriberId: number;
  linkVersion: number;
  signupId: number;
  /** Epoch seconds, course time. */
  expiresAt: Seconds;
}

export interface LearnClaims {
  subscriberId: number;
  linkVersion: number;
}

/** Which unsubscribing may be taken back: that of this instant, by its person. */
export interface UndoClaims {
  subscriberId: number;
  /** When they unsubscribed, epoch seconds of course time. */
  leftAt: Seconds;
}

/** When a form was shown, and what it will become. */
export interface FormClaims {
  /** Epoch seconds, machine time. */
  shownAt: Seconds;
  /** The signup that it is: a second press is the same one. Null in what a widget reads: many share that. */
  signupId: number | null;
}

export interface SingleClaims {
  subscriberId: number;
  linkId: number;
  /** Epoch seconds, course time. */
  expiresAt: Seconds;
}

/** What the cookie of an opened device says: its row, which closing deletes, and the links it goes with. */
export interface DeviceClaims {
  deviceId: number;
  linkVersion: number;
}

/** What a browser keeps in which somebody of the staff has entered. */
export interface BrowserClaims {
  staffId: number;
  browserId: number;
}

/** Whose mail it was, and to which address it went. */
export interface NotMeClaims {
  subscriberId: number;
  addressHash: string;
}

/** Which mail it is, of which deployment, from whom to whom. */
export interface MailClaims {
  deliveryId: number;
  /** A row that is owed again goes out in another batch: as another mail. */
  batchId: number;
  baseUrl: string;
  mailFrom: string;
  /** The recipient's address hash. */
  toHash: string;
}

/** Makes and reads the tokens of every link. Deterministic: the same claims and key give the same token. */
export interface Tokens {
  /** The key that signs now. */
  readonly keyId: string;
  confirm(claims: ConfirmClaims, keyId?: string): Promise<string>;
  learn(claims: LearnClaims, keyId?: string): Promise<string>;
  /** Reads the dates of the lessons to come and opens nothing: calendars are kept by others. */
  calendar(claims: LearnClaims): Promise<string>;
  /** @param providerKey the provider's whose form it is, or empty; it is signed, and does not stand in it */
  form(claims: FormClaims, providerKey: string): Promise<string>;
  single(purpose: SinglePurpose, claims: SingleClaims, keyId?: string): Promise<string>;
  /** Takes one unsubscribing back, for a day; an unsubscribe link, which lasts, begins nothing. */
  undo(claims: UndoClaims): Promise<string>;
  device(claims: DeviceClaims): Promise<string>;
  /** Lets somebody of the staff in, once; what it does stands in the table `entries`. */
  entry(entryId: number, keyId?: string): Promise<string>;
  /** The eight digits that do the same where they were asked for. Nothing of them is stored. */
  digits(entryId: number): Promise<string>;
  browser(claims: BrowserClaims): Promise<string>;
  /** What a form of this session must bring along. */
  csrf(sessionId: number): Promise<string>;
  /** Signed with the key that is never rotated; link versions do not touch it (RFC 8058 wants it to last). */
  unsubscribe(subscriberId: number): Promise<string>;
  /**
   * "This was not me", from the owner of an address, by its hash; as lasting as an unsubscribe link. It
   * names the subscriber that the mail was about, whose address it need not be.
   */
  notMe(subscriberId: number, addressHash: string): Promise<string>;
  /** Null for a token that is damaged, forged, of another purpose, or signed by an unknown key. */
  readConfirm(token: string): Promise<ConfirmClaims | null>;
  readLearn(token: string): Promise<LearnClaims | null>;
  readCalendar(token: string): Promise<LearnClaims | null>;
  readUndo(token: string): Promise<UndoClaims | null>;
  readForm(token: string, providerKey: string): Promise<FormClaims | null>;
  readSingle(purpose: SinglePurpose, token: string): Promise<SingleClaims | null>;
  readDevice(token: string): Promise<DeviceClaims | null>;
  readEntry(token: string): Promise<number | null>;
  readBrowser(token: string): Promise<BrowserClaims | null>;
  readUnsubscribe(token: string): Promise<{ subscriberId: number } | null>;
  readNotMe(token: string): Promise<NotMeClaims | null>;
  /** The keyed hash of an address, which outlives an erasure. Hex. */
  addressHash(email: string): Promise<string>;
  /** What a mail is tagged with, so that an event can be told to be about it: letters, digits, `-`, `_`. */
  mailDigest(claims: MailClaims): Promise<string>;
}

const encoder = new TextEncoder();

/** 128 bits of HMAC-SHA-256: 22 characters, beyond guessing and short enough for a mail's line. */
const SIGNATURE_BYTES = 16;

/** Without padding (RFC 4648, 5). */
export function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
}

/** SHA-256 of a text, hex: what the database keeps of something that only a browser holds. */
export async function digestOf(text: string): Promise<string> {
  return hex(new Uint8Array(await crypto.subtle.digest('SHA-256', encoder.encode(text))));
}

/** 256 random bits, for a cookie. */
export const randomSecret = (): string => base64url(crypto.getRandomValues(new Uint8Array(32)));

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Compares without telling by its duration where two strings differ. */
export function equalInConstantTime(a: string, b: string): boolean {
  const left = encoder.encode(a);
  const right = encoder.encode(b);
  return left.length === right.length && crypto.subtle.timingSafeEqual(left, right);
}

/**
 * @param signingKeys newest first, at least one
 * @param hashKey never rotated: unsubscribe links and address hashes
 */
export function createTokens(signingKeys: SigningKey[], hashKey: string): Tokens {
  const newest = signingKeys[0];
  if (!newest) throw new DomainError('misconfigured', 'SIGNING_KEYS is empty');
  const imported = new Map<string, Promise<CryptoKey>>();

  function importKey(name: string, secret: string): Promise<CryptoKey> {
    let key = imported.get(name);
    if (!key) {
      const algorithm = { name: 'HMAC', hash: 'SHA-256' };
      key = crypto.subtle.importKey('raw', encoder.encode(secret), algorithm, false, ['sign']);
      imported.set(name, key);
    }
    return key;
  }

  async function mac(name: string, secret: string, text: string): Promise<Uint8Array> {
    const key = await importKey(name, secret);
    return new Uint8Array(await crypto.subtle.sign('HMAC', key, encoder.encode(text)));
  }

  async function sign(name: string, secret: string, payload: string, bound = ''): Promise<string> {
    const signature = (await mac(name, secret, payload + bound)).subarray(0, SIGNATURE_BYTES);
    return `${payload}.${base64url(signature)}`;
  }

  /** @param bound signed along with the payload, for a token that is good beside it only */
  async function signWith(keyId: string, payload: string, bound = ''): Promise<string> {
    const key = signingKeys.find((candidate) => candidate.id === keyId);
    if (!key) throw new DomainError('misconfigured', `SIGNING_KEYS no longer holds key ${keyId}`);
    return sign(`signing:${key.id}`, key.secret, payload, bound);
  }

  /** The numbers of a token `letter.keyId.n.n….signature`, or null. */
  async function read(
    token: string,
    purpose: Purpose,
    count: number,
    bound = '',
  ): Promise<number[] | null> {
    const parts = token.split('.');
    const [letter, keyId] = parts;
    if (letter !== LETTER[purpose] || keyId === undefined || parts.length !== count + 3)
      return null;
    if (!signingKeys.some((key) => key.id === keyId)) return null;
    const expected = await signWith(keyId, parts.slice(0, -1).join('.'), bound);
    if (!equalInConstantTime(expected, token)) return null;
    const numbers = parts.slice(2, -1).map(parseBase36);
    return numbers.every((value) => value !== null) ? numbers : null;
  }

  function make(purpose: Purpose, keyId: string, numbers: number[], bound = ''): Promise<string> {
    const digits = numbers.map((value) => value.toString(36));
    return signWith(keyId, [LETTER[purpose], keyId, ...digits].join('.'), bound);
  }

  async function readLearner(
    token: string,
    purpose: 'learn' | 'calendar',
  ): Promise<LearnClaims | null> {
    const numbers = await read(token, purpose, 2);
    if (!numbers) return null;
    const [subscriberId, linkVersion] = numbers as [number, number];
    return { subscriberId, linkVersion };
  }

  return {
    keyId: newest.id,
    confirm({ subscriberId, linkVersion, signupId, expiresAt }, keyId = newest.id) {
      return make('confirm', keyId, [subscriberId, linkVersion, signupId, expiresAt]);
    },
    learn({ subscriberId, linkVersion }, keyId = newest.id) {
      return make('learn', keyId, [subscriberId, linkVersion]);
    },
    single(purpose, { subscriberId, linkId, expiresAt }, keyId = newest.id) {
      return make(purpose, keyId, [subscriberId, linkId, expiresAt]);
    },
    calendar({ subscriberId, linkVersion }) {
      return make('calendar', newest.id, [subscriberId, linkVersion]);
    },
    undo({ subscriberId, leftAt }) {
      return make('undo', newest.id, [subscriberId, leftAt]);
    },
    device({ deviceId, linkVersion }) {
      return make('device', newest.id, [deviceId, linkVersion]);
    },
    entry(entryId, keyId = newest.id) {
      return make('entry', keyId, [entryId]);
    },
    async digits(entryId) {
      const bytes = await mac('hash', hashKey, `digits:${entryId}`);
      const number = new DataView(bytes.buffer).getBigUint64(0) % 100_000_000n;
      return String(number).padStart(8, '0');
    },
    browser({ staffId, browserId }) {
      return make('browser', newest.id, [staffId, browserId]);
    },
    async csrf(sessionId) {
      const bytes = await mac('hash', hashKey, `csrf:${sessionId}`);
      return base64url(bytes.subarray(0, SIGNATURE_BYTES));
    },
    form({ shownAt, signupId }, providerKey) {
      return make('form', newest.id, [shownAt, signupId ?? 0], `@${providerKey}`);
    },
    unsubscribe(subscriberId) {
      return sign('hash', hashKey, `u.${subscriberId.toString(36)}`);
    },
    async readConfirm(token) {
      const numbers = await read(token, 'confirm', 4);
      if (!numbers) return null;
      const [subscriberId, linkVersion, signupId, expiresAt] = numbers as [
        number,
        number,
        number,
        number,
      ];
      return { subscriberId, linkVersion, signupId, expiresAt };
    },
    readLearn: (token) => readLearner(token, 'learn'),
    readCalendar: (token) => readLearner(token, 'calendar'),
    async readUndo(token) {
      const numbers = await read(token, 'undo', 2);
      if (!numbers) return null;
      const [subscriberId, leftAt] = numbers as [number, number];
      return { subscriberId, leftAt };
    },
    async readForm(token, providerKey) {
      const numbers = await read(token, 'form', 2, `@${providerKey}`);
      if (!numbers) return null;
      const [shownAt, signupId] = numbers as [number, number];
      return { shownAt, signupId: signupId === 0 ? null : signupId };
    },
    async readSingle(purpose, token) {
      const numbers = await read(token, purpose, 3);
      if (!numbers) return null;
      const [subscriberId, linkId, expiresAt] = numbers as [number, number, number];
      return { subscriberId, linkId, expiresAt };
    },
    async readDevice(token) {
      const numbers = await read(token, 'device', 2);
      if (!numbers) return null;
      const [deviceId, linkVersion] = numbers as [number, number];
      return { deviceId, linkVersion };
    },
    async readEntry(token) {
      const [entryId] = (await read(token, 'entry', 1)) ?? [];
      return entryId ?? null;
    },
    async readBrowser(token) {
      const numbers = await read(token, 'browser', 2);
      if (!numbers) return null;
      const [staffId, browserId] = numbers as [number, number];
      return { staffId, browserId };
    },
    async readUnsubscribe(token) {
      const subscriberId = parseBase36(/^u\.([0-9a-z]+)\./.exec(token)?.[1]);
      if (subscriberId === null) return null;
      const expected = await sign('hash', hashKey, `u.${subscriberId.toString(36)}`);
      return equalInConstantTime(expected, token) ? { subscriberId } : null;
    },
    notMe(subscriberId, addressHash) {
      const hash = addressHash.match(/../g)?.map((pair) => Number.parseInt(pair, 16)) ?? [];
      const payload = `n.${subscriberId.toString(36)}.${base64url(Uint8Array.from(hash))}`;
      return sign('hash', hashKey, payload);
    },
    async readNotMe(token) {
      const parts = /^(n\.([0-9a-z]+)\.([\w-]{43}))\.[\w-]{22}$/.exec(token);
      const subscriberId = parseBase36(parts?.[2]);
      if (!parts || subscriberId === null) return null;
      if (!equalInConstantTime(await sign('hash', hashKey, parts[1] ?? ''), token)) return null;
      const base64 = (parts[3] ?? '').replaceAll('-', '+').replaceAll('_', '/');
      return {
        subscriberId,
        addressHash: hex(Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))),
      };
    },
    async mailDigest({ deliveryId, batchId, baseUrl, mailFrom, toHash }) {
      const text = ['mail', deliveryId, batchId, baseUrl, mailFrom, toHash].join('\n');
      return base64url((await mac('hash', hashKey, text)).subarray(0, SIGNATURE_BYTES));
    },
    async addressHash(email) {
      return hex(await mac('hash', hashKey, `address:${email}`));
    },
  };
}
