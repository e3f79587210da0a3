import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { mailHeads } from '../../src/course/course.ts';
import { CREDIT_WORDS } from '../../src/credit/credit.ts';
import { certificates, claims, evaluations, tries } from '../../src/db/credit.ts';
import { deliveries, shares } from '../../src/db/schema.ts';
import { approval, KEYS, plantAdoption, plantEdition, plantHarbor } from '../support/adoptions.ts';
import { browserOf } from '../support/claims.ts';
import { deviceCookie, mailedPath, pressConfirm, signUpByForm } from '../support/people.ts';
import { count, pick, rows, value } from '../support/rows.ts';
import { see, visitor } from '../support/visitor.ts';

const EMAIL = 'ana@example.org';
const START = Temporal.Instant.from('2026-11-30T12:00:00Z');
/** So many weeks after the signup. */
const week = (number: number) => START.add({ hours: 24 * 7 * number }).toString();

describe('from a signup through a provider to its certificate', () => {
  it('is the eight weeks, and then five steps on the learner’s page', async () => {
    const anyone = visitor();
    await anyone.setTime(START.toString());
    await plantHarbor();
    const edition = await plantEdition();
    const accepts = mailHeads.flatMap(({ lesson, textHash }) =>
      lesson === null || textHash === null
        ? []
        : [{ text: textHash, lesson, at: 0, how: 'adopted' }],
    );
    const body = { approvals: [approval({ validFrom: '2026-12-28' })] };
    await plantAdoption(edition, { accepts: JSON.stringify(accepts), body });

    const provider = 'pk_0000000000000000000a';
    const path = await signUpByForm(anyone, EMAIL, { provider });
    const learnPath = await pressConfirm(anyone, path);
    await anyone.work();
    const credit = `${learnPath}/credit`;
    const page = async () => (await see(await anyone.get(learnPath))).text;
    expect(await page()).toContain('Harbor Institute offers 2.0 hours for this course.');

    await anyone.moveTo(week(4));
    // A goodbye in the middle, and the way back: the lessons of both courses count.
    const leave = await mailedPath(anyone, EMAIL, 'unsubscribe');
    expect((await anyone.post(leave, { go: 'yes' })).status).toBeLessThan(400);
    await anyone.moveTo(week(6));
    const again = await signUpByForm(anyone, EMAIL, { provider });
    await pressConfirm(anyone, again);
    await anyone.work();

    const cookie = await deviceCookie(anyone, EMAIL, 2 * 365 * 86_400);
    const browser = browserOf(anyone, credit, cookie);
    expect((await see(await browser.get(credit))).text).toContain('of the eight lessons');
    expect(await browser.press('/claim', { provider: 'harbor-institute' })).toBe(303);
    expect(await count(claims)).toBe(0);
    await anyone.moveTo(week(16));
    expect(
      new Set((await rows(deliveries, { lane: 'lesson' })).map(({ enrollmentId }) => enrollmentId))
        .size,
    ).toBe(2);

    expect(await page()).toContain('You have been sent all eight lessons');
    await browser.press('/claim', { provider: 'harbor-institute' });
    await browser.press('/name', { name: 'Ana Lopez', register: 'shown', words: CREDIT_WORDS });
    await browser.press('/try');
    await browser.answerAll(Object.fromEntries(Object.keys(KEYS).map((item) => [item, 'a'])));
    await browser.press('/test', { try: '1' });
    expect(await page()).toContain('You are on the way');
    await browser.press('/try');
    await browser.answerAll(KEYS);
    await browser.press('/test', { try: '2' });
    // Ids are random, and with them the order of rows.
    expect(await pick(tries, ['right', 'passed'], { number: 1 })).toMatchObject([{ passed: 0 }]);
    expect(await pick(tries, ['right', 'passed'], { number: 2 })).toEqual([
      { right: 32, passed: 1 },
    ]);
    await browser.press('/evaluation', { accurate: '5' });
    expect(await count(evaluations)).toBe(1);

    const shown = /name="shown" value="([0-9a-f]{64})"/.exec(
      await (await browser.get(credit)).text(),
    )?.[1];
    const boxes = { 'attest-0': 'yes', 'attest-1': 'yes', 'attest-2': 'yes' };
    expect(await browser.press('/complete', { shown: shown ?? '', ...boxes })).toBe(303);
    await anyone.work();
    const number = String(await value(certificates, 'number'));
    expect((await anyone.mails(EMAIL)).at(-1)).toMatchObject({ kind: 'certificate' });
    expect((await anyone.mails(EMAIL)).at(-1)?.text).not.toContain('Lopez');
    const stranger = await see(await anyone.get(`/certificates/${number}`));
    expect(stranger.text).toContain('Ana Lopez');
    // The renewal in week 5 has cost nothing: it held since before, under another number.
    expect(stranger.text).toContain('Example Board clock hours');

    // Whoever has left has it still, and what the provider is told no more it keeps.
    await anyone.post(await mailedPath(anyone, EMAIL, 'unsubscribe'), { go: 'yes' });
    const ref = String(await value(shares, 'ref'));
    await anyone.post(`${learnPath}/unshare`, { go: 'yes', share: ref }, { cookie });
    expect((await anyone.get(`${learnPath}/certificates/${number}`, { cookie })).status).toBe(200);
    expect(await pick(claims, ['state'])).toEqual([{ state: 'issued' }]);
    expect(await count(certificates)).toBe(1);
  });
});
