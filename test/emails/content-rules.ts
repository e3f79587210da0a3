import { fleschKincaid } from 'flesch-kincaid';
import { syllable } from 'syllable';
import type { Lesson } from '../../emails/lesson.ts';
import { type Block, type Inline, plain } from '../../emails/markdown.ts';

/** Instructional words of a lesson: continuing-education credit by reading is computed from them. */
const WORDS = { least: 1450, most: 1650 };

const HARDEST_GRADE = 11;

/** What a correlation cannot show. Looked for in sentences that hold a figure or cite a study. */
const CAUSAL =
  /\b(caus(e|es|ed|ing)|prov(e|es|ed|en|ing)|lead(s|ing)? to|led to|result(s|ed)? in|improv(e|es|ed)|boost(s|ed)?|ensur(e|es|ed)|guarantee[sd]?|make(s)? clients|work(s|ed) because|thanks to|the key to)\b/i;

/** A figure of a study, as opposed to "two people" or "week 3". */
const STATISTIC = /\b[rdgkN] ?= ?[−-]?\.?\d|\d ?%|percent|odds ratio/i;

interface Paragraph {
  text: string;
  cites: boolean;
  line: Inline[];
}

/** Every run of text a reader meets, in order. */
export function paragraphs(blocks: Block[]): Paragraph[] {
  return blocks.flatMap((block) => {
    if (block.type === 'quote') return paragraphs(block.blocks);
    if (block.type === 'list') return paragraphs(block.items.flat());
    if (block.type === 'rule') return [];
    return [{ text: plain(block.children), cites: hasCite(block.children), line: block.children }];
  });
}

function hasCite(children: Inline[]): boolean {
  return children.some(
    (child) => child.type === 'cite' || ('children' in child && hasCite(child.children)),
  );
}

/** Sentences end at a stop that a capital or an opening quotation mark follows, not at "r = .38". */
export function sentences(text: string): string[] {
  return text
    .split(/(?<=[.?!:]["”’)]*)\s+(?=["“‘(]*[A-Z])/)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== '');
}

/** Flesch-Kincaid grade of a lesson's text, headings left out: they are not sentences. */
export function grade(lesson: Lesson): number {
  const texts = paragraphs(lesson.blocks.filter((block) => block.type !== 'heading'));
  const all = texts.flatMap(({ text }) => sentences(text));
  const words = all.flatMap((sentence) => sentence.match(/[\p{L}\p{N}][\p{L}\p{N}’'-]*/gu) ?? []);
  return fleschKincaid({
    sentence: all.length,
    word: words.length,
    syllable: words.reduce((sum, word) => sum + syllable(word), 0),
  });
}

function links(children: Inline[]): string[] {
  return children.flatMap((child) => [
    ...(child.type === 'link' ? [child.href] : []),
    ...('children' in child ? links(child.children) : []),
  ]);
}

/** What is wrong with a lesson's words, one line each; empty when nothing is. */
export function wordProblems(lesson: Lesson): string[] {
  const problems: string[] = [];
  const texts = paragraphs(lesson.blocks);
  if (lesson.words < WORDS.least || lesson.words > WORDS.most) {
    problems.push(`${lesson.words} words, not ${WORDS.least} to ${WORDS.most}`);
  }
  const found = grade(lesson);
  if (found > HARDEST_GRADE) problems.push(`reading grade ${found.toFixed(1)} is above 11`);
  for (const { text, cites, line } of texts) {
    for (const sentence of sentences(text)) {
      const causal = CAUSAL.exec(sentence)?.[0];
      if (causal && (cites || STATISTIC.test(sentence))) {
        problems.push(`"${causal}" beside a study: ${sentence}`);
      }
    }
    if (STATISTIC.test(text) && !cites) problems.push(`a figure without a citation: ${text}`);
    for (const href of links(line)) {
      if (!/^https:\/\/[a-z0-9.-]+\.[a-z]{2,}(\/\S*)?$/.test(href))
        problems.push(`a link to ${href}`);
    }
    if (/\bhttps?:\/\/|\]\(|\[@/.test(text)) problems.push(`a link that is none: ${text}`);
    if (/!|\bsimply\b/i.test(text)) problems.push(`a loud or empty word: ${text}`);
    if (/(CE|continuing.education) (approv|accredit|credit)/i.test(text)) {
      problems.push(`a claim about CE: ${text}`);
    }
  }
  return problems;
}

/** What is wrong with a lesson's post-test items, one line each. */
export function postTestProblems(lesson: Pick<Lesson, 'objectives' | 'postTest'>): string[] {
  const problems: string[] = [];
  const { postTest, objectives } = lesson;
  if (postTest.length !== 4) problems.push(`${postTest.length} items, not 4`);
  for (const { id } of objectives) {
    if (!postTest.some((item) => item.objective === id))
      problems.push(`no item on objective ${id}`);
  }
  const longest = postTest.filter(({ options, key }) => {
    const length = (id: string) => options.find((option) => option.id === id)?.text.length ?? 0;
    return options.every((option) => option.id === key || option.text.length < length(key));
  });
  if (longest.length > 1) problems.push('the right option is the longest more than once');
  const keys = new Set(postTest.map((item) => item.key));
  if (keys.size < 3) problems.push('the keys cluster');
  for (const { id, options, key, rationale } of postTest) {
    if (options.length !== 4) problems.push(`${id}: ${options.length} options, not 4`);
    if (new Set(options.map((option) => option.id)).size !== options.length) {
      problems.push(`${id}: an option id twice`);
    }
    if (options.filter((option) => option.id === key).length !== 1)
      problems.push(`${id}: no one key`);
    if (rationale.length < 20) problems.push(`${id}: no rationale`);
    for (const { text } of options) {
      if (/\b(all|none|both|neither) of (the|these)|\ba and b\b/i.test(text)) {
        problems.push(`${id}: "${text}" cannot be shuffled`);
      }
    }
  }
  return problems;
}
