import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { sql } from 'drizzle-orm';
import { freePort } from '../../src/cli/local.ts';
import {
  deliveries,
  enrollments,
  logEntries,
  pulse,
  signups,
  subscribers,
} from '../../src/db/schema.ts';
import { launchBrowser } from '../support/browser.ts';
import { into } from '../support/into.ts';
import { buildWorker } from './build.ts';
import { columns, type Findings, median, type Options, quantile } from './figure.ts';
import { call } from './ledger.ts';
import { getPages } from './load.ts';
import { migrate, type Served, serveBuild, serveScript } from './serve.ts';
import type { Tally } from './workers/tally.ts';

const STATEMENTS = 5;
const ROWS = 100;
/** Of the page's p95 to that of `/healthz`. */
const RATIO = 3;
/** KB of 1000 bytes. */
const WEIGHT = 60;

const CONNECTIONS = 20;

/** Requests of one round, to the page and to `/healthz` each. */
const A_ROUND = 200;

/** Production's clock: a movable one is a statement more for every request. */
const VARS = { BASE_URL: 'http://localhost', MAILER: 'mailbox', CLOCK: 'real' };

/** Epoch seconds. */
const NOW = Math.floor(Date.now() / 1000);
const WEEK = 7 * 86_400;

/** The learner's page, and the cookie of a device that opens what is private there. */
interface Links {
  path: string;
  cookie: string;
}

/** Somebody in the middle of a second round, who has used everything that the page offers. */
const LEARNER = 7;
const numbers = (below: number) =>
  sql`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${below})`;

/** The learner's page, its private part open: what it reads, how long it takes, and what it weighs. */
export async function benchLearner(options: Options): Promise<Findings> {
  const { links, ...cost } = await countStatements(options);
  const pace = await race(options, links);
  const weight = await weigh(options, links);
  return {
    details: [...cost.details, ...pace.details, ...weight.details],
    figures: [
      {
        figure: 'the learner’s page: statements',
        measured: String(cost.statements),
        target: `at most ${STATEMENTS}`,
        met: cost.statements <= STATEMENTS,
      },
      {
        figure: '  rows that they read',
        measured: String(cost.rows),
        target: `at most ${ROWS}`,
        met: cost.rows <= ROWS,
      },
      {
        figure: `  its p95 at ${CONNECTIONS} connections, against that of /healthz`,
        measured: `${pace.ratio.toFixed(2)} times (${pace.page.toFixed(0)} ms, ${pace.health.toFixed(0)} ms)`,
        target: `under ${RATIO}`,
        met: pace.ratio < RATIO,
      },
      {
        figure: '  over the wire, gzip, without fonts',
        measured: `${weight.page.toFixed(1)} KB`,
        target: `at most ${WEIGHT} KB`,
        met: weight.page <= WEIGHT,
      },
      {
        figure: '  the same with the form for another hour',
        measured: `${weight.withHour.toFixed(1)} KB`,
        target: `at most ${WEIGHT} KB`,
        met: weight.withHour <= WEIGHT,
      },
    ],
  };
}

async function plant(served: Served): Promise<void> {
  await migrate(served);
  const { orm } = served.db;
  const person = { email: 'ana@example.org', emailHash: 'hash', firstName: 'Ana' };
  await orm.insert(subscribers).values({ id: LEARNER, ...person, createdAt: 0, confirmedAt: 0 });
  const signup = { subscriberId: LEARNER, firstName: 'Ana', wordsVersion: 'bench' };
  await orm.insert(signups).values([
    { id: 1, ...signup, page: '/', createdAt: 0, confirmedAt: 0 },
    { id: 2, ...signup, page: '/learn', createdAt: 1, confirmedAt: 1 },
  ]);
  await orm.insert(enrollments).values([
    {
      ...{ id: 1, signupId: 1, subscriberId: LEARNER, state: 'completed', rev: 12 },
      ...{ weekday: 2, time: '07:30', zone: 'Europe/Berlin', nextLesson: 9, readWeeks: 255 },
      ...{ lastAt: 0, createdAt: 0, closedAt: 1 },
    },
    {
      ...{ id: 2, signupId: 2, subscriberId: LEARNER, state: 'active', rev: 9 },
      ...{ weekday: 5, time: '18:15', zone: 'America/New_York', nextLesson: 5, readWeeks: 7 },
      ...{ nextAt: NOW + WEEK, lastAt: NOW - 3600, createdAt: 1, askedAt: NOW - 3600 },
    },
  ]);
  await served.db.commit({
    planted: [
      sql`${numbers(9)}
      ${into(deliveries, 'kind', 'lane', 'subscriberId', 'enrollmentId', 'lesson', 'state', 'dueAt', 'batchId', 'acceptedAt')}
      SELECT iif(i = 9, 'complete', 'lesson'), 'lesson', ${LEARNER}, 1, i, 'delivered', i, 1, i FROM n
      UNION ALL
      SELECT 'lesson', 'lesson', ${LEARNER}, 2, i, 'delivered', i, 1, ${NOW - 5 * WEEK} + i * ${WEEK}
      FROM n WHERE i < 5
      UNION ALL
      SELECT 'resend', 'prompt', ${LEARNER}, 2, i, 'sent', i, 1, ${NOW} FROM n WHERE i < 4`,
      sql`${numbers(8)} ${into(logEntries, 'subscriberId', 'lesson', 'text', 'savedAt')}
      SELECT ${LEARNER}, i, 'A few lines.', ${NOW} FROM n`,
    ],
  });
  // Health is green only after a tick.
  await orm.update(pulse).set({ lastTick: NOW });
}

/** Through the whole app on a metered database. */
async function countStatements(options: Options) {
  const script = await buildWorker('ledger', options.folder);
  const served = await serveScript(script, join(options.folder, 'learner-cost'), VARS);
  try {
    await plant(served);
    const links = await call<Links>(served, `/links?of=${LEARNER}&until=${NOW + WEEK}`);
    const { path, cookie } = links;
    const page = await fetch(served.url + path, { headers: { cookie } });
    const text = await page.text();
    if (!text.includes('You are in week 4') || !text.includes('Written so far: week 1')) {
      throw new Error(`the learner's page answered ${page.status} and is not the planted one`);
    }
    const tally = await call<Tally>(served, '/tally');
    const costs = Object.entries(tally.statements);
    return {
      links,
      statements: costs.reduce((sum, [, cost]) => sum + cost.statements, 0),
      rows: costs.reduce((sum, [, cost]) => sum + cost.read, 0),
      details: [
        '',
        `The learner’s page: ${tally.roundTrips} round trip(s)`,
        ...columns(costs.map(([text, cost]) => [`  ${text.slice(0, 76)}`, `${cost.read} read`])),
      ],
    };
  } finally {
    await served.close();
  }
}

/** Many short rounds, so that a busy moment of the machine hits both alike. */
async function race(options: Options, { path, cookie }: Links) {
  const folder = join(options.folder, 'learner-pace');
  const served = await serveBuild(await options.build(), folder, VARS, false);
  try {
    await plant(served);
    const p95 = async (at: string) =>
      quantile((await getPages(served.url + at, A_ROUND, CONNECTIONS, { cookie })).latencies, 0.95);
    const rounds: { page: number; health: number }[] = [];
    // Round 0 warms up.
    for (let round = 0; round <= (options.quick ? 8 : 20); round++) {
      const [first, second] = round % 2 === 0 ? [path, '/healthz'] : ['/healthz', path];
      const before = await p95(first);
      const after = await p95(second);
      const [page, health] = round % 2 === 0 ? [before, after] : [after, before];
      if (round > 0) rounds.push({ page, health });
    }
    const ratios = rounds.map(({ page, health }) => page / health);
    return {
      ratio: median(ratios),
      page: median(rounds.map(({ page }) => page)),
      health: median(rounds.map(({ health }) => health)),
      details: ['', `p95 against /healthz, rounds: ${ratios.map((r) => r.toFixed(2)).join(' ')}`],
    };
  } finally {
    await served.close();
  }
}

/** What a browser fetches for a first visit, each body compressed as Cloudflare does on its way out. */
async function weigh(options: Options, { path, cookie }: Links) {
  const port = await freePort();
  const vars = { ...VARS, BASE_URL: `http://localhost:${port}` };
  const folder = join(options.folder, 'learner-weight');
  const served = await serveBuild(await options.build(), folder, vars, true, port);
  const browser = await launchBrowser();
  try {
    await plant(served);
    const details: string[] = [];
    const visit = async (at: string) => {
      const page = await browser.newPage({ extraHTTPHeaders: { cookie } });
      const parts: Promise<[address: string, bytes: number]>[] = [];
      page.on('response', (response) => {
        if (response.request().resourceType() === 'font') return;
        parts.push(
          response.body().then((body) => [new URL(response.url()).pathname, gzipSync(body).length]),
        );
      });
      await page.goto(vars.BASE_URL + at, { waitUntil: 'networkidle' });
      const weights = await Promise.all(parts);
      await page.close();
      details.push('', `The learner’s page${at.slice(path.length)}, gzip, without fonts:`);
      details.push(
        ...columns(
          weights.map(([address, bytes]) => [`  ${address.slice(0, 60)}`, `${bytes} bytes`]),
        ),
      );
      return weights.reduce((sum, [, bytes]) => sum + bytes, 0) / 1000;
    };
    return { page: await visit(path), withHour: await visit(`${path}?do=hour`), details };
  } finally {
    await browser.close();
    await served.close();
  }
}
