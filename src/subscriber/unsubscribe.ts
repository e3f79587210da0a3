import type { Context } from '../context.ts';
import { endMail, readRecipient } from './store/goodbye.ts';
import { hasConfirmed } from './store/person.ts';
import { MAX_GOODBYE, plainText } from './subscriber.ts';

/**
 * Whose unsubscribe link it is: a learner's, somebody's whose address another person typed in, or of
 * somebody of whom nothing is left (`gone`).
 */
export type Unsubscriber = { kind: 'unknown' | 'learner' | 'stranger' | 'gone' };

/** Reads an unsubscribe link; changes nothing. */
export async function readUnsubscribeLink(ctx: Context, token: string): Promise<Unsubscriber> {
  const claims = await ctx.tokens.readUnsubscribe(token);
  if (!claims) return { kind: 'unknown' };
  return { kind: (await readRecipient(ctx.db, claims.subscriberId)) ?? 'gone' };
}

/**
 * Ends the lessons at once (RFC 8058). Idempotent; a genuine link works also when nothing is known of
 * its subscriber any more, and whatever keys were rotated since.
 *
 * @param goodbye why, as it was typed; what is too long to keep is cut
 * @returns with `undo`, where it was this call that ended them: the token that takes it back for a day
 */
export async function unsubscribe(
  ctx: Context,
  token: string,
  goodbye = '',
): Promise<Unsubscriber & { undo?: string }> {
  const who = await readUnsubscribeLink(ctx, token);
  const claims = await ctx.tokens.readUnsubscribe(token);
  const said = plainText([...goodbye.trim()].slice(0, MAX_GOODBYE).join(''), MAX_GOODBYE);
  // Nothing is kept of a stranger but that they declined.
  const why = who.kind === 'learner' && said ? said : null;
  const now = ctx.clock.now();
  const ended = claims && (await endMail(ctx.db, claims.subscriberId, now, undefined, why));
  // Who ends it may take it back; this link, which lasts, begins nothing for anybody later.
  if (!claims || !ended || who.kind !== 'learner') return who;
  const { subscriberId } = claims;
  return { ...who, undo: await ctx.tokens.undo({ subscriberId, leftAt: now }) };
}

/** Ends the lessons for a subscriber who asked the operator to. */
export async function unsubscribeByHand(
  ctx: Context,
  input: { subscriberId: number; actor: string; reason: string },
): Promise<{ kind: 'unsubscribed' | 'already-unsubscribed' | 'unknown' }> {
  const { subscriberId, actor, reason } = input;
  if ((await hasConfirmed(ctx.db, subscriberId)) === null) return { kind: 'unknown' };
  const at = ctx.clock.now();
  const act = { at, actor, verb: 'unsubscribe', subscriberId, subject: null, reason };
  const ended = await endMail(ctx.db, subscriberId, at, act);
  if (ended) ctx.log.info('unsubscribed-by-hand', { subscriber: subscriberId });
  return { kind: ended ? 'unsubscribed' : 'already-unsubscribed' };
}
