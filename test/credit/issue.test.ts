import { describe, expect, it } from 'vitest';
import { frozenText } from '../../src/credit/certificate.ts';
import { issue, tendCertificates } from '../../src/credit/issue.ts';
import { certificates, claims } from '../../src/db/credit.ts';
import { deliveries, providers, subscribers } from '../../src/db/schema.ts';
import { eraseSubscriber } from '../../src/subscriber/erase-subscriber.ts';
import { COMPLETED_AT, faultyDatabase, frozen, plantClaim } from '../support/certificates.ts';
import { enroll, mailsTo, testContext, work } from '../support/course.ts';
import { isCrash, Process } from '../support/faults.ts';
import { plantProvider } from '../support/providers.ts';
import { change, count, pick } from '../support/rows.ts';

/** A learner of the tests' provider who has completed. */
async function completed(changes: Parameters<typeof plantClaim>[0] = {}) {
  const ctx = testContext();
  await plantProvider();
  const { email } = await enroll(ctx);
  const [person] = await pick(subscribers, ['id'], { email });
  await work(ctx);
  const subscriberId = person?.id ?? 0;
  return { ctx, email, subscriberId, claimId: await plantClaim({ subscriberId, ...changes }) };
}

const owed = () => count(deliveries, { kind: 'certificate' });

describe('a claim that is complete', () => {
  it('gets one certificate that says what was frozen, and one mail', async () => {
    const { ctx, email, subscriberId, claimId } = await completed();
    const issued = await issue(ctx, claimId);
    expect(issued).toMatchObject({ kind: 'issued' });
    expect(
      await pick(certificates, ['number', 'frozen', 'register', 'keepUntil', 'claimId']),
    ).toEqual([
      {
        number: 'number' in issued ? issued.number : '',
        frozen: frozenText(frozen()),
        register: 'shown',
        keepUntil: COMPLETED_AT + 6 * 366 * 86_400,
        claimId,
      },
    ]);
    expect(await pick(claims, ['state', 'rev'])).toEqual([{ state: 'issued', rev: 1 }]);
    expect(ctx.woken).toContain('prompt');
    await work(ctx);
    const mails = (await mailsTo(ctx, email)).filter(({ kind }) => kind === 'certificate');
    expect(mails.map(({ subject }) => subject)).toEqual(['In the Room: your certificate is ready']);
    expect(mails[0]?.text).not.toContain('Lopez');
    expect(subscriberId).toBeGreaterThan(0);
  });

  it('asked twice at once gets one certificate, and both hear its number', async () => {
    const { ctx, claimId } = await completed();
    const both = await Promise.all([issue(ctx, claimId), issue(ctx, claimId), issue(ctx, claimId)]);
    const [{ number } = { number: '' }] = await pick(certificates, ['number']);
    expect(both).toEqual([1, 2, 3].map(() => ({ kind: 'issued', number })));
    expect(await count(certificates)).toBe(1);
    expect(await owed()).toBe(1);
  });

  it('gets it whenever it is let go, with the day on which it was completed, under the provider’s name of then', async () => {
    const { ctx, claimId } = await completed({ releasedAt: null });
    expect(await issue(ctx, claimId)).toEqual({ kind: 'waits' });
    expect(await count(certificates)).toBe(0);
    await change(providers, { name: 'Harbor & Sons' });
    await change(claims, { releasedAt: ctx.clock.now() });
    await issue(ctx, claimId);
    expect(await pick(certificates, ['completedOn', 'frozen'])).toEqual([
      { completedOn: '2026-11-27', frozen: frozenText(frozen()) },
    ]);
  });

  it.each(['open', 'closed'] as const)('and none while it is %s', async (state) => {
    const { ctx, claimId } = await completed();
    await change(claims, { state });
    expect(await issue(ctx, claimId)).toEqual({ kind: 'waits' });
    expect([await count(certificates), await owed()]).toEqual([0, 0]);
  });

  it('is found by the tick where a crash came between', async () => {
    const { ctx } = await completed();
    await plantClaim({ id: 42, subscriberId: 99, releasedAt: null });
    await tendCertificates(ctx, 50);
    await tendCertificates(ctx, 50);
    expect(await pick(certificates, ['claimId'])).toEqual([{ claimId: 41 }]);
    expect(await owed()).toBe(1);
  });

  it.each(['before', 'after'] as const)(
    'comes to one certificate and one mail, with a crash %s every call',
    async (when) => {
      const ctx = testContext();
      for (let at = 1; ; at += 1) {
        const claimId = await plantClaim({ id: at, subscriberId: 1000 + at });
        const process = new Process({ at, when, how: 'crash' });
        const failed = await issue({ ...ctx, db: faultyDatabase(process) }, claimId).catch(
          (error: unknown) => error,
        );
        if (process.calls < at) break;
        expect(isCrash(failed)).toBe(true);
        const again = await issue(ctx, claimId);
        expect(again).toMatchObject({ kind: 'issued' });
        expect(await count(certificates, { claimId })).toBe(1);
        expect(await count(deliveries, { kind: 'certificate', subscriberId: 1000 + at })).toBe(1);
      }
      expect(await count(certificates)).toBeGreaterThan(1);
    },
  );

  it('whose learner erases meanwhile gets none, and nothing of it stays', async () => {
    const { ctx, claimId, subscriberId } = await completed();
    await eraseSubscriber(ctx, { subscriberId, actor: 'operator:test', reason: 'asked' });
    expect(await issue(ctx, claimId)).toEqual({ kind: 'unknown' });
    expect([await count(claims), await count(certificates)]).toEqual([0, 0]);
  });
});

describe('what is kept of somebody who has erased', () => {
  it('stays with the provider until its date, and then only the number stays', async () => {
    const { ctx, claimId, subscriberId } = await completed();
    await issue(ctx, claimId);
    await eraseSubscriber(ctx, { subscriberId, actor: 'operator:test', reason: 'asked' });
    const left = ['subscriberId', 'claimId', 'register'] as const;
    expect(await pick(certificates, [...left])).toEqual([
      { subscriberId: null, claimId: null, register: 'closed' },
    ]);
    await tendCertificates(ctx, 50);
    expect((await pick(certificates, ['frozen']))[0]?.frozen).toContain('Maria Lopez');
    await change(certificates, { keepUntil: ctx.clock.now() });
    await tendCertificates(ctx, 50);
    expect(await pick(certificates, ['frozen'])).toEqual([{ frozen: null }]);
  });

  it('is not emptied of somebody who is still here', async () => {
    const { ctx, claimId } = await completed();
    await issue(ctx, claimId);
    await change(certificates, { keepUntil: 1 });
    await tendCertificates(ctx, 50);
    expect((await pick(certificates, ['frozen']))[0]?.frozen).toContain('Maria Lopez');
  });
});
