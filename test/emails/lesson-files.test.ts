import { describe, expect, it } from 'vitest';
import { LessonError, parseLesson, readLessons } from '../../emails/lesson.ts';
import { plain } from '../../emails/markdown.ts';
import {
  folderOf,
  SAMPLE_BODY,
  type SampleFront,
  sampleCourse,
  sampleFront,
  sampleLesson,
} from './sample.ts';

const FILE = 'emails/lessons/03-sample.md';

function problemsOf(source: string, file = FILE): string[] {
  try {
    parseLesson(source, file);
    return [];
  } catch (error) {
    if (error instanceof LessonError) return error.problems;
    throw error;
  }
}

describe('a lesson file in which nothing is wrong', () => {
  it('becomes a lesson with its slug, its words and its minutes', () => {
    const lesson = parseLesson(sampleLesson(), FILE);
    expect(lesson).toMatchObject({ week: 3, slug: 'sample', title: 'A sample', minutes: 1 });
    expect(lesson.words).toBe(36);
  });

  it('numbers its references in the order in which they are first cited', () => {
    const { references } = parseLesson(sampleLesson(), FILE);
    expect(references.map(({ number, text }) => [number, plain(text)])).toEqual([
      [1, 'de Shazer, S. (1985). Keys to solution in brief therapy. Norton.'],
      [
        2,
        'Rogers, C. R. (1957). The necessary and sufficient conditions of therapeutic personality ' +
          'change. Journal of Consulting Psychology, 21(2), 95–103. https://doi.org/10.1037/h0045357',
      ],
    ]);
  });

  it('may be saved on Windows, with a byte order mark and CRLF', () => {
    const source = `\uFEFF${sampleLesson().replaceAll('\n', '\r\n')}`;
    expect(parseLesson(source, FILE)).toEqual(parseLesson(sampleLesson(), FILE));
  });
});

describe('a writer who makes a mistake in the front matter is told the file, the field and what was expected', () => {
  const cases: [mistake: string, (front: SampleFront) => unknown, message: string][] = [
    [
      'an objective’s id of another form',
      (front) => ({
        ...front,
        objectives: [front.objectives[0], { ...front.objectives[1], id: 'B' }],
      }),
      'objectives[1].id: expected an id such as "3b": the week and a small letter, got "B" (line 10)',
    ],
    [
      'an objective of another week',
      (front) => ({
        ...front,
        objectives: [...front.objectives, { ...front.objectives[1], id: '4c' }],
      }),
      'objectives[2].id: expected "3c", got "4c"',
    ],
    [
      'an objective that no section teaches',
      (front) => ({
        ...front,
        objectives: [front.objectives[0], { ...front.objectives[1], section: 'Another scene' }],
      }),
      'objectives[1].section: expected a heading of the text, got "Another scene"',
    ],
    [
      'the same objective twice',
      (front) => ({ ...front, objectives: [front.objectives[0], front.objectives[0]] }),
      'objectives[1].id: expected an id of its own, got 3a again',
    ],
    [
      'a subject too long for an inbox',
      (front) => ({ ...front, title: 'So long '.repeat(8).trim() }),
      'title: expected a title of at most 54 characters, got 63 characters (line 3)',
    ],
    [
      'a preview line that is missing',
      ({ preview: _, ...front }) => front,
      'preview: expected a preview line of at most 110 characters, got nothing',
    ],
    [
      'a week outside the course',
      (front) => ({ ...front, week: 9 }),
      'week: expected a week from 1 to 8, got 9 (line 2)',
    ],
    [
      'a week that is not the file’s',
      () => sampleFront(4),
      'week: expected a file name such as 04-the-title.md for week 4',
    ],
    [
      'a field with a misspelled name',
      ({ promise, ...front }) => ({ ...front, promis: promise }),
      'promis: expected no field of this name; is it misspelled?',
    ],
    [
      'a reference without a year',
      (front) => ({ ...front, references: [{ ...front.references[0], year: 'n.d.' }] }),
      'references[0].year: expected a year such as 2018, got "n.d." (line 16)',
    ],
    [
      'a DOI written as a link',
      (front) => ({
        ...front,
        references: [{ ...front.references[0], doi: 'https://doi.org/10.1037/h0045357' }],
      }),
      'references[0].doi: expected a DOI such as 10.1037/pst0000162, without https://doi.org/, got "https://doi.org/10.1037/h0045357" (line 19)',
    ],
    [
      'an asterisk without its partner',
      (front) => ({ ...front, references: [{ ...front.references[0], source: '*Emotion, 3(1)' }] }),
      'references[0].source: expected a second * after each *, as in *Psychotherapy*, got "*Emotion, 3(1)" (line 18)',
    ],
    [
      'emphasis with underscores',
      (front) => ({
        ...front,
        references: [{ ...front.references[0], source: '_Emotion_, 3(1)' }],
      }),
      'references[0].source: expected * for emphasis and no _, got "_Emotion_, 3(1)" (line 18)',
    ],
    [
      'a reference that the text never cites',
      (front) => ({
        ...front,
        references: [...front.references, { ...front.references[0], id: 'rogers-1961' }],
      }),
      'references[2].id: expected [@rogers-1961] somewhere in the text',
    ],
    [
      'a post-test key that is not among the options',
      (front) => ({ ...front, postTest: [{ ...front.postTest[0], key: 'c' }] }),
      'postTest[0].key: expected one of the options a, b, got c',
    ],
    [
      'a post-test item for an objective that does not exist',
      (front) => ({ ...front, postTest: [{ ...front.postTest[0], objective: '3z' }] }),
      'postTest[0].objective: expected one of 3a, 3b, got 3z',
    ],
    [
      'a post-test item without a rationale',
      (front) => ({ ...front, postTest: [{ ...front.postTest[0], rationale: '' }] }),
      'postTest[0].rationale: expected why the key is right, in at most 1000 characters, got ""',
    ],
    [
      'a question that the text does not ask',
      (front) => ({ ...front, reflection: 'Who asked?' }),
      'reflection: expected the question as it stands in the text, word for word',
    ],
    [
      'a list where a text belongs',
      (front) => ({ ...front, promise: ['one', 'two'] }),
      'promise: expected one sentence that says what the reader will have, got a list of 2',
    ],
  ];

  it.each(cases)('%s', (_, change, message) => {
    expect(problemsOf(sampleLesson(change)).join('\n')).toContain(`${FILE}: ${message}`);
  });

  it('a colon in a text without quotation marks', () => {
    const source = sampleLesson().replace('title: A sample', 'title: Love: a study');
    expect(problemsOf(source)).toEqual([
      `${FILE}: line 3: Nested mappings are not allowed in compact mappings (text that holds a colon, or begins with a sign, belongs in "double quotes")`,
    ]);
  });

  it('no front matter at all', () => {
    expect(problemsOf('## Only text\n')).toEqual([
      `${FILE}: line 1: expected front matter between two lines of ---, then the lesson`,
    ]);
  });

  it('several mistakes at once are all reported', () => {
    const source = sampleLesson(
      (front) => ({ ...front, title: '', preview: '' }),
      `${SAMPLE_BODY}\n# Too large\n`,
    );
    expect(problemsOf(source)).toHaveLength(3);
  });
});

describe('a writer who makes a mistake in the text is told the file, the line and what was expected', () => {
  const line = sampleLesson(undefined, '').split('\n').length;
  const cases: [mistake: string, text: string, message: string][] = [
    [
      'a citation without a reference',
      'So it is [@freud-1912].',
      'expected [@freud-1912] to name a reference, but no reference has that id',
    ],
    [
      'a citation of another form',
      'So it is [@rogers-1957, p. 3].',
      'expected a citation like [@kolden-2018] or [@a; @b], got [@rogers-1957, p. 3]',
    ],
    [
      'an open CHECK',
      'It was 1957 (CHECK the year).',
      'expected the open CHECK to be settled and the word removed',
    ],
    [
      'a placeholder',
      'Hello {{first_name}}.',
      'expected no placeholder (a lesson is also read in the browser), got {{first_name}}',
    ],
    ['raw HTML', '<div>Boxed</div>', 'raw HTML can’t be used; write Markdown'],
    ['raw HTML in a line', 'One <b>bold</b> word.', 'raw HTML can’t be used; write Markdown'],
    [
      'the heading that belongs to the title',
      '# Large',
      'expected a heading that begins with ## or ###, got #',
    ],
    [
      'a heading underlined by accident',
      'A paragraph\n---',
      'expected a heading that begins with ## or ###, got a line under “A paragraph”',
    ],
    [
      'a picture',
      '![A chair](https://example.org/chair.png)',
      'images can’t be used; the mails are readable without any',
    ],
    ['a table', '| a | b |\n| - | - |\n| 1 | 2 |', 'tables can’t be used in mails; write a list'],
    [
      'an indented paragraph',
      '    It begins with four spaces.',
      'code blocks can’t be used; a paragraph must not be indented by four spaces',
    ],
    [
      'a link that is not https',
      '[here](http://example.org)',
      'expected a link to an https:// address, got http://example.org',
    ],
    ['an HTML entity', 'Tea &amp; coffee', 'expected the character itself, got &amp;'],
    [
      'two speakers in one paragraph',
      '> **Client:** Hm.\n> **You:** Hm?',
      'expected an empty line (in a quotation: “>”) before each speaker',
    ],
  ];

  it.each(cases)('%s', (_, text, message) => {
    const source = sampleLesson(undefined, `${text}\n\n${SAMPLE_BODY}`);
    expect(problemsOf(source)).toContain(`${FILE}: line ${line}: ${message}`);
  });

  it('the line is that of the file, also far down in it', () => {
    const source = sampleLesson(undefined, `${SAMPLE_BODY}\nThe end.\n\n# Large\n`);
    const expected = source.split('\n').indexOf('# Large') + 1;
    expect(problemsOf(source)[0]).toContain(`line ${expected}: `);
  });
});

describe('the eight weeks', () => {
  it('are read in order', () => {
    const lessons = readLessons(folderOf(sampleCourse()));
    expect(lessons.map(({ week }) => week)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('a missing week is named', () => {
    const { '05-sample.md': _, ...files } = sampleCourse();
    expect(() => readLessons(folderOf(files))).toThrow(
      /week 5: expected a lesson in a file such as 05-the-title\.md$/,
    );
  });

  it('a week with two files is named with both', () => {
    const files = { ...sampleCourse(), '05-zebra.md': sampleLesson(undefined, SAMPLE_BODY, 5) };
    expect(() => readLessons(folderOf(files))).toThrow(
      /05-zebra\.md: week: expected a week of its own, .*05-sample\.md has week 5$/,
    );
  });

  it('mistakes in two files are reported together', () => {
    const files = { ...sampleCourse(), '02-sample.md': 'x', '07-sample.md': 'y' };
    expect(() => readLessons(folderOf(files))).toThrow(
      /02-sample\.md: line 1.*\n.*07-sample\.md: line 1/,
    );
  });
});
