import { describe, expect, it } from 'vitest';
import { acts, deliveries, halts } from '../../src/db/schema.ts';
import { haltByHand } from '../../src/delivery/halt-by-hand.ts';
import { liftHalt } from '../../src/delivery/lift-halt.ts';
import { listHalts } from '../../src/delivery/list-halts.ts';
import { testContext, work } from '../support/course.ts';
import { scriptedMailer } from '../support/mailer.ts';
import { plantLearners } from '../support/many.ts';
import { count, pick, value } from '../support/rows.ts';

const WHY = { actor: 'operator:mira', reason: 'the key was changed' };

describe('a halt', () => {
  it('holds until the operator lifts it; then what waited goes at once', async () => {
    const mailer = scriptedMailer({ kind: 'halt', reason: 'invalid_api_key' });
    const ctx = testContext({ mailer });
    await plantLearners(ctx, 3);
    await work(ctx);
    await work(ctx);
    expect(mailer.posts).toHaveLength(1);
    expect(await listHalts(ctx)).toEqual([
      { scope: 'all', reason: 'invalid_api_key', since: '2026-11-30T12:00:00.000Z' },
    ]);
    ctx.woken.length = 0;
    expect(await liftHalt(ctx, { scope: 'all', ...WHY })).toEqual({ kind: 'lifted' });
    expect(ctx.woken).toEqual(['prompt', 'lesson']);
    await work(ctx);
    expect(await count(deliveries, { state: 'sent' })).toBe(3);
    expect(await pick(acts, ['at', 'actor', 'verb', 'subject', 'reason'])).toEqual([
      { at: ctx.clock.now(), verb: 'lift-halt', subject: 'halt:all', ...WHY },
    ]);
  });

  it('that was lifted is not lifted again', async () => {
    const ctx = testContext();
    expect(await liftHalt(ctx, { scope: 'lesson:3', ...WHY })).toEqual({ kind: 'not-halted' });
    expect(await count(acts)).toBe(0);
  });

  it('can be called by hand, for everything or one lesson, and once', async () => {
    const mailer = scriptedMailer();
    const ctx = testContext({ mailer });
    await plantLearners(ctx, 2, { nextLesson: 3 });
    await plantLearners(ctx, 1, { nextLesson: 4, from: 2 });
    expect(await haltByHand(ctx, { scope: 'lesson:3', ...WHY })).toEqual({ kind: 'halted' });
    expect(await haltByHand(ctx, { scope: 'lesson:3', ...WHY })).toEqual({
      kind: 'already-halted',
    });
    await work(ctx);
    expect(mailer.posts.flatMap((post) => post.mails)).toHaveLength(1);
    expect(await count(acts)).toBe(1);
    // What anybody may read in /healthz does not carry an operator's words.
    expect(await value(halts, 'reason')).toBe('by-hand');
  });

  it.each(['', 'everything', 'lesson:0', 'lesson:10', 'lesson:3 '])(
    'has no scope %j',
    async (scope) => {
      const ctx = testContext();
      expect(await haltByHand(ctx, { scope, ...WHY })).toEqual({ kind: 'unknown-scope' });
      expect(await listHalts(ctx)).toEqual([]);
    },
  );
});
