import papa from 'papaparse';
import { describe, expect, it } from 'vitest';
import { replaceCertificate, withdrawCertificate } from '../../src/credit/change-certificate.ts';
import { certificates, evaluations, tries } from '../../src/db/credit.ts';
import { acts, shares } from '../../src/db/schema.ts';
import { LOCAL_OPERATOR_TOKEN } from '../../src/env.ts';
import { eraseSubscriber } from '../../src/subscriber/erase-subscriber.ts';
import { approval, plantAdoption, plantEdition } from '../support/adoptions.ts';
import { COMPLETED_AT, plantCertificate, plantClaim } from '../support/certificates.ts';
import { plantLearners } from '../support/many.ts';
import { record } from '../support/printed.ts';
import { plantProvider } from '../support/providers.ts';
import { change, count, pick, put, rows, value } from '../support/rows.ts';
import { enterPortal } from '../support/staff.ts';
import { see, type Visitor, visitor } from '../support/visitor.ts';

const HOME = '/portal/pk-harbor/credit';

/** A provider that has adopted the course, an owner who is in, and learners who share with it. */
async function harbor(learners = 1, body: Parameters<typeof plantAdoption>[1] = {}) {
  const anyone = visitor();
  await plantProvider();
  const edition = await plantEdition();
  await plantAdoption(edition, { ...body, body: { approvals: [approval()], ...body?.body } });
  const olga = await enterPortal(anyone);
  const ctx = await anyone.context();
  await plantLearners(ctx, learners);
  for (let id = 1; id <= learners; id += 1) {
    await put(shares, {
      ref: String(id).padStart(20, '0'),
      providerId: 1,
      subscriberId: id,
      enrollmentId: id,
      words: '2026-11-b',
      since: id,
    });
  }
  return { anyone, olga, ctx, edition };
}

const florida = (number: string) => [
  { number, jurisdiction: 'Florida', profession: 'Mental health counselor' },
];

const csvOf = async (response: Response) =>
  papa.parse<string[]>((await response.text()).replace('\ufeff', '').trimEnd()).data;

describe('what a provider sees of those on the way', () => {
  it('is name, license, score and tries of whoever agreed to that, and no answer', async () => {
    const { olga } = await harbor(3);
    const open = { state: 'open', attestedAt: null, completedAt: null, completedOn: null } as const;
    const nothing = { ...open, frozen: null, releasedAt: null, passedAt: null } as const;
    const licences = JSON.stringify(florida('MH-7'));
    await plantClaim({ ...nothing, id: 41, wordsVersion: '2026-11-a', licences });
    await plantClaim({
      ...nothing,
      id: 42,
      subscriberId: 2,
      legalName: 'Not Agreed',
      wordsVersion: null,
    });
    const ended = { subscriberId: 3, legalName: 'Gone Away', wordsVersion: '2026-11-a' };
    await plantClaim({ ...nothing, id: 43, ...ended });
    await change(shares, { endedAt: 5, ended: 'withdrawn' }, { subscriberId: 3 });
    await put(tries, {
      id: 1,
      claimId: 41,
      number: 1,
      answers: '{"1-1":"secret-answer"}',
      openedAt: 0,
      savedAt: 0,
      handedInAt: 1,
      right: 20,
      needed: 26,
      passed: 0,
    });
    const page = await see(await olga.get(HOME));
    for (const said of ['Maria Lopez', 'MH-7', 'at the test', '1 try']) {
      expect(page.text).toContain(said);
    }
    for (const unsaid of ['Not Agreed', 'Gone Away', 'secret-answer', '20 right']) {
      expect(page.text).not.toContain(unsaid);
    }
  });

  it('waits for its word where it wants to be asked: one press issues, the next finds it done', async () => {
    const { olga } = await harbor(1, { body: { release: 'by-hand' } });
    await plantClaim({ releasedAt: null, wordsVersion: '2026-11-a' });
    expect((await see(await olga.get(HOME))).text).toContain('complete, waits for you');
    const press = () => olga.post(`${HOME}/release`, { claim: (41).toString(36) });
    const pressed = await press();
    expect([pressed.status, pressed.headers.get('location')]).toEqual([
      303,
      `${HOME}?done=released`,
    ]);
    expect(await count(certificates, { claimId: 41 })).toBe(1);
    expect((await press()).status).toBe(303);
    expect(await count(certificates)).toBe(1);
    expect(await count(acts, { verb: 'release-claim', providerId: 1 })).toBe(1);
  });

  it('lets nothing go by a viewer, or of another provider', async () => {
    const { anyone, olga } = await harbor();
    const vera = await enterPortal(anyone, { email: 'vera@harbor.example', role: 'viewer' });
    await plantClaim({ releasedAt: null, wordsVersion: '2026-11-a' });
    await plantClaim({ id: 44, providerId: 2, subscriberId: 2, releasedAt: null });
    const claim = (41).toString(36);
    expect((await vera.post(`${HOME}/release`, { claim })).status).toBe(404);
    expect((await olga.post(`${HOME}/release`, { claim: (44).toString(36) })).status).toBe(404);
    expect(await count(certificates)).toBe(0);
    expect((await see(await vera.get(HOME))).text).not.toContain('Let it go');
  });
});

describe('the roster', () => {
  it('says how far somebody is, and leads to the certificate', async () => {
    const { olga } = await harbor(2);
    await plantClaim({ state: 'issued', wordsVersion: '2026-11-a' });
    const number = await plantCertificate({ claimId: 41, subscriberId: 1 });
    const roster = await see(await olga.get('/portal/pk-harbor/roster'));
    expect(roster.text).toContain('issued');
    const ways = roster.all('a').map(({ href }) => href);
    expect(ways).toContain(`${HOME}/certificates/${number}`);
  });

  it('has no such columns where nobody is on the way', async () => {
    const { olga } = await harbor(2);
    const roster = await see(await olga.get('/portal/pk-harbor/roster'));
    expect(roster.text).not.toMatch(/claim|certificate(?!s)/i);
  });
});

describe('the report', () => {
  it('has a line for each certificate that is kept, erased ones too, and those of nobody else', async () => {
    const { olga, ctx } = await harbor(1);
    const first = await plantCertificate({ subscriberId: 1 });
    const erased = await plantCertificate({ register: 'closed', issuedAt: COMPLETED_AT + 1 });
    await plantCertificate({ providerId: 2, printed: { name: 'Elmira Elm' } });
    await plantCertificate({ keepUntil: ctx.clock.now(), printed: { name: 'Long Ago' } });
    await plantCertificate({ frozen: null, printed: { name: 'Forgotten' } });
    const response = await olga.post(`${HOME}/report`);
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    const [head, ...lines] = await csvOf(response);
    expect(head?.slice(0, 2)).toEqual(['number', 'name']);
    expect(lines.map(([number]) => number)).toEqual([first, erased]);
    expect(await pick(acts, ['verb', 'subject', 'providerId'])).toEqual([
      { verb: 'download-report', subject: 'report:2', providerId: 1 },
    ]);
    expect((await see(await olga.get('/portal/pk-harbor/log'))).text).toContain(
      'Downloaded the report of certificates: 2 lines',
    );
  });

  it('comes whole where it takes several slices, each line once', async () => {
    const { olga } = await harbor(1);
    const numbers: string[] = [];
    for (let at = 0; at < 1_007; at += 1) {
      // Many at one instant: the number tells them apart.
      numbers.push(await plantCertificate({ issuedAt: COMPLETED_AT + Math.floor(at / 400) }));
    }
    const lines = (await csvOf(await olga.post(`${HOME}/report`))).slice(1);
    expect(lines.map(([number]) => number).sort()).toEqual(numbers.sort());
    const shown = new Set<string>();
    let path: string | undefined = HOME;
    while (path !== undefined) {
      const page = await see(await olga.get(path));
      const ways = page.all('a').map(({ href }) => href ?? '');
      for (const way of ways) {
        const number = /certificates\/([\dA-Z-]{19})$/.exec(way)?.[1];
        if (number) shown.add(number);
      }
      path = ways.find((way) => way.includes('?before='));
    }
    expect(shown.size).toBe(1_007);
  });

  it('marks a name that two have, and none that one person has twice', async () => {
    const { olga } = await harbor(2);
    await plantCertificate({ subscriberId: 1, printed: { name: 'Ana Twice' } });
    await plantCertificate({ subscriberId: 1, printed: { name: 'Ana Twice' } });
    await plantCertificate({ printed: { name: 'Ben Back' } });
    await plantCertificate({ subscriberId: 2, printed: { name: 'Ben Back' } });
    const lines = (await csvOf(await olga.post(`${HOME}/report`))).slice(1);
    expect(lines.map((row) => [row[1], row.at(-1)]).sort()).toEqual([
      ['Ana Twice', 'no'],
      ['Ana Twice', 'no'],
      ['Ben Back', 'yes'],
      ['Ben Back', 'yes'],
    ]);
    expect((await see(await olga.get(HOME))).text).toContain('another has this name');
  });

  it('is refused to whoever may not download, and nothing is written', async () => {
    const { anyone } = await harbor(1);
    await plantCertificate({ printed: { licences: florida('MH-1') } });
    const vera = await enterPortal(anyone, { email: 'vera@harbor.example', role: 'viewer' });
    for (const below of ['report', 'ce-broker', 'reported']) {
      const fields = { provider: '12', course: '34', certificates: await number() };
      expect((await vera.post(`${HOME}/${below}`, fields)).status).toBe(404);
    }
    expect([await count(acts), await value(certificates, 'reportedAt')]).toEqual([0, null]);
  });
});

const number = async () => (await value(certificates, 'number')) ?? '';

describe('reporting to CE Broker', () => {
  const at = `${HOME}/ce-broker`;
  const fields = (certificates: string, changes = {}) => ({
    state: 'FL',
    provider: '1234',
    course: '7788',
    certificates,
    ...changes,
  });

  it('is a file that marks nothing, and then the word that it was uploaded', async () => {
    const { olga } = await harbor(1);
    const one = await plantCertificate({ printed: { licences: florida('MH-1') } });
    await plantCertificate({ printed: { licences: [] } });
    const page = await see(await olga.get(at));
    const names = page.all('input').filter(({ name }) => name === 'certificates');
    expect(names.map(({ value: numbers }) => numbers)).toEqual([one, one]);
    // Something comes while the page stands open: it is in neither.
    const later = await plantCertificate({
      printed: { licences: florida('MH-2') },
      issuedAt: COMPLETED_AT + 9,
    });
    const file = () => olga.post(at, fields(one)).then(csvOf);
    expect((await file()).map((row) => row[4])).toEqual(['MH-1']);
    expect((await file()).map((row) => row[4])).toEqual(['MH-1']);
    expect(await count(certificates, { reportedAt: null })).toBe(3);

    expect((await olga.post(`${HOME}/reported`, fields(one))).status).toBe(303);
    expect((await olga.post(`${HOME}/reported`, fields(one))).status).toBe(303);
    expect(await count(acts, { verb: 'mark-reported' })).toBe(1);
    const after = await see(await olga.get(at));
    expect(after.text).toContain('MH-2');
    expect(after.text).not.toContain('MH-1');
    expect(later).not.toBe(one);
  });

  it('asks for the numbers that CE Broker gave, and keeps what was typed', async () => {
    const { olga } = await harbor(1);
    const one = await plantCertificate({ printed: { licences: florida('MH-1') } });
    const response = await olga.post(
      at,
      fields(one, { provider: '=cmd|1', course: 'IN-THE-ROOM' }),
    );
    const page = await see(response);
    expect(response.status).toBe(422);
    expect(page.all('input').find(({ name }) => name === 'course')?.value).toBe('IN-THE-ROOM');
    expect(page.text).toContain('as CE Broker gave it to you');
  });

  it('marks nothing of another provider', async () => {
    const { olga } = await harbor(1);
    const theirs = await plantCertificate({ providerId: 2, printed: { licences: florida('X') } });
    await olga.post(`${HOME}/reported`, fields(theirs));
    expect(await value(certificates, 'reportedAt')).toBeNull();
    expect((await csvOf(await olga.post(at, fields(theirs)))).flat().join('')).toBe('');
  });

  // Case 51.
  it('has what replaces a reported one in no file, but apart, until somebody has said so', async () => {
    const { olga, ctx } = await harbor(1);
    const one = await plantCertificate({ claimId: 41, printed: { licences: florida('MH-1') } });
    await olga.post(`${HOME}/reported`, fields(one));
    const deed = { actor: 'operator:test', reason: 'a slip' };
    const second = await replaceCertificate(ctx, {
      number: one,
      ...deed,
      correction: { licences: florida('MH-11') },
    });
    if (second.kind !== 'replaced') throw new Error(second.kind);
    // And once more: the one between was never reported by itself.
    const third = await replaceCertificate(ctx, {
      number: second.number,
      ...deed,
      correction: { licences: florida('MH-111') },
    });
    if (third.kind !== 'replaced') throw new Error(third.kind);
    const page = await see(await olga.get(at));
    expect(page.text).toContain('Nothing is to be reported for Florida');
    expect(page.text).toContain('stands in the place of one that was reported');
    const told = page.all('input').find(({ name }) => name === 'certificates')?.value ?? '';
    expect(told).toBe(third.number);
    await olga.post(`${HOME}/reported`, { certificates: told });
    const after = await see(await olga.get(at));
    expect(after.text).not.toContain('stands in the place');
  });

  it('tells of one that was withdrawn after it was reported, and of none that never was', async () => {
    const { olga, ctx } = await harbor(1);
    const one = await plantCertificate({ printed: { licences: florida('MH-1') } });
    const two = await plantCertificate({ printed: { licences: florida('MH-2') } });
    await olga.post(`${HOME}/reported`, fields(one));
    for (const each of [one, two]) {
      await withdrawCertificate(ctx, { number: each, actor: 'operator:test', reason: 'a slip' });
    }
    const page = await see(await olga.get(at));
    expect(page.text).toContain('Nothing is to be reported');
    expect(page.text).toContain(one);
    expect(page.text).not.toContain(two);
  });
});

describe('the record of a certificate', () => {
  it('is all that a board may ask for: certificate, score, attestation, lessons with their texts', async () => {
    const { olga, edition } = await harbor(1);
    const lessons = edition.texts.map((textHash, at) => ({
      lesson: at + 1,
      day: `2026-10-0${at + 1}`,
      textHash,
    }));
    const one = await plantCertificate({ subscriberId: 1 });
    const [row] = await rows(certificates);
    const said = JSON.parse(row?.frozen ?? '{}');
    await change(certificates, {
      frozen: JSON.stringify({ ...said, record: { ...record, edition: edition.hash, lessons } }),
    });
    const page = await see(await olga.get(`${HOME}/certificates/${one}`));
    for (const text of [
      'Maria Lopez',
      '29 of 32 right; 26 were needed; the first try',
      'I am this person',
      '1970-01-01 00:00 UTC',
      '1. Lesson 1',
      'October 8, 2026',
      edition.texts[7] ?? '',
      'the course information as it stood',
      'Nobody who planned this course has a conflict of interest',
    ]) {
      expect(page.text).toContain(text);
    }
    const text = await see(await olga.get(`${HOME}/certificates/${one}/lessons/3`));
    expect(text.text).toContain('Do what lesson 3 teaches, part a.');
    expect((await olga.get(`${HOME}/certificates/${one}/lessons/9`)).status).toBe(404);
  });

  // Cases 41 and 43.
  it('is there after its holder has erased, and no more once its time is over', async () => {
    const { olga, ctx } = await harbor(1);
    const one = await plantCertificate({ subscriberId: 1 });
    await eraseSubscriber(ctx, { subscriberId: 1, actor: 'operator:test', reason: 'asked' });
    const path = `${HOME}/certificates/${one}`;
    const page = await see(await olga.get(path));
    expect(page.text).toContain('Maria Lopez');
    expect(page.text).toContain('Its holder has erased');
    await change(certificates, { keepUntil: ctx.clock.now() });
    expect((await olga.get(path)).status).toBe(404);
  });

  it('of another provider is not there', async () => {
    const { olga } = await harbor(1);
    const theirs = await plantCertificate({ providerId: 2 });
    for (const below of ['', '/lessons/1']) {
      expect((await olga.get(`${HOME}/certificates/${theirs}${below}`)).status).toBe(404);
    }
    expect((await olga.get(`${HOME}/certificates/nonsense`)).status).toBe(404);
  });
});

describe('a provider that has adopted nothing', () => {
  it('is told how certificates begin, and reads no word of credit', async () => {
    const anyone = visitor();
    await plantProvider();
    const olga = await enterPortal(anyone);
    for (const below of ['', '/evaluation']) {
      const response = await olga.get(HOME + below);
      expect(response.status).toBe(200);
      expect((await see(response)).text).not.toMatch(/credit|approv|\bCE\b/i);
    }
  });
});

// Case 53.
describe('what learners think', () => {
  it('is told from five on, and before that only how many there are', async () => {
    const { olga, edition } = await harbor(1);
    const answers = JSON.stringify({
      objectives: { '1a': 5 },
      scales: { accurate: 4 },
      hours: 2.5,
      accommodation: 'not-needed',
      comment: 'Shorter weeks.',
    });
    const mine = { providerId: 1, edition: edition.hash, answers };
    for (let id = 1; id <= 4; id += 1) await put(evaluations, { ...mine, id });
    const before = await see(await olga.get(`${HOME}/evaluation`));
    expect(before.text).toContain('too few');
    expect(before.text).toContain('4 more wait');
    expect(before.text).not.toContain('Shorter weeks');
    await put(evaluations, { ...mine, id: 5 });
    await change(evaluations, { shownIn: 3 });
    const after = await see(await olga.get(`${HOME}/evaluation`));
    expect(after.text).toContain('From 5 evaluations');
    expect(after.text).toContain('Shorter weeks');
  });
});

/** Asks the operator’s API: with input by POST. */
function asOperator(anyone: Visitor, path: string, input?: Record<string, unknown>) {
  const headers = { authorization: `Bearer ${LOCAL_OPERATOR_TOKEN}` };
  return input
    ? anyone.postJson(`/operator/api${path}`, input, headers)
    : anyone.get(`/operator/api${path}`, headers);
}

describe('whoever runs the course', () => {
  it('hands a provider its report and a record, with a reason, and nothing of another’s', async () => {
    const { anyone } = await harbor(1);
    const one = await plantCertificate({ subscriberId: 1 });
    const theirs = await plantCertificate({ providerId: 2 });
    const why = { by: 'test', reason: 'it leaves for good' };
    const lines = (await csvOf(await asOperator(anyone, '/reports/pk-harbor', why))).slice(1);
    expect(lines.map(([number]) => number)).toEqual([one]);
    expect(await pick(acts, ['verb', 'reason'])).toEqual([
      { verb: 'download-report', reason: 'it leaves for good' },
    ]);
    expect((await asOperator(anyone, '/reports/pk-harbor', {})).status).toBe(422);
    const record = (await (await asOperator(anyone, `/reports/pk-harbor/${one}`)).json()) as object;
    expect(record).toMatchObject({ number: one, printed: { name: 'Maria Lopez' }, adoption: '7' });
    expect((await asOperator(anyone, `/reports/pk-harbor/${theirs}`)).status).toBe(404);
    expect((await asOperator(anyone, '/reports/nobody', why)).status).toBe(404);
  });

  it('reads at /healthz that a certificate is late, and of none that waits for its provider', async () => {
    const { anyone, ctx } = await harbor(1);
    const now = ctx.clock.now();
    const hour = 3_600;
    await plantClaim({ id: 1, subscriberId: 1, releasedAt: null, completedAt: now - 9 * hour });
    const notices = async () =>
      ((await (await anyone.get('/healthz')).json()) as { notices: string[] }).notices.join();
    expect(await notices()).not.toContain('without a certificate');
    await plantClaim({ id: 2, subscriberId: 2, releasedAt: now - hour, completedAt: now - hour });
    expect(await notices()).toContain('completed for over an hour and without a certificate: 1');
  });
});
