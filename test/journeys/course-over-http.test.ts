import { env } from 'cloudflare:workers';
import { eq, getTableName, isNotNull, sql } from 'drizzle-orm';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { batches, deliveries, enrollments, signups, subscribers } from '../../src/db/schema.ts';
import worker from '../../src/worker.ts';
import { count, orm, query } from '../support/rows.ts';
import { see, withConsole } from '../support/visitor.ts';

const HOST = 'http://localhost:8787';

/** A mail as /mailbox.json shows it. */
interface Mail {
  at: string;
  to: string;
  subject: string;
  kind: string;
  lesson: number | null;
  text: string;
  html: string;
  headers: Record<string, string>;
}

/** A request like any other, through the Worker's own door, with its real queues behind it. */
async function request(address: string, init: RequestInit = {}): Promise<Response> {
  const url = address.startsWith('http') ? address : HOST + address;
  expect(url.startsWith(`${HOST}/`), url).toBe(true);
  return worker.fetch(new Request(url, { redirect: 'manual', ...init }), env);
}

const form = (fields: Record<string, string>): RequestInit => ({
  method: 'POST',
  headers: { 'sec-fetch-site': 'same-origin' },
  body: new URLSearchParams(fields),
});

async function mailsTo(email: string): Promise<Mail[]> {
  const mails = (await (await request('/mailbox.json')).json()) as Mail[];
  return mails.filter((mail) => mail.to === email);
}

let sent = 0;
async function moveClock(move: { to: string } | { advance: string }): Promise<void> {
  // What the service logs of each mail is not this test's output.
  const { given: response } = await withConsole(() =>
    request('/clock', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(move),
    }),
  );
  expect(response.status).toBe(200);
  sent += ((await response.json()) as { sent: number }).sent;
}

/** The page that a person sees, and its one form. */
async function open(address: string): Promise<{ text: string; action: string; button: string }> {
  const response = await request(address);
  expect(response.status, address).toBe(200);
  const page = await see(response);
  const button = page.all('button')[0];
  return {
    text: page.text.replace(/\s+/g, ' '),
    action: page.all('form')[0]?.action ?? '',
    button: button?.name ? `${button.name}=${button.value}` : '',
  };
}

/** A link in a mail, as a reader of its text part would click it. */
function linkIn(mail: Mail | undefined, kind: string): string {
  const link = new RegExp(`${HOST}/${kind}/[^\\s>]+`).exec(mail?.text ?? '')?.[0];
  if (!link) throw new Error(`no ${kind} link in ${mail?.subject ?? 'no mail'}`);
  return link;
}

interface Person {
  email: string;
  name: string;
  weekday: number;
  time: string;
  zone: string;
}

/** Signs up on the front page and presses the button in the mail; hands back the learner's page. */
async function takeTheCourse({ email, name, weekday, time, zone }: Person): Promise<string> {
  const { action } = await open('/');
  const signup = await request(
    action,
    form({ email, first_name: name, time_zone: zone, website: '' }),
  );
  expect(signup.status).toBe(303);
  await open(signup.headers.get('location') ?? '');
  await moveClock({ advance: 'PT0S' });

  const [confirmation, ...others] = await mailsTo(email);
  expect(others).toEqual([]);
  expect(confirmation?.kind).toBe('confirm');
  const page = await open(linkIn(confirmation, 'confirm'));
  expect(page.text).toContain(name);
  expect(page.button).toBe('go=yes');
  const slot = { weekday: String(weekday), time, time_zone: zone };
  const pressed = await request(page.action, form({ go: 'yes', ...slot }));
  expect(pressed.status).toBe(303);
  return pressed.headers.get('location') ?? '';
}

/** The first Monday from 8 February on that is still to come, noon UTC: weeks before the clocks change. */
function nextFebruary(): Temporal.ZonedDateTime {
  const now = Temporal.Now.zonedDateTimeISO('UTC');
  let start = now.with({ month: 2, day: 8 }).startOfDay().add({ hours: 12 });
  if (Temporal.ZonedDateTime.compare(start, now) <= 0) start = start.add({ years: 1 });
  return start.add({ days: (8 - start.dayOfWeek) % 7 });
}

describe('the course, over HTTP', { timeout: 120_000 }, () => {
  it('comes week by week at each learner’s own hour, across the change of the clocks, to its end', async () => {
    sent = 0;
    const start = nextFebruary();
    await moveClock({ to: start.toInstant().toString() });

    const ana = {
      email: 'ana@example.org',
      name: 'Ana',
      weekday: 3,
      time: '18:45',
      zone: 'America/New_York',
    };
    const ben = {
      email: 'ben@example.org',
      name: 'Ben',
      weekday: 2,
      time: '07:30',
      zone: 'Europe/Berlin',
    };
    const cleo = {
      email: 'cleo@example.org',
      name: 'Cleo',
      weekday: 2,
      time: '07:30',
      zone: 'Europe/Berlin',
    };
    const pages = new Map<Person, string>();
    for (const person of [ana, ben, cleo]) pages.set(person, await takeTheCourse(person));
    await moveClock({ advance: 'PT0S' });
    for (const person of pages.keys()) {
      expect((await mailsTo(person.email)).map((mail) => [mail.kind, mail.lesson])).toEqual([
        ['confirm', null],
        ['lesson', 1],
      ]);
    }

    // Halfway, Cleo's mail program sends what its unsubscribe button sends.
    await moveClock({ to: start.add({ weeks: 4 }).toInstant().toString() });
    const halfway = await mailsTo(cleo.email);
    expect(halfway.at(-1)?.lesson).toBe(4);
    const header = halfway.at(-1)?.headers ?? {};
    const [, oneClick = ''] = /^<(.+)>$/.exec(header['List-Unsubscribe'] ?? '') ?? [];
    const [field = '', choice = ''] = (header['List-Unsubscribe-Post'] ?? '').split('=');
    expect((await request(oneClick, form({ [field]: choice }))).status).toBe(200);

    await moveClock({ to: start.add({ weeks: 11 }).toInstant().toString() });

    for (const person of [ana, ben]) {
      const mails = await mailsTo(person.email);
      expect(mails.map((mail) => [mail.kind, mail.lesson])).toEqual([
        ['confirm', null],
        ...[1, 2, 3, 4, 5, 6, 7, 8].map((lesson) => ['lesson', lesson]),
        ['complete', null],
      ]);
      const weekly = mails
        .slice(2)
        .map((mail) => Temporal.Instant.from(mail.at).toZonedDateTimeISO(person.zone));
      for (const [index, local] of weekly.entries()) {
        expect(local.toPlainTime().toString({ smallestUnit: 'minute' })).toBe(person.time);
        expect(local.dayOfWeek).toBe(person.weekday);
        const before = weekly[index - 1];
        if (before) expect(local.toPlainDate().since(before.toPlainDate()).days).toBe(7);
      }
      // The clocks did change meanwhile, or this test shows nothing.
      expect(new Set(weekly.map((local) => local.offset)).size).toBe(2);
      expect(Math.abs(Date.parse(mails[1]?.at ?? '') - start.epochMilliseconds)).toBeLessThan(
        60_000,
      );
    }
    expect((await mailsTo(cleo.email)).map((mail) => mail.at)).toEqual(
      halfway.map((mail) => mail.at),
    );

    const everything = (await (await request('/mailbox.json')).json()) as Mail[];
    expect(everything).toHaveLength(10 + 10 + 5);
    expect(sent).toBe(everything.length);
    expect(everything.map((mail) => JSON.stringify(mail)).join('')).not.toMatch(/\{\{|\[object/);

    // Each reads on where they are, and each lesson by the link in its mail.
    expect((await open(pages.get(ana) ?? '')).text).toContain('You have had all eight lessons');
    expect((await open(pages.get(cleo) ?? '')).text).toContain('No more lessons are coming');
    for (const mail of await mailsTo(ana.email)) {
      if (mail.kind === 'lesson') await open(linkIn(mail, 'learn[^\\s]*/lessons'));
    }
    expect((await request(`${pages.get(cleo)}/lessons/4`)).status).toBe(200);
    expect((await request(`${pages.get(cleo)}/lessons/5`)).status).toBe(404);

    expect(
      await orm
        .select({
          email: subscribers.email,
          state: enrollments.state,
          nextAt: enrollments.nextAt,
        })
        .from(enrollments)
        .innerJoin(subscribers, eq(subscribers.id, enrollments.subscriberId))
        .orderBy(subscribers.email),
    ).toEqual([
      { email: ana.email, state: 'completed', nextAt: null },
      { email: ben.email, state: 'completed', nextAt: null },
      { email: cleo.email, state: 'ended', nextAt: null },
    ]);
    expect(await query(sql`SELECT DISTINCT ${deliveries.state} FROM ${deliveries}`)).toEqual([
      { state: 'sent' },
    ]);
    expect(await query(sql`SELECT DISTINCT ${batches.state} FROM ${batches}`)).toEqual([
      { state: 'accepted' },
    ]);
    expect(await count(batches, isNotNull(batches.frozen))).toBe(0);
    const health = await request('/healthz');
    expect([health.status, await health.json()]).toEqual([
      200,
      expect.objectContaining({ ok: true, openBatches: 0, uncertainDeliveries: 0 }),
    ]);
  });

  it('sent to somebody who never pressed the button ends with that one mail', async () => {
    const email = 'dana@example.org';
    await request('/signup', form({ email }));
    for (let week = 0; week < 9; week++) await moveClock({ advance: 'P7D' });
    expect((await mailsTo(email)).map((mail) => mail.kind)).toEqual(['confirm']);
    // Nothing is known of them any more, but for the mail in the local mailbox.
    for (const table of [subscribers, signups, deliveries, enrollments]) {
      expect(await count(table), getTableName(table)).toBe(0);
    }
  });
});
