import papa from 'papaparse';
import type { RosterRow } from '../../provider/read-roster.ts';

/**
 * First characters that make a spreadsheet run a cell, and get a quote before them (OWASP ASVS 5.0,
 * 1.2.10), with those that some programs read as the same: line breaks and full-width forms.
 */
const FORMULA = /^[=+\-@\t\r\n\0＝＋－＠]/;

/** A roster as CSV (RFC 4180): every cell quoted, none that a spreadsheet would run. */
export function rosterCsv(rows: RosterRow[]): string {
  const fields = ['name', 'address', 'weeks sent', 'finished'];
  const data = rows.map((row) => [
    row.firstName,
    row.email,
    row.weeksSent,
    row.finished ? 'yes' : 'no',
  ]);
  return `${papa.unparse({ fields, data }, { quotes: true, escapeFormulae: FORMULA })}\r\n`;
}
