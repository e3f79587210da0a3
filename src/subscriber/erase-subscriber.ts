import { DAY } from '../clock.ts';
import type { Context } from '../context.ts';
import { eachAlone } from '../each-alone.ts';
import {
  deleteOldErasures,
  eraseNow,
  finishErasure,
  readErasable,
  readErasing,
} from './store/erasure.ts';
import { readLink } from './store/links.ts';
import { hasConfirmed } from './store/person.ts';
import { saysName } from './subscriber.ts';

/** What is left of an erased person is kept this long, in seconds of course time: three years. */
export const ERASURE_LIFETIME = 3 * 365 * DAY;

/** As long as D1's Time Travel reaches back, and a day: then no restore brings an erased person back. */
export const BACKUP_LIFETIME = 31 * DAY;

export type Erased =
  /** Nothing of them is left. */
  | { kind: 'erased' }
  /** Everything has stopped; the sweep deletes the rest when the batch that holds a mail settles. */
  | { kind: 'waiting' }
  | { kind: 'unknown' }
  /** The reason outlives the person, so it must not name them. */
  | { kind: 'reason-names-them' };

/**
 * Erases a person everywhere, except that a batch whose answer is not known yet keeps its frozen mail
 * until it settles (at most 20 hours). A keyed hash with the dates of consent and withdrawal stays for
 * three years, and a suppression only if there was one. Their links open nothing any more; the
 * unsubscribe links still answer.
 */
export async function eraseSubscriber(
  ctx: Context,
  input: { subscriberId: number; actor: string; reason: string },
): Promise<Erased> {
  const { subscriberId, actor, reason } = input;
  const person = await readErasable(ctx.db, subscriberId);
  if (!person) return { kind: 'unknown' };
  if ([person.email, ...person.names].some((name) => saysName(reason, name))) {
    return { kind: 'reason-names-them' };
  }
  const at = ctx.clock.now();
  const act = { at, actor, verb: 'erase', subscriberId, subject: null, reason };
  const gone = await eraseNow(ctx.db, subscriberId, at, act);
  ctx.log.info(gone ? 'erased' : 'erasure-waits', { subscriber: subscriberId });
  return { kind: gone ? 'erased' : 'waiting' };
}

export type EraseLink =
  /** `learnPath` leads to their page. */
  | { kind: 'ready'; subscriberId: number; learnPath: string }
  /** Expired, or replaced by a newer one. */
  | { kind: 'ended' }
  /** Nobody of this link is known any more: the erasure is done. */
  | { kind: 'erased' }
  | { kind: 'damaged' };

/** What a link that erases would do; changes nothing. */
export async function readEraseLink(ctx: Context, token: string): Promise<EraseLink> {
  const claims = await ctx.tokens.readSingle('erase', token);
  if (!claims) return { kind: 'damaged' };
  const link = await readLink(ctx.db, claims.linkId);
  if (link) {
    const { subscriberId, linkVersion } = link;
    const ready = link.purpose === 'erase' && link.expiresAt > ctx.clock.now();
    if (!ready) return { kind: 'ended' };
    const learnPath = `/learn/${await ctx.tokens.learn({ subscriberId, linkVersion })}`;
    return { kind: 'ready', subscriberId, learnPath };
  }
  const known = await hasConfirmed(ctx.db, claims.subscriberId);
  return { kind: known === null ? 'erased' : 'ended' };
}

/** Erases a learner by the link that was mailed to them for it. Twice is once. */
export async function eraseByLink(
  ctx: Context,
  token: string,
): Promise<EraseLink | { kind: 'waiting' }> {
  const claims = await ctx.tokens.readSingle('erase', token);
  const link = await readEraseLink(ctx, token);
  if (!claims || link.kind !== 'ready') return link;
  const { subscriberId } = claims;
  const gone = await eraseNow(ctx.db, subscriberId, ctx.clock.now());
  ctx.log.info(gone ? 'erased' : 'erasure-waits', { subscriber: subscriberId });
  return { kind: gone ? 'erased' : 'waiting' };
}

/** Finishes the erasures that waited for a batch which has settled since. */
export async function finishErasures(ctx: Context, atMost: number): Promise<void> {
  await eachAlone(await readErasing(ctx.db, atMost), async (subscriberId) => {
    const gone = await finishErasure(ctx.db, subscriberId, ctx.clock.now());
    if (gone) ctx.log.info('erased', { subscriber: subscriberId });
  });
}

/** Forgets what erasures left: the hash after three years, the id when no backup knows it any more. */
export async function forgetErasures(ctx: Context, atMost: number): Promise<void> {
  const now = ctx.clock.now();
  const before = { hashes: now - ERASURE_LIFETIME, ids: now - BACKUP_LIFETIME };
  await deleteOldErasures(ctx.db, before, atMost);
}
