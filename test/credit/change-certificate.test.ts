import { describe, expect, it } from 'vitest';
import { frozenOf } from '../../src/credit/certificate.ts';
import {
  forgetCertificate,
  replaceCertificate,
  withdrawCertificate,
} from '../../src/credit/change-certificate.ts';
import { issue } from '../../src/credit/issue.ts';
import { readRegister } from '../../src/credit/read-register.ts';
import { certificates } from '../../src/db/credit.ts';
import { acts, deliveries } from '../../src/db/schema.ts';
import { faultyDatabase, plantClaim } from '../support/certificates.ts';
import { testContext } from '../support/course.ts';
import { isCrash, Process } from '../support/faults.ts';
import { change, count, pick } from '../support/rows.ts';

const WHO = { actor: 'operator:test', reason: 'a slip in the spelling' };

async function issued(id = 41) {
  const ctx = testContext();
  const claimId = await plantClaim({ id, subscriberId: id });
  const done = await issue(ctx, claimId);
  if (done.kind !== 'issued') throw new Error(done.kind);
  return { ctx, number: done.number, claimId };
}

const changedMails = () => count(deliveries, { kind: 'certificate-changed' });

describe('a certificate with a slip in it', () => {
  it('is replaced under another number, with the same day and credits; the old one says by which', async () => {
    const { ctx, number } = await issued();
    const correction = { name: 'María López' };
    const replaced = await replaceCertificate(ctx, { number, correction, ...WHO });
    if (replaced.kind !== 'replaced') throw new Error(replaced.kind);
    const rows = await pick(certificates, ['number', 'replaces', 'replacedBy', 'completedOn']);
    const completedOn = '2026-11-27';
    expect(rows.toSorted((a) => (a.replaces === null ? -1 : 1))).toEqual([
      { number, replaces: null, replacedBy: replaced.number, completedOn },
      { number: replaced.number, replaces: number, replacedBy: null, completedOn },
    ]);
    const [fresh] = await pick(certificates, ['frozen'], { number: replaced.number });
    expect(frozenOf(fresh?.frozen ?? '').printed).toMatchObject({ name: 'María López', hours: 2 });
    // The old page names neither.
    expect(await readRegister(ctx, number)).toMatchObject({
      state: { kind: 'replaced', by: replaced.number },
      printed: null,
    });
    expect(await readRegister(ctx, replaced.number)).toMatchObject({
      state: { kind: 'stands' },
      printed: { name: 'María López' },
    });
    expect(await pick(acts, ['verb', 'subject'])).toEqual([
      { verb: 'replace-certificate', subject: `certificate:${number}` },
    ]);
    expect(await changedMails()).toBe(1);
  });

  it('replaced twice at once has one successor, of which both hear', async () => {
    const { ctx, number } = await issued();
    const press = () =>
      replaceCertificate(ctx, { number, correction: { name: 'M. Lopez' }, ...WHO });
    const both = await Promise.all([press(), press()]);
    expect(await count(certificates)).toBe(2);
    expect(new Set(both.map((each) => 'number' in each && each.number)).size).toBe(1);
    expect([await changedMails(), await count(acts)]).toEqual([1, 1]);
  });

  it.each(['before', 'after'] as const)(
    'has one successor, one act and one mail, with a crash %s every call',
    async (when) => {
      let at = 1;
      for (; ; at += 1) {
        const { ctx, number } = await issued(100 + at);
        const process = new Process({ at, when, how: 'crash' });
        const input = { number, correction: { name: 'M. Lopez' }, ...WHO };
        const failed = await replaceCertificate(
          { ...ctx, db: faultyDatabase(process) },
          input,
        ).catch((error: unknown) => error);
        if (process.calls < at) break;
        expect(isCrash(failed)).toBe(true);
        expect((await replaceCertificate(ctx, input)).kind).toMatch(/^replaced/);
        expect(await count(certificates, { replaces: number })).toBe(1);
        expect(await count(acts, { subject: `certificate:${number}` })).toBe(1);
        expect(
          await count(deliveries, { kind: 'certificate-changed', subscriberId: 100 + at }),
        ).toBe(1);
      }
      expect(at).toBeGreaterThan(2);
    },
  );

  it('is not replaced with letters that no font has, without a Latin spelling, or for a reason that names its holder', async () => {
    const { ctx, number } = await issued();
    const replace = (correction: { name: string }, reason = WHO.reason) =>
      replaceCertificate(ctx, { number, correction, actor: WHO.actor, reason });
    expect(await replace({ name: 'Ɓala' })).toEqual({ kind: 'unprintable', letters: ['Ɓ'] });
    expect(await replace({ name: '王小明' })).toEqual({ kind: 'needs-latin' });
    expect(await replace({ name: 'María López' }, 'Lopez is López')).toEqual({
      kind: 'reason-names-them',
    });
    expect(await count(certificates)).toBe(1);
  });
});

describe('a certificate that is withdrawn', () => {
  it('says so with the day and without a name, and its holder gets one mail', async () => {
    const { ctx, number } = await issued();
    const withdraw = () => withdrawCertificate(ctx, { number, ...WHO });
    expect(await withdraw()).toEqual({ kind: 'withdrawn' });
    expect(await withdraw()).toEqual({ kind: 'withdrawn-already' });
    expect(await readRegister(ctx, number)).toMatchObject({
      state: { kind: 'withdrawn', on: 'November 30, 2026' },
      printed: null,
    });
    expect([await changedMails(), await count(acts)]).toEqual([1, 1]);
    expect(
      await replaceCertificate(ctx, { number, correction: { name: 'Ann Lee' }, ...WHO }),
    ).toEqual({ kind: 'withdrawn' });
  });

  it.each(['before', 'after'] as const)(
    'is withdrawn once, with one act and one mail, with a crash %s every call',
    async (when) => {
      let at = 1;
      for (; ; at += 1) {
        const { ctx, number } = await issued(100 + at);
        const process = new Process({ at, when, how: 'crash' });
        const input = { number, ...WHO };
        const failed = await withdrawCertificate(
          { ...ctx, db: faultyDatabase(process) },
          input,
        ).catch((error: unknown) => error);
        if (process.calls < at) break;
        expect(isCrash(failed)).toBe(true);
        await withdrawCertificate(ctx, input);
        expect(await count(acts, { subject: `certificate:${number}` })).toBe(1);
        expect(
          await count(deliveries, { kind: 'certificate-changed', subscriberId: 100 + at }),
        ).toBe(1);
      }
      expect(at).toBeGreaterThan(2);
    },
  );
});

describe('what a provider keeps of somebody who has erased', () => {
  it('goes before its date where the provider says so, and not while its holder is here', async () => {
    const { ctx, number } = await issued();
    const forget = () => forgetCertificate(ctx, { number, ...WHO });
    expect(await forget()).toEqual({ kind: 'not-erased' });
    await change(certificates, { subscriberId: null, claimId: null, register: 'closed' });
    expect(await readRegister(ctx, number)).toMatchObject({
      closed: { until: 'December 1, 2032' },
      printed: null,
    });
    expect(await forget()).toEqual({ kind: 'forgotten' });
    expect(await forget()).toEqual({ kind: 'empty' });
    expect(await pick(certificates, ['number', 'frozen'])).toEqual([{ number, frozen: null }]);
    // It still answers.
    expect(await readRegister(ctx, number)).toMatchObject({
      state: { kind: 'stands' },
      closed: { until: null },
    });
  });
});
