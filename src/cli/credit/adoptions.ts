import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { builtEdition } from '../edition.ts';
import { say } from '../local.ts';
import type { Call, Command } from './command.ts';

interface Approval {
  kind: string;
  holder: string;
  number: string;
  validFrom: string;
  validUntil: string;
  heldSince: string;
  start: string;
  credits: number;
  creditName: string;
  statement: string;
  notIn: string[];
  caps: string[];
  evidence: string;
}

interface Body {
  from: string;
  until: string;
  corrections: string;
  signer: { name: string; title: string; credentials: string; image: string | null };
  contact: { address: string; email: string; phone: string | null };
  administrator: string;
  planners: string[];
  hours: { method: string; minutes: number; count: number };
  passMark: number;
  tries: number | null;
  waitHours: number;
  evaluation: string;
  release: string;
  reviewedOn: string;
  reviewBy: string;
  reviewedBy: string;
  retentionYears: number;
  controller: { name: string; agreedOn: string };
  approvals: Approval[];
  [words: string]: unknown;
}

/** What the course says of an adoption that it took in, or would. */
interface Shown {
  result: string;
  id?: string;
  along?: number;
  provider: string;
  edition: { hash: string; title: string; words: number };
  objectives: { id: string; text: string }[];
  items: number;
  people: { authors: string[]; reviewers: string[]; itemWriters: string[] };
  body: Body;
  bodyHash: string;
  warnings: string[];
  before: { until: string; claims: number } | null;
}

const WORDS = [
  'audience',
  'level',
  'limits',
  'fee',
  'refund',
  'grievance',
  'accommodation',
  'disclosure',
];

/** An adoption as its learners will read it, and beside it what only the operator reads. */
function linesOf({
  provider,
  edition,
  objectives,
  items,
  people,
  body,
  bodyHash,
}: Shown): string[] {
  const { signer, contact, hours } = body;
  const tries = body.tries === null ? 'as many tries as are wanted' : `${body.tries} tries`;
  return [
    `${provider}: “${edition.title}”`,
    `  from ${body.from} to ${body.until}; ${hours.count} hours, ${hours.minutes} minutes at least`,
    `  counted: ${hours.method}`,
    `  post-test of ${items}: ${body.passMark} %, ${tries}, ${body.waitHours} hours between after the second`,
    `  evaluation ${body.evaluation}; certificate ${body.release}; kept for ${body.retentionYears} years`,
    `  signed by ${[signer.name, signer.credentials, signer.title].filter(Boolean).join(', ')}${signer.image ? ', with a signature' : ''}`,
    `  reach: ${[contact.address.replaceAll('\n', ', '), contact.email, contact.phone].filter(Boolean).join('; ')}`,
    `  administrator ${body.administrator}; planned by ${body.planners.join('; ')}`,
    `  written by ${people.authors.join('; ')}; reviewed by ${people.reviewers.join('; ')}; items by ${people.itemWriters.join('; ')}`,
    `  reviewed on ${body.reviewedOn} by ${body.reviewedBy}, next by ${body.reviewBy}`,
    `  answers for the data: ${body.controller.name}, by the agreement of ${body.controller.agreedOn}`,
    '  objectives:',
    ...objectives.map(({ id, text }) => `    ${id}  ${text}`),
    ...WORDS.map((field) => `  ${field}: ${String(body[field]).replaceAll('\n', '\n    ')}`),
    ...(body.approvals.length === 0
      ? ['  no approvals: a certificate of completion, and no word of credit']
      : body.approvals.flatMap((each) => [
          `  ${each.kind}: ${each.credits} ${each.creditName}, ${each.holder}, ${each.number}, ${each.validFrom} to ${each.validUntil}`,
          `    “${each.statement}”`,
          ...(each.notIn.length > 0 ? [`    does not count in ${each.notIn.join(', ')}`] : []),
          ...each.caps.map((cap) => `    ${cap}`),
          `    (held since ${each.heldSince}, from the ${each.start === 'completion' ? 'day of completion' : 'first lesson'} on; seen: ${each.evidence})`,
        ])),
    `  edition ${edition.hash}, ${edition.words.toLocaleString('en-US')} words; corrections: ${body.corrections}`,
    `  SHA-256 of all of it ${bodyHash}`,
  ];
}

const asked = async (question: string): Promise<string> => {
  if (!process.stdin.isTTY) return '';
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return (await terminal.question(`${question} `)).trim();
  } finally {
    terminal.close();
  }
};

const path = ({ words: [slug = ''] }: Call) => `/adoptions/${encodeURIComponent(slug)}`;

/** Reads what a provider gave: its JSON, and a signature beside it where there is one. */
async function given(call: Call) {
  const [, file = ''] = call.words;
  const text = await readFile(file, 'utf8');
  let adoption: unknown;
  try {
    adoption = JSON.parse(text);
  } catch (error) {
    throw new Error(`${file} is no JSON: ${error instanceof Error ? error.message : error}`);
  }
  const picture = call.text('signature');
  const signature =
    picture === undefined
      ? null
      : (await readFile(resolve(dirname(file), picture))).toString('base64');
  const { items } = await builtEdition();
  const published = (items as { question: string }[]).map(({ question }) => question);
  return { adoption, signature, published };
}

/** What providers have agreed to. */
export const adoptionCommands: Record<string, Command> = {
  adopt: {
    usage: [
      'SLUG FILE',
      'takes in what a provider agreed to, from JSON; prints it first, as its learners will read it',
      '--check only looks; --follows takes the open claims of the one before along',
      '--agreed-by, --agreed-on: who at the provider agreed to exactly this, and when',
      '--signature FILE is printed; --yes answers what is warned of',
    ],
    words: 2,
    options: {
      check: { type: 'boolean', default: false },
      follows: { type: 'boolean', default: false },
      yes: { type: 'boolean', default: false },
      signature: { type: 'string' },
      'agreed-by': { type: 'string' },
      'agreed-on': { type: 'string' },
    },
    async run(call) {
      const { operator } = call;
      const follows = call.given('follows');
      const input = { ...(await given(call)), follows, ...call.why('by the provider’s word') };
      const looked = await operator.ask<Shown>(path(call), { ...input, check: true });
      for (const each of linesOf(looked)) say(each);
      if (looked.before) {
        say(
          `\nIt follows the one until ${looked.before.until}; ${claimsOf(looked.before.claims)} along.`,
        );
      }
      if (looked.result === 'adopted-already') return say('\nThe one that runs says exactly this.');
      for (const warning of looked.warnings) say(`\nLook at this: ${warning}.`);
      if (call.given('check')) return;
      if (looked.warnings.length > 0 && !call.given('yes')) {
        throw new Error('Nothing was changed. Where this is right all the same: --yes');
      }
      const by =
        call.text('agreed-by') ??
        (await asked(`\nWho at ${looked.provider} agreed to exactly this?`));
      const on = call.text('agreed-on') ?? (await asked('On which day (2026-11-27)?'));
      const agreed = { agreed_by: by, agreed_on: on, sure: call.given('yes') };
      const adopted = await operator.ask<Shown>(path(call), { ...input, ...agreed });
      say(`\nAdopted: ${adopted.id}. ${claimsOf(adopted.along ?? 0)} along.`);
      say(`Its learners read it on /credit/${call.words[0]}`);
    },
  },
  end: {
    usage: [
      'SLUG',
      'nobody begins a claim any more; open ones may be completed until its last day',
    ],
    words: 1,
    async run(call) {
      await call.operator.ask(`${path(call)}/end`, call.why());
      say('Ended. What was issued stands.');
    },
  },
};

const claimsOf = (count: number) =>
  count === 1 ? '1 open claim comes' : `${count} open claims come`;
