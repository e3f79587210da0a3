import { describe, expect, it } from 'vitest';
import { changeOf, mergener, type TextBody, wordsMissing } from '../../src/credit/edition.ts';

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
    expect(kind(body())).toEqual({ kind: 'same', why: [], changed: 0, of: 1500 });
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

  it('adds up: forty corrections in a row are followed until three in a hundred differ from what was adopted', () => {
    const adopted = body();
    const kinds = Array.from(
      { length: 60 },
      (_, step) =>
        changeOf(
          body({ said: sentences(150, step) }),
          adopted,
          body({ said: sentences(150, step + 1) }),
        ).kind,
    );
    expect(kinds.slice(0, 45).every((each) => each === 'correction')).toBe(true);
    expect(kinds.slice(45).every((each) => each === 'revision')).toBe(true);
  });

  it.each([
    ['a dropped “not”', 'It is not a map', 'It is a map'],
    ['a “don’t” more', 'They wait for it', 'They don’t wait for it'],
    ['12 % that become 21 %', 'It was 12% of them', 'It was 21% of them'],
    ['one that becomes two', 'Give it one minute', 'Give it two minutes'],
    ['.23 that becomes .32', 'r was .23 there', 'r was .32 there'],
    ['“never” for “always”', 'It always helps them', 'It never helps them'],
  ])('is a revision however short it is: %s', (_, before, after) => {
    const [last, now] = [before, after].map((line) => body({ said: [line, ...sentences(150)] }));
    expect(changeOf(last as TextBody, last as TextBody, now as TextBody).kind).toBe('revision');
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

describe('what hours are counted by', () => {
  it('is Mergener’s formula, or 6,000 words an hour', () => {
    expect(mergener(12_024, 32)).toEqual([96, 110, 124, 138, 152]);
    expect(wordsMissing(12_024, 2)).toBe(0);
    expect(wordsMissing(11_930, 2)).toBe(70);
  });
});
