import { describe, expect, it } from 'vitest';
import { type Env, isLoopback, settingProblems, settingsOf, signedBy } from '../src/env.ts';
import { DomainError } from '../src/errors.ts';
import { bareAddress } from './support/fake-resend-rules.ts';
import { PRODUCTION } from './support/visitor.ts';

/** Settings alone; what is bound beside them does not matter here. */
const withSettings = (changes: Partial<Env>): Env => changes as Env;
const production = (changes: Partial<Env> = {}): Env => withSettings({ ...PRODUCTION, ...changes });
const without = (name: keyof typeof PRODUCTION): Env => {
  const { [name]: _, ...rest } = PRODUCTION;
  return withSettings(rest);
};

const LOCAL = { BASE_URL: 'http://localhost:8787' };

/** The names that a configuration's problems begin with. */
const named = (env: Env) => settingProblems(env).map((problem) => problem.split(':')[0]);

describe('a local run', () => {
  it('needs nothing but its own address: mailbox, movable clock and built-in keys', () => {
    const settings = settingsOf(withSettings(LOCAL));
    expect(settings).toMatchObject({
      baseUrl: 'http://localhost:8787',
      local: true,
      mailer: 'mailbox',
      clock: 'movable',
      resend: null,
      dailyCap: null,
      replyTo: null,
    });
    expect(settings.mailFrom).toContain(settings.contact);
    expect(settings.postalAddress).not.toBe('');
  });

  it.each(['http://127.0.0.1:8787', 'http://[::1]:8787', 'http://localhost'])(
    'may live at %s',
    (url) => {
      expect(settingProblems(withSettings({ BASE_URL: url }))).toEqual([]);
    },
  );

  it('may post to a fake Resend on this machine without a key, but not to the real one', () => {
    const local = { ...LOCAL, MAILER: 'resend' };
    const fake = withSettings({ ...local, RESEND_BASE_URL: 'http://127.0.0.1:9999/' });
    expect(settingsOf(fake).resend?.baseUrl).toBe('http://127.0.0.1:9999');
    expect(named(withSettings(local))).toEqual(['RESEND_API_KEY']);
    const elsewhere = { ...local, RESEND_BASE_URL: 'https://resend.example' };
    expect(named(withSettings(elsewhere))).toEqual(['RESEND_API_KEY']);
  });
});

describe('production', () => {
  it('is parsed as it was given', () => {
    expect(settingsOf(production({ DAILY_CAP: '500' }))).toEqual({
      baseUrl: 'https://course.example.org',
      local: false,
      mailer: 'resend',
      clock: 'real',
      mailFrom: 'In the Room <course@mail.example.org>',
      replyTo: 'people@example.org',
      contact: 'people@example.org',
      postalAddress: 'In the Room, 12 Linden Street, Portland',
      dailyCap: 500,
      resend: {
        apiKey: 're_test_key',
        baseUrl: 'https://api.resend.com',
        webhookSecret: 'whsec_YSBzZWNyZXQgdGhhdCBub2JvZHkga25vd3M=',
      },
      signingKeys: [{ id: 'k1', secret: 'a-signing-key-that-is-long-enough-for-anybody' }],
      hashKey: 'a-hash-key-that-is-long-enough-for-anybody',
      logKeys: [{ id: 'k1', secret: 'a-log-key-that-is-long-enough-for-anybody' }],
      alertUrl: null,
      operatorToken: 'an-operator-token-that-is-long-enough',
      credentialKeys: [],
      turnstile: null,
    });
  });

  it('keeps the address of a path-less BASE_URL however it is written', () => {
    expect(settingsOf(production({ BASE_URL: 'HTTPS://Course.Example.org:443/' })).baseUrl).toBe(
      'https://course.example.org',
    );
  });

  it.each([
    'MAIL_FROM',
    'POSTAL_ADDRESS',
    'RESEND_API_KEY',
    'RESEND_WEBHOOK_SECRET',
    'SIGNING_KEYS',
    'HASH_KEY',
    'LOG_KEY',
  ] as const)('names %s where it is missing, empty or blank', (name) => {
    expect(named(without(name))).toEqual([name]);
    expect(named(production({ [name]: '' }))).toEqual([name]);
    if (name !== 'RESEND_API_KEY') expect(named(production({ [name]: '  ' }))).toContain(name);
  });

  it('names MAILER and CLOCK where they are left at what works only on this machine', () => {
    expect(named(without('MAILER'))).toEqual(['MAILER']);
    expect(named(without('CLOCK'))).toEqual(['CLOCK']);
  });

  it('names BASE_URL where it is missing', () => {
    expect(named(without('BASE_URL'))).toContain('BASE_URL');
  });

  it('does without what is optional', () => {
    expect(settingProblems(without('MAIL_REPLY_TO'))).toEqual([]);
    expect(settingsOf(without('MAIL_REPLY_TO')).contact).toBe('course@mail.example.org');
  });

  it('signs no badges without keys, and by those that it is given, the newest first', () => {
    const [older, newer] = ['0a'.repeat(32), 'f3'.repeat(32)];
    expect(settingsOf(production()).credentialKeys).toEqual([]);
    expect(settingsOf(production({ CREDENTIAL_KEYS: ' ' })).credentialKeys).toEqual([]);
    const CREDENTIAL_KEYS = `b2:${newer}, b1:${older}`;
    expect(settingsOf(production({ CREDENTIAL_KEYS })).credentialKeys).toEqual([
      { id: 'b2', seed: newer },
      { id: 'b1', seed: older },
    ]);
    const [builtIn] = settingsOf(withSettings(LOCAL)).credentialKeys;
    expect(named(production({ CREDENTIAL_KEYS: `b1:${builtIn?.seed}` }))).toEqual([
      'CREDENTIAL_KEYS',
    ]);
    const local = (changes: Partial<Env>) =>
      settingsOf(withSettings({ ...LOCAL, ...changes })).credentialKeys;
    expect(local({ CREDENTIAL_KEYS })).toEqual([builtIn]);
    expect(local({ CLOCK: 'real' })).toEqual([builtIn]);
    expect(local({ CLOCK: 'real', CREDENTIAL_KEYS })).toHaveLength(2);
  });

  it('takes Turnstile’s two keys together, or neither, and none of those for tests', () => {
    const keys = { TURNSTILE_SITE_KEY: '0x4AAA', TURNSTILE_SECRET: '0x4BBB' };
    expect(settingsOf(production(keys)).turnstile).toEqual({
      siteKey: '0x4AAA',
      secret: '0x4BBB',
      verifyUrl: 'https://challenges.cloudflare.com/turnstile/v0/siteverify',
      hostname: 'course.example.org',
    });
    expect(named(production({ TURNSTILE_SITE_KEY: '0x4AAA' }))).toEqual(['TURNSTILE_SECRET']);
    expect(named(production({ TURNSTILE_SECRET: '0x4BBB' }))).toEqual(['TURNSTILE_SITE_KEY']);
    const ofTests = '1x00000000000000000000AA';
    expect(named(production({ ...keys, TURNSTILE_SITE_KEY: ofTests }))).toEqual([
      'TURNSTILE_SITE_KEY',
    ]);
    expect(named(production({ ...keys, TURNSTILE_SECRET: ofTests }))).toEqual(['TURNSTILE_SECRET']);
    for (const url of ['http://127.0.0.1:9', 'http://turnstile.example', 'nowhere']) {
      const elsewhere = { ...keys, TURNSTILE_VERIFY_URL: url };
      expect(named(production(elsewhere))).toEqual(['TURNSTILE_VERIFY_URL']);
    }
    const fake = { ...LOCAL, ...keys, TURNSTILE_VERIFY_URL: 'http://127.0.0.1:9/verify' };
    expect(settingProblems(withSettings(fake))).toEqual([]);
  });

  type Optional = 'CREDENTIAL_KEYS' | 'DAILY_CAP' | 'RESEND_BASE_URL';
  const bad: [keyof typeof PRODUCTION | Optional, string][] = [
    ['BASE_URL', 'our-course.example'],
    ['BASE_URL', 'http://course.example.org'],
    ['BASE_URL', 'https://course.example.org/course'],
    ['BASE_URL', 'https://course.example.org/?a=b'],
    ['MAILER', 'sendmail'],
    ['MAILER', ''],
    ['CLOCK', 'sundial'],
    ['MAIL_FROM', 'In the Room'],
    ['MAIL_FROM', 'In the Room <course@mail.example.org>\r\nBcc: all@example.org'],
    ['MAIL_FROM', 'In the Room <course@mail.example.org> <another@example.org>'],
    ['MAIL_FROM', '"Harbor <course@mail.example.org>'],
    ['MAIL_FROM', 'Harbor" <course@mail.example.org>'],
    ['MAIL_FROM', 'The "Harbor" Course <course@mail.example.org>'],
    ['MAIL_FROM', '"Harbor" Inc. <course@mail.example.org>'],
    ['MAIL_FROM', '"Harbor\\" <course@mail.example.org>'],
    ['MAIL_FROM', '"" <course@mail.example.org>'],
    ['MAIL_FROM', '<course@mail.example.org>'],
    ['MAIL_FROM', 'Harbor <course@mail.example.org'],
    ['MAIL_FROM', 'Harbor <course@localhost>'],
    ['MAIL_FROM', 'Harbor <course@mail,example.org>'],
    ['MAIL_FROM', 'Harbor <course@bücher.example>'],
    ['MAIL_FROM', 'Harbor\u0007 <course@mail.example.org>'],
    ['MAIL_FROM', 'course@mail.example.org, other@mail.example.org'],
    ['MAIL_REPLY_TO', 'nobody'],
    ['MAIL_REPLY_TO', 'People <people@example.org>'],
    ['MAIL_REPLY_TO', 'people@example.org,others@example.org'],
    ['MAIL_REPLY_TO', 'a@b\r\nBcc: all@example.org'],
    ['DAILY_CAP', 'many'],
    ['DAILY_CAP', '0'],
    ['DAILY_CAP', '-5'],
    ['DAILY_CAP', '2.5'],
    ['RESEND_BASE_URL', 'resend'],
    ['RESEND_BASE_URL', 'http://api.resend.com'],
    ['RESEND_BASE_URL', 'http://127.0.0.1:9999'],
    ['RESEND_BASE_URL', 'ftp://api.resend.com'],
    ['RESEND_WEBHOOK_SECRET', 'a-secret-that-is-not-of-resend'],
    ['RESEND_WEBHOOK_SECRET', 'whsec_short'],
    ['SIGNING_KEYS', 'k1'],
    ['SIGNING_KEYS', 'k1:too-short-a-secret'],
    ['SIGNING_KEYS', 'K.1:a-signing-key-that-is-long-enough-for-anybody'],
    ['SIGNING_KEYS', `k1:${'a'.repeat(40)},k1:${'b'.repeat(40)}`],
    ['SIGNING_KEYS', `k1:${'a'.repeat(40)},`],
    ['HASH_KEY', 'too-short-a-hash-key'],
    ['CREDENTIAL_KEYS', '0a'.repeat(32)],
    ['CREDENTIAL_KEYS', `b1:${'0a'.repeat(31)}`],
    ['CREDENTIAL_KEYS', `b1:${'0A'.repeat(32)}`],
    ['CREDENTIAL_KEYS', `b1:${'0a'.repeat(32)},`],
    ['CREDENTIAL_KEYS', `b1:${'0a'.repeat(32)},b1:${'0b'.repeat(32)}`],
    ['CREDENTIAL_KEYS', `b1:${'0a'.repeat(32)},b2:${'0a'.repeat(32)}`],
    ['LOG_KEY', 'k1:too-short-a-key'],
    ['LOG_KEY', 'a-log-key-without-an-id-that-is-long-enough'],
    ['LOG_KEY', `k1:${'a'.repeat(40)},k1:${'b'.repeat(40)}`],
  ];
  it.each(bad)('names %s where it is %j, and shows no value', (name, value) => {
    const env = production({ [name]: value });
    expect(named(env)).toEqual([name]);
    const said = settingProblems(env).join('\n');
    for (const given of Object.values(env) as string[]) {
      // `mailbox`, `real` and the like are what the message says to write.
      if (given.length > 7) expect(said).not.toContain(given);
    }
    expect(() => settingsOf(env)).toThrow(DomainError);
    expect(() => settingsOf(env)).toThrow(said);
  });

  it.each([
    ['course@example.org', 'course@example.org'],
    ['In the Room <course@example.org>', 'In the Room <course@example.org>'],
    ['Harbor, Inc. <course@example.org>', '"Harbor, Inc." <course@example.org>'],
    ['Katie@Harbor <course@example.org>', '"Katie@Harbor" <course@example.org>'],
    ['Harbor (USA); East: 1 <course@example.org>', '"Harbor (USA); East: 1" <course@example.org>'],
    ['Har\\bor <course@example.org>', '"Har\\\\bor" <course@example.org>'],
    ['"Harbor, Inc." <course@example.org>', '"Harbor, Inc." <course@example.org>'],
    ['"The \\"Harbor\\"" <course@example.org>', '"The \\"Harbor\\"" <course@example.org>'],
    ['O’Neil & Söhne <course@example.org>', 'O’Neil & Söhne <course@example.org>'],
    ['Zoë, Ana <course@example.org>', '"Zoë, Ana" <course@example.org>'],
    ['安娜的课 <course@example.org>', '安娜的课 <course@example.org>'],
    ['Harbor<course@example.org>', 'Harbor <course@example.org>'],
  ])('sends as %s, which stands in a header as %s', (MAIL_FROM, from) => {
    const { MAIL_REPLY_TO: _, ...rest } = PRODUCTION;
    const env = withSettings({ ...rest, MAIL_FROM });
    expect(settingProblems(env)).toEqual([]);
    expect(settingsOf(env)).toMatchObject({ mailFrom: from, contact: 'course@example.org' });
    // As the mailer reads it.
    expect(bareAddress(from)).toBe('course@example.org');
  });

  it.each([
    ['course@example.org', 'Ana Example <course@example.org>'],
    ['In the Room <course@example.org>', '"Ana Example, In the Room" <course@example.org>'],
    ['"Harbor, Inc." <course@example.org>', '"Ana Example, Harbor, Inc." <course@example.org>'],
    [
      '"The \\"Harbor\\"" <course@example.org>',
      '"Ana Example, The \\"Harbor\\"" <course@example.org>',
    ],
  ])('puts the name of who signs the course before the one in %s', (text, from) => {
    const settings = settingsOf(withSettings({ ...PRODUCTION, MAIL_FROM: text }));
    expect(signedBy(settings, 'Ana Example')).toEqual({ ...settings, mailFrom: from });
    expect(bareAddress(from)).toBe('course@example.org');
  });

  it('refuses the keys that stand in the source, whichever it is', () => {
    const { signingKeys, hashKey, logKeys } = settingsOf(withSettings(LOCAL));
    const signing = signingKeys.map((key) => `${key.id}:${key.secret}`).join();
    expect(named(production({ SIGNING_KEYS: signing }))).toEqual(['SIGNING_KEYS']);
    const newer = 'k2:a-newer-signing-key-that-is-long-enough';
    expect(named(production({ SIGNING_KEYS: `${newer},${signing}` }))).toEqual(['SIGNING_KEYS']);
    expect(named(production({ HASH_KEY: hashKey }))).toEqual(['HASH_KEY']);
    const sealing = logKeys.map((key) => `${key.id}:${key.secret}`).join();
    expect(named(production({ LOG_KEY: sealing }))).toEqual(['LOG_KEY']);
    const fake = { ...LOCAL, MAILER: 'resend', RESEND_BASE_URL: 'http://localhost:9999' };
    const { resend } = settingsOf(withSettings(fake));
    const secret = { RESEND_WEBHOOK_SECRET: resend?.webhookSecret ?? '' };
    expect(named(production(secret))).toEqual(['RESEND_WEBHOOK_SECRET']);
  });

  it('names everything that is wrong at once', () => {
    const nothing = withSettings({ BASE_URL: 'https://course.example.org' });
    expect(named(nothing)).toEqual([
      'MAILER',
      'CLOCK',
      'MAIL_FROM',
      'POSTAL_ADDRESS',
      'SIGNING_KEYS',
      'LOG_KEY',
      'HASH_KEY',
      'OPERATOR_TOKEN',
    ]);
  });

  it('reads several signing keys newest first, with spaces and colons as they come', () => {
    const secret = `with:colons:${'x'.repeat(40)}`;
    const { signingKeys } = settingsOf(
      production({ SIGNING_KEYS: `k2:${'n'.repeat(40)}, k1:${secret}` }),
    );
    expect(signingKeys.map((key) => key.id)).toEqual(['k2', 'k1']);
    expect(signingKeys[1]?.secret).toBe(secret);
  });
});

describe('this machine', () => {
  it.each(['localhost', '127.0.0.1', '127.8.9.10', '[::1]'])('is %s', (host) => {
    expect(isLoopback(host)).toBe(true);
  });

  it.each([
    'localhost.example.org',
    'example.localhost.org',
    '127.0.0.1.example.org',
    '0.0.0.0',
    '10.0.0.1',
    '[::2]',
    '',
  ])('is not %j', (host) => {
    expect(isLoopback(host)).toBe(false);
  });
});
