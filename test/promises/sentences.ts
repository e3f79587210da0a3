import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAst } from 'vite';

const ROOT = join(import.meta.dirname, '../..');

/** Where people read what we say: pages, the form on other sites, mails, README, SECURITY and other papers. */
const PLACES = [
  /^src\/web\/(?!local\/|operator\/|webhooks\/|middleware\/).*\.tsx?$/,
  /^src\/(signup\/consent|widget\/embed)\.ts$/,
  /^emails\/(templates|components)\/.*\.tsx$/,
  /^(README|SECURITY|ARCHITECTURE)\.md$/,
  /^src\/(cli|widget)\/README\.md$/,
];

/** A text that people read, as sentences without markup. */
export interface Place {
  /** Path in the project, with slashes. */
  path: string;
  sentences: string[];
}

/** A node of a parsed file, as the parser gives it. */
type Node = { type: string; [key: string]: unknown };

/** The project's own files whose path fits, in order. */
export function filesLike(patterns: RegExp[]): string[] {
  const folders = ['src', 'emails', 'test'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((path) =>
      join(folder, path).replaceAll('\\', '/'),
    ),
  );
  return [...readdirSync(ROOT), ...folders]
    .filter((path) => patterns.some((pattern) => pattern.test(path)))
    .sort();
}

/** @param path in the project */
export function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** Every place with its sentences, in the order of paths. */
export function places(): Place[] {
  return filesLike(PLACES).map((path) => ({ path, sentences: sentencesOf(path, read(path)) }));
}

/**
 * What a reader finds in a file, sentence by sentence, in one line each. What is only known when it is
 * shown becomes `…`.
 */
export function sentencesOf(path: string, text: string): string[] {
  const said = path.endsWith('.md') ? withoutMarkdown(text) : wordsOfCode(path, text);
  return said
    .split(/\n{2,}|(?<=[.?:])\s+(?=[A-Z“‘(…])/)
    .map((sentence) => sentence.replace(/\s+/g, ' ').trim())
    .filter((sentence) => /\p{L} \p{L}/u.test(sentence));
}

function withoutMarkdown(text: string): string {
  return text
    .replace(/^ *```[\s\S]*?^ *```/gm, '\n\n')
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/^\|?[\s:|-]+\|$/gm, '')
    .replace(/^(\||#+ |- | *\d+\. )/gm, '\n\n')
    .replace(/\|/g, '\n\n')
    .replace(/\*\*|`|(?<!\w)\*|\*(?!\w)/g, '');
}

/** A program's texts: strings of more than a word, and the content of elements. */
function wordsOfCode(path: string, text: string): string {
  const markdown = path.startsWith('emails/') ? withoutMarkdown : (words: string) => words;
  const apart: string[] = [];
  const program = parse(path, text);
  walk(program, (node) => {
    if (node.type.startsWith('Import') || isType(node) || isPreview(node)) return 'leave';
    if (node.type === 'JSXAttribute' && !isSpoken(node)) return 'leave';
    const words = wordsOf(node);
    if (words === null) return 'enter';
    if (words.trim() !== '') apart.push(markdown(words));
    return isElement(node) ? 'enter' : 'leave';
  });
  return apart.join('\n\n');
}

/** The parsed file. */
export function parse(path: string, text: string): Node {
  const lang = path.endsWith('x') ? 'tsx' : 'ts';
  return parseAst(text, { lang }, path) as unknown as Node;
}

/** Goes through a file from its beginning. */
export function walk(node: Node, visit: (node: Node) => 'enter' | 'leave'): void {
  if (visit(node) === 'leave') return;
  for (const child of Object.values(node).flat()) if (isNode(child)) walk(child, visit);
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value;
}

const isElement = ({ type }: Node) => type === 'JSXElement' || type === 'JSXFragment';
const isType = ({ type }: Node) =>
  type.startsWith('TS') && !/^TS(As|Satisfies|NonNull)Expression$/.test(type);

/** A mail's sample values are nobody's words. */
function isPreview({ type, left }: Node): boolean {
  return (
    type === 'AssignmentExpression' && isNode(left) && nameOf(left.property) === 'PreviewProps'
  );
}

/** Attributes that a person reads or hears. */
function isSpoken({ name }: Node): boolean {
  return /^(label|hint|zoneHint|title|heading|description|alt|aria-label|placeholder|words|message|kicker|preview|summary)$/.test(
    nameOf(name),
  );
}

/** The words of a text or an element, elements in it that stand in a line with it included; null: none. */
function wordsOf(node: Node): string | null {
  switch (node.type) {
    case 'Literal':
      return typeof node.value === 'string' ? node.value : null;
    case 'TemplateLiteral':
      return list(node.quasis)
        .map((quasi) => (quasi.value as { cooked: string }).cooked)
        .join('…');
    case 'BinaryExpression':
      return node.operator === '+' && isNode(node.left) && isNode(node.right)
        ? `${wordsOf(node.left) ?? '…'}${wordsOf(node.right) ?? '…'}`
        : null;
    case 'JSXElement':
    case 'JSXFragment':
      return list(node.children).map(wordsInside).join('');
    default:
      return null;
  }
}

/** A child of an element, as it reads in the element's line. */
function wordsInside(node: Node): string {
  switch (node.type) {
    case 'JSXText':
      return lineOf(String(node.value));
    case 'JSXExpressionContainer':
      return isNode(node.expression) ? (wordsOf(node.expression) ?? '…') : '';
    case 'JSXElement': {
      const name = isNode(node.openingElement) ? nameOf(node.openingElement.name) : '';
      if (/^(a|strong|em|b|code|cite)$/.test(name)) return wordsOf(node) ?? '';
      return /^[A-Z]/.test(name) && list(node.children).length === 0 ? '…' : '\n\n';
    }
    default:
      return '';
  }
}

/** Text between elements, as JSX takes it: lines in one, without what sets them in. */
function lineOf(text: string): string {
  const lines = text.split('\n');
  const trimmed = lines.map((line, at) => {
    const begun = at === 0 ? line : line.trimStart();
    return at === lines.length - 1 ? begun : begun.trimEnd();
  });
  return trimmed.filter((line) => line !== '').join(' ');
}

function list(value: unknown): Node[] {
  return Array.isArray(value) ? value.filter(isNode) : [];
}

/** A name, however it is written; empty where there is none. */
export function nameOf(node: unknown): string {
  return isNode(node) && typeof node.name === 'string' ? node.name : '';
}
