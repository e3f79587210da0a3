import { describe, expect, it } from 'vitest';
import { renderPdf } from '../../src/credit/pdf.ts';
import { faces } from '../../src/credit/typefaces.ts';
import { testContext } from '../support/course.ts';
import { printed } from '../support/printed.ts';

const NUMBER = '7K3Q-9M2P-XH4D-8TBN';

async function fingerprintOf(name: string, latinName: string | null): Promise<string> {
  const paper = await renderPdf(
    { number: NUMBER, issuedAt: 1_795_800_000, printed: printed({ name, latinName }) },
    {
      faces,
      load: testContext().asset,
      pictures: new Map(),
      register: `https://course.example.org/certificates/${NUMBER}`,
    },
  );
  const digest = await crypto.subtle.digest('SHA-256', paper);
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

describe('the paper of a certificate that was issued', () => {
  // Whatever changes these changes what people have in their hands: it is a new layout, beside this one.
  it.each([
    ['Maria Lopez', null, '3cf54ed32ced6665ef4b8e740a02c4a548d7fd2ead6f59e950c3fe609d936a49'],
    [
      'نور حداد (Noor) 3',
      'Noor Haddad',
      '8583359bd9869b59c4f8feca8000c11f425bb273bbdacfeacaaab343be3ccd85',
    ],
    ['王小明', 'Wang Xiaoming', '756653e0ceed8006ecbf9e4d4409a8f325f10200daec844a916042a64cfcd750'],
  ])('of %s is the same bytes as ever', async (name, latinName, fingerprint) => {
    expect(await fingerprintOf(name, latinName)).toBe(fingerprint);
  });
});
