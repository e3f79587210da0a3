import { builtEdition, type Frozen } from './edition.ts';
import type { Operator } from './operator.ts';
import { type Item, type Keys, keysOf } from './to-certificate.ts';

/** The demo provider's public key, by which its page is found. */
export async function demoKey(operator: Operator): Promise<string> {
  const shown = await operator.ask<{ provider: { publicKey: string } }>('/providers/demo');
  return shown.provider.publicKey;
}

/** Who made the demo's edition, where nobody is named yet: they are invented. */
const INVENTED = {
  authors: ['Ana Example, PsyD'],
  reviewers: ['Ben Example, PhD'],
  itemWriters: ['Ana Example, PsyD'],
};

/**
 * What the demo provider agreed to: no approvals, so nothing that a reader sees says credit. Its days are
 * far apart, because a local clock can be moved anywhere.
 */
const ADOPTION = {
  corrections: 'follow',
  from: '2026-01-01',
  until: '2099-12-31',
  signer: { name: 'Dana Ortiz', title: 'Program administrator', credentials: 'PhD' },
  contact: {
    address: '12 Quay Street\nPortland, OR 97201',
    email: 'ce@harbor.example',
    phone: '+1 503 555 0137',
  },
  administrator: 'Dana Ortiz, PhD',
  planners: ['Dana Ortiz, PhD', 'Sam Example, LCSW'],
  disclosure:
    'Nobody who planned or wrote this course has a conflict of interest, and nobody paid for it.',
  objectives: ['1a', '3a', '5a', '8a'],
  audience: 'Counselors, social workers and psychologists in their first years.',
  level: 'Introductory.',
  limits: 'The course is text alone. It is no substitute for supervision.',
  fee: 'No fee.',
  refund: 'There is no fee, and so nothing to refund.',
  grievance: 'Write to the program administrator. You get an answer within 14 days.',
  accommodation: 'Write to the program administrator, and say what would help.',
  release: 'at-once',
  hours: { method: 'Words of instruction at 6,000 an hour.', minutes: 120, count: 2 },
  passMark: 80,
  tries: 3,
  waitHours: 24,
  evaluation: 'required',
  asks: { licence: 'may', jurisdiction: 'may', profession: 'may' },
  nameOnRegister: 'learner-chooses',
  reviewedOn: '2026-01-01',
  reviewBy: '2099-12-31',
  reviewedBy: 'Ben Example, PhD',
  retentionYears: 6,
  controller: { name: 'Harbor Institute (demo)', agreedOn: '2026-01-01' },
  approvals: [],
};

const PATH = '/adoptions/demo';
const WHY = { by: 'local start', reason: 'to try it out' };

/**
 * Has the demo provider adopt the lessons as they are here, so that whoever takes the course through it can
 * go on to a certificate. Twice is once, and a lesson that was edited since is accepted. For a clock that can
 * be moved alone: there every certificate says that it is a sample.
 *
 * @returns the right answers of its post-test
 */
export async function adoptDemo(operator: Operator): Promise<Keys> {
  const built = await builtEdition();
  const named = Object.entries(built.people).map(([role, names]) => [
    role,
    names.length === 0 ? INVENTED[role as keyof typeof INVENTED] : names,
  ]);
  const edition = { ...built, people: Object.fromEntries(named) };
  const frozen = await operator.ask<Frozen>('/editions', { ...edition, ...WHY });
  const { adoptions } = await operator.ask<{ adoptions: { ended: string | null }[] }>(PATH);
  if (adoptions.some(({ ended }) => ended === null)) {
    const its = frozen.adoptions.find(({ slug }) => slug === 'demo');
    if (its && !its.follows && its.lessons.length > 0) {
      await operator.ask(`/editions/${frozen.hash}/accept`, { provider: 'demo', ...WHY });
    }
  } else {
    const agreed = { agreed_by: ADOPTION.signer.name, agreed_on: ADOPTION.from, sure: true };
    await operator.ask(PATH, { adoption: ADOPTION, ...agreed, ...WHY });
  }
  return keysOf(built.items as Item[]);
}
