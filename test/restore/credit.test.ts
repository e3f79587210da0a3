import { describe, expect, it } from 'vitest';
import { issue, tendCertificates } from '../../src/credit/issue.ts';
import { adoptions, certificates, claims, evaluations, tries } from '../../src/db/credit.ts';
import { subscribers } from '../../src/db/schema.ts';
import { putBack } from '../../src/restore/put-back.ts';
import { takeAlong } from '../../src/restore/take-along.ts';
import { eraseSubscriber } from '../../src/subscriber/erase-subscriber.ts';
import { plantAdoption, plantEdition } from '../support/adoptions.ts';
import { plantClaim } from '../support/certificates.ts';
import { testContext } from '../support/course.ts';
import { type Life, PEOPLE, take, work } from '../support/life.ts';
import { honestMailer } from '../support/mailer.ts';
import { plantProvider } from '../support/providers.ts';
import { BY, goBack, restoreTo, testRestore } from '../support/restore.ts';
import { change, count, dump, pick, put, value } from '../support/rows.ts';

/** A learner with a claim that is complete and let go. */
async function completed() {
  const ctx = testContext();
  const mailer = honestMailer(ctx.clock);
  ctx.mailer = mailer;
  await plantProvider();
  const edition = await plantEdition();
  const life: Life = { ctx, mailer, devices: new Map(), longest: 0 };
  await take(life, { deed: 'sign up', who: 0, number: 1 });
  await work(life);
  await take(life, { deed: 'confirm', who: 0, number: 1 });
  await work(life);
  const email = PEOPLE[0] ?? '';
  const subscriberId = (await value(subscribers, 'id', { email })) ?? 0;
  const claimId = await plantClaim({ subscriberId });
  const use = testRestore(ctx, mailer);
  return { ctx, life, use, edition, claimId, subscriberId };
}

const moment = async (at: number) => ({ moment: at, tables: await dump() });

describe('a restore', () => {
  it('brings back what was issued, adopted and evaluated since, and what is withdrawn', async () => {
    const { ctx, use, edition, claimId } = await completed();
    await issue(ctx, await plantClaim({ id: 42, subscriberId: 99 }));
    const before = await moment(ctx.clock.now());
    ctx.clock.pass(3600);
    await issue(ctx, claimId);
    await change(certificates, { withdrawnAt: ctx.clock.now(), why: 'a slip' }, { claimId: 42 });
    await plantAdoption(edition);
    const at = ctx.clock.now();
    await put(tries, { id: 5, claimId: 42, number: 1, openedAt: at, savedAt: at });
    await put(evaluations, { id: 6, providerId: 1, edition: edition.hash, answers: '{}' });
    const expected = await dump();
    expect(await restoreTo(use, before)).toEqual([]);
    const after = await dump();
    for (const table of ['certificates', 'claims', 'adoptions', 'tries', 'evaluations']) {
      expect([table, after[table]]).toEqual([table, expected[table]]);
    }
    expect([await count(adoptions), await count(tries), await count(evaluations)]).toEqual([
      1, 1, 1,
    ]);
    // No tick makes a second one.
    await tendCertificates(ctx, 50);
    expect(await count(certificates)).toBe(2);
  });

  it('has the first number stand where a tick issued another before it was put back', async () => {
    const { ctx, use, claimId } = await completed();
    const before = await moment(ctx.clock.now());
    ctx.clock.pass(3600);
    const first = await issue(ctx, claimId);
    if (first.kind !== 'issued') throw new Error(first.kind);
    await takeAlong(use, { moment: before.moment, ...BY });
    await goBack(before.tables);
    await tendCertificates(ctx, 50);
    const second = await value(certificates, 'number');
    expect(second).not.toBe(first.number);

    expect(await putBack(use, { moment: null, leave: [], ...BY })).toEqual([]);
    expect(use.said.join('\n')).not.toContain('could not be put back');
    const rows = await pick(certificates, ['number', 'replacedBy'], { claimId });
    expect(rows.toSorted((one) => (one.number === first.number ? -1 : 1))).toEqual([
      { number: first.number, replacedBy: null },
      { number: second, replacedBy: first.number },
    ]);
    expect(await pick(certificates, ['number'], { claimId, withdrawnAt: null })).toEqual([
      { number: first.number },
    ]);
    expect(await value(claims, 'state')).toBe('issued');
    await tendCertificates(ctx, 50);
    expect(await count(certificates)).toBe(2);
  });

  it('erases again whoever has erased, and their certificate stays the provider’s alone', async () => {
    const { ctx, life, use, claimId, subscriberId } = await completed();
    await issue(ctx, claimId);
    await work(life);
    const before = await moment(ctx.clock.now());
    ctx.clock.pass(3600);
    await eraseSubscriber(ctx, { subscriberId, actor: 'operator:test', reason: 'asked' });
    expect(await restoreTo(use, before)).toEqual([]);
    expect(await pick(certificates, ['subscriberId', 'claimId', 'register'])).toEqual([
      { subscriberId: null, claimId: null, register: 'closed' },
    ]);
    expect(await count(claims)).toBe(0);
  });
});
