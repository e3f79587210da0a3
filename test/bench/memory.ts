import { join } from 'node:path';
import type { Findings, Options } from './figure.ts';
import { postSignups } from './load.ts';
import { migrate, serveBuild } from './serve.ts';
import { CONNECTIONS, drain, VARS } from './signups.ts';

/** A round of signups, after each of which what they left owed is sent. */
const A_ROUND = 1_000;

/** The first measure, and the last, in signups. */
const FROM = 5_000;
const TO = 20_000;

/** How much more the Worker may hold at the last than at the first, in bytes. */
const MOST = 50e6;

/**
 * How large V8's heap may become in each of workerd's isolates, in MB. On a machine with room V8 leaves
 * garbage lying, in the simulators of database and queue, too, and memory rises by some 30 KB a signup
 * for nothing; in a small heap only what is held can rise.
 */
const HEAP = 24;

/** Whether the Worker holds on to something of the signups that it has answered, mails and all. */
export async function benchMemory(options: Options): Promise<Findings> {
  const build = await options.build();
  const flags = process.env.MINIFLARE_WORKERD_V8_FLAGS;
  process.env.MINIFLARE_WORKERD_V8_FLAGS = `--max-heap-size=${HEAP}`;
  const served = await serveBuild(build, join(options.folder, 'memory'), VARS, false);
  if (flags === undefined) delete process.env.MINIFLARE_WORKERD_V8_FLAGS;
  else process.env.MINIFLARE_WORKERD_V8_FLAGS = flags;
  try {
    await migrate(served);
    const held = new Map<number, number>();
    for (let signups = 0; signups < TO; ) {
      await postSignups(served.url, A_ROUND, CONNECTIONS, () => `learner-${signups++}@example.org`);
      await drain(served);
      held.set(signups, served.memory.now());
    }
    const more = (held.get(TO) ?? Number.NaN) - (held.get(FROM) ?? Number.NaN);
    const megabytes = (bytes: number) => (bytes / 1e6).toFixed(0);
    return {
      details: [
        '',
        `Resident memory of workerd, heaps of at most ${HEAP} MB, in MB by thousands of signups:`,
        `  ${[...held.values()].map(megabytes).join(' ')}`,
      ],
      figures: [
        {
          figure: `memory at ${TO.toLocaleString('en-US')} signups, against ${FROM.toLocaleString('en-US')}`,
          measured: `${megabytes(more)} MB more`,
          target: `at most ${megabytes(MOST)} MB`,
          met: more <= MOST,
        },
      ],
    };
  } finally {
    await served.close();
  }
}
