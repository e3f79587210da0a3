import { env } from 'cloudflare:workers';
import { and, desc, eq } from 'drizzle-orm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MIN_GAP } from '../../src/course/schedule.ts';
import { batches, deliveries, enrollments, signups, subscribers } from '../../src/db/schema.ts';
import { dispatch } from '../../src/delivery/dispatch.ts';
import { recordEvent } from '../../src/delivery/record-event.ts';
import { tick } from '../../src/delivery/tick.ts';
import { changeSlot } from '../../src/enrollment/change-slot.ts';
import { markRead } from '../../src/enrollment/mark-read.ts';
import { pause } from '../../src/enrollment/pause.ts';
import { resendToLearner } from '../../src/enrollment/resend-lesson.ts';
import { restart } from '../../src/enrollment/restart.ts';
import { resume } from '../../src/enrollment/resume.ts';
import { sendNext } from '../../src/enrollment/send-next.ts';
import type { EventKind } from '../../src/mailer/events.ts';
import { askForAddress } from '../../src/subscriber/ask-for-link.ts';
import { comeBack } from '../../src/subscriber/come-back.ts';
import { eraseSubscriber } from '../../src/subscriber/erase-subscriber.ts';
import { notMe } from '../../src/subscriber/not-me.ts';
import { revokeLink } from '../../src/subscriber/revoke-link.ts';
import { takeBackFromPage } from '../../src/subscriber/take-back.ts';
import { unsubscribe } from '../../src/subscriber/unsubscribe.ts';
import { signUp, type TestContext, testContext } from '../support/course.ts';
import { eventAbout } from '../support/events.ts';
import { broken, emptyLedger } from '../support/ledger.ts';
import { type HonestMailer, honestMailer } from '../support/mailer.ts';
import { plantLearners } from '../support/many.ts';
import { deviceCookie } from '../support/people.ts';
import { count, orm, pick, put, rows, value } from '../support/rows.ts';
import type { Visitor } from '../support/visitor.ts';
import { walkAtRandom } from '../support/walks.ts';
import kept from './steering-walks.kept.json' with { type: 'json' };

const HOUR = 3600;
const DAY = 24 * HOUR;
const ID = 1;
const EMAIL = 'planted-1@example.org';
const STRANGERS = ['stranger@example.org', 'nobody@example.org'];

/**
 * An enrollment as a learner understands it, in a dozen lines: what state it is in, which lesson is
 * next, how many were sent. Nothing of batches, leases or revisions.
 */
interface Model {
  state: 'active' | 'paused' | 'completed' | 'ended' | 'erased';
  /** Paused by the mailer's events and not by the learner. */
  waits: boolean;
  suppressed: boolean;
  next: number;
  unsubscribed: boolean;
  /** The goodbye that can be taken back: when it was said, course time, and what it ended. */
  left: { at: number; ended: 'active' | 'paused' | null } | null;
  /** When somebody last said of this address that a mail was not theirs, course time. */
  refusedAt: number;
  /** A lesson was frozen when the learner said goodbye: it may still be found to have been sent. */
  onItsWay: boolean;
  /** When the learner last asked for the next one, course time. */
  askedAt: number | null;
  /** When they began again, course time: three times in 30 days at most. */
  restarts: number[];
}

interface Real {
  ctx: TestContext;
  mailer: HonestMailer;
  /** Instants at which the learner asked for the next lesson. */
  asks: Set<number>;
  /** Ids of events that have had their effect. */
  events: Set<string>;
}

type Step = fc.AsyncCommand<Model, Real>;

/** Works both lanes off and lets the model see what was accepted: that is the mailer's to decide. */
async function settle(model: Model, { ctx }: Real): Promise<void> {
  await tick(ctx);
  await dispatch(ctx, 'prompt');
  await dispatch(ctx, 'lesson');
  await look(model);
}

async function look(model: Model): Promise<void> {
  if (model.state === 'erased') return;
  const [row] = await rows(enrollments, undefined, desc(enrollments.id));
  // Lessons move on one by one or not at all, and only while the course runs.
  expect(row?.nextLesson).toBeGreaterThanOrEqual(model.next);
  if (model.state === 'completed') expect(row?.nextLesson).toBe(model.next);
  if (model.state === 'ended' && row?.nextLesson !== model.next) {
    // Nothing is frozen after a goodbye: only the one that was on its way then, and once.
    expect({ onItsWay: model.onItsWay, next: row?.nextLesson }).toEqual({
      onItsWay: true,
      next: model.next + 1,
    });
    model.onItsWay = false;
  }
  model.next = row?.nextLesson ?? model.next;
  if (model.next === 10 && model.state !== 'ended') model.state = 'completed';
  // A pause with a date may have ended.
  if (model.state === 'paused' && !model.waits && row?.state === 'active') model.state = 'active';
}

async function agree(model: Model): Promise<void> {
  expect(await broken()).toEqual([]);
  if (model.state === 'erased') {
    expect(await count(subscribers, { eraseRequestedAt: null })).toBe(0);
    return;
  }
  const [row] = await rows(enrollments, undefined, desc(enrollments.id));
  expect(row?.state).toBe(model.state);
  expect(row?.nextLesson).toBe(model.next);
  if (model.state === 'paused') expect(row?.pauseReason !== null).toBe(model.waits);
}

/** The learner's link as their newest mail would have it. */
async function link({ ctx }: Real): Promise<string> {
  const version = await value(subscribers, 'linkVersion', { id: ID });
  return ctx.tokens.learn({ subscriberId: ID, linkVersion: Number(version ?? 0) });
}

function command(name: string, run: (model: Model, real: Real) => Promise<unknown>): Step {
  return {
    check: () => true,
    async run(model, real) {
      await run(model, real);
      await agree(model);
    },
    toString: () => name,
  };
}

const runs = ({ state }: Model) => state === 'active' || state === 'paused';

const press = {
  pause: (until: string) =>
    command(`pause ${until}`, async (model, real) => {
      const token = await link(real);
      const date =
        until &&
        new Date(real.ctx.clock.now() * 1000 + Number(until) * DAY * 1000)
          .toISOString()
          .slice(0, 10);
      const { kind } = await pause(real.ctx, token, date);
      if (model.state === 'erased') expect(kind).toBe('bad-link');
      else if (!runs(model)) expect(kind).toBe('not-running');
      else if (model.waits) expect(kind).toBe('waits');
      else if (kind === 'no-more') expect(model.next).toBe(9);
      else {
        expect(kind).toBe('paused');
        model.state = 'paused';
      }
    }),
  resume: () =>
    command('resume', async (model, real) => {
      const { kind } = await resume(real.ctx, await link(real));
      if (model.state === 'paused' && !model.waits) model.state = 'active';
      else if (model.state === 'paused') expect(kind).toBe('waits');
    }),
  next: () =>
    command('next', async (model, real) => {
      const { kind } = await sendNext(real.ctx, await link(real));
      const now = real.ctx.clock.now();
      if (kind !== 'asked') return;
      expect(model.state).toBe('active');
      expect(model.next).toBeLessThanOrEqual(8);
      // At most one a day.
      expect(now - (model.askedAt ?? -DAY)).toBeGreaterThanOrEqual(DAY);
      model.askedAt = now;
      real.asks.add(now);
    }),
  slot: (weekday: number) =>
    command(`slot ${weekday}`, async (model, real) => {
      const slot = { weekday, time: '09:00', zone: 'America/New_York' };
      const { kind } = await changeSlot(real.ctx, await link(real), slot);
      const expected = runs(model)
        ? 'changed'
        : model.state === 'erased'
          ? 'bad-link'
          : 'not-running';
      expect(kind).toBe(expected);
    }),
  restart: () =>
    command('restart', async (model, real) => {
      const id = Number(await value(enrollments, 'signupId', undefined, desc(enrollments.id)));
      const { kind } = await restart(real.ctx, await link(real), id);
      const may =
        (runs(model) || model.state === 'completed') &&
        !(model.unsubscribed || model.waits || model.suppressed);
      const now = real.ctx.clock.now();
      const often = model.restarts.filter((at) => at > now - 30 * DAY).length >= 3;
      expect(kind === 'restarted').toBe(may && !often);
      if (may && often) expect(kind).toBe('often');
      if (kind !== 'restarted') return;
      model.restarts.push(now);
      Object.assign(model, { state: 'active', next: 1 });
    }),
  read: (lesson: number) =>
    command(`read ${lesson}`, async (_, real) => {
      await markRead(real.ctx, await link(real), lesson, true);
    }),
  resend: (lesson: number) =>
    command(`resend ${lesson}`, async (_, real) => {
      await resendToLearner(real.ctx, await link(real), lesson);
    }),
  revoke: () =>
    command('revoke', async (model, real) => {
      const before = await link(real);
      await revokeLink(real.ctx, before);
      if (model.state !== 'erased') expect(await link(real)).not.toBe(before);
    }),
  goodbye: () =>
    command('goodbye', async (model, real) => {
      await unsubscribe(real.ctx, await real.ctx.tokens.unsubscribe(ID));
      const ended = runs(model) ? (model.state as 'active' | 'paused') : null;
      if (!model.unsubscribed) model.left = { at: real.ctx.clock.now(), ended };
      model.unsubscribed = true;
      if (ended === null) return;
      model.state = 'ended';
      const newest = await value(enrollments, 'id', undefined, desc(enrollments.id));
      const [onItsWay] = await orm
        .select({ id: deliveries.id })
        .from(deliveries)
        .innerJoin(batches, eq(batches.id, deliveries.batchId))
        .where(
          and(
            eq(batches.state, 'open'),
            eq(deliveries.lane, 'lesson'),
            eq(deliveries.enrollmentId, newest ?? 0),
            eq(deliveries.lesson, model.next),
          ),
        );
      model.onItsWay = onItsWay !== undefined;
    }),
  undo: () =>
    command('undo', async (model, real) => {
      const { unsubscribed, left, suppressed, refusedAt } = model;
      const { kind } = await takeBackFromPage(real.ctx, await link(real));
      if (model.state === 'erased') return expect(kind).toBe('bad-link');
      if (!unsubscribed) return expect(kind).toBe('back');
      const late = left === null || left.at + DAY <= real.ctx.clock.now();
      const may = !(late || suppressed || refusedAt > left.at);
      expect(kind).toBe(may ? 'back' : 'ended');
      if (!may) return;
      Object.assign(model, { unsubscribed: false, left: null });
      // Ended by the goodbye, it is what it was; a pause whose date has come is over.
      if (left.ended !== null) model.state = left.ended;
      await look(model);
    }),
  comeBack: () =>
    command('come back', async (_, real) => {
      await comeBack(real.ctx, await link(real));
    }),
  /** A new address that may be anybody's; nobody confirms it. */
  newAddress: (email: string) =>
    command(`new address ${email}`, async (model, real) => {
      if (model.state === 'erased') return;
      const visitor = { env, context: async () => real.ctx } as unknown as Visitor;
      const device = (await deviceCookie(visitor, EMAIL)).split('=')[1];
      await askForAddress(real.ctx, await link(real), device, email);
    }),
  /** Said by whoever got such a mail, or by the learner of a note: it ends no course. */
  notMe: (email: string) =>
    command(`not me ${email}`, async (model, { ctx }) => {
      if (email === EMAIL) model.refusedAt = ctx.clock.now();
      const hash = await ctx.tokens.addressHash(email);
      await notMe(ctx, await ctx.tokens.notMe(ID, hash));
    }),
  /** Somebody types the learner's address into the form. */
  typedIn: () =>
    command('typed in', async (model, { ctx }) => {
      if (model.state !== 'erased') await signUp(ctx, { email: EMAIL });
    }),
  erase: () =>
    command('erase', async (model, real) => {
      await eraseSubscriber(real.ctx, { subscriberId: ID, actor: 'operator:x', reason: 'asked' });
      model.state = 'erased';
    }),
};

const world = {
  pass: (seconds: number) =>
    command(`pass ${seconds / HOUR} h`, async (model, real) => {
      real.ctx.clock.pass(seconds);
      await settle(model, real);
    }),
  work: () => command('work', (model, real) => settle(model, real)),
  twice: () =>
    command('two ticks and two consumers at once', async (model, real) => {
      await Promise.all([tick(real.ctx), tick(real.ctx)]);
      await Promise.all([dispatch(real.ctx, 'lesson'), dispatch(real.ctx, 'lesson')]);
      await settle(model, real);
    }),
  answer: (next: HonestMailer['script'][number]) =>
    command(`answer ${typeof next === 'string' ? next : next.kind}`, async (_, real) => {
      real.mailer.script.push(next);
    }),
  event: (kind: EventKind, id: string) =>
    command(`event ${kind} ${id}`, async (model, real) => {
      const mail = real.mailer.accepted.find(({ to }) => to === EMAIL);
      if (!mail) return;
      const known = Number(await count(deliveries, { id: mail.delivery }));
      const ours = await recordEvent(real.ctx, eventAbout(mail.mail, kind, { id }));
      // Resend repeats an event under its id, and it has its effect once.
      if (!ours || real.events.has(id)) return;
      real.events.add(id);
      if (known === 0 || model.state === 'erased') return;
      // An event proves that an open batch was accepted, and the course goes on.
      await look(model);
      const ends = kind === 'hard-bounce' || kind === 'complaint';
      if (ends) model.suppressed = true;
      if (ends && runs(model)) Object.assign(model, { state: 'paused', waits: true });
    }),
};

const steps = fc.commands(
  [
    fc.constantFrom('', '2', '5', '30').map(press.pause),
    fc.constant(press.resume()),
    fc.constant(press.next()),
    fc.integer({ min: 1, max: 7 }).map(press.slot),
    fc.constant(press.restart()),
    fc.integer({ min: 1, max: 8 }).map(press.read),
    fc.integer({ min: 1, max: 8 }).map(press.resend),
    fc.constant(press.revoke()),
    fc.constantFrom(...STRANGERS).map(press.newAddress),
    fc.constantFrom(EMAIL, ...STRANGERS).map(press.notMe),
    fc.constant(press.typedIn()),
    fc.constantFrom(press.goodbye(), press.undo()),
    fc.constantFrom(
      press.goodbye(),
      press.undo(),
      press.comeBack(),
      press.erase(),
      press.next(),
      press.resume(),
    ),
    fc.constantFrom(1, HOUR, 8 * HOUR, DAY, 2 * DAY, 4 * DAY, 7 * DAY, 9 * DAY).map(world.pass),
    fc.constantFrom(7 * DAY, 8 * DAY).map(world.pass),
    fc.constant(world.work()),
    fc.constant(world.twice()),
    fc
      .constantFrom<HonestMailer['script'][number]>('lost', 'unheard', {
        kind: 'rate-limited',
        retryAfterMs: 3000,
      })
      .map(world.answer),
    fc
      .tuple(
        fc.constantFrom<EventKind>(
          'delivered',
          'delivered',
          'soft-bounce',
          'hard-bounce',
          'complaint',
        ),
        fc.constantFrom('m1', 'm2', 'm3'),
      )
      .map(([kind, id]) => world.event(kind, id)),
  ],
  { maxCommands: 45, size: 'max' },
);

/** What one learner was sent that they should not have been. */
async function wronglySent({ mailer, asks }: Real, model: Model): Promise<string[]> {
  const wrong: string[] = [];
  const steps = await pick(
    deliveries,
    {
      id: deliveries.id,
      enrollment: deliveries.enrollmentId,
      lesson: deliveries.lesson,
      due: deliveries.dueAt,
    },
    { lane: 'lesson' },
  );
  const seen = new Set<string>();
  let last: { at: number; enrollment: number; asked: boolean } | null = null;
  for (const mail of mailer.accepted) {
    const step = steps.find(({ id }) => id === mail.delivery);
    if (!step?.enrollment) continue;
    const { enrollment } = step;
    const name = `${enrollment} ${step.lesson}`;
    if (seen.has(name)) wrong.push(`twice: ${name}`);
    seen.add(name);
    const asked = asks.has(step.due);
    // Frozen before a new beginning, and repeated until it is heard: it may meet the lesson that was
    // asked for since, and no other.
    const late: boolean = last !== null && enrollment < last.enrollment;
    if (last !== null && mail.at - last.at < MIN_GAP && !asked && !(late && last.asked))
      wrong.push(`within four days: ${name}`);
    if (!late) last = { at: mail.at, enrollment, asked };
  }
  if (model.state === 'erased' && steps.length > 0) wrong.push('deliveries of an erased person');
  return wrong;
}

const WALKS = 150;
let walks = 0;

describe('a learner who presses everything, in any order', () => {
  it('finds the course where a small model of it says', { timeout: 600_000 }, async () => {
    const property = fc.asyncProperty(fc.constantFrom(1, 8), steps, async (next, commands) => {
      walks += 1;
      await emptyLedger();
      const ctx = testContext();
      const mailer = honestMailer(ctx.clock);
      ctx.mailer = mailer;
      await plantLearners(ctx, 1, { nextLesson: next });
      await put(signups, {
        id: 1,
        subscriberId: 1,
        firstName: 'Ana',
        page: '/',
        wordsVersion: 'test',
        createdAt: 0,
        confirmedAt: 0,
      });
      const model: Model = {
        state: 'active',
        waits: false,
        suppressed: false,
        unsubscribed: false,
        left: null,
        refusedAt: -1,
        next,
        onItsWay: false,
        askedAt: null,
        restarts: [],
      };
      const real: Real = { ctx, mailer, asks: new Set(), events: new Set() };
      await fc.asyncModelRun(() => ({ model, real }), commands);
      // Time for whatever is open to settle.
      mailer.script.length = 0;
      for (const seconds of [130, 1000, 21 * HOUR, 130, 130]) {
        await settle(model, real);
        ctx.clock.pass(seconds);
      }
      await settle(model, real);
      await agree(model);
      expect(await wronglySent(real, model)).toEqual([]);
      expect(await count(batches, { state: 'open' })).toBe(0);
    });
    await walkAtRandom('a learner who presses everything', property, { runs: WALKS, kept });
    expect(walks).toBeGreaterThanOrEqual(WALKS);
  });
});
