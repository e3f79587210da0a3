import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Lesson, parseLesson, readLessons } from '../../emails/lesson.ts';
import { plain } from '../../emails/markdown.ts';
import { grade, paragraphs, sectionsOf, wordProblems } from './content-rules.ts';
import { bankProblems, objectiveTable, postTestProblems, untaughtStudies } from './item-rules.ts';
import { sampleLesson } from './sample.ts';
import { countTics, plainText, TICS } from './tics.ts';

const FOLDER = join(import.meta.dirname, '../../emails/lessons');
const lessons = readLessons(FOLDER);
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

  it('cites, where an objective is taught, each study that its items name', () => {
    expect(untaughtStudies(lesson)).toEqual([]);
  });

  it('takes the time that lesson 1 announces, and has one numbered list: what to do', () => {
    expect(lesson.minutes).toBe(8);
    expect(lesson.blocks.filter((block) => block.type === 'list' && block.ordered)).toHaveLength(1);
  });
});

/** The section of each lesson on where its own idea does not belong. */
const LIMITS = [
  'Where the pause does not belong',
  'When real should stay inside',
  'When to leave it on',
  'When to keep it in',
  'What this sentence can’t do',
  'When the gate stays shut',
  'When wanting isn’t safe',
  'What outranks being real',
];

describe('the eight lessons together', () => {
  it('each say, in a section of its own, where their idea does not belong', () => {
    for (const [index, lesson] of lessons.entries()) {
      const limits = paragraphs(sectionsOf(lesson.blocks).get(LIMITS[index] ?? '') ?? []);
      const words = limits.flatMap(({ text }) => text.split(' '));
      expect(words.length, LIMITS[index]).toBeGreaterThan(80);
    }
  });

  it('come to a little over two hours of reading at 6,000 words an hour', () => {
    const words = lessons.reduce((sum, lesson) => sum + lesson.words, 0);
    expect(words).toBeGreaterThanOrEqual(12_300);
    expect(words).toBeLessThanOrEqual(12_700);
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
    for (const lesson of lessons.slice(1)) {
      expect(textOf(lesson), `week ${lesson.week}`).not.toMatch(
        /\binvented\b|\bwe (have )?made up\b|\bcomposite/i,
      );
    }
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

  it('hold 32 items whose keys neither stand nor look alike', () => {
    expect(lessons.flatMap(({ postTest }) => postTest)).toHaveLength(32);
    expect(bankProblems(lessons)).toEqual([]);
  });

  it('say in one table which passage teaches an objective and which items test it', async () => {
    await expect(objectiveTable(lessons)).toMatchFileSnapshot('../../emails/objectives.md');
  });

  it('keep no habit of the pen that a reader would begin to count', () => {
    const heard = countTics(FOLDER).flatMap(({ tic, weeks, sum }) => [
      ...(sum > tic.most ? [`${tic.name}: ${sum}, at most ${tic.most}`] : []),
      ...weeks.flatMap((count, at) =>
        count > tic.mostInOne
          ? [`${tic.name} in week ${at + 1}: ${count}, at most ${tic.mostInOne}`]
          : [],
      ),
    ]);
    expect(heard).toEqual([]);
    for (const tic of TICS) expect(tic.most, tic.name).toBeLessThan(tic.first);
  });

  it('lead to a sheet of lines to say each, and to one plan', () => {
    for (const { week, lines, steps, plan } of lessons) {
      expect(lines.flatMap(({ say }) => say).length, `week ${week}`).toBeGreaterThan(3);
      expect(steps.length, `week ${week}`).toBeGreaterThan(2);
      expect(plan, `week ${week}`).toHaveLength(week === 8 ? 4 : 0);
    }
  });

  it('name what the course is about', () => {
    const said = lessons.map(textOf).join('\n');
    for (const word of ['vulnerab', 'imperfect', 'common factors', 'three pathways', 'power']) {
      expect(said).toContain(word);
    }
    expect(said).toMatch(/empathy: r = \.28/);
    expect(said).toMatch(/\btrauma\b/);
    expect(said).toMatch(/\bBlack\b/);
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

  it.each([
    ['too many figures', `${cited}: ${'r = .28, '.repeat(9)}.`, /9 figures under/],
    ['a code left out', `${cited}.\n\nAPA 2.01; ACA A.1.a; NASW 1.02.`, /no standard of the AAMFT/],
    ['a code not to be looked up', `${cited}.\n\nAPA 2.01.`, /without "check your current/],
    [
      'standards in two places',
      `${cited}.\n\nAPA 2.01. Check your current code.\n\nNASW 1.02.`,
      /standards named in 2 places/,
    ],
  ])('is found: %s', (_, body, expected) => {
    expect(found(body)).toMatch(expected);
  });
});

describe('a habit of the pen', () => {
  const count = (name: string, text: string) =>
    TICS.find((tic) => tic.name.startsWith(name))?.count(plainText(text));

  it.each([
    ['three in a row', 'She looked at the plant, the books and the clock.', 1],
    ['three in a row', 'She looked at the plant and the clock.', 0],
    ['a coda', 'He stayed a while, and the hour came to an end.', 1],
    ['a coda', 'He stayed until the hour came to an end.', 0],
    ['nobody', 'Nobody came. Nothing was said.', 2],
    ['a sentence that begins with If', '“If you like,” he said. When? With me.', 3],
    ['a sentence that begins with And', 'And so on. But why? Andre came.', 2],
    ['a small thing', 'It took four seconds and twenty minutes, not week 4.', 2],
    ['check your', '---\ntitle: Check your current code\n---\n\nCheck your current code.', 1],
    ['face', '## A face\n\n[A face](say "When a face shows").', 1],
  ])('is heard: %s in %j', (name, text, expected) => {
    expect(count(name, text)).toBe(expected);
  });
});

describe('a post-test that gives itself away', () => {
  const [lesson] = lessons as [Lesson];
  const [good] = lesson.postTest as [Item];
  type Item = Lesson['postTest'][number];
  const texts = (...said: string[]) =>
    ['a', 'b', 'c', 'd'].map((id, at) => ({ id, text: said[at] ?? '' }));

  /** The problems of lesson 1 once its first item is bent. */
  const bent = (change: Partial<Item>) => {
    const postTest = lesson.postTest.map((item) => (item === good ? { ...good, ...change } : item));
    return postTestProblems({ ...lesson, postTest }).join('\n');
  };

  it.each<[string, Partial<Item>, RegExp]>([
    [
      'the last way out',
      { options: texts('Anxiety', 'Scrutiny', 'Hope', 'All of the above') },
      /All of the" depends on another item/,
    ],
    [
      'an absolute',
      { options: texts('It never helps', 'It may', 'It can', 'It does') },
      /"never" marks/,
    ],
    [
      'a word of the stem in the key alone',
      { question: 'What is the ambiguity?', options: texts('Pay', 'Rest', 'Ambiguity', 'Food') },
      /"ambigu" rings/,
    ],
    [
      'a key much longer than the rest',
      { options: texts('Pay', 'Rest', 'Anxiety, scrutiny and glamorized expectations', 'Food') },
      /the key has 45 characters/,
    ],
    [
      'speech among sentences',
      { options: texts('“Yes.”', 'A nod', 'A pause', 'A smile') },
      /speech/,
    ],
    ['numbers out of order', { options: texts('7%', '72%', '28%', '93%') }, /numbers out of order/],
    ['an order', { rationale: 'The second option is the figure for pay.' }, /"second option" dep/],
    ['another item', { question: 'Which is a limit on that finding?' }, /"that finding\?" dep/],
    ['three options', { options: texts('a', 'b', 'c', 'd').slice(1) }, /3 options, not 4/],
    ['no rationale', { rationale: 'It is.' }, /no rationale/],
    ['no situation for a verb of use', { objective: '1c' }, /"Apply" is tested without/],
  ])('is found: %s', (_, change, expected) => {
    expect(bent({})).toBe('');
    expect(bent(change)).toMatch(expected);
  });

  it('is found: an item whose answer another item prints', () => {
    const [first, second, ...rest] = lesson.postTest as [Item, Item];
    const key = { ...first, options: texts('12%', '25%', '72%', '93%') };
    const printed = { ...second, rationale: 'It is, as 72% said in the survey.' };
    const problems = postTestProblems({ ...lesson, postTest: [key, printed, ...rest] });
    expect(problems).toContain('1-1: 1-2 gives its answer away: 72%');
  });

  it('is found: an item missing, and an objective that no item tests', () => {
    const problems = postTestProblems({ ...lesson, postTest: lesson.postTest.slice(1) });
    expect(problems).toContain('3 items, not 4');
    expect(problems).toContain('no item on objective 1a');
  });

  it.each([
    ['Understand the stress of novices.', '1a: nobody can see "Understand"'],
    ['Define ambiguity and describe its sources.', '1a: two objectives in one ("and describe")'],
  ])('is found: an objective such as “%s”', (text, problem) => {
    const objectives = lesson.objectives.map((one) => (one.id === '1a' ? { ...one, text } : one));
    expect(postTestProblems({ ...lesson, objectives })).toContain(problem);
  });

  it('is found: a study that the passage does not cite', () => {
    const objectives = lesson.objectives.map((one) => ({ ...one, section: 'Minute twenty-three' }));
    expect(untaughtStudies({ ...lesson, objectives })[0]).toMatch(
      /^1-1: "Minute twenty-three" does not cite Skovholt/,
    );
  });

  it('is found: keys at one position, all positions in each lesson, the longest key', () => {
    const everywhere = (change: (item: Item, at: number) => Item) =>
      bankProblems(lessons.map((one) => ({ ...one, postTest: one.postTest.map(change) })));
    expect(everywhere((item) => ({ ...item, key: 'c' }))).toContain('32 keys stand at c');
    expect(everywhere((item, at) => ({ ...item, key: 'abcd'[at] ?? 'a' }))).toContain(
      '8 lessons use each position once, so the fourth key is free',
    );
    const lengthened = everywhere((item) => ({
      ...item,
      options: item.options.map((o) => (o.id === item.key ? { ...o, text: o.text.repeat(3) } : o)),
    }));
    expect(lengthened).toContain('the key is the longest option 32 times');
    const shortened = everywhere((item) => ({
      ...item,
      options: item.options.map((o) => (o.id === item.key ? { ...o, text: 'So' } : o)),
    }));
    expect(shortened).toContain('the key is the shortest option 32 times');
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
