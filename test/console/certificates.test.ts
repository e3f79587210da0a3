import { describe, expect, it } from 'vitest';
import { frozenOf } from '../../src/credit/certificate.ts';
import { issue } from '../../src/credit/issue.ts';
import { certificates } from '../../src/db/credit.ts';
import { acts } from '../../src/db/schema.ts';
import { plantClaim } from '../support/certificates.ts';
import { change, pick, value } from '../support/rows.ts';
import { enterConsole, type Insider, wayIn } from '../support/staff.ts';
import { see, visitor } from '../support/visitor.ts';

async function issued(role: 'helper' | 'reader' = 'helper') {
  const anyone = visitor();
  await anyone.setTime('2026-11-30T12:00:00Z');
  const mira = await enterConsole(anyone, { role });
  const done = await issue(await anyone.context(), await plantClaim());
  if (done.kind !== 'issued') throw new Error(done.kind);
  return { anyone, mira, number: done.number, path: `/operator/certificates/${done.number}` };
}

const read = async (who: Insider, path: string) =>
  (await see(await who.get(path))).text.replace(/\s+/g, ' ');

describe('a certificate in the console', () => {
  it('is found by its number, however it is written, and by nothing else', async () => {
    const { mira, number, path } = await issued();
    const typed = number.toLowerCase().replaceAll('-', '');
    const found = await mira.get(`/operator/certificates?number=${typed}`);
    expect(found.headers.get('location')).toBe(path);
    expect(await read(mira, '/operator/certificates?number=Lopez')).toContain(
      'This is no number of a certificate',
    );
    expect(await read(mira, path)).toContain('Maria Lopez');
    expect((await mira.get('/operator/certificates/0000-0000-0000-0000')).status).toBe(404);
  });

  it('is nothing that a reader sees', async () => {
    const { mira, path } = await issued('reader');
    expect((await mira.get(path)).status).toBe(404);
    expect((await mira.get('/operator/certificates')).status).toBe(404);
  });

  it('is replaced with what was wrong put right, and the rest as it was', async () => {
    const { mira, number, path } = await issued();
    const fields = { name: 'María López', latin: '', licence: '', why: 'a slip in the spelling' };
    const done = await mira.post(`${path}/replace`, fields);
    const next = (await value(certificates, 'number', { replaces: number })) ?? '';
    expect(done.headers.get('location')).toBe(`/operator/certificates/${next}?done=replaced`);
    const [before, after] = await Promise.all(
      [number, next].map(async (each) =>
        frozenOf((await value(certificates, 'frozen', { number: each })) ?? ''),
      ),
    );
    expect(after?.printed).toEqual({ ...before?.printed, name: 'María López' });
    expect(await read(mira, path)).toContain(`replaced by another. ${next}`);
  });

  it('comes back with what was typed where something is wrong, and nothing has changed', async () => {
    const { mira, number, path } = await issued();
    const wrong = await mira.post(`${path}/replace`, { name: 'שירה בן־דוד', why: 'a slip' });
    const page = await see(wrong);
    expect(wrong.status).toBe(422);
    expect(page.all('input').find(({ name }) => name === 'name')?.value).toBe('שירה בן־דוד');
    const naming = await mira.post(`${path}/replace`, { name: 'Mia', why: 'Lopez wrote to us' });
    expect((await see(naming)).text).toContain('without their name');
    expect(await value(certificates, 'withdrawnAt', { number })).toBeNull();
  });

  it('is withdrawn, or forgotten once its holder has erased, only with mailed digits', async () => {
    const { anyone, mira, number, path } = await issued();
    const deed = async (name: 'withdraw' | 'forget', why: string) => {
      const asked = await mira.post(`${path}/${name}`, { why });
      expect((await see(asked)).text).toContain('Eight digits');
      const { digits } = await wayIn(anyone, 'mira@course.example');
      return mira.post(`${path}/${name}`, { why, digits });
    };
    const withdrawn = await deed('withdraw', 'its provider’s word');
    expect(withdrawn.headers.get('location')).toBe(`${path}?done=withdrawn`);
    await change(certificates, { subscriberId: null, register: 'closed' });
    expect(await read(mira, path)).toContain('its holder has erased');
    await deed('forget', 'its provider asked for it');
    expect(await value(certificates, 'frozen', { number })).toBeNull();
    expect((await pick(acts, ['verb'])).map(({ verb }) => verb)).toEqual(
      expect.arrayContaining(['withdraw-certificate', 'forget-certificate']),
    );
  });
});
