import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { SHIPPED_COURSE } from '../../emails/compile.ts';
import { editionText, readEdition, textHash } from '../../emails/edition.ts';
import { LessonError, readLessons } from '../../emails/lesson.ts';
import { compileEmails } from '../../emails/mails.tsx';
import { builtEdition } from '../../src/cli/edition.ts';
import { ROOT } from '../../src/cli/local.ts';
import { canonical } from '../../src/credit/canonical.ts';
import {
  changeOf,
  editionProblems,
  type TextBody,
  wordsMissing,
} from '../../src/credit/edition.ts';

const LESSONS = join(ROOT, 'emails/lessons');
const made = readEdition(LESSONS, SHIPPED_COURSE);
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('the edition of the lessons', () => {
  it('is one that the course takes in', () => {
    const texts = made.texts.map((text) => ({
      ...text,
      parsed: JSON.parse(text.body) as TextBody,
    }));
    expect(editionProblems(texts, made.items)).toEqual([]);
    expect(made.itemsArePublic).toBe(true);
  });

  it('has words enough for two hours', () => {
    const words = made.texts.reduce((sum, each) => sum + each.words, 0);
    expect(wordsMissing(words, 2)).toBe(0);
  });

  it('has the hash of each text in its mail, as the course computes it', () => {
    const { weeks } = compileEmails(LESSONS, SHIPPED_COURSE);
    expect(weeks.map(({ mail }) => mail.textHash)).toEqual(
      made.texts.map(({ body }) => sha256(canonical(JSON.parse(body)))),
    );
  });

  it('has neither items nor keys in a text, and no color nor template', () => {
    for (const { body } of made.texts) {
      expect(Object.keys(JSON.parse(body))).toEqual([
        'blocks',
        'objectives',
        'references',
        'title',
      ]);
      expect(body).not.toMatch(/postTest|rationale|<(td|table|style)/);
    }
  });

  it('counts a lesson’s words as the course does that compares them', () => {
    for (const { body, words } of made.texts) {
      const parsed = JSON.parse(body) as TextBody;
      expect(changeOf(parsed, parsed, { ...parsed, title: 'Another' }).of).toBe(words);
    }
  });

  it('is another where a word is, and the same where a preview, a practice or an item is', () => {
    const [lesson] = readLessons(LESSONS);
    if (!lesson) throw new Error('no lesson');
    const hash = textHash(lesson);
    expect(textHash({ ...lesson, preview: 'x', promise: 'y', postTest: [] })).toBe(hash);
    expect(textHash({ ...lesson, title: 'x' })).not.toBe(hash);
    const references = lesson.references.slice(1);
    expect(textHash({ ...lesson, references })).not.toBe(hash);
    expect(editionText(lesson).lesson).toBe(1);
  });
});

describe('items from outside', () => {
  let folder = '';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'in-the-room-items-'));
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function fileOf(items: unknown): Promise<string> {
    const file = join(folder, 'items.yaml');
    await writeFile(file, stringify(items));
    return file;
  }

  const own = made.items.map((item) => ({ ...item, question: `Of ours: ${item.question}` }));

  it('take the place of those in the lessons, which are left as they are', async () => {
    const edition = readEdition(LESSONS, SHIPPED_COURSE, await fileOf(own));
    expect(edition.items).toEqual(own);
    expect(edition.itemsArePublic).toBe(false);
    expect(edition.texts).toEqual(made.texts);
  });

  it('may be JSON', async () => {
    const file = join(folder, 'items.json');
    await writeFile(file, JSON.stringify(own));
    expect(readEdition(LESSONS, SHIPPED_COURSE, file).items).toEqual(own);
  });

  it.each([
    ['one is missing', own.slice(1), 'week 1: expected four items, got 3'],
    ['an id stands twice', [own[1], ...own.slice(1)], '1-2: expected an id of its own'],
    [
      'an objective is of another lesson',
      [{ ...own[0], objective: '2a' }, ...own.slice(1)],
      '1-1: expected one of the objectives 1a, 1b, 1c',
    ],
    [
      'a key is no option',
      [{ ...own[0], key: 'e' }, ...own.slice(1)],
      'expected one of the options',
    ],
    [
      'a rationale names a position',
      [{ ...own[0], rationale: 'Because the second option says so.' }, ...own.slice(1)],
      'got "second option"',
    ],
    [
      'an option sums up the others',
      [
        {
          ...own[0],
          options: own[0]?.options.map((option, at) =>
            at === 3 ? { ...option, text: 'All of the above' } : option,
          ),
        },
        ...own.slice(1),
      ],
      'got "All of the"',
    ],
    ['it is no list', { items: own }, 'expected a list of items'],
  ])('are refused where %s, naming what', async (_, items, says) => {
    const file = await fileOf(items);
    expect(() => readEdition(LESSONS, SHIPPED_COURSE, file)).toThrow(LessonError);
    expect(() => readEdition(LESSONS, SHIPPED_COURSE, file)).toThrow(says);
  });

  it('may not stand in this folder, where they could be published', async () => {
    await expect(builtEdition(join(ROOT, 'emails/items.yaml'))).rejects.toThrow(
      'stands in this folder',
    );
  });
});
