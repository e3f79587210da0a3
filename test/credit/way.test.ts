import { describe, expect, it } from 'vitest';
import { certificates, claims, evaluations, tries } from '../../src/db/credit.ts';
import { enrollments } from '../../src/db/schema.ts';
import { KEYS, plantAdoption } from '../support/adoptions.ts';
import { atTheEnd } from '../support/claims.ts';
import { change, count, rows, value } from '../support/rows.ts';
import { see } from '../support/visitor.ts';

describe('from lesson 8 to the certificate', () => {
  it('is five steps, one after the other', async () => {
    const { browser, credit, edition } = await atTheEnd();
    await plantAdoption(edition);
    const offer = await see(await browser.get(credit));
    expect(offer.text).toContain('Harbor Institute gives a certificate of completion');
    expect(offer.text.toLowerCase()).not.toContain('hours of credit');

    await browser.press('/claim', { provider: 'harbor-institute' });
    expect(await rows(claims)).toMatchObject([{ state: 'open', zone: 'Europe/Berlin' }]);

    await browser.press('/name', {
      name: 'Zoë Ångström',
      register: 'shown',
      words: '2026-11-a',
    });
    expect(await value(claims, 'legalName')).toBe('Zoë Ångström');

    await browser.press('/try');
    await browser.answerAll(KEYS);
    expect(await browser.press('/test', { try: '1' })).toBe(303);
    expect(await rows(tries)).toMatchObject([{ right: 32, needed: 26, passed: 1 }]);

    await browser.press('/evaluation', { accurate: '5', comment: 'Shorter weeks.' });
    expect(await count(evaluations)).toBe(1);
    expect(await value(claims, 'evaluated')).toBe(1);

    const last = await see(await browser.get(credit));
    expect(last.text).toContain('As it will print');
    const shown = last.all('input').find(({ name }) => name === 'shown')?.value ?? '';
    expect(shown).toMatch(/^[0-9a-f]{64}$/);
    expect(await browser.press('/complete', { shown })).toBe(422);
    expect(await count(certificates)).toBe(0);
    const boxes = { 'attest-0': 'yes', 'attest-1': 'yes', 'attest-2': 'yes' };
    expect(await browser.press('/complete', { shown, ...boxes })).toBe(303);
    const [certificate] = await rows(certificates);
    expect(certificate).toMatchObject({ withdrawnAt: null, register: 'shown' });
    // Pressed twice, it is the same one.
    await browser.press('/complete', { shown, ...boxes });
    expect(await count(certificates)).toBe(1);
    const done = await see(await browser.get(credit));
    expect(done.text).toContain(`Number ${certificate?.number}`);
  });
});

describe('the learner’s page', () => {
  it('says what comes of all eight lessons, and how far somebody is', async () => {
    const { browser, learnPath, edition } = await atTheEnd();
    const words = async () => (await see(await browser.get(learnPath))).text;
    expect(await words()).not.toContain('certificate');
    await plantAdoption(edition);
    await change(enrollments, { nextLesson: 9 });
    expect(await words()).toContain('You have been sent all eight lessons');
    await browser.press('/claim', { provider: 'harbor-institute' });
    expect(await words()).toContain('on the way to a certificate of Harbor Institute');
  });
});
