import { describe, expect, it } from 'vitest';
import { approvalsOn } from '../../src/credit/adoption.ts';
import {
  countedOf,
  dayIn,
  firstOf,
  keptBy,
  type SentLesson,
  type Steps,
  stepOf,
} from '../../src/credit/credit.ts';
import { adoptionBody, approval } from '../support/adoptions.ts';

const at = (iso: string) => Date.parse(iso) / 1000;
const accepts = Array.from({ length: 8 }, (_, index) => ({ text: `text-${index + 1}` }));
const today = accepts.map(({ text }) => text);
const all: SentLesson[] = accepts.map(({ text }, index) => ({
  lesson: index + 1,
  at: at('2026-10-01T07:30:00Z') + index * 7 * 86_400,
  text,
}));

describe('lessons that count', () => {
  it('are each the first that came with an accepted text, from whichever enrollment', () => {
    const again = { lesson: 3, at: at('2026-12-24T07:30:00Z'), text: 'text-3' };
    const { counted, missing } = countedOf([again, ...all].reverse(), accepts, today);
    expect(missing).toEqual([]);
    expect(counted.map(({ lesson }) => lesson)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(counted[2]?.at).toBe(all[2]?.at);
    expect(firstOf(counted)).toBe(all[0]?.at);
  });

  it('are named where one never came, and where it came with a text that nobody adopted', () => {
    const without = all
      .filter(({ lesson }) => lesson !== 8)
      .map((each) => (each.lesson === 3 ? { ...each, text: 'later' } : each))
      // Sent before texts had hashes.
      .map((each) => (each.lesson === 5 ? { ...each, text: null } : each));
    expect(countedOf(without, accepts, today).missing).toEqual([
      { lesson: 3, why: 'other-text' },
      { lesson: 5, why: 'other-text' },
      { lesson: 8, why: 'not-sent' },
    ]);
  });

  it('need their provider’s word where the text of today is not adopted either', () => {
    const revised = all.map((each) => (each.lesson === 3 ? { ...each, text: 'later' } : each));
    const deployed = today.map((text, index) => (index === 2 ? 'later' : text));
    expect(countedOf(revised, accepts, deployed).missing).toEqual([
      { lesson: 3, why: 'unaccepted' },
    ]);
  });

  it('count once the provider has accepted the text, or it came once more', () => {
    const other = all.map((each) => (each.lesson === 3 ? { ...each, text: 'later' } : each));
    expect(countedOf(other, [...accepts, { text: 'later' }], today).missing).toEqual([]);
    const more = { lesson: 3, at: at('2026-12-24T07:30:00Z'), text: 'text-3' };
    expect(countedOf([...other, more], accepts, today).counted[2]).toEqual(more);
  });
});

describe('a claim’s last press', () => {
  const body = adoptionBody({ from: '2026-12-01', until: '2026-12-31' });
  const lessons = { ...countedOf(all, accepts, today), lockedUntil: null as number | null };
  const kept = (zone: string, iso: string, changes: Partial<typeof lessons> = {}) =>
    keptBy({ zone }, body, { ...lessons, ...changes }, at(iso))?.kind ?? null;

  it.each([
    ['America/Los_Angeles', '2026-12-01T07:59:59Z', 'early'],
    ['America/Los_Angeles', '2026-12-01T08:00:00Z', null],
    ['America/Los_Angeles', '2027-01-01T07:59:58Z', null],
    ['America/Los_Angeles', '2027-01-01T08:00:00Z', 'over'],
    // A zone that is a day behind has its own last day.
    ['Pacific/Pago_Pago', '2027-01-01T10:59:59Z', null],
    ['Pacific/Kiritimati', '2026-12-31T10:00:00Z', 'over'],
  ])('in %s at %s: %s', (zone, iso, expected) => {
    expect(kept(zone, iso)).toBe(expected);
  });

  it('waits until the credited time since the first lesson is over', () => {
    const hour = all.map((each, index) => ({ ...each, at: at('2026-12-10T12:00:00Z') + index }));
    const quick = countedOf(hour, accepts, today);
    expect(kept('UTC', '2026-12-10T13:59:59Z', quick)).toBe('soon');
    expect(kept('UTC', '2026-12-10T14:00:00Z', quick)).toBe(null);
  });

  it('waits for missing lessons, and is told that it is over before that', () => {
    const seven = countedOf(all.slice(1), accepts, today);
    expect(kept('UTC', '2026-12-10T12:00:00Z', seven)).toBe('lessons');
    expect(kept('UTC', '2027-02-10T12:00:00Z', seven)).toBe('over');
  });

  it.each([
    [
      'the last day fell into the week in which a new address was locked',
      '2027-01-03',
      '2027-01-10',
    ],
    ['it was the first day of that week', '2027-01-07', '2027-01-14'],
    ['it was let go before the last day', '2026-12-20', '2026-12-31'],
    ['it was changed after the last day', '2027-01-20', '2026-12-31'],
  ])('where %s is that of %s or until %s', (_, unlocked, last) => {
    const lockedUntil = at(`${unlocked}T12:00:00Z`);
    expect(kept('UTC', `${last}T23:59:59Z`, { lockedUntil })).toBe(null);
    expect(keptBy({ zone: 'UTC' }, body, { ...lessons, lockedUntil }, at('2027-02-10'))).toEqual({
      kind: 'over',
      until: last,
    });
  });
});

describe('the day on a certificate', () => {
  it('is the claim’s zone’s, whatever day the server has', () => {
    expect(dayIn('America/Los_Angeles', at('2026-12-31T23:59:58-08:00'))).toBe('2026-12-31');
    expect(dayIn('Pacific/Pago_Pago', at('2027-01-01T01:00:00+01:00'))).toBe('2026-12-31');
  });

  it('is one day in the hour that the clocks turn back', () => {
    const twice = ['2026-11-01T08:30:00Z', '2026-11-01T09:30:00Z'];
    expect(twice.map((iso) => dayIn('America/Los_Angeles', at(iso)))).toEqual([
      '2026-11-01',
      '2026-11-01',
    ]);
  });
});

describe('approvals on a day', () => {
  const days = { first: '2026-10-01', completed: '2026-12-10' };
  it.each([
    ['held since before the first lesson', {}, true],
    ['since the first lesson’s day', { heldSince: '2026-10-01' }, true],
    ['since the day after', { heldSince: '2026-10-02' }, false],
    [
      'since the day after, where completion alone counts',
      { heldSince: '2026-10-02', start: 'completion' },
      true,
    ],
    ['renewed in week 5 under another number', { validFrom: '2026-11-05' }, true],
    ['valid until that day', { validUntil: '2026-12-10' }, true],
    ['lapsed the day before', { validUntil: '2026-12-09' }, false],
    ['valid from the day after', { validFrom: '2026-12-11' }, false],
  ] as const)('%s: %j', (_, changes, counts) => {
    expect(approvalsOn({ approvals: [approval(changes)] }, days)).toHaveLength(counts ? 1 : 0);
  });
});

describe('the step of a claim', () => {
  const body = adoptionBody();
  const open: Steps = {
    state: 'open',
    legalName: 'Zoë Ångström',
    licences: '[]',
    register: 'shown',
    wordsVersion: '2026-11-a',
    passedAt: 1,
    evaluated: 1,
  };
  it.each([
    ['name', { legalName: null, wordsVersion: null }],
    ['name', { register: null }],
    ['test', { passedAt: null, evaluated: 0 }],
    ['evaluation', { evaluated: 0 }],
    ['attestation', {}],
    ['certificate', { state: 'complete' }],
    ['certificate', { state: 'issued', legalName: null }],
  ] as const)('is %s with %j', (step, changes) => {
    expect(stepOf({ ...open, ...changes }, body)).toBe(step);
  });

  it('goes back to the name where a following adoption asks for more, and a pass stays a pass', () => {
    const more = adoptionBody({ asks: { licence: 'must', jurisdiction: 'no', profession: 'no' } });
    expect(stepOf(open, more)).toBe('name');
    const licences = JSON.stringify([{ number: 'C1', jurisdiction: '', profession: '' }]);
    expect(stepOf({ ...open, licences }, more)).toBe('attestation');
  });
});
