import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { getTableName } from 'drizzle-orm';
import { deliveries, enrollments } from '../../src/db/schema.ts';
import { buildWorker } from './build.ts';
import type { Findings, Options } from './figure.ts';
import { call, mega, number } from './ledger.ts';
import { migrate, serveScript } from './serve.ts';

const VARS = { BASE_URL: 'http://localhost', MAILER: 'mailbox', CLOCK: 'real' };

/** The course time at which the bench's clock stands (workers/ledger.ts), and a week later. */
const NOW = Date.parse('2026-11-30T12:00:00Z') / 1000;
const UNTIL = NOW + 7 * 86_400;

/** Of one request to the bench's Worker. */
const BATCHES_A_CALL = 200;
const PLANTED_A_CALL = 200_000;

interface Week {
  done: boolean;
  sent: number;
  backlog: number;
  drain: number;
  latest: number;
}

/**
 * A week in which every learner has one lesson due, at slots as people choose them, at the four requests
 * a second that Resend's limit leaves to lessons. The mailer takes everything; course time moves with
 * the pace, so the figures are those of a real week.
 */
export async function benchWeek(options: Options): Promise<Findings> {
  const script = await buildWorker('ledger', options.folder);
  const served = await serveScript(script, join(options.folder, 'week'), VARS);
  try {
    await migrate(served);
    for (let from = 0; from < options.many; from += PLANTED_A_CALL) {
      const count = Math.min(PLANTED_A_CALL, options.many - from);
      await call(served, `/plant-week?from=${from}&count=${count}`);
    }
    const before = await served.onDisk(getTableName(enrollments));
    const began = performance.now();
    let week: Week;
    do week = await call<Week>(served, `/week?until=${UNTIL}&batches=${BATCHES_A_CALL}`);
    while (!week.done);
    const seconds = (performance.now() - began) / 1000;
    const after = await served.onDisk(getTableName(deliveries));
    const perHundredThousand = (bytes: number) => mega((bytes / options.many) * 100_000);
    const told = (figure: string, measured: string) => ({
      figure,
      measured,
      target: '',
      met: null,
    });
    return {
      figures: [
        {
          figure: `a week with ${number(options.many)} lessons due: sent`,
          measured: `${number(week.sent)} (${number(Number(after.rows))} rows)`,
          target: 'all of them',
          met: week.sent === options.many,
        },
        told(
          '  most waiting at one instant, and gone after',
          `${number(week.backlog)}, ${minutes(week.drain)}`,
        ),
        told('  the longest that a lesson waited', minutes(week.latest)),
        told(
          '  the database before and after',
          `${mega(before.bytes)} and ${mega(after.bytes)} (a week of 100,000: ${perHundredThousand(after.bytes - before.bytes)})`,
        ),
        told(
          '  this machine’s own time for it',
          `${seconds.toFixed(0)} s (${number(Math.round(week.sent / seconds))} lessons a second)`,
        ),
      ],
      details: [],
    };
  } finally {
    await served.close();
  }
}

function minutes(seconds: number): string {
  return `${(seconds / 60).toFixed(1)} min`;
}
