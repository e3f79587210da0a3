import { describe, expect, it } from 'vitest';
import { deviceCookie, enrollByForm, mailedPath, signUpByForm } from '../support/people.ts';
import { dump } from '../support/rows.ts';
import { type Visitor, visitor } from '../support/visitor.ts';

const EMAIL = 'ana@example.org';
const GO = { go: 'yes' };

/** What mail programs and people leave hanging at the end of a link. */
const SWALLOWED = [
  '.',
  ',',
  ';',
  ':',
  '!',
  ')',
  '>',
  '%3E',
  ']',
  '}',
  '"',
  "'",
  '*',
  '=',
  '/',
  '//',
  ').',
  '>.',
  '/)',
  '…',
  '”',
  '»',
  '%E2%80%9D',
  '%20',
  '%C2%A0',
  '%0A',
];

/** One link of every kind that is mailed or shown, with where it should lead. */
async function links(anyone: Visitor): Promise<string[]> {
  const { learnPath, confirmPath, unsubscribePath } = await enrollByForm(anyone, EMAIL);
  const cookie = await deviceCookie(anyone, EMAIL);
  const mailed: string[] = [];
  for (const [control, fields, to, kind] of [
    ['open', {}, EMAIL, 'open'],
    ['email', { email: 'new@example.org' }, 'new@example.org', 'address'],
    ['erase', {}, EMAIL, 'erase'],
  ] as const) {
    await anyone.post(`${learnPath}/${control}`, { ...GO, ...fields }, { cookie });
    await anyone.work();
    mailed.push(await mailedPath(anyone, to, kind));
  }
  return [
    confirmPath,
    await signUpByForm(anyone, 'ben@example.org'),
    learnPath,
    `${learnPath}?do=pause`,
    `${learnPath}/lessons/1`,
    unsubscribePath,
    ...mailed,
  ];
}

describe('a link with something hanging at its end', () => {
  it('is opened as the link inside, whatever it is and whatever hangs there', async () => {
    const anyone = visitor();
    for (const link of await links(anyone)) {
      const page = await anyone.get(link);
      expect(page.status, link).toBe(200);
      for (const more of SWALLOWED) {
        for (const method of ['GET', 'HEAD']) {
          const answer = await anyone.fetch(link + more, { method });
          expect(answer.status, link + more).toBe(302);
          expect(answer.headers.get('location'), link + more).toBe(link);
          expect(answer.headers.get('cache-control'), link + more).toBe('no-store');
          expect(answer.headers.get('referrer-policy'), link + more).toBe('same-origin');
        }
      }
    }
  });

  it('keeps what the link asks for', async () => {
    const anyone = visitor();
    const { learnPath } = await enrollByForm(anyone, EMAIL);
    const answer = await anyone.get(`${learnPath}.?do=pause`);
    // A dot before the question mark is no end of a link, and what is damaged inside stays so.
    expect(answer.status).toBe(404);
    expect((await anyone.get(`${learnPath}?`)).status).toBe(200);
    expect((await anyone.get(`${learnPath}?).`)).headers.get('location')).toBe(learnPath);
  });

  it('leads nowhere when what is inside is no link of ours, and never to another site', async () => {
    const anyone = visitor();
    for (const path of [
      '/learn/x.',
      '/learn/.',
      '/learn/',
      '/learn//evil.example/.',
      '/learn/%2F%2Fevil.example.',
      '//evil.example/learn/l.a.b.',
      '/unsubscribe/%00',
      '/confirm/..%2F.',
      `/learn/${'.'.repeat(5000)}x.`,
      `/erase/${'%2E'.repeat(2000)}`,
    ]) {
      const answer = await anyone.get(path);
      expect([302, 404], path).toContain(answer.status);
      expect(answer.headers.get('location') ?? '/learn/x', path).toMatch(
        /^\/(learn|confirm|erase|unsubscribe)\/[^/\\]/,
      );
      if (answer.status === 302) {
        const next = await anyone.get(answer.headers.get('location') ?? '');
        expect(next.status, path).toBe(404);
      }
    }
  });

  it('is redirected where it is opened only: a form sent there changes nothing', async () => {
    const anyone = visitor();
    const all = await links(anyone);
    const before = await dump();
    for (const link of all) {
      const answer = await anyone.post(`${link}.`, GO);
      expect([404, 405], link).toContain(answer.status);
    }
    expect(await dump()).toEqual(before);
  });
});
