/** What a certificate says: frozen when its learner completes, and never composed again. */

import { DAY, type Seconds } from '../clock.ts';
import { canonical } from './canonical.ts';

/** A change of what is seen is a new number here, beside the old: issued certificates keep theirs. */
export const LAYOUT = 1;

/** All that a reader of paper, page and register may see. */
export interface Printed {
  /** As on the licence: trimmed, NFC. */
  name: string;
  /** Where the name is in another script: the spelling that boards compare with. */
  latinName: string | null;
  licences: Licence[];
  /** The course's, as it was filed. */
  title: string;
  /** Such as "asynchronous, text-based self-study". */
  format: string;
  /** `YYYY-MM-DD` in the zone of the claim. */
  completedOn: string;
  /** IANA zone of that day; null where it is the provider's. */
  zone: string | null;
  /** A multiple of 0.25; null where no approval counts, and then nothing speaks of credit. */
  hours: number | null;
  provider: {
    name: string;
    slug: string;
    address: string;
    email: string;
    phone: string | null;
    /** A row of `prints`; null for none. */
    logo: string | null;
  };
  /** "Ana Example, PsyD", as the course names them. */
  authors: string[];
  signer: {
    name: string;
    title: string;
    credentials: string;
    /** The signature, a row of `prints`; null where the typed name stands for it. */
    image: string | null;
  };
  /** Those that count on the day, in the adoption's order. */
  approvals: Approval[];
  objectives: string[];
  /** Made where course time can be moved: it says so, and certifies nothing. */
  sample: boolean;
}

export interface Licence {
  number: string;
  /** Empty where it was not asked. */
  jurisdiction: string;
  profession: string;
}

export interface Approval {
  /** Such as `nbcc`, by the operator's own word. */
  kind: string;
  holder: string;
  number: string;
  /** Days. */
  validFrom: string;
  validUntil: string;
  /** The delivery format that it is for. */
  format: string;
  credits: number;
  /** Such as "NBCC clock hours". */
  creditName: string;
  /** The approver's words, letter by letter. */
  statement: string;
  /** Where it does not count, such as "New York". */
  notIn: string[];
  /** Such as "NY: at most 12 of 36 hours by self-study". */
  caps: string[];
}

/** What a board asks the provider for, and no paper says. */
export interface Kept {
  /** Hashes, hex. */
  edition: string;
  adoption: string;
  right: number;
  of: number;
  needed: number;
  tries: number;
  /** The words of the attestation, their version among them, and the instant, epoch seconds. */
  attested: { words: string; at: number };
  /** The day that each lesson was sent, and the hash of its text. */
  lessons: { lesson: number; day: string; textHash: string }[];
  /** How the hours were counted. */
  method: string;
  minutes: number;
  /** How long the provider keeps the certificate, whatever its holder erases. */
  retentionYears: number;
}

export interface Frozen {
  printed: Printed;
  record: Kept;
}

/** A certificate that has a number. */
export interface Certificate {
  number: string;
  /** Epoch seconds. */
  issuedAt: number;
  printed: Printed;
}

export type State = 'stands' | 'withdrawn' | 'replaced';

/** Whether it stands. Whatever was replaced does not, and is not called withdrawn. */
export function stateOf(row: { withdrawnAt: Seconds | null; replacedBy: string | null }): State {
  if (row.withdrawnAt === null) return 'stands';
  return row.replacedBy === null ? 'withdrawn' : 'replaced';
}

/** A picture as it is kept: its type, and base64. */
export interface Picture {
  type: 'image/png' | 'image/jpeg';
  body: string;
}

/** The pictures of a certificate, by their hashes. */
export type Pictures = ReadonlyMap<string, Picture>;

/** The hashes of what it prints. */
export function picturesOf({ provider, signer }: Printed): string[] {
  return [provider.logo, signer.image].filter((hash) => hash !== null);
}

/** The JSON that is kept, with its keys in order, so that the same certificate is the same text. */
export function frozenText(frozen: Pick<Frozen, 'printed'> & Partial<Frozen>): string {
  return canonical(frozen);
}

/** What was kept, as it was frozen. */
export const frozenOf = (text: string): Frozen => JSON.parse(text);

/** Never earlier than the day, whatever leap years are between. Epoch seconds. */
export function keptUntil(completedAt: Seconds, { retentionYears }: Kept): Seconds {
  return completedAt + retentionYears * 366 * DAY;
}

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** `2026-11-27` as "November 27, 2026". */
export function dayInWords(day: string): string {
  const [year, month, date] = day.split('-').map(Number);
  return `${MONTHS[(month ?? 0) - 1]} ${date}, ${year}`;
}

/** Credits as they are written: 2 as "2.0", 1.25 as "1.25". */
export function credits(count: number): string {
  return Number.isInteger(count * 10) ? count.toFixed(1) : count.toFixed(2);
}

/** The day of completion as paper and pages say it. */
export function completion({ completedOn, zone }: Printed): string {
  return zone === null ? dayInWords(completedOn) : `${dayInWords(completedOn)} (${zone})`;
}

/** "Licensed professional counselor, Oregon, C1234". */
export function licenceInWords({ number, jurisdiction, profession }: Licence): string {
  const where = [profession, jurisdiction].filter((each) => each !== '').join(', ');
  return where === '' ? `License ${number}` : `${where}: ${number}`;
}

/** "2.0 NBCC clock hours: Harbor Institute, ACEP No. 1234, January 1, 2026 to December 31, 2026." */
export function approvalInWords(approval: Approval): string {
  const { holder, number, validFrom, validUntil } = approval;
  const period = `${dayInWords(validFrom)} to ${dayInWords(validUntil)}`;
  return `${credits(approval.credits)} ${approval.creditName}: ${holder}, ${number}, ${period}.`;
}

/** What stands beside an approval's statement: where it does not count, and which caps there are. */
export function limitsOf({ notIn, caps }: Approval): string[] {
  const nowhere = notIn.length === 0 ? [] : [`Does not count in ${listed(notIn)}.`];
  return [...nowhere, ...caps];
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}

/** "Dana Ortiz, PhD". */
export function signerInWords({ name, credentials }: Printed['signer']): string {
  return credentials === '' ? name : `${name}, ${credentials}`;
}

/** Where its provider is reached, in one line: "12 Quay Street, Portland, OR 97201 · ce@harbor.example". */
export function reachInWords({ address, email, phone }: Printed['provider']): string {
  const where = address.replace(/,?\s*\n\s*/g, ', ');
  return [where, email, phone ?? ''].filter((way) => way !== '').join(' · ');
}

/** Every text that a certificate prints: what a font of ours must have letters for. */
export function textsOf(printed: Printed): string[] {
  const { provider, signer } = printed;
  return [
    printed.name,
    printed.latinName ?? '',
    ...printed.licences.map(licenceInWords),
    printed.title,
    printed.format,
    provider.name,
    provider.address,
    provider.email,
    provider.phone ?? '',
    ...printed.authors,
    signerInWords(signer),
    signer.title,
    ...printed.approvals.flatMap((each) => [
      approvalInWords(each),
      each.statement,
      ...limitsOf(each),
    ]),
    ...printed.objectives,
  ];
}
