import { dependentWords, type Lesson } from '../../emails/lesson.ts';
import { type Block, plain } from '../../emails/markdown.ts';
import { paragraphs, sectionsOf } from './content-rules.ts';

type Tested = Pick<Lesson, 'objectives' | 'postTest'>;
type Item = Lesson['postTest'][number];

/** Verbs of which somebody can see whether a learner did it; "understand" is none. */
const RECALLING = [
  ...['Compare', 'Contrast', 'Define', 'Describe', 'Differentiate', 'Distinguish', 'Explain'],
  ...['Give', 'Identify', 'List', 'Name', 'Report', 'State', 'Summarize'],
];
const APPLYING = [
  ...['Apply', 'Choose', 'Compose', 'Create', 'Evaluate', 'Formulate', 'Prepare', 'Recognize'],
  'Use',
];

const VERBS = [...RECALLING, ...APPLYING].map((verb) => verb.toLowerCase()).join('|');

/** Words that test-wise readers strike out, or pick, before they have read the rest. */
const ABSOLUTE = /\b(always|never|only|all|every|everyone|none|nobody|impossible|completely)\b/i;

/** Common words of five letters or more that a stem and its key may share. */
const PLAIN = new Set(
  'about after again aloud among client could doing first found hardly having lesson other people question session should since sister something their there therapist these thing things think those three today what’s which while would'.split(
    ' ',
  ),
);

/** What is wrong with a lesson's post-test items, one line each. */
export function postTestProblems(lesson: Tested): string[] {
  const { postTest, objectives } = lesson;
  const problems: string[] = [];
  if (postTest.length !== 4) problems.push(`${postTest.length} items, not 4`);
  for (const { id, text } of objectives) {
    if (!postTest.some((item) => item.objective === id))
      problems.push(`no item on objective ${id}`);
    problems.push(...objectiveProblems(id, text));
  }
  if (postTest.filter(isLongest).length > 1) {
    problems.push('the right option is the longest more than once');
  }
  if (new Set(postTest.map((item) => item.key)).size < 3) problems.push('the keys cluster');
  for (const item of postTest) {
    const say = (what: string) => problems.push(`${item.id}: ${what}`);
    const verb = objectives.find(({ id }) => id === item.objective)?.text.split(' ')[0] ?? '';
    formProblems(item).forEach(say);
    cueProblems(item).forEach(say);
    if (APPLYING.includes(verb) && !isVignette(item.question)) {
      say(`"${verb}" is tested without a situation`);
    }
    for (const other of postTest) {
      const given = other === item ? undefined : givesAway(other, item);
      if (given !== undefined) say(`${other.id} gives its answer away: ${given}`);
    }
  }
  return problems;
}

/** What can only be seen over all items: where the keys stand, and how long they are. */
export function bankProblems(lessons: readonly Tested[]): string[] {
  const problems: string[] = [];
  const items = lessons.flatMap(({ postTest }) => postTest);
  const least = Math.floor(items.length / 4) * 0.75;
  const most = Math.ceil(items.length / 4) * 1.25;
  for (const position of ['a', 'b', 'c', 'd']) {
    const there = items.filter(({ key }) => key === position).length;
    if (there < least || there > most) problems.push(`${there} keys stand at ${position}`);
  }
  const spread = lessons.filter(({ postTest }) => new Set(postTest.map((i) => i.key)).size === 4);
  if (spread.length > lessons.length / 4) {
    problems.push(`${spread.length} lessons use each position once, so the fourth key is free`);
  }
  const quarter = items.length / 4;
  const longest = items.filter(isLongest).length;
  const shortest = items.filter(isShortest).length;
  if (longest > quarter) problems.push(`the key is the longest option ${longest} times`);
  if (shortest > quarter) problems.push(`the key is the shortest option ${shortest} times`);
  const ids = items.map(({ id }) => id);
  if (new Set(ids).size !== ids.length) problems.push('two items share an id');
  return problems;
}

/** The studies named in a lesson's items that the section of the item's objective does not cite. */
export function untaughtStudies(lesson: Lesson): string[] {
  const sections = sectionsOf(lesson.blocks);
  return lesson.postTest.flatMap((item) => {
    const objective = lesson.objectives.find(({ id }) => id === item.objective);
    const cited = citedIn(sections.get(objective?.section ?? '') ?? []);
    const named = [...item.question.matchAll(/([A-ZØ][\p{L}-]+)[^.?()]{0,60} \((\d{4})\)/gu)];
    return named
      .filter(([, , year = '']) => {
        const works = lesson.references.filter(({ number }) => cited.includes(number));
        return !works.some((work) => plain(work.text).includes(`(${year})`));
      })
      .map(([study]) => `${item.id}: "${objective?.section}" does not cite ${study}`);
  });
}

/** Objective, where it is taught, and what tests it, as a table for reviewers. */
export function objectiveTable(lessons: readonly Lesson[]): string {
  const rows = lessons.flatMap(({ week, title, objectives, postTest }) =>
    objectives.map(({ id, text, section }) => {
      const items = postTest.filter(({ objective }) => objective === id).map((item) => item.id);
      return `| ${id} | ${text} | Week ${week}, ${title}: “${section}” | ${items.join(', ')} |`;
    }),
  );
  return `# Objectives, passages and items

Made by \`npx vitest run test/emails/content.test.ts -u\` from the lessons; the same test fails while it is out of date.

| id | objective | passage | items |
| --- | --- | --- | --- |
${rows.join('\n')}
`;
}

function objectiveProblems(id: string, text: string): string[] {
  const [verb = ''] = text.split(' ');
  const second = new RegExp(`\\b(and|or) (${VERBS})\\b`, 'i').exec(text)?.[0];
  return [
    ...([...RECALLING, ...APPLYING].includes(verb) ? [] : [`${id}: nobody can see "${verb}"`]),
    ...(second ? [`${id}: two objectives in one ("${second}")`] : []),
  ];
}

function formProblems(item: Item): string[] {
  const { options, key, rationale } = item;
  const problems: string[] = [];
  const texts = options.map(({ text }) => text);
  if (options.length !== 4) problems.push(`${options.length} options, not 4`);
  if (new Set(texts).size !== texts.length) problems.push('an option twice');
  if (options.filter((option) => option.id === key).length !== 1) problems.push('no one key');
  if (rationale.length < 20) problems.push('no rationale');
  for (const words of dependentWords(item)) {
    problems.push(`"${words}" depends on another item or on an order`);
  }
  const spoken = texts.filter((text) => text.startsWith('“')).length;
  if (spoken > 0 && spoken < texts.length) problems.push('some options are speech, some are not');
  const numbers = texts.map((text) =>
    Number(/−?\.?\d[\d.,]*/.exec(text)?.[0].replace(/[.,]$/, '')),
  );
  if (numbers.every((number) => !Number.isNaN(number))) {
    const sorted = numbers.every((number, at) => at === 0 || number >= (numbers[at - 1] ?? 0));
    if (!sorted) problems.push('numbers out of order');
  }
  return problems;
}

/** What lets somebody find the key who has not read the lesson. */
function cueProblems(item: Item): string[] {
  const { options, key, question } = item;
  const problems: string[] = [];
  const right = options.find(({ id }) => id === key)?.text ?? '';
  const wrong = options.filter(({ id }) => id !== key).map(({ text }) => text);
  for (const { text } of options) {
    const absolute = ABSOLUTE.exec(text)?.[0];
    if (absolute) problems.push(`"${absolute}" marks an option`);
  }
  const mean = wrong.reduce((sum, text) => sum + text.length, 0) / Math.max(wrong.length, 1);
  if (right.length > mean * 1.4 || right.length < mean * 0.65) {
    problems.push(`the key has ${right.length} characters, the others ${Math.round(mean)}`);
  }
  const stem = rootsOf(question);
  const elsewhere = new Set(wrong.flatMap((text) => [...rootsOf(text)]));
  for (const root of rootsOf(right)) {
    if (stem.has(root) && !elsewhere.has(root)) problems.push(`"${root}" rings in stem and key`);
  }
  return problems;
}

/** Words by their first six letters, so that "rating" rings with "ratings". */
function rootsOf(text: string): Set<string> {
  const words = text.toLowerCase().match(/[\p{L}’]{5,}/gu) ?? [];
  return new Set(words.filter((word) => !PLAIN.has(word)).map((word) => word.slice(0, 6)));
}

/** A figure of one item's key that another item prints; undefined when there is none. */
function givesAway(other: Item, item: Item): string | undefined {
  const key = item.options.find(({ id }) => id === item.key)?.text ?? '';
  const figures = key.match(/\.\d\d\b|\b\d{2,}(?:\.\d+)?%?/g) ?? [];
  const printed = [other.question, other.rationale, ...other.options.map(({ text }) => text)];
  return figures.find((figure) => printed.some((text) => text.includes(figure)));
}

function isVignette(question: string): boolean {
  const words = question.split(/\s+/).length;
  return words >= 15 && /\b(you|your|client|patient|colleague|man|woman|student)\b/i.test(question);
}

function lengths({ options, key }: Item): { right: number; wrong: number[] } {
  const right = options.find(({ id }) => id === key)?.text.length ?? 0;
  return { right, wrong: options.filter(({ id }) => id !== key).map(({ text }) => text.length) };
}

function isLongest(item: Item): boolean {
  const { right, wrong } = lengths(item);
  return wrong.every((length) => length < right);
}

function isShortest(item: Item): boolean {
  const { right, wrong } = lengths(item);
  return wrong.every((length) => length > right);
}

function citedIn(blocks: Block[]): number[] {
  return paragraphs(blocks).flatMap(({ line }) => numbersIn(line));
}

function numbersIn(line: ReturnType<typeof paragraphs>[number]['line']): number[] {
  return line.flatMap((run) => {
    if (run.type === 'cite') return run.numbers;
    return 'children' in run ? numbersIn(run.children) : [];
  });
}
