import type { AdoptedApproval, AdoptionBody } from '../../src/credit/adoption.ts';
import type { Item, TextBody } from '../../src/credit/edition.ts';
import { adoptions, editions, texts } from '../../src/db/credit.ts';
import { providers } from '../../src/db/schema.ts';
import { put } from './rows.ts';

/** An approval that holds through 2026 and 2027, of an approver that there is not. */
export const approval = (changes: Partial<AdoptedApproval> = {}): AdoptedApproval => ({
  kind: 'example',
  status: 'approved',
  holder: 'Harbor Institute',
  number: 'EX-7041',
  validFrom: '2026-01-01',
  validUntil: '2027-12-31',
  heldSince: '2024-01-01',
  start: 'first-lesson',
  format: 'asynchronous, text-based self-study',
  credits: 2,
  creditName: 'Example Board clock hours',
  statement: 'Harbor Institute may offer clock hours of the Example Board, EX-7041.',
  notIn: [],
  caps: [],
  evidence: 'Letter of January 2, 2026, seen on March 3, 2026.',
  ...changes,
});

/** Everything that a provider says, valid as it stands; without approvals unless a test gives some. */
export const adoptionBody = (changes: Partial<AdoptionBody> = {}): AdoptionBody => ({
  edition: '',
  accepts: [],
  corrections: 'follow',
  from: '2026-01-01',
  until: '2027-12-31',
  signer: { name: 'Dana Ortiz', title: 'Program administrator', credentials: 'PhD', image: null },
  contact: {
    address: '12 Quay Street, Portland, OR 97201',
    email: 'ce@harbor.example',
    phone: '+1 503 555 0137',
  },
  administrator: 'Dana Ortiz, PhD',
  planners: ['Dana Ortiz, PhD'],
  disclosure: 'Nobody who planned this course has a conflict of interest, and nobody paid for it.',
  objectives: ['1a', '3a', '5a', '8a'],
  audience: 'Counselors, social workers and psychologists in their first years.',
  level: 'Introductory.',
  limits: 'It is text alone, and no substitute for supervision.',
  refund: 'There is no fee, and so no refund.',
  grievance: 'Write to the program administrator; you get an answer within 14 days.',
  accommodation: 'Write to the program administrator, and say what would help.',
  fee: 'No fee.',
  release: 'at-once',
  hours: { method: 'Words at 6,000 an hour.', minutes: 120, difficulty: null, count: 2 },
  passMark: 80,
  tries: 3,
  waitHours: 24,
  evaluation: 'required',
  asks: { licence: 'may', jurisdiction: 'may', profession: 'may' },
  nameOnRegister: 'learner-chooses',
  reviewedOn: '2026-01-01',
  reviewBy: '2028-01-01',
  reviewedBy: 'Ben Example, PhD',
  retentionYears: 6,
  controller: { name: 'Harbor Institute', agreedOn: '2026-01-01' },
  approvals: [],
  ...changes,
});

/** Four items of each lesson; the keys lie in every place. */
export const ITEMS: Item[] = Array.from({ length: 32 }, (_, at) => {
  const lesson = Math.floor(at / 4) + 1;
  const id = `${lesson}-${(at % 4) + 1}`;
  return {
    id,
    objective: `${lesson}${'abc'[at % 3]}`,
    question: `Question ${id}?`,
    options: ['a', 'b', 'c', 'd'].map((option) => ({ id: option, text: `${id} says ${option}` })),
    key: 'abcd'[(at * 3 + lesson) % 4] ?? 'a',
    rationale: `Because ${id} is so.`,
  };
});

/** The option that is right, for each item. */
export const KEYS: Record<string, string> = Object.fromEntries(
  ITEMS.map(({ id, key }) => [id, key]),
);

async function sha256(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** An edition of eight short texts and 32 items; gives its hash and theirs. */
export async function plantEdition(): Promise<{ hash: string; texts: string[] }> {
  const rows = await Promise.all(
    Array.from({ length: 8 }, async (_, at) => {
      const lesson = at + 1;
      const body: TextBody = {
        title: `Lesson ${lesson}`,
        objectives: ['a', 'b', 'c'].map((letter) => ({
          id: `${lesson}${letter}`,
          text: `Do what lesson ${lesson} teaches, part ${letter}.`,
        })),
        blocks: [],
        references: [],
      };
      const text = JSON.stringify(body);
      return { hash: await sha256(text), lesson, body: text, words: 1_503, storedAt: 0 };
    }),
  );
  const hashes = rows.map(({ hash }) => hash);
  const hash = await sha256(JSON.stringify(hashes));
  for (const row of rows) await put(texts, row);
  await put(editions, {
    hash,
    texts: JSON.stringify(hashes),
    items: JSON.stringify(ITEMS),
    words: 12_024,
    people: JSON.stringify({
      title: 'In the Room',
      authors: ['Ana Example, PsyD'],
      reviewers: ['Ben Example, PhD'],
      itemWriters: ['Ana Example, PsyD'],
    }),
    storedAt: 0,
  });
  return { hash, texts: hashes };
}

export interface Planted extends Partial<Omit<typeof adoptions.$inferInsert, 'body' | 'struck'>> {
  body?: Partial<AdoptionBody>;
  struck?: string[];
}

/** An adoption of an edition that runs, unless it says otherwise; gives its id. */
export async function plantAdoption(
  edition: { hash: string; texts: string[] },
  { body: said = {}, struck = [], ...changes }: Planted = {},
): Promise<number> {
  const id = changes.id ?? 7;
  const body = adoptionBody({ edition: edition.hash, ...said });
  const text = JSON.stringify(body);
  await put(adoptions, {
    providerId: 1,
    edition: edition.hash,
    accepts: JSON.stringify(
      edition.texts.map((hash, at) => ({ text: hash, lesson: at + 1, at: 0, how: 'adopted' })),
    ),
    struck: JSON.stringify(struck),
    body: text,
    bodyHash: await sha256(text),
    agreedBy: 'Dana Ortiz',
    agreedOn: '2026-01-01',
    fromDay: body.from,
    untilDay: body.until,
    createdAt: 0,
    ...changes,
    id,
  });
  return id;
}

/** A provider of the tests that can adopt; gives its id. */
export async function plantHarbor(changes: Partial<typeof providers.$inferInsert> = {}) {
  const id = changes.id ?? 1;
  await put(providers, {
    name: 'Harbor Institute',
    slug: 'harbor-institute',
    publicKey: 'pk_0000000000000000000a',
    status: 'active',
    createdAt: 0,
    ...changes,
    id,
  });
  return id;
}
