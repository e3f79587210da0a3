import type { Block } from '../markdown.ts';
import { COLUMNS, stack, toText } from '../text.ts';
import { look } from './look.ts';
import { Prose } from './prose.tsx';
import { Table } from './table.tsx';

interface Parts {
  before: Block[];
  /** From a heading to the numbered list below it. Empty where a text has no such list. */
  practice: Block[];
  after: Block[];
}

type NumberedList = Extract<Block, { type: 'list' }> & { ordered: true };

/** Takes the practice out of a text: its first numbered list, with the heading and words above it. */
export function partsOf(blocks: Block[]): Parts {
  const list = blocks.findIndex(isNumbered);
  const heading = blocks.slice(0, list + 1).findLastIndex(({ type }) => type === 'heading');
  if (list < 0 || heading < 0) return { before: blocks, practice: [], after: [] };
  return {
    before: blocks.slice(0, heading),
    practice: blocks.slice(heading, list + 1),
    after: blocks.slice(list + 1),
  };
}

/** A text with its practice as a card. `label` says where the card is from, for whoever meets it alone. */
export function WithPractice({ blocks, label }: { blocks: Block[]; label: string }) {
  const { before, practice, after } = partsOf(blocks);
  return (
    <>
      <Prose blocks={before} medium="mail" />
      {practice.length > 0 && <Card blocks={practice} label={label} />}
      <Prose blocks={after} medium="mail" />
    </>
  );
}

/** The same for a text part: the practice between two lines. */
export function textWithPractice(blocks: Block[], label: string): string {
  const { before, practice, after } = partsOf(blocks);
  const line = '_'.repeat(COLUMNS);
  const card = practice.length > 0 ? [`\n${line}`, label, toText(practice).trim(), line] : [];
  return stack([toText(before), ...card, toText(after)]);
}

function Card({ blocks, label }: { blocks: Block[]; label: string }) {
  const [heading, ...rest] = blocks;
  return (
    <>
      <Table className="raised card" style={look.card}>
        <tr>
          <td className="ink" style={look.cardCell}>
            <p className="sans soft" style={look.cardLabel}>
              {label}
            </p>
            {heading && <Prose blocks={[heading]} medium="mail" heading="cardHeading" />}
            {rest.map((block, at) => {
              // biome-ignore lint/suspicious/noArrayIndexKey: rendered once, in this order
              if (isNumbered(block)) return <Steps key={at} list={block} />;
              // biome-ignore lint/suspicious/noArrayIndexKey: rendered once, in this order
              return <Prose key={at} blocks={[block]} medium="mail" />;
            })}
          </td>
        </tr>
      </Table>
      <div style={look.space}>{'\u00a0'}</div>
    </>
  );
}

/** The steps, each beside a large number, which no program lets a list have. */
function Steps({ list }: { list: NumberedList }) {
  return (
    <Table>
      {list.items.map((item, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rendered once, in this order
        <tr key={at}>
          <td width="34" valign="top" className="clay" style={look.number}>
            {list.start + at}
          </td>
          <td className="ink" style={look.step}>
            <Prose blocks={item} medium="mail" bare />
          </td>
        </tr>
      ))}
    </Table>
  );
}

function isNumbered(block: Block): block is NumberedList {
  return block.type === 'list' && block.ordered;
}
