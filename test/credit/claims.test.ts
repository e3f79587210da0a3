import { describe, expect, it } from 'vitest';
import { claimAgain } from '../../src/credit/claim-again.ts';
import { CREDIT_WORDS } from '../../src/credit/credit.ts';
import { listClaims } from '../../src/credit/list-claims.ts';
import { refuseClaim, releaseClaim } from '../../src/credit/release-claim.ts';
import { adoptions, certificates, claims, tries } from '../../src/db/credit.ts';
import { acts, contents, deliveries, enrollments, providers, shares } from '../../src/db/schema.ts';
import { LOCAL_OPERATOR_TOKEN } from '../../src/env.ts';
import { approval, plantAdoption } from '../support/adoptions.ts';
import { atTheEnd, atTheLastStep, named } from '../support/claims.ts';
import { change, count, pick, remove, rows, value } from '../support/rows.ts';
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

describe('whoever takes the course on their own', () => {
  it('may share it with a provider that gives a certificate, by their own press, and begin there', async () => {
    const { browser, credit, edition, visiting, learnPath, cookie } = await atTheEnd();
    await plantAdoption(edition);
    await remove(shares);
    const page = await see(await visiting.get(learnPath, { cookie }));
    expect(page.text).toContain('Harbor Institute offers a certificate of completion');
    expect(await browser.press('/claim', { provider: 'harbor-institute' })).toBe(404);
    const offer = await see(await browser.get(credit));
    expect(offer.text).toContain('Harbor Institute will see your name, your address');
    const words = offer.all('input').find(({ name }) => name === 'words')?.value ?? '';
    // A link alone is no consent.
    const told = { go: 'yes', provider: 'harbor-institute', words };
    expect((await visiting.post(`${credit}/share`, told)).status).toBe(409);
    expect(await count(shares)).toBe(0);
    expect(await browser.press('/share', told)).toBe(303);
    expect(await browser.press('/share', told)).toBe(303);
    expect(await pick(shares, ['providerId', 'words', 'endedAt'])).toEqual([
      { providerId: 1, words, endedAt: null },
    ]);
    expect(await browser.press('/claim', { provider: 'harbor-institute' })).toBe(303);
    expect(await pick(claims, ['state'])).toEqual([{ state: 'open' }]);
  });

  it('cannot share it with one that gives none, is paused, or whose share they have ended', async () => {
    const { browser, credit, edition } = await atTheEnd();
    const press = () => browser.press('/share', { provider: 'harbor-institute' });
    await remove(shares);
    expect(await press()).toBe(404);
    await plantAdoption(edition);
    await change(providers, { status: 'paused' });
    expect(await press()).toBe(404);
    expect((await browser.get(credit)).status).toBe(404);
    await change(providers, { status: 'active' });
    // Through a provider already: nothing is attached to another.
    await change(enrollments, { providerId: 2 });
    expect(await press()).toBe(404);
    expect(await count(shares)).toBe(0);
  });
});

describe('the page of what is offered', () => {
  it('has each approval’s own words, where it does not count, and which certificate is there already', async () => {
    const { browser, credit, edition } = await atTheEnd();
    const given = approval({ notIn: ['New York'], caps: ['At most 12 of 36 by self-study.'] });
    await plantAdoption(edition, { body: { approvals: [given] } });
    const { text } = await see(await browser.get(credit));
    expect(text).toContain('2.0 hours of credit');
    expect(text).toContain(given.statement);
    expect(text).toContain('Does not count in New York.');
    expect(text).toContain('Your board decides');
    expect(text).not.toContain(given.evidence);
  });

  it('names the lessons that do not count, and opens nothing', async () => {
    const { browser, credit, edition } = await atTheEnd();
    await plantAdoption(edition);
    await change(contents, { textHash: null }, { lesson: 3 });
    await remove(deliveries, { lesson: 8 });
    const { text } = await see(await browser.get(credit));
    expect(text).toContain('Lesson 8 has not been sent to you yet');
    // The planted edition is not this build's: once more would be another text, too.
    expect(text).toContain('Lesson 3 came to you with another text');
    expect(text).toContain('Write to Harbor Institute about it');
    expect(await browser.press('/claim', { provider: 'harbor-institute' })).toBe(303);
    expect(await count(claims)).toBe(0);
  });

  it('counts a lesson that nobody knows of, and one that came once more', async () => {
    const { browser, edition } = await atTheEnd();
    await plantAdoption(edition);
    await change(deliveries, { state: 'uncertain', acceptedAt: null }, { lesson: 5 });
    await change(deliveries, { lane: 'prompt', kind: 'resend' }, { lesson: 6 });
    expect(await browser.press('/claim', { provider: 'harbor-institute' })).toBe(303);
    expect(await count(claims)).toBe(1);
  });
});

describe('the name', () => {
  it('is kept as it was typed where the form refuses it, and says why beside the field', async () => {
    const { browser, credit, edition, visiting, cookie } = await atTheEnd();
    await plantAdoption(edition, {
      body: { asks: { licence: 'must', jurisdiction: 'may', profession: 'may' } },
    });
    await browser.press('/claim', { provider: 'harbor-institute' });
    const form = { go: 'yes', words: CREDIT_WORDS, register: 'shown', jurisdiction: 'Oregon' };
    const refused = async (fields: Record<string, string>) => {
      const answer = await visiting.post(`${credit}/name`, { ...form, ...fields }, { cookie });
      expect(answer.status).toBe(422);
      return see(answer);
    };
    const bare = await refused({ name: 'Zoë Ångström', licence: '' });
    expect(bare.text).toContain('write the number of your license');
    expect(bare.all('input').find(({ name }) => name === 'name')?.value).toBe('Zoë Ångström');
    expect(bare.all('option').find(({ selected }) => selected !== undefined)?.value).toBe('Oregon');
    expect((await refused({ name: '山田 太郎', licence: 'C1' })).text).toContain(
      'in Latin letters',
    );
    expect((await refused({ name: 'ZOË ÅNGSTRÖM', licence: 'C1' })).text).toContain('in capitals');
    expect((await refused({ name: 'Zoë', licence: 'C1', register: '' })).text).toContain(
      'choose what the register shows',
    );
    expect((await refused({ name: 'Zoë', licence: 'C1', words: 'older' })).text).toContain(
      'words beside the button have changed',
    );
    expect(await value(claims, 'legalName')).toBeNull();
    const fine = { ...form, name: 'ZOË ÅNGSTRÖM', licence: 'C1', capitals: 'yes' };
    expect((await visiting.post(`${credit}/name`, fine, { cookie })).status).toBe(303);
    expect(await pick(claims, ['legalName', 'wordsVersion', 'register'])).toEqual([
      { legalName: 'ZOË ÅNGSTRÖM', wordsVersion: CREDIT_WORDS, register: 'shown' },
    ]);
  });

  it('can be changed until the last step, and not after it', async () => {
    const { browser, attest } = await atTheLastStep();
    const name = (text: string) =>
      browser.press('/name', { name: text, register: 'name-hidden', words: CREDIT_WORDS });
    await name('Zoë Ångström-Lee');
    await attest();
    await name('Somebody Else');
    expect(await value(claims, 'legalName')).toBe('Zoë Ångström-Lee');
    expect(await pick(certificates, ['register'])).toEqual([{ register: 'name-hidden' }]);
  });
});

describe('the operator', () => {
  it('lists a provider’s claims and says its word on one', async () => {
    const { attest, visiting, claimId } = await atTheLastStep(byHand);
    await attest();
    const ask = async (path: string, body?: object) => {
      const headers = { authorization: `Bearer ${LOCAL_OPERATOR_TOKEN}` };
      const answer = body
        ? await visiting.postJson(`/operator/api/claims${path}`, body, headers)
        : await visiting.get(`/operator/api/claims${path}`, headers);
      return { status: answer.status, body: await answer.json<Record<string, unknown>>() };
    };
    const word = { by: 'Mira', reason: 'Paid on December 1.' };
    expect(await ask('?provider=harbor-institute')).toMatchObject({
      status: 200,
      body: { claims: [{ id: claimId, state: 'waits' }] },
    });
    expect((await ask('?provider=nobody')).status).toBe(404);
    expect((await ask('/77/release', word)).status).toBe(404);
    expect((await ask('/x/release', word)).status).toBe(404);
    expect((await ask(`/${claimId}/release`, { ...word, reason: 'Ångström paid' })).status).toBe(
      422,
    );
    expect((await ask(`/${claimId}/again`, word)).status).toBe(409);
    expect(await ask(`/${claimId}/release`, word)).toMatchObject({
      status: 200,
      body: { result: 'issued', number: await value(certificates, 'number') },
    });
    expect((await ask(`/${claimId}/refuse`, word)).status).toBe(409);
    expect(await ask(`/${claimId}/again`, word)).toMatchObject({ body: { result: 'again' } });
  });
});
