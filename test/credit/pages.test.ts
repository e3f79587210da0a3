import { describe, expect, it } from 'vitest';
import { withdrawCertificate } from '../../src/credit/change-certificate.ts';
import { issue } from '../../src/credit/issue.ts';
import { certificates } from '../../src/db/credit.ts';
import { subscribers } from '../../src/db/schema.ts';
import { LOCAL_OPERATOR_TOKEN } from '../../src/env.ts';
import { eraseSubscriber } from '../../src/subscriber/erase-subscriber.ts';
import { plantClaim } from '../support/certificates.ts';
import { deviceCookie, enrollByForm } from '../support/people.ts';
import { plantProvider } from '../support/providers.ts';
import { change, pick, value } from '../support/rows.ts';
import { DAY, PRODUCTION, visitor } from '../support/visitor.ts';

const EMAIL = 'maria@example.org';

async function certified() {
  const anyone = visitor();
  await anyone.setTime('2026-11-30T12:00:00Z');
  await plantProvider();
  const { learnPath } = await enrollByForm(anyone, EMAIL);
  const [person] = await pick(subscribers, ['id']);
  const subscriberId = person?.id ?? 0;
  const ctx = await anyone.context();
  const done = await issue(ctx, await plantClaim({ subscriberId }));
  if (done.kind !== 'issued') throw new Error(done.kind);
  const cookie = await deviceCookie(anyone, EMAIL, 90 * DAY);
  return { anyone, ctx, learnPath, subscriberId, number: done.number, cookie };
}

const text = async (response: Response) =>
  (await response.text())
    .replace(/<[^>]*>/g, ' ')
    .replace(/&[^;]+;/g, ' ')
    .replace(/\s+/g, ' ');

describe('the register', () => {
  it('says all that the paper says, to whoever has the number', async () => {
    const { anyone, number } = await certified();
    const page = await anyone.get(`/certificates/${number}`);
    expect(page.status).toBe(200);
    expect(page.headers.get('x-robots-tag')).toBe('noindex');
    const said = await text(page);
    for (const part of [
      'This certificate stands.',
      'Maria Lopez',
      'Oregon: C-10442',
      'November 27, 2026',
      '2.0 hours',
      'ACEP No. 7041, January 1, 2026 to December 31, 2027',
      'solely responsible for all aspects',
      'Does not count in New York.',
      'Dana Ortiz, PhD',
    ]) {
      expect(said).toContain(part);
    }
    expect(said).not.toContain(EMAIL);
  });

  it('hides name and licence where its holder wants that, and shows the rest', async () => {
    const { anyone, number, learnPath, cookie } = await certified();
    const choose = (register: string, headers = { cookie }) =>
      anyone.post(`${learnPath}/certificates/${number}/register`, { go: 'yes', register }, headers);
    expect((await choose('name-hidden')).status).toBe(303);
    const said = await text(await anyone.get(`/certificates/${number}`));
    expect(said).not.toMatch(/Lopez|C-10442/);
    expect(said).toContain('Harbor Institute confirms a name');
    expect(said).toContain('2.0 hours');
    // Not without the device, nor by a scanner.
    expect((await choose('shown', { cookie: '' })).status).toBe(409);
    await anyone.post(
      `${learnPath}/certificates/${number}/register`,
      { register: 'shown' },
      { cookie },
    );
    expect(await pick(certificates, ['register'])).toEqual([{ register: 'name-hidden' }]);
    await choose('shown');
    expect(await text(await anyone.get(`/certificates/${number}`))).toContain('Maria Lopez');
  });

  it('reads a number however it is typed, and leads to its one spelling', async () => {
    const { anyone, number } = await certified();
    const typed = number.toLowerCase().replaceAll('-', '').replaceAll('0', 'o');
    const found = await anyone.get(`/certificates/${typed}`);
    expect([found.status, found.headers.get('location')]).toEqual([301, `/certificates/${number}`]);
    const asked = await anyone.get(`/certificates?number=${typed}`);
    expect(asked.headers.get('location')).toBe(`/certificates/${number}`);
  });

  it('answers a number that nobody has as it answers one that nobody can have', async () => {
    const { anyone } = await certified();
    const unknown = await anyone.get('/certificates/0000-0000-0000-0000');
    const malformed = await anyone.get('/certificates/nothing-like-it');
    expect([unknown.status, malformed.status]).toEqual([404, 404]);
    expect(await unknown.text()).toBe(await malformed.text());
    const typed = await anyone.get('/certificates?number=%3Cscript%3E');
    expect(typed.status).toBe(422);
    expect(await typed.text()).not.toContain('<script>');
  });

  it('says of an erased holder’s that it was issued, and never that there is none', async () => {
    const { anyone, ctx, number, subscriberId } = await certified();
    await eraseSubscriber(ctx, { subscriberId, actor: 'operator:test', reason: 'asked' });
    const page = await anyone.get(`/certificates/${number}`);
    expect(page.status).toBe(200);
    const said = await text(page);
    expect(said).toContain('A certificate with this number was issued by Harbor Institute');
    expect(said).toContain('keeps the record until December 1, 2032');
    expect(said).not.toMatch(/Lopez|C-10442|2\.0 hours/);
    // Whether it was withdrawn outlives what it said.
    await withdrawCertificate(ctx, { number, actor: 'operator:test', reason: 'wrong' });
    await change(certificates, { frozen: null });
    expect(await text(await anyone.get(`/certificates/${number}`))).toContain(
      'withdrawn on November 30, 2026',
    );
  });

  it('is not asked over and over from one network', async () => {
    const SIGNUP_LIMIT = { limit: async () => ({ success: false }) };
    const { number } = await certified();
    const anyone = visitor({ ...PRODUCTION, SIGNUP_LIMIT }, PRODUCTION.BASE_URL);
    const page = await anyone.get(`/certificates/${number}`, { 'cf-connecting-ip': '192.0.2.1' });
    expect(page.status).toBe(429);
  });
});

describe('a learner’s certificate', () => {
  it('opens on a device of theirs, to read and to print, and nowhere else', async () => {
    const { anyone, learnPath, number, cookie } = await certified();
    const shut = await anyone.get(`${learnPath}/certificates/${number}`);
    expect(shut.status).toBe(409);
    expect(await shut.text()).not.toContain('Lopez');
    const list = await text(await anyone.get(`${learnPath}/certificates`, { cookie }));
    expect(list).toContain(`${number} , Harbor Institute, November 27, 2026: stands`);
    const page = await anyone.get(`${learnPath}/certificates/${number}`, { cookie });
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(await text(page)).toContain('Maria Lopez');
  });

  it('is a PDF with the same bytes each time, under a name in ASCII', async () => {
    const { anyone, learnPath, number, cookie } = await certified();
    const paper = () => anyone.get(`${learnPath}/certificates/${number}.pdf`, { cookie });
    const first = await paper();
    expect(first.status).toBe(200);
    expect(first.headers.get('content-disposition')).toBe(
      `inline; filename="in-the-room-${number}.pdf"`,
    );
    const bytes = new Uint8Array(await first.arrayBuffer());
    expect(new TextDecoder('latin1').decode(bytes.subarray(0, 8))).toBe('%PDF-1.7');
    expect(bytes.length).toBeLessThan(30 * 1024);
    expect(new Uint8Array(await (await paper()).arrayBuffer())).toEqual(bytes);
    expect((await anyone.get(`${learnPath}/certificates/${number}.pdf`)).status).toBe(409);
  });

  it('is no PDF any more once it is withdrawn, and its page says why', async () => {
    const { anyone, ctx, learnPath, number, cookie } = await certified();
    const reason = 'The course was not completed.';
    await withdrawCertificate(ctx, { number, actor: 'operator:test', reason });
    expect((await anyone.get(`${learnPath}/certificates/${number}.pdf`, { cookie })).status).toBe(
      410,
    );
    const said = await text(await anyone.get(`${learnPath}/certificates/${number}`, { cookie }));
    expect(said).toContain(reason);
  });

  it('is not somebody else’s, whatever number they name', async () => {
    const { anyone, number } = await certified();
    const other = await enrollByForm(anyone, 'ana@example.org');
    const cookie = await deviceCookie(anyone, 'ana@example.org', 90 * DAY);
    const path = `${other.learnPath}/certificates/${number}`;
    expect((await anyone.get(path, { cookie })).status).toBe(404);
    expect((await anyone.get(`${path}.pdf`, { cookie })).status).toBe(404);
    const press = { go: 'yes', register: 'name-hidden' };
    expect((await anyone.post(`${path}/register`, press, { cookie })).status).toBe(404);
    expect(await pick(certificates, ['register'])).toEqual([{ register: 'shown' }]);
  });
});

describe('the operator, by a provider’s word', () => {
  const authorization = `Bearer ${LOCAL_OPERATOR_TOKEN}`;
  const why = { by: 'Ana', reason: 'a slip' };

  it('replaces, withdraws and looks, and is told what is wrong at its place', async () => {
    const { anyone, number } = await certified();
    const api = `/operator/api/certificates/${number.toLowerCase()}`;
    const post = (deed: string, input: object) =>
      anyone.postJson(`${api}/${deed}`, { ...input, ...why }, { authorization });
    const field = async (response: Response) =>
      ((await response.json()) as { error: { field: string } }).error.field;
    expect(await field(await post('replace', {}))).toBe('name');
    expect(await field(await post('replace', { name: 'x' }))).toBe('name');
    expect(await field(await post('replace', { name: 'Maria\u202eLopez' }))).toBe('name');
    expect(await field(await post('replace', { name: 'שירה בן־דוד' }))).toBe('latin');
    const done = await post('replace', { name: 'María López' });
    const { number: next } = (await done.json()) as { number: string };
    expect(await pick(certificates, ['replaces'], { number: next })).toEqual([
      { replaces: number },
    ]);
    expect((await post('withdraw', {})).status).toBe(200);
    const entry = await anyone.get(`/operator/api/certificates/${next}`, { authorization });
    expect(await entry.json()).toMatchObject({ number: next, state: { kind: 'stands' } });
    expect((await anyone.get(`/operator/api/certificates/${next}`)).status).toBe(401);
  });

  it('has a license put right, and nothing else of what is printed', async () => {
    const { anyone, number } = await certified();
    const post = (input: object) =>
      anyone.postJson(
        `/operator/api/certificates/${number}/replace`,
        { ...input, ...why },
        { authorization },
      );
    const wrong = await post({ licence: 'C-10443', jurisdiction: 'Atlantis' });
    expect(((await wrong.json()) as { error: { field: string } }).error.field).toBe('jurisdiction');
    const licence = { licence: 'C-10443', jurisdiction: 'Oregon', profession: 'Counselor' };
    const { number: next } = (await (await post(licence)).json()) as { number: string };
    const [before, after] = await Promise.all(
      [number, next].map(async (each) =>
        JSON.parse((await value(certificates, 'frozen', { number: each })) ?? ''),
      ),
    );
    const licences = [{ number: 'C-10443', jurisdiction: 'Oregon', profession: 'Counselor' }];
    expect(after).toEqual({ ...before, printed: { ...before.printed, licences } });
  });
});
