// biome-ignore-all lint/a11y/noRedundantRoles: without them a table drawn as a list is none to Safari
import type { Child } from 'hono/jsx';

export interface Column {
  /** Empty over buttons, of which a screen reader is told that they are some. */
  label: string;
  /** Numbers stand at the end, so that their digits are below each other. */
  number?: boolean;
  /** Of words of any length, which may break anywhere: addresses. */
  long?: boolean;
}

const lookOf = ({ number, long }: Column) => (number ? 'number' : long ? 'long' : undefined);

export interface Row {
  key: string | number;
  /** One for each column; the first names the row. */
  cells: Child[];
}

interface TableProps {
  /** What it lists; `unseen` where a heading above it says so. */
  caption: string;
  unseen?: boolean;
  columns: Column[];
  rows: Row[];
}

/** A table, and where it is too narrow for one a list in which each line names its cells. */
export function Table({ caption, unseen = false, columns, rows }: TableProps) {
  const [first, ...rest] = columns;
  return (
    <table class="table" role="table">
      <caption class={unseen ? 'unseen' : undefined}>{caption}</caption>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map((column) => (
            <th key={column.label} scope="col" role="columnheader" class={lookOf(column)}>
              {column.label || <span class="unseen">What you can do</span>}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map(({ key, cells }) => (
          <tr key={key} role="row">
            <th scope="row" role="rowheader" class={first && lookOf(first)}>
              {cells[0]}
            </th>
            {rest.map((column, index) => (
              <td key={column.label} role="cell" class={lookOf(column)} data-label={column.label}>
                <span>{cells[index + 1]}</span>
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
