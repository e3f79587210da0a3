import { env as bindings } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { issue } from '../../src/credit/issue.ts';
import {
  acts,
  batches,
  deliveries,
  enrollments,
  events,
  halts,
  providers,
  pulse,
  signups,
  subscribers,
  suppressions,
} from '../../src/db/schema.ts';
import { subscriberName } from '../../src/id.ts';
import { CONSOLE } from '../../src/web/operator/desk-routes.tsx';
import { plantClaim } from '../support/certificates.ts';
import { plantLearners } from '../support/many.ts';
import { plantBatch } from '../support/plant.ts';
import { plantProvider } from '../support/providers.ts';
import { change, count, pick, put, rows, value } from '../support/rows.ts';
import { enterConsole, type Insider, wayIn } from '../support/staff.ts';
import { see, type Visitor, visitor } from '../support/visitor.ts';

const NOON = '2026-11-30T12:00:00Z';

async function console_(role: 'owner' | 'helper' | 'reader' = 'owner') {
  const anyone = visitor();
  await anyone.setTime(NOON);
  const mira = await enterConsole(anyone, { role });
  return { anyone, mira };
}
const words = async (response: Response) => (await see(response)).text.replace(/\s+/g, ' ');
const read = async (who: Insider, path: string) => words(await who.get(path));

/** One learner, whose lesson 4 is due on Tuesday. */
async function withLearner(anyone: Visitor) {
  const ctx = await anyone.context();
  const nextAt = Date.parse('2026-12-01T06:30:00Z') / 1000;
  await plantLearners(ctx, 1, { nextLesson: 4, nextAt });
  return { id: 1, path: `/operator/people/${subscriberName(1)}` };
}

/** A D1 that counts how often something is waited for before something else is asked. */
function roundTrips(): { DB: D1Database; rounds: () => number } {
  let waited = 0;
  let open = 0;
  let free: (() => void)[] = [];
  // What is under way comes back together, so that whatever begins after it is a further round.
  const timed =
    <Args extends unknown[], T>(call: (...args: Args) => Promise<T>) =>
    async (...args: Args) => {
      if (open === 0) waited += 1;
      open += 1;
      try {
        return await call(...args);
      } finally {
        open -= 1;
        if (open > 0) await new Promise<void>((resolve) => void free.push(resolve));
        const together = free;
        free = [];
        for (const letGo of together) letGo();
      }
    };
  const statement = (target: D1PreparedStatement): D1PreparedStatement =>
    new Proxy(target, {
      get(inner, name) {
        if (name === 'inner') return inner;
        const member: unknown = Reflect.get(inner, name, inner);
        if (typeof member !== 'function') return member;
        const call = (...args: unknown[]) => Reflect.apply(member, inner, args);
        if (name === 'bind') return (...args: unknown[]) => statement(call(...args));
        return timed(call as () => Promise<unknown>);
      },
    });
  const DB = new Proxy(bindings.DB, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      if (name === 'prepare') return (text: string) => statement(target.prepare(text));
      if (name === 'batch') {
        return timed((list: { inner?: D1PreparedStatement }[]) =>
          target.batch(list.map((each) => each.inner ?? (each as D1PreparedStatement))),
        );
      }
      return member.bind(target);
    },
  });
  return {
    DB,
    rounds: () => {
      const count = waited;
      waited = 0;
      return count;
    },
  };
}

describe('the console', () => {
  it('shows every page to whoever may see it, and says that nothing is where nothing is', async () => {
    const { mira } = await console_();
    const pages = CONSOLE.filter(({ method, path }) => method === 'GET' && !path.includes(':'));
    for (const { path } of pages) {
      const response = await mira.get(path);
      expect([path, response.status]).toEqual([path, 200]);
      const { text } = await see(response);
      expect(text).not.toMatch(/undefined|NaN|\[object/);
    }
    expect(await read(mira, '/operator')).toContain('Nothing needs you.');
  });

  it('asks the database in no more than three rounds for a page', async () => {
    const { DB, rounds } = roundTrips();
    // A clock that can be moved is asked for its place first, which no production does.
    const anyone = visitor({ DB, CLOCK: 'real' });
    const mira = await enterConsole(anyone);
    await plantProvider();
    const { path } = await withLearner(anyone);
    const issued = await issue(await anyone.context(), await plantClaim());
    const number = issued.kind === 'issued' ? issued.number : '';
    const pages = CONSOLE.filter(({ method }) => method === 'GET').map((route) =>
      route.path
        .replace('/people/:sub', path.replace('/operator', ''))
        .replace(':slug', 'pk-harbor')
        .replace(':number', number)
        .replace(/:n$|:n(?=\/)/, '3'),
    );
    for (const page of pages) {
      rounds();
      expect((await mira.get(page)).status).toBe(200);
      expect([page, rounds()]).toEqual([page, expect.toSatisfy((n: number) => n <= 3)]);
    }
    expect(pages.length).toBeGreaterThan(9);
  });

  it('says what a problem does to learners, with the button that mends it', async () => {
    const { anyone, mira } = await console_();
    await anyone.work();
    await put(halts, { scope: 'all', reason: 'invalid_api_key', since: 1 });
    const today = await mira.get('/operator');
    const text = await words(today.clone() as Response);
    expect(text).toContain('Resend refused the key.');
    expect(text).toContain('nobody is marked as failed');
    const lift = (await see(today))
      .all('form')
      .find(({ action }) => action === '/operator/mail/lift');
    expect(lift).toBeDefined();
    const done = await mira.post('/operator/mail/lift', {
      scope: 'all',
      from: 'today',
      why: 'mended',
    });
    expect(done.headers.get('location')).toBe('/operator?done=lifted');
    expect(await count(halts)).toBe(0);
    expect(await read(mira, '/operator?done=lifted')).toContain('Let go.');
    expect(anyone.woken).toEqual(expect.arrayContaining(['prompt', 'lesson']));
  });

  it('halts a lesson and lets it go, by whom and why, without mailed digits', async () => {
    const { mira } = await console_('helper');
    const halted = await mira.post('/operator/mail/halt', {
      scope: 'lesson:3',
      why: 'a wrong figure',
    });
    expect(halted.headers.get('location')).toBe('/operator/mail?done=halted');
    expect(await pick(halts, ['scope', 'reason'])).toEqual([
      { scope: 'lesson:3', reason: 'by-hand' },
    ]);
    const page = await read(mira, '/operator/mail');
    expect(page).toContain('Part of the mail is halted.');
    expect(page).toContain('Lesson 3');
    expect(await count(deliveries)).toBe(0);
    await mira.post('/operator/mail/lift', { scope: 'lesson:3', why: 'mended' });
    const again = await mira.post('/operator/mail/lift', { scope: 'lesson:3', why: 'mended' });
    expect(again.status).toBe(409);
    expect(await words(again)).toContain('This was let go already');
    const log = await read(mira, '/operator/log');
    expect(log).toMatch(
      /mira@course\.example.*lift halt lesson 3.*mended.*halt lesson 3.*a wrong figure/,
    );
  });

  it('hands back what was typed where no reason was given, or one with an address', async () => {
    const { mira } = await console_();
    for (const [why, said] of [
      ['', 'Please say why'],
      ['ana@example.org wrote', 'without an address'],
    ] as const) {
      const again = await mira.post('/operator/mail/halt', { scope: 'lesson:3', why });
      expect(again.status).toBe(422);
      const seen = await see(again);
      expect(seen.text).toContain(said);
      const field = seen.all('input').find(({ id }) => id === 'why-halt');
      expect(field).toMatchObject({ 'aria-invalid': 'true' });
      expect(field?.value ?? '').toBe(why);
    }
    expect(await count(halts)).toBe(0);
  });

  it('settles a batch of which nobody knows, unless it was posted once more meanwhile', async () => {
    const { anyone, mira } = await console_();
    await withLearner(anyone);
    const id = await plantBatch({ state: 'uncertain', size: 1, attempts: 4 });
    await put(deliveries, {
      kind: 'lesson',
      lane: 'lesson',
      state: 'uncertain',
      dueAt: 1,
      subscriberId: 1,
      enrollmentId: 1,
      lesson: 3,
      batchId: id,
    });
    expect(await read(mira, '/operator/mail')).toContain('lesson 3 to planted-1@example.org');
    const settle = (fields: Record<string, string>) =>
      mira.post('/operator/mail/settle', { batch: String(id), why: 'looked', ...fields });
    const late = await settle({ verdict: 'not-accepted', attempts: '3' });
    expect(late.status).toBe(409);
    expect(await words(late)).toContain('posted once more since');
    await settle({ verdict: 'accepted', attempts: '4' });
    expect(await value(batches, 'state', { id })).toBe('accepted');
  });

  it('finds somebody by a form, never by an address in a URL, and says why in one sentence', async () => {
    const { anyone, mira } = await console_();
    const { path } = await withLearner(anyone);
    const found = await mira.post('/operator/find', { who: ' Planted-1@example.org ' });
    expect(found.headers.get('location')).toBe(path);
    expect(await read(mira, path)).toContain(
      'Lesson 4 is due on Tuesday, December 1, 7:30 am, Europe/Berlin time.',
    );
    const several = await mira.post('/operator/find', { who: 'planted' });
    expect(several.headers.get('location')).toBe(path);
    const nobody = await words(await mira.post('/operator/find', { who: 'nobody@example.org' }));
    expect(nobody).toContain('Nobody is known by nobody@example.org');
    expect((await mira.post('/operator/find', { who: 'xy' })).status).toBe(422);
  });

  it('shows a reader addresses masked, no goodbyes, and nobody by a beginning', async () => {
    const { anyone, mira } = await console_('reader');
    const { path } = await withLearner(anyone);
    await change(subscribers, { goodbye: 'too many words', unsubscribedAt: 1 });
    expect((await mira.get('/operator/goodbyes')).status).toBe(404);
    const page = await read(mira, path);
    expect(page).toContain('p•••@example.org');
    expect(page).not.toContain('planted-1@');
    expect(page).not.toContain('too many words');
    expect(page).not.toContain('What you can do');
    expect((await mira.post('/operator/find', { who: 'planted' })).status).toBe(422);
    expect((await mira.post(`${path}/unsubscribe`, { why: 'x' })).status).toBe(404);
    expect((await mira.post('/operator/mail/halt', { scope: 'all', why: 'x' })).status).toBe(404);
  });

  it('does for somebody what they ask for', async () => {
    const { anyone, mira } = await console_();
    const { path } = await withLearner(anyone);
    expect((await mira.post(`${path}/suppress`, { why: 'by phone' })).headers.get('location')).toBe(
      `${path}?done=suppressed`,
    );
    expect(await count(suppressions)).toBe(1);
    expect(await read(mira, path)).toContain('somebody of the team stopped all mail to it');
    await mira.post(`${path}/lift`, { why: 'by phone' });
    expect(await count(suppressions)).toBe(0);
    await mira.post(`${path}/unsubscribe`, { why: 'she wrote' });
    expect(await value(enrollments, 'state', { id: 1 })).toBe('ended');
    const refused = await mira.post(`${path}/resend`, { lesson: '3', why: 'it got lost' });
    expect(refused.status).toBe(409);
    expect(await words(refused)).toContain('They have unsubscribed');
    expect((await pick(acts, ['verb'])).map(({ verb }) => verb)).toEqual([
      'suppress',
      'lift-suppression',
      'unsubscribe',
    ]);
  });

  it('sends the next lesson now, day after day, for whoever rehearses the course', async () => {
    const { anyone, mira } = await console_();
    const { path } = await withLearner(anyone);
    for (const lesson of [4, 5]) {
      await mira.post(`${path}/next`, { why: 'a rehearsal' });
      await anyone.work();
      expect(await count(deliveries, { lesson, state: 'sent' })).toBe(1);
    }
    expect((await mira.post(`${path}/next`, { why: 'a rehearsal' })).status).toBe(303);
    await change(enrollments, { state: 'paused', nextAt: null });
    expect((await mira.post(`${path}/next`, { why: 'a rehearsal' })).status).toBe(409);
  });

  it('erases somebody only once mailed digits were typed', async () => {
    const { anyone, mira } = await console_();
    const { path } = await withLearner(anyone);
    const asked = await mira.post(`${path}/erase`, { why: 'asked for it' });
    expect(asked.status).toBe(200);
    expect(await words(asked)).toContain('Eight digits');
    expect(await count(subscribers)).toBe(1);
  });

  it('hands an erasure back without a reason, or with one that names them, and shows no digits', async () => {
    const { anyone, mira } = await console_();
    const { path } = await withLearner(anyone);
    await change(subscribers, { firstName: 'Rosalind' });
    const field = async (response: Response) => {
      expect(response.status).toBe(422);
      const seen = await see(response);
      expect(seen.text).toMatch(/^Error: /);
      expect(seen.all('input').some(({ name }) => name === 'digits')).toBe(false);
      return seen.all('input').find(({ id }) => id === 'why-erase');
    };
    expect(await field(await mira.post(`${path}/erase`))).toMatchObject({ 'aria-invalid': 'true' });
    const fields = { why: 'Rosalind asked for it' };
    await mira.post(`${path}/erase`, fields);
    const { digits } = await wayIn(anyone, 'mira@course.example');
    const again = await field(await mira.post(`${path}/erase`, { ...fields, digits }));
    expect(again).toMatchObject({ 'aria-invalid': 'true', value: fields.why });
    expect(await count(subscribers)).toBe(1);
  });

  it('changes the cap at once, and takes no number that is none', async () => {
    const { mira } = await console_();
    const again = await mira.post('/operator/cap', { mails: 'many', why: 'x' });
    expect(again.status).toBe(422);
    expect(await words(again)).toContain('Give a whole number from 1 to 10,000,000.');
    await mira.post('/operator/cap', { mails: '500', why: 'a careful week' });
    expect(await read(mira, '/operator/cap')).toContain('0 of 500 mails went out today.');
    await mira.post('/operator/cap', { kind: 'warm-up', why: 'a new domain' });
    expect(await read(mira, '/operator/cap')).toContain('it rises to 250 by itself');
    await mira.post('/operator/cap', { kind: 'none', why: 'well known' });
    expect(JSON.parse(String(await value(pulse, 'cap')))).toEqual({ kind: 'none' });
  });

  it('pauses a provider and lets it go on', async () => {
    const { mira } = await console_('helper');
    await plantProvider();
    const path = '/operator/providers/pk-harbor';
    expect((await mira.post(`${path}/pause`, { why: 'spam' })).status).toBe(303);
    expect(await value(providers, 'status')).toBe('paused');
    expect(await read(mira, path)).toContain('It is paused');
    await mira.post(`${path}/resume`, { why: 'clean' });
    expect((await rows(providers))[0]?.status).toBe('active');
    expect((await mira.get('/operator/providers/nobody')).status).toBe(404);
  });

  it('says how many take the course, how far they are, and who has which mail ahead', async () => {
    const { anyone, mira } = await console_();
    const ctx = await anyone.context();
    await plantLearners(ctx, 3, { nextLesson: 4 });
    await plantLearners(ctx, 2, { nextLesson: 9, from: 3 });
    await change(enrollments, { state: 'paused', nextAt: null }, { id: 1 });
    const page = await read(mira, '/operator/course');
    expect(page).toContain('5 people take the course (1 of them paused). 0 courses came to');
    expect(page).toMatch(/3 lessons3/);
    expect(page).toMatch(/8 lessons2/);
    expect(page).toMatch(/Lesson 3: [^0-9]+0/);
    expect(page).toMatch(/The closing note5/);
    // It is counted at most once an hour.
    await plantLearners(ctx, 1, { from: 5 });
    expect(await read(mira, '/operator/course')).toContain('5 people');
    await anyone.pass(3601);
    expect(await read(mira, '/operator/course')).toContain('6 people');
  });

  it('shows each mail as the send path makes it, in a frame that can do nothing', async () => {
    const { mira } = await console_('reader');
    const page = await mira.get('/operator/course/3');
    const { all, text } = await see(page);
    expect(text).toContain('List-Unsubscribe');
    const frame = all('iframe')[0];
    expect(frame).toMatchObject({ src: '/operator/course/3/mail?look=light', sandbox: '' });
    expect(page.headers.get('content-security-policy')).toContain("frame-src 'self'");
    const mail = await mira.get('/operator/course/3/mail?look=dark');
    expect(mail.headers.get('content-security-policy')).toMatch(/default-src 'none'.*sandbox/);
    const html = await mail.text();
    expect(html).toContain('Hello Ana,');
    expect(html).not.toContain('{{');
    expect(html).not.toContain('prefers-color-scheme: dark');
    for (const name of ['9', 'confirm', 'enter', 'erase']) {
      expect([name, (await mira.get(`/operator/course/${name}/mail`)).status]).toEqual([name, 200]);
    }
    expect((await mira.get('/operator/course/nothing')).status).toBe(404);
  });

  it('opens nothing by the links of a mail that it shows', async () => {
    const { anyone, mira } = await console_();
    const html = await (await mira.get('/operator/course/3/mail')).text();
    const learn = /\/learn\/[\w.-]+/.exec(html)?.[0] ?? '';
    expect(learn).not.toBe('');
    expect((await anyone.get(learn)).status).toBe(404);
  });

  it('leads through going back in time, and says by the database how far it is', async () => {
    const { mira } = await console_('helper');
    expect(await read(mira, '/operator/keeping/restore')).toContain('Mail flows. Stop it first.');
    const stopped = await mira.post('/operator/mail/halt', {
      scope: 'all',
      why: 'before going back in time',
      from: 'restore',
    });
    expect(stopped.headers.get('location')).toBe('/operator/keeping/restore?done=halted');
    expect(await read(mira, '/operator/keeping/restore')).toContain('Everything stands still.');
    await plantBatch({ state: 'open', leaseId: 'held', leaseUntil: Date.now() + 60_000 });
    expect(await read(mira, '/operator/keeping/restore')).toContain('1 batch is being posted');
  });

  it('says how large the database is, what the next month costs, and when a backup was noted', async () => {
    const { anyone, mira } = await console_();
    await plantLearners(await anyone.context(), 1, { nextLesson: 7 });
    await plantLearners(await anyone.context(), 1, { from: 1 });
    const page = await read(mira, '/operator/keeping?price=2.5');
    expect(page).toMatch(/The database holds \d+ (KB|MB) of the 10 GB/);
    expect(page).toContain('8 mails at 2.5 dollars a thousand are 0.02 dollars.');
    expect(page).toContain('Nobody has noted a backup yet.');
    expect(await read(mira, '/operator/keeping?price=much')).toContain('Please give the price');
    await mira.post('/operator/keeping/noted');
    expect(await read(mira, '/operator/keeping')).toContain('The last one was noted on Monday');
  });

  it('says that too much mail comes back, in red, and whose; of few mails nothing', async () => {
    const { anyone, mira } = await console_();
    const now = (await anyone.context()).clock.now();
    const bounce = (mail: number) =>
      put(events, {
        id: `e${mail}`,
        kind: 'hard-bounce',
        at: Math.floor(Date.now() / 1000),
        deliveryId: mail,
        subscriberId: null,
      });
    await plantBatch({ state: 'accepted', accepted: 99, acceptedAt: now - 60 });
    for (const mail of [1, 2, 3, 4]) await bounce(mail);
    expect(await read(mira, '/operator')).toContain('Nothing needs you.');
    expect(await read(mira, '/operator/health')).toContain('4 (too few to say)');
    await plantBatch({ state: 'accepted', accepted: 1, acceptedAt: now - 60 });
    await anyone.pass(601);
    expect(await read(mira, '/operator')).toContain(
      'More mail comes back than may be, over 7 days.',
    );
    const health = await read(mira, '/operator/health');
    expect(health).toContain('4, 4.00 % (red: Resend may pause the account)');
    expect(health).toContain('People who are gone4');
    expect(health).toContain('Gmail tells nobody.');
  });

  it('names a flooded provider with the button that pauses it', async () => {
    const { anyone, mira } = await console_('helper');
    await plantProvider();
    const now = (await anyone.context()).clock.now();
    await plantLearners(await anyone.context(), 1);
    for (let at = 0; at < 60; at++) {
      await put(signups, {
        id: 1000 + at,
        subscriberId: 1,
        providerId: 1,
        firstName: '',
        page: '/',
        wordsVersion: 'x',
        createdAt: now - 5,
      });
    }
    const page = await mira.get('/operator');
    const seen = await see(page);
    expect(seen.text).toContain('Signups through pk-harbor are far more than usual.');
    expect(seen.text).toContain('Mail flows.');
    const action = '/operator/providers/pk-harbor/pause';
    expect(seen.all('form').map((form) => form.action)).toContain(action);
    const paused = await mira.post(action, { from: 'today', why: 'a flood' });
    expect(paused.headers.get('location')).toBe('/operator?done=paused');
  });
});
