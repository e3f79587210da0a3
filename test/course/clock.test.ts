import { expect, expectTypeOf, it } from 'vitest';
import {
  type Instant,
  instantOf,
  type Millis,
  realClock,
  type Seconds,
  secondsOf,
} from '../../src/clock.ts';

it('milliseconds cannot stand where seconds are asked for, nor the other way round', () => {
  expectTypeOf<Millis>().not.toExtend<Seconds>();
  expectTypeOf<Seconds>().not.toExtend<Millis>();
  expectTypeOf<number>().toExtend<Seconds>();
  expectTypeOf(realClock().machine()).toEqualTypeOf<Millis>();
  expectTypeOf<Instant['now']>().toEqualTypeOf<Seconds>();
});

it('both clocks are read in their own unit', () => {
  const { now, machine } = instantOf({ clock: realClock() });
  expect(secondsOf(machine) - now).toBeLessThanOrEqual(1);
  expect([secondsOf(1_999), secondsOf(2_000)]).toEqual([1, 2]);
});
