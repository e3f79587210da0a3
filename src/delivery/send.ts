import { HOUR, instantOf, millisOf } from '../clock.ts';
import type { Context } from '../context.ts';
import { DomainError } from '../errors.ts';
import { randomId } from '../id.ts';
import type { Answer } from '../mailer/mailer.ts';
import { ContentError, fingerprint, makeBody } from './body.ts';
import { contentsFor, isOfThisBuild } from './contents.ts';
import { type Batch, backoff } from './delivery.ts';
import { finish } from './finish.ts';
import { keepFingerprint } from './store/claim.ts';
import { halt } from './store/halts.ts';
import { release, retryLater, split } from './store/outcome.ts';
import { delayLanes } from './store/pace.ts';

/** What came of one attempt: mails accepted, and whether the lane may go on at once. */
export interface Attempt {
  sent: number;
  goOn: boolean;
}

/** When a batch that cannot be posted now is looked at again, in milliseconds of machine time. */
const LOOK_AGAIN = millisOf(HOUR);

/**
 * The one send path: makes a leased batch's bytes, posts them under its key, and records what the
 * answer proves. Every mail of every kind goes through here.
 */
export async function send(ctx: Context, batch: Batch): Promise<Attempt> {
  if (!batch.legible) ctx.log.error('frozen-illegible', { batch: batch.id });
  if (batch.rows.length === 0) {
    await putBack(ctx, batch);
    return { sent: 0, goOn: true };
  }
  const body = await frozenBody(ctx, batch);
  if (!body) return { sent: 0, goOn: true };
  const answer = await ctx.mailer.post({ key: batch.key, body, size: batch.rows.length });
  // Freed now: until the next garbage collection, a wave would pile up bodies of 3 MB.
  body.buffer.transfer(0);
  const fields = { batch: batch.id, size: batch.rows.length, attempt: batch.attempts };
  ctx.log.info('posted', {
    ...fields,
    answer: answer.kind,
    reason: 'reason' in answer ? answer.reason : null,
  });
  return act(ctx, batch, answer);
}

/** The batch's bytes, the same at every attempt; null where they cannot be made or may not be posted. */
async function frozenBody(ctx: Context, batch: Batch): Promise<Uint8Array<ArrayBuffer> | null> {
  let body: Uint8Array<ArrayBuffer>;
  try {
    const contents = await contentsFor(
      ctx,
      batch.rows.map((row) => row.content),
    );
    body = await makeBody(batch, contents, ctx.tokens);
  } catch (error) {
    if (error instanceof DomainError) {
      // The key that signed its links is no longer set: the lane goes on without this batch.
      ctx.log.error('signing-key-missing', { batch: batch.id });
      await putBack(ctx, batch);
      return null;
    }
    if (!(error instanceof ContentError)) throw error;
    const { kind, lesson, content } = error.row;
    ctx.log.error('content-broken', { batch: batch.id, kind, lesson });
    if (content === null || isOfThisBuild(content)) {
      const scope = lesson === null ? `kind:${kind}` : `lesson:${lesson}`;
      await stop(ctx, batch, scope, 'content_broken');
    } else {
      // What an earlier build froze says nothing of this one's: given back, it is frozen anew.
      await putBack(ctx, batch);
    }
    return null;
  }
  const sha256 = await fingerprint(body);
  if (batch.sha256 === null) return (await keepFingerprint(ctx.db, batch, sha256)) ? body : null;
  if (batch.sha256 === sha256) return body;
  // Other bytes under a key that may have been accepted must never be posted; the 20 hours will settle it.
  ctx.log.error('bytes-differ', { batch: batch.id });
  await retryLater(ctx.db, batch, ctx.clock.machine() + LOOK_AGAIN, true);
  return null;
}

/** Does what an answer proves. */
async function act(ctx: Context, batch: Batch, answer: Answer): Promise<Attempt> {
  const { db, clock } = ctx;
  const wait = () => clock.machine() + backoff(batch.attempts, Math.random());
  switch (answer.kind) {
    case 'accepted': {
      const failed = answer.refused.flatMap(({ index }) => batch.rows[index]?.id ?? []);
      if (failed.length > 0) ctx.log.warn('refused', { batch: batch.id, rows: failed.length });
      const done = await finish(ctx, batch, 'sent', failed);
      return { sent: done ? batch.rows.length - failed.length : 0, goOn: true };
    }
    case 'unknown':
      await retryLater(db, batch, wait(), false);
      return { sent: 0, goOn: false };
    case 'busy':
      await retryLater(db, batch, wait(), false);
      return { sent: 0, goOn: true };
    case 'mismatch':
      ctx.log.error('uncertain', { batch: batch.id, rows: batch.rows.length });
      await finish(ctx, batch, 'uncertain');
      return { sent: 0, goOn: true };
    case 'rate-limited': {
      const until = clock.machine() + answer.retryAfterMs;
      await delayLanes(db, until);
      if (!(await release(db, batch))) await retryLater(db, batch, until, true);
      return { sent: 0, goOn: false };
    }
    case 'halt':
      await stop(ctx, batch, 'all', answer.reason);
      return { sent: 0, goOn: false };
    case 'refused':
      await refuseWhole(ctx, batch, answer.reason);
      return { sent: 0, goOn: true };
  }
}

/** Halts, and gives the rows back where nothing can have been accepted. */
async function stop(ctx: Context, batch: Batch, scope: string, reason: string): Promise<void> {
  await halt(ctx.db, scope, reason, ctx.clock.machine());
  ctx.log.error('halted', { scope, reason });
  await putBack(ctx, batch);
}

/** Gives the rows back where nothing can have been accepted; otherwise looks again in an hour. */
async function putBack(ctx: Context, batch: Batch): Promise<void> {
  if (await release(ctx.db, batch)) return;
  await retryLater(ctx.db, batch, ctx.clock.machine() + LOOK_AGAIN, true);
}

/** A refusal of the whole request: halve it until what is wrong stands alone, and fail that row. */
async function refuseWhole(ctx: Context, batch: Batch, reason: string): Promise<void> {
  ctx.log.warn('request-refused', { batch: batch.id, rows: batch.rows.length, reason });
  const ids = batch.rows.map((row) => row.id);
  if (batch.unanswered > 1) {
    // An earlier attempt may have been accepted; this refusal does not disprove it.
    const until = ctx.clock.machine() + backoff(batch.attempts, Math.random());
    await retryLater(ctx.db, batch, until, true);
  } else if (ids.length === 1) {
    await finish(ctx, batch, 'sent', ids);
  } else {
    const middle = Math.ceil(ids.length / 2);
    const halves = [ids.slice(0, middle), ids.slice(middle)].map((half) => ({
      id: randomId(),
      key: crypto.randomUUID(),
      ids: half,
    }));
    await split(ctx.db, batch, halves, instantOf(ctx));
  }
}
