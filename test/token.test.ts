import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ConfirmClaims, createTokens, type LearnClaims } from '../src/token.ts';

const KEY = { id: 'k1', secret: 'a-signing-key-that-is-long-enough-for-anybody' };
const OLDER = { id: 'k0', secret: 'an-older-signing-key-that-is-long-enough-too' };
const HASH_KEY = 'a-hash-key-that-is-long-enough-for-anybody';
const tokens = createTokens([KEY, OLDER], HASH_KEY);

const id = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const small = fc.integer({ min: 0, max: 1_000_000 });
const learns: fc.Arbitrary<LearnClaims> = fc.record({ subscriberId: id, linkVersion: small });
const confirms: fc.Arbitrary<ConfirmClaims> = fc.record({
  subscriberId: id,
  linkVersion: small,
  signupId: id,
  expiresAt: fc.integer({ min: 0, max: 10_000_000_000 }),
});

/** Every token with the reader of its own purpose. */
const made = fc.oneof(
  confirms.map((claims) => ({ token: tokens.confirm(claims), read: tokens.readConfirm })),
  learns.map((claims) => ({ token: tokens.learn(claims), read: tokens.readLearn })),
  learns.map((claims) => ({ token: tokens.calendar(claims), read: tokens.readCalendar })),
  fc.record({ deviceId: id, linkVersion: small }).map((claims) => ({
    token: tokens.device(claims),
    read: tokens.readDevice,
  })),
  id.map((subscriber) => ({ token: tokens.unsubscribe(subscriber), read: tokens.readUnsubscribe })),
);

const readers = [
  tokens.readConfirm,
  tokens.readLearn,
  tokens.readCalendar,
  tokens.readDevice,
  tokens.readUnsubscribe,
];
const readByAny = async (token: string) =>
  (await Promise.all(readers.map((read) => read(token)))).some((claims) => claims !== null);

describe('a link’s token', () => {
  it('says what was put in, for every purpose', async () => {
    await fc.assert(
      fc.asyncProperty(confirms, learns, async (confirm, learn) => {
        expect(await tokens.readConfirm(await tokens.confirm(confirm))).toEqual(confirm);
        expect(await tokens.readLearn(await tokens.learn(learn))).toEqual(learn);
        const { subscriberId } = learn;
        const unsubscribe = await tokens.unsubscribe(subscriberId);
        expect(await tokens.readUnsubscribe(unsubscribe)).toEqual({ subscriberId });
      }),
    );
  });

  it('is the same each time it is made, so that a mail’s bytes can be made again', async () => {
    const again = createTokens([KEY, OLDER], HASH_KEY);
    await fc.assert(
      fc.asyncProperty(confirms, learns, async (confirm, learn) => {
        expect(await again.confirm(confirm)).toBe(await tokens.confirm(confirm));
        expect(await again.learn(learn)).toBe(await tokens.learn(learn));
        expect(await again.unsubscribe(learn.subscriberId)).toBe(
          await tokens.unsubscribe(learn.subscriberId),
        );
      }),
    );
  });

  it('stands in an address as it is and ends in 22 characters of signature', async () => {
    await fc.assert(
      fc.asyncProperty(made, async ({ token }) => {
        expect(await token).toMatch(/^[cdklu](\.[0-9a-z]{1,11})+\.[A-Za-z0-9_-]{22}$/);
        expect((await token).length).toBeLessThan(80);
      }),
    );
  });

  it('opens nothing once any character of it is another', async () => {
    const characters = fc.constantFrom(
      ...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-',
    );
    await fc.assert(
      fc.asyncProperty(made, fc.nat(), characters, async (link, place, character) => {
        const token = await link.token;
        const at = place % token.length;
        fc.pre(token[at] !== character);
        const damaged = token.slice(0, at) + character + token.slice(at + 1);
        expect(await readByAny(damaged)).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it('opens nothing when it is cut short, made longer, or in another letter case', async () => {
    await fc.assert(
      fc.asyncProperty(made, fc.nat(), async (link, cut) => {
        const token = await link.token;
        const damaged = [
          token.slice(0, cut % token.length),
          token.slice((cut % token.length) + 1),
          `${token}A`,
          `${token}.`,
          `${token}.0`,
          `${token} `,
          ` ${token}`,
          `${token}\n`,
          token.replace(/\./, '..'),
          token.toUpperCase(),
        ];
        for (const text of damaged) expect(await readByAny(text), text).toBe(false);
      }),
    );
  });

  it('opens for one purpose only', async () => {
    await fc.assert(
      fc.asyncProperty(made, async (link) => {
        const token = await link.token;
        for (const read of readers) {
          expect((await read(token)) !== null).toBe(read === link.read);
        }
        // Not even under another purpose's letter.
        for (const letter of 'cdklu') {
          if (!token.startsWith(letter)) {
            expect(await readByAny(letter + token.slice(1))).toBe(false);
          }
        }
      }),
    );
  });

  it('takes no text whatever for a token', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 120 }),
      fc.stringMatching(/^[cdklu](\.[0-9a-z]{1,13}){1,6}\.[A-Za-z0-9_-]{20,24}$/),
    );
    await fc.assert(
      fc.asyncProperty(text, async (typed) => {
        expect(await readByAny(typed)).toBe(false);
      }),
      { numRuns: 500 },
    );
  });
});

describe('when signing keys are rotated', () => {
  const claims = { subscriberId: 7, linkVersion: 0 };
  const signup = { ...claims, signupId: 9, expiresAt: 2_000_000_000 };
  const before = createTokens([OLDER], HASH_KEY);

  it('the newest key signs, and links of an older one that is still listed open', async () => {
    expect(tokens.keyId).toBe('k1');
    expect(await tokens.learn(claims)).toContain('.k1.');
    expect(await tokens.readLearn(await before.learn(claims))).toEqual(claims);
    expect(await tokens.readConfirm(await before.confirm(signup))).toEqual(signup);
  });

  it('a frozen batch’s links are made again with the key that they were made with', async () => {
    expect(await tokens.learn(claims, 'k0')).toBe(await before.learn(claims));
    expect(await tokens.confirm(signup, 'k0')).toBe(await before.confirm(signup));
  });

  it('links of a key that was removed open nothing', async () => {
    const after = createTokens([KEY], HASH_KEY);
    expect(await after.readLearn(await before.learn(claims))).toBeNull();
    expect(await after.readConfirm(await before.confirm(signup))).toBeNull();
  });

  it('a key of the same id with another secret opens nothing either', async () => {
    const other = createTokens([{ ...OLDER, secret: `${OLDER.secret}!` }], HASH_KEY);
    expect(await other.readLearn(await before.learn(claims))).toBeNull();
  });

  it('a key that no longer stands in the list cannot sign, and the error shows no secret', async () => {
    const wanted = createTokens([KEY], HASH_KEY).learn(claims, 'k0');
    await expect(wanted).rejects.toThrow(/^SIGNING_KEYS no longer holds key k0$/);
  });

  it('unsubscribe links open for as long as the hash key is the same', async () => {
    const link = await before.unsubscribe(7);
    const rotated = createTokens([{ id: 'k9', secret: 'z'.repeat(40) }], HASH_KEY);
    expect(await rotated.readUnsubscribe(link)).toEqual({ subscriberId: 7 });
    const other = createTokens([OLDER], `${HASH_KEY}!`);
    expect(await other.readUnsubscribe(link)).toBeNull();
  });
});

describe('an address’s hash', () => {
  it('is 64 hexadecimal digits, the same each time, and says nothing without the key', async () => {
    const hash = await tokens.addressHash('ana@example.org');
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(await tokens.addressHash('ana@example.org')).toBe(hash);
    expect(await tokens.addressHash('anb@example.org')).not.toBe(hash);
    const elsewhere = createTokens([KEY], `${HASH_KEY}!`);
    expect(await elsewhere.addressHash('ana@example.org')).not.toBe(hash);
  });
});

describe('without any key', () => {
  it('no tokens are made at all', () => {
    expect(() => createTokens([], HASH_KEY)).toThrow(/SIGNING_KEYS/);
  });
});
