import { desc } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { enrollments } from '../../src/db/schema.ts';
import { enrollByForm, mailedPath, SLOT } from '../support/people.ts';
import { value } from '../support/rows.ts';
import { DAY, see, visitor } from '../support/visitor.ts';

const EMAIL = 'ana@example.org';
const GO = { go: 'yes' };

/** Somebody who left on 30 December 2026, with five lessons, the first two marked as read, and asks to come back. */
async function goneAndAsking(days = 30) {
  const anyone = visitor();
  await anyone.setTime('2026-11-30T12:00:00Z');
  const { learnPath, unsubscribePath } = await enrollByForm(anyone, EMAIL);
  await anyone.moveTo('2026-12-30T00:00:00Z');
  for (const lesson of ['1', '2']) await anyone.post(`${learnPath}/read`, { ...GO, lesson });
  await anyone.post(unsubscribePath);
  await anyone.pass(days * DAY);
  await anyone.post(`${learnPath}/return`, GO);
  await anyone.work();
  const confirmPath = await mailedPath(anyone, EMAIL, 'confirm');
  const before = (await anyone.mails(EMAIL)).length;
  const lessons = async () =>
    (await anyone.mails(EMAIL))
      .slice(before)
      .flatMap(({ lesson }) => (lesson === null ? [] : [lesson]));
  const press = (from?: string) =>
    anyone.post(confirmPath, { ...GO, ...SLOT, ...(from === undefined ? {} : { from }) });
  return { anyone, learnPath, confirmPath, lessons, press };
}

const words = async (response: Response) => (await see(response)).text.replace(/\s+/g, ' ');

describe('somebody who comes back', () => {
  it('goes on where they stopped: the rest of the lessons, the earlier ones and the marks in place', async () => {
    const { anyone, learnPath, confirmPath, lessons, press } = await goneAndAsking();
    const page = await see(await anyone.get(confirmPath));
    expect(page.text).toContain('Where you stopped (lesson 6)');
    const chosen = page.all('input').filter((input) => 'checked' in input);
    expect(chosen.map((input) => input.value)).toEqual(['stopped']);
    await press('stopped');
    await anyone.work();
    expect(await lessons()).toEqual([6]);
    const course = await words(await anyone.get(learnPath));
    expect(course).toContain('You are in week 6');
    expect(course).toContain('Read lesson 3');
    expect((await anyone.get(`${learnPath}/lessons/5`)).status).toBe(200);
    await anyone.moveTo('2027-03-15T00:00:00Z');
    expect(await lessons()).toEqual([6, 7, 8]);
    expect(await value(enrollments, 'state', undefined, desc(enrollments.id))).toBe('completed');
  });

  it('keep their name where the form that brought them back named none', async () => {
    const { anyone, learnPath, confirmPath } = await goneAndAsking();
    const page = await see(await anyone.get(confirmPath));
    expect(page.text).toContain('Ana, when should it come?');
    const [name] = page.all('input').filter((input) => input.name === 'first_name');
    expect(name?.value).toBe('Ana');
    await anyone.post(confirmPath, { ...GO, ...SLOT, first_name: name?.value ?? '' });
    expect(await words(await anyone.get(learnPath))).toContain('Ana’s course');
  });

  it('are asked by no name that only a form gave who never confirmed', async () => {
    const anyone = visitor();
    await anyone.post('/signup', { email: EMAIL, first_name: 'Mallory' });
    await anyone.pass(2 * DAY);
    await anyone.post('/signup', { email: EMAIL });
    await anyone.work();
    const page = await see(await anyone.get(await mailedPath(anyone, EMAIL, 'confirm')));
    expect(page.text).not.toContain('Mallory, when');
  });

  it.each([['start'], [undefined], ['somewhere']])(
    'begins from the start where they choose so, or choose nothing: %s',
    async (from) => {
      const { anyone, lessons, press } = await goneAndAsking();
      await press(from);
      await anyone.work();
      expect(await lessons()).toEqual([1]);
    },
  );

  it('gets no two lessons within four days where they go on', async () => {
    const { anyone, lessons, press } = await goneAndAsking(1);
    await press('stopped');
    await anyone.work();
    expect(await lessons()).toEqual([]);
    await anyone.moveTo('2027-01-06T00:00:00Z');
    expect(await lessons()).toEqual([6]);
  });

  it('presses many times at once and goes on once', async () => {
    const { anyone, lessons, press } = await goneAndAsking();
    await Promise.all(Array.from({ length: 8 }, () => press('stopped')));
    await anyone.work();
    expect(await lessons()).toEqual([6]);
  });

  it('is asked nothing of it who has had all lessons, or only begins', async () => {
    const anyone = visitor();
    await anyone.setTime('2026-11-30T12:00:00Z');
    const { learnPath, unsubscribePath, confirmPath } = await enrollByForm(anyone, EMAIL);
    expect(await words(await anyone.get(confirmPath))).not.toContain('Where you stopped');
    await anyone.moveTo('2027-02-01T00:00:00Z');
    await anyone.post(unsubscribePath);
    await anyone.post(`${learnPath}/return`, GO);
    await anyone.work();
    const again = await words(await anyone.get(await mailedPath(anyone, EMAIL, 'confirm')));
    expect(again).toContain('Confirm and send lesson 1');
    expect(again).not.toContain('Where you stopped');
  });
});
