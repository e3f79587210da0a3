import { desc } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { enrollments, links, subscribers } from '../../src/db/schema.ts';
import { broken, tooClose } from '../support/ledger.ts';
import { deviceCookie, enrollByForm, mailedPath, SLOT, signUpByForm } from '../support/people.ts';
import { count, pick, put, rows, value } from '../support/rows.ts';
import { see, type Visitor, visitor } from '../support/visitor.ts';

const EMAIL = 'ana@example.org';
const NEW = 'ana@elsewhere.example';
const GO = { go: 'yes' };

/** Impatience, a double click, a page open on three devices: this many presses of one button at once. */
const PRESSES = 25;

async function learner() {
  const anyone = visitor();
  await anyone.setTime('2026-11-30T12:00:00Z');
  const paths = await enrollByForm(anyone, EMAIL);
  return { anyone, ...paths, cookie: await deviceCookie(anyone, EMAIL) };
}

/** Presses at once, each with fields of its own, and hands back what a person would see. */
async function atOnce(
  anyone: Visitor,
  path: string,
  cookie: string,
  fieldsOf: (press: number) => Record<string, string> = () => ({}),
): Promise<string[]> {
  const answers = await Promise.all(
    Array.from({ length: PRESSES }, (_, press) =>
      anyone.post(path, { ...GO, ...fieldsOf(press) }, { cookie }),
    ),
  );
  return Promise.all(
    answers.map(async (answer) => {
      const next = answer.headers.get('location');
      const page = next === null ? answer : await anyone.get(next, { cookie });
      expect([200, 303, 404, 409, 410], `${path} answered ${answer.status}`).toContain(
        answer.status,
      );
      expect(page.status, path).toBeLessThan(500);
      return (await see(page)).text.replace(/\s+/g, ' ');
    }),
  );
}

/** What must hold whichever press came first. */
async function expectOrder(): Promise<void> {
  expect(await broken()).toEqual([]);
  expect(await tooClose()).toEqual([]);
}

const slots = (press: number) => ({
  weekday: String((press % 7) + 1),
  time: `${String(press % 24).padStart(2, '0')}:15`,
  time_zone: 'Europe/Berlin',
});

describe('25 presses at once', () => {
  it('on “change my hour”, each another hour, leave one of them, and every press gets a page that is true', async () => {
    const { anyone, learnPath, cookie } = await learner();
    const pages = await atOnce(anyone, `${learnPath}/slot`, cookie, slots);
    for (const page of pages) {
      expect(page).toMatch(/Your hour is changed|another window at the same moment/);
    }
    expect(pages.some((page) => page.includes('Your hour is changed'))).toBe(true);
    const [row] = await pick(enrollments, ['weekday', 'time']);
    const chosen = Array.from({ length: PRESSES }, (_, press) => slots(press));
    expect(chosen.map(({ weekday, time }) => `${weekday} ${time}`)).toContain(
      `${row?.weekday} ${row?.time}`,
    );
    await expectOrder();
  });

  it('on “change my hour”, all the same hour, change it, and say so each time', async () => {
    const { anyone, learnPath, cookie } = await learner();
    const pages = await atOnce(anyone, `${learnPath}/slot`, cookie, () => slots(4));
    for (const page of pages) expect(page).toContain('Your hour is changed');
    expect(await pick(enrollments, ['weekday', 'time', 'rev'])).toMatchObject([
      { weekday: 5, time: '04:15' },
    ]);
    await expectOrder();
  });

  it.each<[string, (press: number) => Record<string, string>]>([
    ['pause', () => ({})],
    ['pause', (press) => ({ until: `2027-01-${String(press + 1).padStart(2, '0')}` })],
    ['resume', () => ({})],
    ['next', () => ({})],
    ['resend', () => ({ lesson: '1' })],
    ['read', (press) => ({ lesson: '1', read: press % 2 === 0 ? 'yes' : 'no' })],
    ['nudges', (press) => ({ nudges: press % 2 === 0 ? 'off' : 'on' })],
    ['open', () => ({})],
    ['name', (press) => ({ first_name: `Ana ${press}` })],
    ['email', (press) => ({ email: press % 2 === 0 ? NEW : `ana-${press}@example.org` })],
    ['log', (press) => ({ lesson: '1', rev: '0', text: `line ${press}` })],
    ['erase', () => ({})],
    ['return', () => ({})],
    ['close', () => ({})],
    ['revoke', () => ({})],
  ])('on %s are each answered with a page', async (control, fieldsOf) => {
    const { anyone, learnPath, cookie } = await learner();
    if (control === 'resume') await anyone.post(`${learnPath}/pause`, GO);
    await atOnce(anyone, `${learnPath}/${control}`, cookie, fieldsOf);
    await anyone.work();
    await expectOrder();
  });

  it('on every control at the same moment are each answered with a page', async () => {
    const { anyone, learnPath, cookie } = await learner();
    const enrollment = String(
      await value(enrollments, 'signupId', undefined, desc(enrollments.id)),
    );
    const controls: [string, Record<string, string>][] = [
      ['slot', slots(1)],
      ['pause', {}],
      ['pause', { until: '2027-01-10' }],
      ['resume', {}],
      ['next', {}],
      ['slot', slots(2)],
      ['resume', {}],
      ['restart', { enrollment }],
      ['slot', slots(3)],
      ['resume', {}],
    ];
    const answers = await Promise.all(
      Array.from({ length: PRESSES }, (_, press) => {
        const [control = '', fields = {}] = controls[press % controls.length] ?? [];
        return anyone.post(`${learnPath}/${control}`, { ...GO, ...fields }, { cookie });
      }),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 303));
    await expectOrder();
  });

  it('on the button of a confirmation enroll once', async () => {
    const anyone = visitor();
    const path = await signUpByForm(anyone, EMAIL);
    await atOnce(anyone, path, '', (press) => ({ ...SLOT, weekday: String((press % 7) + 1) }));
    expect(await count(enrollments)).toBe(1);
    await anyone.work();
    expect((await anyone.mails(EMAIL)).map(({ kind }) => kind)).toEqual(['confirm', 'lesson']);
    await expectOrder();
  });

  it('on “start again” begin one more course', async () => {
    const { anyone, learnPath, cookie } = await learner();
    const enrollment = String(
      await value(enrollments, 'signupId', undefined, desc(enrollments.id)),
    );
    await atOnce(anyone, `${learnPath}/restart`, cookie, () => ({ enrollment }));
    expect(await count(enrollments)).toBe(2);
    await expectOrder();
  });

  it('on a new confirmation and “start again” of a course that had ended leave one that runs', async () => {
    const { anyone, learnPath, unsubscribePath } = await learner();
    await anyone.post(unsubscribePath);
    const path = await signUpByForm(anyone, EMAIL).catch(async () => {
      await anyone.pass(86_400);
      return signUpByForm(anyone, EMAIL);
    });
    const enrollment = String(
      await value(enrollments, 'signupId', undefined, desc(enrollments.id)),
    );
    const answers = await Promise.all(
      Array.from({ length: PRESSES }, (_, press) =>
        press % 2 === 0
          ? anyone.post(path, { ...GO, ...SLOT })
          : anyone.post(`${learnPath}/restart`, { ...GO, enrollment }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 303));
    await expectOrder();
  });

  it('on a mailed link do what it does once', async () => {
    const { anyone, learnPath, cookie } = await learner();
    await anyone.post(`${learnPath}/open`, GO);
    await anyone.work();
    const open = await mailedPath(anyone, EMAIL, 'open');
    const opened = await Promise.all(Array.from({ length: PRESSES }, () => anyone.post(open, GO)));
    expect(opened.filter(({ status }) => status === 303)).toHaveLength(1);
    expect(opened.filter(({ status }) => status === 410)).toHaveLength(PRESSES - 1);

    await anyone.post(`${learnPath}/email`, { ...GO, email: NEW }, { cookie });
    await anyone.work();
    const address = await mailedPath(anyone, NEW, 'address');
    for (const page of await atOnce(anyone, address, '')) {
      expect(page).toContain('Your address is changed');
    }
    expect(await value(subscribers, 'email')).toBe(NEW);
    await expectOrder();
  });

  it('on a change of address, while another learner moves to the same one, leave it to one of them', async () => {
    const { anyone, learnPath, cookie } = await learner();
    await enrollByForm(anyone, 'ben@example.org');
    await anyone.post(`${learnPath}/email`, { ...GO, email: NEW }, { cookie });
    await anyone.work();
    const mine = await mailedPath(anyone, NEW, 'address');
    // An address is asked once a day, and a link lives a quarter of an hour: as if both had been.
    const ben = Number(await value(subscribers, 'id', { email: 'ben@example.org' }));
    const [asked] = await rows(links, { purpose: 'address' });
    if (!asked) throw new Error('nobody asked for an address');
    await put(links, { ...asked, id: 7, subscriberId: ben });
    const { tokens } = await anyone.context();
    const claims = { subscriberId: ben, linkId: 7, expiresAt: asked.expiresAt };
    const his = `/address/${await tokens.single('address', claims)}`;
    expect(his).not.toBe(mine);
    const answers = await Promise.all(
      Array.from({ length: PRESSES }, (_, press) => anyone.post(press % 2 === 0 ? mine : his, GO)),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 409]));
    await expectOrder();
  });

  it('on the last step of an erasure erase once', async () => {
    const { anyone, learnPath, cookie } = await learner();
    await anyone.post(`${learnPath}/erase`, GO, { cookie });
    await anyone.work();
    const erase = await mailedPath(anyone, EMAIL, 'erase');
    for (const page of await atOnce(anyone, erase, '')) {
      expect(page).toContain('Everything is erased');
    }
    expect(await count(subscribers)).toBe(0);
  });

  it('on unsubscribe end the lessons once', async () => {
    const { anyone, unsubscribePath } = await learner();
    await atOnce(anyone, unsubscribePath, '');
    expect(await pick(enrollments, ['state', 'rev'])).toEqual([{ state: 'ended', rev: 2 }]);
    await expectOrder();
  });

  it('on the learner’s own link while it is revoked give a page or “this link has ended”', async () => {
    const { anyone, learnPath, cookie } = await learner();
    const answers = await Promise.all(
      Array.from({ length: PRESSES }, (_, press) =>
        press === 7
          ? anyone.post(`${learnPath}/revoke`, GO)
          : anyone.post(`${learnPath}/slot`, { ...GO, ...slots(press) }, { cookie }),
      ),
    );
    for (const { status } of answers) expect([200, 303, 404]).toContain(status);
    await anyone.work();
    expect((await anyone.get(await mailedPath(anyone, EMAIL, 'learn'))).status).toBe(200);
    await expectOrder();
  });
});
