import { describe, expect, it } from 'vitest';
import { newNumber, readNumber } from '../../src/credit/number.ts';

const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const numbers = Array.from({ length: 60 }, newNumber);

describe('the number of a certificate', () => {
  it('is four groups of four, without letters that look like digits', () => {
    for (const number of numbers) {
      expect(number).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/);
      expect(readNumber(number)).toBe(number);
    }
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  it('typed with O for 0, I or L for 1, in small letters, with spaces or none, is read as what it is', () => {
    const number = numbers.find((each) => /0/.test(each) && /1/.test(each)) ?? '';
    const plain = number.replaceAll('-', '');
    const typed = plain.toLowerCase().replaceAll('0', 'o').replaceAll('1', 'l');
    expect(readNumber(typed)).toBe(number);
    expect(readNumber(` ${number.replaceAll('-', ' ').replaceAll('1', 'i')} `)).toBe(number);
    expect(readNumber(number.replaceAll('-', '\u2013'))).toBe(number);
  });

  it('with one character wrong, or any two swapped, is no number', () => {
    for (const number of numbers) {
      const plain = number.replaceAll('-', '');
      for (let at = 0; at < 16; at += 1) {
        for (const digit of DIGITS) {
          if (digit === plain[at]) continue;
          expect(readNumber(plain.slice(0, at) + digit + plain.slice(at + 1))).toBeNull();
        }
      }
      for (let a = 0; a < 16; a += 1) {
        for (let b = a + 1; b < 16; b += 1) {
          if (plain[a] === plain[b]) continue;
          const swapped = [...plain];
          [swapped[a], swapped[b]] = [plain[b] ?? '', plain[a] ?? ''];
          expect(readNumber(swapped.join(''))).toBeNull();
        }
      }
    }
  });

  it.each(['', 'certificate', '7K3Q', `${numbers[0]}0`, 'U'.repeat(16), '🙂'.repeat(16)])(
    '%j is no number',
    (typed) => {
      expect(readNumber(typed)).toBeNull();
    },
  );
});
