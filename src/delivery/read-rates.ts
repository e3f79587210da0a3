import { instantOf } from '../clock.ts';
import type { Context } from '../context.ts';
import { type Counts, familyOf, type Level, levelOf } from './rates.ts';
import { readLiked } from './store/flow.ts';

/** What became of the mails of some days, and what that means. */
export interface Rates extends Counts {
  days: number;
  levels: { hard: Level; complaints: Level };
}

/** Bounces and complaints of one family of mailboxes, in 30 days. */
export interface Family {
  name: string;
  bounces: number;
  complaints: number;
}

/** How well mail is liked: seven and thirty days, and from whose mailboxes trouble came. One round trip. */
export async function readRates(
  ctx: Context,
): Promise<{ rates: [Rates, Rates]; families: Family[] }> {
  const { few, many, domains } = await readLiked(ctx.db, instantOf(ctx), [7, 30]);
  const rated = (days: number, counts: Counts): Rates => {
    const levels = { hard: levelOf('hard', counts), complaints: levelOf('complaints', counts) };
    return { days, ...counts, levels };
  };
  const families = new Map<string, Family>();
  for (const { kind, domain } of domains) {
    const name = familyOf(domain);
    const family = families.get(name) ?? { name, bounces: 0, complaints: 0 };
    if (kind === 'complaint') family.complaints += 1;
    else if (kind.endsWith('bounce')) family.bounces += 1;
    families.set(name, family);
  }
  return { rates: [rated(7, few), rated(30, many)], families: [...families.values()] };
}
