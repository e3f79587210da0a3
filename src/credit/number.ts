/**
 * The number of a certificate: 75 random bits and a check digit, in Crockford's base 32, as
 * `7K3Q-9M2P-XH4D-8TBN`. Who types it may write O for 0, I or L for 1, small letters, and no hyphens.
 */

/** Crockford's digits: no I, L, O and U. */
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 16;

/** Twice a digit in the field of 32 elements (modulus x^5 + x^2 + 1). */
const twice = (value: number) => (value << 1) ^ (value & 16 ? 0b100101 : 0);

/**
 * The check digit: each place weighs another power of two in that field, so that no slip in one place and
 * no swap of two goes unseen.
 */
function checkOf(values: readonly number[]): number {
  return values.reduceRight((sum, value) => twice(sum ^ value), 0);
}

/** @returns a new number, 1 in 3.8e22 to be somebody else's */
export function newNumber(): string {
  const random = crypto.getRandomValues(new Uint8Array(LENGTH - 1));
  const values = [...random].map((byte) => byte & 31);
  return grouped([...values, checkOf(values)].map((value) => DIGITS[value]).join(''));
}

const grouped = (digits: string) => (digits.match(/.{4}/g) ?? []).join('-');

/**
 * A number as somebody typed it, in its one spelling.
 *
 * @returns null for what no certificate can have: another length, another letter, a digit mistyped
 */
export function readNumber(typed: string): string | null {
  const plain = typed
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s\p{Pd}]/gu, '')
    .replace(/O/g, '0')
    .replace(/[IL]/g, '1');
  const values = [...plain].map((digit) => DIGITS.indexOf(digit));
  if (values.length !== LENGTH || values.includes(-1)) return null;
  if (checkOf(values.slice(0, -1)) !== values.at(-1)) return null;
  return grouped(plain);
}
