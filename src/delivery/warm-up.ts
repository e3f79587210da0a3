/** How many mails a UTC day may take. A domain that nobody knows must not send much at once. */
import type { Level } from './rates.ts';

/** What stands in `pulse.cap`. */
export type Cap = { kind: 'none' } | { kind: 'fixed'; mails: number } | WarmUp;

interface WarmUp {
  kind: 'warm-up';
  mails: number;
  /** The UTC day (epoch days) that it was last raised or looked at for; null before the first. */
  day: number | null;
  /** Whether something was halted on the day that runs. */
  halted: boolean;
}

const STEPS = [150, 250, 400, 700, 1000, 1500, 2000];

/** A halved cap ends here: confirmations and some lessons must get out. */
const LEAST = 100;

/** What a new production begins with. */
export const WARM_UP: WarmUp = {
  kind: 'warm-up',
  mails: STEPS[0] ?? LEAST,
  day: null,
  halted: false,
};

/** A cap of more mails is none. */
export const MOST_MAILS = 10_000_000;

/**
 * The cap that is kept. Where none was ever set, production warms up and a local run has none.
 *
 * @param kept JSON; what cannot be read counts as the warm-up's beginning
 */
export function capIn(kept: string | null, local: boolean): Cap {
  if (kept === null) return local ? { kind: 'none' } : WARM_UP;
  try {
    const cap = JSON.parse(kept) as Partial<Record<string, unknown>> | null;
    if (cap?.kind === 'none') return { kind: 'none' };
    const { mails } = cap ?? {};
    if (typeof mails !== 'number' || !Number.isSafeInteger(mails) || mails < 1) return WARM_UP;
    if (cap?.kind === 'fixed') return { kind: 'fixed', mails };
    const day = typeof cap?.day === 'number' ? cap.day : null;
    return { kind: 'warm-up', mails, day, halted: cap?.halted === true };
  } catch {
    return WARM_UP;
  }
}

/**
 * How many mails a day may take; null for as many as there are.
 *
 * @param ceiling DAILY_CAP, above which no cap rises; null where it is not set
 */
export function limitOf(cap: Cap, ceiling: number | null): number | null {
  const mails = cap.kind === 'none' ? null : cap.mails;
  if (mails === null || ceiling === null) return mails ?? ceiling;
  return Math.min(mails, ceiling);
}

/** The next step up: half again where the steps end. */
export function nextStep(mails: number): number {
  return STEPS.find((step) => step > mails) ?? Math.floor((mails * 3) / 2);
}

/** How a UTC day went that is over. */
export interface Day {
  /** Mails that the mailer took. */
  used: number;
  /** Whether anything was halted during it. */
  halted: boolean;
  /** Bounces and complaints of seven days. */
  level: Level;
}

/**
 * A warm-up after a day: up by a step where half of it was used, nothing was halted and nothing is amber;
 * half of it where something is red; as it was otherwise.
 *
 * @param today the UTC day that runs now, epoch days
 */
export function afterDay(cap: WarmUp, today: number, day: Day): WarmUp {
  const next = { ...cap, day: today, halted: false };
  if (day.level === 'red') return { ...next, mails: Math.max(LEAST, Math.floor(cap.mails / 2)) };
  const calm = !day.halted && day.level !== 'amber';
  return calm && day.used >= cap.mails / 2 ? { ...next, mails: nextStep(cap.mails) } : next;
}
