import { beforeEach, describe, expect, it } from 'vitest';
import { adoptions } from '../../src/db/credit.ts';
import { providers } from '../../src/db/schema.ts';
import { approval, plantAdoption, plantEdition, plantHarbor } from '../support/adoptions.ts';
import { change } from '../support/rows.ts';
import { see, visitor } from '../support/visitor.ts';

const NY = approval({
  notIn: ['New York'],
  caps: ['Oregon: at most 10 of 40 hours by self-study'],
});

let edition: Awaited<ReturnType<typeof plantEdition>>;
beforeEach(async () => {
  await plantHarbor();
  edition = await plantEdition();
});

const HTML = { accept: 'text/html' };

async function read(
  path: string,
  at = '2026-11-27T12:00:00Z',
  headers = HTML as Record<string, string>,
) {
  const anyone = visitor();
  await anyone.setTime(at);
  const response = await anyone.get(path, headers);
  return { response, page: await see(response.clone()), html: await response.clone().text() };
}

describe('course information', () => {
  it('says all that whoever chooses a course asks for, and statements letter by letter', async () => {
    await plantAdoption(edition, { body: { approvals: [NY] } });
    const { response, page } = await read('/credit/harbor-institute');
    expect(response.status).toBe(200);
    for (const words of [
      'Course information: In the Room',
      'who complete it by December 31, 2027',
      'Asynchronous, text-based self-study',
      'Counselors, social workers and psychologists in their first years.',
      'Introductory.',
      '2.0 hours, for 120 minutes of reading and answering',
      'Words at 6,000 an hour.',
      '12,024 words of instruction, 32 questions',
      'Do what lesson 3 teaches, part a.',
      '26 right answers pass it (80 %).',
      'There are 3 tries; after the second, and each further one, you wait 24 hours.',
      'your license number, if you like',
      'Harbor Institute may offer clock hours of the Example Board, EX-7041.',
      'Harbor Institute, EX-7041: January 1, 2026 to December 31, 2027',
      'Does not count in New York.',
      'Oregon: at most 10 of 40 hours by self-study',
      'Your board decides; ask it first.',
      'Ana Example, PsyD',
      'Ben Example, PhD',
      'Dana Ortiz, PhD',
      'nobody paid for it',
      'It is text alone, and no substitute for supervision.',
      'There is no fee, and so no refund.',
      'you get an answer within 14 days',
      'say what would help',
      '12 Quay Street, Portland, OR 97201',
      'ce@harbor.example',
      'kept for 6 years',
      'January 1, 2026, by Ben Example, PhD; next by January 1, 2028',
      'First offeredJanuary 1, 2026',
      edition.hash,
    ]) {
      expect(page.text).toContain(words);
    }
    // Only the operator saw it.
    expect(page.text).not.toContain('Letter of January 2');
    expect(page.text).not.toContain('Do what lesson 2 teaches');
  });

  it('is not there for a provider that never adopted the course, and for none', async () => {
    for (const path of ['/credit/harbor-institute', '/credit/nobody', '/achievements/7']) {
      expect((await read(path)).response.status).toBe(404);
    }
    await plantAdoption(edition);
    for (const path of ['/achievements/07', '/achievements/8', '/achievements/-7']) {
      expect((await read(path)).response.status).toBe(404);
    }
    expect((await read('/achievements/7')).response.status).toBe(200);
  });

  it('follows the provider under its name of today, and says when the last one ended', async () => {
    await plantAdoption(edition, { id: 71, endedAt: 1_793_000_000, body: { fee: 'USD 10.' } });
    const { page } = await read('/credit/harbor-institute');
    expect(page.text).toContain('until October 26, 2026, and nobody begins it so any more');
    expect(page.text).toContain('Who had begun by then may complete until December 31, 2027.');
    await plantAdoption(edition, { id: 72, createdAt: 9, follows: 71, body: { fee: 'USD 20.' } });
    await change(providers, { name: 'Quay Institute' }, { id: 1 });
    const next = await read('/credit/harbor-institute');
    expect(next.page.text).toContain('Offered by Quay Institute');
    expect(next.page.text).toContain('USD 20.');
    const [old] = [await read(`/achievements/${(71).toString(36)}`)];
    expect(old.page.text).toContain('USD 10.');
    expect(old.page.text).toContain('Quay Institute: what it offers now');
  });

  it('says what is over, what has not begun, and which approval holds no longer', async () => {
    const lapsed = approval({ validUntil: '2026-06-30' });
    const later = approval({ kind: 'later', validFrom: '2027-01-01', creditName: 'Later hours' });
    await plantAdoption(edition, { body: { approvals: [lapsed, later] } });
    const { page } = await read('/credit/harbor-institute');
    expect(page.text).toContain('to June 30, 2026, and no longer.');
    expect(page.text).toContain('January 1, 2027 to December 31, 2027, and not yet.');
    const over = await read('/credit/harbor-institute', '2028-01-01T12:00:00Z');
    expect(over.page.text).toContain('until December 31, 2027, and nobody begins it so any more');
    await change(adoptions, { fromDay: '2026-12-01' }, { id: 7 });
    const early = await read('/credit/harbor-institute');
    expect(early.page.text).toContain('from December 1, 2026 until December 31, 2027');
  });

  it('says no word of credit without an approval', async () => {
    await plantAdoption(edition);
    for (const path of ['/credit/harbor-institute', '/achievements/7']) {
      const { page } = await read(path);
      expect(page.text).not.toMatch(/\bcredit|\bCE\b|approv|accredit/i);
      expect(page.text).toContain('120 minutes of reading and answering');
      expect(page.text).not.toContain('2.0 hours');
    }
  });

  it('is JSON at the address of an adoption for whoever asks for no page, from any site', async () => {
    await plantAdoption(edition, { body: { approvals: [approval({ format: 'home study' })] } });
    const { response } = await read('/achievements/7', undefined, {});
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
    expect(response.headers.get('vary')).toContain('Accept');
    expect(await response.json()).toEqual({
      '@context': [
        'https://www.w3.org/ns/credentials/v2',
        'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json',
      ],
      id: 'http://localhost:8787/achievements/7',
      type: ['Achievement'],
      achievementType: 'CertificateOfCompletion',
      name: 'In the Room',
      description:
        'SAMPLE: made where course time can be moved. It certifies nothing. The course “In the Room”: home study.',
      criteria: {
        id: 'http://localhost:8787/achievements/7#criteria',
        narrative: expect.stringContaining('at least 26 of 32 questions'),
      },
      creator: {
        id: 'http://localhost:8787/issuers/harbor-institute',
        type: ['Profile'],
        name: 'Harbor Institute',
      },
    });
    const page = await read('/achievements/7');
    expect(page.response.headers.get('content-type')).toContain('text/html');
    const hidden = await read('/credit/harbor-institute');
    expect(hidden.response.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('may be found under the provider’s name, and each adoption by its address alone', async () => {
    await plantAdoption(edition);
    const { html } = await read('/credit/harbor-institute');
    expect(html).toContain('rel="canonical" href="http://localhost:8787/credit/harbor-institute"');
    expect(html).toContain('href="/achievements/7"');
    expect((await read('/achievements/7')).html).toContain('<meta name="robots" content="noindex"');
  });
});
