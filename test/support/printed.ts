import type { Kept, Printed } from '../../src/credit/certificate.ts';

const APPROVALS: Printed['approvals'] = [
  {
    kind: 'nbcc',
    holder: 'Harbor Institute',
    number: 'ACEP No. 7041',
    validFrom: '2026-01-01',
    validUntil: '2027-12-31',
    format: 'self-study',
    credits: 2,
    creditName: 'NBCC clock hours',
    statement:
      'Harbor Institute has been approved by NBCC as an Approved Continuing Education Provider, ACEP No. 7041. Programs that do not qualify for NBCC credit are clearly identified. Harbor Institute is solely responsible for all aspects of the programs.',
    notIn: [],
    caps: [],
  },
  {
    kind: 'aswb-ace',
    holder: 'Harbor Institute',
    number: 'provider number 1893',
    validFrom: '2025-09-01',
    validUntil: '2028-09-01',
    format: 'self-paced distance learning',
    credits: 2,
    creditName: 'ACE general continuing education credits',
    statement:
      'Harbor Institute, #1893, is approved as an ACE provider to offer social work continuing education by the Association of Social Work Boards (ASWB) Approved Continuing Education (ACE) program. Regulatory boards are the final authority on courses accepted for continuing education credit.',
    notIn: ['New York'],
    caps: ['Ask your board first: some states cap self-study hours.'],
  },
];

/** A certificate of the tests' provider, with whatever a test cares about changed. */
export const printed = (changes: Partial<Printed> = {}): Printed => ({
  name: 'Maria Lopez',
  latinName: null,
  licences: [
    { number: 'C-10442', jurisdiction: 'Oregon', profession: 'Licensed professional counselor' },
  ],
  title: 'In the Room',
  format: 'asynchronous, text-based self-study',
  completedOn: '2026-11-27',
  zone: null,
  hours: 2,
  provider: {
    name: 'Harbor Institute',
    slug: 'harbor',
    address: '12 Quay Street, Portland, OR 97201',
    email: 'ce@harbor.example',
    phone: '+1 503 555 0137',
    logo: null,
  },
  authors: ['Ana Example, PsyD'],
  signer: { name: 'Dana Ortiz', title: 'Program administrator', credentials: 'PhD', image: null },
  approvals: APPROVALS,
  objectives: [
    'Describe two ways in which a therapist’s presence supports the alliance.',
    'Identify what gets in the way of being present, and one way back.',
    'Choose a disclosure that serves the client, and say why.',
    'Write a plan for the next four weeks.',
  ],
  sample: false,
  ...changes,
});

export const record: Kept = {
  edition: 'e'.repeat(64),
  adoption: 'a'.repeat(64),
  right: 29,
  of: 32,
  needed: 26,
  tries: 1,
  attested: { words: 'I am this person, I read all eight, the answers are mine.', at: 1 },
  lessons: [],
  method: 'words',
  minutes: 120,
  retentionYears: 6,
};
