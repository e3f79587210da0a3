import { describe, expect, it } from 'vitest';
import { type Frozen, frozenOf } from '../../src/credit/certificate.ts';
import { complete } from '../../src/credit/complete.ts';
import { tendCertificates } from '../../src/credit/issue.ts';
import { ownCredit } from '../../src/credit/own-claim.ts';
import { adoptions, certificates, claims } from '../../src/db/credit.ts';
import { deliveries, enrollments, logos, providers, subscribers } from '../../src/db/schema.ts';
import { eraseSubscriber } from '../../src/subscriber/erase-subscriber.ts';
import { adoptionBody, approval } from '../support/adoptions.ts';
import { faultyDatabase } from '../support/certificates.ts';
import { atTheLastStep } from '../support/claims.ts';
import { isCrash, Process } from '../support/faults.ts';
import { overheard } from '../support/overheard.ts';
import { change, count, pick, put, remove, value } from '../support/rows.ts';
import { see } from '../support/visitor.ts';

const frozen = async (): Promise<Frozen> => frozenOf(String(await value(certificates, 'frozen')));
const today = (there: { visiting: { context(): Promise<{ clock: { now(): number } }> } }) =>
  there.visiting.context().then(({ clock }) => clock.now());
const dayBefore = (at: number) => new Date((at - 86_400) * 1000).toISOString().slice(0, 10);

/** As a verb is called, on the device of whoever is at the last step. */
async function atTheVerb(there: Awaited<ReturnType<typeof atTheLastStep>>) {
  const ctx = await there.visiting.context();
  return {
    ctx,
    token: there.learnPath.split('/').at(-1) ?? '',
    device: there.cookie.split('=').slice(1).join('='),
    input: { hash: await there.shown(), attested: true },
  };
}

describe('completing', () => {
  it('freezes what was shown, and beside it what a board asks for and no paper says', async () => {
    const there = await atTheLastStep({ body: { approvals: [approval()] } });
    const at = await today(there);
    expect(await there.attest()).toBe(303);
    const { printed, record } = await frozen();
    expect(printed).toMatchObject({
      name: 'Zoë Ångström',
      title: 'In the Room',
      hours: 2,
      // The claim's zone is not the provider's, which has none.
      zone: 'Europe/Berlin',
      sample: true,
      provider: { name: 'Harbor Institute', email: 'ce@harbor.example' },
      approvals: [{ kind: 'example', number: 'EX-7041', credits: 2 }],
      objectives: ['1', '3', '5', '8'].map((lesson) => `Do what lesson ${lesson} teaches, part a.`),
    });
    expect(printed.approvals[0]).not.toHaveProperty('evidence');
    expect(record).toMatchObject({
      edition: there.edition.hash,
      right: 30,
      of: 32,
      needed: 26,
      tries: 1,
      minutes: 120,
      retentionYears: 6,
    });
    expect(record.attested.at).toBeGreaterThanOrEqual(at);
    expect(record.attested.words).toContain('The answers in the test are my own.');
    expect(record.lessons.map(({ textHash }) => textHash)).toEqual(there.edition.texts);
    expect(JSON.stringify(await frozen())).not.toContain(there.email);
  });

  it('pressed three times at once is one certificate and one mail', async () => {
    const there = await atTheLastStep();
    const hash = await there.shown();
    const all = [there.attest(hash), there.attest(hash), there.attest(hash)];
    expect(await Promise.all(all)).toEqual([303, 303, 303]);
    expect(await count(certificates)).toBe(1);
    expect(await count(deliveries, { kind: 'certificate' })).toBe(1);
  });

  it.each(['before', 'after'] as const)(
    'comes to one certificate and one mail, with a crash %s every call, pressed again or left to the tick',
    async (when) => {
      const there = await atTheLastStep();
      const { ctx, token, device, input } = await atTheVerb(there);
      const [fresh] = await pick(claims, ['rev']);
      for (let at = 1; ; at += 1) {
        await remove(certificates);
        await remove(deliveries, { kind: 'certificate' });
        const empty = { attestedAt: null, completedAt: null, completedOn: null, frozen: null };
        await change(claims, { state: 'open', ...fresh, ...empty, releasedAt: null });
        const process = new Process({ at, when, how: 'crash' });
        const crashing = { ...ctx, db: faultyDatabase(process) };
        const failed = await complete(crashing, token, device, input).catch((error) => error);
        if (process.calls < at) {
          expect(at).toBeGreaterThan(4);
          break;
        }
        expect(isCrash(failed)).toBe(true);
        // Half of them are left to the tick; where nothing was written yet, it finds nothing.
        const [left] = await pick(claims, ['state']);
        if (at % 2 === 0) await tendCertificates(ctx, 50);
        expect(await count(certificates)).toBe(
          left?.state === 'issued' || (at % 2 === 0 && left?.state === 'complete') ? 1 : 0,
        );
        expect(await complete(ctx, token, device, input)).toMatchObject({
          kind: 'completed',
          number: expect.any(String),
        });
        expect(await count(certificates)).toBe(1);
        expect(await count(deliveries, { kind: 'certificate' })).toBe(1);
      }
    },
  );

  it('writes nothing where something of what was shown has changed, and shows it again', async () => {
    const there = await atTheLastStep();
    const hash = await there.shown();
    const body = adoptionBody({ signer: { ...adoptionBody().signer, name: 'Another Signer' } });
    await change(adoptions, { body: JSON.stringify(body) });
    expect(await there.attest(hash)).toBe(422);
    expect(await count(certificates)).toBe(0);
    expect(await there.attest()).toBe(303);
    expect((await frozen()).printed.signer.name).toBe('Another Signer');
  });

  it('misses a claim that has changed between its reading and the press', async () => {
    const there = await atTheLastStep();
    const { ctx, token, device, input } = await atTheVerb(there);
    let reads = 0;
    const db = {
      ...ctx.db,
      commit: async (statements: Parameters<typeof ctx.db.commit>[0]) => {
        reads += 1;
        if ('completed' in statements) await change(claims, { rev: 99, legalName: 'Zoë Angstrom' });
        return ctx.db.commit(statements);
      },
    } as typeof ctx.db;
    expect(await complete({ ...ctx, db }, token, device, input)).toEqual({ kind: 'look-again' });
    expect(reads).toBeGreaterThan(0);
    expect(await count(certificates)).toBe(0);
  });

  it('needs every box', async () => {
    const there = await atTheLastStep();
    const shown = await there.shown();
    const two = { shown, 'attest-0': 'yes', 'attest-2': 'yes' };
    expect(await there.browser.press('/complete', two)).toBe(422);
    expect(await count(certificates)).toBe(0);
  });

  it('needs the evaluation, the pass and the name, whatever is posted', async () => {
    const there = await atTheLastStep();
    const hash = await there.shown();
    for (const missing of [{ evaluated: 0 }, { passedAt: null }, { legalName: null }]) {
      await change(claims, missing);
      await there.attest(hash);
      await change(claims, { evaluated: 1, passedAt: 1, legalName: 'Zoë Ångström' });
    }
    expect(await pick(claims, ['state'])).toEqual([{ state: 'open' }]);
  });

  it('under an adoption whose last day is over gives reasons instead', async () => {
    const there = await atTheLastStep();
    const hash = await there.shown();
    const yesterday = dayBefore(await today(there));
    await change(adoptions, { body: JSON.stringify(adoptionBody({ until: yesterday })) });
    expect(await there.attest(hash)).toBe(303);
    const page = await see(await there.browser.get(there.credit));
    expect(page.text).toContain('no certificate can come of it any more');
    expect(await pick(claims, ['state'])).toEqual([{ state: 'open' }]);
  });

  it('an hour after the first lesson says from when it is possible', async () => {
    const there = await atTheLastStep();
    const hash = await there.shown();
    await change(deliveries, { acceptedAt: (await today(there)) - 3600 });
    expect(await there.attest(hash)).toBe(303);
    expect(await count(certificates)).toBe(0);
    const page = await see(await there.browser.get(there.credit));
    expect(page.text).toContain('the credited time since your first lesson is over then');
  });

  it('without an approval that holds says so before the button, and nothing speaks of credit', async () => {
    const lapsed = approval({ validUntil: '2026-01-02', creditName: 'Lapsed hours' });
    const there = await atTheLastStep({ body: { approvals: [lapsed] } });
    expect((await see(await there.browser.get(there.credit))).text).toContain(
      'Not on it: Lapsed hours.',
    );
    await there.attest();
    expect((await frozen()).printed).toMatchObject({ approvals: [], hours: null });
  });

  it('leaves out an approval that began after the first lesson, which is said before anything is begun', async () => {
    const late = approval({ heldSince: '2099-01-01', creditName: 'Late hours' });
    const there = await atTheLastStep({ body: { approvals: [approval(), late] } });
    await change(claims, { state: 'closed' });
    expect((await see(await there.browser.get(there.credit))).text).toContain('Late hours');
    await change(claims, { state: 'open' });
    await there.attest();
    expect((await frozen()).printed.approvals).toHaveLength(1);
  });

  it('prints the zone of the claim’s opening, wherever the hour has moved to since', async () => {
    const there = await atTheLastStep();
    await change(enrollments, { zone: 'Pacific/Pago_Pago' });
    await there.attest();
    expect((await frozen()).printed.zone).toBe('Europe/Berlin');
  });

  it('names no zone where it is the provider’s', async () => {
    const there = await atTheLastStep();
    await change(providers, { timeZone: 'Europe/Berlin' });
    await there.attest();
    expect((await frozen()).printed.zone).toBeNull();
  });

  it('keeps the provider’s name and picture of that moment, though it waits', async () => {
    const there = await atTheLastStep({ body: { release: 'by-hand' } });
    const hash = 'ab'.repeat(32);
    await put(logos, { hash, type: 'image/png', body: 'AAAA' });
    await change(providers, { logo: `${hash}-10x10` });
    await there.attest();
    await change(providers, { name: 'Harbor & Sons', logo: null });
    await remove(logos);
    await change(claims, { releasedAt: 1 });
    await tendCertificates(await there.visiting.context(), 50);
    expect((await frozen()).printed.provider).toMatchObject({
      name: 'Harbor Institute',
      logo: hash,
    });
    const number = await value(certificates, 'number');
    const page = await there.browser.get(`${there.learnPath}/certificates/${number}`);
    expect(await page.text()).toContain('data:image/png;base64,AAAA');
  });

  it('is possible for whoever has unsubscribed, and whose provider is paused', async () => {
    const there = await atTheLastStep();
    await change(subscribers, { unsubscribedAt: 1 });
    await change(enrollments, { state: 'ended', closedAt: 1, nextAt: null });
    await change(providers, { status: 'paused' });
    expect(await there.attest()).toBe(303);
    expect(await count(certificates)).toBe(1);
  });

  it('is shut for the seven days after a change of address, and nothing is lost', async () => {
    const there = await atTheLastStep();
    const hash = await there.shown();
    await change(subscribers, { lockedUntil: (await today(there)) + 3 * 86_400 });
    expect(await there.attest(hash)).toBe(409);
    expect((await see(await there.browser.get(there.credit))).text).toContain(
      'opens again after these',
    );
    await there.visiting.pass(4 * 86_400);
    expect(await there.attest()).toBe(303);
    expect(await count(certificates)).toBe(1);
  });

  it('by somebody who erases in the same moment leaves nothing', async () => {
    const there = await atTheLastStep();
    const { ctx, token, device, input } = await atTheVerb(there);
    const erase = () =>
      eraseSubscriber(ctx, {
        subscriberId: there.subscriberId,
        actor: 'operator:test',
        reason: 'asked',
      });
    const db = {
      ...ctx.db,
      commit: async (statements: Parameters<typeof ctx.db.commit>[0]) => {
        if ('completed' in statements) await erase();
        return ctx.db.commit(statements);
      },
    } as typeof ctx.db;
    expect(await complete({ ...ctx, db }, token, device, input)).toEqual({ kind: 'bad-link' });
    expect([await count(claims), await count(certificates)]).toEqual([0, 0]);
  });

  it('costs few rows, to look at and to press', async () => {
    const there = await atTheLastStep({ body: { approvals: [approval()] } });
    const { ctx, token, device, input } = await atTheVerb(there);
    const look = overheard();
    await ownCredit({ ...ctx, db: look.db }, token, device);
    const press = overheard();
    await complete({ ...ctx, db: press.db }, token, device, input);
    expect(look.heard.rowsRead).toBeLessThanOrEqual(42);
    expect(press.heard.rowsRead).toBeLessThanOrEqual(58);
    expect(press.heard.rowsWritten).toBeLessThanOrEqual(16);
  });
});
