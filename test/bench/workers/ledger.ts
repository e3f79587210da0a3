/**
 * The course's own verbs on a metered database, driven over HTTP by the bench: plants learners, ticks,
 * dispatches to a mailer that takes everything at once, and says what it cost.
 */

import { lte, sql } from 'drizzle-orm';
import type { Context } from '../../../src/context.ts';
import { type CompiledMail, compiledMails, LESSONS, STEPS } from '../../../src/course/course.ts';
import { nextSlot } from '../../../src/course/schedule.ts';
import { createDatabase } from '../../../src/db/client.ts';
import { bare as bareNames } from '../../../src/db/names.ts';
import {
  deliveries,
  devices,
  enrollments,
  providers,
  signups,
  suppressions,
} from '../../../src/db/schema.ts';
import { fingerprint, makeBody } from '../../../src/delivery/body.ts';
import { BATCH_SIZE, type Batch, type FrozenRow } from '../../../src/delivery/delivery.ts';
import { dispatch } from '../../../src/delivery/dispatch.ts';
import { nextDue } from '../../../src/delivery/store/due.ts';
import { tick } from '../../../src/delivery/tick.ts';
import { type Env, settingsOf } from '../../../src/env.ts';
import type { Mailer } from '../../../src/mailer/mailer.ts';
import { createResendMailer } from '../../../src/mailer/resend.ts';
import { createSeal } from '../../../src/seal.ts';
import { createTokens, digestOf, randomSecret } from '../../../src/token.ts';
import { app } from '../../../src/web/app.tsx';
import { type TestClock, testClock } from '../../support/clock.ts';
import { into } from '../../support/into.ts';
import { plantLearners } from '../../support/many.ts';
import { type Meter, meter } from './meter.ts';

const NOW = '2026-11-30T12:00:00Z';
const HOUR = 3600;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;

/** Learners of one statement: their next lesson, and its instant, are the same. */
const PLANTED_TOGETHER = 10_000;

interface Bench {
  env: Env;
  ctx: Context;
  meter: Meter;
}

/** Takes whatever is posted, at once. */
const mailer: Mailer = {
  interval: { prompt: 0, lesson: 0 },
  post: async () => ({ kind: 'accepted', refused: [] }),
};

const LESSON_MAILS = (await compiledMails()).filter((mail) => mail.kind === 'lesson');
const CONTENTS = new Map(LESSON_MAILS.map((mail) => [mail.hash, mail]));

const silent = () => {};

const benches = new WeakMap<Env, Bench>();

function benchOf(bindings: Env): Bench {
  const known = benches.get(bindings);
  if (known) return known;
  const metered = meter(bindings.DB);
  const queue = { send: async () => {} } as unknown as Env['LESSON_QUEUE'];
  const env: Env = { ...bindings, DB: metered.db, PROMPT_QUEUE: queue, LESSON_QUEUE: queue };
  const settings = settingsOf(env);
  const ctx: Context = {
    settings,
    db: createDatabase(env.DB),
    mailer,
    wake: async () => {},
    clock: testClock(NOW),
    tokens: createTokens(settings.signingKeys, settings.hashKey),
    seal: createSeal(settings.logKeys),
    log: { info: silent, warn: silent, error: silent },
    asset: () => Promise.reject(new Error('no file is asked for here')),
    alert: { post: async () => true },
    turnstile: null,
  };
  const bench = { env, ctx, meter: metered };
  benches.set(bindings, bench);
  return bench;
}

export default {
  async fetch(request, bindings) {
    const bench = benchOf(bindings);
    const url = new URL(request.url);
    if (/^\/(signup|learn\/|portal\/)/.test(url.pathname)) return app.fetch(request, bench.env);
    const number = (name: string) => Number(url.searchParams.get(name));
    switch (url.pathname) {
      case '/plant-waiting':
        return Response.json(await plantWaiting(bench.ctx, number('from'), number('count')));
      case '/plant-due':
        return Response.json(await plantDue(bench.ctx, number('from'), number('count')));
      case '/tick':
        return Response.json(await ticks(bench, number('times')));
      case '/work':
        return Response.json(await work(bench));
      case '/wave':
        return Response.json(await wave(bench.ctx, url.searchParams.get('resend') ?? ''));
      case '/bare':
        return Response.json(
          await bare(bench.ctx, url.searchParams.get('resend') ?? '', number('posts')),
        );
      case '/plant-week':
        return Response.json(await plantWeek(bench.ctx, number('from'), number('count')));
      case '/week':
        return Response.json(await week(bench, number('until'), number('batches')));
      case '/make':
        return Response.json(await make(bench.ctx, number('times')));
      case '/links':
        return Response.json(await links(bench.ctx, number('of'), number('until')));
      case '/marks':
        return Response.json(
          await marks(bench.ctx, number('from'), number('count'), number('until')),
        );
      case '/tally':
        return Response.json(bench.meter.take());
      default:
        return new Response(null, { status: 404 });
    }
  },
} satisfies ExportedHandler<Env>;

/**
 * Learners all over the course whose next lesson comes in the next week, with the delivery of the one
 * before. Numbers `from + 1` to `from + count`.
 */
async function plantWaiting(ctx: Context, from: number, count: number): Promise<number> {
  const now = ctx.clock.now();
  for (let done = 0; done < count; done += PLANTED_TOGETHER) {
    const group = Math.floor((from + done) / PLANTED_TOGETHER);
    await plantLearners(ctx, Math.min(PLANTED_TOGETHER, count - done), {
      from: from + done,
      nextLesson: 1 + (group % STEPS.length),
      nextAt: now + HOUR + (group % 160) * HOUR,
    });
  }
  await plantHistory(ctx, from, count);
  return count;
}

/** Learners whose next lesson is due now, spread over the eight lessons. */
async function plantDue(ctx: Context, from: number, count: number): Promise<number> {
  for (let lesson = 1; lesson <= LESSONS; lesson++) {
    const first = Math.floor((count * (lesson - 1)) / LESSONS);
    const last = Math.floor((count * lesson) / LESSONS);
    await plantLearners(ctx, last - first, { from: from + first, nextLesson: lesson });
  }
  await plantHistory(ctx, from, count);
  return count;
}

/** What planted learners left behind: their signup, and the lesson before the next. */
async function plantHistory(ctx: Context, from: number, count: number): Promise<void> {
  const { subscriberId, signupId, id, nextLesson, nextAt } = enrollments;
  const planted = sql`${subscriberId} IN (
    WITH RECURSIVE n(i) AS (SELECT CAST(${from} AS INTEGER) + 1
      UNION ALL SELECT i + 1 FROM n WHERE i < ${from} + ${count}) SELECT i FROM n)`;
  await ctx.db.commit({
    planted: [
      sql`${into(signups, 'id', 'subscriberId', 'firstName', 'page', 'wordsVersion', 'createdAt', 'confirmedAt')}
        SELECT ${signupId}, ${subscriberId}, 'Ana', '/', 'planted', 0, 0 FROM ${enrollments}
        WHERE ${planted}`,
      sql`${into(deliveries, 'kind', 'lane', 'subscriberId', 'enrollmentId', 'lesson', 'content', 'state', 'dueAt', 'batchId', 'acceptedAt')}
        SELECT 'lesson', 'lesson', ${subscriberId}, ${id}, ${nextLesson} - 1, 'planted', 'sent',
          ${nextAt} - ${WEEK}, 1, ${nextAt} - ${WEEK}
        FROM ${enrollments} WHERE ${nextLesson} > 1 AND ${planted}`,
      // Half of them came through a provider.
      sql`UPDATE ${enrollments} SET ${bareNames(enrollments).providerId} = 1
        WHERE ${planted} AND ${id} % 2 = 0`,
      sql`${into(providers, 'id', 'name', 'publicKey', 'status', 'createdAt')}
        VALUES (1, 'Harbor Institute', 'pk_bench', 'active', 0) ON CONFLICT DO NOTHING`,
      // One address in a hundred has bounced or complained, and its owner gets nothing any more.
      sql`${into(suppressions, 'hash', 'reason', 'at')}
        SELECT 'gone-' || ${subscriberId}, 'bounce', 0 FROM ${enrollments}
        WHERE ${subscriberId} % 100 = 0 AND ${planted}`,
    ],
  });
}

/** A learner's page, and the cookie of a device that opens what is private there. */
async function links({ db, tokens }: Context, subscriberId: number, expiresAt: number) {
  const claims = { subscriberId, linkVersion: 0 };
  const path = `/learn/${await tokens.learn(claims)}`;
  const row = { id: subscriberId, subscriberId, createdAt: 0, expiresAt };
  await db.orm.insert(devices).values(row);
  const device = await tokens.device({ deviceId: subscriberId, linkVersion: 0 });
  return { path, cookie: `room=${device}` };
}

/** What somebody of the staff holds whose session is the first, and the links by which some will confirm. */
async function marks({ tokens }: Context, from: number, count: number, expiresAt: number) {
  const secret = randomSecret();
  const confirms = await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const id = from + index + 1;
      const claims = { signupId: id, subscriberId: id, linkVersion: 0, expiresAt };
      return `/confirm/${await tokens.confirm(claims)}`;
    }),
  );
  return { secret, hash: await digestOf(secret), csrf: await tokens.csrf(1), confirms };
}

async function ticks({ ctx, meter }: Bench, times: number) {
  meter.take();
  for (let count = 0; count < times; count++) await tick(ctx, ctx.clock.machine());
  return meter.take();
}

/** A tick, and the lane of lessons worked off, as the queue's consumers would. */
async function work({ ctx, meter }: Bench) {
  meter.take();
  await tick(ctx, ctx.clock.machine());
  let sent = 0;
  for (;;) {
    const run = await dispatch(ctx, 'lesson', ctx.clock.machine());
    sent += run.sent;
    if (run.sent === 0) return { sent, ...meter.take() };
  }
}

/** Batches in flight at once, as four requests a second make them when an answer takes a second. */
const IN_FLIGHT = 4;

/** Works the lane of lessons off through the whole path, unpaced, to Resend at this address. */
async function wave(ctx: Context, resend: string) {
  const mailer = createResendMailer({ apiKey: 're_bench', baseUrl: resend });
  const unpaced: Context = {
    ...ctx,
    mailer: { post: mailer.post, interval: { prompt: 0, lesson: 0 } },
  };
  const consumer = async () => {
    let sent = 0;
    for (;;) {
      const run = await dispatch(unpaced, 'lesson');
      sent += run.sent;
      if (run.sent === 0) return sent;
    }
  };
  const sent = await Promise.all(Array.from({ length: IN_FLIGHT }, consumer));
  return { sent: sent.reduce((sum, each) => sum + each, 0) };
}

/** What `wave` is compared with: a loop that posts batches made before, one of each lesson in turn. */
async function bare(ctx: Context, resend: string, posts: number) {
  const bodies = await Promise.all(
    LESSON_MAILS.map((mail) => makeBody(batchOf(ctx, [mail]), CONTENTS, ctx.tokens)),
  );
  let posted = 0;
  const loop = async () => {
    while (posted < posts) {
      const body = bodies[posted++ % bodies.length];
      const response = await fetch(`${resend}/emails/batch`, {
        method: 'POST',
        headers: {
          authorization: 'Bearer re_bench',
          'content-type': 'application/json',
          'idempotency-key': crypto.randomUUID(),
          'x-batch-validation': 'permissive',
        },
        ...(body ? { body } : {}),
      });
      if (!response.ok) throw new Error(`Resend answered ${response.status}`);
      await response.json();
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, loop));
  return { sent: posts * BATCH_SIZE };
}

/** When people read: shares of the weekdays from Monday, of the hours of a day, and of zones. */
const WEEKDAYS = [3, 5, 4, 4, 2, 1, 1];
const TIMES: [time: string, share: number][] = [
  ['06:30', 2],
  ['07:00', 6],
  ['07:30', 10],
  ['08:00', 6],
  ['09:00', 3],
  ['12:00', 5],
  ['12:30', 3],
  ['17:00', 3],
  ['18:00', 3],
  ['20:00', 5],
  ['21:30', 2],
];
const ZONES: [zone: string, share: number][] = [
  ['America/New_York', 10],
  ['America/Chicago', 6],
  ['America/Denver', 2],
  ['America/Los_Angeles', 7],
  ['Europe/London', 4],
  ['Europe/Berlin', 3],
  ['Australia/Sydney', 2],
  ['Asia/Kolkata', 1],
];

/** `count` learners all over the course, each due once in the week from NOW, at slots as people choose. */
async function plantWeek(ctx: Context, from: number, count: number) {
  const now = ctx.clock.now();
  const slots = WEEKDAYS.flatMap((days, weekday) =>
    TIMES.flatMap(([time, times]) =>
      ZONES.map(([zone, zones]) => ({
        slot: { weekday: weekday + 1, time, zone },
        share: days * times * zones,
      })),
    ),
  );
  const whole = slots.reduce((sum, { share }) => sum + share, 0);
  let passed = 0;
  let planted = from;
  for (const [index, { slot, share }] of slots.entries()) {
    passed += share;
    const to = from + Math.round((count * passed) / whole);
    const options = {
      from: planted,
      nextLesson: 1 + (index % LESSONS),
      nextAt: nextSlot(slot, now) ?? now,
      slot,
    };
    if (to > planted) await plantLearners(ctx, to - planted, options);
    planted = to;
  }
  return { planted: planted - from };
}

/** What the week has shown so far. */
const soFar = {
  sent: 0,
  /** Most lessons due and not sent at one instant. */
  backlog: 0,
  /** From that instant until nothing was due, in seconds. */
  drain: 0,
  /** The longest that a lesson waited, in seconds. */
  latest: 0,
};
let peakAt: number | null = null;

/**
 * Lives through the week at Resend's pace, from one instant at which lessons fall due to the next, on
 * a clock that a wait moves; about so many batches a call.
 *
 * @param until epoch seconds; what is due then is the next week’s
 */
async function week({ ctx, meter }: Bench, until: number, batches: number) {
  meter.take();
  const clock = ctx.clock as TestClock;
  let posted = 0;
  const paced: Context = {
    ...ctx,
    mailer: {
      interval: { prompt: 1_000, lesson: 250 },
      post: async () => {
        posted += 1;
        return { kind: 'accepted', refused: [] };
      },
    },
  };
  while (posted < batches) {
    const due = await nextDue(ctx.db, 0);
    if (peakAt !== null && (due === null || due > clock.now())) {
      soFar.drain = clock.now() - peakAt;
      peakAt = null;
    }
    if (due === null || due >= until) return { done: true, ...soFar };
    if (due > clock.now()) clock.pass(due - clock.now());
    await tick(paced, clock.machine());
    const waiting = lte(enrollments.nextAt, clock.now());
    const backlog = await ctx.db.orm.$count(enrollments, waiting);
    if (backlog > soFar.backlog) {
      soFar.backlog = backlog;
      peakAt = clock.now();
    }
    soFar.latest = Math.max(soFar.latest, clock.now() - due);
    // What falls due meanwhile waits its turn, as in life.
    soFar.sent += (await dispatch(paced, 'lesson')).sent;
  }
  return { done: false, ...soFar };
}

/** A full batch of these lessons' mails, in turn. */
function batchOf(ctx: Context, mails: CompiledMail[]): Batch {
  const rows = Array.from({ length: BATCH_SIZE }, (_, index): FrozenRow => {
    const mail = mails[index % mails.length];
    return {
      id: 1_000_000 + index,
      kind: 'lesson',
      lesson: mail?.lesson ?? null,
      content: mail?.hash ?? '',
      email: `learner-${index}@example.org`,
      toHash: index.toString(16).padStart(64, '0'),
      firstName: 'Ana',
      subscriberId: 2 ** 52 + index,
      linkVersion: 0,
      enrollmentId: index,
      rev: 0,
      weekday: 1 + (index % 7),
      time: '07:30',
      zone: 'Europe/Berlin',
      signupId: null,
      signedUpAt: null,
      provider: null,
      providerId: 1,
    };
  });
  return {
    id: 1,
    key: 'bench',
    lane: 'lesson',
    who: rows.map(({ enrollmentId }) => enrollmentId ?? 0),
    rows,
    offered: new Map([['1', 'Harbor Institute']]),
    legible: true,
    mailFrom: ctx.settings.mailFrom,
    replyTo: ctx.settings.replyTo,
    baseUrl: ctx.settings.baseUrl,
    postalAddress: ctx.settings.postalAddress,
    keyId: ctx.tokens.keyId,
    sha256: null,
    leaseId: 'bench',
    attempts: 1,
    unanswered: 1,
  };
}

/** Makes the body of a full batch of lessons and its fingerprint, over and over. */
async function make(ctx: Context, times: number) {
  const batch = batchOf(ctx, LESSON_MAILS);
  let bytes = 0;
  for (let count = 0; count < times; count++) {
    const body = await makeBody(batch, CONTENTS, ctx.tokens);
    await fingerprint(body);
    bytes = body.length;
  }
  return { mails: BATCH_SIZE * times, bytes };
}
