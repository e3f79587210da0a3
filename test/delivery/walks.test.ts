import { eq, sql } from 'drizzle-orm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isNear } from '../../src/clock.ts';
import {
  batches,
  deliveries,
  enrollments,
  pace,
  pulse,
  suppressions,
} from '../../src/db/schema.ts';
import { dispatch } from '../../src/delivery/dispatch.ts';
import { liftHalt } from '../../src/delivery/lift-halt.ts';
import { moveClock } from '../../src/delivery/move-clock.ts';
import { recordEvent } from '../../src/delivery/record-event.ts';
import { settleBatch, type Verdict } from '../../src/delivery/settle-batch.ts';
import { tick } from '../../src/delivery/tick.ts';
import { updateSlot } from '../../src/enrollment/store/course.ts';
import type { EventKind, MailEvent } from '../../src/mailer/events.ts';
import { eraseSubscriber } from '../../src/subscriber/erase-subscriber.ts';
import { endMail } from '../../src/subscriber/store/goodbye.ts';
import { liftSuppression } from '../../src/suppression/lift-suppression.ts';
import { suppress } from '../../src/suppression/suppress.ts';
import { type TestContext, testContext } from '../support/course.ts';
import { eventAbout } from '../support/events.ts';
import { type Fault, isCrash, isStumble, Process } from '../support/faults.ts';
import {
  brokenPromises,
  emptyLedger,
  inProcess,
  missingLessons,
  resends,
  unrest,
} from '../support/ledger.ts';
import { type AcceptedMail, type HonestMailer, honestMailer } from '../support/mailer.ts';
import { plantLearners } from '../support/many.ts';
import { plantSuppressions } from '../support/plant.ts';
import { batch, change, dump, orm, pick, value } from '../support/rows.ts';
import { walkAtRandom } from '../support/walks.ts';
import kept from './walks.kept.json' with { type: 'json' };

const HOUR = 3600;
const DAY = 24 * HOUR;
const PEOPLE = 5;
const WALKS = 150;

/** One thing that happens to the course. */
type Step =
  | { do: 'tick' | 'lesson' | 'prompt' | 'both'; fault: Fault | null }
  | { do: 'pass'; seconds: number }
  | { do: 'answer'; next: HonestMailer['script'][number] }
  | { do: 'goodbye' | 'slot' | 'erase' | 'suppress' | 'lift'; learner: number; weekday: number }
  | { do: 'settle' }
  | { do: 'event'; learner: number; kind: EventKind; id: string }
  | { do: 'late'; mail: number; kind: EventKind; halts: boolean; id: number }
  | { do: 'foreign'; mail: number; kind: EventKind; which: Foreign }
  | { do: 'newcomer' | 'lift-halt' }
  /** A machine whose clock is off by so many seconds is woken by one door. */
  | { do: 'elsewhere'; door: 'tick' | 'lesson' | 'prompt'; off: number; fresh: boolean }
  /** A learner's zone is none any more, or known again. */
  | { do: 'zone'; learner: number; known: boolean }
  /** An address is suppressed, and nobody pauses the course. */
  | { do: 'hash'; learner: number }
  /** What was frozen cannot be read any more. */
  | { do: 'illegible'; frozen: string | null };

/** What is otherwise in an event that is not about a mail of ours. */
type Foreign = 'from' | 'to' | 'digest' | 'no digest' | 'deployment' | 'another mail’s digest';

const faults: fc.Arbitrary<Fault | null> = fc.option(
  fc.record({
    at: fc.integer({ min: 1, max: 14 }),
    when: fc.constantFrom('before' as const, 'after' as const),
    how: fc.constantFrom('crash' as const, 'error' as const),
  }),
);
const learners = fc.integer({ min: 1, max: PEOPLE });

const commonSteps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom('tick' as const, 'lesson' as const, 'prompt' as const, 'both' as const),
      fault: faults,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('pass' as const),
      seconds: fc.constantFrom(1, 60, 125, 1000, HOUR, 8 * HOUR, DAY, 4 * DAY, 7 * DAY),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('answer' as const),
      next: fc.constantFrom<HonestMailer['script'][number]>('lost', 'unheard', {
        kind: 'rate-limited',
        retryAfterMs: 3000,
      }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'goodbye' as const,
        'slot' as const,
        'erase' as const,
        'suppress' as const,
        'lift' as const,
      ),
      learner: learners,
      weekday: fc.integer({ min: 1, max: 7 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('settle' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('event' as const),
      learner: learners,
      kind: fc.constantFrom<EventKind>('delivered', 'soft-bounce', 'hard-bounce', 'complaint'),
      id: fc.constantFrom('msg_1', 'msg_2', 'msg_3', 'msg_4'),
    }),
  },
);

const KINDS: EventKind[] = [
  'delivered',
  'unclear-bounce',
  'soft-bounce',
  'hard-bounce',
  'complaint',
  'refused',
  'failed',
  'failed',
];
const mails = fc.nat({ max: 60 });
const kinds = fc.constantFrom(...KINDS);

/** What a wrong clock, a new edition of tzdata and a damaged row do. */
const roughSteps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('elsewhere' as const),
      door: fc.constantFrom('tick' as const, 'lesson' as const, 'prompt' as const),
      off: fc.constantFrom(DAY, -DAY, 2 * HOUR, -2 * HOUR, 40 * DAY),
      fresh: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('zone' as const),
      learner: learners,
      known: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('hash' as const), learner: learners }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('illegible' as const),
      frozen: fc.constantFrom('{', '[1]', null),
    }),
  },
);

const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 14, arbitrary: commonSteps },
  { weight: 3, arbitrary: roughSteps },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('late' as const),
      mail: mails,
      kind: kinds,
      halts: fc.boolean(),
      // The same once more is an event that Resend repeats.
      id: fc.integer({ min: 1, max: 2 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('foreign' as const),
      mail: mails,
      kind: kinds,
      which: fc.constantFrom<Foreign>(
        'from',
        'to',
        'digest',
        'no digest',
        'deployment',
        'another mail’s digest',
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom('newcomer' as const, 'lift-halt' as const) }),
  },
);

interface Walk {
  calm: TestContext;
  mailer: HonestMailer;
  /** Machine time of each goodbye that holds, by subscriber. */
  goodbyes: Map<number, number>;
  /** Whom a lifted suppression cannot bring back. */
  gone: Set<number>;
  /** Every mail that was ever accepted, also what then turned out not to have been sent. */
  ever: AcceptedMail[];
  /** What has been told of a mail. */
  told: Map<AcceptedMail, EventKind>;
  /** Events that have had their effect. */
  events: Set<string>;
  /** Deliveries that were lessons once more. */
  resent: Set<number>;
  people: number;
  /** What an event has changed that it is not about. */
  wrong: string[];
  counts: typeof counts;
}

const learnerOf = ({ to }: { to: string }) => Number(/^planted-(\d+)@/.exec(to)?.[1]);

interface Theirs {
  deliveries: { id: number; who: number; state: string; key: string | null }[];
  courses: { who: number; state: string; reason: string | null; next: number }[];
  suppressions: { hash: string }[];
}

async function everybodys(): Promise<Theirs> {
  return {
    deliveries: await orm
      .select({
        id: deliveries.id,
        who: deliveries.subscriberId,
        state: deliveries.state,
        key: batches.key,
      })
      .from(deliveries)
      .leftJoin(batches, eq(batches.id, deliveries.batchId)),
    courses: await pick(enrollments, {
      who: enrollments.subscriberId,
      state: enrollments.state,
      reason: enrollments.pauseReason,
      next: enrollments.nextLesson,
    }),
    suppressions: await pick(suppressions, ['hash']),
  };
}

/**
 * What an event about one mail has changed for others, but that a batch which it proves was accepted is
 * recorded as just that.
 */
async function changedForOthers(
  { calm }: Walk,
  mail: AcceptedMail,
  before: Theirs,
): Promise<string[]> {
  const after = await everybodys();
  const learner = learnerOf(mail);
  const wrong: string[] = [];
  const proven = new Set<number>();
  for (const row of after.deliveries) {
    const was = before.deliveries.find(({ id }) => id === row.id);
    if (row.who === learner || was?.state === row.state) continue;
    const isProven = row.key === mail.key && row.state === 'sent';
    if (isProven && (was?.state === 'sending' || was?.state === 'uncertain')) proven.add(row.who);
    else wrong.push(`a mail of learner ${row.who}: ${was?.state} became ${row.state}`);
  }
  for (const row of after.courses) {
    const was = before.courses.find(({ who }) => who === row.who);
    if (row.who === learner || JSON.stringify(was) === JSON.stringify(row)) continue;
    const movedOn = row.next === (was?.next ?? 0) + 1 && row.reason === was?.reason;
    if (!(proven.has(row.who) && movedOn)) wrong.push(`the course of learner ${row.who}`);
  }
  const own = await calm.tokens.addressHash(mail.to);
  for (const { hash } of after.suppressions) {
    const was = before.suppressions.some((suppression) => suppression.hash === hash);
    if (!was && hash !== own) wrong.push('a suppression of another address');
  }
  return wrong.map((what) => `an event about learner ${learner} changed ${what}`);
}

/** Tells of a mail, and notes what follows for the promises. */
async function tell(walk: Walk, mail: AcceptedMail, event: MailEvent): Promise<void> {
  const { calm, mailer } = walk;
  const before = await everybodys();
  const isNew = !walk.events.has(event.id);
  const ours = await recordEvent(calm, event);
  walk.wrong.push(...(await changedForOthers(walk, mail, before)));
  if (!ours || !isNew) return;
  walk.events.add(event.id);
  walk.told.set(mail, event.kind);
  const { kind } = event;
  if (kind === 'hard-bounce' || kind === 'complaint') leave(walk, learnerOf(mail));
  // It never went out.
  if (kind === 'failed' || kind === 'refused') {
    mailer.accepted = mailer.accepted.filter((accepted) => accepted !== mail);
  }
}

function leave({ goodbyes, calm }: Walk, learner: number): void {
  if (!goodbyes.has(learner)) goodbyes.set(learner, calm.clock.machine());
}

/** An event that is about another mail, of whoever it may be. */
async function otherwise(walk: Walk, mail: AcceptedMail, which: Foreign) {
  const { calm, ever } = walk;
  const event = eventAbout(mail.mail, 'delivered');
  switch (which) {
    case 'from':
      return { from: 'hello@other-product.example' };
    case 'to':
      return { to: 'somebody@other-product.example' };
    case 'digest':
      return { digest: 'AAAAAAAAAAAAAAAAAAAAAA' };
    case 'no digest':
      return { digest: '' };
    case 'another mail’s digest': {
      const other = ever.find(({ delivery }) => delivery !== mail.delivery);
      return { digest: other ? eventAbout(other.mail, 'delivered').digest : '' };
    }
    case 'deployment': {
      const [batch] = await pick(batches, ['id'], { key: mail.key });
      const digest = await calm.tokens.mailDigest({
        deliveryId: event.deliveryId,
        batchId: batch?.id ?? 0,
        baseUrl: 'https://two.example',
        mailFrom: mail.mail.from,
        toHash: await calm.tokens.addressHash(mail.to),
      });
      return { digest };
    }
  }
}

const BY_HAND = { actor: 'operator:mira', reason: 'a test' };

/** As an operator does: looks into the mailer's own record, and says what stands there. */
async function settleByRecord({ calm, mailer }: Walk): Promise<void> {
  const unsettled = await pick(batches, ['id', 'key', 'attempts'], {
    state: ['open', 'uncertain'],
  });
  for (const { id, key, attempts } of unsettled) {
    const accepted = mailer.accepted.some((mail) => mail.key === key);
    const verdict: Verdict = accepted ? { accepted } : { accepted, attempts };
    await settleBatch(calm, { batchId: id, verdict, ...BY_HAND });
  }
}

async function take(walk: Walk, step: Step): Promise<void> {
  const { calm, mailer, goodbyes, gone, ever } = walk;
  switch (step.do) {
    case 'pass':
      return calm.clock.pass(step.seconds);
    case 'answer':
      mailer.script.push(step.next);
      return;
    case 'goodbye':
      await endMail(calm.db, step.learner, calm.clock.now());
      gone.add(step.learner);
      return leave(walk, step.learner);
    case 'erase':
      for (const id of await resends()) walk.resent.add(id);
      await eraseSubscriber(calm, { subscriberId: step.learner, ...BY_HAND });
      gone.add(step.learner);
      return leave(walk, step.learner);
    case 'suppress':
      await suppress(calm, { whose: { subscriberId: step.learner }, ...BY_HAND });
      return leave(walk, step.learner);
    case 'lift':
      await liftSuppression(calm, { whose: { subscriberId: step.learner }, ...BY_HAND });
      if (!gone.has(step.learner)) goodbyes.delete(step.learner);
      return;
    case 'settle':
      return settleByRecord(walk);
    case 'slot': {
      const [row] = await pick(enrollments, ['rev', 'lastAt'], { id: step.learner });
      const slot = { weekday: step.weekday, time: '09:00', zone: 'America/New_York' };
      const nextAt = (row?.lastAt ?? calm.clock.now()) + 5 * DAY;
      await updateSlot(calm.db, { id: step.learner, rev: row?.rev ?? 0 }, slot, nextAt);
      return;
    }
    case 'event': {
      const mail = mailer.accepted.find(({ to }) => to === `planted-${step.learner}@example.org`);
      if (!mail) return;
      return tell(walk, mail, eventAbout(mail.mail, step.kind, { id: step.id }));
    }
    case 'late': {
      const mail = ever[step.mail % Math.max(1, ever.length)];
      if (!mail) return;
      const { kind } = step;
      const ends = kind === 'failed' || kind === 'refused';
      // What failed never went out, and what went out did not fail.
      const told = walk.told.get(mail);
      if (told !== undefined && (ends ? told !== kind : told === 'failed' || told === 'refused')) {
        return;
      }
      walk.counts.late += 1;
      const halts = kind === 'failed' && step.halts;
      const id = `${mail.key}-${mail.delivery}-${kind}-${step.id}`;
      const reason = ends ? 'any' : null;
      return tell(walk, mail, eventAbout(mail.mail, kind, { id, reason, halts }));
    }
    case 'foreign': {
      const mail = ever[step.mail % Math.max(1, ever.length)];
      if (!mail) return;
      walk.counts.foreign += 1;
      const before = await dump();
      const changes = await otherwise(walk, mail, step.which);
      const ours = await recordEvent(calm, eventAbout(mail.mail, step.kind, changes));
      if (ours || JSON.stringify(await dump()) !== JSON.stringify(before)) {
        walk.wrong.push(`a foreign event (${step.which}) changed something`);
      }
      return;
    }
    case 'newcomer':
      walk.counts.newcomers += 1;
      await plantLearners(calm, 1, { nextLesson: 2, from: walk.people });
      walk.people += 1;
      return;
    case 'lift-halt':
      await liftHalt(calm, { scope: 'all', ...BY_HAND });
      return;
    case 'elsewhere': {
      walk.counts.elsewhere += 1;
      const clock = {
        ...calm.clock,
        now: () => calm.clock.now() + step.off,
        machine: () => calm.clock.machine() + step.off * 1000,
      };
      const before = await ledger();
      const right = calm.clock.machine();
      const lastTick = (await value(pulse, 'lastTick')) as number | null;
      // A machine that is wrong by just as long as no tick has come cannot be told from one that is right.
      const vouched = lastTick !== null && isNear(lastTick * 1000, clock.machine());
      const wokenAt = step.fresh ? right : undefined;
      if (step.door === 'tick') await tick({ ...calm, clock }, right);
      else if (!vouched && (step.fresh || lastTick !== null)) {
        await dispatch({ ...calm, clock }, step.door, wokenAt);
      }
      if ((await ledger()) !== before) walk.wrong.push(`a clock ${step.off} s off was believed`);
      return;
    }
    case 'zone':
      walk.counts.zones += 1;
      await change(
        enrollments,
        { zone: step.known ? 'Europe/Berlin' : 'America/Atlantis' },
        { subscriberId: step.learner },
      );
      return;
    case 'hash':
      await plantSuppressions({ id: step.learner, eraseRequestedAt: null });
      return leave(walk, step.learner);
    case 'illegible':
      walk.counts.illegible += 1;
      await change(batches, { frozen: step.frozen }, { state: 'open' });
      return;
    default: {
      const ctx = inProcess(calm, mailer, new Process(...(step.fault ? [step.fault] : [])));
      // A wake-up that has just been sent, however long no tick has come.
      const now = calm.clock.machine();
      const calls = {
        tick: [() => tick(ctx)],
        lesson: [() => dispatch(ctx, 'lesson', now)],
        prompt: [() => dispatch(ctx, 'prompt', now)],
        both: [() => dispatch(ctx, 'lesson', now), () => dispatch(ctx, 'lesson', now)],
      }[step.do];
      const outcomes = await Promise.allSettled(calls.map((call) => call()));
      for (const outcome of outcomes) {
        if (outcome.status === 'fulfilled' || isCrash(outcome.reason)) continue;
        if (!isStumble(outcome.reason)) throw outcome.reason;
      }
    }
  }
}

/** Everything that a consumer writes. */
async function ledger(): Promise<string> {
  const tables = [batches, deliveries, enrollments, pace];
  return JSON.stringify(await batch(tables.map((table) => sql`SELECT * FROM ${table}`)));
}

/** Mails that were frozen after their reader had said goodbye. */
async function afterGoodbye({ mailer, goodbyes }: Walk): Promise<string[]> {
  const all = await pick(batches, ['key', 'frozenAt']);
  const frozen = new Map(all.map(({ key, frozenAt }) => [key, frozenAt]));
  return [...goodbyes].flatMap(([learner, at]) =>
    mailer.accepted
      .filter(({ to }) => to === `planted-${learner}@example.org`)
      .filter(({ key }) => (frozen.get(key) ?? 0) > at)
      .map(({ lesson }) => `lesson ${lesson} was frozen after learner ${learner}’s goodbye`),
  );
}

const counts = { late: 0, foreign: 0, newcomers: 0, elsewhere: 0, zones: 0, illegible: 0 };

/** @param begins true where a lesson has gone out before anything happens, so that it can be told of */
async function walk(list: Step[], begins: boolean): Promise<void> {
  await emptyLedger();
  const calm = testContext();
  const mailer = honestMailer(calm.clock);
  calm.mailer = mailer;
  const state: Walk = {
    calm,
    mailer,
    goodbyes: new Map(),
    gone: new Set(),
    ever: [],
    told: new Map(),
    events: new Set(),
    resent: new Set(),
    people: PEOPLE,
    wrong: [],
    counts,
  };
  await plantLearners(calm, PEOPLE, { nextLesson: 2 });
  if (begins) await dispatch(calm, 'lesson');
  state.ever.push(...mailer.accepted);
  for (const step of list) {
    await take(state, step);
    for (const mail of mailer.accepted) if (!state.ever.includes(mail)) state.ever.push(mail);
  }

  mailer.script.length = 0;
  await liftHalt(calm, { scope: 'all', ...BY_HAND });
  // Whoever had no date any more has chosen another zone.
  await change(enrollments, { zone: 'Europe/Berlin' }, { zone: 'America/Atlantis' });
  for (const pause of [130, 1000, 21 * HOUR, 130]) {
    await tick(calm);
    await dispatch(calm, 'prompt');
    await dispatch(calm, 'lesson');
    calm.clock.pass(pause);
  }
  await moveClock(calm, calm.clock.now() + 20 * DAY);
  expect([
    ...state.wrong,
    ...(await brokenPromises(mailer, state.resent)),
    ...(await missingLessons(mailer, 2)),
    ...(await unrest()),
    ...(await afterGoodbye(state)),
  ]).toEqual([]);
}

describe('a random walk through faults, goodbyes, erasures, events and changed hours', () => {
  it('never doubles, drops, disorders or follows a goodbye', { timeout: 1_200_000 }, async () => {
    const lists = fc.array(steps, { minLength: 5, maxLength: 40 });
    const property = fc.asyncProperty(lists, fc.constant(true), walk);
    await walkAtRandom('random walks', property, { runs: WALKS, kept });
    // biome-ignore lint/suspicious/noConsole: figures that are read off the run
    console.log(`on the way: ${JSON.stringify(counts)}`);
  });
});
