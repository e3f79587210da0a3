declare const unit: unique symbol;

/**
 * Epoch seconds, or so many of them. A plain number may be either unit; what says that it is milliseconds
 * cannot stand here, and the other way round.
 */
export type Seconds = number & { readonly [unit]?: 'seconds' };

/** Epoch milliseconds, or so many of them. */
export type Millis = number & { readonly [unit]?: 'milliseconds' };

/** A minute, an hour and a day, in seconds. */
export const MINUTE: Seconds = 60;
export const HOUR: Seconds = 60 * MINUTE;
export const DAY: Seconds = 24 * HOUR;

/** A span of time in milliseconds. */
export const millisOf = (span: Seconds): Millis => span * 1000;

/** The whole seconds of an instant in milliseconds. */
export const secondsOf = (instant: Millis): Seconds => Math.floor(instant / 1000);

/**
 * Two clocks. Course time decides slots, lateness, pauses and token expiry and can be
 * moved on a local run; machine time decides leases, backoff, pacing and the 20 hours, and never moves.
 */
export interface Clock {
  /** Course time, epoch seconds. */
  now(): Seconds;
  /** Machine time, epoch milliseconds. */
  machine(): Millis;
  /** Waits in machine time. */
  sleep(ms: Millis): Promise<void>;
}

/** A clock whose course time can be set forward. */
export interface MovableClock extends Clock {
  /** Seconds that course time is ahead of machine time. */
  readonly offset: Seconds;
  /** Sets course time; never backwards. */
  moveTo(instant: Seconds): void;
}

/** Both clocks, read once. */
export interface Instant {
  /** Course time, epoch seconds. */
  now: Seconds;
  /** Machine time, epoch milliseconds. */
  machine: Millis;
}

export function instantOf({ clock }: { clock: Clock }): Instant {
  return { now: clock.now(), machine: clock.machine() };
}

/** The earliest instant a working machine can believe in: 2025-01-01T00:00:00Z, epoch seconds. */
export const EARLIEST_BELIEVABLE: Seconds = 1_735_689_600;

/**
 * How far the machine's clock may be from whoever wakes it, in milliseconds. Two machines
 * that are both believed may be twice as far from each other.
 */
const MAX_SKEW: Millis = millisOf(HOUR);

/** True where two readings of machine time (epoch milliseconds) may be of the same moment. */
export function isNear(a: Millis, b: Millis): boolean {
  return Math.abs(a - b) <= MAX_SKEW;
}

/** Epoch seconds as an ISO instant. */
export function isoInstant(seconds: Seconds): string;
export function isoInstant(seconds: Seconds | null): string | null;
export function isoInstant(seconds: Seconds | null): string | null {
  return seconds === null ? null : new Date(seconds * 1000).toISOString();
}

function sleep(ms: Millis): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Both clocks read the machine's. */
export function realClock(): Clock {
  return { now: () => secondsOf(Date.now()), machine: () => Date.now(), sleep };
}

/** Course time runs `offset` seconds ahead of machine time and can be moved further. */
export function movableClock(offset: Seconds): MovableClock {
  let ahead = offset;
  const clock: MovableClock = {
    get offset() {
      return ahead;
    },
    now: () => secondsOf(Date.now()) + ahead,
    machine: () => Date.now(),
    sleep,
    moveTo(instant) {
      ahead = Math.max(ahead, instant - secondsOf(Date.now()));
    },
  };
  return clock;
}
