import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import {
  counts,
  enrollments,
  members,
  pulse,
  sessions,
  shares,
  signups,
  staff,
  subscribers,
} from '../../src/db/schema.ts';
import { into } from '../support/into.ts';
import { buildWorker } from './build.ts';
import { columns, type Findings, type Options } from './figure.ts';
import { call } from './ledger.ts';
import { migrate, plantHarbor, type Served, serveBuild, serveScript } from './serve.ts';
import type { Tally } from './workers/tally.ts';

/** Production's clock: a movable one is a statement more for every request. */
const VARS = { BASE_URL: 'http://localhost', MAILER: 'mailbox', CLOCK: 'real' };

/** What a page may cost: statements, and rows read. */
const STATEMENTS = 5;
const ROWS = 400;
const ROUND_TRIPS = 2;
/** Seconds in which half a million lines are downloaded, and a confirmation meanwhile. */
const FILE_SECONDS = 15;
const CONFIRM_SECONDS = 1;
/** How large V8's heap may become in each of workerd's isolates, in MB: what the file is written in. */
const HEAP = 32;
/** Those who confirm while a file is written. */
const MEANWHILE = 20;

/** Epoch seconds. */
const NOW = Math.floor(Date.now() / 1000);
const SLUG = 'bench';

/** What the owner who is in holds, and the links by which some will confirm. */
interface Marks {
  secret: string;
  hash: string;
  csrf: string;
  confirms: string[];
}

/** A provider with half a million learners: what its pages read, and how its roster is downloaded. */
export async function benchRoster(options: Options): Promise<Findings> {
  // More than are counted while somebody waits.
  const people = Math.max(options.many / 2, 10_000);
  const { pages, marks } = await countRows(options, people);
  const file = await download(options, people, marks);
  const seconds = (of: number) => `${of.toFixed(2)} s`;
  const figures: Findings['figures'] = pages.map(({ page, statements, rows, roundTrips }) => ({
    figure: `${page}: round trips, statements, rows read`,
    measured: `${roundTrips}, ${statements}, ${rows}`,
    target: `at most ${ROUND_TRIPS}, ${STATEMENTS}, ${ROWS}`,
    met: roundTrips <= ROUND_TRIPS && statements <= STATEMENTS && rows <= ROWS,
  }));
  return {
    details: [
      '',
      ...columns(pages.flatMap(({ page, costs }) => costs.map((cost) => [`  ${page}`, ...cost]))),
    ],
    figures: [
      ...figures,
      {
        figure: `the roster as a file, ${people.toLocaleString('en-US')} lines, heap of ${HEAP} MB`,
        measured: file.lines === people ? seconds(file.seconds) : `${file.lines} lines`,
        target: `at most ${seconds(FILE_SECONDS)}`,
        met: file.lines === people && file.seconds <= FILE_SECONDS,
      },
      {
        figure: '  a confirmation meanwhile, the slowest',
        measured: seconds(file.slowest),
        target: `at most ${seconds(CONFIRM_SECONDS)}`,
        met: file.slowest <= CONFIRM_SECONDS,
      },
    ],
  };
}

/** Half a million learners of one provider, an owner of it who is in, and some who have not confirmed. */
async function plant(served: Served, people: number, marks: Marks): Promise<void> {
  await migrate(served);
  const { orm } = served.db;
  await plantHarbor(served.db, 'pk_bench', 'https://harbor.example');
  const olga = { id: 1, email: 'olga@harbor.example', emailHash: 'hash-olga' };
  await orm.insert(staff).values({ ...olga, createdAt: 0, enteredAt: 0 });
  const owner = { id: 1, providerId: 1, staffId: 1, role: 'owner', invitedBy: 'bench' } as const;
  await orm.insert(members).values({ ...owner, createdAt: 0, joinedAt: 0 });
  const session = { id: 1, hash: marks.hash, room: 'portal', staffId: 1 } as const;
  const times = { createdAt: NOW, seenAt: NOW, endsAt: NOW + 86_400 };
  await orm.insert(sessions).values({ ...session, agent: 'bench', ...times });
  const step = 50_000;
  for (let from = 0; from < people; from += step) {
    const below = Math.min(step, people - from);
    const n = sql`WITH RECURSIVE n(i) AS (SELECT CAST(${from} AS INTEGER) + 1
      UNION ALL SELECT i + 1 FROM n WHERE i < ${from} + ${below})`;
    await served.db.commit({
      people: sql`${into(subscribers, 'id', 'email', 'emailHash', 'firstName', 'createdAt', 'confirmedAt')}
        ${n} SELECT i, 'learner-' || i || '@example.org', 'hash-' || i, 'Ana', 0, 0 FROM n`,
      courses: sql`${into(enrollments, 'id', 'signupId', 'subscriberId', 'state', 'weekday', 'time', 'zone', 'nextLesson', 'nextAt', 'createdAt', 'providerId')}
        ${n} SELECT i, i, i, 'active', 1 + i % 7, '07:30', 'Europe/Berlin', 1 + i % 9, ${NOW + 86_400}, 0, 1 FROM n`,
      shares: sql`${into(shares, 'id', 'ref', 'providerId', 'subscriberId', 'enrollmentId', 'words', 'since')}
        ${n} SELECT i, printf('%020x', i), 1, i, i, '2026-11-b', ${NOW} - i * 60 FROM n`,
    });
  }
  for (let index = 1; index <= MEANWHILE; index++) {
    const id = people + index;
    const email = `meanwhile-${index}@example.org`;
    await orm
      .insert(subscribers)
      .values({ id, email, emailHash: `m-${index}`, firstName: '', createdAt: NOW });
    const signup = { id, subscriberId: id, providerId: 1, wordsVersion: '2026-11-b' };
    await orm.insert(signups).values({ ...signup, firstName: '', page: '/', createdAt: NOW });
  }
  await orm.update(pulse).set({ lastTick: NOW });
}

/** Through the whole app on a metered database, the numbers kept as the chore keeps them. */
async function countRows(options: Options, people: number) {
  const script = await buildWorker('ledger', options.folder);
  const served = await serveScript(script, join(options.folder, 'roster-cost'), VARS);
  try {
    const marks = await call<Marks>(
      served,
      `/marks?from=${people}&count=${MEANWHILE}&until=${NOW + 3600}`,
    );
    const cookie = `portal=${marks.secret}`;
    await plant(served, people, marks);
    const tally = { week: 0, groups: [], unconfirmed: [], total: people, allEight: 0 };
    const kept = { providerId: 1, lookedAt: NOW, dueAt: NOW + 3600, at: NOW, total: people };
    await served.db.orm.insert(counts).values({ ...kept, body: JSON.stringify(tally) });
    const pages = [];
    for (const [page, path, says] of [
      ['the portal’s first page', '', `${people.toLocaleString('en-US')} people`],
      ['a page of the roster', '/roster', 'learner-'],
      ['  deep in it', `/roster?older=${(people >> 1).toString(16).padStart(20, '0')}`, 'learner-'],
      ['the log', '/log', 'Nothing yet'],
    ] as const) {
      await call<Tally>(served, '/tally');
      const answer = await fetch(`${served.url}/portal/${SLUG}${path}`, { headers: { cookie } });
      if (!(await answer.text()).includes(says)) {
        throw new Error(`${path} answered ${answer.status} and is not the planted one`);
      }
      const { roundTrips, statements } = await call<Tally>(served, '/tally');
      const costs = Object.entries(statements);
      pages.push({
        page,
        roundTrips,
        statements: costs.reduce((sum, [, cost]) => sum + cost.statements, 0),
        rows: costs.reduce((sum, [, cost]) => sum + cost.read, 0),
        costs: costs.map(([text, cost]) => [text.slice(0, 70), `${cost.read} read`]),
      });
    }
    return { pages, marks };
  } finally {
    await served.close();
  }
}

/** The production build in a small heap: the file, and whoever confirms while it is written. */
async function download(options: Options, people: number, marks: Marks) {
  const flags = process.env.MINIFLARE_WORKERD_V8_FLAGS;
  process.env.MINIFLARE_WORKERD_V8_FLAGS = `--max-heap-size=${HEAP}`;
  const folder = join(options.folder, 'roster-file');
  const served = await serveBuild(await options.build(), folder, VARS, false);
  if (flags === undefined) delete process.env.MINIFLARE_WORKERD_V8_FLAGS;
  else process.env.MINIFLARE_WORKERD_V8_FLAGS = flags;
  try {
    await plant(served, people, marks);
    const cookie = `portal=${marks.secret}`;
    const headers = {
      cookie,
      'content-type': 'application/x-www-form-urlencoded',
      'sec-fetch-site': 'same-origin',
    };
    const post = (path: string, fields: Record<string, string>) =>
      fetch(served.url + path, {
        method: 'POST',
        headers,
        body: new URLSearchParams(fields).toString(),
        redirect: 'manual',
      });
    const began = performance.now();
    const file = await post(`/portal/${SLUG}/export`, { go: 'yes', csrf: marks.csrf });
    if (file.status !== 200 || !file.body) throw new Error(`the file answered ${file.status}`);
    let slowest = 0;
    let done = false;
    const confirm = async () => {
      for (const path of marks.confirms) {
        if (done) return;
        const from = performance.now();
        const slot = { weekday: '2', time: '07:30', time_zone: 'Europe/Berlin' };
        const answer = await post(path, { go: 'yes', ...slot, words: '2026-11-b' });
        if (answer.status !== 303) throw new Error(`a confirmation answered ${answer.status}`);
        slowest = Math.max(slowest, (performance.now() - from) / 1000);
      }
    };
    const confirming = confirm();
    let lines = -1;
    for await (const chunk of file.body) {
      for (const byte of chunk) if (byte === 0x0a) lines += 1;
    }
    const seconds = (performance.now() - began) / 1000;
    done = true;
    await confirming;
    // Whoever confirmed before the last slice stands at its end.
    return { lines: Math.min(lines, people), seconds, slowest };
  } finally {
    await served.close();
  }
}
