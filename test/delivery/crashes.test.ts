import { sql } from 'drizzle-orm';
import { afterAll, describe, expect, it } from 'vitest';
import {
  batches,
  deliveries,
  enrollments,
  entries,
  events,
  halts,
  pulse,
  subscribers,
} from '../../src/db/schema.ts';
import { dispatch } from '../../src/delivery/dispatch.ts';
import { moveClock } from '../../src/delivery/move-clock.ts';
import { recordEvent } from '../../src/delivery/record-event.ts';
import { settleBatch } from '../../src/delivery/settle-batch.ts';
import { tick } from '../../src/delivery/tick.ts';
import type { EventKind, MailEvent } from '../../src/mailer/events.ts';
import { askToEnter } from '../../src/staff/enter.ts';
import { inviteMember } from '../../src/staff/invite-member.ts';
import { eraseSubscriber } from '../../src/subscriber/erase-subscriber.ts';
import { endMail } from '../../src/subscriber/store/goodbye.ts';
import { takeBack } from '../../src/subscriber/take-back.ts';
import { liftSuppression } from '../../src/suppression/lift-suppression.ts';
import { suppress } from '../../src/suppression/suppress.ts';
import { signUp, type TestContext, testContext, work } from '../support/course.ts';
import { eventAbout } from '../support/events.ts';
import { type Fault, isCrash, isStumble, Process } from '../support/faults.ts';
import {
  brokenPromises,
  emptyLedger,
  inProcess,
  missingLessons,
  unrest,
} from '../support/ledger.ts';
import { type AcceptedMail, type HonestMailer, honestMailer } from '../support/mailer.ts';
import { plantLearners } from '../support/many.ts';
import { plantLesson, plantSuppressions } from '../support/plant.ts';
import { change, count, pick, put, remove } from '../support/rows.ts';
import { plantOwner } from '../support/staff.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;

interface Scenario {
  name: string;
  /** Planted in a calm process. */
  prepare(calm: TestContext, mailer: HonestMailer): Promise<void>;
  /** What the process does that dies or stumbles on the way. */
  act(ctx: TestContext, mailer: HonestMailer): Promise<void>;
  /** What comes again from outside, because it got no answer: in a calm process. */
  again?(calm: TestContext, mailer: HonestMailer): Promise<unknown>;
  /** Lessons that each learner must have had in the end; null where it depends on the fault. */
  expected: (learner: number) => number | null;
  /** The first lesson that the course still owes; 4 where it is not said. */
  from?: number;
  /** Deliveries that may be reported uncertain instead of accepted. */
  mayBeUncertain?: boolean;
  /** Its tick also does what comes once an hour. */
  hourly?: boolean;
}

const PEOPLE = 3;

/** Three learners in the middle of the course, all at one hour, lesson 4 due now. */
async function plant(calm: TestContext): Promise<void> {
  await plantLearners(calm, PEOPLE, { nextLesson: 4 });
  await change(enrollments, { weekday: 1, time: '12:20', zone: 'UTC' });
}

const goOn = async (ctx: TestContext, rounds: number, pause = 200) => {
  for (let round = 0; round < rounds; round++) {
    await work(ctx);
    ctx.clock.pass(pause);
  }
};

const BY_HAND = { actor: 'operator:mira', reason: 'a test' };

/** A webhook about learner 1's mail. */
async function tell(
  ctx: TestContext,
  mailer: HonestMailer,
  kind: EventKind,
  changes: Partial<MailEvent> = {},
) {
  const mail = mailer.accepted.find(({ to }) => to === 'planted-1@example.org');
  if (mail) await recordEvent(ctx, eventAbout(mail.mail, kind, { id: `msg_${kind}`, ...changes }));
}

/** Mails that the mailer took and did not send, by the run. */
const unsent = new WeakMap<HonestMailer, AcceptedMail>();

/** A webhook about learner 1's mail, which never went out. */
async function tellFailed(ctx: TestContext, mailer: HonestMailer, halts: boolean) {
  const mail =
    unsent.get(mailer) ?? mailer.accepted.find(({ to }) => to === 'planted-1@example.org');
  if (!mail) throw new Error('nothing was accepted');
  unsent.set(mailer, mail);
  mailer.accepted = mailer.accepted.filter((accepted) => accepted !== mail);
  const reason = halts ? 'reached_daily_quota' : 'unnamed';
  await recordEvent(ctx, eventAbout(mail.mail, 'failed', { id: 'msg_failed', reason, halts }));
}

const complain = (ctx: TestContext, mailer: HonestMailer) => tell(ctx, mailer, 'complaint');

const erase = (ctx: TestContext) => eraseSubscriber(ctx, { subscriberId: 1, ...BY_HAND });

/** Learner 1 presses undo, as on the page of their goodbye; who has not left finds nothing to press. */
async function undo(ctx: TestContext) {
  const [left] = await pick(subscribers, ['unsubscribedAt'], { id: 1 });
  const leftAt = left?.unsubscribedAt;
  if (leftAt == null) return;
  await takeBack(ctx, await ctx.tokens.undo({ subscriberId: 1, leftAt }));
}

const OLGA = 'olga@harbor.example';

/** Olga asks for a way in, and then asks somebody to her provider's people. */
async function letIn(ctx: TestContext) {
  // Somebody who has a mail does not ask for another.
  if (Number(await count(entries)) === 0) {
    await askToEnter(ctx, { room: 'portal', typed: OLGA, asked: 'a browser', browser: undefined });
  }
  await inviteMember(ctx, {
    email: 'new@harbor.example',
    role: 'viewer',
    mayExport: false,
    providerId: 1,
    slug: 'pk-harbor',
    actor: 'member:9',
  });
}

async function disown(ctx: TestContext) {
  const [open] = await pick(batches, ['id', 'attempts'], { state: ['open', 'uncertain'] });
  if (!open) return;
  const verdict = { accepted: false as const, attempts: open.attempts };
  await settleBatch(ctx, { batchId: open.id, verdict, ...BY_HAND });
}

const SCENARIOS: Scenario[] = [
  {
    name: 'a wave of lessons',
    prepare: plant,
    act: (ctx) => work(ctx),
    expected: () => 6,
  },
  {
    name: 'a closing note',
    prepare: async (calm) => {
      await plant(calm);
      await change(enrollments, { nextLesson: 9 });
    },
    act: (ctx) => work(ctx),
    from: 9,
    expected: () => 9,
  },
  {
    name: 'an answer that was lost',
    prepare: async (calm, mailer) => {
      await plant(calm);
      mailer.script.push('lost');
    },
    act: (ctx) => goOn(ctx, 2),
    expected: () => 6,
  },
  {
    name: 'a request that never arrived',
    prepare: async (calm, mailer) => {
      await plant(calm);
      mailer.script.push('unheard', 'unheard');
    },
    act: (ctx) => goOn(ctx, 3),
    expected: () => 6,
  },
  {
    name: 'a rate limit',
    prepare: async (calm, mailer) => {
      await plant(calm);
      mailer.script.push({ kind: 'rate-limited', retryAfterMs: 2000 });
    },
    act: (ctx) => goOn(ctx, 2),
    expected: () => 6,
  },
  {
    name: 'a rate limit after an answer that was lost',
    prepare: async (calm, mailer) => {
      await plant(calm);
      mailer.script.push('unheard', { kind: 'rate-limited', retryAfterMs: 2000 });
    },
    act: (ctx) => goOn(ctx, 3),
    expected: () => 6,
  },
  {
    name: 'a full quota, lifted by the operator',
    prepare: async (calm, mailer) => {
      await plant(calm);
      mailer.script.push({ kind: 'halt', reason: 'daily_quota_exceeded' });
    },
    act: async (ctx) => {
      await work(ctx);
      await ctx.db.commit({ lifted: sql`DELETE FROM ${halts}` });
      await work(ctx);
    },
    expected: () => 6,
  },
  {
    name: 'one bad address among good ones',
    prepare: async (calm, mailer) => {
      await plant(calm);
      mailer.bad = 'planted-2@example.org';
    },
    act: (ctx) => goOn(ctx, 3),
    // A refusal after an answer that was lost proves nothing: then all three are reported.
    expected: (learner) => (learner === 2 ? null : 6),
    mayBeUncertain: true,
  },
  {
    name: 'a reader who unsubscribes while a batch is open',
    prepare: async (calm, mailer) => {
      await plant(calm);
      mailer.script.push('unheard');
    },
    act: async (ctx) => {
      await work(ctx);
      await endMail(ctx.db, 1, ctx.clock.now());
      await goOn(ctx, 2);
    },
    expected: (learner) => (learner === 1 ? null : 6),
  },
  {
    name: 'a goodbye that is taken back before the hour',
    prepare: plant,
    act: async (ctx) => {
      await endMail(ctx.db, 1, ctx.clock.now());
      await undo(ctx);
      await work(ctx);
    },
    again: (calm) => undo(calm),
    expected: () => 6,
  },
  {
    name: 'a goodbye that is taken back while a batch is open',
    prepare: async (calm, mailer) => {
      await plant(calm);
      mailer.script.push('unheard');
    },
    act: async (ctx) => {
      await work(ctx);
      await endMail(ctx.db, 1, ctx.clock.now());
      await undo(ctx);
      await goOn(ctx, 2);
    },
    again: (calm) => undo(calm),
    expected: () => 6,
  },
  {
    name: 'a bounce that is told while a batch is open',
    prepare: async (calm, mailer) => {
      await plant(calm);
      mailer.script.push('lost');
    },
    act: async (ctx, mailer) => {
      await work(ctx);
      await tell(ctx, mailer, 'hard-bounce');
      await work(ctx);
    },
    expected: (learner) => (learner === 1 ? null : 6),
  },
  {
    name: 'a complaint in a webhook that Resend repeats',
    prepare: async (calm) => {
      await plant(calm);
      await work(calm);
    },
    act: (ctx, mailer) => complain(ctx, mailer),
    again: (calm, mailer) => complain(calm, mailer),
    expected: (learner) => (learner === 1 ? 4 : 6),
  },
  {
    name: 'a webhook that proves an unanswered batch',
    prepare: async (calm, mailer) => {
      await plant(calm);
      mailer.script.push('lost');
      await work(calm);
    },
    act: (ctx, mailer) => tell(ctx, mailer, 'delivered'),
    again: (calm, mailer) => tell(calm, mailer, 'delivered'),
    expected: () => 6,
  },
  {
    name: 'a webhook of a mail that failed for want of quota',
    prepare: async (calm) => {
      await plant(calm);
      await work(calm);
    },
    act: (ctx, mailer) => tellFailed(ctx, mailer, true),
    again: async (calm, mailer) => {
      await tellFailed(calm, mailer, true);
      await remove(halts);
    },
    expected: () => 6,
  },
  {
    name: 'a webhook of a mail that failed for another reason, in a batch without an answer',
    prepare: async (calm, mailer) => {
      await plant(calm);
      mailer.script.push('lost');
      await work(calm);
    },
    act: (ctx, mailer) => tellFailed(ctx, mailer, false),
    again: (calm, mailer) => tellFailed(calm, mailer, false),
    // Lesson 4 takes the hour of lesson 5.
    expected: (learner) => (learner === 1 ? 5 : 6),
  },
  {
    name: 'a fifth mail that came back',
    prepare: async (calm, mailer) => {
      await plantLearners(calm, PEOPLE, { nextLesson: 4 });
      await work(calm);
      const [mail] = mailer.accepted;
      for (let other = 1; other <= 4; other++) {
        const resent = { id: other, kind: 'resend', lane: 'prompt', subscriberId: 1 } as const;
        await put(deliveries, { ...resent, lesson: 1, state: 'bounced', dueAt: 0 });
        const told = { id: `msg_other_${other}`, kind: 'soft-bounce', deliveryId: other } as const;
        await put(events, { ...told, subscriberId: 1, at: calm.clock.now() });
      }
      if (mail?.to !== 'planted-1@example.org') throw new Error('learner 1 comes first');
    },
    act: (ctx, mailer) => tell(ctx, mailer, 'soft-bounce'),
    again: (calm, mailer) => tell(calm, mailer, 'soft-bounce'),
    expected: (learner) => (learner === 1 ? 4 : null),
  },
  {
    name: 'an uncertain batch that the operator says was not accepted',
    prepare: async (calm, mailer) => {
      await plant(calm);
      mailer.script.push({ kind: 'mismatch' });
      await work(calm);
    },
    act: async (ctx) => {
      await disown(ctx);
      await work(ctx);
    },
    again: (calm, mailer) => (mailer.accepted.length === 0 ? disown(calm) : Promise.resolve()),
    expected: () => 6,
  },
  {
    name: 'an erasure while a batch is open',
    prepare: async (calm, mailer) => {
      await plant(calm);
      mailer.script.push('unheard');
      await work(calm);
    },
    act: async (ctx) => {
      await erase(ctx);
      await goOn(ctx, 2);
    },
    again: (calm) => erase(calm),
    // Gone, whatever became of the mail.
    expected: () => 6,
  },
  {
    name: 'a suppression by hand, lifted again',
    prepare: plant,
    act: async (ctx) => {
      await suppress(ctx, { whose: { subscriberId: 1 }, ...BY_HAND });
      await work(ctx);
      await liftSuppression(ctx, { whose: { subscriberId: 1 }, ...BY_HAND });
      await work(ctx);
    },
    again: (calm) => liftSuppression(calm, { whose: { subscriberId: 1 }, ...BY_HAND }),
    // Lifted, a lesson that was not sent waits for the next slot.
    expected: (learner) => (learner === 1 ? null : 6),
  },
  {
    name: 'an unanswered batch that the operator says was not accepted',
    prepare: async (calm, mailer) => {
      await plant(calm);
      mailer.script.push('unheard');
      await work(calm);
    },
    act: async (ctx) => {
      await disown(ctx);
      await work(ctx);
    },
    again: (calm, mailer) => (mailer.accepted.length === 0 ? disown(calm) : Promise.resolve()),
    expected: () => 6,
  },
  {
    name: 'twenty hours without an answer',
    prepare: async (calm, mailer) => {
      await plant(calm);
      mailer.script.push(...Array.from({ length: 40 }, () => 'unheard' as const));
    },
    act: async (ctx, mailer) => {
      await goOn(ctx, 1, 21 * HOUR);
      mailer.script.length = 0;
      await work(ctx);
    },
    expected: () => null,
    mayBeUncertain: true,
  },
  {
    name: 'lessons that are 37 hours late',
    prepare: async (calm) => {
      await plantLearners(calm, PEOPLE, { nextLesson: 4, nextAt: calm.clock.now() - 37 * HOUR });
      await change(enrollments, { weekday: 1, time: '12:20', zone: 'UTC' });
    },
    act: (ctx) => work(ctx),
    expected: () => 6,
  },
  {
    name: 'a learner whose time zone has no clock any more, until they choose another',
    prepare: async (calm) => {
      await plant(calm);
      await change(enrollments, { zone: 'America/Atlantis' }, { id: 1 });
    },
    act: (ctx) => goOn(ctx, 2),
    again: () => change(enrollments, { zone: 'UTC' }),
    expected: () => 6,
  },
  {
    name: 'a course that owes a lesson which the ledger has already',
    prepare: async (calm) => {
      await plant(calm);
      const already = { state: 'uncertain', dueAt: calm.clock.now(), batchId: 1 } as const;
      await plantLesson(4, already, { id: 1 });
    },
    act: (ctx) => work(ctx),
    expected: () => 6,
    mayBeUncertain: true,
  },
  {
    name: 'a suppression that nobody has paused the course for',
    prepare: async (calm) => {
      await plant(calm);
      await plantSuppressions({ id: 1 });
    },
    act: (ctx) => work(ctx),
    expected: (learner) => (learner === 1 ? 3 : 6),
  },
  {
    name: 'a batch that cannot be read and was never posted',
    prepare: async (calm, mailer) => {
      await plant(calm);
      mailer.script.push('unheard');
      await work(calm);
      const broken = await change(batches, { frozen: '{', sha256: null }, { state: 'open' });
      expect(broken).toBe(1);
    },
    act: (ctx) => goOn(ctx, 2),
    expected: () => 6,
  },
  {
    name: 'another edition of tzdata',
    prepare: async (calm) => {
      await plant(calm);
      const at = calm.clock.now();
      await change(pulse, { zoneRules: 'another' });
      // Lesson 4 is due in twenty minutes, and was dated an hour and twenty too late.
      await change(enrollments, { nextAt: at + 4800, lastAt: at - 7 * DAY });
    },
    act: async (ctx) => {
      await work(ctx);
      ctx.clock.pass(1200);
      await work(ctx);
    },
    expected: () => 6,
    hourly: true,
  },
  {
    name: 'a consumer on a machine whose clock is a day ahead',
    prepare: async (calm) => {
      await plant(calm);
      await tick(calm);
    },
    act: async (ctx) => {
      const clock = { ...ctx.clock, machine: () => ctx.clock.machine() + DAY * 1000 };
      await dispatch({ ...ctx, clock }, 'lesson', ctx.clock.machine());
      await work(ctx);
    },
    expected: () => 6,
  },
  {
    name: 'a way in that somebody of the staff asks for, and an invitation by an owner',
    prepare: async (calm) => {
      await plantOwner({ emailHash: await calm.tokens.addressHash(OLGA) });
    },
    act: async (ctx) => {
      await letIn(ctx);
      await work(ctx);
    },
    again: (calm) => letIn(calm),
    expected: () => null,
  },
  {
    name: 'a signup and its confirmation mail',
    prepare: async () => {},
    act: async (ctx) => {
      await signUp(ctx, { email: 'one@example.org' });
      await work(ctx);
    },
    expected: () => null,
  },
];

/** Runs a scenario in a process with faults, then on in calm ones until three weeks have passed. */
async function live(scenario: Scenario, ...faults: Fault[]) {
  await emptyLedger();
  const calm = testContext();
  const mailer = honestMailer(calm.clock);
  calm.mailer = mailer;
  if (!scenario.hourly) {
    await change(pulse, { choresAt: calm.clock.now() + HOUR });
  }
  await scenario.prepare(calm, mailer);

  const process = new Process(...faults);
  const ctx = inProcess(calm, mailer, process);
  try {
    await scenario.act(ctx, mailer);
  } catch (error) {
    // A process that dies says nothing more; one that stumbled is called again, as a queue would.
    if (!isCrash(error) && !isStumble(error)) throw error;
  }
  mailer.script.length = 0;
  await remove(halts);
  await scenario.again?.(calm, mailer);
  // Doubled ticks and wake-ups on the way.
  await goOn(calm, 2, 130);
  await goOn(calm, 2, 1000);
  if (scenario.mayBeUncertain) await goOn(calm, 2, 21 * HOUR);
  await moveClock(calm, calm.clock.now() + 15 * DAY);
  return { calls: process.calls, mailer, calm };
}

/** Everything that must hold whatever happened. */
async function broken(scenario: Scenario, mailer: HonestMailer): Promise<string[]> {
  const wrong = [
    ...(await brokenPromises(mailer)),
    ...(await missingLessons(mailer, scenario.from ?? 4)),
    ...(await unrest()),
  ];
  const uncertain = Number(await count(deliveries, { state: 'uncertain' }));
  if (uncertain > 0 && !scenario.mayBeUncertain) wrong.push('reported uncertain');
  for (const { id, nextLesson } of await pick(enrollments, ['id', 'nextLesson'])) {
    const wanted = scenario.expected(id);
    if (wanted !== null && nextLesson !== wanted + 1) {
      wrong.push(`learner ${id} has had ${nextLesson - 1} lessons, not ${wanted}`);
    }
  }
  return wrong;
}

/** Places at which a process died, and as many at which a call failed. */
let points = 0;

describe('a crash, or a database that stumbles, at every single step of', () => {
  afterAll(() => {
    // biome-ignore lint/suspicious/noConsole: a figure that is read off the run
    console.log(`crash points: ${points}, each as a crash and as a failed call`);
  });

  it.each(SCENARIOS.map((scenario) => [scenario.name, scenario] as const))(
    '%s',
    { timeout: 300_000 },
    async (_, scenario) => {
      const { calls, mailer } = await live(scenario);
      expect(await broken(scenario, mailer)).toEqual([]);
      expect(calls).toBeGreaterThan(1);
      const failures: string[] = [];
      points += calls * 2;
      for (let at = 1; at <= calls; at++) {
        for (const when of ['before', 'after'] as const) {
          for (const how of ['crash', 'error'] as const) {
            const run = await live(scenario, { at, when, how });
            const wrong = await broken(scenario, run.mailer);
            if (wrong.length > 0) failures.push(`${how} ${when} call ${at}: ${wrong.join('; ')}`);
          }
        }
      }
      expect(failures).toEqual([]);
    },
  );
});
