import { fleschKincaid } from 'flesch-kincaid';
import { syllable } from 'syllable';
import type { Lesson } from '../../emails/lesson.ts';
import { type Block, type Inline, plain } from '../../emails/markdown.ts';

/** Instructional words of a lesson: continuing-education credit by reading is computed from them. */
const WORDS = { least: 1450, most: 1650 };

const HARDEST_GRADE = 9;

/** Figures of studies that one section may hold before a reader stops reading them. */
const MOST_FIGURES = 8;

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
  if (found > HARDEST_GRADE)
    problems.push(`reading grade ${found.toFixed(1)} is above ${HARDEST_GRADE}`);
  for (const [heading, figures] of figuresBySection(lesson.blocks)) {
    if (figures.length <= MOST_FIGURES) continue;
    problems.push(`${figures.length} figures under "${heading}": ${figures.join(' ')}`);
  }
  problems.push(...codeProblems(texts.map(({ text }) => text)));
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

/** The figures under each heading; years, week numbers and numbers without a study are none. */
function figuresBySection(blocks: Block[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const [heading, inside] of sectionsOf(blocks)) {
    const cited = paragraphs(inside).filter(({ cites }) => cites);
    const figures = cited.flatMap(({ text }) =>
      text
        .replace(/\bweeks? \d( and \d)?/gi, '')
        .replace(/\b(19|20)\d\d\b/g, '')
        .match(/[−-]?(\d[\d,]*(\.\d+)?|\.\d+)%?/g),
    );
    found.set(
      heading,
      figures.flatMap((figure) => figure ?? []),
    );
  }
  return found;
}

/** The blocks under each heading, by the heading's words. */
export function sectionsOf(blocks: Block[]): Map<string, Block[]> {
  const sections = new Map<string, Block[]>();
  let inside: Block[] = [];
  sections.set('', inside);
  for (const block of blocks) {
    if (block.type === 'heading') {
      inside = [];
      sections.set(plain(block.children), inside);
    } else {
      inside.push(block);
    }
  }
  return sections;
}

const CODES = ['APA', 'ACA', 'NASW', 'AAMFT'] as const;

/** Standards of four professions stand together, once, with the advice to look them up. */
function codeProblems(texts: string[]): string[] {
  const standards = texts.filter((text) => /\b(APA|ACA|NASW|AAMFT) ([A-Z]\.)?\d/.test(text));
  if (standards.length !== 1) return [`standards named in ${standards.length} places, not 1`];
  const [text = ''] = standards;
  const missing = CODES.filter((code) => !new RegExp(`\\b${code} ([A-Z]\\.)?\\d`).test(text));
  return [
    ...missing.map((code) => `no standard of the ${code} beside the others`),
    ...(/check your current code/i.test(text)
      ? []
      : ['standards without "check your current code"']),
  ];
}
