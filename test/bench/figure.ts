/** One line of the bench's table. */
export interface Figure {
  figure: string;
  measured: string;
  /** Empty for what is given for information only. */
  target: string;
  /** Null where there is no target, or where it could not be measured. */
  met: boolean | null;
}

/** What one part of the bench found. */
export interface Findings {
  figures: Figure[];
  /** Lines that `--detail` shows. */
  details: string[];
}

/** What every part is told. */
export interface Options {
  /** Enrollments of the large database. */
  many: number;
  /** Shorter rounds. */
  quick: boolean;
  /** A folder of this run's own, removed at its end. */
  folder: string;
  /** The production build, made once: the path of its wrangler.json. */
  build(): Promise<string>;
}

/** @param at 0 to 1 */
export function quantile(values: number[], at: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * at))];
  if (value === undefined) throw new Error('nothing was measured');
  return value;
}

export function median(values: number[]): number {
  return quantile(values, 0.5);
}

/** Columns as wide as their widest cell, two spaces between. */
export function columns(rows: string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

export function table(figures: Figure[]): string[] {
  const answer = (met: boolean | null) => (met === null ? '' : met ? 'yes' : 'NO');
  return columns([
    ['figure', 'measured', 'target', 'met'],
    ...figures.map((row) => [row.figure, row.measured, row.target, answer(row.met)]),
  ]);
}
