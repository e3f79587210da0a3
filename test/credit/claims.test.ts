import { describe, expect, it } from 'vitest';
import { claimAgain } from '../../src/credit/claim-again.ts';
import { listClaims } from '../../src/credit/list-claims.ts';
import { refuseClaim, releaseClaim } from '../../src/credit/release-claim.ts';
import { adoptions, certificates, claims, tries } from '../../src/db/credit.ts';
import { acts, shares } from '../../src/db/schema.ts';
import { plantAdoption } from '../support/adoptions.ts';
import { atTheEnd, atTheLastStep, named } from '../support/claims.ts';
import { change, count, pick, rows, value } from '../support/rows.ts';
import { see } from '../support/visitor.ts';

const BY = { actor: 'operator:mira', reason: 'They asked for it by phone.' };
const byHand = { body: { release: 'by-hand' as const } };

describe('the share that a claim hangs on', () => {
  it('takes it along when it ends, after saying so, and brings it back with its tries', async () => {
    const { browser, learnPath, visiting, cookie, credit } = await atTheLastStep();
    const ref = String(await value(shares, 'ref'));
    const page = await see(await visiting.get(learnPath, { cookie }));
    expect(page.text).toContain('Your way to a certificate of Harbor Institute is closed with it');
    const press = (what: string) =>
      visiting.post(
        `${learnPath}/${what}`,
        { go: 'yes', share: ref, words: '2026-11-b' },
        { cookie },
      );
    await press('unshare');
    expect(await pick(claims, ['state'])).toEqual([{ state: 'closed' }]);
    expect((await see(await browser.get(credit))).text).toContain('this way is closed with it');
    expect(await browser.press('/complete', { shown: '' })).toBe(303);
    await press('share');
    expect(await pick(claims, ['state', 'legalName'])).toEqual([
      { state: 'open', legalName: 'Zoë Ångström' },
    ]);
    expect(await count(tries, { passed: 1 })).toBe(1);
    expect((await see(await browser.get(credit))).text).toContain('As it will print');
  });

  it('leaves a certificate with its provider, and asks anew for what was attested and not issued', async () => {
    const { attest, learnPath, visiting, cookie } = await atTheLastStep(byHand);
    await attest();
    const ref = String(await value(shares, 'ref'));
    const press = (what: string) =>
      visiting.post(
        `${learnPath}/${what}`,
        { go: 'yes', share: ref, words: '2026-11-b' },
        { cookie },
      );
    await press('unshare');
    await press('share');
    expect(await pick(claims, ['state', 'frozen', 'attestedAt', 'completedAt'])).toEqual([
      { state: 'open', frozen: null, attestedAt: null, completedAt: null },
    ]);
    expect(await attest()).toBe(303);
    const ctx = await visiting.context();
    const [claim] = await rows(claims);
    await releaseClaim(ctx, { claimId: claim?.id ?? 0, providerId: 1, ...BY });
    await press('unshare');
    expect(await pick(claims, ['state'])).toEqual([{ state: 'issued' }]);
    expect(await pick(certificates, ['withdrawnAt', 'register'])).toEqual([
      { withdrawnAt: null, register: 'shown' },
    ]);
  });

  it('that another course has ended keeps a claim from being completed', async () => {
    const { attest, shown, browser, credit } = await atTheLastStep();
    const hash = await shown();
    await change(shares, { endedAt: 1, ended: 'moved' });
    expect(await attest(hash)).toBe(303);
    expect(await count(certificates)).toBe(0);
    expect((await see(await browser.get(credit))).text).toContain('this way is closed');
  });

  it('is none with a provider that somebody never came through', async () => {
    const { browser, credit, edition } = await atTheEnd();
    await plantAdoption(edition);
    await change(shares, { endedAt: 1, ended: 'moved' });
    expect((await browser.get(credit)).status).toBe(404);
    expect(await browser.press('/claim', { provider: 'harbor-institute' })).toBe(404);
    expect(await count(claims)).toBe(0);
  });
});

describe('a provider that lets certificates go by hand', () => {
  it('sees who waits, and what was completed keeps its day', async () => {
    const { attest, browser, credit, visiting, claimId } = await atTheLastStep(byHand);
    await attest();
    const day = await value(claims, 'completedOn');
    expect(await count(certificates)).toBe(0);
    expect((await see(await browser.get(credit))).text).toContain('Waits for Harbor Institute');
    const ctx = await visiting.context();
    expect(await listClaims(ctx, 1)).toMatchObject([
      { id: claimId, state: 'waits', name: 'Zoë Ångström', tries: 1, right: 30, completedOn: day },
    ]);
    await visiting.pass(20 * 86_400);
    const later = await visiting.context();
    const released = await releaseClaim(later, { claimId, providerId: 1, ...BY });
    expect(released).toMatchObject({ kind: 'issued' });
    expect(await pick(certificates, ['completedOn'])).toEqual([{ completedOn: day }]);
    // Pressed twice, it is one certificate and one act.
    expect(await releaseClaim(later, { claimId, providerId: 1, ...BY })).toEqual(released);
    expect(await count(acts, { verb: 'release-claim' })).toBe(1);
  });

  it('lets go no other’s, none that is not complete, and for no reason that names somebody', async () => {
    const { visiting, claimId, attest } = await atTheLastStep(byHand);
    const ctx = await visiting.context();
    expect(await releaseClaim(ctx, { claimId, providerId: 1, ...BY })).toEqual({ kind: 'waits' });
    await attest();
    expect(await releaseClaim(ctx, { claimId, providerId: 2, ...BY })).toEqual({ kind: 'unknown' });
    const naming = { ...BY, reason: 'Ångström has paid.' };
    expect(await releaseClaim(ctx, { claimId, providerId: 1, ...naming })).toEqual({
      kind: 'reason-names-them',
    });
    expect([await count(certificates), await count(acts)]).toEqual([0, 0]);
  });

  it('refuses one, which its learner cannot open again, and the provider can', async () => {
    const { visiting, claimId, attest, browser, credit, learnPath, cookie } =
      await atTheLastStep(byHand);
    await attest();
    const ctx = await visiting.context();
    const word = { claimId, providerId: 1, ...BY };
    expect(await claimAgain(ctx, word)).toEqual({ kind: 'goes-on' });
    expect(await refuseClaim(ctx, word)).toEqual({ kind: 'refused' });
    expect(await refuseClaim(ctx, word)).toEqual({ kind: 'refused-already' });
    expect((await see(await browser.get(credit))).text).toContain('gives you no certificate');
    await browser.press('/claim', { provider: 'harbor-institute' });
    const ref = String(await value(shares, 'ref'));
    const share = { go: 'yes', share: ref, words: '2026-11-b' };
    await visiting.post(`${learnPath}/unshare`, share, { cookie });
    await visiting.post(`${learnPath}/share`, share, { cookie });
    expect(await pick(claims, ['state'])).toEqual([{ state: 'closed' }]);
    expect(await releaseClaim(ctx, word)).toEqual({ kind: 'waits' });
    expect(await claimAgain(ctx, word)).toEqual({ kind: 'again' });
    expect(await pick(claims, ['state', 'frozen', 'refusedAt'])).toEqual([
      { state: 'open', frozen: null, refusedAt: null },
    ]);
    expect(await count(tries, { passed: 1 })).toBe(1);
  });
});

describe('whoever has a certificate', () => {
  it('begins no second claim, unless their provider lets them claim again', async () => {
    const { visiting, claimId, attest, browser, credit } = await atTheLastStep();
    await attest();
    const before = await rows(claims);
    await browser.press('/claim', { provider: 'harbor-institute' });
    expect(await rows(claims)).toEqual(before);
    const number = await value(certificates, 'number');
    expect((await see(await browser.get(credit))).text).toContain(`Number ${number}`);

    const ctx = await visiting.context();
    const word = { claimId, providerId: 1, ...BY };
    expect(await claimAgain(ctx, word)).toEqual({ kind: 'again' });
    // The same press again, and one of a round that is over, change nothing.
    expect(await claimAgain(ctx, word)).toEqual({ kind: 'not-possible' });
    expect(await pick(claims, ['round', 'state'])).toEqual(
      expect.arrayContaining([
        { round: 1, state: 'issued' },
        { round: 2, state: 'open' },
      ]),
    );
    const page = await see(await browser.get(credit));
    expect(page.text).toContain('Your way to the certificate');
    expect(page.text).toContain('Your certificates');
  });
});

describe('beginning', () => {
  it('pressed twice at once is one claim', async () => {
    const { browser, edition } = await atTheEnd();
    await plantAdoption(edition);
    const press = () => browser.press('/claim', { provider: 'harbor-institute' });
    expect(await Promise.all([press(), press(), press()])).toEqual([303, 303, 303]);
    expect(await count(claims)).toBe(1);
  });

  it('is not possible once the adoption has ended', async () => {
    const { browser, edition, credit } = await atTheEnd();
    await plantAdoption(edition, { endedAt: 1 });
    expect((await browser.get(credit)).status).toBe(404);
    expect(await browser.press('/claim', { provider: 'harbor-institute' })).toBe(404);
  });

  it('of a claim whose adoption ends meanwhile is finished until its last day', async () => {
    const { attest, adoptionId } = await atTheLastStep();
    await change(adoptions, { endedAt: 1 }, { id: adoptionId });
    expect(await attest()).toBe(303);
    expect(await count(certificates)).toBe(1);
  });

  it('by a scanner that follows the mailed link changes nothing', async () => {
    const { browser, credit, edition } = await atTheEnd();
    await plantAdoption(edition);
    for (const below of ['', '/claim', '/name', '/complete', '/test', '/evaluation']) {
      await browser.get(`${credit}${below}`);
    }
    expect([await count(claims), await count(tries)]).toEqual([0, 0]);
  });

  it('needs the device of whoever it is: a forwarded lesson opens nothing', async () => {
    const { visiting, credit } = await named();
    const page = await visiting.get(credit);
    expect(page.status).toBe(409);
    const { text } = await see(page);
    expect(text).toContain('Mail me the link that opens it');
    expect(text).not.toContain('Ångström');
    await visiting.post(`${credit}/name`, { go: 'yes', name: 'Eve Intruder', words: '2026-11-a' });
    expect(await value(claims, 'legalName')).toBe('Zoë Ångström');
  });
});
