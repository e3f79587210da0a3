import fc from 'fast-check';
import papa from 'papaparse';
import { describe, expect, it } from 'vitest';
import { JURISDICTIONS } from '../../src/credit/name.ts';
import {
  brokerLinesOf,
  brokerSheet,
  type ReportLine,
  reportHead,
  reportLines,
  STATES,
} from '../../src/credit/report.ts';

const line = (changes: Partial<ReportLine> = {}): ReportLine => ({
  number: '7K3Q-9M2P-XH4D-8TBN',
  name: 'Maria Lopez',
  latinName: null,
  licences: [
    { number: 'MH-10442', jurisdiction: 'Florida', profession: 'Mental health counselor' },
  ],
  completedOn: '2026-03-07',
  hours: 2,
  approvals: [{ credits: 2, creditName: 'NBCC clock hours', number: 'ACEP No. 7041' }],
  right: 28,
  of: 32,
  tries: 1,
  state: 'stands',
  replacedBy: null,
  repeats: false,
  ...changes,
});

const parsed = (csv: string) => papa.parse<string[]>(csv.replace('\ufeff', '').trimEnd()).data;

describe('the report', () => {
  it('says of each certificate what a board asks for', () => {
    const [head, row] = parsed(reportHead() + reportLines([line()]));
    expect(Object.fromEntries((head ?? []).map((name, at) => [name, row?.[at]]))).toEqual({
      number: '7K3Q-9M2P-XH4D-8TBN',
      name: 'Maria Lopez',
      'name in Latin letters': '',
      license: 'MH-10442',
      jurisdiction: 'Florida',
      profession: 'Mental health counselor',
      'completed on': '2026-03-07',
      hours: '2.0',
      approvals: '2.0 NBCC clock hours, ACEP No. 7041',
      'right answers': '28',
      of: '32',
      tries: '1',
      state: 'stands',
      'another with this name': 'no',
    });
  });

  it('is UTF-8 that Excel knows as such, with lines as RFC 4180 ends them', () => {
    const csv = reportHead() + reportLines([line({ name: '山田 太郎', latinName: 'Taro Yamada' })]);
    expect(csv.startsWith('\ufeff"number"')).toBe(true);
    expect(csv.endsWith('"no"\r\n')).toBe(true);
    expect(csv).toContain('"山田 太郎","Taro Yamada"');
  });

  it('names the one that stands in the place of another', () => {
    const replaced = line({ state: 'replaced', replacedBy: '0000-0000-0000-0000' });
    expect(reportLines([replaced])).toContain('"replaced by 0000-0000-0000-0000"');
    expect(reportLines([line({ state: 'withdrawn' })])).toContain('"withdrawn"');
  });

  it('without an approval has no hours', () => {
    const [row] = parsed(reportLines([line({ hours: null, approvals: [] })]));
    expect(row?.slice(7, 9)).toEqual(['', '']);
  });

  // Case 54.
  it('holds no cell that a spreadsheet would run, whatever somebody is called', () => {
    const nasty = fc.constantFrom(
      '=HYPERLINK("https://evil.example")',
      '＝1+1',
      '+1',
      '@SUM(A1)',
      '-2',
      '\t=1',
      '\u200b=1',
    );
    fc.assert(
      fc.property(nasty, nasty, fc.string({ unit: 'grapheme' }), (name, number, profession) => {
        const licences = [{ number, jurisdiction: 'Florida', profession: name + profession }];
        const csv =
          reportLines([line({ name, latinName: name, licences })]) +
          brokerSheet(brokerLinesOf([line({ name, licences })], ['FL']), {
            provider: '12',
            course: name,
          });
        for (const cell of parsed(csv).flat()) {
          expect(cell).not.toMatch(/^\p{Default_Ignorable_Code_Point}*[=+\-@\t\r\n\0＝＋－＠]/u);
        }
      }),
    );
  });
});

describe('the sheet for CE Broker', () => {
  const sheet = (lines: ReportLine[], states = ['FL'], course = '7788') =>
    parsed(brokerSheet(brokerLinesOf(lines, states), { provider: '1234', course }));

  it('has columns A to H, the whole license number and the day as the sheet writes it', () => {
    expect(sheet([line()])).toEqual([
      [
        '1234',
        '7788',
        '',
        '',
        'MH-10442',
        '3/7/2026',
        'State=FL',
        'Profession=Mental health counselor',
      ],
    ]);
  });

  it('has the provider’s own name of the course in its column where there is no number', () => {
    expect(sheet([line()], ['FL'], 'IN-THE-ROOM')[0]?.slice(1, 4)).toEqual(['', 'IN-THE-ROOM', '']);
  });

  it('has one line for each license of these states, and none for others or without a number', () => {
    const licences = [
      { number: 'MH1', jurisdiction: 'Florida', profession: 'Counselor' },
      { number: 'SW2', jurisdiction: 'Florida', profession: 'Social worker' },
      { number: 'GA3', jurisdiction: 'Georgia', profession: 'Counselor' },
      { number: '', jurisdiction: 'Florida', profession: 'Counselor' },
      { number: 'XX', jurisdiction: 'Another country', profession: 'Counselor' },
    ];
    const lines = [line({ licences }), line({ licences: [] })];
    expect(sheet(lines).map((row) => row[4])).toEqual(['MH1', 'SW2']);
    expect(sheet(lines, ['FL', 'GA']).map((row) => row[6])).toEqual([
      'State=FL',
      'State=FL',
      'State=GA',
    ]);
  });

  it('knows every state in which somebody can be licensed here', () => {
    const states = JURISDICTIONS.filter(
      (each) => !['Canada', 'United Kingdom', 'Another country'].includes(each),
    );
    expect(Object.keys(STATES)).toEqual(states);
    expect(new Set(Object.values(STATES)).size).toBe(states.length);
  });
});
