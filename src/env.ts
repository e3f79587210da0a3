import { DomainError } from './errors.ts';
import type { LogKey } from './seal.ts';
import type { SigningKey } from './token.ts';

/** Every binding and variable of the Worker, as wrangler.toml and the secrets give them. */
export interface Env {
  /** The database. */
  DB: D1Database;
  /** Wakes the lane of what a person asked for. */
  PROMPT_QUEUE: Queue<WakeUp>;
  /** Wakes the lane of lessons. */
  LESSON_QUEUE: Queue<WakeUp>;
  /** Burst limit of signups for one client address. */
  SIGNUP_LIMIT: RateLimit;
  /** What the build has put beside the Worker. */
  ASSETS: Fetcher;
  /** Where the course lives: an origin such as https://course.example.org. */
  BASE_URL?: string;
  /** `mailbox` (default; local) or `resend`. */
  MAILER?: string;
  /** `movable` (default; local) or `real`. */
  CLOCK?: string;
  /** From of every mail: `Name <address>`. The name of who signs the course goes before it. */
  MAIL_FROM?: string;
  /** Where replies go; the From address where it is missing. */
  MAIL_REPLY_TO?: string;
  /** The postal address that each mail must carry (CAN-SPAM). */
  POSTAL_ADDRESS?: string;
  /** At most this many mails a UTC day; lessons wait for the next. */
  DAILY_CAP?: string;
  /** Secret: Resend's key. */
  RESEND_API_KEY?: string;
  /** Another address for Resend's interface, for a local fake. */
  RESEND_BASE_URL?: string;
  /** Secret: signs what Resend tells of its mails, `whsec_…`. */
  RESEND_WEBHOOK_SECRET?: string;
  /** Secret: keys for links, newest first: `id:secret,id:secret`. */
  SIGNING_KEYS?: string;
  /** Secret, never rotated: unsubscribe links and the hashes of addresses. */
  HASH_KEY?: string;
  /** Secret: keys that seal practice logs, newest first: `id:secret,id:secret`. */
  LOG_KEY?: string;
  /** Secret: opens /operator/api, as a bearer. */
  OPERATOR_TOKEN?: string;
  /** Secret: keys that sign badges, newest first: `id:64 hex,id:64 hex`. Without it there are none. */
  CREDENTIAL_KEYS?: string;
  /** Where to post what needs the operator; nowhere where it is missing. */
  ALERT_URL?: string;
  /** Cloudflare Turnstile's site key; with TURNSTILE_SECRET, every signup must pass its check. */
  TURNSTILE_SITE_KEY?: string;
  /** Secret: Turnstile's own. Both are set, or none. */
  TURNSTILE_SECRET?: string;
  /** Another address for Turnstile's verification, for a local fake. */
  TURNSTILE_VERIFY_URL?: string;
}

/** A key that signs badges. */
export interface CredentialKey {
  /** What the operator calls it; it leaves the house nowhere. */
  id: string;
  /** The 32 bytes of an Ed25519 key, as hex. */
  seed: string;
}

/** The secrets that production cannot do without, each with how its value is written. */
export const SECRETS = {
  RESEND_API_KEY: 'text',
  RESEND_WEBHOOK_SECRET: 'whsec_…',
  SIGNING_KEYS: 'id:secret',
  HASH_KEY: 'text',
  LOG_KEY: 'id:secret',
  OPERATOR_TOKEN: 'text',
} as const satisfies Partial<Record<keyof Env, string>>;

/** A queue message: it names a lane and nothing else, so that a lost or doubled one does no harm. */
export interface WakeUp {
  lane: 'prompt' | 'lesson';
}

export interface Settings {
  /** An origin, without a slash at the end. */
  baseUrl: string;
  /** True where BASE_URL is on this machine; only then do mailbox, movable clock and local keys work. */
  local: boolean;
  mailer: 'mailbox' | 'resend';
  clock: 'movable' | 'real';
  /** As it stands in a header: an address, or a phrase and the address in angle brackets (RFC 5322). */
  mailFrom: string;
  replyTo: string | null;
  /** The address that readers can write to. */
  contact: string;
  postalAddress: string;
  /** Null for no cap. */
  dailyCap: number | null;
  resend: { apiKey: string; baseUrl: string; webhookSecret: string } | null;
  signingKeys: SigningKey[];
  hashKey: string;
  logKeys: LogKey[];
  operatorToken: string;
  /** The first one signs, and badges of all of them verify. None: there are no badges yet. */
  credentialKeys: CredentialKey[];
  /** Null where nobody is told. */
  alertUrl: string | null;
  /** Null where signups need no check by Turnstile. Its check must be made on `hostname`, unless null. */
  turnstile: { siteKey: string; secret: string; verifyUrl: string; hostname: string | null } | null;
}

const TURNSTILE = 'https://challenges.cloudflare.com/turnstile/v0/siteverify';

const LOCAL_SIGNING_SECRET = 'these-keys-work-only-on-a-loopback-address';
const LOCAL_SIGNING_KEYS = `local:${LOCAL_SIGNING_SECRET}`;
const LOCAL_WEBHOOK_SECRET = 'whsec_dGhpcy1zZWNyZXQtd29ya3Mtb25seS1oZXJl';
const LOCAL_LOG_SECRET = 'this-key-seals-only-on-a-loopback-address';
const LOCAL_LOG_KEY = `local:${LOCAL_LOG_SECRET}`;
const LOCAL_HASH_KEY = 'this-key-works-only-on-a-loopback-address';

const LOCAL_CREDENTIAL_SEED = '6f6e6c792d6f6e2d612d6c6f6f706261636b2d616464726573732d61742d616c';

/** The operator's token of a local run. */
export const LOCAL_OPERATOR_TOKEN = 'this-token-works-only-on-a-loopback-address';

/** Everybody can read these here. */
const BUILT_IN = [
  LOCAL_SIGNING_SECRET,
  LOCAL_WEBHOOK_SECRET,
  LOCAL_HASH_KEY,
  LOCAL_LOG_SECRET,
  LOCAL_OPERATOR_TOKEN,
  LOCAL_CREDENTIAL_SEED,
];

/** An address that mail may come from: of ASCII, a domain with a dot (RFC 5321, 4.1.2). */
const ADDRESS = /^[\w.!#$%&'*+/=?^`{|}~-]+@[a-z0-9-]+(\.[a-z0-9-]+)+$/i;

/**
 * A sender as a header wants it. A name that a header would read as something else (`Harbor, Inc.`) is
 * put in quotes; letters of any alphabet stay, the mailer encodes them (RFC 5322, 3.2.4; RFC 2047).
 *
 * @param signer who signs the course: a name that comes before the one in `text`
 * @returns null for what is neither an address nor `Name <address>`
 */
function senderIn(text: string, signer: string | null): { from: string; address: string } | null {
  const [, written = '', address = text] =
    /^([^<>\p{Cc}]*[^<>\p{Cc}\s])\s*<([^<>]*)>$/u.exec(text) ?? [];
  const phrase = written.trim();
  const isQuoted = /^"([^"\\]|\\.)+"$/.test(phrase);
  if (!ADDRESS.test(address) || (!isQuoted && phrase.includes('"'))) return null;
  const name = isQuoted ? phrase.slice(1, -1).replace(/\\(.)/g, '$1') : phrase;
  const shown = signer === null ? name : [signer, name].filter(Boolean).join(', ');
  if (shown === '') return { from: address, address };
  const stays = !/[()[\]:;@\\,."]/.test(shown);
  const quoted = isQuoted && shown === name ? phrase : `"${shown.replace(/["\\]/g, '\\$&')}"`;
  return { from: `${stays && !isQuoted ? shown : quoted} <${address}>`, address };
}

/** The settings of a course that somebody signs: mail comes from their name, at the same address. */
export function signedBy(settings: Settings, name: string): Settings {
  return { ...settings, mailFrom: senderIn(settings.mailFrom, name)?.from ?? settings.mailFrom };
}

/** True for localhost, 127.0.0.0/8 and [::1]: nobody else can reach these. */
export function isLoopback(hostname: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);
}

/** What is wrong with the settings: each entry names one. Empty when all is well. */
export function settingProblems(env: Env): string[] {
  return parse(env).problems;
}

const parsed = new WeakMap<Env, Settings>();

/**
 * The settings, parsed once for each `env`.
 *
 * @throws DomainError `misconfigured`, its message naming each bad or missing setting and no value
 */
export function settingsOf(env: Env): Settings {
  const known = parsed.get(env);
  if (known) return known;
  const { settings, problems } = parse(env);
  if (problems.length > 0) throw new DomainError('misconfigured', problems.join('; '));
  parsed.set(env, settings);
  return settings;
}

function parse(env: Env): { settings: Settings; problems: string[] } {
  const problems: string[] = [];
  const must = (ok: boolean, problem: string) => {
    if (!ok) problems.push(problem);
  };

  const base = URL.parse(env.BASE_URL ?? '');
  const local = base !== null && isLoopback(base.hostname);
  must(base !== null, 'BASE_URL: must be an address such as https://course.example.org');
  if (base) {
    must(base.pathname === '/' && !base.search, 'BASE_URL: must not have a path');
    must(base.protocol === 'https:' || local, 'BASE_URL: must begin with https://');
  }

  const mailer = env.MAILER ?? 'mailbox';
  must(mailer === 'mailbox' || mailer === 'resend', 'MAILER: must be mailbox or resend');
  must(mailer !== 'mailbox' || local, 'MAILER: mailbox works only where BASE_URL is this machine');
  const clock = env.CLOCK ?? 'movable';
  must(clock === 'movable' || clock === 'real', 'CLOCK: must be movable or real');
  must(clock !== 'movable' || local, 'CLOCK: movable works only where BASE_URL is this machine');

  /** A setting that a local run may leave out. */
  const required = (name: keyof Env, localDefault: string): string => {
    const value = env[name];
    if (typeof value === 'string' && value.trim() !== '') return value;
    if (!local) problems.push(`${name}: is missing`);
    return localDefault;
  };

  const sender = senderIn(required('MAIL_FROM', 'In the Room <course@in-the-room.example>'), null);
  must(
    sender !== null,
    'MAIL_FROM: must be an address or Name <address>; quotes go around the whole name or nowhere',
  );
  const replyTo = env.MAIL_REPLY_TO || null;
  must(replyTo === null || ADDRESS.test(replyTo), 'MAIL_REPLY_TO: must be an address');
  const postalAddress = required('POSTAL_ADDRESS', 'In the Room, 1 Example Street, Exampletown');

  const dailyCap = env.DAILY_CAP ? Number(env.DAILY_CAP) : null;
  must(
    dailyCap === null || (Number.isSafeInteger(dailyCap) && dailyCap > 0),
    'DAILY_CAP: must be a whole number above 0',
  );

  let resend: Settings['resend'] = null;
  if (mailer === 'resend') {
    const baseUrl = env.RESEND_BASE_URL || 'https://api.resend.com';
    const api = URL.parse(baseUrl);
    // A key of our own, and a wire that anybody can read, only where the "Resend" that is asked is on
    // this machine too.
    const fake = local && isLoopback(api?.hostname ?? '');
    must(api?.protocol === 'https:' || fake, 'RESEND_BASE_URL: must begin with https://');
    must(Boolean(env.RESEND_API_KEY) || fake, 'RESEND_API_KEY: is missing');
    const webhookSecret = required('RESEND_WEBHOOK_SECRET', LOCAL_WEBHOOK_SECRET);
    must(
      /^whsec_[A-Za-z0-9+/]{22,}={0,2}$/.test(webhookSecret),
      'RESEND_WEBHOOK_SECRET: must be what Resend shows for the webhook, whsec_ and letters',
    );
    resend = {
      apiKey: env.RESEND_API_KEY || 're_local',
      baseUrl: baseUrl.replace(/\/$/, ''),
      webhookSecret,
    };
  }

  /** Keys that can be rotated: `id:secret` pairs, newest first. */
  const keysIn = (name: 'SIGNING_KEYS' | 'LOG_KEY', localDefault: string) => {
    const keys = required(name, localDefault)
      .split(',')
      .map((pair) => {
        const [id = '', ...secret] = pair.trim().split(':');
        return { id, secret: secret.join(':') };
      });
    must(
      keys.every((key) => /^[a-z0-9]{1,8}$/.test(key.id) && key.secret.length >= 32) &&
        new Set(keys.map((key) => key.id)).size === keys.length,
      `${name}: must be id:secret pairs with commas between, newest first; an id of 1 to 8 ` +
        'small letters or digits, used once; a secret of at least 32 characters',
    );
    return keys;
  };
  const signingKeys = keysIn('SIGNING_KEYS', LOCAL_SIGNING_KEYS);
  const logKeys = keysIn('LOG_KEY', LOCAL_LOG_KEY);
  const hashKey = required('HASH_KEY', LOCAL_HASH_KEY);
  must(hashKey.length >= 32, 'HASH_KEY: must have at least 32 characters');
  const operatorToken = required('OPERATOR_TOKEN', LOCAL_OPERATOR_TOKEN);
  must(operatorToken.length >= 32, 'OPERATOR_TOKEN: must have at least 32 characters');

  const written = env.CREDENTIAL_KEYS?.trim() || null;
  const ownKeys = (written?.split(',') ?? []).map((pair) => {
    const [id = '', seed = '', ...rest] = pair.trim().split(':');
    return { id, seed: rest.length > 0 ? '' : seed };
  });
  must(
    ownKeys.every(({ id, seed }) => /^[a-z0-9]{1,8}$/.test(id) && /^[0-9a-f]{64}$/.test(seed)) &&
      [ownKeys.map(({ id }) => id), ownKeys.map(({ seed }) => seed)].every(
        (each) => new Set(each).size === ownKeys.length,
      ),
    'CREDENTIAL_KEYS: must be id:key pairs with commas between, newest first; an id of 1 to 8 ' +
      'small letters or digits and a key of 64 digits of small hexadecimal, each used once',
  );
  // What is made where time can be moved certifies nothing, and no key that does signs it.
  const builtInSigns = local && (clock === 'movable' || ownKeys.length === 0);
  const credentialKeys = builtInSigns ? [{ id: 'local', seed: LOCAL_CREDENTIAL_SEED }] : ownKeys;

  const secrets = [
    ...(Object.keys(SECRETS) as (keyof typeof SECRETS)[]),
    'CREDENTIAL_KEYS',
  ] as const;
  for (const name of secrets) {
    const builtIn = BUILT_IN.some((secret) => env[name]?.includes(secret));
    must(local || !builtIn, `${name}: what stands in the source works only on this machine`);
  }

  const alertUrl = env.ALERT_URL || null;
  const alert = URL.parse(alertUrl ?? '');
  must(
    alertUrl === null ||
      alert?.protocol === 'https:' ||
      (local && isLoopback(alert?.hostname ?? '')),
    'ALERT_URL: must begin with https://',
  );

  let turnstile: Settings['turnstile'] = null;
  if (env.TURNSTILE_SITE_KEY || env.TURNSTILE_SECRET) {
    const siteKey = env.TURNSTILE_SITE_KEY ?? '';
    const secret = env.TURNSTILE_SECRET ?? '';
    const verifyUrl = env.TURNSTILE_VERIFY_URL || TURNSTILE;
    const verify = URL.parse(verifyUrl);
    must(siteKey !== '', 'TURNSTILE_SITE_KEY: is missing, but TURNSTILE_SECRET is set');
    must(secret !== '', 'TURNSTILE_SECRET: is missing, but TURNSTILE_SITE_KEY is set');
    must(
      verify?.protocol === 'https:' || (local && isLoopback(verify?.hostname ?? '')),
      'TURNSTILE_VERIFY_URL: must begin with https://',
    );
    // Cloudflare's keys for tests pass everybody, or nobody.
    const ofTests = /^[123]x0{10}/;
    must(local || !ofTests.test(siteKey), 'TURNSTILE_SITE_KEY: is one of those for tests');
    must(local || !ofTests.test(secret), 'TURNSTILE_SECRET: is one of those for tests');
    // On this machine the keys are those for tests, which vouch for a host of Cloudflare's own.
    turnstile = { siteKey, secret, verifyUrl, hostname: local ? null : (base?.hostname ?? '') };
  }

  return {
    problems,
    settings: {
      baseUrl: base?.origin ?? '',
      local,
      mailer: mailer === 'resend' ? 'resend' : 'mailbox',
      clock: clock === 'real' ? 'real' : 'movable',
      mailFrom: sender?.from ?? '',
      replyTo,
      contact: replyTo ?? sender?.address ?? '',
      postalAddress,
      dailyCap,
      resend,
      signingKeys,
      hashKey,
      logKeys,
      operatorToken,
      credentialKeys,
      alertUrl,
      turnstile,
    },
  };
}
