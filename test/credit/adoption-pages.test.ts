import { beforeEach, describe, expect, it } from 'vitest';
import { adoptions } from '../../src/db/credit.ts';
import { approval, plantAdoption, plantEdition, plantHarbor } from '../support/adoptions.ts';
import { rows } from '../support/rows.ts';
import { enterConsole, enterPortal } from '../support/staff.ts';
import { see, visitor } from '../support/visitor.ts';

beforeEach(async () => {
  await plantHarbor();
});

const agreed = async () =>
  plantAdoption(await plantEdition(), {
    struck: ['3-1'],
    body: { approvals: [approval()], release: 'by-hand' },
  });

describe('a provider’s own people', () => {
  it('read what was agreed to, what counts as read, and the text whose hash stands there', async () => {
    await agreed();
    const anyone = visitor();
    const olga = await enterPortal(anyone, { role: 'viewer' });
    const page = await see(await olga.get('/portal/harbor-institute/adoption'));
    for (const words of [
      'Dana Ortiz agreed to exactly this on January 1, 2026.',
      'when you let it go, learner by learner',
      'Questions that count as right',
      '3-1',
      'EX-7041',
      'Letter of January 2, 2026, seen on March 3, 2026.',
      'What your learners read of it',
    ]) {
      expect(page.text).toContain(words);
    }
    const [row] = await rows(adoptions);
    expect(page.text).toContain(row?.bodyHash);
    const file = await olga.get('/portal/harbor-institute/adoption/7.json');
    expect(file.headers.get('content-disposition')).toBe('attachment; filename="adoption-7.json"');
    expect(JSON.parse(await file.text())).toEqual(JSON.parse(row?.body ?? ''));
    expect((await olga.get('/portal/harbor-institute/adoption/8.json')).status).toBe(404);
  });

  it('read that there is none, without a word of credit', async () => {
    const olga = await enterPortal(visitor());
    const page = await see(await olga.get('/portal/harbor-institute/adoption'));
    expect(page.text).toContain('You have not adopted the course');
    expect(page.text).not.toMatch(/\bcredit|\bCE\b|approv|accredit/i);
  });
});

describe('the console', () => {
  it('says of a provider what it agreed to, or the command that takes it in', async () => {
    const mira = await enterConsole(visitor());
    const none = await see(await mira.get('/operator/providers/harbor-institute'));
    expect(none.text).toContain('npm run credit -- adopt harbor-institute adoption.json');
    await agreed();
    const some = await see(await mira.get('/operator/providers/harbor-institute'));
    expect(some.text).toContain('example EX-7041 to 2027-12-31');
    expect(some.text).toContain('Dana Ortiz, 2026-01-01');
  });
});

describe('/healthz', () => {
  it('has what nears its end as a notice, which turns nothing red; the console has it too', async () => {
    await plantAdoption(await plantEdition(), {
      body: { until: '2026-12-31', reviewBy: '2026-11-01', approvals: [approval()] },
    });
    const anyone = visitor();
    await anyone.setTime('2026-11-27T12:00:00Z');
    await anyone.work();
    const response = await anyone.get('/healthz');
    expect(response.status).toBe(200);
    const { notices } = (await response.json()) as { notices: string[] };
    expect(notices.filter((each) => each.startsWith('Harbor Institute'))).toEqual([
      'Harbor Institute: its adoption ends on 2026-12-31; a renewal follows it by `credit -- adopt --follows`',
      'Harbor Institute: its text was to be checked again by 2026-11-01',
    ]);
    const mira = await enterConsole(anyone);
    const page = await see(await mira.get('/operator/providers'));
    for (const notice of notices) expect(page.text).toContain(notice);
  });
});
