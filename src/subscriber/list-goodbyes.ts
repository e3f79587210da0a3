import { isoInstant } from '../clock.ts';
import type { Context } from '../context.ts';
import { subscriberName } from '../id.ts';
import { readGoodbyes } from './store/goodbye.ts';

/** As many as somebody reads at a sitting. */
const GOODBYES = 100;

/** What a learner said as they left. `at` is an ISO instant of course time. */
export interface GoodbyeView {
  /** `sub_…` */
  subscriber: string;
  at: string;
  words: string;
}

/** The latest goodbyes with words, newest first. Who has come back since has taken theirs along. */
export async function listGoodbyes(ctx: Context): Promise<GoodbyeView[]> {
  const goodbyes = await readGoodbyes(ctx.db, GOODBYES);
  return goodbyes.map(({ subscriberId, at, words }) => ({
    subscriber: subscriberName(subscriberId),
    at: isoInstant(at),
    words,
  }));
}
