import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Lesson, parseLesson, readLessons } from '../../emails/lesson.ts';
import { plain } from '../../emails/markdown.ts';
import { grade, paragraphs, postTestProblems, wordProblems } from './content-rules.ts';
import { sampleLesson } from './sample.ts';

const lessons = readLessons(join(import.meta.dirname, '../../emails/lessons'));
const weeks = lessons.map((lesson) => [lesson.week, lesson] as const);

const textOf = (lesson: Lesson) =>
  paragraphs(lesson.blocks)
    .map(({ text }) => text)
    .join('\n');

describe.each(weeks)('lesson %i', (_, lesson) => {
  it('has the length, the reading grade and the words that the course promises', () => {
    expect(wordProblems(lesson)).toEqual([]);
  });

  it('has four post-test items that can be shuffled and do not give themselves away', () => {
    expect(postTestProblems(lesson)).toEqual([]);
  });

  it('shows an exchange, steps, a limit and a question', () => {
    const text = textOf(lesson);
    expect(lesson.blocks.some((block) => block.type === 'quote' && block.exchange)).toBe(true);
    expect(lesson.blocks.some((block) => block.type === 'list' && block.ordered)).toBe(true);
    expect(text).toMatch(/\b(risk|danger|crisis|protocol)\b/i);
    expect(text).toContain('?');
  });

  it('names a code of ethics only with "check your current code"', () => {
    for (const { text } of paragraphs(lesson.blocks)) {
      if (/\b(APA|ACA|NASW|AAMFT) \d|\b(ACA) [A-Z]\./.test(text)) {
        expect(text).toMatch(/check your current code/i);
      }
    }
  });
});

describe('the eight lessons together', () => {
  it('come to about 12,400 words', () => {
    const words = lessons.reduce((sum, lesson) => sum + lesson.words, 0);
    expect(words).toBeGreaterThan(11_900);
    expect(words).toBeLessThan(12_700);
  });

  it('keep the counterweight of each week', () => {
    const say = (week: number) => textOf(lessons[week - 1] as Lesson);
    expect(say(3)).toMatch(/culture/i);
    expect(say(3)).toMatch(/unsafe|protection|power/i);
    expect(say(4)).toMatch(/supervis/i);
    expect(say(5)).toMatch(/isn’t your job to teach me/);
    for (const gate of ['Purpose', 'Client', 'Resolved', 'Relevant', 'Brief', 'Return']) {
      expect(say(6)).toContain(gate);
    }
    expect(say(7)).toMatch(/wanting itself has been dangerous/);
    expect(say(8)).toMatch(/(search|look).{0,80}client/is);
  });

  it('say once, at the beginning, that everybody in them is invented', () => {
    expect(textOf(lessons[0] as Lesson)).toMatch(/Everyone in these lessons is invented/);
  });

  it('credit Katie Pesch in lesson 1, with the date of her article', () => {
    expect(textOf(lessons[0] as Lesson)).toMatch(/Katie Pesch, PhD[\s\S]*February 20, 2017/);
  });

  it('begin and end in different words', () => {
    const openings = lessons.map((lesson) => {
      const first = lesson.blocks.find((block) => block.type === 'paragraph');
      return first?.type === 'paragraph'
        ? plain(first.children).split(' ').slice(0, 3).join(' ')
        : '';
    });
    expect(new Set(openings).size).toBe(8);
    const headings = lessons.flatMap((lesson) =>
      lesson.blocks.flatMap((block) => (block.type === 'heading' ? [plain(block.children)] : [])),
    );
    expect(new Set(headings).size).toBe(headings.length);
  });

  it('hold 32 items whose ids are their own', () => {
    const ids = lessons.flatMap((lesson) => lesson.postTest.map((item) => item.id));
    expect(new Set(ids).size).toBe(32);
  });
});

describe('a lesson that breaks a rule', () => {
  const broken = (body: string) => parseLesson(sampleLesson(undefined, body), '03-a-sample.md');
  const found = (body: string) => wordProblems(broken(body)).join('\n');
  const cited = 'Presence [@rogers-1957; @de-shazer-1985]';

  it.each([
    ['too short', `${cited}.`, /7 words|words, not 1450/],
    ['too long', `${cited}. ${'word '.repeat(1700)}`, /words, not 1450/],
    [
      'too hard to read',
      `${cited} ${'necessitates interdisciplinary conceptualization '.repeat(40)}.`,
      /reading grade/,
    ],
    ['a cause beside a figure', `${cited} causes change, r = .28.`, /"causes" beside a study/],
    ['a proof beside a study', `${cited} proves that clients change.`, /"proves" beside a study/],
    [
      'a figure that nobody reported',
      `${cited}.\n\nThe link was r = .38.`,
      /a figure without a citation/,
    ],
    ['a link without https', `${cited}, see [this](ftp://example.org/x).`, /a link to|link/],
    ['a loud word', `${cited} is wonderful!`, /loud/],
  ])('is found: %s', (_, body, expected) => {
    let problems: string;
    try {
      problems = found(body);
    } catch (error) {
      // Some of it stops the build already.
      problems = String(error);
    }
    expect(problems).toMatch(expected);
  });

  it('is not seen where nothing causal stands beside a study', () => {
    expect(found(`${cited} is associated with outcome, r = .28.`)).not.toMatch(/beside a study/);
  });

  it('has a post-test that gives itself away', () => {
    const [lesson] = lessons as [Lesson];
    const wordy = lesson.postTest.map((item) => ({
      ...item,
      options: item.options.map((option) =>
        option.id === item.key
          ? { ...option, text: `${option.text} ${'and more '.repeat(20)}` }
          : option,
      ),
    }));
    expect(postTestProblems({ ...lesson, postTest: wordy })).toContain(
      'the right option is the longest more than once',
    );
    expect(postTestProblems({ ...lesson, postTest: lesson.postTest.slice(1) }).join()).toMatch(
      /3 items, not 4/,
    );
    const all = lesson.postTest.map((item, index) =>
      index > 0
        ? item
        : {
            ...item,
            options: item.options.map((o, i) => (i === 3 ? { ...o, text: 'All of the above' } : o)),
          },
    );
    expect(postTestProblems({ ...lesson, postTest: all }).join()).toMatch(/cannot be shuffled/);
  });
});

describe('the table of the lessons', () => {
  it('can be read off', () => {
    const table = lessons.map((lesson) => ({
      week: lesson.week,
      words: lesson.words,
      grade: Number(grade(lesson).toFixed(1)),
      references: lesson.references.length,
    }));
    expect(table).toHaveLength(8);
    for (const row of table) expect(row.grade).toBeGreaterThan(4);
  });
});
