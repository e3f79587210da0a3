import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compileEmails } from '../../emails/mails.tsx';
import { COLUMNS } from '../../emails/text.ts';
import { hourInWords } from '../../src/course/schedule.ts';

const { notes, weeks } = compileEmails(join(import.meta.dirname, '../../emails/lessons'));
const mails = [...notes, ...weeks.map(({ mail }) => mail)].map(
  (mail) => [`${mail.kind} ${mail.lesson ?? ''}`.trim(), mail.text] as const,
);

const token = (letter: string) => `https://course.example.org/learn/${letter.repeat(90)}`;

/** What the server fills in, as long as it comes: the hour is the longest of all zones. */
const zones = Intl.supportedValuesOf('timeZone');
const slots = zones.map((zone) => hourInWords({ weekday: 3, time: '12:30', zone }));
const LONGEST: Record<string, string> = {
  greeting: 'Hello Maximiliane-Wilhelmina Konstantinopolitanska-Featherstonehaugh,',
  asked_at: 'at the Transatlantic Institute for Psychotherapy Training and Practice',
  where: 'the Transatlantic Institute for Psychotherapy Training and Practice',
  digits: '4071 8265',
  offered: '\nOffered through the Transatlantic Institute for Practice',
  slot: slots.reduce((longest, slot) => (slot.length > longest.length ? slot : longest)),
  postal_address: 'In the Room, 12 Linden Street, Portland, OR 97205, USA',
  base_url: 'https://course.example.org',
};

const fill = (text: string, values: Record<string, string>) =>
  text.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => values[name] ?? token('x'));

describe.each(mails)('the text of %s, once it is filled in', (_, text) => {
  it('has no line that is wider than a window, whatever name, hour and place it holds', () => {
    for (const value of ['greeting', 'asked_at', 'slot', 'where']) {
      expect((LONGEST[value] ?? '').length).toBeLessThan(COLUMNS);
    }
    const wide = fill(text, LONGEST)
      .split('\n')
      .filter((line) => line.length > COLUMNS && !/^\s*(\[\d+\] )?\S*https:\S+$/.test(line));
    expect(wide).toEqual([]);
  });

  it('has each address whole on a line of its own, with no sign beside it that a program would take along', () => {
    const lines = fill(text, LONGEST).split('\n');
    const addresses = lines.filter((line) => line.includes(token('x')));
    expect(addresses.length).toBeGreaterThan(0);
    for (const line of addresses) expect(line).toBe(token('x'));
  });
});
