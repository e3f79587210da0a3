import { type CSSProperties, Fragment, type ReactNode } from 'react';
import type { Block, Inline } from '../markdown.ts';
import { look } from './look.ts';
import { Table } from './table.tsx';

interface Props {
  /** A mail carries its styles on the elements; a page has a stylesheet and linked citations. */
  medium: 'mail' | 'web';
}

type Paragraph = Extract<Block, { type: 'paragraph' }>;

interface ProseProps extends Props {
  blocks: Block[];
  /** The look of its headings in a mail, where they are none of the text's sections. */
  heading?: 'heading' | 'cardHeading';
  /** Leaves out the element around an only paragraph, inside one that stands for it. */
  bare?: boolean;
}

/** Blocks of text as HTML. */
export function Prose({ blocks, medium, heading = 'heading', bare = false }: ProseProps) {
  const [only] = blocks;
  if (bare && blocks.length === 1 && only?.type === 'paragraph') {
    return <Runs runs={only.children} medium={medium} />;
  }
  return each(blocks, (block) => <BlockOf block={block} medium={medium} heading={heading} />);
}

/** Runs of text as HTML, without an element around them. */
export function Runs({ runs, medium }: Props & { runs: Inline[] }) {
  return each(runs, (run, at) => <Run run={run} next={runs[at + 1]} medium={medium} />);
}

function BlockOf({
  block,
  medium,
  heading,
}: Props & { block: Block; heading: 'heading' | 'cardHeading' }) {
  const style = styleFor(medium);
  switch (block.type) {
    case 'heading': {
      const Tag = block.depth === 2 ? 'h2' : 'h3';
      return (
        <Tag style={style(block.depth === 2 ? heading : 'subheading')}>
          <Runs runs={block.children} medium={medium} />
        </Tag>
      );
    }
    case 'paragraph':
      return <ParagraphOf block={block} medium={medium} margin="paragraph" />;
    case 'quote': {
      const turns = each(block.blocks, (inner) =>
        inner.type === 'paragraph' ? (
          <ParagraphOf block={inner} medium={medium} margin="turn" />
        ) : (
          <BlockOf block={inner} medium={medium} heading={heading} />
        ),
      );
      if (medium === 'web') {
        const name = block.exchange ? 'exchange' : undefined;
        return <blockquote className={name}>{turns}</blockquote>;
      }
      // Outlook gives room inside to nothing but a cell.
      return (
        <blockquote style={look.quote}>
          <Table>
            <tr>
              <td
                className={block.exchange ? 'ink raised' : 'ink sunk'}
                style={block.exchange ? look.scene : look.box}
              >
                {turns}
              </td>
            </tr>
          </Table>
        </blockquote>
      );
    }
    case 'list': {
      const items = each(block.items, (item) => (
        <li style={style('item')}>
          <Prose blocks={item} medium={medium} bare />
        </li>
      ));
      if (!block.ordered) return <ul style={style('list')}>{items}</ul>;
      const start = block.start === 1 ? undefined : block.start;
      return (
        <ol start={start} style={style('list')}>
          {items}
        </ol>
      );
    }
    case 'rule':
      return <hr className={medium === 'mail' ? 'line' : undefined} style={style('rule')} />;
  }
}

function ParagraphOf({
  block,
  medium,
  margin,
}: Props & { block: Paragraph; margin: 'paragraph' | 'turn' }) {
  const style = styleFor(medium);
  const runs = <Runs runs={block.children} medium={medium} />;
  const [only] = block.children;
  if (medium === 'mail' && block.children.length === 1 && only?.type === 'link') {
    return (
      <p style={look.tapRow}>
        <a href={only.href} style={look.tap}>
          <Runs runs={only.children} medium={medium} />
        </a>
      </p>
    );
  }
  if (!block.aside) return <p style={style(margin)}>{runs}</p>;
  return (
    <p className={medium === 'mail' ? 'soft' : 'aside'} style={style('aside')}>
      <em>{runs}</em>
    </p>
  );
}

/** A figure such as "r = .28" is never broken over two lines. */
function together(text: string): string {
  return text.replace(/\b([dgkNr]) = /g, '$1\u00a0=\u00a0');
}

function Run({ run, next, medium }: Props & { run: Inline; next: Inline | undefined }) {
  switch (run.type) {
    case 'text':
      // The raised number of a citation stands close to the word before it.
      return together(next?.type === 'cite' ? run.text.trimEnd() : run.text);
    case 'strong':
    case 'em': {
      const Tag = run.type;
      return (
        <Tag>
          <Runs runs={run.children} medium={medium} />
        </Tag>
      );
    }
    case 'break':
      return <br />;
    case 'link':
      return (
        <a
          href={run.href}
          // A page of a learner's own tells no other site its address.
          rel={medium === 'web' && run.href.startsWith('https:') ? 'noreferrer' : undefined}
          style={styleFor(medium)('link')}
        >
          <Runs runs={run.children} medium={medium} />
        </a>
      );
    case 'cite':
      return <Cite numbers={run.numbers} medium={medium} />;
  }
}

function Cite({ numbers, medium }: Props & { numbers: number[] }) {
  if (medium === 'mail') return <sup style={look.cite}>{numbers.join(', ')}</sup>;
  return (
    <sup className="cite">
      {each(numbers, (number, at) => (
        <>
          {at > 0 && ', '}
          <a href={`#ref-${number}`}>{number}</a>
        </>
      ))}
    </sup>
  );
}

function styleFor(medium: Props['medium']) {
  return (name: keyof typeof look): CSSProperties | undefined =>
    medium === 'mail' ? look[name] : undefined;
}

function each<T>(items: T[], show: (item: T, at: number) => ReactNode): ReactNode[] {
  // biome-ignore lint/suspicious/noArrayIndexKey: rendered once, in this order
  return items.map((item, at) => <Fragment key={at}>{show(item, at)}</Fragment>);
}
