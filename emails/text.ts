import { type Block, type Inline, plain } from './markdown.ts';

/** Columns of a line in a text part; RFC 3676 section 4.2 advises 78 or fewer. */
export const COLUMNS = 72;

/**
 * Columns that a placeholder is taken to fill once the server has put its text there: a line of its own,
 * but for the sentence's mark after it. So no name and no time zone makes a line longer than it was made.
 */
const HOLE = COLUMNS - 1;

/** Breaks text at spaces into lines of at most `columns`. Never inside a word or an address. */
export function wrap(text: string, columns: number = COLUMNS): string {
  return text
    .split('\n')
    .flatMap((line) => wrapLine(line, columns))
    .join('\n');
}

/** A title or heading set off by a line of its own length (72 at most). */
export function underlined(heading: string, mark: '=' | '-'): string {
  const lines = wrap(heading);
  const longest = Math.max(...lines.split('\n').map((line) => line.length));
  return `${lines}\n${mark.repeat(longest)}`;
}

/** A link as text: what it is for, and the address whole on a line of its own. */
export function textLink(label: string, href: string): string {
  return `${wrap(`${label}:`)}\n${href}`;
}

/** Puts parts below each other with one empty line between them, leaving out empty ones. */
export function stack(parts: string[]): string {
  return parts.filter((part) => part !== '').join('\n\n');
}

/** A whole text part. It ends with a line break, as text should. */
export function textPart(parts: string[]): string {
  return `${stack(parts)}\n`;
}

/**
 * Blocks as plain text: headings underlined, quotations indented, lists with their numbers,
 * citations as [1], the address of a link on its own line below the paragraph.
 */
export function toText(blocks: Block[], columns: number = COLUMNS): string {
  return stack(blocks.map((block) => blockText(block, columns)));
}

/** One numbered entry of a list, its further lines indented below the first. */
export function hanging(mark: string, body: string): string {
  return mark + body.replaceAll(/\n(?!\n|$)/g, `\n${' '.repeat(mark.length)}`);
}

/** Inline runs as one line of text, not wrapped. */
export function inlineText(children: Inline[]): string {
  return children.map((child, at) => runText(child, at === 0)).join('');
}

function blockText(block: Block, columns: number): string {
  switch (block.type) {
    case 'heading': {
      const heading = plain(block.children);
      // One more empty line above, so that a heading stands off from what came before.
      return `\n${block.depth === 2 ? underlined(heading, '-') : wrap(heading, columns)}`;
    }
    case 'paragraph':
      return paragraphText(block.children, columns);
    case 'quote':
      return indented(toText(block.blocks, columns - 8));
    case 'list': {
      const width = `${block.start + block.items.length - 1}. `.length;
      const items = block.items.map((item, at) => {
        const mark = block.ordered ? `${block.start + at}. `.padEnd(width) : '- ';
        return hanging(mark, toText(item, columns - mark.length));
      });
      // Short items stand close together, longer ones apart.
      return items.join(items.some((item) => item.includes('\n')) ? '\n\n' : '\n');
    }
    case 'rule':
      return '* * *';
  }
}

function paragraphText(children: Inline[], columns: number): string {
  const words = inlineText(children);
  const links = linksIn(children);
  const [only] = links;
  if (links.length === 1 && only && words.endsWith(only.label)) {
    return `${wrap(`${words}:`, columns)}\n${only.href}`;
  }
  return stack([wrap(words, columns), ...links.map(({ label, href }) => textLink(label, href))]);
}

function runText(run: Inline, first: boolean): string {
  switch (run.type) {
    case 'text':
      return run.text.replaceAll('\n', ' ');
    case 'break':
      return '\n';
    case 'cite':
      return `[${run.numbers.join(', ')}]`;
    case 'link':
      return inlineText(run.children);
    case 'em':
      return `*${inlineText(run.children)}*`;
    case 'strong': {
      const inside = inlineText(run.children);
      // A name or a label that opens a paragraph stands out by its place.
      return first ? inside : `*${inside}*`;
    }
  }
}

function wrapLine(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/[ \t]+/).filter(Boolean)) {
    const longer = line ? `${line} ${word}` : word;
    if (line && widthOf(longer) > columns) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  return [...lines, line];
}

function widthOf(text: string): number {
  return [...text.replaceAll(/\{\{\w+\}\}/g, '-'.repeat(HOLE))].length;
}

/** Links whose address doesn't already stand in the text. */
function linksIn(children: Inline[]): { label: string; href: string }[] {
  return children.flatMap((child) => {
    if (child.type === 'link') {
      const label = plain(child.children);
      return label === child.href ? [] : [{ label, href: child.href }];
    }
    return 'children' in child ? linksIn(child.children) : [];
  });
}

function indented(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '    ');
}
