import { describe, expect, it } from 'vitest';
import { enrollments, subscribers } from '../../src/db/schema.ts';
import { nudgeDue } from '../../src/enrollment/nudge.ts';
import { keepNudges } from '../../src/enrollment/store/mails.ts';
import { insertDevice } from '../../src/subscriber/store/devices.ts';
import { endMail } from '../../src/subscriber/store/goodbye.ts';
import { insertLink, readLink } from '../../src/subscriber/store/links.ts';
import { signUp, type TestContext, testContext, work } from '../support/course.ts';
import { scriptedMailer } from '../support/mailer.ts';
import { plantLearners } from '../support/many.ts';
import { plantSuppressions } from '../support/plant.ts';
import { change, pick, value } from '../support/rows.ts';

const REFUSED = { kind: 'refused', reason: 'validation_error' } as const;

const idOf = async (email: string) => Number(await value(subscribers, 'id', { email }));

/**
 * Works off what is owed; the first request is refused as a whole, and `meanwhile` happens before its
 * two halves are frozen anew.
 *
 * @returns to whom mails went after that
 */
async function halved(
  ctx: TestContext & { mailer: ReturnType<typeof scriptedMailer> },
  meanwhile: () => Promise<unknown>,
): Promise<string[]> {
  const before = ctx.mailer.posts.length;
  ctx.mailer.script.push(async () => {
    await meanwhile();
    return REFUSED;
  });
  for (let round = 0; round < 3; round++) {
    await work(ctx);
    ctx.clock.pass(5);
  }
  const [, ...after] = ctx.mailer.posts.slice(before);
  return after.flatMap(({ mails }) => mails.flatMap(({ to }) => to));
}

function course() {
  const mailer = scriptedMailer();
  return { ...testContext({ mailer }), mailer };
}

const openLink = (ctx: TestContext, subscriberId: number) =>
  insertLink(ctx.db, {
    id: subscriberId + 1000,
    purpose: 'open',
    subscriberId,
    to: null,
    now: ctx.clock.now(),
    expiresAt: ctx.clock.now() + 900,
    cap: { day: 9, month: 9 },
    fresh: 60,
  });

describe('a request that is refused as a whole and halved goes no more', () => {
  it('with a confirmation to whoever said “this was not me” meanwhile', async () => {
    const ctx = course();
    const gone = await signUp(ctx);
    const stays = await signUp(ctx);
    const to = await halved(ctx, async () => endMail(ctx.db, await idOf(gone), ctx.clock.now()));
    expect(to).toEqual([stays]);
  });

  it('with a link that was used meanwhile', async () => {
    const ctx = course();
    await plantLearners(ctx, 2, { nextAt: ctx.clock.now() + 86_400 });
    for (const id of [1, 2]) await openLink(ctx, id);
    const to = await halved(ctx, async () => {
      const link = await readLink(ctx.db, 1001);
      const now = ctx.clock.now();
      const device = { id: 1, earlier: null, now, expiresAt: now + 1 };
      expect(link && (await insertDevice(ctx.db, link, device))).toBe(true);
    });
    expect(to).toEqual(['planted-2@example.org']);
  });

  it('with a nudge to whoever turned nudges off, or paused, meanwhile', async () => {
    const ctx = course();
    await plantLearners(ctx, 3, { nextAt: ctx.clock.now() + 86_400 });
    await change(enrollments, { nudgeAt: 1 });
    await nudgeDue(ctx, 100);
    const to = await halved(ctx, async () => {
      await keepNudges(ctx.db, 1, ctx.clock.now());
      await change(enrollments, { state: 'paused', nextAt: null }, { id: 2 });
    });
    expect(to).toEqual(['planted-3@example.org']);
  });

  it('with a lesson to whoever was suppressed meanwhile, whose course then waits', async () => {
    const ctx = course();
    await plantLearners(ctx, 2);
    const to = await halved(ctx, () => plantSuppressions({ id: 1 }));
    expect(to).toEqual(['planted-2@example.org']);
    expect(
      await pick(
        enrollments,
        { state: enrollments.state, why: enrollments.pauseReason, at: enrollments.nextAt },
        undefined,
        enrollments.id,
      ),
    ).toEqual([
      { state: 'paused', why: 'suppressed', at: null },
      { state: 'active', why: null, at: expect.any(Number) },
    ]);
  });
});
