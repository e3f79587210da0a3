import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { batches, deliveries, enrollments, halts, pace } from '../../src/db/schema.ts';
import { createResendMailer } from '../../src/mailer/resend.ts';
import { type TestContext, testContext, work } from '../support/course.ts';
import { createFakeResend, type FakeResend, type Fault } from '../support/fake-resend.ts';
import { plantLearners } from '../support/many.ts';
import { count, remove, scalar, tally, value } from '../support/rows.ts';

const ORIGIN = 'https://resend.example';
const HOUR = 3600;

/** What the course does about an answer, as it can be seen from outside. */
interface Reaction {
  /** What the answer proves, as the log says it. */
  proves: string;
  /** Rows of the ledger after the first attempt. */
  rows: string;
  /** The wait before the next attempt, or what holds it up. */
  waits: string;
  /** Whether the next attempt repeats key and bytes. */
  next: 'the same again' | 'a new key' | 'none';
  /** The ledger a day later, the operator having lifted a halt. */
  end: string;
}

const SENT = 'sent 2';
const AGAIN: Omit<Reaction, 'proves'> = {
  rows: 'sending 2',
  waits: 'waits 15 to 19 s',
  next: 'the same again',
  end: SENT,
};
const UNKNOWN: Reaction = { proves: 'unknown', ...AGAIN };
const HALTED = (reason: string): Reaction => ({
  proves: 'halt',
  rows: 'skipped 2',
  waits: `halted: ${reason}`,
  next: 'a new key',
  end: 'sent 2, skipped 2',
});
const LIMITED = (seconds: number): Reaction => ({
  proves: 'rate-limited',
  rows: 'skipped 2',
  waits: `waits ${seconds} s`,
  next: 'a new key',
  end: 'sent 2, skipped 2',
});

const TABLE: [answer: string, fault: Fault, Reaction][] = [
  ['the connection closes before it was read', { how: 'close', when: 'before' }, UNKNOWN],
  ['the connection closes after it was taken', { how: 'close', when: 'after' }, UNKNOWN],
  ['nothing for 30 seconds, not taken', { how: 'hang', when: 'before' }, UNKNOWN],
  ['nothing for 30 seconds, taken', { how: 'hang', when: 'after' }, UNKNOWN],
  ['502 with a page of HTML, not taken', { how: 'html', when: 'before' }, UNKNOWN],
  ['502 with a page of HTML, taken', { how: 'html', when: 'after' }, UNKNOWN],
  ['200 with a page of HTML, taken', { how: 'html', when: 'after', status: 200 }, UNKNOWN],
  ['500 application_error, not taken', { how: 'error', when: 'before' }, UNKNOWN],
  ['503, taken', { how: 'error', when: 'after', status: 503 }, UNKNOWN],
  ['200 without a body, taken', { how: 'empty', when: 'after' }, UNKNOWN],
  ['200 with half a body, taken', { how: 'cut', when: 'after' }, UNKNOWN],
  ['200 with an id too few, taken', { how: 'short-ids' }, UNKNOWN],
  ['429 without retry-after', { how: 'rate-limit' }, LIMITED(1)],
  ['429, retry-after: 2', { how: 'rate-limit', retryAfter: '2' }, LIMITED(2)],
  ['429, retry-after: 999999', { how: 'rate-limit', retryAfter: '999999' }, LIMITED(3600)],
  ['429, retry-after: soon', { how: 'rate-limit', retryAfter: 'soon' }, LIMITED(1)],
  [
    '429, retry-after: a date long past',
    { how: 'rate-limit', retryAfter: 'Mon, 01 Jan 2001 00:00:00 GMT' },
    LIMITED(1),
  ],
  ['429 daily_quota_exceeded', { how: 'quota' }, HALTED('daily_quota_exceeded')],
  [
    '429 monthly_quota_exceeded',
    { how: 'quota', name: 'monthly_quota_exceeded' },
    HALTED('monthly_quota_exceeded'),
  ],
  ['403 invalid_api_key', { how: 'bad-key' }, HALTED('invalid_api_key')],
  [
    '401 restricted_api_key',
    { how: 'bad-key', name: 'restricted_api_key' },
    HALTED('restricted_api_key'),
  ],
  [
    '200, one of two addresses refused',
    { how: 'partial', places: [0] },
    {
      proves: 'accepted',
      rows: 'failed 1, sent 1',
      waits: 'nothing is left',
      next: 'none',
      end: 'failed 1, sent 1',
    },
  ],
  [
    '422 validation_error',
    { how: 'refuse', status: 422, name: 'validation_error' },
    {
      proves: 'refused',
      rows: SENT,
      waits: 'nothing is left',
      next: 'a new key',
      end: SENT,
    },
  ],
  [
    '409 concurrent_idempotent_requests',
    { how: 'refuse', status: 409, name: 'concurrent_idempotent_requests' },
    { proves: 'busy', ...AGAIN },
  ],
  [
    '409 invalid_idempotent_request',
    { how: 'refuse', status: 409, name: 'invalid_idempotent_request' },
    {
      proves: 'mismatch',
      rows: 'uncertain 2',
      waits: 'nothing is left',
      next: 'none',
      end: 'uncertain 2',
    },
  ],
];

const ledger = async () =>
  (await tally(deliveries, ['state'], { lesson: 1 }))
    .map(({ state, n }) => `${state} ${n}`)
    .join(', ');

async function waitsFor(ctx: TestContext): Promise<string> {
  const halted = await value(halts, 'reason');
  if (halted) return `halted: ${halted}`;
  const lane = Number(await value(pace, 'nextFree', { lane: 'lesson' }));
  const batch = await scalar(sql`SELECT min(${batches.leaseUntil})
        FROM ${batches}
        WHERE ${batches.state} = 'open'`);
  const due = await count(enrollments, { nextLesson: 1, state: 'active' });
  if (batch === null && due === 0) return 'nothing is left';
  const wait = Math.max(lane, Number(batch ?? 0)) - ctx.clock.machine();
  if (wait <= 0) return 'at once';
  // The backoff has up to a quarter of jitter.
  if (batch !== null && wait >= 15_000 && wait <= 18_750) return 'waits 15 to 19 s';
  return `waits ${Math.round(wait / 1000)} s`;
}

describe('what the course does about each answer of Resend’s', () => {
  let fake: FakeResend;
  let undo: () => void;
  let ctx: TestContext;
  const seen: string[] = [];

  beforeEach(() => {
    ctx = testContext();
    fake = createFakeResend({ now: () => ctx.clock.machine() });
    undo = fake.install(ORIGIN);
    // An attempt's 30 seconds are over at once.
    const mailer = createResendMailer({ apiKey: 're_test', baseUrl: ORIGIN }, () =>
      AbortSignal.timeout(5),
    );
    ctx.mailer = { ...mailer, interval: { prompt: 0, lesson: 0 } };
  });
  afterEach(() => undo());
  afterAll(() => {
    const head = '| answer | proves | rows | waits | next attempt | a day later |';
    // biome-ignore lint/suspicious/noConsole: a table that is read off the run
    console.log([head, '| --- | --- | --- | --- | --- | --- |', ...seen].join('\n'));
  });

  it.each(TABLE)('%s', async (answer, fault, expected) => {
    await plantLearners(ctx, 2);
    fake.fail(fault);
    await work(ctx);
    const posted = ctx.lines
      .map((line) => JSON.parse(line))
      .find((line) => line.event === 'posted');
    const after = { rows: await ledger(), waits: await waitsFor(ctx) };

    await remove(halts);
    ctx.clock.pass(HOUR);
    await work(ctx);
    const [first, second] = fake.requests;
    const same = second?.key === first?.key && second?.sha256 === first?.sha256;
    for (let hour = 1; hour < 24; hour++) {
      ctx.clock.pass(HOUR);
      await work(ctx);
    }
    const reaction = {
      proves: posted.answer,
      ...after,
      next: second === undefined ? 'none' : same ? 'the same again' : 'a new key',
      end: await ledger(),
    };
    seen.push(`| ${[answer, ...Object.values(reaction)].join(' | ')} |`);
    expect(reaction).toEqual(expected);
    expect(fake.doubles()).toEqual([]);
  });
});
