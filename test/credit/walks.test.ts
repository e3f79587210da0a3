import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Frozen } from '../../src/credit/certificate.ts';
import { CREDIT_WORDS } from '../../src/credit/credit.ts';
import { endAdoption } from '../../src/credit/end-adoption.ts';
import { strikeItem } from '../../src/credit/strike.ts';
import {
  adoptions,
  certificates,
  claims,
  editions,
  evaluations,
  texts,
  tries,
} from '../../src/db/credit.ts';
import { shares } from '../../src/db/schema.ts';
import { eraseSubscriber } from '../../src/subscriber/erase-subscriber.ts';
import { approval, ITEMS, plantAdoption } from '../support/adoptions.ts';
import { anotherAtTheEnd, answersBut, atTheEnd } from '../support/claims.ts';
import { emptyLedger } from '../support/ledger.ts';
import { batch, count, rows, value } from '../support/rows.ts';
import { DAY } from '../support/visitor.ts';
import { walkAtRandom } from '../support/walks.ts';
import kept from './walks.kept.json' with { type: 'json' };

/** What one of three learners does next, or what happens to all. */
const STEPS = [
  'claim',
  'name',
  'try',
  'answer-well',
  'answer-badly',
  'hand-in',
  'evaluate',
  'attest',
  'attest-what-was-shown-before',
  'unshare',
  'share',
  'erase',
  'a-day',
  'a-year',
  'tick',
  'end',
  'adopt',
  'strike',
] as const;
type Step = readonly [(typeof STEPS)[number], 0 | 1 | 2];

/** More often what leads on: most walks should arrive. */
const step: fc.Arbitrary<Step> = fc.tuple(
  fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...STEPS.slice(0, 8)) },
    { weight: 3, arbitrary: fc.constantFrom(...STEPS.slice(8)) },
  ),
  fc.constantFrom(0, 1, 2),
);

/** The whole way, so that what comes after it is walked, too. */
const WAY = (who: 0 | 1 | 2): Step[] =>
  (['claim', 'name', 'try', 'answer-well', 'hand-in', 'evaluate', 'attest'] as const).map(
    (what) => [what, who],
  );

type Learner = Awaited<ReturnType<typeof anotherAtTheEnd>>;

/** What must be so after every step, whatever it was. */
async function check(learners: readonly Learner[]): Promise<void> {
  const all = await rows(certificates);
  const standing = all.filter(({ claimId, withdrawnAt }) => claimId !== null && !withdrawnAt);
  expect(new Set(standing.map(({ claimId }) => claimId)).size).toBe(standing.length);
  for (const certificate of all) {
    const said = JSON.stringify(certificate);
    for (const { email } of learners) expect(said).not.toContain(email);
    const { printed, record }: Frozen = JSON.parse(certificate.frozen ?? '{}');
    const first = record.lessons.map(({ day }) => day).sort()[0] ?? '';
    const adoption = (await rows(adoptions)).find(({ id }) => id === certificate.adoptionId);
    const { approvals } = JSON.parse(adoption?.body ?? '{}');
    expect(record.right).toBeGreaterThanOrEqual(record.needed);
    expect(printed.hours === null).toBe(printed.approvals.length === 0);
    for (const { kind } of printed.approvals) {
      const held = approvals.find((each: { kind: string }) => each.kind === kind);
      expect(held.heldSince <= first).toBe(true);
      expect(held.validFrom <= printed.completedOn && printed.completedOn <= held.validUntil).toBe(
        true,
      );
    }
  }
  for (const claim of await rows(claims, { state: ['complete', 'issued'] })) {
    expect(claim).toMatchObject({ evaluated: 1, legalName: 'Zoë Ångström' });
    expect([claim.passedAt, claim.attestedAt, claim.frozen]).not.toContain(null);
  }
}

const CREDIT = [tries, evaluations, claims, certificates, adoptions, editions, texts];

/** Nothing of the walk before is left. */
async function reset(): Promise<void> {
  await batch(CREDIT.map((table) => sql`DELETE FROM ${table}`));
  await emptyLedger();
}

async function walk(steps: readonly Step[]): Promise<number> {
  const first = await atTheEnd();
  const { visiting, edition } = first;
  const learners = [
    first,
    await anotherAtTheEnd(visiting, edition),
    await anotherAtTheEnd(visiting, edition),
  ];
  const ctx = async () => visiting.context();
  let adopted = 7;
  const adopt = async () => {
    if ((await count(adoptions, { endedAt: null })) > 0) return;
    adopted += 1;
    // One approval holds throughout, one ends soon, one came too late for who began before.
    const approvals = [
      approval({ kind: 'whole' }),
      approval({ kind: 'ends', validUntil: '2027-01-15' }),
      approval({ kind: 'late', heldSince: '2030-01-01', validFrom: '2026-01-01' }),
    ];
    await plantAdoption(edition, {
      id: adopted,
      body: { until: '2029-12-31', approvals: adopted % 3 === 0 ? [] : approvals },
      edition: edition.hash,
    });
  };
  await adopt();
  const shown = new Map<number, string>();
  const deeds: Record<Step[0], (learner: Learner, who: number) => Promise<unknown>> = {
    claim: ({ browser }) => browser.press('/claim', { provider: 'harbor-institute' }),
    name: ({ browser }) =>
      browser.press('/name', { name: 'Zoë Ångström', register: 'shown', words: CREDIT_WORDS }),
    try: ({ browser }) => browser.press('/try'),
    'answer-well': ({ browser }) => browser.answerAll(answersBut(3)).catch(() => {}),
    'answer-badly': ({ browser }) => browser.answerAll(answersBut(20)).catch(() => {}),
    async 'hand-in'({ browser }) {
      for (const number of ['1', '2', '3']) await browser.press('/test', { try: number });
    },
    evaluate: ({ browser }) => browser.press('/evaluation', { accurate: '4' }),
    async attest({ browser, credit }, who) {
      const page = await (await browser.get(credit)).text();
      const hash = /name="shown" value="([0-9a-f]{64})"/.exec(page)?.[1] ?? '';
      if (hash !== '') shown.set(who, hash);
      const boxes = { 'attest-0': 'yes', 'attest-1': 'yes', 'attest-2': 'yes' };
      return browser.press('/complete', { shown: hash, ...boxes });
    },
    'attest-what-was-shown-before': ({ browser }, who) =>
      browser.press('/complete', {
        shown: shown.get(who) ?? '0'.repeat(64),
        'attest-0': 'yes',
        'attest-1': 'yes',
        'attest-2': 'yes',
      }),
    async unshare({ learnPath, cookie, subscriberId }) {
      const share = (await value(shares, 'ref', { subscriberId })) ?? '';
      await visiting.post(`${learnPath}/unshare`, { go: 'yes', share }, { cookie });
    },
    async share({ learnPath, cookie, subscriberId }) {
      const ref = (await value(shares, 'ref', { subscriberId })) ?? '';
      const fields = { go: 'yes', share: ref, words: '2026-11-b' };
      await visiting.post(`${learnPath}/share`, fields, { cookie });
    },
    erase: async ({ subscriberId }) =>
      eraseSubscriber(await ctx(), {
        subscriberId,
        actor: 'operator:Mara',
        reason: 'asked for it',
      }),
    'a-day': () => visiting.pass(DAY),
    'a-year': () => visiting.pass(366 * DAY),
    tick: () => visiting.work(),
    end: async () =>
      endAdoption(await ctx(), {
        slug: 'harbor-institute',
        actor: 'operator:Mara',
        reason: 'their letter',
      }),
    adopt,
    strike: async () =>
      strikeItem(await ctx(), {
        providerId: 1,
        item: ITEMS[0]?.id ?? '',
        actor: 'operator:Mara',
        reason: 'its key is wrong',
      }),
  };
  for (const [what, who] of steps) {
    const learner = learners[who];
    if (learner) await deeds[what](learner, who);
    await check(learners);
  }
  return count(certificates);
}

it('from claims to certificates keeps its four promises, whatever comes in whatever order', async () => {
  let issued = 0;
  // Two go their ways side by side, and now and then something else happens.
  const walked = fc.array(fc.tuple(fc.boolean(), fc.option(step, { freq: 1, nil: null })), {
    minLength: 14,
    maxLength: 20,
  });
  await walkAtRandom(
    'claims',
    fc
      .asyncProperty(walked, async (turns) => {
        const ways: [Step[], Step[]] = [WAY(0), WAY(1)];
        const steps = turns.flatMap(([first, more]) => [
          ...ways[first ? 0 : 1].splice(0, 1),
          ...(more === null ? [] : [more]),
        ]);
        issued += await walk(steps);
      })
      .beforeEach(reset),
    { runs: 30, kept },
  );
  expect(issued).toBeGreaterThan(0);
}, 240_000);
