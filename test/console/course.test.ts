import { describe, expect, it } from 'vitest';
import { mailHeads } from '../../src/course/course.ts';
import { acts, deliveries, enrollments, halts, subscribers } from '../../src/db/schema.ts';
import { plantLearners } from '../support/many.ts';
import { plantBatch } from '../support/plant.ts';
import { count, pick } from '../support/rows.ts';
import { enterConsole } from '../support/staff.ts';
import { see, visitor } from '../support/visitor.ts';

async function course(role: 'owner' | 'helper' | 'reader' = 'owner') {
  const anyone = visitor();
  await anyone.setTime('2026-11-30T12:00:00Z');
  return { anyone, mira: await enterConsole(anyone, { role }) };
}

const words = async (response: Response) => (await see(response)).text.replace(/\s+/g, ' ');

const hashOf = (kind: string, lesson: number | null = null) =>
  mailHeads.find((head) => head.kind === kind && head.lesson === lesson)?.hash;

/** What the console calls each mail of this build. */
const names = mailHeads.map(({ kind, lesson }) =>
  kind === 'complete' ? '9' : lesson === null ? kind : String(lesson),
);

describe('a mail of the course in the console', () => {
  it('is counted under way with its own words or older ones: the closing note, and a lesson once more', async () => {
    const { mira } = await course('reader');
    const frozen = [
      { kind: 'complete', lesson: 9, content: 'of an earlier version' },
      { kind: 'complete', lesson: 9, content: hashOf('complete') },
      { kind: 'resend', lesson: 3, content: 'of an earlier version' },
      { kind: 'appoint', lesson: null, content: hashOf('invite') },
    ];
    await plantBatch({ state: 'open', size: frozen.length, frozen: JSON.stringify(frozen) });
    const page = await words(await mira.get('/operator/course'));
    expect(page).toMatch(/The closing note021/);
    expect(page).toMatch(/Lesson 3: [^0-9]+011/);
    expect(page).toMatch(/Lesson 4: [^0-9]+000/);
    expect(await words(await mira.get('/operator/course/9'))).toContain(
      '1 mail on its way keeps older words.',
    );
    expect(await words(await mira.get('/operator/course/invite'))).toMatch(/On their way ?1/);
  });

  it('is shown with nothing left to fill in, and opens nothing by any link in it', async () => {
    const { anyone, mira } = await course();
    const ctx = await anyone.context();
    await plantLearners(ctx, 1, { nextLesson: 3 });
    const tried = new Set<string>();
    for (const name of names) {
      const path = `/operator/course/${name}`;
      const { text } = await see(await mira.get(`${path}?look=text`));
      for (const shown of [text, await (await mira.get(`${path}/mail`)).text()]) {
        expect([name, shown]).toEqual([name, expect.not.stringMatching(/\{\{|undefined|NaN/)]);
      }
      for (const [link] of text.matchAll(/https?:\/\/[^\s)>]+/g)) {
        const { origin, pathname } = new URL(link);
        if (origin !== ctx.settings.baseUrl || !/\.[\w-]{22}/.test(pathname)) continue;
        const page = pathname.split('/')[1] ?? '';
        tried.add(page);
        // Whoever wants no more hears the same whoever they are.
        const { status } = ['unsubscribe', 'not-me', 'erase'].includes(page)
          ? await anyone.post(pathname, { go: 'yes' })
          : await anyone.get(pathname);
        if (status < 400) expect(['unsubscribe', 'not-me', 'erase']).toContain(page);
      }
    }
    expect([...tried].sort().join(' ')).toBe(
      'address confirm erase learn not-me open portal unsubscribe',
    );
    expect(await count(deliveries)).toBe(0);
    expect(await pick(subscribers, ['unsubscribedAt'])).toEqual([{ unsubscribedAt: null }]);
    expect(await pick(enrollments, ['state'])).toEqual([{ state: 'active' }]);
  });

  it('is held back from its own page, which says so from then on', async () => {
    const { mira } = await course('helper');
    const holds = async (path: string) =>
      (await see(await mira.get(path)))
        .all('form')
        .filter(({ action }) => action === '/operator/mail/halt').length;
    expect(await holds('/operator/course/9')).toBe(1);
    expect(await holds('/operator/course/confirm')).toBe(0);
    await mira.post('/operator/mail/halt', { scope: 'lesson:9', why: 'a wrong figure' });
    expect(await pick(halts, ['scope'])).toEqual([{ scope: 'lesson:9' }]);
    expect(await holds('/operator/course/9')).toBe(0);
    expect(await words(await mira.get('/operator/course/9'))).toContain('It is held back.');
    expect(await words(await mira.get('/operator/course/3'))).not.toContain('It is held back.');
  });

  it('has no button for a reader', async () => {
    const { mira } = await course('reader');
    const { all } = await see(await mira.get('/operator/course/3'));
    expect(all('form').map(({ action }) => action)).toEqual(['/operator/leave']);
  });
});

describe('a deed of the console that came to nothing', () => {
  it('stands open with what was typed and what was chosen, and no other does', async () => {
    const { mira } = await course();
    const again = await mira.post('/operator/mail/halt', {
      scope: 'lesson:3',
      why: 'ana@example.org wrote',
    });
    expect(again.status).toBe(422);
    const { all } = await see(again);
    expect(all('details').map(({ open }) => open !== undefined)).toEqual([true]);
    expect(all('option').filter(({ selected }) => selected !== undefined)).toMatchObject([
      { value: 'lesson:3' },
    ]);
    expect(all('input').find(({ id }) => id === 'why-halt')?.value).toBe('ana@example.org wrote');
    expect(await count(acts)).toBe(0);
    const first = (await see(await mira.get('/operator/mail'))).all('details');
    expect(first.map(({ open }) => open !== undefined)).toEqual([false]);
  });
});
