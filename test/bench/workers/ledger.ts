/**
 * The course's own verbs on a metered database, driven over HTTP by the bench: plants learners, ticks,
 * dispatches to a mailer that takes everything at once, and says what it cost.
 */
import { sql } from 'drizzle-orm';
import type { Context } from '../../../src/context.ts';
import { compiledMails, LESSONS, STEPS } from '../../../src/course/course.ts';
import { createDatabase } from '../../../src/db/client.ts';
import { fingerprint, makeBody } from '../../../src/delivery/body.ts';
import type { Batch, FrozenRow } from '../../../src/delivery/delivery.ts';
import { dispatch } from '../../../src/delivery/dispatch.ts';
import { tick } from '../../../src/delivery/tick.ts';
import { type Env, settingsOf } from '../../../src/env.ts';
import type { Mailer } from '../../../src/mailer/mailer.ts';
import { createTokens } from '../../../src/token.ts';
import { app } from '../../../src/web/app.tsx';
import { testClock } from '../../support/clock.ts';
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
    log: { info: silent, warn: silent, error: silent },
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
    if (url.pathname === '/signup') return app.fetch(request, bench.env);
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
      case '/make':
        return Response.json(await make(bench.ctx, number('times')));
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
  const planted = sql`subscriber_id IN (
    WITH RECURSIVE n(i) AS (SELECT CAST(${from} AS INTEGER) + 1
      UNION ALL SELECT i + 1 FROM n WHERE i < ${from} + ${count}) SELECT i FROM n)`;
  await ctx.db.batch([
    sql`INSERT INTO signups (id, subscriber_id, first_name, page, words_version, created_at,
          confirmed_at)
        SELECT signup_id, subscriber_id, 'Ana', '/', 'planted', 0, 0 FROM enrollments
        WHERE ${planted}`,
    sql`INSERT INTO deliveries (kind, lane, subscriber_id, enrollment_id, lesson, content, state,
          due_at, batch_id, accepted_at)
        SELECT 'lesson', 'lesson', subscriber_id, id, next_lesson - 1, 'planted', 'sent',
          next_at - ${WEEK}, 1, next_at - ${WEEK}
        FROM enrollments WHERE next_lesson > 1 AND ${planted}`,
  ]);
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
    const run = await dispatch(ctx, 'lesson');
    sent += run.sent;
    if (run.sent === 0) return { sent, ...meter.take() };
  }
}

/** Makes the body of a full batch of lessons and its fingerprint, over and over. */
async function make(ctx: Context, times: number) {
  const lessons = compiledMails.filter((mail) => mail.kind === 'lesson');
  const contents = new Map(lessons.map((mail) => [mail.hash, mail]));
  const rows = Array.from({ length: 100 }, (_, index): FrozenRow => {
    const mail = lessons[index % lessons.length];
    return {
      id: 1_000_000 + index,
      kind: 'lesson',
      lesson: mail?.lesson ?? null,
      content: mail?.hash ?? '',
      email: `learner-${index}@example.org`,
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
    };
  });
  const batch: Batch = {
    id: 1,
    key: 'bench',
    lane: 'lesson',
    rows,
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
  let bytes = 0;
  for (let count = 0; count < times; count++) {
    const body = await makeBody(batch, contents, ctx.tokens);
    await fingerprint(body);
    bytes = body.length;
  }
  return { mails: rows.length * times, bytes };
}
