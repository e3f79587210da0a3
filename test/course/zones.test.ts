import { describe, expect, it } from 'vitest';
import { hasClock, hourInWords } from '../../src/course/schedule.ts';
import { COMMON_CLOCKS, clockCalled, placesOf } from '../../src/course/zones.ts';
import { enrollByForm, signUpByForm } from '../support/people.ts';
import { see, visitor } from '../support/visitor.ts';

const ALL = [...Intl.supportedValuesOf('timeZone'), 'UTC'];

describe('a zone', () => {
  it.each([
    ['America/New_York', 'Eastern time'],
    ['America/Phoenix', 'Arizona time'],
    ['Europe/Kiev', 'Kyiv time'],
    ['Europe/Kyiv', 'Kyiv time'],
    ['Asia/Calcutta', 'Kolkata time'],
    ['Asia/Kolkata', 'Kolkata time'],
    ['America/Argentina/Buenos_Aires', 'Buenos Aires time'],
    ['UTC', 'UTC'],
    ['Etc/GMT+5', 'Etc/GMT+5'],
  ])('%s is called %s', (zone, name) => {
    expect(clockCalled(zone)).toBe(name);
    expect(hourInWords({ weekday: 2, time: '07:30', zone })).toBe(`Tuesdays at 7:30 am, ${name}`);
  });

  it('is found by cities that have none of their own, and every one of them has a label', () => {
    const labels = (zone: string) => placesOf(zone).map(({ label }) => label);
    expect(labels('Asia/Calcutta')).toEqual(expect.arrayContaining(['Kolkata', 'Mumbai']));
    expect(labels('America/Los_Angeles')).toContain('San Francisco (Pacific time)');
    const all = ALL.flatMap(placesOf);
    expect(all.filter(({ label }) => /_|^$/.test(label))).toEqual([]);
    expect([...all, ...COMMON_CLOCKS].every(({ zone }) => hasClock(zone))).toBe(true);
  });
});

describe('the list of zones', () => {
  it('begins with the clocks of the United States, holds every zone, and has one chosen', async () => {
    const anyone = visitor();
    const page = await see(await anyone.get(await signUpByForm(anyone, 'ana@example.org')));
    const options = page.all('option').filter(({ value = '' }) => /\/|^UTC$/.test(value));
    expect(options[0]?.value).toBe('America/New_York');
    expect(page.text).toContain('Eastern time (New York)');
    for (const place of ['Kyiv', 'Kolkata', 'Mumbai', 'Boston (Eastern time)']) {
      expect(page.text).toContain(place);
    }
    const offered = new Set(options.map(({ value }) => value));
    expect(ALL.filter((zone) => !offered.has(zone))).toEqual([]);
    expect(options.filter((option) => 'selected' in option).map(({ value }) => value)).toEqual([
      'Europe/Berlin',
    ]);
  });
});

it('a calendar can take the dates once, or keep them up to date by itself', async () => {
  const anyone = visitor();
  const { learnPath } = await enrollByForm(anyone, 'ana@example.org');
  const links = (await see(await anyone.get(learnPath))).all('a');
  const file = links.find(({ download }) => download !== undefined)?.href ?? '';
  expect((await anyone.get(file)).headers.get('content-type')).toContain('text/calendar');
  expect(links.map(({ href }) => href)).toContain(`webcal://localhost:8787${file}`);
});
