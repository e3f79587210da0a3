import { describe, expect, it } from 'vitest';
import { canonical } from '../../src/credit/canonical.ts';
import type { TextBody } from '../../src/credit/edition.ts';
import { adoptions, editions, texts } from '../../src/db/credit.ts';
import { acts } from '../../src/db/schema.ts';
import { LOCAL_OPERATOR_TOKEN } from '../../src/env.ts';
import { ITEMS, plantAdoption, plantHarbor } from '../support/adoptions.ts';
import { change, count, rows, value } from '../support/rows.ts';
import { type Visitor, visitor } from '../support/visitor.ts';

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

  it('that corrects a typo is followed, and the record says by how much', async () => {
    const who = await adopted();
    const { body } = await freeze(who, `${WORDS.replace('quiet', 'silent')}`);
    expect(body.adoptions).toMatchObject([
      { follows: true, lessons: [{ lesson: 2, kind: 'correction', changed: 1 }] },
    ]);
    expect(await accepted()).toBe(9);
    expect(await count(texts)).toBe(9);
    expect((await rows(acts, { verb: 'follow-correction' })).map(({ reason }) => reason)).toEqual([
      'lesson 2: 1 of 1500 words',
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
    expect(done.body).toEqual({ result: 'accepted', lessons: [2] });
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
});
