import { beforeEach, describe, expect, it } from 'vitest';
import example from '../../src/cli/credit/adoption.example.json';
import { adopt } from '../../src/credit/adopt.ts';
import type { Accepted } from '../../src/credit/adoption.ts';
import { canonical } from '../../src/credit/canonical.ts';
import { frozenOf } from '../../src/credit/certificate.ts';
import { endAdoption } from '../../src/credit/end-adoption.ts';
import { nearingAdoptions } from '../../src/credit/read-adoptions.ts';
import { readAdoptionOf, readAdoptionsOf } from '../../src/credit/store/adoptions.ts';
import { adoptions, certificates, claims, editions, prints, texts } from '../../src/db/credit.ts';
import { acts } from '../../src/db/schema.ts';
import { LOCAL_OPERATOR_TOKEN } from '../../src/env.ts';
import { type PictureName, pictureNamed } from '../cases/pictures.ts';
import {
  adoptionBody,
  approval,
  ITEMS,
  plantAdoption,
  plantEdition,
  plantHarbor,
} from '../support/adoptions.ts';
import { faultyDatabase, plantClaim } from '../support/certificates.ts';
import { atTheLastStep } from '../support/claims.ts';
import { testContext } from '../support/course.ts';
import { isCrash, Process } from '../support/faults.ts';
import { change, count, pick, put, rows } from '../support/rows.ts';
import { visitor } from '../support/visitor.ts';

const SIGNED = { by: 'Mara', reason: 'by their mail of March 3' };
const AGREED = { agreed_by: 'Dana Ortiz', agreed_on: '2026-03-03' };
const WHO = { actor: 'operator:Mara', reason: 'by their mail' };

/** What a provider gives: the edition is the one that was frozen last. */
function given(changes: Parameters<typeof adoptionBody>[0] = {}): Record<string, unknown> {
  const { edition: _, ...json } = adoptionBody(changes);
  return json;
}

interface Answer {
  status: number;
  body: {
    result?: string;
    id?: string;
    along?: number;
    bodyHash?: string;
    warnings?: string[];
    before?: { until: string; claims: number } | null;
    error?: { code: string; field: string; message: string };
  };
}

async function ask(input: Record<string, unknown>, path = '/harbor-institute'): Promise<Answer> {
  const response = await visitor().postJson(`/operator/api/adoptions${path}`, input, {
    authorization: `Bearer ${LOCAL_OPERATOR_TOKEN}`,
  });
  return { status: response.status, body: await response.json() };
}

const offer = (json: Record<string, unknown>, more: Record<string, unknown> = {}) =>
  ask({ adoption: json, ...SIGNED, ...AGREED, ...more });

const base64 = (name: PictureName) => btoa(String.fromCharCode(...pictureNamed(name)));

let edition: Awaited<ReturnType<typeof plantEdition>>;
const planted = () =>
  beforeEach(async () => {
    await plantHarbor();
    edition = await plantEdition();
  });

describe('an adoption', () => {
  planted();
  it('stands as it was agreed to, under its SHA-256, with who agreed and when; one act', async () => {
    const { status, body } = await offer(given({ approvals: [approval()] }));
    expect([status, body.result, body.warnings]).toEqual([201, 'adopted', []]);
    const [row] = await rows(adoptions);
    expect(row).toMatchObject({
      providerId: 1,
      edition: edition.hash,
      agreedBy: 'Dana Ortiz',
      agreedOn: '2026-03-03',
      fromDay: '2026-01-01',
      untilDay: '2027-12-31',
      endedAt: null,
      follows: null,
      struck: '[]',
    });
    expect(row?.id.toString(36)).toBe(body.id);
    const text = canonical(adoptionBody({ edition: edition.hash, approvals: [approval()] }));
    expect(row?.body).toBe(text);
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
    expect(row?.bodyHash).toBe([...new Uint8Array(digest)].map(hexOf).join(''));
    expect(JSON.parse(row?.accepts ?? '').map(({ text, how }: Accepted) => [text, how])).toEqual(
      edition.texts.map((hash) => [hash, 'adopted']),
    );
    expect(await pick(acts, ['actor', 'verb', 'subject', 'providerId', 'reason'])).toEqual([
      {
        actor: 'operator:Mara',
        verb: 'adopt',
        subject: `adoption:${body.id}`,
        providerId: 1,
        reason: SIGNED.reason,
      },
    ]);
  });

  it('is only looked at with `check`: the same is said, and nothing is written', async () => {
    const { status, body } = await ask({ adoption: given(), ...SIGNED, check: true });
    expect([status, body.result]).toEqual([200, 'looked-at']);
    expect([await count(adoptions), await count(acts)]).toEqual([0, 0]);
    const adopted = await offer(given());
    expect(adopted.body.bodyHash).toBe(body.bodyHash);
  });

  it('that is given twice is one', async () => {
    const first = await offer(given());
    const again = await offer(given());
    expect([again.status, again.body.result, again.body.id]).toEqual([
      200,
      'adopted-already',
      first.body.id,
    ]);
    const both = await Promise.all([
      offer(given({ fee: 'USD 20.' }), { follows: true }),
      offer(given({ fee: 'USD 20.' }), { follows: true }),
    ]);
    expect(new Set(both.map(({ body }) => body.id)).size).toBe(1);
    expect([await count(adoptions), await count(acts)]).toEqual([2, 2]);
  });

  it('must say who at the provider agreed, and when', async () => {
    for (const [field, wrong] of [
      ['agreed_by', { agreed_by: '' }],
      ['agreed_by', { agreed_by: 'dana@harbor.example' }],
      ['agreed_on', { agreed_on: '2026-02-30' }],
      ['reason', { reason: '' }],
    ] as const) {
      const { status, body } = await offer(given(), wrong);
      expect([status, body.error?.field]).toEqual([422, field]);
    }
    expect(await count(adoptions)).toBe(0);
  });

  it('runs beside no other of its provider’s', async () => {
    await offer(given());
    const { status, body } = await offer(given({ fee: 'USD 20.' }));
    expect([status, body.error?.message]).toEqual([
      409,
      'One runs until 2027-12-31: follow it with `follows`, which takes its open claims along, or end it first.',
    ]);
    await plantHarbor({ id: 2, slug: 'other', publicKey: 'pk_00000000000000000002' });
    expect((await ask({ adoption: given(), ...SIGNED, ...AGREED }, '/other')).status).toBe(201);
  });

  it('needs an edition that is there, and a provider', async () => {
    expect((await ask({ adoption: given(), ...SIGNED, ...AGREED }, '/nobody')).status).toBe(404);
    const unknown = await offer({ ...given(), edition: 'ab'.repeat(32) });
    expect([unknown.status, unknown.body.error?.field]).toEqual([409, 'edition']);
  });

  it('that the repository shows as an example is one', async () => {
    const { body } = await offer(example);
    expect(body).toMatchObject({ result: 'adopted', warnings: [] });
  });

  it('prints a signature without transparency, up to 40 KB', async () => {
    const jpeg = await offer(given(), { signature: base64('jpeg') });
    expect(jpeg.body.result).toBe('adopted');
    const [print] = await rows(prints);
    const [row] = await rows(adoptions);
    expect(JSON.parse(row?.body ?? '').signer.image).toBe(print?.hash);
    // Nothing of who took it, with what.
    expect(atob(print?.body ?? '')).not.toContain('Secret');
    for (const [name, says] of [
      ['png', 'A signature is printed on white: save the picture without transparency.'],
      ['gif', 'A signature is a PNG or a JPEG. Other kinds, SVG too, are not taken.'],
      ['speck', 'A signature must be 16 pixels wide and high at least; this one has 8 × 8.'],
    ] as const) {
      const wrong = { follows: true, signature: base64(name) };
      const { status, body } = await offer(given({ fee: name }), wrong);
      expect([status, body.error?.field, body.error?.message]).toEqual([422, 'signature', says]);
    }
    const heavy = { follows: true, signature: btoa('x'.repeat(40 * 1024 + 1)) };
    const { body } = await offer(given({ fee: 'heavy' }), heavy);
    expect(body.error?.message).toBe('A signature may weigh 40 KB at most.');
    // Given once, it is named by the next.
    const signer = { ...adoptionBody().signer, image: print?.hash ?? '' };
    const named = await offer(given({ fee: 'another', signer }), { follows: true });
    expect(named.body.result).toBe('adopted');
    signer.image = 'cd'.repeat(32);
    const unknown = await offer(given({ fee: 'x', signer }), { follows: true });
    expect(unknown.body.error?.message).toContain('signer.image: names a picture that is not kept');
  });

  it('accepts texts beside its edition’s where they were frozen', async () => {
    await put(texts, { hash: 'ef'.repeat(32), lesson: 3, body: '{}', words: 1, storedAt: 0 });
    const refused = await offer(given({ accepts: ['ab'.repeat(32)] }));
    expect(refused.body.error?.message).toContain('which is no text that was frozen');
    await offer(given({ accepts: ['ef'.repeat(32)] }));
    const [row] = await rows(adoptions);
    expect(JSON.parse(row?.accepts ?? '').at(-1)).toMatchObject({
      text: 'ef'.repeat(32),
      lesson: 3,
      how: 'accepted',
    });
  });

  it('says at once which letters no font of ours prints', async () => {
    const { body } = await offer(given({ signer: { ...adoptionBody().signer, name: 'Ɓ Ortiz' } }));
    expect(body.error?.message).toBe('signer: has Ɓ, which no font of ours prints');
  });
});

describe('what a provider says', () => {
  planted();
  const wrong: [string, Record<string, unknown>, string][] = [
    ['nothing of a field', { fee: undefined }, 'fee: is missing'],
    ['an empty word', { refund: '  ' }, 'refund: must say something'],
    ['too much', { refund: 'x'.repeat(2_001) }, 'refund: must have 2,000 characters at most'],
    [
      'what controls',
      { level: 'a\u0007' },
      'level: must be plain text, without control characters',
    ],
    ['what turns', { level: 'a\u202eb' }, 'level: must be plain text, without control characters'],
    ['a field that there is not', { passmark: 80 }, 'passmark: is no field of an adoption'],
    ['no day', { from: '2026-02-30' }, 'from: must be a day, written as 2026-11-27'],
    ['an end before its beginning', { until: '2025-01-01' }, 'until: must be later than `from`'],
    [
      'another end of the review',
      { reviewBy: '2025-01-01' },
      'reviewBy: must be later than `reviewedOn`',
    ],
    ['a mark of 69', { passMark: 69 }, 'passMark: must be 70 to 100'],
    ['half a percent', { passMark: 80.5 }, 'passMark: must be a whole percent'],
    ['eleven tries', { tries: 11 }, 'tries: must be 1 to 10, or null for as many as are wanted'],
    ['two years', { retentionYears: 2 }, 'retentionYears: must be 3 to 10'],
    [
      'three objectives',
      { objectives: ['1a', '2a', '3a'] },
      'objectives: must be 4 to 6 of the edition’s',
    ],
    [
      'one of no lesson',
      { objectives: ['1a', '2a', '3a', '9a'] },
      'objectives: has 9a, which the edition does not have',
    ],
    ['one twice', { objectives: ['1a', '2a', '3a', '3a'] }, 'objectives: has one of them twice'],
    [
      'hours without a quarter',
      { hours: { ...adoptionBody().hours, count: 1.9 } },
      'hours.count: must be a multiple of 0.25',
    ],
    [
      'more hours than minutes',
      { hours: { ...adoptionBody().hours, minutes: 119 } },
      'hours.count: must be 1.75 at most: 119 minutes are no more',
    ],
    ['nobody who planned', { planners: [] }, 'planners: must name somebody'],
    ['no disclosure', { disclosure: '' }, 'disclosure: must say something'],
    ['another release', { release: 'soon' }, 'release: must be at-once or by-hand'],
    [
      'no address',
      { contact: { ...adoptionBody().contact, email: 'harbor' } },
      'contact.email: must be an address that can be mailed',
    ],
    [
      'an application',
      { approvals: [{ ...approval(), status: 'submitted' }] },
      'approvals.0.status: An application earns nobody credit; add it when there is a number.',
    ],
    [
      'no number',
      { approvals: [approval({ number: '' })] },
      'approvals.0.number: must say something',
    ],
    [
      'no evidence',
      { approvals: [approval({ evidence: '' })] },
      'approvals.0.evidence: must say something',
    ],
    [
      'more credits than hours',
      { approvals: [approval({ credits: 2.25 })] },
      'approvals.0.credits: must be 2 at most, as `hours.count` says',
    ],
    [
      'a number held after it began',
      { approvals: [approval({ heldSince: '2026-01-02' })] },
      'approvals.0.heldSince: must not be after `validFrom`',
    ],
    [
      'an approval that ends before it begins',
      { approvals: [approval({ validUntil: '2025-12-31' })] },
      'approvals.0.validUntil: must not be before `validFrom`',
    ],
    [
      'one approver twice',
      { approvals: [approval(), approval()] },
      'approvals: has one kind twice',
    ],
  ];
  it.each(wrong)('is refused with %s', async (_, changes, says) => {
    const { status, body } = await offer({ ...given(), ...changes });
    expect([status, body.error?.field, body.error?.message]).toEqual([422, 'adoption', says]);
    expect(await count(adoptions)).toBe(0);
  });

  it('hears of everything that is wrong at once', async () => {
    const { body } = await offer({ ...given(), fee: '', tries: 0, level: undefined });
    expect(body.error?.message.split('\n').map((line) => line.split(':')[0])).toEqual([
      'level',
      'fee',
      'tries',
    ]);
  });

  it('has its usual value where it is left out', async () => {
    const json = given();
    for (const left of ['corrections', 'passMark', 'tries', 'waitHours', 'evaluation', 'accepts']) {
      delete json[left];
    }
    delete json.retentionYears;
    await offer(json);
    const [row] = await rows(adoptions);
    expect(JSON.parse(row?.body ?? '')).toEqual(adoptionBody({ edition: edition.hash }));
  });

  it.each([
    ['authors', 'author'],
    ['reviewers', 'reviewer'],
    ['itemWriters', 'writer of the post-test’s items'],
  ])('is refused while the edition names no %s', async (role, named) => {
    const people = { title: 'In the Room', authors: ['A'], reviewers: ['B'], itemWriters: ['C'] };
    const hash = role.padEnd(64, '0').replace(/[^\da-f]/g, 'a');
    await put(editions, {
      hash,
      texts: JSON.stringify(edition.texts),
      items: JSON.stringify(ITEMS),
      words: 12_024,
      people: JSON.stringify({ ...people, [role]: [] }),
      storedAt: 1,
    });
    const { body } = await offer(given());
    expect(body.error?.message).toBe(
      `edition: names no ${named}: name them in emails/course.yaml, and freeze it again`,
    );
  });

  it.each([
    [
      { approvals: [approval({ statement: 'An APA-approved course.' })] },
      'approvals.0.statement says “APA-approved course”',
    ],
    [
      { approvals: [approval({ statement: 'We are accredited by NBCC.' })] },
      'approvals.0.statement says “accredited by”',
    ],
    [
      { approvals: [approval({ creditName: 'hours for all 50 states' })] },
      'approvals.0.creditName says “all 50 states”',
    ],
    [
      { approvals: [approval({ validFrom: '2028-01-01', validUntil: '2028-12-31' })] },
      'approvals.0 holds on no day',
    ],
    [
      { hours: { method: 'Mergener', minutes: 125, difficulty: 3, count: 2 } },
      'hours.minutes is 125: Mergener’s formula gives 124',
    ],
  ])('is warned of, and stands only once that is answered: %j', async (changes, says) => {
    const warned = await offer(given(changes));
    expect([warned.status, warned.body.result, warned.body.warnings?.length]).toEqual([
      200,
      'warned',
      1,
    ]);
    expect(warned.body.warnings?.[0]).toContain(says);
    expect(await count(adoptions)).toBe(0);
    expect((await offer(given(changes), { sure: true })).body.result).toBe('adopted');
  });
});

describe('questions that anybody can read with their keys', () => {
  planted();
  it('are warned of with their number', async () => {
    const published = ITEMS.slice(0, 31).map(({ question }) => question);
    const { body } = await offer(given(), { published });
    expect(body.warnings?.[0]).toMatch(/^31 of its 32 questions stand in the public repository/);
    expect((await offer(given(), { published, sure: true })).body.result).toBe('adopted');
  });
});

describe('an adoption that follows another', () => {
  planted();
  it('ends it, and takes claims along that are not completed: their pages are out of date, passes stay', async () => {
    const old = await plantAdoption(edition, { struck: ['3-1'] });
    const own = { state: 'open', adoptionId: old, completedAt: null, frozen: null } as const;
    await plantClaim({ id: 41, subscriberId: 41, ...own, passedAt: 5 });
    await plantClaim({ id: 42, subscriberId: 42, ...own, state: 'closed', passedAt: null });
    await plantClaim({ id: 43, subscriberId: 43, adoptionId: old, releasedAt: null });
    const looked = await ask({
      adoption: given({ fee: 'USD 20.' }),
      ...SIGNED,
      check: true,
      follows: true,
    });
    expect(looked.body.before).toEqual({ until: '2027-12-31', claims: 2 });
    const { body } = await offer(given({ fee: 'USD 20.' }), { follows: true });
    expect([body.result, body.along]).toEqual(['adopted', 2]);
    const id = Number.parseInt(body.id ?? '', 36);
    expect(
      await pick(claims, ['id', 'adoptionId', 'rev', 'passedAt'], undefined, claims.id),
    ).toEqual([
      { id: 41, adoptionId: id, rev: 1, passedAt: 5 },
      { id: 42, adoptionId: id, rev: 1, passedAt: null },
      expect.objectContaining({ id: 43, adoptionId: old, rev: 0 }),
    ]);
    expect(await pick(adoptions, ['follows', 'struck'], { id })).toEqual([
      { follows: old, struck: '["3-1"]' },
    ]);
    const [before] = await pick(adoptions, ['endedAt'], { id: old });
    expect(before?.endedAt).not.toBeNull();
  });

  it('may follow one that was ended, once', async () => {
    const ctx = testContext();
    const old = await plantAdoption(edition);
    await plantClaim({ adoptionId: old, state: 'open', completedAt: null });
    expect(await endAdoption(ctx, { slug: 'harbor-institute', ...WHO })).toEqual({ kind: 'ended' });
    const { body } = await offer(given({ fee: 'USD 20.' }), { follows: true });
    expect(body.along).toBe(1);
    await endAdoption(ctx, { slug: 'harbor-institute', ...WHO });
    const next = await offer(given({ fee: 'USD 25.' }), { follows: true });
    expect(next.body.along).toBe(1);
    expect(await pick(claims, ['rev'])).toEqual([{ rev: 2 }]);
  });

  it('is refused where there is none before, or where the items are others', async () => {
    const none = await offer(given(), { follows: true });
    expect([none.status, none.body.error?.message]).toEqual([
      409,
      'There is none that this one could follow.',
    ]);
    await plantAdoption(edition);
    const [first, ...rest] = ITEMS;
    await put(editions, {
      hash: 'ab'.repeat(32),
      texts: JSON.stringify(edition.texts),
      items: JSON.stringify([{ ...first, question: 'Another?' }, ...rest]),
      words: 12_024,
      people: JSON.stringify({ title: 'T', authors: ['A'], reviewers: ['B'], itemWriters: ['C'] }),
      storedAt: 1,
    });
    const other = await offer(given(), { follows: true });
    expect([other.status, other.body.error?.field]).toEqual([409, 'edition']);
    expect(await pick(adoptions, ['endedAt'])).toEqual([{ endedAt: null }]);
  });

  it('keeps accepting the texts that the one before accepted, those too that came in between', async () => {
    const old = await plantAdoption(edition);
    const [row] = await pick(adoptions, ['accepts']);
    const late = { text: 'ef'.repeat(32), lesson: 2, at: 9, how: 'followed' };
    const accepts = JSON.stringify([...JSON.parse(row?.accepts ?? '[]'), late]);
    await change(adoptions, { accepts }, { id: old });
    const { body } = await offer(given({ fee: 'USD 20.' }), { follows: true });
    const id = Number.parseInt(body.id ?? '', 36);
    const made = await readAdoptionOf(testContext().db, id);
    expect(made?.adoption.accepts).toHaveLength(9);
    expect(made?.adoption.accepts).toContainEqual(late);
  });

  it.each(['before', 'after'] as const)(
    'is there once, with the other ended and its claims along, with a crash %s every call',
    async (when) => {
      const old = await plantAdoption(edition);
      await plantClaim({ adoptionId: old, state: 'open', completedAt: null });
      const input = {
        slug: 'harbor-institute',
        json: given({ fee: 'USD 20.' }),
        signature: null,
        agreed: { by: 'Dana Ortiz', on: '2026-03-03' },
        published: [],
        follows: true,
        sure: false,
        ...WHO,
      };
      for (let call = 1; ; call += 1) {
        const process = new Process({ at: call, when, how: 'crash' });
        const ctx = { ...testContext(), db: faultyDatabase(process) };
        try {
          expect((await adopt(ctx, input)).kind).toMatch(/^adopted/);
          break;
        } catch (error) {
          if (!isCrash(error)) throw error;
        }
      }
      expect(await count(adoptions)).toBe(2);
      expect(await count(acts)).toBe(1);
      const [adoption] = await readAdoptionsOf(testContext().db, 1);
      expect(adoption).toMatchObject({ follows: old, endedAt: null });
      expect(await pick(claims, ['adoptionId', 'rev'])).toEqual([
        { adoptionId: adoption?.id, rev: 1 },
      ]);
    },
  );
});

describe('an adoption that is renewed while somebody is on the way', () => {
  const old = approval({ number: 'OLD-1', validUntil: '2026-12-31' });
  const renewed = approval({
    number: 'NEW-2',
    validFrom: '2027-01-01',
    heldSince: '2024-01-01',
    validUntil: '2027-12-31',
  });

  it('takes the claim along: the pass stays, the page that stood open is shown anew, the new number prints', async () => {
    const there = await atTheLastStep({ body: { approvals: [old] } });
    await there.visiting.setTime('2027-01-02T12:00:00Z');
    // Nothing counts on this day under the old one.
    const before = await there.shown();
    const { body } = await offer(given({ approvals: [renewed] }), { follows: true });
    expect(body.along).toBe(1);
    expect(await there.attest(before)).not.toBe(303);
    expect(await count(certificates)).toBe(0);
    expect(await there.attest()).toBe(303);
    const [certificate] = await rows(certificates);
    const { printed } = frozenOf(certificate?.frozen ?? '');
    expect(printed.approvals.map(({ number }) => number)).toEqual(['NEW-2']);
    expect(printed.hours).toBe(2);
    // What was issued keeps its words, whatever follows.
    await offer(given({ approvals: [renewed], fee: 'USD 30.' }), { follows: true });
    expect((await rows(certificates))[0]?.frozen).toBe(certificate?.frozen);
  });

  it('asks for what it asks in addition, and a pass stays a pass', async () => {
    const there = await atTheLastStep();
    const asks = { licence: 'must', jurisdiction: 'no', profession: 'no' } as const;
    await offer(given({ asks }), { follows: true });
    const page = await (await there.browser.get(there.credit)).text();
    expect(page).not.toContain('name="shown"');
    expect(page).toContain('name="licence"');
    const [claim] = await pick(claims, ['passedAt', 'evaluated', 'state']);
    expect(claim).toMatchObject({ passedAt: expect.any(Number), evaluated: 1, state: 'open' });
  });
});

describe('ending an adoption', () => {
  planted();
  it('ends it for who begins, and moves no claim; twice is once, with one act', async () => {
    const id = await plantAdoption(edition);
    await plantClaim({ adoptionId: id, state: 'open', completedAt: null });
    expect((await ask(SIGNED, '/harbor-institute/end')).body.result).toBe('ended');
    const again = await ask(SIGNED, '/harbor-institute/end');
    expect(again.status).toBe(409);
    expect(await count(acts, { verb: 'end-adoption' })).toBe(1);
    expect(await pick(claims, ['state', 'adoptionId', 'rev'])).toEqual([
      { state: 'open', adoptionId: id, rev: 0 },
    ]);
    expect((await offer(given())).body.result).toBe('adopted');
  });
});

describe('what nears its end', () => {
  planted();
  it('is told sixty days ahead, and the review once its day has come', async () => {
    const ctx = testContext({ start: '2026-11-27T12:00:00Z' });
    await plantAdoption(edition, {
      body: {
        until: '2027-01-26',
        reviewBy: '2026-11-27',
        approvals: [
          approval({ validUntil: '2027-01-26' }),
          approval({ kind: 'later', validUntil: '2027-01-27' }),
        ],
      },
    });
    expect(await nearingAdoptions(ctx)).toEqual([
      { provider: 'Harbor Institute', nears: { what: 'adoption', on: '2027-01-26' } },
      {
        provider: 'Harbor Institute',
        nears: { what: 'approval', kind: 'example', on: '2027-01-26' },
      },
      { provider: 'Harbor Institute', nears: { what: 'review', on: '2026-11-27' } },
    ]);
    await endAdoption(ctx, { slug: 'harbor-institute', ...WHO });
    expect(await nearingAdoptions(ctx)).toEqual([]);
  });
});

const hexOf = (byte: number) => byte.toString(16).padStart(2, '0');
