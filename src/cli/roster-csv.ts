import papa from 'papaparse';

/** One learner as /operator/api gives them. */
export interface RosterRow {
  firstName: string;
  email: string;
  weeksSent: number;
  finished: boolean;
}

/**
 * First characters that make a spreadsheet run a cell, and get a quote before them (OWASP ASVS 5.0,
 * 1.2.10), with those that some programs read as the same: line breaks and full-width forms, also behind
 * what nobody sees.
 */
const FORMULA = /^\p{Default_Ignorable_Code_Point}*[=+\-@\t\r\n\0＝＋－＠]/u;

/** By this Excel knows UTF-8, and reads “Zoë” as it is. */
const BOM = '\ufeff';

/** A roster as CSV (RFC 4180), UTF-8: every cell quoted, none that a spreadsheet would run. */
export function rosterCsv(rows: RosterRow[]): string {
  const fields = ['name', 'address', 'weeks sent', 'finished'];
  const data = rows.map((row) => [
    row.firstName,
    row.email,
    row.weeksSent,
    row.finished ? 'yes' : 'no',
  ]);
  const text = papa.unparse({ fields, data }, { quotes: true, escapeFormulae: FORMULA });
  // Without a learner it ends its one line already.
  return BOM + (text.endsWith('\r\n') ? text : `${text}\r\n`);
}
