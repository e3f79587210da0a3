/** What a provider hands to boards: lines of its report, and of the sheet that CE Broker takes. */

import { BOM, csvOf } from '../share/csv.ts';
import { type Approval, credits, type Licence, type State } from './certificate.ts';

/** A certificate as its provider reports it. */
export interface ReportLine {
  number: string;
  name: string;
  latinName: string | null;
  licences: Licence[];
  /** `YYYY-MM-DD`. */
  completedOn: string;
  hours: number | null;
  approvals: Pick<Approval, 'credits' | 'creditName' | 'number'>[];
  right: number;
  of: number;
  tries: number;
  state: State;
  /** The number that stands in its place. */
  replacedBy: string | null;
  /** Somebody else, or nobody knows who, has one that stands with the same name. */
  repeats: boolean;
}

const FIELDS = [
  'number',
  'name',
  'name in Latin letters',
  'license',
  'jurisdiction',
  'profession',
  'completed on',
  'hours',
  'approvals',
  'right answers',
  'of',
  'tries',
  'state',
  'another with this name',
];

/** What stands before the first line of the report (RFC 4180, UTF-8). */
export const reportHead = (): string => `${BOM}${csvOf([FIELDS])}`;

export function reportLines(lines: readonly ReportLine[]): string {
  return csvOf(
    lines.map((line) => [
      line.number,
      line.name,
      line.latinName ?? '',
      joined(line.licences, 'number'),
      joined(line.licences, 'jurisdiction'),
      joined(line.licences, 'profession'),
      line.completedOn,
      line.hours === null ? '' : credits(line.hours),
      line.approvals.map(approvalInShort).join('; '),
      line.right,
      line.of,
      line.tries,
      stateInWords(line),
      line.repeats ? 'yes' : 'no',
    ]),
  );
}

const joined = (licences: readonly Licence[], part: keyof Licence) =>
  licences
    .map((licence) => licence[part])
    .filter((each) => each !== '')
    .join('; ');

/** "2.0 NBCC clock hours, ACEP No. 7041". */
const approvalInShort = ({ credits: count, creditName, number }: ReportLine['approvals'][number]) =>
  `${credits(count)} ${creditName}, ${number}`;

export const stateInWords = ({ state, replacedBy }: Pick<ReportLine, 'state' | 'replacedBy'>) =>
  replacedBy === null ? state : `replaced by ${replacedBy}`;

/** The states whose boards CE Broker may report to, by the names that a licence has here. */
export const STATES: Readonly<Record<string, string>> = Object.fromEntries(
  'Alabama AL,Alaska AK,Arizona AZ,Arkansas AR,California CA,Colorado CO,Connecticut CT,Delaware DE,District of Columbia DC,Florida FL,Georgia GA,Guam GU,Hawaii HI,Idaho ID,Illinois IL,Indiana IN,Iowa IA,Kansas KS,Kentucky KY,Louisiana LA,Maine ME,Maryland MD,Massachusetts MA,Michigan MI,Minnesota MN,Mississippi MS,Missouri MO,Montana MT,Nebraska NE,Nevada NV,New Hampshire NH,New Jersey NJ,New Mexico NM,New York NY,North Carolina NC,North Dakota ND,Northern Mariana Islands MP,Ohio OH,Oklahoma OK,Oregon OR,Pennsylvania PA,Puerto Rico PR,Rhode Island RI,South Carolina SC,South Dakota SD,Tennessee TN,Texas TX,US Virgin Islands VI,Utah UT,Vermont VT,Virginia VA,Washington WA,West Virginia WV,Wisconsin WI,Wyoming WY'
    .split(',')
    .map((each) => [each.slice(0, -3), each.slice(-2)]),
);

/** A licence to which a certificate is reported. */
export interface BrokerLine {
  /** Of the certificate. */
  certificate: string;
  name: string;
  licence: string;
  /** Two letters. */
  state: string;
  profession: string;
  completedOn: string;
}

/** One line for each licence with a number in one of these states; `states` by their two letters. */
export function brokerLinesOf(
  lines: readonly Pick<ReportLine, 'number' | 'name' | 'latinName' | 'licences' | 'completedOn'>[],
  states: readonly string[],
): BrokerLine[] {
  return lines.flatMap(({ number: certificate, name, latinName, licences, completedOn }) =>
    licences.flatMap(({ number, jurisdiction, profession }) => {
      const state = STATES[jurisdiction];
      if (number === '' || state === undefined || !states.includes(state)) return [];
      return [
        { certificate, name: latinName ?? name, licence: number, state, profession, completedOn },
      ];
    }),
  );
}

/** A provider's names at CE Broker, as its sheet wants them. */
export interface BrokerNumbers {
  /** Its tracking number, without `50-`. */
  provider: string;
  /** The course's tracking number, without `20-`, or the provider's own name for it. */
  course: string;
}

/**
 * Columns A to H of the sheet that providers upload, without its headings: provider, course number or own
 * id, publishing number, licence, day, state, profession.
 */
export function brokerSheet(
  lines: readonly BrokerLine[],
  { provider, course }: BrokerNumbers,
): string {
  const tracked = /^[\d-]+$/.test(course);
  return `${BOM}${csvOf(
    lines.map(({ licence, state, profession, completedOn }) => [
      provider,
      tracked ? course : '',
      tracked ? '' : course,
      '',
      licence,
      slashed(completedOn),
      `State=${state}`,
      `Profession=${profession}`,
    ]),
  )}`;
}

/** `2026-03-07` as `3/7/2026`. */
function slashed(day: string): string {
  const [year, month, date] = day.split('-').map(Number);
  return `${month}/${date}/${year}`;
}
