import { describe, expect, it } from 'vitest';
import { canonical } from '../../src/credit/canonical.ts';
import type { TextBody } from '../../src/credit/edition.ts';
import { adoptions, editions, texts, tries } from '../../src/db/credit.ts';
import { acts, enrollments, shares, subscribers } from '../../src/db/schema.ts';
import { LOCAL_OPERATOR_TOKEN } from '../../src/env.ts';
import { ITEMS, KEYS, plantAdoption, plantHarbor } from '../support/adoptions.ts';
import { named } from '../support/claims.ts';
import { enrollByForm } from '../support/people.ts';
import { change, count, put, rows, value } from '../support/rows.ts';
import { newAddress, type Visitor, visitor } from '../support/visitor.ts';

const WORDS = 'Somebody sits and waits for you in a quiet room';

/** Eight lessons of 1,500 words each, of which the second ends with these. */
const lessons = (ends = WORDS) =>
  Array.from({ length: 8 }, (_, at) => {
    const lesson = at + 1;
    const said = Array.from({ length: 150 }, (_, line) =>
      lesson === 2 && line === 149 ? ends : WORDS,
    );
    const body: TextBody = {
      title: `Lesson ${lesson}`,
      objectives: ['a', 'b', 'c'].map((letter) => ({ id: `${lesson}${letter}`, text: 'Sit.' })),
      blocks: said.map((text) => ({ type: 'paragraph', children: [{ type: 'text', text }] })),
      references: [],
    };
    return { lesson, body: canonical(body), words: 1_500 };
  });

/** Lessons of which the second has so many words that are not as they were at first. */
const drifted = (words: number) =>
  lessons().map((each) => {
    if (each.lesson !== 2) return each;
    const body: TextBody = JSON.parse(each.body);
    const blocks = body.blocks.map((block, at) =>
      at < words ? JSON.parse(JSON.stringify(block).replace('quiet', 'silent')) : block,
    );
    return { ...each, body: canonical({ ...body, blocks }) };
  });

const people = {
  title: 'In the Room',
  authors: ['Ana Example, PsyD'],
  reviewers: ['Ben Example, PhD'],
  itemWriters: ['Ana Example, PsyD'],
};

async function ask(who: Visitor, path: string, input: Record<string, unknown>) {
  const authorization = `Bearer ${LOCAL_OPERATOR_TOKEN}`;
  const answer = await who.postJson(
    `/operator/api/editions${path}`,
    { by: 'Mara', reason: 'the lessons as they are', ...input },
    { authorization },
  );
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

const freeze = (who: Visitor, ends?: string, more: Record<string, unknown> = {}) =>
  ask(who, '', { texts: lessons(ends), items: ITEMS, people, ...more });

/** An edition that was frozen, and a provider that has adopted it. */
async function adopted(corrections: 'follow' | 'ask' = 'follow') {
  const who = visitor();
  const { body } = await freeze(who);
  await plantHarbor();
  const hash = String(body.hash);
  const own: string[] = JSON.parse((await value(editions, 'texts')) ?? '[]');
  await plantAdoption({ hash, texts: own }, { body: { corrections } });
  return who;
}

const accepted = async () => JSON.parse((await value(adoptions, 'accepts')) ?? '[]').length;

describe('an edition', () => {
  it('is stored by the hash that is computed here; twice is once', async () => {
    const who = visitor();
    const first = await freeze(who);
    expect(first).toMatchObject({ status: 200, body: { isNew: true, words: 12_000, items: 32 } });
    expect(first.body.minutes).toEqual([96, 110, 124, 138, 152]);
    const again = await freeze(who);
    expect(again.body).toMatchObject({ isNew: false, hash: first.body.hash });
    expect([await count(texts), await count(editions)]).toEqual([8, 1]);
  });

  it('that names other people is another, though its texts are the same', async () => {
    const who = visitor();
    await freeze(who, undefined, { people: { ...people, authors: [] } });
    expect((await freeze(who)).body).toMatchObject({ isNew: true });
    expect([await count(texts), await count(editions)]).toEqual([8, 2]);
  });

  it('is only looked at where somebody looks', async () => {
    const who = visitor();
    await freeze(who, undefined, { look: true });
    expect(await count(editions)).toBe(0);
  });

  it('is refused where items or texts are missing, naming them', async () => {
    const who = visitor();
    const { status, body } = await freeze(who, undefined, { items: ITEMS.slice(1) });
    expect(status).toBe(422);
    expect(JSON.stringify(body)).toContain('expected four items on lesson 1, got 3');
    expect(await count(editions)).toBe(0);
  });

  it.each([
    ['no texts', { texts: undefined }],
    ['texts that are none', { texts: [null, 7] }],
    ['a text that is no JSON', { texts: lessons().map((each) => ({ ...each, body: '{' })) }],
    [
      'a text without blocks',
      { texts: lessons().map((each) => ({ ...each, body: '{"title":""}' })) },
    ],
    [
      'objectives that are none',
      {
        texts: lessons().map((each) => ({
          ...each,
          body: JSON.stringify({ ...JSON.parse(each.body), objectives: [null] }),
        })),
      },
    ],
    ['words that nobody counted', { texts: lessons().map((each) => ({ ...each, words: 'many' })) }],
    ['items that are none', { items: [null] }],
    ['options that are none', { items: ITEMS.map((item) => ({ ...item, options: [null, 'a'] })) }],
  ])('is refused with %s, and nothing is stored', async (_, input) => {
    const { status, body } = await freeze(visitor(), undefined, input);
    expect([status, (body.error as { field: string }).field]).toEqual([422, 'edition']);
    expect([await count(editions), await count(texts)]).toEqual([0, 0]);
  });

  it('is nobody’s to store but the operator’s', async () => {
    const who = visitor();
    const input = { texts: lessons(), items: ITEMS, people, by: 'Eve', reason: 'x' };
    const answer = await who.postJson('/operator/api/editions', input, {});
    expect(answer.status).toBe(401);
    expect(await count(editions)).toBe(0);
  });

  it('that corrects a typo is followed, and the record says by how much', async () => {
    const who = await adopted();
    const { body } = await freeze(who, `${WORDS.replace('quiet', 'silent')}`);
    expect(body.adoptions).toMatchObject([
      { follows: true, lessons: [{ lesson: 2, kind: 'correction', changed: 1 }] },
    ]);
    expect(await accepted()).toBe(9);
    expect(await count(texts)).toBe(9);
    expect((await rows(acts, { verb: 'follow-correction' })).map(({ reason }) => reason)).toEqual([
      'lesson 2: 1 of 1500 words: “quiet” becomes “silent”',
    ]);
    // The same once more follows nothing.
    await freeze(who, `${WORDS.replace('quiet', 'silent')}`);
    expect(await accepted()).toBe(9);
  });

  it('that revises one is not, until its provider says so', async () => {
    const who = await adopted();
    const { body } = await freeze(who, 'Nobody sits and waits for you in a quiet room');
    expect(body.adoptions).toMatchObject([
      { follows: false, lessons: [{ lesson: 2, kind: 'revision', why: ['a negation'] }] },
    ]);
    expect(await accepted()).toBe(8);
    const done = await ask(who, `/${body.hash}/accept`, {
      provider: 'harbor-institute',
      reason: 'Dana Ortiz agreed by mail',
    });
    expect(done.body).toEqual({ result: 'accepted', lessons: [2], items: [] });
    expect(await accepted()).toBe(9);
    expect(
      (await ask(who, `/${'0'.repeat(64)}/accept`, { provider: 'harbor-institute' })).status,
    ).toBe(404);
  });

  it('that is a correction waits, too, where the provider wants to be asked', async () => {
    const who = await adopted('ask');
    const { body } = await freeze(who, WORDS.replace('quiet', 'silent'));
    expect(body.adoptions).toMatchObject([{ follows: false }]);
    expect(await accepted()).toBe(8);
  });

  it('is not held against an adoption that has ended', async () => {
    const who = await adopted();
    await change(adoptions, { endedAt: 1 });
    const { body } = await freeze(who, 'Nobody sits and waits for you in a quiet room');
    expect(body.adoptions).toEqual([]);
  });

  it('may be corrected forty times in a row: each is followed, and the forty-sixth word asks', async () => {
    const who = await adopted();
    const kinds: unknown[] = [];
    for (let words = 1; words <= 46; words += 1) {
      const { body } = await freeze(who, undefined, { texts: drifted(words) });
      kinds.push((body.adoptions as { follows: boolean }[])[0]?.follows);
    }
    expect(kinds).toEqual([...Array(45).fill(true), false]);
    expect(await accepted()).toBe(8 + 45);
    // Its provider agrees to where it has come: from there it may go on.
    const latest = await ask(who, '', { texts: drifted(46), items: ITEMS, people, look: true });
    await ask(who, `/${latest.body.hash}/accept`, {
      provider: 'harbor-institute',
      reason: 'a letter',
    });
    const { body } = await freeze(who, undefined, { texts: drifted(47) });
    expect(body.adoptions).toMatchObject([{ follows: true }]);
  });

  it('names the text of which one is a correction, and none for a revision', async () => {
    const who = visitor();
    await freeze(who);
    await freeze(who, WORDS.replace('quiet', 'silent'));
    await freeze(who, 'Nobody sits and waits for you in a silent room');
    const second = (await rows(texts, { lesson: 2 })).map(({ hash, corrects }) => ({
      hash,
      corrects,
    }));
    expect(second).toHaveLength(3);
    expect(second.filter(({ corrects }) => corrects !== null)).toHaveLength(1);
    const [correction] = second.filter(({ corrects }) => corrects !== null);
    expect(second.map(({ hash }) => hash)).toContain(correction?.corrects);
  });

  it('to which the lessons went back is the latest again', async () => {
    const who = visitor();
    const first = await freeze(who);
    await freeze(who, WORDS.replace('quiet', 'silent'));
    const again = await freeze(who);
    expect(again.body).toMatchObject({ isNew: false, hash: first.body.hash });
    const listed = await who.get('/operator/api/editions', {
      authorization: `Bearer ${LOCAL_OPERATOR_TOKEN}`,
    });
    const { editions: all } = (await listed.json()) as { editions: { hash: string }[] };
    expect(all.map(({ hash }) => hash)[0]).toBe(first.body.hash);
    expect(all).toHaveLength(2);
  });

  it('with another item is followed by nobody who adopted the old, and its provider is asked once', async () => {
    const who = await adopted();
    const other = ITEMS.map((item) =>
      item.id === '2-1' ? { ...item, key: 'a', rationale: 'So.' } : item,
    );
    const now = { items: other, texts: lessons(WORDS.replace('quiet', 'silent')) };
    const { body } = await freeze(who, undefined, now);
    expect(body.adoptions).toMatchObject([
      { follows: false, items: ['2-1'], lessons: [{ lesson: 2, kind: 'correction' }] },
    ]);
    expect(await accepted()).toBe(8);
    const { body: said } = await ask(who, `/${body.hash}/accept`, {
      provider: 'harbor-institute',
      reason: 'Dana Ortiz agreed by mail',
    });
    expect(said).toEqual({ result: 'accepted', lessons: [2], items: ['2-1'] });
    expect((await freeze(who, undefined, now)).body.adoptions).toMatchObject([
      { follows: false, items: [], lessons: [] },
    ]);
    // What they are asked is what was adopted.
    const adoptedNow = await value(adoptions, 'edition');
    expect(adoptedNow).not.toBe(body.hash);
  });

  it('of the repository’s items asks nobody who adopted items from outside', async () => {
    const who = visitor();
    const own = ITEMS.map((item) => ({ ...item, question: `Ours: ${item.question}` }));
    const { body: outside } = await freeze(who, undefined, { items: own });
    await plantHarbor();
    const [row] = await rows(editions);
    await plantAdoption({ hash: String(outside.hash), texts: JSON.parse(row?.texts ?? '[]') });
    const { body } = await freeze(who, WORDS.replace('quiet', 'silent'));
    expect(body.adoptions).toMatchObject([{ follows: true, items: [] }]);
  });

  it('asked twice at the same time is followed once', async () => {
    const who = await adopted();
    const typo = WORDS.replace('quiet', 'silent');
    await Promise.all([freeze(who, typo), freeze(who, typo), freeze(who, typo)]);
    expect(await accepted()).toBe(9);
    expect(await count(editions)).toBe(2);
    expect(await rows(acts, { verb: 'follow-correction' })).toHaveLength(1);
  });

  it('does not lose what another one adds meanwhile', async () => {
    const who = await adopted();
    await Promise.all([
      freeze(who, WORDS.replace('quiet', 'silent')),
      freeze(who, WORDS.replace('quiet', 'still')),
    ]);
    expect(await accepted()).toBe(10);
  });

  it('holds a text against the adopted one, and not against what came along from an earlier adoption', async () => {
    const who = visitor();
    const early = await freeze(who, 'Nobody sits and waits for you in a quiet room');
    const [before] = await rows(editions);
    const { body: own } = await freeze(who);
    await plantHarbor();
    const later = (await rows(editions)).find(({ hash }) => hash === own.hash);
    const old: string[] = JSON.parse(before?.texts ?? '[]');
    const now: string[] = JSON.parse(later?.texts ?? '[]');
    await plantAdoption(
      { hash: String(own.hash), texts: now },
      { body: { accepts: [old[1] ?? ''] } },
    );
    const [adoption] = await rows(adoptions);
    const carried = { text: old[1], lesson: 2, at: 0, how: 'accepted' };
    await change(adoptions, {
      accepts: JSON.stringify([...JSON.parse(adoption?.accepts ?? '[]'), carried]),
    });
    const { body } = await freeze(who, WORDS.replace('quiet', 'silent'));
    expect(body.adoptions).toMatchObject([{ follows: true, lessons: [{ changed: 1, why: [] }] }]);
    expect(early.body.hash).not.toBe(own.hash);
  });

  it('under the words that an adoption counts says how many are missing', async () => {
    const who = await adopted();
    const short = lessons().map((text, at) => (at === 1 ? { ...text, words: 1_406 } : text));
    const { body } = await freeze(who, undefined, { texts: short });
    expect(body.adoptions).toMatchObject([{ wordsMissing: 94, lessons: [] }]);
  });

  it('says how many learners are between lessons 1 and 8 of the course', async () => {
    const who = await adopted();
    const learners = [
      { nextLesson: 1, providerId: 1 },
      { nextLesson: 2, providerId: 1 },
      { nextLesson: 8, providerId: 1 },
      { nextLesson: 9, providerId: 1 },
      { nextLesson: 4, providerId: 2 },
    ];
    for (const [at, { nextLesson, providerId }] of learners.entries()) {
      const email = newAddress();
      await enrollByForm(who, email);
      const [subscriber] = await rows(subscribers, { email });
      const subscriberId = subscriber?.id ?? 0;
      const [enrollment] = await rows(enrollments, { subscriberId });
      await change(enrollments, { nextLesson }, { id: enrollment?.id ?? 0 });
      await put(shares, {
        ref: `${at}0`.repeat(10),
        providerId,
        subscriberId,
        enrollmentId: enrollment?.id ?? 0,
        words: '2026-11-b',
        since: 0,
      });
    }
    const { body } = await freeze(who, 'Nobody sits and waits for you in a quiet room');
    expect(body.adoptions).toMatchObject([{ between: 2 }]);
  });

  it('that comes while somebody is at the test changes nothing of it: the adopted items are asked and graded', async () => {
    const { browser, credit, visiting } = await named();
    await browser.press('/try');
    const first = await (await browser.get(`${credit}/test/1`)).text();
    // Every key is another, and every item has other words.
    const turned = ITEMS.map((item) => ({
      ...item,
      rationale: 'Other words.',
      key: item.options.find(({ id }) => id !== item.key)?.id ?? '',
    }));
    const { body } = await freeze(visiting, undefined, { items: turned });
    expect(body).toMatchObject({ isNew: true });
    expect(await (await browser.get(`${credit}/test/1`)).text()).toBe(first);
    await browser.answerAll(KEYS);
    await browser.press('/test', { try: '1' });
    expect(await rows(tries)).toMatchObject([{ right: 32, passed: 1 }]);
  });
});
