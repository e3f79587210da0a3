import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { z } from 'zod';
import { expects, got, line, readFields, type Say } from './fields.ts';
import {
  type Block,
  countWords,
  emphasis,
  type Inline,
  type Mark,
  plain,
  readMarkdown,
} from './markdown.ts';

/** Lessons in the course, one a week. */
export const WEEKS = 8;

const WORDS_A_MINUTE = 200;

/** Files that can't become lessons, with everything that is wrong in them, one line each. */
export class LessonError extends Error {
  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'LessonError';
    // Its reader edits lessons: where in the code a problem was found would only hide the message.
    this.stack = `${this.name}:\n${this.message}`;
  }

  get problems(): string[] {
    return this.message.split('\n');
  }
}

const paired = (field: z.ZodString) =>
  field
    .refine((text) => text.split('*').length % 2 === 1, {
      error: 'expected a second * after each *, as in *Psychotherapy*',
    })
    .refine((text) => !text.includes('_'), { error: 'expected * for emphasis and no _' });

const objective = z.strictObject(
  {
    id: line('an id such as "3b"', 8).regex(/^[1-8][a-z]$/, {
      error: 'expected an id such as "3b": the week and a small letter',
    }),
    text: line('what the reader will be able to do, in at most 300 characters', 300),
    section: line('the heading under which the text teaches it', 120),
  },
  { error: expects('id, text and section') },
);

const reference = z.strictObject(
  {
    id: line('a short id such as kolden-2018', 60).regex(/^[a-z0-9-]+$/, {
      error: 'expected an id such as kolden-2018: small letters, digits and hyphens',
    }),
    authors: line('the authors, such as "Kolden, G. G., & Wang, C.-C."', 500),
    year: z.int({ error: 'expected a year such as 2018' }).min(1850).max(2100),
    title: paired(line('the title of the work, in at most 300 characters', 300)),
    source: paired(line('where it appeared, such as "*Psychotherapy*, 55(4), 424–433"', 300)),
    doi: line('a DOI', 200)
      .regex(/^10\.\d{4,9}\/\S+$/, {
        error: 'expected a DOI such as 10.1037/pst0000162, without https://doi.org/',
      })
      .optional(),
  },
  { error: expects('id, authors, year, title, source and, where it is certain, doi') },
);

const option = z.strictObject(
  {
    id: line('an option’s id such as a', 2).regex(/^[a-z]$/, {
      error: 'expected an option’s id such as a: one small letter',
    }),
    text: line('the text of the option, in at most 300 characters', 300),
  },
  { error: expects('id and text') },
);

const item = z.strictObject(
  {
    id: line('an id such as "3-1"', 8).regex(/^[1-8]-\d+$/, {
      error: 'expected an id such as "3-1": the week, a hyphen and a number',
    }),
    objective: line('the id of an objective, such as 3b', 8),
    question: line('a question of at most 500 characters', 500),
    options: z
      .array(option, { error: 'expected a list of options' })
      .min(2, { error: 'expected at least two options' }),
    key: line('the id of the right option, such as b', 2),
    rationale: line('why the key is right, in at most 1000 characters', 1000),
  },
  { error: expects('id, objective, question, options, key and rationale') },
);

const frontMatter = z.strictObject(
  {
    week: z
      .int({ error: `expected a week from 1 to ${WEEKS}` })
      .min(1, { error: `expected a week from 1 to ${WEEKS}` })
      .max(WEEKS, { error: `expected a week from 1 to ${WEEKS}` }),
    // The subject of its mail is made of week and title, and an inbox shows 60 characters.
    title: line('a title of at most 54 characters', 54),
    preview: line('a preview line of at most 110 characters', 110),
    promise: line('one sentence that says what the reader will have', 300),
    practice: z.strictObject(
      {
        name: line('the name of the practice, such as "For, fit, hold"', 60),
        when: line('when it is for, such as "when a session moves you"', 120),
      },
      { error: expects('name and when') },
    ),
    reflection: line('the question that the reader’s log stands below, as the text has it', 300),
    objectives: z
      .array(objective, { error: 'expected a list of objectives' })
      .min(1, { error: 'expected at least one objective' }),
    references: z
      .array(reference, { error: 'expected a list of references' })
      .min(1, { error: 'expected at least one reference' }),
    postTest: z
      .array(item, { error: 'expected a list of post-test items' })
      .min(1, { error: 'expected at least one post-test item' }),
  },
  {
    error: expects(
      'week, title, preview, promise, practice, reflection, objectives, references and postTest',
    ),
  },
);

export type FrontMatter = z.infer<typeof frontMatter>;

/** Lines to say at one kind of moment, in the order of the text. */
export interface Lines {
  /** Such as "When a client stops in the middle". */
  when: string;
  say: string[];
}

/** A work cited in a lesson, ready to print. */
export interface CitedWork {
  /** From 1, in the order of first citation. */
  number: number;
  text: Inline[];
}

/** A lesson file, read and checked. */
export interface Lesson extends Omit<FrontMatter, 'references'> {
  /** The file's name without number and ending, such as `no-map-still-moving`. */
  slug: string;
  blocks: Block[];
  references: CitedWork[];
  /** What stands on the page of lines to say. */
  lines: Lines[];
  /** The steps of the practice, for the sheet of all eight. */
  steps: string[];
  /** The parts of the plan, in the lesson that has one. */
  plan: string[];
  /** Words of instruction: continuing education counts them without headings and references. */
  words: number;
  /** Minutes to read at 200 words a minute, rounded up. */
  minutes: number;
}

/**
 * Reads the text of one lesson file. `file` is its name as the messages should print it.
 * Throws a LessonError that lists all problems as `file: field or line: what was expected`.
 */
export function parseLesson(source: string, file: string): Lesson {
  const problems = new Set<string>();
  const say = (where: string, what: string) => problems.add(`${file}: ${where}: ${what}`);
  const text = source.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
  const [, yaml, body] = /^---\n([\s\S]*?\n)---\n([\s\S]*)$/.exec(text) ?? [];
  if (yaml === undefined || body === undefined) {
    say('line 1', 'expected front matter between two lines of ---, then the lesson');
    throw new LessonError([...problems]);
  }
  text.split('\n').forEach((content, at) => {
    for (const what of openQuestions(content)) say(`line ${at + 1}`, what);
  });

  // The file's first line is the --- above the front matter.
  const front = readFields(frontMatter, yaml, say, 2);
  const known = front?.references.map(({ id }) => id);
  const cited: string[] = [];
  const cite = (id: string, line: number) => {
    if (known && !known.includes(id)) {
      say(`line ${line}`, `expected [@${id}] to name a reference, but no reference has that id`);
    }
    if (!cited.includes(id)) cited.push(id);
    return cited.indexOf(id) + 1;
  };
  const bodyLine = yaml.split('\n').length + 2;
  const problem = (line: number, what: string) => say(`line ${line}`, what);
  const lines: Lines[] = [];
  const marked: Record<Mark, string[]> = { say: [], step: [], plan: [] };
  const mark = (kind: Mark, text: string, when: string | null, line: number) => {
    const words = onASheet(text);
    marked[kind].push(words);
    if (kind !== 'say') return;
    const group = when === null ? lines.at(-1) : lines.find((each) => each.when === when);
    if (group) group.say.push(words);
    else if (when !== null) lines.push({ when, say: [words] });
    else problem(line, 'expected [words](say "When …") to say when, at the first of its lines');
  };
  const blocks = readMarkdown(body, { cite, mark, problem }, bodyLine);
  if (blocks.length === 0) say(`line ${bodyLine}`, 'expected the text of the lesson');

  const slug = /^\d\d-([a-z0-9-]+)\.md$/.exec(basename(file))?.[1];
  if (front) {
    checkIds(front, say);
    checkSections(front, blocks, say);
    if (!body.includes(front.reflection)) {
      say('reflection', 'expected the question as it stands in the text, word for word');
    }
    front.references.forEach(({ id }, at) => {
      if (cited.includes(id)) return;
      say(`references[${at}].id`, `expected [@${id}] somewhere in the text`);
    });
    if (slug === undefined || !basename(file).startsWith(`0${front.week}-`)) {
      const name = `0${front.week}-the-title.md`;
      say('week', `expected a file name such as ${name} for week ${front.week}`);
    }
  }
  if (!front || slug === undefined || problems.size > 0) throw new LessonError([...problems]);

  const references = front.references
    .map((work) => ({ number: cited.indexOf(work.id) + 1, text: describe(work) }))
    .sort((one, other) => one.number - other.number);
  const words = countWords(blocks);
  return {
    ...front,
    slug,
    blocks,
    references,
    lines,
    steps: marked.step,
    plan: marked.plan,
    words,
    minutes: Math.ceil(words / WORDS_A_MINUTE),
  };
}

/** Breaks as soon as options are shuffled, or an item is read without the ones around it. */
const DEPENDENT = [
  /\b(previous|preceding|next|last|above|below) (item|question|option|answer|reply|two|three|one)\b/i,
  /\b(first|second|third|fourth|last) (option|answer|reply|choice|statement)\b/i,
  /\boptions? [a-d]\b/i,
  /\b(that|this|the same) (finding|study|experiment|client|survey)\b.*\?/i,
];

/** Words of an item that name a position or another item, each with what it is in; empty for a good one. */
export function dependentWords({ question, options, rationale }: FrontMatter['postTest'][number]) {
  const said = [question, rationale].flatMap((text) =>
    DEPENDENT.flatMap((rule) => rule.exec(text)?.[0] ?? []).slice(0, 1),
  );
  const shuffled = options.flatMap(
    ({ text }) => /\b(all|none|both|neither) of (the|these)|\ba and b\b/i.exec(text)?.[0] ?? [],
  );
  return [...said, ...shuffled];
}

/**
 * Items of a post-test from a file of their own: a list as the lessons' files have it.
 *
 * @throws LessonError
 */
export function readItems(source: string, file: string): FrontMatter['postTest'] {
  const problems: string[] = [];
  const say: Say = (where, what) => void problems.push(`${file}: ${where}: ${what}`);
  const found = readFields(z.array(item, { error: 'expected a list of items' }), source, say);
  for (const [at, each] of (found ?? []).entries()) checkItem(each, `[${at}]`, say);
  if (!found || problems.length > 0) throw new LessonError(problems);
  return found;
}

/** What must hold inside one item: its key is an option, and nothing in it hangs on an order. */
function checkItem(test: FrontMatter['postTest'][number], field: string, say: Say): void {
  const options = test.options.map(({ id }) => id);
  if (!options.includes(test.key)) {
    say(`${field}.key`, `expected one of the options ${options.join(', ')}, got ${test.key}`);
  }
  for (const words of dependentWords(test)) {
    say(field, `expected no words that name a position or another item, got "${words}"`);
  }
}

/** Reads the lesson of one week from a folder. Throws a LessonError, also where there is none. */
export function readLesson(folder: string, week: number): Lesson {
  const name = lessonFiles(folder).find((file) => file.startsWith(`0${week}-`));
  if (name === undefined) throw new LessonError([missing(folder, week)]);
  return parseLesson(readFileSync(join(folder, name), 'utf8'), `${shown(folder)}/${name}`);
}

/**
 * Reads all lessons of a folder, in the order of their weeks.
 * Throws a LessonError with the problems of all files; also when a week is missing or doubled.
 */
export function readLessons(folder: string): Lesson[] {
  const problems: string[] = [];
  const lessons: Lesson[] = [];
  const fileOf = new Map<number, string>();
  for (const name of lessonFiles(folder)) {
    const file = `${shown(folder)}/${name}`;
    const week = Number(name.slice(0, 2));
    const other = fileOf.get(week);
    if (other) {
      problems.push(`${file}: week: expected a week of its own, ${other} has week ${week}`);
    }
    fileOf.set(week, file);
    try {
      const lesson = parseLesson(readFileSync(join(folder, name), 'utf8'), file);
      if (lesson.lines.length === 0) {
        problems.push(`${file}: expected some [words](say "When …") for the page of lines to say`);
      }
      if (lesson.steps.length === 0) {
        problems.push(`${file}: expected some [words](step) for the sheet of practices`);
      }
      lessons.push(lesson);
    } catch (error) {
      if (!(error instanceof LessonError)) throw error;
      problems.push(...error.problems);
    }
  }
  for (let week = 1; week <= WEEKS; week++) {
    if (!fileOf.has(week)) problems.push(missing(folder, week));
  }
  if (problems.length > 0) throw new LessonError(problems);
  return lessons;
}

/** Names begin with the week, so their order is the order of the course. */
function lessonFiles(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.md'))
    .sort();
}

function missing(folder: string, week: number): string {
  return `${shown(folder)}: week ${week}: expected a lesson in a file such as 0${week}-the-title.md`;
}

/** A path as the person at the keyboard would name it. */
export function shown(folder: string): string {
  const path = relative(process.cwd(), folder).replaceAll('\\', '/');
  return path === '' || path.startsWith('..') ? folder : path;
}

/** What must be settled before a line may be published. */
function openQuestions(content: string): string[] {
  const found: string[] = [];
  if (/\bCHECK\b/.test(content)) {
    found.push('expected the open CHECK to be settled and the word removed');
  }
  const hole = /\{\{.*?(\}\}|$)/.exec(content)?.[0];
  if (hole !== undefined) {
    found.push(`expected no placeholder (a lesson is also read in the browser), got ${hole}`);
  }
  return found;
}

/** Marked words as they stand alone: without the quotation marks around them, as a whole sentence. */
function onASheet(text: string): string {
  const words = text.replaceAll(/\s+/g, ' ').trim();
  const bare = /^“[^”]*”$/.test(words) ? words.slice(1, -1) : words;
  const ended = /[.?!]”?$/.test(bare) ? bare : `${bare}.`;
  return ended.charAt(0).toUpperCase() + ended.slice(1);
}

/** Rules that hold between fields: ids are unique, belong to the week, and point at something. */
function checkIds(front: FrontMatter, say: Say): void {
  const unique = (field: string, ids: string[]) =>
    ids.forEach((id, at) => {
      if (ids.indexOf(id) === at) return;
      say(`${field}[${at}].id`, `expected an id of its own, got ${id} again`);
    });
  for (const field of ['objectives', 'references', 'postTest'] as const) {
    unique(
      field,
      front[field].map(({ id }) => id),
    );
  }

  const week = String(front.week);
  const objectives = front.objectives.map(({ id }) => id);
  objectives.forEach((id, at) => {
    if (id.startsWith(week)) return;
    say(`objectives[${at}].id`, `expected "${week}${id[1]}", got "${id}"`);
  });
  front.postTest.forEach((test, at) => {
    const field = `postTest[${at}]`;
    const options = test.options.map(({ id }) => id);
    if (!test.id.startsWith(`${week}-`)) {
      say(`${field}.id`, `expected an id that begins with "${week}-", got "${test.id}"`);
    }
    if (!objectives.includes(test.objective)) {
      say(`${field}.objective`, `expected one of ${objectives.join(', ')}, got ${test.objective}`);
    }
    unique(`${field}.options`, options);
    checkItem(test, field, say);
  });
}

/** An objective is taught under a heading that the text has. */
function checkSections(front: FrontMatter, blocks: readonly Block[], say: Say): void {
  const headings = blocks.flatMap((block) =>
    block.type === 'heading' ? [plain(block.children)] : [],
  );
  front.objectives.forEach(({ section }, at) => {
    if (headings.includes(section)) return;
    say(`objectives[${at}].section`, `expected a heading of the text, got ${got(section)}`);
  });
}

/** A reference in the manner of the APA: authors (year). Title. Source. DOI. */
function describe(work: FrontMatter['references'][number]): Inline[] {
  const sentence = (text: string) => (/[.?!]\*?$/.test(text) ? text : `${text}.`);
  const parts = [
    ...emphasis(`${work.authors} (${work.year}). ${sentence(work.title)} `),
    ...emphasis(sentence(work.source)),
  ];
  if (work.doi === undefined) return parts;
  const href = `https://doi.org/${encodeURI(work.doi)}`;
  const address: Inline = { type: 'link', href, children: [{ type: 'text', text: href }] };
  return [...parts, { type: 'text', text: ' ' }, address];
}
