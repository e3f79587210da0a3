import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { startFakeResend } from '../support/fake-resend-server.ts';
import { buildWorker } from './build.ts';
import { type Findings, median, type Options } from './figure.ts';
import { call, mega, number } from './ledger.ts';
import { migrate, type Served, serveScript } from './serve.ts';

const LEARNERS = 10_000;
const ROUNDS = 3;

/** Real mail leaves through the Resend SDK; only its address is this machine's. */
const VARS = { BASE_URL: 'http://localhost', MAILER: 'mailbox', CLOCK: 'real' };

/**
 * A wave of lessons through the whole path to the fake Resend on this machine, unpaced, against a loop
 * that posts batches made before. Both in workerd, in turn, with four requests under way.
 */
export async function benchWave(options: Options): Promise<Findings> {
  const script = await buildWorker('ledger', options.folder);
  const served = await serveScript(script, join(options.folder, 'wave'), VARS);
  const learners = options.quick ? LEARNERS / 5 : LEARNERS;
  const [whole, bare]: [number[], number[]] = [[], []];
  let growth = 0;
  try {
    await migrate(served);
    // The first of each warms up, and stores the contents.
    for (let round = 0; round <= ROUNDS; round++) {
      const count = round === 0 ? learners / 10 : learners;
      await call(served, `/plant-due?from=${round * LEARNERS}&count=${count}`);
      served.memory.forget();
      const before = served.memory.now();
      whole.push(await rate(served, '/wave?', count));
      growth = Math.max(growth, served.memory.peak() - before);
      bare.push(await rate(served, `/bare?posts=${count / 100}&`, count));
    }
  } finally {
    await served.close();
  }
  const [a, b] = [whole.slice(1), bare.slice(1)];
  const ratio = median(a.map((each, round) => each / (b[round] ?? Number.NaN)));
  const slowest = Math.min(...a);
  return {
    figures: [
      {
        figure: `a wave of ${number(learners)} lessons, claim to record, against a bare loop of posts`,
        measured: `${ratio.toFixed(2)} of its mails a second (${rates(a)} against ${rates(b)})`,
        target: 'at least 0.75',
        met: ratio >= 0.75,
      },
      {
        figure: '  its mails a second, the slowest round',
        measured: number(Math.round(slowest)),
        target: 'at least 2,000',
        met: slowest >= 2000,
      },
      {
        figure: '  memory of workerd on top, four batches in flight',
        measured: mega(growth),
        target: 'at most 64 MB',
        met: growth <= 64e6,
      },
    ],
    details: [],
  };
}

function rates(values: number[]): string {
  return number(Math.round(median(values)));
}

/** Mails a second of one request to the bench's Worker, to a fake Resend of its own. */
async function rate(served: Served, path: string, count: number): Promise<number> {
  const webhook = 'http://127.0.0.1:9/webhooks/resend';
  const fake = await startFakeResend({
    port: 0,
    webhook,
    requestsPerSecond: null,
    keepsBodies: false,
  });
  try {
    const began = performance.now();
    const { sent } = await call<{ sent: number }>(served, `${path}resend=${fake.url}`);
    const seconds = (performance.now() - began) / 1000;
    if (sent !== count) throw new Error(`${count} lessons were due, ${sent} were sent`);
    return count / seconds;
  } finally {
    await fake.close();
  }
}
