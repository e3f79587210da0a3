import { env } from 'cloudflare:workers';
import { and, eq, isNotNull, sql } from 'drizzle-orm';
import { afterAll, describe, expect, it } from 'vitest';
import {
  deliveries,
  enrollments,
  events,
  halts,
  pulse,
  suppressions,
} from '../../src/db/schema.ts';
import type { Kind } from '../../src/delivery/kinds.ts';
import { tick } from '../../src/delivery/tick.ts';
import type { Env } from '../../src/env.ts';
import { createResendMailer } from '../../src/mailer/resend.ts';
import { app } from '../../src/web/app.tsx';
import { signUp, type TestContext, testContext, work } from '../support/course.ts';
import { createFakeResend } from '../support/fake-resend.ts';
import type { WebhookType } from '../support/fake-resend-webhook.ts';
import { emptyLedger } from '../support/ledger.ts';
import { plantLearners } from '../support/many.ts';
import { change, count, pick, scalar, value } from '../support/rows.ts';

const ORIGIN = 'https://resend.example';

/** What the course does about an event of a mail that was accepted, as it can be seen from outside. */
interface Reaction {
  /** The lesson that it is about, in the ledger, and after `email.delivered` where that differs. */
  lesson: string;
  course: string;
  /** A mail that somebody asked for, in the ledger. */
  asked: string;
  address: string;
  operator: string;
}

const NOTHING: Reaction = {
  lesson: 'sent',
  course: 'goes on',
  asked: 'sent',
  address: 'as before',
  operator: 'hears nothing',
};
const ENDS: Reaction = {
  ...NOTHING,
  lesson: 'bounced',
  course: 'waits: suppressed',
  asked: 'bounced',
  address: 'never mailed again',
};
const CAME_BACK: Reaction = {
  ...NOTHING,
  lesson: 'bounced',
  asked: 'bounced',
  address: 'counted, of five',
};
const HALTED = (reason: string): Reaction => ({
  ...NOTHING,
  lesson: 'failed, due as before',
  asked: 'owed',
  operator: `all is halted: ${reason}`,
});
const FAILED = (reason: string): Reaction => ({
  ...NOTHING,
  lesson: 'failed, due at the next hour',
  asked: 'failed',
  operator: `is told: ${reason}`,
});

const bounce = (type: string, subType: string) => ({ bounce: { type, subType, message: '' } });
const failed = (reason: unknown) => ({ failed: { reason } });

/** Resend's types of events (its webhooks’ page, November 2026), with their bounces’ and failures’ own. */
const TABLE: [type: WebhookType, detail: string, data: Record<string, unknown>, Reaction][] = [
  ['email.sent', '', {}, NOTHING],
  ['email.scheduled', '', {}, NOTHING],
  ['email.delivered', '', {}, { ...NOTHING, lesson: 'delivered', asked: 'delivered' }],
  ['email.delivery_delayed', '', {}, NOTHING],
  ['email.opened', '', {}, NOTHING],
  ['email.clicked', '', {}, NOTHING],
  ['email.received', '', {}, NOTHING],
  ['email.complained', '', {}, { ...ENDS, lesson: 'complained', asked: 'complained' }],
  ...['General', 'NoEmail', 'Suppressed', 'OnAccountSuppressionList'].map(
    (subType): (typeof TABLE)[number] => [
      'email.bounced',
      `Permanent ${subType}`,
      bounce('Permanent', subType),
      ENDS,
    ],
  ),
  ...['MailboxFull', 'MessageTooLarge', 'ContentRejected', 'AttachmentRejected'].map(
    (subType): (typeof TABLE)[number] => [
      'email.bounced',
      `Transient ${subType}`,
      bounce('Transient', subType),
      CAME_BACK,
    ],
  ),
  ...[
    ['Transient', 'General'],
    ['Undetermined', 'Undetermined'],
    ['Something', 'New'],
  ].map(([type = '', subType = '']): (typeof TABLE)[number] => [
    'email.bounced',
    `${type} ${subType}`,
    bounce(type, subType),
    { ...CAME_BACK, lesson: 'bounced, or delivered if it was' },
  ]),
  [
    'email.suppressed',
    'OnAccountSuppressionList',
    { suppressed: { type: 'OnAccountSuppressionList', message: '' } },
    ENDS,
  ],
  ...['reached_daily_quota', 'reached_monthly_quota', 'domain_not_verified', 'invalid_api_key'].map(
    (reason): (typeof TABLE)[number] => ['email.failed', reason, failed(reason), HALTED(reason)],
  ),
  [
    'email.failed',
    'invalid_recipient',
    failed('invalid_recipient'),
    { ...NOTHING, lesson: 'failed', course: 'waits: refused', asked: 'failed' },
  ],
  ['email.failed', 'any other word', failed('something_new'), FAILED('something_new')],
  ['email.failed', 'no word', failed({ toString: 1 }), FAILED('unnamed')],
];

const LIVE: Env = { ...env, MAILER: 'resend', RESEND_BASE_URL: ORIGIN, RESEND_API_KEY: 're_x' };

/** A course with one learner’s lesson 1 and one confirmation accepted by a fake Resend. */
async function course() {
  await emptyLedger();
  await change(pulse, { alerts: null, failedAt: null });
  const ctx = testContext({ start: new Date().toISOString() });
  const fake = createFakeResend({ now: () => ctx.clock.machine() });
  const undo = fake.install(ORIGIN);
  const mailer = createResendMailer({ apiKey: 're_x', baseUrl: ORIGIN });
  ctx.mailer = { ...mailer, interval: { prompt: 0, lesson: 0 } };
  await plantLearners(ctx, 1);
  await signUp(ctx, { email: 'somebody@example.org' });
  await work(ctx);
  undo();
  const tell = async (type: WebhookType, kind: string, data: Record<string, unknown>) => {
    const mail = fake.accepted.find(({ mail }) => mail.tags.some(({ value }) => value === kind));
    if (!mail) throw new Error(`no ${kind} was accepted`);
    const { body, headers } = await fake.webhook(type, mail, { at: Date.now(), data });
    const url = `${ctx.settings.baseUrl}/webhooks/resend`;
    const response = await app.request(url, { method: 'POST', body, headers }, LIVE);
    expect(response.status).toBe(200);
  };
  return { ctx, tell };
}

const stateOf = (kind: Kind) =>
  value(deliveries, 'state', and(eq(deliveries.kind, kind), isNotNull(deliveries.batchId)));

async function lessonAndCourse(ctx: TestContext, due: unknown) {
  const [row] = await pick(enrollments, {
    next: enrollments.nextLesson,
    at: enrollments.nextAt,
    reason: enrollments.pauseReason,
  });
  const again =
    row?.next === 2 || row?.at === null
      ? ''
      : row?.at === due
        ? ', due at the next hour'
        : ', due as before';
  expect(row?.at === null || Number(row?.at) >= ctx.clock.now()).toBe(true);
  return {
    lesson: `${await stateOf('lesson')}${again}`,
    course: row?.reason ? `waits: ${row.reason}` : 'goes on',
  };
}

async function addressOf(): Promise<string> {
  if ((await count(suppressions)) > 0) return 'never mailed again';
  const counted = await scalar(sql`SELECT count(*)
        FROM ${events}
        JOIN ${deliveries} ON ${deliveries.id} = ${events.deliveryId}
        WHERE ${events.kind} LIKE '%-bounce' AND ${deliveries.state} = 'bounced'`);
  return Number(counted) > 0 ? 'counted, of five' : 'as before';
}

async function operatorHears(ctx: TestContext): Promise<string> {
  const reason = await value(halts, 'reason');
  await tick(ctx);
  const words = ctx.alerts.flatMap(({ problems }) => problems).join('; ');
  if (reason !== undefined) {
    expect(words).toContain(String(reason));
    return `all is halted: ${reason}`;
  }
  const told = / were not sent within the last day: (\w+) 1$/.exec(words)?.[1];
  return told ? `is told: ${told}` : words === '' ? 'hears nothing' : words;
}

describe('what the course does about each event of Resend’s', () => {
  const seen: string[] = [];
  const kinds = new Set<string>();
  afterAll(() => {
    const head =
      '| event | | the lesson | the course | a mail asked for | the address | the operator |';
    // biome-ignore lint/suspicious/noConsole: a table that is read off the run
    console.log([head, '| --- | --- | --- | --- | --- | --- | --- |', ...seen].join('\n'));
  });

  it.each(TABLE)('%s %s', async (type, detail, data, expected) => {
    const { ctx, tell } = await course();
    const due = await value(enrollments, 'nextAt');
    await tell(type, 'lesson', data);
    const reaction: Reaction = {
      ...(await lessonAndCourse(ctx, due)),
      asked: '',
      address: await addressOf(),
      operator: await operatorHears(ctx),
    };
    // The same of a mail that somebody asked for.
    const asked = await course();
    await asked.tell(type, 'confirm', data);
    for (const { kind } of await pick(events, ['kind'])) kinds.add(kind);
    reaction.asked = String(await stateOf('confirm'));
    // And where it had arrived before.
    const late = await course();
    await late.tell('email.delivered', 'lesson', {});
    await late.tell(type, 'lesson', data);
    if (reaction.lesson === 'bounced' && (await stateOf('lesson')) === 'delivered') {
      reaction.lesson = 'bounced, or delivered if it was';
    }
    const { lesson, course: goes, asked: mail, address, operator } = reaction;
    seen.push(`| ${[type, detail, lesson, goes, mail, address, operator].join(' | ')} |`);
    expect(reaction).toEqual(expected);
  });

  it('has every kind of event that the course knows come of one of them', () => {
    expect([...kinds].sort()).toEqual([...events.kind.enumValues].sort());
  });
});
