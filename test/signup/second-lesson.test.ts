import { describe, expect, it } from 'vitest';
import { pressConfirm, signUpByForm } from '../support/people.ts';
import { dump } from '../support/rows.ts';
import { see, visitor } from '../support/visitor.ts';

const EMAIL = 'ana@example.org';

async function invited() {
  const anyone = visitor();
  await anyone.setTime('2026-11-30T12:00:00Z');
  const path = await signUpByForm(anyone, EMAIL);
  const ask = (hour: Record<string, string>) =>
    anyone.get(`${path}/second?${new URLSearchParams(hour)}`, { accept: 'application/json' });
  return { anyone, path, ask };
}

describe('the page that asks for the hour', () => {
  it('says when lesson 2 comes at the hour that it suggests, and so it does', async () => {
    const { anyone, path } = await invited();
    const page = (await see(await anyone.get(path))).text;
    expect(page).toContain('Lesson 2 comes on Tuesday, December 8, 7:30 am.');
    await pressConfirm(anyone, path);
    await anyone.moveTo('2026-12-08T07:00:00Z');
    const mail = (await anyone.mails(EMAIL)).find(({ lesson }) => lesson === 2);
    // A second may pass while the test runs.
    expect(mail?.at).toMatch(/^2026-12-08T06:30:0[0-5]/);
  });

  it('says it of an hour that is being chosen, and changes nothing', async () => {
    const { ask } = await invited();
    const before = await dump();
    const thursday = await ask({ weekday: '4', time: '20:00', time_zone: 'America/New_York' });
    expect(await thursday.json()).toEqual({ when: 'Thursday, December 10, 8:00 pm' });
    // Friday is the fourth day: the hour decides whether it is that one or the next.
    const friday = (time: string) => ask({ weekday: '5', time, time_zone: 'UTC' });
    expect(await (await friday('12:30')).json()).toEqual({ when: 'Friday, December 4, 12:30 pm' });
    expect(await (await friday('11:00')).json()).toEqual({ when: 'Friday, December 11, 11:00 am' });
    expect(await dump()).toEqual(before);
  });

  it('says nothing of an hour that is none, nor to a link that is none', async () => {
    const { anyone, path, ask } = await invited();
    for (const hour of [
      {},
      { weekday: '9', time: '07:30', time_zone: 'UTC' },
      { weekday: '1', time: '25:00', time_zone: 'UTC' },
      { weekday: '1', time: '07:30', time_zone: 'Mars/Olympus_Mons' },
    ]) {
      expect((await ask(hour as Record<string, string>)).status).toBe(422);
    }
    const good = new URLSearchParams({ weekday: '1', time: '07:30', time_zone: 'UTC' });
    expect((await anyone.get(`${path}x/second?${good}`)).status).toBe(404);
  });
});
