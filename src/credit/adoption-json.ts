/** An adoption as a provider gives it, in JSON: what each field must be, and what is to be asked about it. */

import * as z from 'zod';
import { parseEmail } from '../signup/signup.ts';
import type { AdoptionBody } from './adoption.ts';
import { type EditionPeople, type Item, mergener } from './edition.ts';

/** What of the edition an adoption is measured by. */
export interface Measured {
  hash: string;
  texts: { objectives: { id: string; text: string }[] }[];
  items: Item[];
  words: number;
  people: EditionPeople;
}

/** What is wrong with a field; its path is as JSON writes it, such as `approvals.0.number`. */
export interface Wrong {
  field: string;
  says: string;
}

export type ParsedAdoption =
  | { kind: 'adoption'; body: AdoptionBody }
  | { kind: 'wrong'; wrong: Wrong[] };

/** The most that a provider says of one thing. */
const MOST_WORDS = 2_000;

/** A card has four quarters of an hour. */
const isQuarter = (count: number) => Number.isInteger(count * 4);

/** A day that there is, as `YYYY-MM-DD`. */
export const isDay = (text: string) =>
  /^\d{4}-\d\d-\d\d$/.test(text) &&
  !Number.isNaN(Date.parse(`${text}T00:00:00Z`)) &&
  new Date(`${text}T00:00:00Z`).toISOString().startsWith(text);

const isAddress = (text: string) => {
  try {
    return parseEmail(text) !== '';
  } catch {
    return false;
  }
};

const tidy = (text: string) => text.toWellFormed().normalize('NFC').replace(/\r\n?/g, '\n').trim();

/** Words of a provider's: plain text, in as many lines as it likes. */
const words = (most = MOST_WORDS) =>
  z
    .string()
    .transform(tidy)
    .pipe(
      z
        .string()
        .min(1, 'must say something')
        .max(most, `must have ${most.toLocaleString('en-US')} characters at most`)
        // Only a line's end is left of what controls; and nothing turns the direction of what follows.
        .regex(/^(?!.*(?!\n)[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069])/su, {
          error: 'must be plain text, without control characters',
        }),
    );

/** The same in one line. */
const line = (most = 200) => words(most).refine((text) => !text.includes('\n'), 'must be one line');

const day = z.string().refine(isDay, 'must be a day, written as 2026-11-27');
const hash = z.string().regex(/^[\da-f]{64}$/, 'must be a hash: 64 of 0–9 and a–f');
const asked = z.enum(['no', 'may', 'must']);
const quarters = z
  .number()
  .positive('must be more than 0')
  .refine(isQuarter, 'must be a multiple of 0.25');
const slug = z
  .string()
  .max(40, 'must have 40 characters at most')
  .regex(/^[a-z\d]+(-[a-z\d]+)*$/, 'must be small letters and digits, with hyphens between');

const approval = z.strictObject({
  kind: slug,
  status: z.literal('approved', {
    error: ({ input }) =>
      input === 'submitted'
        ? 'An application earns nobody credit; add it when there is a number.'
        : 'must be `approved`',
  }),
  holder: line(),
  number: line(80),
  validFrom: day,
  validUntil: day,
  heldSince: day,
  start: z.enum(['first-lesson', 'completion']).default('first-lesson'),
  format: line(),
  credits: quarters,
  creditName: line(120),
  statement: words(),
  notIn: z.array(line(80)).max(60).default([]),
  caps: z.array(line(300)).max(20).default([]),
  evidence: words(),
});

const adoption = z.strictObject({
  edition: hash,
  accepts: z.array(hash).max(80).default([]),
  corrections: z.enum(['follow', 'ask']).default('follow'),
  from: day,
  until: day,
  signer: z.strictObject({
    name: line(120),
    title: line(120),
    credentials: line(80).or(z.literal('')).default(''),
    image: hash.nullable().default(null),
  }),
  contact: z.strictObject({
    address: words(500),
    email: z.string().refine(isAddress, 'must be an address that can be mailed'),
    phone: line(40).nullable().default(null),
  }),
  administrator: line(),
  planners: z.array(line()).min(1, 'must name somebody').max(20),
  disclosure: words(),
  objectives: z
    .array(z.string())
    .min(4, 'must be 4 to 6 of the edition’s')
    .max(6, 'must be 4 to 6 of the edition’s'),
  audience: words(),
  level: words(),
  limits: words(),
  refund: words(),
  grievance: words(),
  accommodation: words(),
  fee: words(),
  release: z.enum(['at-once', 'by-hand']),
  hours: z.strictObject({
    method: words(),
    minutes: z.int('must be whole minutes').min(15).max(1_200),
    difficulty: z.int().min(1).max(5).nullable().default(null),
    count: quarters,
  }),
  passMark: z
    .int('must be a whole percent')
    .min(70, 'must be 70 to 100')
    .max(100, 'must be 70 to 100')
    .default(80),
  tries: z
    .int()
    .min(1, 'must be 1 to 10, or null for as many as are wanted')
    .max(10, 'must be 1 to 10, or null for as many as are wanted')
    .nullable()
    .default(3),
  waitHours: z.int().min(0).max(720).default(24),
  evaluation: z.enum(['required', 'invited']).default('required'),
  asks: z.strictObject({ licence: asked, jurisdiction: asked, profession: asked }),
  nameOnRegister: z.enum(['learner-chooses', 'never']),
  reviewedOn: day,
  reviewBy: day,
  reviewedBy: line(),
  retentionYears: z.int().min(3, 'must be 3 to 10').max(10, 'must be 3 to 10').default(6),
  controller: z.strictObject({ name: line(), agreedOn: day }),
  approvals: z.array(approval).max(20),
}) satisfies z.ZodType<AdoptionBody>;

/**
 * Reads an adoption, measured by its edition. Text is trimmed and NFC; what may be left out has its usual value.
 *
 * @returns `wrong` with everything that is wrong with it, not only with the first of it
 */
export function parseAdoption(json: unknown, edition: Measured): ParsedAdoption {
  const read = adoption.safeParse(json, { error: saysOf });
  const wrong = read.success
    ? contradictions(read.data, edition)
    : read.error.issues.flatMap((issue) =>
        issue.code === 'unrecognized_keys'
          ? issue.keys.map((key) => ({
              field: [...issue.path, key].join('.'),
              says: 'is no field of an adoption',
            }))
          : [{ field: issue.path.join('.'), says: issue.message }],
      );
  return read.success && wrong.length === 0
    ? { kind: 'adoption', body: read.data }
    : { kind: 'wrong', wrong };
}

/** What is said where a field does not say it itself. */
function saysOf(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined
        ? 'is missing'
        : `must be ${KINDS[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return issue.input === undefined ? 'is missing' : `must be ${issue.values.join(' or ')}`;
    case 'too_small':
      return `must be ${issue.minimum} at least`;
    case 'too_big':
      return `must be ${issue.maximum} at most`;
    default:
      return 'is not as it must be';
  }
}

const KINDS: Record<string, string> = {
  string: 'text',
  array: 'a list',
  object: 'an object',
  int: 'a whole number',
  number: 'a number',
};

/** What each field may say, and all of them together may not. */
function contradictions(body: AdoptionBody, edition: Measured): Wrong[] {
  const wrong: Wrong[] = [];
  const must = (holds: boolean, field: string, says: string) => {
    if (!holds) wrong.push({ field, says });
  };
  const known = edition.texts.flatMap(({ objectives }) => objectives.map(({ id }) => id));
  const { people } = edition;
  for (const [field, named] of Object.entries(PEOPLE) as [keyof typeof PEOPLE, string][]) {
    must(
      people[field].length > 0,
      'edition',
      `names no ${named}: name them in emails/course.yaml, and freeze it again`,
    );
  }
  must(body.from < body.until, 'until', 'must be later than `from`');
  must(body.reviewedOn < body.reviewBy, 'reviewBy', 'must be later than `reviewedOn`');
  for (const id of body.objectives) {
    must(known.includes(id), 'objectives', `has ${id}, which the edition does not have`);
  }
  must(
    new Set(body.objectives).size === body.objectives.length,
    'objectives',
    'has one of them twice',
  );
  const most = Math.floor(body.hours.minutes / 15) / 4;
  must(
    body.hours.count <= most,
    'hours.count',
    `must be ${most} at most: ${body.hours.minutes} minutes are no more`,
  );
  const kinds = body.approvals.map(({ kind }) => kind);
  must(new Set(kinds).size === kinds.length, 'approvals', 'has one kind twice');
  for (const [at, each] of body.approvals.entries()) {
    const field = `approvals.${at}`;
    must(
      each.validFrom <= each.validUntil,
      `${field}.validUntil`,
      'must not be before `validFrom`',
    );
    must(each.heldSince <= each.validFrom, `${field}.heldSince`, 'must not be after `validFrom`');
    must(
      each.credits <= body.hours.count,
      `${field}.credits`,
      `must be ${body.hours.count} at most, as \`hours.count\` says`,
    );
  }
  return wrong;
}

/** Whom an edition must name before anybody adopts it. */
const PEOPLE = {
  authors: 'author',
  reviewers: 'reviewer',
  itemWriters: 'writer of the post-test’s items',
} as const;

/** What approvers forbid, or does not hold: each is said of a wording, not of a provider. */
const CLAIMS = [
  [
    /\bAPA[\s-]approved\s+(course|program|training)/iu,
    'an approver approves a provider and no course',
  ],
  [/\baccredited\s+by\b/iu, 'approvers of continuing education accredit nobody'],
  [
    /\b(all|fifty|50)\s+(50\s+|fifty\s+)?(US\s+|U\.S\.\s+)?states\b/iu,
    'no approval counts in all states',
  ],
] as const;

/**
 * What somebody should look at before it stands: each must be answered. Empty where there is nothing.
 *
 * @param published questions that anybody can read with their keys
 */
export function warningsOf(
  body: AdoptionBody,
  edition: Measured,
  published: readonly string[],
): string[] {
  const wordings = [
    ['the title', edition.people.title],
    ...body.approvals.flatMap(({ statement, creditName }, at) => [
      [`approvals.${at}.statement`, statement],
      [`approvals.${at}.creditName`, creditName],
    ]),
  ] as [string, string][];
  const said = wordings.flatMap(([field, text]) =>
    CLAIMS.flatMap(([pattern, why]) => {
      const found = pattern.exec(text)?.[0];
      return found === undefined ? [] : [`${field} says “${found}”: ${why}`];
    }),
  );
  const { minutes, difficulty } = body.hours;
  const formula =
    difficulty === null
      ? null
      : (mergener(edition.words, edition.items.length)[difficulty - 1] ?? null);
  const long =
    formula !== null && minutes > formula
      ? [
          `hours.minutes is ${minutes}: Mergener’s formula gives ${formula} for difficulty ${difficulty}`,
        ]
      : [];
  const never = body.approvals.flatMap(({ validFrom, validUntil }, at) =>
    validUntil < body.from || validFrom > body.until
      ? [`approvals.${at} holds on no day from ${body.from} to ${body.until}, and never counts`]
      : [],
  );
  const open = edition.items.filter(({ question }) => published.includes(question)).length;
  const read =
    open === 0
      ? []
      : [
          `${open} of its ${edition.items.length} questions stand in the public repository with their keys, which prove nothing to a board: npm run credit -- freeze --items FILE takes others`,
        ];
  return [...said, ...long, ...never, ...read];
}
