import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import {
  acts,
  enrollments,
  members,
  pageChecks,
  sessions,
  shares,
  sightings,
} from '../../src/db/schema.ts';
import { meter } from '../bench/workers/meter.ts';
import { plantAdoption, plantEdition } from '../support/adoptions.ts';
import { into } from '../support/into.ts';
import { plantLearners } from '../support/many.ts';
import { pressConfirm, SLOT, signUpByForm } from '../support/people.ts';
import { plantProvider } from '../support/providers.ts';
import { change, pick, put, query, rows, value } from '../support/rows.ts';
import { enterPortal } from '../support/staff.ts';
import { DAY, type Visitor, visitor } from '../support/visitor.ts';

const GO = { go: 'yes' };
const HOME = '/portal/pk-harbor';

async function began(): Promise<Visitor> {
  const anyone = visitor();
  await anyone.setTime('2026-11-30T12:00:00Z');
  await plantProvider();
  return anyone;
}

/** Somebody who signed up through Harbor and confirmed under today's words. */
async function enroll(anyone: Visitor, email: string, name = 'Ana'): Promise<string> {
  const path = await signUpByForm(anyone, email, { provider: 'pk_harbor', first_name: name });
  const answer = await anyone.post(path, { ...GO, ...SLOT, words: '2026-11-b' });
  await anyone.work();
  return answer.headers.get('location') ?? '';
}

/** What a page says, without its tags. */
const said = async (response: Response) =>
  (await response.text())
    .replace(/<(style|script)[\s\S]*?<\/\1>/g, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
    .replace(/ ([.,:])/g, '$1');

/** Learners of Harbor's, lesson 3 to come, without the way that leads there. */
async function plantRoster(anyone: Visitor, people: number): Promise<void> {
  await plantLearners(await anyone.context(), people, { nextLesson: 3 });
  await query(sql`${into(shares, 'ref', 'providerId', 'subscriberId', 'enrollmentId', 'words', 'since')}
    SELECT lower(hex(randomblob(10))), 1, ${enrollments.subscriberId}, ${enrollments.id}, '2026-11-b',
      ${enrollments.createdAt} FROM ${enrollments}`);
}

function costOf({ statements }: ReturnType<ReturnType<typeof meter>['take']>) {
  const costs = Object.values(statements);
  return {
    statements: costs.reduce((sum, cost) => sum + cost.statements, 0),
    read: costs.reduce((sum, cost) => sum + cost.read, 0),
  };
}

describe('a provider’s first page', () => {
  it('with nobody yet says how to begin, and names the first who confirms', async () => {
    const anyone = await began();
    const olga = await enterPortal(anyone);
    const empty = await said(await olga.get(HOME));
    expect(empty).toContain('Nobody takes the course through you yet.');
    expect(empty).toContain('http://localhost:8787/?provider=pk_harbor');
    await signUpByForm(anyone, 'asked@example.org', { provider: 'pk_harbor' });
    await enroll(anyone, 'ana@example.org');
    const page = await said(await olga.get(HOME));
    expect(page).toContain(
      '1 person takes the course through you. 0 have been sent all eight weeks.',
    );
    expect(page).toContain('Of 2 people who asked in these 12 weeks, 1 confirmed.');
  });

  it('shows how far those came who began within some weeks, and says nothing of cohorts', async () => {
    const anyone = await began();
    const olga = await enterPortal(anyone);
    await enroll(anyone, 'early@example.org');
    await anyone.moveTo('2027-03-01T12:00:00Z');
    await enroll(anyone, 'late@example.org');
    expect(await said(await olga.get(HOME))).toContain('Of 1 who confirmed, 0 % have been sent');
    const all = await said(await olga.get(`${HOME}?weeks=all`));
    expect(all).toContain('Of 2 who confirmed, 50 % have been sent all eight weeks');
    expect(all).toContain('Week 1 2 100% Week 2 1 50%');
    for (const path of ['', '/roster', '/log', '/data']) {
      const page = await said(await olga.get(HOME + path));
      expect([path, /\b(share[sd]?|cohort|origin|sighting)\b/i.exec(page)?.[0]]).toEqual([
        path,
        undefined,
      ]);
    }
  });

  it('names the numbers to delete from a file, for whoever ended it since, and a download that broke off', async () => {
    const anyone = await began();
    const olga = await enterPortal(anyone);
    const learnPath = await enroll(anyone, 'ana@example.org');
    const ref = String(await value(shares, 'ref'));
    expect(await (await olga.post(`${HOME}/export`)).text()).toContain(ref);
    expect(await said(await olga.get(HOME))).toContain('Nothing just now.');
    await anyone.pass(60);
    await anyone.post(`${learnPath}/unshare`, { ...GO, share: ref });
    const page = await said(await olga.get(HOME));
    expect(page).toContain('1 line of your file is to be deleted');
    expect(page).toContain(`${ref} Ended what you see`);
    // A new file has nothing to be deleted.
    await anyone.pass(60);
    await (await olga.post(`${HOME}/export`)).text();
    expect(await said(await olga.get(HOME))).toContain('Nothing just now.');
    await anyone.pass(60);
    await change(acts, { verb: 'export-begun' }, { subject: 'roster:0' });
    await anyone.pass(300);
    expect(await said(await olga.get(HOME))).toContain('A download of your roster did not finish');
  });

  it('says where the form was seen in a browser, with which key, and when it no longer is', async () => {
    const anyone = await began();
    const olga = await enterPortal(anyone);
    const now = (await anyone.context()).clock.now();
    const page = { providerId: 1, page: 'https://harbor.example/courses', way: 'script' } as const;
    await put(sightings, { ...page, key: 'pk_old', firstAt: now, seenAt: now });
    const shown = await said(await olga.get(HOME));
    expect(shown).toContain('https://harbor.example/courses Script Monday, November 30 replaced');
    expect(shown).toContain('A page still carries a key that was replaced');
    await anyone.pass(31 * DAY);
    expect(await said(await olga.get(HOME))).toContain(
      'No browser has loaded your form for 30 days',
    );
  });

  it('says nothing of a form that no browser has loaded where a look has found it of late', async () => {
    const anyone = await began();
    const olga = await enterPortal(anyone);
    const now = (await anyone.context()).clock.now();
    const page = { providerId: 1, page: 'https://harbor.example/courses' };
    const seen = { ...page, way: 'script', key: 'pk_harbor', firstAt: now, seenAt: now } as const;
    await put(sightings, seen);
    await anyone.pass(31 * DAY);
    const unseen = 'No browser has loaded your form';
    await put(pageChecks, { ...page, at: now + 30 * DAY, found: 'faulty' });
    await put(pageChecks, { ...page, at: now, found: 'works' });
    expect(await said(await olga.get(HOME))).toContain(unseen);
    await put(pageChecks, { ...page, at: now + 29 * DAY, found: 'works' });
    expect(await said(await olga.get(HOME))).not.toContain(unseen);
  });

  it('takes two round trips, five statements and three rows a learner', async () => {
    const anyone = await began();
    const olga = await enterPortal(anyone);
    for (const name of ['ana', 'ben', 'cy']) await enroll(anyone, `${name}@example.org`);
    const metered = meter(anyone.env.DB);
    const inside = visitor({ DB: metered.db });
    await inside.get(HOME, { cookie: olga.cookie });
    const { statements, read } = costOf(metered.take());
    // One more is a local run's clock.
    expect(statements).toBeLessThanOrEqual(6);
    expect(read).toBeLessThan(60);
  });
});

describe('the roster’s page', () => {
  it('shows name, address and weeks, the newest first, with dates where the words named them', async () => {
    const anyone = await began();
    const olga = await enterPortal(anyone);
    await pressConfirm(
      anyone,
      await signUpByForm(anyone, 'old@example.org', { provider: 'pk_harbor' }),
    );
    await anyone.pass(3 * DAY);
    await enroll(anyone, 'new@example.org', 'سميرة');
    const page = await said(await olga.get(`${HOME}/roster`));
    expect(page.indexOf('new@example.org')).toBeLessThan(page.indexOf('old@example.org'));
    expect(page).toContain('سميرة new@example.org 1 of 8 Thursday, December 3');
    expect(page).not.toContain('November 30');
  });

  it('goes fifty lines at a time, older and newer, and begins anew at a number of nobody’s', async () => {
    const anyone = await began();
    const olga = await enterPortal(anyone);
    await plantRoster(anyone, 120);
    const page = async (path: string) => {
      const html = await (await olga.get(path)).text();
      const way = (rel: string) =>
        new RegExp(`href="([^"]*)" rel="${rel}"`).exec(html)?.[1]?.replaceAll('&amp;', '&');
      const addresses = [...html.matchAll(/<bdi>(planted[^<@]*@[^<]+)<\/bdi>/g)].map(
        ([, each]) => each,
      );
      return { addresses, older: way('next'), newer: way('prev') };
    };
    const first = await page(`${HOME}/roster`);
    const second = await page(first.older ?? '');
    const third = await page(second.older ?? '');
    expect([first, second, third].map(({ addresses }) => addresses.length)).toEqual([50, 50, 20]);
    expect(new Set([first, second, third].flatMap(({ addresses }) => addresses)).size).toBe(120);
    expect([first.newer, third.older]).toEqual([undefined, undefined]);
    expect((await page(third.newer ?? '')).addresses).toEqual(second.addresses);
    expect((await page(second.newer ?? '')).addresses).toEqual(first.addresses);
    expect((await page(`${HOME}/roster?older=nobody`)).addresses).toEqual(first.addresses);
  });

  it('costs a page and not a table: three rows a line, however many there are', async () => {
    const anyone = await began();
    const olga = await enterPortal(anyone);
    await plantRoster(anyone, 1000);
    const metered = meter(anyone.env.DB);
    await visitor({ DB: metered.db }).get(`${HOME}/roster`, { cookie: olga.cookie });
    expect(costOf(metered.take()).read).toBeLessThan(180);
    // With claims and certificates beside the lines, a row more for each name of the page.
    await plantAdoption(await plantEdition());
    await visitor({ DB: metered.db }).get(`${HOME}/roster`, { cookie: olga.cookie });
    expect(costOf(metered.take()).read).toBeLessThan(300);
  });

  it('finds somebody by a whole address that never stands in an address of a page', async () => {
    const anyone = await began();
    const olga = await enterPortal(anyone);
    await enroll(anyone, 'ana@example.org');
    const found = await olga.post(`${HOME}/find`, { email: ' ANA@example.org ' });
    expect(found.status).toBe(200);
    expect(await said(found)).toContain('ana@example.org 1 of 8');
    expect(await said(await olga.post(`${HOME}/find`, { email: 'an@example.org' }))).toContain(
      'Nobody takes the course through you under an@example.org.',
    );
    const wrong = await olga.post(`${HOME}/find`, { email: 'ana@' });
    expect(wrong.status).toBe(422);
    expect(await wrong.text()).toContain('value="ana@"');
    const page = await (await olga.get(`${HOME}/roster`)).text();
    expect(page).toMatch(/<form class="act" method="post" action="\/portal\/pk-harbor\/find"/);
  });

  it('is downloaded as a file for a spreadsheet, and the log says by whom and how many', async () => {
    const anyone = await began();
    const olga = await enterPortal(anyone);
    await enroll(anyone, 'ana@example.org', '=HYPERLINK("http://evil.example")');
    const file = await olga.post(`${HOME}/export`);
    expect(file.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(file.headers.get('content-disposition')).toBe(
      'attachment; filename="in-the-room-2026-11-30.csv"',
    );
    expect(file.headers.get('cache-control')).toBe('no-store');
    const text = await file.text();
    expect(text.split('\r\n')).toHaveLength(3);
    expect(text).toContain(`"'=HYPERLINK(""http://evil.example"")"`);
    expect(await said(await olga.get(`${HOME}/log`))).toContain(
      'olga@harbor.example Downloaded the roster: 1 line',
    );
  });

  it('is not downloaded by a viewer who may not, nor on by one who was taken out meanwhile', async () => {
    const anyone = await began();
    const olga = await enterPortal(anyone);
    const vic = await enterPortal(anyone, { email: 'vic@harbor.example', role: 'viewer' });
    await enroll(anyone, 'ana@example.org');
    expect(await said(await vic.get(`${HOME}/roster`))).toContain('does not include downloads');
    expect((await vic.post(`${HOME}/export`)).status).toBe(404);
    expect(await rows(acts)).toEqual([]);
    await change(members, { mayExport: 1 }, { id: vic.memberId });
    // The answer has begun; its first line is asked for after the session is gone.
    const begun = await vic.post(`${HOME}/export`);
    expect(begun.status).toBe(200);
    await change(sessions, { endsAt: 0 }, { id: vic.session });
    await expect(begun.text()).rejects.toThrow();
    expect(await pick(acts, ['verb'])).toEqual([{ verb: 'export-begun' }]);
    expect((await olga.get(`${HOME}/roster`)).status).toBe(200);
  });
});

describe('the log', () => {
  it('says what whoever runs the course did, and never why', async () => {
    const anyone = await began();
    const olga = await enterPortal(anyone);
    const act = { at: 0, actor: 'operator:mira', subscriberId: null, providerId: 1 };
    await put(acts, { ...act, verb: 'pause-provider', reason: 'they did not answer' });
    await put(acts, { ...act, verb: 'export-begun', reason: '', actor: 'member:zzz' });
    const page = await said(await olga.get(`${HOME}/log`));
    expect(page).toContain('Whoever runs the course Paused the form');
    expect(page).toContain('Somebody who has left Began to download the roster');
    expect(page).not.toContain('did not answer');
    expect(page).not.toContain('mira');
  });
});

describe('the page about data', () => {
  it('says what is seen and what follows, also as a text to keep', async () => {
    const anyone = await began();
    const olga = await enterPortal(anyone);
    expect(await said(await olga.get(`${HOME}/data`))).toContain(
      'Harbor Institute will see your name, your address',
    );
    const text = await olga.get(`${HOME}/data/text`);
    expect(text.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(await text.text()).toContain('In the Room: data of learners, for Harbor Institute');
  });
});
