import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { getTableName } from 'drizzle-orm';
import { enrollments } from '../../src/db/schema.ts';
import { buildWorker } from './build.ts';
import { columns, type Figure, type Findings, median, type Options } from './figure.ts';
import { migrate, type Served, serveScript } from './serve.ts';
import type { Cost, Tally } from './workers/tally.ts';

const FEW = 1_000;
/** What a tick with lessons due is compared at, as an idle one is. */
const MIDDLE = 10_000;
const DUE = 1_000;
/** Lessons due in a tick that is timed. */
const TICK_DUE = 100;
const FEW_DUE = 10;

/** Learners that one request to the bench's Worker plants. */
const PLANTED_A_CALL = 100_000;

const TICKS_A_CALL = 20;

const VARS = { BASE_URL: 'http://localhost', MAILER: 'mailbox', CLOCK: 'real' };

/** A database with so many enrollments, none of them due. */
export interface Planted {
  served: Served;
  size: number;
  /** Learners planted so far; the next one's number. */
  people: number;
}

/** The ledger's costs at two sizes. `tick` and `dispatch` say which of them are wanted. */
export async function benchLedger(
  options: Options,
  wanted: { tick: boolean; dispatch: boolean },
): Promise<Findings> {
  const script = await buildWorker('ledger', options.folder);
  const sizes = [FEW, ...(options.many > MIDDLE ? [MIDDLE] : []), options.many];
  const planted: Planted[] = [];
  const findings: Findings = { figures: [], details: [] };
  try {
    for (const size of sizes) planted.push(await plant(script, options, size, findings));
    if (wanted.tick) {
      add(findings, await benchTick(planted, options));
      add(findings, await benchDueTick(planted.slice(-2), options));
    }
    if (wanted.dispatch) {
      add(findings, await benchDispatch(planted));
      add(findings, await benchMaking(planted));
    }
    const peak = Math.max(...planted.map(({ served }) => served.memory.peak()));
    findings.figures.push({
      figure: `memory of workerd in all of this, ${number(options.many)} enrollments`,
      measured: mega(peak),
      target: 'at most 500 MB',
      met: peak <= 500e6,
    });
  } finally {
    for (const { served } of planted) await served.close();
  }
  return findings;
}

function add(to: Findings, from: Findings): void {
  to.figures.push(...from.figures);
  to.details.push(...from.details);
}

export async function plant(
  script: string,
  options: Options,
  size: number,
  findings: Findings,
): Promise<Planted> {
  const served = await serveScript(script, join(options.folder, `ledger-${size}`), VARS);
  await migrate(served);
  const began = performance.now();
  for (let from = 0; from < size; from += PLANTED_A_CALL) {
    const count = Math.min(PLANTED_A_CALL, size - from);
    await call(served, `/plant-waiting?from=${from}&count=${count}`);
  }
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const { bytes, rows } = await served.onDisk(getTableName(enrollments));
  if (rows !== size) throw new Error(`planted ${size} enrollments, found ${rows} on disk`);
  findings.details.push(
    `${number(size)} enrollments: ${mega(bytes)} on disk, planted in ${seconds} s`,
  );
  return { served, size, people: size };
}

async function benchTick(planted: Planted[], options: Options): Promise<Findings> {
  const details: string[] = [];
  const read: number[] = [];
  for (const { served, size } of planted) {
    // Once an hour a tick also looks for what is only kept for so long: the one after it is as most are.
    await call<Tally>(served, '/tick?times=1');
    const tally = await call<Tally>(served, '/tick?times=1');
    read.push(sum(tally).read);
    details.push('', `An idle tick, ${number(size)} enrollments:`, ...breakdown(tally, 1));
  }
  const millis = planted.map((): number[] => []);
  for (let round = 0; round < (options.quick ? 15 : 40); round++) {
    for (const [index, { served }] of planted.entries()) {
      const began = performance.now();
      await call(served, `/tick?times=${TICKS_A_CALL}`);
      millis[index]?.push((performance.now() - began) / TICKS_A_CALL);
    }
  }
  const medians = millis.map(median);
  const [few = 0] = medians;
  const [middle = 0, many = 0] = medians.slice(-2);
  const ratio = many / few;
  const last = planted.at(-1)?.size ?? 0;
  const rows = Math.max(...read);
  return {
    figures: [
      {
        figure: `idle tick, ${number(last)} enrollments: rows read`,
        measured: `${rows} (${read[0]} with ${number(FEW)})`,
        target: 'at most 20',
        met: rows <= 20,
      },
      {
        figure: 'idle tick: time, against 1,000 enrollments',
        measured: `${ratio.toFixed(2)} times (${many.toFixed(2)} and ${few.toFixed(2)} ms)`,
        target: 'no slower (at most 1.20)',
        met: ratio <= 1.2,
      },
      {
        figure: `  the same, against ${number(planted.at(-2)?.size ?? 0)}`,
        measured: `${(many / middle).toFixed(2)} times`,
        target: 'at most 1.50',
        met: many / middle <= 1.5,
      },
    ],
    details,
  };
}

/** A tick with a full batch due, and its outcome recorded, at two sizes in turn. */
async function benchDueTick(planted: Planted[], options: Options): Promise<Findings> {
  const millis = planted.map((): number[] => []);
  for (let round = 0; round < (options.quick ? 8 : 20); round++) {
    for (const [index, target] of planted.entries()) {
      const tally = await dispatchDue(target, TICK_DUE);
      // The first one stores the contents: once in a deployment's life.
      if (round > 0) millis[index]?.push(tally.millis);
    }
  }
  const [fewer = 0, many = 0] = millis.map(median);
  const [small, large] = planted.map(({ size }) => number(size));
  return {
    figures: [
      {
        figure: `a tick with ${TICK_DUE} due, ${large} enrollments, against ${small}`,
        measured: `${(many / fewer).toFixed(2)} times (${many.toFixed(1)} and ${fewer.toFixed(1)} ms)`,
        target: 'at most 1.50',
        met: many / fewer <= 1.5,
      },
    ],
    details: [],
  };
}

async function benchDispatch(planted: Planted[]): Promise<Findings> {
  const findings: Findings = { figures: [], details: [] };
  for (const target of planted) {
    // The first dispatch of all stores the contents: once in a deployment's life.
    await dispatchDue(target, FEW_DUE);
    const few = await dispatchDue(target, FEW_DUE);
    const due = await dispatchDue(target, DUE);
    findings.figures.push(...dispatchFigures(target.size, due), {
      figure: `  a tick with ${FEW_DUE} lessons due, at ${number(target.size)}, a lesson`,
      measured: per(sum(few), FEW_DUE).join(', '),
      target: '',
      met: null,
    });
    for (const [count, tally] of [[DUE, due] as const, [FEW_DUE, few] as const]) {
      const title = `${number(count)} lessons due, ${number(target.size)} enrollments`;
      findings.details.push(
        '',
        `${title}, for each lesson, the tick with them:`,
        ...breakdown(tally, count),
      );
    }
  }
  return findings;
}

function dispatchFigures(size: number, tally: Tally & { millis: number }): Figure[] {
  const cost = sum(tally);
  const figure = (name: string, total: number, most: number, digits: number): Figure => ({
    figure: `claim to outcome at ${number(size)}: ${name} a lesson`,
    measured: (total / DUE).toFixed(digits),
    target: `at most ${most}`,
    met: total / DUE <= most,
  });
  return [
    figure('rows read', cost.read, 25, 2),
    figure('rows written', cost.written, 10, 2),
    figure('statements', cost.statements, 0.1, 3),
    {
      figure: `  time of ${number(DUE)} lessons at ${number(size)}, mailer apart`,
      measured: `${Math.round(tally.millis)} ms`,
      target: '',
      met: null,
    },
  ];
}

async function dispatchDue(target: Planted, count: number): Promise<Tally & { millis: number }> {
  await call(target.served, `/plant-due?from=${target.people}&count=${count}`);
  target.people += count;
  const began = performance.now();
  const result = await call<Tally & { sent: number }>(target.served, '/work');
  const millis = performance.now() - began;
  if (result.sent !== count) throw new Error(`${count} lessons were due, ${result.sent} were sent`);
  return { ...result, millis };
}

async function benchMaking(planted: Planted[]): Promise<Findings> {
  const served = planted[0]?.served;
  if (!served) throw new Error('nothing is served');
  const rounds: number[] = [];
  let size = 0;
  for (let round = 0; round < 8; round++) {
    const began = performance.now();
    const made = await call<{ mails: number; bytes: number }>(served, '/make?times=20');
    rounds.push((performance.now() - began) / made.mails);
    size = made.bytes;
  }
  // The first round warms up.
  return {
    figures: [
      {
        figure: 'from frozen row to hashed body, a mail',
        measured: `${median(rounds.slice(1)).toFixed(3)} ms (100 mails: ${mega(size)})`,
        target: 'at most 0.150 ms',
        met: median(rounds.slice(1)) <= 0.15,
      },
    ],
    details: [],
  };
}

export async function call<Result>(served: Served, path: string): Promise<Result> {
  const response = await fetch(served.url + path);
  const text = await response.text();
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text.slice(0, 500)}`);
  return JSON.parse(text) as Result;
}

function sum(tally: Tally): Cost {
  const total = { statements: 0, read: 0, written: 0 };
  for (const cost of Object.values(tally.statements)) {
    total.statements += cost.statements;
    total.read += cost.read;
    total.written += cost.written;
  }
  if (Number.isNaN(total.read + total.written)) {
    throw new Error('a statement did not tell how many rows it read and wrote');
  }
  return total;
}

function per(cost: Cost, count: number): string[] {
  return [
    `${(cost.read / count).toFixed(2)} read`,
    `${(cost.written / count).toFixed(2)} written`,
    `${(cost.statements / count).toFixed(3)} statements`,
  ];
}

/** A line for each statement, the dearest first. */
function breakdown(tally: Tally, count: number): string[] {
  const entries = Object.entries(tally.statements).toSorted(([, a], [, b]) => b.read - a.read);
  return columns(
    [...entries, ['together', sum(tally)] as const].map(([text, cost]) => [
      `  ${text.length > 76 ? `${text.slice(0, 75)}…` : text}`,
      ...per(cost, count),
    ]),
  );
}

export function number(value: number): string {
  return value.toLocaleString('en-US');
}

export function mega(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
