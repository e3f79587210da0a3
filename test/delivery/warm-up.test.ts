import { describe, expect, it } from 'vitest';
import { levelOf, worst } from '../../src/delivery/rates.ts';
import {
  afterDay,
  type Cap,
  capIn,
  limitOf,
  nextStep,
  WARM_UP,
} from '../../src/delivery/warm-up.ts';

type WarmUp = Cap & { kind: 'warm-up' };
const at = (mails: number): WarmUp => ({ kind: 'warm-up', mails, day: 1, halted: false });
const calm = { used: 1_000_000, halted: false, level: 'well' } as const;

describe('a warm-up', () => {
  it('is what a new production begins with, and nothing that a local run has', () => {
    expect(capIn(null, false)).toEqual(WARM_UP);
    expect(capIn(null, true)).toEqual({ kind: 'none' });
  });

  it('rises step by step, then half again a day', () => {
    const steps = [at(150)];
    for (let day = 2; day < 11; day++) {
      steps.push(afterDay(steps.at(-1) as WarmUp, day, calm) as WarmUp);
    }
    expect(steps.map(({ mails }) => mails)).toEqual([
      150, 250, 400, 700, 1000, 1500, 2000, 3000, 4500, 6750,
    ]);
    expect(nextStep(2000)).toBe(3000);
  });

  it('stays where less than half of it was used', () => {
    expect(afterDay(at(400), 2, { ...calm, used: 199 })).toMatchObject({ mails: 400, day: 2 });
    expect(afterDay(at(400), 2, { ...calm, used: 200 })).toMatchObject({ mails: 700, day: 2 });
  });

  it('stays after a day on which somebody halted something', () => {
    expect(afterDay(at(400), 2, { ...calm, halted: true })).toMatchObject({ mails: 400 });
  });

  it('stays at amber, and halves at red, never under 100', () => {
    expect(afterDay(at(400), 2, { ...calm, level: 'amber' })).toMatchObject({ mails: 400 });
    expect(afterDay(at(400), 2, { ...calm, level: 'red' })).toMatchObject({ mails: 200 });
    expect(afterDay(at(150), 2, { ...calm, level: 'red' })).toMatchObject({ mails: 100 });
  });

  it('rises no further than DAILY_CAP allows', () => {
    expect(limitOf(at(400), 150)).toBe(150);
    expect(limitOf(at(400), null)).toBe(400);
    expect(limitOf({ kind: 'none' }, 150)).toBe(150);
    expect(limitOf({ kind: 'none' }, null)).toBe(null);
  });

  it('begins anew where what is kept cannot be read', () => {
    for (const kept of ['', '{', 'null', '{"kind":"fixed","mails":-1}', '{"kind":"fixed"}']) {
      expect(capIn(kept, false)).toEqual(WARM_UP);
    }
  });
});

describe('bounces and complaints', () => {
  const counts = { accepted: 1000, hard: 0, soft: 0, complaints: 0 };

  it('have no color under 100 mails: one complaint of 99 is too few to say', () => {
    expect(worst({ ...counts, accepted: 99, complaints: 1 })).toBe('few');
    expect(worst({ ...counts, accepted: 99, hard: 50 })).toBe('few');
  });

  it('have none for complaints under three', () => {
    expect(levelOf('complaints', { ...counts, accepted: 100, complaints: 2 })).toBe('well');
    expect(levelOf('complaints', { ...counts, complaints: 3 })).toBe('red');
  });

  it.each([
    [19, 'well'],
    [20, 'amber'],
    [39, 'amber'],
    [40, 'red'],
  ] as const)('%i hard bounces of 1,000 are %s', (hard, level) => {
    expect(worst({ ...counts, hard })).toBe(level);
  });

  it.each([
    [7, 'well'],
    [8, 'amber'],
    [29, 'amber'],
    [30, 'red'],
  ] as const)('%i complaints of 10,000 are %s', (complaints, level) => {
    expect(worst({ ...counts, accepted: 10_000, complaints })).toBe(level);
  });
});
