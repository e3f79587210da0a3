import { describe, expect, it } from 'vitest';
import {
  changeOf,
  editionProblems,
  itemsTouched,
  mergener,
  type TextBody,
  wordsMissing,
} from '../../src/credit/edition.ts';
import { ITEMS } from '../support/adoptions.ts';

/** Sentences of ten words each, none with a number or a negation. */
const sentences = (count: number, swapped = 0) =>
  Array.from({ length: count }, (_, at) => {
    const last = at < swapped ? 'chair' : 'room';
    return `Somebody sits and waits for you in a quiet ${last}`;
  });

const body = (changes: Partial<TextBody> & { said?: string[] } = {}): TextBody => {
  const { said = sentences(150), ...rest } = changes;
  return {
    title: 'No Map, Still Moving',
    objectives: [{ id: '1a', text: 'Name one way to arrive.' }],
    blocks: [
      { type: 'heading', depth: 2, children: [{ type: 'text', text: 'At the door' }] },
      ...said.map((text) => ({
        type: 'paragraph',
        aside: false,
        children: [{ type: 'text', text }],
      })),
    ],
    references: [{ number: 1, text: [{ type: 'text', text: 'A. (1999). B.' }] }],
    ...rest,
  };
};

const kind = (now: TextBody, last = body(), adopted = last) => changeOf(last, adopted, now);

describe('a change of a lesson’s text', () => {
  it('is none where nothing changed', () => {
    expect(kind(body())).toEqual({
      kind: 'same',
      why: [],
      changed: 0,
      of: 1500,
      difference: '',
    });
  });

  it('is a correction while it touches at most one word in a hundred', () => {
    expect(kind(body({ said: sentences(150, 1) }))).toMatchObject({
      kind: 'correction',
      changed: 1,
    });
    expect(kind(body({ said: sentences(150, 15) }))).toMatchObject({
      kind: 'correction',
      changed: 15,
    });
    expect(kind(body({ said: sentences(150, 16) }))).toMatchObject({
      kind: 'revision',
      why: ['16 of 1500 words, more than 1 % at once'],
    });
  });

  it('adds up: forty corrections in a row are followed until more than three in a hundred differ from what was adopted', () => {
    const adopted = body();
    const changes = Array.from({ length: 60 }, (_, step) =>
      changeOf(
        body({ said: sentences(150, step) }),
        adopted,
        body({ said: sentences(150, step + 1) }),
      ),
    );
    const kinds = changes.map(({ kind: each }) => each);
    expect(kinds.slice(0, 45)).toEqual(Array(45).fill('correction'));
    expect(kinds.slice(45)).toEqual(Array(15).fill('revision'));
    expect(changes[45]?.why).toEqual(['46 of 1500 words against what was adopted, more than 3 %']);
  });

  it('is a revision where 3.1 % differ from what was adopted, and a correction at 3.0 %', () => {
    const drifted = (words: number) =>
      changeOf(
        body({ said: sentences(100, words - 1) }),
        body({ said: sentences(100) }),
        body({ said: sentences(100, words) }),
      );
    expect(drifted(30)).toMatchObject({ kind: 'correction' });
    expect(drifted(31)).toMatchObject({
      kind: 'revision',
      why: ['31 of 1000 words against what was adopted, more than 3 %'],
    });
  });

  it.each([
    ['a dropped “not”', 'It is not a map', 'It is a map'],
    ['“does not” that becomes “does”', 'It does not help here', 'It does help here'],
    ['a “don’t” more', 'They wait for it', 'They don’t wait for it'],
    ['“never” for “always”', 'It always helps them', 'It never helps them'],
    [
      'a “not” of another clause',
      'This is not new and that is old',
      'This is new and that is not old',
    ],
    ['“impossible” for “possible”', 'It is possible here', 'It is impossible here'],
    ['12 % that become 21 %', 'It was 12% of them', 'It was 21% of them'],
    ['percent apart from its sign', 'It was 12 % of them', 'It was 21 % of them'],
    ['one that becomes two', 'Give it one minute', 'Give it two minutes'],
    ['twenty-five that become twenty-four', 'After twenty-five hours', 'After twenty-four hours'],
    ['a minute less in one word', 'A five-minute walk', 'A four-minute walk'],
    ['.23 that becomes .32', 'r was .23 there', 'r was .32 there'],
    ['.23 that becomes 23', 'It was .23 there', 'It was 23 there'],
    ['a minus that goes', 'r was −.23 there', 'r was .23 there'],
    ['a sign that turns', 'p < .05 there', 'p > .05 there'],
    ['a span that ends elsewhere', 'In 1993–1999 it was', 'In 1993–1998 it was'],
    [
      'a number of another sentence',
      'Of 12 some went. Others came',
      'Of some went. Others 12 came',
    ],
    ['the first that becomes the third', 'Take the first chair', 'Take the third chair'],
  ])('is a revision however short it is: %s', (_, before, after) => {
    const [last, now] = [before, after].map((line) => body({ said: [line, ...sentences(150)] }));
    expect(changeOf(last as TextBody, last as TextBody, now as TextBody).kind).toBe('revision');
  });

  it.each([
    ['a typo', 'It is not teh map', 'It is not the map', '“teh” becomes “the”'],
    [
      'a comma after a number',
      'There were 12, and no more',
      'There were 12 and no more',
      '“12,” becomes “12”',
    ],
    [
      'a comma after a negation',
      'But not, he said, here',
      'But not he said, here',
      '“not,” becomes “not”',
    ],
    ['a hyphen', 'A five-minute walk', 'A five minute walk', '“five-minute” becomes “five minute”'],
    ['a word more', 'It helps them', 'It often helps them', '“often” comes'],
    ['a word less', 'It really helps them', 'It helps them', '“really” goes'],
  ])(
    'is a correction, and says what is written differently: %s',
    (_, before, after, difference) => {
      const [last, now] = [before, after].map((line) => body({ said: [line, ...sentences(150)] }));
      expect(changeOf(last as TextBody, last as TextBody, now as TextBody)).toMatchObject({
        kind: 'correction',
        why: [],
        difference,
      });
    },
  );

  it('is a revision where another work is cited for the same words', () => {
    const citing = (number: number) => {
      const text = body();
      const said = { type: 'text', text: 'Somebody found it.' };
      const block = { type: 'paragraph', children: [said, { type: 'cite', numbers: [number] }] };
      return { ...text, blocks: [...text.blocks, block] };
    };
    expect(changeOf(citing(1), citing(1), citing(2))).toMatchObject({
      kind: 'revision',
      why: ['a citation'],
      changed: 0,
    });
  });

  it('reads what stands in quotations, in lists and in emphasis', () => {
    const deep = (word: string): TextBody => {
      const paragraph = {
        type: 'paragraph',
        children: [{ type: 'em', children: [{ type: 'text', text: `Wait ${word} minutes` }] }],
      };
      return body({
        blocks: [
          ...body().blocks,
          { type: 'quote', blocks: [paragraph] },
          { type: 'list', items: [[paragraph]] },
        ],
      });
    };
    expect(changeOf(deep('ten'), deep('ten'), deep('nine')).why).toEqual(['a number']);
    expect(changeOf(deep('some'), deep('some'), deep('few'))).toMatchObject({
      kind: 'correction',
      changed: 2,
      of: 1506,
    });
  });

  it('of a lesson that was written anew is a revision, and nobody counts for long', () => {
    const anew = sentences(150).map((line, at) => line.replaceAll(/[a-z]+/g, (word) => word + at));
    const began = performance.now();
    const change = kind(body({ said: anew }));
    expect(change.kind).toBe('revision');
    expect(change.why.at(-1)).toMatch(/^at least \d+ of 1500 words against what was adopted/);
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  it('is a revision where title, heading, objective or reference change', () => {
    expect(kind(body({ title: 'No Maps' })).why).toEqual(['its title']);
    expect(kind(body({ objectives: [] })).why).toEqual(['an objective']);
    expect(kind(body({ references: [] })).why).toEqual(['a reference']);
    const other = body();
    other.blocks[0] = {
      type: 'heading',
      depth: 2,
      children: [{ type: 'text', text: 'At the gate' }],
    };
    expect(kind(other).why).toEqual(['a heading']);
  });
});

describe('an edition that is posted', () => {
  const lessons = Array.from({ length: 8 }, (_, at) => ({
    lesson: at + 1,
    words: 1_503,
    parsed: body({
      objectives: ['a', 'b', 'c'].map((each) => ({ id: `${at + 1}${each}`, text: 'Sit.' })),
    }),
  }));
  const [first = lessons[0], ...others] = lessons;
  const [item = ITEMS[0], ...items] = ITEMS;

  it('is well with eight texts and 32 items', () => {
    expect(editionProblems(lessons, ITEMS)).toEqual([]);
  });

  it.each([
    ['a lesson that is missing', others, ITEMS, /the texts of lessons 1 to 8/],
    ['lessons in another order', [...others, first], ITEMS, /the texts of lessons 1 to 8/],
    [
      'words that nobody counted',
      [{ ...first, words: Number.NaN }, ...others],
      ITEMS,
      /how many words lesson 1 has/,
    ],
    ['an item that is missing', lessons, items, /four items on lesson 1, got 3/],
    ['an item twice', lessons, [items[0], ...items], /an id of its own/],
    [
      'an objective of another lesson',
      lessons,
      [{ ...item, objective: '2a' }, ...items],
      /1-1: expected one of the objectives 1a, 1b, 1c/,
    ],
    [
      'a key that is no option',
      lessons,
      [{ ...item, key: 'e' }, ...items],
      /1-1: expected four options/,
    ],
    [
      'an option without words',
      lessons,
      [{ ...item, options: item?.options.map((each) => ({ ...each, text: '' })) }, ...items],
      /1-1: expected four options/,
    ],
  ])('says what is wrong: %s', (_, texts, asked, says) => {
    expect(editionProblems(texts as typeof lessons, asked as typeof ITEMS).join('\n')).toMatch(
      says,
    );
  });

  it('names the items that are not as they were adopted', () => {
    expect(itemsTouched(ITEMS, ITEMS)).toEqual([]);
    expect(itemsTouched(ITEMS, ITEMS.toReversed())).toEqual([]);
    const other = ITEMS.map((each) =>
      each.id === '3-2' ? { ...each, key: 'a', rationale: 'No.' } : each,
    );
    expect(itemsTouched(ITEMS, other)).toEqual(['3-2']);
  });

  it('names none where the adopted items were never the repository’s', () => {
    const own = ITEMS.map((each) => ({ ...each, question: `${each.question} Says who?` }));
    expect(itemsTouched(own, ITEMS)).toEqual([]);
  });
});

describe('what hours are counted by', () => {
  it('is Mergener’s formula, or 6,000 words an hour', () => {
    expect(mergener(12_024, 32)).toEqual([96, 110, 124, 138, 152]);
    expect(wordsMissing(12_024, 2)).toBe(0);
    expect(wordsMissing(11_930, 2)).toBe(70);
  });
});
