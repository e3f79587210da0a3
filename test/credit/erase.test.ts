import { describe, expect, it } from 'vitest';
import { certificates, claims, tries } from '../../src/db/credit.ts';
import { plantCertificate } from '../support/certificates.ts';
import { atTheEnd, named } from '../support/claims.ts';
import { mailedPath } from '../support/people.ts';
import { change, count, pick, put } from '../support/rows.ts';
import { see } from '../support/visitor.ts';

const UNTIL = Date.UTC(2032, 10, 27) / 1000;

/** The page behind the mailed link that erases. */
async function aboutToErase(there: Awaited<ReturnType<typeof atTheEnd>>) {
  const { visiting, email, learnPath, cookie } = there;
  await visiting.post(`${learnPath}/erase`, { go: 'yes' }, { cookie });
  await visiting.work();
  const link = await mailedPath(visiting, email, 'erase');
  return { link, page: await see(await visiting.get(link, { cookie })) };
}

describe('erasing', () => {
  it('says before its button what stays of a certificate and until when, and offers the paper first', async () => {
    const there = await atTheEnd();
    const { visiting, cookie, subscriberId } = there;
    const number = await plantCertificate({ subscriberId, keepUntil: UNTIL });
    const { page, link } = await aboutToErase(there);
    expect(page.text).toContain(`Harbor Institute keeps what certificate ${number} says`);
    expect(page.text).toContain('until November 27, 2032');
    const paper = page.all('a').find(({ href }) => href?.endsWith('.pdf'))?.href ?? '';
    const pdf = await visiting.get(paper, { cookie });
    expect([pdf.status, pdf.headers.get('content-type')]).toEqual([200, 'application/pdf']);

    const done = await see(await visiting.post(link, { go: 'yes' }, { cookie }));
    expect(done.text).toContain('stays with whoever issued it');
    expect(await pick(certificates, ['subscriberId', 'register', 'frozen'])).toMatchObject([
      { subscriberId: null, register: 'closed', frozen: expect.stringContaining('Maria Lopez') },
    ]);
    expect((await visiting.get(paper, { cookie })).status).not.toBe(200);
  });

  // Cases 40 and 42.
  it('takes a way to a certificate with it, and says so', async () => {
    const there = await named();
    const { visiting, cookie, claimId } = there;
    await put(tries, { id: 1, claimId, number: 1, openedAt: 0, savedAt: 0 });
    const { page, link } = await aboutToErase(there);
    expect(page.text).toContain('Your way to a certificate ends');
    expect(page.text).not.toContain('keeps what certificate');
    const done = await see(await visiting.post(link, { go: 'yes' }, { cookie }));
    expect(done.text).not.toContain('certificate');
    expect([await count(claims), await count(tries), await count(certificates)]).toEqual([0, 0, 0]);
  });

  it('offers no paper of one that was withdrawn, and says nothing of one whose time is over', async () => {
    const there = await atTheEnd();
    const { subscriberId, visiting } = there;
    await plantCertificate({ subscriberId, keepUntil: UNTIL, withdrawnAt: 5, why: 'a slip' });
    const { page } = await aboutToErase(there);
    expect(page.text).toContain('keeps what certificate');
    expect(page.all('a').some(({ href }) => href?.endsWith('.pdf'))).toBe(false);
    await change(certificates, { keepUntil: (await visiting.context()).clock.now() });
    const again = await aboutToErase(there);
    expect(again.page.text).not.toContain('certificate');
  });

  it('for whoever has nothing of it, has no word of certificates', async () => {
    const { page } = await aboutToErase(await atTheEnd());
    expect(page.text).not.toMatch(/certificate/i);
  });
});
