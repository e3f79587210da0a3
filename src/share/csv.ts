import papa from 'papaparse';
import { millisOf } from '../clock.ts';
import type { RosterLine } from './share.ts';

/**
 * First characters that make a spreadsheet run a cell, and get a quote before them (OWASP ASVS 5.0,
 * 1.2.10), with those that some programs read as the same: line breaks and full-width forms, also behind
 * what nobody sees.
 */
const FORMULA = /^\p{Default_Ignorable_Code_Point}*[=+\-@\t\r\n\0＝＋－＠]/u;

/** By this Excel knows UTF-8, and reads “Zoë” as it is. */
export const BOM = '\ufeff';

const FIELDS = [
  'ref',
  'name',
  'address',
  'weeks sent',
  'all eight sent',
  'began on',
  'all eight sent on',
];

/** What stands before the first line of a file (RFC 4180, UTF-8). */
export const csvHead = (): string => `${BOM}${csvOf([FIELDS])}`;

/** Some lines of a roster: every cell quoted, none that a spreadsheet would run. Days are UTC. */
export function csvLines(lines: readonly RosterLine[]): string {
  return csvOf(
    lines.map(({ ref, name, email, weeks, allEight, began, finished }) => [
      ref,
      name,
      email,
      weeks,
      allEight ? 'yes' : 'no',
      dayOf(began),
      dayOf(finished),
    ]),
  );
}

const dayOf = (at: RosterLine['began']) =>
  at === null ? '' : new Date(millisOf(at)).toISOString().slice(0, 10);

/** Lines of any file for a spreadsheet (RFC 4180): every cell quoted, none that a spreadsheet would run. */
export function csvOf(rows: readonly (readonly (string | number)[])[]): string {
  if (rows.length === 0) return '';
  return `${papa.unparse(rows as (string | number)[][], { quotes: true, escapeFormulae: FORMULA })}\r\n`;
}
