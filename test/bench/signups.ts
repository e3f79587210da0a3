import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { getTableName, inArray } from 'drizzle-orm';
import { deliveries, halts, signups } from '../../src/db/schema.ts';
import { buildWorker } from './build.ts';
import { columns, type Findings, median, type Options, quantile } from './figure.ts';
import { type Load, postSignups } from './load.ts';
import { migrate, plantHarbor, type Served, serveBuild, serveScript } from './serve.ts';
import type { Tally } from './workers/tally.ts';

export const CONNECTIONS = 20;

/** Signups of one round. */
const A_ROUND = 600;

/** `max_batch_timeout` of the queues and a little more, in milliseconds. */
const QUEUE_TIMEOUT = 1_200;

/** Production's clock: a movable one is a read of the database more for every request. */
export const VARS = { BASE_URL: 'http://localhost', MAILER: 'mailbox', CLOCK: 'real' };

/** How long the consumers may take to send what a round left owed, in milliseconds. */
const PATIENCE = 60_000;

/** A Worker that takes signups, and its rounds. */
interface Contender {
  name: string;
  served: Served;
  /** Where a signup of its is a row. */
  table: string;
  loads: Load[];
}

/** Signups against a bare Worker, and the database round trips of one. */
export async function benchSignups(options: Options): Promise<Findings> {
  const contenders = await start(options);
  const [bare, whole, halted] = contenders;
  if (!bare || !whole || !halted) throw new Error('a Worker did not start');
  let requests = 0;
  try {
    // Round 0 warms up. Who goes first changes, so that a busy moment of the machine hits all alike.
    for (let round = 0; round <= (options.quick ? 4 : 13); round++) {
      for (let place = 0; place < contenders.length; place++) {
        const contender = contenders[(round + place) % contenders.length];
        if (!contender) continue;
        const address = () => `learner-${requests++}@example.org`;
        const load = await postSignups(contender.served.url, A_ROUND, CONNECTIONS, address);
        if (round > 0) contender.loads.push(load);
        // What it left in its queue would disturb the next.
        if (contender === whole) await drain(whole.served);
        if (contender === halted) await pause(QUEUE_TIMEOUT);
      }
    }
    const details = ['', ...describe(contenders), ...(await lookAtDisk(contenders, requests))];
    const fast = median(ratios(bare, whole, throughput));
    const alone = median(ratios(bare, halted, throughput));
    const slower = median(ratios(bare, whole, p99));
    const trips = await countRoundTrips(options);
    return {
      details: [...details, ...trips.details],
      figures: [
        {
          figure: `signups at ${CONNECTIONS} connections, against one bare insert`,
          measured: `${fast.toFixed(2)} of its throughput`,
          target: 'at least 0.55',
          met: fast >= 0.55,
        },
        {
          figure: '  the same with sending halted',
          measured: `${alone.toFixed(2)} of its throughput`,
          target: 'at least 0.65',
          met: alone >= 0.65,
        },
        {
          figure: 'p99 of a signup, against a bare insert’s',
          measured: `${slower.toFixed(2)} times`,
          target: 'at most 2.5',
          met: slower <= 2.5,
        },
        {
          figure: 'database round trips of a signup',
          measured: String(trips.most),
          target: '1',
          met: trips.most === 1,
        },
        {
          figure: '  its statements, from our page and through a widget',
          measured: `${trips.ownPage} and ${trips.widget}`,
          target: 'the same',
          met: trips.ownPage === trips.widget,
        },
      ],
    };
  } finally {
    for (const { served } of contenders) await served.close();
  }
}

async function start(options: Options): Promise<Contender[]> {
  const build = await options.build();
  const folder = (name: string) => join(options.folder, `signups-${name}`);
  const bare = await serveScript(await buildWorker('bare', options.folder), folder('bare'));
  await bare.query(
    'CREATE TABLE bare (id INTEGER PRIMARY KEY, email TEXT, first_name TEXT, created_at INTEGER)',
  );
  const whole = await serveBuild(build, folder('whole'), VARS, false);
  const halted = await serveBuild(build, folder('halted'), VARS, false);
  for (const served of [whole, halted]) await migrate(served);
  await halted.db.orm.insert(halts).values({ scope: 'all', reason: 'bench', since: 0 });
  const table = getTableName(signups);
  return [
    { name: 'bare insert', served: bare, table: 'bare', loads: [] },
    { name: 'signup', served: whole, table, loads: [] },
    { name: 'signup, sending halted', served: halted, table, loads: [] },
  ];
}

/** Waits until the queue's consumers have sent what was owed, so that the next round is undisturbed. */
export async function drain(served: Served): Promise<void> {
  const giveUp = Date.now() + PATIENCE;
  for (;;) {
    const onTheirWay = inArray(deliveries.state, ['owed', 'sending']);
    const owed = await served.db.orm.$count(deliveries, onTheirWay);
    if (owed === 0) return;
    if (Date.now() > giveUp) throw new Error(`${owed} confirmations were never sent`);
    await pause(100);
  }
}

const throughput = (load: Load) => load.throughput;
const p99 = (load: Load) => quantile(load.latencies, 0.99);

/** Round by round: each is compared with its neighbour in time. */
function ratios(bare: Contender, other: Contender, value: (load: Load) => number): number[] {
  return other.loads.flatMap((load, round) => {
    const neighbour = bare.loads[round];
    return neighbour ? [value(load) / value(neighbour)] : [];
  });
}

function describe(contenders: Contender[]): string[] {
  const rows = contenders.map((contender) => {
    const latencies = contender.loads.flatMap((load) => load.latencies);
    const rounds = contender.loads.map(throughput);
    return [
      contender.name,
      `${Math.round(median(rounds))} a second`,
      `p50 ${median(latencies).toFixed(1)} ms`,
      `p99 ${quantile(latencies, 0.99).toFixed(1)} ms`,
      `rounds: ${rounds.map(Math.round).join(' ')}`,
    ];
  });
  return columns(rows);
}

/** @throws Error where a signup that was answered is not on disk */
async function lookAtDisk(contenders: Contender[], requests: number): Promise<string[]> {
  const lines: string[] = [];
  for (const { name, served, table } of contenders) {
    const { bytes, rows } = await served.onDisk(table);
    if (rows !== requests / contenders.length) {
      throw new Error(`${name}: ${rows} rows on disk of ${requests / contenders.length}`);
    }
    lines.push(`${name}: ${rows} rows on disk, ${(bytes / 1e6).toFixed(1)} MB`);
  }
  return lines;
}

interface Trips {
  most: number;
  /** Statements of one signup. */
  ownPage: number;
  widget: number;
  details: string[];
}

/** Through the whole app on a metered database: a new address, the same again, and through a widget. */
async function countRoundTrips(options: Options): Promise<Trips> {
  const script = await buildWorker('ledger', options.folder);
  const served = await serveScript(script, join(options.folder, 'round-trips'), VARS);
  try {
    await migrate(served);
    const details: string[] = [];
    const counts: number[] = [];
    let most = 0;
    await plantHarbor(served.db, 'pk_bench', 'https://harbor.example');
    for (const title of ['a new address', 'the same address again', 'a widget’s reader']) {
      if (title === 'a widget’s reader') await postFromWidget(served.url);
      else await postSignups(served.url, 1, 1, () => 'somebody@example.org');
      const tally = (await (await fetch(`${served.url}/tally`)).json()) as Tally;
      most = Math.max(most, tally.roundTrips);
      counts.push(
        Object.values(tally.statements).reduce((sum, { statements }) => sum + statements, 0),
      );
      details.push('', `A signup of ${title}: ${tally.roundTrips} round trip(s)`);
      details.push(
        ...columns(
          Object.entries(tally.statements).map(([text, cost]) => [
            `  ${text.slice(0, 76)}`,
            `${cost.read} read`,
            `${cost.written} written`,
          ]),
        ),
      );
    }
    const [ownPage = Number.NaN, , widget = Number.NaN] = counts;
    return { most, ownPage, widget, details };
  } finally {
    await served.close();
  }
}

async function postFromWidget(url: string): Promise<void> {
  const response = await fetch(`${url}/signup`, {
    method: 'POST',
    headers: { accept: 'application/json', origin: 'https://harbor.example' },
    body: new URLSearchParams({ email: 'reader@example.org', provider: 'pk_bench' }),
  });
  if (response.status !== 202) throw new Error(`a widget's signup was answered ${response.status}`);
}
