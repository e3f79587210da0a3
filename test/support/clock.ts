import type { MovableClock } from '../../src/clock.ts';

/** A clock that stands still until a test moves it; sleeping moves machine time. */
export interface TestClock extends MovableClock {
  /** Moves machine time, and course time with it, in seconds. */
  pass(seconds: number): void;
  /** Sets both clocks, e.g. to a machine that lost its battery. */
  set(iso: string): void;
}

/** @param start ISO instant of both clocks */
export function testClock(start: string): TestClock {
  let machine = Date.parse(start);
  let offset = 0;
  return {
    get offset() {
      return offset;
    },
    now: () => Math.floor(machine / 1000) + offset,
    machine: () => machine,
    sleep: async (ms) => {
      machine += ms;
    },
    moveTo(instant) {
      offset = Math.max(offset, instant - Math.floor(machine / 1000));
    },
    pass(seconds) {
      machine += seconds * 1000;
    },
    set(iso) {
      machine = Date.parse(iso);
      offset = 0;
    },
  };
}
