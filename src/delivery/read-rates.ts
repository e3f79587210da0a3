import { instantOf } from '../clock.ts';
import type { Context } from '../context.ts';
import { type Counts, familyOf, type Level, levelOf } from './rates.ts';
import { readRates as read, readTrouble } from './store/flow.ts';

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

/** How well mail is liked: seven and thirty days, and from whose mailboxes trouble came. */
export async function readRates(
  ctx: Context,
): Promise<{ rates: [Rates, Rates]; families: Family[] }> {
  const at = instantOf(ctx);
  const rated = async (days: number): Promise<Rates> => {
    const counts = await read(ctx.db, at, days);
    const levels = { hard: levelOf('hard', counts), complaints: levelOf('complaints', counts) };
    return { days, ...counts, levels };
  };
  const [week, month, trouble] = await Promise.all([
    rated(7),
    rated(30),
    readTrouble(ctx.db, at, 30),
  ]);
  const families = new Map<string, Family>();
  for (const { kind, domain } of trouble) {
    const name = familyOf(domain);
    const family = families.get(name) ?? { name, bounces: 0, complaints: 0 };
    if (kind === 'complaint') family.complaints += 1;
    else if (kind.endsWith('bounce')) family.bounces += 1;
    families.set(name, family);
  }
  return { rates: [week, month], families: [...families.values()] };
}
