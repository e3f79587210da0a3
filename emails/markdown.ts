import { Marked, type Token, type Tokens } from 'marked';

/** A run of text inside a block. */
export type Inline =
  | { type: 'text'; text: string }
  | { type: 'strong' | 'em'; children: Inline[] }
  | { type: 'link'; href: string; children: Inline[] }
  | { type: 'cite'; numbers: number[] }
  | { type: 'break' };

/** The few kinds of block that a mail, a page and a text part can all show well. */
export type Block =
  | { type: 'heading'; depth: 2 | 3; children: Inline[] }
  /** `aside` marks an unspoken thought, written as `*(note: …)*`. */
  | { type: 'paragraph'; aside: boolean; children: Inline[] }
  /** `exchange` marks a conversation: at least one paragraph opens with a name in bold. */
  | { type: 'quote'; exchange: boolean; blocks: Block[] }
  | { type: 'list'; ordered: boolean; start: number; items: Block[][] }
  | { type: 'rule' };

/** What the reader of a Markdown text hears while it is read. Lines count from 1. */
export interface Listener {
  /** The number to print for a cited reference. Called in the order of the text. */
  cite(id: string, line: number): number;
  /** Words that a sheet to print takes out of the text as well. `when` says what a line is for. */
  mark(kind: Mark, words: string, when: string | null, line: number): void;
  /** Something in the text can't be used. Reading goes on, so that all of it is reported. */
  problem(line: number, message: string): void;
}

/** What marked words are: a line to say, a step of the practice, a part of the plan. */
export type Mark = (typeof MARKS)[number];

const MARKS = ['say', 'step', 'plan'] as const;

const marked = new Marked({
  extensions: [
    {
      name: 'citation',
      level: 'inline',
      start: (source) => source.indexOf('[@'),
      tokenizer(source) {
        const raw = /^\[@[^\]]*\]/.exec(source)?.[0];
        return raw === undefined ? undefined : { type: 'citation', raw };
      },
    },
  ],
});

const REFUSED: Record<string, string> = {
  html: 'raw HTML can’t be used; write Markdown',
  code: 'code blocks can’t be used; a paragraph must not be indented by four spaces',
  codespan: 'code can’t be used; write quotation marks',
  table: 'tables can’t be used in mails; write a list',
  image: 'images can’t be used; the mails are readable without any',
  del: 'struck-through text can’t be used; remove it',
  checkbox: 'check boxes can’t be used; write a list',
};

/**
 * Reads Markdown into blocks. `firstLine` is the line of the file on which `source` begins.
 * What can't be shown is left out of the result and told to the listener.
 */
export function readMarkdown(source: string, listener: Listener, firstLine = 1): Block[] {
  let line = firstLine;

  function refuse(token: Token): void {
    listener.problem(line, REFUSED[token.type] ?? `“${token.raw.trim()}” can’t be used`);
  }

  function citation(raw: string): Inline[] {
    const ids = raw.slice(1, -1).split(';');
    if (ids.every((id) => /^\s*@[a-z0-9-]+\s*$/.test(id))) {
      return [{ type: 'cite', numbers: ids.map((id) => listener.cite(id.trim().slice(1), line)) }];
    }
    listener.problem(line, `expected a citation like [@kolden-2018] or [@a; @b], got ${raw}`);
    return [];
  }

  function text(value: string): Inline[] {
    const entity = /&(?:#\w+|[a-z]\w*);/i.exec(value)?.[0];
    if (entity) listener.problem(line, `expected the character itself, got ${entity}`);
    return [{ type: 'text', text: value }];
  }

  function link(token: Tokens.Link): Inline[] {
    const kind = MARKS.find((mark) => mark === token.href);
    if (kind) {
      const words = inlines(token.tokens);
      listener.mark(kind, plain(words), token.title?.trim() || null, line);
      return words;
    }
    if (!/^(https:\/\/|mailto:|\{\{\w+\}\}$)/.test(token.href)) {
      listener.problem(line, `expected a link to an https:// address, got ${token.href}`);
    }
    return [{ type: 'link', href: token.href, children: inlines(token.tokens) }];
  }

  function inline(token: Token): Inline[] {
    switch (token.type) {
      case 'text':
        return token.tokens ? inlines(token.tokens) : text(token.text);
      case 'escape':
        return [{ type: 'text', text: token.text }];
      case 'strong':
      case 'em':
        return [{ type: token.type, children: inlines(token.tokens) }];
      case 'br':
        return [{ type: 'break' }];
      case 'link':
        return link(token as Tokens.Link);
      case 'citation':
        return citation(token.raw);
      default:
        refuse(token);
        return [];
    }
  }

  function inlines(tokens: Token[] | undefined): Inline[] {
    return (tokens ?? []).flatMap(inline);
  }

  function heading(token: Tokens.Heading): Block[] {
    const mark = /^#+/.exec(token.raw)?.[0];
    if (mark !== '##' && mark !== '###') {
      const got = mark ?? `a line under “${token.text}”`;
      listener.problem(line, `expected a heading that begins with ## or ###, got ${got}`);
    }
    const depth = token.depth > 2 ? 3 : 2;
    return [{ type: 'heading', depth, children: inlines(token.tokens) }];
  }

  function paragraph(token: Token): Block[] {
    if (/\n\s*\*\*[^*\n]+:\*\*/.test(token.raw)) {
      listener.problem(line, 'expected an empty line (in a quotation: “>”) before each speaker');
    }
    const children = inlines('tokens' in token ? token.tokens : [token]);
    const thought = thoughtIn(children);
    return [{ type: 'paragraph', aside: thought !== null, children: thought ?? children }];
  }

  function quote(token: Tokens.Blockquote): Block[] {
    const inside = blocks(token.tokens);
    return [{ type: 'quote', exchange: inside.some(isTurn), blocks: inside }];
  }

  function list(token: Tokens.List): Block[] {
    const items = token.items.map((item) => blocks(item.tokens));
    const start = token.start === '' ? 1 : token.start;
    return [{ type: 'list', ordered: token.ordered, start, items }];
  }

  function block(token: Token): Block[] {
    switch (token.type) {
      case 'space':
      case 'def':
        return [];
      case 'heading':
        return heading(token as Tokens.Heading);
      case 'paragraph':
      case 'text':
        return paragraph(token);
      case 'blockquote':
        return quote(token as Tokens.Blockquote);
      case 'list':
        return list(token as Tokens.List);
      case 'hr':
        return [{ type: 'rule' }];
      default:
        refuse(token);
        return [];
    }
  }

  function blocks(tokens: Token[]): Block[] {
    return tokens.flatMap(block);
  }

  return marked.lexer(source).flatMap((token) => {
    const found = block(token);
    line += token.raw.split('\n').length - 1;
    return found;
  });
}

/** Reads Markdown that we wrote ourselves, without citations. Throws at the first problem. */
export function prose(source: string): Block[] {
  return readMarkdown(source, {
    cite: (id) => {
      throw new Error(`expected no citation, got @${id}`);
    },
    mark: (kind) => {
      throw new Error(`expected no words marked as ${kind}`);
    },
    problem: (line, message) => {
      throw new Error(`line ${line}: ${message}`);
    },
  });
}

/** Reads `*emphasis*` and nothing else, as in the source of a reference. */
export function emphasis(source: string): Inline[] {
  return source
    .split('*')
    .map<Inline>((text, at) => {
      const run: Inline = { type: 'text', text };
      return at % 2 ? { type: 'em', children: [run] } : run;
    })
    .filter((run) => run.type !== 'text' || run.text !== '');
}

/** The words of a line without marks and citations. */
export function plain(children: Inline[]): string {
  return children
    .map((child) => {
      if (child.type === 'text') return child.text;
      if (child.type === 'break') return ' ';
      return 'children' in child ? plain(child.children) : '';
    })
    .join('');
}

/** How many words of text a reader meets in these blocks: quotations and lists, but no headings. */
export function countWords(blocks: Block[]): number {
  const counts = blocks.map((block) => {
    if (block.type === 'quote') return countWords(block.blocks);
    if (block.type === 'list') return countWords(block.items.flat());
    if (block.type === 'rule' || block.type === 'heading') return 0;
    return plain(block.children).match(/[\p{L}\p{N}][^\s—]*/gu)?.length ?? 0;
  });
  return counts.reduce((sum, count) => sum + count, 0);
}

/** `*(note: …)*` as `(…)` without the label; null for any other paragraph. */
function thoughtIn(children: Inline[]): Inline[] | null {
  const [only] = children;
  if (children.length !== 1 || only?.type !== 'em') return null;
  const [first, ...rest] = only.children;
  if (first?.type !== 'text' || !first.text.startsWith('(note: ')) return null;
  return [{ type: 'text', text: `(${first.text.slice('(note: '.length)}` }, ...rest];
}

function isTurn(block: Block): boolean {
  if (block.type !== 'paragraph') return false;
  const [first] = block.children;
  return first?.type === 'strong' && plain(first.children).endsWith(':');
}
